"""Findings that a comment silences: ``# phantom-lab: ignore[KIND, …] REASON``."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from phantom_lab.check.kinds import KINDS
from phantom_lab.check.sources import Problem
from phantom_lab.misspelt import closest
from phantom_lab.reading.read import Reading

_KIND = "ignore"
_COMMENT = re.compile(r"#\s*phantom-lab:\s*ignore(-file)?\b\s*(?:\[([^\]]*)\])?\s*(.*)")


@dataclass(frozen=True, slots=True)
class Ignored(Problem):
    """A finding that a comment silences."""

    reason: str = ""
    """What the comment says behind the kinds."""


@dataclass(frozen=True, slots=True)
class _Comment:
    line: int
    lines: range
    """The lines of the statement that it is about; of the whole file all, and 0."""
    kinds: tuple[str, ...]
    reason: str


def sort_out(reading: Reading, found: Sequence[Problem]) -> tuple[list[Problem], list[Ignored]]:
    """What is left of some findings, and what comments silence.

    A comment is about the statement on whose lines it stands, or, alone on its line, about the next one; with
    ``ignore-file`` about the whole file. One without a reason or a known kind, or that silences nothing, is told.
    """
    if "phantom-lab:" not in reading.source.source:
        return [*found], []
    comments, told = [*_comments(reading)], list[Problem]()
    left, ignored, used = list[Problem](), list[Ignored](), set[int]()
    for comment in comments:
        told += _wrong(reading, comment)
    for one in found:
        by = [comment for comment in comments
              if comment.reason and one.kind in comment.kinds and one.line in comment.lines]
        used |= {comment.line for comment in by}
        if by:
            ignored.append(Ignored(**asdict(one), reason=by[0].reason))
        else:
            left.append(one)
    wrong = {one.line for one in told}
    told += [_told(reading, one.line, "info", "it silences nothing: there is no such finding here")
             for one in comments if one.line not in used | wrong]
    return [*left, *told], ignored


def _comments(reading: Reading) -> Iterator[_Comment]:
    text = reading.source.source
    statements = sorted(_statements(reading.tree), key=lambda one: (one.start, -one.stop))
    for token in _tokens(text):
        if token.type == tokenize.COMMENT and (match := _COMMENT.match(token.string)):
            line, alone = token.start[0], not token.line[:token.start[1]].strip()
            whole, kinds, reason = match.groups()
            within = [one for one in statements if line in one]
            following = [one for one in statements if one.start > line]
            lines = range(len(text)) if whole else (
                within[-1] if within and not alone else following[0] if following and alone else range(line, line + 1))
            yield _Comment(line, lines, tuple(filter(None, map(str.strip, (kinds or "").split(",")))), reason.strip())


def _tokens(text: str) -> list[tokenize.TokenInfo]:
    """None where the tokenizer does not take what the parser does: then no comment silences anything."""
    try:
        return list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return []


def _statements(tree: ast.Module) -> Iterator[range]:
    """The lines of each statement; of a compound one, of its head."""
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            end = body[0].lineno - 1 if body else node.end_lineno or node.lineno
            yield range(node.lineno, max(end, node.lineno) + 1)


def _wrong(reading: Reading, comment: _Comment) -> Iterator[Problem]:
    if not comment.kinds:
        yield _told(reading, comment.line, "warning", "the comment names no kind: it silences nothing")
    elif unknown := [one for one in comment.kinds if one not in KINDS]:
        yield _told(reading, comment.line, "warning", f"there is no kind '{unknown[0]}'{closest(unknown[0], KINDS)}")
    elif not comment.reason:
        yield _told(reading, comment.line, "warning", "the comment gives no reason: it silences nothing")


def _told(reading: Reading, line: int, level: str, message: str) -> Problem:
    return Problem(reading.source.file, line, level, _KIND, message, reading.function_at(line), KINDS[_KIND].advice)
