"""Journals as earlier formats hold them."""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict
from typing import Any

from phantom_lab.history import ApiCalled, CallMade, Event, Journal, RunSpec

LATER = {1: {"invocation", "expression", "values", "reason"}, 2: set()}
"""Fields of failures that a format does not have."""


def older(journal: Journal, form: int) -> str:
    """The text of a file of format 1 or 2, without what they do not tell."""
    left_out = (CallMade, RunSpec) if form == 1 else (CallMade,)
    events = [one for one in journal.events if not isinstance(one, left_out)]
    lines = [json.dumps({"journal": form, "hash_seed": "0"}),
             *(f'{{"value": "{ref}", "is": {text}}}' for ref, text in journal._values.items())]
    for position, event in enumerate(events):
        told = {"event": type(event).__name__, **_without(_fields(event), LATER[form])}
        if form == 1:
            lines.append(json.dumps({**told, "wall": 1.0}))
        else:
            body = json.dumps({**told, "position": position, "stamp": [0.0, 0], "wall": 1.0})[:-1]
            lines.append(f'{body}, "crc32": "{zlib.crc32(body.encode()):08x}"}}')
    return "".join(f"{line}\n" for line in lines)


def _fields(event: Event) -> dict[str, Any]:
    told = asdict(event)
    return {**told.pop("made"), **told} if isinstance(event, ApiCalled) else told


def _without(value: Any, names: set[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(one, names) for key, one in value.items() if "traceback" not in value or key not in names}
    return [_without(one, names) for one in value] if isinstance(value, list) else value
