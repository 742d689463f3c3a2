"""Who said what an action came back with."""

from __future__ import annotations

from collections import defaultdict, deque

from phantom_lab.journal.events import ActionCompleted, OutcomeGiven
from phantom_lab.journal.journal import Journal


def sources(journal: Journal) -> dict[int, list[str]]:
    """The source of every result of an app run, in their order, by the app run's id.

    An app run has an outcome for each parameter set, and an outcome usually one result.
    """
    given: defaultdict[tuple[int, str, str], deque[str]] = defaultdict(deque)
    found: dict[int, list[str]] = {}
    for event in journal.events:
        if isinstance(event, OutcomeGiven):
            results = journal.get(event.results)
            given[event.action_run_id, event.action, event.asset].extend([event.source] * len(results))
        elif isinstance(event, ActionCompleted):
            for one in journal.get(event.results):
                left = given[event.action_run_id, event.action, one["asset"]]
                found[one["app_run_id"]] = [left.popleft() for _ in one["action_results"] if left]
    return found
