"""Playbooks of the runs of a journal, with their exports: no file is read."""

from __future__ import annotations

from typing import Any

from phantom_lab.engine.serialized import playbook_from
from phantom_lab.errors import InputError
from phantom_lab.flow_graph.passes import Passes
from phantom_lab.history.events import RunSpec, SourceTaken
from phantom_lab.history.journal import Journal
from phantom_lab.source.playbook import Playbook


def playbook_of(journal: Journal, run: int) -> Playbook:
    """The playbook of a run as it was executed.

    Raises:
        InputError: the journal holds no such run.
        PlaybookLoadError: its source cannot be read by this Python.
    """
    begun = journal.reduced(Passes).runs.get(run)
    if begun is None:
        raise InputError(f"there is no playbook run {run!r} in this journal")
    refs = [one.playbook for one in journal.index.of_kind(RunSpec)]
    refs += [one.source for one in journal.index.of_kind(SourceTaken) if one.kind == "playbook"]
    for ref in refs:
        told: Any = journal.get(ref)
        if isinstance(told, dict) and told.get("source") == begun.source and told.get("name") == begun.playbook:
            return playbook_from(told, journal)  # type: ignore[arg-type]
    return Playbook.from_source(journal.get(begun.source), name=begun.playbook)
