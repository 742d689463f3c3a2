"""The outcomes of a journal, to be given again."""

from __future__ import annotations

from typing import Any

from phantom_lab.journal import ActionStarted, Journal, OutcomeGiven

_LOCAL = "local REST"
"""The source of what the platform itself answered: it answers again, and may write what the answer tells of."""


def recorded(journal: Journal) -> list[dict[str, Any]]:
    """Every outcome that came from outside, in order.

    Returns:
        ``{"action", "name", "asset", "parameter", "results", "source", "delay"}``, as
        `phantom_lab.outcomes.Recording` takes them.
    """
    names = {(one.run, one.action_run_id): one.name for one in journal.events if isinstance(one, ActionStarted)}
    return [{"action": one.action, "name": names.get((one.run, one.action_run_id), ""), "asset": one.asset,
             "parameter": journal.get(one.parameter), "results": journal.get(one.results), "source": one.source,
             "delay": one.delay}
            for one in journal.events if isinstance(one, OutcomeGiven) and one.source != _LOCAL]
