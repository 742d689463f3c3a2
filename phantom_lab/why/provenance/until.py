"""What stands in a journal until something happened, looked up by name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, TypeVar

from phantom_lab.history.events import ApiCalled, Event, InvocationStarted, RunStarted
from phantom_lab.history.journal import Journal
from phantom_lab.later import dataclass
from phantom_lab.source.parsing import constant
from phantom_lab.why.provenance.scopes import Module, Step, module_of
from phantom_lab.why.provenance.walking import parts

OWN = "own code"
Kind = TypeVar("Kind", bound=Event)
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
    """The events of a journal before a position."""

    def __init__(self, journal: Journal, until: int) -> None:
        self.get = journal.get
        self._events, self._index, self._until = journal.events, journal.index, until
        self.runs = {one.run: one for one in self.of_kind(RunStarted)}

    def of_kind(self, kind: type[Kind]) -> list[Kind]:
        """The events of a kind, in order."""
        return self._index.of_kind(kind, self._until)

    def latest_of(self, kind: type[Kind]) -> Iterator[Kind]:
        """The same, the latest first."""
        return self._index.before(kind, self._until)

    @property
    def latest_calls(self) -> Iterator[ApiCalled]:
        """API calls that have returned, the latest first."""
        return self.latest_of(ApiCalled)

    def call_of(self, command: int | None) -> ApiCalled | None:
        """The API call of a command."""
        place = self._index.returned_at(command or 0)
        return None if place is None or place >= self._until else self._events[place]  # type: ignore[return-value]

    def started(self, n: int | None) -> InvocationStarted | None:
        """The start of an invocation."""
        place = self._index.start_of(n or 0)
        return None if place is None or place >= self._until else self._events[place]  # type: ignore[return-value]

    def argument_of(self, call: ApiCalled, name: str) -> Any:
        return self.get(call.arguments[name]) if name in call.arguments else None

    def latest(self, kind: Any, run: int, name: str) -> Any:
        return next((one for one in self.latest_of(kind) if one.run == run and one.name == name), None)

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
        started = self.started(n)
        return f"block {started.block}" if started else "the playbook"


def holds(held: Any, path: Path, value: Any) -> bool:
    return value is not NO_VALUE and any(type(one) is type(value) and one == value for one in parts(held, path))


def is_literal(text: str, value: Any) -> bool:
    try:
        written = constant(text)
    except (ValueError, SyntaxError):
        return False
    return value is not NO_VALUE and type(written) is type(value) and written == value
