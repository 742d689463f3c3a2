"""The views: artifacts, results, what filters let through, invocations, arguments, and what a block did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from phantom_lab.control import Stepper
from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import LabError
from phantom_lab.frames.artifacts import ARTIFACT, artifact_row
from phantom_lab.frames.children import children_table, describe_children
from phantom_lab.frames.flatten import flatten, table
from phantom_lab.frames.invoked import InvocationColumns
from phantom_lab.frames.results import ResultRows, place
from phantom_lab.history import (
    ActionCompleted,
    Edited,
    Event,
    Filtered,
    FindingTaken,
    Journal,
    PlaybookCompleted,
    RunStarted,
)
from phantom_lab.history.held import journal_of
from phantom_lab.history.index import Reducer
from phantom_lab.history.timeline import Timeline
from phantom_lab.misspelt import closest
from phantom_lab.views import sources
from phantom_lab.views.done import Happened, deed

Run = PlaybookRun | Stepper | Journal
_ORDER = ("name", "asset", ".parameter", ".status", ".data", ".summary", ".message", "app")
"""Columns of results in the order of the question: where, asked what, how it went, what came back."""


def artifacts(run: Run) -> pd.DataFrame:
    """One row per artifact of the run's container; columns such as ``artifact:*.cef.sourceAddress``."""
    return artifacts_table(_artifacts(journal_of(run)))


def results(run: Run, name: str | None = None, *, at: int | None = None) -> pd.DataFrame:
    """One row per asset × parameter set × data item of the completed actions; empty data keeps one row.

    The column ``source`` says who gave the result: a stub, a file, a person, or what it was generated from.

    Args:
        run: a run, its stepper or its journal.
        name: the action's block name (all its runs, oldest first); columns are then
            ``<name>:action_result.data.*.<field>``. Without it all actions stand below each other, with the unnamed
            form ``action_result.…``.
        at: number of an invocation: as it was when that one started.
    """
    journal = journal_of(run)
    return results_table(_completed(journal, ActionCompleted, "action", name, at), name, sources(journal))


def results_table(app_runs: Iterable[dict[str, Any]], name: str | None = None,
                  told: Mapping[int, list[str]] | None = None) -> pd.DataFrame:
    """`results` of a callback's ``results`` argument itself, of an action, a custom function or a child playbook.

    Args:
        told: who gave the results, as `phantom_lab.views.sources` tells it.
    """
    app_runs = list(app_runs)
    if describe_children(app_runs):
        return children_table(app_runs, name)
    found = ResultRows(app_runs, name, told)
    rows = [found.row(number) for number in range(found.length)]
    columns = dict.fromkeys([*found.first, *(column for row in rows for column in row)])
    return table(rows, sorted(columns, key=lambda column: place(column, _ORDER)))


def playbook_results(run: Run, name: str | None = None, *, at: int | None = None) -> pd.DataFrame:
    """One row per completed child playbook, with what it was given and what it came back with.

    Args:
        run: a run, its stepper or its journal.
        name: the block name of the call (all its runs, oldest first); columns are then
            ``<name>:playbook_output:<field>``. Without it those of all names, without the name in front. Lists stay one
            cell, see `explode`.
        at: number of an invocation: as it was when that one started.
    """
    return children_table(_completed(journal_of(run), PlaybookCompleted, "child playbook", name, at), name)


def finding(run: Run, *, at: int | None = None) -> pd.DataFrame:
    """The finding or investigation that the run is about, in one row; columns such as ``finding:owner``. No row for a
    run that is about none.

    Args:
        at: number of an invocation: as ``finding:`` read when that one started.
    """
    journal = journal_of(run)
    taken = journal.index.of_kind(FindingTaken, _until(journal, at))
    found = journal.get(taken[-1].finding) if taken else None
    return table([{name.replace("finding.", "finding:", 1): value for name, value in flatten(found, "finding").items()}]
                 if found else [])


def filtered_artifacts(run: Run, *, at: int | None = None) -> pd.DataFrame:
    """The artifacts that filters let through, labelled in the column ``filter``.

    ``filtered_artifacts=`` is what the invocation received as argument; the others are the named filters so far.
    """
    journal = journal_of(run)
    by_id = {one["id"]: one for one in _artifacts(journal)}
    parts = [(event.name, event.artifact_ids) for event in _filters(journal, at)]
    passed = arguments(run, at=at).get("filtered_artifacts")
    if isinstance(passed, list):
        parts.insert(0, ("filtered_artifacts=", [one for one in passed if isinstance(one, int)]))
    return _labelled([(label, artifacts_table([by_id[one] for one in ids if one in by_id])) for label, ids in parts])


def filtered_results(run: Run, *, at: int | None = None) -> pd.DataFrame:
    """The result rows that filters let through, labelled in the column ``filter``."""
    journal = journal_of(run)
    parts: list[tuple[str, list[Any]]] = []
    passed = arguments(run, at=at).get("filtered_results")
    if isinstance(passed, list):
        parts.append(("filtered_results=", passed))
    for event in _filters(journal, at):
        parts += [(event.name, runs) for runs in journal.get(event.results).values()]
        parts += [(event.name, [{"name": source, "action_results": [{"data": [{"value": one} for one in found]}]}])
                 for source, found in journal.get(event.values).items()]
    return _labelled([(label, results_table(one for one in runs if isinstance(one, dict))) for label, runs in parts])


def invocations(run: Run) -> pd.DataFrame:
    """One row per invocation of a block, with why it was invoked, and in which run of which playbook."""
    journal = journal_of(run)
    return pd.DataFrame(journal.reduced(InvocationColumns).columns(journal.get), dtype=object)


def arguments(run: Run, *, at: int | None = None) -> dict[str, Any]:
    """What came in: the arguments of an invocation, by name, with edits; copies, so that looking changes nothing.

    Args:
        at: number of the invocation; None is the latest.
    """
    journal = journal_of(run)
    index = journal.index
    _until(journal, at)  # raises where there is no such invocation
    looked_at = index.latest if at is None else index.invocation(at)
    if looked_at is None:
        return {}
    refs = dict(looked_at.started.arguments)
    refs.update((event.name, event.after) for event in index.of_kind(Edited)
                if event.what == "argument" and event.invocation == looked_at.started.n)
    return {name: journal.get(ref) for name, ref in refs.items()}


def deeds(run: Run, at: int) -> pd.DataFrame:
    """What a block did: its ``phantom.*`` calls, what it queued, debug lines, changes, blocks and helpers called."""
    journal = journal_of(run)
    get = journal.get
    _until(journal, at)  # raises where there is no such invocation
    happened = journal.reduced(Happened).deeds(at, journal.length)
    return table((deed(journal, journal.events[one], get) for one in happened),
                 ["line", "what", "name", "given", "returned"])


def explode(frame: pd.DataFrame, path: str) -> pd.DataFrame:
    """One row per element of a list column, with a column per field of the elements.

    Args:
        frame: a view of this module.
        path: the column; its elements' fields become ``<path>.*.<field>``. An empty list keeps its row.

    Raises:
        LabError: the frame has no such column.
    """
    if path not in frame.columns:
        lists = [name for name in frame.columns if any(isinstance(one, list) for one in frame[name])]
        raise LabError(f"no column {path!r}{closest(path, map(str, frame.columns))}",
                       hint=f"Columns that hold lists: {', '.join(lists) or 'none'}.")
    rows: list[dict[str, Any]] = []
    for found in frame.to_dict("records"):
        record: dict[str, Any] = {str(key): cell for key, cell in found.items()}
        value = record.pop(path)
        items = value if isinstance(value, list) and value else [None if isinstance(value, list) else value]
        rows += [{**record, **(flatten(item, f"{path}.*") if item is not None else {})} for item in items]
    return table(rows)


def artifacts_table(found: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """`artifacts` of artifact dicts themselves; fields that no artifact fills are left out."""
    rows = [artifact_row(one) for one in found]
    always = {f"{ARTIFACT}.id", f"{ARTIFACT}.name"}
    used = {name for row in rows for name, value in row.items() if name in always or value not in (None, {}, [], "")}
    return table([{name: value for name, value in row.items() if name in used} for row in rows], sorted(always))


def _labelled(parts: list[tuple[str, pd.DataFrame]]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = [{"filter": label, **{str(key): value for key, value in row.items()}}
                                  for label, frame in parts for row in frame.to_dict("records")]
    return table(rows, ["filter"])


def _filters(journal: Journal, at: int | None) -> list[Filtered]:
    """Named filters so far; of several runs of one filter the latest."""
    until = _until(journal, at)
    return list(journal.reduced(_Filters).named.at(journal.length if until is None else until - 1).values())


class _Filters(Reducer):
    """What named filters let through, at any time."""

    takes = frozenset({Filtered})

    def __init__(self) -> None:
        self.named: Timeline[str, Filtered] = Timeline()
        """The latest of every name."""

    def take(self, event: Event, position: int) -> None:
        """The next event."""
        if isinstance(event, Filtered):
            self.named.set(position, event.name, event)


def _completed(journal: Journal, kind: type[ActionCompleted | PlaybookCompleted], what: str, name: str | None,
               at: int | None) -> list[dict[str, Any]]:
    """The results, as callbacks get them, of what completed under a name, or under any."""
    done = journal.index.of_kind(kind, _until(journal, at))
    if name is not None and all(event.name != name for event in done):
        known = dict.fromkeys(event.name for event in done)
        raise LabError(f"no completed {what} named {name!r}{closest(name, known)}",
                       hint=f"Completed: {', '.join(known) or 'none yet'}.")
    return [one for event in done if name in (None, event.name) for one in journal.get(event.results)]


def _artifacts(journal: Journal) -> list[dict[str, Any]]:
    starts = journal.index.of_kind(RunStarted)
    found: list[dict[str, Any]] = journal.get(starts[0].artifacts) if starts else []
    return found


def _until(journal: Journal, at: int | None) -> int | None:
    """Position behind the start of an invocation; None: behind everything."""
    start = None if at is None else journal.index.start_of(at)
    if at is not None and start is None:
        raise LabError(f"no invocation {at}", hint="frames.invocations(run) lists them.")
    return None if start is None else start + 1
