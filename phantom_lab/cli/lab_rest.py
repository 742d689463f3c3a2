"""The REST over a lab itself."""

from __future__ import annotations

import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from werkzeug.wrappers import Request

from phantom_lab.cli.lab_runs import LabRuns
from phantom_lab.lab import Lab
from phantom_lab.model import Record, as_id
from phantom_lab.rest.application import Application
from phantom_lab.rest.changing import materialise
from phantom_lab.rest.fields import container_id
from phantom_lab.rest.live import LivePlatform
from phantom_lab.rest.playbooks import in_folders
from phantom_lab.rest.problems import bad_request
from phantom_lab.rest.starting import started, wanted_run
from phantom_lab.rest.views import rows
from phantom_lab.rest.world import World
from phantom_lab.rules import surface
from phantom_lab.state.clock import stamp
from phantom_lab.state.vault import VAULT


class LabRest:
    """A WSGI application: one request at a time, as a lab is no server.

    Args:
        lab: is shown and written to; what a run in it wrote is applied as soon as it has ended.
        check: refuses a request by raising `RestError`.
        tell: hears what the lab takes for granted.
    """

    def __init__(self, lab: Lab, check: Callable[[Request], None],
                 tell: Callable[[str], None] = lambda message: None) -> None:
        self._folder = ""
        self._platform = LivePlatform(lab.store.records, tuple(lab.assets), lab.user, lab.store.files, _now, tell)
        self._runs = LabRuns(lab, self._platform.refresh)
        self._platform.uncounted = lab.store.uncounted
        self._world = World(
            self._platform, surface().constants["CEF_JSON"], live=self._runs.live, root=self._root,
            found=lambda: in_folders([Path(one) for one in lab.paths]), reply=self._runs.reply,
            busy=self._runs.busy,
            start={"playbook_run": self._run_playbook, "action_run": self._run_action})
        self._application = Application(self._world, check, threading.Lock())

    def __call__(self, environ: Mapping[str, Any], start_response: Any) -> Iterable[bytes]:
        """WSGI."""
        return self._application(dict(environ), start_response)

    def _root(self) -> str:
        """Made when it is first needed; it goes away with the process."""
        if not self._folder:
            self._folder = tempfile.mkdtemp(prefix="phantom_lab-")
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
            Path(f"{self._folder}{VAULT}").mkdir(parents=True)
        return self._folder

    def _run_playbook(self, body: Record) -> Record:
        wanted = wanted_run(self._world, body)
        materialise(self._world, "playbook", wanted.pop("record"), {})  # under the id that it was shown with
        return started(self._runs.playbook(wanted["playbook"], wanted["container_id"], inputs=wanted["inputs"],
                                           scope=wanted["scope"]).id)

    def _run_action(self, body: Record) -> Record:
        """``action``, ``container_id`` and ``targets``, each with ``assets`` and ``parameters`` (documented)."""
        number = container_id(self._world, body.get("container_id"))
        calls = [self._call(body, one) for one in _targets(body)]
        return {"action_run_id": self._runs.action(number, calls), "success": True}

    def _call(self, body: Record, target: Record) -> Record:
        given = target.get("assets") or []
        names = {one["id"]: one["name"] for one in rows(self._world, "asset")}
        assets = [names.get(as_id(one), str(one)) for one in (given if isinstance(given, list) else [given])]
        parameters = target.get("parameters") or [{}]
        if not isinstance(parameters, list) or not all(isinstance(one, dict) for one in parameters):
            raise bad_request("parameters must be a list of objects")
        return {"action": str(body.get("action") or ""), "parameters": parameters, "assets": assets or None,
                "name": str(body.get("name") or body.get("action") or "")}


def _targets(body: Record) -> list[Record]:
    targets = body.get("targets")
    if not body.get("action") or not isinstance(targets, list) or not targets or not all(
            isinstance(one, dict) for one in targets):
        raise bad_request('an action_run needs an action and targets: [{"assets": […], "parameters": [{…}]}]')
    return targets


def _now() -> str:
    return stamp(datetime.now(UTC))
