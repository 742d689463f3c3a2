"""Containers, inputs, scopes and ids as nobody should give them: an input error in one line, or a sound default."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from phantom_lab import InputError, Lab
from tests.deep import TOO_DEEP
from tests.table import tabled

CONTAINER = {"id": 7, "name": "Case", "status": "open"}
HUGE = 10 ** 5000


def forms(artifact: dict[str, Any]) -> dict[str, Any]:
    """One artifact in every form a situation may have."""
    envelope = {"count": 1, "num_pages": 1, "data": [artifact]}
    return {
        "beside the container": {"container": CONTAINER, "artifacts": [artifact]},
        "in an envelope beside the container": {"container": CONTAINER, "artifacts": envelope},
        "in the container": {**CONTAINER, "artifacts": [artifact]},
        "in an envelope in the container": {**CONTAINER, "artifacts": envelope},
        "in the container of an object": {"container": {**CONTAINER, "artifacts": [artifact]}},
        "in a list": [artifact], "in an envelope": envelope, "alone": artifact,
        "in a container of a list": [{**CONTAINER, "artifacts": [artifact]}],
        "in a container of an envelope": {"count": 1, "data": [{**CONTAINER, "artifacts": [artifact]}]},
    }


FORMS = list(forms({}))


def nested(depth: int) -> Any:
    """A list in a list in a list."""
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("container", [7, {"id": 7, "name": "Case"}], ids=["number", "object"])
def test_the_artifacts_stand_in_the_lab_and_not_in_the_container(form: str, container: Any):
    """No container has a key for them; an artifact's container may be given as a number or as an object."""
    lab = Lab(forms({"id": 3, "cef": {"n": 1}, "container": container})[form])
    assert list(lab.containers) == [7]
    assert "artifacts" not in lab.containers[7]
    assert (lab.artifacts[3]["container"], lab.artifacts[3]["container_id"], lab.artifacts[3]["cef"]) == (7, 7,
                                                                                                          {"n": 1})


@tabled("form", FORMS)
@tabled(("field", "value", "told"), [
    ("cef", "text", "`cef` is a text, not an object"), ("cef", [1], "`cef` is a list, not an object"),
    ("cef", 5, "`cef` is a number, not an object"), ("cef", True, "`cef` is a boolean, not an object"),
    ("tags", "red", "`tags` is a text, not a list"), ("tags", {"a": 1}, "`tags` is an object, not a list"),
    ("tags", 0, "`tags` is a number, not a list"),
])
def test_a_field_of_a_wrong_type_is_an_input_error(form: str, field: str, value: Any, told: str):
    """In every form the error names the artifact's number, the field and what it holds."""
    with pytest.raises(InputError) as caught:
        Lab(forms({"cef": {}, field: value})[form])
    assert f"artifact 0: {told}" in str(caught.value)


@tabled("wanted", ["²", "٣", "1_0", "+5", "", " ", "9" * 5000, -1, 0, True, False, 2.0, None, [1],
                  {"a": 1}],
       ids=lambda value: repr(value)[:12])
def test_an_odd_id_is_replaced(wanted: Any):
    """What is no plain positive number is like no id, for containers and for artifacts."""
    lab = Lab({"container": {"id": wanted, "name": "Case"}, "artifacts": [{"id": wanted, "cef": {}}, {"cef": {}}]})
    assert list(lab.containers) == [1]
    assert list(lab.artifacts) == [1, 2]
    assert (lab.containers[1]["id"], lab.artifacts[1]["id"], lab.artifacts[1]["container"]) == (1, 1, 1)


@tabled(("given", "ids"), [
    ([None, 1], [2, 1]), ([None, 2, None, 1], [3, 2, 4, 1]), ([5, None], [5, 6]), ([None, None], [1, 2]),
    (["4", None, 4], [4, 6, 5]), ([1, 1, 1], [1, 2, 3]),
], ids=str)
def test_an_explicit_id_is_kept_where_another_artifact_has_none(given: list[Any], ids: list[int]):
    """Whoever names an id gets it, whatever stands before; the first of two that name one keeps it."""
    lab = Lab({"container": CONTAINER, "artifacts": [{"id": one, "cef": {"n": n}} for n, one in enumerate(given)]})
    places = {one["cef"]["n"]: number for number, one in lab.artifacts.items()}
    if len({*map(str, filter(None, given))}) == len([*filter(None, given)]):
        assert [places[n] for n in range(len(given))] == ids
    else:
        assert places[0] == ids[0]
        assert sorted(places.values()) == sorted(ids)


@pytest.mark.parametrize(("text", "told"), [
    (f'{{"id": 1, "name": "x", "data": {"9" * 5000}}}', "the container file cannot be read: "),
    (f'{{"id": {"9" * 5000}}}', "the container file cannot be read: "),
    (f'{{"name": "x", "data": {"[" * TOO_DEEP}{"]" * TOO_DEEP}}}', "nested too deeply"),
], ids=["a long number", "a long id", "nesting"])
def test_a_file_that_python_will_not_read_is_an_input_error(text: str, told: str, tmp_path: Path):
    """A number of thousands of digits, and thousands of brackets: one line that names the file."""
    (tmp_path / "case.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        Lab(tmp_path / "case.json")
    assert str(caught.value).startswith(str(tmp_path / "case.json"))
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("given", "told"), [
    ({"name": "x", "data": nested(TOO_DEEP)}, "the container is nested too deeply"),
    ([{"cef": {"x": nested(TOO_DEEP)}}], "the container is nested too deeply"),
    ({"name": "x", "data": HUGE}, "the container is not JSON"), ("case\0.json", "the container file cannot be read"),
    (Path("case\0.json"), "the container file cannot be read"),
], ids=["nested", "nested artifact", "huge", "null byte", "null byte in a path"])
def test_an_object_that_is_no_json_is_an_input_error(given: Any, told: str):
    """Decoded JSON and names of files alike."""
    with pytest.raises(InputError) as caught:
        Lab(given)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("options", "told"), [
    ({"inputs": [1, 2]}, "inputs must be given by name"), ({"inputs": "x=1"}, "inputs must be given by name"),
    ({"inputs": 5}, "inputs must be given by name"), ({"inputs": {"x": {1, 2}}}, "inputs is not JSON"),
    ({"inputs": {"x": b"bytes"}}, "inputs is not JSON"),
    ({"inputs": {"x": nested(TOO_DEEP)}}, "inputs is nested too deeply"),
    ({"scope": "newest"}, "scope 'newest' is neither 'new', 'all' nor a list of artifact ids"),
    ({"scope": 5}, "scope 5 is neither"), ({"scope": True}, "scope True is neither"),
    ({"container": True}, "no container True in the lab. There are: 1."),
    ({"container": False}, "no container False in the lab"), ({"container": 99}, "no container 99 in the lab"),
], ids=map(str, range(12)))
def test_bad_options_of_a_run_are_input_errors(options: dict[str, Any], told: str, lab: Lab, playbook, tmp_path: Path):
    """Nothing runs, no journal is begun, and the line says what is wrong."""
    with pytest.raises(InputError) as caught:
        lab.run(playbook("def on_start(container):\n    pass\n"), journal=tmp_path / "run.jsonl", **options)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "run.jsonl").exists()
