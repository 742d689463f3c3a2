"""What is different between two situations, in parts of which each can be left out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.model import json_copy
from phantom_lab.trials.edits import Situation
from phantom_lab.trials.unexpected import ABSENT

_HEAD = ("action", "block", "asset", "parameter")
_WHOLE = ("http", "seed")
_NAMED = ("inputs", "lists", "playbooks", "custom_functions")


@dataclass(frozen=True, slots=True)
class Atom:
    """One part of a change."""

    spot: tuple[Any, ...]
    """``("container" or "finding", *steps)``, ``("artifact", number, *steps)``,
    ``("inputs" or another of `_NAMED`, name)``, ``("set", entry, path)``, ``("answer", entry)``, ``("http",)`` or
    ``("seed",)``; an entry is a text of JSON that says which calls it is for."""
    after: Any
    """What stands there then; `ABSENT` where nothing does."""

    @property
    def group(self) -> tuple[Any, ...]:
        """The same for those that do one thing to several artifacts."""
        if self.spot[0] != "artifact":
            return self.spot
        added = len(self.spot) == 2 and self.after is not ABSENT
        return ("artifact", *self.spot[2:], "" if self.after is ABSENT else json.dumps(self.after, sort_keys=True),
                self.spot[1] if added else -1)


def atoms(base: Situation, found: Situation) -> list[Atom]:
    """The parts in which a situation differs from the one that it was made of."""
    finding = _leaves(_by_place(base.get("finding", {})), _by_place(found.get("finding", {})))
    return [*_container(base["container"], found["container"]), *_named(base, found),
            *(Atom(("finding", *steps), value) for steps, value in finding),
            *(atom for one in found.get("outcomes", ()) for atom in _answer(one)),
            *(Atom((key,), found[key]) for key in _WHOLE if key in found and found[key] != base.get(key, ABSENT))]


def applied(base: Situation, given: Iterable[Atom]) -> Situation:
    """A situation with some parts of a change."""
    found: Situation = json_copy(base)
    artifacts: list[Any] = found["container"].setdefault("artifacts", [])
    finding = _by_place(found.get("finding", {}))
    for one in given:
        kind, *where = one.spot
        if kind in ("container", "finding"):
            _put(finding if kind == "finding" else found["container"], where, one.after)
        elif kind == "artifact":
            _put_artifact(artifacts, where[0], where[1:], one.after)
        elif kind in _NAMED:
            _put(found.setdefault(kind, {}), where, one.after)
        elif kind == "set":
            _entry(found, where[0]).setdefault("set", {})[where[1]] = one.after
        elif kind == "answer":
            _entry(found, where[0]).update(one.after)
        else:
            found[kind] = one.after
    found["container"]["artifacts"] = [one for one in artifacts if one is not None]
    if finding:
        within = {"findings": [*finding["findings"].values()]} if "findings" in finding else {}
        found["finding"] = {**finding, **within}
    return found


def _by_place(finding: dict[str, Any]) -> dict[str, Any]:
    """An investigation with its findings by their places, so that each is edited by itself."""
    if "findings" not in finding:
        return finding
    return {**finding, "findings": {str(place): one for place, one in enumerate(finding["findings"])}}


def _container(base: dict[str, Any], found: dict[str, Any]) -> Iterator[Atom]:
    before, after = base.get("artifacts", []), found.get("artifacts", [])
    for steps, value in _leaves({**base, "artifacts": None}, {**found, "artifacts": None}):
        yield Atom(("container", *steps), value)
    for number, one in enumerate(before):
        if number >= len(after):
            yield Atom(("artifact", number), ABSENT)
        else:
            yield from (Atom(("artifact", number, *steps), value) for steps, value in _leaves(one, after[number]))
    yield from (Atom(("artifact", number), after[number]) for number in range(len(before), len(after)))


def _named(base: Situation, found: Situation) -> Iterator[Atom]:
    for kind in _NAMED:
        before, after = base.get(kind, {}), found.get(kind, {})
        for name in {**before, **after}:
            if before.get(name, ABSENT) != after.get(name, ABSENT):
                yield Atom((kind, name), after.get(name, ABSENT))


def _answer(entry: dict[str, Any]) -> Iterator[Atom]:
    head = json.dumps({key: entry[key] for key in _HEAD if key in entry}, sort_keys=True)
    rest = {key: one for key, one in entry.items() if key not in _HEAD}
    if "set" in rest:
        yield from (Atom(("set", head, path), value) for path, value in rest["set"].items())
    elif rest:
        yield Atom(("answer", head), rest)


def _leaves(before: Any, after: Any, steps: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Where two values differ: in objects key by key."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in {**before, **after}:
            yield from _leaves(before.get(key, ABSENT), after.get(key, ABSENT), (*steps, key))
    elif json_differs(before, after):
        yield steps, after


def json_differs(one: Any, other: Any) -> bool:
    """Whether two values are not the same JSON: 1 is another one than True."""
    return one is not other and (one is ABSENT or other is ABSENT or
                                 json.dumps(one, sort_keys=True) != json.dumps(other, sort_keys=True))


def _put(found: dict[str, Any], steps: Iterable[str], value: Any) -> None:
    *before, last = steps
    for step in before:
        inner = found.get(step)
        if not isinstance(inner, dict):
            inner = found[step] = {}
        found = inner
    if value is ABSENT:
        found.pop(last, None)
    else:
        found[last] = json_copy(value)


def _put_artifact(artifacts: list[Any], number: int, steps: list[str], value: Any) -> None:
    if steps:
        if number < len(artifacts) and artifacts[number] is not None:
            _put(artifacts[number], steps, value)
    elif value is ABSENT:
        artifacts[number] = None
    else:
        artifacts.append(json_copy(value))


def _entry(found: Situation, head: str) -> dict[str, Any]:
    wanted: dict[str, Any] = json.loads(head)
    entries: list[dict[str, Any]] = found.setdefault("outcomes", [])
    for one in entries:
        if {key: one[key] for key in _HEAD if key in one} == wanted:
            return one
    entries.append(wanted)
    return wanted
