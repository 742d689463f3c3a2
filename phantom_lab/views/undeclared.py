"""Calls that an app does not take, and fields that code takes out of results which the app does not declare."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from phantom_lab.history.events import ActionStarted, CallRefused, Edited, OutcomeGiven
from phantom_lab.history.journal import Journal

if TYPE_CHECKING:
    from phantom_lab.views.rows import Hint


def undeclared(journal: Journal) -> Iterator[Hint]:
    """Yields ``{"invocation", "run", "block", "line", "message"}``: the place of the call, or of the code."""
    index = journal.index
    by_hand: set[tuple[int, str]] = set()
    told = [one for one in index.of_kinds(Edited, CallRefused, OutcomeGiven)
            if not isinstance(one, OutcomeGiven) or one.left_out]
    started = {one.action_run_id: one for one in index.of_kind(ActionStarted)} if told else {}
    for event in told:
        if isinstance(event, Edited) and event.what == "outcome":
            by_hand.add((event.run, event.name))
        elif isinstance(event, CallRefused):
            asked = started[event.action_run_id]
            yield {"invocation": asked.invocation, "run": event.run, "block": index.block_of(asked.invocation),
                   "line": index.line_of(asked.command),
                   "message": _refused(event, given=(event.run, event.name) in by_hand)}
        elif isinstance(event, OutcomeGiven):
            for one in event.left_out:
                closest = f"; closest is '{one['closest']}'" if one["closest"] else ""
                yield {"invocation": started[event.action_run_id].invocation, "run": event.run,
                       "block": one["function"], "line": one["line"],
                       "message": f"{one['path']} has no value: {one['declared']} does not declare it{closest}"}


def _refused(event: CallRefused, *, given: bool) -> str:
    unused = "; the result given by hand is not used" if given and not event.answered else ""
    became = (f"would not be dispatched on a platform, and {event.answered} gives a result here" if event.answered
              else "is not dispatched")
    return f"action '{event.action}' ({event.name}) on asset '{event.asset}' {became}: {event.message}{unused}"
