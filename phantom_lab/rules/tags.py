"""Container automation API: tags."""

from __future__ import annotations

from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.rules.refusals import container_of, refusable
from phantom_lab.rules.registry import emulates
from phantom_lab.state import containers


@emulates("add_tags")
@refusable()
def add_tags(run: PlaybookRun, container: Any, tags: Any, trace: Any) -> tuple[bool, str]:
    """Add a tag or a list of them (documented); one that is there already stays once (assumed)."""
    return True, _now(containers.add_tags(run.platform, container_of(run, container), tags))


@emulates("remove_tags")
@refusable()
def remove_tags(run: PlaybookRun, container: Any, tags: Any, trace: Any) -> tuple[bool, str]:
    """Take a tag or a list of them away (documented); one that is not there is no error (assumed)."""
    return True, _now(containers.remove_tags(run.platform, container_of(run, container), tags))


@emulates("get_tags")
@refusable([], write=False)
def get_tags(run: PlaybookRun, container: Any, trace: Any) -> tuple[bool, str, list[str]]:
    """The tags of a container: ``(success, message, tags)`` (documented)."""
    return True, "", containers.tags_of(run.platform, container_of(run, container))


def _now(tags: list[str]) -> str:
    return f"tags: {', '.join(tags)}" if tags else "no tags"
