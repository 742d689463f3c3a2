"""What the playbook itself requested elsewhere than at the platform, and who answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phantom_lab.history.events import Answered, ApiCalled
from phantom_lab.history.journal import Journal

if TYPE_CHECKING:
    from phantom_lab.views.rows import RequestRow

_REQUESTS = "requests."
HTTP = "http"
"""The question of `Answered` that a request asks which leaves the platform."""


def left_platform(journal: Journal) -> dict[int, bool]:
    """Requests that left the platform, by their API call: whether anybody answered."""
    events, stamps = journal.events, journal.stamps
    asked = ((stamps[place].command, event) for place in journal.index.positions(Answered)
             if isinstance(event := events[place], Answered) and event.question == HTTP)
    return {command: event.error is not None or journal.get(event.answer) is not None for command, event in asked}


def requests_of(journal: Journal) -> list[ApiCalled]:
    """Requests of the playbook itself, in their order."""
    names = [one for one in journal.index.called if one.startswith(_REQUESTS)]
    return journal.index.calls(*names)


def requested(journal: Journal) -> list[RequestRow]:
    """Requests that would have left the platform, in their order.

    Returns:
        ``{"method", "url", "status_code", "source", "error", "block", "line"}``; without an answer there is no status
        code, and the source is empty.
    """
    left = left_platform(journal)
    found: list[RequestRow] = []
    for event in requests_of(journal):
        answer = journal.get(event.returned) or {}
        if "source" not in answer and event.command not in left:
            continue
        given = journal.get(event.arguments["url"]) if "url" in event.arguments else ""
        found.append({
            "method": event.name.removeprefix(_REQUESTS).upper(), "url": str(answer.get("url", given)),
            "status_code": answer.get("status_code"), "source": answer.get("source", ""),
            "error": event.error if left.get(event.command, True) else "refused by the lab",
            "block": journal.index.block_of(event.invocation), "line": event.line})
    return found
