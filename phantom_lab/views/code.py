"""The source that an invocation is of, as the run took it, and which line of it says where the invocation is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from phantom_lab.history.events import (
    ApiCalled,
    CallMade,
    CustomFunctionStarted,
    Event,
    Failure,
    InvocationStarted,
    RunStarted,
)
from phantom_lab.history.index import Reducer
from phantom_lab.history.invocations import Invocation
from phantom_lab.history.journal import Journal


@dataclass(frozen=True, slots=True)
class Code:
    """A playbook or a custom function."""

    name: str
    file: str
    """As the run knows it; empty of a custom function."""
    text: str
    custom_function: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """The line that says where an invocation is."""

    line: int
    kind: str
    """``entry`` (the ``def``), ``raised`` (what raised), or ``called`` (the call in which something raised)."""
    failure: Failure | None = None


def code_of(journal: Journal, started: InvocationStarted) -> Code | None:
    """What an invocation executes; None of a custom function that something stood in for."""
    if started.custom_function:
        found = next((one for one in reversed(journal.index.of_kind(CustomFunctionStarted))
                      if one.custom_function_run_id == started.custom_function), None)
        return Code(found.function, "", str(journal.get(found.source)), True) if found and found.source else None
    run = next((one for one in journal.index.of_kind(RunStarted) if one.run == started.run), None)
    return Code(run.playbook, run.file, str(journal.get(run.source))) if run else None


def spot_of(journal: Journal, found: Invocation) -> Spot:
    """Where an invocation is, or what it ended with."""
    started, failure = found.started, found.failure
    if failure is None or not failure.line:
        return Spot(started.line, "entry")
    if failure.invocation in (0, started.n):
        return Spot(failure.line, "raised", failure)
    inner = journal.index.invocation(failure.invocation)
    while inner is not None and inner.started.caller not in (None, started.n):
        inner = journal.index.invocation(inner.started.caller or 0)
    line = inner.started.cause.line if inner and inner.started.caller == started.n else None
    return Spot(line or started.line, "called" if line else "entry", failure)


class CallLines(Reducer):
    """The calls of every invocation, by the line that makes them."""

    takes = frozenset({ApiCalled, CallMade})

    def __init__(self) -> None:
        self._calls: defaultdict[int, defaultdict[int, list[CallMade]]] = defaultdict(lambda: defaultdict(list))
        self._made: set[int] = set()
        self._raised: set[tuple[int, int]] = set()
        self._returned: dict[int, ApiCalled] = {}

    def take(self, event: Event, position: int) -> None:
        """The next event; older journals hold no call before it has returned."""
        if isinstance(event, ApiCalled):
            self._returned[event.command] = event
            if event.error:
                self._raised.add((event.invocation, event.line))
        made = event.made if isinstance(event, ApiCalled) else event
        if isinstance(made, CallMade) and made.command not in self._made:
            self._made.add(made.command)
            self._calls[made.invocation][made.line].append(made)

    def of(self, invocation: int) -> dict[int, list[CallMade]]:
        """By line, the calls of an invocation in their order."""
        return dict(self._calls[invocation]) if invocation in self._calls else {}

    def at(self, invocation: int, line: int) -> list[CallMade]:
        """Those of one line."""
        return self._calls[invocation].get(line, []) if invocation in self._calls else []

    def raised(self, invocation: int, line: int) -> bool:
        """Whether a call of a line raised."""
        return (invocation, line) in self._raised

    def returned(self, made: CallMade) -> ApiCalled | None:
        """What a call came to; None: it goes on."""
        return self._returned.get(made.command)
