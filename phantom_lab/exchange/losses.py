"""What the visual editor erases or writes anew at its next save, because it stands where the editor writes itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from difflib import SequenceMatcher

from phantom_lab.exchange.graph import CLASSIC, MODERN, Graph, Node
from phantom_lab.exchange.marks import Marked
from phantom_lab.exchange.put_back import hash_ends
from phantom_lab.exchange.settings import other_settings

MODULE, OTHER_FUNCTION, OTHER_NODE, NO_MARKS, OUTSIDE, OUTPUTS, GENERATED = (
    "module code", "function without a block", "block without a function", "no marks", "outside the marks", "outputs",
    "generated line")
"""Kinds of losses."""
_GLOBAL = ("Put it between the marks of the global custom code (in the editor: the Global Block), which stand behind "
           "the imports: ## Global Custom Code Start, ## Global Custom Code End.")
_HEADER = {"import phantom.rules as phantom", "import json", "from datetime import datetime, timedelta"}
_APIS = {f"phantom.{one}" for one in (
    "act", "add_note", "collect2", "comment", "completed", "concatenate", "condition", "custom_function", "debug",
    "decision", "error", "format", "get_container", "get_format_data", "get_run_data", "LoopState", "pin", "playbook",
    "prompt2", "save_block_result", "save_playbook_output_data", "save_run_data", "set_status")}
"""Functions that the editor writes calls of into blocks of any type (observed in 157 exports)."""
_ENDING = {f"phantom.{one}" for one in (
    "collect2", "concatenate", "debug", "get_format_data", "get_run_data", "save_playbook_output_data")} | {
    "json.loads"}
"""What it calls in on_finish (observed in 157 exports)."""
_OTHER_CALLS = {"container.get", "json.dumps", "json.loads", "loop_state.increment", "loop_state.should_continue",
                "loop_state.to_json", "parameters.append"}
_AROUND = re.compile(r"(?:join|loop)_(.+)|(.+?)_callback(?:_\d+)?")
"""Functions that the editor writes beside those of blocks, by the block that they are of."""
_SHORT = 60


@dataclass(frozen=True, slots=True)
class Loss:
    """Something of the source that is not there any more once the editor has saved the playbook."""

    line: int
    """0 where it is not known."""
    block: str
    """The function; empty at the module's level."""
    kind: str
    what: str
    instead: str
    """What to do."""


def losses(graph: Graph, source: Marked, before: Marked | None = None) -> list[Loss]:
    """What would be lost, by line; of a playbook of the classic editor only what another source tells.

    Args:
        before: the source as the editor has written it, where it is known: then every line counts.
    """
    if graph.kind != MODERN:
        return list(_edited(graph, source, before)) if graph.kind == CLASSIC and before else []
    found = [*_marks(source), *_module(source), *_functions(graph, source)]
    for name, node in source.nodes.items():
        found += _statements(graph, name, node, source)
    found += [one for node in graph.nodes.values() for one in _settings(node, source)]
    if before is not None:
        known = {one.line for one in found} | {line for one in found if one.kind in (NO_MARKS, OTHER_FUNCTION)
                                               and one.block for line in source.lines(source.functions[one.block])}
        found += [one for one in _edited(graph, source, before) if one.line not in known]
    return sorted(found, key=lambda one: (one.line, one.what))


def untold(graph: Graph, source: Marked) -> bool:
    """Whether lines outside the marks are others than the editor wrote, and it cannot be told which: by the hash."""
    return graph.kind == MODERN and bool(graph.hash) and hash_ends(graph, source) is None


def _marks(source: Marked) -> Iterator[Loss]:
    for line in source.odd:
        yield Loss(line, "", NO_MARKS, "a mark of custom code without the other one, or one too many",
                   "Each block has one pair: ## Custom Code Start, ## Custom Code End.")


def _module(source: Marked) -> Iterator[Loss]:
    """Code and comments between the functions."""
    parts = [*source.functions.values(), *([source.shared] if source.shared else ())]
    held = {line for part in parts for line in source.lines(part)}
    told: set[int] = set()
    for node in source.tree.body:
        told |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        said = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)  # the editor's, and no code
        if not (node.lineno in held or said or ast.unparse(node) in _HEADER):
            yield Loss(node.lineno, "", MODULE, f"{_short(ast.unparse(node))} stands between the functions", _GLOBAL)
    for line, text in enumerate(source.source.split("\n"), 1):
        if line not in held | told and text.strip() and not re.fullmatch(
                r"#{80}|## Global Custom Code (?:Start|End)", text.strip()):
            yield Loss(line, "", MODULE, f"the comment {_short(text.strip())} stands between the functions", _GLOBAL)


def _functions(graph: Graph, source: Marked) -> Iterator[Loss]:
    for name, part in source.functions.items():
        node = graph.nodes.get(name)
        if node is None and not _is_around(name, graph):
            yield Loss(part.line, name, OTHER_FUNCTION, f"{name} is the function of no block", _GLOBAL)
        elif node is not None and node.marks and name not in source.code and _has_code(node, graph, source):
            yield Loss(part.line, name, NO_MARKS, f"{name} has code of its own, and no marks of custom code",
                       f"Put the marks back into {name}, ## Custom Code Start and ## Custom Code End with their lines "
                       "of #, and what you wrote between them.")
    for name, part in source.code.items():
        node = graph.nodes.get(name)
        if not (node.marks or node.own) if node else _is_around(name, graph):
            yield Loss(part.line, name, OUTSIDE, f"{name} has marks of custom code, and the editor writes none there",
                       f"Put the code into a block of code before or behind {name}.")
    for name in graph.nodes.keys() - source.functions.keys():
        yield Loss(0, name, OTHER_NODE, f"the block {name} has no function: the editor writes it again",
                   "Remove the block in the editor.")


def _has_code(node: Node, graph: Graph, source: Marked) -> bool:
    """Whether a function without marks has code that people wrote; in blocks of code, all of it."""
    if node.type == "code" or node.code is not None:
        return True
    statements = [one for one in ast.walk(source.nodes[node.function]) if isinstance(one, ast.stmt)][1:]
    if node.type != "end":
        names = source.functions.keys() | graph.nodes.keys()
        return any(_hand_written(one, node, node.function, names) for one in statements)
    called = {ast.unparse(call.func) for one in statements for call in _calls(one)}
    return not called <= _ENDING or any(isinstance(one, ast.stmt) and not isinstance(
        one, ast.Expr | ast.Assign | ast.Return) for one in statements)


def _is_around(name: str, graph: Graph) -> bool:
    found = _AROUND.fullmatch(name)
    return found is not None and (found[1] or found[2]) in graph.nodes


def _statements(graph: Graph, name: str, function: ast.AST, source: Marked) -> Iterator[Loss]:
    """Statements outside the marks that the editor does not write."""
    node = graph.nodes.get(name)
    if (node is None and not _AROUND.fullmatch(name)) or (node is not None and node.own is not None):
        return
    if node is not None and node.marks and name not in source.code:
        return  # it is told of the whole function
    held = source.lines(source.code[name]) if name in source.code else range(0)
    names = source.functions.keys() | graph.nodes.keys()
    waiting = list(ast.iter_child_nodes(function))
    while waiting:
        one = waiting.pop()
        if isinstance(one, ast.stmt) and one.lineno in held:
            continue
        if isinstance(one, ast.stmt) and (kind := _hand_written(one, node, name, names)):
            yield _outside(kind, one, name, name in source.code)
        elif isinstance(one, ast.stmt):
            waiting += [child for child in ast.iter_child_nodes(one) if isinstance(child, ast.stmt)]


def _outside(kind: str, statement: ast.stmt, name: str, marks: bool) -> Loss:
    text = _short(ast.unparse(statement).partition("\n")[0])
    if kind == OUTPUTS:
        return Loss(statement.lineno, name, kind, f"{text} in {name}: the editor writes the outputs in on_finish, "
                                                  "behind all others, and what it writes there counts",
                    "Give the outputs in the End block, or put it between the marks of on_finish.")
    where = f"between the marks of {name}" if marks else (
        f"into a block of code before or behind {name}, which has no marks")
    return Loss(statement.lineno, name, kind, f"{text} stands outside the marks of {name}" if marks else
                f"{text} stands in {name}, which the editor writes as a whole", f"Put it {where}.")


def _hand_written(one: ast.stmt, node: Node | None, name: str, names: Set[str]) -> str:
    """The kind of a statement that the editor does not write; empty for one that it may have written.

    Args:
        names: of functions that it may call.
    """
    calls = [ast.unparse(call.func) for call in _calls(one)]
    if "phantom.save_playbook_output_data" in calls and name != "on_finish":
        return OUTPUTS
    if isinstance(one, ast.Return | ast.For):
        fits = isinstance(one, ast.For) or one.value is None
    else:
        fits = isinstance(one, ast.If | ast.Assign | ast.Expr) and all(
            _is_written(call, node, names) for call in calls)
    if isinstance(one, ast.Expr):
        fits = fits and bool(calls) and (calls != ["phantom.debug"] or _is_usual_debug(one, name))
    return "" if fits else OUTSIDE


def _calls(statement: ast.stmt) -> Iterator[ast.Call]:
    """Calls of a statement itself, not of those below it."""
    waiting: list[ast.AST] = [one for one in ast.iter_child_nodes(statement) if not isinstance(one, ast.stmt)]
    while waiting:
        one = waiting.pop()
        if isinstance(one, ast.Call):
            yield one
        waiting += ast.iter_child_nodes(one)


def _is_written(call: str, node: Node | None, names: Set[str]) -> bool:
    base = re.sub(r"\.get\(.*", ".get", call, flags=re.DOTALL)
    return call in _APIS or base in _OTHER_CALLS or call in names or (
        node is not None and node.any_api and re.fullmatch(r"phantom\.\w+", call) is not None)


def _is_usual_debug(one: ast.Expr, name: str) -> bool:
    given = one.value.args[0] if isinstance(one.value, ast.Call) and one.value.args else None
    return isinstance(given, ast.Constant) and str(given.value) == f"{name}() called"


def _settings(node: Node, source: Marked) -> Iterator[Loss]:
    """Generated lines that say something else than the settings of their block."""
    for line, what, code, setting in other_settings(node, source):
        yield Loss(line, node.function, GENERATED, f"{what} is {_short(str(code))}, and in the settings of the block "
                                                   f"{_short(str(setting))}", _in_editor(node.function, source))


def _edited(graph: Graph, source: Marked, before: Marked) -> Iterator[Loss]:
    """Lines outside of what is kept that are others than before."""
    (old, _), (new, places) = _outside_lines(graph, before), _outside_lines(graph, source)
    for what, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        was, now = [one for one in old[first:last] if one.strip()], [one for one in new[start:end] if one.strip()]
        if not was and not now:
            continue
        at = next((number for number in range(start, len(new)) if new[number].strip()), len(new) - 1)
        line = places[at] if places else 0
        name = next((name for name, part in source.functions.items() if line in source.lines(part)), "")
        told = (f"{_short(was[0].strip())} became {_short(now[0].strip())}" if was and now else
                f"{_short(now[0].strip())} is new" if now else f"{_short(was[0].strip())} is gone")
        more = f" (and {max(len(was), len(now)) - 1} more lines)" if max(len(was), len(now)) > 1 else ""
        yield Loss(line, name, GENERATED, f"{told}{more}", _in_editor(name, source) if name else _GLOBAL)


def _in_editor(name: str, source: Marked) -> str:
    marks = f", or set the value again between the marks of {name}" if name in source.code else ""
    return f"Change it in the settings of the block {name} in the editor{marks}."


def _outside_lines(graph: Graph, source: Marked) -> tuple[list[str], list[int]]:
    """Lines, with their numbers, but for those between marks and those of functions that are kept as they are."""
    own = [source.functions[name] for name, node in graph.nodes.items() if node.own is not None
           and name in source.functions]
    kept = {line for part in (*source.code.values(), *own, *([source.shared] if source.shared else ()))
            for line in source.lines(part)}
    found = [(text, number) for number, text in enumerate(source.source.split("\n"), 1) if number not in kept]
    return [text for text, _ in found], [number for _, number in found]


def _short(text: str) -> str:
    return f"`{text if len(text) <= _SHORT else f'{text[:_SHORT - 1]}…'}`"
