"""What has a journal."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from phantom_lab.errors import InputError
from phantom_lab.history.journal import Journal
from phantom_lab.history.reading import read_journal


class Journaled(Protocol):
    """A run, or its stepper."""

    @property
    def journal(self) -> Journal:
        """Its journal."""


Held = Journal | Journaled | str | Path
"""A journal, a run, its stepper, or the file of a journal."""


def journal_of(held: Held) -> Journal:
    """The journal of a run, of its stepper, or in a file.

    Raises:
        InputError: the file cannot be read, or it is something else.
    """
    if isinstance(held, Journal):
        return held
    if isinstance(held, str | Path):
        return read_journal(held)
    found = getattr(held, "journal", None)
    if not isinstance(found, Journal):
        raise InputError(f"a {type(held).__name__} is no run",
                         hint="Give a run, its stepper, its journal, or a journal's file.")
    return found
