"""A journal as it was before it grew."""

from __future__ import annotations

from typing import Any

from phantom_lab.history.events import Ref
from phantom_lab.history.journal import Journal


class _Past(Journal):
    """The first events of a journal, with its values."""

    def __init__(self, journal: Journal, length: int) -> None:
        super().__init__()
        self._journal = journal
        self.restore(journal.events[:length], journal.stamps[:length], {})
        self.format, self.cut_tail = journal.format, journal.cut_tail

    def get(self, ref: Ref) -> Any:
        return self._journal.get(ref)

    def text(self, ref: Ref) -> str:
        return self._journal.text(ref)


def past(journal: Journal, length: int) -> Journal:
    """A journal as it was when it held so many events: the journal itself, as long as it holds no more."""
    return journal if journal.length == length else _Past(journal, length)
