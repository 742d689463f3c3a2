"""What code does to values that it collected, or was given, which goes wrong where they are missing or of another
type."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from phantom_lab.check.blocks import Finding
from phantom_lab.check.guards import Guards
from phantom_lab.reading.calls import Call
from phantom_lab.reading.digging import Cell, Digger, List, Made, Place, Row, Value
from phantom_lab.reading.read import Reading
from phantom_lab.source.custom_function import CustomFunction
from phantom_lab.source.source import Function

_THERE = re.compile(r"^filtered-|(?:\.|:\*\.)id$|\.(?:status|message|parameter\..*|app_run.*)$|^container:|_id$|"
                    r"action_result\.data$")
"""Paths whose rows have a value: of what a filter let through, ids, and what every result has."""
_METHODS = frozenset({"capitalize", "endswith", "format", "join", "lower", "lstrip", "partition", "replace", "rsplit",
                      "rstrip", "split", "splitlines", "startswith", "strip", "title", "upper"})
_TAKING = frozenset({"float", "int", "len", "json.loads", "re.findall", "re.match", "re.search", "re.sub", "math.log",
                     "math.log2", "math.log10"})
_HANDED = 200
"""Values that helpers are followed with."""
_LOGS = frozenset({"debug", "error", "print", "discontinue", "info", "warning"})
_LOGARITHMS = frozenset({"math.log", "math.log2", "math.log10", "log", "log2", "log10"})
_COUNT = re.compile(r"(?i)(?:^|[._])(?:\w*positives|\w*detections|\w*count|total\w*|\w*score)$")
"""Fields that hold a number, of which 0 is one."""
_ORDER = ast.Lt | ast.LtE | ast.Gt | ast.GtE
Told = tuple[int, str, str]
"""Line, kind and message."""


def values(reading: Reading) -> Iterator[Finding]:
    """In each function, the first of each kind."""
    calls = {id(call.nodes["datapath"]): call for call in reading.calls_of("collect2", "collect")
             if "datapath" in call.nodes}
    own = _Own({function.name: (function, nodes) for function, nodes in reading.bodies})
    for function, nodes in reading.with_methods:
        given = isinstance(reading.source, CustomFunction) and function.name == reading.source.name
        watch = _Watch(calls, function, nodes, own, inputs=given)
        try:
            watch.go_through({})
        except RecursionError:
            continue
        kinds: dict[str, list[Told]] = defaultdict(list)
        for one in dict.fromkeys(watch.told()):
            kinds[one[1]].append(one)
        for kind, told in kinds.items():
            line, _, message = min(told)
            more = len({one[0] for one in told}) - 1
            yield line, _LEVELS[kind], kind, message + (f" (and {more} more places)" if more else "")


_LEVELS = {"missing-value": "info", "mixed-types": "info", "zero": "warning", "text-as-list": "warning",
           "rows-test": "warning", "first-row": "info", "none-in-text": "info"}


class _Own:
    """The functions of a source by name, with what is in them, and what they have been handed."""

    def __init__(self, functions: Mapping[str, tuple[Function, Sequence[ast.AST]]]) -> None:
        self.functions = functions
        self._handed: set[tuple[str, str]] = set()

    def is_new(self, name: str, given: Mapping[str, Value]) -> bool:
        """Whether a function is handed something for the first time; after many, it is not looked at again."""
        known, before = (name, repr(given)), len(self._handed)
        self._handed.add(known)
        return before < len(self._handed) <= _HANDED


class _Watch(Digger):
    """Follows collected values through one function."""

    def __init__(self, calls: Mapping[int, Call], function: Function, nodes: Sequence[ast.AST], own: _Own, *,
                 inputs: bool = False) -> None:
        super().__init__(calls, lambda text: (text, ()))
        self._function, self._own = function, own
        self._asked, self._guards = _asked(nodes), Guards(function)
        self._nodes = nodes
        self._data = _data(nodes)
        self._logging = False
        """Whether what is visited goes to a log."""
        self._handed: list[tuple[ast.expr, str, dict[str, Value]]] = []
        """What functions of the source itself are handed of it, with the expression."""
        self._found: list[tuple[str, Told]] = []
        """Each with the expression that it is about."""
        self._zero: list[tuple[object, Told]] = []
        self._divisors: set[Place] = set()
        """What is asked for being 0 so that nothing is divided by it."""
        if inputs:
            self._names.update({one.arg: Cell((f"input {one.arg}", ())) for one in function.args.args})

    @cached_property
    def _tested(self) -> set[str]:
        return _asked(self._nodes, of_texts=False)

    def go_through(self, given: Mapping[str, Value]) -> None:
        """The function's statements, with what it is handed."""
        self._names.update(given)
        for statement in self._function.body:
            self.visit(statement)

    def told(self, *, within: int = 2) -> Iterator[Told]:
        """What holds still once the whole function is read; and what its helpers do to the values that they are handed.

        Args:
            within: how many functions deep helpers are looked at.
        """
        for node, name, given in self._handed if within else ():
            if ast.unparse(node) not in self._asked and self._own.is_new(name, given):
                helper = _Watch(self._calls, *self._own.functions[name], self._own)
                helper.go_through(given)
                yield from (one for one in helper.told(within=within - 1) if one[1] == "missing-value")
        yield from (told for text, told in self._found if text not in self._asked)
        yield from (told for place, told in self._zero if place in self.numbers - self._divisors)

    def visit_Try(self, node: ast.Try) -> None:
        """What is tried may fail; it is followed, and not told."""
        before = list(self._found), list(self._zero), list(self._handed)
        for one in node.body:
            self.visit(one)
        self._found, self._zero, self._handed = before
        for part in (*node.handlers, *node.orelse, *node.finalbody):
            self.visit(part)

    def visit_If(self, node: ast.If) -> None:
        self._test(node.test)
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        super().visit_Compare(node)
        other = node.comparators[0]
        if isinstance(node.ops[0], ast.In | ast.NotIn) and (cell := self._cell(other)):
            self._missing(other, cell, f"'in {ast.unparse(other)}' raises")
        sought = self._of(node.left)
        if isinstance(node.ops[0], ast.In | ast.NotIn) and isinstance(sought, Cell) and isinstance(
                self._of(other), Cell) and not _THERE.search(sought.place[0]):
            self._tell(node.left, "missing-value", (f"'in {ast.unparse(other)}', where that is a text, raises where "
                                                    f"{_named(sought)} is missing, which is None"), node.lineno)
        if isinstance(node.ops[0], _ORDER) and (cell := self._cell(node.left)) and isinstance(other, ast.Constant):
            self._missing(node.left, cell, "the comparison raises")

    def visit_Subscript(self, node: ast.Subscript) -> None:
        super().visit_Subscript(node)
        if isinstance(node.slice, ast.Constant) and node.slice.value == 0 and ast.unparse(node.value) in self._data:
            self._tell(node.value, "first-row", (f"{ast.unparse(node)} raises where nothing was found, and of several "
                                                 f"rows it takes whichever comes first"), node.lineno)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self.generic_visit(node)
        self._written(one.value for one in node.values if isinstance(one, ast.FormattedValue))

    def _written(self, values: Iterable[ast.expr]) -> None:
        """Values that are put into a text, but for one that goes to a log."""
        for one in values if not self._logging else ():
            cell = self._cell(one)
            if cell and cell.place[0].startswith("artifact:*.cef.") and ast.unparse(one) not in self._tested:
                self._tell(one, "none-in-text", f"the text has the word None where {_named(cell)} is missing",
                           one.lineno, certain=True)

    def visit_Call(self, node: ast.Call) -> None:
        function, called = node.func, ast.unparse(node.func)
        outer, self._logging = self._logging, self._logging or called.rpartition(".")[2] in _LOGS
        super().visit_Call(node)
        if called == "str" or (isinstance(function, ast.Attribute) and function.attr == "format" and isinstance(
                function.value, ast.Constant)):
            self._written(node.args)
        self._logging = outer
        if isinstance(function, ast.Attribute) and function.attr in _METHODS and (cell := self._cell(function.value)):
            self._missing(function.value, cell, f".{function.attr}() raises")
        elif isinstance(function, ast.Attribute) and function.attr == "extend" and node.args and (
                cell := self._cell(node.args[0])):
            self._tell(node.args[0], "text-as-list", f"extend() takes {_named(cell)} apart where it is a text, letter "
                                                     f"by letter", node.lineno)
        elif called in ("list", "set") or (isinstance(function, ast.Attribute) and function.attr == "update"):
            for one in node.args[:1]:
                self._taken_apart(one, f"{called.rpartition('.')[2]}()")
        elif called in ("sorted", "max", "min") and len(node.args) == 1:
            self._sorted(node, node.args[0], called)
        elif isinstance(function, ast.Attribute) and function.attr == "sort":
            self._sorted(node, function.value, "sort")
        elif called in ("bool", "any") and node.args and (called == "bool" or self._is_rows(node.args[0])):
            self._test(node.args[0])
        elif called in _LOGARITHMS and node.args:
            self._logarithm(node, called)
        elif called in _TAKING:
            for cell, one in [(cell, one) for one in node.args if (cell := self._cell(one))]:
                self._missing(one, cell, f"{called}() raises")
        if isinstance(function, ast.Name) and function.id in self._own.functions:
            self._hand(node, function.id)

    def _hand(self, node: ast.Call, name: str) -> None:
        """Values for a function of the source itself."""
        places = [one.arg for one in self._own.functions[name][0].args.args]
        keywords = [(one.arg, one.value) for one in node.keywords if one.arg]
        for parameter, one in (*zip(places, node.args, strict=False), *keywords):
            if (cell := self._cell(one)) and parameter in places:
                self._handed.append((one, name, {parameter: cell}))

    def _is_rows(self, node: ast.expr) -> bool:
        """Whether an expression is a list of rows, each of which counts as true."""
        found = self._of(node)
        return isinstance(found, List) and isinstance(found.item, Row)

    def _loop_over(self, node: ast.expr) -> None:
        super()._loop_over(node)
        self._taken_apart(node, "the loop")

    def _taken_apart(self, node: ast.expr, what: str) -> None:
        """What a child playbook gave, which is one value, or a list of them."""
        cell = self._cell(node)
        if cell and ":playbook_output:" in cell.place[0] and not cell.place[1]:
            self._tell(node, "text-as-list", f"{what} takes {_named(cell)} apart where it is a text, by letter",
                       node.lineno)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        super().visit_BinOp(node)
        if isinstance(node.op, ast.Div | ast.FloorDiv) and isinstance(value := self._of(node.right), Cell):
            self._divisors.add(value.place)
        for one in (node.left, node.right):
            if isinstance(one, ast.BoolOp) and isinstance(one.op, ast.Or) and isinstance(
                    self._of(one.values[0]), Cell) and isinstance(other := one.values[-1], ast.Constant) and type(
                    other.value) in (int, float) and other.value and not (
                    isinstance(node.op, ast.Div | ast.FloorDiv) and one is node.right):
                self._tell(one, "zero", f"{ast.unparse(one.values[0])} is a number, and where it is 0, "
                                        f"{other.value!r} counts", node.lineno, certain=True)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.generic_visit(node)
        target = self._of(node.target)
        if isinstance(node.op, ast.Add) and isinstance(target, List) and (cell := self._cell(node.value)):
            self._tell(node.value, "text-as-list", f"+= takes {_named(cell)} apart where it is a text, by letter",
                       node.lineno)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        """A number that is taken where it is not 0, and another one where it is."""
        self.generic_visit(node)
        if isinstance(node.orelse, ast.Constant) and type(node.orelse.value) in (int, float) and node.orelse.value:
            tested = {ast.unparse(one) for one in _parts(node.test)}
            for one in _multiplied(node.body):
                text = ast.unparse(one)
                if isinstance(self._of(one), Cell | Made) and not isinstance(one, ast.BinOp) and text in tested:
                    self._tell(one, "zero", f"{text} is a number, and where it is 0, {node.orelse.value!r} counts",
                               node.lineno, certain=True)

    def _logarithm(self, node: ast.Call, called: str) -> None:
        for one in _multiplied(node.args[0]):
            found = self._of(one)
            if isinstance(found, Cell | Made) and not self._guards.keeps(node, ast.unparse(one)):
                what = _named(found) if isinstance(found, Cell) else ast.unparse(one)
                self._tell(one, "zero", f"{called}() raises where {what} is 0", node.lineno, certain=True)
                break

    def _of(self, node: ast.expr) -> Value | None:
        if isinstance(node, ast.BoolOp):
            return None  # a default stands behind it
        if isinstance(node, ast.BinOp):
            sides = [self._of(node.left), self._of(node.right)]
            return Made("number") if all(isinstance(one, Cell) or (isinstance(one, Made) and one.type == "number")
                                         for one in sides) else None
        if isinstance(node, ast.List) and not node.elts:
            return List(None)
        return super()._of(node)

    def _called(self, node: ast.Call) -> Value | None:
        found = super()._called(node)
        if ast.unparse(node.func) == "filter":
            return List(None)  # what is asked for is there
        call = next((self._calls[id(one)] for one in (*node.args, *(one.value for one in node.keywords))
                     if id(one) in self._calls), None)
        if call is not None and call.name == "collect" and isinstance(found, List) and isinstance(found.item, Row):
            return List(found.item.columns[0]) if isinstance(call.get("datapath"), str) else found
        return found

    def _comprehended(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> List:
        made = super()._comprehended(node)
        return List(None) if any(one.ifs for one in node.generators) else made  # what is asked for is there

    def _cell(self, node: ast.expr) -> Cell | None:
        """A value as it was collected, or a field of it."""
        found = self._of(node)
        return found if isinstance(found, Cell) and not _THERE.search(found.place[0]) else None

    def _test(self, test: ast.expr) -> None:
        negated = isinstance(test, ast.UnaryOp)
        for one in _parts(test):
            number = one.args[0] if isinstance(one, ast.Call) and ast.unparse(one.func) == "len" and one.args else one
            if isinstance(one, ast.Compare) and isinstance(one.left, ast.Call) and ast.unparse(
                    one.left.func) == "len" and one.left.args and _is_any(one):
                number = one.left.args[0]
            found = self._of(number)
            if isinstance(one, ast.Compare) and ast.unparse(one.comparators[0]) == "[]":
                found = self._of(one.left)
            row = found.item if isinstance(found, List) else None
            row = Row((row,)) if isinstance(row, Cell) and not row.place[1] else row
            if isinstance(row, Row) and (paths := _artifact_paths(row)):
                self._tell(number, "rows-test", f"there is a row for every artifact, also without {paths[0]}: this "
                                                f"does not ask whether there is a value", one.lineno, certain=True)
            elif number is one and isinstance(found, Cell):
                if negated and _COUNT.search(found.place[0]) and not found.place[0].startswith("input "):
                    self._tell(one, "zero", f"{_named(found)} counts as missing here where it is 0", one.lineno,
                               certain=True)
                self._zero.append((found.place, (one.lineno, "zero", (f"{_named(found)} is a number, and 0 counts as "
                                                                     f"missing here"))))

    def _sorted(self, node: ast.Call, given: ast.expr, called: str) -> None:
        """By the elements, by the first column of rows, or by what a key makes of them."""
        found = self._of(given)
        cell = found.item if isinstance(found, List) else None
        key = next((one.value for one in node.keywords if one.arg == "key"), None)
        if isinstance(key, ast.Lambda) and len(key.args.args) == 1:
            cell = self._of_lambda(key, found)
        elif key is not None or any(one.arg == "default" for one in node.keywords):
            return
        cell = cell.columns[0] if isinstance(cell, Row) and cell.columns else cell
        if isinstance(cell, Cell) and not _THERE.search(cell.place[0]) and _is_plain(cell):
            what = f"{called}()" if called in ("max", "min") else "a sort"
            self._tell(given, "mixed-types", f"{what} raises where {_named(cell)} is missing, or a number among texts",
                       given.lineno, certain=True)

    def _missing(self, node: ast.expr, cell: Cell, what: str) -> None:
        """But for what stands under a key, and for what a custom function gives: that is likely to be there always."""
        if ":custom_function_result." not in cell.place[0] and _is_plain(cell):
            self._tell(node, "missing-value", f"{what} where {_named(cell)} is missing, which is None", node.lineno)

    def _tell(self, node: ast.expr, kind: str, message: str, line: int, *, certain: bool = False) -> None:
        self._found.append(("" if certain else ast.unparse(node), (line, kind, message)))


def _parts(test: ast.expr) -> Iterator[ast.expr]:
    if isinstance(test, ast.BoolOp):
        for one in test.values:
            yield from _parts(one)
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from _parts(test.operand)
    elif isinstance(test, ast.Call) and ast.unparse(test.func) == "bool" and test.args:
        yield from _parts(test.args[0])
    else:
        yield test


def _is_any(test: ast.Compare) -> bool:
    """Whether a length is asked for being 0."""
    operator, other = test.ops[0], test.comparators[0]
    number = other.value if isinstance(other, ast.Constant) else None
    return (number == 0 and isinstance(operator, ast.Gt | ast.Eq | ast.NotEq | ast.LtE)) or (
        number == 1 and isinstance(operator, ast.GtE | ast.Lt))


def _multiplied(node: ast.expr) -> Iterator[ast.expr]:
    """What makes a product 0 where it is 0; nothing of a sum with a constant."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div | ast.FloorDiv):
        yield from _multiplied(node.left)
        if isinstance(node.op, ast.Mult):
            yield from _multiplied(node.right)
    elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("float", "int") and node.args:
        yield from _multiplied(node.args[0])
    else:
        yield node


def _data(nodes: Sequence[ast.AST]) -> set[str]:
    """Expressions that are the list of data of an action result, in ``results``."""
    results, data = set[str](), set[str]()
    if not any(_is_of(one, ()) for one in nodes if isinstance(one, ast.Constant)):
        return data
    for _ in range(3):  # a name stands for what another one does
        for node in nodes:
            if isinstance(node, ast.Subscript | ast.Call) and _key(node) == "data" and _is_of(node, results):
                data.add(ast.unparse(node))
            target, value = (node.target, node.iter) if isinstance(node, ast.For | ast.comprehension) else (
                node.targets[0], node.value) if isinstance(node, ast.Assign) else (None, None)
            if isinstance(target, ast.Name) and value is not None:
                if isinstance(node, ast.Assign) and ast.unparse(value) in data:
                    data.add(target.id)
                elif _is_of(value, results) and not any(ast.unparse(one) in data for one in ast.walk(value)
                                                        if isinstance(one, ast.expr)):
                    results.add(target.id)
    return data


def _is_of(node: ast.AST, results: Collection[str]) -> bool:
    return any((isinstance(one, ast.Constant) and one.value == "action_results")
               or (isinstance(one, ast.Name) and one.id in results) for one in ast.walk(node))


def _key(node: ast.expr) -> object:
    """The key that is read, by index or by `get`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        given = node.args[0]
    else:
        given = node.slice if isinstance(node, ast.Subscript) else node
    return given.value if isinstance(given, ast.Constant) else None


def _asked(nodes: Sequence[ast.AST], *, of_texts: bool = True) -> set[str]:
    """Expressions of which a function asks somewhere whether they are there, or of which type.

    Args:
        of_texts: whether to take in what is made a text, which raises nowhere.
    """
    found: set[str] = set()
    for node in nodes:
        tests = node.ifs if isinstance(node, ast.comprehension) else (
            [node.test] if isinstance(node, ast.If | ast.IfExp | ast.While | ast.Assert) else
            node.values if isinstance(node, ast.BoolOp) else [])
        for one in (part for test in tests for part in _parts(test)):
            found.add(ast.unparse(one))
            if isinstance(one, ast.Compare):
                found |= {ast.unparse(side) for side in (one.left, *one.comparators)
                          if isinstance(one.ops[0], ast.Is | ast.IsNot | ast.Eq | ast.NotEq)}
        if isinstance(node, ast.Call) and ast.unparse(node.func) in (
                "isinstance", "type", *(["str"] if of_texts else [])) and node.args:
            found.add(ast.unparse(node.args[0]))
    return found


def _is_plain(cell: Cell) -> bool:
    """Whether it stands under no key of what was collected."""
    return all(isinstance(one, int) or one == "*" for one in cell.place[1])


def _named(cell: Cell) -> str:
    text, steps = cell.place
    rest = "".join(f"[{one!r}]" if isinstance(one, int) or one != "*" else "[…]" for one in steps)
    return f"'{text}'{rest}"


def _artifact_paths(row: Row) -> list[str]:
    """Fields of artifacts, where a row has nothing else but ids."""
    texts = [f"'{one.place[0]}'" for one in row.columns if isinstance(one, Cell)]
    fields = [one for one in texts if ".cef." in one]
    return fields if texts and all(".cef." in one or one.endswith(".id'") for one in texts) and not any(
        one.startswith("'filtered") for one in texts) else []
