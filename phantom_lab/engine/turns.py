"""Turns of the run queue: what completes at them, and its callback."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from phantom_lab.engine.actions import carry_out
from phantom_lab.engine.binding import bind
from phantom_lab.engine.calls import ask, dispatched
from phantom_lab.engine.dispatching import answered, dispatch
from phantom_lab.engine.invoker import CustomFunctionRaised, Invoker
from phantom_lab.engine.modules import Modules
from phantom_lab.engine.pending import Pending, PendingAction, PendingCustomFunction, PendingPlaybook
from phantom_lab.engine.run_summary import in_short
from phantom_lab.engine.standing_in import answer_function
from phantom_lab.engine.tree import Tree
from phantom_lab.errors import PlaybookLoadError
from phantom_lab.history import ActionCompleted, Cause, CustomFunctionCompleted, PlaybookCompleted
from phantom_lab.isolation.interrupt import CustomFunctionTimedOut
from phantom_lab.model import PEOPLE, ActionRun, CustomFunctionResult, CustomFunctionRun, json_copy
from phantom_lab.outcomes import ActionCall
from phantom_lab.source.stubbed import StubbedCustomFunction


class Turns:
    """Completes what one run has asked for, turn by turn, and calls back.

    Args:
        tree: of the run.
        invoker, modules: of the run.
    """

    def __init__(self, tree: Tree, invoker: Invoker, modules: Modules) -> None:
        self._tree = tree
        self._invoker = invoker
        self._modules = modules

    def complete(self, pending: Pending) -> None:
        """Complete an action, a custom function or an ended child playbook, and call back."""
        if isinstance(pending, PendingPlaybook):
            self._complete_playbook(pending)
        elif isinstance(pending, PendingCustomFunction):
            self._complete_custom_function(pending)
        elif isinstance(pending, PendingAction):
            self._complete_action(pending)

    def _complete_playbook(self, pending: PendingPlaybook) -> None:
        run, child = pending.run, pending.child
        child.loop_state = pending.loop_state
        results = child.results()
        run.journal.append(PlaybookCompleted(run.id, child.id, child.name, child.playbook, child.status,
                                             run.journal.put(results)))
        self._done(pending)
        self._call_back(pending, "playbook", {
            "action": None, "success": child.status == "success", "results": results}, f"it ended as {child.status}")

    def _complete_action(self, pending: PendingAction) -> None:
        run = pending.run
        if pending.on_dispatch is not None and not pending.refused:
            dispatch(self._tree, self._invoker, pending, pending.on_dispatch)
            return
        if pending.app_runs is None:
            pending, delay = self._go_on(pending)
            if delay:
                self._tree.queue.add(replace(pending, due=run.clock.elapsed() + delay))
                return
        done = ActionRun(pending.id, pending.name, pending.action, pending.app_runs or (), pending.refused)
        run.state.action_runs.append(done)
        results = done.results()
        run.journal.append(ActionCompleted(
            run.id, done.id, done.name, done.action, done.status, done.message, run.journal.put(results),
            [[one["app_run_id"], one["asset"], len(one["action_results"])] for one in results]))
        self._done(pending)
        kind = "prompt" if pending.action in PEOPLE else "action"
        self._call_back(pending, kind, {
            "action": done.to_json(), "success": done.success, "results": json_copy(results)}, in_short(done))

    def _go_on(self, pending: PendingAction) -> tuple[PendingAction, float]:
        """Ask for the approval, where an action needs one, then for its outcomes.

        Returns:
            The action with what was answered, and the seconds until the answer arrives.
        """
        if pending.reviewer and not pending.refused:
            refused, delay = self._review(pending)
            pending = replace(pending, refused=refused, reviewer="")
            if delay:
                return pending, delay
        if pending.refused:
            return replace(pending, app_runs=()), 0.0
        told: list[str] = []
        app_runs, delay = carry_out(pending, self._tree.ids,
                                    lambda call: dispatched(self._tree, pending, call, told))
        refused = "" if app_runs or not told else "; ".join(dict.fromkeys(told))
        return replace(pending, app_runs=tuple(app_runs), refused=refused), delay

    def _review(self, pending: PendingAction) -> tuple[str, float]:
        """Ask who must approve an action.

        Returns:
            Why it is not carried out, or nothing; and the seconds until the reply.
        """
        outcome = ask(self._tree, pending, ActionCall("approve", pending.name, "phantom", "Phantom", {
            "to": pending.reviewer, "message": f"Run '{pending.action}'?", "parameters": pending.parameters}, 1,
            pending.run.playbook.file))
        reply = outcome.results[0]
        refused = "" if reply.status == "success" else f"not approved by {pending.reviewer}: {reply.message}"
        return refused, outcome.delay

    def _complete_custom_function(self, pending: PendingCustomFunction) -> None:
        run, sets = pending.run, pending.parameters
        found = [self._execute(pending, inputs, f"parameter set {number} of {len(sets)}")
                 for number, inputs in enumerate(sets, 1)]
        done = CustomFunctionRun(pending.id, pending.name, pending.reference, tuple(found), pending.loop_state)
        run.state.custom_function_runs.append(done)
        results = json_copy(done.results())
        run.journal.append(CustomFunctionCompleted(run.id, done.id, done.name, done.function, done.status, done.message,
                                                   run.journal.put(results)))
        self._done(pending)
        self._call_back(pending, "custom_function", {
            "custom_function": done.to_json(), "success": done.success, "results": results},
            f"{sum(one.status == 'success' for one in found)} of {len(found)} parameter sets succeeded")

    def _execute(self, pending: PendingCustomFunction, inputs: dict[str, Any], which: str) -> CustomFunctionResult:
        """Execute a custom function for one parameter set."""
        run = pending.run
        cause = Cause("execute", pending.name, pending.registered_by, pending.line, which, pending.command)
        if isinstance(pending.function, StubbedCustomFunction):
            data, failed = answer_function(self._tree.outside, run, pending.function, pending.name, inputs)
            if failed is not None:
                return CustomFunctionResult("failed", failed, inputs, [])
            return _result(pending, inputs, data)
        try:
            with self._tree.ending.function_limited(self._tree.gate.rested):
                returned = self._modules.execute(pending.function, json_copy(inputs), cause, pending.id)
            data = json_copy(returned)
        except CustomFunctionRaised as exc:
            run.note(f"custom function {pending.reference} failed: {exc}")
            return CustomFunctionResult("failed", str(exc), inputs, [])
        except PlaybookLoadError as exc:
            return _refused(pending, inputs, f"cannot be executed: {exc}")
        except CustomFunctionTimedOut as exc:
            why = str(exc) or f"it did not return within {self._tree.options.custom_function_seconds:g} seconds"
            return _refused(pending, inputs, f"timed out: {why}")
        except (TypeError, ValueError, RecursionError) as exc:
            return _refused(pending, inputs, f"returned what is no JSON: {exc}")
        return _result(pending, inputs, data)

    def _done(self, pending: Pending) -> None:
        pending.run.open.discard(pending.key)
        answered(pending)
        if pending.name in pending.run.state.pending:
            pending.run.state.pending.remove(pending.name)

    def _call_back(self, pending: Pending, kind: str, offered: dict[str, Any], detail: str) -> None:
        run, callback = pending.run, pending.callback
        if callback is None:
            return
        if run.finishing:
            run.note(f"on_finish started {kind.replace('_', ' ')} '{pending.name}': the run does not wait for its "
                     "callback")
            return
        handle = pending.handle if kind != "prompt" else {}  # documented: no handle reaches a prompt's callback
        offered = {**offered, "container": run.container, "handle": handle}
        if pending.loop_state is not None:
            offered["loop_state_json"] = json.dumps(pending.loop_state)
        args, kwargs = bind(self._invoker, callback, offered)
        cause = Cause(kind, pending.name, pending.registered_by, pending.line, detail, pending.command)
        self._invoker.invoke(callback, args, kwargs, cause)


def _result(pending: PendingCustomFunction, inputs: dict[str, Any], data: Any) -> CustomFunctionResult:
    if data == []:  # observed: an empty list is taken for a failure
        return _refused(pending, inputs, "returned an empty list, which the platform takes for a failure")
    if not isinstance(data, dict | list):
        pending.run.note(f"custom function {pending.reference} (block {pending.name}) returned "
                         f"{type(data).__name__}, no dict or list: its outputs have no value")
    return CustomFunctionResult("success", "Custom function completed", inputs, data)


def _refused(pending: PendingCustomFunction, inputs: dict[str, Any], what: str) -> CustomFunctionResult:
    source = pending.function
    place = f"{source.title}:{source.line}" if source.line else source.title
    message = f"custom function {pending.reference} {what} (block {pending.name}, {place})"
    pending.run.note(message)
    return CustomFunctionResult("failed", message, inputs, [])
