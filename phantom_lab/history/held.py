"""What has a journal."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from phantom_lab.history.journal import Journal
from phantom_lab.history.reading import read_journal


class Journaled(Protocol):
    """A run."""

    @property
    def journal(self) -> Journal:
        """Its journal."""


class Stepped(Protocol):
    """What moves a run."""

    @property
    def run(self) -> Journaled:
        """The run."""


Held = Journal | Journaled | Stepped | str | Path
"""A journal, a run, its stepper, or the file of a journal."""


def journal_of(held: Held) -> Journal:
    """The journal of a run, of its stepper, or in a file.

    Raises:
        InputError: the file cannot be read.
    """
    if isinstance(held, Journal):
        return held
    if isinstance(held, str | Path):
        return read_journal(held)
    run: Any = getattr(held, "run", held)
    found: Journal = run.journal
    return found
