"""The outcomes of a journal, to be given again."""

from __future__ import annotations

from itertools import islice
from typing import Any

from phantom_lab.history import ActionStarted, Journal, OutcomeGiven


def recorded(journal: Journal, since: int = 0) -> list[dict[str, Any]]:
    """Every outcome that came from outside, in order.

    What the platform itself answered is left out: it answers again, and may write what the answer tells of.

    Args:
        since: the position from which on.

    Returns:
        ``{"action", "name", "asset", "parameter", "results", "source", "delay", "made_up", "by"}``, as
        `phantom_lab.outcomes.Recording` takes them.
    """
    names = {(one.run, one.action_run_id): one.name for one in journal.events if isinstance(one, ActionStarted)}
    return [{"action": one.action, "name": names.get((one.run, one.action_run_id), ""), "asset": one.asset,
             "parameter": journal.get(one.parameter), "results": journal.get(one.results), "source": one.source,
             "delay": one.delay, "made_up": one.made_up, "by": one.by}
            for one in islice(journal.events, since, None) if isinstance(one, OutcomeGiven) and not one.local]


def ended(journal: Journal) -> bool:
    """Whether it tells how its run ended; one that was cut off in the middle does not."""
    return journal.index.all_ended
