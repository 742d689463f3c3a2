"""One record from all that is given of it, in one file or in several."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from phantom_lab.model.remarks import Remarks

_SEEN_BY_RUNS = {"current_rule_run_id"}
"""Fields that tell of the moment at which a container was written down."""


def merged(given: Sequence[tuple[str, dict[str, Any]]], place: str, remarks: Remarks) -> dict[str, Any]:
    """What is not null wins, and of two values the later one; the order of the files does not matter.

    Args:
        given: with the files in which it stands.
        place: what it is, for remarks.
        remarks: get the fields of which another value is left out.
    """
    found: dict[str, Any] = {}
    for where, record in sorted(given, key=_age) if len(given) > 1 else given:
        for name, value in record.items():
            before = found.get(name)
            if value is None and name in found:
                continue
            if before not in (None, "") and not alike(name, before, value):
                remarks.add(where, "it is given with another value as well: this one is taken", place=place,
                            field=name)
            found[name] = before if name == "owner" and isinstance(before, str) and before else value
    return found


def alike(name: str, one: Any, other: Any) -> bool:
    """Whether two values say the same: texts of one moment, an owner by name and by number."""
    if one == other or name in _SEEN_BY_RUNS or (name == "owner" and type(one) is not type(other)):
        return True
    try:
        return name.endswith("_time") and datetime.fromisoformat(one) == datetime.fromisoformat(other)
    except (TypeError, ValueError):
        return False


def _age(given: tuple[str, dict[str, Any]]) -> tuple[str, str]:
    _, record = given
    updated = record.get("container_update_time") or record.get("update_time") or ""
    return str(updated), json.dumps(record, sort_keys=True, default=repr)
