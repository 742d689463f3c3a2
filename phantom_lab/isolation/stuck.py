"""The end of a process in which a call of C code never comes back, such as ``sum(itertools.count())``.

It keeps the interpreter's lock, so that no other thread, no signal and no interrupt gets its turn. Only what needs no
interpreter can end it: `faulthandler` writes where every thread is, and ends the process. Whoever has started the
process reads that, and says so.
"""

from __future__ import annotations

import os
from faulthandler import cancel_dump_traceback_later, dump_traceback_later

from phantom_lab.later import dataclass, regex

FILE = "PHANTOM_LAB_STUCK"
"""Environment variable: the number of the file to which a watched process writes where it is stuck."""
_OURS = tuple(f"{os.path.dirname(one)}{os.sep}" for one in (os.path.dirname(__file__), os.__file__))
"""Folders of what no playbook wrote."""
_FRAME = regex(r'^  File "(.*)", line (\d+) in ')
WHY = "a call of C code does not come back, and nothing but the end of its process ends it"
_file = -1


def may_end(file: int) -> None:
    """This process is one that may be ended: what it was at goes to an open file, and who started it reads that."""
    global _file
    _file = file


def expect(seconds: float) -> bool:
    """End the process unless something else is said within so many seconds; returns whether it may be ended at all."""
    if _file >= 0:
        dump_traceback_later(seconds, exit=True, file=_file)
    return _file >= 0


def expect_nothing() -> None:
    """It came back."""
    if _file >= 0:
        cancel_dump_traceback_later()


@dataclass(frozen=True, slots=True)
class Stuck:
    """Where a process was when it was ended."""

    file: str
    """Of playbook code; empty where there is none."""
    line: int

    @classmethod
    def of(cls, text: str) -> Stuck | None:
        """What a process wrote; None where it wrote nothing."""
        found = [one for line in text.splitlines() if (one := _FRAME.match(line))]
        theirs = [one for one in found if not one[1].startswith((*_OURS, "<"))]
        return (cls(os.path.basename(theirs[0][1]), int(theirs[0][2])) if theirs else cls("", 0)) if text else None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {WHY}" if self.file else WHY
