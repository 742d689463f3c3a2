"""What of some data is not as a JSON schema demands, for the rules that a scenario's schema is made of.

No library does it here. Where JupyterLab is installed, `jsonschema` loads the grammars of all formats that texts may
have, which takes longer than a run; its quick relatives stop at texts that are no Unicode, or cannot tell the place
``a.b`` from a key of that name. The tests compare with `jsonschema`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.scenarios.yaml_text import Place

RULES = frozenset({"$ref", "additionalProperties", "anyOf", "const", "enum", "items", "maximum", "minItems",
                   "minProperties", "minimum", "properties", "required", "type"})
"""Those that are followed; any other one would be passed over."""
_KINDS: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "boolean": (bool,), "null": (type(None),),
    "number": (int, float), "integer": (int,)}


@dataclass(frozen=True, slots=True)
class Misfit:
    """A value that a rule does not let through."""

    place: Place
    value: Any
    rule: str
    schema: dict[str, Any]
    """The object that the rule stands in."""


def misfits(value: Any, schema: Any, whole: dict[str, Any], place: Place = ()) -> Iterator[Misfit]:
    """Everything that is not as it should be, in the order of the schema.

    Args:
        value: plain JSON data.
        schema: rules, or ``True``, which lets everything through.
        whole: the schema that references lead into.
        place: where the value stands.
    """
    for rule, wanted in schema.items() if schema is not True else ():
        if rule == "$ref":
            yield from misfits(value, _referred(wanted, whole), whole, place)
        elif not _holds(rule, wanted, value, schema, whole):
            yield Misfit(place, value, rule, schema)
        for key, inside in _parts(rule, wanted, value, schema):
            yield from misfits(value[key], inside, whole, (*place, key))


def _referred(reference: str, whole: dict[str, Any]) -> Any:
    """What ``#/a/b`` leads to."""
    return reduce(lambda inside, key: inside[key], reference.removeprefix("#/").split("/"), whole)


def _parts(rule: str, wanted: Any, value: Any, schema: dict[str, Any]) -> Iterable[tuple[str | int, Any]]:
    """The parts of a value that a rule has a schema for, by key or number."""
    match rule, value:
        case "properties", dict():
            return [(key, inside) for key, inside in wanted.items() if key in value]
        case "additionalProperties", dict() if wanted is not False:
            return [(key, wanted) for key in value if key not in schema.get("properties", ())]
        case "items", list():
            return [(number, wanted) for number in range(len(value))]
    return ()


def _holds(rule: str, wanted: Any, value: Any, schema: dict[str, Any], whole: dict[str, Any]) -> bool:
    match rule, value:
        case "type", _:
            return any(_is(value, kind) for kind in ([wanted] if isinstance(wanted, str) else wanted))
        case ("enum", _) | ("const", _):
            return any(one == value and isinstance(one, bool) is isinstance(value, bool)
                       for one in (wanted if rule == "enum" else [wanted]))
        case "anyOf", _:
            return any(next(misfits(value, one, whole), None) is None for one in wanted)
        case "required", dict():
            return set(wanted) <= value.keys()
        case "additionalProperties", dict():
            return wanted is not False or value.keys() <= schema["properties"].keys()
        case ("minProperties", dict()) | ("minItems", list()):
            return len(value) >= int(wanted)
        case ("minimum" | "maximum"), int() | float() if not isinstance(value, bool):
            return not (value < wanted if rule == "minimum" else value > wanted)
    return True


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _KINDS[kind]) or (kind == "integer" and isinstance(value, float) and value.is_integer())
