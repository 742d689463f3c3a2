"""What the run waits for, answered at the panel: forms, errors beside the fields, pins, the last answer, scenarios."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import InputError, Lab, responses, success
from phantom_lab.notebook.controller import Controller
from tests.patience import LONG

READS = """
import phantom.rules as phantom

def on_start(container):
    phantom.act("look up", parameters=[{"ip": "192.0.2.1"}], assets=["intel"], name="look_1", callback=decide)

@phantom.playbook_block()
def decide(results=None, container=None, **kwargs):
    phantom.decision(container=container, action_results=results, conditions=[
        ["look_1:action_result.data.*.score", ">", 50], ["look_1:action_result.summary.seen", "==", True]])
    phantom.collect2(container=container, action_results=results, datapath=[
        "look_1:action_result.data.*.owner.name", "look_1:action_result.data.*.tags.*.word"])
"""
ASKS = """
import phantom.rules as phantom

def on_start(container):
    phantom.prompt2(container=container, user="admin", message="Block {0}?", parameters=["container:name"],
                    name="ask_1", callback=answered, respond_in_mins=90, response_types=[
                        {"prompt": "Sure?", "options": {"type": "list", "choices": ["Yes", "No"]}},
                        {"prompt": "How sure?", "options": {"type": "range", "min": 1, "max": 10}}])

def answered(results=None, **kwargs):
    phantom.debug(results[0]["action_results"][0]["summary"])
"""
MANIFEST = {"name": "Intel", "appid": "a1", "product_name": "intel", "app_version": "1.0.0", "actions": [
    {"action": "look up", "identifier": "look_up", "type": "investigate", "read_only": True,
     "parameters": {"ip": {"data_type": "string", "required": True}}, "output": [
         {"data_path": "action_result.status", "data_type": "string"},
         {"data_path": "action_result.data.*.score", "data_type": "numeric", "example_values": [7]},
         {"data_path": "action_result.data.*.owner.name", "data_type": "string"},
         {"data_path": "action_result.data.*.tags.*.word", "data_type": "string"},
         {"data_path": "action_result.data.*.country", "data_type": "string", "example_values": ["AU"]},
         {"data_path": "action_result.summary.seen", "data_type": "boolean"}]}]}


def waiting(tmp_path: Path, source: str = READS, **choices: Any) -> Controller:
    """The panel of a run that waits for its first outcome."""
    (tmp_path / "play.py").write_text(source)
    stepper = Lab({"name": "x"}, **choices).step(tmp_path / "play.py")
    stepper.resume()
    return Controller(stepper)


def asked(controller: Controller, **message: Any) -> dict[str, Any]:
    """Ask the part, and look at the form that is there then."""
    controller.take({"part": "outcome", **message})
    controller.look.stepper.wait(LONG)
    controller.refresh()
    return form(controller)


def form(controller: Controller) -> dict[str, Any]:
    needed = controller.view("outcome").get("needed")
    return needed["form"] if needed else {}


def given(controller: Controller) -> dict[str, Any]:
    """The result that the block came back with."""
    result: dict[str, Any] = controller.look.stepper.run.state.action_runs[-1].app_runs[0].results[0].to_json()
    return result


def manifests(tmp_path: Path) -> Path:
    (tmp_path / "intel.json").write_text(json.dumps(MANIFEST))
    return tmp_path / "intel.json"


def test_the_form_has_the_fields_that_later_blocks_read(tmp_path: Path) -> None:
    """With the kind of value that conditions compare them with, and who reads them; what is in a list is one field."""
    fields = form(waiting(tmp_path))["fields"]
    assert [(one["path"], one["kind"], one["open"]) for one in fields["data"]] == [
        ("score", "number", True), ("owner.name", "text", True), ("tags", "json", True)]
    assert fields["data"][0]["told"] == "read by decide, line 9; tested: > 50"
    assert [(one["path"], one["kind"]) for one in fields["summary"]] == [("seen", "boolean")]


def test_what_was_typed_becomes_values_of_the_right_type(tmp_path: Path) -> None:
    """Nested as it is read; an empty field is not there, and a row without any is none."""
    controller = waiting(tmp_path)
    asked(controller, type="give", rows=[
        {"score": "60", "owner.name": "12", "tags": '[{"word": "a"}]'}, {}, {"owner.name": '""', "score": "null"}],
        summary={"seen": "true"}, message="found")
    found = given(controller)
    assert found["data"] == [{"score": 60, "owner": {"name": "12"}, "tags": [{"word": "a"}]},
                             {"score": None, "owner": {"name": ""}}]
    assert (found["summary"], found["message"], found["status"]) == ({"seen": True}, "found", "success")
    assert controller.view("outcome") == {}


def test_a_slip_is_told_beside_its_field_and_nothing_is_given(tmp_path: Path) -> None:
    """What was typed stays."""
    controller = waiting(tmp_path)
    found = asked(controller, type="give", rows=[{"score": "1"}, {"score": "many", "tags": "[1,"}],
                  summary={"seen": "perhaps"})
    assert [(one["part"], one["row"], one["path"], one["text"]) for one in found["wrong"]] == [
        ("data", 1, "score", "'many' is no number"), ("data", 1, "tags", "'[1,' is no JSON (line 1, column 4)"),
        ("summary", -1, "seen", "'perhaps' is neither true nor false")]
    assert found["rows"][1] == {"score": "many", "tags": "[1,"}
    assert controller.look.stepper.position.state == "needs_outcome"


@pytest.mark.parametrize("contract", ["lenient", "strict", "off"])
def test_what_the_app_does_not_declare_is_told_before_it_is_given(tmp_path: Path, contract: str) -> None:
    """Strictly it is refused, leniently it is given if the person insists, and else nobody looks."""
    controller = waiting(tmp_path, apps=manifests(tmp_path), contract=contract)
    fields = {one["path"]: one for one in form(controller)["fields"]["data"]}
    assert (fields["country"]["open"], fields["country"]["example"]) == (False, "AU")
    typed = {"type": "give", "rows": [{"score": "60", "owner.name": "me"}], "summary": {"seen": "true"}}
    found = asked(controller, **typed)
    if contract == "off":
        assert found == {}
        return
    assert [(one["path"], one["row"], one["text"]) for one in found["wrong"]] == [
        ("tags", -1, "missing"), ("country", -1, "missing")]
    assert (found["objection"], found["may_pass"]) == (True, contract == "lenient")
    found = asked(controller, **typed, anyway=True)
    assert bool(found) == (contract == "strict")


def test_an_answer_is_made_up_and_shown_before_it_is_given(tmp_path: Path) -> None:
    """The one that `generate=True` gives; the run waits on."""
    controller = waiting(tmp_path, apps=manifests(tmp_path))
    found = asked(controller, type="make_up")
    assert controller.look.stepper.position.state == "needs_outcome"
    assert found["rows"] == [{"score": "51", "owner.name": found["rows"][0]["owner.name"], "country": "AU",
                              "tags": found["rows"][0]["tags"]}]
    asked(controller, type="give", rows=found["rows"], summary=found["summary"], message=found["message"])
    mine = given(controller)
    lab = Lab({"name": "x"}, apps=manifests(tmp_path), generate=True)
    made = lab.run(tmp_path / "play.py").state.action_runs[-1].app_runs[0].results[0].to_json()
    assert {**mine, "parameter": None} == {**made, "parameter": None}


def test_the_last_result_of_the_action_is_filled_in(tmp_path: Path) -> None:
    """Of an earlier run of the lab; there is none in the first."""
    controller = waiting(tmp_path)
    lab = controller.look.stepper.run.tree.made_by.lab  # type: ignore[attr-defined]
    assert form(controller)["last"] == ""
    asked(controller, type="last")
    assert "has not come back with anything yet" in controller.view("head")["problem"]
    asked(controller, type="give", rows=[{"score": "60", "owner.name": "me"}], summary={}, message="by hand")
    again = Controller(lab.step(tmp_path / "play.py"))
    asked_again = again.look.stepper
    asked_again.resume()
    again.refresh()
    assert "of an earlier run, on intel with ip=192.0.2.1" in form(again)["last"]
    found = asked(again, type="last")
    assert (found["rows"], found["message"]) == ([{"score": "60", "owner.name": "me"}], "by hand")
    last = asked_again.last_answer()
    assert (last.same, last.answer["data"]) == (True, [{"score": 60, "owner": {"name": "me"}}])


def test_a_pinned_answer_is_given_in_the_next_runs_until_it_is_unpinned(tmp_path: Path) -> None:
    """Nobody is asked; it stands in the order of providers and in the panel; other parameters are asked for."""
    controller = waiting(tmp_path)
    lab = controller.look.stepper.run.tree.made_by.lab  # type: ignore[attr-defined]
    asked(controller, type="give", rows=[{"score": "60"}], summary={}, pin="same")
    assert lab.providers[:3] == ["given by hand", "pinned answers (1)", "stubs (0)"]
    (pin,) = controller.view("outcome")["pins"]
    assert pin["told"] == 'look up on intel with {"ip": "192.0.2.1"}'
    run = lab.run(tmp_path / "play.py")
    assert (run.status, run.state.action_runs[-1].app_runs[0].results[0].data) == ("success", [{"score": 60}])
    (tmp_path / "other.py").write_text(READS.replace("192.0.2.1", "192.0.2.2"))
    assert lab.run(tmp_path / "other.py").status == "needs_outcome"
    asked(controller, type="unpin", number=pin["number"])
    assert controller.view("outcome") == {}
    assert lab.run(tmp_path / "play.py").status == "needs_outcome"
    with pytest.raises(InputError, match="nothing is pinned under number 1"):
        lab.unpin(1)


def test_pins_are_set_in_python_as_well(tmp_path: Path) -> None:
    """On the lab for any calls, or with the answer to what a stepper waits for."""
    (tmp_path / "ask.py").write_text(ASKS)
    (tmp_path / "play.py").write_text(READS)
    lab = Lab({"name": "x"})
    stepper = lab.step(tmp_path / "ask.py")
    stepper.step()
    stepper.pin(responses("Yes", "3"))
    lab.pin("look up", success([{"score": 1}]))
    assert [str(one) for one in lab.pins] == ["look up", "prompt of ask_1"]
    assert [lab.run(tmp_path / name).status for name in ("ask.py", "play.py")] == ["success", "success"]
    lab.pin("Look Up", [{"score": 2}])  # takes the place of the one for the same calls
    assert [len(lab.pins), lab.run(tmp_path / "play.py").state.action_runs[0].app_runs[0].results[0].data] == [
        2, [{"score": 2}]]
    with pytest.raises(InputError, match="status 'fine'"):
        lab.pin("look up", {"status": "fine"})


def test_a_run_is_saved_as_a_scenario_in_which_it_is_answered_again(tmp_path: Path) -> None:
    """With what is typed in; a file that is there is never written over."""
    controller = waiting(tmp_path)
    file = tmp_path / "kept"
    message = {"type": "save", "file": str(file), "answered": True, "rows": [{"score": "60"}], "summary": {}}
    asked(controller, **message)
    assert controller.view("outcome")["said"] == f"saved as {file}.yaml"
    assert controller.look.stepper.position.state == "needs_outcome"
    run = Lab(scenario=f"{file}.yaml").run(tmp_path / "play.py")
    assert run.state.action_runs[0].app_runs[0].results[0].data == [{"score": 60}]
    before = Path(f"{file}.yaml").read_text()
    asked(controller, **message)
    assert "there is a file of this name already" in controller.view("head")["problem"]
    assert Path(f"{file}.yaml").read_text() == before
    asked(controller, **{**message, "file": str(tmp_path / "no" / "folder.yaml")})
    assert "cannot be written" in controller.view("head")["problem"]
    asked(controller, **{**message, "rows": [{"score": "many"}], "file": str(tmp_path / "other")})
    assert form(controller)["wrong"]
    assert not (tmp_path / "other.yaml").exists()


def test_json_and_fields_of_ones_own_fill_the_form(tmp_path: Path) -> None:
    """Data, one item, or a whole result; what the form has no field for gets one."""
    controller = waiting(tmp_path)
    found = asked(controller, type="json", text='[{"score": 3, "extra": {"deep": [1]}}]')
    assert found["rows"] == [{"score": "3", "extra.deep": "[1]"}]
    found = asked(controller, type="json", text='{"data": [{"score": 3}] , "message": "m", "summary": {"n": 1}}')
    assert (found["message"], found["summary"]) == ("m", {"n": "1"})
    found = asked(controller, type="field", of="data", path="risk.level", kind="number", rows=[{"score": "4"}])
    assert (found["fields"]["data"][-1]["path"], found["rows"]) == ("risk.level", [{"score": "4"}])
    asked(controller, type="json", text="[{]")
    assert "this is not JSON: " in controller.view("head")["problem"]
    many = asked(controller, type="json", text=json.dumps([{"score": n} for n in range(50)]))
    assert (many["rows"], many["whole"]) == ([], "50 data items")
    asked(controller, type="give", rows=[], summary={})
    assert len(given(controller)["data"]) == 50


def test_an_action_fails_with_a_message(tmp_path: Path) -> None:
    """That is an outcome, too."""
    controller = waiting(tmp_path)
    asked(controller, type="fail", message="no such host")
    assert (given(controller)["status"], given(controller)["message"]) == ("failed", "no such host")


def test_a_prompt_is_shown_as_the_analyst_gets_it(tmp_path: Path) -> None:
    """Who is asked, the message, the kind of every question, and the time that is left on the run's clock."""
    controller = waiting(tmp_path, ASKS)
    assert controller.view("head")["sentence"] == "ask_1 waits for admin to answer the prompt"
    found = form(controller)
    assert (found["to"], found["text"]) == ("admin", "Block x?")
    assert found["left"].startswith("1 h 30 min of 1 h 30 min left on the run's clock")
    assert [(one["kind"], one["choices"], one["min"], one["max"]) for one in found["questions"]] == [
        ("choices", ["Yes", "No"], None, None), ("range", [], 1, 10)]
    found = asked(controller, type="reply", reply="responses", responses=["", "11"])
    assert found["wrong"] == ["not answered yet", "response '11' is not between 1 and 10"]
    assert asked(controller, type="reply", reply="responses", responses=["Yes", "7"], pin="same") == {}
    assert given(controller)["summary"]["responses"] == ["Yes", "7"]
    assert [one["told"] for one in controller.view("outcome")["pins"]] == ["prompt of ask_1"]


@pytest.mark.parametrize(("reply", "message"), [
    ("timed_out", "no response within 90 minutes"), ("declined", "declined")])
def test_a_prompt_is_declined_or_its_time_is_over(tmp_path: Path, reply: str, message: str) -> None:
    """Whatever stands in the fields."""
    controller = waiting(tmp_path, ASKS)
    asked(controller, type="reply", reply=reply, responses=["Perhaps", ""])
    assert (given(controller)["status"], given(controller)["message"]) == ("failed", message)


def test_nothing_of_the_command_line_is_said_in_the_panel(tmp_path: Path) -> None:
    """Whoever looks at the panel answers there."""
    for source in (READS, ASKS):
        controller = waiting(tmp_path, source)
        controller.take({"part": "head", "type": "command", "command": "step"})
        assert controller.view("head")["problem"].endswith("Answer it first.")
        assert "--" not in json.dumps([controller.view("head"), controller.view("outcome")])


def test_the_form_says_which_call_of_its_action_it_asks_about(tmp_path: Path) -> None:
    """Two parameter sets may be the same: what is typed in is for one of them."""
    twice = READS.replace('[{"ip": "192.0.2.1"}], assets=["intel"]', '[{"ip": "192.0.2.1"}] * 2, assets=["intel", "b"]')
    controller = waiting(tmp_path, twice)
    told = []
    while (needed := controller.view("outcome").get("needed")) is not None:
        told.append(needed["call"])
        controller.take({"part": "outcome", "type": "give", "rows": [], "summary": {}, "message": ""})
        controller.look.stepper.wait(LONG)
        controller.refresh()
    assert told == [[1, 4], [2, 4], [3, 4], [4, 4]]
    assert waiting(tmp_path).view("outcome")["needed"]["call"] == [1, 1]


LARGE = """
import phantom.rules as phantom

def on_start(container):
    large = "L" * 1_000_000
    phantom.act("look up", parameters=[{large: large}], assets=[large], name=large, callback=ask)

def ask(results=None, container=None, **kwargs):
    large = "L" * 1_000_000
    phantom.prompt2(container=container, user=large, message=large, name=f"../{large}", response_types=[
        {"prompt": large, "options": {"type": "list", "choices": ["Yes", "No"]}}])
"""


def test_nothing_of_a_form_is_as_large_as_what_it_is_about(tmp_path: Path) -> None:
    """Names, assets, parameters and questions of 1 MB, in the form, in the sentence and in the suggested file."""
    controller = waiting(tmp_path, LARGE)
    for person in (False, True):
        needed = controller.view("outcome")["needed"]
        assert (needed["person"], len(needed["name"]) < 200) == (person, True)
        assert all(len(json.dumps(controller.view(part))) < 40_000 for part in controller.parts)
        assert len(controller.view("head")["sentence"]) < 600
        assert len(controller.view("outcome")["file"]) < 100
        assert "/" not in controller.view("outcome")["file"]
        controller.take({"part": "outcome", "type": "fail", "rows": [], "summary": {}, "message": "L" * 10**6})
        controller.look.stepper.wait(LONG)
        controller.refresh()
    controller.take({"part": "outcome", "type": "reply", "reply": "timed_out", "responses": []})
    controller.look.stepper.wait(LONG)
    controller.refresh()
    assert controller.view("head")["state"] == "ended"
    assert all(len(json.dumps(controller.view(part))) < 40_000 for part in controller.parts)


def test_a_prompt_with_more_choices_than_are_listed_says_of_how_many(tmp_path: Path) -> None:
    """And with more questions; an empty choice can be seen."""
    many = ASKS.replace('["Yes", "No"]', '["", *map(str, range(500))]').replace('"max": 10}}]', '"max": 10}}] * 30')
    form = waiting(tmp_path, many).view("outcome")["needed"]["form"]
    assert (len(form["questions"]), form["asked"], form["questions"][0]["of"]) == (50, 60, 501)
    assert (len(form["questions"][0]["choices"]), form["questions"][0]["shown"][:2]) == (200, ['""', "0"])
    few = waiting(tmp_path, ASKS).view("outcome")["needed"]["form"]
    assert (few["asked"], few["questions"][0]["of"]) == (2, 2)
