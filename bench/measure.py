"""How things are timed and shown; playbooks import it too, for their own `time` is the run's clock."""

from __future__ import annotations

import gc
import statistics
import time
import timeit
from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

Given = TypeVar("Given")
TAKEN: dict[str, list[float]] = defaultdict(list)
"""Seconds that `timed` has measured, by name."""
GAVE: dict[str, object] = {}
"""What came back the last time, by name."""


def seconds(function: Callable[[], object], repeats: int = 5) -> float:
    """Median of several runs."""
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def fastest(function: Callable[[], object]) -> float:
    """Of several runs without the garbage collector: what others do on the machine at the time is not counted."""
    return min(timeit.repeat(function, number=1, repeat=7))


def timed(name: str, function: Callable[[], Given]) -> Given:
    """Call once without the garbage collector; the processor's time and what came back are kept under a name."""
    gc.disable()
    try:
        start = time.process_time()
        gave = function()
        TAKEN[name].append(time.process_time() - start)
    finally:
        gc.enable()
    GAVE[name] = gave
    return gave


def row(mine: str, took: float, theirs: str, other: float) -> None:
    """One line of a table of ratios."""
    print(f"| {mine} | {took * 1e3:.1f} | {theirs} | {other * 1e3:.2f} | {took / other:.2f} |", flush=True)
