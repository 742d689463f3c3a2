"""The forms in which people have containers and artifacts, as decoded JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from difflib import get_close_matches
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.later import dataclass
from phantom_lab.model.field_kinds import kind_of
from phantom_lab.model.fields import ARTIFACT, CONTAINER, read_fields
from phantom_lab.model.ids import as_id
from phantom_lab.model.remarks import Remarks

_ARTIFACT_MARKS = {"cef", "cef_types", "cef_data"}
_CONTAINER_MARKS = {*CONTAINER.keys() - ARTIFACT.keys(), "artifacts"}
_OWN = {"name", "label", "id", *_CONTAINER_MARKS} - {"artifacts"}
_TIES = {"container", "container_id"}
_AROUND = {"container", "containers", "artifacts"}
_ENVELOPE = {"count", "num_pages", "data"}
_FORMS = ("a container object, a list of artifacts, the REST list envelope {\"count\", \"num_pages\", \"data\"}, "
          "or {\"container\": ..., \"artifacts\": ...}")


@dataclass(slots=True)
class Piece:
    """A container with the artifacts that stand in or beside it, or artifacts alone."""

    where: str
    container: dict[str, Any] | None = None
    artifacts: list[dict[str, Any]] = field(default_factory=list)
    count: int = 0
    """How many artifacts there are on the platform, as a REST envelope says."""

    @property
    def id(self) -> int | None:
        """The container's."""
        return as_id((self.container or {}).get("id")) or None


def tied_to(artifact: Mapping[str, Any]) -> int | None:
    """The id of the container that an artifact names."""
    named = artifact.get("container", artifact.get("container_id"))
    return as_id(named.get("id") if isinstance(named, dict) else named) or None


def untied(artifact: Mapping[str, Any]) -> dict[str, Any]:
    """An artifact without the container that it names."""
    return {name: value for name, value in artifact.items() if name not in _TIES}


def pieces_of(given: Any, where: str, remarks: Remarks) -> list[Piece]:
    """Recognise the form of decoded JSON, and read its fields.

    Raises:
        InputError: it has none of the forms, or a part is of another type.
    """
    return list(_Reader(where, remarks).pieces(given))


@dataclass(frozen=True, slots=True)
class _Reader:
    where: str
    remarks: Remarks

    def pieces(self, given: Any, place: str = "") -> Iterator[Piece]:
        """The pieces of an object at a place; of the whole at the start."""
        if isinstance(given, list):
            yield from self._list(given, place)
            return
        if not isinstance(given, dict) or not given:
            raise InputError(f"holds {kind_of(given)}", where=self.where, hint=f"Give {_FORMS}.")
        if given.get("failed") is True and "data" not in given:
            raise InputError(f"it holds an error of REST: {str(given.get('message'))[:200]!r}", where=self.where,
                             hint=f"Give {_FORMS}.")
        if _is_envelope(given):
            yield from self._envelope(given, place)
        elif given.keys() & _ARTIFACT_MARKS:
            yield Piece(self.where, None, [self._artifact(given, place, 0)])
        elif isinstance(given.get("container"), dict) or isinstance(given.get("containers"), list) or (
                "artifacts" in given and not given.keys() & _OWN):
            yield from self._together(given, place)
        elif given.keys() & _OWN:
            yield self._container(given, place)
        else:
            keys = ", ".join(map(str, list(given)[:5]))
            raise InputError(f"an object with the keys {keys} is no container", where=self.where,
                             hint=f"Give {_FORMS}.")

    def _envelope(self, given: dict[str, Any], place: str) -> Iterator[Piece]:
        self._unread(given, _ENVELOPE, place, "beside the list")
        items, count = given["data"], _count(given)
        found = list(self._list(items, _below(place, "data")))
        if any(one.container is not None for one in found):
            if count > len(items):
                self.remarks.add(self.where, f"it holds {len(items):,} of {count:,} containers: page_size=0 asks REST "
                                             "for all of them", place=place)
        elif found:
            found[0].count = count
        yield from found

    def _list(self, items: Any, place: str,
              otherwise: Callable[[dict[str, Any], str], Piece] | None = None) -> Iterator[Piece]:
        """The pieces of a list; `otherwise` reads what nothing tells from a container or an artifact."""
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise InputError("the list must hold JSON objects only", where=self.where, hint=f"Give {_FORMS}.")
        artifacts = []
        for number, item in enumerate(items):
            here = f"{place}[{number}]"
            is_artifact = item.keys() & _ARTIFACT_MARKS
            if not is_artifact and (item.keys() & _CONTAINER_MARKS or _is_envelope(item)
                                    or isinstance(item.get("container"), dict)):
                yield from self.pieces(item, here)
            elif not is_artifact and otherwise:
                yield otherwise(item, here)
            else:
                artifacts.append(self._artifact(item, here, number))
                if not is_artifact and not item.keys() & _TIES:
                    self.remarks.add(self.where, "nothing tells it from a container: it is taken for an artifact",
                                     place=here)
        if artifacts or not items:
            yield Piece(self.where, None, artifacts)

    def _together(self, given: dict[str, Any], place: str) -> Iterator[Piece]:
        """An object around a container, or several, and artifacts."""
        self._unread(given, _AROUND, place, "beside the container")
        inner, several = given.get("container"), given.get("containers")
        artifacts, count = self._artifacts(given, place)
        if several:
            yield from self._list(several, _below(place, "containers"), otherwise=self._container)
        if isinstance(inner, dict):
            piece = self._container(inner, _below(place, "container"))
            yield Piece(self.where, piece.container, [*piece.artifacts, *artifacts], max(piece.count, count))
        elif artifacts or not several:
            tie = {} if inner is None else {"container": inner}
            self._tell_ties(tie, place)
            yield Piece(self.where, None, [{**tie, **one} for one in artifacts], count)

    def _container(self, given: dict[str, Any], place: str) -> Piece:
        own = {name: value for name, value in given.items() if name != "artifacts"}
        found = self._fields(own, "container", place, "container")
        piece = Piece(self.where, found, *self._artifacts(given, place))
        if found.get("id") is not None and piece.id is None:
            self.remarks.add(self.where, f"{kind_of(found['id'])}, and no number of a container: it gets one",
                             place=place or "container", field="id")
        return piece

    def _artifacts(self, given: dict[str, Any], place: str) -> tuple[list[dict[str, Any]], int]:
        """The artifacts in an object, and how many there are on the platform."""
        found, place = given.get("artifacts"), _below(place, "artifacts")
        count = _count(found) if isinstance(found, dict) else 0
        if isinstance(found, dict) and "data" in found:
            self._unread(found, _ENVELOPE, place, "beside the list")
            found, place = found["data"], f"{place}.data"
        if found is None:
            return [], 0
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            raise InputError("`artifacts` must be a list of JSON objects", where=self.where)
        return [self._artifact(one, f"{place}[{number}]", number) for number, one in enumerate(found)], count

    def _artifact(self, given: dict[str, Any], place: str, number: int) -> dict[str, Any]:
        found = self._fields(given, "artifact", place, f"artifact {number}")
        if found.get("id") is not None and not as_id(found["id"]):
            self.remarks.add(self.where, f"{kind_of(found['id'])}, and no number of an artifact: it gets one",
                             place=place, field="id")
        self._tell_ties(found, place)
        return found

    def _tell_ties(self, given: Mapping[str, Any], place: str) -> None:
        ties = {name: given[name] for name in sorted(_TIES) if given.get(name) is not None}
        for name, value in ties.items():
            if tied_to({name: value}) is None:
                self.remarks.add(self.where, f"{kind_of(value)}, and no number of a container: it is not read",
                                 place=place, field=name)
        if len({tied_to({name: value}) for name, value in ties.items()}) > 1:
            self.remarks.add(self.where, "`container` names another one: it is not read", place=place,
                             field="container_id")

    def _fields(self, given: dict[str, Any], what: str, place: str, said: str) -> dict[str, Any]:
        try:
            return read_fields(given, what, lambda field, told: self.remarks.add(
                self.where, told, place=place or what, field=field))
        except ValueError as exc:
            raise InputError(f"{said}: {exc}", where=self.where) from None

    def _unread(self, given: Mapping[str, Any], known: set[str], place: str, stands: str) -> None:
        for name in given:
            if name not in known:
                meant = get_close_matches(str(name).lower(), [one for one in known if one not in given], 1, 0.7)
                hint = f"; is `{meant[0]}` meant?" if meant else ""
                self.remarks.add(self.where, f"it stands {stands} and is not read{hint}", place=place, field=str(name))


def _below(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _is_envelope(given: Mapping[str, Any]) -> bool:
    if "data" not in given or given.keys() & (_CONTAINER_MARKS | _ARTIFACT_MARKS):
        return False
    return "count" in given or (isinstance(given["data"], list) and not given.keys() & _OWN)


def _count(given: Mapping[str, Any]) -> int:
    count = given.get("count")
    return count if isinstance(count, int) and not isinstance(count, bool) else 0
