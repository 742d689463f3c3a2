"""Where a lab's results come from, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from phantom_lab.outcomes import MaxMind, OutcomeProvider, Providers, ResultsFile, StandIn, Stubs
from phantom_lab.rest.http_app import LocalRest


class Answers:
    """Stubs, then results, then local apps, then what else was given.

    Args:
        results, maxmind, providers: as for `Lab`.
    """

    def __init__(self, *, results: str | Path | list[Any] | None, maxmind: str | Path | bool | None,
                 providers: Sequence[OutcomeProvider]) -> None:
        self.stubs = Stubs()
        self._results = [ResultsFile(results)] if results is not None else []
        self._maxmind = list(_maxmind(maxmind))
        self._others = list(providers)
        self.stand_ins: list[StandIn] = [one for file in self._results for one in file.stand_ins]
        """The first of a name wins."""

    def of_run(self, rest: LocalRest) -> Providers:
        """The providers of one run."""
        return Providers([self.stubs, *self._results, *self._maxmind, rest, *self._others])


def _maxmind(given: str | Path | bool | None) -> Iterator[MaxMind]:
    if isinstance(given, str | Path):
        yield MaxMind(given)
    elif given is not False and MaxMind.installed():
        yield MaxMind()
