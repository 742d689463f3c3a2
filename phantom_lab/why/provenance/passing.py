"""What calls of functions give of what they are given: the same, parts of it, or something else."""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import replace

from phantom_lab.later import dataclass
from phantom_lab.why.provenance.filling import returns
from phantom_lab.why.provenance.flow import Flow
from phantom_lab.why.provenance.names import Origin
from phantom_lab.why.provenance.scopes import ANY, DECODED, Step, key_of

_WHOLE = frozenset({"list", "tuple", "iter", "copy", "deepcopy", "remove_none_values", "OrderedDict"})
"""Calls that give what they are given."""
_MOVED = frozenset({"set", "frozenset", "sorted", "reversed", "concatenate", "deduplicate_params"})
"""Calls that give elements of what they are given at other places."""
_ONE = frozenset({"min", "max", "next", "choice"})
"""Calls that give one element of what they are given."""
_WRITTEN, _READ = frozenset({"dumps", "dump_json"}), frozenset({"loads", "get_json_object", "literal_eval"})
"""Calls that write a value down as a text, and that read it again."""
_CONVERSIONS = frozenset({"str", "int", "float", "strip", "lstrip", "rstrip", "lower", "upper", "encode", "decode",
                          "to_unicode"})
"""What may leave a value as it is."""


@dataclass
class Passing(Flow):
    """Follows copies through calls; arguments as for `Names`."""

    @abstractmethod
    def new(self, at: ast.AST, parts: Sequence[ast.AST], *, changed: bool = True) -> Iterator[Origin]:
        """Code that makes a value of others: the outermost one counts."""

    @abstractmethod
    def either(self, node: ast.AST, path: tuple[Step, ...], at: ast.AST, number: int) -> Iterator[Origin]:
        """One of several of which the first counts that is not empty."""

    def _call(self, node: ast.Call, path: tuple[Step, ...]) -> Iterator[Origin]:
        if isinstance(node.func, ast.Name | ast.Attribute):
            yield from super()._call(node, path)
        else:
            yield from self.new(node, [node.func, *node.args, *(one.value for one in node.keywords)])

    def _named_call(self, node: ast.Call, name: str, given: list[ast.expr], path: tuple[Step, ...]) -> Iterator[Origin]:
        starred = any(isinstance(one, ast.Starred) for one in node.args)
        if defined := self.module.functions(name):
            yield from self._returned(defined[-1], node, path)
        elif name == "zip" and path and not starred:
            column = path[1] if len(path) > 1 else ANY
            exact = type(column) is int and column < len(given)
            for one in [given[column]] if exact else given:  # type: ignore[index]
                yield from self.trace(one, (path[0], *path[2:]))
        elif name == "zip" and path:  # rows become columns
            for one in given:
                yield from self.trace(one, (ANY, ANY, *path[2:]) if isinstance(one, ast.Starred) else (ANY, *path[2:]))
        elif name == "enumerate" and given and len(path) > 1 and path[1] != 0:
            yield from self.trace(given[0], (path[0], *path[2:]))
        elif name == "dict" and path:
            yield from self._dict_call(node, path)
        else:
            yield from self._passed_on(node, name, node.args, path)

    def _dict_call(self, node: ast.Call, path: tuple[Step, ...]) -> Iterator[Origin]:
        for keyword in node.keywords:
            if keyword.arg is None or keyword.arg == path[0] or path[0] == ANY:
                yield from self.trace(keyword.value, path if keyword.arg is None else path[1:])
        for one in node.args:
            yield from self.trace(one, path)
            yield from self.trace(one, (ANY, 1, *path[1:]))  # it may hold pairs

    def _passed_on(self, node: ast.Call, name: str, given: Sequence[ast.expr],
                   path: tuple[Step, ...]) -> Iterator[Origin]:
        """A function that is not the playbook's own."""
        if name in _CONVERSIONS:
            yield from self.new(node, given[:1], changed=False)
        elif name in _WRITTEN and path[:1] == (DECODED,):
            yield from self.trace(given[0] if given else None, path[1:])
        elif name in _READ:
            yield from self.trace(given[0] if given else None, (DECODED, *path))
        elif name in _ONE:
            for one in given:
                yield from self.trace(one, (ANY, *path) if len(given) == 1 or name == "next" else path)
        elif name in _MOVED and path:
            for one in given:
                yield from self.trace(one, (ANY, *path[1:]))
                if name == "concatenate":  # also what is no list
                    yield from self.trace(one, path[1:])
        elif name in _WHOLE or name in _MOVED or name == "dict":
            for one in given:
                yield from self.trace(one, path)
        elif name == "map" and path and len(given) == 2 and isinstance(given[0], ast.Lambda):
            inner = replace(self, callers={**self.callers, given[0]: given[1]}, within=node)
            yield from inner.trace(given[0].body, path[1:])
        elif name == "filter" and len(given) > 1:
            yield from self.trace(given[1], (ANY, *path[1:]) if path else ())
        else:
            yield from self.new(node, [*node.args, *(one.value for one in node.keywords)])

    def _returned(self, function: ast.FunctionDef, call: ast.Call, path: tuple[Step, ...]) -> Iterator[Origin]:
        back = returns(self.module, function)
        if not back or function.decorator_list or (self.callers.get(function) is self.within is not None):
            yield from self.new(call, call.args)  # nothing, what a decorator makes of it, or it calls itself
            return
        inner = replace(self, callers={**self.callers, function: call}, within=call)
        for one in back:
            yield from inner.trace(one.value, path[1:] if isinstance(one, ast.Yield) else path)

    def _method(self, node: ast.Call, func: ast.Attribute, given: list[ast.expr],
                path: tuple[Step, ...]) -> Iterator[Origin]:
        name = func.attr
        if self._module_name(func.value):
            yield from self._passed_on(node, name, node.args, path)
        elif name in ("get", "pop", "setdefault", "popleft"):
            key = key_of(given[0]) if given else ANY
            yield from self.either(func.value, (key if type(key) is str else ANY, *path), node, 0)
            for one in given[1:]:
                yield from self.either(one, path, node, 1)
        elif name == "items" and len(path) > 1 and path[1] != 0:
            yield from self.trace(func.value, (ANY, *path[2:]))
        elif name == "values" and path:
            yield from self.trace(func.value, (ANY, *path[1:]))
        elif name == "fromkeys" and given:
            yield from self.trace(given[0], path)
        elif name in ("copy", "json"):
            yield from self.trace(func.value, path)
        elif name in _CONVERSIONS:
            yield from self.new(node, [func.value], changed=False)
        else:
            yield from self.new(node, [func.value, *given])
