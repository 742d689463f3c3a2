"""Recorded runs as tests: they pass at once, and fail when the order of calls or their results change."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from phantom_lab import InputError, Lab, Playbook, to_test
from phantom_lab.cli import main
from phantom_lab.scenarios import read_scenarios
from tests import forked
from tests.situations import SAMPLES

FLOW = """import phantom.rules as phantom

def on_start(container):
    phantom.act("look", parameters=[{"ip": "203.0.113.7"}], assets=["x"], name="look_1", callback=second)

def second(success=None, container=None, **kwargs):
    phantom.act("rate", parameters=[{"ip": "203.0.113.7"}], assets=["x"], name="rate_1", callback=after)

def after(success=None, results=None, container=None, **kwargs):
    verdict = phantom.collect2(container=container, datapath=["rate_1:action_result.data.*.verdict"])[0][0]
    phantom.add_note(container=container, note_type="general", title="Verdict", content=f"it is {verdict}")
    if phantom.get_run_data(key="go") == "on":
        phantom.set_severity(container, "high")
    else:
        phantom.set_severity(container, "low")
"""
ANSWERS = {"container": {"name": "Case"}, "outcomes": [
    {"action": "look"}, {"action": "rate", "data": [{"verdict": "bad"}]}]}


@pytest.fixture
def flow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A playbook in a file, in the working folder."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "flow.py"
    file.write_text(FLOW)
    return file


def test_a_stepped_run_with_its_edits_becomes_a_test(flow: Path):
    """What was edited at rest, given by hand and skipped is done again; scenario and pytest file fail alike."""
    stepper = Lab({"name": "Case"}).step(flow, journal=None)
    assert stepper.step().state == "needs_outcome"
    assert stepper.give().invocation.block == "second"
    stepper.step()
    assert stepper.give([{"verdict": "bad"}]).invocation.block == "after"
    stepper.edit(run_data={"go": "on"}, container={"description": "edited"})
    stepper.resume()
    made = stepper.to_test("tests")
    assert (made.remarks, [one.name for one in made.files]) == ((), ["flow.yaml", "test_flow.py"])
    (scenario,) = read_scenarios(made.scenario)
    assert scenario.edits == ({"block": "after", "run_data": {"go": "on"}, "container": {"description": "edited"}},)

    def codes() -> tuple[int, int]:
        done = forked.run([sys.executable, "-m", "pytest", "-q", "-p", "phantom_lab.pytest_plugin", "-p",
                           "no:cacheprovider", "tests"], capture_output=True, text=True, check=False)
        return main(["test", "tests", "--jobs", "1"]), done.returncode

    assert codes() == (0, 0)
    swapped = FLOW.replace('"look"', '"x"').replace('"rate"', '"look"').replace('"x", p', '"rate", p')
    for changed in (swapped.replace("look_1", "y").replace("rate_1:", "z:").replace("rate_1", "look_1").replace(
            '"y"', '"rate_1"').replace("z:", "rate_1:"), FLOW.replace("it is", "that is")):
        flow.write_text(changed)
        assert codes() == (1, 1)


@pytest.mark.parametrize("name", ["sandbox_poll#malicious_at_third_attempt", "enrich_indicators#contact_found",
                                  "scheduled_containment#refused", "repeat_login_scope#nothing_new",
                                  "revoke_sessions#unknown_user", "watchlist_custom_functions#good_ports"])
def test_runs_of_the_samples_become_tests_that_pass(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    """With loops, children, approvals, requests, custom functions, and a playbook that ran before."""
    monkeypatch.chdir(tmp_path)
    stem, _, variant = name.partition("#")
    Lab(scenario=f"{SAMPLES}/scenarios/{stem}.yaml#{variant}", paths=[SAMPLES]).run(
        SAMPLES / "playbooks" / f"{stem}.py", journal="run.jsonl")
    code = main(["test", "--from", "run.jsonl", "--to", "made", "--path", str(SAMPLES), "--jobs", "1"])
    assert (code, capsys.readouterr().out.splitlines()[-1]) == (0, "1 passed")


def test_the_code_that_was_run_is_kept_where_its_file_holds_other_code(flow: Path):
    """Beside the scenario, which names it; a file that was not made so is not written over."""
    run = Lab(scenario=ANSWERS).run(flow)
    flow.write_text(FLOW.replace("it is", "that is"))
    made = to_test(run, "tests", name="Of the day")
    assert [one.name for one in made.files] == ["of_the_day_playbook.py", "of_the_day.yaml", "test_of_the_day.py"]
    (remark,) = made.remarks
    assert remark.startswith(f"{flow} holds other code by now: the code that was run stands in of_the_day_playbook.py")
    assert to_test(run, "tests", name="of_the_day").files == made.files
    Path("tests/mine.yaml").write_text("playbook: flow.py\n")
    with pytest.raises(InputError, match=r"mine\.yaml: a file is there that was not made of a run"):
        to_test(run, "tests", name="mine")


def test_a_test_of_another_run_or_one_that_was_changed_is_not_written_over(flow: Path):
    """A number makes the name its own; the same run makes the same test anew."""
    first, second = (Lab(scenario={**ANSWERS, "user": user}).run(flow) for user in ("kim", "lee"))
    assert [to_test(one, "tests").scenario.name for one in (first, second, first, second)] == [
        "flow.yaml", "flow_2.yaml", "flow.yaml", "flow_2.yaml"]
    made = to_test(first, "tests").scenario
    made.write_text(changed := made.read_text().replace("user: kim", "user: sam"))
    assert to_test(first, "tests").scenario.name == "flow_3.yaml"
    assert made.read_text() == changed
    assert sorted(one.name for one in Path("tests").glob("*.py")) == [f"test_flow{n}.py" for n in ("", "_2", "_3")]


def test_what_a_run_found_is_in_its_test(flow: Path):
    """Files of the vault, notes and custom lists, of which the playbook reads."""
    Path("mail.eml").write_text("From: kim\n")
    flow.write_text("""import phantom.rules as phantom
def on_start(container):
    (_, _, found) = phantom.vault_info(container_id=container["id"])
    text = open(found[0]["path"]).read()
    notes = phantom.get_notes(container=container)
    phantom.add_comment(container, f"{text} {len(notes)} {phantom.get_list('known')[2]}")
""")
    lab = Lab({"id": 7, "name": "Case"}, files=["mail.eml"], lists={"known": [["a"]]},
              records={"note": [{"container": 7, "title": "x"}]})
    made = to_test(lab.run(flow), "made")
    assert made.remarks == ()
    assert Path("made/flow_files/mail.eml") in made.files
    assert "From: kim" in made.scenario.read_text()


def test_a_run_that_has_not_ended_is_no_test(tmp_path: Path):
    """What it comes to is not known; nothing is written."""
    stepper = Lab(scenario=ANSWERS).step(Playbook.from_source(FLOW, name="flow"), journal=None)
    with pytest.raises(InputError, match="the run has not ended"):
        stepper.to_test(tmp_path / "tests")
    assert not (tmp_path / "tests").exists()


def test_an_edit_that_is_never_made_is_told():
    """With how often its block ran."""
    scenario = {**ANSWERS, "edits": [{"block": "aftre", "arguments": {"success": False}},
                                     {"block": "after", "time": 2, "skip": None}]}
    notes = Lab(scenario=scenario).run(Playbook.from_source(FLOW, name="flow")).summary().notes
    assert [one for one in notes if "edit" in one] == [
        "scenario: the edit at aftre was never made: it ran 0 times; closest is 'after'",
        "scenario: the edit at after was never made: it ran 1 time"]
