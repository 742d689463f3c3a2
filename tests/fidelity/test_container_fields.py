"""Fields of containers and artifacts that are missing, null or an empty text, as playbooks and REST show them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from phantom_lab import Lab, Playbook
from tests.table import tabled

CHAPTER: dict[str, Any] = {
    "sensitivity": "amber", "create_time": "2016-01-16 07:18:46.631897+00", "owner": "admin", "id": 15,
    "close_time": "", "severity": "medium", "label": "incident", "due_time": "2016-01-16 19:18:46+00", "version": "1",
    "current_rule_run_id": 1, "status": "new", "owner_name": "", "hash": "cfcb24e2bc2b6b9a8f6d5a9e8c5d6b1c",
    "description": "A description", "tags": [""], "start_time": "2016-01-16 07:18:46.636966+00", "asset_name": "",
    "artifact_update_time": "2016-01-16 07:18:46.611042+00", "container_update_time": "2016-01-16 07:18:47+00",
    "kill_chain": "", "name": "A name", "ingest_app_id": "", "source_data_identifier": "48e4ab9c-2ec1",
    "end_time": "", "data": {}, "artifact_count": 8}
"""A container with the fields of the vendor's chapter on containers, its values in the chapter's shapes."""
NOTHING_THERE = ["asset_name", "close_time", "due_time", "end_time", "kill_chain", "hash", "ingest_app_id",
                 "artifact_update_time", "container_update_time"]
"""Fields in which the chapter shows texts, and an empty one where there is nothing to show."""
SHOW = Playbook.from_source("""
import json
import phantom.rules as phantom

def on_start(container):
    phantom.debug(json.dumps([container, phantom.get_container(container["id"]),
                              phantom.collect2(container=container, datapath=["artifact:*"]), rest("container"),
                              rest("artifact")]))

def rest(kind):
    url = phantom.build_phantom_rest_url(kind)
    return phantom.requests.get(url, verify=False).json()["data"]
""", name="show")


def shown(*given: Any) -> list[Any]:
    """A container as `on_start` and `get_container` see it, its artifacts, and both as REST shows them."""
    lab = Lab(given[0] if len(given) == 1 else list(given))
    return json.loads(lab.run(SHOW).summary().debug[0])


@pytest.mark.documented
def test_the_container_of_the_chapter_comes_back_as_it_is():
    """Every field, with the value that was given: empty texts stay, and so does the number of artifacts."""
    seen = shown(CHAPTER)[0]
    run = {"current_rule_run_id": 1, "owner_name": "admin"}
    assert {name: seen[name] for name in CHAPTER} == {**CHAPTER, **run}


@pytest.mark.documented
@pytest.mark.parametrize("field", NOTHING_THERE)
@pytest.mark.parametrize("given", [[], [None], [""]], ids=["missing", "null", "empty"])
def test_where_nothing_is_to_show_a_container_has_an_empty_text(field: str, given: list[Any]):
    """A playbook calls text functions on it, which null has not."""
    container = {"id": 7, "name": "Case", "label": "events", **dict.fromkeys([field] if given else [], *given)}
    assert [one[field] for one in shown(container)[:2]] == ["", ""]


@pytest.mark.documented
@pytest.mark.parametrize("field", ["end_time", "type", "kill_chain", "description"])
@pytest.mark.parametrize("given", [[], [None]], ids=["missing", "null"])
def test_where_nothing_is_to_show_an_artifact_has_null(field: str, given: list[Any]):
    """The chapter on artifacts shows null where that on containers shows an empty text."""
    artifact = {"id": 1, "cef": {}, **dict.fromkeys([field] if given else [], *given)}
    assert shown([artifact])[2][0][0][field] is None


@pytest.mark.assumed
@tabled("field", ["name", "label", "severity", "status", "sensitivity", "description", "owner",
                 "source_data_identifier", "container_type"])
def test_an_empty_text_of_a_container_stays_one(field: str):
    """It is not taken for a value that is missing."""
    seen = shown({"id": 7, "name": "Case", "status": "new", field: ""})
    assert (seen[0][field], seen[1][field]) == ("", "")
    assert seen[3][0][field] == (None if field == "owner" else "")


@pytest.mark.assumed
@tabled("field", ["name", "label", "type", "severity", "description", "kill_chain", "end_time",
                 "source_data_identifier", "hash"])
def test_an_empty_text_of_an_artifact_stays_one(field: str):
    """As for containers."""
    seen = shown({"id": 7, "name": "Case"}, [{"id": 1, "cef": {}, field: ""}])
    assert (seen[2][0][0][field], seen[4][0][field]) == ("", "")


@pytest.mark.assumed
def test_rest_shows_null_where_playbooks_see_an_empty_text():
    """As it does in the vendor's reference of REST."""
    record = shown({"id": 7, "name": "Case", "close_time": None})[3][0]
    assert [record[name] for name in ("close_time", "due_time", "hash")] == [None, None, None]


@pytest.mark.assumed
def test_a_number_of_artifacts_that_was_given_counts_on():
    """Those that were not given are among them, also after others came; REST and playbooks tell one number."""
    lab = Lab({"id": 7, "name": "Case", "artifact_count": 8, "artifacts": [{"id": 1, "cef": {}}]})
    adds = Playbook.from_source("""
import phantom.rules as phantom

def on_start(container):
    phantom.add_artifact(container=container, raw_data={}, cef_data={"a": 1}, label="event", name="new",
                         severity="low", identifier="x", artifact_type="network")
    url = phantom.build_phantom_rest_url("container", container["id"])
    phantom.debug([container["artifact_count"], phantom.get_container(7)["artifact_count"],
                   phantom.requests.get(url, verify=False).json()["artifact_count"]])
""", name="adds")
    run = lab.run(adds)
    assert run.summary().debug == ["[8, 9, 9]"]
    lab.apply(run)
    assert lab.containers[7]["artifact_count"] == 9
    assert json.loads(lab.run(SHOW).summary().debug[0])[0]["artifact_count"] == 9


@pytest.mark.assumed
def test_artifacts_that_were_counted_already_are_not_counted_again():
    """A container says 3 artifacts, and they are given one after the other; a fourth one is a further one."""
    lab = Lab({"id": 7, "name": "Case", "artifact_count": 3})
    counts = []
    for number in (1, 2, 3, 4):
        lab.add([{"id": number, "cef": {"n": number}, "container": 7}])
        counts.append(lab.containers[7]["artifact_count"])
    assert counts == [3, 3, 3, 4]
