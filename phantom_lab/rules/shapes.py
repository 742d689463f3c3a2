"""Datapaths that are read in another way than they say: hints, which change nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from phantom_lab.datapath import Met, Path, Source, collect, words
from phantom_lab.engine import PlaybookRun

_ELEMENTS = (Source.CUSTOM_FUNCTION, Source.PLAYBOOK_INPUT, Source.PLAYBOOK_OUTPUT)
"""Sources that are read element by element, with a star or without."""


def collected(run: PlaybookRun, records: Iterable[Any], paths: Sequence[Path], *,
              copy: bool = False) -> list[list[Any]]:
    """The rows of paths of one origin; a hint tells where one has values although the data is of another shape."""
    met: Met = set()
    rows = collect(records, [path.steps for path in paths], copy=copy, met=met)
    for number in sorted({number for number, _, _ in met}):
        path = paths[number]
        found = ((left, listed) for n, left, listed in met if n == number)
        odd = sorted((one for one in found if not _usual(path, *one)), reverse=True)
        if odd and any(row[number] is not None for row in rows):
            run.hint(f"{path.text}: {'; '.join(_told(path.text, *one) for one in odd)}. Write {_right(path.text, odd)}")
    return rows


def _usual(path: Path, left: int, listed: bool) -> bool:
    """Whether the platform takes both forms for the same: of what a custom function returned (observed) and of values
    that blocks hand on."""
    place = len(path.steps) - left
    return place == 1 if path.source in _ELEMENTS else (
        listed and place == 2 and path.source is Source.CUSTOM_FUNCTION_RESULT)


def _told(text: str, left: int, listed: bool) -> str:
    before = ".".join(words(text)[:-left])
    return (f"{before} is a list, and all its elements are read" if listed else
            f"{before} is an object, and is read as if it were the only element of a list (assumed)")


def _right(text: str, odd: Iterable[tuple[int, bool]]) -> str:
    """The text with stars where the data has lists; `odd` from left to right."""
    found = words(text)
    for left, listed in odd:
        place = len(found) - left
        found[place:place + (not listed)] = ["*"] if listed else []
    return ".".join(found)
