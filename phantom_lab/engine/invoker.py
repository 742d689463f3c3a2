"""Invocations: every call of a block, by the engine or by playbook code, is made here."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from phantom_lab.engine.record import Frame, RunRecord, executing
from phantom_lab.engine.tree import Tree
from phantom_lab.errors import RunEndless, is_from_within
from phantom_lab.history import Cause, Failure, HelperCalled, InvocationEnded, InvocationStarted
from phantom_lab.isolation.recursion import check_room
from phantom_lab.source.failures import failure_of, text_of
from phantom_lab.source.signatures import arguments_of, code_of, label, with_changes
from phantom_lab.source.source import Source
from phantom_lab.why.suspects import suspects

Function = Callable[..., Any]


class CustomFunctionRaised(Exception):
    """An exception left a custom function."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure))
        self.failure = failure


class Invoker:
    """Calls the blocks of one run, and journals every call."""

    def __init__(self, run: RunRecord, tree: Tree) -> None:
        self.run = run
        self._tree = tree
        self._hooked: dict[Function, Function] = {}
        self._lines: dict[Function, int] = {}
        self._causes: dict[tuple[str | None, int], Cause] = {}
        """Of calls by playbook code, which come again from the same place."""

    def hook(self, source: Source) -> Callable[[str], Callable[[Function], Function]]:
        """A decorator factory for the functions at the level of a module; its argument is the name in the ``def``."""
        self.run.sources[source.file] = source

        def named(name: str) -> Callable[[Function], Function]:
            enter = self._called if source.block_line(name) else self._helped

            def decorate(function: Function) -> Function:
                @functools.wraps(function)
                def invoked(*args: Any, **kwargs: Any) -> Any:
                    return enter(function, name, args, kwargs)

                invoked.__name__ = name
                self._hooked[invoked] = function
                self._lines[function] = _line_of(source, function, name)
                return invoked

            return decorate

        return named

    def invoke(self, callback: Function, args: tuple[Any, ...], kwargs: dict[str, Any], cause: Cause) -> None:
        """The engine invokes a block; an exception ends its branch, not the run."""
        failed = len(self.run.failures)
        try:
            returned = self._enter(self.inner(callback), label(callback) or "callback", args, kwargs, cause)
            if why := unexecuted(returned):
                self.run.note(f"{self.place(callback)} is called, and nothing of its body is executed: {why}")
        except BaseException as exc:
            if not is_from_within(exc) or len(self.run.failures) == failed:  # a fault of our own is never hidden
                raise

    def execute(self, function: Function, inputs: dict[str, Any], cause: Cause, custom_function: int) -> Any:
        """The engine executes a custom function.

        Raises:
            CustomFunctionRaised: the function did.
        """
        try:
            return self._enter(self.inner(function), label(function) or "custom function", (), inputs, cause,
                               custom_function)
        except BaseException as exc:
            failure = getattr(exc, "__phantom_lab_failure__", None)
            if failure is None or not is_from_within(exc):  # a fault of our own is never hidden
                raise
            raise CustomFunctionRaised(failure) from None

    def inner(self, callback: Function) -> Function:
        """The function without its hook, also inside a partial, so that a call by the engine is journaled once."""
        if isinstance(callback, functools.partial):
            return functools.partial(self.inner(callback.func), *callback.args, **callback.keywords)
        try:
            return self._hooked.get(callback, callback)
        except Exception:  # a callable may be unhashable; then it is none of the module's functions
            return callback

    def place(self, callback: Function) -> str:
        """A callback for people: its name, and the line where it is defined, as far as one is known."""
        line = self._line(self.inner(callback))
        return f"{label(callback)} (line {line})" if line else str(label(callback))

    def _called(self, function: Function, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Playbook code calls a block."""
        place = self.run.executing_block, self.run.line
        if (cause := self._causes.get(place)) is None:
            cause = self._causes[place] = Cause("call", caller=place[0], line=place[1])
        return self._enter(function, name, args, kwargs, cause)

    def _enter(self, function: Function, name: str, args: tuple[Any, ...], kwargs: dict[str, Any],
               cause: Cause, custom_function: int = 0) -> Any:
        run, tree = self.run, self._tree
        tree.ending.check()
        check_room()
        put, caller = run.journal.put, run.frame
        frame = Frame(run, tree.ids.next("invocation"), name, caller.depth + 1 if caller else 0,
                      custom_function or (caller.custom_function if caller else 0))
        started = InvocationStarted(
            run.id, frame.n, name, frame.depth, caller.n if caller else None, cause,
            {key: put(value) for key, value in arguments_of(function, args, kwargs).items()},
            self._line(function), frame.custom_function)
        run.journal.append(started)
        run.state.invoked.add(name)
        token = executing.set(frame)
        returned, failure, here = None, None, False
        try:
            changes = tree.gate.enter(started, function)
            if changes is not None:
                if changes.skip:
                    returned = changes.returned
                    return returned
                args, kwargs = with_changes(function, args, kwargs, changes.arguments)
            returned = function(*args, **kwargs)
            return returned
        except RunEndless as exc:
            unwinding = tree.ending.unwound_by(exc)  # here it is known where, if it came from outside
            failure = getattr(unwinding, "__phantom_lab_failure__", None)
            raise unwinding from None
        except BaseException as exc:
            if not is_from_within(exc):
                if isinstance(exc, KeyboardInterrupt):
                    tree.ending.interrupt_met()
                raise
            here = getattr(exc, "__phantom_lab_failure__", None) is None
            failure = self._failure(exc, function, frame, engine=caller is None)
            if caller is None and not custom_function:
                run.failed(failure)
            raise
        finally:
            executing.reset(token)
            run.journal.append(InvocationEnded(run.id, frame.n, put(returned), failure))
            if tree.ending.unwinding is None:
                tree.gate.leave(started, failure if here else None)

    def _line(self, function: Function) -> int:
        bare = function.func if isinstance(function, functools.partial) else function
        try:
            if (line := self._lines.get(bare)) is not None:
                return line
        except Exception:
            pass
        code = code_of(function)
        source = self.run.sources.get(code.co_filename) if code else None
        return source.line_of(code) if source else 0

    def _failure(self, exc: BaseException, function: Function, frame: Frame, *, engine: bool) -> Failure:
        """Describe an exception that leaves a block; it is attributed to the innermost block."""
        failure: Failure | None = getattr(exc, "__phantom_lab_failure__", None)
        if failure is None or engine:  # once where it is raised, and once with all frames: depth squared otherwise
            code = code_of(function)
            own = self.run.sources.get(code.co_filename if code else "", self.run.playbook)
            sources = [own, *self.run.sources.values()]
            whole = failure_of(exc, block=frame.block, line=self._line(function) or own.block_line(frame.block),
                               sources=sources)
            if failure is None:
                found = suspects(exc, text_of(exc), sources, put=self.run.journal.put)
                failure = replace(whole, invocation=frame.n, expression=found.expression, values=found.values)
            failure = replace(failure, traceback=whole.traceback)
        with suppress(Exception):  # an exception class may refuse attributes
            exc.__phantom_lab_failure__ = failure  # type: ignore[attr-defined]
        return failure

    def _helped(self, function: Function, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Playbook code calls a helper: journaled, but the run does not rest there."""
        run = self.run
        self._tree.ending.check()
        check_room()
        put, line = run.journal.put, run.line
        arguments = {key: put(value) for key, value in arguments_of(function, args, kwargs).items()}
        returned, error = None, ""
        try:
            returned = function(*args, **kwargs)
            return returned
        except BaseException as exc:
            error = f"{type(exc).__name__}: {text_of(exc)}" if is_from_within(exc) else ""
            raise
        finally:
            run.journal.append(HelperCalled(run.id, run.invocation, name, line, arguments, put(returned), error))


def unexecuted(returned: Any) -> str:
    """Why a call whose result is not used executed no function body; empty if it did, or may have."""
    if inspect.iscoroutine(returned) and inspect.getcoroutinestate(returned) == inspect.CORO_CREATED:
        returned.close()  # else Python itself warns, of a line of ours
        return "it is an async def, and the platform awaits nothing"
    begun = inspect.isgenerator(returned) and inspect.getgeneratorstate(returned) != inspect.GEN_CREATED
    if (inspect.isgenerator(returned) and not begun) or inspect.isasyncgen(returned):
        return "it is a generator (it has a yield), and nothing goes through it"
    return ""


def _line_of(source: Source, function: Function, name: str) -> int:
    """Line of a function's definition, found by name if a decorator hides its code."""
    code = code_of(function)
    return source.line_of(code) if code and code.co_qualname == name else source.block_line(name)
