"""Where the exception that left a block was raised."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from phantom_lab.history.events import Failure, RunStarted
from phantom_lab.history.invocations import Invocation
from phantom_lab.history.journal import Journal


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception that left an invocation, or that it does not end."""

    n: int
    """The invocation that raised it, which may be one that was called."""
    block: str
    line: int
    code: str
    """The text of the line; empty where it is in no source that the journal holds."""
    failure: Failure
    source: str = ""
    """The file of that source, as the traceback names it."""


def raised(journal: Journal, invocation: Invocation) -> Raised | None:
    """What left an invocation; None where nothing did."""
    failure = invocation.failure
    if failure is None:
        return None
    number = failure.invocation or invocation.started.n
    raiser = journal.index.invocation(number) or invocation
    begun = next((one for one in journal.index.of_kind(RunStarted)
                  if one.run == raiser.started.run and failure.file in (one.playbook, PurePath(one.file).name)), None)
    code = _line(journal.get(begun.source), failure.line) if begun else ""
    return Raised(number, failure.block, failure.line, code, failure, begun.file if begun else "")


def _line(source: str, number: int) -> str:
    lines = source.splitlines()
    return lines[number - 1].strip() if 0 < number <= len(lines) else ""
