"""The questions that a run raises by itself: what went wrong, what waits, what was passed by, what it wrote."""

from __future__ import annotations

from collections.abc import Iterator

from phantom_lab.answers.answer import Question
from phantom_lab.answers.happened import written_by
from phantom_lab.answers.ran import Ran, runs_of
from phantom_lab.answers.what import CHANGES
from phantom_lab.errors import cut
from phantom_lab.history.events import ActionStarted, CallFailed, Changed, Evaluated, OutcomeMissing, OutputSaved
from phantom_lab.history.held import Held, journal_of
from phantom_lab.history.journal import Journal
from phantom_lab.views.unmatched import unmatched
from phantom_lab.views.unstarted import unstarted
from phantom_lab.views.waiting import still_waiting

_MOST, _OF_KIND = 12, 3
"""Questions, and those of a kind."""


def questions_of(run: Held) -> list[Question]:
    """The questions that are worth asking of a run, the most pressing first: no more than a dozen.

    Args:
        run: a run, its stepper, its journal, or the file of one.
    """
    journal = journal_of(run)
    found: dict[tuple[str, tuple[str, ...]], Question] = {}
    for kind in (_errors, _waits, _unmatched, _missing, _unreached, _writes, _actions):
        for _, one in zip(range(_OF_KIND), kind(journal), strict=False):
            found.setdefault((one.ask, one.what), one)
    return list(found.values())[:_MOST]


def _errors(journal: Journal) -> Iterator[Question]:
    for one in journal.index.failed:
        if one.failure is not None and one.failure.invocation in (0, one.started.n):
            yield Question("why", ("error",), f"{one.failure.block} raised {one.failure.type}")


def _waits(journal: Journal) -> Iterator[Question]:
    for one in still_waiting(journal):
        for name, _ in one.lacks:
            yield Question("why not", (name,), f"{one.block} still waits for it")


def _unmatched(journal: Journal) -> Iterator[Question]:
    for one in unmatched(journal):
        yield Question("why", (f"{one['block']}@{one['invocation']}",), "no condition of it held, and it did nothing")


def _missing(journal: Journal) -> Iterator[Question]:
    for one in journal.index.of_kind(OutcomeMissing):
        yield Question("why not", (f"action {one.name}",), "it has no outcome")
    for two in unstarted(journal):
        yield Question("why not", (f"action {two['name'] or two['playbook']}",), "the child playbook was not started")
    for failed in journal.index.of_kind(CallFailed):
        if failed.write:
            yield Question("why not", (f"line {failed.line}",),
                           f"phantom.{failed.api} was not carried out: {cut(failed.reason)}")


def _unreached(journal: Journal) -> Iterator[Question]:
    """Blocks beside those that ran: they are called by one that did."""
    ran: Ran = runs_of(journal)[0]
    for name in ran.functions:
        callers = [one for one in ran.frames if name in ran.reading.named.get(one, ())]
        if callers and name not in ran.frames:
            yield Question("why not", (name,), f"{callers[-1]} ran, and did not go on to it")


def _writes(journal: Journal) -> Iterator[Question]:
    events = journal.index.of_kind(Changed)
    for word, (_, kinds) in CHANGES.items():
        if any(one.field in kinds if one.kind == "container" else one.kind == written_by(word) for one in events):
            yield Question("why", (word,), "it was written")
    if any(one.run == journal.events[0].run for one in journal.index.of_kind(OutputSaved)):
        yield Question("origin", ("output",), "what the playbook gave back")


def _actions(journal: Journal) -> Iterator[Question]:
    for one in reversed(journal.index.of_kind(ActionStarted)):
        yield Question("origin", (f"action {one.name}",), "where its parameters came from")
    for two in reversed(journal.index.of_kind(Evaluated)):
        if block := journal.index.block_of(two.invocation):
            yield Question("why", (f"{block}@{two.invocation}",), "what it compared, row by row")
