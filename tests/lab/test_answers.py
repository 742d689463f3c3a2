"""Why, why not, where from and where to: answered from the journal."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from phantom_lab import Lab, Playbook
from phantom_lab.bounded import MOST
from phantom_lab.cli.main import main
from tests.pains import ELSEWHERE, HEAD, LOOP, PAINS, Pain, block, decide, flow
from tests.table import tabled


@pytest.mark.parametrize("pain", PAINS, ids=lambda one: one.what)
def test_what_people_hit_is_located_in_three_questions(tmp_path: Path, pain: Pain):
    """The answers name the line that is wrong, and what went wrong there, in 8 kB."""
    run = pain.run(tmp_path)
    told = [json.dumps(one.to_json(), default=str) for one in pain.ask(run)]
    assert len(told) <= 3
    assert pain.told in "".join(told)
    assert f'"line": {pain.line}' in "".join(told) or f"line {pain.line}" in "".join(told)
    assert sum(len(one.encode()) for one in told) <= 8_192


GEO = 'phantom.act("geo", parameters=[{"ip": "1"}], assets=["m"], name="geo_1", callback=after)'
NEVER = block("never", 'phantom.debug("never")')
TRY = 'try:\n        phantom.debug("one")\n    except ValueError:  # here\n        never()'
KINDS = {
    "condition": (block("first", decide("1", "==", "2"), "    never()"), "never"),
    "condition, else": (block("first", decide("1", "==", "1"), "    return", "never()"), "never"),
    "branch": (block("first", 'text = phantom.get_run_data(key="k")', "if text:  # here", "    never()"), "never"),
    "branch, else": (block("first", "if container:  # here", "    pass", "else:", "    never()"), "never"),
    "code": (block("first", "import os", "if os.sep == 'x':  # here", "    never()"), "never"),
    "return": (block("first", "if container['id']:", "    return  # here", "never()"), "never"),
    "return, always": (block("first", "return  # here", "never()"), "never"),
    "loop": (block("first", 'rows = phantom.collect2(container=container, datapath=["artifact:*.cef.x"], scope="none")',
                   "for row in [one for one in rows if one[0]]:  # here", "    never()"), "never"),
    "exception": (block("first", '{}["k"]  # here', "never()"), "never"),
    "nothing raised": (block("first", TRY), "never"),
    "no outcome": (block("first", GEO.replace("geo", "other").replace("other_1", "geo_1") + "  # here")
                   + block("after", "never()"), "never"),
    "refused": (block("first", "try:", "    phantom.save_playbook_output_data(output={})  # here",
                      "except RuntimeError:", "    pass"), "output"),
    "not carried out": (block("first", 'phantom.set_severity("4x", "high")  # here'), "severity"),
    "unchanged": (block("first", 'phantom.set_severity(container, "medium")  # here'), "severity"),
    "nobody": (NEVER.replace("never", "lost").replace(":\n", ":  # here\n", 1) + block("first", "pass"), "lost"),
    "again": (block("first", "join_it()", "join_it()") + block("join_it", 'if phantom.get_run_data(key="c"):  # here',
              "    return", 'phantom.save_run_data(key="c", value="1")', "never()"), "never"),
    "join": (block("first", GEO, "after()") + block("after", 'if phantom.completed(action_names=["geo_2"]):  # here',
             "    never()"), "never"),
    "ran": (block("first", GEO + "  # here") + block("after", "pass"), "action geo_1"),
    "ran, a block": (block("first", GEO) + block("after", "pass").replace(":\n", ":  # here\n", 1), "after"),
    "code, a line": (block("first", "import os", "if os.sep == 'x':  # here", '    phantom.debug("line")'),
                     "message line"),
}


def ran(source: str, **options: object):
    """A run of a playbook of some blocks, whose action ``geo`` has a stub."""
    lab = Lab({"name": "case", "severity": "medium", "artifacts": [{"cef": {"ip": "192.0.2.1"}}]})
    lab.action("geo")(lambda parameter: [{"country": "AU"}])
    return lab.run(Playbook.from_source(HEAD + flow(source, NEVER), name="case"), **options)


@tabled("kind", KINDS)
def test_why_not_names_what_held_it_back_and_the_line(kind: str):
    """Each kind of cause, as a field; none says that it is not known."""
    source, what = KINDS[kind]
    answer = ran(source).why_not(what)
    line = next(number for number, text in enumerate((HEAD + flow(source)).splitlines(), 1) if "# here" in text)
    assert (answer.cause.kind, answer.cause.line) == (kind.partition(",")[0], line)
    assert "unknown" not in str(answer)


@pytest.mark.parametrize(("changed", "state", "told"), [
    ("", "busy", "iteration 2 of at most 2 was the last, and its exit condition is not looked at any more"),
    ("", "done", "iteration 1 of at most 2, as its exit condition held: geo_1:action_result.data.*.state"),
    ('"max_ttl": -1', "busy", "iteration 1 of at most 2, as its time of -1 seconds was over")])
def test_which_end_of_a_loop_came_first_is_told(tmp_path: Path, changed: str, state: str, told: str):
    """Count, exit condition or time; and of the way round why it was taken."""
    source = LOOP.replace('"max_ttl": 600', changed or '"max_ttl": 600')
    run = Pain("", source, (), "", geo=({"state": state},)).run(tmp_path)
    ended = run.why("act_on_it").further[0]
    assert (ended.kind, ended.line, told in ended.told) == ("rounds", Pain("", source, (), "").line, True)
    assert state != "busy" or changed or run.why("first").further[0].told.startswith("the loop went on")


def test_a_block_that_somebody_passed_by_is_told():
    """What people did at rest is a cause like any other."""
    lab = Lab({"name": "case"})
    stepper = lab.step(Playbook.from_source(HEAD + flow(block("first", "never()"), NEVER), name="case"), journal=None)
    stepper.step()
    stepper.step()
    stepper.skip()
    assert stepper.why_not("never").cause.kind == "skipped"


CHAIN = (block("first", 'rows = phantom.collect2(container=container, datapath=["artifact:*.cef.ip"])',
               'phantom.save_run_data(key="ip", value=rows[0][0])',
               'phantom.act("geo", parameters=[{"ip": phantom.get_run_data(key="ip")}], assets=["m"], name="geo_1", '
               'callback=after)')
         + block("after", 'if phantom.decision(conditions=[["geo_1:action_result.data.*.country", "==", "AU"]]):',
                 "    write(container=container)")
         + block("write", 'phantom.set_severity(container, "high")', 'phantom.add_list("seen", "192.0.2.1")'))


def test_why_goes_back_to_the_start_with_what_let_it_through():
    """A change, its line, the condition that held row by row, the action that came back, and the start."""
    answer = ran(CHAIN).why("severity")
    assert [(one.kind, one.block) for one in (answer.cause, *answer.further)] == [
        ("wrote", "write"), ("condition", "after"), ("call", "write"), ("action", "after"), ("call", "first"),
        ("start", "on_start")]
    assert [one["verdict"] for one in answer.further[0].rows] == [True]
    assert answer.cause.position is not None


def test_an_origin_has_the_steps_on_the_way_and_uses_go_forward():
    """From a parameter through run data back to the artifact, and from the artifact to the parameter."""
    run = ran(CHAIN)
    found, = run.origin("geo_1", "ip")
    assert (found.origin.kind, found.origin.where, found.origin.path) == ("artifact", "artifact 1", "cef.ip")
    assert [one.call for one in found.origin.through] == ["get_run_data", "save_run_data", "collect2"]
    assert {one.to for one in run.uses("artifact 1", "cef.ip")} == {"run data", "action geo_1"}
    assert [one.block for one in run.uses("geo_1", "data.*.country")] == ["after"]


def test_questions_are_made_from_the_run_and_can_be_asked_as_they_stand(tmp_path: Path, capsys):
    """Each command that is offered answers."""
    file = tmp_path / "run.jsonl"
    ran(CHAIN + block("lost", "pass"), journal=file)
    assert main(["why", str(file), "--json"]) == 0
    asked = json.loads(capsys.readouterr().out)["questions"]
    assert {("why", "severity"), ("why", "list")} <= {(one["ask"], one["what"][0]) for one in asked}
    for one in asked:
        _, *arguments = shlex.split(one["command"].replace("JOURNAL", str(file)))
        assert main([*arguments, "--json"]) == 0
        assert len(capsys.readouterr().out.encode()) <= MOST + 1


@pytest.mark.parametrize(("command", "hint"), [
    (("why", "aftre"), "Did you mean after?"), (("why", "--not", "severty"), "Did you mean severity?"),
    (("origin", "geo_1", "pi"), "There are ip."), (("origin", "geo_2", "--forward"), "Did you mean geo_1?"),
    (("why", "line", "999"), "line 999 holds no code"), (("why", "after@99"), "There are 3.")])
def test_what_is_misspelt_is_told_in_one_line(tmp_path: Path, capsys, command: tuple[str, ...], hint: str):
    """Nothing is guessed in silence."""
    ran(CHAIN, journal=tmp_path / "run.jsonl")
    name, *rest = command
    assert main([name, str(tmp_path / "run.jsonl"), *rest]) == 2
    told = capsys.readouterr().err
    assert hint in told
    assert told.count("\n") == 1


def test_the_page_lists_what_is_located():
    """docs/answers.md has a row for every case, and names those that other questions locate."""
    page = (Path(__file__).parent.parent.parent / "docs" / "answers.md").read_text(encoding="utf-8")
    for one in PAINS:
        asked = "; ".join(" ".join((kind, *what)) for kind, *what in one.asked)
        assert f"| {one.what} | {asked} |" in page
    assert all(f"| {what} | `{question}` |" in page for what, question in ELSEWHERE.items())


def test_a_child_playbook_is_asked_about_by_its_name(tmp_path: Path):
    """Blocks and outputs are the started playbook's own, unless another one is named."""
    pain = next(one for one in PAINS if "child playbook falls" in one.what)
    run = pain.run(tmp_path)
    assert run.why("on_start").cause.run != run.why("on_start of child").cause.run
    assert [one.kind for one in run.why("on_start of child").further] == ["call", "start"]
    assert run.why_not("output").cause.kind == "nobody"
    assert [one.value for one in run.origin("output of child", "verdict")] == ["bad"]
