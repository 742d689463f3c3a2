"""What the playbook itself requested elsewhere than at the platform, and who answered."""

from __future__ import annotations

from typing import Any

from phantom_lab.journal.events import ApiCalled
from phantom_lab.journal.invocations import block_of
from phantom_lab.journal.journal import Journal

_REQUESTS = "requests."
REFUSED = "ConnectionError: refused to request"
"""How the error of a request begins that nothing answers."""
_FAILED = ("ConnectionError", "ReadTimeout")


def requested(journal: Journal) -> list[dict[str, Any]]:
    """Requests that would have left the platform, in their order.

    Returns:
        ``{"method", "url", "status_code", "source", "error", "block", "line"}``; without an answer there is no status
        code, and the source is empty.
    """
    blocks = journal.index.invocations
    found = []
    for event in journal.events:
        if not isinstance(event, ApiCalled) or not event.name.startswith(_REQUESTS):
            continue
        answer = journal.get(event.returned) or {}
        if "source" not in answer and not event.error.startswith(_FAILED):
            continue
        given = journal.get(event.arguments["url"]) if "url" in event.arguments else ""
        found.append({
            "method": event.name.removeprefix(_REQUESTS).upper(), "url": str(answer.get("url", given)),
            "status_code": answer.get("status_code"), "source": answer.get("source", ""),
            "error": "refused by the lab" if event.error.startswith(REFUSED) else event.error,
            "block": block_of(blocks, event.invocation), "line": event.line})
    return found
