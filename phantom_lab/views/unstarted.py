"""Child playbooks that a playbook asked for, and that the platform refused to start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phantom_lab.history.journal import Journal

if TYPE_CHECKING:
    from phantom_lab.views.rows import UnstartedRow


def unstarted(journal: Journal) -> list[UnstartedRow]:
    """Calls of ``phantom.playbook`` that gave no run, and raised nothing: the error log says why.

    Returns:
        ``{"run", "block", "line", "playbook", "name", "waited"}``; ``waited``: whether a callback was to be called.
    """
    index, get = journal.index, journal.get
    return [{"run": one.run, "block": index.block_of(one.invocation), "line": one.line,
             "playbook": get(one.arguments["playbook"]), "name": get(one.arguments["name"]),
             "waited": get(one.arguments["callback"]) is not None}
            for one in index.calls("playbook") if not one.error and get(one.returned) is None]
