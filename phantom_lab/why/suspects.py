"""Which values of a playbook's code may have made it raise, and where they entered the block."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import field
from itertools import pairwise
from types import BuiltinFunctionType, FrameType, FunctionType, ModuleType, TracebackType
from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.source.failures import text_of
from phantom_lab.source.source import Source
from phantom_lab.why.operands import guards, leaves, of_unbound, operands, own_reason, unbound_name
from phantom_lab.why.peek import Peek, is_plain, shown
from phantom_lab.why.provenance.flow import Flow
from phantom_lab.why.provenance.names import UNKNOWN
from phantom_lab.why.provenance.scopes import Comprehension, Module, module_of

_VALUES = 6
_ORIGINS = 8
_CODE = (ModuleType, FunctionType, BuiltinFunctionType)


@dataclass(frozen=True, slots=True)
class Suspects:
    """What a `phantom_lab.history.Failure` tells of values."""

    expression: str = ""
    values: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Place:
    """One frame of a source, and what it was executing."""

    frame: FrameType
    node: ast.AST
    scope: ast.AST


def suspects(exc: BaseException, message: str, sources: Sequence[Source], *, put: Callable[[Any], str]) -> Suspects:
    """Find out which values made an exception; nothing of the playbook is called for it.

    Args:
        message: the exception's text.
        sources: where playbook code may stand.
        put: keeps a plain value in the journal, and gives its digest.

    Returns:
        The failing expression, and its values, the likeliest first; both empty where nothing tells.
    """
    try:
        return _suspects(exc, message, {one.file: one for one in sources}, put)
    except Exception:  # an explanation that fails must not take the failure's place
        return Suspects()


def _suspects(exc: BaseException, message: str, sources: dict[str, Source],
              put: Callable[[Any], str]) -> Suspects:
    module, places = _places(exc, sources)
    if module is None or not places:
        return Suspects()
    node = places[-1].node
    if isinstance(node, ast.Raise) and (inner := _handled(exc, module, node)) is not None:
        with suppress(Exception):
            if (found := _suspects(inner, text_of(inner), sources, put)).values:
                return found
    flow = Flow(module, places[0].scope, Peek(module, {one.scope: one.frame for one in places}), _callers(places))
    if isinstance(exc, UnboundLocalError):
        node = unbound_name(message, node, module)
    text = _text(node)
    if reason := own_reason(exc, message, node):
        return Suspects(text, [{"expression": text, "own": reason}])
    values: list[dict[str, Any]] = []
    for operand, path in _ranked(exc, message, node, module, flow):
        entry = _entry(operand, path, flow, put, exc, message)
        if entry not in values:
            values.append(entry)
    return Suspects(text, values[:_VALUES])


def _places(exc: BaseException, sources: dict[str, Source]) -> tuple[Module | None, list[_Place]]:
    """The frames of the innermost source, outermost first, and what each was executing."""
    frames: list[TracebackType] = []
    step = exc.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename in sources:
            frames.append(step)
        step = step.tb_next
    if not frames:
        return None, []
    file = frames[-1].tb_frame.f_code.co_filename
    module = module_of(sources[file].source)
    while frames[0].tb_frame.f_code.co_filename != file:
        frames.pop(0)
    found = []
    for one in frames[-50:]:
        if one.tb_frame.f_code.co_filename == file and (node := _executing(module, one)) is not None:
            found.append(_Place(one.tb_frame, node, _scope(module, node, one.tb_frame.f_code.co_name)))
    return module, found


def _executing(module: Module, step: TracebackType) -> ast.AST | None:
    """The smallest expression or statement at the position of the instruction that a frame was at."""
    positions = list(step.tb_frame.f_code.co_positions())[step.tb_lasti // 2]
    line, end, start, stop = (one if one is not None else -1 for one in positions)
    if -1 in (line, end, start, stop):
        line, end, start, stop = step.tb_lineno, step.tb_lineno, -1, 0
    if (exact := module.by_place.get((line, end, start, stop))) is not None:
        return exact
    around = None
    for node in module.nodes:
        first, last = getattr(node, "lineno", None), getattr(node, "end_lineno", None)
        if first is None or last is None or not isinstance(node, ast.expr | ast.stmt):
            continue
        if start == -1 and first == line and isinstance(node, ast.stmt):
            return node
        if (first, node.col_offset) <= (line, start) and (end, stop) <= (last, node.end_col_offset or 0):
            around = node
    return around


def _scope(module: Module, node: ast.AST, name: str) -> ast.AST:
    """The function or comprehension that a frame executes."""
    if name in ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"):
        inside = node
        for one in (node, *module.above(node)):
            if isinstance(one, Comprehension) and inside is not one.generators[0].iter:
                return one
            inside = one
    return module.function_of(node)


def _callers(places: list[_Place]) -> dict[ast.AST, ast.AST]:
    found: dict[ast.AST, ast.AST] = {}
    for outer, inner in pairwise(places):
        if not isinstance(inner.scope, Comprehension):
            name = getattr(inner.scope, "name", "")
            calls = [one for one in ast.walk(outer.node) if isinstance(one, ast.Call)
                     and isinstance(one.func, ast.Name) and one.func.id == name]
            found[inner.scope] = next(iter(calls), outer.node)
    return found


def _handled(exc: BaseException, module: Module, node: ast.AST) -> BaseException | None:
    """The exception that was being handled when another was raised in its place."""
    if not any(isinstance(one, ast.ExceptHandler) for one in module.above(node)):
        return None
    return exc.__context__


def _ranked(exc: BaseException, message: str, node: ast.AST, module: Module,
            flow: Flow) -> list[tuple[ast.AST, tuple[str | int, ...]]]:
    """The operands of what failed, those that fit the exception first; of what cannot be looked at its parts."""
    if isinstance(exc, UnboundLocalError):
        return [(one, ()) for one in of_unbound(module, node)]
    found = []
    for operand, path in operands(exc, message, node, module):
        value = _value(operand, flow, exc, message)
        parts = leaves(operand) if value is UNKNOWN and not flow.asks(operand) else []
        known = [one for one in parts if (part := flow.look(one)) is not UNKNOWN and _tells(one, part)]
        found += [(one, path) for one in known] or [(operand, path)]
    found.sort(key=lambda one: _misfit(_value(one[0], flow, exc, message), type(exc), message))
    deciding = [(one, ()) for one in guards(node, module)]
    missing = [one for one in deciding if _is_nothing(flow.look(one[0]))]  # what an author calls missing
    found = [*missing, *found, *deciding]
    return [one for one in found if _tells(one[0], flow.look(one[0]))] or found


def _is_nothing(value: Any) -> bool:
    return value is None or (type(value) in (str, list, tuple, dict) and not value)


def _tells(node: ast.AST, value: Any) -> bool:
    """Whether something has a value, and is no function, class or module."""
    if value is UNKNOWN:
        return not (isinstance(node, ast.Name) and hasattr(builtins, node.id))
    return not (type(value) in _CODE or issubclass(type(value), type))


def _value(node: ast.AST, flow: Flow, exc: BaseException, message: str) -> Any:
    value = flow.look(node)
    if value is UNKNOWN and type(exc) is AttributeError:
        return exc.obj
    if value is UNKNOWN and isinstance(node, ast.Call) and "'NoneType' object" in message:
        return None
    return value


def _misfit(value: Any, kind: type[BaseException], message: str) -> int:
    """How little a value explains an exception: 0 is enough."""
    if value is UNKNOWN:
        return 3
    if "NoneType" in message:
        return 0 if value is None else 1 if _holds_none(value) else 4
    name = type(value).__name__
    if issubclass(kind, KeyError):
        return 0 if type(value) is dict else 2
    if issubclass(kind, IndexError):
        return 0 if type(value) in (list, tuple, str) and not len(value) else 1
    if issubclass(kind, ZeroDivisionError):
        return 0 if type(value) in (int, float) and not value else 2
    if f"'{name}'" in message or f"not {name}" in message or f'"{name}"' in message:
        return 0
    if type(value) is str and value and (value[:60] in message or repr(value)[:60] in message):
        return 0
    return 2


def _holds_none(value: Any) -> bool:
    if type(value) is dict:
        value = list(value.values())
    return type(value) in (list, tuple) and any(one is None for one in value[:1000])


def _entry(node: ast.AST, path: tuple[str | int, ...], flow: Flow, put: Callable[[Any], str], exc: BaseException,
           message: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"expression": _text(node)}
    value = _value(node, flow, exc, message)
    if value is not UNKNOWN:
        entry["value"] = shown(value)
        if is_plain(value):
            entry["ref"] = put(value)
    entry["origins"] = [one.as_json() for one in flow.origins(node, path)[:_ORIGINS]]
    return entry


def _text(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    if isinstance(node, ast.For | ast.If | ast.With | ast.While | ast.FunctionDef):
        text = text.partition(":")[0]
    return text if len(text) <= 200 else f"{text[:199]}…"

