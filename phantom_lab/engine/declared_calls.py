"""What the declarations of apps say about calls, and about datapaths into results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from phantom_lab.engine.outside import Outside
from phantom_lab.later import dataclass
from phantom_lab.model import Asset
from phantom_lab.outcomes import ActionCall
from phantom_lab.outcomes.known import Refusal

CALLS, READS = "what an app does not take of a call", "whether an app declares a path"
LACKING = "assets whose app lacks an action"


@dataclass(frozen=True, slots=True)
class Judged:
    """What is wrong with a call, according to its app."""

    missing: Refusal | None = None
    """Set if a required parameter is missing."""
    lacking: Refusal | None = None
    """Set if the app has no such action."""
    unknown: Sequence[str] = ()
    """A sentence on each parameter that the action does not take, or on the action that may be meant."""


def judged(outside: Outside, call: ActionCall) -> Judged:
    """Compare a call with what its app declares."""

    def live() -> dict[str, Any] | None:
        known = outside.providers.known(call)
        found = [known.misses(call.parameter), known.lacks(call.action)] if known else [None, None]
        unknown = known.unknown(call.parameter) if known else list(filter(None, [outside.providers.like(call)]))
        if not unknown and found == [None, None]:
            return None
        missing, lacking = (asdict(one) if one else None for one in found)
        return {"missing": missing, "lacking": lacking, "unknown": unknown}

    given = {name: value is not None for name, value in call.parameter.items() if name != "context"}
    told = outside.answer(CALLS, [call.action, call.name, call.asset, call.app, given], live)
    if not told:
        return Judged()
    return Judged(_refusal(told["missing"]), _refusal(told["lacking"]), told["unknown"])


def undeclared(outside: Outside, call: ActionCall, path: str) -> tuple[str, str] | None:
    """The source of the declaration that lacks a path, and the closest declared path; None: declared, or not known.

    Args:
        path: behind the block's name: ``action_result.data.*.score``.
    """

    def live() -> list[str] | None:
        known = outside.providers.known(call)
        closest = known.undeclared(path) if known else None
        return None if known is None or closest is None else [known.source, closest]

    told = outside.answer(READS, [call.action, call.name, call.asset, call.app, path], live)
    return (told[0], told[1]) if told else None


def having(outside: Outside, action: str, assets: Iterable[Asset]) -> list[Asset]:
    """The assets whose app may have an action. Actions that were configured for an app count, not its manifest."""
    there = list(assets)

    def live() -> list[str]:
        calls = [ActionCall(action, "", one.name, one.app.name, {}, 0) for one in there if one.app.actions is None]
        return [one.asset for one in calls if (known := outside.providers.known(one)) and known.lacks(action)]

    lacking = outside.answer(LACKING, [action, [one.name for one in there]], live, [])
    return [one for one in there if one.name not in lacking]


def _refusal(told: dict[str, Any] | None) -> Refusal | None:
    return Refusal(**{**told, "names": tuple(told["names"])}) if told else None
