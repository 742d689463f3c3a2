"""Every field of a container and of an artifact: its kind, its value in REST where it is missing or null, and what a
playbook sees then."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.model.field_kinds import READ, Tell


@dataclass(frozen=True, slots=True)
class Field:
    """What is known of a field."""

    kind: str
    """``text``, ``time``, ``number``, ``flag``, ``texts``, ``object`` or ``any``; of artifacts ``tags``, ``cef`` and
    ``types``."""
    default: Any = None
    """Where it is missing or null, in REST form."""
    seen: Any = None
    """What a playbook sees in place of null."""


_TEXT, _TIME, _ANY, _NUMBER, _FLAG = Field("text"), Field("time"), Field("any"), Field("number"), Field("flag", False)
_TEXTS, _OBJECT = Field("texts", []), Field("object", {})
_SEEN_TEXT, _SEEN_TIME = Field("text", seen=""), Field("time", seen="")

CONTAINER: Mapping[str, Field] = {
    "id": _ANY, "name": Field("text", ""), "label": Field("text", "events"), "description": Field("text", ""),
    "status": Field("text", "new"), "severity": Field("text", "medium"), "sensitivity": Field("text", "amber"),
    "container_type": Field("text", "default"), "owner": Field("any", ""), "owner_name": Field("text", ""),
    "role": _ANY, "tags": _TEXTS, "data": _OBJECT, "custom_fields": _OBJECT, "external_id": _TEXT,
    "source_data_identifier": _TEXT, "url": Field("text", ""), "create_time": _TIME, "start_time": _TIME,
    "open_time": _TIME, "close_time": _SEEN_TIME, "due_time": _SEEN_TIME, "end_time": _SEEN_TIME,
    "artifact_count": Field("number", 0), "artifact_update_time": _SEEN_TIME, "container_update_time": _SEEN_TIME,
    "asset": _ANY, "asset_id": _ANY, "asset_name": _SEEN_TEXT, "ingest_app": _ANY,
    "ingest_app_id": Field("any", seen=""), "closing_owner": _ANY, "closing_owner_name": _TEXT,
    "closing_rule_run": _ANY, "current_rule_run_id": _ANY, "current_phase": _ANY, "workflow_name": Field("text", ""),
    "in_case": _FLAG, "parent_container": _ANY, "kill_chain": _SEEN_TEXT, "hash": _SEEN_TEXT, "node_guid": _TEXT,
    "tenant": Field("any", 0), "tenant_id": Field("any", 0),
    "version": Field("any", 1),
}
"""As the vendor's chapter on containers shows them to playbooks, in which a value that is not there is an empty text;
further ones are those of REST, or read by public playbooks."""

ARTIFACT: Mapping[str, Field] = {
    "id": _ANY, "container": _ANY, "container_id": _ANY, "name": Field("text", "artifact"),
    "label": Field("text", "artifact"), "type": _TEXT, "description": _TEXT, "severity": Field("text", "medium"),
    "kill_chain": _TEXT, "tags": Field("tags", []), "cef": Field("cef", {}), "cef_types": Field("types", {}),
    "data": _OBJECT, "source_data_identifier": _TEXT, "external_id": _TEXT, "create_time": _TIME, "start_time": _TIME,
    "end_time": _TIME, "update_time": _TIME, "hash": _TEXT, "owner": _ANY, "owner_id": _ANY, "asset_id": _ANY,
    "ingest_app": _ANY, "playbook_run_id": _ANY, "has_note": _FLAG, "in_case": _FLAG, "parent_artifact": _ANY,
    "parent_container": _ANY, "version": Field("any", 1),
}
"""As the vendor's chapter on artifacts shows them, in which a value that is not there is null, and as REST does."""

_FURTHER = {"artifact": {"ingest_app_id", "playbook_run", "container_name", "node_guid"},
            "container": {"created_via", "current_rule_run"}}
"""Fields of some answers of REST that stay as they are."""
_UNREAD = {"run_automation": "the lab starts no playbook by itself", "template_id": "give phases and tasks as records",
           "owner_id": "give `owner`", "role_id": "give `role`", "authorized_users": "everybody may see everything"}
"""Fields of a POST to REST that are not read, and why or what to do."""
_MEANT = {"cef_data": "cef", "raw_data": "data", "identifier": "source_data_identifier", "artifact_type": "type",
          "field_mapping": "cef_types", "sdi": "source_data_identifier", "title": "name", "type": "container_type"}
"""Names that other functions of the vendor have for a field."""

_NAME = 40
"""Characters of a field's name."""


def read_fields(given: Mapping[str, Any], what: str, tell: Tell) -> dict[str, Any]:
    """The fields of a container or artifact, in the kinds that the platform has; null stays.

    Args:
        what: ``container`` or ``artifact``.
        tell: hears of what is not read, or is read in another way than it stands there.

    Raises:
        ValueError: a field that playbooks walk into is of another kind; the text says which.
    """
    fields = CONTAINER if what == "container" else ARTIFACT
    read = {}
    for name, value in given.items():
        if name in fields:
            read[name] = value if value is None else READ[fields[name].kind](name, value, tell)
        else:
            read[name] = value
            if not name.startswith("_pretty_") and name not in _FURTHER[what]:
                tell(name, _unknown(name, what, fields, given))
    return read


@lru_cache(1000)
def _close(name: str, known: tuple[str, ...]) -> list[str]:
    return get_close_matches(name.lower(), known, 3, 0.8)


def _unknown(name: str, what: str, fields: Mapping[str, Field], given: Mapping[str, Any]) -> str:
    if name in _UNREAD:
        return f"it is not read: {_UNREAD[name]}"
    known = (*fields, *(["artifacts"] if what == "container" else []))
    meant = next((one for one in (_MEANT.get(name), *_close(name[:_NAME], known)) if one in known and one not in given),
                 None)
    hint = f"; is `{meant}` meant?" if meant else ""
    return f"the platform's {what}s have no such field: it is kept, and nothing but a playbook reads it{hint}"
