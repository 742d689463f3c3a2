"""Who said what an action came back with."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any

from phantom_lab.history.events import ActionCompleted, Event, OutcomeGiven, Ref
from phantom_lab.history.journal import Journal


def sources(journal: Journal) -> dict[int, list[str]]:
    """The source of every result of an app run, in their order, by the app run's id.

    An app run has an outcome for each parameter set, and an outcome usually one result.
    """
    return journal.reduced(_Sources).told(journal.get)


class _Sources:
    """A reducer (see `phantom_lab.history.index.Reducer`)."""

    def __init__(self) -> None:
        self._new: list[OutcomeGiven | ActionCompleted] = []
        self._given: defaultdict[tuple[int, str, str], deque[str]] = defaultdict(deque)
        self._found: dict[int, list[str]] = {}

    def take(self, event: Event, position: int) -> None:
        """The next event."""
        if isinstance(event, OutcomeGiven | ActionCompleted):
            self._new.append(event)

    def told(self, get: Callable[[Ref], Any]) -> dict[int, list[str]]:
        """What is known so far.

        Args:
            get: gives a value of the journal.
        """
        new, self._new = self._new, []
        for event in new:
            results = get(event.results)
            if isinstance(event, OutcomeGiven):
                self._given[event.action_run_id, event.action, event.asset].extend([event.source] * len(results))
                continue
            for one in results:
                left = self._given[event.action_run_id, event.action, one["asset"]]
                self._found[one["app_run_id"]] = [left.popleft() for _ in one["action_results"] if left]
        return self._found
