"""From a situation that shows a crash to the smallest one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from phantom_lab.history import ENDLESS
from phantom_lab.later import dataclass
from phantom_lab.model import json_copy
from phantom_lab.trials.crashes import Mark, Runs
from phantom_lab.trials.edits import Situation
from phantom_lab.trials.places import EVERY, Place, leaves
from phantom_lab.trials.unexpected import same

Change = tuple[int, int]
"""Which place, and which of its values."""
Part = tuple[Any, ...]
"""What can be left out: ``("number", artifact)``, ``("artifact", steps)`` in all of them, ``("container", field)``,
``("inputs", name)`` or ``("lists", name)``."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A sane situation, and every place in it that can be changed."""

    sane: Situation
    places: Sequence[Place]

    def situation(self, changes: Iterable[Change], without: Iterable[Part] = ()) -> Situation:
        """The sane situation with some changes, and without some parts."""
        found: Situation = json_copy(self.sane)
        for part in without:
            _leave_out(found, part)
        for place, value in sorted(changes, key=lambda one: (self.places[one[0]].order, one)):
            self.places[place].put(found, self.places[place].values[value])
        artifacts = found["container"]["artifacts"]
        found["container"]["artifacts"] = [one for one in artifacts if one is not None]
        return {key: value for key, value in found.items() if value}

    def told(self, changes: Iterable[Change], without: Iterable[Part] = ()) -> list[str]:
        """The changes in words; artifacts are numbered as they are left."""
        gone = {part[1] for part in without if part[0] == "number"}
        return [f"{_whose(self.places[place], gone)}{self.places[place].told(self.places[place].values[value])}"
                for place, value in changes]

    def simpler(self, change: Change) -> Iterator[Change]:
        """Changes that are easier to grasp: the same of an artifact before it, and simpler values."""
        number, value = change
        place = self.places[number]
        for other in range(number if place.artifact is not None else 0):
            if self.places[other].part == place.part:
                yield from ((other, at) for at, one in enumerate(self.places[other].values)
                            if same(one, place.values[value]))
        yield from ((number, one) for one in range(value))

    def parts(self, changes: Iterable[Change]) -> list[Part]:
        """What can be left out without undoing a change."""
        touched = [self.places[place] for place, _ in changes]
        kept = {place.part for place in touched} | {("number", place.artifact) for place in touched}
        container = self.sane["container"]
        count = 0 if ("artifacts",) in kept else len(container["artifacts"])
        numbers = [("number", one) for one in range(count)][::-1]
        fields = [("container", one) for one in container if one not in ("name", "artifacts")]
        fields += [("artifact", one) for artifact in container["artifacts"] for one in leaves(artifact)]
        fields += [(key, name) for key in ("lists", "inputs") for name in self.sane.get(key, ())]
        return [one for one in dict.fromkeys([*numbers, *fields]) if one not in (*kept, ("artifact", ("name",)))]


def simplest(changed: Changed, changes: Sequence[Change], mark: Mark, runs: Runs) -> tuple[Change, ...]:
    """As few and as simple changes as show a crash."""
    found = list(changes)
    for one in changes:
        rest = [other for other in found if other != one]
        if mark in runs.marks(changed.situation(rest)):
            found = rest
    for place, one in enumerate(found):
        for other in changed.simpler(one):
            trial = [*found[:place], other, *found[place + 1:]]
            if mark in runs.marks(changed.situation(trial)):
                found = trial
                break
    return tuple(found)


def left_out(changed: Changed, changes: Sequence[Change], mark: Mark, runs: Runs) -> list[Part]:
    """All that the crash does not take. What is left still runs without it once the changes are undone."""

    def shows(without: list[Part]) -> bool:
        return mark in runs.marks(changed.situation(changes, without)) and (
            not changes or mark not in runs.marks(changed.situation((), without)))

    parts = changed.parts(changes)
    if shows(parts):
        return parts
    found: list[Part] = []
    for part in parts if mark.type != ENDLESS else ():  # each of these runs would take its full time
        if shows([*found, part]):
            found.append(part)
    return found


def _whose(place: Place, gone: set[int]) -> str:
    if place.artifact is None:
        return ""
    if place.artifact == EVERY:
        return "every artifact "
    return f"artifact {place.artifact + 1 - sum(one < place.artifact for one in gone)} "


def _leave_out(found: Situation, part: Part) -> None:
    kind, what = part
    artifacts = found["container"]["artifacts"]
    if kind == "number":
        artifacts[what] = None
    elif kind == "artifact":
        for one in artifacts:
            if one is not None:
                _drop(one, what)
    else:
        found[kind].pop(what, None)


def _drop(one: dict[str, Any], steps: tuple[str, ...]) -> None:
    *before, last = steps
    holder: Any = one
    for step in before:
        holder = holder.get(step) if isinstance(holder, dict) else None
    if isinstance(holder, dict):
        holder.pop(last, None)
