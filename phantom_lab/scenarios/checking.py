"""What a scenario file may hold: its JSON schema, and what is wrong in one line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.misspelt import meant, near
from phantom_lab.outcomes.answer import key_meant
from phantom_lab.scenarios.schema import Misfit, misfits
from phantom_lab.scenarios.yaml_text import Document, Place, shown

_KINDS = {"object": "an object", "array": "a list", "string": "a text", "number": "a number", "integer": "a number",
          "boolean": "true or false", "null": "nothing"}


def check(document: Document) -> None:
    """See whether data has the shape of a scenario file.

    Raises:
        InputError: it has not. The first thing that is wrong is told, and how many more there are.
    """
    schema = _schema()
    try:
        wrong = list(misfits(document.data, schema, schema))
    except RecursionError:  # a file is looked at before; what a program made is not
        raise InputError("the scenario is nested too deeply", where=document.where) from None
    found = {(place, what): hint for one in wrong for place, what, hint in _told(one)}
    if not found:
        return
    place, what = min(found, key=lambda one: (document.line(one[0]), list(map(str, one[0]))))
    hint, more = found[place, what], len(found) - 1
    told = f"{hint} ({more} more error{'s' if more > 1 else ''})".strip() if more else hint
    raise InputError(f"{shown(place)}: {what}" if place else what, hint=told,
                     where=document.at(place) if document.lines else document.where)


@cache
def _schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        files("phantom_lab.scenarios").joinpath("scenario_schema.json").read_text(encoding="utf-8"))
    return found


def _told(one: Misfit) -> Iterator[tuple[Place, str, str]]:
    """Where, what and what to do."""
    place, value, rule, schema = one.place, one.value, one.rule, one.schema
    wanted = schema[rule]
    if rule == "additionalProperties":
        known = list(schema["properties"])
        for key in value:
            if key not in known:
                free = [one for one in known if one not in value]
                yield (*place, key), "there is no such key", key_meant([key], free) or meant(key, known)
    elif rule == "required":
        for key in wanted:
            if key not in value:
                misspelt = near(key, [str(one) for one in value if one not in schema.get("properties", {})])
                yield place, f"{key!r} is missing", f"Is {misspelt[0]!r} meant?" if misspelt else ""
    else:
        yield place, f"this must be {_wanted(rule, wanted, schema)}, not {_kind(value)}", ""


def _wanted(rule: str, wanted: Any, schema: dict[str, Any]) -> str:
    if "description" in schema and rule in ("type", "anyOf"):
        return str(schema["description"])
    if rule == "type":
        return " or ".join(_KINDS[one] for one in ([wanted] if isinstance(wanted, str) else wanted))
    words = {"enum": lambda: " or ".join(map(str, wanted)), "const": lambda: f"{json.dumps(wanted)}, or left out",
             "minimum": lambda: f"at least {wanted}", "maximum": lambda: f"at most {wanted}"}
    return words[rule]() if rule in words else "filled"  # minItems, minProperties


def _kind(value: Any) -> str:
    """A short value as it is, or what it is."""
    if isinstance(value, dict | list):
        kind = "object" if isinstance(value, dict) else "list"
        return f"an empty {kind}" if not value else f"{'an' if kind == 'object' else 'a'} {kind}"
    text = json.dumps(value, ensure_ascii=False)
    return "nothing" if value is None else text if len(text) < 50 else f"{text[:50]}…"
