"""Values that are made up for fields of containers and artifacts: whatever a playbook compares them with, a platform
would take them."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phantom_lab import Lab, Playbook
from phantom_lab.datapath import OPERATORS, UNARY
from phantom_lab.datapath.compare import compare
from phantom_lab.model import KINDS
from phantom_lab.state.artifacts import artifact_fields
from phantom_lab.state.container_fields import container_fields
from phantom_lab.state.names import Refused
from phantom_lab.trials.fields import NO_VALUE, fits, fits_all, fitting
from phantom_lab.trials.running import run_all
from phantom_lab.trials.search import Search
from phantom_lab.trials.trial import Trials
from tests.table import tabled

LITERALS: list[Any] = ["x", "", None, 0, 5, -3, 2.5, 1e300, True, False, "high", "Open", "new", "2024-01-01", "a, b",
                       "7", ["a"], [], {}, {"a": 1}]
FIELDS = [(kind, name) for kind in ("container", "artifact") for name in KINDS[kind].fields]
BELOW = [("artifact", one) for one in ("cef.a", "cef.a.b", "cef.*", "cef", "data.x", "cef_types.a", "tags.0", "tags.*",
                                       "name.x", "nothing", "nothing.x")] + [
    ("container", one) for one in ("data.x.y", "custom_fields.a", "tags.0", "owner.x", "nothing", "nothing.x")]
READ_ONLY = {"artifact_count", "artifact_update_time", "asset", "asset_name", "closing_owner", "closing_owner_name",
             "closing_rule_run", "container_update_time", "current_phase", "current_rule_run_id", "create_time",
             "external_id", "hash", "id", "in_case", "ingest_app", "node_guid", "owner_name", "parent_container",
             "tenant", "update_time", "version", "workflow_name", "container", "container_id", "has_note", "owner",
             "parent_artifact"}
"""What nobody can write by the platform's REST, so that it does not say what may stand there."""


EMPTY = Playbook.from_source("def on_start(container):\n    pass\n", name="sample")
PLATFORM = Lab({"name": "x"}).prepare(EMPTY).platform


def taken(kind: str, name: str, value: Any) -> bool:
    """Whether the platform takes a value for a field, where somebody writes it."""
    if name in READ_ONLY or value is None:
        return True
    fields = {name: value}
    try:
        if kind == "container":
            container_fields(PLATFORM, None, fields)
        else:
            artifact_fields(PLATFORM, fields)
    except Refused:
        return False
    return True


@tabled(("kind", "name"), FIELDS)
def test_a_value_of_every_field_is_one_that_the_platform_takes_and_meets_the_comparison(kind: str, name: str):
    """With every operator, at the left and at the right; or there is none."""
    found: dict[str, Any] = {}
    for operator in sorted(OPERATORS):
        for literal in LITERALS:
            for at_left in (True, False):
                value = fitting(kind, (name,), operator, literal, "sample", at_left=at_left)
                if value is not NO_VALUE:
                    found[repr(value)] = value
                    left, right = (value, literal) if at_left else (literal, value)
                    assert compare(left, operator, right, left_collected=at_left, right_collected=not at_left)
    assert found
    assert [value for value in found.values() if not fits(kind, (name,), value)] == []
    assert [value for value in found.values() if not taken(kind, name, value)] == []


def test_the_defaults_of_a_platform_fit():
    """What a complete container holds, with an artifact, is what its fields may hold."""
    lab = Lab({"name": "x", "artifacts": [{"name": "y"}]})
    container = {**lab.containers[1], "artifacts": [lab.artifacts[1]]}
    assert fits_all(container)
    assert not fits_all({**container, "tags": "x"})
    assert not fits_all({**container, "artifacts": [{**lab.artifacts[1], "cef": []}]})


CODE = """import phantom.rules as phantom

def on_start(container):
    if phantom.decision(container=container, conditions=[{condition!r}], case_sensitive={sensitive}):
        phantom.debug("one")
    value = phantom.collect2(container=container, datapath=[{path!r}])[0][0]
    if value {operator} {literal!r}:
        phantom.debug("two")
    for part in value:
        phantom.debug("three")
    if container.get({name!r}) == {literal!r}:
        phantom.debug("four")
"""


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.sampled_from([*FIELDS, *BELOW]), st.sampled_from(sorted(OPERATORS - UNARY)), st.sampled_from(LITERALS),
       st.booleans(), st.booleans())
def test_every_situation_of_a_search_is_one_that_a_platform_may_have(field, operator, literal, at_left, sensitive):
    """However a field is compared, by conditions and in code: no situation is refused, and each field has its shape."""
    kind, name = field
    path = f"{kind}:{'*.' if kind == 'artifact' else ''}{name}"
    condition = [path, operator, literal] if at_left else [literal, operator, path]
    search = Search(Playbook.from_source(CODE.format(
        condition=condition, path=path, operator=operator, literal=literal, name=name, sensitive=sensitive),
        name="sample"), Trials())
    for tried in islice(search, 12):
        assert fits_all(tried.change.situation["container"]), tried.change.name
    assert search.faults == {}


@pytest.mark.parametrize("condition", [
    '["artifact:*.tags", "==", "x"]', '["container:tags", "!=", "x"]', '["artifact:*.tags", "<", "x"]',
    '["container:severity", "!=", "high"]', '["artifact:*.cef", "==", "x"]', '["container:create_time", ">", "2020"]',
    '["container:data", "in", "x"]', '["artifact:*.has_note", "==", "yes"]'])
def test_a_field_with_a_fixed_shape_is_no_fault_of_the_lab(condition: str, tmp_path):
    """The playbook runs to its end, whatever its condition asks for."""
    (tmp_path / "one.py").write_text(
        "import phantom.rules as phantom\ndef on_start(container):\n"
        f"    if phantom.decision(container=container, conditions=[{condition}]):\n        phantom.debug('x')\n")
    found = run_all([tmp_path], jobs=1)
    assert (found.finished, found.lab_errors) == (1, [])
