"""What an action came back with: action run, app runs, action results."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from phantom_lab.later import dataclass

PEOPLE = {"prompt": "prompt", "task": "task", "approve": "approval"}
"""What a person answers, by the action that stands for it."""
QUESTIONS = ("prompt", "task")
"""Of these, the ones that are actions of their own; an approval is part of the action that needs it."""


def asked_of(parameter: Mapping[str, Any]) -> str:
    """Whom a prompt, task or approval asks, in words."""
    return str(parameter.get("to") or "whoever opens its link")


@dataclass(frozen=True, slots=True)
class ActionResult:
    """The result of one parameter set on one asset."""

    status: str
    """``success`` or ``failed``."""
    message: str
    parameter: dict[str, Any]
    data: list[Any] = field(default_factory=list)
    summary: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The element of ``results[].action_results``."""
        return {"status": self.status, "data": self.data, "message": self.message, "parameter": self.parameter,
                "summary": self.summary}


@dataclass(frozen=True, slots=True)
class AppRun:
    """One app run on one asset, with one action result per parameter set (documented: Understanding callbacks)."""

    id: int
    action_run_id: int
    name: str
    action: str
    app: str
    app_id: int
    asset: str
    asset_id: int
    results: tuple[ActionResult, ...]
    loop_state: Any = None

    @property
    def succeeded(self) -> int:
        """Number of parameter sets that succeeded."""
        return sum(result.status == "success" for result in self.results)

    @property
    def status(self) -> str:
        """Failed only if every parameter set failed."""
        return "success" if self.succeeded or not self.results else "failed"

    @property
    def message(self) -> str:
        """The platform's message text; the singular success form is documented, the others are assumed."""
        counts = ((self.succeeded, "succeeded"), (len(self.results) - self.succeeded, "failed"))
        heads = [f"{n} action{'s' if n != 1 else ''} {verb}." for n, verb in counts if n] or ["0 actions succeeded."]
        parts = [f'({n})For Parameter: {_shown(result.parameter)} Message: "{result.message}"'
                 for n, result in enumerate(self.results, 1)]
        return f"'{self.name}' on asset '{self.asset}': {' '.join(heads + parts)}"

    def to_json(self) -> dict[str, Any]:
        """The element of ``results`` that a callback receives."""
        found = {
            "asset_id": self.asset_id, "status": self.status, "name": self.name, "app": self.app,
            "action_results": [result.to_json() for result in self.results], "app_id": self.app_id,
            "summary": {"total_objects": len(self.results), "total_objects_successful": self.succeeded},
            "asset": self.asset, "action": self.action, "message": self.message, "app_run_id": self.id,
            "action_run_id": self.action_run_id,
        }
        return found if self.loop_state is None else {**found, "loop_state": self.loop_state}


@dataclass(frozen=True, slots=True)
class ActionRun:
    """A finished action run: every app run that one ``phantom.act`` call made."""

    id: int
    name: str
    action: str
    app_runs: tuple[AppRun, ...]
    refused: str = ""
    """Why the platform would not dispatch it; empty when it did."""

    @property
    def success(self) -> bool:
        """False only if it failed on every asset with every parameter set (documented), or was refused."""
        if self.refused:
            return False
        return not self.app_runs or any(run.status == "success" for run in self.app_runs)

    @property
    def status(self) -> str:
        """``success`` or ``failed``."""
        return "success" if self.success else "failed"

    @property
    def message(self) -> str:
        """The counting message of the whole action run."""
        if self.refused:
            return self.refused
        good = sum(run.succeeded for run in self.app_runs)
        bad = sum(len(run.results) for run in self.app_runs) - good
        counts = ((good, "succeeded"), (bad, "failed"))
        return ". ".join(f"{n} action{'s' if n != 1 else ''} {verb}" for n, verb in counts if n) or "no action ran"

    @property
    def reason(self) -> str:
        """Why it failed, in the words of its first failed result."""
        failed = (one.message for run in self.app_runs for one in run.results if one.status == "failed")
        return self.refused or next((text for text in failed if text), self.message)

    def to_json(self) -> dict[str, Any]:
        """The ``action`` argument of a callback."""
        return {"action_run_id": self.id, "action_name": self.action, "action": self.action, "name": self.name}

    def results(self) -> list[dict[str, Any]]:
        """The ``results`` argument of a callback."""
        return [run.to_json() for run in self.app_runs]


def _shown(parameter: dict[str, Any]) -> str:
    """Compact JSON with sorted keys, without the context that the engine writes (the documented example's form)."""
    shown = {key: value for key, value in parameter.items() if key != "context"}
    return json.dumps(shown, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
