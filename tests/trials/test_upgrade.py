"""``phantom-lab upgrade-check``: new versions of playbooks against the old ones, by what they do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import upgrade_check
from phantom_lab.cli import main
from phantom_lab.trials.pairs import pairs

RULES = "import phantom.rules as phantom\n"
BLOCK = "action=None, success=None, container=None, results=None, handle=None, **kwargs"
OLD = RULES + f"""
def on_start(container):
    rows = phantom.collect2(container=container, datapath=["artifact:*.cef.sourceAddress"])
    sets = [{{"ip": ip}} for (ip,) in rows]
    phantom.act("whois ip", parameters=sets, assets=["who"], name="whois_1", callback=decide)

def decide({BLOCK}):
    if phantom.decision(conditions=[["whois_1:action_result.data.*.country", "==", "XX"]]):
        phantom.act("block ip", parameters=[{{"ip": "203.0.113.7"}}], assets=["wall"], name="block_1", callback=told)
    else:
        phantom.set_severity(container, "low")

def told({BLOCK}):
    phantom.set_status(container, "open" if success else "closed")
"""
RENAMED = OLD.replace("whois_1", "look_up_owner").replace("block_1", "block_address").replace("decide", "decision")
READS_MORE = RENAMED.replace('    if phantom', '    phantom.debug(phantom.collect2(container=container, '
                             'datapath=["look_up_owner:action_result.data.*.name"]))\n    if phantom')
Told = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Told:
    """Write old and new files into two folders, and give exit code and answer of the command."""

    def check(old: dict[str, str], new: dict[str, str], *options: str) -> tuple[int, dict[str, Any]]:
        for folder, files in (("old", old), ("new", new)):
            (tmp_path / folder).mkdir(exist_ok=True)
            for name, source in files.items():
                (tmp_path / folder / name).write_text(source)
        code = main(["upgrade-check", str(tmp_path / "new"), "--baseline", str(tmp_path / "old"), "--jobs", "1",
                     "--runs", "15", "--json", "--all", *options])
        answer = json.loads(capsys.readouterr().out)
        return code, {one["name"]: one for one in answer["pairs"]}

    return check


def test_a_version_whose_blocks_are_called_otherwise_does_the_same(told: Told):
    """In every situation of either, also where one of its actions fails; what only one reads of results, both get."""
    for new in (RENAMED, READS_MORE):
        code, found = told({"x.py": OLD}, {"x.py": new})
        assert (code, found["x"]["verdict"], found["x"]["differs"]) == (0, "same", [])
        assert found["x"]["situations"] > 5


@pytest.mark.parametrize(("old", "new", "first"), [
    ('else "closed"', 'else "resolved"', "fails: - the container status"),
    ('"ip": "203.0.113.7"', '"ip": "203.0.113.8"', "plain: - block ip on wall: ip"),
])
def test_a_version_that_does_something_else_differs_where_it_does(old: str, new: str, first: str, told: Told):
    """And says in which situation, and what."""
    code, found = told({"x.py": OLD}, {"x.py": RENAMED.replace(old, new)})
    assert (code, found["x"]["verdict"]) == (3, "different")
    assert first in found["x"]["first"]
    assert 0 < len(found["x"]["differs"]) < found["x"]["situations"]


def test_what_cannot_be_judged_is_said(told: Told):
    """Both raise, one does not load, there is only one, there are two texts that are one."""
    raises = RULES + "def on_start(container):\n    raise ValueError('always')\n"
    code, found = told({"x.py": raises, "y.py": OLD, "gone.py": OLD, "z.py": OLD},
                       {"x.py": raises + "\n# new\n", "y.py": RULES + "def on_start(:\n", "fresh.py": RENAMED,
                        "z.py": OLD})
    assert code == 1
    assert {name: one["verdict"] for name, one in found.items()} == {
        "x": "not comparable", "y": "not comparable", "gone": "only old", "fresh": "only new", "z": "same"}
    assert "both raise: ValueError: always" in found["x"]["why"]
    assert "the new version does not load" in found["y"]["why"]
    assert (found["z"]["situations"], "nothing to run" in found["z"]["why"]) == (0, True)
    lacks = RENAMED.replace('set_severity(container, "low")', 'playbook(playbook="local/missing", container=container)')
    code, found = told({"x.py": lacks}, {"x.py": lacks + "# new\n"})
    assert (code, found["x"]["verdict"]) == (1, "not comparable")
    assert "no child playbook 'local/missing'" in found["x"]["why"]
    code, found = told({"x.py": OLD}, {"x.py": RENAMED.replace('"low")', '"low")\n        raise ValueError')})
    assert (code, found["x"]["verdict"]) == (3, "different")


def test_a_custom_function_of_another_version_counts(told: Told, tmp_path: Path):
    """The text of the playbook itself is the same; and an input that the old one lacks is said."""
    uses = RULES + ("def on_start(container):\n    phantom.custom_function('local/pick', [{}], name='pick_1', "
                    "callback=done)\n\ndef done(container=None, **kwargs):\n    phantom.set_severity(container, "
                    "phantom.collect2(datapath=['pick_1:custom_function_result.data.level'])[0][0] or 'low')\n")
    for folder, name in (("old", "level"), ("new", "severity")):
        (tmp_path / folder / "custom_functions").mkdir(parents=True)
        (tmp_path / folder / "custom_functions" / "pick.py").write_text(
            f"def pick(**kwargs):\n    return {{'{name}': 'high'}}\n")
    code, found = told({"x.py": uses}, {"x.py": uses})
    assert (code, found["x"]["verdict"]) == (3, "different")
    assert found["x"]["first"] == 'plain: - the container severity: "high"; + the container severity: "low"'
    reads = OLD.replace("def on_start(container):\n", "def on_start(container):\n    phantom.collect2(datapath=["
                        "'playbook_input:ip'])\n")
    code, found = told({"x.py": OLD}, {"x.py": reads})
    assert (code, found["x"]["left_out"]) == (0, {"old": ["ip"]})


def test_versions_are_found_by_their_names(tmp_path: Path):
    """In a baseline, as a copy that was converted, or in two folders; what is ambiguous is told so."""
    def laid_out(*names: str) -> Path:
        folder = tmp_path / str(len([*tmp_path.iterdir()]))
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(OLD + f"# {name}\n")
        return folder

    def named(folder: Path, *options: str) -> dict[str, tuple[list[str], list[str]]]:
        found = pairs([folder], *(folder / one for one in options))
        return {one.name: ([str(each.path.relative_to(folder)) for each in one.old],
                           [str(each.path.relative_to(folder)) for each in one.new]) for one in found}

    assert named(laid_out("x.py", "X_modern.py", "y.py")) == {
        "X_modern": (["x.py"], ["X_modern.py"]), "y": ([], ["y.py"])}
    assert named(laid_out("1/x.py", "2/X.py", "3/y.py", "3/a/y.py", "3/b/y.py")) == {
        "X": (["1/x.py"], ["2/X.py"]), "y": (["3/y.py", "3/a/y.py", "3/b/y.py"], [])}
    both = laid_out("old/x.py", "old/y.py", "new/x.py", "new/x_modern.py", "new/z.py")
    found = pairs([both / "new"], both / "old")
    assert {one.name: (len(one.old), len(one.new)) for one in found} == {
        "x": (1, 1), "x_modern": (1, 1), "y": (1, 0), "z": (0, 1)}
    other = laid_out("a.py", "b.py")
    (one,) = pairs([other / "b.py"], other / "a.py")
    assert (one.old[0].path.name, one.new[0].path.name) == ("a.py", "b.py")


def test_nothing_to_compare_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """The table names what stands alone."""
    (tmp_path / "x.py").write_text(OLD)
    assert main(["upgrade-check", str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    assert out == "there is no old version: x\n1 only new\n"
    assert "nothing to compare" in err


def test_the_same_is_asked_in_python(tmp_path: Path):
    """The verdicts themselves, those that need somebody first."""
    for name, text in {"flow": OLD, "flow_modern": RENAMED, "other": OLD,
                       "other_modern": OLD.replace('"low"', '"high"')}.items():
        (tmp_path / f"{name}.py").write_text(text)
    assert [(one.name, one.verdict) for one in upgrade_check(tmp_path, runs=6)] == [
        ("other_modern", "different"), ("flow_modern", "same")]
