"""Queueing what a block asks for: actions, prompts, custom functions, child playbooks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from phantom_lab.engine.actions import AssetSelection, select_assets, with_context
from phantom_lab.engine.declared_calls import judged
from phantom_lab.engine.pending import PendingAction, PendingCustomFunction, PendingPlaybook, PendingStart
from phantom_lab.engine.run import PlaybookRun
from phantom_lab.engine.tree import DEPTH, RUNS
from phantom_lab.errors import EndlessChildrenError, PlaybookArgumentError
from phantom_lab.history import ActionStarted, CustomFunctionStarted, PlaybookStarted
from phantom_lab.misspelt import closest
from phantom_lab.model import App, Asset, ChildRun, json_copy
from phantom_lab.outcomes import ActionCall
from phantom_lab.source.custom_function import CustomFunction
from phantom_lab.source.playbook import Playbook
from phantom_lab.source.signatures import label
from phantom_lab.source.stubbed import StubbedCustomFunction
from phantom_lab.state import FAR, Clock

_CHANGES = ("contain", "correct")
"""Types of actions that change something."""

PERSON = Asset("phantom", App("Phantom"))
"""Where prompts and tasks run: the platform itself."""


def act(run: PlaybookRun, action: str, parameters: list[dict[str, Any]], chosen: AssetSelection, *,
        callback: Callable[..., Any] | None, handle: Any, name: Any, parent: Any, reviewer: str,
        start: datetime | None, loop_state: Any) -> None:
    """Queue an action run.

    Args:
        reviewer: who must approve it first; empty: nobody.
        start: when it may run; a naive moment is local time.

    Raises:
        PlaybookArgumentError: the run has made as many calls as it may.
    """
    _count(run, action)
    ids = run.tree.ids
    number, name = ids.next("action_run"), run.name_for(name, "action", action)
    assets = select_assets(run.platform, run.tree.outside, action, chosen, run.note)
    if not parameters and _runs_without(run, action, name, assets):
        parameters = [{}]
    known_actions = [one for asset in run.platform.assets for one in asset.app.actions or ()]
    refused = "" if assets else f"no asset supports action '{action}'{closest(action, known_actions)}"
    if refused:
        run.note(f"action '{name}' is not dispatched: {refused}")
    given = {key: value for one in parameters for key, value in one.items()}
    for asset in assets:
        for told in judged(run.tree.outside, replace(_call(run, action, name, asset), parameter=given)).unknown:
            run.hint(f"act ({name}): {told}")
    asked = run.asked(callback)
    if start is not None:
        asked["due"] = max(asked["due"], _until(start, run.clock))
    _queue(run, PendingAction(**asked, id=number, name=name, handle=handle, loop_state=loop_state, action=action,
                              assets=assets, parameters=[with_context(one, ids, parent) for one in parameters],
                              reviewer=reviewer, refused=refused))


def _count(run: PlaybookRun, action: str) -> None:
    state = run.state
    if state.action_calls >= state.action_limit:
        raise PlaybookArgumentError(
            f"act '{action}': the run has made {state.action_calls} action calls; its limit is {state.action_limit}",
            hint="phantom.set_action_limit in on_start sets another one. Blocks that call each other need a way out.")
    state.action_calls += 1


def ask_person(run: PlaybookRun, kind: str, parameter: dict[str, Any], *, callback: Callable[..., Any] | None,
               name: Any, refused: str = "", on_dispatch: Callable[..., Any] | None = None) -> None:
    """Queue a prompt or a task: an action run of that name on the platform itself.

    Args:
        refused: why it cannot be sent; it then fails at its turn.
        on_dispatch: a block that is invoked when it goes out, which takes a turn of its own.
    """
    _queue(run, PendingAction(
        **run.asked(callback), id=run.tree.ids.next("action_run"), name=run.name_for(name, "action", kind),
        action=kind, assets=[PERSON], parameters=[with_context(parameter, run.tree.ids, None)], refused=refused,
        on_dispatch=on_dispatch))


def custom_function(run: PlaybookRun, reference: str, parameters: list[dict[str, Any]], *,
                    callback: Callable[..., Any] | None, name: Any, loop_state: Any) -> int:
    """Queue a custom function run; returns its id.

    Raises:
        PlaybookLoadError: there is no such custom function, or it cannot be loaded.
    """
    function = find_custom_function(run, reference)
    if function.misnamed:
        run.note(f"custom function {reference}: {function.misnamed}")
    number = run.tree.ids.next("custom_function_run")
    name = run.name_for(name, "custom function", function.name)
    pending = PendingCustomFunction(**run.asked(callback), id=number, name=name, loop_state=loop_state,
                                    reference=reference, function=function, parameters=parameters)
    source = "" if isinstance(function, StubbedCustomFunction) else run.journal.put(function.source)
    run.journal.append(CustomFunctionStarted(run.id, run.command, run.invocation, number, name, reference,
                                             run.journal.put(parameters), label(callback), source))
    run.state.pending.append(name)
    run.queue(pending)
    return number


def find_custom_function(run: PlaybookRun, reference: str) -> CustomFunction:
    """The custom function that a call in a run refers to."""
    return run.tree.outside.custom_function(reference, run)


def playbook(run: PlaybookRun, found: Playbook, reference: str, *, container_id: int, inputs: dict[str, Any],
             inherit_scope: bool, handle: Any, callback: Callable[..., Any] | None, name: Any, loop_state: Any) -> int:
    """Queue a child playbook; returns its playbook run id. With a callback, the parent stays open until it has ended.

    Raises:
        PlaybookArgumentError: playbooks start each other without end.
        PlaybookLoadError: it raised when it was imported.
    """
    _check_depth(run, found)
    run.tree.ids.after("child playbook run", run.tree.root.id)
    number = run.tree.ids.next("child playbook run")
    child = ChildRun(number, run.name_for(name, "playbook", found.name), reference, container_id, inputs)
    scope = run.state.scope if inherit_scope else "new"
    began = PlaybookRun(found, run.tree, run_id=number, container_id=container_id, inputs=json_copy(inputs),
                        scope=scope, parent=run, child=child, handle=handle)
    run.journal.append(PlaybookStarted(run.id, run.command, run.invocation, number, child.name, reference,
                                       run.journal.put(inputs), label(callback)))
    asked = run.asked(callback)
    run.state.children[child.name] = child
    run.state.pending.append(child.name)
    told = PendingPlaybook(**asked, id=number, name=child.name, loop_state=loop_state, child=child)
    run.calls[number] = told
    if callback is not None:
        run.open.add(told.key)
    began.queue(PendingStart(**{**asked, "run": began, "callback": None}, id=number, name=child.name))
    return number


def _until(start: datetime, clock: Clock) -> float:
    """Seconds of a clock until a moment; one at the edge of the calendar cannot be converted to a time zone."""
    try:
        return (start.astimezone() - clock.start).total_seconds()
    except (OverflowError, ValueError):
        return 0.0 if start.year < clock.start.year else FAR.total_seconds()


def _check_depth(run: PlaybookRun, found: Playbook) -> None:
    chain = [found.name]
    one: PlaybookRun | None = run
    while one is not None:
        chain.insert(0, one.playbook.name)
        one = one.parent
    if len(chain) > DEPTH:
        shown = " > ".join(chain[:3])
        raise EndlessChildrenError(f"playbook: {found.name} would run {len(chain) - 1} levels deep ({shown} > …)",
                                    hint="Playbooks that start each other need a way out.")
    if len(run.tree.runs) >= RUNS:
        raise EndlessChildrenError(f"playbook: {found.name} would be playbook run {RUNS + 1} of one start",
                                    hint="Playbooks that start each other need a way out.")


def _runs_without(run: PlaybookRun, action: str, name: str, assets: list[Asset]) -> bool:
    """Whether an action with an empty list of parameter sets runs once (option ``empty_parameters``)."""
    chosen = run.tree.options.empty_parameters
    if chosen != "declared" or not assets:
        return chosen == "once"
    return run.tree.outside.needs_parameters(_call(run, action, name, assets[0])) is False


def _call(run: PlaybookRun, action: str, name: str, asset: Asset) -> ActionCall:
    """A call without parameters, to ask what its app declares."""
    return ActionCall(action, name, asset.name, asset.app.name, {}, 0, run.playbook.file)


def _declared(run: PlaybookRun, pending: PendingAction) -> tuple[bool | None, str, list[str]]:
    """Whether every app it runs on declares that it changes nothing, None: not known of one of them; what type of
    change an app calls it, if any does; and which parameters an app declares as lists."""
    outside = run.tree.outside
    calls = [_call(run, pending.action, pending.name, asset) for asset in pending.assets]
    read_only, kinds = outside.declared(calls)
    return read_only, next((kind for kind in kinds if kind in _CHANGES), ""), outside.lists(calls)


def _queue(run: PlaybookRun, pending: PendingAction) -> None:
    put = run.journal.put
    run.journal.append(ActionStarted(
        run.id, run.command, run.invocation, pending.id, pending.name, pending.action,
        [{"asset": asset.name, "app": asset.app.name} for asset in pending.assets], put(pending.parameters),
        label(pending.callback), put(pending.handle), *_declared(run, pending)))
    run.state.pending.append(pending.name)
    run.queue(pending)
