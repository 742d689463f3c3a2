"""Results that somebody has printed: the lists in a log of a playbook, as Python or JSON writes them."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.limits import PRINTED, largest, too_much
from phantom_lab.outcomes.from_platform import is_record

_START = re.compile(r"\[\s*\{")
_STEP = re.compile(r"""[\[\]{}()]|'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+\"""", re.DOTALL)
_LISTS = 10_000
"""Lists of a log that are looked at."""


def printed_results(text: str, where: str) -> list[Any]:
    """The records of a platform in the lists that stand in a text; other lists are passed over.

    Raises:
        InputError: there are none, one is cut off or cannot be read, or the text is too long.
    """
    if len(text) > largest(PRINTED):
        raise InputError(f"the log has {too_much(PRINTED, len(text), of='characters')}", where=where)
    found: list[Any] = []
    for line, one in _lists(text, where):
        if isinstance(one, list) and any(map(is_record, one)):
            found += one
        elif one is None:
            raise InputError("a list that was printed there cannot be read: it may be cut off",
                             where=f"{where}:{line}", hint="Print it again, or take it out.")
    if not found:
        raise InputError("it is neither JSON, nor a log in which a callback's results were printed", where=where,
                         hint="phantom.debug(results) prints them.")
    return found


def _lists(text: str, where: str) -> Iterator[tuple[int, Any]]:
    """Every list of objects, with its line; None for one that looks like results and cannot be read."""
    at = count = 0
    while start := _START.search(text, at):
        count += 1
        if count > _LISTS:
            raise InputError(f"more than {_LISTS:,} lists in a log are not read", where=where)
        end = _end(text, start.start())
        line = text.count("\n", 0, start.start()) + 1
        piece = text[start.start():end] if end else text[start.start():].partition("\n")[0]
        value = _decoded(piece) if end else None
        if value is not None or "action_results" in piece:
            yield line, value
        at = end or start.end()


def _end(text: str, start: int) -> int:
    """Where the list ends that begins at a place; 0 where it does not."""
    depth = 0
    for one in _STEP.finditer(text, start):
        if one[0] in "[{(":
            depth += 1
        elif one[0] in "]})":
            depth -= 1
            if not depth:
                return one.end()
    return 0


def _decoded(piece: str) -> Any:
    for read in (json.loads, ast.literal_eval):
        try:
            return read(piece)
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            continue
    return None
