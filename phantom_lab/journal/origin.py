"""Which artifact the values of an action's parameters come from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from phantom_lab.journal.events import Changed, RunStarted
from phantom_lab.journal.journal import Journal

_COMMON = ("", 0, 1)
"""Values that tell nothing."""


class Artifacts:
    """The artifacts that a run found or added, by what they hold."""

    def __init__(self, journal: Journal) -> None:
        self._cef = {one["id"]: one["cef"] if isinstance(one.get("cef"), dict) else {} for one in _found(journal)
                     if isinstance(one, dict) and "id" in one}
        self._places: dict[str, list[tuple[Any, str]]] = {}
        for number, cef in self._cef.items():
            for name, value in cef.items():
                if isinstance(value, str):
                    self._places.setdefault(value, []).append((number, name))

    def named(self, parameter: dict[str, Any]) -> str:
        """``artifact 3 cef.sourceAddress``: the artifact of the context, else those that alone have a parameter's
        value in a field; empty: none."""
        number = _number(parameter.get("context"))
        values = [one for one in parameter.values() if isinstance(one, str | int | float) and one not in _COMMON]
        if number in self._cef:
            names = [name for name, value in self._cef[number].items() if isinstance(value, str | int | float)
                     and value in values]
            return _told(number, names)
        alone: dict[Any, list[str]] = {}
        for value in values:
            places = self._places.get(value, []) if isinstance(value, str) else []
            if len({number for number, _ in places}) == 1:
                alone.setdefault(places[0][0], []).extend(name for _, name in places)
        return "; ".join(_told(one, names) for one, names in alone.items())


def _told(number: Any, names: list[str]) -> str:
    return f"artifact {number} {', '.join(f'cef.{name}' for name in names)}".rstrip()


def _number(context: Any) -> Any:
    """The artifact that a parameter set names."""
    given = context.get("artifact_id") if isinstance(context, dict) else None
    if isinstance(given, str):
        return int(given) if given.isdecimal() and len(given) < 20 else None
    return given if isinstance(given, int) and not isinstance(given, bool) else None


def _found(journal: Journal) -> Iterator[Any]:
    for event in journal.events:
        if isinstance(event, RunStarted):
            yield from journal.get(event.artifacts)
        elif isinstance(event, Changed) and (event.kind, event.field) == ("artifact", "added"):
            yield journal.get(event.after)
