"""Lists that repeat what they held, texts that a filter of REST does not find, functions that return nothing."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from phantom_lab.check.blocks import Finding
from phantom_lab.reading.read import Reading
from phantom_lab.source.custom_function import CustomFunction
from phantom_lab.source.source import Function

_HANDED = ("append", "appendleft", "extend", "add", "insert")
_FIELDS = r"_filter_(?:cef|value)[\w{}]*"
_QUOTED = re.compile(_FIELDS + r"""=\s*\\?(?:"|%22)(?:\{\w*\}|%[sdr]|\d+(?:"|%22)|[^"&]*"[^"&]+"|$)""")
_NAME = re.compile(_FIELDS)
_EXACT = re.compile(r"_filter_value(?:__exact)?\b(?!__)")


def collectors(reading: Reading) -> Iterator[Finding]:
    """A list or dict that is filled and handed on in each round of a loop, and made before it: it holds what earlier
    rounds put into it, or is the same one each time."""
    for _, nodes in reading.every_body:
        made = {name for node in nodes if isinstance(node, ast.Assign)
                for name in _made(node.targets[0], node.value, filled=True)}
        told: dict[str, set[int]] = defaultdict(set)
        for loop in (node for node in nodes if isinstance(node, ast.For | ast.While)) if made else ():
            inside = [one for statement in loop.body for one in ast.walk(statement)]
            fresh = {one.id for one in inside if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
            fresh |= {_method_of(one, ("clear",)) for one in inside}
            filled = {name for one in inside if (name := _filled(one))}
            for node in _lasting(loop.body):
                for name in sorted({_handed(node)} & made & filled - fresh):
                    told[name].add(node.lineno)  # type: ignore[attr-defined]
        for name, lines in told.items():
            more = f" (and {len(lines) - 1} more places)" if len(lines) > 1 else ""
            yield (min(lines), "warning", "collector", (f"'{name}' is made before the loop, and handed on in each "
                                                        f"round with all that earlier rounds put into it{more}"))
        yield from _made_anew(nodes)


def _made_anew(nodes: Sequence[ast.AST]) -> Iterator[Finding]:
    """A list or dict that is made in each round of a loop, filled there, and read behind it only."""
    bound: dict[str, list[int]] = defaultdict(list)
    read: dict[str, list[int]] = defaultdict(list)
    for one in nodes:
        if isinstance(one, ast.Name):
            (bound if isinstance(one.ctx, ast.Store) else read)[one.id].append(one.lineno)
    for loop in (node for node in nodes if isinstance(node, ast.For)):
        inside = [one for statement in loop.body for one in ast.walk(statement)]
        if any(isinstance(one, ast.Break) for one in inside):
            continue
        filled = {name for one in inside if (name := _filled(one))}
        given = {each.id for one in inside for part in _given(one) for each in ast.walk(part)
                 if isinstance(each, ast.Name)}
        for node in (one for one in loop.body if isinstance(one, ast.Assign)):
            for name in {*_made(node.targets[0], node.value)} & filled - given:
                behind = [line for line in read[name] if line > (loop.end_lineno or 0)]
                if len(bound[name]) == 1 and behind:
                    yield (node.lineno, "warning", "collector", (
                        f"'{name}' is made anew in each round, and read behind the loop: it holds what the last round "
                        f"put into it"))


def _given(node: ast.AST) -> Iterator[ast.expr]:
    """What a node hands on: arguments, what is gone through, what is returned."""
    if isinstance(node, ast.Call):
        yield from (*node.args, *(one.value for one in node.keywords))
    elif isinstance(node, ast.For | ast.comprehension):
        yield node.iter
    elif isinstance(node, ast.Return | ast.Yield) and node.value is not None:
        yield node.value


def _made(target: ast.expr, value: ast.expr, *, filled: bool = False) -> Iterator[str]:
    """The names that an assignment binds to something empty, or to a dict that has something in it."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, each in zip(target.elts, value.elts, strict=False):
            yield from _made(one, each, filled=filled)
    elif isinstance(target, ast.Name) and (_is_empty(value) or (filled and _is_dict(value))):
        yield target.id


def _is_empty(node: ast.expr) -> bool:
    return (isinstance(node, ast.List) and not node.elts) or (isinstance(node, ast.Dict) and not node.keys) or (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("list", "dict", "set")
        and not node.args and not node.keywords)


def _is_dict(node: ast.expr) -> bool:
    """Whether a dict with something in it is made, whose keys a loop may set anew."""
    return isinstance(node, ast.Dict) or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
                                          and node.func.id == "dict")


def _filled(node: ast.AST) -> str:
    """The name of what something is put into: by a method, or under a key."""
    if isinstance(node, ast.Assign) and isinstance(target := node.targets[0], ast.Subscript):
        return target.value.id if isinstance(target.value, ast.Name) else ""
    return _method_of(node, (*_HANDED, "update"))


def _method_of(node: ast.AST, methods: Sequence[str]) -> str:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in methods and isinstance(
            node.func.value, ast.Name):
        return node.func.value.id
    return ""


def _lasting(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """All below some statements, but for what is followed by the end of the loop."""
    if body and isinstance(body[-1], ast.Break | ast.Return):
        return
    for statement in body:
        yield statement
        for name in ("body", "orelse", "finalbody"):
            yield from _lasting(getattr(statement, name, []))
        if not hasattr(statement, "body"):
            yield from ast.walk(statement)


def _handed(node: ast.AST) -> str:
    """The name of what is given to another list, as it is, as a value in a dict that is, or element by element."""
    if isinstance(node, ast.For) and isinstance(node.target, ast.Name):
        given = node.iter
        if isinstance(given, ast.Call) and isinstance(given.func, ast.Attribute) and given.func.attr == "values":
            given = given.func.value
            gives = any(_method_of(one, _HANDED) and isinstance(one.args[0], ast.Name)  # type: ignore[attr-defined]
                        and one.args[0].id == node.target.id for one in ast.walk(node))  # type: ignore[attr-defined]
            return given.id if isinstance(given, ast.Name) and gives else ""
        return ""
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add) and isinstance(node.value, ast.List):
        every = node.value.elts
    elif isinstance(node, ast.Assign) and isinstance(target := node.targets[0], ast.Subscript) and not isinstance(
            target.slice, ast.Constant) and isinstance(node.value, ast.Name):
        every = [node.value]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _HANDED:
        every = node.args[-1:]
    else:
        return ""
    every = [value for one in every for value in (_values(one) if isinstance(one, ast.Dict) else [one])]
    return next((one.id for one in every if isinstance(one, ast.Name)), "")


def _values(node: ast.Dict) -> list[ast.expr]:
    """Those under keys; of what stands behind ``**`` a copy is taken."""
    return [value for key, value in zip(node.keys, node.values, strict=True) if key is not None]


def rest_filters(reading: Reading) -> Iterator[Finding]:
    """A filter of REST on a field or value of any type, whose value is put between double quotes as it is."""
    lines = {node.lineno for node in reading.nodes if isinstance(node, ast.Constant | ast.JoinedStr)
             and _QUOTED.search(_text(node))}
    text = reading.source.source.splitlines()
    for node in reading.nodes:
        if isinstance(node, ast.Dict):
            lines |= {value.lineno for key, value in zip(node.keys, node.values, strict=True)
                      if key is not None and _NAME.fullmatch(_text(key)) and _is_quoted(value)}
        elif isinstance(node, ast.Assign) and isinstance(target := node.targets[0], ast.Subscript) and _NAME.fullmatch(
                _text(target.slice)) and _is_quoted(node.value):
            lines.add(node.lineno)
    exact = sorted(line for line in lines if _EXACT.search(text[line - 1]))
    for line in sorted(lines):
        yield (line, "warning", "rest-filter", ("the filter puts a value between double quotes: it finds no number, "
                                               "and no value that has such quotes itself"))
    for line in exact:
        yield (line, "info", "letter-case", ("the filter _filter_value finds a value in the same case only: "
                                            "_filter_value__iexact finds the others"))


def _is_quoted(node: ast.expr) -> bool:
    """Whether a value is put between double quotes as it is."""
    return _text(node).startswith(('"{', '"%'))


def _text(node: ast.expr) -> str:
    """A text with its holes, ``{}`` or as `%` writes them."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return "".join(_text(one) or "{}" for one in (node.left, node.right))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return _text(node.left)
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
