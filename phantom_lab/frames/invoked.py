"""The columns of the list of invocations, which grow as a run goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from phantom_lab.history import Event, InvocationEnded, InvocationStarted, Ref, RunStarted
from phantom_lab.history.index import Reducer
from phantom_lab.views import why

COLUMNS = ("n", "block", "run", "playbook", "cause", "caller", "action", "depth", "success", "line", "error", "why")


class InvocationColumns(Reducer):
    """The columns, as far as the run has gone."""

    takes = frozenset({InvocationEnded, InvocationStarted, RunStarted})

    def __init__(self) -> None:
        self._columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}
        self._playbooks: dict[int, str] = {}
        self.runs: set[int] = set()
        """Those that the invocations belong to."""
        self._rows: dict[int, int] = {}
        self._undecoded: list[tuple[int, Ref]] = []

    def take(self, event: Event, position: int) -> None:
        """The next event."""
        if isinstance(event, RunStarted):
            self._playbooks[event.run] = event.playbook
        elif isinstance(event, InvocationEnded) and event.failure is not None:
            self._columns["error"][self._rows[event.n]] = str(event.failure)
        elif isinstance(event, InvocationStarted):
            row = self._rows[event.n] = len(self._rows)
            if "success" in event.arguments:
                self._undecoded.append((row, event.arguments["success"]))
            self.runs.add(event.run)
            cause = event.cause
            for name, value in zip(COLUMNS, (
                    event.n, event.block, event.run, self._playbooks.get(event.run), cause.kind, cause.caller,
                    cause.name, event.depth, None, event.line, None, why(event)), strict=True):
                self._columns[name].append(value)

    def columns(self, get: Callable[[Ref], Any]) -> dict[str, list[Any]]:
        """By name, in the order of the starts; they go on growing.

        Args:
            get: gives a value of the journal.
        """
        while self._undecoded:
            row, ref = self._undecoded.pop()
            self._columns["success"][row] = get(ref)
        return self._columns
