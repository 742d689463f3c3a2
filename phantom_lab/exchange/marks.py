"""The marks between which the visual editor keeps code that people write, in the source of a playbook.

Observed in 157 public exports: what stands between the marks of a block, from the end of the line behind the first
to the line of the second, is the ``userCode`` of its node, character for character.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from phantom_lab.source.source import Function, functions, parsed

DEFAULT = "\n    # Write your custom code here...\n\n"
"""What the editor writes between the marks of a block without code; its node has no ``userCode`` then (observed)."""
_CLASSIC = re.compile(r"^#{30}\n# Start - Global Code Block\n\n(?P<code>.*?)\n\n# End - Global Code block\n#{30}$",
                      re.MULTILINE | re.DOTALL)
"""Of the classic editor: what stands there is its ``code_block`` (observed in all of 38)."""
_MARK = re.compile(r"^[ \t]*#{80}[ \t]*\n[ \t]*## (Global )?Custom Code (Start|End)[ \t]*\n[ \t]*#{80}[ \t]*\n?",
                   re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Part:
    """Code between marks, or a whole function."""

    start: int
    """In characters of the source; decorators of a function belong to it."""
    end: int
    line: int
    """Where it begins; of a function, the line of its ``def``."""

    def of(self, source: str) -> str:
        """Its text."""
        return source[self.start:self.end]

    def holds(self, place: int) -> bool:
        """Whether a place is in it."""
        return self.start <= place < self.end


@dataclass(frozen=True, slots=True)
class Marked:
    """A source, by its marks."""

    source: str
    """With plain line ends."""
    tree: ast.Module
    functions: dict[str, Part]
    """Those of the module level, from their first decorator to their last line."""
    nodes: dict[str, Function]
    code: dict[str, Part]
    """By function, what stands between its marks."""
    shared: Part | None
    """What stands between the marks of the global custom code."""
    odd: list[int]
    """Lines of marks that make no pair."""

    def within(self, place: int) -> bool:
        """Whether a place lies between marks."""
        return any(one.holds(place) for one in (*self.code.values(), *((self.shared,) if self.shared else ())))

    def replaced(self, parts: Sequence[tuple[Part, str]]) -> str:
        """The source with other text in some of its parts."""
        found, at = [], 0
        for part, text in sorted(parts, key=lambda one: one[0].start):
            found += [self.source[at:part.start], text]
            at = part.end
        return "".join([*found, self.source[at:]])

    def lines(self, part: Part) -> range:
        """The lines of a part."""
        return range(self.line_at(part.start), self.line_at(max(part.end - 1, part.start)) + 1)

    def line_at(self, place: int) -> int:
        """The line of a place."""
        return self.source.count("\n", 0, place) + 1


def marked(source: str, where: str) -> Marked:
    """Find the marks of a source.

    Raises:
        PlaybookLoadError: it cannot be parsed.
    """
    tree = parsed(source, where)
    lines = [0]
    lines += (found.end() for found in re.finditer("\n", source))
    lines.append(len(source))
    nodes = {node.name: node for node in functions(tree.body)}
    parts = {name: _part(node, lines) for name, node in nodes.items()}
    code: dict[str, Part] = {}
    shared: Part | None = None
    odd: list[int] = []
    for start, end, line, common in _pairs(source, odd):
        name = next((name for name, part in parts.items() if part.holds(start)), "")
        part = Part(start, end, line)
        if common and not name and shared is None:
            shared = part
        elif name and not common and name not in code:
            code[name] = part
        else:
            odd.append(line)
    if shared is None and (found := _CLASSIC.search(source)):
        shared = Part(*found.span("code"), source.count("\n", 0, found.start("code")) + 1)
    return Marked(source, tree, parts, nodes, code, shared, sorted(odd))


def _part(node: Function, lines: Sequence[int]) -> Part:
    first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
    return Part(lines[first - 1], lines[node.end_lineno or node.lineno], node.lineno)


def _pairs(source: str, odd: list[int]) -> Iterator[tuple[int, int, int, bool]]:
    """Start, end, line, and whether it is the global code, of what is between two marks; others are told in `odd`."""
    before: re.Match[str] | None = None
    for mark in _MARK.finditer(source):
        line = source.count("\n", 0, mark.start()) + 2
        if mark[2] == "Start":
            if before is not None:
                odd.append(source.count("\n", 0, before.start()) + 2)
            before = mark
        elif before is None or before[1] != mark[1]:
            odd.append(line)
        else:
            yield before.end(), mark.start(), line, bool(mark[1])
            before = None
    if before is not None:
        odd.append(source.count("\n", 0, before.start()) + 2)
