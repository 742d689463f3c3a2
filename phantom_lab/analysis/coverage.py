"""What there is to reach in a playbook, and what runs have reached of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from phantom_lab.engine import Playbook, PlaybookRun
from phantom_lab.journal import Evaluated, HelperCalled, InvocationStarted, RunStarted
from phantom_lab.reading import texts
from phantom_lab.reading.graph import reached
from phantom_lab.reading.read import read

Branch = tuple[int, bool]
"""The line of a condition, and whether it held."""


@dataclass(slots=True)
class Coverage:
    """Functions and branches of one playbook."""

    functions: frozenset[str]
    """Those that something can reach."""
    branches: frozenset[Branch]
    seen: set[str] = field(default_factory=set)
    taken: set[Branch] = field(default_factory=set)

    @classmethod
    def of(cls, playbook: Playbook) -> Coverage:
        """Nothing is reached yet."""
        reading = read(playbook)
        functions = frozenset(reached(reading))
        lines = {call.line for call in reading.calls_of(*texts.CONDITIONS[:2]) if call.function in functions}
        return cls(functions, frozenset((line, held) for line in lines for held in (True, False)))

    @property
    def share(self) -> float:
        """Functions that were reached, from 0 to 1."""
        return len(self.seen & self.functions) / len(self.functions)

    @property
    def missed(self) -> list[str]:
        """Functions that no run reached."""
        return sorted(self.functions - self.seen)

    def add(self, runs: Iterable[PlaybookRun], file: str) -> set[str | Branch]:
        """Take in what runs did in a playbook's file; returns what is new."""
        seen: set[str] = set()
        taken: set[Branch] = set()
        for run in runs:
            events = run.journal.events
            own = {event.run for event in events if isinstance(event, RunStarted) and event.file == file}
            for event in events:
                if event.run not in own:
                    continue
                if isinstance(event, InvocationStarted):
                    seen.add(event.block)
                elif isinstance(event, HelperCalled):
                    seen.add(event.name)
                elif isinstance(event, Evaluated):
                    taken.add((event.line, event.passed))
        fresh = (seen & self.functions) - self.seen | (taken & self.branches) - self.taken
        self.seen |= seen
        self.taken |= taken
        return fresh
