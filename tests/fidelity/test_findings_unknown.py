"""What nobody knows of findings and of the built-in connector: each choice is an option, and each value is tested.

`UNKNOWN` is the table: the question, the option, what is done first, an expression, and what it gives with each value.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest

from phantom_lab import Lab, Playbook
from phantom_lab.model import CHOICES, Options

pytestmark = pytest.mark.assumed

PLAN = {"id": "P1", "name": "Plan A"}
FINDING = {"finding_id": "F1", "name": "one", "status": "New", "owner": None, "urgency": "high",
           "consolidated_findings": {"src": "10.0.0.1"}}
INVESTIGATION = {"investigation_id": "I1", "name": "both", "status": "New", "owner": "mara", "findings": [
    {"finding_id": "F1", "name": "one", "fields": {"src": "10.0.0.1", "user": "kim"}},
    {"finding_id": "F2", "name": "two", "fields": {"src": "10.0.0.2", "user": "kim"}}]}
FILTER = "phantom.condition(container=container, conditions=[['finding:id', '!=', '']], name='f:condition_1')"
CLOSE = ("update finding or investigation", {"id": "F1", "status": "Closed"})
REFRESH = ("refresh finding or investigation", {"id": "F1"})
RELEASE = ("update finding or investigation", {"id": "I1", "owner": ""})
GET = ("get finding or investigation", {"id": "I1"})
NOBODY_WRITES = ("update finding or investigation", {"id": "X", "status": "Closed"})
NOBODY = ("get finding or investigation", {"id": "X"})


def rows(*paths: str) -> str:
    return f"phantom.collect2(container=container, datapath={list(paths)})"


def decided(path: str) -> str:
    return f"bool(phantom.decision(container=container, conditions=[['{path}', 'is None']]))"


class Unknown(NamedTuple):
    """A question, and the answer that each value of an option gives."""

    question: str
    option: str
    given: Any
    expression: str
    answers: dict[str, Any]
    steps: tuple[tuple[str, dict[str, Any]], ...] = ()
    """Actions of the connector that are carried out first; ``step_N`` each."""
    first: str = "None"
    """What is evaluated before them."""


UNKNOWN = (
    Unknown("the type of a field in which findings differ", "consolidated_findings", INVESTIGATION,
            rows("finding:consolidated_findings.src", "finding:consolidated_findings.user"),
            {"list": [[["10.0.0.1", "10.0.0.2"], "kim"]], "newline": [["10.0.0.1\n10.0.0.2", "kim"]],
             "comma": [["10.0.0.1,10.0.0.2", "kim"]]}),
    Unknown("whether it is a snapshot", "finding", FINDING, rows("finding:status"),
            {"snapshot": [["New"]], "live": [["Closed"]], "fixed": [["New"]]}, (CLOSE,)),
    Unknown("whether `refresh` renews it", "finding", FINDING, rows("finding:status"),
            {"snapshot": [["Closed"]], "live": [["Closed"]], "fixed": [["New"]]}, (CLOSE, REFRESH)),
    Unknown("the owner where there is none", "finding_owner", FINDING, rows("finding:owner"),
            {"none": [[None]], "empty": [[""]], "unassigned": [["unassigned"]]}),
    Unknown("which ids a finding has", "finding_ids", FINDING,
            rows("finding:id", "finding:finding_id", "finding:investigation_id"),
            {"own": [["F1", "F1", None]], "same": [["F1", "F1", "F1"]]}),
    Unknown("which ids an investigation has", "finding_ids", INVESTIGATION,
            rows("finding:id", "finding:finding_id", "finding:investigation_id"),
            {"own": [["I1", None, "I1"]], "same": [["I1", "I1", "I1"]]}),
    Unknown("the artifacts of the container", "finding_container", INVESTIGATION,
            rows("artifact:*.name", "artifact:*.cef.src"),
            {"bare": [], "artifact": [["one", "10.0.0.1"], ["two", "10.0.0.2"]]}),
    Unknown("rows where no plan is applied", "no_response_plan", FINDING,
            rows("finding:id", "finding:response_plans.*.id"), {"none": [["F1", None]], "empty": []}),
    Unknown("rows where a plan is applied", "no_response_plan", {**INVESTIGATION, "response_plans": [PLAN]},
            rows("finding:id", "finding:response_plans.*.id"), {"none": [["I1", "P1"]], "empty": [["I1", "P1"]]}),
    Unknown("what a filter keeps", "filtered_finding", FINDING,
            rows("filtered-data:f:condition_1:finding:status", "filtered-data:f:condition_1:finding:id"),
            {"kept": [["New", "F1"]], "current": [["Closed", "F1"]]}, (CLOSE, REFRESH), FILTER),
    Unknown("what a filter gives that lets nothing through", "filtered_finding", FINDING,
            rows("filtered-data:f:condition_1:finding:status"), {"kept": [], "current": []},
            first=FILTER.replace("!=", "==")),
    Unknown("`is None` of an empty text", "is_none", {**FINDING, "custom_fields": {"x": ""}},
            decided("finding:custom_fields.x"), {"none": False, "blank": True}),
    Unknown("`is None` of no row", "is_none", FINDING, decided("step_0:action_result.data.*.name"),
            {"none": True, "blank": True}, (("list investigations", {}),)),
    Unknown("an empty text in an update", "empty_update", INVESTIGATION, rows("step_1:action_result.data.*.owner"),
            {"unchanged": [["mara"]], "clear": [[None]]}, (RELEASE, GET)),
    Unknown("an id that is not there", "connector_refusal", INVESTIGATION,
            rows("step_0:action_result.status", "step_0:action_result.data.*.name"),
            {"failed": [["failed", None]], "nothing": [["success", None]]}, (NOBODY,)),
    Unknown("an id that is not there, in a write", "connector_refusal", INVESTIGATION,
            rows("step_0:action_result.status"), {"failed": [["failed"]], "nothing": [["failed"]]}, (NOBODY_WRITES,)),
    Unknown("a run about no finding", "no_finding", None, rows("finding:id", "finding:name"),
            {"none": [[None, None]], "empty": []}),
)

SOURCE = """import json
import phantom.rules as phantom
STEPS = {steps!r}
def on_start(container):
    {first}
    go(container=container)
def go(container=None, **kwargs):
    number = int(phantom.get_run_data(key="n") or 0)
    if number == len(STEPS):
        phantom.debug(json.dumps({expression}))
    else:
        phantom.save_run_data(value=str(number + 1), key="n")
        phantom.act(STEPS[number][0], parameters=[STEPS[number][1]], assets=["builtin_mc_connector"],
                    name=f"step_{{number}}", callback=go)
"""


@pytest.mark.parametrize(("one", "value"), [
    pytest.param(one, value, id=f"{one.question}: {value}") for one in UNKNOWN for value in CHOICES[one.option]])
def test_a_choice_where_nothing_shows_what_the_platform_does(one, value):
    """The default is the first; no other option makes a difference."""
    source = SOURCE.format(steps=list(one.steps), first=one.first, expression=one.expression)
    lab = Lab(None if one.given else {"name": "x"}, finding=one.given, options=Options(**{one.option: value}))
    found = lab.run(Playbook.from_source(source, name="flow")).summary().debug
    assert json.loads(found[-1]) == one.answers[value]


def test_every_choice_of_this_product_is_in_the_table():
    """With an answer for every value; the default stands first."""
    about = {"finding", "finding_ids", "finding_owner", "consolidated_findings", "no_finding", "no_response_plan",
             "filtered_finding", "finding_container", "is_none", "empty_update", "connector_refusal"}
    assert {one.option for one in UNKNOWN} == about
    for one in UNKNOWN:
        assert tuple(one.answers) == CHOICES[one.option], one.question
        assert getattr(Options(), one.option) == CHOICES[one.option][0]
