"""The lab: an emulated platform that playbooks run against."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, WeakSet

from phantom_lab.apps import Apps
from phantom_lab.control import Breakpoints, Stepper
from phantom_lab.control.scripted import ScriptedGate
from phantom_lab.engine import PlaybookRun, plant
from phantom_lab.engine.tree import Tree
from phantom_lab.enterprise_security import EnterpriseSecurity
from phantom_lab.errors import InputError
from phantom_lab.history import Journal, new_file
from phantom_lab.lab import resolved
from phantom_lab.lab.again import GivenPlaybook, Making
from phantom_lab.lab.answering import Answering
from phantom_lab.lab.answers import Answers
from phantom_lab.misspelt import Attributes, closest, keyworded, say, tell_keys
from phantom_lab.model import (
    App,
    Artifact,
    Asset,
    Container,
    Options,
    Situation,
    User,
    as_id,
    read_given,
)
from phantom_lab.model.remarks import Remarks
from phantom_lab.outcomes import OutcomeProvider, Providers, Recording
from phantom_lab.outcomes.declared import Demand
from phantom_lab.questions import public, table_of
from phantom_lab.rest.http_app import LocalRest
from phantom_lab.scenarios import Scenario, read_scenarios
from phantom_lab.scenarios.parts import LabArguments, moment_of
from phantom_lab.shim import RunNamespace
from phantom_lab.source.capture import NAMED, capture
from phantom_lab.source.library import Library
from phantom_lab.source.playbook import Playbook
from phantom_lab.state import Snapshot, Store, add_files, add_findings, apply, writes_of
from phantom_lab.state.given_findings import container_of
from phantom_lab.views import told_by_summary

if TYPE_CHECKING:
    from phantom_lab.lab.opened import RecordedRun
    from phantom_lab.views.history_tree import Branch

GivenContainer = str | Path | dict[str, Any] | Sequence[Any]


@keyworded
class Lab(Answering, Attributes):
    """Containers, assets and outcome providers.

    Args:
        finding: what an Enterprise Security playbook is about: a path, or decoded JSON: a finding, or an investigation
            with its ``findings``. Without a container, one is made for it.
        container: a path, or decoded JSON: a playbook-side container, the REST form, an artifact list, a REST list
            envelope, or an object holding both; or a list of such parts, in which each path is one: what belongs to one
            container is joined, and two events in two of them are refused.
        results: a JSON list of results, as a path or decoded; also what REST answers of app runs, and a log in which
            a callback's results were printed.
        assets: configured assets: names, `Asset` objects or ``{"name", "app"?, "actions"?, "tags"?, "type"?}``.
        strict_assets: an asset that is not configured is an error instead of being assumed.
        maxmind: another City database for ``geolocate ip``; False leaves the MaxMind app out.
        paths: folders, and archives of the platform, in which playbooks are looked for by name; one alone is one.
        seed: equal seeds give equal ids, random numbers and generated results; None is the scenario's, or 0.
        start: when the clock of every run starts, also as a text (``2026-01-31T08:00:00Z``); None is the moment the run
            starts.
        lists: custom lists by name, each a list of rows (a row is a list of cells, or one cell).
        user: who starts runs: a name, or a `User`.
        records: further records by kind, in their REST form: ``{"note": [{"container": 1, "title": "x"}]}``.
        files: files in the vault: paths, or ``{"path", "container"?, "name"?}``; without a container it is the first.
            They are read where they lie, and never written.
        options: choices where the platform's behaviour is not known: `Options`, or some of its fields by name, which
            leave the scenario's others as they are.
        providers: further outcome providers, asked after all others.
        apps: manifests of SOAR apps, the JSON that each app carries: a folder, a file or an archive.
        generate: results that nobody gives are generated: from `apps`, from the playbook's export, and from what the
            playbook reads of them.
        contract: what becomes of a given result that does not keep what `apps` declare: ``lenient`` notes it,
            ``strict`` refuses it, ``off`` does not look.
        scenario: a situation with its outcomes: a file (``FILE#VARIANT``), what it would hold, or a `Scenario`. What
            is given besides wins over what it says; lists, options and inputs do so name by name.
        recording: a journal whose outcomes are given again.
        demand: what tells what a playbook reads of its actions, by which results are generated; for whoever runs two
            playbooks on the same results.

    Raises:
        InputError: something given cannot be read.
    """

    def __init__(self, container: GivenContainer | None = None, *, finding: str | Path | dict[str, Any] | None = None,
                 results: str | Path | list[Any] | dict[str, Any] | None = None,
                 assets: Iterable[str | Asset | dict[str, Any]] = (), strict_assets: bool = False,
                 maxmind: str | Path | bool | None = None, paths: str | Path | Sequence[str | Path] = (),
                 seed: int | None = None, start: datetime.datetime | str | None = None,
                 lists: dict[str, list[Any]] | None = None,
                 user: str | User | None = None, options: Options | dict[str, Any] | None = None,
                 records: dict[str, list[Any]] | None = None,
                 files: str | Path | dict[str, Any] | Sequence[str | Path | dict[str, Any]] = (),
                 providers: Sequence[OutcomeProvider] = (), apps: str | Path | Apps | None = None,
                 generate: bool = False, contract: str = "lenient",
                 scenario: str | Path | dict[str, Any] | Scenario | None = None,
                 recording: str | Path | Recording | None = None,
                 demand: Callable[[Playbook], Demand] | None = None) -> None:
        _check("seed", seed, int, "a whole number")
        _check("generate", generate, bool, "True or False")
        _check("strict_assets", strict_assets, bool, "True or False")
        _check("apps", apps, (str, Path, Apps), "the path of manifests")
        _check("lists", lists, Mapping, 'a dict of lists by name, as in {"blocked": [["192.0.2.1"]]}')
        _check("records", records, Mapping, 'a dict of lists by kind, as in {"note": [{"title": "x"}]}')
        _check("user", user, (str, User), "a name, or a User")
        _check("paths", paths, (Path, Iterable), "folders")
        _check("assets", assets, Iterable, "a list of assets")
        _check("providers", providers, Iterable, "a list of outcome providers")
        self.scenario = _scenario(scenario)
        said = resolved.lab_arguments(self.scenario, LabArguments(
            container=container, finding=finding, assets=[assets] if isinstance(assets, str) else assets, seed=seed,
            start=_moment(start), lists=lists or {}, user=user, options=options, records=records,
            files=[files] if isinstance(files, str | Path | dict) else files))
        self.store = Store(said.start)
        self.remarks: dict[int, list[str]] = {}
        """By container, what of the files that hold it is not read, or is read in another way than it stands there; a
        run notes it."""
        self.assets = [_asset(one) for one in said.assets]
        self.strict_assets = strict_assets
        self.paths = [paths] if isinstance(paths, str | Path) else list(paths)
        self.seed = said.seed or 0
        self.breakpoints = Breakpoints()
        """Where stepped runs rest; kept by block name when a changed playbook is stepped again."""
        self.start = said.start
        self._demand_of = demand or _demand_of
        user = said.user or User()
        self.user = user if isinstance(user, User) else User(name=user, type=_user_type(user))
        assert isinstance(said.options, Options)
        self.options = said.options
        self.store.add("ph_user", {**self.user.to_json(), "name": None})
        self.store.add("ph_user", {"username": "automation", "type": "automation"})
        self.unread: list[str] = []
        """What of a finding is not read."""
        held = said.container
        if isinstance(held, list) and held and all(isinstance(one, Situation) for one in held):
            for one in held:
                self._add(one)
        elif held is not None:
            self.add(held)
        self.store.add_all(said.records or {})
        self.finding = None if said.finding is None else add_findings(
            said.finding, self.store.add, tell=self.unread.append, at=said.finding_at)
        """Id of the finding or investigation that runs are about."""
        if held is None and self.finding is not None:
            self.add(container_of(self.finding, self.store.records, self.options))
        for name, rows in said.lists.items():
            self.store.add_list(str(name), rows)
        self._seen: dict[tuple[int, str], frozenset[int]] = {}
        self._runs = 0
        self._made: WeakKeyDictionary[Journal, None] = WeakKeyDictionary()
        self._steppers: WeakSet[Stepper] = WeakSet()
        self._answers = Answers(
            scenario=self.scenario, results=results, recording=recording, maxmind=maxmind, providers=providers,
            apps=apps, generate=generate, contract=contract, seed=self.seed)
        add_files(self.store, said.files)

    def add(self, given: GivenContainer, *more: GivenContainer) -> int:
        """Add containers with their artifacts; a missing or taken id is assigned.

        Several parts are joined as `Lab` joins them. Artifacts alone that name a container of the lab are added to it.

        Returns:
            The id of the (first) container.

        Raises:
            InputError: something cannot be read, or it cannot be told what belongs together.
        """
        return self._add_all(read_given(*((_called(one), one) for one in (given, *more)), one=True), join=True)

    def _add_all(self, found: Sequence[Situation], *, join: bool = False) -> int:
        numbers = [self._add(one, join=join) for one in found]
        return numbers[0]

    def _add(self, given: Situation, *, join: bool = False) -> int:
        """Add one; with `join`, artifacts alone to the container of the lab that they name."""
        remarks, number = Remarks(), as_id(given.container.get("id"))
        tell = partial(remarks.add, given.where)
        if join and given.made_up and number in self.containers:
            self.store.add_artifacts(number, given.artifacts, tell)
        else:
            number = self.store.add_container(given.container, given.artifacts, tell)
        self.remarks.setdefault(number, []).extend([*given.remarks, *remarks.lines()])
        return number

    def run(self, playbook: GivenPlaybook, container: GivenContainer | int | None = None, *,
            inputs: dict[str, Any] | None = None, scope: str | list[int] | None = None,
            journal: str | Path | bool | None = None, watched: bool = False) -> PlaybookRun:
        """Run a playbook to its end; where an outcome is missing it ends as ``needs_outcome``.

        Args:
            playbook: a path, a name to look for in `paths`, a `Playbook`, the name of one that ``%%playbook`` defined,
                or the function ``on_start`` of a notebook or script.
            container: as for `Lab`, or the id of one in the lab; None is the first.
            inputs, scope, journal, watched: as for `prepare`.
        """
        return self.prepare(playbook, container, inputs=inputs, scope=scope, journal=journal, watched=watched).execute()

    def step(self, playbook: GivenPlaybook, container: GivenContainer | int | None = None, *,
             inputs: dict[str, Any] | None = None, scope: str | list[int] | None = None,
             journal: str | Path | bool | None = True,
             breakpoints: Breakpoints | Iterable[str] | None = None) -> Stepper:
        """Start a playbook under a stepper, at rest at ``on_start``. Arguments as for `run`.

        Args:
            breakpoints: blocks to rest at for this run only; None: those of `Lab.breakpoints`.
        """
        if breakpoints is None:
            breakpoints = self.breakpoints
        elif not isinstance(breakpoints, Breakpoints):
            breakpoints = Breakpoints(breakpoints)
        run = self.prepare(playbook, container, inputs=inputs, scope=scope, journal=journal)
        breakpoints.check(run.playbook.blocks)
        if self.scenario and self.scenario.edits:
            say(f"scenario {self.scenario.name}: its edits are not made in a run that is stepped")
        stepper = Stepper(run, breakpoints)
        self.stepped(stepper)
        stepper.step()
        return stepper

    def prepare(self, playbook: GivenPlaybook, container: GivenContainer | int | None = None, *,
                inputs: dict[str, Any] | None = None, scope: str | list[int] | None = None,
                journal: str | Path | bool | None = None, watched: bool = False) -> PlaybookRun:
        """Make a run without executing it.

        Args:
            inputs: values for an input playbook, by name.
            scope: ``new``, ``all`` or a list of artifact ids; None is the scenario's, or ``new``.
            journal: file to write the journal to; True: a new one in the default place (see
                `phantom_lab.history.default_folder`), which is what `step` does; None keeps it in memory.
            watched: whether the journal tells which branches the playbook's code takes.

        Raises:
            InputError, PlaybookLoadError: something given cannot be read.
        """
        loaded, scope = self._playbook(playbook), resolved.scope(self.scenario, scope)
        self._check_scope(scope)
        container_id = self._container(container)
        if self.scenario and self.scenario.ran:
            self.ran(loaded, container_id)
        self._runs = max(self._runs, *self.store.records["playbook_run"], 0) + 1
        file = new_file(loaded.name) if journal is True else journal
        rest, security = LocalRest(), EnterpriseSecurity()
        snapshot = Snapshot(self.store.records, tuple(self.assets), self.strict_assets, self.user, self._seen,
                            self.store.files, self.finding, self.store.uncounted)
        scripted = [ScriptedGate(self.scenario.edits)] if self.scenario and self.scenario.edits else []
        tree = plant(snapshot, journal=Journal(file or None, required=journal is not True),
                     providers=self.providers_of([rest, security], lambda: tree, self.options, last=scripted),
                     namespace=RunNamespace(), library=self.library(),
                     seed=self.seed, start=self.start, options=self.options, watched=watched)
        tree.remarks = (*self.unread, *self.remarks.get(container_id, ()))
        tree.made_by = Making(self, playbook)
        for one in scripted:
            one.watch(tree)
        run = PlaybookRun(loaded, tree, run_id=self._runs, container_id=container_id,
                          inputs=resolved.inputs(self.scenario, loaded, inputs), scope=scope)
        rest.run = security.run = run
        self.made(run)
        return run

    def library(self) -> Library:
        """Where playbooks and custom functions are."""
        return Library(self.paths, NAMED, self._answers.stand_ins)

    def providers_of(self, local: Sequence[OutcomeProvider], tree: Callable[[], Tree], options: Options, *,
                     first: Sequence[OutcomeProvider] = (), last: Sequence[OutcomeProvider] = ()) -> Providers:
        """The providers of one run.

        Args:
            local: what the platform itself answers.
            tree: returns the tree of the run.
            first, last: asked before all others; and after them, before results are generated.
        """
        return self._answers.of_run(local, lambda file: _demand(tree(), file, self._demand_of), first=first, last=last,
                                    undeclared=options.undeclared_calls == "ask")

    @property
    def journals(self) -> list[Journal]:
        """Those of the runs that somebody still holds, in the order in which they were made."""
        return list(self._made)

    def made(self, run: PlaybookRun) -> None:
        """A run that is made goes into the history, which keeps it as long as somebody holds it."""
        self._made[run.journal] = None

    def stepped(self, stepper: Stepper) -> None:
        """A run of the history has a stepper."""
        self._steppers.add(stepper)

    def stepper_of(self, journal: Journal) -> Stepper | None:
        """What moves a run, if somebody holds that."""
        return next((one for one in list(self._steppers) if one.journal is journal), None)

    def history_tree(self) -> list[Branch]:
        """The runs of this lab that somebody still holds, and what branched off from them: see
        `phantom_lab.history_tree`."""
        found: list[Branch] = public("history_tree")(self.journals)
        return found

    def loaded(self, playbook: GivenPlaybook) -> Playbook:
        """What a run executes that is given a playbook in this way, as it is now."""
        return self._playbook(playbook)

    def open(self, journal: str | Path | Journal) -> RecordedRun:
        """Open the journal of a run: it can be looked at, asked, gone on with, and branched off. Nothing is executed.

        Args:
            journal: a file, also one that was cut off, or a journal.

        Raises:
            InputError: it cannot be read, or does not hold what its run starts from.
        """
        opened: RecordedRun = public("RecordedRun")(journal, lab=self)  # only now: few runs are of a journal
        return opened

    def copy(self) -> Lab:
        """A lab with the same containers, records, answers and options, whose own changes stay its own."""
        made = copy(self)
        made.store = self.store.copy()
        made._seen = dict(self._seen)
        made.remarks = {number: list(told) for number, told in self.remarks.items()}
        return made

    def ran(self, playbook: GivenPlaybook, container: int | None = None) -> None:
        """Take a playbook to have run on a container as it is now: its artifacts so far are not *new* to it any more.

        Runs in the lab do not count by themselves, so that one can be repeated.
        """
        number = self._container(container)
        seen = frozenset(one["id"] for one in self.artifacts.values() if one["container"] == number)
        self._seen[number, self._playbook(playbook).name] = seen

    @property
    def containers(self) -> dict[int, Container]:
        """Containers by id."""
        return self.store.records["container"]

    @property
    def container(self) -> Container:
        """The container that a run is for where none is named: the first.

        Raises:
            InputError: there is none.
        """
        return self.containers[self._container(None)]

    @property
    def artifacts(self) -> dict[int, Artifact]:
        """Artifacts by id."""
        return self.store.records["artifact"]

    @property
    def lists(self) -> dict[str, list[Any]]:
        """The rows of custom lists, by name."""
        return {one["name"]: one["content"] for one in self.store.records["decided_list"].values()}

    def apply(self, run: PlaybookRun | Stepper) -> None:
        """Take over into the lab what a run and its child playbooks wrote, and that they have run.

        Until then all writes belong to the run. A new record whose id is taken by now gets another one.

        Raises:
            ApplyConflictError: the lab changed the same fields since the run started; nothing is applied.
            InputError: the bytes of a vault file are gone; nothing is applied.
        """
        from phantom_lab.rest.keeping import run_writes  # only now: few labs are written to

        root = (run.run if isinstance(run, Stepper) else run).tree.root
        self.store.files.keep(root.platform.records("container_attachment").values(), root.platform.files)
        apply({**run_writes(root.tree, self.store.records), **writes_of(root.journal)}, self.store.records,
              self.store.uncounted)
        for one in root.tree.runs.values():
            number = one.state.container_id
            self._seen[number, one.playbook.name] = frozenset(
                artifact["id"] for artifact in root.platform.artifacts_of(number))

    def _elsewhere(self, name: str) -> str:
        its = f"run.{name}" if hasattr(PlaybookRun, name) else table_of(name, "run") or told_by_summary(name, "run")
        return f"{its} of a run = lab.run(PLAYBOOK)" if its else ""

    def __repr__(self) -> str:
        return f"<Lab: {len(self.containers)} containers, {len(self.artifacts)} artifacts, {self._runs} runs>"

    def _playbook(self, given: GivenPlaybook) -> Playbook:
        if isinstance(given, Playbook):
            return given
        if isinstance(given, str | Path):
            return Playbook.load(given, paths=self.paths, named=NAMED)
        return capture(given)

    def _container(self, given: GivenContainer | int | None) -> int:
        if isinstance(given, int):
            if isinstance(given, bool) or given not in self.containers:
                known = ", ".join(map(str, self.containers)) or "none"
                raise InputError(f"no container {given} in the lab", hint=f"There are: {known}.")
            return given
        if given is not None:
            return self._add_all(read_given((_called(given), given), one=True))
        if not self.containers:
            raise InputError("the lab has no container", hint="Lab(container) or lab.run(playbook, container).")
        return next(iter(self.containers))

    def _check_scope(self, scope: str | list[int]) -> None:
        if scope not in ("new", "all") and not isinstance(scope, list):
            near = closest(scope, ("new", "all")) if isinstance(scope, str) else ""
            raise InputError(f"scope {scope!r} is neither 'new', 'all' nor a list of artifact ids{near}")
        if unknown := [one for one in scope if isinstance(scope, list) and one not in self.artifacts]:
            known = ", ".join(map(str, list(self.artifacts)[:20])) or "none"
            raise InputError(f"scope: there is no artifact {', '.join(map(str, unknown))}",
                             hint=f"There are {known}{', …' if len(self.artifacts) > 20 else ''}.")


def _check(name: str, given: Any, kind: type | tuple[type, ...], wanted: str) -> None:
    """Whether an argument is of its kind, or left out; True is no number."""
    if given is not None and (not isinstance(given, kind) or (kind is int and isinstance(given, bool))):
        raise InputError(f"{name} must be {wanted}, not {str(given)[:50]!r}")


def _moment(given: datetime.datetime | str | None) -> datetime.datetime | None:
    _check("start", given, (str, datetime.datetime), "a moment, as in 2026-01-31T08:00:00Z")
    return moment_of(given, "start") if isinstance(given, str) else given


def _called(given: GivenContainer) -> str:
    return str(given) if isinstance(given, str | Path) else "container"


def _scenario(given: str | Path | dict[str, Any] | Scenario | None) -> Scenario | None:
    if given is None or isinstance(given, Scenario):
        return given
    if isinstance(given, dict):
        return Scenario.from_json(given)
    _check("scenario", given, (str, Path), "a file, what it would hold, or a Scenario")
    found = read_scenarios(given)
    if len(found) > 1:
        raise InputError(f"the file holds {len(found)} scenarios", where=str(given),
                         hint=f"Choose one: {', '.join(one.name for one in found)}.")
    return found[0]


def _demand_of(playbook: Playbook) -> Demand:
    from phantom_lab.reading.demand import demand_of  # only now: where every result is given, none is asked for

    return demand_of(playbook)


def _demand(tree: Tree, file: str, demand: Callable[[Playbook], Demand]) -> Demand:
    """What the playbook of a running tree tells of its actions."""
    return next((demand(run.playbook) for run in tree.runs.values() if run.playbook.file == file), Demand())


def _asset(given: str | Asset | dict[str, Any]) -> Asset:
    if isinstance(given, Asset):
        return given
    if isinstance(given, str):
        return Asset(given, App(given))
    if not isinstance(given, dict) or not isinstance(given.get("name"), str):
        raise InputError(f"an asset must have a name: {given!r}")
    tell_keys(f"asset {given['name']!r}", given, ("name", "app", "actions", "version", "tags", "type"))
    actions = given.get("actions")
    app = App(given.get("app") or given["name"], frozenset(map(str.lower, actions)) if actions is not None else None,
              str(given.get("version") or ""))
    return Asset(given["name"], app, frozenset(given.get("tags") or ()), given.get("type") or "")


def _user_type(name: str) -> str:
    return "automation" if name == "automation" else "normal"
