"""Conditions as causes: their operands row by row, and what kept rows from them."""

from __future__ import annotations

from typing import Any

from phantom_lab.answers.answer import Cause
from phantom_lab.errors import InputError
from phantom_lab.history.events import ApiCalled, Diagnosed, Evaluated, RunStarted
from phantom_lab.history.journal import Journal
from phantom_lab.views.moment import at
from phantom_lab.views.truth import evaluated_rows
from phantom_lab.views.unmatched import conditions_of

_KEPT = 50
"""Rows of a condition that an answer holds."""


def rows_of(journal: Journal, event: Evaluated) -> tuple[dict[str, Any], ...]:
    """The operands of a condition row by row, and what the journal says of datapaths that gave nothing."""
    found = evaluated_rows(journal, event)
    wanted = [one for one in found if one["verdict"]] if event.passed else []
    kept = [*wanted, *(one for one in found if one not in wanted)] if len(found) > _KEPT else found
    return (*kept[:_KEPT], *nothing_given(journal, event.invocation, event.line), *_hidden(journal, event))


def nothing_given(journal: Journal, invocation: int, line: int = 0) -> list[dict[str, Any]]:
    """Why datapaths at a line of an invocation, or anywhere in it, gave nothing, as the run told."""
    return [{"datapath": one.datapath, "line": one.line, "told": one.message}
            for one in journal.index.of_kind(Diagnosed) if one.invocation == invocation and line in (0, one.line)]


def _hidden(journal: Journal, event: Evaluated) -> list[dict[str, Any]]:
    """Artifacts that a condition did not look at, and what kept them from it."""
    position = journal.index.returned_at(event.command)
    call = journal.events[position] if position is not None else None
    read = [one for one in journal.get(event.operands) if "artifact" in one["source"]]
    if not isinstance(call, ApiCalled) or position is None or not read:
        return []
    try:
        moment = at(journal, position)
    except InputError:  # an older journal does not hold what its run started from
        return []
    there, seen = len(moment.artifacts), max(one["total"] for one in read)
    given = {name: journal.get(ref) for name, ref in call.arguments.items()}
    begun = next(one for one in journal.index.of_kind(RunStarted) if one.run == event.run)
    found = []
    if seen < there and not given.get("filtered_artifacts") and not given.get("filter_artifacts"):
        scope = given.get("scope") or journal.get(begun.scope)
        found.append({"told": f"the scope {scope!r} let {seen} of {there} artifacts through", "scope": scope,
                      "seen": seen, "there": there})
        if limit := moment.limits.get("collect limit"):
            found.append({"told": f"the collect limit is {limit}", "limit": limit})
    return found


def condition_cause(journal: Journal, event: Evaluated, block: str, told: str = "") -> Cause:
    """What a condition decided, as a cause."""
    texts = (f" {event.logical_operator} ").join(conditions_of(journal, event)) or "it has no conditions"
    word = "held" if event.passed else "did not hold"
    name = f" {event.name}" if event.name else ""
    return Cause("condition", told or f"the {event.api}{name} in line {event.line} {word}: {texts}", block, event.line,
                 event.run, event.invocation, _position(journal, event), rows_of(journal, event))


def loop_cause(journal: Journal, call: ApiCalled, block: str) -> Cause:
    """Whether a logic loop went round once more, and which of its three ends came first."""
    state = journal.get(call.arguments["state"]) if "state" in call.arguments else {}
    number, most = (float(state.get(key, 1)) for key in ("current_iteration", "max_iterations"))
    met = next((one for one in journal.index.of_kind(Evaluated) if one.command == call.command and one.passed), None)
    where = f"in line {call.line}: iteration {number:g} of at most {most:g}"
    if journal.get(call.returned):
        told = f"the loop went on {where}"
    elif met is not None:
        told = f"the loop ended {where}, as its exit condition held: {' and '.join(conditions_of(journal, met))}"
    elif number >= most:
        unmet = ", and its exit condition is not looked at any more" if state.get("conditions") else ""
        told = f"the loop ended {where} was the last{unmet}"
    else:
        told = f"the loop ended {where}, as its time of {state.get('max_ttl', 0):g} seconds was over"
    rows = rows_of(journal, met) if met is not None else ({"state": state, "told": f"its state: {state}"},)
    return Cause("rounds", told, block, call.line, call.run, call.invocation, journal.index.returned_at(call.command),
                 rows)


def _position(journal: Journal, event: Evaluated) -> int | None:
    return next((one for one in journal.index.positions(Evaluated) if journal.events[one] is event), None)
