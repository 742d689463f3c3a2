"""What a reader of a run should know although nothing went wrong: mistakes that the platform passes over in silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from phantom_lab.history.events import (
    REMARKS,
    ActionCompleted,
    ActionStarted,
    Answered,
    Evaluated,
    InvocationStarted,
)
from phantom_lab.history.journal import Journal
from phantom_lab.model import QUESTIONS
from phantom_lab.views.counted import counted
from phantom_lab.views.fan_out import Given, asked
from phantom_lab.views.passed_over import passed_over
from phantom_lab.views.polled import polled
from phantom_lab.views.slips import slips
from phantom_lab.views.undeclared import undeclared
from phantom_lab.views.unmatched import conditions_of
from phantom_lab.views.waiting import waiting

if TYPE_CHECKING:
    from phantom_lab.views.rows import Hint


def hints(journal: Journal) -> list[Hint]:
    """Joins that wait to the end or go on twice, loops that wait for what cannot come, parameters that multiply or hold
    lists, branches taken by silence, calls that were not carried out, slips of writing, answers that nothing asked for.

    Returns:
        ``{"invocation", "run", "block", "line", "message", "count"}``, in the order of the invocations; what is said of
        one line of a run several times stands there once, with the first invocation.
    """
    asking = polled(journal)
    again = {(one["invocation"], one["line"]) for one in asking}
    joins = [one for one in waiting(journal) if (one["invocation"], one["line"]) not in again]
    found = [*_idle(journal), *joins, *asking, *_parameters(journal), *_silence(journal), *_repeated(journal),
             *passed_over(journal), *undeclared(journal), *_unused(journal),
             *(_hint(journal, *one) for one in slips(journal))]
    return counted(sorted(found, key=lambda one: int(one["invocation"])))


def _idle(journal: Journal) -> Iterator[Hint]:
    """Runs that asked for actions, of which none was carried out."""
    actions = asked(journal)
    counts = Counter(event.run for event, _ in actions if event.action not in QUESTIONS)
    ran = {event.run for event, given in actions if given.sets}
    for run, count in counts.items():
        if run in journal.index.ends and run not in ran:
            yield {"invocation": 0, "run": run, "block": None, "line": 0,
                   "message": f"the playbook asked for {count} action{'' if count == 1 else 's'}, and none ran: the "
                              "lists of their parameters are empty"}


def _unused(journal: Journal) -> Iterator[Hint]:
    """What was given for a run, and nothing asked for."""
    for event in journal.index.of_kind(Answered):
        if event.question == REMARKS:
            for message in journal.get(event.answer):
                yield {"invocation": 0, "run": event.run, "block": None, "line": 0, "message": message}


def _hint(journal: Journal, run: int, invocation: int, line: int, message: str) -> Hint:
    return {"invocation": invocation, "run": run, "block": journal.index.block_of(invocation), "line": line,
            "message": message}


def _parameters(journal: Journal) -> Iterator[Hint]:
    """Parameters of actions: a list where an app takes one value, and every combination of several lists."""
    for event, given in asked(journal):
        for one in _told(event, given) if event.action not in QUESTIONS else ():
            yield _hint(journal, event.run, event.invocation, journal.index.line_of(event.command),
                        f"action '{event.action}' ({event.name}){one}")


def _told(event: ActionStarted, given: Given) -> Iterator[str]:
    if not given.sets and event.targets:
        yield " did not run: the list of its parameters is empty"
    for key, count in given.lists.items():
        yield (f": parameter '{key}' holds a list in {count} of {given.sets} parameter sets: that is one call with the "
               "list, not one per value (list_demux makes rows of it)")
    if len(given.factors) > 1:
        counts = " x ".join(f"{count} {name}" for name, count in given.factors.items())
        yield (f": {given.sets} parameter sets are every combination of {counts} (where they belong together, list_zip "
               "pairs them)")


def _silence(journal: Journal) -> Iterator[Hint]:
    """Conditions that hold because nobody answered: the branch acts as if somebody had agreed."""
    unanswered: dict[tuple[int, str], str] = {}
    for event in journal.index.of_kinds(ActionCompleted, Evaluated):
        if isinstance(event, ActionCompleted) and event.action in QUESTIONS:
            unanswered.pop((event.run, event.name), None)
            if event.status != "success":
                unanswered[event.run, event.name] = event.action
        elif isinstance(event, Evaluated) and event.passed and unanswered:
            for name, number in _held_by_none(journal.get(event.operands)):
                if (event.run, name) in unanswered:
                    yield _hint(journal, event.run, event.invocation, event.line,
                                f"{conditions_of(journal, event)[number]} holds because "
                                f"{unanswered[event.run, name]} '{name}' was not answered: silence takes this branch")


def _held_by_none(sources: list[dict[str, Any]]) -> Iterator[tuple[str, int]]:
    """The block that is read, and the number of the comparison: those that ask for another value, and read None."""
    for source in sources:
        for one in source["comparisons"]:
            if one["operator"] in ("!=", "not in") and _none(one["left"], source["rows"]):
                yield one["left"].get("text", "").partition(":")[0], one["number"]


def _none(side: dict[str, Any], rows: list[list[Any]]) -> bool:
    cells = [row[side["column"]] for row in rows] if "column" in side else side.get("values", [side.get("value")])
    return all(cell is None for cell in cells)


def _repeated(journal: Journal) -> Iterator[Hint]:
    """Joins that went on more than once."""
    calls: dict[tuple[int, str, str], list[InvocationStarted]] = {}
    for one in journal.index.of_kind(InvocationStarted):
        cause = one.cause
        if cause.kind == "call" and cause.caller and cause.caller.startswith("join_"):
            calls.setdefault((one.run, cause.caller, one.block), []).append(one)
    for (run, join, block), found in calls.items():
        if len(found) > 1:
            cause = found[-1].cause
            yield _hint(journal, run, found[-1].caller or 0, cause.line or 0,
                        f"{join} called {block} {len(found)} times: nothing keeps it from going on again "
                        f"(generated guards save the run data '{join}_called')")
