"""Names that nothing answers to: said in one line, as they may be right all the same."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from difflib import get_close_matches


def closest(name: str, known: Iterable[str]) -> str:
    """The known name that is most like a name, as the end of a sentence; empty where none is."""
    found = get_close_matches(name, {*known} - {name}, 1)
    return f"; closest is {found[0]!r}" if found else ""


def say(text: str) -> None:
    """Tell whoever typed the name: it lands in their cell or terminal."""
    print(f"note: {text}", file=sys.stderr)
