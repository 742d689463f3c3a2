"""Runs that a client starts by REST: what they wrote is applied to the lab as soon as they have ended."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any

from phantom_lab.control import Stepper
from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import OutcomeNeeded
from phantom_lab.lab import Lab
from phantom_lab.model import PEOPLE, Record
from phantom_lab.rest.problems import bad_request
from phantom_lab.rest.run_records import run_records
from phantom_lab.source.playbook import Playbook

_ACTION = Playbook.from_source("""
import phantom.rules as phantom

def on_start(container):
    for call, in phantom.collect2(container=container, datapath=["playbook_input:calls"]):
        phantom.act(**call)
""", name="action")
"""What a POST to ``action_run`` runs."""


class LabRuns:
    """One run at a time; it may wait for somebody to reply to a prompt.

    Args:
        lab: in which they are run.
        applied: called when the lab's records have changed.
    """

    def __init__(self, lab: Lab, applied: Callable[[], None]) -> None:
        self._lab = lab
        self._applied = applied
        self._waiting: Stepper | None = None

    def live(self, kind: str) -> list[Record]:
        """Records of the run that waits."""
        return run_records(self._waiting.run.tree, kind) if self._waiting else []

    def busy(self) -> set[int]:
        """The container of the run that waits."""
        return {self._waiting.run.state.container_id} if self._waiting else set()

    def playbook(self, name: str, container: int, **options: Any) -> PlaybookRun:
        """Run a playbook to its end, or until it needs a reply.

        Raises:
            RestError: another run waits.
            LabError: it cannot be loaded, or what it wrote cannot be applied.
        """
        return self._run(name, container, **options)

    def action(self, container: int, calls: list[Record]) -> int:
        """Run an action; returns the id of the action run.

        Raises:
            RestError: another run waits, or nobody knows what the action comes back with.
        """
        run = self._run(_ACTION, container, inputs={"calls": calls})
        if run.status not in ("success", "failed") or not run.state.action_runs:
            raise bad_request(run.message)
        return run.state.action_runs[-1].id

    def reply(self, record: Record, body: Record) -> Record:
        """Reply to a prompt: ``responses``, and ``status``, which may also be ``deny``.

        Raises:
            RestError: nobody waits for it.
            LabError: the responses do not fit the questions.
        """
        call = self._waiting.needed if self._waiting else None
        if self._waiting is None or call is None or record["status"] != "pending" or record["name"] != call.name:
            raise bad_request("nothing waits for this reply")
        given = body.get("responses") or []
        with redirect_stdout(sys.stderr):
            if str(body.get("status") or "approve").lower().startswith("approve"):
                self._waiting.respond(*(given if isinstance(given, list) else [given]))
            else:
                self._waiting.decline(str(body.get("message") or "declined"))
        self._settle(self._waiting)
        return {"success": True, "id": record["id"]}

    def _run(self, playbook: str | Playbook, container: int, **options: Any) -> PlaybookRun:
        if self._waiting is not None:
            raise bad_request(f"playbook run {self._waiting.run.id} waits: {self._waiting.position.why}")
        stepper = Stepper(self._lab.prepare(playbook, container, **options))
        with redirect_stdout(sys.stderr):
            stepper.resume()
        self._settle(stepper)
        return stepper.run

    def _settle(self, stepper: Stepper) -> None:
        call = stepper.needed
        self._waiting = stepper if call is not None and call.action in PEOPLE else None
        if self._waiting is not None:
            return
        if call is not None:
            stepper.run.tree.ending.unwinding = OutcomeNeeded(stepper.position.why)
            stepper.stop()
        if stepper.run.playbook is not _ACTION or stepper.run.status in ("success", "failed"):
            self._lab.apply(stepper)
            self._applied()
