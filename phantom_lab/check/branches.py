"""What a branch does that its condition does not say: silence that acts, decisions that do not filter, children that
nobody waits for, results that nobody hands over."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from phantom_lab.check.blocks import Finding
from phantom_lab.datapath import Family
from phantom_lab.reading import texts
from phantom_lab.reading.calls import Call
from phantom_lab.reading.digging import Cell, Digger, Value
from phantom_lab.reading.flow import Flow
from phantom_lab.reading.forms import compiled
from phantom_lab.reading.graph import names
from phantom_lab.reading.names import COMPUTED
from phantom_lab.reading.read import Reading
from phantom_lab.reading.starts import Ask, Node, Start

_ACTING = ("act", "playbook")
_HANDED = ("results", "filtered_artifacts", "filtered_results")
_NO = frozenset({"no", "n", "deny", "denied", "decline", "reject", "rejected", "cancel", "ignore", "skip", "false", "0",
                 "do nothing", "none"})
"""Answers that mean that nothing is to be done."""


def silence(flow: Flow) -> Iterator[Finding]:
    """A prompt that, left unanswered, leads to an action: its answer is compared with ``!=``, or the action stands
    where it was not a no."""
    prompts = {call.get("name") for call in flow.reading.calls_of("prompt", "prompt2")} - {None, COMPUTED}
    acting = {(call.function, call.line) for call in flow.reading.calls_of(*_ACTING)}
    asks = {one.target for one in flow.starts if isinstance(one.target, Ask)
            and (one.target.function, one.target.line) in acting}
    answers = [(one.call.function, one.call.line, str(one.left), one.operator, one.right, _test(flow, one.call))
               for one in texts.conditions(flow.reading)
               if one.call.name == "decision" and len(one.call.names("conditions")) == 1]
    for function, line, left, operator, right, test in (*answers, *_in_code(flow.reading)):
        block = _answered(left)
        if block not in prompts or not isinstance(right, str):
            continue
        holds, fails = _sides(flow, function, test)
        if operator == "!=":
            silent, answered = holds, fails
        elif operator == "==" and right.strip().lower() in _NO:
            silent, answered = fails, holds
        else:
            continue
        if asks & flow.reached(silent) - flow.reached(answered) and not _asks_first(flow, function, str(block)):
            yield (line, "warning", "silence",
                   f"{function} acts where the answer to '{block}' is not {right!r}: so it does when nobody answers")


class _Answers(Digger):
    """The tests of one function that compare a collected answer with a text."""

    def __init__(self, calls: Mapping[int, Call], prompt: str) -> None:
        super().__init__(calls, lambda text: (text, ()))
        self._prompt = prompt
        """Whose callback the function is."""
        self.answers: list[tuple[int, str, str, str, int]] = []

    def visit_If(self, node: ast.If) -> None:
        test, negated = node.test, False
        while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            test, negated = test.operand, not negated
        if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(value := self._of(test.left), Cell):
            other, equal = test.comparators[0], isinstance(test.ops[0], ast.Eq | ast.In) is not negated
            texts = other.elts if isinstance(other, ast.List | ast.Tuple | ast.Set) else [other]
            found = [one.value for one in texts if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if found and len(found) == len(texts):
                text = next((one for one in found if one.strip().lower() not in _NO), found[0])
                self.answers.append((test.lineno, value.place[0], "==" if equal else "!=", text, id(node)))
        self.generic_visit(node)

    def _of(self, node: ast.expr) -> Value | None:
        """Also what is dug out of the results that the callback of a prompt gets."""
        keys = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant)] if isinstance(
            node, ast.Subscript) else []
        if self._prompt and "action_results" in keys and {"response", "responses"}.intersection(
                one for one in keys if isinstance(one, str)):
            return Cell((f"{self._prompt}:action_result.summary.responses.0", ()))
        return super()._of(node)


def _in_code(reading: Reading) -> Iterator[tuple[str, int, str, str, str, int]]:
    """Function, line, path, operator, text and the ``if``, of each comparison of an answer in code."""
    calls = {id(call.nodes["datapath"]): call for call in reading.calls_of("collect2") if "datapath" in call.nodes
             and any(_answered(one) for one in call.names("datapath"))}
    prompts = {name: str(call.get("name")) for call, name in texts.callbacks(reading)
               if call.name in ("prompt", "prompt2")}
    within = {call.function for call in calls.values()} | prompts.keys()
    for function, _ in reading.bodies if within else ():
        if function.name in within:
            watch = _Answers(calls, prompts.get(function.name, ""))
            for statement in function.body:
                watch.visit(statement)
            for line, path, operator, text, test in watch.answers:
                yield function.name, line, path, operator, text, test


def _answered(path: object) -> str:
    block, _, rest = str(path).partition(":")
    return block if rest.startswith("action_result.summary.response") else ""


def _asks_first(flow: Flow, function: str, block: str) -> bool:
    """Whether the same function looks at whether there was an answer."""
    return any(one.call.function == function and str(one.left).startswith(f"{block}:action_result.")
               and not _answered(one.left) for one in texts.conditions(flow.reading))


def _sides(flow: Flow, function: str, test: int) -> tuple[list[Node], list[Node]]:
    """What a function starts where an ``if`` of it holds, and where it does not."""
    holds, fails = ([one.target for one in flow.of[function] if dict(one.sides).get(test) == number]
                    for number in (1, 0))
    return holds, fails


def _test(flow: Flow, call: Call) -> int:
    """The ``if`` that tests what a decision gave, which stands in it or is the next to name it."""
    for function, nodes in flow.reading.bodies:
        if function.name != call.function:
            continue
        made = {target.id for node in nodes if isinstance(node, ast.Assign) and _holds(node.value, call)
                for target in node.targets if isinstance(target, ast.Name)}
        found = [node for node in nodes if isinstance(node, ast.If) and node.lineno >= call.line
                 and (_holds(node.test, call) or names(node.test) & made)]
        return id(min(found, key=lambda one: one.lineno)) if found else 0
    return 0


def _holds(node: ast.AST, call: Call) -> bool:
    given = {id(one) for one in call.nodes.values()}
    return any(id(one) in given for one in ast.walk(node))


def unfiltered(flow: Flow) -> Iterator[Finding]:
    """A block behind a decision about a field of artifacts that reads the same field of all of them."""
    told: set[tuple[str, object]] = set()
    read: dict[str, list[texts.Datapath]] = defaultdict(list)
    for datapath in texts.datapaths(flow.reading):
        if datapath.call.name in ("collect2", "format"):
            read[datapath.call.function].append(datapath)
    for one in texts.conditions(flow.reading):
        path = compiled(texts.Datapath(one.left, one.call, True)) if isinstance(one.left, str) else None
        if (one.call.name != "decision" or path is None or path.source is not Family.ARTIFACT or path.filter
                or (one.operator == "!=" and one.right in ("", None))
                or not str(one.left).startswith("artifact:*.cef.")):
            continue
        test = _test(flow, one.call)
        held = [start for start in flow.of[one.call.function] if dict(start.sides).get(test) == 1]
        behind = flow.reached([start.target for start in held]) - flow.reached(flow.top, cut=held)
        found = sorted((datapath.call.line, reader) for reader in behind if isinstance(reader, str)
                       for datapath in read[reader] if datapath.text == one.left and (reader, one.left) not in told)
        if found:
            told |= {(reader, one.left) for _, reader in found}
            line, reader = found[0]
            more = f" (and {len(each) - 1} more)" if len(each := {name for _, name in found}) > 1 else ""
            yield (line, "info", "unfiltered",
                   (f"{reader}{more} reads '{one.left}' of every artifact: the decision {one.call.function} before it "
                    f"looks at the field, and filters nothing"))


def children(flow: Flow) -> Iterator[Finding]:
    """A child playbook without a callback, behind which the same function goes on."""
    acting: set[Node] = {call.function for call in flow.reading.calls_of("act")}
    for call in flow.reading.calls_of("playbook"):
        node = call.nodes.get("callback")
        if call.open or (
                node is not None and not (isinstance(node, ast.Constant) and node.value is None)):
            continue
        own = flow.of[call.function]
        asked = next((one for one in own if isinstance(one.target, Ask) and one.target.line == call.line), None)
        behind = [one.target for one in own if asked and one.order > asked.order and isinstance(one.target, str)
                  and one.called and not one.excludes(asked)]
        name = call.get("name") or call.get("playbook")
        if call.get("playbook") is COMPUTED and not acting & flow.reached(behind):
            continue  # whichever it is, nothing is done behind it that it could come too late for
        if behind:
            waits = any(name in one.awaited for one in flow.starts if isinstance(name, str))
            if not waits:
                yield (call.line, "warning", "not-waited-for",
                       (f"{behind[0]} is started without waiting for the child playbook {_shown(name)}, which has no "
                       f"callback"))


def _shown(name: object) -> str:
    return f"'{name}'" if isinstance(name, str) else "before it"


def without_results(flow: Flow) -> Iterator[Finding]:
    """A block that reads `results`, or what a filter let through, and that another function calls without any: behind a
    join there are none."""
    for function, nodes in flow.reading.bodies:
        parameters = [one.arg for one in function.args.args]
        loaded = {one.id for one in nodes if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}
        for name in (one for one in _HANDED if one in loaded and one in parameters):
            if len(function.args.defaults) < len(parameters) - parameters.index(name):
                continue
            reads = _reads(nodes, name)
            if reads is None:
                continue
            callers = [one for one in flow.to[function.name] if isinstance(one.source, str) and one.called
                       and not _hands_over(flow, one, function.name, name, parameters.index(name))]
            if callers:
                yield (reads, "warning", "without-results",
                       f"{function.name} reads {name}, and {callers[0].source} calls it without: it is None there")
                break


def _reads(nodes: Sequence[ast.AST], name: str) -> int | None:
    """Where a function takes something out of a parameter without asking whether it is there."""
    asked = any(isinstance(one, ast.If | ast.IfExp | ast.BoolOp) and name in names(
        one.test if isinstance(one, ast.If | ast.IfExp) else one) for one in nodes)
    found = [one.lineno for one in nodes if isinstance(one, ast.Subscript) and _is(one.value, name)] + [
        one.iter.lineno for one in nodes if isinstance(one, ast.For | ast.comprehension) and _is(one.iter, name)] + [
        one.lineno for one in nodes if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)
        and one.func.id == "len" and one.args and _is(one.args[0], name)]
    return min(found) if found and not asked else None


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _hands_over(flow: Flow, start: Start, name: str, what: str, place: int) -> bool:
    for function, nodes in flow.reading.bodies:
        if function.name == start.source:
            calls = [one for one in nodes if isinstance(one, ast.Call)
                     and isinstance(one.func, ast.Name) and one.func.id == name]
            return all(any(one.arg in (what, None) for one in call.keywords) or len(call.args) > place
                       or any(isinstance(one, ast.Starred) for one in call.args) for call in calls)
    return True


def without_else(flow: Flow) -> Iterator[Finding]:
    """Several decisions in a block, and nothing where none of them holds."""
    for function, lines in _decisions(flow).items():
        own = [one for one in flow.of[function] if isinstance(one.target, str) and one.called]
        taken = [one for one in own if any(side for _, side in one.sides)]
        if len(lines) > 1 and len(taken) > 1 and len(taken) == len(own):
            yield (lines[0], "info", "no-else",
                   f"where none of the {len(lines)} conditions of {function} holds, nothing goes on")


def _decisions(flow: Flow) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for call in flow.reading.calls_of("decision"):
        found[call.function].append(call.line)
    return found


FLOW_RULES = (silence, unfiltered, children, without_results, without_else)
