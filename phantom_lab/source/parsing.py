"""Sources, parsed without what Python has to say about odd literals: since 3.12 aloud, and again for every parse."""

from __future__ import annotations

import ast
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any, TypeVar

Made = TypeVar("Made")
_lock = threading.RLock()
_TEXTS = frozenset({"ctx", "id", "attr", "arg", "asname", "module", "level", "kind", "type_comment", "conversion"})
"""Fields of nodes that hold no nodes, or only `ast.Load` and the like."""
_MIXED = frozenset({"names", "keys", "kw_defaults", "kwd_attrs"})
"""Fields with lists that may hold something else than nodes."""


@contextmanager
def unwarned() -> Iterator[None]:
    """Parse something without warnings; where they are errors, a literal that is only odd would be a syntax error."""
    with _lock, warnings.catch_warnings():  # they are the process's
        warnings.simplefilter("ignore")
        yield


def parse(source: str, file: str = "<unknown>") -> ast.Module:
    """What `ast.parse` gives, and raises."""
    with unwarned():
        return with_room(lambda: ast.parse(source, file))


@lru_cache(maxsize=4)
def kept(source: str) -> ast.Module:
    """As `parse`; a tree that nobody changes: several read the same one while a source is loaded and run."""
    return parse(source)


@lru_cache(maxsize=4)
def nodes(source: str) -> tuple[ast.AST, ...]:
    """All nodes of `kept`."""
    return tuple(walk(kept(source)))


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """As `ast.walk`, in less than half the time, and without `ast.Load` and the like, which stand in many places."""
    found = [node]
    for one in found:
        found += children(one)
        yield one


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes directly below one, but for `ast.Load` and the like."""
    found: list[ast.AST] = []
    kind: Any = type(node)
    for name in _fields_of(kind):
        value = getattr(node, name, None)
        if type(value) is list:
            found += [one for one in value if isinstance(one, ast.AST)] if name in _MIXED else value
        elif value is not None and isinstance(value, ast.AST):
            found.append(value)
    return found


@cache
def _fields_of(kind: type[Any]) -> tuple[str, ...]:
    """The fields that may hold nodes."""
    return () if kind is ast.Constant else tuple(one for one in kind._fields if one not in _TEXTS)


def with_room(work: Callable[[], Made]) -> Made:
    """What some work gives, however deep the stack is already: what could be read once can be read again."""
    try:
        return work()
    except RecursionError:
        return _with_an_empty_stack(work)


def _with_an_empty_stack(work: Callable[[], Made]) -> Made:
    gave: list[Made] = []
    raised: list[BaseException] = []

    def there() -> None:
        try:
            gave.append(work())
        except BaseException as exc:
            raised.append(exc)

    other = threading.Thread(target=there)
    other.start()
    other.join()
    if raised:
        raise raised[0]
    return gave[0]


def constant(text: str) -> Any:
    """What `ast.literal_eval` gives, and raises."""
    with unwarned():
        return ast.literal_eval(text)
