"""Journals that a command is given."""

from __future__ import annotations

from phantom_lab.history import Journal, read_journal
from phantom_lab.misspelt import say


def read(path: str) -> Journal:
    """Read one; that its file ends in the middle of something is told in one line on stderr.

    Raises:
        InputError: it cannot be read.
    """
    journal = read_journal(path)
    if journal.cut_tail:
        say(f"the file ends in the middle of a line: its last {journal.cut_tail:,} bytes are left out")
    return journal
