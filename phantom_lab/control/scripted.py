"""Edits that a scenario makes where a stepped run would rest, in a run that does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from phantom_lab.control.edits import Edits
from phantom_lab.engine.gate import Changes, FreeGate
from phantom_lab.engine.tree import Tree
from phantom_lab.history import InvocationStarted
from phantom_lab.misspelt import closest
from phantom_lab.model import Asset, naming
from phantom_lab.outcomes import ActionCall, Outcome


class ScriptedGate(FreeGate):
    """Makes the edits of a scenario at the entry of their blocks; and tells, as one of those who are asked, of edits
    that were never made.

    Args:
        edits: of a scenario, as the schema has them.
    """

    by = "scenario"

    def __init__(self, edits: Sequence[Mapping[str, Any]]) -> None:
        self._edits = edits
        self._tree: Tree | None = None
        self._entered: Counter[tuple[str, str]] = Counter()
        self._made: set[int] = set()

    def watch(self, tree: Tree) -> None:
        """Stand at the gate of a run."""
        self._tree, tree.gate = tree, self

    def enter(self, invocation: InvocationStarted, function: Callable[..., Any]) -> Changes | None:
        """Make the edits of this entry; go on with what was edited."""
        assert self._tree is not None
        run = self._tree.runs[invocation.run]
        self._entered[run.playbook.name, invocation.block] += 1
        time, found = self._entered[run.playbook.name, invocation.block], Changes()
        meant = [(number, one) for number, one in enumerate(self._edits) if _is_for(one, run.playbook.name, invocation)
                 and one.get("time", 1) == time]
        for number, one in meant:
            self._made.add(number)
            self._edit(one, invocation, found)
        return found if meant else None

    def outcome(self, call: ActionCall) -> Outcome | None:
        """It answers nothing."""
        return None

    def assets(self, action: str) -> Iterable[Asset]:
        """It knows none."""
        return []

    def near(self, call: ActionCall) -> str:
        """It has nothing instead of an answer."""
        return ""

    def remarks(self) -> Iterable[str]:
        """Edits that were never made, and why."""
        at_the_gate = self._tree is not None and self._tree.gate is self  # else somebody steps, and was told
        for number, one in enumerate(self._edits):
            if at_the_gate and number not in self._made:
                blocks = [block for _, block in self._entered]
                count = sum(times for (_, block), times in self._entered.items() if block == one["block"])
                yield (f"scenario: the edit at {one['block']} was never made: it ran {count} time"
                       f"{'' if count == 1 else 's'}{'' if count else closest(one['block'], blocks)}")

    def _edit(self, one: Mapping[str, Any], invocation: InvocationStarted, found: Changes) -> None:
        assert self._tree is not None
        run, queue = self._tree.runs[invocation.run], self._tree.queue
        edits, journal = Edits(run, queue), self._tree.journal
        for name, value in one.get("arguments", {}).items():
            before = journal.get(invocation.arguments[name]) if name in invocation.arguments else None
            edits.record("argument", name, before, value)
            found.arguments[name] = value
        if "skip" in one:
            edits.record("skip", invocation.block, None, one["skip"])
            found.skip, found.returned = True, one["skip"]
        edits.run_data(dict(one.get("run_data", {})))
        edits.container(dict(one.get("container", {})))
        for name, due in one.get("due", {}).items():
            if (waiting := next((each for each in queue.pending if each.name == name), None)) is not None:
                edits.pending(replace(waiting, due=due))
        if "order" in one:
            edits.order([name for name in one["order"] if any(each.name == name for each in queue.pending)])


def _is_for(one: Mapping[str, Any], playbook: str, invocation: InvocationStarted) -> bool:
    return naming.key(one["block"]) == naming.key(invocation.block) and (
        "playbook" not in one or naming.original(naming.base(one["playbook"])) == naming.original(playbook))
