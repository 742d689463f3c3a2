"""The Common Event Format as the platform knows it: what its fields contain, and their other names (observed)."""

from __future__ import annotations

from typing import Any

_FIELDS = {
    "ip": "destinationAddress destinationTranslatedAddress deviceAddress deviceTranslatedAddress dst dvc sourceAddress "
          "sourceTranslatedAddress src",
    "domain": "destinationDnsDomain deviceDnsDomain dntdom sntdom sourceDnsDomain",
    "host name": "destinationHostName deviceHostname dhost dvchost shost sourceHostName",
    "mac address": "destinationMacAddress deviceMacAddress dmac smac sourceMacAddress",
    "port": "destinationPort destinationTranslatedPort dpt sourcePort sourceTranslatedPort spt",
    "process name": "destinationProcessName destinationServiceName deviceProcessName dproc",
    "user name": "destinationUserName duser sourceUserName suser",
    "hash": "fileHash oldfileHash", "md5": "fileHashMd5", "sha1": "fileHashSha1", "sha256": "fileHashSha256",
    "sha512": "fileHashSha512", "file name": "fileName fname oldfileName", "file path": "filePath oldfilePath",
    "url": "requestURL", "vault id": "vaultId",
}
CONTAINS = {field: contains for contains, fields in _FIELDS.items() for field in fields.split()}
"""What a field contains, by its name; the other fields have no type."""

_PAIRS = """
act deviceAction|app applicationProtocol|cat deviceEventCategory|cn1 deviceCustomNumber1|cn2 deviceCustomNumber2|
cn3 deviceCustomNumber3|cnt baseEventCount|cs1 deviceCustomString1|cs2 deviceCustomString2|cs3 deviceCustomString3|
cs4 deviceCustomString4|cs5 deviceCustomString5|cs6 deviceCustomString6|dhost destinationHostName|
dmac destinationMacAddress|dntdom destinationNtDomain|dpriv destinationUserPrivileges|dproc destinationProcessName|
dpt destinationPort|dst destinationAddress|duid destinationUserId|duser destinationUserName|dvc deviceAddress|
dvchost deviceHostname|end endTime|fname fileName|fsize fileSize|in bytesIn|msg message|out bytesOut|
outcome eventOutcome|proto transportProtocol|request requestURL|rt receiptTime|shost sourceHostName|
smac sourceMacAddress|sntdom sourceNtDomain|spriv sourceUserPrivileges|spt sourcePort|src sourceAddress|
start startTime|suid sourceUserId|suser sourceUserName
"""
_LONG = dict(pair.split() for pair in _PAIRS.split("|"))
OTHER_NAME = {**_LONG, **{long: short for short, long in _LONG.items()}}
"""The long name of a short one, and the other way round."""


def cef_value(cef: Any, field: str) -> Any:
    """A field's value, under either of its names; None where there is none."""
    if not isinstance(cef, dict):
        return None
    found = cef.get(field)
    return found if found is not None or field not in OTHER_NAME else cef.get(OTHER_NAME[field])
