"""What a scenario expects of a run, as commands tell it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from phantom_lab.views.report import exit_code

if TYPE_CHECKING:
    from phantom_lab.engine import PlaybookRun
    from phantom_lab.expecting.verdict import Unmet
    from phantom_lab.scenarios import Scenario
    from phantom_lab.views.rows import Hint

NOT_MET = 1


@dataclass(frozen=True, slots=True)
class Judged:
    """A run beside what its scenario expects."""

    status: str
    """That is expected; empty where nothing at all is."""
    unmet: tuple[Unmet, ...]
    code: int
    """Exit code."""
    idle: tuple[Hint, ...] = ()
    """What of it no run can fail."""

    def to_json(self) -> dict[str, Any]:
        """What ``--json`` prints of it; nothing where nothing is expected."""
        return {"expected": self.status, "unmet": [asdict(one) for one in self.unmet],
                "idle": [one["message"] for one in self.idle]} if self.status else {}

    def lines(self) -> Iterator[str]:
        """What is not as expected, for people; how a run ends is told at its end."""
        for one in self.unmet:
            if one.section != "status":
                yield from str(one).split("\n")


def ended(status: str, expected: str, unmet: int) -> str:
    """A status, with how it is beside what is expected.

    Args:
        expected: empty where nothing is.
        unmet: how many expectations are not met.
    """
    if not expected:
        return status
    if status != expected:
        return f"{status}, expected {expected}"
    return f"{status}, {f'not as expected ({unmet})' if unmet else 'as expected'}"


def judged(run: PlaybookRun, scenario: Scenario | None) -> Judged:
    """Hold a run that has ended against its scenario."""
    summary = run.summary()
    if scenario is None or not scenario.expected:
        return Judged("", (), exit_code(summary))
    from phantom_lab.expecting.facts import Facts  # only now: most runs are for no test
    from phantom_lab.expecting.idle import idle
    from phantom_lab.expecting.verdict import unmet

    status = scenario.expect or "success"
    found = tuple(unmet(run.journal, scenario.expected))
    return Judged(status, found, max(NOT_MET, exit_code(summary, status)) if found else 0,
                  tuple(idle(Facts(run.journal), scenario.expected.wanted)))
