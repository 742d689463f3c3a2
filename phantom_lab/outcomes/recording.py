"""Outcomes of an earlier run, given again."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

from phantom_lab.model import ActionResult, App, Asset
from phantom_lab.outcomes.outcome import ActionCall, Outcome

_MADE_UP = frozenset({"context", "external_prompt_id", "secure_link"})
"""Parameters that no call gives."""


class Recording:
    """What actions came back with in a run; `phantom_lab.outcomes.recorded` reads it from a journal.

    Args:
        calls: in their order, each ``{"action", "asset", "parameter", "results", "delay"?, "source"?, "made_up"?}``;
            results as in `ActionResult.to_json`, the source is who gave them.
        name: for people.
        cut_off: whether the run that it is made of has no end.
    """

    def __init__(self, calls: Iterable[Mapping[str, Any]], *, name: str = "of a run", cut_off: bool = False) -> None:
        self.calls = tuple(calls)
        self.name = name
        self.cut_off = cut_off

    def provider(self) -> RecordingProvider:
        """A provider for one run: the recording begins anew."""
        return RecordingProvider(self)


class RecordingProvider:
    """Answers a call as the same one was answered: the first as the first, the second as the second.

    Calls are the same that agree in action, asset and parameters; what was not recorded, or not so often, is somebody
    else's business.
    """

    by = "recording"

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
        first = recorded.get("source", "")
        source = f"recording {self._recording.name}{f' ({first})' if first else ''}"
        return Outcome(results, source, recorded.get("delay", 0.0), own=bool(recorded.get("made_up")),
                       by=self.by)

    def near(self, call: ActionCall) -> str:
        """That the recording holds only the beginning of a run, where that is so."""
        return " ".join(f"The {told}." for told in self.remarks())

    def remarks(self) -> Iterable[str]:
        """The same, after a run."""
        if self._recording.cut_off:
            yield (f"recording {self._recording.name} holds no end of its run: what came after the journal was cut off "
                   "is not in it")

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
    """Parameters without what the platform made up for them."""
    return {key: value for key, value in parameter.items() if key not in _MADE_UP}


def _again(result: Mapping[str, Any], call: ActionCall) -> ActionResult:
    """A recorded result, in the context of the call."""
    parameter = {**result["parameter"], **{key: value for key, value in call.parameter.items() if key in _MADE_UP}}
    return ActionResult(result["status"], result["message"], parameter, result["data"], result["summary"])
