"""Findings that a user gives: a finding, an investigation, or several findings of one investigation."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.misspelt import closest
from phantom_lab.model import Options, Record
from phantom_lab.model.enterprise_security import ENTERPRISE_SECURITY, LABEL
from phantom_lab.model.jsons import given_json, read_json
from phantom_lab.state.names import shown

_IDS = ("id", "finding_id", "investigation_id")
_FINDING = {*ENTERPRISE_SECURITY["finding"], "id", "consolidated_findings"}
_INVESTIGATION = {*ENTERPRISE_SECURITY["investigation"], "id", "findings"}
_OBJECT = (dict, "a JSON object")
_SHAPES: dict[str, tuple[type, str]] = {
    "custom_fields": _OBJECT, "consolidated_findings": _OBJECT, "fields": _OBJECT, "summary": _OBJECT,
    "current_response_plan_phase": _OBJECT, "response_plans": (list, "a list of JSON objects"),
    "findings": (list, "a list of findings")}
_HINT = ('Give {"finding_id": …, "name": …, "consolidated_findings": {"src": "10.0.0.1"}}, or an investigation: '
         '{"investigation_id": …, "name": …, "findings": [{…}], "response_plans": […]}.')
_YAML = "YAML is read as a scenario (--scenario FILE, Lab(scenario=FILE)), which may hold a `finding`."
_MOST = 5
"""Fields that are told one by one."""
Add = Callable[[str, Record], int]
Tell = Callable[[str], None]


def add_findings(given: Any, add: Add, *, tell: Tell, at: str = "") -> str:
    """Add what a user gives to the lab's records.

    Args:
        given: a path, or decoded JSON: a finding, or an investigation with its ``findings``.
        add: adds a record of a kind.
        tell: hears what is not read.
        at: the place of a scenario that says so.

    Returns:
        The id that ``finding:id`` gives.

    Raises:
        InputError: it cannot be read, is neither, or holds several that do not belong together.
    """
    where, given = _read(given, f"{at}: finding" if at else "", tell)
    if isinstance(given, list) and len(given) == 1:
        given = given[0]
    if isinstance(given, list) and given and all(isinstance(one, dict) for one in given):
        names = ", ".join(map(_name, given[:_MOST]))
        raise InputError(f"a run is about one finding or one investigation, and there are {len(given)}: {names}",
                         where=where, hint='Give one of them, or {"investigation_id": …, "findings": […]} for all '
                                           "together.")
    if not isinstance(given, dict) or not given:
        raise InputError(f"the finding must be a JSON object, not {_told(given)}", where=where, hint=_HINT)
    investigation = _is_investigation(given)
    _check(given, _INVESTIGATION if investigation else _FINDING, where, tell)
    number = _identity(given, where)
    if not investigation:
        if within := _text(given.get("investigation_id")):  # it is there, and the finding belongs to it
            _add_investigation({"name": given.get("name") or ""}, within, add, where)
        _add_finding(given, number, add, within or None)
        return number
    _add_investigation(given, number, add, where)
    known = {number}
    for place, one in enumerate(given.get("findings") or []):
        inner = f"{where}: findings[{place}]"
        if not isinstance(one, dict):
            raise InputError(f"a finding must be a JSON object, not {_told(one)}", where=inner, hint=_HINT)
        _check(one, _FINDING, inner, tell)
        own = _identity({**one, "investigation_id": None}, inner)
        if own in known:
            raise InputError(f"there are two of the id {shown(own)}", where=inner, hint="Every finding has its own.")
        known.add(own)
        _add_finding(one, own, add, number)
    return number


def given_again(number: str, records: Mapping[str, Mapping[int, Record]]) -> Record:
    """What `add_findings` is given for a finding or an investigation that is there; empty: there is none."""
    investigation = next((one for one in records.get("investigation", {}).values()
                          if one["investigation_id"] == number), None)
    findings = [_as_given("finding", one) for one in records.get("finding", {}).values()
                if one["investigation_id" if investigation is not None else "finding_id"] == number]
    for one in findings:
        one["consolidated_findings"] = one.pop("fields", {})
    if investigation is None:
        return findings[0] if findings else {}
    for one in findings:
        del one["investigation_id"]
    return {**_as_given("investigation", investigation), "findings": findings}


def _as_given(kind: str, record: Record) -> Record:
    return {name: record[name] for name, usual in ENTERPRISE_SECURITY[kind].items() if record.get(name, usual) != usual}


def container_of(number: str, records: Mapping[str, Mapping[int, Record]], options: Options) -> Record:
    """The container that the platform makes for a finding or an investigation, in which playbooks run.

    Its label is observed; that it has the name and the id of the finding, and no artifacts, is assumed
    (`Options.finding_container`).
    """
    investigations, findings = ([*records[kind].values()] for kind in ("investigation", "finding"))
    name = next((one["name"] for kind, some in (("investigation", investigations), ("finding", findings))
                 for one in some if one[f"{kind}_id"] == number), "")
    found = [*((one, one["fields"]) for one in findings),
             *((one, one["consolidated_findings"]) for one in investigations if one["consolidated_findings"])]
    artifacts = [{"name": one["name"], "cef": fields} for one, fields in found]
    return {"name": name or number, "label": LABEL, "source_data_identifier": number, "external_id": number,
            **({"artifacts": artifacts} if options.finding_container == "artifact" else {})}


def _read(given: Any, at: str, tell: Tell) -> tuple[str, Any]:
    """What it is called in messages, and decoded JSON."""
    if not isinstance(given, str | Path):
        return at or "finding", given_json(given, "the finding", where=at or "finding")
    twice: list[str] = []
    try:
        found = read_json(given, "finding", hints={".json": _HINT, ".yaml": _YAML, ".yml": _YAML}, twice=twice)
    except InputError as exc:
        raise InputError(exc.what, where=": ".join(filter(None, (at, exc.where))), hint=exc.hint) from None
    where = f"{at}: {given}" if at else str(given)
    for name in dict.fromkeys(twice):
        tell(f"{where}: {shown(name)} stands twice in one object, and the last one counts")
    return where, found


def _add_investigation(given: Record, number: str, add: Add, where: str) -> None:
    plans = [_plan(f"{number} {place}", one, f"{where}: response_plans[{place}]")
             for place, one in enumerate(given.get("response_plans") or [])]
    fields = {name: value for name, value in given.items() if name in ENTERPRISE_SECURITY["investigation"]}
    if plans and not given.get("current_response_plan_phase"):  # it begins with the first (assumed)
        fields["current_response_plan_phase"] = current_phase(plans[0])
    add("investigation", {**fields, "investigation_id": number, "response_plans": plans,
                          "display_id": str(given.get("display_id") or "ES-00001")})


def _add_finding(given: Record, number: str, add: Add, investigation_id: str | None) -> None:
    """A finding; what its search found stands under ``fields`` or, as it is read, under ``consolidated_findings``."""
    fields = {name: value for name, value in given.items() if name in ENTERPRISE_SECURITY["finding"]}
    add("finding", {**fields, "finding_id": number, "investigation_id": investigation_id,
                    "fields": {**(given.get("consolidated_findings") or {}), **(given.get("fields") or {})}})


def _is_investigation(given: Record) -> bool:
    """Whether it says so itself: by its id, its findings or its response plans."""
    if _text(given.get("finding_id")):
        return False
    return any(given.get(name) for name in ("investigation_id", "findings", "response_plans", "investigation_type",
                                            "display_id", "current_response_plan_phase"))


def _identity(given: Record, where: str) -> str:
    """Its own id, or one that is made of what it holds and thus is the same in every run."""
    for name in _IDS:
        if given.get(name) is not None and (isinstance(given[name], bool) or not isinstance(given[name], str | int)):
            raise InputError(f"{name} must be a text or a number, not {_told(given[name])}", where=where)
    own = next(filter(None, (_text(given.get(name)) for name in ("finding_id", "investigation_id", "id"))), "")
    return own or str(uuid.uuid5(uuid.NAMESPACE_URL, repr(sorted(given.items(), key=str))))


def _text(given: Any) -> str:
    return "" if given is None else str(given).strip()


def _plan(of: str, given: Any, where: str) -> Record:
    """A response plan that is applied, with ids for what has none; a text is its name."""
    plan, numbers = {"name": given} if isinstance(given, str) else given, count()
    _check_objects([plan], "a response plan", where)
    for place, phase in enumerate(_check_objects(plan.get("phases"), "a phase", f"{where}.phases")):
        _check_objects(phase.get("tasks"), "a task", f"{where}.phases[{place}].tasks")
    return with_ids(plan, lambda: str(uuid.uuid5(uuid.NAMESPACE_URL, f"{of} {next(numbers)}")))


def _check_objects(given: Any, what: str, where: str) -> list[Record]:
    """A list of JSON objects; nothing is none.

    Raises:
        InputError: it is something else.
    """
    found = [] if given is None else given
    wrong = [found] if not isinstance(found, list) else [one for one in found if not isinstance(one, dict)]
    if wrong:
        wanted = f"{what} must be a JSON object" if isinstance(found, list) else "this must be a list"
        raise InputError(f"{wanted}, not {_told(wrong[0])}", where=where, hint=(
            'A response plan is {"name": …, "phases": [{"name": …, "tasks": [{"name": …}]}]}.'))
    return found


def with_ids(plan: Record, guid: Callable[[], str]) -> Record:
    """A response plan whose phases and tasks have ids, names and an order."""
    phases = [{"order": place, "name": "", **phase, "id": phase.get("id") or guid(), "tasks": [
        {"order": number, "name": "", "status": "Pending", "owner": None, "description": "", "suggestions": {}, **task,
         "id": task.get("id") or guid()} for number, task in enumerate(_objects(phase.get("tasks")), 1)]}
        for place, phase in enumerate(_objects(plan.get("phases")), 1)]
    return {"name": "", **plan, "id": plan.get("id") or guid(), "phases": phases}


def current_phase(plan: Record) -> Record:
    """Where the work on a plan begins: its first phase."""
    return {"response_plan_id": plan["id"], "phase_id": plan["phases"][0]["id"] if plan["phases"] else None}


def _objects(given: Any) -> Iterator[Record]:
    return (one for one in given if isinstance(one, dict)) if isinstance(given, list) else iter(())


def _check(given: Record, known: set[str], where: str, tell: Tell) -> None:
    if not given.keys() & (_FINDING | _INVESTIGATION):
        raise InputError(f"none of its fields is one of a finding: {', '.join(map(shown, [*given][:_MOST]))}",
                         where=where, hint="What a search found stands under consolidated_findings.")
    for name, (kind, wanted) in _SHAPES.items():
        if given.get(name) is not None and not isinstance(given[name], kind):
            raise InputError(f"{name} must be {wanted}, not {_told(given[name])}", where=where, hint=_HINT)
    unknown = sorted(name for name in given if name not in known)
    for name in unknown[:_MOST]:
        belongs = " (only of an investigation)" if name in _INVESTIGATION else closest(name, sorted(known))
        tell(f"{where}: the field {shown(name)} of a finding is not read{belongs}")
    if len(unknown) > _MOST:
        tell(f"{where}: nor are {len(unknown) - _MOST} more fields")


def _told(given: Any) -> str:
    return f"a list of {len(given)}" if isinstance(given, list) else (
        "a JSON object" if given else "an empty one") if isinstance(given, dict) else shown(given)


def _name(given: Record) -> str:
    return str(given.get("name") or next((given[one] for one in _IDS if given.get(one)), "one without a name"))[:60]
