"""What stands in for a child playbook or a custom function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from phantom_lab.errors import InputError, LabError
from phantom_lab.later import dataclass
from phantom_lab.model import given_json
from phantom_lab.outcomes.answer import failure
from phantom_lab.outcomes.remembering import Remembering

PLAYBOOK, CUSTOM_FUNCTION = "playbook", "custom function"
_RETURNS = {PLAYBOOK: "a dict of outputs", CUSTOM_FUNCTION: "a dict or a list"}


@dataclass(frozen=True, slots=True)
class StandIn:
    """A function, or an entry of a results file, that answers instead of what a file would hold."""

    kind: str
    """``playbook`` or ``custom function``."""
    name: str
    """As it was registered; a repository in front of it means nothing."""
    function: Callable[[dict[str, Any]], Any]
    """Given ``{"inputs", "container"}``, or the parameters of the custom function by name; returns the outputs or the
    data, or `phantom_lab.failure`."""
    where: str
    source: str
    """Who answers, for people: ``stub enrich (lab.py:12)``, ``results.json[3]``."""
    stub: Remembering | None = None
    """The function of the user's; None: there is none."""
    of_scenario: bool = False
    """Whether it is there for this situation alone."""

    def answer(self, given: dict[str, Any]) -> tuple[Any, str | None]:
        """Ask it.

        Returns:
            The outputs or the data, and None; or None, and why it failed.

        Raises:
            InputError: it raised, or returned neither.
        """
        what = f"the stub for {self.kind} '{self.name}'"
        try:
            found = self.function(given)
        except LabError:
            raise
        except (Exception, SystemExit) as exc:
            raise InputError(f"{what} raised {type(exc).__name__}: {exc}", where=self.where,
                             hint=f"Return phantom_lab.failure(message) for a {self.kind} that fails.") from exc
        if not isinstance(found, dict) and not (isinstance(found, list) and self.kind == CUSTOM_FUNCTION):
            raise InputError(f"{what} returned {type(found).__name__}, not {_RETURNS[self.kind]}", where=self.where)
        if isinstance(found, dict) and _fails(found):
            return None, str(found["message"])
        return given_json(found, f"what {what} returned", where=self.where), None


def _fails(found: dict[str, Any]) -> bool:
    return found.keys() == failure("").keys() and found["status"] == "failed"
