"""What code digs out of the values that it collected: ``item[0]["harmless"]`` after a ``collect2``."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.reading.calls import Call
from phantom_lab.reading.read import Reading

Place = tuple[str, tuple[str | int, ...]]
"""A block, and steps into one of its results; ``*`` is every element of a list."""
_ORDER = ast.Gt | ast.GtE | ast.Lt | ast.LtE
_ARITHMETIC = ast.Div | ast.FloorDiv | ast.Sub | ast.Pow


@dataclass(frozen=True, slots=True)
class Cell:
    """A collected value, or something in it."""

    place: Place

    def below(self, step: str | int) -> Cell:
        return Cell((self.place[0], (*self.place[1], step)))


@dataclass(frozen=True, slots=True)
class Row:
    """One value per datapath of a call."""

    columns: tuple[Value | None, ...]


@dataclass(frozen=True, slots=True)
class List:
    """Of what each element is; None where that is not known."""

    item: Value | None


@dataclass(frozen=True, slots=True)
class Made:
    """What code made of a value, or the platform gives: a text or a number, as far as the lab follows it."""

    type: str
    """``text`` or ``number``."""
    case: str = ""
    """``lower`` or ``upper``; empty: as it came."""
    of: str = ""
    """What it is, for people."""


Value = Cell | Row | List | Made


def digs(reading: Reading, place_of: Callable[[str], Place | None]) -> tuple[dict[Place, int], set[Place]]:
    """Places of action results that a function's code reads by a constant key or index, in the order of the source, and
    the line where each is read first; and those that it takes for numbers, as it compares them with one or computes
    with them.

    Followed are names that are assigned, and the variables of loops and comprehensions over ``zip`` and ``enumerate``.

    Args:
        reading: the source.
        place_of: where a datapath begins; None for one that reads no action result.
    """
    calls = {id(call.nodes["datapath"]): call for call in reading.calls_of("collect2") if "datapath" in call.nodes}
    digger = Digger(calls, place_of)
    try:
        digger.visit(reading.tree)
    except RecursionError:
        return {}, set()
    summed = set().union(*(places for places in digger.sums if digger.numbers & places))
    return digger.found, digger.numbers | summed


class Digger(ast.NodeVisitor):
    """Goes through code, and knows at each place which collected value a name stands for."""

    def __init__(self, calls: Mapping[int, Call], place_of: Callable[[str], Place | None]) -> None:
        self.found: dict[Place, int] = {}
        self.numbers: set[Place] = set()
        self.sums: list[set[Place]] = []
        """Places that are added to each other: if one is a number, all are."""
        self._calls, self._place_of = calls, place_of
        self._names: dict[str, Value] = {}

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        outer, self._names = self._names, {}
        for statement in node.body:
            self.visit(statement)
        self._names = outer

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self.visit(target)
            self._bind(target, self._of(node.value))

    def visit_For(self, node: ast.For) -> None:
        self._loop_over(node.iter)
        self._bind(node.target, item_of(self._of(node.iter)))
        for statement in (*node.body, *node.orelse):
            self.visit(statement)

    def _loop_over(self, node: ast.expr) -> None:
        self.visit(node)

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        self._comprehended(node)

    visit_SetComp = visit_GeneratorExp = visit_DictComp = visit_ListComp

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self._note(node, node.value)

    def visit_Call(self, node: ast.Call) -> None:
        self._note(node, node.func.value if isinstance(node.func, ast.Attribute) else None)
        for function, given in _applied(node):
            self._of_lambda(function, self._of(given))

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """Only where it is known what it gets."""

    def _of_lambda(self, function: ast.Lambda, given: Value | None) -> Value | None:
        """What a function of one argument gives for each element."""
        outer, self._names = self._names, dict(self._names)
        self._bind(ast.Name(function.args.args[0].arg), item_of(given))
        self.visit(function.body)
        found = self._of(function.body)
        self._names = outer
        return found

    def _note(self, node: ast.Subscript | ast.Call, base: ast.expr | None) -> None:
        found = self._of(node)
        if isinstance(found, Cell) and base is not None and isinstance(self._of(base), Cell):
            self.found.setdefault(found.place, node.lineno)
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        self.generic_visit(node)
        value, other = self._of(node.left), node.comparators[0]
        if isinstance(value, Cell) and isinstance(node.ops[0], _ORDER) and isinstance(other, ast.Constant) and type(
                other.value) in (int, float):
            self.numbers.add(value.place)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        self.generic_visit(node)
        places = {value.place for one in _operands(node) if isinstance(value := self._of(one), Cell)}
        if isinstance(node.op, _ARITHMETIC):
            self.numbers |= places
        elif isinstance(node.op, ast.Add):
            self.sums.append(places)

    def _comprehended(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> List:
        outer, self._names = self._names, dict(self._names)
        for one in node.generators:
            self._loop_over(one.iter)
            self._bind(one.target, item_of(self._of(one.iter)))
            for condition in one.ifs:
                self.visit(condition)
        made = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        for part in made:
            self.visit(part)
        item = self._of(made[0]) if len(made) == 1 else None
        self._names = outer
        return List(item)

    def _bind(self, target: ast.expr, value: Value | None) -> None:
        if isinstance(target, ast.Name):
            self._names.pop(target.id, None)
            if value is not None:
                self._names[target.id] = value
        elif isinstance(target, ast.Tuple | ast.List):
            columns = value.columns if isinstance(value, Row) else ()
            item = value.item if isinstance(value, List) else None
            for place, one in enumerate(target.elts):
                self._bind(one, columns[place] if place < len(columns) else item)

    def _of(self, node: ast.expr) -> Value | None:
        if isinstance(node, ast.Name):
            return self._names.get(node.id)
        if isinstance(node, ast.Subscript):
            return _indexed(self._of(node.value), node.slice)
        if isinstance(node, ast.Call):
            return self._called(node)
        if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp):
            return self._comprehended(node)
        return self._of(node.values[0]) if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or) else None

    def _called(self, node: ast.Call) -> Value | None:
        for argument in (*node.args, *(one.value for one in node.keywords)):
            if id(argument) in self._calls:
                return List(Row(tuple(self._columns(self._calls[id(argument)]))))
        if isinstance(node.func, ast.Attribute):
            base = self._of(node.func.value) if node.func.attr == "get" and node.args else None
            return _indexed(base, node.args[0]) if isinstance(base, Cell) else None
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name == "zip":
            return List(Row(tuple(item_of(self._of(one)) for one in node.args)))
        if name == "enumerate" and node.args:
            return List(Row((None, item_of(self._of(node.args[0])))))
        if name == "filter" and len(node.args) == 2:
            return self._of(node.args[1])
        if name == "map" and len(node.args) == 2 and isinstance(node.args[0], ast.Lambda):
            return List(self._of_lambda(node.args[0], self._of(node.args[1])))
        return self._of(node.args[0]) if name in ("list", "sorted", "reversed", "set", "tuple") and node.args else None

    def _columns(self, call: Call) -> Iterator[Value | None]:
        for text in call.names("datapath"):
            place = self._place_of(text) if isinstance(text, str) else None
            yield Cell(place) if place else None


def _applied(node: ast.Call) -> Iterator[tuple[ast.Lambda, ast.expr]]:
    """Functions of one argument that a call applies to each element of a list, with the list."""
    key = [one.value for one in node.keywords if one.arg == "key"]
    if isinstance(node.func, ast.Attribute) and node.func.attr == "sort":
        given = [(one, node.func.value) for one in key]
    else:
        of_each = node.args[:1] if isinstance(node.func, ast.Name) and node.func.id in ("filter", "map") else []
        given = [*((one, node.args[1]) for one in of_each if len(node.args) == 2),
                 *((one, node.args[0]) for one in key if node.args)]
    yield from ((one, of) for one, of in given if isinstance(one, ast.Lambda) and len(one.args.args) == 1)


def _operands(node: ast.BinOp) -> Iterator[ast.expr]:
    """Those of a chain of one operator."""
    for one in (node.left, node.right):
        if isinstance(one, ast.BinOp) and type(one.op) is type(node.op):
            yield from _operands(one)
        else:
            yield one


def item_of(value: Value | None) -> Value | None:
    """What a loop over a value takes."""
    if isinstance(value, Cell):
        return value.below("*")
    return value.item if isinstance(value, List) else None


def _indexed(value: Value | None, index: ast.expr) -> Value | None:
    key: Any = index.value if isinstance(index, ast.Constant) else None
    if isinstance(value, Cell) and isinstance(key, str | int) and not isinstance(key, bool):
        return value.below(key) if key != "" and not (isinstance(key, int) and key < 0) else None
    if isinstance(value, List):
        return value.item if isinstance(key, int) else value if isinstance(index, ast.Slice) else None
    if isinstance(value, Row) and isinstance(key, int) and 0 <= key < len(value.columns):
        return value.columns[key]
    return None
