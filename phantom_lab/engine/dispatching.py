"""Prompts with a block that is invoked when they are sent, before anybody answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from phantom_lab.engine.binding import bind
from phantom_lab.engine.invoker import Invoker
from phantom_lab.engine.pending import Pending, PendingAction
from phantom_lab.engine.tree import Tree
from phantom_lab.history import Cause
from phantom_lab.model import ActionResult, AppRun, json_copy
from phantom_lab.source.signatures import parameters_of
from phantom_lab.state import Ids

_PENDING = "pending"
"""The status of what nobody has answered (assumed, after the vendor's REST)."""


def dispatch(tree: Tree, invoker: Invoker, pending: PendingAction, callback: Callable[..., Any]) -> None:
    """Invoke the block with the container alone (observed). What it asks for takes its turn before the answer."""
    run = pending.run
    waiting = replace(pending, on_dispatch=None, app_run_id=tree.ids.next("app_run"))
    run.state.sent[pending.name] = json_copy([_unanswered(waiting, tree.ids)])
    tree.queue.add(waiting)  # it can be answered by hand while the block executes
    declared, offered = parameters_of(callback) or (), {"container": run.container}
    by_name = not declared or any(one.name == "container" or one.kind is one.VAR_KEYWORD for one in declared)
    args, kwargs = bind(invoker, callback, offered) if by_name else ((offered["container"],), {})
    invoker.invoke(callback, args, kwargs, Cause("dispatch", pending.name, pending.registered_by, pending.line,
                                                 "nobody has answered yet", pending.command))
    tree.queue.last(waiting.key)


def answered(pending: Pending) -> None:
    """Remove the pending app run of a prompt that has completed."""
    sent = pending.run.state.sent
    if isinstance(pending, PendingAction) and [one["app_run_id"] for one in sent.get(pending.name, ())] == [
            pending.app_run_id]:
        del sent[pending.name]


def _unanswered(pending: PendingAction, ids: Ids) -> dict[str, Any]:
    """The pending app run in callback form; only its parameter is known."""
    asset = pending.assets[0]
    results = tuple(ActionResult(_PENDING, "", parameter) for parameter in pending.parameters)
    found = AppRun(pending.app_run_id, pending.id, pending.name, pending.action, asset.app.name,
                   ids.number("app", asset.app.name), asset.name, ids.number("asset", asset.name), results)
    return {**found.to_json(), "status": _PENDING, "message": ""}
