"""Events by what origins look them up by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial

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

_NAMED = (ActionCompleted, CustomFunctionCompleted, Filtered, PlaybookStarted)
"""What is looked up by its name."""


class LookedUp(Reducer):
    """Places are those of events in the journal."""

    takes = frozenset({ActionCompleted, ActionStarted, Changed, CustomFunctionCompleted, CustomFunctionStarted, Edited,
                       Filtered, HelperCalled, InvocationEnded, InvocationStarted, PlaybookStarted, RunStarted})

    def __init__(self) -> None:
        self.started: dict[int, InvocationStarted] = {}
        self.runs: dict[int, RunStarted] = {}
        self.ends: dict[int, int] = {}
        """Of invocations, the place of their end."""
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
        self.artifacts: list[int] = []
        """Places of what tells of artifacts: starts of runs, and writes."""
        self.named: defaultdict[tuple[type[Event], int, str], list[int]] = defaultdict(list)
        """By kind, run and name."""
        self.helped: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
        """Helpers by invocation and name."""

    def take(self, event: Event, position: int) -> None:
        """The next event."""
        if isinstance(event, InvocationStarted):
            self.started[event.n] = event
            if event.cause.kind == "execute":
                self.numbers[event.n] = len(self.bodies[event.custom_function])
                self.bodies[event.custom_function].append(event.n)
        elif isinstance(event, InvocationEnded):
            self.ends[event.n] = position
        elif isinstance(event, HelperCalled):
            self.helped[event.invocation, event.name].append(position)
        elif isinstance(event, _NAMED):
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


class CallsOf(Reducer):
    """Where the calls of one name stand."""

    takes = frozenset({ApiCalled, InvocationStarted})

    def __init__(self, name: str) -> None:
        self._name = name
        self._within: dict[int, int] = {}
        """Custom function runs by their invocations: the lines of a custom function are others."""
        self.lines: defaultdict[tuple[int, int], defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        """By run and custom function run, then by line."""
        self.own: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        """By invocation and line."""

    def take_all(self, events: Sequence[Event], positions: Iterable[int]) -> None:
        """Most are calls of another name."""
        for position in positions:
            event = events[position]
            if type(event) is ApiCalled:
                if (made := event.made).name == self._name:
                    self.lines[event.run, self._within.get(made.invocation, 0)][made.line].append(position)
                    self.own[made.invocation, made.line].append(position)
            elif type(event) is InvocationStarted and event.custom_function:
                self._within[event.n] = event.custom_function


@lru_cache(maxsize=1_000)
def named(name: str) -> Callable[[], CallsOf]:
    """Makes the reducer of a name of the platform's, and stands for it."""
    return partial(CallsOf, name)
