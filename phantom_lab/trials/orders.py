"""What depends on the order in which actions that run at the same time come back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.history import ActionCompleted, CustomFunctionCompleted, PlaybookCompleted
from phantom_lab.lab import Lab
from phantom_lab.trials.trial import MAX_STEPS
from phantom_lab.views.difference import Difference
from phantom_lab.views.differences import diff

_TIMES = 10
"""So many times the steps of the first order are enough for any."""
TOGETHER = 4
"""From more than these at once on, orders are drawn at random."""
_COMPARED = frozenset({"blocks", "actions", "results", "changes", "outputs", "status"})
"""Sections in which another order may show: what is logged tells of the order itself."""


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
        ``differs``, what is not as in the first run: by ``blocks``, ``actions``, ``results``, ``changes``, ``outputs``
        or ``status``, a dict of what is ``missing`` and what is ``instead``. See `phantom_lab.diff`.
    """
    own = lab.copy()
    number = own.add(container) if container is not None and not isinstance(container, int) else container
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    first: PlaybookRun | None = None
    for run in _runs(own, playbook, number, most, seeds, options):
        first = first or run
        order = tuple(event.name for event in run.journal.events
                      if isinstance(event, ActionCompleted | CustomFunctionCompleted | PlaybookCompleted))
        differs = _sides(one for one in diff(first, run).differences if one.section in _COMPARED)
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


def _sides(differences: Iterable[Difference]) -> dict[str, dict[str, list[str]]]:
    """By section, what the first run did and the other did not, and the other way round, as people are told it."""
    found: dict[str, dict[str, list[str]]] = {}
    for one in differences:
        sides = found.setdefault(one.section, {"missing": [], "instead": []})
        for sign, told in one.told():
            sides["missing" if sign == "-" else "instead"].append(told)
    return found
