"""A child playbook's run, as its parent sees it."""

from __future__ import annotations

import json
from dataclasses import field
from typing import Any

from phantom_lab.later import dataclass


@dataclass(slots=True)
class ChildRun:
    """What ``phantom.playbook`` started."""

    id: int
    """The playbook run's id, which the call returned."""
    name: str
    """The ``name`` of the call, by which datapaths reach it."""
    playbook: str
    container_id: int
    inputs: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] | None = None
    """What it saved; None before, and where it saved nothing."""
    status: str = ""
    """``success`` or ``failed``; empty until it completes."""
    message: str = ""
    """The text of its summary, which is JSON."""
    loop_state: Any = None

    def results(self) -> list[dict[str, Any]]:
        """The ``results`` argument of a callback: one dict that describes the run (layout assumed)."""
        found = {"id": self.id, "playbook_run_id": self.id, "name": self.name, "playbook": self.playbook,
                 "container": self.container_id, "status": self.status, "message": self.message,
                 "inputs": [json.dumps(self.inputs)],
                 "outputs": [] if self.outputs is None else [json.dumps(self.outputs)]}
        return [found if self.loop_state is None else {**found, "loop_state": self.loop_state}]
