"""What belongs to one event is joined, whatever file it stands in; what the lab does not read of a file is said."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import InputError, Lab, Playbook
from phantom_lab.cli import main
from tests.table import tabled

SEES = Playbook.from_source("""
import phantom.rules as phantom

def on_start(container):
    phantom.debug([container["id"], container["name"], container["artifact_count"], phantom.collect2(
        container=container, datapath=["artifact:*.id", "artifact:*.cef.ip", "artifact:*.container"])])
""", name="sees")
PLAYBOOK_SIDE = {"id": 7, "name": "Case", "label": "events", "status": "open", "severity": "high", "owner": "jdoe",
                 "artifact_count": 2, "close_time": "", "current_rule_run_id": 5, "create_time": "2026-01-02T08:00:00Z"}
REST_SIDE = {"id": 7, "name": "Case", "label": "events", "status": "open", "severity": "high", "owner": 4,
             "owner_name": "jdoe", "artifact_count": 2, "close_time": None, "_pretty_owner": "jdoe",
             "parent_container": None, "create_time": "2026-01-02T08:00:00.000000Z"}
FIRST = {"id": 41, "name": "a", "container": 7, "cef": {"ip": "1.1.1.1"}}
SECOND = {"id": 42, "name": "b", "container": 7, "cef": {"ip": "8.8.8.8"}}
OTHER = {"id": 9, "name": "Other", "status": "new"}
SEEN = [7, "Case", 2, [[41, "1.1.1.1", 7], [42, "8.8.8.8", 7]]]


def envelope(*items: Any) -> dict[str, Any]:
    """The REST list envelope."""
    return {"count": len(items), "num_pages": 1, "data": list(items)}


TOGETHER = {
    "container; envelope of artifacts": [REST_SIDE, envelope(FIRST, SECOND)],
    "container; list of artifacts": [PLAYBOOK_SIDE, [FIRST, SECOND]],
    "container; envelope of the list of containers; artifacts": [PLAYBOOK_SIDE, envelope(REST_SIDE), [FIRST, SECOND]],
    "container; artifacts one by one": [REST_SIDE, FIRST, SECOND],
    "container; artifacts that name no container": [REST_SIDE, [{"id": 41, "cef": FIRST["cef"]},
                                                                {"id": 42, "cef": SECOND["cef"]}]],
    "container that has one of them; envelope": [{**REST_SIDE, "artifacts": [FIRST]}, envelope(SECOND)],
    "container with all of them; envelope of them": [{**REST_SIDE, "artifacts": [FIRST, SECOND]},
                                                     envelope(FIRST, SECOND)],
    "container and artifacts; one artifact": [{"container": PLAYBOOK_SIDE, "artifacts": [FIRST]}, [SECOND]],
    "container without number; artifacts": [{"name": "Case", "status": "new", "artifact_count": 2}, [FIRST, SECOND]],
    "numbers as texts": [{**REST_SIDE, "id": "7"}, envelope({**FIRST, "container": "7"},
                                                            {**SECOND, "id": "42", "container": {"id": "7"}})],
    "two pages": [REST_SIDE, {**envelope(FIRST), "count": 2, "num_pages": 2},
                  {**envelope(SECOND), "count": 2, "num_pages": 2}],
    "playbook-side artifacts; the same of REST": [
        REST_SIDE, [{**FIRST, "container_id": 7, "update_time": None}, SECOND],
        envelope({**FIRST, "_pretty_container": "Case"}, SECOND)],
}


def files(folder: Path, *parts: Any) -> list[str]:
    """Write every part into a file of its own."""
    paths = [folder / f"part{number}.json" for number in range(len(parts))]
    for path, part in zip(paths, parts, strict=True):
        path.write_text(part if isinstance(part, str) else json.dumps(part), encoding="utf-8")
    return [*map(str, paths)]


def remarks(given: Any) -> list[str]:
    """What is said of what was given."""
    return [*dict.fromkeys(line for lines in Lab(given).remarks.values() for line in lines)]


@pytest.mark.parametrize("parts", TOGETHER.values(), ids=TOGETHER)
def test_the_files_of_one_event_are_joined_in_any_order(parts: list[Any], tmp_path: Path, capsys):
    """By `Lab`, by `lab.add`, by a scenario and by the command line: one container with its artifacts."""
    for order in permutations(parts):
        paths = files(tmp_path, *order)
        lab = Lab(paths)
        assert (list(lab.containers), len(lab.artifacts)) == ([7], 2)
        assert lab.run(SEES).summary().debug == [str(SEEN)]
        decoded = Lab([part if isinstance(part, list) else [part] for part in order])
        assert decoded.run(SEES).summary().debug == [str(SEEN)]
        added = Lab()
        assert added.add(*paths) == 7
        assert added.run(SEES).summary().debug == [str(SEEN)]
        assert Lab(scenario={"container": paths}).run(SEES).summary().debug == [str(SEEN)]
    (tmp_path / "sees.py").write_text(SEES.source, encoding="utf-8")
    assert main(["run", str(tmp_path / "sees.py"), "--json",
                 *(word for path in paths for word in ("--container", path))]) == 0
    assert json.loads(capsys.readouterr().out)["debug"] == [str(SEEN)]


def test_the_container_of_several_files_has_what_each_of_them_says():
    """The user's name wins over the number; null says nothing; of two values the later one counts, and that is said."""
    older = {**PLAYBOOK_SIDE, "status": "new", "container_update_time": "2026-01-02T08:00:00Z"}
    newer = {**REST_SIDE, "description": "seen", "container_update_time": "2026-01-02T09:00:00Z"}
    for order in ([older, newer], [newer, older]):
        lab = Lab([[one] for one in order])
        seen = lab.containers[7]
        assert (seen["owner"], seen["status"], seen["description"], seen["close_time"]) == ("jdoe", "open", "seen", "")
        assert [line.partition(": ")[2] for line in lab.remarks[7]] == [
            f"container.{name}: it is given with another value as well: this one is taken"
            for name in ("status", "container_update_time")] + [
            "container 7 has 2 artifacts, and none is given: /rest/container/7/artifacts?page_size=0 lists them"]


@pytest.mark.parametrize(("parts", "told"), [
    ([REST_SIDE, OTHER],
     "0.json holds container 7 'Case', {}1.json holds container 9 'Other': these are 2 events"),
    ([REST_SIDE, [{**FIRST, "container": 9}]],
     "0.json holds container 7 'Case', {}1.json holds artifacts of container 9: these are 2 events"),
    ([[FIRST], [{**SECOND, "container": 9}]],
     "0.json holds artifacts of container 7, {}1.json holds artifacts of container 9: these are 2 events"),
    ([REST_SIDE, {**REST_SIDE, "name": "Theirs"}],
     "0.json holds container 7 'Case', {}1.json holds container 7 'Theirs': they are two events of one number"),
    ([{"name": "Case", "status": "new"}, OTHER],
     "0.json holds container 'Case', {}1.json holds container 9 'Other': these are 2 events"),
    ([REST_SIDE, OTHER, [{"id": 1, "cef": {}}]],
     "2.json: artifacts name no container, and {}0.json holds container 7 'Case', {}1.json holds container 9 'Other'"),
    ([{"name": "Case", "status": "new"}, [FIRST, {**SECOND, "container": 8}]],
     "1.json: artifacts name the containers 7, 8, and {}0.json says no number"),
], ids=str)
def test_two_events_are_refused_by_name(parts: list[Any], told: str, tmp_path: Path, capsys):
    """It is said which file holds which event, in Python, in a scenario and on the command line."""
    paths = files(tmp_path, *parts)
    told = f"{tmp_path}/part" + told.replace("{}", f"{tmp_path}/part")
    for given in (lambda: Lab(paths), lambda: Lab().add(*paths), lambda: Lab(scenario={"container": paths})):
        with pytest.raises(InputError) as caught:
            given()
        assert told in str(caught.value)
    (tmp_path / "sees.py").write_text(SEES.source, encoding="utf-8")
    code = main(["run", str(tmp_path / "sees.py"), *(word for path in paths for word in ("--container", path))])
    assert (code, capsys.readouterr().err.startswith(f"phantom-lab: error: {told}")) == (2, True)


def test_several_events_of_one_file_stay_several(tmp_path: Path, capsys):
    """A run takes the first, or the one of `--container-id`, and both have what was said of the files."""
    paths = files(tmp_path, envelope(REST_SIDE, {**OTHER, "colour": "red"}), [{**FIRST, "container": 9}])
    assert {number: one["container"] for number, one in Lab(paths).artifacts.items()} == {41: 9}
    (tmp_path / "sees.py").write_text(SEES.source, encoding="utf-8")
    assert main(["run", str(tmp_path / "sees.py"), "--container-id", "9", "--json",
                 *(word for path in paths for word in ("--container", path))]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["debug"] == [str([9, "Other", 1, [[41, "1.1.1.1", 9]]])]
    assert any("data[1].colour: the platform's containers have no such field" in one for one in told["notes"])


def test_artifacts_are_added_to_the_container_that_they_name():
    """`lab.add` of artifacts alone: to a container of the lab, each once; of another one they are an event."""
    lab = Lab(REST_SIDE)
    assert lab.add([FIRST]) == 7
    assert lab.add(envelope(FIRST, SECOND)) == 7
    assert lab.run(SEES).summary().debug == [str(SEEN)]
    assert "container: artifact 41 was given before, and counts once" in lab.remarks[7]
    assert lab.add([{"id": 1, "cef": {}, "container": 8}]) == 8
    assert list(lab.containers) == [7, 8]


WRAPPED = {"container": {"id": 7, "name": "Case"}, "artifacts": [{"id": 1, "cef": {}}]}


NO_FIELD = "the platform's {}s have no such field: it is kept, and nothing but a playbook reads it"
NO_TIME = "and no time as the platform writes it (2026-01-31T08:00:00.000000Z): it is kept"
LISTS = "/rest/container/7/artifacts?page_size=0 lists them"


def artifact(**fields: Any) -> list[dict[str, Any]]:
    """A list of one."""
    return [{"id": 1, "cef": {}, **fields}]


def container(**fields: Any) -> dict[str, Any]:
    """One without artifacts."""
    return {"id": 7, "name": "Case", **fields}


@pytest.mark.parametrize(("given", "told"), [
    ({**WRAPPED, "notes": []}, "notes: it stands beside the container and is not read"),
    ({"container": container(), "artifact": []},
     "artifact: it stands beside the container and is not read; is `artifacts` meant?"),
    ({**envelope(FIRST), "total": 1}, "total: it stands beside the list and is not read"),
    (container(artifact=[FIRST]), f"container.artifact: {NO_FIELD.format('container')}; is `artifacts` meant?"),
    (container(severty="low"), f"container.severty: {NO_FIELD.format('container')}; is `severity` meant?"),
    (container(colour="red"), f"container.colour: {NO_FIELD.format('container')}"),
    (container(run_automation=True), "container.run_automation: it is not read: the lab starts no playbook by itself"),
    (artifact(cef_type={}), f"[0].cef_type: {NO_FIELD.format('artifact')}; is `cef_types` meant?"),
    (artifact(identifier="s"), f"[0].identifier: {NO_FIELD.format('artifact')}; is `source_data_identifier` meant?"),
    (artifact(cef='{"ip": "1.1.1.1"}'), "[0].cef: a text, which is read as the object"),
    (artifact(cef=""), "[0].cef: a text, which is read as an empty object"),
    (artifact(tags='["a"]'), "[0].tags: a text, which is read as the list"),
    (artifact(tags=[1]), "[0].tags: not all of them are texts: they are kept"),
    (artifact(data=[1]), "[0].data: a list, where the platform has an object: it is kept"),
    (artifact(cef_types=["ip"]),
     "[0].cef_types: a list, where the platform has an object of lists of texts: it is not read"),
    (artifact(cef_types={"ip": "ip"}),
     "[0].cef_types: the types of a field are a list of texts: one text is read as a list of it"),
    (artifact(cef_types={"ip": [{}]}),
     "[0].cef_types: the types of a field are a list of texts: anything else is not read"),
    (artifact(container="case"), "[0].container: a text, and no number of a container: it is not read"),
    (artifact(container=7, container_id=8), "[0].container_id: `container` names another one: it is not read"),
    (artifact(id="x"), "[0].id: a text, and no number of an artifact: it gets one"),
    (container(id="ABC-1"), "container.id: a text, and no number of a container: it gets one"),
    (container(name=5), "container.name: a number, which is read as a text"),
    (container(name=["x"]), "container.name: a list, where the platform has a text: it is kept"),
    (container(artifact_count="many"), "container.artifact_count: a text, and no number from 0: it is not read"),
    (container(tags="red"), "container.tags: a text, where the platform has a list of texts: it is kept"),
    (container(in_case="no"), "container.in_case: a text, where the platform has true or false: it is kept"),
    (container(create_time=1767225600), f"container.create_time: a number, {NO_TIME}"),
    (container(due_time="tomorrow"), f"container.due_time: a text, {NO_TIME}"),
    (container(artifacts=artifact(container=8)),
     "artifacts in container 7 name container 8: they are taken for those of the container in which they stand"),
    ([REST_SIDE, FIRST, {**SECOND, "container": 8}], "1 artifact of container 8, which is in no file: not read"),
    ({**WRAPPED, "artifacts": [FIRST, FIRST]}, "artifact 41: it was given before, and counts once"),
    ({**WRAPPED, "artifacts": [FIRST, {**SECOND, "id": 41}]}, "the number 41 is taken: this artifact is artifact 42"),
    (container(artifact_count=8), f"container 7 has 8 artifacts, and none is given: {LISTS}"),
    (container(artifact_count=0, artifacts=artifact()),
     "container.artifact_count: it goes on saying 0, and 1 is given"),
    ({**envelope(FIRST), "count": 50}, f"container 7 has 50 artifacts, and 1 is given: {LISTS}"),
    ({**envelope(REST_SIDE), "count": 50}, "it holds 1 of 50 containers: page_size=0 asks REST for all of them"),
    (envelope(), "it holds neither a container nor an artifact: the event is empty"),
    ({"data": []}, "it holds neither a container nor an artifact: the event is empty"),
    ([container()], "[0]: nothing tells it from a container: it is taken for an artifact"),
], ids=str)
def test_what_is_not_read_is_said(given: Any, told: str, tmp_path: Path):
    """With the file, the place in it and, where it looks like a slip, the name that is meant; the run notes it."""
    (path,) = files(tmp_path, given)
    lab = Lab(path)
    assert f"{path}: {told}" in lab.remarks[next(iter(lab.containers))]
    assert f"{path}: {told}" in lab.run(SEES).summary().notes
    assert f"container: {told}" in remarks(given)


@tabled("given", [
    REST_SIDE | {"artifact_count": 0}, PLAYBOOK_SIDE | {"artifact_count": 0}, WRAPPED, envelope(FIRST, SECOND),
    {"id": 7, "name": None, "label": None, "tags": None, "data": None, "status": None},
    [{"id": 1, "cef": None, "cef_types": None, "tags": None, "data": None, "type": None, "_pretty_container": "x"}],
    [{"id": 1, "cef": {"ip": "1.1.1.1"}, "cef_types": {"ip": ["ip", "host name"], "n": None}, "node_guid": None}],
    {**REST_SIDE, "artifact_count": 0, "created_via": "REST", "current_rule_run": 3},
    {**REST_SIDE, "id": "7", "artifact_count": "0", "asset_name": "", "close_time": "", "tags": [""]},
    {"id": 7, "name": "x", "create_time": "2016-01-16 07:18:46.631897+00", "start_time": "2026-01-31T08:00:00+01:00"},
], ids=str)
def test_nothing_is_said_of_what_is_read(given: Any):
    """Neither of null, nor of texts of numbers and of times in the platform's forms."""
    assert remarks(given) == []


def test_a_key_that_stands_twice_is_said(tmp_path: Path):
    """JSON has one value for a key; Python takes the last one."""
    (path,) = files(tmp_path, '{"id": 7, "name": "one", "name": "two"}')
    lab = Lab(path)
    assert lab.containers[7]["name"] == "two"
    assert lab.remarks[7] == [f"{path}: name: it stands twice in one object, and the last one counts"]


def test_remarks_are_bounded():
    """One line for what holds of many artifacts, and a last one for further lines."""
    artifacts = [{"id": n + 1, "cef": {}, f"field{n}" * 100: 1, "cef_type": {}} for n in range(2000)]
    told = remarks({"container": {"id": 7, "name": "Case"}, "artifacts": artifacts})
    assert "artifacts[0].cef_type (and 1,999 more): " in "\n".join(told)
    assert told[-1] == "and 1,971 more remarks of the files that were given"
    assert (len(told), max(map(len, told)) < 300) == (31, True)


@pytest.mark.parametrize(("name", "text", "told"), [
    ("case.yaml", "container: {name: x}\n", "YAML is read as a scenario (--scenario FILE, Lab(scenario=FILE))"),
    ("case.csv", "ip,name\n1.1.1.1,x\n", "CSV is read as a custom list (--list NAME=FILE)"),
    ("case.json", '{"failed": true, "message": "Item not found"}', "it holds an error of REST: 'Item not found'"),
    ("case.json", '[1, {"cef": {}}]', "the list must hold JSON objects only"),
    ("case.json", '{"container": {"name": "x"}, "artifacts": [null]}', "`artifacts` must be a list of JSON objects"),
    ("case.json", '[{"cef": {}, "tags": "red"}]', "artifact 0: `tags` is a text, not a list"),
    ("case.json", '[{"cef": "ip=1.1.1.1"}]', "artifact 0: `cef` is a text, not an object"),
])
def test_a_file_of_another_kind_says_what_to_do(name: str, text: str, told: str, tmp_path: Path):
    """One line with the file."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        Lab([tmp_path / name])
    assert str(caught.value).startswith(str(tmp_path / name))
    assert told in str(caught.value)


def test_a_path_that_is_none_is_told_from_an_object():
    """In a list of objects a text is no path of a file that was forgotten."""
    with pytest.raises(InputError) as caught:
        Lab([REST_SIDE, "artifacts.json"])
    assert "'artifacts.json' is none" in str(caught.value)
