"""The lab: an emulated platform that playbooks run against."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from phantom_lab.engine import Breakpoints, Library, Playbook, PlaybookRun, Stepper, plant
from phantom_lab.engine.capture import NAMED, capture
from phantom_lab.errors import InputError
from phantom_lab.journal import Journal, new_file
from phantom_lab.model import (
    App,
    Artifact,
    Asset,
    Container,
    Options,
    User,
    as_id,
    complete_artifact,
    complete_container,
    given_json,
    read_json,
    read_situation,
)
from phantom_lab.outcomes import MaxMind, OutcomeProvider, Providers, ResultsFile, Stubs
from phantom_lab.shim import RunNamespace
from phantom_lab.state import Snapshot

Given = str | Path | dict[str, Any] | list[Any]
GivenPlaybook = str | Path | Playbook | Callable[..., Any]
Stub = TypeVar("Stub", bound=Callable[..., Any])


class Lab:
    """Containers, assets and outcome providers.

    Args:
        container: a path, or decoded JSON: a playbook-side container, the REST form, an artifact list, a REST list
            envelope, or an object holding both.
        results: a JSON list of results, as a path or decoded.
        assets: configured assets: names, `Asset` objects or ``{"name", "app"?, "actions"?, "tags"?, "type"?}``.
        strict_assets: an asset that is not configured is an error instead of being assumed.
        maxmind: another City database for ``geolocate ip``; False leaves the MaxMind app out.
        paths: folders in which playbooks are looked for by name.
        seed: equal seeds give equal ids and random numbers.
        start: when the clock of every run starts; None is the moment the run starts.
        lists: custom lists by name, each a list of rows (a row is a list of cells, or one cell).
        user: who starts runs: a name, or a `User`.
        options: choices where the platform's behaviour is not known.

    Raises:
        InputError: something given cannot be read.
    """

    def __init__(self, container: Given | None = None, *, results: str | Path | list[Any] | None = None,
                 assets: Iterable[str | Asset | dict[str, Any]] = (), strict_assets: bool = False,
                 maxmind: str | Path | bool | None = None, paths: Sequence[str | Path] = (), seed: int = 0,
                 start: datetime.datetime | None = None, lists: dict[str, list[Any]] | None = None,
                 user: str | User | None = None, options: Options | None = None) -> None:
        self.containers: dict[int, Container] = {}
        self.artifacts: dict[int, Artifact] = {}
        self.assets = [_asset(one) for one in ([assets] if isinstance(assets, str) else assets)]
        self.strict_assets = strict_assets
        self.paths = list(paths)
        self.seed = seed
        self.breakpoints = Breakpoints()
        """Where stepped runs rest; kept by block name when a changed playbook is stepped again."""
        self.start = start
        self.lists = {str(name): _rows(name, rows) for name, rows in (lists or {}).items()}
        self.user = user if isinstance(user, User) else User(name=user, type=_user_type(user)) if user else User()
        self.options = options or Options()
        self._seen: dict[tuple[int, str], frozenset[int]] = {}
        self._runs = 0
        self._stubs = Stubs()
        self._providers: list[OutcomeProvider] = [self._stubs]
        if results is not None:
            self._providers.append(ResultsFile(results))
        if isinstance(maxmind, str | Path):
            self._providers.append(MaxMind(maxmind))
        elif maxmind is not False and MaxMind.installed():
            self._providers.append(MaxMind())
        if container is not None:
            self.add(container)

    def add(self, given: Given) -> int:
        """Add containers with their artifacts; a missing or taken id is assigned.

        Returns:
            The id of the (first) container.
        """
        where = str(given) if isinstance(given, str | Path) else "container"
        decoded = read_json(given, "container") if isinstance(given, str | Path) else given
        decoded = given_json(decoded, "the container", where=where)
        added = [self._add(one.container, one.artifacts) for one in read_situation(decoded, where=where)]
        return added[0]

    def action(self, action: str, *, asset: str | None = None) -> Callable[[Stub], Stub]:
        """Decorator: this function answers an action, on one asset or on all.

            @lab.action("whois ip")
            def whois(parameter):
                return {"data": [{"country": "AU"}], "summary": {"ip": parameter["ip"]}}
        """

        if not isinstance(action, str):
            raise InputError("lab.action needs the action's name", hint='Write @lab.action("whois ip").')

        def register(stub: Stub) -> Stub:
            self._stubs.add(action, asset, stub)
            return stub

        return register

    def run(self, playbook: GivenPlaybook, container: Given | int | None = None, **options: Any) -> PlaybookRun:
        """Run a playbook to its end; where an outcome is missing it ends as ``needs_outcome``.

        Args:
            playbook: a path, a name to look for in `paths`, a `Playbook`, the name of one that ``%%playbook`` defined,
                or the function ``on_start`` of a notebook or script.
            container: as for `Lab`, or the id of one in the lab; None is the first.
            options: ``inputs``, ``scope``, ``journal`` (a path), as for `prepare`.
        """
        return self.prepare(playbook, container, **options).execute()

    def step(self, playbook: GivenPlaybook, container: Given | int | None = None, *,
             breakpoints: Breakpoints | Iterable[str] | None = None, **options: Any) -> Stepper:
        """Start a playbook under a stepper, at rest at ``on_start``. Arguments as for `run`.

        Args:
            breakpoints: blocks to rest at for this run only; None: those of `Lab.breakpoints`.
        """
        if breakpoints is None:
            breakpoints = self.breakpoints
        elif not isinstance(breakpoints, Breakpoints):
            breakpoints = Breakpoints(breakpoints)
        stepper = Stepper(self.prepare(playbook, container, **{"journal": True, **options}), breakpoints)
        stepper.step()
        return stepper

    def prepare(self, playbook: GivenPlaybook, container: Given | int | None = None, *,
                inputs: dict[str, Any] | None = None, scope: str | list[int] = "new",
                journal: str | Path | bool | None = None) -> PlaybookRun:
        """Make a run without executing it.

        Args:
            inputs: values for an input playbook, by name.
            scope: ``new``, ``all`` or a list of artifact ids.
            journal: file to write the journal to; True: a new one in the default place (see
                `phantom_lab.journal.default_folder`), which is what `step` does; None keeps it in memory.

        Raises:
            InputError, PlaybookLoadError: something given cannot be read.
        """
        loaded = self._playbook(playbook)
        if scope not in ("new", "all") and not isinstance(scope, list):
            raise InputError(f"scope {scope!r} is neither 'new', 'all' nor a list of artifact ids")
        container_id = self._container(container)
        self._runs += 1
        file = new_file(loaded.name) if journal is True else journal
        snapshot = Snapshot(self.containers, self.artifacts, tuple(self.assets), self.strict_assets, self.lists,
                            self.user, self._seen)
        tree = plant(snapshot, journal=Journal(file or None), providers=Providers(self._providers),
                     namespace=RunNamespace(), library=Library(self.paths, NAMED), seed=self.seed, start=self.start,
                     options=self.options)
        return PlaybookRun(loaded, tree, run_id=self._runs, container_id=container_id,
                           inputs=self._inputs(loaded, inputs), scope=scope)

    def ran(self, playbook: GivenPlaybook, container: int | None = None) -> None:
        """Take a playbook to have run on a container as it is now: its artifacts so far are not *new* to it any more.

        Runs in the lab do not count by themselves, so that one can be repeated.
        """
        number = self._container(container)
        seen = frozenset(one["id"] for one in self.artifacts.values() if one["container"] == number)
        self._seen[number, self._playbook(playbook).name] = seen

    def __repr__(self) -> str:
        return f"<Lab: {len(self.containers)} containers, {len(self.artifacts)} artifacts, {self._runs} runs>"

    def _playbook(self, given: GivenPlaybook) -> Playbook:
        if isinstance(given, Playbook):
            return given
        if isinstance(given, str | Path):
            return NAMED.get(str(given)) or Playbook.load(given, paths=self.paths)
        return capture(given)

    def _container(self, given: Given | int | None) -> int:
        if isinstance(given, int):
            if isinstance(given, bool) or given not in self.containers:
                known = ", ".join(map(str, self.containers)) or "none"
                raise InputError(f"no container {given} in the lab", hint=f"There are: {known}.")
            return given
        if given is not None:
            return self.add(given)
        if not self.containers:
            raise InputError("the lab has no container", hint="Lab(container) or lab.run(playbook, container).")
        return next(iter(self.containers))

    def _inputs(self, playbook: Playbook, given: dict[str, Any] | None) -> dict[str, Any]:
        inputs: dict[str, Any] = given_json(given or {}, "inputs")
        if not isinstance(inputs, dict):
            raise InputError("inputs must be given by name", hint='For instance inputs={"ip": ["1.1.1.1"]}.')
        unknown = [name for name in inputs if playbook.inputs and name not in playbook.inputs]
        if unknown:
            raise InputError(f"playbook {playbook.name} has no input {', '.join(map(repr, unknown))}",
                             hint=f"It has {', '.join(playbook.inputs)}.")
        return inputs

    def _add(self, container: Container, artifacts: list[Artifact]) -> int:
        now = datetime.datetime.now(datetime.UTC).isoformat().replace("+00:00", "Z")
        number = _wanted(container.get("id"), {*self.containers}) or _next(self.containers)
        self.containers[number] = complete_container(container, container_id=number, now=now)
        taken = {*self.artifacts}
        numbers = [_wanted(artifact.get("id"), taken) for artifact in artifacts]  # explicit ids first
        for own, artifact in zip(numbers, artifacts, strict=True):
            own = own or _next(taken)
            taken.add(own)
            self.artifacts[own] = complete_artifact(artifact, artifact_id=own, container_id=number, now=now)
        self.containers[number]["artifact_count"] = len(artifacts)
        return number


def _wanted(given: Any, taken: set[int]) -> int | None:
    """An id that is a number and free, and is taken from now on."""
    number = as_id(given)
    if not number or number in taken:
        return None
    taken.add(number)
    return number


def _next(taken: Iterable[int]) -> int:
    return max(taken, default=0) + 1


def _asset(given: str | Asset | dict[str, Any]) -> Asset:
    if isinstance(given, Asset):
        return given
    if isinstance(given, str):
        return Asset(given, App(given))
    if not isinstance(given, dict) or not isinstance(given.get("name"), str):
        raise InputError(f"an asset must have a name: {given!r}")
    actions = given.get("actions")
    app = App(given.get("app") or given["name"], frozenset(map(str.lower, actions)) if actions is not None else None,
              str(given.get("version") or ""))
    return Asset(given["name"], app, frozenset(given.get("tags") or ()), given.get("type") or "")


def _rows(name: Any, given: Any) -> list[list[Any]]:
    rows = given_json(given, f"list {name}")
    if not isinstance(rows, list):
        raise InputError(f"list {name} must be a list of rows", hint='For instance {"blocked": [["1.1.1.1"]]}.')
    return [row if isinstance(row, list) else [row] for row in rows]


def _user_type(name: str) -> str:
    return "automation" if name == "automation" else "normal"
