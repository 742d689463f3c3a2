"""What actions and people may come back with: what runs have seen of it, and the situations in which they do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from phantom_lab.engine import PlaybookRun
from phantom_lab.history import ActionCompleted, ActionStarted, Journal, OutcomeGiven, RunStarted
from phantom_lab.model import PEOPLE, json_copy
from phantom_lab.outcomes.declared import Read
from phantom_lab.reading.demand import demand_of
from phantom_lab.source.playbook import Playbook
from phantom_lab.trials.edits import Situation, answered
from phantom_lab.trials.replies import questions_of, reply_to

FAILED = {"status": "failed", "message": "sample failure"}
FAILS_IN_PART = "fails in part"
_FAILS, _NOTHING, _SILENT = "fails", "finds nothing", "is not answered"


class Answer(NamedTuple):
    """What the action or question of a block came back with."""

    block: str
    told: str
    """``fails``, ``fails in part``, ``finds nothing``, ``is not answered`` or ``is answered Yes``."""

    def __str__(self) -> str:
        return f"{self.block} {self.told}"


def own_runs(run: PlaybookRun, file: str) -> set[int]:
    """Runs of a playbook's file, among them and their children."""
    return own_runs_of(run.journal, file)


def own_runs_of(journal: Journal, file: str) -> set[int]:
    """The same of a journal."""
    return {event.run for event in journal.events if isinstance(event, RunStarted) and event.file == file}


def possible(run: PlaybookRun, playbook: Playbook) -> Iterator[tuple[Answer, ActionStarted, dict[str, Any]]]:
    """What everything that a run asked for may come back with, and the entry of a scenario that says so."""
    own = own_runs(run, playbook.file)
    for event in run.journal.events:
        if isinstance(event, ActionStarted) and event.run in own:
            answers = _of_people if event.action in PEOPLE else _of_apps
            for told, entry in answers(run, event, playbook):
                yield Answer(event.name, told), event, entry


def seen(run: PlaybookRun, playbook: Playbook) -> set[Answer]:
    """What a run's actions and questions came back with."""
    own, journal = own_runs(run, playbook.file), run.journal
    found: set[Answer] = set()
    for event in journal.events:
        if isinstance(event, ActionCompleted) and event.run in own:
            results = [one for part in journal.get(event.results) for one in part.get("action_results", [])]
            told = _said(results) if event.action in PEOPLE else _came_back(results, event.status)
            found.update(Answer(event.name, one) for one in told)
    return found


def other(situation: Situation, event: ActionStarted, entry: dict[str, Any]) -> Situation:
    """A situation in which an action or a question comes back with something else."""
    if entry.keys() & {"asset", "parameter"}:  # more specific than what is there, which the other calls still need
        found: Situation = json_copy(situation)
        given = {"action": event.action, "block": event.name, **entry}
        found["outcomes"] = [*(one for one in found.get("outcomes", []) if _calls(one) != _calls(given)), given]
        return found
    return answered(situation, event.name, event.action, entry)


def _calls(entry: dict[str, Any]) -> dict[str, Any]:
    """Which calls an entry is for."""
    return {key: entry[key] for key in ("action", "block", "asset", "parameter") if key in entry}


def _of_apps(run: PlaybookRun, event: ActionStarted, playbook: Playbook) -> Iterator[tuple[str, dict[str, Any]]]:
    yield _FAILS, FAILED
    if event.targets:
        yield _NOTHING, {"data": []}
    sets = [{key: one for key, one in given.items() if key != "context"} for given in run.journal.get(event.parameters)]
    if len(event.targets) > 1:
        yield FAILS_IN_PART, {"asset": event.targets[0]["asset"], **FAILED}
    elif (one := _only(sets)) is not None:
        yield FAILS_IN_PART, {"parameter": one, **FAILED}


def _only(sets: list[dict[str, Any]]) -> dict[str, Any] | None:
    """A parameter set that says what no other one does, of several."""
    for place, one in enumerate(sets):
        others = [*sets[:place], *sets[place + 1:]]
        if others and not all(one.items() <= other.items() for other in others):
            return one
    return None


def _of_people(run: PlaybookRun, event: ActionStarted, playbook: Playbook) -> Iterator[tuple[str, dict[str, Any]]]:
    yield _SILENT, {"timed_out": True}
    parameters: list[dict[str, Any]] = run.journal.get(event.parameters)
    asked = questions_of(event.action, parameters[0] if parameters else {})
    reads = demand_of(playbook).reads.get(event.name, ())
    given = _replies(run.journal, event) or [reply_to(one) for one in asked]
    for place, question in enumerate(asked):
        for choice in _alternatives(question, reads, place):
            yield f"is answered {choice}", {
                "responses": [choice if number == place else one for number, one in enumerate(given)]}


def _came_back(results: list[dict[str, Any]], status: str) -> Iterator[str]:
    failed = sum(one.get("status") == "failed" for one in results)
    if failed or (not results and status == "failed"):
        yield _FAILS if failed == len(results) else FAILS_IN_PART
    elif results and not any(one.get("data") for one in results):
        yield _NOTHING


def _said(results: list[dict[str, Any]]) -> Iterator[str]:
    for one in results:
        if one.get("status") == "failed":
            yield _SILENT
        yield from (f"is answered {reply}" for reply in (one.get("summary") or {}).get("responses", []))


def _replies(journal: Journal, event: ActionStarted) -> list[Any]:
    """What a prompt was answered."""
    results: list[dict[str, Any]] = next((journal.get(one.results) for one in journal.events
                    if isinstance(one, OutcomeGiven) and one.action_run_id == event.action_run_id), [])
    return list(results[0]["summary"].get("responses", [])) if results else []


def _alternatives(question: Any, reads: Sequence[Read], place: int) -> list[Any]:
    """The choices of a question; without any, its bounds, and what conditions compare the reply with."""
    options = question.get("options") if isinstance(question, dict) else None
    options = options if isinstance(options, dict) else {}
    if choices := options.get("choices"):
        return list(choices)
    compared = [literal for one in reads if one.path.endswith((f"responses.{place}", "responses.*"))
                for _, literal in one.comparisons]
    return list(dict.fromkeys([*compared, *(options[key] for key in ("min", "max") if key in options)]))
