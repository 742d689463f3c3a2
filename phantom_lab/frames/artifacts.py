"""Artifacts by their datapaths, made when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from phantom_lab.frames.flatten import flatten
from phantom_lab.frames.rows import Rows

ARTIFACT = "artifact:*"
LET_THROUGH = "let through by"
_FIRST = ("id", "name", "label", "severity", "tags", "cef")
_EARLY = ("id", "name", "label", LET_THROUGH, "severity", "tags", "cef")


def artifact_row(one: dict[str, Any]) -> dict[str, Any]:
    """An artifact under its datapaths, what tells it from others first."""
    ordered = {key: one[key] for key in _FIRST if key in one}
    return flatten({**ordered, **one}, ARTIFACT)


class ArtifactRows(Rows):
    """One row per artifact, without fields that it does not fill.

    Args:
        ids: of the artifacts.
        get: gives one.
        filters: the ids that named conditions let through, where that is to be told.
    """

    watched = True

    def __init__(self, ids: Sequence[int], get: Callable[[int], dict[str, Any]],
                 filters: Mapping[str, set[int]] | None = None) -> None:
        self.ids, self._get, self._filters = ids, get, filters or {}
        self.length = len(ids)
        self.first = [f"{ARTIFACT}.id", f"{ARTIFACT}.name", *([LET_THROUGH] if filters else [])]

    def row(self, place: int) -> dict[str, Any]:
        """One artifact."""
        number = self.ids[place]
        row = {name: value for name, value in artifact_row(self._get(number)).items()
               if value not in (None, {}, [], "")}
        if self._filters:
            row[LET_THROUGH] = ", ".join(name for name, ids in self._filters.items() if number in ids) or "none"
        return row

    def about(self, place: int) -> tuple[str, str]:
        """The artifact."""
        return "", f"artifact {self.ids[place]}"

    def order(self, names: Sequence[str]) -> list[str]:
        """What tells an artifact from others first, then what is in it."""
        def early(name: str) -> int:
            field = name.removeprefix(f"{ARTIFACT}.")
            return next((place for place, one in enumerate(_EARLY) if field == one or field.startswith(f"{one}.")),
                        len(_EARLY))

        return sorted(names, key=early)
