"""All tabs of one look, in their order."""

from __future__ import annotations

from phantom_lab.notebook.parts.data.around import around_tabs
from phantom_lab.notebook.parts.data.compared import condition_tab, filter_tab
from phantom_lab.notebook.parts.data.doings import doing_tabs
from phantom_lab.notebook.parts.data.given import argument_tabs
from phantom_lab.notebook.parts.data.raising import exception_tab
from phantom_lab.notebook.parts.data.sight import Sight
from phantom_lab.notebook.parts.data.tab import Tab

FIXED = ("exception", "absent", "conditions", "did", "filters", "artifacts", "run_data", "finding", "changes", "log")
"""Keys that are no argument's."""


def tabs_of(sight: Sight) -> list[Tab]:
    """What was passed, what the block did, and what the run holds; an exception comes first."""
    did, changes, log = doing_tabs(sight)
    found = [exception_tab(sight), *argument_tabs(sight, {*FIXED}), condition_tab(sight), did, filter_tab(sight),
             *around_tabs(sight), changes, log]
    return [one for one in found if one is not None]
