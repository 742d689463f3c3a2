"""What is joined to events: containers and artifacts that stand in several files, or several times in one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.model.container import Artifact, Container
from phantom_lab.model.forms import Piece, tied_to, untied
from phantom_lab.model.ids import as_id
from phantom_lab.model.merging import merged
from phantom_lab.model.remarks import Remarks

_WHO = ("name", "label", "cef", "source_data_identifier")
"""Fields that tell two artifacts of one number apart."""


class Event:
    """A container, and the artifacts that belong to it."""

    def __init__(self, where: str, container: Container, *, made_up: bool = False) -> None:
        self.files = [where]
        self.container = container
        self.artifacts: list[tuple[str, Artifact]] = []
        """With the files in which they stand."""
        self.made_up = made_up
        self._count = 0

    @property
    def id(self) -> int | None:
        return as_id(self.container.get("id")) or None

    def __str__(self) -> str:
        number, name = self.id, self.container.get("name")
        told = f"container{'' if number is None else f' {number}'}"
        return f"artifacts of {told}" if self.made_up else f"{told} {str(name)[:60]!r}" if name else told

    def take(self, piece: Piece, artifacts: Iterable[Artifact]) -> None:
        """Add artifacts of a part."""
        self.artifacts += [(piece.where, untied(one)) for one in artifacts]
        self._count = max(self._count, piece.count)
        if piece.where not in self.files:
            self.files.append(piece.where)

    def each_once(self, remarks: Remarks) -> list[Artifact]:
        """The artifacts, those of several files in the order of their numbers."""
        groups: list[list[tuple[str, Artifact]]] = []
        first: dict[int, list[tuple[str, Artifact]]] = {}
        for where, artifact in self.artifacts:
            number = as_id(artifact.get("id")) or 0
            if number in first and _same(first[number], where, artifact):
                first[number].append((where, artifact))
                remarks.add(where, "it was given before, and counts once", place=f"artifact {number}")
                continue
            groups.append([(where, artifact)])
            if number:
                first.setdefault(number, groups[-1])
        numbers = [as_id(group[0][1].get("id")) or 0 for group in groups]
        if len({where for where, _ in self.artifacts}) > 1 and all(numbers):
            groups.sort(key=lambda group: as_id(group[0][1]["id"]) or 0)
        found = [merged(group, f"artifact {group[0][1].get('id')}", remarks) for group in groups]
        self._tell_count(len(found), remarks)
        return found

    def _tell_count(self, there: int, remarks: Remarks) -> None:
        own = self.container.get("artifact_count")
        count = max(self._count, own if isinstance(own, int) else 0)
        if count > there:
            remarks.add(self.files[-1 if self._count else 0],
                        f"container{f' {self.id}' if self.id else ''} has {count:,} artifacts, and {_are(there)} "
                        f"given: /rest/container/{self.id or 'ID'}/artifacts?page_size=0 lists them")
        elif isinstance(own, int) and own < there:
            remarks.add(self.files[0], f"it goes on saying {own:,}, and {_are(there)} given", place="container",
                        field="artifact_count")


def _are(count: int) -> str:
    return "none is" if not count else f"{count:,} {'is' if count == 1 else 'are'}"


def _same(group: Sequence[tuple[str, Artifact]], where: str, artifact: Artifact) -> bool:
    """Whether an artifact is the one of which other forms are there; a number given twice in a file may be a slip."""
    _, other = group[0]
    if where in (one for one, _ in group):
        return artifact == other
    return all(None in (artifact.get(name), other.get(name)) or artifact[name] == other[name] for name in _WHO)


def containers_of(pieces: Iterable[Piece], remarks: Remarks) -> list[Event]:
    """An event per container, with the artifacts that stand in or beside it."""
    same: dict[Any, list[Piece]] = {}
    for number, piece in enumerate(pieces):
        if piece.container is not None:
            same.setdefault(piece.id or f"part {number}", []).append(piece)
    events = []
    for found in same.values():
        event = Event(found[0].where, _one_container(found, remarks))
        for piece in found:
            event.take(piece, piece.artifacts)
            others = sorted({tie for one in piece.artifacts if (tie := tied_to(one)) not in (None, event.id)})
            for tie in others if event.id else ():
                remarks.add(piece.where, f"artifacts in container {event.id} name container {tie}: they are taken for "
                                         "those of the container in which they stand")
        events.append(event)
    return events


def _one_container(pieces: Sequence[Piece], remarks: Remarks) -> Container:
    given = [(piece.where, piece.container) for piece in pieces if piece.container is not None]
    named = {str(one["name"]): (one, where) for where, one in sorted(given, key=str) if one.get("name")}
    if len(named) > 1:
        told = ", ".join(f"{where} holds container {one['id']} {name[:60]!r}" for name, (one, where) in named.items())
        raise InputError(f"{told}: they are two events of one number", hint="Give the files of one event.")
    return merged(given, "container", remarks)


def take_artifacts(events: list[Event], pieces: Sequence[Piece], remarks: Remarks) -> None:
    """Give artifacts that stand alone to the containers that they name, or to the only one; without any container, one
    is made up."""
    ties = [{tie for one in piece.artifacts if (tie := tied_to(one))} for piece in pieces]
    _name_the_nameless(events, pieces, set().union(*ties))
    known = {event.id: event for event in events if event.id}
    given = set(known)
    for piece, named in zip(pieces, ties, strict=True):
        if not named & given:
            for tie in sorted(named - known.keys()):
                known[tie] = Event(piece.where, {"id": tie, "name": f"Container {tie}"}, made_up=True)
                events.append(known[tie])
    for piece in pieces:
        groups: dict[int | None, list[Artifact]] = {}
        for artifact in piece.artifacts:
            groups.setdefault(tied_to(artifact), []).append(artifact)
        for tie, artifacts in groups.items() or [(None, [])]:
            if tie is None:
                _the_only(events, piece, len(artifacts), remarks).take(piece, artifacts)
            elif tie in known:
                known[tie].take(piece, artifacts)
            else:
                count = f"{len(artifacts):,} artifact{'s' if len(artifacts) > 1 else ''}"
                remarks.add(piece.where, f"{count} of container {tie}, which is in no file: not read")


def _name_the_nameless(events: Sequence[Event], pieces: Sequence[Piece], ties: set[int]) -> None:
    """The container that has no number is the one that artifacts name."""
    nameless = [event for event in events if event.id is None]
    if len(events) != 1 or not nameless or not ties:
        return
    if len(ties) > 1:
        where = next(piece.where for piece in pieces if piece.artifacts)
        raise InputError(f"artifacts name the containers {', '.join(map(str, sorted(ties)))}, and {events[0].files[0]} "
                         "says no number", where=where, hint="Give the container its `id`.")
    events[0].container["id"] = next(iter(ties))


def _the_only(events: list[Event], piece: Piece, count: int, remarks: Remarks) -> Event:
    """The container of artifacts that name none."""
    if not events:
        if not count:
            remarks.add(piece.where, "it holds neither a container nor an artifact: the event is empty")
        events.append(Event(piece.where, {"name": "Container"}, made_up=True))
    if len(events) > 1 and count:
        told = ", ".join(f"{event.files[0]} holds {event}" for event in events)
        raise InputError(f"artifacts name no container, and {told}", where=piece.where,
                         hint="Give each artifact its `container`.")
    return events[0]


def check_one(events: Sequence[Event]) -> None:
    """Several events of one file are told otherwise: one of them can be chosen."""
    if len(events) > 1 and len({event.files[0] for event in events}) > 1:
        told = ", ".join(f"{event.files[0]} holds {event}" for event in events)
        raise InputError(f"{told}: these are {len(events)} events", hint="Files of one event are joined: give those of "
                                                                         "one.")
