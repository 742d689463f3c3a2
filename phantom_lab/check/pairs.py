"""Rows that are paired by their position, though nothing says that they stand in the same order, or are as many."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Mapping

from phantom_lab.check.blocks import Finding
from phantom_lab.datapath import STAR, Family, Path
from phantom_lab.later import dataclass
from phantom_lab.reading import texts
from phantom_lab.reading.calls import Call
from phantom_lab.reading.digging import Cell, Digger, List, Row, Value
from phantom_lab.reading.forms import compiled
from phantom_lab.reading.read import Reading

KIND = "pairing"
_BY_POSITION = frozenset({"zip", "enumerate", "range"})
_LISTS = (Family.ARTIFACT, Family.ACTION_RESULT, Family.CUSTOM_FUNCTION_RESULT)


@dataclass(frozen=True, slots=True)
class _Of(Cell):
    """A column of the rows of a call."""

    rows: str = ""
    """What the rows are of: a block, the artifacts, an input."""
    depth: tuple[str, ...] = ()
    """The steps up to the last list that is gone through: where it differs, there are more rows of the same."""
    left_out: str = ""
    """The test by which some rows are left out."""


def pairs(reading: Reading) -> Iterator[Finding]:
    """`zip` of, or one index into, lists of different blocks, lists of one block that are differently deep, and lists
    that each leave out something else."""
    calls = {id(call.nodes["datapath"]): call for call in reading.calls_of("collect2") if "datapath" in call.nodes}
    for function, nodes in reading.with_methods:
        if not any(isinstance(one, ast.Name) and one.id in _BY_POSITION for one in nodes):
            continue
        watch = _Pairs(calls)
        try:
            for statement in function.body:
                watch.visit(statement)
        except RecursionError:
            continue
        if watch.told:
            line, level, message = watch.told[0]
            more = len({one for _, _, one in watch.told}) - 1
            yield line, level, KIND, message + (f" (and {more} more)" if more else "")


class _Pairs(Digger):
    """Follows lists through one function."""

    def __init__(self, calls: Mapping[int, Call]) -> None:
        super().__init__(calls, lambda text: (text, ()))
        self.told: list[tuple[int, str, str]] = []
        self._indexed: list[tuple[str, Value]] = []
        """Names that count through a list, with the list."""

    def visit_Call(self, node: ast.Call) -> None:
        super().visit_Call(node)
        if isinstance(node.func, ast.Name) and node.func.id == "zip":
            found = [one for one in map(self._of, node.args) if one is not None]
            for one, other in itertools.pairwise(found):
                self._tell(node, one, other, "zip() pairs")

    def visit_For(self, node: ast.For) -> None:
        counting = self._counts(node)
        self._indexed += counting
        super().visit_For(node)
        del self._indexed[len(self._indexed) - len(counting):]

    def visit_Subscript(self, node: ast.Subscript) -> None:
        super().visit_Subscript(node)
        if isinstance(node.slice, ast.Name) and (value := self._of(node.value)) is not None:
            for name, counted in self._indexed:
                if name == node.slice.id:
                    self._tell(node, counted, value, f"the index '{name}' pairs")

    def _counts(self, node: ast.For) -> list[tuple[str, Value]]:
        """``for i, … in enumerate(x)`` and ``for i in range(len(x))``."""
        iterated = node.iter
        if not (isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Name) and iterated.args):
            return []
        target, given = node.target, iterated.args[-1]
        if iterated.func.id == "enumerate" and isinstance(target, ast.Tuple):
            target, given = target.elts[0], iterated.args[0]
        elif not (iterated.func.id == "range" and len(iterated.args) == 1 and isinstance(given, ast.Call)
                  and isinstance(given.func, ast.Name) and given.func.id == "len" and given.args):
            return []
        else:
            given = given.args[0]
        value = self._of(given)
        return [(target.id, value)] if isinstance(target, ast.Name) and value is not None else []

    def _tell(self, node: ast.expr, one: Value, other: Value, what: str) -> None:
        first, second = _column(one), _column(other)
        if first is None or second is None:
            return
        if first.rows != second.rows:
            inputs = all("playbook_input:" in one.place[0] for one in (first, second))
            why = "where the caller gives fewer of one" if inputs else "in another order, or where one is missing"
            told = f"rows of {first.rows} and of {second.rows} by their position: {why}, they do not belong together"
            self.told.append((node.lineno, "info" if inputs else "warning", f"{what} {told}"))
        elif first.left_out != second.left_out:
            told = f"lists of {first.rows} that each leave out other rows, so that the rest does not belong together"
            self.told.append((node.lineno, "warning", f"{what} {told}"))
        elif first.depth != second.depth:
            told = f"'{first.place[0]}' and '{second.place[0]}' by their position, and one may have more rows"
            self.told.append((node.lineno, "warning", f"{what} {told}"))

    def _columns(self, call: Call) -> Iterator[Value | None]:
        """In one call, the platform makes rows of columns of any depth."""
        paths = [compiled(texts.Datapath(one, call, False)) if isinstance(one, str) else None
                 for one in call.names("datapath")]
        depth = max((_depth(one) for one in paths if one), key=len, default=())
        for path in paths:
            if path is None or path.source not in (*_LISTS, Family.PLAYBOOK_INPUT):
                yield None
            else:
                yield _Of((path.text, ()), _rows(path), depth, "")

    def _comprehended(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> List:
        made = super()._comprehended(node)
        if isinstance(node, ast.SetComp | ast.DictComp) or len(node.generators) > 1:
            return List(None)
        tests = node.generators[0].ifs
        item = made.item
        if tests and isinstance(item, _Of):
            test = " and ".join(map(ast.unparse, tests))
            return List(_Of(item.place, item.rows, item.depth, f"{item.left_out} {test}"))
        return List(None) if tests else made


def _column(value: Value) -> _Of | None:
    """A column of a list, as far as it is one."""
    item = value.item if isinstance(value, List) else None
    if isinstance(item, Row):
        item = next((one for one in item.columns if isinstance(one, _Of)), None)
    return item if isinstance(item, _Of) else None


def _rows(path: Path) -> str:
    rows = "the artifacts" if path.source is Family.ARTIFACT else f"'{path.block}'" if path.block else f"'{path.text}'"
    return f"{rows} behind the filter '{path.filter}'" if path.filter else rows


def _depth(path: Path) -> tuple[str, ...]:
    steps = [str(getattr(one, "value", one)) if one is not STAR else "*" for one in path.steps]
    last = max((place for place, one in enumerate(steps) if one == "*"), default=-1)
    return tuple(steps[:last + 1])
