"""Playbooks without a file of their own: a cell that is one, or functions of cells gathered into one."""

from __future__ import annotations

import ast
import builtins
import inspect
import linecache
import symtable
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from functools import cached_property, lru_cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

from phantom_lab.errors import PlaybookLoadError
from phantom_lab.later import dataclass
from phantom_lab.source.forks import Fork
from phantom_lab.source.parsing import unwarned
from phantom_lab.source.playbook import Playbook

NAMED: dict[str, Playbook] = {}
"""Playbooks that a bare name stands for, the newest of each: ``%%playbook`` puts them here, for `Lab.step`."""
_PLAIN = (type(None), bool, int, float, str, bytes)
_FUTURE_ANNOTATIONS = 0x1000000
"""Flag of code compiled under ``from __future__ import annotations``."""


@dataclass(frozen=True)
class CellPlaybook(Playbook):
    """A playbook whose lines are those of a cell, so that tracebacks and debuggers find them there."""

    cell: str = ""
    """The cell's file name, as its notebook's debugger knows it."""
    text: str = ""
    """The cell as it was typed; the source differs from it in lines that are not executed."""

    @classmethod
    def of(cls, source: str, *, name: str, cell: str, text: str) -> CellPlaybook:
        """Make a playbook of a source whose lines are a cell's.

        Raises:
            PlaybookLoadError: as for `from_source`.
        """
        made = Playbook.from_source(source, name=name)
        return cls(**{one.name: getattr(made, one.name) for one in fields(made)}, cell=cell, text=text)

    @cached_property
    def file(self) -> str:
        """The cell's file name."""
        return self.cell

    def code(self, *, watched: list[Fork] | None = None) -> CodeType:
        """Compile the source; the lines that people see stay those that were typed."""
        known = linecache.cache.get(self.cell)
        code = super().code(watched=watched)
        linecache.cache[self.cell] = known or typed(self.text, self.cell)
        return code


def typed(text: str, file: str) -> tuple[int, None, list[str], str]:
    """A text as `linecache` keeps it, for a file that is none."""
    return len(text), None, [f"{line}\n" for line in text.split("\n")], file


def capture(function: Callable[..., Any], *, name: str | None = None) -> Playbook:
    """Gather a function and everything of its cells (or script) that it reaches into a playbook.

    Functions and classes come as source, the newest definition of each; modules and what stands in them as imports;
    constants by their present value. Line numbers are the cell's if one cell holds all of it, otherwise the gathered
    text's.

    Args:
        function: where the playbook starts, defined with ``def`` at the top level. One that is not called
            ``on_start`` is called by an ``on_start`` that is added.
        name: the playbook's name; otherwise ``cells``, or the function's name if that is not ``on_start``.

    Raises:
        PlaybookLoadError: no such function, its source is not at hand, or it reaches something that a playbook
            cannot hold, such as an open file.
    """
    _check(function)
    inner = inspect.unwrap(function)
    start: str = inner.__name__
    gathered = _Gathering(inner.__globals__)
    gathered.start(start, function)
    name = name or ("cells" if start == "on_start" else start)
    gathered.complain(name)
    ordered = gathered.ordered()
    tail = [] if start == "on_start" else [_starter(start, inner, {one.name for one in ordered})]
    laid = _laid_out(gathered.imports(), ordered, tail)
    if laid is None:
        return Playbook.from_source(_text(gathered.imports(), ordered, tail), name=name)
    cell = next(one.file for one in ordered if one.file)
    return CellPlaybook.of(laid, name=name, cell=cell, text="".join(linecache.getlines(cell)))


@dataclass(frozen=True)
class _Piece:
    """A statement that defines one name."""

    name: str
    text: str
    file: str = ""
    """Where it stands; empty if it stands nowhere."""
    line: int = 0
    constant: bool = False
    """Its present value counts, not its text."""


class _Gathering:
    """Follows names from a function through the globals it sees."""

    def __init__(self, scope: dict[str, Any]) -> None:
        self._scope = scope
        self._pieces: dict[str, _Piece] = {}
        self._imports: dict[str, str] = {}
        self._refused: dict[str, str] = {}
        self._todo: list[tuple[str, str]] = []

    def start(self, name: str, function: Callable[..., Any]) -> None:
        """Gather from here. The function given counts, whatever its name stands for by now."""
        self._define(name, function, name)
        if self._own(self._scope.get("on_finish")):
            self._todo.append(("on_finish", name))  # the platform calls it by name
        while self._todo:
            self._reach(*self._todo.pop(0))

    def complain(self, playbook: str) -> None:
        """Say in one line which names a playbook cannot hold."""
        if self._refused:
            raise PlaybookLoadError("a playbook cannot hold " + "; ".join(self._refused.values()), where=playbook,
                                    hint="It runs on its own: make such things inside the block that needs them, or "
                                         "keep what it needs in a constant of plain JSON values.")

    def imports(self) -> list[str]:
        """Import statements, that of the future first."""
        future = any(_flags(self._scope.get(name)) & _FUTURE_ANNOTATIONS for name in self._pieces)
        first = ["from __future__ import annotations"] if future else []
        return [*first, *(self._imports[name] for name in self._in_order(self._imports))]

    def ordered(self) -> list[_Piece]:
        """Constants, then definitions in the order in which their names were first defined; what a decorator, a
        default or a base class needs comes before it."""
        found: dict[str, _Piece] = {}
        open_: set[str] = set()

        def put(name: str) -> None:
            if name in found or name in open_:
                return
            open_.add(name)
            for need in self._in_order(_names(self._pieces[name].text)[0] & self._pieces.keys()):
                put(need)
            found[name] = self._pieces[name]

        names = self._in_order(self._pieces)
        for name in sorted(names, key=lambda one: not self._pieces[one].constant):
            put(name)
        return list(found.values())

    def _in_order(self, names: Any) -> list[str]:
        order = {name: number for number, name in enumerate(self._scope)}
        return sorted(names, key=lambda name: order.get(name, len(order)))

    def _reach(self, name: str, user: str) -> None:
        if name in self._pieces or name in self._imports or name in self._refused or name not in self._scope:
            return  # a name that nobody defined is a NameError when it is reached, as everywhere
        value = self._scope[name]
        if _is_builtin(name, value):
            return
        if self._own(value) or (isinstance(value, type) and value.__module__ == self._scope.get("__name__")):
            self._define(name, value, user)
        elif imported := _import(name, value, self._files()):
            self._imports[name] = imported
        elif _literal(value):
            self._pieces[name] = _Piece(name, f"{name} = {_written(value)}", constant=True)
        else:
            self._refused[name] = f"{name} ({type(value).__name__}, used by {user})"

    def _define(self, name: str, value: Any, user: str) -> None:
        piece = _class(name, value, self._files()) if isinstance(value, type) else _function(name, value)
        if piece is None and self._scope.get(other := getattr(value, "__name__", name)) is value and other != name:
            piece = _Piece(name, f"{name} = {other}")  # another name for a function of the cells
        if piece is None:
            self._refused[name] = f"{name} (its source is not at hand; used by {user})"
            return
        self._pieces[name] = piece
        early, late = _names(piece.text)
        self._todo += [(one, name) for one in sorted(early | late) if one != name]

    def _own(self, value: Any) -> bool:
        """Whether it is a function of these cells, also under a decorator that says what it decorates."""
        inner = _inner(value)
        return isinstance(inner, FunctionType) and inner.__globals__ is self._scope

    def _files(self) -> list[str]:
        """Where to look for a statement: all cells, the newest first, then the pieces' files."""
        cells = [name for name, entry in list(linecache.cache.items()) if len(entry) == 4 and entry[1] is None]
        return list(dict.fromkeys([*reversed(cells), *(one.file for one in self._pieces.values() if one.file)]))


# -- what may be a start ---------------------------------------------------------------------------------------------


def _check(function: Any) -> None:
    inner = _inner(function)
    name = getattr(function, "__name__", type(function).__name__)
    if not isinstance(inner, FunctionType):
        raise PlaybookLoadError(f"{name} is no function that was defined with def", hint="A playbook starts at one.")
    if inner.__name__ == "<lambda>":
        raise PlaybookLoadError("a lambda cannot start a playbook", hint="Write def on_start(container): … .")
    if "<locals>" in inner.__qualname__ or "." in inner.__qualname__:
        raise PlaybookLoadError(f"{inner.__qualname__.replace('.<locals>', '')} stands inside something else",
                                hint="Define it at the top level of a cell; a decorator needs functools.wraps.")


def _starter(name: str, function: FunctionType, taken: set[str]) -> str:
    """The platform starts at ``on_start``: one that calls the block."""
    if "on_start" in taken:
        raise PlaybookLoadError(f"{name} calls on_start, where every playbook starts", hint="Start at on_start.")
    parameters = inspect.signature(function).parameters
    given = "container=container" if "container" in parameters else "container" if parameters else ""
    return f"def on_start(container):\n    {name}({given})"


# -- source text -----------------------------------------------------------------------------------------------------


def _text(imports: Sequence[str], pieces: Sequence[_Piece], tail: Sequence[str]) -> str:
    constants = [one.text for one in pieces if one.constant]
    parts = ["\n".join(imports), "\n".join(constants), *(one.text for one in pieces if not one.constant), *tail]
    return "\n\n\n".join(part for part in parts if part) + "\n"


def _laid_out(imports: Sequence[str], pieces: Sequence[_Piece], tail: Sequence[str]) -> str | None:
    """The text with every piece at its own line; None where that cannot be."""
    placed = [one for one in pieces if not one.constant]
    head = "; ".join([*imports, *(one.text for one in pieces if one.constant)])
    if len({one.file for one in placed}) != 1 or (head and placed[0].line == 1):
        return None
    lines = [head]
    for piece in placed:
        if piece.line <= len(lines) and not (piece.line == 1 and lines == [""]):
            return None  # executed in another order than they stand in
        lines = [] if piece.line == 1 else lines + [""] * (piece.line - len(lines) - 1)
        lines += piece.text.split("\n")
    return "\n".join([*lines, *tail]) + "\n"


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements of the top level, those under ``if``, ``try`` and ``with`` included."""
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try | ast.With):
            for part in ("body", "orelse", "finalbody"):
                yield from _statements(getattr(node, part, []))
            for handler in getattr(node, "handlers", []):
                yield from _statements(handler.body)


def _parsed(file: str) -> tuple[list[str], list[ast.stmt]]:
    lines = [line.rstrip("\n") for line in linecache.getlines(file)]
    return lines, _statements_of("\n".join(lines))


@lru_cache(maxsize=1024)
def _statements_of(text: str) -> list[ast.stmt]:
    """Statements of a text, none if it cannot be parsed: a cell may hold anything."""
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        with unwarned():
            return list(_statements(compile(text, "<cell>", "exec", flags, dont_inherit=True).body))
    except (SyntaxError, ValueError, RecursionError):
        return []


def _first(node: ast.stmt) -> int:
    decorators = getattr(node, "decorator_list", [])
    return decorators[0].lineno if decorators else node.lineno


def _defines(node: ast.stmt, name: str) -> bool:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return node.name == name
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return any(isinstance(one, ast.Name) and one.id == name for one in targets)


def _piece(name: str, file: str, code: CodeType | None) -> _Piece | None:
    """The statement of a file that defines a name; `code` lies inside it."""
    lines, statements = _parsed(file)
    for node in reversed(statements):
        end = node.end_lineno or node.lineno
        if _defines(node, name) and (code is None or _first(node) <= code.co_firstlineno <= end):
            first = _first(node)
            return _Piece(name, textwrap.dedent("\n".join(lines[first - 1:end])), file, first)
    return None


def _function(name: str, value: Any) -> _Piece | None:
    code = inspect.unwrap(value).__code__
    return _piece(name, code.co_filename, code)


def _class(name: str, value: type, files: Sequence[str]) -> _Piece | None:
    """A class keeps no place of its own: its methods know, otherwise the newest text that defines it."""
    codes = [one.__code__ for one in vars(value).values() if isinstance(one, FunctionType)]
    for code in codes:
        if found := _piece(name, code.co_filename, code):
            return found
    return next((found for file in files if (found := _piece(name, file, None))), None)


def _names(text: str) -> tuple[set[str], set[str]]:
    """Global names that a statement needs at once (decorators, defaults, class bodies), and those it needs later."""
    early: set[str] = set()
    late: set[str] = set()

    def walk(table: symtable.SymbolTable, at_once: bool) -> None:
        for symbol in table.get_symbols():
            if symbol.is_referenced() if table.get_type() == "module" else symbol.is_global():
                (early if at_once else late).add(symbol.get_name())
        for child in table.get_children():
            walk(child, at_once and child.get_type() == "class")

    walk(symtable.symtable(text, "<piece>", "exec"), True)
    return early, late


# -- globals that are no definitions ---------------------------------------------------------------------------------


def _import(name: str, value: Any, files: Sequence[str]) -> str | None:
    """The import statement that gives a name its value, if one does."""
    if isinstance(value, ModuleType):
        return f"import {value.__name__}" + ("" if name == value.__name__ else f" as {name}")
    own = getattr(value, "__name__", None)
    if isinstance(own, str) and own.isidentifier() and _gives(_home(value), own, value):
        return f"from {_home(value)} import {own}" + ("" if own == name else f" as {name}")
    if isinstance(value, _PLAIN):
        return None
    found = (node for file in files for node in _parsed(file)[1] if isinstance(node, ast.ImportFrom))
    return next((f"from {node.module} import {alias.name}" + (f" as {name}" if alias.asname else "")
                 for node in found for alias in node.names
                 if name == (alias.asname or alias.name) and _gives(str(node.module), alias.name, value)), None)


def _is_builtin(name: str, value: Any) -> bool:
    """IPython puts an ``open``, an ``exit`` and a ``quit`` of its own into every notebook."""
    known = getattr(builtins, name, None)
    return known is not None and (_home(value).partition(".")[0] in ("IPython", "ipykernel")
                                  or getattr(value, "__wrapped__", value) is getattr(known, "__wrapped__", known))


def _home(value: Any) -> str:
    return str(getattr(value, "__module__", None) or type(value).__module__)


def _gives(module: str, name: str, value: Any) -> bool:
    return module != "__main__" and getattr(sys.modules.get(module), name, None) is value


def _literal(value: Any) -> bool:
    """Whether a value can be written down as it is: plain values, and lists, tuples, sets and objects of them."""
    try:
        return _plain(value) and bool(ast.literal_eval(repr(value)) == value)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return False


def _written(value: Any) -> str:
    """A set is written in order: equal values, equal text, whatever the hash seed."""
    return f"{{{', '.join(sorted(map(repr, value)))}}}" if isinstance(value, set) and value else repr(value)


def _plain(value: Any) -> bool:
    if type(value) in (list, tuple, set):
        return all(map(_plain, value))
    if type(value) is dict:
        return all(map(_plain, [*value, *value.values()]))
    return type(value) in _PLAIN


def _flags(value: Any) -> int:
    inner = _inner(value)
    return inner.__code__.co_flags if isinstance(inner, FunctionType) else 0


def _inner(value: Any) -> Any:
    """The function under its decorators; None for an object that answers to every name."""
    try:
        return inspect.unwrap(value) if callable(value) else None
    except ValueError:
        return None
