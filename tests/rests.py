"""What a stepper and its run say while the run rests, to be held against what the journal says of that moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from phantom_lab.control import Stepper
from phantom_lab.history.encoding import decode, encode
from phantom_lab.model import KINDS
from phantom_lab.state.run_state import ACTIONS
from phantom_lab.views.moment import Moment

MOST = 500
"""Rests of one run that are looked at."""


def rests(stepper: Stepper) -> Iterator[tuple[int, dict[str, Any]]]:
    """Every rest of a run until it ends: the position of its journal, and what is said there.

    An outcome that is missing is given: no data.
    """
    for _ in range(MOST):
        if stepper.position.state == "ended":
            return
        yield stepper.run.journal.length - 1, said_by(stepper)
        if stepper.position.state == "needs_outcome":
            stepper.give([])
        else:
            stepper.step()


def said_by(stepper: Stepper) -> dict[str, Any]:
    """Asked of the live run, not of its journal; as JSON would hold it."""
    run, rest = stepper.resting, stepper.position.invocation
    rest, state = None if stepper.needed else rest, run.state
    limits = {"action limit": state.action_limit, "collect limit": state.collect_limit}
    return _plain({
        "n": rest.n if rest else 0, "arguments": stepper._arguments.of(rest) if rest else {}, "run": run.id,
        "status": stepper.run.status, "clock": run.clock.passed, "run data": state.run_data,
        "formats": {name: asdict(one) for name, one in state.formats.items()}, "limits": limits,
        "filters": {name: asdict(one) for name, one in state.subsets.items()}, "outputs": state.outputs,
        "container": run.container, "artifacts": run.platform.artifacts_of(state.container_id),
        "lists": run.platform.lists, "pending": [one.name for one in stepper.pending],
        "records": {kind: dict(run.platform.records(kind)) for kind in KINDS},
        "results": [each for name in _names(run.state.action_runs) for each in next(
            one.results() for one in reversed(run.state.action_runs) if one.name == name)],
        "debug": len(run.summary().debug)})


def said_of(moment: Moment) -> dict[str, Any]:
    """The same, told by the journal."""
    names = _names(one for one in moment.completed if one.run == moment.run and hasattr(one, "action_run_id"))
    return _plain({
        "n": moment.invocation.started.n if moment.invocation else 0, "arguments": moment.arguments, "run": moment.run,
        "status": moment.status, "clock": moment.clock, "run data": moment.run_data, "formats": moment.formats,
        "limits": {"action limit": ACTIONS, "collect limit": None, **moment.limits}, "filters": moment.filters,
        "outputs": moment.outputs, "container": moment.container, "artifacts": moment.artifacts, "lists": moment.lists,
        "pending": [one.name for one in moment.pending],
        "records": {kind: moment.records(kind) for kind in KINDS},
        "results": [each for name in names for each in moment.results(name)], "debug": moment.debug_lines})


def _names(done: Any) -> list[str]:
    return sorted({one.name for one in done})


def _plain(found: dict[str, Any]) -> dict[str, Any]:
    return {name: decode(encode(one)) for name, one in found.items()}
