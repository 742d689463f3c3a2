"""Finding what is private in values and in sources."""

from __future__ import annotations

import ast
import base64
import binascii
import io
import json
import re
import tokenize
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from phantom_lab.lab.sharing import rules
from phantom_lab.later import regex
from phantom_lab.source.parsing import parse

_BASE64 = regex(r"[A-Za-z0-9+/]{16,}={0,2}")
_TEXTS = 4 << 20
"""Characters of a text in which JSON is looked for."""


class Finder:
    """Goes through values; what is private is kept by kind, in the order in which it was met.

    Args:
        wanted: kinds that count.
        also: patterns of somebody's own; what matches is private, too.
    """

    def __init__(self, wanted: frozenset[str], also: tuple[re.Pattern[str], ...] = ()) -> None:
        self.found: dict[str, dict[str, None]] = {}
        self.numbers: dict[int, None] = {}
        """Credentials that are numbers."""
        self.identifiers: set[str] = set()
        """Names in sources, and of fields: what has such a name is no value alone."""
        self._wanted, self._also = wanted, also

    def value(self, value: Any, key: str = "") -> None:
        """Look through JSON; what stands in a list has the key of the list."""
        waiting = [(value, key)]
        while waiting:
            one, key = waiting.pop()
            if isinstance(one, dict):
                waiting += [(inner, str(name)) for name, inner in one.items()]
                waiting += [(str(name), "") for name in one]
            elif isinstance(one, list):
                waiting += [(inner, key) for inner in one]
            elif isinstance(one, str):
                self.text(one, key)
            elif type(one) is int and abs(one) > 999 and rules.is_credential(key) and rules.CREDENTIALS in self._wanted:
                self.numbers[one] = None

    def text(self, text: str, key: str = "") -> None:
        """Look through a text; also for what it is the JSON or the base64 of."""
        self._take(rules.under(key, text))
        self._take(rules.within(text))
        for pattern in self._also:
            self._take((rules.OWN, one[0]) for one in pattern.finditer(text) if one[0].strip())
        inner = unpacked(text)
        if inner is not None:
            self.text(inner)
        elif text[:1] in ("{", "[") and len(text) < _TEXTS:
            with suppress(ValueError, RecursionError):
                self.value(json.loads(text))

    def source(self, source: str) -> None:
        """Look through the texts and comments of Python, and what is assigned to the name of a credential."""
        with suppress(SyntaxError, ValueError, RecursionError):
            for node in ast.walk(parse(source)):
                for name, one in _named(node):
                    if isinstance(one, ast.Constant) and isinstance(one.value, str):
                        self.text(one.value, name)
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    self.text(node.value)
        with suppress(SyntaxError, tokenize.TokenError, ValueError):
            for token in tokenize.generate_tokens(io.StringIO(source).readline):
                if token.type == tokenize.COMMENT:
                    self.text(token.string)
                elif token.type == tokenize.NAME:
                    self.identifiers.add(token.string.casefold())

    def _take(self, found: rules.Found) -> None:
        for kind, text in found:
            if kind in self._wanted or kind == rules.OWN:
                self.found.setdefault(kind, {})[text] = None


def _named(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Expressions, and the names that they go by."""
    if isinstance(node, ast.Assign):
        yield from ((one.id, node.value) for one in node.targets if isinstance(one, ast.Name))
        yield from ((str(one.slice.value), node.value) for one in node.targets
                    if isinstance(one, ast.Subscript) and isinstance(one.slice, ast.Constant))
    elif isinstance(node, ast.AnnAssign) and node.value is not None and isinstance(node.target, ast.Name):
        yield node.target.id, node.value
    elif isinstance(node, ast.keyword) and node.arg:
        yield node.arg, node.value
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, value


def unpacked(text: str) -> str | None:
    """The text that a base64 text stands for; None where it stands for none."""
    if not _BASE64.fullmatch(text) or len(text) % 4:
        return None
    with suppress(binascii.Error, ValueError):
        inner = base64.b64decode(text, validate=True).decode()
        if inner and all(one.isprintable() or one in "\r\n\t" for one in inner):
            return inner
    return None


def repacked(text: str, change: Callable[[str], str]) -> str | None:
    """A base64 text of which what it stands for was changed; None where there is nothing to change."""
    inner = unpacked(text)
    if inner is None or (changed := change(inner)) == inner:
        return None
    return base64.b64encode(changed.encode()).decode()
