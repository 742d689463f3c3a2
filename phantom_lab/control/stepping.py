"""What the commands of a stepper mean: at which invocation each of them rests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from phantom_lab.engine.record import RunRecord
from phantom_lab.history import InvocationStarted

Runs = Mapping[int, RunRecord]
"""The runs of a tree by id, the root first."""


def arrives(command: str, origin: InvocationStarted | None, invocation: InvocationStarted, runs: Runs) -> bool:
    """Whether a command rests at the entry of an invocation.

    ``step_over`` and ``step_out`` stay in the instance they are in (a playbook run, or the execution of a custom
    function), or come to one around it; ``step_out`` of the block that the engine invoked leaves a child playbook
    or custom function altogether.

    Args:
        origin: where the command was given; None: before the first block.
    """
    if command in ("step", "resume"):
        return command == "step"
    if origin is None:
        return True
    here, there = _instance(origin), _instance(invocation)
    if here != there:
        return there in _around(here, runs)
    out = command == "step_out"
    if out and origin.depth == 0 and here != (next(iter(runs)), 0):
        return False
    return invocation.caller is None or invocation.depth <= origin.depth - out


def _instance(invocation: InvocationStarted) -> tuple[int, int]:
    """The playbook run, or the custom function run within it, that an invocation is part of."""
    return invocation.run, invocation.custom_function


def _around(instance: tuple[int, int], runs: Runs) -> Iterator[tuple[int, int]]:
    """The instances around one, from within."""
    number, custom_function = instance
    run: RunRecord | None = runs[number]
    if not custom_function and run is not None:
        run = run.parent
    while run is not None:
        yield run.id, 0
        run = run.parent
