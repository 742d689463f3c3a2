"""Names of the platform: which of them the lab has, and whether they are called as they can be."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from phantom_lab.check.blocks import Finding
from phantom_lab.check.bound_names import BoundNames
from phantom_lab.check.probe import Status, status
from phantom_lab.misspelt import SURE, closest
from phantom_lab.reading import texts
from phantom_lab.reading.calls import Call, Use
from phantom_lab.reading.names import COMPUTED
from phantom_lab.reading.read import Reading
from phantom_lab.rules.registry import CLASSES, EMULATED
from phantom_lab.rules.surface import surface
from phantom_lab.source.custom_function import CustomFunction
from phantom_lab.source.outdated import BUILTINS

_KNOWN = (*EMULATED, *CLASSES, *surface().constants)


def gaps(reading: Reading) -> Iterator[tuple[str, Use]]:
    """Names of ``phantom`` that the lab does not emulate, as a run tells them; a whole module once."""
    modules: set[str] = set()
    for name, use in _names(reading):
        if status(name) is Status.GAP and name not in modules:
            yield name.removeprefix("module ") if name.count(".") > 1 else name, use
            modules.update({name} if name.startswith("module ") else ())


def platform(reading: Reading) -> Iterator[Finding]:
    """What is not emulated or not there, is called otherwise than it can be, or has a callback that is nowhere."""
    for name, use in gaps(reading):
        shown = name if name.startswith(("module ", "phantom.")) else f"phantom.{use.name}"
        yield use.line, _level(use), "gap", f"{shown} is not emulated yet"
    for name, use in _names(reading):
        shown = name.removeprefix("module phantom.")
        if status(name) is Status.UNKNOWN:
            yield use.line, _level(use), "unknown-name", f"phantom has no {shown}{closest(shown, _KNOWN, least=SURE)}"
        elif status(name) is Status.MISSING:
            yield use.line, _level(use), "module", f"the library of phantom.{shown} is not installed here"
    for call in reading.calls:
        if call.misfit:
            yield call.line, _level(call), "arguments", f"phantom.{call.name}() {call.misfit}"
        elif call.name in ("act", "custom_function") and isinstance(call.get("parameters"), dict):
            yield call.line, _level(call), "arguments", f"phantom.{call.name}() takes a list of dicts as parameters"
        elif isinstance(reading.source, CustomFunction) and _refused(call):
            yield call.line, "warning", "refused", f"phantom.{call.name} cannot be called from a custom function"
        if isinstance(node := call.nodes.get("callback"), ast.Constant) and isinstance(node.value, str):
            yield (call.line, "warning", "callback",
                   f"the callback of phantom.{call.name} is a text, {node.value!r}, and no function")
    for call, name in texts.callbacks(reading):
        if name not in reading.functions and name not in _defined(reading):
            yield call.line, "warning", "callback", f"the callback {name} of phantom.{call.name} is defined nowhere"
    yield from _called(reading)


def _called(reading: Reading) -> Iterator[Finding]:
    """Functions that nothing defines."""
    given = any(isinstance(node, ast.ImportFrom) and node.module == "phantom.rules" and node.names[0].name == "*"
                for node in reading.nodes)
    known = {*dir(builtins), *BUILTINS, *reading.functions, *(surface().functions if given else ())}
    called = [(node.lineno, node.func.id) for node in reading.nodes if isinstance(node, ast.Call)
              and isinstance(node.func, ast.Name) and node.func.id not in known]
    names = BoundNames(reading.nodes if called else ())
    for line, name in called:
        if names.is_builtin(name):
            like = closest(name, reading.functions, least=SURE)
            yield line, "warning", "callback", f"{name}() is called, and defined nowhere{like}"


def _names(reading: Reading) -> Iterator[tuple[str, Use]]:
    """Names as `status` takes them, by line; what stands below one of a module that is a gap is not there."""
    for use in sorted((*reading.calls, *reading.uses), key=lambda one: one.line):
        parts = use.name.split(".")
        if not parts[0].startswith("module "):
            yield parts[0], use
        else:
            module, name = ".".join(parts[:2]), ".".join(parts[:3])
            yield module if status(module) is Status.GAP else name, use


def _level(use: Use) -> str:
    """Outside of functions, nothing of the file would run."""
    return "warning" if use.function else "error"


def _refused(call: Call) -> bool:
    rule = surface().functions[call.name].in_custom_function if call.name in EMULATED else ""
    return rule == "refused" or (rule == "unnamed" and call.get("name") not in (None, "", COMPUTED))


def _defined(reading: Reading) -> set[str]:
    """Names that are bound anywhere."""
    return {name for node in reading.nodes for name in _bound(node)}


def _bound(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name.split(".")[0] for alias in node.names)
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
