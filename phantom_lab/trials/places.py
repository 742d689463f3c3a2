"""The places of a situation that a playbook reads, and what else they may hold."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from phantom_lab.datapath import STAR, Family, Path
from phantom_lab.later import dataclass
from phantom_lab.model import KINDS, json_copy
from phantom_lab.reading import texts
from phantom_lab.reading.demand import demand_of
from phantom_lab.reading.forms import compiled
from phantom_lab.reading.read import Reading, read
from phantom_lab.source.playbook import Playbook
from phantom_lab.trials import unexpected
from phantom_lab.trials.edits import Situation, give, set_result
from phantom_lab.trials.fields import fits
from phantom_lab.trials.situation import place as put
from phantom_lab.trials.unexpected import ABSENT, told

Steps = tuple[str, ...]
EVERY = -1
"""Stands for every artifact."""
_COUNTS = (0, 1, 2, 5)
"""Numbers of artifacts."""
_PLATFORMS = frozenset({
    "id", "container", "container_id", "create_time", "update_time", "hash", "version", "owner_id", "close_time",
    "start_time", "end_time", "due_time", "artifact_count", "current_rule_run_id", "container_type", "status",
    "severity", "sensitivity", "source_data_identifier"})
"""Fields that hold what the platform fills in, or one of a few words that it knows."""
_ANSWERS: dict[str, dict[str, Any]] = {
    "fails": {"status": "failed", "message": "sample failure"}, "finds nothing": {"data": []},
    "finds an empty object": {"data": [{}]}}
_NO_REPLY: dict[str, dict[str, Any]] = {"is not answered": {"timed_out": True}}
_PEOPLE = {"prompt": "prompt", "prompt2": "prompt", "task": "task"}
"""What is asked of people, by the call."""


@dataclass(frozen=True, slots=True)
class Place:
    """Something of a situation that can be changed."""

    name: str
    values: tuple[Any, ...]
    """What it may hold otherwise, the simplest first."""
    put: Callable[[Situation, Any], None]
    """Puts a value there."""
    sentence: Callable[[Any], str] | None = None
    """What is said of a value that is put there; None: its name, and what it is."""
    order: int = 1
    """When it is changed: the number of artifacts first, whole answers last."""
    part: tuple[Any, ...] = ()
    """What of the situation it stands in, as `parts` names it."""
    artifact: int | None = None
    """The artifact, counted from 0, or `EVERY`."""

    def told(self, value: Any) -> str:
        """In words what a value that is put there changes."""
        return self.sentence(value) if self.sentence else f"{self.name} {told(value)}"


def places(sources: Sequence[Playbook], sane: Situation) -> list[Place]:
    """Every place that sources read, those of artifacts first.

    Args:
        sources: the playbook and its child playbooks.
        sane: the situation that is to be changed.
    """
    readings = [read(one) for one in sources]
    paths = [path for reading in readings for one in texts.datapaths(reading) if (path := compiled(one))]
    text = "".join(one.source for one in sources)
    found = (*_artifacts(paths, text, sane), *_container(readings, paths, sane), *_inputs(sane), *_lists(sane),
             *_results(sources, readings))
    return [one for one in found if one.values]


def leaves(one: dict[str, Any], before: Steps = ()) -> Iterator[Steps]:
    """The fields of an artifact; those of objects one by one."""
    for key, value in one.items():
        if isinstance(value, dict):
            yield from leaves(value, (*before, key))
        else:
            yield (*before, key)


def _artifacts(paths: Sequence[Path], text: str, sane: Situation) -> Iterator[Place]:
    there = sane["container"]["artifacts"]
    named = (steps for one in there for steps in leaves(one) if steps[-1] in text)
    fields = dict.fromkeys([*(_steps(path) for path in paths if path.source is Family.ARTIFACT), *named])
    for number in (*range(len(there)), EVERY):
        for steps in fields:
            if steps and steps[0] not in _PLATFORMS and steps not in (("cef",), ("name",)):
                known = _at(there[max(number, 0)], steps)
                yield Place(".".join(steps), _of_field("artifact", steps, known), _artifact(number, steps),
                            order=1 if number == EVERY else 2, part=("artifact", steps), artifact=number)
    yield Place("", tuple(one for one in _COUNTS if one != len(there)), _count, _told_count, 0, ("artifacts",))


def _artifact(number: int, steps: Steps) -> Callable[[Situation, Any], None]:
    def change(found: Situation, value: Any) -> None:
        artifacts = found["container"]["artifacts"]
        for one in artifacts if number == EVERY else artifacts[number:number + 1]:
            if one is not None:
                _set(one, steps, value)

    return change


def _count(found: Situation, number: int) -> None:
    there = found["container"]["artifacts"]
    found["container"]["artifacts"] = [json_copy(there[place % len(there)]) for place in range(number)]


def _told_count(number: int) -> str:
    return f"there {'is' if number == 1 else 'are'} {number or 'no'} artifact{'' if number == 1 else 's'}"


def _container(readings: Sequence[Reading], paths: Sequence[Path], sane: Situation) -> Iterator[Place]:
    names = [path.steps[0] for path in paths if path.source is Family.CONTAINER and path.steps]
    subscripts = [name for reading in readings for node in reading.nodes for name in _subscripts(node)]
    for name in dict.fromkeys([*names, *subscripts]):
        if isinstance(name, str) and name in KINDS["container"].fields and name not in _PLATFORMS:
            yield Place(f"container {name}", _of_field("container", (name,), sane["container"].get(name)),
                        _into("container", name), part=("container", name))


def _subscripts(node: ast.AST) -> Iterator[str]:
    """The field in ``container["name"]`` and ``container.get("name")``."""
    if isinstance(node, ast.Subscript):
        whose, key = node.value, node.slice
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        whose, key = node.func.value, node.args[0]
    else:
        return
    if isinstance(whose, ast.Name) and whose.id == "container" and isinstance(key, ast.Constant):
        yield str(key.value)


def _inputs(sane: Situation) -> Iterator[Place]:
    for name, value in sane.get("inputs", {}).items():
        yield Place(f"input {name}", unexpected.values(value), _into("inputs", name), part=("inputs", name))


def _lists(sane: Situation) -> Iterator[Place]:
    for name, value in sane.get("lists", {}).items():
        yield Place(f"list {name}", unexpected.rows(value), _into("lists", name), part=("lists", name))


def _into(key: str, name: str) -> Callable[[Situation, Any], None]:
    return lambda found, value: _set(found[key], (name,), value)


def _results(sources: Sequence[Playbook], readings: Sequence[Reading]) -> Iterator[Place]:
    actions = {name: _PEOPLE.get(call.name, call.get("action")) for reading in readings
               for call in reading.calls_of("act", *_PEOPLE) if isinstance(name := call.get("name"), str)}
    reads = {(name, one.path) for source in sources for name, some in demand_of(source).reads.items() for one in some}
    for name, path in sorted(reads):
        if isinstance(actions.get(name), str) and actions[name] not in _PEOPLE:
            yield Place(f"{name} {path}", _of_result(path), _into_result(name, actions[name], path))
    for name, action in actions.items():
        if isinstance(action, str):
            answers = _NO_REPLY if action in _PEOPLE else _ANSWERS
            yield Place(name, tuple(answers), _answer(name, action, answers), partial("{} {}".format, name), 3)


def _of_result(path: str) -> tuple[Any, ...]:
    """What a result may hold; its data is always a list of objects, and its summary an object."""
    if path == "action_result.message":
        return unexpected.text()
    held = path.startswith("action_result.summary.") or (path.startswith("action_result.data.") and path.count(".") > 2)
    return tuple(one for one in unexpected.anything(None) if one is not ABSENT) if held else ()


def _into_result(name: str, action: str, path: str) -> Callable[[Situation, Any], None]:
    def change(found: Situation, value: Any) -> None:
        set_result(found, name, action, path, value)

    return change


def _answer(name: str, action: str, answers: dict[str, dict[str, Any]]) -> Callable[[Situation, Any], None]:
    def change(found: Situation, value: Any) -> None:
        give(found, name, action, answers[value])

    return change


def _of_field(kind: str, steps: Steps, sane: Any) -> tuple[Any, ...]:
    """What a field may hold: the platform keeps the type of its own fields."""
    default = KINDS[kind].fields.get(steps[0])
    if steps[0] == "tags":
        values = unexpected.texts(sane)
    elif len(steps) > 1 or isinstance(default, dict):
        values = unexpected.anything(sane)
    else:
        values = unexpected.text(sane, optional=default is None)
    return tuple(one for one in values if one is ABSENT or fits(kind, steps, one))


def _at(found: Any, steps: Steps) -> Any:
    for step in steps:
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _set(found: dict[str, Any], steps: Steps, value: Any) -> None:
    if value is not ABSENT:
        put(found, steps, json_copy(value))
        return
    holder = _at(found, steps[:-1])
    if isinstance(holder, dict):
        holder.pop(steps[-1], None)


def _steps(path: Path) -> Steps:
    return tuple(str(step) for step in path.steps if step is not STAR)
