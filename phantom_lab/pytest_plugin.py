"""The pytest plugin: fixtures, scenario files as tests, and journals of what failed.

Nothing of the lab is imported before a test asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from phantom_lab.engine import PlaybookRun
    from phantom_lab.lab import Lab
    from phantom_lab.scenarios import Scenario

_RUNS: pytest.StashKey[list[Any]] = pytest.StashKey()
"""The runs of a test, as far as its fixtures made them."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("phantom_lab", "playbooks (phantom_lab)")
    group.addoption("--lab-journal-on-failure", action="store_true",
                    help="write the journals of a failed test's runs, and name them (ini: lab_journals)")
    parser.addini("lab_journals", "folder for the journals of failed tests, seen from the root folder",
                  default=".phantom-lab/journals")
    parser.addini("lab_paths", "folders with playbooks and custom functions, seen from the root folder", type="paths",
                  default=[])
    parser.addini("lab_scenarios", "patterns of scenario files that are tests, such as tests/scenarios/*.yaml; those "
                                   "named on the command line always are", type="args", default=[])


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix not in (".yaml", ".yml", ".json"):
        return None
    config = parent.config
    named = any(file_path == Path(config.invocation_params.dir, one.partition("::")[0]) for one in config.args)
    if named or any(file_path.is_relative_to(config.rootpath) and file_path.relative_to(config.rootpath).match(one)
                    for one in config.getini("lab_scenarios")):
        return ScenarioFile.from_parent(parent, path=file_path)
    return None


class ScenarioFile(pytest.File):
    """A scenario file, each scenario of which is a test."""

    def collect(self) -> Iterator[ScenarioItem]:
        from phantom_lab.errors import LabError
        from phantom_lab.scenarios import read_scenarios

        try:
            found = read_scenarios(self.path)
        except LabError as exc:
            raise self.CollectError(str(exc)) from None
        for one in found:
            yield ScenarioItem.from_parent(self, name=one.name.partition("#")[2] or one.name, scenario=one)


class ScenarioItem(pytest.Item):
    """One scenario."""

    def __init__(self, *, scenario: Scenario, **given: Any) -> None:
        super().__init__(**given)
        self.scenario = scenario

    def runtest(self) -> None:
        from phantom_lab.expecting import asserted

        run = _run(self, None, None, self.scenario, {}, {})
        asserted(run).as_expected(self.scenario.expected)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        from phantom_lab.errors import LabError

        if isinstance(excinfo.value, AssertionError | LabError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, f"scenario {self.scenario.name}"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    runs = item.stash.get(_RUNS, [])
    if report.when == "call" and report.failed and runs and item.config.getoption("lab_journal_on_failure"):
        folder = item.config.rootpath / item.config.getini("lab_journals")
        report.sections.append(("phantom_lab", "\n".join(_kept(item, runs, folder))))


@pytest.fixture
def lab(request: pytest.FixtureRequest) -> Lab:
    """A lab without a container, which finds playbooks in the folders of `lab_paths`."""
    return _lab(request.node, paths=request.config.getini("lab_paths"))


@pytest.fixture
def scenario(request: pytest.FixtureRequest) -> Callable[[str | Path], Scenario]:
    """Reads a scenario: ``scenario("phishing.yaml#declined")``, seen from the test's own file."""

    def read(path: str | Path) -> Scenario:
        from phantom_lab.errors import InputError
        from phantom_lab.scenarios import read_scenarios

        found = read_scenarios(request.path.parent / path)
        if len(found) > 1:
            raise InputError(f"the file holds {len(found)} scenarios", where=str(path),
                             hint=f"Choose one: {', '.join(one.name for one in found)}.")
        return found[0]

    return read


@pytest.fixture
def run_playbook(request: pytest.FixtureRequest, scenario: Callable[[str | Path], Scenario]
                 ) -> Callable[..., PlaybookRun]:
    """Runs a playbook to its end: ``run_playbook("triage.py", container)``, or ``run_playbook(scenario="a.yaml#b")``
    where the scenario names it. Paths are seen from the test's own file. What else is given goes to `Lab`, and
    ``inputs``, ``scope`` and ``lab`` (one that is there already) are as for `Lab.run`."""

    def run(playbook: Any = None, container: Any = None, **given: Any) -> PlaybookRun:
        said = given.pop("scenario", None)
        found = scenario(said) if isinstance(said, str | Path) else said
        how: dict[str, Any] = {name: given.pop(name) for name in ("inputs", "scope") if name in given}
        return _run(request.node, playbook, container, found, given, how)

    return run


def _run(item: pytest.Item, playbook: Any, container: Any, scenario: Any, given: dict[str, Any], how: dict[str, Any]
         ) -> PlaybookRun:
    """One run."""
    from phantom_lab.errors import InputError

    folder = item.path.parent
    lab = given.pop("lab", None)
    named = playbook if playbook is not None else getattr(scenario, "playbook", None)
    if named is None:
        raise InputError("there is no playbook to run", hint="Name one, or give a scenario that does.")
    paths = [*given.pop("paths", ()), *item.config.getini("lab_paths"), folder]
    if lab is None:
        lab = _lab(item, container=_beside(folder, container), scenario=scenario, paths=paths, **given)
        container = None
    run: PlaybookRun = lab.run(_beside(folder, named), container, **how)
    return run


def _lab(item: pytest.Item, **given: Any) -> Lab:
    """A lab whose runs are kept with a test, for their journals."""
    from phantom_lab.lab import Lab

    runs: list[PlaybookRun] = item.stash.setdefault(_RUNS, [])

    class Kept(Lab):
        def made(self, run: PlaybookRun) -> None:
            super().made(run)
            runs.append(run)

    return Kept(**given)


def _beside(folder: Path, given: Any) -> Any:
    """A path seen from a folder, where there is such a file."""
    if isinstance(given, str | Path) and (path := folder / given).is_file():
        return path
    return given


def _kept(item: pytest.Item, runs: list[Any], folder: Path) -> Iterator[str]:
    from phantom_lab.errors import LabError
    from phantom_lab.testing.running import keep

    for number, run in enumerate(runs, 1):
        try:
            yield f"journal: {keep(run.journal, folder, f'{item.nodeid}-{number}')}"
        except LabError as exc:
            yield f"the journal cannot be kept: {exc}"
