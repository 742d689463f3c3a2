"""Playbook automation API: logic loops."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.rules.arguments import brief
from phantom_lab.rules.registry import emulates_class

_STARTED = "started_at"
"""Where the state keeps when its loop began, in seconds of the run's clock: so ``max_ttl`` survives the round trip."""


def read_state(given: Any, call: str) -> Any:
    """A loop state as a dict, from a dict, its JSON text, or nothing.

    Raises:
        PlaybookArgumentError: anything else.
    """
    if given in (None, ""):
        return None
    try:
        state = json.loads(given) if isinstance(given, str) else json.loads(json.dumps(given))
    except (TypeError, ValueError) as exc:
        raise PlaybookArgumentError(f"{call}: loop_state is not JSON: {exc}") from None
    if not isinstance(state, dict):
        raise PlaybookArgumentError(f"{call}: loop_state must be a dict, not {type(state).__name__}",
                                    hint="Pass loop_state.to_json().")
    return state


@emulates_class("LoopState")
def loop_state_class(run: PlaybookRun) -> type:
    """``LoopState`` for one run."""

    class LoopState:
        """How often a block has been repeated, and whether it is to be repeated once more.

        Args:
            state: ``{"current_iteration", "max_iterations", "conditions", "max_ttl", "delay_time"}`` (seconds), its
                JSON text, or None.
        """

        def __init__(self, state: Any = None) -> None:
            found = read_state(state, "LoopState") or {}
            self.current_iteration = int(_number(found, "current_iteration", 1))
            self.max_iterations = int(_number(found, "max_iterations", 1))
            self.conditions = found.get("conditions")
            self.max_ttl = _number(found, "max_ttl", 600)  # observed defaults of the editor
            self.delay_time = _number(found, "delay_time", 120)
            self._rest = {key: value for key, value in found.items() if key not in _KEYS}
            self._rest.setdefault(_STARTED, run.clock.elapsed())

        def should_continue(self, container: Any = None, results: Any = None) -> bool:
            """Whether to go round once more: not after the last iteration, the time, or a met exit condition
            (documented: whichever comes first). The pause is waited for here (assumed)."""
            given = {"container": container, "results": results, "state": json.loads(self.to_json())}
            return bool(run.call_api("LoopState.should_continue", lambda run, **_: self._goes_on(container, results),
                                     given))

        def increment(self) -> None:
            """Count the next iteration."""
            self.current_iteration += 1

        def to_json(self) -> str:
            """The state as JSON text."""
            return json.dumps({**{key: getattr(self, key) for key in _KEYS}, **self._rest})

        def _goes_on(self, container: Any, results: Any) -> bool:
            if self.current_iteration >= self.max_iterations:
                return False
            if run.clock.elapsed() - float(self._rest[_STARTED]) > self.max_ttl:
                return False
            if self.conditions and self._met(container, results):
                return False
            run.clock.advance(self.delay_time)
            return True

        def _met(self, container: Any, results: Any) -> bool:
            from phantom_lab.rules.decisions import matches

            # Every published loop with several conditions stores the logic "and".
            return matches(run, self.conditions, str(self._rest.get("logical_operator") or "and"), container=container,
                           results=results)

    return LoopState


_KEYS = ("current_iteration", "max_iterations", "conditions", "max_ttl", "delay_time")


def _number(state: dict[str, Any], key: str, default: float) -> float:
    value = state.get(key)
    if value is None:
        return default
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not isfinite(number):
        raise PlaybookArgumentError(f"LoopState: {key} must be a number, not {brief(value)}")
    return number
