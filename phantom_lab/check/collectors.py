"""Lists that repeat what they held, texts that a filter of REST does not find, functions that return nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from phantom_lab.check.blocks import Finding
from phantom_lab.check.rows import appends
from phantom_lab.reading.read import Reading
from phantom_lab.source.custom_function import CustomFunction
from phantom_lab.source.source import Function

_HANDED = frozenset({"append", "extend", "add"})
_FIELDS = r"_filter_(?:cef|value)\w*"
_QUOTED = re.compile(_FIELDS + r"""=\s*\\?"(?:\{\w*\}|%s|$)""")
_NAME = re.compile(_FIELDS)


def collectors(reading: Reading) -> Iterator[Finding]:
    """A list that is filled and handed on in each round of a loop, and made before it: it holds the earlier rounds."""
    for _, nodes in reading.bodies:
        lists = {target.id for node in nodes if isinstance(node, ast.Assign) and isinstance(node.value, ast.List)
                 and not node.value.elts for target in node.targets if isinstance(target, ast.Name)}
        for loop in (node for node in nodes if isinstance(node, ast.For)):
            inside = [one for statement in loop.body for one in ast.walk(statement)]
            fresh = {target.id for one in inside if isinstance(one, ast.Assign) for target in one.targets
                     if isinstance(target, ast.Name)}
            inner = [one for one in inside if isinstance(one, ast.For)]
            for one in inside:
                name = _handed(one)
                if name in lists - fresh and any(appends(name, each) for each in inner) and not any(
                        one in ast.walk(each) for each in inner):
                    yield (one.lineno, "warning", "collector",  # type: ignore[attr-defined]
                           (f"'{name}' is made before the loop, and handed on in each round with all that "
                           f"earlier rounds put into it"))


def _handed(node: ast.AST) -> str:
    """The name of a list that is given to another one, or stands as a value in a dict that is."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _HANDED
            and node.args):
        return ""
    given = node.args[0]
    every = given.values if isinstance(given, ast.Dict) else [given]
    return next((one.id for one in every if isinstance(one, ast.Name)), "")


def rest_filters(reading: Reading) -> Iterator[Finding]:
    """A filter of REST on a field or value of any type, whose value is put between double quotes as it is."""
    lines = {node.lineno for node in reading.nodes if isinstance(node, ast.Constant | ast.JoinedStr)
             and _QUOTED.search(_text(node))}
    for node in reading.nodes:
        if isinstance(node, ast.Dict):
            lines |= {value.lineno for key, value in zip(node.keys, node.values, strict=True)
                      if key is not None and _NAME.fullmatch(_text(key)) and _text(value).startswith('"{')}
    for line in sorted(lines):
        yield (line, "warning", "rest-filter", ("the filter puts a value between double quotes: it finds no number, "
                                               "and no value that has such quotes itself"))


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return _text(node.func.value)
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(one.value if isinstance(one, ast.Constant) and isinstance(one.value, str) else "{}"
                   for one in node.values) if isinstance(node, ast.JoinedStr) else ""


def returns(reading: Reading) -> Iterator[Finding]:
    """A custom function that returns something on one way, and nothing on another."""
    source = reading.source
    if not isinstance(source, CustomFunction):
        return
    for function, nodes in reading.bodies:
        if function.name == source.name:
            given = [one for one in nodes if isinstance(one, ast.Return)]
            full = [one for one in given if not _is_nothing(one)]
            empty = [one for one in given if _is_nothing(one)]
            ends = _falls_off(function)
            if full and (empty or ends):
                line = min(one.lineno for one in empty) if empty else function.lineno
                yield (line, "warning", "returns-nothing", (f"{function.name} returns nothing on one way: whoever "
                                                          f"reads its outputs finds none"))
            elif not full and not given and source.outputs:
                yield function.lineno, "warning", "returns-nothing", f"{function.name} returns nothing"


def _is_nothing(node: ast.Return) -> bool:
    return node.value is None or (isinstance(node.value, ast.Constant) and node.value.value is None)


def _falls_off(function: Function) -> bool:
    """Whether the end of a function may be reached."""
    return not _ends(function.body)


def _ends(body: list[ast.stmt]) -> bool:
    last = body[-1] if body else None
    if isinstance(last, ast.Return | ast.Raise):
        return True
    if isinstance(last, ast.If):
        return bool(last.orelse) and _ends(last.body) and _ends(last.orelse)
    if isinstance(last, ast.With):
        return _ends(last.body)
    if isinstance(last, ast.Try):
        return _ends(last.finalbody) or (_ends(last.orelse or last.body) and all(
            _ends(one.body) for one in last.handlers))
    if isinstance(last, ast.Match):
        return all(_ends(one.body) for one in last.cases) and any(
            isinstance(one.pattern, ast.MatchAs) and one.pattern.pattern is None for one in last.cases)
    return isinstance(last, ast.While) and isinstance(last.test, ast.Constant) and bool(last.test.value)
