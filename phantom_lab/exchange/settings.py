"""Generated lines held against the settings of their blocks, from which the editor writes them anew.

Observed in 157 public exports, outside of blocks that somebody edited as a whole: the action (219 of 219), the assets
(217 of 219), templates and their parameters (176 of 176), prompts (14 of 14), playbooks (91 of 91) and conditions (383
of 385; the others name a variable) of the code are what the settings say.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

from phantom_lab.exchange.graph import Node, objects
from phantom_lab.exchange.marks import Marked
from phantom_lab.source.parsing import walk

_UNKNOWN = object()
_WORDS = {"true": "True", "false": "False", "none": "None", "null": "None"}
Setting = tuple[int, str, Any, Any]
"""Line, what it is, what it is in the code, and in the settings."""


def other_settings(node: Node, source: Marked) -> Iterator[Setting]:
    """Every literal of a block's function that is another one than its settings say."""
    read = _BY_TYPE.get(node.type)
    function = source.nodes.get(node.function)
    if read is None or function is None or node.own is not None:
        return
    held = source.lines(source.code[node.function]) if node.function in source.code else range(0)
    nodes = sorted((one for one in walk(function) if isinstance(one, ast.stmt | ast.expr)
                    and one.lineno not in held), key=lambda one: (one.lineno, one.col_offset))
    for line, what, code, setting in read(nodes, node.data):
        if code is not _UNKNOWN and setting is not None and code != setting:
            yield line, what, code, setting


def _action(nodes: list[Any], data: dict[str, Any]) -> Iterator[Setting]:
    for call in _calls(nodes, "act"):
        yield call.lineno, "the action", _given(call, "action", 0), data.get("action")
        yield call.lineno, "the list of assets", _given(call, "assets"), data.get("connectorConfigs")


def _playbook(nodes: list[Any], data: dict[str, Any]) -> Iterator[Setting]:
    name = data.get("playbookName") and f"{data.get('playbookRepoName')}/{data['playbookName']}"
    for call in _calls(nodes, "playbook"):
        yield call.lineno, "the playbook", _given(call, "playbook", 0), name


def _format(nodes: list[Any], data: dict[str, Any]) -> Iterator[Setting]:
    yield from _assigned(nodes, "template", data.get("template"))
    yield from _assigned(nodes, "parameters", data.get("parameters"))


def _prompt(nodes: list[Any], data: dict[str, Any]) -> Iterator[Setting]:
    yield from _assigned(nodes, "message", data.get("message"))
    for call in _calls(nodes, "prompt2"):
        yield call.lineno, "the time to respond", _given(call, "respond_in_mins"), data.get("responseTime")


def _conditions(nodes: list[Any], data: dict[str, Any]) -> Iterator[Setting]:
    """Each condition of the code; its settings are texts, also of numbers. The last one of a decision may compare
    nothing."""
    compared = [objects(one.get("comparisons")) for one in objects(data.get("conditions"))]
    said = [[[_value(one.get(side)) for side in ("param", "op", "value")] for one in some] for some in compared
            if any(one.get("param") not in ("", None) for one in some)]
    calls = [*_calls(nodes, "condition"), *_calls(nodes, "decision")]
    if len(calls) != len(said):
        return
    for call, setting in zip(sorted(calls, key=lambda one: one.lineno), said, strict=True):
        given = next((one.value for one in call.keywords if one.arg == "conditions"), None)
        if isinstance(given, ast.List) and all(isinstance(one, ast.List) for one in given.elts):
            code = [[_value(_literal(side)) for side in one.elts] for one in given.elts if isinstance(one, ast.List)]
            if [len(one) for one in code] == [len(one) for one in setting]:  # a variable stands for its setting
                code = [[side if found is _UNKNOWN else found for found, side in zip(*pair, strict=True)]
                        for pair in zip(code, setting, strict=True)]
            yield call.lineno, "the condition", code, setting


_BY_TYPE: dict[str, Callable[[list[Any], dict[str, Any]], Iterator[Setting]]] = {
    "action": _action, "enterpriseSecurity": _action, "missionControl": _action, "playbook": _playbook,
    "format": _format, "prompt": _prompt, "filter": _conditions, "decision": _conditions}


def _calls(nodes: list[Any], name: str) -> list[ast.Call]:
    return [one for one in nodes if isinstance(one, ast.Call) and ast.unparse(one.func) == f"phantom.{name}"]


def _given(call: ast.Call, name: str, position: int = 99) -> Any:
    """A literal argument."""
    found = next((one.value for one in call.keywords if one.arg == name), None)
    return _literal(found or (call.args[position] if len(call.args) > position else None))


def _assigned(nodes: list[Any], name: str, setting: Any) -> Iterator[Setting]:
    """The first literal that a variable gets."""
    found = next((one for one in nodes if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == name), None)
    if found is not None:
        yield found.lineno, f"`{name}`", _literal(found.value), setting


def _literal(node: ast.expr | None) -> Any:
    try:
        return _UNKNOWN if node is None else ast.literal_eval(node)
    except (ValueError, TypeError, RecursionError, MemoryError):
        return _UNKNOWN


def _value(given: Any) -> Any:
    """What a side of a comparison stands for: to the editor the text ``true`` is ``True``, and ``5`` a number."""
    if given is _UNKNOWN:
        return given
    try:
        return ast.literal_eval(_WORDS.get(str(given).strip().lower(), str(given).strip()))
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return str(given)
