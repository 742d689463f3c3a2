"""Where the value of an expression comes from, told from the source: back to a call of the platform or an argument."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from phantom_lab.later import dataclass
from phantom_lab.why.provenance.names import Names, Origin
from phantom_lab.why.provenance.scopes import ANY, Comprehension, Function, Step, key_of, targets

_STEPS = 3_000
_DEEPEST = 12
"""Steps of a path that are kept."""
_WHOLE = frozenset({"list", "tuple", "sorted", "reversed", "iter", "dict", "loads", "copy", "deepcopy", "literal_eval",
                    "get_json_object", "dump_json", "remove_none_values", "concatenate"})
"""Calls that give what they are given, whole."""
_ELEMENTS = frozenset({"set", "frozenset", "filter", "deduplicate_params"})
"""Calls that give elements of what they are given, in another order."""
_RESULTS = {"parse_success": ("action_results", ANY, "data"), "get_successful_action_results_v2": ("action_results",)}
"""Calls of the platform that only take results apart."""
_PASSED_ON = _WHOLE | _ELEMENTS | _RESULTS.keys()


@dataclass
class Flow(Names):
    """Follows values through a source; arguments as for `Names`."""

    def origins(self, node: ast.AST, path: tuple[Step, ...] = ()) -> list[Origin]:
        """Where a part of an expression's value comes from, the likeliest first; every one once."""
        self._seen = set()
        return list(dict.fromkeys(self.trace(node, path))) + [
            replace(one, decides=True) for decision in ([] if path else self._decisions(node))
            for one in self.trace(decision, ()) if one.kind != "constant"]

    def asks(self, node: ast.AST) -> bool:
        """Whether an expression is a call of the platform or a request."""
        if not isinstance(node, ast.Call):
            return False
        name, root = _callee(node.func)
        return root is not None and name not in _PASSED_ON and bool(self._platform(root, node.func))

    def _decisions(self, node: ast.AST) -> Iterator[ast.AST]:
        """What loops and conditions that a name was set in look at."""
        if not isinstance(node, ast.Name):
            return
        around = set(self.module.above(node))
        for one in self.module.bindings(self.module.function_of(node), node.id):
            for parent in self.module.above(one.at):
                if parent not in around and isinstance(parent, ast.For | ast.If | ast.While):
                    yield parent.iter if isinstance(parent, ast.For) else parent.test

    def trace(self, node: ast.AST | None, path: tuple[Step, ...]) -> Iterator[Origin]:
        path = path[:_DEEPEST]
        if node is None or (self.within, node, path) in self._seen or len(self._seen) > _STEPS:
            return
        self._seen.add((self.within, node, path))
        if isinstance(node, ast.Name):
            yield from self.named(node, path)
        elif isinstance(node, ast.Subscript):
            yield from self._subscript(node, path)
        elif isinstance(node, ast.Attribute):
            yield from self.trace(node.value, ())
        elif isinstance(node, ast.Call):
            yield from self._call(node, path)
        elif isinstance(node, ast.Constant):
            yield self.own("constant", node)
        elif isinstance(node, ast.List | ast.Tuple | ast.Set):
            yield from self._display(node, path)
        elif isinstance(node, ast.Dict):
            yield from self._dict(node, path)
        elif isinstance(node, Comprehension):
            yield from self._comprehension(node, path)
        elif isinstance(node, ast.Lambda):
            yield self.own("own", node)
        else:
            yield from self._parts(node, path)

    def _parts(self, node: ast.AST, path: tuple[Step, ...]) -> Iterator[Origin]:
        if isinstance(node, ast.BinOp) and path:  # a sum of lists: places move
            path = (ANY, *path[1:])
        if isinstance(node, ast.IfExp):
            parts: list[ast.AST] = [node.body, node.orelse, node.test]
        elif isinstance(node, ast.NamedExpr | ast.Starred | ast.Await):
            parts = [node.value]
        else:
            parts = [one for one in ast.iter_child_nodes(node) if isinstance(one, ast.expr)]
            path = path if isinstance(node, ast.BoolOp | ast.BinOp) else ()
        for part in parts:
            yield from self.trace(part, path)

    def _subscript(self, node: ast.Subscript, path: tuple[Step, ...]) -> Iterator[Origin]:
        if isinstance(node.slice, ast.Slice):
            yield from self.trace(node.value, (ANY, *path[1:]) if path else ())
            return
        key = key_of(node.slice)
        if key == ANY:
            value = self.look(node.slice)
            key = value if type(value) in (str, int) else ANY
        yield from self.trace(node.value, (key, *path))

    def _display(self, node: ast.List | ast.Tuple | ast.Set, path: tuple[Step, ...]) -> Iterator[Origin]:
        if not node.elts:
            yield self.own("constant", node)
        first, rest = (path[0], path[1:]) if path else (ANY, ())
        exact = type(first) is int and first < len(node.elts) and not any(
            isinstance(one, ast.Starred) for one in node.elts)
        for one in [node.elts[first]] if exact else node.elts:  # type: ignore[index]
            yield from self.trace(one, path if isinstance(one, ast.Starred) else rest)

    def _dict(self, node: ast.Dict, path: tuple[Step, ...]) -> Iterator[Origin]:
        if not node.values:
            yield self.own("constant", node)
        first, rest = (path[0], path[1:]) if path else (ANY, ())
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                yield from self.trace(value, path)
            elif ANY in (first, key_of(key)) or key_of(key) == first:
                yield from self.trace(value, rest)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
                       path: tuple[Step, ...]) -> Iterator[Origin]:
        first = node.generators[0]
        if not path:
            yield from self.trace(first.iter, ())
            return
        element = node.value if isinstance(node, ast.DictComp) else node.elt
        if (isinstance(node, ast.ListComp) and len(node.generators) == 1 and not first.ifs
                and type(path[0]) is int):
            yield from self._of_row(node, path)
        else:
            yield from self.trace(element, path[1:])

    def _of_row(self, node: ast.ListComp, path: tuple[Step, ...]) -> Iterator[Origin]:
        """An element that stands at the same place as what it is made of."""
        one = node.generators[0]
        steps: list[Step] = []
        element: ast.AST = node.elt
        while isinstance(element, ast.Subscript) and not isinstance(element.slice, ast.Slice):
            steps.insert(0, key_of(element.slice))
            element = element.value
        names = dict(targets(one.target, (path[0],)))
        if isinstance(element, ast.Name) and element.id in names:
            yield from self.trace(one.iter, (*names[element.id], *steps, *path[1:]))
        else:
            yield from self.trace(node.elt, path[1:])

    def _call(self, node: ast.Call, path: tuple[Step, ...]) -> Iterator[Origin]:
        name, root = _callee(node.func)
        if root is not None and (kind := self._platform(root, node.func)) and name not in _PASSED_ON:
            shown = f"requests.{name}" if kind == "http" else name
            yield self.origin(kind, shown, node.lineno, node.end_lineno or node.lineno, path)
            return
        given = [*node.args, *(one.value for one in node.keywords)]
        if name in _RESULTS and given:
            yield from self.trace(given[0], (ANY, *_RESULTS[name], *path))
        elif isinstance(node.func, ast.Name):
            yield from self._named_call(node, name, given, path)
        elif isinstance(node.func, ast.Attribute):
            yield from self._method(node, node.func, given, path)
        else:
            for one in (node.func, *given):
                yield from self.trace(one, ())

    def _named_call(self, node: ast.Call, name: str, given: list[ast.expr], path: tuple[Step, ...]) -> Iterator[Origin]:
        defined = self.module.functions(name)
        if defined:
            yield from self._returned(defined[-1], node, path)
        elif name == "zip":
            row, column = (path[0], path[1:2]) if path else (ANY, ())
            exact = bool(column) and type(column[0]) is int and column[0] < len(given)
            for one in [given[column[0]]] if exact else given:  # type: ignore[index]
                yield from self.trace(one, (row, *path[2:]) if path else ())
        elif name == "dict" and path and given and _is_zip(given[0]):
            yield from self.trace(given[0], (ANY, 1, *path[1:]))
        elif name == "enumerate" and given:
            yield from self.trace(given[0], (path[0], *path[2:]) if path else ())
        elif name == "next" and given:
            yield from self.trace(given[0], (ANY, *path))
        else:
            yield from self._each(name, given, path)

    def _each(self, name: str, given: list[ast.expr], path: tuple[Step, ...]) -> Iterator[Origin]:
        if name not in _WHOLE:
            path = (ANY, *path[1:]) if name in _ELEMENTS and path else ()
        for one in reversed(given) if name == "filter" else given:
            yield from self.trace(one, path)
        if not given:
            yield self.origin("own", f"{name}()", 0, 0)

    def _returned(self, function: ast.FunctionDef, call: ast.Call, path: tuple[Step, ...]) -> Iterator[Origin]:
        """What a function of the playbook gives: what it returns, made of what it was given."""
        if self.callers.get(function) is self.within is not None:  # it calls itself
            return
        inner = replace(self, callers={**self.callers, function: call}, within=call)
        back = [one for one in ast.walk(function) if isinstance(one, ast.Return | ast.Yield) and one.value is not None
                and self.module.function_of(one) is function]
        for one in back:
            yield from inner.trace(one.value, path[1:] if isinstance(one, ast.Yield) else path)
        if not back:
            yield self.own("own", call)

    def _method(self, node: ast.Call, func: ast.Attribute, given: list[ast.expr],
                path: tuple[Step, ...]) -> Iterator[Origin]:
        if self._module_name(func.value):
            yield from self._each(func.attr, given, path)
            return
        if func.attr in ("get", "pop") and given:
            key = key_of(given[0])
            if key == ANY and type(value := self.look(given[0])) in (str, int):
                key = value
            yield from self.trace(func.value, (key, *path))
            given = given[1:]
        elif func.attr in ("items", "values"):
            taken = path[2:] if func.attr == "items" else path[1:]
            yield from self.trace(func.value, (ANY, *taken) if path[1:] or func.attr == "values" else ())
        elif func.attr in ("copy", "json"):
            yield from self.trace(func.value, path)
        elif func.attr in ("format", "join"):
            given = [*given, func.value]
        else:
            yield from self.trace(func.value, ())
        for one in given:
            yield from self.trace(one, ())

    def _module_name(self, node: ast.AST) -> bool:
        """Whether something is a module: ``json``, ``datetime.datetime``."""
        while isinstance(node, ast.Attribute):
            node = node.value
        return isinstance(node, ast.Name) and self._imported(node) is not None

    def _imported(self, node: ast.Name) -> ast.Import | ast.ImportFrom | None:
        for scope in self.module.above(node):
            for one in self.module.bindings(scope, node.id) if isinstance(scope, Function | ast.Module) else ():
                if isinstance(one.value, ast.Import | ast.ImportFrom):
                    return one.value
        return None

    def _platform(self, root: ast.Name, func: ast.AST) -> str:
        """``call`` for a function of the platform, ``http`` for a request."""
        statement = self._imported(root)
        if statement is None:
            starred = isinstance(func, ast.Name) and not self.module.functions(root.id) and any(
                isinstance(one, ast.ImportFrom) and (one.module or "").startswith("phantom")
                and one.names[0].name == "*" for one in self.module.tree.body)
            return "call" if starred and root.id in _STARRED else ""
        named = [statement.module or ""] if isinstance(statement, ast.ImportFrom) else [
            one.name for one in statement.names if (one.asname or one.name.partition(".")[0]) == root.id]
        if any(one.partition(".")[0] == "requests" for one in named) or (
                isinstance(func, ast.Attribute) and isinstance(func.value, ast.Attribute)
                and func.value.attr == "requests"):
            return "http"
        return "call" if any(one.partition(".")[0] == "phantom" for one in named) else ""


_STARRED = frozenset({"collect2", "collect", "get_list", "get_run_data", "get_format_data", "get_container",
                      "condition", "decision", "format", "act", "get_raw_data", "get_data", "vault_info"})


def _is_zip(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and _callee(node.func)[0] == "zip"


def _callee(func: ast.AST) -> tuple[str, ast.Name | None]:
    """The last name of what is called, and the first."""
    name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    while isinstance(func, ast.Attribute):
        func = func.value
    return name, func if isinstance(func, ast.Name) else None
