"""What happened of that which is asked about: the positions of its events."""

from __future__ import annotations

from collections.abc import Iterator

from phantom_lab.answers.what import (
    ASKED,
    BLOCK,
    CHANGE,
    CHANGES,
    DATA,
    ERROR,
    LINE,
    MESSAGE,
    OUTPUT,
    STARTED,
    Target,
    names_of_asked,
)
from phantom_lab.history.events import (
    Changed,
    Event,
    HelperCalled,
    InvocationEnded,
    InvocationStarted,
    Kept,
    Logged,
    OutputSaved,
)
from phantom_lab.history.journal import Journal
from phantom_lab.history.start import spec_of

_REST = {"comment": "container_comment", "pin": "container_pin", "list": "decided_list", "note": "note",
         "artifact": "artifact", "attachment": "container_attachment"}


def written_by(word: str) -> str:
    """The kind of record that the local REST writes for a change."""
    return _REST.get(word, "container")


def happened(journal: Journal, target: Target, run: int = 0) -> list[int]:
    """Where it stands in the journal, in order: in a run, or in those that are meant."""
    kinds: dict[str, tuple[type[Event], ...]] = {
        BLOCK: (InvocationStarted, HelperCalled), ASKED: STARTED, CHANGE: (Changed,), OUTPUT: (OutputSaved,),
        MESSAGE: (Logged,), ERROR: (InvocationEnded,), DATA: (Kept,), LINE: ()}
    found = sorted(one for kind in kinds[target.kind] for one in journal.index.positions(kind))
    runs = (run,) if run else target.runs
    return [one for one in found if (not runs or journal.events[one].run in runs)
            and _is(journal, journal.events[one], target)]


def _is(journal: Journal, event: Event, target: Target) -> bool:
    match event:
        case InvocationStarted():
            return event.block == target.name and target.number in (0, event.n)
        case HelperCalled():
            return event.name == target.name and not target.number
        case Changed():
            return _is_change(journal, event, target)
        case OutputSaved():
            output = journal.get(event.output)
            return not target.name or (isinstance(output, dict) and target.name in output)
        case Logged():
            return target.name in event.message
        case InvocationEnded():
            return event.failure is not None and event.failure.invocation in (0, event.n)
        case Kept():
            return event.what == "run data" and event.name == target.name
    return target.name in names_of_asked(event)


def _is_change(journal: Journal, event: Changed, target: Target) -> bool:
    kinds = CHANGES[target.word][1]
    if target.number and event.id != target.number:
        return False
    if event.kind == "container" and target.word != "container":
        return event.field in kinds
    if event.kind not in kinds:
        return False
    return not target.name or target.name == _name_of(journal, event)


def _name_of(journal: Journal, event: Changed) -> str:
    """The name of a record: as it was added, or as it stood there before."""
    for value in _records(journal, event):
        if isinstance(value, dict) and isinstance(value.get("name"), str):
            return str(value["name"])
    return ""


def _records(journal: Journal, event: Changed) -> Iterator[object]:
    for one in journal.index.of_kind(Changed):
        if (one.kind, one.id) == (event.kind, event.id) and one.field in ("added", "deleted"):
            yield journal.get(one.after)
            yield journal.get(one.before)
    records = journal.get(spec_of(journal).snapshot).get("records", {}).get(event.kind, {})
    rows = journal.get(records["rows"]) if "rows" in records else []
    yield from (one for one in (rows.values() if isinstance(rows, dict) else rows)
                if isinstance(one, dict) and one.get("id") == event.id)
