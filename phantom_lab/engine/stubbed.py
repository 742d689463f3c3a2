"""Child playbooks and custom functions that something stands in for: they have no blocks, and nothing is executed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from phantom_lab.engine.custom_function import CustomFunction
from phantom_lab.engine.playbook import Playbook
from phantom_lab.engine.sentences import problem
from phantom_lab.engine.source import Source
from phantom_lab.errors import LabError, OutcomeNeeded
from phantom_lab.journal import Replaced
from phantom_lab.model import naming
from phantom_lab.outcomes import StandIn

if TYPE_CHECKING:
    from phantom_lab.engine.run import PlaybookRun


@dataclass(frozen=True)
class _Stubbed(Source):
    stand_in: StandIn = field(kw_only=True)

    @classmethod
    def of(cls, found: StandIn) -> Self:
        """The source is there because a run has a module; it is never invoked."""
        return cls(naming.base(found.name), "def on_start(container): pass\n", None, stand_in=found)

    @property
    def file(self) -> str:
        """Who answers."""
        return self.stand_in.source

    @property
    def title(self) -> str:
        """Who answers."""
        return self.stand_in.source


@dataclass(frozen=True)
class StubbedPlaybook(_Stubbed, Playbook):
    """A child playbook that is answered for at its turn."""

    def answer(self, run: PlaybookRun) -> None:
        """Give a run of it its outputs, or let it fail."""
        given = {"inputs": run.state.inputs, "container": run.container}
        outputs, failed = _ask(run, self.stand_in, "child playbook", f"{self.name} (run {run.id})", given,
                               run.child.name if run.child else self.name)
        if failed is None:
            run.store_outputs(outputs)
            return
        run.end("failed", failed)
        if run.child is not None:
            run.child.message = json.dumps({**run.run_summary(), "status": "failed", "message": failed})


@dataclass(frozen=True)
class StubbedCustomFunction(_Stubbed, CustomFunction):
    """A custom function that is answered for at its turn."""

    def answer(self, run: PlaybookRun, block: str, parameters: dict[str, Any]) -> tuple[Any, str | None]:
        """As `StandIn.answer`, for one parameter set."""
        return _ask(run, self.stand_in, "custom function", f"{self.name} (block {block})", parameters, block)


def _ask(run: PlaybookRun, stand_in: StandIn, kind: str, on: str, given: dict[str, Any],
         block: str) -> tuple[Any, str | None]:
    """Where a stand-in can say nothing, the run ends as for an outcome that is missing."""
    run.journal.append(Replaced(run.id, run.invocation, kind, on, stand_in.source))
    run.note(f"{kind} {on} is not executed: {stand_in.source} answers")
    try:
        return run.tree.outside.stand_in(stand_in, given)
    except LabError as exc:
        raise OutcomeNeeded(problem(exc, block)) from None
