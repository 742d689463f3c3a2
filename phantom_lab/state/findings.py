"""Findings and investigations as playbooks see them: one record for ``finding:`` and for the connector's reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from phantom_lab.model import Record, json_copy
from phantom_lab.model.enterprise_security import HEADER
from phantom_lab.state.names import Refused, shown, there_are
from phantom_lab.state.platform import Platform


class RunFinding:
    """The finding or investigation that the runs of a tree are about: what ``finding:`` reads.

    Args:
        platform: keeps it.
        given: its id; None for a run that is about none.
    """

    def __init__(self, platform: Platform, given: str | None) -> None:
        self._platform = platform
        self.id = given
        self._seen = finding_view(platform, given) if given is not None else None

    def read(self) -> Record | None:
        """What it was when the run started, or at its last refresh; or what it is now (`Options.finding`)."""
        if self._platform.options.finding == "live" and self.id is not None:
            return finding_view(self._platform, self.id)
        return self._seen

    def refresh(self, view: Record) -> bool:
        """Take over what it is now, where it is the one that the run is about; returns whether that is so."""
        taken = self._platform.options.finding != "fixed" and view["id"] == self.id
        self._seen = view if taken else self._seen
        return taken


_ONE_TEXT = {"newline": "\n", "comma": ","}


def find(platform: Platform, given: Any) -> tuple[str, Record]:
    """A finding or an investigation by its id; an investigation by its display id, too (documented).

    Returns:
        ``finding`` or ``investigation``, and the record.

    Raises:
        Refused: there is none.
    """
    wanted = str(given).strip() if isinstance(given, str | int) else ""
    for kind, names in (("investigation", ("investigation_id", "display_id")), ("finding", ("finding_id",))):
        for one in platform.records(kind).values() if wanted else ():
            if any(one[name] == wanted for name in names):
                return kind, one
    known = (one[f"{kind}_id"] for kind in ("investigation", "finding") for one in platform.records(kind).values())
    raise Refused(f"there is no finding or investigation {shown(given)}{there_are(known)}")


def finding_view(platform: Platform, given: Any) -> Record:
    """A finding or an investigation in the form that ``finding:`` reads (the form is assumed, its names are observed).

    ``id`` is the ``finding_id`` of a finding and the ``investigation_id`` of an investigation; ``finding_ids`` are
    those of all its findings. A cell of ``consolidated_findings`` is the value of a field where all findings agree,
    else the distinct values (`Options.consolidated_findings`); that of ``finding_ids`` likewise.

    Raises:
        Refused: there is none of this id.
    """
    kind, record = find(platform, given)
    own = record[f"{kind}_id"]
    both = platform.options.finding_ids == "same"
    view = {"id": own, "finding_id": own if kind == "finding" or both else None,
            "investigation_id": own if kind == "investigation" or both else record.get("investigation_id"),
            "finding_ids": _cell(platform, [own] if kind == "finding" else [
                one["finding_id"] for one in platform.records("finding").where(investigation_id=own)]),
            **{name: record[name] for name in HEADER}, "owner": _owner(platform, record["owner"]),
            "response_plans": record.get("response_plans", []),
            "current_response_plan_phase": record.get("current_response_plan_phase") or {},
            "consolidated_findings": {
                name: _cell(platform, values) for name, values in columns(platform, kind, record).items()}}
    return dict(json_copy(view))


def columns(platform: Platform, kind: str, record: Record) -> dict[str, list[Any]]:
    """The distinct values of every field of the findings that a record stands for."""
    rows: list[Record] = [record["fields"]] if kind == "finding" else [
        record["consolidated_findings"],
        *(one["fields"] for one in platform.records("finding").where(investigation_id=record["investigation_id"]))]
    found: dict[str, list[Any]] = {}
    for row in rows:
        for name, value in row.items():
            found.setdefault(name, []).extend(value if isinstance(value, list) else [value])
    return {name: list(_distinct(values)) for name, values in found.items()}


def _distinct(values: Iterable[Any]) -> Iterator[Any]:
    seen = set()
    for one in values:
        text = json.dumps(one, sort_keys=True)
        if one is not None and text not in seen:
            seen.add(text)
            yield one


def _cell(platform: Platform, values: list[Any]) -> Any:
    if len(values) < 2:
        return values[0] if values else None
    chosen = platform.options.consolidated_findings
    return values if chosen == "list" else _ONE_TEXT[chosen].join(map(str, values))


def _owner(platform: Platform, owner: Any) -> Any:
    """Nobody is None, an empty text or ``unassigned`` (`Options.finding_owner`)."""
    nobody = {"none": None, "empty": "", "unassigned": "unassigned"}[platform.options.finding_owner]
    return owner if owner else nobody
