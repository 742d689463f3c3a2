"""Why something happened: who did it, with what, and the chain of causes back to the start."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from phantom_lab.answers.answer import Answer, Cause, Question
from phantom_lab.answers.chain import chain, decided_in, let_through
from phantom_lab.answers.decided import blamed
from phantom_lab.answers.happened import happened
from phantom_lab.answers.ran import runs_of
from phantom_lab.answers.what import BLOCK, ERROR, Target, target_of
from phantom_lab.answers.why_not import why_not
from phantom_lab.errors import cut
from phantom_lab.history.events import (
    ActionCompleted,
    ActionStarted,
    Changed,
    CustomFunctionCompleted,
    CustomFunctionStarted,
    Event,
    HelperCalled,
    InvocationEnded,
    InvocationStarted,
    Kept,
    Logged,
    OutcomeGiven,
    OutputSaved,
    PlaybookCompleted,
    PlaybookStarted,
)
from phantom_lab.history.held import Held, journal_of
from phantom_lab.history.journal import Journal
from phantom_lab.history.written_by import calls_of
from phantom_lab.why import responsible
from phantom_lab.why.origins.handed_over import HandedOver, Parameter

_TIMES = 6
"""Occurrences that are named."""


def explain(run: Held, what: str) -> Answer:
    """Why something happened in a run: who did it and with what, back to the start; why not, where it did not happen.

    Args:
        run: a run, its stepper, its journal, or the file of one.
        what: a block or function (``geolocate_ip``; ``geolocate_ip@7``: the invocation of this number), the name of an
            action run or an action, a change (``severity``, ``status``, ``note``, ``list NAME``, ``artifact 3``),
            ``output`` or ``output NAME``, ``message TEXT``, ``data KEY``, ``error``, or ``line N``. Of what happened
            several times, the last time.

    Raises:
        InputError: nothing is called so, or the journal cannot be read.
    """
    journal = journal_of(run)
    runs = runs_of(journal)
    target = target_of(journal, runs, what)
    places = happened(journal, target)
    if not places:
        return why_not(journal, what)
    place = places[0 if target.kind == ERROR else -1]  # what comes after an exception may follow from it
    event = journal.events[place]
    if isinstance(event, InvocationStarted):
        first, *steps = chain(journal, event.n)
        decided = decided_in(journal, event.n)
    else:
        first, steps = _did(journal, event, place), chain(journal, getattr(event, "invocation", getattr(event, "n", 0)))
        decided = let_through(journal, runs, first)
    called = first if isinstance(event, InvocationStarted) else steps[0] if steps else first
    gates = let_through(journal, runs, called) if called.kind == "call" else []
    return Answer("why", str(target), f"{_times(journal, target, places)}{first.told}", first,
                  (*decided, *gates, *steps), tuple(_next(journal, event)))


def _times(journal: Journal, target: Target, places: list[int]) -> str:
    """What is told, and which time of several."""
    if len(places) == 1:
        return "" if target.kind == BLOCK else f"{target}: "
    which = "first" if target.kind == ERROR else "last"
    if target.kind != BLOCK:
        return f"{target} (the {which} of {len(places)} times): "
    numbers = ", ".join(f"{target.name}@{getattr(journal.events[one], 'n', 0)}" for one in places[:_TIMES])
    return f"the {which} of {len(places)} times ({numbers}{', …' if len(places) > _TIMES else ''}): "


def _did(journal: Journal, event: Event, position: int) -> Cause:
    """What was done, by which line, with what and where that came from."""
    n = getattr(event, "invocation", getattr(event, "n", 0))
    block, over = journal.index.block_of(n) or "", HandedOver(journal)
    match event:
        case ActionStarted() | CustomFunctionStarted() | PlaybookStarted():
            line = journal.index.line_of(event.command)
            return Cause("asked", f"{block} asked for it in line {line}; {_came_back(journal, event)}", block, line,
                         event.run, n, position, tuple(_handed(_parameters(journal, over, event))))
        case Changed():
            call = calls_of(journal).behind.get(id(event))
            line = call.line if call else 0
            by = f"phantom.{call.name}" if call and "." not in call.name else call.name if call else "the platform"
            before, after = (cut(repr(journal.get(one))) for one in (event.before, event.after))
            told = f"{event.kind} {event.id} {event.field}: {before} -> {after}, by {by} in {block}, line {line}"
            return Cause("wrote", told, block, line, event.run, n, position, tuple(_handed(over.of_write(event))))
        case OutputSaved():
            calls = journal.index.calls("save_playbook_output_data")
            line = next((one.line for one in calls if one.invocation == n), 0)
            return Cause("saved", f"{block} saved it in line {line}", block, line, event.run, n, position,
                         tuple(_handed(over.of_output(event))))
        case Kept():
            call = next((one for one in journal.index.calls("save_run_data", "save_block_result")
                         if one.invocation == n and journal.get(one.arguments["key"]) == event.name), None)
            return Cause("saved", f"{block} saved {cut(repr(journal.get(event.content)))} in line "
                         f"{call.line if call else 0}", block, call.line if call else 0, event.run, n, position,
                         tuple(_handed(over.of_call(call, ["value"]) if call else ())))
        case HelperCalled():
            returned = cut(repr(journal.get(event.returned)))
            told = f"{block} calls {event.name} in line {event.line}; it returned {returned}"
            return Cause("call", told, event.name, event.line, event.run, n, position)
        case Logged():
            told = f"{block} wrote it in line {event.line}: {cut(event.message)}"
            return Cause("logged", told, block, event.line, event.run, n, position)
        case InvocationEnded() if event.failure is not None:
            found, failure = responsible(journal, event), event.failure
            told = f"{failure}{f'; {found}' if found else ''}"
            return Cause("raised", told, failure.block, failure.line, event.run, n, position,
                         tuple(blamed(failure)))
    return Cause("ran", "", block, 0, event.run, n, position)


def _parameters(journal: Journal, over: HandedOver, event: Event) -> Iterator[Parameter]:
    if isinstance(event, ActionStarted):
        sets = [one for one in journal.get(event.parameters) if isinstance(one, dict)]
        yield from (one for given in over.of_sets(event, sets) for one in given)
    elif isinstance(event, CustomFunctionStarted):
        yield from (one for given in over.of_function(event) for one in given)
    elif isinstance(event, PlaybookStarted):
        yield from over.of_child(event)


def _handed(parameters: Iterable[Parameter]) -> Iterator[dict[str, Any]]:
    for one in parameters:
        yield {"parameter": one.name, "value": one.value, "origin": one.origin.as_json(),
               "told": f"{one.name} {cut(repr(one.value), 60)}: {one.origin}"}


def _came_back(journal: Journal, event: Event) -> str:
    done: Any = None
    if isinstance(event, ActionStarted):
        done = next((one for one in journal.index.of_kind(ActionCompleted)
                     if one.action_run_id == event.action_run_id), None)
        givers = dict.fromkeys(one.source for one in journal.index.of_kind(OutcomeGiven)
                               if one.action_run_id == event.action_run_id)
        by = f" (from {', '.join(givers)})" if givers else ""
        return f"it came back: {done.status}, {cut(done.message)}{by}" if done else "it did not complete"
    if isinstance(event, CustomFunctionStarted):
        done = next((one for one in journal.index.of_kind(CustomFunctionCompleted)
                     if one.custom_function_run_id == event.custom_function_run_id), None)
    elif isinstance(event, PlaybookStarted):
        done = next((one for one in journal.index.of_kind(PlaybookCompleted) if one.child == event.child), None)
    return f"it came back: {done.status}" if done else "it did not complete"


def _next(journal: Journal, event: Event) -> Iterator[Question]:
    if isinstance(event, InvocationStarted):
        yield Question("origin", (f"{event.block}@{event.n}",), "where the values that it used came from")
        if event.cause.name and event.cause.kind == "action":
            yield Question("why", (f"action {event.cause.name}",), "who asked for the action before it")
    elif isinstance(event, InvocationEnded) and event.failure is not None:
        yield Question("why", (f"{event.failure.block}@{event.failure.invocation or event.n}",), "how it came there")
    elif (block := journal.index.block_of(getattr(event, "invocation", 0))) is not None:
        yield Question("origin", (f"{block}@{getattr(event, 'invocation', 0)}",), "where its values came from")
