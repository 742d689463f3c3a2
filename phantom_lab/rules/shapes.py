"""Datapaths that are read in another way than they say: hints, which change nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from phantom_lab.datapath import Family, Met, Path, collect, words
from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import cut

_ELEMENTS = (Family.CUSTOM_FUNCTION, Family.PLAYBOOK_INPUT, Family.PLAYBOOK_OUTPUT)
"""Sources that are read element by element, with a star or without."""
_SHOWN = 3
"""Places of one datapath that a hint tells."""
_LONGEST = 300
"""Characters of a datapath in it."""


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
            found_words = words(path.text)
            more = f"; and {len(odd) - _SHOWN} more" if len(odd) > _SHOWN else ""
            told = "; ".join(_told(found_words, *one) for one in odd[:_SHOWN])
            run.hint(f"{cut(path.text, _LONGEST)}: {told}{more}. "
                     f"Write {cut(_right(found_words, odd), _LONGEST)}")
    return rows


def _usual(path: Path, left: int, listed: bool) -> bool:
    """Whether the platform takes both forms for the same: of what a custom function returned (observed) and of values
    that blocks hand on."""
    place = len(path.steps) - left
    return place == 1 if path.source in _ELEMENTS else (
        listed and place == 2 and path.source is Family.CUSTOM_FUNCTION_RESULT)


def _told(found: Sequence[str], left: int, listed: bool) -> str:
    before = cut(".".join(found[:-left]), _LONGEST) or found[0].rpartition(":")[0]
    return (f"{before} is a list, and all its elements are read" if listed else
            f"{before} is an object, and is read as if it were the only element of a list (assumed)")


def _right(found: Sequence[str], odd: Iterable[tuple[int, bool]]) -> str:
    """The text with stars where the data has lists."""
    stars = {len(found) - left: listed for left, listed in odd}
    head, colon, first = found[0].rpartition(":")
    right: list[str] = []
    for place, word in enumerate((first, *found[1:])):
        listed = stars.get(place)
        right += [word] if listed is None else ["*", word] if listed else []
    return f"{head}{colon}{'.'.join(right)}"
