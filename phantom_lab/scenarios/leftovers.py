"""What a scenario answers and a run does not ask for: a misspelt name, another block, another parameter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from phantom_lab.misspelt import near
from phantom_lab.outcomes.outcome import ActionCall
from phantom_lab.scenarios.entries import ActionEntry
from phantom_lab.scenarios.entry_pool import Entry

_KEPT = 200
"""Calls of an action that entries are compared with."""
_TOLD = 5


class Leftovers:
    """Entries of outcomes beside the calls of a run.

    Args:
        tiers: as for `EntryPool`.
    """

    def __init__(self, tiers: Sequence[Sequence[ActionEntry]]) -> None:
        self._entries = [entry for tier in tiers for entry in tier]
        self._calls: dict[str, list[ActionCall]] = {}

    def asked(self, call: ActionCall) -> None:
        """Keep a call."""
        calls = self._calls.setdefault(call.action.lower(), [])
        if len(calls) < _KEPT:
            calls.append(call)

    def near(self, call: ActionCall) -> str:
        """Why no entry of its action is for a call, or which action may have been meant."""
        action = call.action.lower()
        same = [one for one in self._entries if one.wanted["action"] == action]
        if same:
            told = [f"{one.where}: {', '.join(one.differences(call))}" for one in same[:_TOLD]]
            more = f"; and {len(same) - _TOLD} more" if len(same) > _TOLD else ""
            return f"The scenario answers '{call.action}', but not this call: {'; '.join(told)}{more}."
        meant = near(action, [one.wanted["action"] for one in self._entries])
        entry = next((one for one in self._entries if meant and one.wanted["action"] == meant[0]), None)
        return f"The scenario answers {entry.title} ({entry.where}): is '{call.action}' meant?" if entry else ""

    def told(self, left: Iterable[tuple[int, ActionEntry, int]], shared: int | None) -> Iterator[str]:
        """A sentence on each entry that was not used, or not up.

        Args:
            left: as of `EntryPool.left`.
            shared: the number of the tier that other variants use: of it only what seems to be misspelt is told.
        """
        for tier, entry, used in left:
            if used:
                yield in_part(entry, used)
            elif (reason := self._reason(entry, shared=tier == shared)) is not None:
                yield f"scenario {entry.where}: the outcome of {entry.title} was never asked for{reason}"

    def _reason(self, entry: ActionEntry, *, shared: bool) -> str | None:
        """Why it was not used; None where that is as it should be."""
        action = entry.wanted["action"]
        if action in self._calls:
            found = min((entry.differences(call) for call in self._calls[action]), key=len)
            block = entry.wanted.get("block")
            if not found and block is not None and all(call.name != block for call in self._calls[action]):
                return f": another outcome spells the block {block!r} as the run does"
            return f": {', '.join(found)}" if found and not shared else None  # else a more specific one answered
        if close := near(action, self._calls):
            return f"; the run asked for '{close[0]}'"
        if shared:
            return None
        asked = ", ".join(f"'{one}'" for one in list(self._calls)[:_TOLD])
        return f"; the run asked for {asked}" if asked else ""


def in_part(entry: Entry, used: int) -> str:
    """That some of its answers are left."""
    return f"scenario {entry.where}: of the {len(entry.answers)} answers to {entry.title} the run asked for {used}"
