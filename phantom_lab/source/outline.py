"""Where the functions of a source stand, and what stands at its top level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from phantom_lab.source.parsing import parse
from phantom_lab.source.source import Function


@dataclass(frozen=True, slots=True)
class Place:
    """The lines of a function."""

    first: int
    """Of its decorators, if it has any."""
    line: int
    """Of its ``def``."""
    last: int


@dataclass(frozen=True, slots=True)
class Outline:
    """What is known of a source without executing it."""

    functions: Mapping[str, Place]
    """Of its top level, by name; of several of one name the last, which is the one that executes."""
    starts: tuple[int, ...]
    """The lines where something of its top level begins: a tokenizer may begin at any of them."""


@lru_cache(maxsize=16)
def outline(text: str) -> Outline:
    """The outline of a source; an empty one of what is none."""
    try:
        body = parse(text).body
    except (SyntaxError, ValueError, RecursionError):
        return Outline({}, (1,))
    functions = {node.name: Place(_first(node), node.lineno, node.end_lineno or node.lineno)
                 for node in body if isinstance(node, Function)}
    lines = {_first(node) for node in body}
    ends = {node.end_lineno or node.lineno for node in body if node.lineno != node.end_lineno}
    # What ends on the line where something else begins (`"""…"""; x = 1`) would be cut in two.
    return Outline(functions, tuple(sorted({1, *(lines - ends)})))


def _first(node: object) -> int:
    decorators = getattr(node, "decorator_list", [])
    return int(min([node.lineno, *(one.lineno for one in decorators)]))  # type: ignore[attr-defined]
