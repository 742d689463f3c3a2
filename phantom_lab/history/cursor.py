"""A journal that is executed again: what happens is compared with what is recorded, and recorded answers are given."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from phantom_lab.errors import RunUnwound
from phantom_lab.history.divergence import Divergence
from phantom_lab.history.events import (
    OF_THE_FILE,
    OUT_OF_TIME,
    Answered,
    BranchTaken,
    Diagnosed,
    Event,
    Hinted,
    Logged,
    Ref,
    RunEnded,
    RunSpec,
    RunStarted,
    Stamp,
    Stopped,
    Unrecorded,
    ValueCut,
)
from phantom_lab.history.journal import Journal
from phantom_lab.history.limits import VALUE, limit


class Over(RunUnwound):
    """What is recorded is over: the run was stopped or its file cut off there, or it goes on otherwise."""

    status = "stopped"


class Cursor(Journal):
    """Takes the place of the journal of a run that is executed again.

    Args:
        recorded: the journal of the run; its first event is a `RunSpec`.
        same_code: whether the recorded code is executed. Of other code, lines, the moments of its clock and what the
            lab remarks on it are not compared.
        until: how many of its events are met; then the run goes on live. None: all of them, and it never does.
        path: file to write what happens to, as for `Journal`, once the run goes on live.
        required: whether there is no run without the file, which is written from the beginning.
        continued: the recorded journal itself is gone on with, in its file, where that is open for it.
    """

    def __init__(self, recorded: Journal, *, same_code: bool = True, until: int | None = None,
                 path: str | Path | None = None, required: bool = False, continued: bool = False) -> None:
        super().__init__(path, required=required)
        self.same_code = same_code
        """Whether the code so far is the recorded one."""
        self._position = 0
        self._journal = recorded
        self._recorded = recorded.events if until is None else recorded.events[:until]
        self._continued = continued
        self.goes_on = until is not None
        """Whether the run goes on live once what is recorded has been met."""
        self._recorded_stamps = recorded.stamps
        self._largest = sys.maxsize  # what is compared is whole
        self.went_on = False
        """Whether anything has happened that is not recorded."""
        self.unwind: Callable[[Over], None] = lambda over: None
        """Told once when what is recorded is over."""
        self.line: Callable[[], int] = lambda: 0
        """The line of the playbook that executes."""
        self.divergence: Divergence | None = None
        """Where the run went on otherwise than recorded."""
        self.over: Over | None = None
        self.lacks: Ref = ""
        """The value that the run would go on with, and that is not kept whole."""
        self.out_of_time = False
        """Whether executing it again took longer than a run may take; it is as recorded up to there."""

    @property
    def live(self) -> bool:
        """Whether what is recorded has been met, and the run goes on from there."""
        return self.goes_on and self.upcoming is None

    @property
    def upcoming(self) -> Event | None:
        """What is recorded to happen next; None at the end."""
        while self._position < len(self._recorded) and self._passed_over(self._recorded[self._position]):
            self._position += 1
        return self._recorded[self._position] if self._position < len(self._recorded) else None

    def _passed_over(self, event: Event) -> bool:
        return isinstance(event, OF_THE_FILE) or getattr(event, "importing", False) or (
            not self.same_code and _remark(event))

    def value(self, ref: Ref) -> Any:
        """A fresh copy of a recorded value that the run goes on with.

        Raises:
            Over: only its beginning is kept.
        """
        if ref in self._journal.cut:
            self.lacks = ref
            self.end(Over("the journal keeps only the beginning of the value that the run goes on with here"))
        return self._journal.get(ref)

    def asks(self, coming: Answered, question: str, asked: Ref) -> bool:
        """Whether a recorded answer is that to a question."""
        return (coming.question, coming.asked) == (question, asked)

    def ahead(self) -> Iterator[Event]:
        """What is recorded from here on, in order."""
        return (self._recorded[position] for position in range(self._position, len(self._recorded)))

    @property
    def complete(self) -> bool:
        """Whether the recorded run came to its own end: nobody stopped it, and its file is not cut off."""
        return self._journal.index.all_ended and not self._journal.index.positions(Stopped)

    @property
    def stopped_after(self) -> int | None:
        """How many steps the recorded run had taken when somebody stopped it; None: nobody did."""
        return next((one.steps for one in self._recorded if isinstance(one, Stopped)), None)

    @property
    def agreed(self) -> int:
        """How many recorded events were met, or are none of the run."""
        return self._position if self.upcoming else len(self._recorded)

    def open(self) -> None:
        """Begin to write; a file that nobody demands is not made before something is in it that is recorded nowhere
        else."""
        if self._required or self.went_on:
            super().open()

    def append(self, event: Event) -> None:
        """Compare an event with the recorded one.

        Raises:
            Over: it is another one, or nothing is recorded here.
        """
        stamp = self.now()
        with self._lock:
            if self.over is not None:
                return  # on its way out: nothing is compared any more
            if self.live:
                if not self.went_on:
                    self._go_on()
            elif isinstance(event, Stopped):  # from outside: that is no divergence
                self.out_of_time = event.why == OUT_OF_TIME and self.stopped_after is None
                self.end(Over("it was ended from outside"))
            elif not self._passed_over(event):
                self._compare(event, stamp)
            self._add(event, stamp)

    def _go_on(self) -> None:
        """Before the first event that is not recorded: write what is to be written, or go on with the recorded
        journal."""
        self.went_on, self._largest = True, limit(VALUE)
        if not self._continued:
            if not self._required:
                self.open()
            return
        writer = self._journal.hand_over()
        own = dict(self._values)
        self.restore(self._recorded, self._recorded_stamps[:len(self._recorded)], {**own, **self._journal.values()},
                     self._journal.cut)
        if writer is not None:
            self.go_on(writer)
            for ref, text in own.items():
                writer.value(ref, text)  # those that stand there already are not written again

    def _compare(self, event: Event, stamp: Stamp) -> None:
        expected, position = self.upcoming, self._position
        if isinstance(expected, Stopped) or (expected is None and not self.complete):
            self.end(Over("the recorded run ends here"))
        recorded = None if expected is None else self._recorded_stamps[position]
        if self.same_code:
            same = event == expected and (isinstance(event, RunSpec) or stamp == recorded)
        else:
            same = event == expected or (expected is not None and without_code(event) == without_code(expected))
        if not (same or self._cut_off(event)):
            self.divergence = Divergence.of(
                position, (expected, recorded), (event, stamp), self, ahead=self.ahead(), line=self.line(),
                left_out=() if self.same_code else _OF_CODE)
            self.end(Over(str(self.divergence)))
        self._position += 1

    def _cut_off(self, event: Event) -> bool:
        """Whether of the event that is next only the beginning is kept, so that no more than its kind is compared."""
        after = self._recorded[self._position + 1] if self._position + 1 < len(self._recorded) else None
        return isinstance(after, ValueCut) and not after.of and type(event) is type(self.upcoming)

    def end(self, over: Over) -> NoReturn:
        """Let the run go no further.

        Raises:
            Over: always.
        """
        self.over = over
        self.unwind(over)
        raise over

    def text(self, ref: str) -> str:
        """The JSON text of a value of this run, or of the recorded one."""
        return super().text(ref) if ref in self._values else self._journal.text(ref)

    def get(self, ref: str) -> Any:
        """A fresh copy of a value of this run, or of the recorded one."""
        return super().get(ref) if ref in self._values else self._journal.get(ref)


_OF_CODE: dict[str, Any] = {"line": 0, "source": "", "near": "", "file": "", "traceback": "", "expression": "",
                            "values": []}
"""Fields that tell of the code, and not of what it does."""


def _remark(event: Event) -> bool:
    return isinstance(event, BranchTaken | Diagnosed | Hinted | Unrecorded) or (
        isinstance(event, Logged) and event.level in ("note", "breakpoint"))


@cache
def _code_fields(kind: type[Any]) -> dict[str, Any]:
    return {one.name: _OF_CODE[one.name] for one in fields(kind) if one.name in _OF_CODE}


def without_code(event: Any) -> Any:
    """An event, or a part of one, without the places of code that it tells of."""
    new = dict(_code_fields(type(event)))  # type: ignore[arg-type]  # a class is hashable
    if isinstance(event, RunSpec | RunStarted):
        new["playbook"] = ""
    for name in ("cause", "failure"):
        if (inner := getattr(event, name, None)) is not None:
            new[name] = without_code(inner)
    if isinstance(inner := getattr(event, "failures", None), list):
        new["failures"] = [without_code(one) for one in inner]
    if isinstance(event, RunEnded) and event.failures:
        new["message"] = ""  # which names the place of the first of them
    return replace(event, **new)
