"""A run told as a scenario: the situation it found, and what everything outside answered."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.history import (
    ApiCalled,
    Changed,
    CustomFunctionCompleted,
    InvocationStarted,
    Journal,
    OutcomeGiven,
    OutputSaved,
    Replaced,
    RunEnded,
    RunStarted,
)
from phantom_lab.history.lines import refs_of
from phantom_lab.misspelt import say
from phantom_lab.model import PEOPLE
from phantom_lab.model.container import ARTIFACT_FIELDS, CONTAINER_FIELDS, seen
from phantom_lab.outcomes import ActionCall, Outcome
from phantom_lab.outcomes.answer import message_of
from phantom_lab.outcomes.recorded import ended, recorded
from phantom_lab.scenarios.entries import read_entry

_OF_THE_RUN = {"current_rule_run_id"}
"""Fields of a container that the run itself fills."""


def scenario_of(journal: Journal, *, also: Sequence[dict[str, Any]] = (), ends: bool = True) -> dict[str, Any]:
    """A scenario that reproduces a run, as far as its journal tells.

    It knows no answers to requests of the playbook itself, and of lists those that ``get_list`` read. What stood in for
    a child playbook or a custom function has one answer. Results whose parameters are others than the call's, as apps
    make them of lists, are left out: their app makes them again. That the journal holds no end of its run, or only
    the beginning of a value, is told in one line on stderr.

    Args:
        also: further outcomes, as `phantom_lab.outcomes.recorded.recorded` gives them.
        ends: whether the run should have ended, which is told where it has not.

    Raises:
        InputError: the journal holds no run.
    """
    started = [one for one in journal.events if isinstance(one, RunStarted)]
    if not started:
        raise InputError("the journal holds no run")
    _tell_what_is_cut(journal, ends=ends)
    scope = journal.get(started[0].scope)
    found = {
        **_situation(journal, started), "inputs": journal.get(started[0].inputs),
        "scope": None if scope == "new" else scope, "start": started[0].clock, "lists": dict(_lists(journal)),
        "outcomes": _outcomes([*recorded(journal), *also]), "playbooks": dict(_playbooks(journal, started)),
        "custom_functions": dict(_custom_functions(journal))}
    return {key: value for key, value in found.items() if value not in (None, {}, [])}


def _tell_what_is_cut(journal: Journal, *, ends: bool) -> None:
    index = journal.index
    if ends and not ended(journal):
        say("the journal holds no end of its run: nor does the scenario")
    told = [*index.of_kinds(RunStarted, OutcomeGiven, OutputSaved, CustomFunctionCompleted), *index.calls("get_list")]
    if cut := len(journal.cut.intersection(ref for one in told for ref in refs_of(one))):
        say(f"of {cut} value{'' if cut == 1 else 's'} of the scenario only the beginning is recorded")


def _situation(journal: Journal, started: list[RunStarted]) -> dict[str, Any]:
    """Every container that a run was for, as the first of them found it."""
    first: dict[int, RunStarted] = {}
    for run in started:
        first.setdefault(run.container_id, run)
    tied = {"container", "container_id"}
    found: list[dict[str, Any]] = [
        {"container": _told(journal.get(run.container), {**seen(CONTAINER_FIELDS), "artifact_count": len(artifacts)},
                            _OF_THE_RUN),
         "artifacts": [_told(one, ARTIFACT_FIELDS, tied) for one in artifacts]}
        for run in first.values() for artifacts in [journal.get(run.artifacts)]]
    return found[0] if len(found) == 1 else {
        "containers": [{**one["container"], "artifacts": one["artifacts"]} for one in found]}


def _told(record: Mapping[str, Any], defaults: Mapping[str, Any], without: set[str]) -> dict[str, Any]:
    """What a record says beyond the defaults."""
    missing = object()
    return {key: value for key, value in record.items()
            if key not in without and (key in ("id", "name") or value != defaults.get(key, missing))}


def _lists(journal: Journal) -> Iterator[tuple[str, Any]]:
    """What ``get_list`` read, before any list was written."""
    read: dict[str, Any] = {}
    for event in journal.events:
        if isinstance(event, Changed) and event.kind == "decided_list":
            break
        if isinstance(event, ApiCalled) and event.name == "get_list" and not event.error:
            given = {name: journal.get(ref) for name, ref in event.arguments.items()}
            returned = journal.get(event.returned)
            if given.get("values") is None and given.get("column_index") in (None, -1) and returned[0]:
                read.setdefault(str(given["list_name"]), returned[2])
    yield from read.items()


def _outcomes(calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """An entry for calls that are alike, with the answers in their order where these differ."""
    answers: dict[str, list[dict[str, Any]]] = {}
    for one in calls:
        if (answer := _answer(one)) is not None:
            answers.setdefault(json.dumps(_entry(one), sort_keys=True), []).append(answer)
    return [{**json.loads(key), **(found[0] if all(one == found[0] for one in found) else {"calls": found})}
            for key, found in answers.items()]


def _entry(call: Mapping[str, Any]) -> dict[str, Any]:
    """What tells a call from others: of a question its block and who was asked, as its texts may differ."""
    parameter = {key: value for key, value in call["parameter"].items() if key != "context"}
    entry = {"action": call["action"], **({"block": call["name"]} if call["name"] else {})}
    if call["action"] in PEOPLE:
        return {**entry, **({"to": str(parameter["to"])} if parameter.get("to") else {})}
    return {**entry, "asset": call["asset"], **({"parameter": parameter} if parameter else {})}


def _answer(call: Mapping[str, Any]) -> dict[str, Any] | None:
    """The shortest answer from which the same results come; None where there is none."""
    delay = {"delay": call["delay"]} if call["delay"] else {}
    plain = [_plain(one) for one in call["results"]]
    forms = [{**plain[0], **delay}] if len(plain) == 1 else [{"results": plain, **delay}] if plain else []
    if call["action"] in PEOPLE and len(plain) == 1:
        forms = [*_replies(call["results"][0], delay), *forms]
    return next((one for one in forms if _gives(one, call)), None)


def _replies(result: Mapping[str, Any], delay: dict[str, Any]) -> list[dict[str, Any]]:
    """What a person may have done, the shortest form first."""
    message = {"message": result["message"]}
    user = {"data": [{"user": one["user"]} for one in result["data"] if isinstance(one, dict) and "user" in one]}
    replied = {"responses": result["summary"].get("responses", []), **delay}
    return [{"timed_out": True}, replied, {**replied, **user}, {**replied, **user, **message},
            {"declined": True, **message, **delay}]


def _plain(result: Mapping[str, Any]) -> dict[str, Any]:
    """A result as an answer, without what goes without saying."""
    message = {"message": result["message"]} if result["message"] != message_of(result["summary"]) else {}
    status = {"status": result["status"]} if result["status"] != "success" else {}
    return {**status, **message, **{key: result[key] for key in ("summary", "data") if result[key]}}


def _gives(answer: dict[str, Any], call: Mapping[str, Any]) -> bool:
    asked = ActionCall(call["action"], call["name"], call["asset"], "", call["parameter"], 1)
    try:
        entry = read_entry({"action": call["action"], **answer}, lambda *place: "")
        found: Outcome = entry.answers[0].outcome(asked, None)
    except InputError:
        return False
    return ([one.to_json() for one in found.results], found.delay) == (call["results"], call["delay"])


def _playbooks(journal: Journal, started: list[RunStarted]) -> Iterator[tuple[str, Any]]:
    """Child playbooks that something stood in for."""
    replaced = {one.run for one in journal.index.of_kind(Replaced) if one.kind == "child playbook"}
    for run in reversed(started):
        if run.parent is None or run.run not in replaced:
            continue
        ended = next((one for one in journal.events if isinstance(one, RunEnded) and one.run == run.run), None)
        outputs = [one.output for one in journal.events if isinstance(one, OutputSaved) and one.run == run.run]
        if ended is not None and ended.status == "failed":
            yield run.playbook, {"status": "failed", "message": ended.message}
        elif outputs:
            yield run.playbook, journal.get(outputs[-1])


def _custom_functions(journal: Journal) -> Iterator[tuple[str, Any]]:
    """Custom functions that something stood in for: none of their code ran."""
    executed = {(one.run, one.custom_function) for one in journal.events if isinstance(one, InvocationStarted)}
    for done in reversed(journal.events):
        if isinstance(done, CustomFunctionCompleted) and (done.run, done.custom_function_run_id) not in executed:
            for result in journal.get(done.results)[0]["custom_function_results"][:1]:
                failed = {"status": "failed", "message": result["message"]}
                yield done.function, result["data"] if result["status"] == "success" else failed
