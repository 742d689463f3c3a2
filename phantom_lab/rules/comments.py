"""Container automation API: comments."""

from __future__ import annotations

from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.rules.refusals import container_of, refusable
from phantom_lab.rules.registry import emulates
from phantom_lab.state import notes


@emulates("comment")
@refusable()
def comment(run: PlaybookRun, container: Any, comment: Any, trace: Any) -> tuple[bool, str]:
    """Add a comment to a container: ``(success, message)`` (documented). An empty one is refused (assumed)."""
    return _add(run, container, comment)


@emulates("add_comment")
@refusable()
def add_comment(run: PlaybookRun, container: Any, comment: Any) -> tuple[bool, str]:
    """The older name of ``comment`` (observed)."""
    return _add(run, container, comment)


def _add(run: PlaybookRun, container: Any, text: Any) -> tuple[bool, str]:
    notes.add_comment(run.platform, container_of(run, container), text)
    return True, "comment added"
