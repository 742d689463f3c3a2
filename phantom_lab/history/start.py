"""What a recorded run starts from."""

from __future__ import annotations

from phantom_lab.errors import InputError
from phantom_lab.history.events import RunSpec, ValueCut
from phantom_lab.history.journal import Journal
from phantom_lab.history.limits import VALUE
from phantom_lab.history.lines import FORMAT


def spec_of(journal: Journal, where: str = "") -> RunSpec:
    """The first event of a journal.

    Raises:
        InputError: the journal was written before it told everything, is cut off at once, or keeps only a part of it.
    """
    first = journal.events[0] if journal.events else None
    if not isinstance(first, RunSpec) or journal.format < FORMAT:
        raise InputError("this journal does not hold all that it takes to execute its run again", where=where,
                         hint="It was written before journals could be executed again, or it is cut off at once; "
                              "phantom-lab show FILE shows it.")
    if journal.length > 1 and isinstance(journal.events[1], ValueCut):
        raise InputError("this journal keeps only the beginning of what its run starts from", where=where,
                         hint=f"{VALUE} lets a run keep longer values.")
    return first
