"""Container automation API: incidents and response plans, which other products keep."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.rules.refusals import refusable
from phantom_lab.rules.registry import emulates
from phantom_lab.state.names import Refused

ELSEWHERE = "needs Splunk Enterprise Security / Mission Control"

_PAIRS = ("set_incident_owner", "set_incident_phase")
_TRIPLES = ("add_response_plan", "add_response_plan_task", "get_incident_phase", "get_incident_task",
            "get_incident_tasks", "get_response_templates", "set_task_owner")
"""``set_task_owner`` counts among them for what it returns (assumed); ``set_owner`` sets the owner of a task."""


def _failing(*nothing: Any, write: bool) -> Callable[..., Any]:
    @refusable(*nothing, write=write)
    def fail(run: PlaybookRun, **_: Any) -> tuple[Any, ...]:
        """Fails: what it works on is no part of this platform (what it returns then is assumed)."""
        raise Refused(ELSEWHERE)

    return fail


for _name in _PAIRS:
    emulates(_name, gaps=(ELSEWHERE,))(_failing(write=True))
for _name in _TRIPLES:
    emulates(_name, gaps=(ELSEWHERE,))(_failing(None, write=not _name.startswith("get_")))
