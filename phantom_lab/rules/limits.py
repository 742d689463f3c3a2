"""How much a run may do and read."""

from __future__ import annotations

from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.rules.arguments import check_number
from phantom_lab.rules.registry import emulates
from phantom_lab.rules.sources import LIMIT


@emulates("set_action_limit")
def set_action_limit(run: PlaybookRun, limit: Any) -> None:
    """Set how many calls of ``act`` the run may make, 50 without it (documented); one more ends its branch (assumed).

    An action on several assets or with several parameter sets is one call (documented). A child playbook has a count
    and a limit of its own (assumed).
    """
    if limit is None:
        raise PlaybookArgumentError("set_action_limit: limit must be a number of action calls, not None")
    check_number("set_action_limit", "limit", limit, "action calls")
    run.state.action_limit = limit
    run.keep("action limit", "", limit)


@emulates("get_collect_limit_")
def get_collect_limit(run: PlaybookRun) -> int:
    """How many artifacts a call reads that does not say so itself (assumed)."""
    return LIMIT if run.state.collect_limit is None else run.state.collect_limit


@emulates("set_collect_limit_")
def set_collect_limit(run: PlaybookRun, limit: Any) -> None:
    """Set how many artifacts collecting calls of this run read; None is the default again (assumed)."""
    check_number("set_collect_limit_", "limit", limit, "artifacts")
    run.state.collect_limit = limit
    run.keep("collect limit", "", limit)
