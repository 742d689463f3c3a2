"""What is said of files that were given: each thing once, with how often it applies."""

from __future__ import annotations

_MOST = 30
"""Lines."""
_NAME = 100
"""Characters of a field's name."""


class Remarks:
    """Collected while files are read."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], list[str]] = {}

    def add(self, where: str, what: str, *, place: str = "", field: str = "") -> None:
        """Add one.

        Args:
            where: the file, or another origin.
            what: one clause.
            place: of the object in the file, such as ``artifacts[3]``; of several the first is named.
            field: of the object.
        """
        self._found.setdefault((where, field[:_NAME], what), []).append(place)

    def lines(self) -> list[str]:
        """One line each."""
        found = []
        for (where, field, what), places in self._found.items():
            place = ".".join(filter(None, (places[0], field)))
            more = f" (and {len(places) - 1:,} more)" if len(places) > 1 else ""
            found.append(": ".join(filter(None, (where, f"{place}{more}" if place else "", what))))
        rest = len(found) - _MOST
        return [*found[:_MOST], f"and {rest:,} more remarks of the files that were given"] if rest > 0 else found
