"""`requests`, bound to one run."""

from __future__ import annotations

from functools import wraps
from types import ModuleType
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.rest.client import session_type
from phantom_lab.rest.playbooks import in_folders
from phantom_lab.rest.run_records import run_records
from phantom_lab.rest.starting import start_child
from phantom_lab.rest.world import World
from phantom_lab.rules import surface

_METHODS = ("get", "options", "head", "post", "put", "patch", "delete")


def world_of(run: PlaybookRun) -> World:
    """What the REST shows to a run: the tree's platform, with the runs as they stand."""
    outside, near = run.tree.outside, run.playbook.path
    world = World(
        run.platform, surface().constants["CEF_JSON"], live=lambda kind: run_records(run.tree, kind),
        found=lambda: outside.playbooks(near, lambda folders: list(in_folders(folders))),
        root=lambda: run.tree.room.overlay.root,
        busy=lambda: {one.state.container_id for one in run.tree.runs.values()},
        playbooks=lambda: [*outside.names, *(one.playbook.name for one in run.tree.runs.values())],
        start={"playbook_run": lambda body: start_child(run, world, body)})
    return world


def requests_module(run: PlaybookRun) -> ModuleType:
    """Everything that the real module has; what sends goes to the local REST, or nowhere."""
    import requests as real

    from phantom_lab.rest.application import Application

    session = session_type(run, Application(world_of(run)))
    module = ModuleType("requests")
    module.__dict__.update(vars(real), Session=session, session=session)

    @wraps(real.request)
    def request(method: Any, url: Any = None, **kwargs: Any) -> Any:
        with session() as one:
            return one.request(method, url, **kwargs)

    def sending(name: str) -> Any:
        @wraps(getattr(real, name))
        def send(*args: Any, **kwargs: Any) -> Any:
            with session() as one:
                return getattr(one, name)(*args, **kwargs)

        return send

    module.__dict__.update(request=request, **{name: sending(name) for name in _METHODS})
    return module
