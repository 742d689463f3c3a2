"""What goes out: as it came where nothing changed, else changed there only; and what the editor would undo of it."""

from __future__ import annotations

import difflib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Playbook, export
from phantom_lab.archives import read_archive
from phantom_lab.cli.main import main
from phantom_lab.errors import InputError
from phantom_lab.exchange.handover import prepared
from phantom_lab.exchange.json_text import with_text
from phantom_lab.exchange.losses import (
    GENERATED,
    MODULE,
    NO_MARKS,
    OTHER_FUNCTION,
    OTHER_NODE,
    OUTPUTS,
    OUTSIDE,
    Loss,
)
from phantom_lab.exchange.writing import LossError
from tests.conftest import SAMPLES
from tests.exchange.archives import written

EXPORT = SAMPLES / "exports" / "rate_countries.tgz"
SOURCE = EXPORT.with_suffix(".py")
START = "    ## Custom Code Start\n"
CODE = "    rate_countries__abroad = len(countries - HOME)\n"


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """The sample export in a checkout."""
    return Path(export(EXPORT, tmp_path / "checkout").written[0])


def changed(file: Path, before: str, after: str) -> Path:
    """A file with something changed in it."""
    text = file.read_bytes().decode()
    assert before in text
    file.write_bytes(text.replace(before, after, 1).encode())
    return file


def test_what_was_not_changed_goes_out_byte_for_byte(ours: Path, tmp_path: Path):
    """Archive, source and export, from whichever it is read."""
    assert ours.read_bytes() == SOURCE.read_bytes()
    assert ours.with_suffix(".json").read_bytes() == EXPORT.with_suffix(".json").read_bytes()
    for given, original in ((EXPORT, None), (ours, EXPORT)):
        made = export(given, tmp_path / "out.tgz", original=original)
        assert made.unchanged
        assert (tmp_path / "out.tgz").read_bytes() == EXPORT.read_bytes()
    assert read_archive(EXPORT).members == read_archive(_new(ours, tmp_path)).members


def _new(ours: Path, folder: Path) -> Path:
    export(ours, folder / "new.tgz")
    return folder / "new.tgz"


@pytest.mark.parametrize("original", [None, EXPORT])
def test_a_changed_block_is_the_only_difference(ours: Path, tmp_path: Path, original: Path | None):
    """It goes back into the export, and so does the hash of the source; where it is proved that nothing else changed,
    nothing is said."""
    changed(ours, CODE, f"{CODE}    phantom.debug('abroad: \u00fc')\n")
    made = export(ours, tmp_path / "out.tgz", original=original)
    assert [(one.block, one.member) for one in made.changes] == [("rate_countries", "userCode"), ("", "hash")]
    assert (made.losses, made.notes, made.lost) == ([], [], False)
    before, after = (json.loads(one) for one in (EXPORT.with_suffix(".json").read_bytes(),
                                                 made.files["rate_countries.json"]))
    node = after["coa"]["data"]["nodes"]["3"]
    assert "abroad: \u00fc" in node["userCode"]
    node["userCode"], after["coa"]["data"]["hash"] = (before["coa"]["data"]["nodes"]["3"]["userCode"],
                                                      before["coa"]["data"]["hash"])
    assert after == before
    old, new = (one.decode().split("\n") for one in (EXPORT.with_suffix(".json").read_bytes(),
                                                     made.files["rate_countries.json"]))
    assert sum(one[0] in "+-" for one in difflib.ndiff(old, new)) == 4
    again = prepared(tmp_path / "out.tgz")
    assert again.files == made.files
    assert not again.notes
    if original:
        packed = read_archive(EXPORT), read_archive(tmp_path / "out.tgz")
        assert len({one.unpacked[:512 - 400] for one in packed}) == 1  # name and mode; the size is another one


def test_code_is_put_where_there_was_none_and_taken_out_again(ours: Path):
    """A block with the usual text has no member for it, and gets none."""
    usual = "    # Write your custom code here...\n"
    made = export(changed(ours, usual, "    parameters = parameters[:1]\n"), ours.parent)
    assert [(one.block, one.member) for one in made.changes] == [("geolocate_sources", "userCode"), ("", "hash")]
    made = export(changed(ours, "    parameters = parameters[:1]\n", usual), ours.parent)
    assert ours.with_suffix(".json").read_bytes() == EXPORT.with_suffix(".json").read_bytes()
    assert [one.member for one in made.changes] == ["userCode", "hash"]


def test_global_custom_code_goes_back(ours: Path):
    """In the form that the editor has it in."""
    made = export(changed(ours, 'HOME = {"AU", "NZ"}\n', 'HOME = {"AU"}\n'))
    assert [one.member for one in made.changes] == ["globalCustomCode", "hash"]
    assert json.loads(made.files["rate_countries.json"])["coa"]["data"]["globalCustomCode"] == 'HOME = {"AU"}\n'


def test_a_block_that_was_edited_as_a_whole_is_kept_as_a_whole(ours: Path):
    """The editor keeps such a function as it is, and so nothing of it is lost."""
    beside = ours.with_suffix(".json")
    exported = json.loads(beside.read_bytes())
    text = SOURCE.read_text()
    function = text[text.index("def any_abroad"):text.index("@phantom.playbook_block()\ndef raise_severity")].rstrip()
    exported["coa"]["data"]["nodes"]["4"]["customCode"] = function
    beside.write_text(json.dumps(exported))
    changed(ours, "    if found_match_1:\n", "    if found_match_1 or len(HOME) > 2:\n")
    made = export(ours)
    assert [(one.block, one.member) for one in made.changes if one.member != "hash"] == [("any_abroad", "customCode")]
    assert not made.losses


ABROAD = "@phantom.playbook_block()\ndef any_abroad"
MATCH, CALL = "    if found_match_1:\n", "    any_abroad(container=container)\n"
LINE = f"    {'#' * 80}\n"
MARKS = f"{LINE}    ## Custom Code Start\n{LINE}    limit = 3\n{LINE}    ## Custom Code End\n{LINE}"
GEOLOCATE = (GENERATED, "geolocate_sources")
LOST: dict[str, tuple[str, str, list[tuple[str, str]], list[tuple[str, str]]]] = {
    "a constant in the header": ("\n\n####", "\n\nLIMIT = 3\n\n####", [(MODULE, "")], []),
    "a helper": (ABROAD, f"def helper(one):\n    return one\n\n\n{ABROAD}", [(OTHER_FUNCTION, "helper")], []),
    "a comment between functions": (f"\n\n\n{ABROAD}", f"\n\n# why\n\n{ABROAD}", [(MODULE, "")], []),
    "code before the marks": ("    parameters = []\n", "    parameters = []\n    import re\n",
                              [(OUTSIDE, "geolocate_sources")], []),
    "code behind the marks": (CALL, f"    print('here')\n{CALL}", [(OUTSIDE, "rate_countries")], []),
    "a log line in a block without marks": (MATCH, f"    phantom.debug('found')\n{MATCH}",
                                            [(OUTSIDE, "any_abroad")], []),
    "marks where the editor has none": (MATCH, f"{MARKS}{MATCH}", [(OUTSIDE, "any_abroad")], []),
    "outputs elsewhere": (CALL, f"    phantom.save_playbook_output_data(output={{}})\n{CALL}",
                          [(OUTPUTS, "rate_countries")], []),
    "a setting": ('assets=["maxmind"]', 'assets=["maxmind two"]', [GEOLOCATE], []),
    "a condition": ('abroad", ">", 0]', 'abroad", ">", 1]', [(GENERATED, "any_abroad")], []),
    "a generated line": ("artifact:*.cef.sourceAddress", "artifact:*.cef.destinationAddress", [], [GEOLOCATE]),
    "a line that is gone": (CALL, "", [], [(GENERATED, "rate_countries")]),
    "a block that is gone": ("def raise_severity", "def raise_severities", [
        (OTHER_FUNCTION, "raise_severities"), (OTHER_NODE, "raise_severity")], []),
}
"""What is written for what; the kinds and blocks that are told of it, and those that only the original tells."""


@pytest.mark.parametrize("case", LOST)
def test_what_the_editor_would_undo_is_told(case: str, ours: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """With its line, by `export` and by `check`; what only the original tells, where that is given. Nothing is written,
    unless somebody wants it anyway."""
    before, after, structural, held_against = LOST[case]
    changed(ours, before, after)
    lines = ours.read_text().split("\n")

    def found(original: Path | None) -> list[Loss]:
        return export(ours, original=original).losses

    assert sorted((one.kind, one.block) for one in found(None)) == sorted(structural)
    assert {*structural, *held_against} <= {(one.kind, one.block) for one in found(EXPORT)}
    assert all(one.instead and (not one.line or lines[one.line - 1].strip()) for one in found(EXPORT))
    out = str(tmp_path / "out.tgz")
    assert main(["export", str(ours), "-o", out, "--original", str(EXPORT)]) == 5
    assert not Path(out).exists()
    assert f"{ours.name}:" in capsys.readouterr().out
    with pytest.raises(LossError):
        export(ours, out, original=EXPORT)
    assert main(["export", str(ours), "-o", out, "--original", str(EXPORT), "--anyway"]) == 0
    assert Path(out).exists()
    if not structural:
        assert "other lines outside the marks" in export(ours).notes[0]  # the hash tells
    capsys.readouterr()
    main(["check", "--json", str(ours)])
    told = [one for one in json.loads(capsys.readouterr().out)["problems"] if one["kind"] == "editor"]
    assert [one["line"] for one in told] == [one.line for one in found(None)]


def test_on_finish_without_its_marks_is_told(ours: Path):
    """What stands in it would be gone."""
    text = ours.read_text()
    end = text.index("def on_finish")
    marks = text[text.index("    ####", end):text.rindex("####\n") + 5]
    changed(ours, marks, "    phantom.add_note(container=container, title='done')\n")
    assert [(one.kind, one.block) for one in export(ours).losses] == [(NO_MARKS, "on_finish")]
    changed(ours, "    phantom.add_note(container=container, title='done')\n", START)
    for original in (None, EXPORT):
        assert NO_MARKS in {one.kind for one in export(ours, original=original).losses}  # one mark alone


def test_a_custom_function_goes_out_and_its_first_line_is_the_editors(tmp_path: Path):
    """Its code is in its source only."""
    line = f"    {'#' * 28} Custom Code Goes Below This Line {'#' * 33}\n"
    files = {"double.py": f'def double(value=None, **kwargs):\n    """Doubles."""\n{line}    return 2 * value\n',
             "double.json": json.dumps({"inputs": [{"name": "value"}], "outputs": []})}
    archive = written(tmp_path / "double.tgz", files)
    made = export(archive, tmp_path / "out")
    assert (made.kind, made.unchanged, made.losses, made.archive) == ("custom function", True, [], archive.read_bytes())
    source = tmp_path / "out" / "double.py"
    for before, after, kind in (("(value=None", "(value=None, times=2", GENERATED), (line, "", NO_MARKS),
                                (line, f"    import re\n{line}", OUTSIDE),
                                ("def double", "LIMIT = 3\ndef double", MODULE)):
        source.write_text(files["double.py"].replace(before, after))
        assert [one.kind for one in export(source).losses] == [kind]


def test_exports_without_a_graph_and_sources_without_an_export(tmp_path: Path):
    """The first goes out as it is; for the second there is nothing that the platform could import."""
    files = {"x.py": "def on_start(container):\n    pass\n", "x.json": '{"coa": null}'}
    made = export(written(tmp_path / "x.tgz", files))
    assert (made.kind, made.unchanged, made.losses) == ("none", True, [])
    assert "no blocks" in made.notes[0]
    alone = tmp_path / "y.py"
    alone.write_text(files["x.py"])
    with pytest.raises(InputError, match=r"no export y\.json beside it"):
        export(alone)
    alone.with_suffix(".json").write_text("[" * 10_000)
    with pytest.raises(InputError, match="nested too deeply"):
        export(alone)


def test_nothing_is_written_over(ours: Path, tmp_path: Path):
    """Neither over what was given, nor over another file; the export beside a changed source follows it. Nor are
    several made one archive."""
    assert main(["export", str(ours), str(EXPORT), "-o", str(tmp_path / "both.tgz")]) == 2
    assert not (tmp_path / "both.tgz").exists()
    copy = shutil.copy(EXPORT, tmp_path / "copy.tgz")
    changed(ours, CODE, f"{CODE}    pass\n")
    for out in (copy, tmp_path / "checkout.py"):
        with pytest.raises(InputError):
            export(ours, out, original=copy)
    assert Path(copy).read_bytes() == EXPORT.read_bytes()
    assert export(ours, ours.parent).written
    assert export(ours).unchanged
    with pytest.raises(InputError, match="another one"):
        export(EXPORT, ours.parent)
    (tmp_path / "folder.tgz").mkdir()
    assert export(EXPORT, tmp_path / "folder.tgz").written[0].endswith("folder.tgz/rate_countries.py")


def test_line_ends_and_marks_of_encodings_stay(ours: Path):
    """A checkout on Windows: the source goes out as it is, and the export gets code as the platform has it."""
    ours.write_bytes(ours.read_bytes().replace(b"\n", b"\r\n"))
    ours.with_suffix(".json").write_bytes(b"\xef\xbb\xbf" + ours.with_suffix(".json").read_bytes())
    made = export(ours)
    assert made.unchanged
    assert made.files["rate_countries.py"] == ours.read_bytes()
    assert "Windows" in made.notes[0]
    made = export(changed(ours, CODE.strip(), f"{CODE.strip()} + 0"))
    assert [one.member for one in made.changes] == ["userCode", "hash"]
    assert made.files["rate_countries.json"].startswith(b"\xef\xbb\xbf{")
    assert b"\\r" not in made.files[
        "rate_countries.json"]


@pytest.mark.parametrize("style", [{"indent": 4, "sort_keys": True}, {"indent": 2}, {}, {"separators": (",", ":")},
                                   {"indent": "\t", "ensure_ascii": False}], ids=str)
def test_a_text_in_json_is_changed_alone(style: dict[str, Any]):
    """Changed, added and taken out, whatever the blanks around it are."""
    value: dict[str, Any] = {"b": 1, "d": [{"x": "\u00e4", "y": {}}, 2], "f": "\""}
    text = json.dumps(value, **style)
    written_as: Callable[[Any], str] = lambda given: json.dumps(given, **style)  # noqa: E731
    value["d"][0]["x"] = "\n\u00fc"
    assert with_text(text, ["d", 0, "x"], "\n\u00fc") == written_as(value)
    grown = with_text(written_as(value), ["c"], "new")
    assert grown == written_as({"b": 1, "c": "new", "d": value["d"], "f": value["f"]})
    assert with_text(grown, ["c"], None) == written_as(value)
    assert json.loads(with_text(text, ["d", 0, "y", "z"], "1"))["d"][0]["y"] == {"z": "1"}
    assert json.loads(with_text(text, ["g"], "last"))["g"] == "last"
    assert with_text(with_text(text, ["a"], "1"), ["a"], None) == text
    assert json.loads(with_text('{"a": {"b": "0"}, "a": {"b": "1", "b": "2"}}', ["a", "b"], "3")) == {"a": {"b": "3"}}
    with pytest.raises(KeyError):
        with_text(text, ["q", "r"], "1")


def test_the_sample_export_is_of_its_files():
    """And of a playbook that loads."""
    assert {one.name: one.content for one in read_archive(EXPORT).members} == {
        one.name: one.read_bytes() for one in (SOURCE, SOURCE.with_suffix(".json"))}
    assert Playbook.load(EXPORT).editor == "modern"
