"""Findings that a user gives: a finding, an investigation, or several findings of one investigation."""

from __future__ import annotations

import difflib
import uuid
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.model import Record
from phantom_lab.model.enterprise_security import ENTERPRISE_SECURITY

_IDS = ("id", "finding_id", "investigation_id")
_KNOWN = {*ENTERPRISE_SECURITY["finding"], *ENTERPRISE_SECURITY["investigation"], "id", "findings"}
_SHAPES: dict[str, tuple[type, str]] = {
    "custom_fields": (dict, "a JSON object"), "consolidated_findings": (dict, "a JSON object"),
    "fields": (dict, "a JSON object"), "summary": (dict, "a JSON object"),
    "response_plans": (list, "a list of JSON objects"), "findings": (list, "a list of findings")}
_HINT = ('Give {"finding_id": …, "name": …, "consolidated_findings": {"src": "10.0.0.1"}}, or an investigation: '
         '{"investigation_id": …, "name": …, "findings": [{…}], "response_plans": […]}.')
Add = Callable[[str, Record], int]


def add_findings(given: Any, add: Add, *, where: str, tell: Callable[[str], None]) -> str:
    """Add what a file holds to the lab's records.

    Args:
        given: decoded JSON: a finding, or an investigation with its ``findings``.
        add: adds a record of a kind.
        where: the file, for messages.
        tell: hears what is not read.

    Returns:
        The id that ``finding:id`` gives.

    Raises:
        InputError: it is neither, or holds several that do not belong together.
    """
    if isinstance(given, list):
        names = ", ".join(_name(one) for one in given[:5] if isinstance(one, dict))
        raise InputError(f"a run is about one finding or one investigation, and there are {len(given)}"
                         + (f": {names}" if names else ""), where=where,
                         hint='Give one of them, or {"investigation_id": …, "findings": […]} for all together.')
    if not isinstance(given, dict) or not given:
        raise InputError("the finding must be a JSON object", where=where, hint=_HINT)
    _check(given, where, tell)
    number, investigation = _identity(given), _is_investigation(given)
    kind = "investigation" if investigation else "finding"
    fields = {name: value for name, value in given.items() if name in ENTERPRISE_SECURITY[kind]}
    if investigation:
        plans = [_plan(f"{number} {place}", one) for place, one in enumerate(given.get("response_plans") or [])]
        add(kind, {**fields, "investigation_id": number, "display_id": given.get("display_id") or "ES-00001",
                   "response_plans": plans})
        for place, one in enumerate(given.get("findings") or []):
            add_finding(one, add, where=f"{where}: findings[{place}]", tell=tell, investigation_id=number)
    else:
        add(kind, {**fields, "finding_id": number, "fields": _fields(given)})
    return number


def container_of(number: str, records: Mapping[str, Mapping[int, Record]]) -> Record:
    """The container that the platform makes for a finding or an investigation, in which playbooks run.

    Its label is observed; that it has the name and the id of the finding, and no artifacts, is assumed.
    """
    name = next((one["name"] for kind in ("investigation", "finding") for one in records[kind].values()
                 if one[f"{kind}_id"] == number), "")
    return {"name": name or number, "label": "es_soar_integration", "source_data_identifier": number,
            "external_id": number}


def add_finding(given: Any, add: Add, *, where: str, tell: Callable[[str], None], investigation_id: str) -> None:
    """Add one finding of an investigation."""
    if not isinstance(given, dict):
        raise InputError("a finding must be a JSON object", where=where, hint=_HINT)
    _check(given, where, tell)
    add("finding", {**{name: value for name, value in given.items() if name in ENTERPRISE_SECURITY["finding"]},
                    "finding_id": _identity(given), "investigation_id": investigation_id, "fields": _fields(given)})


def _fields(given: Record) -> Record:
    """What the search found: under ``fields`` or, as ``finding:`` reads them, under ``consolidated_findings``."""
    return {**(given.get("consolidated_findings") or {}), **(given.get("fields") or {})}


def _is_investigation(given: Record) -> bool:
    """Whether it says so itself: by its id, its findings or its response plans."""
    if given.get("finding_id"):
        return False
    return any(given.get(name) for name in ("investigation_id", "findings", "response_plans", "investigation_type",
                                            "display_id", "current_response_plan_phase"))


def _identity(given: Record) -> str:
    """Its own id, or one that is made of what it holds and thus is the same in every run."""
    own = next((given[name] for name in (
        *(("finding_id", "investigation_id") if given.get("finding_id") else ("investigation_id",)), "id")
        if given.get(name)), None)
    return str(own) if own is not None else str(uuid.uuid5(uuid.NAMESPACE_URL, repr(sorted(given.items(), key=str))))


def _plan(of: str, given: Any) -> Record:
    """A response plan that is applied, with ids for what has none."""
    plan, numbers = dict(given) if isinstance(given, dict) else {"name": str(given)}, count()
    return with_ids(plan, lambda: str(uuid.uuid5(uuid.NAMESPACE_URL, f"{of} {next(numbers)}")))


def with_ids(plan: Record, guid: Callable[[], str]) -> Record:
    """A response plan whose phases and tasks have ids, names and an order."""
    phases = [{"order": place, "name": "", **phase, "id": phase.get("id") or guid(), "tasks": [
        {"order": number, "name": "", "status": "Pending", "owner": None, "description": "", "suggestions": {}, **task,
         "id": task.get("id") or guid()} for number, task in enumerate(_objects(phase.get("tasks")), 1)]}
        for place, phase in enumerate(_objects(plan.get("phases")), 1)]
    return {"name": "", **plan, "id": plan.get("id") or guid(), "phases": phases}


def _objects(given: Any) -> Iterator[Record]:
    return (one for one in given if isinstance(one, dict)) if isinstance(given, list) else iter(())


def _check(given: Record, where: str, tell: Callable[[str], None]) -> None:
    for name, (kind, wanted) in _SHAPES.items():
        if given.get(name) is not None and not isinstance(given[name], kind):
            raise InputError(f"{name} must be {wanted}, not {type(given[name]).__name__}", where=where, hint=_HINT)
    for name in given.keys() - _KNOWN:
        close = difflib.get_close_matches(str(name), _KNOWN, 1)
        tell(f"{where}: the field {str(name)[:50]!r} of a finding is not read"
             + (f" (closest: {close[0]})" if close else ""))


def _name(given: Record) -> str:
    return str(given.get("name") or next((given[one] for one in _IDS if given.get(one)), "one without a name"))[:60]
