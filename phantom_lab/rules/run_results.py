"""Playbook automation API: results that are looked up in this run, its parent or its child playbooks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.later import dataclass
from phantom_lab.model import ActionRun, ChildRun, as_id, json_copy
from phantom_lab.rules.arguments import brief, check, missing
from phantom_lab.rules.registry import emulates
from phantom_lab.rules.restrictions import results_of

_PARTS = ("action_results", "custom_function_results")


# -- actions -------------------------------------------------------------------------------------------------------

@emulates("get_action_results")
def get_action_results(run: PlaybookRun, action: Any, action_run_id: Any, app_run_id: Any, result_data: Any,
                       action_name: Any, playbook_run_id: Any, flatten: Any, trace: Any) -> list[dict[str, Any]]:
    """Results of completed actions, by any of the keys; without a key those of all of them (assumed).

    Flattened, they are one dict per asset and parameter set, else as in callbacks (documented; a flattened dict is
    assumed to be an app run with a single action result, whose status and message it carries). Without `result_data`
    only the headers are left.
    """
    sought = _sought("get_action_results", action, action_run_id, app_run_id, action_name)
    of = run_of(run, "get_action_results", playbook_run_id)
    if of is None:
        return list(missing(run, f"playbook run '{playbook_run_id}'", [], call="get_action_results"))
    found = sought.among(of.state.action_runs)
    if not found and sought != _Sought():
        asked = next(one for one in (action, action_name, action_run_id, app_run_id) if one)
        return list(missing(run, f"completed action run '{asked}'", [], call="get_action_results"))
    return _shaped(found, sought.app_run_id, result_data=bool(result_data), flatten=bool(flatten))


@emulates("get_action_info")
def get_action_info(run: PlaybookRun, action: Any, action_run_id: Any, app_run_id: Any,
                    result_data: Any) -> list[dict[str, Any]]:
    """App runs of completed actions as in callbacks (assumed)."""
    sought = _sought("get_action_info", action, action_run_id, app_run_id)
    return _shaped(sought.among(run.state.action_runs), sought.app_run_id, result_data=bool(result_data), flatten=False)


@emulates("get_extra_data", gaps=("offline no app attaches extra data: it is empty",))
def get_extra_data(run: PlaybookRun, action: Any, action_run_id: Any, app_run_id: Any) -> list[dict[str, Any]]:
    """What apps attached beside their results, a list of dicts (documented): offline there is nothing."""
    _sought("get_extra_data", action, action_run_id, app_run_id)
    run.note("get_extra_data: no app attaches extra data offline, so there is none")
    return []


@emulates("get_results")
def get_results(run: PlaybookRun, name: Any, flatten: Any, trace: Any) -> list[dict[str, Any]]:
    """What the callback of a block got: of an action, custom function or child playbook (assumed)."""
    if not isinstance(name, str):
        raise PlaybookArgumentError(f"get_results: name must be the name of a block, not {brief(name)}")
    found = run.state.results_of(name)
    child = run.state.children.get(name)
    if not found and child is not None and child.status:
        found = child.results()
    return list(json_copy(list(_flattened(found)) if flatten else found))


# -- custom functions ----------------------------------------------------------------------------------------------

@emulates("get_custom_function_results")
def get_custom_function_results(run: PlaybookRun, custom_function_run_id: Any, custom_function_name: Any,
                                trace: Any) -> list[dict[str, Any]]:
    """What the callback got (documented), by id or by the name of the block; of several of a name the latest."""
    call, found = "get_custom_function_results", list(run.state.custom_function_runs)
    if custom_function_run_id is not None:
        number = _id(call, "custom_function_run_id", custom_function_run_id)
        found = [one for one in found if one.id == number]
    if custom_function_name is not None:
        check(call, "custom_function_name", custom_function_name, (str,), "the name of a block")
        found = [one for one in found if one.name == custom_function_name]
    if not found:
        sought = custom_function_name if custom_function_run_id is None else custom_function_run_id
        return list(missing(run, f"custom function run '{sought}'", [], call=call))
    return list(json_copy(found[-1].results()))


# -- playbooks -----------------------------------------------------------------------------------------------------

@emulates("get_playbook_results")
def get_playbook_results(run: PlaybookRun, playbook_run_id: Any, result_data: Any,
                         flatten: Any) -> list[dict[str, Any]]:
    """Results of every completed action of a playbook run, as `get_action_results` gives them (assumed)."""
    of = run_of(run, "get_playbook_results", playbook_run_id)
    return _shaped(of.state.action_runs if of else [], None, result_data=bool(result_data), flatten=bool(flatten))


@emulates("get_child_playbook_results")
def get_child_playbook_results(run: PlaybookRun, playbook_runs_info: Any, playbook_run_name: Any,
                               trace: Any) -> list[dict[str, Any]]:
    """What the callbacks of completed child playbooks got (assumed).

    `playbook_runs_info` is taken for a list of dicts with the ids of the runs, as callbacks get it.
    """
    call = "get_child_playbook_results"
    check(call, "playbook_run_name", playbook_run_name, (str,), "the name of a block")
    found = [one for one in children_of(run) if one.status and playbook_run_name in (None, one.name)]
    info = results_of(call, "playbook_runs_info", playbook_runs_info)
    if info is not None:
        chosen = {as_id(one.get("playbook_run_id", one.get("id"))) for one in info}
        found = [one for one in found if one.id in chosen]
    return [copy for one in found for copy in json_copy(one.results())]


@emulates("get_child_playbook_action_results")
def get_child_playbook_action_results(run: PlaybookRun, action_name: Any, trace: Any) -> list[dict[str, Any]]:
    """Results, as in callbacks, of the completed actions of every child playbook, or of those of a name (assumed)."""
    check("get_child_playbook_action_results", "action_name", action_name, (str,), "the name of a block")
    return [copy for child in children_of(run) for done in run.tree.runs[child.id].state.action_runs
            if action_name in (None, done.name) for copy in json_copy(done.results())]


@emulates("get_summary")
def get_summary(run: PlaybookRun, playbook_run_id: Any) -> dict[str, Any]:
    """The summary of this or another run as a dict, as it stands (documented); empty for an unknown run (assumed)."""
    of = run_of(run, "get_summary", playbook_run_id)
    return dict(json_copy(of.run_summary())) if of else {}


@emulates("get_filtered_data")
def get_filtered_data(run: PlaybookRun, name: Any) -> tuple[list[Any], list[int]]:
    """What a named condition kept: results, artifact ids (documented as a pair; its order is assumed)."""
    check("get_filtered_data", "name", name, (str,), "a text")
    subset = run.state.subsets.get(str(name))
    if subset is None:
        missing(run, f"filtered data '{name}'", call="get_filtered_data")
        return [], []
    return json_copy([one for runs in subset.results.values() for one in runs]), list(subset.artifact_ids)


# -- how they are found --------------------------------------------------------------------------------------------

@dataclass(frozen=True, slots=True)
class _Sought:
    """By what an action is looked up; None is any."""

    action_run_id: int | None = None
    app_run_id: int | None = None
    name: str | None = None
    """Of the block."""
    action: str | None = None
    """Name of the block or, where no block is called so, of the action."""

    def among(self, runs: Sequence[ActionRun]) -> list[ActionRun]:
        """Action runs that all keys fit; of several blocks of one name the latest, as datapaths read it."""
        found = [one for one in runs if self.action_run_id in (None, one.id)]
        if self.app_run_id is not None:
            found = [one for one in found if any(app_run.id == self.app_run_id for app_run in one.app_runs)]
        if self.name is not None:
            found = [one for one in found if one.name == self.name][-1:]
        if self.action is not None:
            wanted = self.action.strip().lower()
            found = ([one for one in found if one.name == self.action][-1:]
                     or [one for one in found if one.action.lower() == wanted])
        return found


def _sought(call: str, action: Any, action_run_id: Any, app_run_id: Any, name: Any = None) -> _Sought:
    check(call, "action", action, (str, dict), "the action of a callback, or a name")
    check(call, "action_name", name, (str,), "the name of a block")
    action_run = _id(call, "action_run_id", action_run_id)
    if isinstance(action, dict):
        if not action.keys() & {"action_run_id", "name"}:
            raise PlaybookArgumentError(f"{call}: action has no action_run_id and no name",
                                        hint="Pass the action that the callback got.")
        if "action_run_id" in action:
            action_run = action_run or _id(call, "action", action["action_run_id"])
        else:
            name = name or str(action["name"])
    return _Sought(action_run, _id(call, "app_run_id", app_run_id), name or None,
                   action if action and isinstance(action, str) else None)


def _id(call: str, argument: str, given: Any) -> int | None:
    """An id from a number or its digits; None for the defaults, None and 0; -1 for any other text, as no run has it."""
    check(call, argument, given, (int, str), "a number")
    if given in (None, 0, ""):
        return None
    number = as_id(given)
    return -1 if number is None else number or None


def run_of(run: PlaybookRun, call: str, given: Any) -> PlaybookRun | None:
    """The playbook run that an id means, 0 being this one (documented); None for one that is not of this tree."""
    number = _id(call, "playbook_run_id", given)
    return run if number is None else run.tree.runs.get(number)


def children_of(run: PlaybookRun) -> list[ChildRun]:
    """The child playbooks of a run, in the order in which it started them."""
    return [one.child for one in run.tree.runs.values() if one.parent is run and one.child is not None]


def _shaped(done: Iterable[ActionRun], app_run_id: int | None, *, result_data: bool,
            flatten: bool) -> list[dict[str, Any]]:
    found = [one for action_run in done for one in action_run.results() if app_run_id in (None, one["app_run_id"])]
    shaped = list(_flattened(found)) if flatten else found
    if not result_data:
        shaped = [{key: value for key, value in one.items() if key not in _PARTS} for one in shaped]
    return list(json_copy(shaped))


def _flattened(found: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """One dict per result of its own; what holds no results stays."""
    for one in found:
        part = next((key for key in _PARTS if key in one), None)
        if part is None:
            yield one
        else:
            yield from ({**one, "status": result["status"], "message": result["message"], part: [result]}
                        for result in one[part])
