"""What stands in a journal until something happened, looked up by name."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from phantom_lab.history.events import ApiCalled, Event, InvocationStarted, RunStarted
from phantom_lab.history.journal import Journal
from phantom_lab.source.parsing import constant
from phantom_lab.why.provenance.scopes import Module, Step, module_of
from phantom_lab.why.provenance.walking import parts

OWN = "own code"
NO_VALUE = object()
"""What was to blame is not known whole."""
Path = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a value comes from."""

    kind: str
    told: str
    """In words."""
    datapath: str = ""
    """The datapath, key or name by which it was reached."""
    provider: str = ""
    exact: bool = False
    """Whether the value stands there just as it was."""
    made_up: bool = False
    """Whether it is of a generated result."""


class Recorded:
    """The events of a journal until something happened."""

    def __init__(self, journal: Journal, events: list[Event]) -> None:
        self.get = journal.get
        self.events = events
        self.started = {one.n: one for one in events if isinstance(one, InvocationStarted)}
        self.calls = [one for one in events if isinstance(one, ApiCalled)]
        self.runs = {one.run: one for one in events if isinstance(one, RunStarted)}

    def argument_of(self, call: ApiCalled, name: str) -> Any:
        return self.get(call.arguments[name]) if name in call.arguments else None

    def latest(self, kind: Any, run: int, name: str) -> Any:
        return next((one for one in reversed(self.events) if isinstance(one, kind) and one.run == run
                     and one.name == name), None)

    def function_of(self, started: InvocationStarted | None) -> tuple[Module, ast.FunctionDef] | None:
        """The source and the function of an invocation; of a custom function the journal has none."""
        run = self.runs.get(started.run) if started else None
        if started is None or run is None or started.custom_function:
            return None
        module = module_of(self.get(run.source))
        found = module.functions(started.block)
        same = [one for one in found if one.lineno == started.line] or found
        return (module, same[-1]) if same else None

    def block_of(self, n: int) -> str:
        started = self.started.get(n)
        return f"block {started.block}" if started else "the playbook"


def holds(held: Any, path: Path, value: Any) -> bool:
    return value is not NO_VALUE and any(type(one) is type(value) and one == value for one in parts(held, path))


def is_literal(text: str, value: Any) -> bool:
    try:
        written = constant(text)
    except (ValueError, SyntaxError):
        return False
    return value is not NO_VALUE and type(written) is type(value) and written == value
