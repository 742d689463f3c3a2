"""Changes of a situation that let a datapath have a value."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any

from phantom_lab.apps.samples import sample_of
from phantom_lab.datapath import STAR, Family, Path, Step, operand
from phantom_lab.history import ActionStarted, CustomFunctionCompleted, Journal, PlaybookCompleted
from phantom_lab.later import dataclass
from phantom_lab.model import PEOPLE, json_copy, naming
from phantom_lab.model.enterprise_security import OF_FINDINGS
from phantom_lab.reading import texts
from phantom_lab.reading.forms import compiled
from phantom_lab.reading.read import Reading
from phantom_lab.trials.fields import fits
from phantom_lab.trials.situation import place

Situation = dict[str, Any]
_SET = frozenset({"status", "message", "summary", "data"})
"""What of an action result can be set."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run asked for by block name: what it is called, and what it came back with."""

    actions: dict[str, str]
    custom_functions: dict[str, tuple[str, Any]]
    playbooks: dict[str, tuple[str, Any]]
    reads: dict[str, list[Path]]
    """The datapaths by which the playbook reads a block."""
    inputs: frozenset[str] = frozenset()
    """The inputs that the playbook reads."""
    formats: Mapping[str, list[Path]] = field(default_factory=dict)
    """By block of a ``format``, the datapaths that fill its template."""

    @classmethod
    def of(cls, journal: Journal, reading: Reading) -> Asked:
        """Folded from a journal, and from the playbook's text."""
        reads: dict[str, list[Path]] = {}
        inputs: set[str] = set()
        for datapath in texts.datapaths(reading):
            if (path := compiled(datapath)) and path.block:
                reads.setdefault(path.block, []).append(path)
            elif path and path.source is Family.PLAYBOOK_INPUT and path.steps:
                inputs.add(str(path.steps[0]))
        formats = {str(call.get("name")): [
            path for one in call.names("parameters") if isinstance(one, str) and (path := operand(one, unnamed=True))]
            for call in reading.calls_of("format")}
        actions, functions, playbooks = {}, {}, {}
        for event in journal.events:
            if isinstance(event, ActionStarted):
                actions[event.name] = event.action
            elif isinstance(event, CustomFunctionCompleted):
                functions[event.name] = event.function, _data(journal.get(event.results))
            elif isinstance(event, PlaybookCompleted):
                playbooks[event.name] = event.playbook, _outputs(journal.get(event.results))
        return cls(actions, functions, playbooks, reads, frozenset(inputs), formats)


def edited(situation: Situation, path: Path, value: Any, asked: Asked, *, everywhere: bool) -> Situation | None:
    """A situation in which a datapath has a value.

    Args:
        everywhere: in every artifact; otherwise in the first.

    Returns:
        None where nothing that a situation holds decides on it: a code block's data, or a block that never ran.
    """
    change = _CHANGES.get(path.source)
    found: Situation = json_copy(situation)
    return found if change is not None and change(found, path, value, asked, everywhere) else None


def another(situation: Situation, path: Path, value: Any, asked: Asked) -> Situation | None:
    """A situation with one artifact more, which is like the first but for the value of a datapath; or in which only the
    second row of a result has the value."""
    if path.source is Family.ACTION_RESULT:
        return _second_row(situation, path, value, asked)
    artifacts = situation["container"].get("artifacts") or []
    if path.source is not Family.ARTIFACT or not artifacts:
        return None
    own = {key: one for key, one in artifacts[0].items() if key not in ("id", "source_data_identifier", "external_id")}
    alone = edited({"container": {"artifacts": [own]}}, path, value, asked, everywhere=False)
    if alone is None:
        return None
    found: Situation = json_copy(situation)
    found["container"]["artifacts"] += alone["container"]["artifacts"]
    return found


def answered(situation: Situation, block: str, action: str, answer: dict[str, Any]) -> Situation:
    """A situation in which a block's action comes back with another answer."""
    found: Situation = json_copy(situation)
    give(found, block, action, answer)
    return found


def give(found: Situation, block: str, action: str, answer: dict[str, Any]) -> None:
    """Let a block's action come back with another answer."""
    entry = _entry(found, block, action)
    _keep(entry)
    entry.update(answer)


def listed(situation: Situation, name: str, values: list[Any], without: Sequence[Any] = ()) -> Situation:
    """A situation in which a custom list holds these values as well, and none of others."""
    found: Situation = json_copy(situation)
    known = found.setdefault("lists", {}).get(name) or []
    rows = [row for row in known if not any(one in (row if isinstance(row, list) else [row]) for one in without)]
    rows += [[one] for one in values if one is not None and [one] not in rows]
    found["lists"][name] = rows or [["sample of something else"]]
    return found


def _artifact(found: Situation, path: Path, value: Any, asked: Asked, everywhere: bool) -> bool:
    steps = [str(step) for step in path.steps if step is not STAR]
    artifacts = found["container"].setdefault("artifacts", [])
    if everywhere and (steps[:1] == ["id"] or value == []):  # no rows: no artifacts
        artifacts.clear()
        return True
    if not steps or steps[0] == "id":
        return False
    if not artifacts:
        artifacts.append({"name": "Sample", "cef": {}})
    for one in artifacts if everywhere else artifacts[:1]:
        if steps == ["tags"]:
            known = [] if everywhere else one.get("tags") or []
            one["tags"] = [*known, *(value if isinstance(value, list) else [str(value)])]
        else:
            place(one, steps, value)
    return fits("artifact", steps, artifacts[0]["tags"] if steps == ["tags"] else value)


def _container(found: Situation, path: Path, value: Any, asked: Asked, everywhere: bool) -> bool:
    steps = [str(step) for step in path.steps if step is not STAR]
    if steps == ["tags"] and not isinstance(value, list):
        value = [str(value)]
    if not steps or steps[0] == "id" or not fits("container", steps, value):
        return False
    place(found["container"], steps, value)
    return True


def _finding(found: Situation, path: Path, value: Any, asked: Asked, everywhere: bool) -> bool:
    steps = [str(step) for step in path.steps if step is not STAR]
    if not steps or not found.get("finding") or steps[0] in OF_FINDINGS:
        return False
    if steps[0] != "response_plans":
        within = [one for one in found["finding"].get("findings", ()) if steps[0] == "consolidated_findings"
                  and steps[1:2] and steps[1] in one.get("consolidated_findings", {})]
        for one in within or [found["finding"]]:  # a field of an investigation is that of its findings
            place(one, steps, value)
    elif value in (None, "", []):
        found["finding"]["response_plans"] = []
    else:
        plans = found["finding"].setdefault("response_plans", [])
        place(plans[0] if plans else plans.append({}) or plans[0], steps[1:] or ["name"], value)
    return True


def _input(found: Situation, path: Path, value: Any, asked: Asked, everywhere: bool) -> bool:
    inputs = found.setdefault("inputs", {})
    name = str(path.steps[0])
    known = [*naming.meant(name, inputs), *({name} & asked.inputs)]
    if known:
        inputs[known[0]] = [] if value == [] else [value]  # no value: no rows
    return bool(known)


def _result(found: Situation, path: Path, value: Any, asked: Asked, everywhere: bool) -> bool:
    action, steps = asked.actions.get(path.block), path.steps[1:]
    if action in (None, *PEOPLE) or not all(steps) or not steps or steps[0] not in _SET:
        return False  # which replies there may be, a prompt says itself
    if len(steps) == 1:
        value = _whole(str(steps[0]), value)
    set_result(found, path.block, str(action), _text(steps), value)
    return True


def _second_row(situation: Situation, path: Path, value: Any, asked: Asked) -> Situation | None:
    action, steps = asked.actions.get(path.block), path.steps[1:]
    if action in (None, *PEOPLE) or steps[:2] != ("data", STAR) or len(steps) < 3:
        return None
    found: Situation = json_copy(situation)
    text = _text(steps).replace(".*", ".1", 1)
    _entry(found, path.block, str(action)).setdefault("set", {})[text] = value
    return found


def _whole(part: str, value: Any) -> Any:
    """What a part of a result can be as a whole."""
    if part == "status":
        return "success" if value == "success" else "failed"
    if part == "data":
        return value if isinstance(value, list) else [value] if value not in (None, "", {}) else []
    if part == "summary":
        return value if isinstance(value, dict) else {}
    return str(value)


def _text(steps: tuple[Step, ...]) -> str:
    return ".".join(["action_result", *("*" if step is STAR else str(step) for step in steps)])


def _custom_function(found: Situation, path: Path, value: Any, asked: Asked, everywhere: bool) -> bool:
    name, data = asked.custom_functions.get(path.block, ("", None))
    if name and path.steps[1:] in (("success",), ("status",)) and value in (False, "failed"):
        _stand_in(found, "custom_functions", name, {"status": "failed", "message": "sample failure"})
        return True
    if not name or path.steps[1:2] != ("data",) or len(path.steps) < 3:
        return False
    data = _standing_in(found, "custom_functions", name, data)
    for other in asked.reads.get(path.block, ()):  # it stands in for the whole function
        if other.steps[1:2] == ("data",) and len(other.steps) > 2 and _value(data, other.steps[2:]) is None:
            data = _with(data, other.steps[2:], sample_of(
                (), str(other.steps[-1]), [str(step) for step in other.steps[:-1] if step is not STAR]))
    _stand_in(found, "custom_functions", name, _with(data, path.steps[2:], value))
    return True


def _playbook(found: Situation, path: Path, value: Any, asked: Asked, everywhere: bool) -> bool:
    name, outputs = asked.playbooks.get(path.block, ("", None))
    if not name or not path.steps:
        return False
    outputs = _standing_in(found, "playbooks", name, outputs)
    given = _with(outputs, path.steps[:1], [value] if len(path.steps) == 1 else [_with({}, path.steps[1:], value)])
    _stand_in(found, "playbooks", name, given)
    return True


_CHANGES: dict[Family, Callable[[Situation, Path, Any, Asked, bool], bool]] = {
    Family.ARTIFACT: _artifact, Family.CONTAINER: _container, Family.FINDING: _finding,
    Family.PLAYBOOK_INPUT: _input,
    Family.ACTION_RESULT: _result, Family.CUSTOM_FUNCTION_RESULT: _custom_function,
    Family.PLAYBOOK_OUTPUT: _playbook}


def _entry(found: Situation, block: str, action: str) -> dict[str, Any]:
    """The entry of a block's action; made where there is none."""
    outcomes: list[dict[str, Any]] = found.setdefault("outcomes", [])
    for one in outcomes:
        if (one["block"], one["action"]) == (block, action):
            return one
    outcomes.append({"action": action, "block": block})
    return outcomes[-1]


def set_result(found: Situation, block: str, action: str, path: str, value: Any) -> None:
    """Give a generated result a value; another answer of the entry makes way."""
    entry = _entry(found, block, action)
    _keep(entry, "set")
    entry.setdefault("set", {})[path] = value


def _keep(entry: dict[str, Any], *keys: str) -> None:
    for key in [key for key in entry if key not in ("action", "block", *keys)]:
        del entry[key]


def _standing_in(found: Situation, kind: str, name: str, data: Any) -> Any:
    """What stands in already, or else what came back."""
    given = next((found[kind][one] for one in naming.referred(name, found.get(kind, {}))), data)
    return data if isinstance(given, dict) and given.get("status") == "failed" else given


def _stand_in(found: Situation, kind: str, name: str, data: Any) -> None:
    stand_ins = found.setdefault(kind, {})
    stand_ins[next(iter(naming.referred(name, stand_ins)), name)] = data


def _with(data: Any, steps: tuple[Step, ...], value: Any) -> Any:
    """A copy of some data with a value at a place; what is in the way is replaced."""
    if not steps:
        return value
    step, *rest = steps
    if step is STAR or isinstance(step, int):
        first = data[0] if isinstance(data, list) and data else {}
        return [_with(first, tuple(rest), value)]
    known = data if isinstance(data, dict) else {}
    return {**known, str(step): _with(known.get(str(step)), tuple(rest), value)}


def _value(data: Any, steps: tuple[Step, ...]) -> Any:
    for step in steps:
        if step is STAR or isinstance(step, int):
            data = data[0] if isinstance(data, list) and data else None
        else:
            data = data.get(str(step)) if isinstance(data, dict) else None
    return data


def _data(results: list[dict[str, Any]]) -> Any:
    found = [one for run in results for one in run.get("custom_function_results", [])]
    return found[0].get("data") if found else None


def _outputs(results: Any) -> Any:
    given = results[0].get("outputs") if results else None
    return json.loads(given[0]) if given else {}
