"""Goes through a source and records what of ``phantom.rules`` it calls and names."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property, lru_cache
from inspect import Parameter, Signature
from typing import Any

from phantom_lab.later import regex
from phantom_lab.reading.calls import Call, Use
from phantom_lab.reading.names import COMPUTED, Scope
from phantom_lab.rules import surface
from phantom_lab.rules.namespace import LENIENT, binding_of, meant_keyword

_CLASSES = {"LoopState": Signature([Parameter("state", Parameter.POSITIONAL_OR_KEYWORD, default=None)])}
"""Constructors that the surface has no signature of."""
_NAMING = frozenset({"action", "assets", "custom_function", "list_name", "playbook"})
"""Arguments that name what has to be there."""
_GLOBAL = regex(r"\bglobal[ \t]+([\w, \t]+)")
"""Names that functions bind in the module; so may a text, to no harm."""


class Visitor(ast.NodeVisitor):
    """Goes through a source with the scope that each part of it has."""

    def __init__(self, tree: ast.Module, text: str) -> None:
        self.calls: list[Call] = []
        self.uses: list[Use] = []
        self.loops: list[Call] = []
        self._scope = Scope.of(tree)
        self._scope.rebind(name.strip() for names in _GLOBAL.findall(text) for name in names.split(","))
        self._function = ""
        self._parameters: list[str] = []
        """Of the function that is gone through, where it is one of the module."""
        self._tree = tree

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for one in (*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(one)
        outer = self._scope, self._function, self._parameters
        self._parameters = [one.arg for one in node.args.args] if not self._function else []
        self._scope, self._function = Scope.of(node, self._scope), self._function or node.name
        for statement in node.body:
            self.visit(statement)
        self._scope, self._function, self._parameters = outer

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Call(self, node: ast.Call) -> None:
        name = self._scope.api(node.func)
        if name:
            self.calls.append(self._call(".".join(name), node))
        else:
            self.visit(node.func)
        for one in (*node.args, *node.keywords):
            self.visit(one)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if name := self._scope.api(node):
            self.uses.append(Use(".".join(name), node.lineno, self._function))
        else:
            self.visit(node.value)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load) and (name := self._scope.api(node)):
            self.uses.append(Use(".".join(name), node.lineno, self._function))

    def visit_Dict(self, node: ast.Dict) -> None:
        keys = {key.value: value for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant) and isinstance(key.value, str)}
        if "max_iterations" in keys:
            values = {key: self._scope.value(value) for key, value in keys.items()}
            self.loops.append(Call("LoopState", node.lineno, self._function, values, keys))
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        """Nothing to find below, and half of all nodes."""

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._module(alias.name, node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.level:
            return
        for alias in node.names:
            self._module(f"phantom.{alias.name}" if node.module == "phantom" else node.module or "", node)

    def _module(self, name: str, node: ast.stmt) -> None:
        if name.startswith("phantom.") and name not in ("phantom.rules", "phantom.*"):
            self.uses.append(Use(f"module {name}", node.lineno, self._function))

    def _call(self, name: str, node: ast.Call) -> Call:
        given: list[ast.expr] = [one for one in node.args if not isinstance(one, ast.Starred)]
        named = {one.arg: one.value for one in node.keywords if one.arg}
        incomplete = len(given) < len(node.args)
        for one in (each.value for each in node.keywords if not each.arg):
            fields = self._scope.fields(one)
            incomplete |= fields is None
            named.update(fields or {})
        nodes, misfit = _bound(name, given, named, incomplete)
        values = {key: self._scope.value(value) for key, value in nodes.items()}
        several = {key: found for key, one in nodes.items() if key in _NAMING and values[key] is COMPUTED
                   and isinstance(one, ast.Name) and (found := self._scope.several(one.id) or self._of_callers(one.id))}
        return Call(name, node.lineno, self._function, values, nodes, misfit, incomplete, several)

    @cached_property
    def _sites(self) -> Mapping[str, list[ast.Call]]:
        """The calls of each name."""
        found: dict[str, list[ast.Call]] = defaultdict(list)
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                found[node.func.id].append(node)
        return found

    def _of_callers(self, name: str) -> list[Any]:
        """What each caller of a function writes for a parameter that it binds to nothing else; empty where one does
        not."""
        if name not in self._parameters or len(self._scope.assigned[name]) > 1:
            return []
        place, found = self._parameters.index(name), list[Any]()
        for call in self._sites.get(self._function, ()):
            given = [one.value for one in call.keywords if one.arg == name] + call.args[place:place + 1]
            if len(given) != 1 or not isinstance(given[0], ast.Constant):
                return []
            found.append(given[0].value)
        return found


def _bound(name: str, given: list[ast.expr], named: dict[str, ast.expr],
           incomplete: bool) -> tuple[dict[str, ast.expr], str]:
    """Expressions by parameter, and why they do not fit."""
    signature, misfit = _signature(name), ""
    if signature is not None:
        try:
            bound = (signature.bind_partial if incomplete else signature.bind)(*given, **named).arguments
            return {key: one for key, one in (bound | bound.get("others", {})).items() if isinstance(one, ast.expr)}, ""
        except TypeError as exc:
            misfit = "" if incomplete else f"{exc}{meant_keyword(signature, len(given), named)}"
    places = signature.parameters if signature else map(str, range(len(given)))
    return {**dict(zip(places, given, strict=False)), **named}, misfit


@lru_cache(maxsize=512)
def _signature(name: str) -> Signature | None:
    """What a name takes in the lab."""
    entry = surface().functions.get(name)
    if entry is None:
        return _CLASSES.get(name)
    found = binding_of(entry)
    if name in LENIENT:
        found = found.replace(parameters=[*found.parameters.values(), Parameter("others", Parameter.VAR_KEYWORD)])
    return found
