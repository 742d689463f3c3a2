"""A finding made up for a playbook: what it reads of ``finding:``, and the response plan whose phases and tasks it
names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from phantom_lab.enterprise_security import ASSET
from phantom_lab.model.enterprise_security import HEADER
from phantom_lab.outcomes.samples import sample_of
from phantom_lab.reading.read import Reading

Steps = tuple[str, ...]
INVESTIGATION, FINDING = "sample-investigation", "sample-finding"
_OF_AN_ID = re.compile(r"(finding|investigation|incident|event|notable)s?_?(guid|id)s?$|^id$", re.IGNORECASE)
_INSIDE = ("consolidated_findings", "custom_fields")


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
    plans = any(named.values()) or bool(fields & {"response_plans", "current_response_plan_phase"})
    found: dict[str, Any] = {"investigation_id": INVESTIGATION, "name": "Sample investigation",
                             "findings": [{"finding_id": FINDING, "name": "Sample finding"}]}
    if fields & {"finding_id", "finding_ids"} and not plans:
        found = {"finding_id": FINDING, "name": "Sample finding",
                 **({"investigation_id": INVESTIGATION} if "investigation_id" in fields else {})}
    found |= {name: {} for name in _INSIDE}
    for steps, values in read.items():
        if len(steps) == 2 and steps[0] in _INSIDE:
            found[steps[0]][steps[1]] = values[0] if values else sample_of((), steps[1])
        elif len(steps) == 1 and steps[0] in HEADER and steps[0] not in _INSIDE:
            found[steps[0]] = values[0] if values else HEADER[steps[0]] or sample_of((), steps[0])
    if plans:
        tasks = [{"name": one} for one in named["task_name"] or ["Sample task"]]
        phases = [{"name": one, "tasks": tasks} for one in named["phase_name"] or ["Sample phase"]]
        found["response_plans"] = [{"name": one, "phases": phases}
                                   for one in named["response_template_name"] or ["Sample plan"]]
    return found


def identity(finding: Mapping[str, Any]) -> str:
    """The id of what a run on it is about."""
    return str(finding.get("finding_id") or finding["investigation_id"])


def asks_the_connector(reading: Reading) -> bool:
    """Whether a source asks for an action of the connector, or at least names its asset."""
    return ASSET in reading.source.source


def names_a_finding(name: str) -> bool:
    """Whether an input of this name may hold the id of a finding or an investigation."""
    return bool(_OF_AN_ID.search(name))


def _literals(readings: Iterable[Reading], key: str) -> Iterator[str]:
    """The texts that dicts of a source give a key."""
    for reading in readings:
        for node in reading.nodes:
            for name, value in zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else ():
                if isinstance(name, ast.Constant) and name.value == key and isinstance(value, ast.Constant):
                    yield str(value.value)
