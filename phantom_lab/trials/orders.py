"""What depends on the order in which actions that run at the same time come back."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.history import ActionCompleted, CustomFunctionCompleted, PlaybookCompleted
from phantom_lab.lab import Lab
from phantom_lab.trials.trial import MAX_STEPS

_TIMES = 10
"""So many times the steps of the first order are enough for any."""
TOGETHER = 4
"""From more than these at once on, orders are drawn at random."""
_OWN = ("id", "guid", "create_time", "modified_time", "update_time", "start_time", "time", "source_data_identifier")
"""Fields of a new record that are its own."""


def orders(lab: Lab, playbook: Any, container: Any = None, *, most: int = 200, seeds: int = 24,
           **options: Any) -> list[dict[str, Any]]:
    """Run a playbook in every order in which what is due together can complete, first as it was asked for.

    What answers the actions must give the same each time. The lab stays as it is: all runs are in a copy of it.

    Args:
        container: as for `Lab.run`, and so are `options`.
        most: runs, at most: orders multiply.
        seeds: orders to draw where more than `TOGETHER` are due at once.

    Returns:
        One dict per order of completions, each once: ``order``, the names of what completed; ``status``; and
        ``differs``, what is not as in the first run: by ``status``, ``message``, ``blocks``, ``actions``, ``writes`` or
        ``outputs``, a dict of what is ``missing`` and what is ``instead``.
    """
    own = lab.copy()
    number = own.add(container) if container is not None and not isinstance(container, int) else container
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    first: dict[str, Counter[str]] = {}
    for run in _runs(own, playbook, number, most, seeds, options):
        seen = _seen(run)
        first = first or seen
        order = tuple(event.name for event in run.journal.events
                      if isinstance(event, ActionCompleted | CustomFunctionCompleted | PlaybookCompleted))
        differs = {what: {"missing": [*(first[what] - seen[what]).elements()],
                          "instead": [*(seen[what] - first[what]).elements()]}
                   for what in first if seen[what] != first[what]}
        found.setdefault(order, {"order": list(order), "status": run.status, "differs": differs})
    return list(found.values())


def _runs(lab: Lab, playbook: Any, container: Any, most: int, seeds: int,
          options: dict[str, Any]) -> Iterator[PlaybookRun]:
    """Runs of all orders, depth first: each turn that had a choice is taken anew with every other one."""
    waiting: list[Sequence[int]] = [()]
    for _ in range(most):
        if not waiting:
            return
        places = waiting.pop()
        run = lab.prepare(playbook, container, **options)
        run.tree.queue.follow(places)
        yield run.execute()
        if not places:
            lab.options = replace(lab.options, max_steps=_enough(run))
        widths = run.tree.queue.widths
        if max(widths, default=0) > TOGETHER:
            yield from _drawn(lab, playbook, container, min(seeds, most - 1), options)
            return
        waiting += [(*places, *[0] * (turn - len(places)), place)
                    for turn in range(len(places), len(widths)) for place in range(widths[turn] - 1, 0, -1)]


def _drawn(lab: Lab, playbook: Any, container: Any, seeds: int, options: dict[str, Any]) -> Iterator[PlaybookRun]:
    for seed in range(seeds):
        lab.options = replace(lab.options, order=seed)
        yield lab.run(playbook, container, **options)


def _enough(first: PlaybookRun) -> int:
    """Steps that another order may take: many more than the first one, unless that did not come to its end."""
    steps = first.tree.steps
    return min(steps.most, MAX_STEPS if first.status == "endless" else max(MAX_STEPS, _TIMES * steps.taken))


def _seen(run: PlaybookRun) -> dict[str, Counter[str]]:
    """What came of a run, without ids and moments, and without the order in which it came."""
    told = run.summary()
    return {
        "status": Counter([told.status]), "message": Counter([told.message]),
        "blocks": Counter(str(one["block"]) for one in told.invocations),
        "actions": Counter(_text([one["name"], one["action"], one["status"], [
            [{**result["parameter"], "context": None} for result in app_run["action_results"]]
            for app_run in one["results"]]]) for one in told.action_runs),
        "writes": Counter(_text([one["object"], one["field"], _own(one["after"])]) for one in told.changes),
        "outputs": Counter([_text(told.outputs)]),
    }


def _own(value: Any) -> Any:
    return {name: one for name, one in value.items() if name not in _OWN} if isinstance(value, dict) else value


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
