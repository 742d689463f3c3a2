"""Blocks that wait in a loop for what cannot come while they run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from phantom_lab.history.events import ApiCalled
from phantom_lab.history.journal import Journal
from phantom_lab.later import dataclass
from phantom_lab.views.waiting import COMPLETION_CALLS, names_of

if TYPE_CHECKING:
    from phantom_lab.views.rows import Hint

CANNOT_COME = "nothing completes before the block has returned, so go on in a callback"


@dataclass(slots=True)
class Poll:
    """A question whether something has completed, asked in one line of one invocation, and always answered with no."""

    first: ApiCalled
    count: int = 0

    def told(self, journal: Journal) -> str:
        """What is asked, and how often."""
        names = ", ".join(map(repr, names_of(journal, self.first)))
        return f"asks {self.count:,} times whether {names or 'nothing'} has completed, and hears no"


def polls(journal: Journal) -> Iterator[Poll]:
    """Every question that is asked more than once."""
    found: dict[tuple[Any, ...], Poll] = {}
    for event in journal.index.calls(*COMPLETION_CALLS):
        if not event.error:
            key = event.run, event.invocation, event.line, event.name, *event.arguments.items()
            poll = found.setdefault(key, Poll(event))
            if event.returned == poll.first.returned:
                poll.count += 1
    yield from (one for one in found.values() if one.count > 1 and journal.get(one.first.returned) is False)


def polled(journal: Journal) -> list[Hint]:
    """Blocks that ask again and again.

    Returns:
        ``{"invocation", "run", "block", "line", "message"}``.
    """
    block_of, found = journal.index.block_of, list(polls(journal))
    return [{"invocation": one.first.invocation, "run": one.first.run, "line": one.first.line,
             "block": (block := block_of(one.first.invocation)),
             "message": f"{block} {one.told(journal)}: {CANNOT_COME}"} for one in found]
