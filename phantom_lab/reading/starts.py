"""What each function of a source starts, in which order and branch, and what has to be over before that."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from phantom_lab.datapath import Family
from phantom_lab.later import dataclass
from phantom_lab.reading.calls import Call
from phantom_lab.reading.graph import names
from phantom_lab.reading.names import COMPUTED
from phantom_lab.reading.read import Reading
from phantom_lab.source.source import Function, functions

ASKED = "asked"
WRITERS = {"act": ASKED, "prompt": ASKED, "prompt2": ASKED, "task": ASKED, "custom_function": ASKED, "playbook": ASKED,
           "format": "format", "condition": "filter", "save_run_data": "code", "save_block_result": "code"}
"""What calls give: results that come later, or something that is there at once."""
SOURCES = {Family.ACTION_RESULT: ASKED, Family.ACTION_RESULTS: ASKED, Family.CUSTOM_FUNCTION_RESULT: ASKED,
           Family.CUSTOM_FUNCTION_RESULTS: ASKED, Family.PLAYBOOK_OUTPUT: ASKED,
           Family.FORMATTED_DATA: "format", Family.CUSTOM_FUNCTION: "code"}
"""What a datapath reads of a block."""
COMPLETION_CALLS = ("completed", "actions_done", "playbooks_completed")
_ANSWERED = ("action_names", "playbook_names", "custom_function_names", "names")
_CALLBACKS = ("callback", "dispatch_callback")
_KEYED = ("save_run_data", "save_block_result")

What = tuple[str, Any]
"""A kind of output, and the name of its block, or its key; `COMPUTED` where only a run can tell it."""
Side = tuple[int, int]
"""A place where the code decides, and the side that it takes."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A call that asks for results, or writes something."""

    what: What
    function: str
    line: int

    @property
    def later(self) -> bool:
        """Whether it comes back in another block only."""
        return self.what[0] == ASKED


Node = str | Ask
"""A function, or an `Ask`, whose callback is started behind it."""


@dataclass(frozen=True, slots=True)
class Start:
    """A node that another one leads to."""

    source: Node
    target: Node
    order: int
    sides: tuple[Side, ...]
    awaited: frozenset[str]
    """Names that are completed when it happens, because the code has asked."""
    called: bool
    """Whether it is over before the next statement; not so what is only named, such as a callback."""

    def excludes(self, other: Start) -> bool:
        """Whether the code never takes both in one go."""
        sides = dict(self.sides)
        return any(sides.get(place, side) != side for place, side in other.sides)

    def surely_with(self, other: Start) -> bool:
        """Whether wherever the other one is taken, this one is, too."""
        return self.sides == other.sides[:len(self.sides)]


def starts(reading: Reading) -> list[Start]:
    """Everything that the module-level functions of a source lead to, by function and order."""
    found: list[Start] = []
    calls: dict[str, dict[int, Call]] = defaultdict(dict)
    for call in reading.calls:
        calls[call.function].update((id(one), call) for one in call.nodes.values())
    for node in functions(reading.tree.body):
        walk = _Walk(reading, node, calls[node.name])
        walk.suite(node.body, (), frozenset())
        found += walk.found
    return found


def awaited(call: Call) -> frozenset[str]:
    """The names that a question is about."""
    return frozenset(name for argument in _ANSWERED for name in call.names(argument) if isinstance(name, str))


class _Walk:
    """Goes through a function in the order of its statements."""

    def __init__(self, reading: Reading, node: Function, calls: Mapping[int, Call]) -> None:
        self.found: list[Start] = []
        self._known, self._name = reading.functions.keys() & reading.named[node.name], node.name
        self._calls = calls
        self._answers_of: dict[str, ast.expr] = {}

    def suite(self, body: Sequence[ast.stmt], sides: tuple[Side, ...], done: frozenset[str]) -> None:
        for one in body:
            if isinstance(one, ast.If | ast.While):
                self._expression(one.test, sides, done)
                yes, no = self._answers(one.test)
                taken, other = (*sides, (id(one), 1)), (*sides, (id(one), 0))
                self.suite(one.body, taken if isinstance(one, ast.If) else sides, done | yes)
                self.suite(one.orelse, other if isinstance(one, ast.If) else sides, done | no)
                if isinstance(one, ast.While):
                    done |= no
                elif _leaves(one.body):
                    sides, done = other, done | no
                elif _leaves(one.orelse):
                    sides, done = taken, done | yes
            elif isinstance(one, ast.Match):
                self._expression(one.subject, sides, done)
                for number, case in enumerate(one.cases):
                    self.suite(case.body, (*sides, (id(one), number)), done)
            else:
                if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name):
                    self._answers_of[one.targets[0].id] = one.value
                for part in ast.iter_child_nodes(one):
                    if isinstance(part, ast.stmt | ast.ExceptHandler):
                        self.suite([part] if isinstance(part, ast.stmt) else part.body, sides, done)
                    else:
                        self._expression(part, sides, done)

    def _expression(self, node: ast.AST, sides: tuple[Side, ...], done: frozenset[str]) -> None:
        if isinstance(node, ast.Name):
            self._start(node.id, sides, done, called=False)
        elif isinstance(node, ast.IfExp):
            self._expression(node.test, sides, done)
            self._expression(node.body, (*sides, (id(node), 1)), done)
            self._expression(node.orelse, (*sides, (id(node), 0)), done)
        elif isinstance(node, ast.Call):
            self._call(node, sides, done)
        else:
            for part in ast.iter_child_nodes(node):
                self._expression(part, sides, done)

    def _call(self, node: ast.Call, sides: tuple[Side, ...], done: frozenset[str]) -> None:
        call = self._asked(node)
        asks = call is not None and call.name in WRITERS
        callbacks = [call.nodes[name] for name in _CALLBACKS if name in call.nodes] if call and asks else []
        for part in (*node.args, *(one.value for one in node.keywords)):
            if part not in callbacks:
                self._expression(part, sides, done)
        if isinstance(node.func, ast.Name):
            self._start(node.func.id, sides, done, called=True)
        else:
            self._expression(node.func, sides, done)
        if call and asks:
            what = WRITERS[call.name], call.get("key" if call.name in _KEYED else "name") or COMPUTED
            ask = Ask(what, self._name, call.line)
            self.found.append(Start(self._name, ask, len(self.found), sides, done, called=not ask.later))
            for name in sorted(set().union(*map(names, callbacks)) & self._known):
                self.found.append(Start(ask, name, len(self.found), (), frozenset(), called=False))

    def _start(self, name: str, sides: tuple[Side, ...], done: frozenset[str], *, called: bool) -> None:
        if name in self._known:
            self.found.append(Start(self._name, name, len(self.found), sides, done, called))

    def _asked(self, node: ast.Call) -> Call | None:
        given = (*node.args, *(one.value for one in node.keywords))
        return next((self._calls[id(one)] for one in given if id(one) in self._calls), None)

    def _answers(self, test: ast.expr) -> tuple[frozenset[str], frozenset[str]]:
        """What is completed where a test holds, and where it does not."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return self._answers(test.operand)[::-1]
        if isinstance(test, ast.BoolOp):
            yes, no = zip(*map(self._answers, test.values), strict=True)
            every, some = frozenset[str].union, frozenset[str].intersection
            return (every(*yes), some(*no)) if isinstance(test.op, ast.And) else (some(*yes), every(*no))
        node = self._answers_of.get(test.id) if isinstance(test, ast.Name) else test
        call = self._asked(node) if isinstance(node, ast.Call) else None
        return awaited(call) if call and call.name in COMPLETION_CALLS else frozenset(), frozenset()


def _leaves(body: Sequence[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[-1], ast.Return | ast.Raise | ast.Continue | ast.Break)
