"""One call of an action: whether it is dispatched, and what it comes back with."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from phantom_lab.engine.declared_calls import Judged, judged
from phantom_lab.engine.pending import PendingAction
from phantom_lab.engine.tree import Tree
from phantom_lab.errors import LabError, one_line
from phantom_lab.history import CallRefused, OutcomeGiven, OutcomeMissing
from phantom_lab.model import PEOPLE, asked_of
from phantom_lab.outcomes import ActionCall, Outcome
from phantom_lab.outcomes.known import Refusal
from phantom_lab.views.sentences import problem

HINT = ("Give one with --results FILE or --scenario FILE, a stub (@lab.action({action!r})), or by hand at the panel "
        "(stepper.give([…]) or stepper.fail(message)); --generate makes results up.")
PROMPT_HINT = ("Reply with --results FILE or --scenario FILE, a stub (@lab.action({action!r}) that returns "
               "phantom_lab.responses(…), timed_out() or declined()), or by hand at the panel (stepper.respond(…), "
               "stepper.time_out()).")


def dispatched(tree: Tree, pending: PendingAction, call: ActionCall, told: list[str]) -> Outcome | None:
    """The outcome of a call; None of one that is not dispatched, as its app does not take it.

    Without a required parameter a call is never dispatched, whatever results there are (observed). One of an action
    that the app lacks is not, unless somebody gives a result for it.

    Args:
        tree: of the run.
        told: gets why it is not dispatched.
    """
    judgement = judged(tree.outside, call) if tree.options.undeclared_calls == "refuse" else Judged()
    if judgement.missing is not None:
        told.append(_refused(pending, call, judgement.missing))
        return None
    asset = next((one for one in pending.assets if one.name == call.asset), None)
    configured = asset is not None and asset.app.actions is not None  # whoever configured the asset said what it has
    lacking = None if configured else judgement.lacking
    found = _given(tree, pending, call, None if lacking else partial(_missing, call))
    if lacking is not None and not isinstance(found, str):
        message = _refused(pending, call, lacking, found.source if found else "")
        if found is None:
            told.append(message)
            return None
    return _taken(tree, pending, call, found)


def ask(tree: Tree, pending: PendingAction, call: ActionCall) -> Outcome:
    """The outcome of a call: given by hand, by a provider, or at the gate."""
    return _taken(tree, pending, call, _given(tree, pending, call, partial(_missing, call)))


def _given(tree: Tree, pending: PendingAction, call: ActionCall,
           missing: Callable[[str], str] | None) -> Outcome | str | None:
    """What somebody gives, or why there is nothing; None where no reason is asked for."""
    try:
        return tree.outside.outcome(pending, call, missing)
    except LabError as exc:
        return problem(exc, call.name)


def _taken(tree: Tree, pending: PendingAction, call: ActionCall, found: Outcome | str | None) -> Outcome:
    """An outcome, or that of the gate, journaled and compared with what the app declares."""
    run = pending.run
    parameter = run.journal.put(call.parameter)
    if not isinstance(found, Outcome):
        missing = OutcomeMissing(run.id, pending.id, call.name, call.action, call.asset, parameter, found or "")
        run.journal.append(missing)
        found = tree.gate.needs_outcome(call, missing)
    objection = tree.outside.objection(pending, call, found)
    results = run.journal.put([result.to_json() for result in found.results])
    left_out = [{"path": one.path, "closest": one.closest, "declared": one.declared, "function": one.function,
                 "line": one.line} for one in found.left_out if one.dug]  # of a datapath, its diagnosis tells it
    run.journal.append(OutcomeGiven(run.id, pending.id, call.action, call.asset, parameter, results, found.source,
                                    found.delay, found.local, objection, left_out, found.by,
                                    found.own and found.by not in ("app", "platform"), len(found.results),
                                    [one.message for one in found.results if one.status != "success"]))
    if objection:
        run.note(objection)
    return found


def _refused(pending: PendingAction, call: ActionCall, refusal: Refusal, answered: str = "") -> str:
    """Journal that the app does not take a call; returns why."""
    run, message = pending.run, str(refusal)
    run.journal.append(CallRefused(
        run.id, pending.id, call.name, call.action, call.asset, run.journal.put(call.parameter), refusal.kind,
        list(refusal.names), refusal.closest, refusal.source, message, answered))
    return message


def _missing(call: ActionCall, near: str) -> str:
    shown = {key: value for key, value in call.parameter.items() if key != "context"}
    if call.action in PEOPLE:
        what = f"no reply to {PEOPLE[call.action]} '{call.name}' to {asked_of(shown)}: {_questions(shown)}"
        hint = PROMPT_HINT.format(action=call.action)
    else:
        what = (f"no outcome for action '{call.action}' on asset '{call.asset}' with {json.dumps(shown)} "
                f"(block {call.name})")
        hint = HINT.format(action=call.action)
    return one_line(what, hint=near or hint)


def _questions(parameter: dict[str, Any]) -> str:
    asked: Sequence[Any] = [one.get("prompt") for one in parameter.get("response_types") or () if one.get("prompt")]
    return " / ".join(map(str, asked or [parameter.get("message")]))
