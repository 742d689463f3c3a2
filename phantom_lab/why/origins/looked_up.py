"""Events by what origins look them up by."""

from __future__ import annotations

from collections import defaultdict

from phantom_lab.history.events import (
    ActionCompleted,
    ActionStarted,
    ApiCalled,
    Changed,
    CustomFunctionCompleted,
    CustomFunctionStarted,
    Edited,
    Event,
    Filtered,
    HelperCalled,
    InvocationEnded,
    InvocationStarted,
    PlaybookStarted,
    RunStarted,
)
from phantom_lab.history.index import Reducer

Named = (ActionCompleted, CustomFunctionCompleted, Filtered, PlaybookStarted)
"""What is looked up by its name."""


class LookedUp(Reducer):
    """Places are those of events in the journal."""

    takes = frozenset({ActionCompleted, ActionStarted, ApiCalled, Changed, CustomFunctionCompleted,
                       CustomFunctionStarted, Edited, Filtered, HelperCalled, InvocationEnded, InvocationStarted,
                       PlaybookStarted, RunStarted})

    def __init__(self) -> None:
        self.started: dict[int, InvocationStarted] = {}
        self.runs: dict[int, RunStarted] = {}
        self.ends: dict[int, int] = {}
        """Of invocations, the place of their end."""
        self.commands: dict[int, ApiCalled] = {}
        self.functions: dict[int, CustomFunctionStarted] = {}
        self.children: dict[int, PlaybookStarted] = {}
        self.actions: dict[int, ActionStarted] = {}
        """By the action run."""
        self.bodies: defaultdict[int, list[int]] = defaultdict(list)
        """Of custom function runs: the invocations of their parameter sets."""
        self.numbers: dict[int, int] = {}
        """Of these invocations: the number of the parameter set."""
        self.edited: set[tuple[int, str]] = set()
        """What was changed by hand: arguments by invocation, and run data, whose invocation is 0."""
        self.places: dict[int, int] = {}
        """Of API calls by command, and of invocations by the negative of their number."""
        self.artifacts: list[int] = []
        """Places of what tells of artifacts: starts of runs, and writes."""
        self.named: defaultdict[tuple[type[Event], int, str], list[int]] = defaultdict(list)
        """By kind, run and name."""
        self.calls: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
        """By run and name."""
        self.called: defaultdict[tuple[int, str, int], defaultdict[int, list[int]]] = defaultdict(
            lambda: defaultdict(list))
        """By run, name and custom function run, then by line."""
        self.own: defaultdict[tuple[int, str, int], list[int]] = defaultdict(list)
        """By invocation, name and line."""
        self.helped: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
        """Helpers by invocation and name."""

    def take(self, event: Event, position: int) -> None:
        """The next event."""
        if isinstance(event, ApiCalled):
            made, run = event.made, event.run
            name, line, invocation = made.name, made.line, made.invocation
            self.commands[made.command], self.places[made.command] = event, position
            self.calls[run, name].append(position)
            started = self.started.get(invocation)  # the lines of a custom function are others
            self.called[run, name, started.custom_function if started is not None else 0][line].append(position)
            self.own[invocation, name, line].append(position)
        elif isinstance(event, InvocationStarted):
            self.started[event.n], self.places[-event.n] = event, position
            if event.cause.kind == "execute":
                self.numbers[event.n] = len(self.bodies[event.custom_function])
                self.bodies[event.custom_function].append(event.n)
        elif isinstance(event, InvocationEnded):
            self.ends[event.n] = position
        elif isinstance(event, HelperCalled):
            self.helped[event.invocation, event.name].append(position)
        elif isinstance(event, Named):
            self.named[type(event), event.run, event.name].append(position)
            if isinstance(event, PlaybookStarted):
                self.children[event.child] = event
        elif isinstance(event, ActionStarted):
            self.actions[event.action_run_id] = event
        elif isinstance(event, CustomFunctionStarted):
            self.functions[event.custom_function_run_id] = event
        elif isinstance(event, RunStarted):
            self.runs[event.run] = event
            self.artifacts.append(position)
        elif isinstance(event, Changed):
            if event.kind == "artifact":
                self.artifacts.append(position)
        elif isinstance(event, Edited):
            self.edited.add((event.invocation if event.what == "argument" else 0, event.name))
