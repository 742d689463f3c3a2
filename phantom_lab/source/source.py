"""Source of playbooks and custom functions: read, parsed, and compiled with the lab's hook."""

from __future__ import annotations

import ast
import builtins
import codecs
import io
import linecache
import tokenize
import zlib
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from types import CodeType

from phantom_lab.errors import PlaybookLoadError, Python2SourceError
from phantom_lab.later import dataclass
from phantom_lab.limits import SOURCE, read_plain
from phantom_lab.source.forks import Fork, insert_watches
from phantom_lab.source.parsing import kept, nodes, parse, with_room
from phantom_lab.source.python2_syntax import python2_form
from phantom_lab.source.rounds import Place, count_rounds

HOOK = "__phantom_lab_function__"
"""Builtin that the loader puts around every function of a module's top level, as its outermost decorator."""

CHECK = "__phantom_lab_check__"
"""Builtin that is called wherever code goes on after it may have swallowed what unwinds the run."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """Python source that the lab executes, not an execution."""

    name: str
    source: str
    path: Path | None

    def line_of(self, code: CodeType | None) -> int:
        """The line of the ``def`` that made some code; 0 where this source did not."""
        if code is None or code.co_filename != self.file:
            return 0
        return self._definitions.get(code.co_firstlineno, code.co_firstlineno)

    def block_line(self, name: str) -> int:
        """The line where a block is defined; 0 for what is no block of it."""
        return 0

    @cached_property
    def _definitions(self) -> dict[int, int]:
        """Line of a ``def`` by the line of its first decorator, where Python says that a function begins."""
        return {node.decorator_list[0].lineno: node.lineno for node in nodes(self.source)
                if isinstance(node, Function) and node.decorator_list}

    @property
    def places(self) -> tuple[Place, ...]:
        """Where its code goes round, by the numbers that they have in the compiled code, whichever was compiled."""
        return self._watched[2] if "_watched" in vars(self) else self._plain[1]

    @cached_property
    def file(self) -> str:
        """The file name that tracebacks show; of a text it is its own, so that two texts never share their lines."""
        return str(self.path) if self.path else f"<playbook {self.name} {zlib.crc32(self.source.encode()):08x}>"

    @property
    def title(self) -> str:
        """The short file name, for messages."""
        return self.path.name if self.path else self.name

    def code(self, *, watched: list[Fork] | None = None) -> CodeType:
        """Compile the source with the hook around every module-level function, with a count in every round, and with a
        check wherever an exception may have been swallowed: a stop could never end a loop around that. Line numbers
        stay as they are.

        Args:
            watched: gets the places at which the code tells which way it goes; None: it does not tell.
        """
        if not self.path:  # so that tracebacks can show the lines
            linecache.cache[self.file] = self._listing
        if watched is None:
            return self._plain[0]
        code, places, _ = self._watched
        watched += places
        return code

    @cached_property
    def _listing(self) -> tuple[int, None, list[str], str]:
        return len(self.source), None, [f"{line}\n" for line in self.source.split("\n")], self.file

    @cached_property
    def _plain(self) -> tuple[CodeType, tuple[Place, ...]]:
        return _plain(self.source, self.file)

    @cached_property
    def _watched(self) -> tuple[CodeType, list[Fork], tuple[Place, ...]]:
        """The same where the code tells which way it goes."""
        tree = parsed(self.source, self.file, own=True)
        found = insert_watches(tree)
        code, places = _compiled(tree, self.file)
        return code, found, places


@lru_cache(maxsize=128)
def _plain(source: str, file: str) -> tuple[CodeType, tuple[Place, ...]]:
    """Compiled with every text as it is, once for all runs, also of a source that is loaded or recorded again."""
    return _compiled(parsed(source, file, own=True), file)


def _compiled(tree: ast.Module, file: str) -> tuple[CodeType, tuple[Place, ...]]:
    try:
        places = count_rounds(tree)
        _insert_checks(tree)
        for node in functions(tree.body):
            line = node.decorator_list[0].lineno if node.decorator_list else node.lineno
            node.decorator_list.insert(0, _call(HOOK, node, line, node.name))
        return with_room(lambda: compile(tree, file, "exec", dont_inherit=True)), places
    except (RecursionError, MemoryError):
        raise PlaybookLoadError("an expression is nested more deeply than Python can compile", where=file) from None


def read_source(path: Path, what: str, *, where: str = "") -> str:
    """Read a source file as Python does: in the encoding that its first lines name, else in UTF-8.

    Args:
        what: ``playbook`` or ``custom function``, for messages.

    Raises:
        PlaybookLoadError: it cannot be read, or is no text.
    """
    where = where or str(path)
    try:
        return _decoded(read_plain(path, SOURCE))
    except OSError as exc:
        raise PlaybookLoadError(f"the {what} cannot be read: {exc.strerror}", where=where) from None
    except _NoText as exc:
        raise PlaybookLoadError(f"the {what} is not {exc}", where=where, hint=exc.hint) from None


class _NoText(Exception):
    """What bytes are not."""

    def __init__(self, text: str, hint: str = "Save it as UTF-8.") -> None:
        super().__init__(text)
        self.hint = hint


def _decoded(data: bytes) -> str:
    """Text with plain line ends; a wrong name of an encoding counts for less than a byte that is no UTF-8."""
    if data.startswith((b"PK\x03\x04", b"BZh", b"\xfd7zXZ")) or data[257:262] == b"ustar":
        raise _NoText("text but an archive", "Unpack it and give its files, or the .tgz that the platform exports.")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _NoText("UTF-8 text: it begins as UTF-16 or UTF-32 does")
    encoding, problem = "utf-8", ""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as exc:
        problem = exc.msg
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as exc:
        raise _NoText(f"{encoding.removesuffix('-sig').upper()} text: byte 0x{data[exc.start]:02x} in line "
                      f"{data.count(10, 0, exc.start) + 1}") from None
    except (LookupError, UnicodeError):  # an encoding that is there, and is not one of text
        problem = f"no encoding of text: {encoding}"
    if problem:
        raise _NoText(f"text that Python reads ({problem})")
    if "\0" in text:
        raise _NoText(f"text: it has null bytes, the first in line {text[:text.index(chr(0))].count(chr(10)) + 1}")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parsed(source: str, file: str, *, own: bool = False) -> ast.Module:
    """Parse a source.

    Args:
        own: whether the caller changes the tree.

    Raises:
        Python2SourceError: a syntax error of what Python 2 took.
        PlaybookLoadError: another syntax error, or nested too deeply.
    """
    try:
        return parse(source, file) if own else kept(source)
    except SyntaxError as exc:
        where = f"{file}:{exc.lineno}" if exc.lineno else file
        if form := python2_form(exc):
            raise Python2SourceError(f"syntax error: {form}", where=where) from None
        raise PlaybookLoadError(f"syntax error: {exc.msg}", where=where) from None
    except (ValueError, RecursionError, MemoryError) as exc:
        reason = str(exc) or "nested too deeply"
        raise PlaybookLoadError(f"the source cannot be parsed: {reason}", where=file) from None


def functions(body: Sequence[ast.stmt]) -> Iterator[Function]:
    """Functions of the module level, those under ``if`` and ``try`` included."""
    for node in body:
        if isinstance(node, Function):
            yield node
        elif isinstance(node, ast.If | ast.Try | ast.With):
            for part in ("body", "orelse", "finalbody"):
                yield from functions(getattr(node, part, []))
            for handler in getattr(node, "handlers", []):
                yield from functions(handler.body)


def _insert_checks(tree: ast.Module) -> None:
    """A check first in every handler that takes what unwinds a run, first in every ``finally``, and behind every
    ``with``, whose manager may swallow anything."""
    found: list[ast.AST] = [tree]
    for node in found:  # statements only: no expression holds any
        found += [*getattr(node, "handlers", ()), *getattr(node, "cases", ())]
        for name in ("body", "orelse", "finalbody"):
            if not (body := getattr(node, name, None)):
                continue
            found += body
            places = [place + 1 for place, one in enumerate(body) if isinstance(one, ast.With | ast.AsyncWith)]
            if name == "finalbody" or (isinstance(node, ast.ExceptHandler) and _takes_all(node)):
                places.insert(0, 0)
            for place in reversed(places):
                beside = body[place] if not place else body[place - 1]
                check = ast.Expr(_call(CHECK, beside, beside.lineno))
                body.insert(place, ast.copy_location(check, beside))


def _takes_all(handler: ast.ExceptHandler) -> bool:
    """Whether a handler may take a ``BaseException``; a name other than those of the usual exceptions may be one."""
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return not all(isinstance(kind, ast.Name) and issubclass(getattr(builtins, kind.id, BaseException), Exception)
                   for kind in kinds)


def _call(name: str, at: ast.stmt, line: int, *given: str) -> ast.expr:
    """A call of our own, at the place of something of the source."""
    call = ast.Call(ast.Name(name, ast.Load()), [ast.Constant(one) for one in given], [])
    for part in (call, call.func, *call.args):
        ast.copy_location(part, at)
        part.lineno = part.end_lineno = line
    return call
