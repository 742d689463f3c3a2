"""What the fields of containers and artifacts may hold, and values of that kind which meet a comparison."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from phantom_lab.apps.samples import sample_of
from phantom_lab.datapath import Family
from phantom_lab.datapath.compare import compare
from phantom_lab.datapath.satisfying import satisfying
from phantom_lab.model import KINDS, as_id
from phantom_lab.model.built_in import BUILT_IN
from phantom_lab.state.container_fields import SENSITIVITIES, TYPES

FIELDS = {Family.CONTAINER: "container", Family.ARTIFACT: "artifact"}
"""Whose fields a datapath of a source reads."""
NO_VALUE = object()
"""There is no value of that kind which meets the comparison."""

_WORDS: dict[str, tuple[str, ...]] = {
    "severity": tuple(one["name"] for one in BUILT_IN["severity"]),
    "status": tuple(one["name"] for one in BUILT_IN["container_status"]),
    "sensitivity": SENSITIVITIES, "container_type": TYPES}
"""Fields that hold one of a few words."""
_CONFIGURED = frozenset({"severity", "status"})
"""Of these those to which people may add their own, in lower case."""
_NUMBERS = frozenset({
    "id", "container", "container_id", "asset", "asset_id", "ingest_app", "ingest_app_id", "owner_id", "closing_owner",
    "closing_rule_run", "current_rule_run_id", "current_phase", "parent_container", "parent_artifact",
    "playbook_run_id"})
_ANY = frozenset({"cef", "data", "custom_fields"})
"""Objects that hold any JSON below them."""
_PEOPLE = frozenset({"owner", "owner_name", "closing_owner_name", "role"})
"""Names of people and roles; a number would be the id of one."""
_MOMENTS = ("2026-01-05T09:00:00.000000Z", "2000-01-01T00:00:00.000000Z", "2099-12-31T23:59:59.000000Z")


def fits(kind: str, steps: Sequence[str], value: Any) -> bool:
    """Whether a field may hold a value.

    Args:
        kind: ``container`` or ``artifact``.
        steps: of the datapath behind it, without ``*``.
    """
    if not steps or steps[0] not in KINDS[kind].fields:
        return False
    field, default = steps[0], KINDS[kind].fields[steps[0]]
    if len(steps) > 1:
        return field in _ANY or (field == "cef_types" and len(steps) == 2 and _texts(value))
    if value is None:
        return default is None
    if field in _WORDS:
        return value in _WORDS[field] or (field in _CONFIGURED and isinstance(value, str) and value.strip() != ""
                                          and value == value.lower())
    if isinstance(default, list):
        return _texts(value)
    if isinstance(default, dict):
        return isinstance(value, dict) and (field != "cef_types" or all(map(_texts, value.values())))
    if isinstance(default, bool):
        return isinstance(value, bool)
    if isinstance(default, int) or field in _NUMBERS:
        return isinstance(value, int) and as_id(value) is not None and value >= 0
    if field.endswith("_time"):
        return _is_moment(value)
    if not isinstance(value, str):
        return False
    return not value.strip().isdecimal() if field in _PEOPLE else value.strip() != "" or field not in ("name", "label")


def fitting(kind: str, steps: Sequence[str], operator: str, literal: Any, current: Any = None, *, at_left: bool = True,
            case_sensitive: bool = True) -> Any:
    """A value that a field may hold and with which ``value operator literal`` holds, or `NO_VALUE`; arguments as for
    `phantom_lab.datapath.satisfying.satisfying`, and:

    Args:
        kind: ``container`` or ``artifact``.
        steps: as for `fits`.
    """
    wanted = satisfying(operator, literal, current, at_left=at_left)
    if len(steps) > 1 and fits(kind, steps, wanted):  # below that any JSON may stand
        return wanted
    for value in _candidates(kind, steps, wanted, current):
        if fits(kind, steps, value) and _meets(value, operator, literal, at_left, case_sensitive):
            return value
    return NO_VALUE


def fits_all(container: dict[str, Any]) -> bool:
    """Whether every field of a container, and of its artifacts, may hold what it holds."""
    own = {name: one for name, one in container.items() if name != "artifacts"}
    return all(fits(kind, (name,), value)
               for kind, one in (("container", own), *(("artifact", one) for one in container.get("artifacts", [])))
               for name, value in one.items())


def _candidates(kind: str, steps: Sequence[str], wanted: Any, current: Any) -> Iterator[Any]:
    """Values that come into question, the likeliest first."""
    default = KINDS[kind].fields.get(steps[0]) if steps else None
    yield current
    yield from _WORDS.get(steps[0] if steps else "", ())
    yield wanted
    if isinstance(default, list):
        yield from (wanted if isinstance(wanted, list) else [str(wanted)], [], ["sample"])
    elif isinstance(default, dict):
        yield from ({}, {"sample": "sample"})
    elif isinstance(default, bool):
        yield from (True, False)
    elif isinstance(wanted, str):
        yield from (wanted.lower(), sample_of((), steps[-1] if steps else ""), "sample", *_MOMENTS, *_numbers(wanted))
    else:
        yield from (str(wanted), *_MOMENTS, *_numbers(wanted))


def _numbers(wanted: Any) -> Iterator[int]:
    if isinstance(wanted, int | float) and abs(wanted) < 1e15:
        yield from (int(wanted), int(wanted) + 1)
    yield from (0, 1, 7)


def _meets(value: Any, operator: str, literal: Any, at_left: bool, case_sensitive: bool) -> bool:
    """As the lab itself compares them."""
    left, right = (value, literal) if at_left else (literal, value)
    try:
        return compare(left, operator, right, case_sensitive=case_sensitive, left_collected=at_left,
                       right_collected=not at_left)
    except KeyError:  # an operator that nobody knows
        return False


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_moment(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(datetime.fromisoformat(value))
    except ValueError:
        return False
