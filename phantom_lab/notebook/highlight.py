"""Lines of Python as tokens with classes: text and a short word each, never markup."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Any

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, String

from phantom_lab.source.outline import outline
from phantom_lab.terminal import visible

LONGEST = 400
"""Characters of a line that are shown."""
Tokens = list[list[str]]
"""``[class, text]`` one after the other; the class may be empty."""
_CLASSES = ((Comment, "c"), (String, "s"), (Number, "m"), (Keyword, "k"), (Name.Decorator, "d"), (Name.Function, "f"),
            (Name.Builtin, "b"))


def highlighted(text: str, first: int, last: int) -> list[Tokens]:
    """Lines of a source, from the first to the last of these numbers. Only what stands at the top level around them is
    read."""
    starts = [*outline(text).starts, text.count("\n") + 2]
    lines: list[Tokens] = []
    for start, following in pairwise(starts):
        if start <= last and following > first:
            part = _part(text, start, following)
            lines += part[max(0, first - start):last - start + 1]
    return lines


@lru_cache(maxsize=512)
def _part(text: str, start: int, following: int) -> list[Tokens]:
    """The lines from one that something begins in to the one before the next."""
    part = "\n".join(text.split("\n")[start - 1:following - 1])
    lines: list[Tokens] = [[]]
    for kind, value in _LEXER.get_tokens(part):
        name = next((name for group, name in _CLASSES if kind in group), "")
        for place, piece in enumerate(value.split("\n")):
            if place:
                lines.append([])
            if piece:
                _add(lines[-1], name, piece)
    return [_cut(one) for one in lines[:following - start]]


def _add(line: Tokens, name: str, text: str) -> None:
    if line and line[-1][0] == name:
        line[-1][1] += text
    else:
        line.append([name, text])


def _cut(line: Tokens) -> Tokens:
    shown: Tokens = []
    left = LONGEST
    for name, text in line:
        shown.append([name, visible(text[:left])])
        left -= len(text)
        if left < 0:
            return [*shown, ["c", f" … cut: {sum(len(one) for _, one in line):,} characters"]]
    return shown


_LEXER: Any = PythonLexer(stripnl=False, ensurenl=False, stripall=False)
