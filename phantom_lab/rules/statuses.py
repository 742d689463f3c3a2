"""Playbook automation API: how far things are that blocks asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.history import ActionStarted, CustomFunctionStarted
from phantom_lab.model import ActionRun, CustomFunctionRun, as_id
from phantom_lab.rules.arguments import COLLECTIONS, check, check_names
from phantom_lab.rules.arguments import names as names_of
from phantom_lab.rules.registry import emulates
from phantom_lab.rules.run_results import children_of

_DONE = ("success", "failed")


@emulates("get_action_status")
def get_action_status(run: PlaybookRun, action_names: Any) -> dict[str, str]:
    """``running``, ``success`` or ``failed`` by name, of those that were started (assumed); None asks for all."""
    return _statuses(run, "get_action_status", "action_names", action_names, ActionStarted, run.state.action_runs)


@emulates("get_custom_function_status")
def get_custom_function_status(run: PlaybookRun, custom_function_names: Any) -> dict[str, str]:
    """As `get_action_status`."""
    return _statuses(run, "get_custom_function_status", "custom_function_names", custom_function_names,
                     CustomFunctionStarted, run.state.custom_function_runs)


@emulates("is_custom_function_running")
def is_custom_function_running(run: PlaybookRun) -> bool:
    """Whether the call comes from within a custom function."""
    return bool(run.custom_function)


@emulates("get_playbook_status")
def get_playbook_status(run: PlaybookRun, names: Any, playbook_run_ids: Any) -> dict[Any, str]:
    """``running``, ``success`` or ``failed`` of child playbooks, by the names and ids that were asked for (assumed)."""
    for argument, given in (("names", names), ("playbook_run_ids", playbook_run_ids)):
        check("get_playbook_status", argument, given, (str, int, *COLLECTIONS), "a list")
    children = children_of(run)
    by_name: dict[Any, str] = {one.name: one.status or "running" for one in children}
    if names is None and playbook_run_ids is None:
        return by_name
    known = by_name | {one.id: one.status or "running" for one in children}
    asked = [*names_of(names), *(number for one in names_of(playbook_run_ids) if (number := as_id(one)) is not None)]
    return {one: known[one] for one in asked if one in known}


@emulates("runs_completed")
def runs_completed(run: PlaybookRun, names: Any, get_status: Any, trace: Any) -> bool:
    """Whether everything named has started and ended, as a function such as `get_action_status` tells it (assumed)."""
    check_names("runs_completed", "names", names)
    if not callable(get_status):
        raise PlaybookArgumentError("runs_completed: get_status must be a function, "
                                    f"not {type(get_status).__name__}", hint="For instance phantom.get_action_status.")
    wanted = names_of(names)
    try:
        told = get_status(wanted) if wanted else {}
    except TypeError as exc:
        if exc.__traceback__ and exc.__traceback__.tb_next:  # its own
            raise
        raise PlaybookArgumentError(f"runs_completed: get_status does not take a list of names: {exc}") from None
    found = told if isinstance(told, Mapping) else {}
    return not non_started_runs(run, wanted, found) and all(found[name] in _DONE for name in wanted)


@emulates("non_started_runs")
def non_started_runs(run: PlaybookRun, names: Any, run_names: Any) -> frozenset[str]:
    """The names that are not among those of the runs (assumed)."""
    for argument, given in (("names", names), ("run_names", run_names)):
        check("non_started_runs", argument, given, (str, *COLLECTIONS, Mapping), "a set of names")
    return frozenset(names_of(names)) - frozenset(run_names if isinstance(run_names, Mapping) else names_of(run_names))


def _statuses(run: PlaybookRun, call: str, argument: str, wanted: Any,
              started: type[ActionStarted | CustomFunctionStarted],
              ended: Iterable[ActionRun | CustomFunctionRun]) -> dict[str, str]:
    check_names(call, argument, wanted)
    known = {event.name: "running" for event in run.journal.events
             if isinstance(event, started) and event.run == run.id}
    known.update({one.name: one.status for one in ended if one.name not in run.state.pending})
    return known if wanted is None else {name: known[name] for name in names_of(wanted) if name in known}
