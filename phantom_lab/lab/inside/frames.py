"""One function that executes: its steps, with the values on them, and the rounds of its loops."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import field
from types import BuiltinFunctionType, FrameType, FunctionType, MethodType, ModuleType
from typing import Any

from phantom_lab.errors import Unwinding
from phantom_lab.lab.inside.comprehensions import Written
from phantom_lab.lab.inside.few import Few
from phantom_lab.lab.inside.statements import Statement, Statements, unparsed
from phantom_lab.later import dataclass
from phantom_lab.why.peek import Peek, shown
from phantom_lab.why.provenance.names import UNKNOWN

_GROWING = (list, dict, set, str, bytes)
_CODE = (FunctionType, BuiltinFunctionType, MethodType, ModuleType, type)
"""Of what is no value of the run."""
_args = BaseException.__dict__["args"].__get__  # an exception may have attributes of its own
_type_name = type.__dict__["__name__"].__get__


@dataclass(slots=True, eq=False)
class Step:
    """A statement, executed once."""

    statement: Statement
    at: int
    """Where in the code it began."""
    calls: Few[Called] | None = None
    comprehensions: dict[Written, Few[dict[str, str]]] = field(default_factory=dict)
    """What the rounds of each set, by name."""
    values: dict[str, str] = field(default_factory=dict)
    test: bool | None = None
    returned: str | None = None
    raised: str | None = None
    unseen: bool = False
    """Whether nobody looked at its values."""


@dataclass(slots=True, eq=False)
class Loop:
    """A loop that was entered."""

    statement: Statement
    start: int
    """Where in the code each of its rounds begins."""
    rounds: Few[list[Step | Loop]]


@dataclass(slots=True, eq=False)
class Called:
    """A function, executed once."""

    function: str
    arguments: dict[str, str]
    items: list[Step | Loop] = field(default_factory=list)


class Following:
    """Follows a frame, event by event.

    Args:
        frame: begins to execute; it is not kept.
        statements: of its source.
        most: rounds and calls that are kept, first and last.
        looks: whether somebody looks at the values of the step that begins.
    """

    def __init__(self, frame: FrameType, statements: Statements, most: int, looks: Callable[[], bool]) -> None:
        code = frame.f_code
        self._statements, self._most, self._looks = statements, most, looks
        self._function = statements.function(code.co_name, code.co_firstlineno)
        self._known: dict[str, tuple[str, int]] = {}
        self._active: list[Loop] = []
        self.step: Step | None = None
        count = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 4) + bool(code.co_flags & 8)
        names = [one for one in code.co_varnames[:count] if one in frame.f_locals]
        self.called = Called(code.co_name, {one: self._shown(one, frame.f_locals[one]) for one in names})

    # -- events ------------------------------------------------------------------------------------------------------

    def line(self, frame: FrameType) -> None:
        """A line begins."""
        statement = self._statements.at(frame.f_lineno)
        if statement is None:
            return
        new = next((one for one in self._active if one.start == frame.f_lasti and one.statement in statement.loops),
                   None)
        step = self.step
        if new is None and step is not None and step.statement is statement and frame.f_lasti > step.at:
            return  # another line of the same statement
        self._finish(frame, statement.line)
        self._place(statement, frame.f_lasti, new)
        self.step = Step(statement, frame.f_lasti, unseen=not self._looks())

    def exception(self, raised: Any) -> None:
        """Something is raised here, or comes from what is called here."""
        if self.step is not None:
            self.step.raised = _told(raised)

    def calls(self, called: Called) -> None:
        """A helper is called from here."""
        if self.step is not None:
            self.step.calls = self.step.calls or Few(self._most)
            self.step.calls.take(called)

    def goes_round(self, comprehension: Written, frame: FrameType) -> None:
        """A round of a comprehension begins."""
        if self.step is None or not comprehension.is_round(frame):
            return
        there: dict[str, Any] = frame.f_locals if self._looks() else {}
        rounds = self.step.comprehensions.setdefault(comprehension, Few(self._most))
        rounds.take({name: shown(there[name]) for name in comprehension.names if name in there})

    def returns(self, frame: FrameType, value: Any) -> None:
        """The function is left."""
        step = self.step
        if step is None:
            return
        if step.raised is None:
            step.returned = shown(value) if not step.unseen else None
        self._finish(frame, 0)
        self._items().append(step)

    # -- steps -------------------------------------------------------------------------------------------------------

    def _finish(self, frame: FrameType, following: int) -> None:
        """The step is over; the line that follows tells which way it went."""
        step = self.step
        if step is None:
            return
        body = step.statement.body
        if step.statement.is_test and body is not None and step.raised is None:
            step.test = body[0] <= following <= body[1]
        if not step.unseen:
            self._look(frame, step)

    def _place(self, following: Statement, at: int, new: Loop | None) -> None:
        """Put the step that is over where it belongs, and open and close loops for what follows; the head of a loop
        belongs to the round that it begins."""
        step, head = self.step, self.step.statement if self.step is not None and self.step.statement.is_loop else None
        if step is not None and head is None:
            self._items().append(step)
        within = (*following.loops, following) if following.is_loop else following.loops
        while self._active and (self._active[-1].statement not in within or (
                new is not None and self._active[-1] is not new)):
            self._active.pop()
        if step is not None and head is not None and head not in following.loops and not self._is_over(step):
            self._items().append(step)
        if new is not None:
            new.rounds.take([])
        for loop in following.loops[len(self._active):]:
            self._open(loop, at)
        if step is not None and head is not None and head in following.loops:
            self._items().append(step)

    def _is_over(self, step: Step) -> bool:
        """Whether a step says nothing but that a ``for`` has gone round often enough."""
        last = self._items()[-1] if self._items() else None
        return (step.statement.tested is None and step.raised is None and step.calls is None
                and isinstance(last, Loop) and last.statement is step.statement)

    def _open(self, loop: Statement, at: int) -> None:
        opened = Loop(loop, at, Few(self._most))
        self._items().append(opened)
        opened.rounds.take([])
        self._active.append(opened)

    def _items(self) -> list[Step | Loop]:
        if not self._active:
            return self.called.items
        return self._active[-1].rounds.latest

    # -- values ------------------------------------------------------------------------------------------------------

    def _look(self, frame: FrameType, step: Step) -> None:
        peek = Peek(self._statements.module, {self._function: frame} if self._function is not None else {})
        statement = step.statement
        if statement.is_loop and step.test is False and statement.tested is None:
            return  # a for that is over sets nothing
        for target in statement.stored:
            self._tell(step, target, peek, frame, always=step.raised is None)
        for name in statement.loaded:
            self._tell(step, name, peek, frame, always=False)
        for text, one in statement.tested or ():
            if (value := peek(one)) is not UNKNOWN and not issubclass(type(value), _CODE):
                step.values.setdefault(text, shown(value))

    def _tell(self, step: Step, one: ast.expr, peek: Peek, frame: FrameType, *, always: bool) -> None:
        """The value of what was set; of what may have changed, only where it did."""
        value = _value(one, peek, frame)
        while value is UNKNOWN and isinstance(one, ast.Subscript | ast.Attribute):
            one = one.value
            value = _value(one, peek, frame)
        if value is UNKNOWN or issubclass(type(value), _CODE):
            return
        name = unparsed(one)
        before = self._known.get(name)
        text = self._shown(name, value)
        if always or (type(value) in _GROWING and before is not None and self._known[name] != before):
            step.values[name] = text

    def _shown(self, name: str, value: Any) -> str:
        text = shown(value)
        self._known[name] = text, len(value) if type(value) in _GROWING else 0
        return text


def _value(one: ast.expr, peek: Peek, frame: FrameType) -> Any:
    if isinstance(one, ast.Name):
        found = frame.f_locals.get(one.id, UNKNOWN)
        return found if found is not UNKNOWN else frame.f_globals.get(one.id, UNKNOWN)
    return peek(one)


def _told(raised: Any) -> str:
    """An exception by its type and its first argument; nothing of it is called."""
    kind = _type_name(raised[0])
    if issubclass(raised[0], Unwinding):
        return "what ends the run here"
    args = _args(raised[1]) if isinstance(raised[1], BaseException) else ()
    return f"{kind}: {shown(args[0])}" if args else str(kind)
