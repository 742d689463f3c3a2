"""Values that hold several, and are handed on as one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

from phantom_lab.check.blocks import Finding
from phantom_lab.datapath import Family
from phantom_lab.later import dataclass
from phantom_lab.reading import texts
from phantom_lab.reading.calls import Call
from phantom_lab.reading.digging import Cell, Digger, Value
from phantom_lab.reading.forms import compiled
from phantom_lab.reading.read import Reading
from phantom_lab.source.playbook import Playbook

KIND = "several-values"
_ONE = re.compile(r"(?i)(?:^|_)(?:ip|domain|url|hash|host(?:name)?|user(?:name)?|email|sha\d+|md5|device_id|vault_id)$")
"""Parameters that take one value."""
_ROWS = (Family.ARTIFACT, Family.ACTION_RESULT, Family.CUSTOM_FUNCTION_RESULT)
_FIELD = re.compile(r"artifact:\*\.cef\.(.+)$")
_SEPARATORS = frozenset({",", ";", "|", ", ", "; "})


@dataclass(frozen=True, slots=True)
class Handed:
    """A value that is put into a parameter as it was collected."""

    function: str
    line: int
    parameter: str
    path: str


def handed(reading: Reading) -> tuple[list[Handed], Mapping[str, int]]:
    """What goes into parameters of actions, and the fields of artifacts that code takes apart, with where."""
    calls = {id(call.nodes["datapath"]): call for call in reading.calls_of("collect2") if "datapath" in call.nodes}
    formats = {id(call.nodes["name"]): call for call in reading.calls_of("get_format_data") if "name" in call.nodes}
    acting = {call.function for call in reading.calls_of("act")}
    found: list[Handed] = []
    apart: dict[str, int] = {}
    collecting = {call.function for call in reading.calls_of("collect2", "get_format_data")}
    for function in (one for one, _ in reading.bodies if one.name in collecting):
        watch = _Handed(calls, formats, function.name)
        try:
            for statement in function.body:
                watch.visit(statement)
        except RecursionError:
            continue
        found += watch.handed if function.name in acting else []
        apart = {**watch.apart, **apart}
    return found, apart


def several(reading: Reading) -> Iterator[Finding]:
    """A field that the playbook itself takes apart elsewhere; the text of all rows in place of a row."""
    if not isinstance(reading.source, Playbook):
        return
    found, apart = handed(reading)
    repeated = {call.get("name"): call for call in reading.calls_of("format") if _repeats(call)}
    told: dict[tuple[str, str], tuple[int, str]] = {}
    for one in found:
        field = _FIELD.search(one.path)
        if field and field[1] in apart:
            told.setdefault((one.function, one.path), (one.line, (
                f"'{one.path}' is handed over whole as '{one.parameter}', and line {apart[field[1]]} takes it apart: "
                f"it may hold several values")))
        name = one.path.partition(":")[0]
        if one.path == f"{name}:formatted_data" and name in repeated and _ONE.search(one.parameter):
            told.setdefault((one.function, one.path), (one.line, (
                f"'{one.parameter}' gets one text with a line for each row: '{name}:formatted_data.*' gives the rows")))
    for line, message in told.values():
        yield line, "warning", KIND, message


class _Handed(Digger):
    """Follows values into the dicts that parameters are."""

    def __init__(self, calls: Mapping[int, Call], formats: Mapping[int, Call], function: str) -> None:
        super().__init__(calls, lambda text: (text, ()))
        self._formats, self._function = formats, function
        self.handed: list[Handed] = []
        self.apart: dict[str, int] = {}

    def visit_Dict(self, node: ast.Dict) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            found = self._of(value)
            if isinstance(key, ast.Constant) and isinstance(key.value, str) and isinstance(
                    found, Cell) and not found.place[1]:
                self.handed.append(Handed(self._function, value.lineno, key.value, found.place[0]))
        self.generic_visit(node)

    def visit_For(self, node: ast.For) -> None:
        self._took(self._of(node.iter), node.lineno)
        super().visit_For(node)

    def visit_Call(self, node: ast.Call) -> None:
        if (isinstance(node.func, ast.Attribute) and node.func.attr == "split" and node.args
                and isinstance(node.args[0], ast.Constant) and node.args[0].value in _SEPARATORS):
            self._took(self._of(node.func.value), node.lineno)
        super().visit_Call(node)

    def _took(self, value: Value | None, line: int) -> None:
        field = _FIELD.search(value.place[0]) if isinstance(value, Cell) and not value.place[1] else None
        if field:
            self.apart.setdefault(field[1], line)

    def _called(self, node: ast.Call) -> Value | None:
        for one in (*node.args, *(each.value for each in node.keywords)):
            if (call := self._formats.get(id(one))) and isinstance(name := call.get("name"), str):
                return Cell((f"{name}:formatted_data", ()))
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("strip", "lower"):
            return self._of(node.func.value)
        return super()._called(node)


def _repeats(call: Call) -> bool:
    """Whether a format is nothing but rows."""
    template: Any = call.get("template")
    text = template.strip() if isinstance(template, str) else ""
    if not (text.startswith("%%") and text.endswith("%%") and text.count("%%") == 2):
        return False
    paths = [compiled(texts.Datapath(one, call, True)) for one in call.names("parameters") if isinstance(one, str)]
    return any(path is not None and path.source in _ROWS for path in paths)
