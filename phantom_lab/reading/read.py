"""A playbook or custom function as its text tells it: what it calls, with what, and where."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from operator import itemgetter

from phantom_lab.errors import PlaybookLoadError
from phantom_lab.later import dataclass
from phantom_lab.reading.bindings import own_nodes
from phantom_lab.reading.calls import Call, Use
from phantom_lab.reading.visitor import Visitor
from phantom_lab.source.parsing import walk
from phantom_lab.source.source import Function, Source, functions, parsed

_KEPT = 128
"""Texts of which it is known what is read of them: a source is read for one question after another."""


@dataclass(frozen=True)
class Reading:
    """One source, read. Nothing of it is executed."""

    source: Source
    tree: ast.Module
    functions: Mapping[str, int]
    """Line by name of every module-level function."""
    calls: tuple[Call, ...]
    uses: tuple[Use, ...]
    """What is named without a call; what a call calls is not among them."""
    loops: tuple[Call, ...]
    """States of logic loops that are written as a dict, as the editor generates them: its keys are the arguments."""

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Everything in the source."""
        return _nodes(self.tree)

    @cached_property
    def bodies(self) -> tuple[tuple[Function, tuple[ast.AST, ...]], ...]:
        """The module-level functions, each with everything in it but what stands in functions and classes inside."""
        return _bodies(self.tree)

    @cached_property
    def every_body(self) -> tuple[tuple[Function, tuple[ast.AST, ...]], ...]:
        """The same of every function, also of methods and of functions inside others."""
        return tuple((node, tuple(own_nodes(node))) for node in self.nodes if isinstance(node, Function))

    @cached_property
    def with_methods(self) -> tuple[tuple[Function, tuple[ast.AST, ...]], ...]:
        """The module-level functions, and the methods of its classes."""
        return (*self.bodies, *((node, tuple(own_nodes(node))) for above in self.tree.body
                                if isinstance(above, ast.ClassDef) for node in functions(above.body)))

    @cached_property
    def sharing(self) -> frozenset[str]:
        """The module-level functions that declare names ``global``."""
        return frozenset(node.name for node, nodes in self.bodies if any(isinstance(one, ast.Global) for one in nodes))

    @cached_property
    def named(self) -> Mapping[str, frozenset[str]]:
        """By module-level function, the names that it takes from outside: not those that it binds itself, as the editor
        does that calls a format's text like its block."""
        return _named(self.tree)

    @cached_property
    def _places(self) -> list[tuple[int, int, str]]:
        """First and last line of every module-level function, in order."""
        return sorted((min([node.lineno, *(one.lineno for one in node.decorator_list)]), node.end_lineno or node.lineno,
                       node.name) for node in functions(self.tree.body))

    def function_at(self, line: int) -> str:
        """The module-level function that a line belongs to; empty where it belongs to none."""
        before = bisect_right(self._places, line, key=itemgetter(0))
        _, last, name = self._places[before - 1] if before else (0, 0, "")
        return name if line <= last else ""

    def calls_of(self, *names: str) -> Iterator[Call]:
        """Calls of these names."""
        return (call for call in self.calls if call.name in names)


def read(source: Source) -> Reading:
    """Read a source.

    Raises:
        PlaybookLoadError: it cannot be parsed, or is nested too deeply to be read.
    """
    return Reading(source, *_read(source.source, source.file))


@lru_cache(maxsize=_KEPT)
def _read(text: str, file: str) -> tuple[ast.Module, dict[str, int], tuple[Call, ...], tuple[Use, ...],
                                         tuple[Call, ...]]:
    tree = parsed(text, file)
    visitor = Visitor(tree, text)
    try:
        visitor.visit(tree)
    except RecursionError:
        raise PlaybookLoadError("the source cannot be read: nested too deeply", where=file) from None
    defined = {node.name: node.lineno for node in functions(tree.body)}
    return tree, defined, tuple(visitor.calls), tuple(visitor.uses), tuple(visitor.loops)


@lru_cache(maxsize=_KEPT)
def _nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    return tuple(walk(tree))


@lru_cache(maxsize=_KEPT)
def _bodies(tree: ast.Module) -> tuple[tuple[Function, tuple[ast.AST, ...]], ...]:
    return tuple((node, tuple(own_nodes(node))) for node in functions(tree.body))


@lru_cache(maxsize=_KEPT)
def _named(tree: ast.Module) -> Mapping[str, frozenset[str]]:
    return {node.name: _taken(node) for node in functions(tree.body)}


def _taken(function: Function) -> frozenset[str]:
    loaded: set[str] = set()
    bound = {one.arg for one in walk(function.args) if isinstance(one, ast.arg)}
    shared: set[str] = set()
    for one in (node for statement in function.body for node in walk(statement)):
        if isinstance(one, ast.Name):
            (bound if isinstance(one.ctx, ast.Store) else loaded).add(one.id)
        elif isinstance(one, ast.Global):
            shared.update(one.names)
    return frozenset(loaded - (bound - shared))
