"""Who said what an action came back with."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any

from phantom_lab.history.events import ActionCompleted, Event, OutcomeGiven, Ref
from phantom_lab.history.index import Reducer
from phantom_lab.history.journal import Journal


def sources(journal: Journal) -> dict[int, list[str]]:
    """The source of every result of an app run, in their order, by the app run's id.

    An app run has an outcome for each parameter set, and an outcome usually one result.
    """
    return journal.reduced(_Sources).told(journal.get)


class _Sources(Reducer):
    """Outcomes, and what they became part of."""

    takes = frozenset({ActionCompleted, OutcomeGiven})

    def __init__(self) -> None:
        self._new: list[OutcomeGiven | ActionCompleted] = []
        self._given: defaultdict[tuple[int, str, str], deque[str]] = defaultdict(deque)
        self._found: dict[int, list[str]] = {}

    def take(self, event: Event, position: int) -> None:
        """The next event."""
        self._new.append(event)  # type: ignore[arg-type]

    def told(self, get: Callable[[Ref], Any]) -> dict[int, list[str]]:
        """What is known so far.

        Args:
            get: gives a value of the journal.
        """
        if not self._new:
            return self._found
        new, self._new = self._new, []
        for event in new:
            if isinstance(event, OutcomeGiven):
                count = len(get(event.results)) if event.count is None else event.count
                self._given[event.action_run_id, event.action, event.asset].extend([event.source] * count)
                continue
            for number, asset, count in _app_runs(event, get):
                left = self._given[event.action_run_id, event.action, asset]
                self._found[number] = [left.popleft() for _ in range(count) if left]
        return self._found


def _app_runs(event: ActionCompleted, get: Callable[[Ref], Any]) -> list[list[Any]]:
    """As `ActionCompleted.app_runs`, which older journals lack."""
    if event.app_runs is not None:
        return event.app_runs
    return [[one["app_run_id"], one["asset"], len(one["action_results"])] for one in get(event.results)]
