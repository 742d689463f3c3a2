"""Calls that were not carried out, and after which the playbook went on: by a return value, or by an exception that it
swallowed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from phantom_lab.history.events import ApiCalled, CallFailed
from phantom_lab.history.invocations import Invocation, block_of
from phantom_lab.history.journal import Journal

if TYPE_CHECKING:
    from phantom_lab.views.rows import Hint


def passed_over(journal: Journal, blocks: dict[int, Invocation]) -> Iterator[Hint]:
    """Yields ``{"invocation", "run", "block", "line", "message"}``."""
    for event in journal.index.of_kinds(CallFailed, ApiCalled):
        if isinstance(event, CallFailed):
            what = "was not carried out" if event.write else "found nothing"
            on = f" ({event.on})" if event.on else ""
            told = f"phantom.{event.api}{on} {what}: {event.reason}"
        elif isinstance(event, ApiCalled) and event.error and not event.name.startswith("requests.") and _caught(
                blocks, event.invocation):
            told = f"phantom.{event.name} raised {event.error}; the playbook caught it and went on"
        else:
            continue
        yield {"invocation": event.invocation, "run": event.run, "block": block_of(blocks, event.invocation),
               "line": event.line, "message": told}


def _caught(blocks: dict[int, Invocation], invocation: int) -> bool:
    """Whether an invocation, or one of those around it, returned all the same."""
    one = blocks.get(invocation)
    while one is not None and one.failure is not None:
        one = blocks.get(one.started.caller or 0)
    return one is not None and one.ended is not None
