"""``phantom-lab check``: what it says of good and bad files, and what its exit codes mean."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from phantom_lab.check.kinds import KINDS
from phantom_lab.cli import main
from tests.deep import TOO_DEEP

RULES = "import phantom.rules as phantom\n"
START = f"{RULES}def on_start(container):\n"
GOOD = f"{START}    phantom.debug('hello')\n"
FUNCTION = f"def made(item=None, **kwargs):\n    {RULES}    return {{'item': item}}\n"
Told = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def usual_recursion_limit() -> Iterator[None]:
    """A run that rests in another test of the process raises it."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)
    yield
    sys.setrecursionlimit(before)


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Told:
    """Write files, check the folder, and give what `--json` says, with the exit code; files are named from there."""

    def check(files: dict[str, str | bytes], *options: str, paths: tuple[str, ...] = ("",)) -> dict[str, Any]:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        code = main(["check", *(str(tmp_path / one) for one in paths), "--json", *options])
        out, err = capsys.readouterr()
        assert bool(err) == (code == 2)
        found = json.loads(out)
        for one in (*found["problems"], *found["remarks"], *found["copies"]):
            one.update((key, one[key].removeprefix(f"{tmp_path}/")) for key in ("playbook", "same_as") if key in one)
        return {**found, "code": code}

    return check


def lines(found: dict[str, Any]) -> list[tuple[str, int, str, str]]:
    """File, line, level and kind of every problem."""
    return [(one["playbook"], one["line"], one["level"], one["kind"])
            for one in (*found["problems"], *found["remarks"])]


def test_what_is_right_gives_nothing_but_numbers(told: Told):
    """Files with the same content count once, wherever they lie."""
    found = told({"one.py": GOOD, "sub/one.py": GOOD, "two.py": f"{GOOD}\n# another\n",
                  "custom_functions/made.py": FUNCTION})
    files = [(Path(one["path"]).name, one["what"]) for one in found.pop("files")]
    assert sorted(files) == [("made.py", "custom function"), ("one.py", "copy"), ("one.py", "playbook"),
                             ("two.py", "playbook")]
    assert found == {"playbooks": 2, "loaded": 2, "supported": 2, "custom_functions": 1, "gaps": {}, "assets": [],
                     "lists": [], "problems": [], "remarks": [], "nothing_below": [], "code": 0, "upgrade": [],
                     "copies": [{"playbook": "sub/one.py", "same_as": "one.py"}], "not_there": [], "ignored": []}


@pytest.mark.parametrize(("name", "content", "level", "message"), [
    ("x.py", "def broken(:\n", "warning", "syntax error"),
    ("x.py", f"{RULES}def broken(:\n", "error", "syntax error"),
    ("x.py", f"{RULES}def broken(container):\n    pass\n", "error", "defines no on_start"),
    ("x.py", f"{RULES}def broken():\n    pass\n", "warning", "x.py defines broken, and no x"),
    ("x.py", f"{RULES}async def on_start(container):\n    pass\n", "error", "async"),
    ("x.py", "print('a script')\n", "info", "no playbook and no custom function"),
    ("x.py", "import pytest\nTEXT = '''\ndef on_start(container):\n    pass\n'''\n", "info", "no playbook"),
    ("x.py", "from phantom.app import Something\n", "info", "no playbook"),
    ("x.py", "", "info", "empty"),
    ("x.py", "(" * 5000, "warning", "too many nested parentheses"),
    ("x.py", f"{START}    x = {'-' * TOO_DEEP}1\n", "error", "cannot be"),
    ("x.py", f"{GOOD}    '''{'x' * 5_000_000}'''\n", "error", "more than 5,000,000 are not read"),
    ("custom_functions/x.py", "def y():\n    pass\ndef z():\n    pass\n", "error", "no function x"),
    ("custom_functions/x.py", "x = 1\n", "error", "no function x"),
    ("custom_functions/x.py", "", "error", "no function x"),
], ids=lambda one: str(one)[:30])
def test_a_bad_file_is_one_line(name: str, content: str | bytes, level: str, message: str, told: Told):
    """An error only where it says itself that it is a playbook or custom function."""
    found = told({name: content, "good.py": GOOD})
    (problem,) = found["problems"] + found["remarks"]
    assert (problem["playbook"], problem["level"]) == (name, level)
    assert message in problem["message"]
    assert "\n" not in problem["message"]
    assert (found["loaded"], found["code"]) == (1, level == "error")


@pytest.mark.parametrize("statement", [f"x = {'1+' * 900}1", f"phantom.decision(conditions=[[0x{'f' * 5000}]])"],
                         ids=["deep", "long"])
def test_what_loads_and_cannot_be_read_is_a_line(statement: str, told: Told):
    """It counts as loaded, and not as supported."""
    found = told({"x.py": f"{START}    {statement}\n"})
    assert lines(found) == [("x.py", 0, "warning", "unchecked")]
    assert (found["playbooks"], found["loaded"], found["supported"], found["code"]) == (1, 1, 0, 0)


@pytest.mark.parametrize("content", ["", "print('a script')\n", "def broken(:\n"])
def test_a_file_that_is_named_itself_must_be_a_playbook(content: str | bytes, told: Told):
    """Nobody names a file to have it passed by."""
    found = told({"x.py": content}, paths=("x.py",))
    assert [one["level"] for one in found["problems"]] == ["error"]
    assert (found["playbooks"], found["loaded"], found["code"]) == (1, 0, 1)


def test_an_export_that_cannot_be_read_is_named(told: Told, tmp_path: Path):
    """The playbook beside it does not load, as it would not in a run."""
    found = told({"x.py": GOOD, "x.json": "{", "y.py": "print(1)\n", "y.json": "{"})
    assert lines(found) == [("x.py", 0, "error", "load"), ("y.py", 0, "info", "passed-over")]
    assert found["problems"][0]["message"].startswith(str(tmp_path / "x.json"))


def test_the_line_of_a_syntax_error_is_told(told: Told):
    """It stands apart from the message."""
    assert lines(told({"x.py": f"{START}    (\n"})) == [("x.py", 3, "error", "load")]


def test_blank_lines_take_no_time(told: Told):
    """Not even four hundred thousand of them."""
    assert [one["message"] for one in told({"x.py": "\n" * 400_000})["remarks"]] == ["empty: passed over"]


@pytest.mark.parametrize(("statement", "line"), [
    ("phantom.ph_engine()", (3, "warning", "gap", "phantom.ph_engine is not emulated yet")),
    ("print(phantom.ph_engine)",
     (3, "warning", "gap", "phantom.ph_engine is not emulated yet")),
    ("from phantom.app import something; something('1')",
     (3, "warning", "gap", "module phantom.app is not emulated yet")),
    ("phantom.does_not_exist()", (3, "warning", "unknown-name", "phantom has no does_not_exist")),
    ("phantom.add_tag()", (3, "warning", "unknown-name", "phantom has no add_tag; closest is 'add_tags'")),
    ("phantom.act('a', nme='b')",
     (3, "warning", "arguments", "phantom.act() got an unexpected keyword argument 'nme'; did you mean 'name'?")),
    ("phantom.act('a', callback=nowhere)",
     (3, "warning", "callback", "the callback nowhere of phantom.act is defined nowhere")),
    ("import not_there_at_all", (3, "warning", "module", "module not_there_at_all is not installed here")),
    ("phantom.playbook('local/other')",
     (3, "warning", "playbook", "no playbook 'local/other' below the paths; --path DIR adds a folder")),
    ("phantom.custom_function('local/other', parameters=[])",
     (3, "warning", "custom-function", "no custom function 'local/other' below the paths; --path DIR adds a folder")),
    ("phantom.playbook(container['name'])",
     (3, "info", "computed", "which playbook this is, only a run can tell")),
    ("phantom.collect2(container=container, datapath=['nothing'])",
     (3, "warning", "datapath", "'nothing' is no datapath: it has no value")),
    ("container == 1", (3, "warning", "no-effect", "the value of container == 1 is used by nobody")),
])
def test_what_would_stop_or_surprise_a_run_is_a_line(statement: str, line: tuple[int, str, str, str], told: Told):
    """With its line in the file; it is no error, since the playbook loads and begins."""
    found = told({"x.py": f"{START}    {statement}\n"})
    (one,) = found["problems"] + found["remarks"]
    assert (one["line"], one["level"], one["kind"], one["message"]) == line
    assert (one["block"], one["playbook"]) == ("on_start", "x.py")
    assert one["hint"] or "--path" in one["message"]
    assert (found["loaded"], found["code"]) == (1, 0)
    stops = line[2] in ("gap", "unknown-name", "arguments", "module", "playbook", "custom-function")
    assert found["supported"] == (not stops)
    assert found["gaps"] == ({line[3].split(" is ")[0].removeprefix("phantom."): 1} if line[2] == "gap" else {})


@pytest.mark.parametrize("statement", ["phantom.ph_engine()", "import not_there_at_all",
                                       "import phantom.app", "phantom.act('a', nme='b')"])
def test_what_stops_the_module_itself_is_an_error(statement: str, told: Told):
    """Nothing of the file would run."""
    found = told({"x.py": f"{RULES}{statement}\ndef on_start(container):\n    pass\n"})
    assert [(one["line"], one["level"]) for one in found["problems"]] == [(2, "error")]
    assert found["code"] == 1


@pytest.mark.parametrize("statement", ["try:\n        import not_there_at_all\n    except ImportError:\n        pass",
                                       "print(phantom.APP_ERROR)", "import json, phantom.rules",
                                       "from phantom.rules import act"])
def test_what_is_provided_for_is_no_problem(statement: str, told: Told):
    """Constants, modules that are there, and those whose absence is handled."""
    assert not told({"x.py": f"{START}    {statement}\n"})["problems"]


def test_children_are_found_as_a_run_finds_them(told: Told, tmp_path: Path):
    """By base name, whatever the repository, case and blanks; in the folders of `--path`, which are not checked."""
    call = f"{START}    phantom.playbook('community/A Child', inputs={{'ip': 1}})\n"
    made = "    phantom.custom_function('x/MADE', parameters=[])\n"
    outside = {"elsewhere/a_child.py": f"{GOOD}1 + 1\n", "elsewhere/custom_functions/made.py": FUNCTION,
               "here/x.py": call + made}
    assert told(outside, "--path", str(tmp_path / "elsewhere"), paths=("here",))["problems"] == []
    assert [kind for *_, kind in lines(told({}, paths=("here",)))] == ["playbook", "custom-function"]


def test_a_family_of_datapaths_that_the_lab_does_not_know_is_a_gap(told: Told):
    """As a run stops there."""
    found = told({"x.py": f"{START}    phantom.collect2(container=container, datapath=['incident:title.text'])\n"})
    assert (found["gaps"], found["supported"]) == ({"incident:": 1}, 0)
    assert [(one["line"], one["level"], one["kind"]) for one in found["problems"]] == [(3, "warning", "gap")]


def test_a_gap_beside_the_paths_counts_and_is_not_told(told: Told, tmp_path: Path):
    """The playbook would stop there all the same."""
    found = told({"elsewhere/child.py": f"{START}    phantom.ph_engine()\n",
                  "here/x.py": f"{START}    phantom.playbook('local/child')\n"},
                 "--path", str(tmp_path / "elsewhere"), paths=("here",))
    assert (found["playbooks"], found["supported"], found["gaps"], found["problems"]) == (1, 0, {}, [])


@pytest.mark.parametrize(("export", "told_"), [
    ({"playbook_type": "data", "input_spec": [{"name": "ip"}]}, ""),
    ({"playbook_type": "data", "input_spec": [{"name": "url"}]}, "child has no input 'ip'; it has url"),
    ({"playbook_type": "automation"}, "child is no input playbook, and takes no inputs"),
])
def test_inputs_that_a_child_does_not_take_are_told(export: dict[str, Any], told_: str, told: Told):
    """The platform would not start it."""
    found = told({"child.py": GOOD, "child.json": json.dumps({"coa": export}),
                  "x.py": f"{START}    phantom.playbook('local/child', inputs={{'ip': ['1']}})\n"})
    assert [one["message"] for one in found["problems"]] == ([told_] if told_ else [])


def test_a_playbook_is_supported_with_all_that_it_starts(told: Told):
    """A gap in a custom function of a child playbook stops the parent, too; playbooks may start each other."""
    gap = "def made():\n    import phantom.rules as phantom\n    phantom.ph_engine()\n"
    found = told({"top.py": f"{START}    phantom.playbook('local/child')\n", "alone.py": GOOD,
                  "child.py": f"{START}    phantom.playbook('local/top')\n    phantom.custom_function('local/made')\n",
                  "custom_functions/made.py": gap})
    assert (found["playbooks"], found["loaded"], found["supported"]) == (3, 3, 1)


@pytest.mark.parametrize(("call", "refused"), [("act('a')", True), ("format(template='a', name='b')", True),
                                               ("format(template='a')", False), ("debug('a')", False)])
def test_what_a_custom_function_may_not_call_is_told(call: str, refused: bool, told: Told):
    """As the platform refuses it."""
    source = f"def made():\n    {RULES}    phantom.{call}\n"
    found = told({"custom_functions/made.py": source})
    assert [one["kind"] for one in found["problems"]] == ["refused"] * refused


def test_assets_and_lists_are_named(told: Told):
    """What the platform has to have; whether it has, no file can tell."""
    found = told({"x.py": f"{START}    phantom.act('a', assets=['mail', 'edr'])\n"
                          "    phantom.decision(conditions=[['artifact:*.id', 'in', 'custom_list:hosts']])\n"})
    assert (found["assets"], found["lists"], found["problems"]) == (["edr", "mail"], ["hosts"], [])


def test_the_table_is_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Numbers, problems by file and line, and one line at the end; hostile names steer no terminal."""
    (tmp_path / "a\x1b[31m.py").write_text(f"{START}    phantom.ph_engine()\n    container == 1\n")
    (tmp_path / "e.py").write_text(f"{START}    phantom.ph_engine()  \n    container == 1\n")
    (tmp_path / "b.py").write_text(f"{RULES}def x(container):\n    pass\n")
    (tmp_path / "c.py").write_text(f"{START}    phantom.act('block ip')\n")
    (tmp_path / "d.zip").touch()
    assert main(["check", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert not err
    assert "\x1b" not in out
    assert out.replace(f"{tmp_path}/", "").splitlines() == [
        "playbooks              3   2 load, 1 of them with all that they need", "custom functions       0",
        "not emulated yet       1   ph_engine (1)", "",
        rf"a\x1b[31m.py:3: warning: phantom.ph_engine is not emulated yet (on_start). {KINDS['gap'].advice} [gap]",
        (rf"a\x1b[31m.py:4: warning: the value of container == 1 is used by nobody (on_start). "
        f"{KINDS['no-effect'].advice} [no-effect]"),
        "b.py: error: the playbook defines no on_start(container). The platform starts a playbook there. [load]",
        (f"c.py:3: remark: on_start runs 'block ip', and nobody is asked before in this playbook. "
        f"{KINDS['unasked'].advice} [unasked]"),
        "d.zip: remark: an archive: unpack it [passed-over]", r"e.py: the same as a\x1b[31m.py, counted once", "",
        "3 playbooks, 0 custom functions: 1 error, 2 warnings, 2 remarks"]


def test_a_path_that_is_not_there_is_bad_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """A typing error in a CI job must not pass."""
    assert main(["check", str(tmp_path / "gone")]) == 2
    assert "no such file or folder" in capsys.readouterr().err


def test_the_samples_hold_no_error(samples: Path, capsys: pytest.CaptureFixture[str]):
    """Some of them show slips on purpose, which are warnings."""
    assert main(["check", str(samples), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["playbooks"] == found["loaded"] == len(
        [*samples.glob("playbooks/*.py"), *samples.glob("exports/*.py")])
