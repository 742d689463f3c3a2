"""Situations that sample playbooks are run in: the tables of ``golden/situations.toml``."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from phantom_lab import Lab, Options, Playbook
from phantom_lab.control import Stepper
from phantom_lab.engine import PlaybookRun
from phantom_lab.scenarios import Scenario, read_scenarios

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "sample_data"
GOLDEN = ROOT / "tests" / "golden"


@dataclass(frozen=True, slots=True)
class Situation:
    """What a sample playbook runs in: a table of ``situations.toml``."""

    name: str
    playbook: str
    container: str = ""
    finding: str = ""
    """File of ``findings/``, for a run that is about one."""
    results: str = ""
    """File of ``results/``."""
    first: list[dict[str, Any]] = field(default_factory=list)
    """Results that answer before those of the file."""
    inputs: dict[str, Any] = field(default_factory=dict)
    scope: str = "new"
    later: list[int] = field(default_factory=list)
    """Artifacts that came after the playbook had already run on the container."""
    lists: dict[str, list[Any]] = field(default_factory=dict)
    assets: list[dict[str, Any]] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)
    maxmind: bool = False

    @property
    def source(self) -> Path:
        """The playbook's file."""
        return SAMPLES / "playbooks" / f"{self.playbook}.py"

    def lab(self) -> Lab:
        """The lab that the playbook finds."""
        lab = Lab(SAMPLES / "containers" / f"{self.container}.json" if self.container else None,
                  finding=SAMPLES / "findings" / f"{self.finding}.json" if self.finding else None,
                  results=self._results(), lists=self.lists, assets=self.assets, paths=[SAMPLES],
                  options=Options(**self.options), maxmind=None if self.maxmind else False)
        if self.later:
            later = {number: lab.artifacts.pop(number) for number in self.later}
            lab.ran(self.source)
            lab.artifacts.update(later)
        return lab

    def run(self, playbook: Playbook | None = None) -> PlaybookRun:
        """Run the playbook to its end, now.

        Args:
            playbook: a changed one that takes its place.
        """
        return self.lab().run(playbook or loaded(self.playbook), inputs=self.inputs, scope=self.scope)

    def step(self) -> Stepper:
        """The playbook, before its first step."""
        return self.lab().step(loaded(self.playbook), inputs=self.inputs, scope=self.scope, journal=None)

    def _results(self) -> Any:
        file = SAMPLES / "results" / f"{self.results}.json" if self.results else None
        if not self.first:
            return file
        return self.first + (json.loads(file.read_text()) if file else [])

    @property
    def file(self) -> Path:
        """Where its golden journal is kept."""
        return GOLDEN / f"{self.name}.txt"


@cache
def loaded(name: str) -> Playbook:
    """A sample playbook; what is compiled of one serves all of its runs."""
    return Playbook.load(SAMPLES / "playbooks" / f"{name}.py")


@cache
def finished(name: str) -> PlaybookRun:
    """A run of a situation, for tests that only look at it: whoever goes on with one takes `Situation.run`."""
    return situations()[name].run()


@cache
def scenarios() -> dict[str, tuple[Scenario, ...]]:
    """The scenarios of every sample playbook, by its name."""
    return {file.stem: tuple(read_scenarios(file)) for file in sorted((SAMPLES / "scenarios").glob("*.yaml"))}


@cache
def situations() -> dict[str, Situation]:
    """Every situation by its name, which is the playbook's where nothing else is said."""
    table = tomllib.loads((GOLDEN / "situations.toml").read_text())
    return {name: Situation(**{"name": name, "playbook": name, **one}) for name, one in table.items()}
