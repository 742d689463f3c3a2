"""What a line of a notebook is about: the runs, labs and variables that the notebook holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phantom_lab.control import Stepper
from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import InputError, StepperError
from phantom_lab.lab import Lab
from phantom_lab.lab.opened import RecordedRun
from phantom_lab.misspelt import meant

Held = Stepper | PlaybookRun | RecordedRun


def run_in(scope: Mapping[str, Any], name: str) -> Held:
    """The run that is meant: the one that a variable holds, or else the newest result of a cell.

    Args:
        scope: the notebook's variables.
        name: of one of them; empty: none is said.

    Raises:
        InputError: there is no such variable, or it holds no run.
        StepperError: no run is at hand, or several are.
    """
    if name:
        found = variable(name, scope)
        if not isinstance(found, Held):
            raise InputError(f"{name} is no run, no stepper and no opened journal")
        return found
    held: dict[str, Held] = _of_kind(scope, Held)
    if len(held) == 1:
        return held[next(iter(held))]
    if not held:
        results: list[Held] = [one for one in scope.get("Out", {}).values() if isinstance(one, Held)]
        if results:
            return results[-1]
        raise StepperError("no run is at hand here", hint="stepper = lab.step(playbook) starts one.")
    resting = [key for key, one in held.items()
               if isinstance(one, Stepper) and one.position.state in ("resting", "needs_outcome")]
    if len(resting) == 1:
        return held[resting[0]]
    raise StepperError(f"several runs are at hand here ({', '.join(held)})", hint="--of VARIABLE says which.")


def lab_in(scope: Mapping[str, Any], name: str) -> Lab:
    """The lab that is meant; a new one, where there is none. Raises as `run_in`."""
    if name:
        found = variable(name, scope)
        if not isinstance(found, Lab):
            raise InputError(f"{name} is no lab")
        return found
    labs: dict[str, Lab] = _of_kind(scope, Lab)
    if len(labs) > 1:
        raise InputError(f"several labs are at hand here ({', '.join(labs)})", hint="--of VARIABLE says which.")
    return next(iter(labs.values())) if labs else Lab()


def variable(name: str, scope: Mapping[str, Any]) -> Any:
    """What a variable holds.

    Raises:
        InputError: there is none.
    """
    if name not in scope:
        raise InputError(f"there is no variable {name!r}", hint=meant(name, [one for one in scope if one[0] != "_"]))
    return scope[name]


def _of_kind(scope: Mapping[str, Any], kind: Any) -> dict[str, Any]:
    """What variables hold of a kind, each once, by the last of its names."""
    held = {key: one for key, one in scope.items() if not key.startswith("_") and isinstance(one, kind)}
    names = {id(one): key for key, one in held.items()}
    return {key: held[key] for key in names.values()}
