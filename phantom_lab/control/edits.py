"""What may be changed by hand while a run rests; every change is journaled."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from phantom_lab.engine.binding import CALLBACK_ARGUMENTS
from phantom_lab.engine.pending import Pending, PendingAction
from phantom_lab.errors import StepperError
from phantom_lab.history import Edited
from phantom_lab.misspelt import closest, say
from phantom_lab.outcomes import read_answer

if TYPE_CHECKING:
    from phantom_lab.engine.run import PlaybookRun


class Edits:
    """Changes of one run."""

    def __init__(self, run: PlaybookRun) -> None:
        self._run = run

    def record(self, what: str, name: str, before: Any, after: Any, given: Sequence[str] = ()) -> None:
        """Journal a change."""
        journal = self._run.journal
        at = journal.index.innermost  # whoever edits is on another thread than what rests
        if what == "argument" and (inner := journal.index.invocation(at)):
            _tell_misspelt("argument", name, {*inner.started.arguments, *CALLBACK_ARGUMENTS})
        journal.append(Edited(self._run.id, at, what, name, journal.put(before), journal.put(after),
                              list(given)))

    def container(self, fields: dict[str, Any]) -> None:
        """Change fields of the run's container."""
        container = self._run.platform.containers[self._run.state.container_id]
        for name, value in fields.items():
            _tell_misspelt("field of the container", name, container)
            self.record("container", name, container.get(name), value)
            container[name] = value

    def run_data(self, values: dict[str, Any]) -> None:
        """Change what ``get_run_data`` gives; None removes a key."""
        kept = self._run.state.run_data
        for name, value in values.items():
            _tell_misspelt("key of the run data", name, kept)
            self.record("run data", name, kept.get(name), value)
            if value is None:
                kept.pop(name, None)
            else:
                kept[name] = value

    def pending(self, changed: Pending) -> None:
        """Change something pending."""
        queue = self._run.tree.queue
        old = next(one for one in queue.pending if one.key == changed.key)
        if old.due != changed.due:
            self.record("delay", changed.name, old.due, changed.due)
        queue.replace(changed)
        if isinstance(old, PendingAction) and isinstance(changed, PendingAction) and old.answers != changed.answers:
            self.record("outcome", changed.name, list(old.answers), list(changed.answers))

    def order(self, names: list[str]) -> None:
        """Change the order in which what is pending completes."""
        queue = self._run.tree.queue
        ordered = queue.ordered(names)
        self.record("order", "", [one.name for one in queue.pending], [one.name for one in ordered], names)
        queue.reorder(ordered)


def answered(found: Pending, answer: Any, asset: str | None) -> Pending:
    """Something pending with an answer given by hand, for one asset or (without one) for all.

    Raises:
        StepperError: nobody answers it, or it does not run on the asset.
        InputError: no such result is possible.
    """
    if not isinstance(found, PendingAction):
        raise StepperError(f"{found.name!r} is executed, not answered", hint="It can be delayed or reordered.")
    if asset is not None and all(one.name != asset for one in found.assets):
        raise StepperError(f"action {found.name!r} does not run on asset {asset!r}")
    if answer is None:
        return found
    for parameter in found.parameters or [{}]:
        read_answer(answer, parameter, where="the given result")
    given = answer if isinstance(answer, dict) else {"data": answer}
    return replace(found, answers=(*found.answers, {**given, "asset": asset}))


def _tell_misspelt(what: str, name: str, known: Collection[str]) -> None:
    """A new name is taken as it is; one that is nearly a known one is told in one line."""
    if name not in known and (near := closest(name, known)):
        say(f"there was no {what} {name!r}{near}")
