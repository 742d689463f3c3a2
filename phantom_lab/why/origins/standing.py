"""Where values stand: artifacts, containers, inputs, run data, formats, and what child playbooks gave."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from phantom_lab.history.events import ApiCalled, Filtered, PlaybookStarted
from phantom_lab.history.journal import Journal
from phantom_lab.why.origins.candidates import Candidate, Find, only
from phantom_lab.why.origins.holding import Artifacts, Columns, Path, Results, key_of
from phantom_lab.why.origins.origin import EITHER, Step, ValueOrigin, merged
from phantom_lab.why.origins.recorded import Record
from phantom_lab.why.provenance.scopes import ANY, DECODED
from phantom_lab.why.provenance.walking import parts, steps_of, text_of_steps

_NAMES = ("key", "name", "custom_function", "playbook", "action")
"""Arguments that say what a call is about."""
_FORMATS = frozenset({"format"})
_VALUE = "{0}"
"""A template that is nothing but its first value."""
_FILLED = 6
"""Values of a template whose origins are told."""
Held = Callable[[Any], bool]
"""Whether a value is what was read."""


class Standing(ABC):
    """Tells which of the things that a journal knows holds a value."""

    def __init__(self, journal: Journal) -> None:
        self.record = Record(journal)
        self.results, self.columns = Results(self.record), Columns(self.record)
        self._run_data: dict[str, ValueOrigin] = {}

    @cached_property
    def artifacts(self) -> Artifacts:
        """Those of the run: decoded only where one is asked about."""
        return Artifacts(self.record)

    @abstractmethod
    def argument(self, call: ApiCalled, argument: str, path: Path, value: Any, hops: int = 0) -> ValueOrigin:
        """Where a value came from that an argument of a call was, or held."""

    @abstractmethod
    def general(self, call: ApiCalled, argument: str, path: Path) -> Find:
        """What an argument of a call was, of which another value was made."""

    @abstractmethod
    def datapath(self, call: ApiCalled, text: str, rest: Path, held: Held) -> Candidate | None:
        """What a datapath reads, with steps below it; None: it is none."""

    def through(self, call: ApiCalled, argument: str, path: Path, kept: ValueOrigin | None = None) -> Candidate:
        """What an argument of another call was.

        Args:
            kept: where it stood meanwhile, for rows that have no value of it.
        """
        def find(value: Any, near: int | None, hops: int) -> list[ValueOrigin]:
            origin = self.argument(call, argument, path, value, hops)
            return [kept if kept is not None and value is None and origin.lost else origin.by(self.step(call))]

        return Candidate(find, self.general(call, argument, path))

    def step(self, call: ApiCalled) -> Step:
        """A call, as something that a value went through."""
        made = call.made
        for one in _NAMES:
            if name := self.record.argument(call, one):
                break
        else:
            name = ""
        return Step(made.name, str(name), made.line, self.record.source(call.run, made.invocation)[0])

    def column(self, call: ApiCalled, path: Path) -> Held:
        """Whether a call returned a value there, as far as the journal keeps it."""
        return lambda value: self.columns.holds(call.returned, path, value)

    def let_through(self, call: ApiCalled, chosen: str) -> frozenset[int] | None:
        """The artifacts that a call is restricted to; None: any."""
        given = self.record.argument(call, "filter_artifacts")
        ids = frozenset(one for one in given if type(one) is int) if isinstance(given, list) and given else None
        if chosen:
            stored = next(self.record.before(Filtered, call.run, chosen, self.record.returned[call.command]), None)
            if stored is not None and stored.artifact_ids:
                ids = frozenset(stored.artifact_ids) if ids is None else ids & frozenset(stored.artifact_ids)
        return ids

    def artifact(self, call: ApiCalled, steps: Path, held: Held, allowed: frozenset[int] | None) -> Candidate:
        """A field of artifacts, of some of them or of any."""
        path, at = text_of_steps(steps), self.record.returned[call.command]
        unknown = f"{'an' if self.artifacts.versions else 'no'} artifact"
        number, own = self._container_of(call)
        elsewhere = "" if number == own else f"an artifact of container {number}"

        def told(numbers: Iterable[int]) -> list[ValueOrigin]:
            return [ValueOrigin("artifact", f"artifact {one}", path) for one in numbers
                    if allowed is None or one in allowed]

        def find(value: Any, near: int | None, hops: int) -> list[ValueOrigin]:
            if near is not None:
                return told([near]) if self.artifacts.holds(near, steps, value, at) else []
            numbers = [] if elsewhere else self.artifacts.holding(steps, value, at)
            found = [one._replace(path=text_of_steps(self.artifacts.path_of(number, steps, value)))
                     for number in numbers for one in told([number])]
            return found or ([ValueOrigin("artifact", elsewhere or unknown, path)] if held(value) else [])

        def general(made: Any, near: int | None, hops: int) -> list[ValueOrigin]:
            groups = [[near]] if near is not None else [] if elsewhere else self.artifacts.within(steps, made)
            found = [merged(told(one), EITHER) for one in groups if told(one)]
            return found or [ValueOrigin("artifact", elsewhere or "the artifacts", path)]

        return Candidate(find, general)

    def container(self, call: ApiCalled, steps: Path, held: Held) -> Candidate:
        """A field of the container that a call is for."""
        number, own = self._container_of(call)
        there = self.record.get(self.record.runs[call.run].container) if number == own else None
        return only(ValueOrigin("container", f"container {number}", text_of_steps(steps)),
                    lambda value: held(value) or any(key_of(one) == key_of(value) for one in parts(there, steps)))

    def _container_of(self, call: ApiCalled) -> tuple[int, int]:
        """The container that a call is for, and that of its run."""
        given = self.record.argument(call, "container") or self.record.argument(call, "container_id")
        number = given.get("id") if isinstance(given, dict) else given
        number = int(number) if isinstance(number, str) and number.isdecimal() and len(number) < 20 else number
        begun = self.record.runs.get(call.run)
        own = begun.container_id if begun else 0
        return number if type(number) is int else own, own

    def input(self, run: int, tail: str, rest: Path, held: Held) -> Candidate:
        """An input of a run: from the call of its parent, if it has one."""
        name = str(next(iter(steps_of(tail)), tail))
        begun = self.record.runs.get(run)
        value = self.record.get(begun.inputs).get(name) if begun else None
        path = (*((ANY,) if isinstance(value, list) else ()), *steps_of(tail)[1:], *rest)
        found = self.of_parent(run, "inputs", (name, *path))
        return found or only(ValueOrigin("input", name), held)

    def of_parent(self, run: int, argument: str, path: Path) -> Candidate | None:
        """What the parent passed to a child playbook."""
        asked = self.record.children.get(run)
        call = self.record.call(asked.command) if asked else None
        if call is None or call.name != "playbook":
            return None
        given = self.record.argument(call, argument)
        if argument == "inputs" and isinstance(given, dict) and path[0] not in given:
            same = [one for one in given if one.casefold() == str(path[0]).casefold()]
            if not same:
                return None  # nobody passed it
            path = (same[0], *path[1:])
        return self.through(call, argument, path, ValueOrigin("input", str(path[0]) if path else ""))

    def child(self, call: ApiCalled, name: str, kind: str, after: str, rest: Path, held: Held) -> Candidate:
        """An output or input of a child playbook."""
        at = self.record.returned[call.command]
        asked: PlaybookStarted | None = next(self.record.before(PlaybookStarted, call.run, name, at), None)
        if kind == "playbook_input" and asked is not None:
            return self.input(asked.child, after, rest, held)
        alone = only(ValueOrigin("child playbook", name, after), held)
        if asked is None:
            return alone
        saved = self.record.last_called(asked.child, "save_playbook_output_data", at)
        if saved is None:
            return alone
        output = self.record.argument(saved, "output")
        key, *steps = steps_of(after) or (after,)
        listed = isinstance(output, dict) and isinstance(output.get(str(key)), list)
        path = (key, *((ANY,) if listed else ()), *steps, *rest)
        return self.through(saved, "output", path, ValueOrigin("child playbook", name, after))

    def kept(self, call: ApiCalled, saves: frozenset[str], key: str, path: Path, held: Held, *,
              rows: bool = False) -> Candidate:
        """What was saved under a key."""
        saved = self.record.keyed(call.run, saves, "key", key, self.record.returned[call.command])
        if saved is None or (0, key) in self.record.edited:
            return only(ValueOrigin("run data", key) if saved is None else ValueOrigin("edit", f"run data {key}"), held)
        if rows:  # those of a list, also of one that was written down
            value = self.record.argument(saved, "value")
            read = next(iter(parts(value, (DECODED,))), None) if isinstance(value, str) else None
            path = (*((DECODED,) if read is not None else ()),
                    *((ANY,) if isinstance(value if read is None else read, list) else ()), *path)
        if (held_by := self._run_data.get(key)) is None:
            held_by = self._run_data[key] = ValueOrigin("run data", key)
        return self.through(saved, "value", path, held_by)

    def formatted(self, call: ApiCalled, name: str, held: Held) -> Candidate:
        """The text or the rows of a named format."""
        wanted = name.removesuffix("__as_list")
        filled = self.record.keyed(call.run, _FORMATS, "name", wanted, self.record.returned[call.command])
        if filled is None:
            return only(ValueOrigin("format", wanted, "which never ran", line=call.line), held)
        return self.filled(filled, "template", held)

    def filled(self, call: ApiCalled, template: str, held: Held = lambda value: False) -> Candidate:
        """What a call put into a template; one that is nothing but a value is that value."""
        text = self.record.argument(call, template)
        lines = [one for one in str(text).strip().splitlines() if one.strip() != "%%"]
        given = self.record.argument(call, "parameters")
        listed = [given] if isinstance(given, str) else given if isinstance(given, list) else []
        name = str(self.record.argument(call, "name") or f"phantom.{call.name}")
        sources = [self._filler(call, one, place) for place, one in enumerate(listed[:_FILLED])]
        first = sources[0] if sources and "\n".join(lines).strip() == _VALUE else None

        def general(made: Any, near: int | None, hops: int) -> list[ValueOrigin]:
            of = dict.fromkeys(origin for one in sources for origin in one.general(made, near, hops + 1))
            return [ValueOrigin("format", name, line=call.line, source=self.record.source(call.run, call.invocation)[0],
                                of=tuple(of))]

        def find(value: Any, near: int | None, hops: int) -> list[ValueOrigin]:
            if not held(value):
                return []
            found = first.find(value, near, hops + 1) if first else []
            return [one.by(self.step(call)) for one in found] or general(value, near, hops)

        return Candidate(find, general)

    def _filler(self, call: ApiCalled, parameter: Any, place: int) -> Candidate:
        """One value of a template: of a datapath, or a text that stands for itself."""
        if isinstance(parameter, str) and ":" in parameter and (
                found := self.datapath(call, parameter, (), lambda value: False)) is not None:
            return found
        return Candidate(lambda value, near, hops: [self.argument(call, "parameters", (place,), value, hops)],
                      lambda value, near, hops: [self.argument(call, "parameters", (place,), parameter, hops)])
