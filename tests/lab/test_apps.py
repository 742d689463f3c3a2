"""Manifests of SOAR apps: where they are found, which one speaks for an action, and what they may have wrong."""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import InputError
from phantom_lab.apps import Apps, manifest_files
from phantom_lab.apps.manifests import manifest_of, outputs_of
from phantom_lab.outcomes.declared import Output
from tests.table import tabled

LOOKUP = "look up star"


def manifest(name: str = "Star Map", version: str = "1.0.0", appid: str = "a1-b2", action: str = LOOKUP,
             output: Any = (), **others: Any) -> dict[str, Any]:
    """A manifest of our own with one action."""
    return {"name": name, "appid": appid, "app_version": version, "product_name": f"{name} Product",
            "actions": [{"action": action, "read_only": True, "parameters": {"star": {"data_type": "string"}},
                         "output": output, **others}]}


def outputs(*paths: str) -> list[dict[str, Any]]:
    return [{"data_path": path, "data_type": "string"} for path in paths]


def written(folder: Path, **files: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / f"{name}.json").write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return folder


@pytest.fixture(params=["folder", "file", "tar", "tar.gz", "tar.xz", "zip"])
def given(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """One manifest, in everything that may hold one."""
    folder = written(tmp_path / "apps" / "deep", star=manifest())
    kind = request.param
    if kind in ("folder", "file"):
        return folder.parent if kind == "folder" else folder / "star.json"
    archive = tmp_path / f"apps.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(archive, "w") as opened:
            opened.write(folder / "star.json", "deep/star.json")
    else:
        with tarfile.open(archive, f"w:{kind.partition('.')[2]}") as opened:
            opened.add(folder.parent, "apps")
    return archive


def test_a_folder_a_file_and_an_archive_give_the_same(given: Path):
    """And nothing is written beside an archive."""
    before = sorted(given.parent.rglob("*"))
    apps = Apps.load(given)
    found = apps.find(LOOKUP, appid="A1-B2")
    assert (found.source, found.app, found.read_only) == ("manifest Star Map 1.0.0", "Star Map", True)
    assert apps.problems == []
    assert sorted(given.parent.rglob("*")) == before


def test_several_are_read_together(tmp_path: Path):
    """Each may be a folder or a file."""
    one = written(tmp_path / "one", a=manifest())
    other = written(tmp_path / "other", b=manifest("Moon Map", appid="c3-d4")) / "b.json"
    assert len(Apps.load([one, str(other)])) == 2


@pytest.mark.parametrize(("content", "told"), [
    ("[1]", "holds no manifest of an app"), ("{", "not JSON: "), ('{"name": "x", "actions": []}', "holds no manifest"),
    ("[" * 20_000 + "]" * 20_000, "nested too deeply"), (None, "No such file"),
])
def test_a_named_file_that_is_no_manifest_is_told(tmp_path: Path, content: str | None, told: str):
    """With the file, and what to give instead."""
    path = tmp_path / "x.json"
    if content is not None:
        path.write_text(content, "utf-8")
    with pytest.raises(InputError, match=told) as caught:
        Apps.load(path)
    assert str(path) in str(caught.value)
    assert "Give the JSON file of a SOAR app" in str(caught.value)


@pytest.mark.parametrize("name", ["x.tar.gz", "x.zip"])
def test_a_broken_archive_is_told(tmp_path: Path, name: str):
    """In one line."""
    (tmp_path / name).write_bytes(b"PK\x03\x04" + b"\x1f\x8b" * 50)
    with pytest.raises(InputError, match=name):
        Apps.load(tmp_path / name)


def test_a_cut_archive_is_told(tmp_path: Path):
    """One that begins well and does not end."""
    archive = tmp_path / "apps.tar.gz"
    content = json.dumps({**manifest(), "filler": [str(number * 7919) for number in range(50_000)]}).encode()
    with tarfile.open(archive, "w:gz") as opened:
        member = tarfile.TarInfo("a.json")
        member.size = len(content)
        opened.addfile(member, io.BytesIO(content))
    archive.write_bytes(archive.read_bytes()[:-20_000])
    with pytest.raises(InputError, match=r"apps\.tar\.gz"):
        Apps.load(archive)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes")
@pytest.mark.parametrize("name", ["x.json", "x.zip", "x.tar.xz", "x"])
def test_a_pipe_is_not_read(tmp_path: Path, name: str):
    """Neither named itself nor in a folder: it would never end."""
    os.mkfifo(tmp_path / name)
    with pytest.raises(InputError, match="it is a pipe, and only plain files are read"):
        Apps.load(tmp_path / name)
    assert len(Apps.load(written(tmp_path, a=manifest()))) == 1


@pytest.mark.parametrize("kind", ["folder", "zip", "tar.gz"])
def test_of_very_much_only_a_part_is_read(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch):
    """How much was left out is told."""
    monkeypatch.setattr(manifest_files, "_READ", 1000)
    given = written(tmp_path / "apps", **{f"v{n}": manifest(version=f"1.{n}", filler="x" * 400) for n in range(9)})
    if kind != "folder":
        given = Path(shutil.make_archive(str(tmp_path / "a"), {"zip": "zip", "tar.gz": "gztar"}[kind], given))
    apps = Apps.load(given)
    assert apps.find(LOOKUP).source.startswith("manifest Star Map 1.")
    assert apps.problems == [f"{given}: 7 of its files are left out: more than 1,000 bytes are not read"]


def test_what_is_no_manifest_in_a_folder_is_passed_by_and_what_is_broken_is_noted(tmp_path: Path):
    """One line each, with the file."""
    folder = written(tmp_path, a=manifest(), other={"coa": {}}, broken="{,", text='"x"')
    (folder / "latin.json").write_bytes(b'{"name": "\xe4"}')
    apps = Apps.load(folder)
    assert len(apps) == 1
    assert [(str(folder / name) in line, "\n" in line) for name, line in
            zip(["broken.json", "latin.json"], apps.problems, strict=True)] == [(True, False)] * 2


def test_the_id_speaks_before_the_name_and_that_before_another_app(tmp_path: Path):
    """The source says which of them it was."""
    apps = Apps.load(written(
        tmp_path, a=manifest("Star Map"), b=manifest("Moon Map", appid="c3-d4"),
        c=manifest("Comet Map", appid="e5-f6", output=outputs("action_result.data.*.tail"))))
    sources = [apps.find(LOOKUP, appid="c3-d4", name="Star Map"), apps.find(LOOKUP, appid="zz-zz", name="star_map"),
               apps.find("Look Up STAR", name="Moon Map Product"), apps.find(LOOKUP, name="unknown")]
    assert [found.source for found in sources] == [
        "manifest Moon Map 1.0.0", "manifest Star Map 1.0.0", "manifest Moon Map 1.0.0",
        "manifest Comet Map 1.0.0 (same-named action)"]
    assert apps.declared(LOOKUP, name="unknown") is None
    assert apps.find("no such action", name="Star Map") is None


@pytest.mark.parametrize(("versions", "newest"), [
    (("1.9.0", "1.10.0"), "1.10.0"), (("2.0.1", "2.0"), "2.0.1"), (("", "0.1"), "0.1")])
def test_the_newest_version_speaks(tmp_path: Path, versions: tuple[str, ...], newest: str):
    """Versions are compared by their numbers."""
    apps = Apps.load(written(tmp_path, **{f"v{n}": manifest(version=one) for n, one in enumerate(versions)}))
    assert len(apps) == 1
    assert apps.find(LOOKUP, appid="a1-b2").source.endswith(newest)
    assert apps.find(LOOKUP).source.endswith(f"{newest} (same-named action)")


def test_an_action_that_the_newest_version_lacks_is_an_older_ones(tmp_path: Path):
    """Apps drop actions that playbooks still name."""
    apps = Apps.load(written(tmp_path, a=manifest(version="1.0"), b=manifest(version="2.0", action="other")))
    assert apps.find(LOOKUP, appid="a1-b2").source == "manifest Star Map 1.0"


@tabled(("given", "read"), [
    ({"data_path": "action_result.data.*.x", "data_type": "numeric", "example_values": [1], "contains": ["ip"]},
     Output("action_result.data.*.x", "numeric", (1,), ("ip",))),
    ({"data_path": " action_result.data. *.x ", "exampsle_values": [1], "contanis": ["ip"]},
     Output("action_result.data.*.x", "", (1,), ("ip",))),
    ({"data_path": "ction_result.data.*.x", "example_value": 1}, Output("action_result.data.*.x", "", (1,))),
    ({"data_path": "action_result.data.*.First Name", "data_type": ["string"], "contains": "ip"},
     Output("action_result.data.*.First Name", contains=("ip",))),
    ({"data_path": "summary.total_objects", "example_values": None, "contains": [1, None]},
     Output("summary.total_objects")),
])
def test_outputs_are_read_with_the_slips_of_published_manifests(given: dict[str, Any], read: Output):
    """Misspelt keys and roots, stray blanks, one value where a list belongs, other types."""
    assert outputs_of([given]) == (read,)


@tabled("given", [
    None, 5, "x", {"data_path": "x"}, [None, 5, [], {}], [{"data_path": 5}], [{"data_path": ""}],
    [{"data_path": "action_result.data" + ".x" * 5000}]])
def test_what_is_no_output_is_left_out(given: Any):
    """Whatever stands in its place."""
    assert outputs_of(given) == ()


@tabled("broken", [{"parameters": []}, {"parameters": {"a": 1}}, {"output": {}}, {"output": None},
                  {"read_only": "yes"}])
def test_an_action_with_parts_of_other_types_is_declared_all_the_same(broken: dict[str, Any]):
    """The parts that are odd say nothing."""
    found = manifest_of(manifest(**broken)).declaration(LOOKUP)
    assert (found.outputs, found.read_only) == ((), None if "read_only" in broken else True)
    assert found.parameters == ({} if "parameters" in broken else {"star": {"data_type": "string"}})


def test_actions_that_are_none_are_passed_by():
    """And the others are there."""
    given = manifest()
    given["actions"] += [None, "x", {}, {"action": 5}]
    assert list(manifest_of(given).actions) == [LOOKUP]
