"""When two spellings are one name, and what a playbook's or custom function's name means."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phantom_lab import InputError, Lab, PlaybookLoadError
from phantom_lab.check.checking import check
from phantom_lab.cli.main import main
from phantom_lab.model.naming import alike, ambiguous, base, key, meant, referred
from phantom_lab.outcomes import ActionCall, ResultsFile
from phantom_lab.scenarios import Scenario
from phantom_lab.source.capture import NAMED
from phantom_lab.source.playbook import Playbook
from phantom_lab.trials.situation import situation_of
from tests.table import tabled

RULES = "import phantom.rules as phantom\n"
CALLER = RULES + """
def on_start(container):
    phantom.playbook("local/enrich", container=container, name="child_1")
    phantom.custom_function("local/enrich", parameters=[{"a": 1}], name="function_1", callback=done)

def done(container=None, **kwargs):
    phantom.debug(phantom.collect2(container=container, datapath=["function_1:custom_function_result.data.a"]))
"""
CHILD = RULES + "def on_start(container):\n    phantom.debug('the playbook')\n"
FUNCTION = "def enrich(a=None):\n    return {'a': a}\n"
SPECIFICATION = {"custom_function_id": "1", "inputs": [{"name": "a"}], "outputs": []}
Put = Callable[..., Path]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Write files by name; gives the folder."""

    def write(**files: Any) -> Path:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return tmp_path

    return write


# -- the rule ----------------------------------------------------------------------------------------------------------

@tabled(("name", "written"), [
    ("Note Title", "note_title"), ("filePath", "filepath"), ("list_name", "list_name"), (" observable filter ",
                                                                       "observable_filter"),
    ("urlscanio  summary filter", "urlscanio_summary_filter"), ("a | b", "a___b"), ("IP/Host", "ip_host"),
    ("KTB - Enrich", "ktb___enrich"), ("Solution: Lab 5", "solution__lab_5"), ("", ""), ("Ä-1", "ä_1"),
])
def test_how_a_name_is_written_out(name: str, written: str):
    """As the editor does it: lower case, one underscore for blanks, and for any other character."""
    assert key(name) == written


@given(st.text())
def test_what_is_written_out_stays_so(name: str):
    """And stands for the same name."""
    assert key(key(name)) == key(name)
    assert meant(key(name), [name]) == [name]


@tabled(("name", "known", "found"), [
    ("ip", ["IP", "ip"], ["ip"]), ("Ip", ["IP", "ip"], ["IP", "ip"]), ("list name", ["List Name", "x"], ["List Name"]),
    ("x", ["y"], []), ("x", [], []), ("ip", ["ip", "ip"], ["ip"]),
])
def test_the_same_name_wins(name: str, known: list[str], found: list[str]):
    """Else all that are written out alike."""
    assert meant(name, known) == found


@tabled(("reference", "known", "found", "open_"), [
    ("local/a", ["community/a", "a"], ["a"], False), ("local/a", ["community/a", "local/a"], ["local/a"], False),
    ("local/a", ["x/a", "y/a"], ["x/a", "y/a"], False), ("local/drafts/A b", ["a_b"], ["a_b"], False),
    ("a", ["A", "local/a"], ["local/a"], False), ("a b", ["A_b", "a-b"], ["A_b", "a-b"], True), ("a", ["b"], [], False),
])
def test_a_repository_decides_between_names_of_one_spelling(reference: str, known: list[str], found: list[str],
                                                            open_: bool):
    """And only there."""
    assert referred(reference, known) == found
    assert ambiguous(found) == open_


def test_a_repository_is_no_part_of_a_name():
    """Nor is the folder of drafts."""
    assert [base(one) for one in ("a", "local/a", "local/drafts/a", " my repo/a b ")] == ["a", "a", "a", "a b"]


def test_names_that_are_alike_are_told_together():
    """In their order."""
    assert alike(["List Name", "x", "list_name", "list-name", "x"]) == [["List Name", "list_name", "list-name"]]


# -- a playbook and a custom function of one name ----------------------------------------------------------------------

@pytest.mark.parametrize("files", [
    {"enrich.py": CHILD, "custom_functions/enrich.py": FUNCTION}, {"enrich.py": CHILD, "Enrich.py": FUNCTION},
    {"Enrich.py": CHILD, "enrich.py": FUNCTION}, {"ENRICH.py": CHILD, "enrich.py": FUNCTION},
    {"more/enrich.py": CHILD, "enrich.py": FUNCTION}, {"enrich.py": CHILD, "more/enrich.py": FUNCTION},
    {"more/enrich.py": CHILD, "more/custom_functions/enrich.py": FUNCTION},
    {"more/enrich.py": CHILD, "custom_functions/enrich.py": FUNCTION},
    {"enrich.py": CHILD, "more/Enrich.py": FUNCTION.replace("enrich", "Enrich")},
    {"enrich.py": CHILD, "custom_functions/enrich.py": FUNCTION, "custom_functions/enrich.json": SPECIFICATION},
], ids=str)
def test_they_do_not_hide_each_other(files: dict[str, Any], put: Put, lab: Lab):
    """In one folder, in ``custom_functions`` beside, or in the lab's folders; `check` finds the same."""
    folder = put(**files, **{"caller.py": CALLER})
    lab.paths = [folder / "more"]
    assert lab.run(folder / "caller.py").summary().debug == ["the playbook", "[[1]]"]
    assert [one for one in check([folder]).problems if one.kind not in ("name", "editor")] == []


@pytest.mark.parametrize("name", ["enrich", "Enrich"])
def test_a_named_cell_and_a_custom_function_do_not_hide_each_other(name: str, put: Put, lab: Lab,
                                                                   monkeypatch: pytest.MonkeyPatch):
    """As ``%%playbook`` defines one."""
    monkeypatch.setitem(NAMED, name, Playbook.from_source(CHILD, name=name))
    folder = put(**{"caller.py": CALLER, "enrich.py": FUNCTION})
    assert lab.run(folder / "caller.py").summary().debug == ["the playbook", "[[1]]"]
    lab.paths = [folder]
    assert lab.run("enrich").summary().debug == ["the playbook"]


@pytest.mark.parametrize(("call", "file", "other"), [
    ("phantom.playbook('local/enrich')", FUNCTION, "custom function"),
    ("phantom.custom_function('local/enrich')", CHILD, "playbook"),
])
def test_what_is_of_the_other_kind_is_told_so(call: str, file: str, other: str, put: Put, lab: Lab):
    """Where nothing else has the name."""
    folder = put(**{"enrich.py": file, "caller.py": f"{RULES}def on_start(container):\n    {call}\n"})
    message = lab.run(folder / "caller.py").message
    assert f"'local/enrich'. {folder / 'enrich.py'} is a {other}. Looked for enrich.py in {folder}" in message


# -- what a name means -------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("reference", ["my child", "local/My Child", "MY-CHILD", "local/drafts/my child"])
@pytest.mark.parametrize("file", ["My_Child.py", "my child.py", "My Child.py"])
def test_a_playbook_is_run_by_its_name(reference: str, file: str, put: Put, lab: Lab, tmp_path: Path,
                                       capsys: pytest.CaptureFixture[str]):
    """In a lab and on the command line as in a call; a custom function of that name is passed by."""
    folder = put(**{f"more/{file}": CHILD, "more/custom_functions/my_child.py": "def my_child(): return {}\n",
                    "c.json": {"name": "x"}})
    lab.paths = [folder / "more"]
    assert lab.run(reference).summary().debug == ["the playbook"]
    assert main(["run", reference, "--path", str(folder / "more"), "--container", str(folder / "c.json")]) == 0
    assert "the playbook" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["Flow.py", "more/flow", "/nowhere/Flow", "flow.txt"])
def test_a_file_is_named_as_it_is(name: str, put: Put, lab: Lab, monkeypatch: pytest.MonkeyPatch):
    """A name with an ending, or below a folder that is there, is that of a file and no other."""
    monkeypatch.chdir(put(**{"flow.py": CHILD, "more/x.py": CHILD}))
    with pytest.raises(PlaybookLoadError, match="no such playbook file"):
        lab.run(name)


@pytest.mark.parametrize(("reference", "runs"), [
    ("local/A B", "a b"), ("local/a b", "a b"), ("local/a_b", "a_b"), ("local/A-B", "")])
def test_two_files_of_one_name_are_told_by_name(reference: str, runs: str, put: Put, lab: Lab):
    """The one that is spelt like the call wins; else none is chosen, and `check` says so as well."""
    source = f"{RULES}def on_start(container):\n    phantom.playbook({reference!r})\n"
    folder = put(**{f"{name}.py": f"{RULES}def on_start(container):\n    phantom.debug('{name}')\n"
                    for name in ("a_b", "a b")}, **{"caller.py": source})
    if reference == "local/A B":
        (folder / "a_b.py").unlink()
    run, problems = lab.run(folder / "caller.py"), check([folder]).problems
    assert run.summary().debug == ([runs] if runs else [])
    told = f"playbook '{reference}' may be a b.py or a_b.py"
    assert (told in run.message) == (told in [one.message for one in problems]) == (not runs)


def test_two_named_cells_of_one_name_are_told_by_name(put: Put, lab: Lab, monkeypatch: pytest.MonkeyPatch):
    """As two files are."""
    for name in ("Enrich", "ENRICH"):
        monkeypatch.setitem(NAMED, name, Playbook.from_source(CHILD, name=name))
    folder = put(**{"caller.py": f"{RULES}def on_start(container):\n    phantom.playbook('local/enrich')\n"})
    assert "playbook 'local/enrich' may be 'Enrich' or 'ENRICH'" in lab.run(folder / "caller.py").message
    with pytest.raises(PlaybookLoadError, match="no such playbook file"):
        lab.run("enrich")


def test_a_block_behind_a_child_that_is_not_started_is_told_so(put: Put, capsys: pytest.CaptureFixture[str]):
    """What an exploration never reaches has this reason."""
    folder = put(**{"flow.py": f"""{RULES}
def on_start(container):
    phantom.playbook("local/child", container=container, name="c", inputs={{"listname": ["x"]}}, callback=done)

def done(container=None, **kwargs):
    pass
""", "child.py": CHILD, "child.json": EXPORT})
    assert main(["explore", str(folder / "flow.py")]) == 1
    assert "never: done (line 6): child playbook local/child was not started in line 4" in capsys.readouterr().out


# -- custom functions whose file has another name ----------------------------------------------------------------------

@pytest.mark.parametrize("files", [
    {"merge_v2.py": "def merge(a=None):\n    return {'a': a}\n"},
    {"custom_functions/merge_v2.py": "def merge(a=None, container=None):\n    return {'a': a}\n"},
    {"merge_v2.py": "def merge(a=None, **kwargs):\n    return {'a': a}\n", "merge_v2.json": SPECIFICATION},
    {"merge_v2.py": f"def merge(a=None):\n    {RULES}\n    return {{'a': a}}\n", "merge_v2.json": "no JSON"},
    {"custom_functions/merge_v2.py": "def MERGE_V2(a=None):\n    return {'a': a}\ndef other(): pass\n"},
], ids=str)
def test_a_function_of_another_name_than_its_file_is_told(files: dict[str, Any], put: Put, lab: Lab):
    """By both names, in a run and in `check`; it is executed all the same, and is no playbook."""
    file = next(iter(files))
    function = "MERGE_V2" if "MERGE_V2" in files[file] else "merge"
    folder = put(**{one: text for one, text in files.items() if text != "no JSON"}, **{
        "caller.py": CALLER.replace("local/enrich\", param", "local/merge_v2\", param"), "enrich.py": CHILD})
    told = f"merge_v2.py defines {function}, and no merge_v2: on a platform file and function have one name"
    summary = lab.run(folder / "caller.py").summary()
    assert summary.debug == ["the playbook", "[[1]]"]
    assert summary.notes == [f"custom function local/merge_v2: {told}"]
    found = [(one.level, one.line, one.message) for one in check([folder / file, folder]).problems
             if one.kind != "editor"]
    assert found == [("warning", 1, told)]


def test_a_copy_under_another_name_is_told(put: Put):
    """The first has its function's name, and nothing is said of it."""
    text = "def merge(a=None):\n    return {}\n"
    folder = put(**{f"custom_functions/{name}.py": text for name in ("merge", "merge2")})
    (problem,) = check([folder]).problems
    assert (problem.playbook, problem.kind) == (str(folder / "custom_functions" / "merge2.py"), "name")


@pytest.mark.parametrize("command", ["run", "explore", "fuzz"])
@pytest.mark.parametrize(("files", "defined", "parameters"), [
    ({"enrich.py": FUNCTION}, "enrich", '{"a": …}'), ({"enrich.py": "def other(): return {}\n"}, "other", "{}"),
    ({"custom_functions/enrich.py": "def x(a, container): pass\ndef enrich(b=1, c=2): pass\n"}, "x, enrich",
     '{"b": …, "c": …}'),
], ids=str)
def test_a_custom_function_cannot_be_run_as_a_playbook(command: str, files: dict[str, str], defined: str,
                                                       parameters: str, put: Put, incident: Path,
                                                       capsys: pytest.CaptureFixture[str]):
    """One line says what it is, and how it is tried."""
    file = put(**files) / next(iter(files))
    container = ["--container", str(incident)] if command == "run" else []
    assert main([command, str(file), *container]) == 2
    assert capsys.readouterr().err == (
        f"phantom-lab: error: {file}: this is a custom function (it defines {defined}), and no playbook. To try it, "
        f'call it in the on_start of a playbook: phantom.custom_function("local/enrich", '
        f"parameters=[{parameters}]).\n")
    if file.parent == put():
        assert main([command, "enrich", "--path", str(put()), *container]) == 2
        assert f"{file}: this is a custom function" in capsys.readouterr().err


@pytest.mark.parametrize("text", [
    f"{RULES}def block_1(container=None, **kwargs):\n    pass\n", f"{RULES}def one(): pass\ndef two(): pass\n",
    f"{RULES}@phantom.playbook_block()\ndef block_1():\n    pass\n", RULES])
def test_what_may_be_either_is_told_as_a_playbook_without_a_start(text: str, put: Put):
    """A block, or several functions of other names."""
    (problem,) = check([put(**{"flow.py": text})]).problems
    assert problem.message == "the playbook defines no on_start(container). The platform starts a playbook there."


# -- stand-ins, results and scenarios ----------------------------------------------------------------------------------

def test_a_stand_in_of_exactly_the_name_wins(put: Put, lab: Lab):
    """Of the repository that is called, or of none; two others that are alike are told by name."""
    folder = put(**{"caller.py": CALLER.replace("local/enrich", "local/my tool")})
    lab.playbook("community/My_Tool")(lambda inputs: {})
    lab.custom_function("community/my tool")(lambda a: {"a": "community"})
    lab.custom_function("local/my tool")(lambda a: {"a": "local"})
    lab.custom_function("my_tool")(lambda a: {"a": "other"})
    assert lab.run(folder / "caller.py").summary().debug == ["[['local']]"]
    lab.playbook("MY-TOOL")(lambda inputs: {})
    assert "playbook 'local/my tool' may be 'MY-TOOL' or 'community/My_Tool'" in lab.run(folder / "caller.py").message


@pytest.mark.parametrize("name", ["local/My Child", "my_child"])
@pytest.mark.parametrize("output", ["Hash Status", "hash_status"])
def test_a_scenario_may_spell_a_child_and_its_outputs_as_the_export_does(name: str, output: str, put: Put):
    """Datapaths read them as written out."""
    folder = put(**{"flow.py": f"""{RULES}
def on_start(container):
    phantom.playbook("community/my_child", container=container, name="c", callback=done)

def done(container=None, **kwargs):
    phantom.debug(phantom.collect2(container=container, datapath=["c:playbook_output:hash_status"]))
""", "s.json": {"container": {"name": "x"}, "playbooks": {name: {output: ["bad"]}}}})
    assert Lab(scenario=folder / "s.json").run(folder / "flow.py").summary().debug == ["[['bad']]"]


def call(block: str) -> ActionCall:
    """An action of a block."""
    return ActionCall("whois ip", block, "w", "whois", {"ip": "1"}, 1)


@tabled(("block", "answer"), [("geo_ip_1", "one"), ("Geo_IP_1", "one"), ("look", "look"),
                             ("LOOK", "LOOK"), ("Look", "look"), ("other", None)])
@tabled("give", [
    lambda entries: ResultsFile([{"action": "whois ip", "name": name, "message": said} for name, said in entries]),
    lambda entries: Scenario.from_json({"outcomes": [
        {"action": "whois ip", "block": name, "message": said} for name, said in entries]}).provider()])
def test_a_block_may_be_named_as_the_editor_shows_it(block: str, answer: str | None, give: Any):
    """The same name wins."""
    entries = [("Geo IP 1 ", "one"), ("look", "look")] + ([("LOOK", "LOOK")] if block != "Look" else [])
    outcome = give(entries).outcome(call(block))
    assert (outcome.results[0].message if outcome else None) == answer


def test_an_outcome_whose_block_another_one_spells_better_is_told(lab: Lab, put: Put):
    """As it is never asked for."""
    folder = put(**{"flow.py": f"{RULES}def on_start(container):\n    phantom.act('whois ip', name='geo_ip', "
                               "assets=['w'], parameters=[{'ip': '1'}])\n",
                    "s.json": {"container": {"name": "x"}, "outcomes": [
                        {"action": "whois ip", "block": "Geo IP"}, {"action": "whois ip", "block": "geo_ip"}]}})
    notes = Lab(scenario=folder / "s.json").run(folder / "flow.py").summary().notes
    assert any("was never asked for: another outcome spells the block 'Geo IP' as the run does" in one for one in notes)


# -- inputs of a run ---------------------------------------------------------------------------------------------------

READS = f"{RULES}def on_start(container):\n    phantom.debug(phantom.collect2(datapath=['playbook_input:list_name']))\n"
EXPORT = {"coa": {"playbook_type": "data", "input_spec": [{"name": "List Name"}]}}


@pytest.mark.parametrize("name", ["List Name", "list_name", "LIST-NAME"])
@pytest.mark.parametrize("export", [{"flow.json": EXPORT}, {}], ids=["exported", "not exported"])
def test_an_input_is_given_in_any_spelling(name: str, export: dict[str, Any], put: Put, lab: Lab, incident: Path,
                                           capsys: pytest.CaptureFixture[str]):
    """To a run, on the command line, and in a scenario, over which the command line wins."""
    folder = put(**{"flow.py": READS, **export, "s.json": {"container": {"name": "x"}, "inputs": {name: ["said"]}}})
    flow, scenario = str(folder / "flow.py"), str(folder / "s.json")
    assert lab.run(flow, inputs={name: ["x"]}).summary().debug == ["[['x']]"]
    for options, value in (["--container", str(incident), "--input", f'{name}=["x"]'], "x"), (
            ["--scenario", scenario], "said"), (["--scenario", scenario, "--input", 'List_name=["x"]'], "x"):
        assert main(["run", flow, "--json", *options]) == 0
        assert json.loads(capsys.readouterr().out)["debug"] == [f"[['{value}']]"]


@pytest.mark.parametrize(("inputs", "told"), [
    ({"List Name": 1, "list_name": 2},
     r"playbook flow has one input 'List Name', and it is given as 'List Name' and as 'list_name'"),
    ({"listname": 1}, r"playbook flow has no input 'listname'\. It has List Name\."),
])
def test_inputs_that_leave_it_open_are_refused(inputs: dict[str, Any], told: str, put: Put, lab: Lab):
    """By name."""
    folder = put(**{"flow.py": READS, "flow.json": EXPORT})
    with pytest.raises(InputError, match=told):
        lab.run(folder / "flow.py", inputs=inputs)


def test_inputs_and_outputs_that_are_alike_are_told(put: Put, lab: Lab):
    """Datapaths do not tell them apart: in a run, and in `check`."""
    names = [{"name": "List Name"}, {"name": "list_name"}]
    folder = put(**{"flow.py": READS, "flow.json": {"coa": {
        "playbook_type": "data", "input_spec": names, "output_spec": names}}})
    told = [f"{what} 'List Name' and 'list_name' of playbook flow are one name to datapaths, list_name: rename one of "
            "them" for what in ("inputs", "outputs")]
    assert lab.run(folder / "flow.py", inputs={"List Name": 1}).summary().notes == told
    assert [one.message for one in check([folder]).problems] == told


def test_a_made_up_situation_gives_inputs_what_is_compared_with_them(put: Put):
    """Under the name that the export has, whatever the datapath."""
    decides = "    phantom.decision(conditions=[['playbook_input:list_name', '==', 'block']])\n"
    flow = READS.replace("    phantom.debug", f"{decides}    phantom.debug")
    folder = put(**{"flow.py": flow, "flow.json": EXPORT})
    assert situation_of(Playbook.load(folder / "flow.py"))["inputs"] == {"List Name": ["block"]}
