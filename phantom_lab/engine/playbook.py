"""A playbook's source: its blocks and helpers, inputs and outputs."""

from __future__ import annotations

import ast
import linecache
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import CodeType
from typing import Any

from phantom_lab.errors import InputError, PlaybookLoadError
from phantom_lab.model import read_json

HOOK = "__phantom_lab_function__"
"""Builtin that the loader puts around every function of a playbook's module level, as its outermost decorator."""

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_PLATFORM = re.compile(r"/opt/phantom(?![^/])")
"""Where a platform's folders are; playbooks write files into ``vault/tmp`` below it."""


@dataclass(frozen=True)
class Playbook:
    """Loaded source, not an execution."""

    name: str
    source: str
    path: Path | None
    blocks: dict[str, int] = field(default_factory=dict)
    """Line by name of every function the platform or the playbook invokes as a block: decorated with
    ``playbook_block``, used as a callback, or taking ``container`` or ``**kwargs``."""
    type: str = "automation"
    """``automation`` or ``data`` (an input playbook), from the export beside the source."""
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()

    @classmethod
    def load(cls, given: str | Path, *, paths: Sequence[str | Path] = ()) -> Playbook:
        """Load a playbook file; the visual editor's export ``X.json`` beside ``X.py`` is read when it is there.

        Args:
            given: a ``.py`` file, or a bare name to look for in `paths`.
            paths: folders to look in.

        Raises:
            PlaybookLoadError: not found, not text, a syntax error, or no ``on_start``.
        """
        path = _find(Path(given), paths)
        try:
            source = path.read_text(encoding="utf-8-sig")
        except OSError as exc:
            raise PlaybookLoadError(f"the playbook cannot be read: {exc.strerror}", where=str(given)) from None
        except UnicodeDecodeError:
            raise PlaybookLoadError("the playbook is not UTF-8 text", where=str(given)) from None
        return cls.from_source(source, name=path.stem, path=path)

    @classmethod
    def from_source(cls, source: str, *, name: str, path: Path | None = None) -> Playbook:
        """Make a playbook of a text.

        Raises:
            PlaybookLoadError: a syntax error, or no ``on_start``.
        """
        tree = _parsed(source, str(path or name))
        functions = {node.name: node for node in _functions(tree.body)}
        where = str(path or name)
        if "on_start" not in functions:
            raise PlaybookLoadError("the playbook defines no on_start(container)", where=where,
                                    hint="The platform starts a playbook there.")
        used = _callbacks(tree)
        found = [node for node in functions.values() if _is_block(node, used)]
        for node in found:
            if isinstance(node, ast.AsyncFunctionDef):
                raise PlaybookLoadError(f"block {node.name} is an async function, which the platform never awaits",
                                        where=f"{where}:{node.lineno}", hint="Write a plain def.")
        blocks = {node.name: node.lineno for node in found}
        return cls(name, source, path, blocks, **_export(path))

    def line_of(self, code: CodeType | None) -> int:
        """The line of the ``def`` that made some code; 0 where this playbook did not."""
        if code is None or code.co_filename != self.file:
            return 0
        return self._definitions.get(code.co_firstlineno, code.co_firstlineno)

    @cached_property
    def _definitions(self) -> dict[int, int]:
        """Line of a ``def`` by the line of its first decorator, where Python says that a function begins."""
        return {node.decorator_list[0].lineno: node.lineno for node in ast.walk(_parsed(self.source, self.file))
                if isinstance(node, _Function) and node.decorator_list}

    @property
    def file(self) -> str:
        """The file name that tracebacks show; of a text it is its own, so that two texts never share their lines."""
        return str(self.path) if self.path else f"<playbook {self.name} {zlib.crc32(self.source.encode()):08x}>"

    @property
    def title(self) -> str:
        """The short file name, for messages."""
        return self.path.name if self.path else self.name

    def code(self, root: Callable[[], str] | None = None) -> CodeType:
        """Compile the source with the hook around every module-level function; line numbers stay as they are.

        Args:
            root: the folder that stands for ``/`` in texts that begin with ``/opt/phantom``; asked for once, and only
                where there is such a text. None leaves them.
        """
        tree = _parsed(self.source, self.file)
        if root is not None and (places := list(_places(tree))):
            folder = root()
            for place in places:
                place.value = f"{folder}{place.value!s}"
        for node in _functions(tree.body):
            line = node.decorator_list[0].lineno if node.decorator_list else node.lineno
            hook = ast.parse(f"{HOOK}({node.name!r})", mode="eval").body
            for part in ast.walk(hook):
                ast.copy_location(part, node)
                part.lineno = part.end_lineno = line  # type: ignore[attr-defined]
            node.decorator_list.insert(0, hook)
        if not self.path:  # so that tracebacks can show the lines
            lines = [f"{line}\n" for line in self.source.split("\n")]
            linecache.cache[self.file] = (len(self.source), None, lines, self.file)
        return compile(tree, self.file, "exec", dont_inherit=True)


def _find(path: Path, paths: Sequence[str | Path]) -> Path:
    names = [path] if path.suffix == ".py" else [path, path.with_name(path.name + ".py")]
    places = [Path(), *map(Path, paths)] if not path.is_absolute() else [Path()]
    with suppress(ValueError):  # a null byte in the name
        for place in places:
            for name in names:
                if (place / name).is_file():
                    return place / name
    looked = ", ".join(str(place) for place in places)
    raise PlaybookLoadError("no such playbook file", where=str(path), hint=f"Looked in {looked}.")


def _parsed(source: str, file: str) -> ast.Module:
    try:
        return ast.parse(source, file)
    except SyntaxError as exc:
        where = f"{file}:{exc.lineno}" if exc.lineno else file
        raise PlaybookLoadError(f"syntax error: {exc.msg}", where=where) from None
    except (ValueError, RecursionError, MemoryError) as exc:
        reason = str(exc) or "nested too deeply"
        raise PlaybookLoadError(f"the source cannot be parsed: {reason}", where=file) from None


def _functions(body: Sequence[ast.stmt]) -> Iterator[_Function]:
    """Functions of the module level, those under ``if`` and ``try`` included."""
    for node in body:
        if isinstance(node, _Function):
            yield node
        elif isinstance(node, ast.If | ast.Try | ast.With):
            for part in ("body", "orelse", "finalbody"):
                yield from _functions(getattr(node, part, []))
            for handler in getattr(node, "handlers", []):
                yield from _functions(handler.body)


def _places(tree: ast.Module) -> Iterator[ast.Constant]:
    """Texts that name a place of the platform; a docstring does not, nor does what stands inside an f-string."""
    others: set[ast.AST] = set()
    for node in ast.walk(tree):  # parents come before their children
        if isinstance(node, ast.Expr):
            others.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            others.update(node.values[1:])
        elif (isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in others
                and _PLATFORM.match(node.value)):
            yield node


def _callbacks(tree: ast.Module) -> set[str]:
    return {keyword.value.id for node in ast.walk(tree) if isinstance(node, ast.Call)
            for keyword in node.keywords if keyword.arg == "callback" and isinstance(keyword.value, ast.Name)}


def _is_block(node: _Function, used: set[str]) -> bool:
    arguments = node.args
    names = {argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    decorated = any("playbook_block" in ast.unparse(decorator) for decorator in node.decorator_list)
    return (decorated or node.name in used or node.name in ("on_start", "on_finish") or "container" in names
            or arguments.kwarg is not None)


def _export(path: Path | None) -> dict[str, Any]:
    """Type, inputs and outputs from the export beside the source; an unreadable export is somebody's lost work."""
    if path is None or not path.with_suffix(".json").is_file():
        return {}
    try:
        export = read_json(path.with_suffix(".json"), "playbook export")
    except InputError as exc:
        raise PlaybookLoadError(exc.what, where=exc.where, hint="Mend or remove it.") from None
    coa = export.get("coa") if isinstance(export, dict) else None
    coa = coa if isinstance(coa, dict) else {}
    return {"type": coa.get("playbook_type") or "automation", "inputs": _names(coa.get("input_spec")),
            "outputs": _names(coa.get("output_spec"))}


def _names(spec: Any) -> tuple[str, ...]:
    items = spec if isinstance(spec, list) else []
    return tuple(str(item["name"]) for item in items if isinstance(item, dict) and item.get("name"))
