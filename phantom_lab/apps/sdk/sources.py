"""The Python files of an app's folder, and what a name in them stands for."""

from __future__ import annotations

import ast
import builtins
import warnings
from collections.abc import Iterator
from dataclasses import field
from pathlib import Path
from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.limits import SOURCE, read_plain

_FILES, _DEEPEST, _TOLD = 2_000, 60, 100
"""Files of an app, names that stand for each other one after the other, and problems that are told."""
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class External:
    """Something that is not of the app's folder."""

    name: str
    """Dotted: ``soar_sdk.params.Param``, ``builtins.str``."""

    @property
    def last(self) -> str:
        """Without its module."""
        return self.name.rpartition(".")[2]

    @property
    def is_sdk(self) -> bool:
        """Whether the SDK has it."""
        return self.name.startswith("soar_sdk.")


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """A file, parsed."""

    path: Path
    tree: ast.Module
    shown: str
    """The path from the app's folder, for people."""
    names: dict[str, ast.expr | Definition | tuple[ast.Import | ast.ImportFrom, str]] = field(default_factory=dict)
    """What the module itself binds: definitions, expressions, and imports with the name that they take."""
    stars: list[ast.ImportFrom] = field(default_factory=list)

    def at(self, node: ast.AST) -> str:
        """Where something stands, for people."""
        return f"{self.shown}:{getattr(node, 'lineno', 1)}"


@dataclass(frozen=True, slots=True)
class Local:
    """Something that the app itself defines."""

    module: Module
    node: ast.expr | Definition


Found = External | Local | Module | None


class Sources:
    """The files of one app, parsed when they are asked for.

    Args:
        root: the app's folder, which no import leaves.
        problems: told here is what cannot be read.
    """

    def __init__(self, root: Path, problems: list[str]) -> None:
        self.root = root.resolve()
        self.problems = problems
        self.start = self.root
        """The folder of the main module: absolute imports are looked for there first."""
        self._modules: dict[Path, Module | None] = {}
        self._asked: dict[Path, Module | None] = {}
        self.values: dict[Local, Any] = {}
        """Values of names that have been asked for."""
        self._names: dict[tuple[Module, str], Found] = {}
        self._told: set[str] = set()

    def tell(self, problem: str) -> None:
        """Tell of something once, and of a hundred things at most."""
        if problem not in self._told and len(self._told) <= _TOLD:
            self._told.add(problem)
            self.problems.append(problem if len(self._told) <= _TOLD else
                                 f"{self.root.name}: more that cannot be read is not told")

    def module(self, path: Path) -> Module | None:
        """The module in a file; None where there is none, or none that can be read."""
        if path not in self._asked:
            real = path.resolve()
            inside = real.is_relative_to(self.root) and real.is_file()
            if inside and real not in self._modules and len(self._modules) < _FILES:
                self._modules[real] = self._parsed(real)
            self._asked[path] = self._modules.get(real)
        return self._asked[path]

    def named(self, folder: Path, dotted: str) -> Module | None:
        """The module of a dotted name below a folder: a file, or a package."""
        place = folder.joinpath(*filter(None, dotted.split(".")))
        return (self.module(place.with_name(f"{place.name}.py")) if dotted else None) or self.module(
            place / "__init__.py")

    def reached(self, *first: Module | None) -> list[Module]:
        """Modules, and everything of the folder that they import."""
        found: dict[Path, Module] = {}
        waiting = [one for one in first if one is not None]
        while waiting:
            one = waiting.pop(0)
            if one.path not in found:
                found[one.path] = one
                for node in ast.walk(one.tree):
                    if isinstance(node, ast.Import | ast.ImportFrom):
                        waiting += self._imports(one, node)
        return list(found.values())

    def resolve(self, module: Module, node: ast.expr, depth: int = 0) -> Found:
        """What an expression stands for: followed are names, attributes of modules and imports."""
        if depth > _DEEPEST:
            return None
        if isinstance(node, ast.Name):
            return self.lookup(module, node.id, depth + 1)
        if isinstance(node, ast.Attribute):
            base = self.resolve(module, node.value, depth + 1)
            if isinstance(base, Module):
                return self.lookup(base, node.attr, depth + 1)
            if isinstance(base, External):
                return External(f"{base.name}.{node.attr}")
            if isinstance(base, Local) and isinstance(base.node, ast.ClassDef):
                return _member(base, node.attr)
            return None
        return Local(module, node)

    def lookup(self, module: Module, name: str, depth: int = 0) -> Found:
        """What a name of a module stands for; nothing for one that stands for itself."""
        key = module, name
        if key not in self._names and depth <= _DEEPEST:
            self._names[key] = None
            self._names[key] = self._bound(module, name, depth)
        return self._names.get(key)

    def _bound(self, module: Module, name: str, depth: int) -> Found:
        bound = module.names.get(name)
        if isinstance(bound, tuple):
            return self._imported(module, *bound, depth + 1)
        if isinstance(bound, ast.Name | ast.Attribute):
            return self.resolve(module, bound, depth + 1)
        if bound is not None:
            return Local(module, bound)
        for star in module.stars:
            of = self._from(module, star)
            if isinstance(of, Module) and (found := self.lookup(of, name, depth + 1)) is not None and not (
                    isinstance(found, External) and found.name.startswith("builtins.")):
                return found
        return External(f"builtins.{name}") if hasattr(builtins, name) else None

    def _parsed(self, path: Path) -> Module | None:
        shown = path.relative_to(self.root).as_posix()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(read_plain(path, SOURCE))
            module = Module(path, tree, shown)
            _bind(module, tree.body)
        except (OSError, ValueError, SyntaxError, RecursionError, MemoryError) as exc:
            line = f":{exc.lineno}" if isinstance(exc, SyntaxError) and exc.lineno else ""
            self.tell(f"{self.root.name}/{shown}{line}: cannot be read by this Python: "
                      f"{exc.msg if isinstance(exc, SyntaxError) else getattr(exc, 'strerror', None) or exc}")
            return None
        return module

    def _imported(self, module: Module, node: ast.Import | ast.ImportFrom, name: str, depth: int) -> Found:
        if isinstance(node, ast.Import):
            return self._absolute(name) or External(name)
        of = self._from(module, node)
        if isinstance(of, Module):
            if of is not module and (found := self.lookup(of, name, depth)) is not None and not (
                    isinstance(found, External) and found.name == f"builtins.{name}"):
                return found
            return self.named(of.path.parent, name) if of.path.name == "__init__.py" else None
        if node.level:  # a folder without __init__.py
            return self.named(_above(module, node.level).joinpath(*(node.module or "").split(".")), name)
        return self._absolute(f"{node.module}.{name}") or External(f"{node.module}.{name}")

    def _from(self, module: Module, node: ast.ImportFrom) -> Module | None:
        """The module that a ``from`` takes its names of."""
        if not node.level:
            return self._absolute(node.module or "")
        return self.named(_above(module, node.level), node.module or "")

    def _absolute(self, dotted: str) -> Module | None:
        below = dotted.removeprefix(f"{self.root.name}.")
        places = ((self.start, dotted), (self.root, dotted), (self.root, below))
        return next((found for place, name in places if name and (found := self.named(place, name))), None)

    def _imports(self, module: Module, node: ast.Import | ast.ImportFrom) -> Iterator[Module]:
        if isinstance(node, ast.Import):
            found: list[Found] = [self._absolute(alias.name) for alias in node.names]
        else:
            found = [self._from(module, node)]
            found += [self._imported(module, node, alias.name, 0) for alias in node.names if alias.name != "*"]
        for one in found:
            if isinstance(one, Module):
                yield one
            elif isinstance(one, Local):
                yield one.module


def _above(module: Module, level: int) -> Path:
    folder = module.path.parent
    for _ in range(level - 1):
        folder = folder.parent
    return folder


def _member(of: Local, name: str) -> Local | None:
    """A class or value inside a class."""
    for node in of.node.body if isinstance(of.node, ast.ClassDef) else ():
        if isinstance(node, Definition) and node.name == name:
            return Local(of.module, node)
        if isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id == name for one in node.targets):
            return Local(of.module, node.value)
    return None


def _bind(module: Module, body: list[ast.stmt]) -> None:
    """What statements bind, those inside ``if``, ``try`` and ``with`` included; the last binding counts."""
    for node in body:
        if isinstance(node, Definition):
            module.names[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            module.names.update({one.id: node.value for one in targets if isinstance(one, ast.Name)})
        elif isinstance(node, ast.Import):
            for alias in node.names:
                module.names[alias.asname or alias.name.split(".")[0]] = (
                    node, alias.name if alias.asname else alias.name.split(".")[0])
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.name == "*":
                    module.stars.append(node)
                else:
                    module.names[alias.asname or alias.name] = (node, alias.name)
        elif isinstance(node, ast.If | ast.Try | ast.With):
            for part in ("body", "orelse", "finalbody"):
                _bind(module, getattr(node, part, []))
            for handler in getattr(node, "handlers", []):
                _bind(module, [one for one in handler.body if isinstance(one, ast.Import | ast.ImportFrom)
                               and not any((alias.asname or alias.name) in module.names for alias in one.names)])
