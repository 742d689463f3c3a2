"""Where a lab's results come from, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from phantom_lab.apps import Apps, Generated, MaxMind, NoMaxMind
from phantom_lab.enterprise_security.connector import SOURCE
from phantom_lab.errors import InputError
from phantom_lab.history import OutcomeGiven, read_journal
from phantom_lab.history.reading import held_by
from phantom_lab.misspelt import say
from phantom_lab.outcomes import OutcomeProvider, Providers, Recording, ResultsFile, StandIn, Stubs
from phantom_lab.outcomes.contract import STRICT
from phantom_lab.outcomes.declared import Connector, Demand
from phantom_lab.outcomes.pins import Pins
from phantom_lab.outcomes.recorded import ended, recorded
from phantom_lab.outcomes.remembering import Keeping
from phantom_lab.scenarios import Scenario


class Answers:
    """Stubs, a scenario, results, recordings, local apps, what else was given, and generated results.

    Args:
        scenario: a situation with its outcomes.
        results, recording, maxmind, providers, apps, generate, contract, seed: as for `Lab`.
    """

    def __init__(self, *, scenario: Scenario | None, results: str | Path | list[Any] | dict[str, Any] | None,
                 recording: str | Path | Recording | None, maxmind: str | Path | bool | None,
                 providers: Sequence[OutcomeProvider], apps: str | Path | Apps | None, generate: bool,
                 contract: str, seed: int) -> None:
        self.apps = apps if isinstance(apps, Apps) or apps is None else _loaded(apps)
        self.stubs, self.pins = Stubs(), Pins()
        self._scenario = scenario
        self._results = [ResultsFile(results)] if results is not None else []
        self._recording = _recording(recording)
        self._maxmind = list(_maxmind(maxmind))
        self._lacking = [NoMaxMind()] if maxmind in (None, True) and not self._maxmind else []
        self._others = list(providers)
        self._generate = generate or (scenario is not None and scenario.generate)
        self._contract, self._seed = contract, seed
        if contract == STRICT and not (self.apps or self._generate or self._others):
            raise InputError("a strict contract needs apps: without them no result is held against anything",
                             hint="Give manifests: --apps PATH (Lab(apps=…)).")
        self.stand_ins: list[StandIn] = [
            *(scenario.stand_ins if scenario else ()), *(one for file in self._results for one in file.stand_ins)]
        """The first of a name wins."""

    def order(self) -> list[str]:
        """Who is asked, in order, for people."""
        results = [f"results {one.name}" for one in self._results]
        recording = [f"recording {self._recording.name}"] if self._recording else []
        known = f"{len(self.apps)} manifests, " if self.apps else ""
        pinned = [f"pinned answers ({len(self.pins)})"] if len(self.pins) else []
        return ["given by hand", *pinned, f"stubs ({len(self.stubs)})",
                *([f"scenario {self._scenario.name}"] if self._scenario else []), *results, *recording,
                *("MaxMind app" for _ in self._maxmind), "local REST", SOURCE,
                *(type(one).__name__ for one in self._others),
                *([f"generated from {known}exports and reads"] if self._generate else [])]

    def keeping(self) -> list[Keeping]:
        """Stubs that keep something from one call to the next."""
        return [*self.stubs.keeping(), *(Keeping(one.source, (one.kind, one.name), one.stub.calls)
                                         for one in self.stand_ins if one.stub is not None and one.stub.keeps)]

    def generator(self, demand: Callable[[str], Demand]) -> Generated:
        """What makes results up, given what the playbook in a file tells of its actions."""
        return Generated(self.apps, demand, self._seed)

    def of_run(self, local: Sequence[OutcomeProvider], demand: Callable[[str], Demand], *,
               undeclared: bool = False, first: Sequence[OutcomeProvider] = (),
               last: Sequence[OutcomeProvider] = ()) -> Providers:
        """The providers of one run.

        Args:
            local: what the platform itself answers.
            demand: what the playbook in a file tells of its actions.
            undeclared: whether results are generated for actions that an app lacks.
            first, last: asked before all others, and after them.
        """
        generated = self.generator(demand)
        scenario = [self._scenario.provider(generated.outcome if self._generate else None)] if self._scenario else []
        recording = [self._recording.provider()] if self._recording else []
        return Providers(
            [*first, self.pins, self.stubs, *scenario, *self._results, *recording, *self._maxmind, *local,
             *self._others, *last, *self._lacking],
            inventing=generated if self._generate else None, undeclared=undeclared,
            declaration_of=generated.declaration if self.apps else None,
            manifests=generated if self.apps else None, contract=self._contract,
            requires=lambda call: demand(call.playbook).connectors.get(call.name, Connector()).requires)


def _loaded(given: str | Path) -> Apps:
    apps = Apps.load(given)
    for problem in apps.problems:
        say(problem)
    return apps


def _recording(given: str | Path | Recording | None) -> Recording | None:
    if given is None or isinstance(given, Recording):
        return given
    if not isinstance(given, str | Path):
        raise InputError(f"recording must be a journal's path, not {type(given).__name__}")
    journal = read_journal(given)
    if cut := sum(isinstance(one, OutcomeGiven) and one.results in journal.cut for one in journal.events):
        say(f"{given}: of {cut} of its results only the beginning is recorded, and given")
    with held_by(given):
        return Recording(recorded(journal), name=Path(given).name, cut_off=not ended(journal))


def _maxmind(given: str | Path | bool | None) -> Iterator[MaxMind]:
    if isinstance(given, str | Path):
        yield MaxMind(given)
    elif given is not False and MaxMind.installed():
        yield MaxMind()
