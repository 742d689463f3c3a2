"""What texts, prompts and expressions come to that their authors may not expect."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from phantom_lab.check.blocks import Finding
from phantom_lab.check.guards import Guards
from phantom_lab.datapath import Family
from phantom_lab.reading import texts
from phantom_lab.reading.flow import Flow
from phantom_lab.reading.forms import compiled
from phantom_lab.reading.names import COMPUTED

_FIELD = re.compile(r"(?<!\{)\{(\d+)\}")
_LAUNCHING = "playbook:launching_user"
_ROWS = (Family.ARTIFACT, Family.ACTION_RESULT, Family.CUSTOM_FUNCTION_RESULT)


def of_all_artifacts(flow: Flow) -> Iterator[Finding]:
    """A text of one artifact's field that says None for every artifact without it; and rows of several blocks in one
    repeated template, which are paired by their position."""
    for template in texts.templates(flow.reading):
        if template.call.name != "format":
            continue
        given = [one for one in template.parameters or () if isinstance(one, str)]
        fields = [one for one in given if one.startswith("artifact:*.cef.")]
        if fields and not template.call.get("drop_none"):
            more = f" (and {len(fields) - 1} more)" if len(fields) > 1 else ""
            yield (template.call.line, "info", "none-in-text",
                   f"the text has the word None for every artifact without '{fields[0]}'{more}")
        for part in template.text.split("%%")[1::2]:
            sources = {told for number in _FIELD.findall(part) if int(number) < len(template.parameters or ())
                       and (told := _rows_of(template, int(number)))}
            if len(sources) > 1:
                yield (template.call.line, "info", "pairing",
                       f"a repeated part of the text pairs rows of {' and '.join(sorted(sources))} by their position")


def _rows_of(template: texts.Template, number: int) -> str:
    """What a parameter's rows are of; empty for what a filter let through, and whatever else."""
    given = (template.parameters or [])[number]
    path = compiled(texts.Datapath(given, template.call, True)) if isinstance(given, str) else None
    if path is None or path.filter or path.source not in _ROWS:
        return ""
    return f"'{path.block}'" if path.block else "the artifacts"


def precedence(flow: Flow) -> Iterator[Finding]:
    """``a or b and c`` without parentheses: ``and`` binds first."""
    lines = flow.reading.source.source.splitlines()
    for node in flow.reading.nodes:
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            for one in node.values:
                if isinstance(one, ast.BoolOp) and isinstance(one.op, ast.And) and not _in_parentheses(one, lines):
                    yield (node.lineno, "info", "precedence",
                           f"and binds before or: ({_short(one)}) is one part of the condition")
                    break


def _in_parentheses(node: ast.expr, lines: list[str]) -> bool:
    before = lines[node.lineno - 1].encode()[:node.col_offset].decode(errors="replace").rstrip()
    after = lines[(node.end_lineno or 1) - 1].encode()[node.end_col_offset:].decode(errors="replace").lstrip()
    return before.endswith("(") and (after.startswith(")") or not after)


def _short(node: ast.expr) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 60 else f"{text[:59]}…"


def automatic(flow: Flow) -> Iterator[Finding]:
    """A prompt for whoever owns the run, whom automation leaves nobody to be."""
    if any("automation" in (one.left, one.right) for one in texts.conditions(flow.reading)):
        return  # it looks first who started it
    for call in flow.reading.calls_of("prompt", "prompt2"):
        user = call.get("user")
        node = call.nodes.get("user")
        asked = next((one for one in flow.reading.calls_of("get_effective_user", "collect2") if node is not None
                      and one.function == call.function and (one.name != "collect2" or any(
                          str(path).startswith(_LAUNCHING) for path in one.names("datapath")))), None
                     ) if user is COMPUTED else None
        if user == "automation" or asked:
            yield (call.line, "info", "automatic",
                   f"{call.function} asks whoever owns the run: where automation started it, the prompt fails unasked")


def unset_run_data(flow: Flow) -> Iterator[Finding]:
    """Run data of a block that nothing saves; where it is taken for JSON, that raises, as it is an empty text."""
    readers = {(call.line, call.function): call.get("key") for call in flow.reading.calls_of("get_run_data")}
    keys = {(kind, name) for kind, name in flow.asks if kind == "code"}
    told = set[object]()
    for function, nodes in flow.reading.bodies:
        bound = {target.id: node.value for node in nodes if isinstance(node, ast.Assign) for target in node.targets
                 if isinstance(target, ast.Name)}
        for node in nodes:
            if not (isinstance(node, ast.Call) and ast.unparse(node.func) == "json.loads" and len(node.args) == 1):
                continue
            inner = node.args[0]
            read = bound.get(inner.id) if isinstance(inner, ast.Name) else inner
            if isinstance(read, ast.Call) and ast.unparse(read.func).endswith("get_run_data") and (
                    key := readers.get((read.lineno, function.name))) and isinstance(
                    key, str) and ("code", key) not in keys and ("code", COMPUTED) not in flow.asks and not (
                    isinstance(inner, ast.Name) and Guards(function).keeps(node, inner.id)):
                told.add(key)
                yield (node.lineno, "warning", "run-data",
                       f"nothing saves run data '{key}': it is an empty text, and json.loads() raises")
    for call in flow.reading.calls_of("get_run_data"):
        key = call.get("key")
        if isinstance(key, str) and ":" in key and not {("code", key), ("code", COMPUTED)} & flow.asks.keys() and (
                key not in told):
            told.add(key)
            yield call.line, "warning", "run-data", f"nothing saves run data '{key}': it is always an empty text"


def loops(flow: Flow) -> Iterator[Finding]:
    """A logic loop whose time is over before its iterations are, whatever its block takes; and one without a second."""
    for state in flow.reading.loops:
        given = {name: state.get(name) for name in ("max_iterations", "delay_time", "max_ttl")}
        if not all(isinstance(one, int | float) for one in given.values()):
            continue
        most, delay, limit = given.values()
        if most <= 1:
            yield state.line, "warning", "loop", f"with max_iterations {most} nothing is repeated"
        elif (most - 1) * delay > limit:
            yield (state.line, "warning", "loop",
                   (f"{most} iterations, {delay} seconds apart, do not fit into max_ttl {limit}: the loop ends by its "
                    f"time after {int(limit // delay) + 1}"))


FLOW_RULES = (loops, of_all_artifacts, precedence, automatic, unset_run_data)
