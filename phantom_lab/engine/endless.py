"""Finding the loop, recursion or block that does not end, once a run has reached a limit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from inspect import CO_GENERATOR
from traceback import StackSummary, walk_stack, walk_tb
from types import FrameType

from phantom_lab.engine.counts import Counts
from phantom_lab.engine.queue import RunQueue
from phantom_lab.engine.record import RunRecord, executing_of
from phantom_lab.engine.steps import Steps
from phantom_lab.errors import RunEndless, one_line
from phantom_lab.history import ENDLESS, Failure, InvocationStarted
from phantom_lab.source.rounds import ROUND, Place
from phantom_lab.views.polled import CANNOT_COME, polls

_OFTEN = 10
"""From this depth of recursion, or number of invocations of a block, on, these are named as the cause."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """A frame of playbook code, its current line, and the counter of its module."""

    frame: FrameType
    line: int
    counts: Counts

    @property
    def name(self) -> str:
        return self.frame.f_code.co_name


@dataclass(frozen=True, slots=True)
class _Loop:
    """A loop that is executing, with what it has used since it began."""

    at: _Frame
    place: Place
    taken: int
    rounds: int
    passed: int
    """Seconds of the run's clock."""

    @property
    def generates(self) -> bool:
        """Whether it is in a generator, whose caller decides the number of rounds."""
        return bool(self.at.frame.f_code.co_flags & CO_GENERATOR)


@dataclass(frozen=True, slots=True)
class _Found:
    """What does not end: its description and its place."""

    run: RunRecord
    block: str
    invocation: int
    what: str
    file: str
    line: int


class Endless:
    """Finds what does not end in the runs of a tree that have taken too many steps or too much time.

    Args:
        runs: those of the tree, by id.
        queue, steps: those of the tree.
    """

    def __init__(self, runs: Mapping[int, RunRecord], queue: RunQueue, steps: Steps) -> None:
        self._runs = runs
        self._queue = queue
        self._steps = steps

    def run_told(self, why: str, raised: BaseException) -> RunEndless:
        """The exception that ends the runs; the cause is recorded as a failure of the executing run.

        Args:
            why: the limit that was reached.
            raised: the exception whose traceback shows where the run was; without one, the current stack does.
        """
        frames = _frames(raised)
        found = self._found(frames)
        stack = StackSummary.extract((one.frame, one.line) for one in reversed(frames))
        text = f"{found.what}. {why}"
        failure = Failure(
            ENDLESS, text, found.block, found.file, found.line,
            "".join(["Traceback (most recent call last):\n", *stack.format(), f"{ENDLESS}: {text}\n"]),
            found.invocation)
        found.run.failed(failure)
        ended = RunEndless(one_line(text, where=f"{found.file}:{found.line}"))
        ended.__phantom_lab_failure__ = failure  # type: ignore[attr-defined]
        return ended

    def function_told(self) -> str:
        """What does not end in the executing custom function, with its line."""
        found = self._found(_frames(None))
        return f"{found.what} (line {found.line})"

    def _found(self, frames: Sequence[_Frame]) -> _Found:
        """The recursion in the innermost long loop, else that loop, else the block that is invoked most often.

        Args:
            frames: of playbook code, the innermost first.
        """
        run, steps = executing_of(self._runs), self._steps
        loop = _loop(frames, (steps.taken - steps.began) // 2) or (None if steps.over else _loop(frames, 0))
        inside = frames[:frames.index(loop.at)] if loop else frames
        if (at := _recursing(inside)) and (loop is None or loop.rounds < _OFTEN):
            block = run.executing_block
            what = f"block {at.name}" if at.name == block else f"function {at.name} (block {block})"
            return _at(run, at, f"{what} calls itself again and again", at.counts.source.line_of(at.frame.f_code))
        if loop:
            waited = f" and {timedelta(seconds=loop.passed)} of the clock" if loop.passed else ""
            return _at(run, loop.at, f"the {loop.place.kind}{_within(run, loop.at)} does not end: {loop.rounds:,} "
                       f"rounds{waited}{self._cannot_come(run, loop)}", loop.place.line)
        what = f"block {run.executing_block} does not return" if run.executing_block else "the import does not end"
        return self._invoked() or next((_at(run, one, what, one.line) for one in frames),
                                       _Found(run, "", 0, what, run.playbook.title, 0))

    def _cannot_come(self, run: RunRecord, loop: _Loop) -> str:
        """The end of the message for a loop that waits for something that completes only after the block returns."""
        if poll := next((one for one in polls(run.journal) if one.first.invocation == run.invocation
                         and 2 * one.count >= loop.rounds), None):
            return f". It {poll.told(run.journal)}: {CANNOT_COME}"
        asked = [one.name for one in self._queue.pending if one.run is run and one.registered_by == run.executing_block]
        are = "is" if len(asked) == 1 else "are"
        return f". {', '.join(map(repr, asked[:3]))} {are} pending: {CANNOT_COME}" if asked else ""

    def _invoked(self) -> _Found | None:
        """The block with the most invocations, if it has at least `_OFTEN`."""
        events = [event for event in self._steps.journal.events if isinstance(event, InvocationStarted)
                  and not event.custom_function]
        for (run, block), times in Counter((event.run, event.block) for event in events).most_common(1):
            last = next(event for event in reversed(events) if (event.run, event.block) == (run, block))
            if times >= _OFTEN:
                cause, one = last.cause, self._runs[run]
                by = f", last by {cause.kind.replace('_', ' ')} {cause.name or cause.caller or ''}".rstrip()
                return _Found(one, block, last.n, f"block {block} is invoked again and again: {times:,} times{by}",
                              one.playbook.title, cause.line or last.line)
        return None


def _frames(raised: BaseException | None) -> list[_Frame]:
    """Frames of playbook code, from the traceback or else from the current stack, the innermost first."""
    found = [*walk_tb(raised.__traceback__)][::-1] if raised and raised.__traceback__ else walk_stack(None)
    return [_Frame(frame, line, counts) for frame, line in found if (counts := _counts(frame))]


def _counts(frame: FrameType) -> Counts | None:
    found = getattr(frame.f_builtins.get(ROUND), "__self__", None)
    return found if isinstance(found, Counts) and frame.f_code.co_filename == found.source.file else None


def _recursing(frames: Sequence[_Frame]) -> _Frame | None:
    """The innermost frame of the function with the most frames, if it has at least `_OFTEN`."""
    for (code, counts), depth in Counter((one.frame.f_code, one.counts) for one in frames).most_common(1):
        if depth >= _OFTEN:
            return next(one for one in frames if one.frame.f_code is code and one.counts is counts)
    return None


def _at(run: RunRecord, at: _Frame, what: str, line: int) -> _Found:
    return _Found(run, run.executing_block or "<module>", run.invocation, what, at.counts.source.title, line)


def _within(run: RunRecord, at: _Frame) -> str:
    """The place of a loop as part of a sentence."""
    if run.executing_block is None or at.name == "<module>":
        return " at the level of the module"
    block = run.executing_block
    called = at.name != block and at.name.isidentifier()
    return f" in function {at.name}, which block {block} calls," if called else f" in block {block}"


def _loop(frames: Sequence[_Frame], least: int) -> _Loop | None:
    """The innermost loop that took so many steps since it began. A generator's is not to blame where another one asks
    it to go round."""
    found = [one for frame in frames for one in _loops(frame) if one.taken >= least and one.rounds > 1]
    asking = [one for one in found[1:] if found[0].generates and not one.generates
              and 2 * one.rounds >= found[0].rounds]
    return next(iter([*asking, *found]), None)


def _loops(at: _Frame) -> Iterator[_Loop]:
    """The loops that contain the current line of a frame, the innermost first."""
    for number in at.counts.around(at.frame.f_code, at.line):
        taken, rounds, passed = at.counts.since(number)
        yield _Loop(at, at.counts.source.places[number], taken, rounds, round(passed))
