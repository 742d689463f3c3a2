"""What went wrong in a run, its child playbooks and its custom functions, and no code of theirs caught."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from phantom_lab.engine import PlaybookRun
from phantom_lab.history import (
    CustomFunctionCompleted,
    CustomFunctionStarted,
    Failure,
    Invocation,
    RunEnded,
    RunStarted,
    SourceTaken,
)
from phantom_lab.model import naming

UNEXECUTED = "CustomFunctionFailed"
"""Type of the error of a custom function that fails without an exception of its code."""


def failures(run: PlaybookRun) -> list[tuple[str, Failure]]:
    """Exceptions that ended a branch of a run or of its children, or a custom function, with the file of whose they
    are."""
    files = {event.run: event.file for event in run.journal.events if isinstance(event, RunStarted)}
    branches = [(files[event.run], one) for event in run.journal.events if isinstance(event, RunEnded)
                for one in event.failures]
    taken = (run.journal.get(event.source) for event in run.journal.events if isinstance(event, SourceTaken))
    paths = {Path(one["path"]).name: one["path"] for one in taken if one.get("path")}
    functions = [(paths.get(one.failure.file, one.failure.file), one.failure) for one in run.journal.index.failed
                 if one.failure is not None and one.started.custom_function and one.started.caller is None]
    return [*branches, *functions, *((paths.get(one.file, one.file), one) for one in _unexecuted(run))]


def _unexecuted(run: PlaybookRun) -> Iterator[Failure]:
    """Custom functions that could not be loaded, did not end, or returned what is no JSON; an empty list is a failure,
    too, and no fault of theirs."""
    journal, begun = run.journal, dict[int, list[Invocation]]()
    for one in journal.index.invocations.values():
        if one.started.custom_function and one.started.caller is None:
            begun.setdefault(one.started.custom_function, []).append(one)
    sources = {one.custom_function_run_id: one for one in journal.index.of_kind(CustomFunctionStarted) if one.source}
    for event in journal.index.of_kind(CustomFunctionCompleted):
        found, number = begun.get(event.custom_function_run_id, []), event.custom_function_run_id
        ended = [one.ended for one in found if one.ended is not None]
        known = any(one.failure is not None or journal.get(one.returned) == [] for one in ended)
        if event.status == "failed" and number in sources and not known:
            name = naming.base(event.function)
            yield Failure(UNEXECUTED, event.message, name, f"{name}.py", found[-1].started.line if found else 0, "")
