"""``_filter_…`` and ``_exclude_…`` of a query."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.model import KINDS, Record, as_id
from phantom_lab.rest.comparing import OPERATORS, REGEXES, Many, matches
from phantom_lab.rest.literals import literal
from phantom_lab.rest.problems import bad_request
from phantom_lab.rest.regexes import matching

Look = Callable[[str, Any], "Record | None"]
"""Finds a record by kind and id."""
_PREFIXES = {"_filter_": False, "_exclude_": True}
_RELATED = {
    "container": {"owner": "ph_user", "role": "role"},
    "ph_user": {"roles": "role", "role": "role"},
    "role": {"users": "ph_user"},
    "playbook_run": {"owner": "ph_user"},
    "workbook_task": {"owner": "ph_user", "role": "role"},
}
"""Related records that fields hold in their REST form, besides those of `KINDS`."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition."""

    name: str
    """Of the parameter."""
    path: tuple[str, ...]
    """The field, and what follows below it or in the related record."""
    operator: str
    wanted: Any
    excludes: bool


def read_filters(parameters: Iterable[tuple[str, str]]) -> list[Filter]:
    """The conditions of a query; a doubled underscore before the field is let through (observed).

    Raises:
        RestError: a value cannot be read.
    """
    found = []
    for name, text in parameters:
        prefix = next((one for one in _PREFIXES if name.startswith(one)), None)
        if prefix is None:
            continue
        path = [part for part in name.removeprefix(prefix).lstrip("_").split("__") if part]
        if not path:
            raise bad_request(f"{name} names no field")
        operator = path.pop() if len(path) > 1 and path[-1] in (*OPERATORS, *REGEXES) else "exact"
        found.append(Filter(name, tuple(path), operator, literal(text, name), _PREFIXES[prefix]))
    return found


def filtered(rows: Sequence[Record], filters: Iterable[Filter], *, kind: str, look: Look) -> list[Record]:
    """The rows that all filters let through.

    Raises:
        RestError: there is no such field, or a regular expression does not work.
    """
    left = list(rows)
    for one in filters:
        check_field(one.path[0], left or rows, kind, one.name)
        found = [_value(row, one.path, kind, look) for row in left]
        if one.operator in REGEXES:
            verdicts = matching(str(one.wanted), [_as_text(value) for value, _ in found],
                                ignore_case=REGEXES[one.operator])
        else:
            verdicts = [matches(one.operator, value, one.wanted, in_json) for value, in_json in found]
        left = [row for row, verdict in zip(left, verdicts, strict=True) if verdict is not one.excludes]
    return left


def check_field(name: str, rows: Sequence[Record], kind: str, parameter: str) -> None:
    """Whether records of a kind have a field.

    Raises:
        RestError: they have not; the words are those of the platform's database layer (assumed).
    """
    known = {"id", *KINDS[kind].fields, *_RELATED.get(kind, {})}
    names = {name, name.removesuffix("_id")}
    if not names & known and not any(names & row.keys() for row in rows):
        raise bad_request(f"{parameter}: Cannot resolve keyword '{name}' into field. "
                          f"Choices are: {', '.join(sorted(known))}")


def _value(row: Record, path: Sequence[str], kind: str, look: Look) -> tuple[Any, bool]:
    """What a path leads to, and whether that stands in JSON."""
    name, rest = path[0], path[1:]
    if name not in row and name.removesuffix("_id") in row:
        name = name.removesuffix("_id")
    related = {**KINDS[kind].refers, **_RELATED.get(kind, {})}.get(name)
    stored = row.get(name, row.get(f"{name}s"))
    if not rest:
        return stored, False
    if related is not None and not isinstance(stored, dict):
        others = [look(related, one) for one in (stored if isinstance(stored, list) else [stored])]
        found = [_value(other, rest, related, look) for other in others if other is not None]
        if isinstance(stored, list):
            return Many(value for value, _ in found), any(in_json for _, in_json in found)
        return found[0] if found else (None, False)
    return _below(stored, rest), True


def _below(value: Any, path: Sequence[str]) -> Any:
    """What lies below a JSON value; of a list, below every element."""
    if not path:
        return value
    if isinstance(value, dict):
        joined = "__".join(path)
        return value[joined] if joined in value else _below(value.get(path[0]), path[1:])
    if isinstance(value, list):
        number = as_id(path[0])
        if number is not None:
            return _below(value[number], path[1:]) if number < len(value) else None
        found = [_below(one, path) for one in value]
        return Many(one for each in found for one in (each if isinstance(each, Many) else [each]))
    return None


def _as_text(value: Any) -> str:
    return "" if value is None else "\n".join(map(str, value)) if isinstance(value, Many) else str(value)
