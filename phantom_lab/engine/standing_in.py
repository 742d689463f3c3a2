"""What stands in for child playbooks and custom functions, asked at their turn."""

from __future__ import annotations

from typing import Any

from phantom_lab.engine.outside import Outside
from phantom_lab.engine.record import RunRecord
from phantom_lab.errors import LabError, OutcomeNeeded
from phantom_lab.history import Replaced
from phantom_lab.outcomes import StandIn
from phantom_lab.source.stubbed import StubbedCustomFunction, StubbedPlaybook
from phantom_lab.views.sentences import problem


def answer_playbook(outside: Outside, run: RunRecord, playbook: StubbedPlaybook) -> str | None:
    """Give the run of a child playbook its outputs; returns why there are none, None where there are."""
    given = {"inputs": run.state.inputs, "container": run.container}
    outputs, failed = _ask(outside, run, playbook.stand_in, "child playbook", f"{playbook.name} (run {run.id})", given,
                           run.child.name if run.child else playbook.name)
    if failed is None:
        run.store_outputs(outputs)
    return failed


def answer_function(outside: Outside, run: RunRecord, function: StubbedCustomFunction, block: str,
                    parameters: dict[str, Any]) -> tuple[Any, str | None]:
    """As `StandIn.answer`, for one parameter set of a custom function."""
    return _ask(outside, run, function.stand_in, "custom function", f"{function.name} (block {block})", parameters,
                block)


def _ask(outside: Outside, run: RunRecord, stand_in: StandIn, kind: str, on: str, given: dict[str, Any],
         block: str) -> tuple[Any, str | None]:
    """Where a stand-in can say nothing, the run ends as for an outcome that is missing."""
    run.journal.append(Replaced(run.id, run.invocation, kind, on, stand_in.source))
    run.note(f"{kind} {on} is not executed: {stand_in.source} answers")
    try:
        return outside.stand_in(stand_in, given)
    except LabError as exc:
        raise OutcomeNeeded(problem(exc, block)) from None
