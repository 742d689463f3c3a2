"""Watching one invocation while it executes: its own code and the helpers that it calls, in the run's thread."""

from __future__ import annotations

import sys
from collections.abc import Callable
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR, CO_OPTIMIZED
from types import CodeType, FrameType
from typing import Any

from phantom_lab.engine.record import RunRecord, executing
from phantom_lab.lab.inside.frames import Called, Following
from phantom_lab.lab.inside.statements import Statements
from phantom_lab.source.source import HOOK, Source

DEEPEST = 20
"""Helpers within each other."""
LOOKED = 10_000
"""Steps, first and last, at whose values somebody looks: more would take too long."""
_LATER = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR
_Trace = Callable[[FrameType, str, Any], Any]


class Watch:
    """What an invocation does, line by line. Nothing of it calls anything of the playbook's.

    Args:
        n: number of the invocation.
        most: rounds and calls that are kept, first and last.
        steps: how many steps it takes, where that is known.
    """

    def __init__(self, n: int, most: int, steps: int = 0) -> None:
        self._n, self._most, self._all = n, most, steps
        self._within: list[Following] = []
        self._before: Any = None
        self._run: RunRecord | None = None
        self._statements: dict[str, Statements] = {}
        self.called: Called | None = None
        self.title = ""
        """The short name of the file that it is of."""
        self.steps = 0
        """How many there were."""
        self.deeper = 0
        """Calls within too many others, of which nothing is told."""
        self.fault = ""
        """Why nothing more was seen; empty: everything was."""

    def begin(self, run: RunRecord) -> None:
        """From here on."""
        self._run, self._before = run, sys.gettrace()
        sys.settrace(self._call)

    def end(self) -> None:
        """No longer; does nothing where it did not begin."""
        if self._run is not None:
            sys.settrace(self._before)
            self._run = None

    def _looks(self) -> bool:
        self.steps += 1
        return self.steps <= LOOKED or self.steps > self._all - LOOKED > 0

    def _call(self, frame: FrameType, event: str, arg: Any) -> _Trace | None:
        code, run = frame.f_code, self._run
        if run is None or code.co_filename not in run.sources or not _followed(code) or HOOK not in frame.f_builtins:
            return None
        here = executing.get()
        if here is None or here.n != self._n:
            return None
        if len(self._within) > DEEPEST:
            self.deeper += 1
            return None
        try:
            return self._follow(frame, run.sources[code.co_filename])
        except Exception as exc:  # what raises here would raise in the playbook
            self._failed(exc)
            return None

    def _follow(self, frame: FrameType, source: Source) -> _Trace:
        file = frame.f_code.co_filename
        if file not in self._statements:
            self._statements[file] = Statements(source.source)
        follows = Following(frame, self._statements[file], self._most, self._looks)
        if not self._within:
            self.called, self.title = follows.called, source.title
        else:
            self._within[-1].calls(follows.called)
        self._within.append(follows)

        def trace(frame: FrameType, event: str, arg: Any) -> _Trace | None:
            try:
                if event == "line":
                    follows.line(frame)
                elif event == "exception":
                    follows.exception(arg)
                elif event == "return":
                    self._within.remove(follows)
                    follows.returns(frame, arg)
            except Exception as exc:
                self._failed(exc)
            return trace

        return trace

    def _failed(self, exc: Exception) -> None:
        self.fault = self.fault or f"{type(exc).__name__} while it was watched"
        self.end()


def _followed(code: CodeType) -> bool:
    """Whether code is a function that executes at once: no comprehension, class body or generator."""
    return bool(code.co_flags & CO_OPTIMIZED) and not code.co_flags & _LATER and (
        not code.co_name.startswith("<") or code.co_name == "<lambda>")
