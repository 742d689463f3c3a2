"""`time` on a run's own clock, where every wait is over at once."""

from __future__ import annotations

import math
import operator
import time as real
from datetime import UTC, datetime, timedelta
from typing import Any

from phantom_lab.engine import PlaybookRun

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def time_names(run: PlaybookRun) -> dict[str, Any]:
    """The functions that read the clock or wait, by name.

    Processor time (``process_time``, ``thread_time``) stays the machine's: it measures work and is no moment.
    """
    found = _Time(run)
    return {name: getattr(found, name) for name in dir(found) if not name.startswith("_")}


class _Time:
    """Each method has the name, the arguments and the errors of the real function."""

    def __init__(self, run: PlaybookRun) -> None:
        self._run = run
        self._clock = run.clock

    def time(self) -> float:
        return self._clock.now().timestamp()

    def time_ns(self) -> int:
        return (self._clock.now() - _EPOCH) // _MICROSECOND * 1000

    def monotonic(self) -> float:
        return self._clock.elapsed()

    def monotonic_ns(self) -> int:
        return (self._clock.now() - self._clock.start) // _MICROSECOND * 1000

    perf_counter = monotonic
    perf_counter_ns = monotonic_ns

    def clock_gettime(self, clk_id: int, /) -> float:
        return self.clock_gettime_ns(clk_id) / 10**9

    def clock_gettime_ns(self, clk_id: int, /) -> int:
        if clk_id == real.CLOCK_REALTIME:
            return self.time_ns()
        return self.monotonic_ns() if clk_id == real.CLOCK_MONOTONIC else real.clock_gettime_ns(clk_id)

    def sleep(self, seconds: float, /) -> None:
        if not isinstance(seconds, float):
            seconds = operator.index(seconds)
        if math.isnan(seconds):
            raise ValueError("Invalid value NaN (not a number)")
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        self._run.tree.wait(seconds)

    def gmtime(self, seconds: float | None = None, /) -> real.struct_time:
        return real.gmtime(self.time() if seconds is None else seconds)

    def localtime(self, seconds: float | None = None, /) -> real.struct_time:
        return real.localtime(self.time() if seconds is None else seconds)

    def ctime(self, seconds: float | None = None, /) -> str:
        return real.ctime(self.time() if seconds is None else seconds)

    def asctime(self, *given: Any) -> str:
        return real.asctime(*given or (self.localtime(),))

    def strftime(self, format: str, *given: Any) -> str:
        return real.strftime(format, *given or (self.localtime(),))
