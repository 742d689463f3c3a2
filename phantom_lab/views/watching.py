"""A watch across time: every place at which a value of a run changed, and who wrote it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from phantom_lab.datapath import Family, Path, parse
from phantom_lab.datapath.rows import collect
from phantom_lab.errors import InputError, cut, one_line
from phantom_lab.history import (
    ActionCompleted,
    Changed,
    CustomFunctionCompleted,
    Edited,
    Event,
    FindingTaken,
    Kept,
    OutputSaved,
    PlaybookCompleted,
    RunStarted,
)
from phantom_lab.history.held import Held, journal_of
from phantom_lab.history.journal import Journal
from phantom_lab.later import dataclass
from phantom_lab.model import json_copy
from phantom_lab.views.moment import Moment

RUN_DATA = "run_data:"
_COMPLETED: dict[type[Event], str] = {ActionCompleted: "action", CustomFunctionCompleted: "custom function",
                                      PlaybookCompleted: "child playbook"}
_WRITES: tuple[type[Event], ...] = (Changed, Edited, FindingTaken, Kept, OutputSaved, *_COMPLETED)
_OF_FAMILY: dict[Family, tuple[type[Event], ...]] = {
    Family.ARTIFACT: (Changed,), Family.CONTAINER: (Changed, Edited), Family.CUSTOM_LIST: (Changed,),
    Family.CUSTOM_FUNCTION: (Kept, Edited), Family.ACTION_RESULT: (*_COMPLETED,), Family.ACTION_RESULTS: (*_COMPLETED,),
    Family.CUSTOM_FUNCTION_RESULT: (*_COMPLETED,), Family.CUSTOM_FUNCTION_RESULTS: (*_COMPLETED,)}
"""What may change the value of a datapath."""
_SINGLE = (Family.CONTAINER, Family.CUSTOM_FUNCTION, Family.CUSTOM_LIST)
_NAMES = ("container", "artifacts", "run_data", "lists", "outputs")
Value = Callable[[Moment], Any]


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One place at which the value of an expression became another one."""

    position: int
    """In the journal."""
    at: float
    """Seconds of the run's clock."""
    invocation: int
    """0: outside of any."""
    block: str
    line: int
    """Of the API call that wrote; 0: none did."""
    by: str
    """``start`` (what the run started with), the name of the API call, ``edit`` (by hand), or what came back:
    ``action whois_1``."""
    before: Any
    after: Any

    def to_json(self) -> dict[str, Any]:
        """All fields."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @property
    def told(self) -> str:
        """From what to what, and by whom."""
        outside = "the run's start" if self.by == "start" else "outside of any block"
        place = f"{self.block}, line {self.line}" if self.line else self.block or outside
        return f"{cut(repr(self.before))} -> {cut(repr(self.after))} by {self.by} ({place})"

    def __str__(self) -> str:
        return f"{self.position}: {self.told}"


def watch(held: Held, expression: str) -> list[ValueChange]:
    """Every place at which the value of an expression changed, the first being what it was at the start.

    Args:
        held: a run, its stepper, its journal or the journal's file.
        expression: a datapath (``container:severity``, ``artifact:*.cef.sourceAddress``,
            ``whois_1:action_result.data.*.country``, ``custom_list:blocked``), ``run_data:KEY``, or a Python expression
            over ``container``, ``artifacts``, ``run_data``, ``lists`` and ``outputs``, whose value is the error where
            it raises.

    Raises:
        InputError: it is none of these.
    """
    return Watched(journal_of(held), expression).changes()


def check_watched(expression: str) -> None:
    """Raises `InputError` where an expression is none that `watch` takes."""
    _compiled(expression)


class Watched:
    """A `watch` that is looked at again and again: each look costs what has happened since.

    Args:
        journal: of a run, which may go on.
        expression: as of `watch`, and raises the same.
    """

    def __init__(self, journal: Journal, expression: str) -> None:
        self._journal = journal
        self._kinds, self._value = _compiled(expression)
        self._found: list[ValueChange] = []
        self._seen = -1
        """The last position that was looked at."""
        self._before: Any = None

    def changes(self) -> list[ValueChange]:
        """All so far."""
        journal = self._journal
        starts = journal.index.positions(RunStarted)
        if starts:
            root, last = journal.events[starts[0]].run, journal.length - 1
            for position in self._new(starts[0]):
                self._look(position, root, position == starts[0])
            self._seen = last
        return list(self._found)

    def _new(self, start: int) -> list[int]:
        every = (self._journal.index.positions(kind) for kind in self._kinds)
        new = sorted(one for positions in every for one in positions[bisect_right(positions, self._seen):])
        return [start, *new] if self._seen < start else new

    def _look(self, position: int, root: int, first: bool) -> None:
        journal, before = self._journal, self._before
        self._before = after = self._value(_OfRun(journal, position, root))
        if first or after != before:
            when = round(journal.stamps[position].at, 6)
            writer = _writer(journal, position, journal.events[position], first)
            self._found.append(ValueChange(position, when, *writer, None if first else before, after))


@dataclass(frozen=True, slots=True, repr=False)
class _OfRun(Moment):
    """A moment as the run sees it that nobody started but the user."""

    root: int = 0

    @property
    def run(self) -> int:
        """That run."""
        return self.root


def _writer(journal: Journal, position: int, event: Event, first: bool) -> tuple[int, str, int, str]:
    """Invocation, block, line, and what wrote."""
    if first:
        return 0, "", 0, "start"
    if type(event) in _COMPLETED:
        return 0, "", 0, f"{_COMPLETED[type(event)]} {getattr(event, 'name', '')}"
    command = journal.stamps[position].command
    invocation = int(getattr(event, "invocation", 0))
    name = "edit" if isinstance(event, Edited) else journal.index.name_of(command) or "the platform"
    return invocation, journal.index.block_of(invocation) or "", journal.index.line_of(command), name


def _compiled(expression: str) -> tuple[tuple[type[Event], ...], Value]:
    if not isinstance(expression, str) or not expression.strip():
        raise InputError("nothing is watched", hint="For instance container:severity, or run_data:seen.")
    text = expression.strip()
    if text.startswith(RUN_DATA):
        key = text.removeprefix(RUN_DATA)
        return (Kept, Edited), lambda moment: moment.run_data.get(key)
    path = parse(text)
    if path is not None:
        if path.source not in _OF_FAMILY:
            raise InputError(f"{text!r} cannot be watched", hint="Artifacts, the container, lists and results can be.")
        return _OF_FAMILY[path.source], lambda moment: _read(moment, path)
    try:
        code = compile(text, "<watch>", "eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise InputError(f"{text[:200]!r} is neither a datapath nor a Python expression",
                         hint=f"Names are {', '.join(_NAMES)}.") from None
    names = [one for one in _NAMES if re.search(rf"\b{one}\b", text)]

    def value(moment: Moment) -> Any:
        try:
            return json_copy(eval(code, {name: getattr(moment, name) for name in names}))
        except (Exception, SystemExit) as exc:
            return one_line(f"{type(exc).__name__}: {exc}")

    return _WRITES, value


def _read(moment: Moment, path: Path) -> Any:
    """The values of a datapath; of the container, a list and a code block's output the one that there is."""
    found = [row[0] for row in collect(_records(moment, path), [path.steps])]
    return next(iter(found), None) if path.source in _SINGLE else found


def _records(moment: Moment, path: Path) -> list[Any]:
    if path.source is Family.CONTAINER:
        return [moment.container]
    if path.source is Family.ARTIFACT:
        return [one for one in moment.artifacts if path.label in ("*", one.get("label"))]
    if path.source is Family.CUSTOM_FUNCTION:
        name = str(path.steps[0])
        return [{name: moment.run_data.get(f"{path.block}:{name}")}]
    if path.source is Family.CUSTOM_LIST:
        return [{path.steps[0]: moment.lists.get(str(path.steps[0]))}]
    part, runs = path.source.value, moment.results(path.block)
    if path.source in (Family.ACTION_RESULTS, Family.CUSTOM_FUNCTION_RESULTS):
        return [one for one in runs if part in one]
    return [{part: one, "app_run": run} for run in runs for one in run.get(f"{part}s") or () if isinstance(one, dict)]
