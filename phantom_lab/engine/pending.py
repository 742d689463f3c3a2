"""Entries of the run queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import Any, ClassVar

from phantom_lab.engine.record import RunRecord
from phantom_lab.later import dataclass
from phantom_lab.model import QUESTIONS, AppRun, Asset, ChildRun
from phantom_lab.outcomes import ActionCall, Outcome, outcome_of
from phantom_lab.source.custom_function import CustomFunction
from phantom_lab.views.fan_out import multiplied, without_context


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Pending:
    """Something that was asked for and has not completed. It completes at its turn, just before its callback."""

    kind: ClassVar[str]
    """As `Queued` tells it."""

    run: RunRecord
    """The run whose turn it will be."""
    id: int
    """Id of the action run, custom function run or child playbook run."""
    name: str
    callback: Callable[..., Any] | None = None
    handle: Any = None
    loop_state: Any = None
    registered_by: str | None = None
    """Name of the block that asked for it, in `line`."""
    line: int = 0
    command: int = 0
    """The API call that asked for it."""
    due: float = 0.0
    """When its turn comes, in seconds of the clock."""

    @property
    def key(self) -> tuple[type, int]:
        """Unique in the queue."""
        return type(self), self.id

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r}>"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PendingAction(Pending):
    """An action run."""

    kind: ClassVar[str] = "action"
    action: str
    assets: list[Asset] = field(default_factory=list)
    parameters: list[dict[str, Any]] = field(default_factory=list)
    reviewer: str = ""
    """Who must approve it first; empty: nobody."""
    refused: str = ""
    """Why it will not be dispatched; empty when it will."""
    answers: tuple[dict[str, Any], ...] = ()
    """Answers given by hand, each for one asset or (without one) for all: ``{"asset"?, "status", …}``."""
    app_runs: tuple[AppRun, ...] | None = None
    """Its results, known already and delivered when it is due; None: not asked for yet."""
    on_dispatch: Callable[..., Any] | None = None
    """Called with the container when it is sent, before anybody answers; None: nothing to call, or called already."""
    app_run_id: int = 0
    """Id of its app run, once it has been sent."""

    def __repr__(self) -> str:
        """With the number of calls, and the numbers it is a product of."""
        calls = multiplied(without_context(self.parameters), len(self.assets))
        return f"<PendingAction {self.name!r}: {self.action}{'' if self.action in QUESTIONS else f', {calls}'}>"

    def answered(self, call: ActionCall) -> Outcome | None:
        """The outcome that was given by hand for a call; the newest one counts."""
        for given in reversed(self.answers):
            if given.get("asset") in (None, call.asset):
                answer = {key: value for key, value in given.items() if key != "asset"}
                return outcome_of(answer, call, where="the given result", source="given by hand", by="hand")
        return None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PendingCustomFunction(Pending):
    """A custom function run; its parameter sets are executed at its turn."""

    kind: ClassVar[str] = "custom function"
    reference: str
    """As the call named it, such as ``community/list_merge``."""
    function: CustomFunction
    parameters: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PendingStart(Pending):
    """A child playbook that has not begun: `run` is the child."""

    kind: ClassVar[str] = "start"

@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PendingPlaybook(Pending):
    """A child playbook that has ended, of which its parent has not been told: `run` is the parent."""

    kind: ClassVar[str] = "playbook"
    child: ChildRun
