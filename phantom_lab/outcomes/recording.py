"""Outcomes of an earlier run, given again."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

from phantom_lab.model import ActionResult, App, Asset
from phantom_lab.outcomes.provider import ActionCall, Outcome


class Recording:
    """What actions came back with in a run; `phantom_lab.engine.recorded` reads it from a journal.

    Args:
        calls: in their order, each ``{"action", "asset", "parameter", "results", "delay"?}``; results as in
            `ActionResult.to_json`.
        name: for people.
    """

    def __init__(self, calls: Iterable[Mapping[str, Any]], *, name: str = "of a run") -> None:
        self.calls = tuple(calls)
        self.name = name

    def provider(self) -> RecordingProvider:
        """A provider for one run: the recording begins anew."""
        return RecordingProvider(self)


class RecordingProvider:
    """Answers a call as the same one was answered: the first as the first, the second as the second.

    Calls are the same that agree in action, asset and parameters; what was not recorded, or not so often, is somebody
    else's business.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._left: dict[str, deque[Mapping[str, Any]]] = {}
        for one in recording.calls:
            key = _key(one["action"], one["asset"], one["parameter"])
            self._left.setdefault(key, deque()).append(one)

    def outcome(self, call: ActionCall) -> Outcome | None:
        """The recorded outcome of a call."""
        left = self._left.get(_key(call.action, call.asset, call.parameter))
        if not left:
            return None
        recorded = left.popleft()
        results = tuple(_again(one, call) for one in recorded["results"])
        return Outcome(results, f"recording {self._recording.name}", recorded.get("delay", 0.0))

    def assets(self, action: str) -> Iterable[Asset]:
        """The assets that the action ran on."""
        names = [one["asset"] for one in self._recording.calls if one["action"].lower() == action.lower()]
        return [Asset(name, App(name)) for name in dict.fromkeys(names)]


def _key(action: str, asset: str, parameter: Mapping[str, Any]) -> str:
    bare = _bare(parameter)
    if isinstance(sets := bare.get("parameters"), list):  # an approval names the parameters of its action
        bare["parameters"] = [_bare(one) if isinstance(one, dict) else one for one in sets]
    return json.dumps([action.lower(), asset, bare], sort_keys=True)


def _bare(parameter: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters without what the engine wrote into them."""
    return {key: value for key, value in parameter.items() if key != "context"}


def _again(result: Mapping[str, Any], call: ActionCall) -> ActionResult:
    """A recorded result, in the context of the call."""
    parameter = {**result["parameter"], **{key: call.parameter[key] for key in ("context",) if key in call.parameter}}
    return ActionResult(result["status"], result["message"], parameter, result["data"], result["summary"])
