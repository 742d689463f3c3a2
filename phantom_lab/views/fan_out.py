"""How many app runs an action makes, and what they multiply from."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from phantom_lab.history.events import ActionStarted, OutcomeGiven
from phantom_lab.history.journal import Journal
from phantom_lab.model import QUESTIONS
from phantom_lab.views.each import each

if TYPE_CHECKING:
    from phantom_lab.views.rows import FanOutRow


def fan_out(journal: Journal) -> list[FanOutRow]:
    """Every action that was asked for, also one that has not had its turn; prompts and tasks are left out.

    Returns:
        ``{"run", "block", "line", "name", "action", "assets", "sets", "calls", "because", "fired"}``: the number of
        calls is that of assets times that of parameter sets, and ``because`` is ``2 user × 3 host × 2 assets``.
    """
    fired = {event.action_run_id for event in journal.index.of_kind(OutcomeGiven)}
    return [{"run": event.run, "block": journal.index.block_of(event.invocation),
             "line": journal.index.line_of(event.command), "name": event.name, "action": event.action,
             "assets": len(event.targets), "sets": given.sets, "calls": len(event.targets) * given.sets,
             "because": _because(given.sets, given.factors, len(event.targets)),
             "fired": event.action_run_id in fired}
            for event, given in asked(journal) if event.action not in QUESTIONS]


class Given(NamedTuple):
    """What is told of the parameter sets of an action."""

    sets: int
    factors: dict[str, int]
    """See `factors`."""
    lists: dict[str, int]
    """Parameters that hold lists where an app may take one value, and in how many sets."""


def asked(journal: Journal) -> list[tuple[ActionStarted, Given]]:
    """Actions that were asked for, in their order."""
    return list(zip(journal.index.of_kind(ActionStarted), each(journal, ActionStarted, _given), strict=True))


def _given(journal: Journal, event: ActionStarted) -> Given:
    sets = _given_sets(journal, event)
    lists = [key for one in sets for key, value in one.items()
             if isinstance(value, list) and key != "context" and key not in event.lists]
    return Given(len(sets), factors(without_context(sets)) if len(sets) > 1 else {}, Counter(lists) if lists else {})


def sets_of(journal: Journal, event: ActionStarted) -> list[dict[str, Any]]:
    """The parameter sets of an action as the playbook gave them."""
    return without_context(_given_sets(journal, event))


def _given_sets(journal: Journal, event: ActionStarted) -> list[dict[str, Any]]:
    return [one for one in journal.get(event.parameters) if isinstance(one, dict)]


def without_context(sets: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Parameter sets without what the engine writes into them."""
    return [{key: value for key, value in one.items() if key != "context"} for one in sets]


def multiplied(sets: Sequence[dict[str, Any]], assets: int) -> str:
    """One line: ``2 user × 3 host × 2 assets = 12 calls``."""
    calls = len(sets) * assets
    return f"{because(sets, assets)} = {calls} call{'' if calls == 1 else 's'}"


def because(sets: Sequence[dict[str, Any]], assets: int) -> str:
    """What the calls of an action multiply from: ``2 user × 3 host (of 12 sets 6 are distinct) × 2 assets``."""
    return _because(len(sets), factors(sets), assets)


def _because(sets: int, found: dict[str, int], assets: int) -> str:
    told = " × ".join(f"{count} {name}" for name, count in found.items()) or ("1 set" if sets else "no set")
    if (distinct := prod(found.values())) < sets:
        told += f" (of {sets} sets {distinct} {'is' if distinct == 1 else 'are'} distinct)"
    return told if assets == 1 else f"{told} × {assets} assets"


def factors(sets: Sequence[dict[str, Any]]) -> dict[str, int]:
    """What parameter sets multiply from: how many values a parameter has, or parameters that vary together have.

    Their product is the number of distinct sets. ``{"user": 2, "host+port": 3}`` stands for two loops, of which one is
    over pairs; sets that are no full grid are one factor.
    """
    if len(sets) < 2:
        return {}
    columns = _columns(sets)
    counts = {"+".join(group): _distinct(columns, group) for group in _linked(columns)}
    distinct = _distinct(columns, list(columns))
    return counts if prod(counts.values()) == distinct or not columns else {"+".join(columns): distinct}


def _columns(sets: Sequence[dict[str, Any]]) -> dict[str, list[str]]:
    """The values of every parameter that varies, as texts; an empty one where a set lacks it."""
    names = dict.fromkeys(name for one in sets for name in one)
    columns = {name: [_text(one[name]) if name in one else "" for one in sets] for name in names}
    return {name: values for name, values in columns.items() if len(set(values)) > 1}


def _linked(columns: dict[str, list[str]]) -> list[list[str]]:
    """Parameters in groups: two that do not come in every combination belong to the same one."""
    group = {name: [name] for name in columns}
    for one, other in combinations(columns, 2):
        full = _distinct(columns, [one]) * _distinct(columns, [other])
        if group[one] is not group[other] and _distinct(columns, [one, other]) < full:
            joined = group[one] + group[other]
            group.update(dict.fromkeys(joined, joined))
    return list({id(names): names for names in group.values()}.values())


def _distinct(columns: dict[str, list[str]], names: list[str]) -> int:
    return len(set(zip(*(columns[name] for name in names), strict=True)))


_text = json.JSONEncoder(sort_keys=True).encode
