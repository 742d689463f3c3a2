"""One call of an action: whether it is dispatched, and what it comes back with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from phantom_lab.engine.pending import PendingAction
from phantom_lab.engine.sentences import problem
from phantom_lab.errors import LabError, one_line
from phantom_lab.journal import CallRefused, OutcomeGiven, OutcomeMissing
from phantom_lab.model import PEOPLE, asked_of
from phantom_lab.outcomes import ActionCall, Outcome
from phantom_lab.outcomes.known import Refusal

HINT = ("Give one with --results FILE or --scenario FILE, a stub (@lab.action({action!r})), or by hand at the panel "
        "(stepper.give([…]) or stepper.fail(message)); --generate makes results up.")
PROMPT_HINT = ("Reply with --results FILE or --scenario FILE, a stub (@lab.action({action!r}) that returns "
               "phantom_lab.responses(…), timed_out() or declined()), or by hand at the panel (stepper.respond(…), "
               "stepper.time_out()).")


def dispatched(pending: PendingAction, call: ActionCall, told: list[str]) -> Outcome | None:
    """The outcome of a call; None of one that is not dispatched, as its app does not take it.

    Without a required parameter a call is never dispatched, whatever results there are (observed). One of an action
    that the app lacks is not, unless somebody gives a result for it.

    Args:
        told: gets why it is not dispatched.
    """
    refuse = pending.run.tree.options.undeclared_calls == "refuse"
    known = pending.run.tree.providers.known(call) if refuse else None
    if known is not None and (missing := known.misses(call.parameter)):
        told.append(_refused(pending, call, missing, unused=bool(pending.answers)))
        return None
    asset = next((one for one in pending.assets if one.name == call.asset), None)
    configured = asset is not None and asset.app.actions is not None  # whoever configured the asset said what it has
    lacking = known.lacks(call.action) if known is not None and not configured else None
    found, wrong = _given(pending, call)
    if lacking is not None and not wrong:
        message = _refused(pending, call, lacking, found.source if found else "")
        if found is None:
            told.append(message)
            return None
    return _taken(pending, call, found or _at_the_gate(pending, call, wrong))


def ask(pending: PendingAction, call: ActionCall) -> Outcome:
    """The outcome of a call: given by hand, by a provider, or at the gate."""
    found, wrong = _given(pending, call)
    return _taken(pending, call, found or _at_the_gate(pending, call, wrong))


def _given(pending: PendingAction, call: ActionCall) -> tuple[Outcome | None, str]:
    """What somebody gives, or what is wrong with it."""
    try:
        return pending.answered(call) or pending.run.tree.providers.outcome(call), ""
    except LabError as exc:
        return None, problem(exc, call.name)


def _at_the_gate(pending: PendingAction, call: ActionCall, wrong: str) -> Outcome:
    run = pending.run
    missing = OutcomeMissing(run.id, pending.id, call.name, call.action, call.asset, run.journal.put(call.parameter),
                             wrong or _missing(call, run.tree.providers.near(call)))
    run.journal.append(missing)
    return run.tree.gate.needs_outcome(call, missing)


def _taken(pending: PendingAction, call: ActionCall, found: Outcome) -> Outcome:
    """An outcome, journaled and held against what the app declares."""
    run = pending.run
    if told := run.tree.providers.objection(call, found):
        run.note(told)
    left_out = [{"path": f"{call.name}:{one.read.path}", "closest": one.closest, "declared": one.declared,
                 "function": one.read.function, "line": one.read.line}
                for one in found.left_out if one.read.dug]  # of a datapath, its diagnosis tells it
    run.journal.append(OutcomeGiven(
        run.id, pending.id, call.action, call.asset, run.journal.put(call.parameter),
        run.journal.put([result.to_json() for result in found.results]), found.source, found.delay, found.local,
        left_out))
    return found


def _refused(pending: PendingAction, call: ActionCall, refusal: Refusal, answered: str = "", *,
             unused: bool = False) -> str:
    """Journal that the app does not take a call; returns why.

    Args:
        unused: whether somebody gave a result by hand, in vain.
    """
    run, message = pending.run, f"{refusal}{'; the result given by hand is not used' if unused else ''}"
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
