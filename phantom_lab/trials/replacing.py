"""Changes of a situation that let a value be another one, wherever it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from phantom_lab.history import ActionStarted, Journal, OutcomeGiven
from phantom_lab.model import PEOPLE, json_copy
from phantom_lab.trials.edits import Situation, set_result
from phantom_lab.trials.fields import fits_all

_MOST = 4
"""Places of results where a value is looked for."""


def replaced(journal: Journal, situation: Situation, value: Any, wanted: Any) -> Iterator[Situation]:
    """Situations in which a value is another one wherever it comes from: the container, an input, or a result.

    This finds what was handed on through code that nobody reads.
    """
    if isinstance(value, bool) or value in (None, "", [], {}) or value == wanted:
        return
    for key in ("container", "inputs"):
        changed = _replaced(situation.get(key), value, wanted)
        if changed is not None and (key != "container" or fits_all(changed)):
            yield {**json_copy(situation), key: changed}
    for block, action, path in islice(_origins(journal, value), _MOST):
        found: Situation = json_copy(situation)
        set_result(found, block, action, path, wanted)
        yield found


def _replaced(given: Any, value: Any, wanted: Any) -> Any:
    """A copy in which a value is another one; None where it is nowhere."""
    if type(given) is type(value) and given == value:
        return wanted
    if isinstance(given, dict):
        parts = {key: _replaced(one, value, wanted) for key, one in given.items()}
        changed = {key: one for key, one in parts.items() if one is not None}
        return {**given, **changed} if changed else None
    if isinstance(given, list):
        items = [_replaced(one, value, wanted) for one in given]
        if any(one is not None for one in items):
            return [old if one is None else one for old, one in zip(given, items, strict=True)]
    return None


def _origins(journal: Journal, value: Any) -> Iterator[tuple[str, str, str]]:
    """Blocks, their actions and the paths at which a value came back."""
    names = {event.action_run_id: event.name for event in journal.events if isinstance(event, ActionStarted)}
    seen = set()
    for event in journal.events:
        if isinstance(event, OutcomeGiven) and event.action not in PEOPLE:
            for result in journal.get(event.results):
                for path in _paths({"data": result["data"], "summary": result["summary"]}, value, "action_result"):
                    key = names[event.action_run_id], event.action, path
                    if key not in seen:
                        seen.add(key)
                        yield key


def _paths(given: Any, value: Any, path: str) -> Iterator[str]:
    if isinstance(given, dict):
        for key, one in given.items():
            if key:
                yield from _paths(one, value, f'{path}."{key}"' if "." in key else f"{path}.{key}")
    elif isinstance(given, list):
        for one in given[:1]:
            yield from _paths(one, value, f"{path}.*")
    elif type(given) is type(value) and given == value:
        yield path
