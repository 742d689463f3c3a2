"""What an invocation did, line by line, as a list that has an end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, field, fields, replace
from typing import Any

from phantom_lab.history.divergence import Divergence
from phantom_lab.lab.inside.frames import Called, Loop, Step
from phantom_lab.later import dataclass
from phantom_lab.terminal import brief


@dataclass(frozen=True, slots=True)
class Rounds:
    """A comprehension that went round."""

    line: int
    text: str
    rounds: int
    kept: dict[int, dict[str, str]]
    """What the first and the last of them set, by name, and before what its ``if`` says of them."""

    def __str__(self) -> str:
        told = [f"{number:,}: {', '.join(f'{name} = {value}' for name, value in values.items())}"
                for number, values in self.kept.items()]
        if left := self.rounds - len(self.kept):
            told.insert(len(told) // 2, f"… {left:,} of {self.rounds:,} left out")
        return f"{self.text}: {self.rounds:,} round{'' if self.rounds == 1 else 's'}: {'; '.join(told)}"


@dataclass(frozen=True, slots=True)
class NotFollowed:
    """Code that executed within the invocation, and whose lines are not among those that are told."""

    what: str
    """``block`` (an invocation of its own), ``generator``, ``coroutine``, ``class`` (a body), or ``thread``."""
    name: str
    times: int
    invocation: int = 0
    """Of a block."""

    def __str__(self) -> str:
        times = f" ({self.times:,} times)" if self.times > 1 else ""
        return f"{self.what}{f' {self.name}' if self.name else ''}{times}" + (
            f" (invocation {self.invocation})" if self.invocation else "")


@dataclass(frozen=True, slots=True)
class Line:
    """A statement that was executed, once."""

    line: int
    text: str
    values: dict[str, str] = field(default_factory=dict)
    """By name or expression, short texts: what it set or changed, and what its test read."""
    test: bool | None = None
    """Whether the test held, or the ``for`` had a next round; None: there is none, or its body is on the same line."""
    round: tuple[int, ...] = ()
    """In which rounds of the loops around it, the outermost first; each counts from 1."""
    function: str = ""
    """The helper that it is of; empty: the block itself."""
    depth: int = 0
    """Helpers within each other."""
    returned: str | None = None
    """What it returned, where the function is left here."""
    raised: str | None = None
    """The exception that it raised, or let pass."""
    unseen: bool = False
    """Whether nobody looked at its values, because there were too many steps before and after it."""
    comprehensions: tuple[Rounds, ...] = ()
    """Those that went round in it."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that is not among the lines."""

    at: int
    """Index of the line that follows."""
    what: str
    """``rounds`` of the loop at a line, ``calls`` from it, ``lines``, or ``deeper calls``."""
    count: int
    line: int = 0
    first: int = 0
    """Number of the first of them."""


@dataclass(frozen=True, slots=True)
class Inside:
    """What one invocation did, line by line."""

    invocation: int
    block: str
    file: str
    arguments: dict[str, str]
    lines: tuple[Line, ...]
    left_out: tuple[LeftOut, ...]
    end: str
    """How it ended: ``returned``, ``raised``, ``skipped``, or ``open`` where the recorded run goes no further."""
    divergence: Divergence | None = None
    """Where the run went on otherwise than recorded when it was executed again; None: it did not."""
    fault: str = ""
    """Why nothing more was seen; empty: everything was."""
    not_followed: tuple[NotFollowed, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """All of it; of the lines without what says nothing."""
        return {"invocation": self.invocation, "block": self.block, "file": self.file, "end": self.end,
                "diverged": self.divergence and self.divergence.to_json(), "fault": self.fault,
                "arguments": self.arguments, "lines": [_plain(one) for one in self.lines],
                "not_kept": [_plain(one) for one in self.left_out],
                "not_followed": [asdict(one) for one in self.not_followed]}

    def __str__(self) -> str:
        return brief(self.text())

    __repr__ = __str__

    def text(self) -> Iterator[str]:
        """For people, line by line."""
        arguments = ", ".join(f"{name}={value}" for name, value in self.arguments.items())
        yield f"{self.block}, invocation {self.invocation} ({self.file}): {_ENDS[self.end]}"
        if arguments:
            yield f"  with {arguments}"
        gaps: dict[int, list[LeftOut]] = {}
        for one in self.left_out:
            gaps.setdefault(one.at, []).append(one)
        for number, line in enumerate(self.lines):
            yield from (*map(_gap, gaps.get(number, ())), *_text(line))
        yield from map(_gap, gaps.get(len(self.lines), ()))
        if self.not_followed:
            yield f"  not followed: {', '.join(map(str, self.not_followed))}"
        if self.fault:
            yield f"  not all was seen: {self.fault}"
        if self.divergence is not None:
            yield f"  executed again, the run is another one: {self.divergence}"


_ENDS = {"returned": "returned", "raised": "an exception left it", "skipped": "skipped, nothing was executed",
         "open": "not over, as far as is recorded"}


def _plain(one: Line | LeftOut) -> dict[str, Any]:
    told = {each.name: getattr(one, each.name) for each in fields(one)}
    if isinstance(one, Line):
        told["comprehensions"] = [asdict(each) for each in one.comprehensions]
    return {name: list(value) if isinstance(value, tuple) else value for name, value in told.items()
            if name in ("line", "text", "values", "what", "count", "at") or value not in ("", None, False, (), [], 0)}


def _text(line: Line) -> Iterator[str]:
    rounds = f"  (round {'.'.join(map(str, line.round))})" if line.round else ""
    helper = f"{line.function}: " if line.function else ""
    yield f"{line.line:>6}  {'  ' * line.depth}{helper}{line.text}{rounds}"
    notes = [f"{name} = {value}" for name, value in line.values.items()]
    notes += map(str, line.comprehensions)
    notes += [f"test: {'yes' if line.test else 'no'}"] if line.test is not None else []
    notes += [f"returned {line.returned}"] if line.returned is not None else []
    notes += [f"raised {line.raised}"] if line.raised is not None else []
    notes += ["values not looked at"] if line.unseen else []
    yield from (f"{'':>10}{'  ' * line.depth}{note}" for note in notes)


def _gap(one: LeftOut) -> str:
    numbers = f" ({one.first:,} to {one.first + one.count - 1:,})" if one.first else ""
    return f"     …  {one.count:,} {one.what}{numbers}{f' at line {one.line}' if one.line else ''} left out"


class Telling:
    """Makes the list.

    Args:
        most: how many lines it may have.
    """

    def __init__(self, most: int) -> None:
        self.lines: list[Line] = []
        self.left_out: list[LeftOut] = []
        self._most = most

    def tell(self, called: Called, deeper: int) -> None:
        """Take all steps; the list keeps its beginning and, half as long, its end."""
        self._items(called.items, (), "", 0)
        if deeper:
            self._leave("deeper calls", deeper)
        if (over := len(self.lines) - self._most) > 0:
            first = self._most - self._most // 3
            del self.lines[first:first + over]
            moved = [one if one.at <= first else None if one.at < first + over else
                     LeftOut(one.at - over, one.what, one.count, one.line, one.first) for one in self.left_out]
            self.left_out = [*(one for one in moved if one is not None), LeftOut(first, "lines", over)]

    def _items(self, items: list[Step | Loop], rounds: tuple[int, ...], function: str, depth: int) -> None:
        for one in items:
            if isinstance(one, Step):
                self._step(one, rounds, function, depth)
                continue
            for number, inner in one.rounds.kept():
                if inner is None:
                    self._leave("rounds", one.rounds.left_out, one.statement.line, number)
                else:
                    self._items(inner, (*rounds, number), function, depth)

    def _step(self, one: Step, rounds: tuple[int, ...], function: str, depth: int) -> None:
        line = one.statement.line
        self.lines.append(Line(line, one.statement.text, one.values, one.test, rounds, function, depth, one.returned,
                               one.raised, one.unseen, tuple(
                                   Rounds(each.line, each.text, few.count, {
                                       number: values for number, values in few.kept() if values is not None})
                                   for each, few in one.comprehensions.items())))
        for number, called in one.calls.kept() if one.calls is not None else ():
            if called is None:
                self._leave("calls", one.calls.left_out if one.calls else 0, line, number)
            else:
                self._call(called, depth + 1)

    def _call(self, called: Called, depth: int) -> None:
        """A helper; with its first line stands what it was called with."""
        before = len(self.lines)
        self._items(called.items, (), called.function, depth)
        if called.arguments and len(self.lines) > before:
            first = self.lines[before]
            self.lines[before] = replace(first, values={**called.arguments, **first.values})

    def _leave(self, what: str, count: int, line: int = 0, first: int = 0) -> None:
        self.left_out.append(LeftOut(len(self.lines), what, count, line, first))
