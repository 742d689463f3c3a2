"""Which records hold a value: looked up, not searched for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import Any

from phantom_lab.history.events import ActionCompleted, Changed, CustomFunctionCompleted, Ref, RunStarted
from phantom_lab.later import dataclass
from phantom_lab.why.origins.recorded import Record
from phantom_lab.why.provenance.scopes import ANY, Step
from phantom_lab.why.provenance.walking import parts

_HELD = 8
"""Records that are named of those that hold the same value."""
_SEARCHED = 50
"""Artifacts whose values are searched for in a text."""
_LEAVES, _DEEP, _FEW = 32, 10, 4
"""Values of a list or dict that are looked at, levels, and elements of a list whose places are told apart."""
_HOLDS, _NUMBERS = (list, dict), (int, float)
Key = tuple[str, Any]
Path = tuple[Step, ...]


def key_of(value: Any) -> Key:
    """What equal values of a type have in common; a list or dict that holds something has nothing."""
    return type(value).__name__, (object() if value else None) if isinstance(value, _HOLDS) else value


def proves_nothing(value: Any) -> bool:
    """Whether a value is so common that it stands in many places by chance."""
    if isinstance(value, str):
        return len(value) < 2
    return isinstance(value, bool) or not isinstance(value, _NUMBERS) or abs(value) < 10


def leaves(value: Any) -> tuple[list[tuple[Path, Any]], int]:
    """The first values of a list or dict with their paths, and how many more there are at least."""
    found: list[tuple[Path, Any]] = []
    left = 0
    todo: list[tuple[Path, Any]] = [((), value)]
    while todo:
        path, one = todo.pop()
        if isinstance(one, _HOLDS) and one and len(path) < _DEEP:
            if len(found) >= _LEAVES:
                left += len(one)
                continue
            inner: Iterable[tuple[Step, Any]] = one.items() if isinstance(one, dict) else (
                enumerate(one) if len(one) <= _FEW else ((ANY, each) for each in one))
            below = [((*path, step), each) for (step, each), _ in zip(inner, range(_LEAVES), strict=False)]
            left += len(one) - len(below)
            todo += reversed(below)
        elif len(found) < _LEAVES:
            found.append((path, one))
        else:
            left += 1
    return found, left


@dataclass(slots=True)
class Holders:
    """By value: the first records that hold it. What is a list or dict itself is left out."""

    named: dict[Key, list[Any]] = field(default_factory=dict)

    def add(self, value: Any, record: Any) -> None:
        if value and isinstance(value, _HOLDS):
            return  # its own values are looked for, not itself
        key = key_of(value)
        known = self.named.setdefault(key, [])
        if known and known[-1] == record:
            return
        if len(known) < _HELD:
            known.append(record)

    def of(self, value: Any) -> list[Any]:
        return self.named.get(key_of(value), [])


class Artifacts:
    """Every artifact that a run found or added, with all that it ever held, and from which place of the journal on."""

    def __init__(self, record: Record) -> None:
        self.versions: dict[int, list[tuple[int, dict[str, Any]]]] = {}
        for at, number, artifact in _found(record):
            known = self.versions.setdefault(number, [])
            if not known or artifact != known[-1][1]:
                known.append((at, artifact))
        self._indexes: dict[Path, Holders] = {}
        self._alike: dict[Path, dict[str, set[Key]]] = {}
        self._equal: Holders | None = None

    def holding(self, steps: Path, value: Any, at: int) -> list[int]:
        """The artifacts that held a value at the end of steps before a place."""
        if steps not in self._indexes:
            index = self._indexes[steps] = Holders()
            for number, versions in self.versions.items():
                for since, one in versions:
                    for found in parts(one, steps):
                        index.add(found, (number, since))
        return list(dict.fromkeys(number for number, since in self._indexes[steps].of(value) if since < at))

    def holds(self, number: int, steps: Path, value: Any, at: int) -> bool:
        """Whether one artifact did."""
        key = key_of(value)
        return any(key_of(found) == key for since, one in self.versions.get(number, ()) if since < at
                   for found in parts(one, steps))

    def path_of(self, number: int, steps: Path, value: Any) -> Path:
        """Steps to a value in one artifact, with the keys that any key stands for."""
        found = (_named(one, steps, key_of(value)) for _, one in self.versions.get(number, ())) if ANY in steps else ()
        return next((one for one in found if one is not None), steps)

    def within(self, steps: Path, made: Any) -> list[list[int]]:
        """Of few artifacts those whose value stands in a text that was made of it, together where it is the same;
        else the only one that has a value there."""
        if len(self.versions) > _SEARCHED:
            return []
        having = [(number, str(one).casefold()) for number, versions in self.versions.items()
                  for one in parts(versions[-1][1], steps) if one is not None]
        groups: dict[str, list[int]] = {}
        for number, text in having if isinstance(made, str) else ():
            if len(text) > 1 and text in made.casefold():
                groups.setdefault(text, []).append(number)
        return list(groups.values()) or [[number] for number, _ in having if len(having) == 1]

    def alike(self, steps: Path, value: Any) -> bool:
        """Whether an artifact holds another value there that a change of case, blanks or type may make this one."""
        if steps not in self._alike:
            index = self._alike[steps] = {}
            for versions in self.versions.values():
                for found in (each for _, one in versions for each in parts(one, steps)):
                    index.setdefault(_plainly(found), set()).add(key_of(found))
        return bool(self._alike[steps].get(_plainly(value), set()) - {key_of(value)})

    def equal(self, value: str) -> list[tuple[int, str]]:
        """Fields of artifacts that hold a text, and nothing but it."""
        if self._equal is None:
            self._equal = Holders()
            for number, versions in self.versions.items():
                for _, one in versions:
                    cef = one.get("cef")
                    for name, found in (cef.items() if isinstance(cef, dict) else ()):
                        if isinstance(found, str) and not proves_nothing(found):
                            self._equal.add(found, (number, f"cef.{name}"))
        return self._equal.of(value)


def _plainly(value: Any) -> str:
    """What conversions leave of a value: neither case nor blanks around it, and no type."""
    return "" if isinstance(value, _HOLDS) else str(value).strip().casefold()


def _named(record: Any, steps: Path, key: Key) -> Path | None:
    if not steps:
        return () if key_of(record) == key else None
    step, rest = steps[0], steps[1:]
    if step == ANY and isinstance(record, dict):
        for name, value in record.items():
            if (found := _named(value, rest, key)) is not None:
                return (name, *found)
    elif isinstance(record, dict):
        found = _named(record.get(step), rest, key)
        return None if found is None else (step, *found)
    return steps if any(key_of(one) == key for one in parts(record, steps)) else None


def _found(record: Record) -> Iterator[tuple[int, int, dict[str, Any]]]:
    last: dict[int, dict[str, Any]] = {}
    for at in record.artifacts:
        event = record.events[at]
        if isinstance(event, RunStarted):
            for one in record.get(event.artifacts):
                if isinstance(one, dict) and isinstance(one.get("id"), int):
                    last[one["id"]] = one
                    yield at, one["id"], one
        elif isinstance(event, Changed) and event.field != "deleted":
            after = record.get(event.after)
            known = last.get(event.id, {})
            last[event.id] = after if event.field == "added" and isinstance(after, dict) else {
                **known, event.field: after}
            yield at, event.id, last[event.id]


class Results:
    """What actions and custom functions came back with."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._indexes: dict[tuple[int, str, Path], Holders] = {}

    def holding(self, run: int, name: str, steps: Path, value: Any, at: int) -> ActionCompleted | None:
        """The latest action run of a name before a place that holds a value at the end of steps, of its results or of
        their app runs."""
        for seen, done in enumerate(self._record.before(ActionCompleted, run, name, at)):
            if self._index(done, steps).of(value):
                return done  # type: ignore[no-any-return]
            if seen > _HELD:
                break
        return None

    def of_function(self, done: CustomFunctionCompleted, steps: Path) -> Holders:
        """The numbers of the parameter sets for which a custom function came back with a value at the end of steps."""
        known = (-done.custom_function_run_id, done.name, steps)
        if known not in self._indexes:
            index = self._indexes[known] = Holders()
            sets = parts(self._record.get(done.results), (ANY, "custom_function_results", ANY), most=None)
            for number, one in enumerate(sets):
                for found in parts(one, steps, most=None):
                    index.add(found, number)
        return self._indexes[known]

    def _index(self, done: ActionCompleted, steps: Path) -> Holders:
        known = (done.action_run_id, done.name, steps)
        if known not in self._indexes:
            index = Holders()
            for number, app_run in enumerate(self._record.get(done.results)):
                for path in (("action_results", ANY, *steps), steps):
                    for found in parts(app_run, path, most=None):
                        index.add(found, number)
            self._indexes[known] = index
        return self._indexes[known]


class Columns:
    """What calls returned and blocks were called with, by the part of it that is asked for."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._indexes: dict[tuple[Ref, Path], Holders] = {}

    def holds(self, ref: Ref, path: Path, value: Any) -> bool:
        """Whether a stored value holds another one at the end of a path."""
        if (ref, path) not in self._indexes:
            index = self._indexes[ref, path] = Holders()
            for found in parts(self._record.get(ref), path, most=None):
                index.add(found, 0)
        return bool(self._indexes[ref, path].of(value))
