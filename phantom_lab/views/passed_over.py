"""Calls that were not carried out, and after which the playbook went on: by a return value, or by an exception that it
swallowed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from phantom_lab.history.events import ApiCalled, CallFailed
from phantom_lab.history.index import Index
from phantom_lab.history.journal import Journal

if TYPE_CHECKING:
    from phantom_lab.views.rows import Hint


def passed_over(journal: Journal) -> Iterator[Hint]:
    """Yields ``{"invocation", "run", "block", "line", "message"}``."""
    index = journal.index
    for event in index.raised(CallFailed):
        if isinstance(event, CallFailed):
            what = "was not carried out" if event.write else "found nothing"
            on = f" ({event.on})" if event.on else ""
            told = f"phantom.{event.api}{on} {what}: {event.reason}"
        elif isinstance(event, ApiCalled) and not event.name.startswith("requests.") and _caught(
                index, event.invocation):
            told = f"phantom.{event.name} raised {event.error.rstrip('.')}; the playbook caught it and went on"
        else:
            continue
        yield {"invocation": event.invocation, "run": event.run, "block": index.block_of(event.invocation),
               "line": event.line, "message": told}


def _caught(index: Index, invocation: int) -> bool:
    """Whether an invocation, or one of those around it, returned all the same."""
    one = index.invocation(invocation)
    while one is not None and one.failure is not None:
        one = index.invocation(one.started.caller or 0)
    return one is not None and one.ended is not None
