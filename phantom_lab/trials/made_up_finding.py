"""A finding made up for a playbook: what it reads of ``finding:``, and the response plan whose phases and tasks it
names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from phantom_lab.apps.samples import sample_of
from phantom_lab.enterprise_security import ASSET
from phantom_lab.later import regex
from phantom_lab.model.enterprise_security import HEADER, LABEL
from phantom_lab.reading.read import Reading

Steps = tuple[str, ...]
INVESTIGATION, FINDING = "sample-investigation", "sample-finding"
_OF_AN_ID = regex(r"(finding|investigation|incident|event|notable)s?_?(guid|id)s?$|^id$", re.IGNORECASE)
_INSIDE = ("consolidated_findings", "custom_fields")
_WITHIN = {**{name: name for name in (*_INSIDE, "response_plans", "current_response_plan_phase")},
           "consolidated_findings_map": "consolidated_findings"}
"""What the connector's results show of the record that ``finding:`` reads, too."""
SUGGESTED = "local/sample"
"""The playbook that every task suggests; something has to stand in for it."""
_SUGGESTIONS = {"playbooks": [{"playbook_id": SUGGESTED, "name": "sample"}]}
_OF_PLANS = regex(r"\b(task|phase)s?\b")


def finding_for(read: Mapping[Steps, list[Any]], readings: Iterable[Reading]) -> dict[str, Any]:
    """What the run is about; nothing for a playbook that reads no finding and asks nothing of the connector.

    It is a finding where the playbook reads a finding's id and nothing of a response plan. Otherwise it is an
    investigation with one finding and, where phases or tasks are named, a response plan.

    Args:
        read: by field, the values that conditions tell apart; none where it is only read.
    """
    readings = list(readings)
    if not read and not any(asks_the_connector(one) for one in readings):
        return {}
    named = {key: list(dict.fromkeys(_literals(readings, key))) for key in (
        "response_template_name", "phase_name", "task_name")}
    fields = {steps[0] for steps in read if steps}
    plans = bool(any(named.values()) or fields & {"response_plans", "current_response_plan_phase"}
                 or any(_works_on_plans(one) for one in readings))
    found: dict[str, Any] = {"investigation_id": INVESTIGATION, "name": "Sample investigation",
                             "findings": [{"finding_id": FINDING, "name": "Sample finding"}]}
    if fields & {"finding_id", "finding_ids"} and not plans:
        found = {"finding_id": FINDING, "name": "Sample finding",
                 **({"investigation_id": INVESTIGATION} if "investigation_id" in fields else {})}
    found |= {name: {} for name in _INSIDE}
    for steps, values in read.items():
        if len(steps) == 2 and steps[0] in _INSIDE:
            found[steps[0]][steps[1]] = values[0] if values else FINDING if names_a_finding(
                steps[1]) else sample_of((), steps[1])
        elif len(steps) == 1 and steps[0] in HEADER and steps[0] not in _INSIDE:
            found[steps[0]] = values[0] if values else HEADER[steps[0]] or sample_of((), steps[0])
    if plans:
        tasks = [{"name": one, "suggestions": _SUGGESTIONS} for one in named["task_name"] or ["Sample task"]]
        phases = [{"name": one, "tasks": tasks} for one in named["phase_name"] or ["Sample phase"]]
        found["response_plans"] = [{"name": one, "phases": phases}
                                   for one in named["response_template_name"] or ["Sample plan"]]
    return found


def templates_for(finding: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Response templates that new investigations get: those of the plans that there are."""
    return [{**one, "response_template_id": f"sample-template-{number}", "is_default": True}
            for number, one in enumerate(finding.get("response_plans", ()), 1)]


def identity(finding: Mapping[str, Any]) -> str:
    """The id of what a run on it is about."""
    return str(finding.get("finding_id") or finding["investigation_id"])


def of_finding(finding: Mapping[str, Any]) -> dict[str, Any]:
    """What its container has of it."""
    return {"label": LABEL, "external_id": identity(finding), "source_data_identifier": identity(finding)}


def asks_the_connector(reading: Reading) -> bool:
    """Whether a source asks for an action of the connector, or at least names its asset."""
    return ASSET in reading.source.source


def within(steps: Steps) -> Steps:
    """Of a datapath into an action's result, the part that reads the record behind ``finding:``; empty: none."""
    start = next((place for place, one in enumerate(steps) if one in _WITHIN), len(steps))
    return (_WITHIN[steps[start]], *steps[start + 1:]) if start < len(steps) else ()


def names_a_finding(name: str) -> bool:
    """Whether an input of this name may hold the id of a finding or an investigation."""
    return bool(_OF_AN_ID.search(name))


def _works_on_plans(reading: Reading) -> bool:
    """Whether a source asks the connector for tasks or phases."""
    return asks_the_connector(reading) and any(
        _OF_PLANS.search(str(call.get("action") or "")) for call in reading.calls_of("act"))


def _literals(readings: Iterable[Reading], key: str) -> Iterator[str]:
    """The texts that dicts of a source give a key."""
    for reading in readings:
        for node in reading.nodes:
            for name, value in zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else ():
                if isinstance(name, ast.Constant) and name.value == key and isinstance(value, ast.Constant):
                    yield str(value.value)
