"""Sample values that nobody mistakes for real ones, by what a field contains and what it is called.

Addresses, names and hardware come from the ranges that are kept free for documentation (RFC 2606, 3849, 5737, 7042), as
telephone numbers of 555-01xx are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import md5, sha1, sha256, sha512
from pathlib import Path
from typing import Any

from phantom_lab.apps.headers import sample_header
from phantom_lab.later import regex

FILE = Path(__file__).with_name("sample.csv")
"""A file as a vault may hold it: the sample vault id is its digest."""
_TEXT = b"phantom-lab sample"
_HASHES = {
    "md5": md5(_TEXT, usedforsecurity=False).hexdigest(), "sha1": sha1(_TEXT, usedforsecurity=False).hexdigest(),
    "sha256": sha256(_TEXT).hexdigest(), "sha512": sha512(_TEXT).hexdigest(),
}
_SAMPLES: dict[str, Any] = {
    **_HASHES, "hash": _HASHES["sha256"], "vault id": sha1(FILE.read_bytes(), usedforsecurity=False).hexdigest(),
    "ip": "192.0.2.10", "ipv6": "2001:db8::10", "domain": "example.com", "url": "https://www.example.com/sample",
    "email": "sample.user@example.com", "host name": "sample-host", "user name": "sample.user", "port": 443,
    "file name": "sample.docx", "file path": r"C:\Users\sample.user\sample.docx", "file size": 1024,
    "process name": "sample.exe", "pid": 4242, "mac address": "00:00:5E:00:53:10", "cve": "CVE-2024-0001",
    "phone": "+1 555 0100", "date": "2024-01-01T00:00:00Z", "sid": "S-1-5-21-1000-1000-1000-1001",
}
"""By the platform's word for what a field contains."""
_FAR: dict[str, Any] = {
    "ip": "198.51.100.20", "ipv6": "2001:db8::20", "domain": "example.net", "email": "other.user@example.net",
    "host name": "sample-server", "user name": "other.user", "mac address": "00:00:5E:00:53:20",
}
"""The same of the other side: a destination, a recipient."""
_NEAR = {"port": 49152}
_WORDS = {"hostname": "host name", "username": "user name", "filename": "file name", "filepath": "file path",
          "cve id": "cve", "vaultid": "vault id", "mac": "mac address", "process id": "pid", "ip address": "ip",
          "user": "user name", "host": "host name", "file": "file name"}
"""Other words for the same."""
_NAMES = tuple((regex(rf"\b(?:{pattern})$"), kind) for pattern, kind in (
    (r"sha ?512", "sha512"), (r"sha ?256\w*", "sha256"), (r"sha ?1", "sha1"), (r"md5\w*", "md5"),
    (r"\w*hash(es)?", "hash"), (r"vault ?id", "vault id"), (r"mac( address)?", "mac address"),
    (r"file ?size", "file size"), (r"path|folder|directory", "file path"), (r"process( name)?", "process name"),
    (r"file ?name|attachment|file", "file name"), (r"pid|process ?id", "pid"), (r"port|spt|dpt", "port"),
    (r"urls?|uri|link|href", "url"), (r"(e ?)?mails?( address(es)?)?|sender|recipients?|from|to", "email"),
    (r"user ?principal ?name|upn", "email"), (r"(\w*phone|mobile)( number)?", "phone"),
    (r"ipv6( address)?", "ipv6"), (r"domains?( name)?|dns|fqdn", "domain"),
    (r"host ?names?|hosts?|dvc ?host|[sd]host|computer( name)?|machine|dvc|device name", "host name"),
    (r"user ?names?|user ?id|[sd]?user|account|login|s ?am ?account ?name", "user name"),
    (r"ips?|address(es)?|src|dst|dest", "ip"), (r"cves?", "cve"), (r"sid", "sid"),
    (r"\w*(date|time|timestamp|created|modified|updated|seen|expires|expiration|expiry|utc)|\w+ (at|on|ts)", "date"),
    (r"date (added|checked|entered|first|last|offline)|last (login|change|activity|check ?in)", "date"),
))
"""What the end of a field's name tells, most telling first."""
_OTHER_SIDE = regex(r"\b(dest(ination)?|dst|target|remote|recipient|to|d(host|user|pt)|victim)\b")
_SOURCE = regex(r"\b(src|source|spt)\b")


def sample_of(contains: Sequence[str], name: str, around: Sequence[str] = ()) -> Any:
    """A sample value: always the same for the same arguments.

    Args:
        contains: the platform's words for what the field contains, such as ``ip`` or ``host name``.
        name: the field's name in any spelling: ``destinationAddress``, ``file_name``.
        around: the names of what it stands in, the innermost last: what stands in headers is one.

    Returns:
        A number for a port, a process id or a size; a text otherwise, that tells the field where nothing is known.
    """
    words = words_of(name)
    if (header := sample_header(words, [*map(words_of, around)])) is not None:
        return header
    kind = kind_of(contains) or next((kind for pattern, kind in _NAMES if pattern.search(words)), "")
    if not kind:
        return f"sample {words}".rstrip()
    if _OTHER_SIDE.search(words) and kind in _FAR:
        return _FAR[kind]
    return _NEAR[kind] if _SOURCE.search(words) and kind in _NEAR else _SAMPLES[kind]


def kind_of(contains: Sequence[str]) -> str:
    """The first of the words that there is a sample for; empty where there is none."""
    words = [word.strip().lower() for word in contains]
    return next((kind for word in words if (kind := _WORDS.get(word, word)) in _SAMPLES), "")


def words_of(name: str) -> str:
    """The words of a field's name, lower case, with blanks between: ``file hash`` of ``fileHash``."""
    spread = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[\W_]+", " ", name)
    return " ".join(spread.lower().split())
