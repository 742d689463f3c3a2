"""Branches that nothing took: what a reader of a run asks first, and no event says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from phantom_lab.history.events import (
    ActionStarted,
    ApiCalled,
    Changed,
    CustomFunctionStarted,
    Evaluated,
    Event,
    InvocationStarted,
    PlaybookStarted,
)
from phantom_lab.history.index import Reducer
from phantom_lab.history.invocations import Invocation
from phantom_lab.history.journal import Journal

if TYPE_CHECKING:
    from phantom_lab.views.rows import UnmatchedRow

GATES = ("condition", "decision")
"""What a generated block asks before it goes on."""


def unmatched(journal: Journal) -> list[UnmatchedRow]:
    """Invocations in which every ``condition`` and ``decision`` was false, and after which nothing happened there.

    Returns:
        ``{"invocation", "run", "block", "line", "conditions"}``; a condition is a text with the first values compared.
    """
    index = journal.index
    asked: dict[int, list[Evaluated]] = {}
    for event in index.of_kind(Evaluated):
        if event.api in GATES:
            asked.setdefault(event.invocation, []).append(event)
    none = {number: found for number, found in asked.items() if not any(event.passed for event in found)}
    went_on = journal.reduced(_Gates).went_on if none else ()
    return [{"invocation": number, "run": found[0].run, "block": index.block_of(number), "line": found[0].line,
             "conditions": [text for event in found for text in conditions_of(journal, event)]}
            for number, found in none.items() if number not in went_on and _returned(index.invocation(number))]


class _Gates(Reducer):
    """What followed questions of generated blocks."""

    takes = frozenset({ActionStarted, ApiCalled, Changed, CustomFunctionStarted, Evaluated, InvocationStarted,
                       PlaybookStarted})

    def __init__(self) -> None:
        self._asked: set[int] = set()
        """Invocations that asked something."""
        self.went_on: set[int] = set()
        """Those of these in which something was called or asked for after the last question."""

    def take(self, event: Event, position: int) -> None:
        """The next event."""
        if isinstance(event, Evaluated):
            if event.api in GATES:
                self._asked.add(event.invocation)
                self.went_on.discard(event.invocation)
        elif self._asked and (number := _deed_of(event)) in self._asked:
            self.went_on.add(number)


def _deed_of(event: Event) -> int:
    """The invocation in which something was called or asked for; 0 for a question."""
    if isinstance(event, ApiCalled):
        return 0 if event.made.name in GATES else event.made.invocation
    if isinstance(event, InvocationStarted):
        return event.caller or 0
    return event.invocation  # type: ignore[attr-defined, no-any-return]


def _returned(one: Invocation | None) -> bool:
    return one is not None and one.ended is not None and one.failure is None


def conditions_of(journal: Journal, event: Evaluated) -> list[str]:
    """The comparisons of an evaluation as texts, with the values of the first row for which it held, or else of the
    first row."""
    from phantom_lab.views.truth import first_held  # only now: it judges rows, which reading a journal does not

    texts: dict[int, str] = {}
    for source in journal.get(event.operands):
        held = first_held(event, source) if event.passed else None
        row = next(iter(source["rows"]), None) if held is None else held
        for one in source["comparisons"]:
            sides = [_side(one[name], row) for name in ("left", "right")]
            right = "" if one["operator"].startswith("is ") else f" {sides[1]}"  # an operator without a right side
            texts[one["number"]] = f"{sides[0]} {one['operator']}{right}"
    return [texts[number] for number in sorted(texts)]


def _side(side: dict[str, Any], row: list[Any] | None) -> str:
    if "value" in side:
        shown = repr(side["value"])
        return f"{side['text']} ({_short(shown)})" if "text" in side else _short(shown)
    if "column" in side:
        return f"{side['text']} ({'no row' if row is None else _short(repr(row[side['column']]))})"
    found = side.get("values", side.get("cells", []))
    shown = ", ".join(map(repr, found[:3])) + (", …" if side["total"] > 3 else "")
    return f"{side['text']} ({_short(shown) or 'empty'})" if "text" in side else f"[{_short(shown)}]"


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
