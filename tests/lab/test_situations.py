"""Containers and artifacts as people have them: every accepted form, and what is no container."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import InputError, Lab
from phantom_lab.model import ARTIFACT_FIELDS, CONTAINER_FIELDS
from tests.table import tabled

CONTAINER = {"id": 7, "name": "Case", "label": "events", "status": "open", "owner_name": "jdoe"}
ARTIFACTS = [{"id": 41, "name": "a", "cef": {"ip": "1.1.1.1"}, "container": 7},
             {"id": 42, "name": "b", "cef": {"ip": "8.8.8.8"}, "container": 7}]


def envelope(items: list[Any]) -> dict[str, Any]:
    """The REST list envelope."""
    return {"count": len(items), "num_pages": 1, "data": items}


WITH_ARTIFACTS = {
    "container and artifacts": {"container": CONTAINER, "artifacts": ARTIFACTS},
    "container and an envelope of artifacts": {"container": CONTAINER, "artifacts": envelope(ARTIFACTS)},
    "artifacts nested in the container": {**CONTAINER, "artifacts": ARTIFACTS},
    "an envelope nested in the container": {**CONTAINER, "artifacts": envelope(ARTIFACTS)},
    "artifacts nested in the container of an object": {"container": {**CONTAINER, "artifacts": ARTIFACTS}},
    "a list of artifacts": ARTIFACTS,
    "an envelope of artifacts": envelope(ARTIFACTS),
    "a list of containers": [{**CONTAINER, "artifacts": ARTIFACTS}],
    "an envelope of containers": envelope([{**CONTAINER, "artifacts": ARTIFACTS}]),
}


def given_as(how: str, value: Any, folder: Path) -> Any:
    """The value itself, or a file that holds it."""
    if how == "decoded":
        return value
    file = folder / "given.json"
    file.write_text(json.dumps(value), encoding="utf-8")
    return file if how == "path" else str(file)


@pytest.mark.parametrize("how", ["decoded", "path", "text"])
@pytest.mark.parametrize("form", WITH_ARTIFACTS)
def test_every_form_gives_the_container_and_its_artifacts(form: str, how: str, tmp_path: Path):
    """A file and decoded JSON of every form give the same container id and artifacts."""
    lab = Lab(given_as(how, WITH_ARTIFACTS[form], tmp_path))
    assert list(lab.containers) == [7]
    assert {number: one["cef"]["ip"] for number, one in lab.artifacts.items()} == {41: "1.1.1.1", 42: "8.8.8.8"}
    assert {one["container"] for one in lab.artifacts.values()} == {7}
    assert lab.containers[7]["artifact_count"] == 2


@tabled("form", [CONTAINER, {"name": "Case"}, {"id": 7, "label": "events"}, {"container": CONTAINER}])
def test_a_container_may_come_without_artifacts(form: dict[str, Any]):
    """A playbook-side container alone is a container with no artifacts."""
    lab = Lab(form)
    assert len(lab.containers) == 1
    assert lab.artifacts == {}


@pytest.mark.parametrize(("name", "number", "artifacts"), [
    ("test_incident", 1, 5), ("phishing_report", 42, 20), ("malware_alert", 77, 6)])
def test_the_sample_containers_are_read(name: str, number: int, artifacts: int, samples: Path):
    """The samples show three of the forms."""
    lab = Lab(samples / "containers" / f"{name}.json")
    assert list(lab.containers) == [number]
    assert len(lab.artifacts) == artifacts
    assert "artifacts" not in lab.containers[number]


def test_one_artifact_alone_is_accepted():
    """An artifact object gets a container of the number it names."""
    lab = Lab(ARTIFACTS[0])
    assert list(lab.containers) == [7]
    assert lab.artifacts[41]["cef"] == {"ip": "1.1.1.1"}


def test_several_containers_of_an_envelope_keep_their_ids():
    """Each container of an envelope is in the lab, with its own artifacts; a run takes the first."""
    lab = Lab(envelope([{**CONTAINER, "artifacts": ARTIFACTS[:1]}, {**CONTAINER, "id": 9, "name": "Other"}]))
    assert {number: one["name"] for number, one in lab.containers.items()} == {7: "Case", 9: "Other"}
    assert lab.containers[9]["artifact_count"] == 0


def test_the_rest_form_shows_the_user_name_as_owner():
    """REST gives the owner as a number; a playbook sees the user's name."""
    container = Lab({**CONTAINER, "owner": 5}).containers[7]
    assert (container["owner"], container["owner_name"]) == ("jdoe", "jdoe")


def test_every_documented_field_is_there_afterwards():
    """What was not given has its default; what was given stays, unknown fields included."""
    lab = Lab({"container": {"id": 7, "name": "Case", "my_field": [1]}, "artifacts": [{"cef": {}, "mine": None}]})
    container, artifact = lab.containers[7], lab.artifacts[1]
    assert set(CONTAINER_FIELDS) | {"my_field"} == container.keys()
    assert set(ARTIFACT_FIELDS) | {"mine"} == artifact.keys()
    assert (container["severity"], container["status"], container["sensitivity"]) == ("medium", "new", "amber")
    assert (artifact["label"], artifact["severity"], artifact["container_id"]) == ("artifact", "medium", 7)
    assert container["create_time"] == container["start_time"]
    assert artifact["update_time"] == artifact["create_time"]
    assert container["create_time"].endswith("Z")


def test_null_stands_for_the_default():
    """A documented field that is null is filled like a missing one."""
    lab = Lab({"container": {"id": 7, "name": None, "tags": None}, "artifacts": [{"name": None, "cef": None}]})
    assert (lab.containers[7]["name"], lab.containers[7]["tags"]) == ("", [])
    assert (lab.artifacts[1]["name"], lab.artifacts[1]["cef"]) == ("artifact", {})


def test_defaults_are_not_shared_between_containers():
    """Two containers with default tags have two lists."""
    lab = Lab([{"name": "one", "status": "new"}, {"name": "two", "status": "new"}])
    lab.containers[1]["tags"].append("mine")
    assert lab.containers[2]["tags"] == []


def test_the_source_identifier_and_the_external_id_are_one_value():
    """Either name fills both."""
    lab = Lab({"container": {"id": 7, "external_id": "E"}, "artifacts": [{"cef": {}, "source_data_identifier": "S"}]})
    assert lab.containers[7]["source_data_identifier"] == "E"
    assert lab.artifacts[1]["external_id"] == "S"


def test_what_was_given_is_copied():
    """Changing the given object afterwards changes nothing in the lab."""
    given = {"container": {"id": 7, "name": "Case", "tags": ["a"]}, "artifacts": []}
    lab = Lab(given)
    given["container"]["tags"].append("b")
    assert lab.containers[7]["tags"] == ["a"]


def test_a_playbook_sees_the_id_of_this_run(playbook):
    """``current_rule_run_id`` is the run's own id, whatever the file says."""
    source = playbook("def on_start(container):\n    phantom.debug(container['current_rule_run_id'])\n")
    lab = Lab({**CONTAINER, "current_rule_run_id": 99})
    assert [lab.run(source).summary().debug for _ in range(2)] == [["1"], ["2"]]


@tabled("wanted", [None, 0, -3, "x", True, 1.5, [], "7"])
def test_an_id_that_is_missing_or_taken_is_assigned(wanted: Any):
    """Container and artifact ids stay unique in the lab."""
    lab = Lab({"container": CONTAINER, "artifacts": ARTIFACTS})
    added = lab.add({"container": {"id": wanted, "name": "Second"}, "artifacts": [{"id": 41, "cef": {"ip": "new"}}]})
    assert added == 8
    assert lab.artifacts[43]["cef"] == {"ip": "new"}
    assert lab.artifacts[43]["container"] == 8
    assert lab.artifacts[41]["cef"] == {"ip": "1.1.1.1"}


def test_a_run_takes_a_container_by_its_id(playbook):
    """``lab.run(playbook, 9)`` runs for container 9; an unknown id is said to be unknown."""
    source = playbook("def on_start(container):\n    phantom.debug(container['name'])\n")
    lab = Lab(CONTAINER)
    lab.add({"id": 9, "name": "Other"})
    assert lab.run(source, 9).summary().debug == ["Other"]
    assert lab.run(source).summary().debug == ["Case"]
    with pytest.raises(InputError, match=r"no container 5 in the lab\. There are: 7, 9"):
        lab.run(source, 5)


def test_a_lab_without_container_says_so(playbook):
    """A run needs a container."""
    with pytest.raises(InputError, match="the lab has no container"):
        Lab().run(playbook("def on_start(container):\n    pass\n"))


@pytest.mark.parametrize(("given", "message"), [
    ("null", "holds null"), ("true", "holds a boolean"), ("[1, 2]", "the list must hold JSON objects only"),
    ({}, "holds an empty object"),
    ([{"cef": {}}, "x"], "the list must hold JSON objects only"), ({"foo": 1, "bar": 2}, "keys foo, bar is no contain"),
    ({"count": 1, "data": {"id": 1}}, "the list must hold JSON objects only"),
    ({"container": {"id": 1}, "artifacts": "x"}, "`artifacts` must be a list of JSON objects"),
    ({"container": {"id": 1}, "artifacts": [1]}, "`artifacts` must be a list of JSON objects"),
    ({"container": {"id": 1}, "artifacts": [{"cef": {}}, {"cef": "t"}]}, "artifact 1: `cef` is a text, not an object"),
    ({"container": {"id": 1}, "artifacts": [{"cef": [1]}]}, "artifact 0: `cef` is a list, not an object"),
    ({"id": 1, "name": "x", "data": {1, 2}}, "the container is not JSON"),
])
def test_another_shape_is_an_input_error(given: Any, message: str, tmp_path: Path):
    """One line says what it holds; text stands for a file's content here."""
    if isinstance(given, str):
        (tmp_path / "given.json").write_text(given, encoding="utf-8")
        given = tmp_path / "given.json"
    with pytest.raises(InputError) as caught:
        Lab(given)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("content", "message"), [
    (None, "no such container file"), (b"", ":1: the container file is not JSON"),
    (b'{"id": 1,\n "name": }', ":2: the container file is not JSON: Expecting value"),
    (b"\x89PNG\r\n\x1a\n\xff\xfe", "the container file is not JSON: not UTF-8 text"),
    ('{"name": "a"}'.encode("utf-16"), "not UTF-8 text: it begins as UTF-16 or UTF-32 does. Save it as UTF-8."),
    (b"[" * 100_000, "the container file is not JSON: nested too deeply"),
    (b"PK\x03\x04", ":1: the container file is not JSON"),
])
def test_a_file_that_cannot_be_read_is_an_input_error(content: bytes | None, message: str, tmp_path: Path):
    """The error names the file, the line where there is one, and what is wrong."""
    file = tmp_path / "case.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError) as caught:
        Lab(file)
    assert str(caught.value).startswith(str(file))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_is_no_container_file(tmp_path: Path):
    """The message says what it is."""
    with pytest.raises(InputError, match="the container file cannot be read: it is a folder"):
        Lab(tmp_path)


@pytest.mark.parametrize(("text", "seen"), [
    ('\ufeff{"name": "x", "data": {"v": 1}}', 1), ('{"name": "x", "data": {"v": 1}, "data": {"v": 2}}', 2),
    ('{"name": "x", "data": {"v": "\\ud800"}}', "\ud800"), ('{"name": "x", "data": {"v": 123456789012345678901}}',
                                                            123456789012345678901),
    ('{"name": "x", "data": {"v": NaN}}', "nan"), ('{"name": "x", "data": {"v": 1e999}}', "inf"),
    ('{"name": "x", "data": {"v": ' + "[" * 200 + "]" * 200 + "}}", None),
])
def test_hostile_values_reach_the_playbook_as_python_reads_them(text: str, seen: Any, tmp_path: Path, playbook):
    """Marks of order, duplicate keys, lone surrogates, huge numbers, NaN and nesting do not stop a run."""
    file = tmp_path / "case.json"
    file.write_text(text, encoding="utf-8")
    run = Lab(file).run(playbook("def on_start(container):\n    phantom.debug(repr(container['data']['v']))\n"))
    assert run.status == "success"
    shown = run.summary().debug[0]
    assert shown == ("[" * 200 + "]" * 200 if seen is None else seen if seen in ("nan", "inf") else repr(seen))
