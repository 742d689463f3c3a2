"""What may be done about an outcome that a run waits for, besides typing it in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phantom_lab.apps import Generated
from phantom_lab.control import Stepper
from phantom_lab.control.stepped import Position
from phantom_lab.errors import InputError, StepperError
from phantom_lab.history import Journal, OutcomeGiven, RunSpec
from phantom_lab.history.held import Held, journal_of
from phantom_lab.lab.again import Making
from phantom_lab.lab.lab import Lab
from phantom_lab.model import PEOPLE
from phantom_lab.outcomes import ActionCall, outcome_of
from phantom_lab.outcomes.answer import message_of
from phantom_lab.outcomes.declared import Demand
from phantom_lab.outcomes.pins import Pin
from phantom_lab.reading.demand import demand_of
from phantom_lab.scenarios.from_journal import scenario_of

_LOOKED = 500
"""Results of an action that are looked at for the last one."""


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """A result of the same action, earlier in the run or in another run of its lab."""

    answer: dict[str, Any]
    told: str
    """For people: where it is from."""
    same: bool
    """Whether it was for the same asset and parameters."""


def lab_of(stepper: Stepper) -> Lab:
    """The lab of a run.

    Raises:
        StepperError: it is not known.
    """
    if (found := _lab(stepper)) is None:
        raise StepperError("it is not known which lab this run is of", hint="lab.open(journal) opens it in one.")
    return found


def pins_of(stepper: Stepper) -> list[Pin]:
    """What is pinned in the lab of a run; nothing where it is not known."""
    lab = _lab(stepper)
    return lab.pins if lab else []


def made_up(stepper: Stepper) -> dict[str, Any]:
    """An answer to what the run waits for, as ``generate=True`` makes it up. It is not given.

    Raises:
        StepperError: no outcome is needed now, or a person is asked.
    """
    call = _needed(stepper)
    found = generator(stepper).outcome(call)
    if found is None:
        raise StepperError(f"{PEOPLE.get(call.action, call.action)}: what a person answers is not made up")
    return _answer(found.results[0].to_json())


def generator(stepper: Stepper) -> Generated:
    """What makes results up for a run, and knows what is declared and read of its actions."""
    runs = stepper.run.tree.runs.values()
    playbooks = {run.playbook.file: run.playbook for run in runs}
    lab = _lab(stepper)

    def demand(file: str) -> Demand:
        return demand_of(playbooks.get(file, stepper.run.playbook))

    return lab.generator(demand) if lab else Generated(None, demand)


def last_answer(stepper: Stepper) -> LastAnswer | None:
    """The last result of the action that the run waits for: on the same asset and with the same parameters, else on the
    same asset, else any; of this run before others of its lab. None: there is none.

    Raises:
        StepperError: no outcome is needed now.
    """
    call = _needed(stepper)
    wanted = _plain(call.parameter)
    best: tuple[int, LastAnswer] | None = None
    for journal, given in _earlier(stepper, call.action):
        parameter = _plain(journal.get(given.parameter))
        rank = 2 if given.asset != call.asset else 1 if parameter != wanted else 0
        results = journal.get(given.results)
        if len(results) == 1 and (best is None or rank < best[0]):
            of = "of this run" if journal is stepper.journal else "of an earlier run"
            with_ = ", ".join(f"{name}={value}" for name, value in parameter.items())
            told = f"{of}, on {given.asset}{f' with {with_}' if with_ else ''} ({given.source})"
            best = rank, LastAnswer(_answer(results[0]), told, rank == 0)
            if not rank:
                break
    return best[1] if best else None


def pin_answer(stepper: Stepper, answer: Any, *, any_parameter: bool = False) -> Position:
    """Give an answer to what the run waits for, and pin it: it is given again in the next runs of the lab, on the same
    asset and with the same parameters; to a person's question by its block's name, whatever its text. See `Lab.pin`.

    Args:
        answer: see `phantom_lab.success`.
        any_parameter: whatever the parameters are.

    Raises:
        StepperError: no outcome is needed now.
        InputError: no such result is possible.
    """
    call = _needed(stepper)
    given = answer if isinstance(answer, dict) else {"data": answer}
    stepper.answer(given)  # refuses what does not fit; only then is it pinned
    pin(lab_of(stepper), call, given, any_parameter=any_parameter)
    return stepper.wait()


def pin(lab: Lab, call: ActionCall, answer: Mapping[str, Any], *, any_parameter: bool = False) -> Pin:
    """Pin an answer for calls like this one."""
    if call.action in PEOPLE:
        return lab.pin(call.action, answer, block=call.name)
    return lab.pin(call.action, answer, asset=call.asset,
                   parameter=None if any_parameter else _plain(call.parameter))


def save_scenario(held: Held, file: str | Path, *, answer: Any = None) -> Path:
    """Write a run as a scenario, as far as it has come: the situation it found, and what everything outside answered.

    Args:
        held: a run, its stepper, its journal or the journal's file.
        file: a new one; without an ending it is YAML. It is never written over.
        answer: to what a stepper waits for, as if it had been given.

    Raises:
        InputError: the file is there already, or cannot be written; or no such result is possible.
        StepperError: an answer is given, and no outcome is needed.
    """
    from phantom_lab.scenarios.yaml_text import as_yaml  # only now: few runs are saved

    if not str(file).strip():
        raise InputError("a scenario needs the name of a file")
    path = Path(str(file).strip()).expanduser()
    path = path if path.suffix else path.with_suffix(".yaml")
    also = []
    if answer is not None:
        if not isinstance(held, Stepper):
            raise StepperError("only a stepped run waits for an answer")
        call = _needed(held)
        found = outcome_of(answer, call, where="the given result", source="given by hand", by="hand")
        also = [{"action": call.action, "name": call.name, "asset": call.asset, "parameter": call.parameter,
                 "results": [one.to_json() for one in found.results], "delay": found.delay}]
    text = as_yaml(scenario_of(journal_of(held), also=also, ends=False))
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise InputError("there is a file of this name already", where=str(path), hint="Choose another name.") from None
    except (OSError, ValueError) as exc:
        raise InputError(f"cannot be written: {getattr(exc, 'strerror', None) or exc}", where=str(path)) from None
    return path


def _lab(stepper: Stepper) -> Lab | None:
    made = stepper.run.tree.made_by
    return made.lab if isinstance(made, Making) and isinstance(made.lab, Lab) else None


def _needed(stepper: Stepper) -> ActionCall:
    if (call := stepper.needed) is None:
        raise StepperError(f"no outcome is needed now (the run is {stepper.position.state})")
    return call


def _earlier(stepper: Stepper, action: str) -> Iterator[tuple[Journal, OutcomeGiven]]:
    """Results of an action, the latest first: of the run, then of the newest other run of the lab."""
    lab = _lab(stepper)
    others = [one for one in lab.journals if one is not stepper.journal] if lab else []
    others.sort(key=_began, reverse=True)
    left = _LOOKED
    for journal in (stepper.journal, *others):
        for one in reversed(journal.index.of_kind(OutcomeGiven)):
            if left and one.action.lower() == action.lower() and not one.local:
                left -= 1
                yield journal, one


def _began(journal: Journal) -> str:
    first = journal.events[0] if journal.length else None
    return first.clock if isinstance(first, RunSpec) else ""


def _answer(result: Mapping[str, Any]) -> dict[str, Any]:
    """The answer that gives a result."""
    given = {key: result[key] for key in ("status", "data", "summary")}
    said = result["message"] if result["message"] != message_of(result["summary"]) else None
    return {**given, "message": said}


def _plain(parameter: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in parameter.items() if key != "context"}
