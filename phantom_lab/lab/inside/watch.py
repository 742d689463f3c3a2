"""Watching one invocation while it executes: its own code and the helpers that it calls, in the run's thread."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR, CO_OPTIMIZED
from threading import get_ident
from types import CodeType, FrameType
from typing import Any

from phantom_lab.engine.record import RunRecord, executing
from phantom_lab.isolation.processes import function_started, thread_started
from phantom_lab.lab.inside.comprehensions import listen
from phantom_lab.lab.inside.frames import Called, Following
from phantom_lab.lab.inside.statements import Statements
from phantom_lab.source.rounds import OWN_CODE, Place
from phantom_lab.source.source import HOOK, Source

DEEPEST = 20
"""Helpers within each other."""
LOOKED = 10_000
"""Steps, first and last, at whose values somebody looks: more would take too long."""
_LATER = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR
_THREADS = (thread_started.__code__, function_started.__code__)
"""What playbook code begins a thread by."""
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
        self.passed: dict[tuple[str, str], int] = {}
        """Code that is not followed: what it is and its name, and how often it was begun."""
        self.fault = ""
        """Why nothing more was seen; empty: everything was."""

    def begin(self, run: RunRecord) -> None:
        """From here on."""
        self._run, self._before, self._thread = run, sys.gettrace(), get_ident()
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
        if run is None or not self._is_here():
            return None
        if code in _THREADS:
            self._pass("thread", "")
        if code.co_filename not in run.sources or HOOK not in frame.f_builtins or code.co_name in OWN_CODE:
            return None
        if (what := _passed_over(code)) is not None:
            if frame.f_lineno == code.co_firstlineno:  # else a generator goes on
                self._pass(what, code.co_name)
            return None
        if len(self._within) > DEEPEST:
            self.deeper += 1
            return None
        try:
            return self._follow(frame, run.sources[code.co_filename])
        except Exception as exc:  # what raises here would raise in the playbook
            self._failed(exc)
            return None

    def _is_here(self) -> bool:
        here = executing.get()
        return here is not None and here.n == self._n

    def _pass(self, what: str, name: str) -> None:
        self.passed[what, name] = self.passed.get((what, name), 0) + 1

    def _follow(self, frame: FrameType, source: Source) -> _Trace:
        file = frame.f_code.co_filename
        if file not in self._statements:
            self._statements[file] = Statements(source.source)
            listen(source, frame.f_builtins, partial(self._hear, self._statements[file]))
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

    def _hear(self, statements: Statements, place: Place, frame: FrameType) -> None:
        try:
            if self._run is None or not self._within or get_ident() != self._thread or not self._is_here():
                return
            if (comprehension := statements.comprehension(place)) is not None:
                self._within[-1].goes_round(comprehension, frame)
        except Exception as exc:  # what raises here would raise in the playbook
            self._failed(exc)

    def _failed(self, exc: Exception) -> None:
        self.fault = self.fault or f"{type(exc).__name__} while it was watched"
        self.end()


def _passed_over(code: CodeType) -> str | None:
    """What code is that is not followed; None: a function, which is, as it executes at once."""
    if code.co_flags & _LATER:
        return "generator" if code.co_flags & CO_GENERATOR else "coroutine"
    return None if code.co_flags & CO_OPTIMIZED else "class"
