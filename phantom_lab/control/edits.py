"""What may be changed by hand while a run rests; every change is journaled."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from math import isfinite
from typing import Any

from phantom_lab.engine.binding import CALLBACK_ARGUMENTS
from phantom_lab.engine.pending import Pending, PendingAction
from phantom_lab.engine.queue import RunQueue
from phantom_lab.engine.record import RunRecord
from phantom_lab.errors import InputError, StepperError
from phantom_lab.history import Edited, InvocationStarted, Journal
from phantom_lab.misspelt import closest, say
from phantom_lab.model import given_json, json_copy
from phantom_lab.outcomes import read_answer


class Arguments:
    """What blocks are handed, with what was changed by hand.

    Args:
        journal: of the run.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._changed: dict[int, dict[str, Any]] = {}

    def of(self, invocation: InvocationStarted) -> dict[str, Any]:
        """Copies, by name."""
        found = {name: self._journal.get(ref) for name, ref in invocation.arguments.items()}
        return {**found, **json_copy(self._changed.get(invocation.n, {}))}

    def change(self, invocation: InvocationStarted, new: dict[str, Any]) -> None:
        """From now on these are handed over."""
        self._changed.setdefault(invocation.n, {}).update(new)


class Edits:
    """Changes of one run, and of the queue of its tree."""

    def __init__(self, run: RunRecord, queue: RunQueue) -> None:
        self._run = run
        self._queue = queue

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
        data = self._run.state.run_data
        for name, value in values.items():
            _tell_misspelt("key of the run data", name, data)
            self.record("run data", name, data.get(name), value)
            if value is None:
                data.pop(name, None)
            else:
                data[name] = value

    def pending(self, changed: Pending) -> None:
        """Change something pending."""
        old = next(one for one in self._queue.pending if one.key == changed.key)
        if old.due != changed.due:
            self.record("delay", changed.name, old.due, changed.due)
        self._queue.replace(changed)
        if isinstance(old, PendingAction) and isinstance(changed, PendingAction) and old.answers != changed.answers:
            self.record("outcome", changed.name, list(old.answers), list(changed.answers))

    def order(self, names: list[str]) -> None:
        """Change the order in which what is pending completes."""
        ordered = self._queue.ordered(names)
        self.record("order", "", [one.name for one in self._queue.pending], [one.name for one in ordered], names)
        self._queue.reorder(ordered)


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


def delayed(found: Pending, delay: float) -> Pending:
    """Something pending that takes its turn so many seconds later, or (negative) earlier.

    Raises:
        StepperError: that is no number of seconds.
    """
    if isinstance(delay, bool) or not isinstance(delay, int | float) or not isfinite(delay):
        raise StepperError(f"a delay is a number of seconds, not {delay!r}")
    return replace(found, due=found.due + delay)


def waiting(pending: Sequence[Pending], *names: str) -> list[Pending]:
    """What is pending by each of these names.

    Raises:
        StepperError: nothing pending is called so.
    """
    there = {one.name: one for one in reversed(pending)}
    if unknown := [name for name in names if name not in there]:
        called = ", ".join(map(repr, unknown))
        raise StepperError(f"nothing pending is called {called}{closest(unknown[0], [one.name for one in pending])}",
                           hint=f"Pending: {listed(pending)}.")
    return [there[name] for name in names]


def listed(pending: Sequence[Pending]) -> str:
    """The names of what is pending."""
    return ", ".join(one.name for one in pending) or "nothing"


def named(given: Any, what: str) -> dict[str, Any]:
    """Values by name, as JSON.

    Raises:
        InputError: they are not.
    """
    if given is not None and (not isinstance(given, dict) or not all(isinstance(name, str) for name in given)):
        raise InputError(f"{what} must be given by name", hint='For instance {"success": False}.')
    found: dict[str, Any] = given_json(given or {}, what)
    return found


def _tell_misspelt(what: str, name: str, known: Collection[str]) -> None:
    """A new name is taken as it is; one that is nearly a known one is told in one line."""
    if name not in known and (near := closest(name, known)):
        say(f"there was no {what} {name!r}{near}")
