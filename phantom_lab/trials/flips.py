"""Situations in which a condition comes out the other way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from phantom_lab.apps.samples import sample_of
from phantom_lab.datapath import STAR, Family, Path, operand
from phantom_lab.datapath.satisfying import NEGATED, satisfying
from phantom_lab.history import ApiCalled, Evaluated, Journal
from phantom_lab.trials.edits import Asked, Situation, another, edited, listed
from phantom_lab.trials.fields import FIELDS, NO_VALUE, fitting
from phantom_lab.trials.replacing import replaced

Side = tuple[Any, list[Any]]
"""What stands on one side of a comparison as it is written, and the values that it had."""


def flipped(journal: Journal, event: Evaluated, situation: Situation, asked: Asked, *,
            rows: bool = False) -> Iterator[Situation]:
    """Change what a condition compares, so that it holds where it did not, or does not where it did.

    Args:
        rows: whether one row of a result is changed as well, and not all of them.
    """
    held = not event.passed
    comparisons = _comparisons(journal, event)
    if (event.logical_operator == "and") is held and len(comparisons) > 1:  # every comparison has to change
        changed: Situation | None = situation
        for one in comparisons:
            changed = next(_with(journal, changed, one, event, asked, rows), None) if changed is not None else None
        if changed is not None:
            yield changed
        return
    for one in comparisons:
        yield from _with(journal, situation, one, event, asked, rows)


def _with(journal: Journal, situation: Situation, comparison: tuple[Side, str, Side], event: Evaluated,
          asked: Asked, rows: bool) -> Iterator[Situation]:
    """Situations in which a comparison holds where it did not, or does not where it did: likeliest first."""
    left, operator, right = comparison
    held, passed = not event.passed, _passed(journal, event)
    operator = operator if held else NEGATED.get(operator, operator)
    sides = ((left, right, True), (right, left, False))
    for (text, values), other, at_left in sides:
        path = _path(text)
        if path is not None and path.source is Family.ACTION_RESULT and not path.block:
            path = replace(path, block=passed)
        if path is not None and path.source is not Family.CUSTOM_LIST:
            wanted = _meeting(path, operator, _known(other), _now(path, values), at_left, event)
            if wanted is NO_VALUE:
                if path.source is Family.ARTIFACT and (none := edited(situation, path, [], asked, everywhere=True)):
                    yield none  # no artifact, and no row: that is a value that is missing
                continue
            spelled = [wanted.swapcase()] if isinstance(wanted, str) and not event.case_sensitive else []
            for one in (wanted, *spelled):
                changed = edited(situation, path, one, asked, everywhere=not held)
                if changed is not None:
                    yield changed
            if held and (rows or path.source is Family.ARTIFACT) and (more := another(situation, path, wanted, asked)):
                yield more
            for inner in asked.formats.get(path.block, ()) if path.source is Family.FORMATTED_DATA else ():
                if changed := edited(situation, inner, wanted, asked, everywhere=not held):
                    yield changed
    for (text, _), (_, others), _ in sides:
        path = _path(text)
        if path is not None and path.source is Family.CUSTOM_LIST:
            holds = operator in ("in", "==")
            yield listed(situation, str(path.steps[0]), others if holds else [], [] if holds else others)
    for (text, values), other, at_left in sides:
        path = _path(text)
        if values and not (path and path.source is Family.CUSTOM_LIST):
            wanted = satisfying(operator, _known(other), values[0], at_left=at_left)
            yield from replaced(journal, situation, values[0], wanted)


def _passed(journal: Journal, event: Evaluated) -> str:
    """The action whose results were passed along to a condition, which datapaths without a name read; empty: none's."""
    place = journal.index.returned_at(event.command)
    call = None if place is None else journal.events[place]
    ref = call.arguments.get("action_results") if isinstance(call, ApiCalled) else None
    given = journal.get(ref) if ref else None
    return str(given[0].get("name", "")) if isinstance(given, list) and given and isinstance(given[0], dict) else ""


def _meeting(path: Path, operator: str, other: Any, current: Any, at_left: bool, event: Evaluated) -> Any:
    """What a datapath's value would have to be; `NO_VALUE` where a field cannot hold it."""
    if path.source not in FIELDS:
        return satisfying(operator, other, current, at_left=at_left)
    steps = [str(step) for step in path.steps if step is not STAR]
    return fitting(FIELDS[path.source], steps, operator, other, current, at_left=at_left,
                   case_sensitive=event.case_sensitive)


def _comparisons(journal: Journal, event: Evaluated) -> list[tuple[Side, str, Side]]:
    """Every comparison with what it compared, in the order in which they are written."""
    found: dict[int, tuple[Side, str, Side]] = {}
    for source in journal.get(event.operands):
        for one in source["comparisons"]:
            left, right = (_side(one[key], source["rows"]) for key in ("left", "right"))
            found[one["number"]] = left, one["operator"], right
    return [found[number] for number in sorted(found)]


def _side(side: dict[str, Any], rows: list[list[Any]]) -> Side:
    if "column" in side:
        return side.get("text"), [row[side["column"]] for row in rows]
    if "value" in side:
        return side["value"], [side["value"]]
    return side.get("text"), list(side.get("values", side.get("cells", [])))


def _path(text: Any) -> Path | None:
    return operand(text, unnamed=True) if isinstance(text, str) else None


def _known(side: Side) -> Any:
    """What the other side is compared with: the cells of a list, a value, or the text as it is written."""
    text, values = side
    path = _path(text)
    if path is None:
        return text
    told = [one for one in values if one is not None]
    if path.source is Family.CUSTOM_LIST:
        return told
    return told[0] if told else sample_of((), str(path.steps[-1]) if path.steps else "value")


def _now(path: Path, values: list[Any]) -> Any:
    """The value so far, or a sample."""
    if path.steps == ("tags",):
        return []
    told = [one for one in values if one not in (None, "")]
    return told[0] if told else sample_of((), str(path.steps[-1]) if path.steps else "value")
