"""Names that nothing answers to: attributes, arguments, keys and API names are told with the closest one."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import phantom_lab
from phantom_lab import Asset, InputError, Lab, LabError, Options, PlaybookRun, Stepper, User, frames
from phantom_lab.cli.main import main
from phantom_lab.control import Breakpoints
from phantom_lab.errors import StepperError
from phantom_lab.misspelt import closest, closest_file, did_you_mean, keywords, meant, near
from tests.table import tabled

SOURCE = """
def on_start(incident):
    phantom.debug("hello")
    phantom.act("look", parameters=[{"ip": "1.1.1.1"}], name="look_1", assets=["x"], callback=done, handle={"h": 1})

def done(action=None, success=None, container=None, results=None, handle=None, **kwargs):
    phantom.set_severity(container, "high")
    after(container=container, filtered_artifacts=[1], filtered_results=results)

def after(container=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    pass

def on_finish(container, summary):
    phantom.save_playbook_output_data(output={"score": [7]})
"""


@pytest.fixture
def stepper(lab: Lab, playbook: Callable[..., Any]) -> Stepper:
    """At rest at ``on_start``."""
    lab.action("look")(lambda parameter: [{"x": 1}])
    return lab.step(playbook(SOURCE))


@pytest.fixture
def run(stepper: Stepper) -> PlaybookRun:
    """It has ended."""
    stepper.resume()
    return stepper.run


# -- what is there -------------------------------------------------------------------------------------------------

def test_a_run_has_its_debug_log_its_outputs_and_its_report(run: PlaybookRun, capsys: pytest.CaptureFixture[str]):
    """The report is what the command line prints of its journal."""
    assert run.debug == ["hello"]
    assert run.outputs == {"score": [7]}
    run.outputs["score"].append(8)
    assert run.outputs == {"score": [7]}, "a copy"
    assert [one["field"] for one in run.changes] == ["severity"]
    assert (run.hints, run.notes) == (run.summary().hints, run.summary().notes)
    assert run.notes == ["asset 'x' is not configured: it is assumed to exist, with app x"]
    main(["show", str(run.journal.path)])
    assert capsys.readouterr().out == f"{run.report()}\n"


def test_a_run_that_saved_nothing_has_no_outputs(lab: Lab, playbook: Callable[..., Any]):
    """None, and no line."""
    ended = lab.run(playbook("def on_start(container): pass\n"))
    assert (ended.outputs, ended.debug) == (None, [])


def test_a_stepper_has_what_the_block_at_rest_was_passed(stepper: Stepper):
    """Copies; None where it was not passed."""
    assert (stepper.container["name"], stepper.action, stepper.results) == ("Test incident", None, None)
    stepper.step()
    assert (stepper.action["name"], stepper.success, stepper.handle) == ("look_1", True, {"h": 1})
    assert (stepper.results[0]["asset"], stepper.container["id"]) == ("x", 1)
    assert (stepper.filtered_artifacts, stepper.custom_function, stepper.loop_state_json) == (None, None, None)
    stepper.results[0]["asset"] = "changed"
    assert stepper.results[0]["asset"] == "x"
    stepper.edit(arguments={"success": False})
    assert stepper.success is False
    stepper.step()
    assert (stepper.filtered_artifacts, stepper.filtered_results[0]["name"], stepper.success) == ([1], "look_1", None)
    stepper.step()
    assert stepper.container["name"] == "Test incident", "on_finish gets it by position"


@pytest.mark.parametrize("name", ["results", "action", "container", "success", "handle", "filtered_artifacts",
                                  "filtered_results", "custom_function", "loop_state_json"])
def test_a_stepper_whose_run_does_not_rest_says_so(stepper: Stepper, name: str):
    """Nothing that was passed once is taken for what is passed now."""
    stepper.stop()
    with pytest.raises(StepperError, match=f"could have been passed '{name}': the run is ended"):
        getattr(stepper, name)


def test_a_lab_has_its_container_and_its_lists(incident: Path):
    """The container that a run is for where none is named."""
    lab = Lab(incident, lists={"blocked": [["1.1.1.1", "x"], ["2.2.2.2"]]})
    assert lab.container is lab.containers[1]
    assert lab.lists == {"blocked": [["1.1.1.1", "x"], ["2.2.2.2"]]}
    with pytest.raises(InputError, match="the lab has no container"):
        Lab().container  # noqa: B018


def test_frames_hold_the_debug_log_and_the_changes(run: PlaybookRun):
    """With run, block and line."""
    assert frames.debug(run).to_dict("records") == [
        {"run": 1, "block": "on_start", "line": 4, "level": "debug", "message": "hello"}]
    assert frames.changes(run).to_dict("records") == [
        {"run": 1, "block": "done", "line": 8, "object": "container", "id": 1, "field": "severity", "before": "low",
         "after": "high"}]
    assert list(frames.debug(run).columns) == ["run", "block", "line", "level", "message"]


# -- what is not there ---------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("what", "name", "told"), [
    ("run", "outpts", "a PlaybookRun has no attribute 'outpts'. Did you mean outputs?"),
    ("run", "debugs", "a PlaybookRun has no attribute 'debugs'. Did you mean debug?"),
    ("run", "Summary", "a PlaybookRun has no attribute 'Summary'. Did you mean summary?"),
    ("stepper", "result", "a Stepper has no attribute 'result'. Did you mean results?"),
    ("stepper", "stepover", "a Stepper has no attribute 'stepover'. Did you mean step_over?"),
    ("lab", "list", "a Lab has no attribute 'list'. Did you mean lists?"),
    ("lab", "stub", "a Lab has no attribute 'stub'. There are action, add, apply,"),
    ("summary", "hint", "a Summary has no attribute 'hint'. Did you mean hints?"),
    ("position", "reson", "a Position has no attribute 'reson'. There are at,"),
    ("breakpoints", "remove", "a Breakpoints has no attribute 'remove'. There are add, at,"),
    ("frames", "result", "frames has no attribute 'result'. Did you mean results?"),
    ("run", "results", "a PlaybookRun has no attribute 'results'. It is frames.results(run)."),
    ("run", "action_runs", "a PlaybookRun has no attribute 'action_runs'. It is run.summary().action_runs."),
    ("stepper", "hints", "a Stepper has no attribute 'hints'. It is stepper.run.hints."),
    ("stepper", "artifacts", "a Stepper has no attribute 'artifacts'. It is frames.artifacts(stepper)."),
    ("stepper", "gaps", "a Stepper has no attribute 'gaps'. It is stepper.run.summary().gaps."),
    ("lab", "debug", "a Lab has no attribute 'debug'. It is run.debug of a run = lab.run(PLAYBOOK)."),
    ("lab", "results", "a Lab has no attribute 'results'. It is frames.results(run) of a run = lab.run(PLAYBOOK)."),
    ("frames", "truthtable", "frames has no attribute 'truthtable'. Did you mean truth_table?"),
])
def test_a_wrong_attribute_names_the_closest_one(stepper: Stepper, lab: Lab, what: str, name: str, told: str):
    """An `AttributeError`, so that `hasattr` is False, and an error of the lab, which a notebook shows in one line."""
    held = {"run": stepper.run, "stepper": stepper, "lab": lab, "summary": stepper.run.summary(), "frames": frames,
            "position": stepper.position, "breakpoints": lab.breakpoints}[what]
    assert not hasattr(held, name)
    with pytest.raises(AttributeError) as caught:
        getattr(held, name)
    assert isinstance(caught.value, LabError)
    assert str(caught.value).startswith(told)


def test_what_is_no_run_is_told_by_every_view(lab: Lab):
    """A lab, a playbook's path, nothing at all: where a run belongs."""
    for name in frames.__all__:
        view = getattr(frames, name)
        first = next(iter(inspect.signature(view).parameters))
        for given in (lab, None, 5) if first in ("run", "found") else ():
            needed = {"deeds": (1,), "differences": (given,), "inside": (1,)}.get(name, ())
            with pytest.raises(InputError, match=f"a {type(given).__name__} is no (run|exploration)"):
                view(given, *needed)
@pytest.mark.parametrize("held", ["run", "stepper"])
def test_what_something_else_of_the_run_has_is_told_with_where_it_is(stepper: Stepper, held: str):
    """As it can be typed."""
    run = stepper.run
    names = ["receipt", "artifacts", "gaps", *(["debug", "outputs", "status", "hints", "changes"] * (held != "run"))]
    for name in names:
        with pytest.raises(AttributeError) as caught:
            getattr({"run": run, "stepper": stepper}[held], name)
        told = str(caught.value).partition("It is ")[2].removesuffix(".")
        assert told.partition(".")[0] in (held, "frames")
        eval(told, {"run": run, "stepper": stepper, "frames": frames})


@pytest.mark.parametrize("name", ["_private", "__wrapped__", "_repr_html_", "_ipython_display_"])
def test_what_python_and_notebooks_look_for_is_a_plain_attribute_error(stepper: Stepper, lab: Lab, name: str):
    """Nothing of it is misspelt."""
    for held in (stepper, stepper.run, lab, frames):
        with pytest.raises(AttributeError) as caught:
            getattr(held, name)
        assert not isinstance(caught.value, LabError)


def test_a_property_that_fails_keeps_its_own_error(lab: Lab):
    """It is not taken for an attribute that is not there."""
    del lab.store
    with pytest.raises(AttributeError, match=r"a Lab has no attribute 'store'"):
        lab.containers  # noqa: B018


def test_a_name_of_the_package_is_told_with_the_closest():
    """As of any other module of ours."""
    with pytest.raises(AttributeError, match="module 'phantom_lab' has no attribute 'Labb'; closest is 'Lab'"):
        phantom_lab.Labb  # noqa: B018


CALLS: dict[str, Callable[[Lab, Stepper], object]] = {
    "Lab() takes no argument 'containr'. Did you mean container?": lambda lab, stepper: Lab(containr=1),
    "Lab() takes no argument 'list'. Did you mean lists?": lambda lab, stepper: Lab({"id": 1}, list={}),
    "Lab.run() takes no argument 'input'. Did you mean inputs?": lambda lab, stepper: lab.run("x", input={}),
    "Lab.run() takes no argument 'breakpoints'. There are container, inputs, scope, journal, watched.":
        lambda lab, stepper: lab.run("x", breakpoints=[]),
    "Lab.step() takes no argument 'breakpoint'. Did you mean breakpoints?":
        lambda lab, stepper: lab.step("x", breakpoint=[]),
    "Lab.prepare() takes no argument 'scop'. Did you mean scope?": lambda lab, stepper: lab.prepare("x", scop="all"),
    "Lab.action() takes no argument 'assets'. Did you mean asset?": lambda lab, stepper: lab.action("x", assets="y"),
    "Stepper.give() takes no argument 'sumary'. Did you mean summary?":
        lambda lab, stepper: stepper.give([], sumary={}),
    "Stepper.edit() takes no argument 'argument'. Did you mean arguments?":
        lambda lab, stepper: stepper.edit(argument={}),
    "Breakpoints.add() takes no argument 'hit'. Did you mean hits?":
        lambda lab, stepper: lab.breakpoints.add("x", hit=2),
    "Breakpoints() takes no argument 'block'. Did you mean blocks?": lambda lab, stepper: Breakpoints(block=[]),
    "Options() takes no argument 'no_row'. Did you mean no_rows?": lambda lab, stepper: Options(no_row="skip"),
    "User() takes no argument 'mail'. Did you mean email?": lambda lab, stepper: User(mail="x"),
    "Asset() takes no argument 'nme'. Did you mean name?": lambda lab, stepper: Asset(nme="x"),
    "failure() takes no argument 'dat'. Did you mean data?": lambda lab, stepper: phantom_lab.failure("x", dat=[]),
    "success() takes no argument 'text'. There are data, summary, message.":
        lambda lab, stepper: phantom_lab.success(text="x"),
    "responses() takes no argument 'usr'. Did you mean user?": lambda lab, stepper: phantom_lab.responses("a", usr="b"),
}


@pytest.mark.parametrize("told", CALLS)
def test_a_wrong_argument_names_the_closest_one(lab: Lab, stepper: Stepper, told: str):
    """A `TypeError`, and an error of the lab in one line; what is given already is not meant."""
    with pytest.raises(TypeError) as caught:
        CALLS[told](lab, stepper)
    assert isinstance(caught.value, LabError)
    assert str(caught.value) == told


def test_what_looks_at_arguments_leaves_signatures_and_help_as_they_are():
    """For `?` in a notebook, and for editors."""
    assert [*inspect.signature(Lab.run).parameters] == [
        "self", "playbook", "container", "inputs", "scope", "journal", "watched"]
    assert Lab.run.__doc__ is not None
    assert "no_rows" in inspect.signature(Options).parameters

    def free(**options: Any) -> dict[str, Any]:
        return options

    assert keywords(free)(any_name=1) == {"any_name": 1}


# -- what is given -------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("given", "told"), [
    ({"inputs": {"NAME": 1}}, "playbook sample has no input 'NAME'. It has none."),
    ({"scope": "al"}, "scope 'al' is neither 'new', 'all' nor a list of artifact ids; closest is 'all'"),
    ({"scope": [2, 9]}, "scope: there is no artifact 9. There are 1, 2, 3, 4, 5."),
    ({"container": 7}, "no container 7 in the lab. There are: 1."),
])
@pytest.mark.parametrize("how", ["run", "step", "prepare"])
def test_what_a_run_is_given_is_looked_at_before_it_starts(lab: Lab, playbook: Callable[..., Any],
                                                           given: dict[str, Any], told: str, how: str):
    """In every way of starting it, with or without an export."""
    with pytest.raises(InputError) as caught:
        getattr(lab, how)(playbook("def on_start(container): pass\n"), **given)
    assert str(caught.value) == told


def test_inputs_of_a_playbook_that_makes_up_its_datapaths_may_be_any(lab: Lab, playbook: Callable[..., Any]):
    """Nobody can tell what it reads."""
    source = ("def on_start(container):\n    for name in ('NAME',):\n"
              "        phantom.debug(phantom.collect2(datapath=[f'playbook_input:{name}']))\n")
    assert lab.run(playbook(source), inputs={"NAME": [5]}).debug == ["[[5]]"]


@pytest.mark.parametrize(("key", "told"), [
    ("summery", "Did you mean summary?"), ("messages", "Did you mean message?"), ("value", "Did you mean data?"),
    ("values", "Did you mean data?"), ("results", "Did you mean data?"), ("reply", "Did you mean responses?"),
    ("error", "Did you mean message?"), ("datas", "Did you mean data?"), ("quite_another", ""),
])
def test_a_key_of_a_result_that_is_not_known_is_told_with_the_one_that_is_meant(
        lab: Lab, playbook: Callable[..., Any], incident: Path, key: str, told: str):
    """In results files, in what a stub returns, and in what is given by hand."""
    with pytest.raises(InputError) as caught:
        Lab(incident, results=[{"action": "look", key: "x"}])
    assert str(caught.value).startswith(f"results[0]: an entry has no key '{key}'. {told}".strip())
    lab.action("look")(lambda parameter: {key: "x"})
    stepper = lab.step(playbook("def on_start(container):\n    phantom.act('look', assets=['x'], name='one')\n"))
    stepper.step()
    assert f"a result has no key '{key}' " in stepper.position.why
    assert told in stepper.position.why
    with pytest.raises(InputError) as caught:
        stepper.answer({key: "x"})
    assert told in str(caught.value)


@tabled(("data", "told"), [
    ({"outcomes": [{"action": "x", "value": []}]}, "outcomes[0].value: there is no such key. Did you mean data?"),
    ({"outcomes": [{"action": "x", "sumary": {}}]}, "outcomes[0].sumary: there is no such key. Did you mean summary?"),
    ({"outcome": []}, "outcome: there is no such key. Did you mean outcomes?"),
    ({"Lists": {}}, "Lists: there is no such key. Did you mean lists?"),
    ({"options": {"no_row": "skip"}}, "options: there is no option 'no_row'. Did you mean no_rows?"),
    ({"options": {"no_rows": "skp"}}, "options: option no_rows has no value 'skp'; closest is 'skip'."),
    ({"records": {"nots": []}}, "records: there are no records of kind 'nots'. Did you mean note?"),
    ({"assets": [{"name": "x", "action": []}]}, "assets[0].action: there is no such key. Did you mean actions?"),
])
def test_a_key_of_a_scenario_that_is_not_known_is_told_with_the_one_that_is_meant(data: dict[str, Any], told: str):
    """Before anything runs."""
    with pytest.raises(InputError) as caught:
        Lab(scenario=data)
    assert told in str(caught.value)


@pytest.mark.parametrize(("given", "told"), [
    ({"assets": [{"name": "x", "action": ["a"]}]},
     "asset 'x' has a key 'action', which nothing reads; closest is 'actions'"),
    ({"assets": [{"name": "x", "tags": [], "tag": []}]}, ""),
    ({"assets": [{"name": "x", "product_vendor": "y", "id": 1}]}, ""),
    ({"records": {"note": [{"container": 1, "titel": "x"}]}},
     "a record of kind note has a key 'titel', which nothing reads; closest is 'title'"),
    ({"records": {"note": [{"container_id": 1}]}},
     "a record of kind note has a key 'container_id', which nothing reads; closest is 'container'"),
    ({"records": {"note": [{"container": 1, "title": "x", "titles": "y", "_pretty": 1}]}}, ""),
    ({"records": {"severity": [{"name": "high", "colour": "x"}]}},
     "a record of kind severity has a key 'colour', which nothing reads; closest is 'color'"),
    ({"records": {"workbook_template": [{"name": "w", "phases": [{"name": "p", "tasks": [{"name": "t"}]}]}]}}, ""),
    ({}, ""),
])
def test_a_key_that_may_be_right_all_the_same_is_told_on_stderr(given: dict[str, Any], told: str,
                                                               capsys: pytest.CaptureFixture[str]):
    """It is taken as it is: records may hold what a platform's own do."""
    Lab({"id": 1, "name": "c"}, **given)
    assert capsys.readouterr().err == (f"note: {told}\n" if told else "")


@pytest.mark.parametrize(("given", "told"), [
    ({"records": {"nots": []}}, "there are no records of kind 'nots'. Did you mean note?"),
    ({"contract": "strickt"}, "there is no contract 'strickt'. Did you mean strict?"),
])
def test_a_word_of_a_lab_that_is_not_known_is_told_with_the_closest(incident: Path, playbook: Callable[..., Any],
                                                                   given: dict[str, Any], told: str):
    """Of kinds of records, and of contracts."""
    with pytest.raises(InputError) as caught:
        Lab(incident, **given).run(playbook("def on_start(container): pass\n"))
    assert str(caught.value) == told


@pytest.mark.parametrize(("reply", "told"), [
    ("yes", "Did you mean 'Yes'? Case and blanks count."), (" Yes", "Did you mean 'Yes'? Case and blanks count."),
    ("NOT NOW", "Did you mean 'Not now'? Case and blanks count."), ("NotNow", "Did you mean 'Not now'? Case and"),
    ("Yess", "Did you mean Yes?"), ("maybe", "There are Yes, No, Not now."),
])
def test_a_reply_that_is_no_choice_is_told_with_the_one_that_is_meant(lab: Lab, playbook: Callable[..., Any],
                                                                     reply: str, told: str):
    """Also where it differs in nothing but case or blanks."""
    stepper = lab.step(playbook(
        "def on_start(container):\n    phantom.prompt2(user='admin', message='?', name='p', response_types=["
        "{'prompt': 'Go?', 'options': {'type': 'list', 'choices': ['Yes', 'No', 'Not now']}}])\n"))
    stepper.step()
    with pytest.raises(InputError) as caught:
        stepper.respond(reply)
    assert f"response {reply!r} is no choice. {told}" in str(caught.value)


@pytest.mark.parametrize(("wrong", "told"), [
    (lambda stepper: stepper.edit_pending("look1", delay=1), "nothing pending is called 'look1'; closest is 'look_1'."),
    (lambda stepper: stepper.reorder("look1"), "nothing pending is called 'look1'; closest is 'look_1'."),
    (lambda stepper: stepper.request("stepp"), "no command 'stepp'. Did you mean step?"),
])
def test_a_misspelt_word_at_rest_is_refused_with_the_closest(lab: Lab, playbook: Callable[..., Any],
                                                            wrong: Callable[[Stepper], object], told: str):
    """Of what is pending, and of commands."""
    stepper = lab.step(playbook("def on_start(container):\n    phantom.act('look', assets=['x'], name='look_1')\n"
                                "    after(container)\ndef after(container): pass\n"))
    stepper.step()
    with pytest.raises(StepperError) as caught:
        wrong(stepper)
    assert str(caught.value).startswith(told)


def test_an_edit_that_a_block_cannot_take_names_the_closest_argument(lab: Lab, playbook: Callable[..., Any]):
    """Of a block without ``**kwargs``."""
    stepper = lab.step(playbook("def on_start(container): pass\n"))
    with pytest.raises(StepperError, match=r"on_start takes no argument 'containr'\. Did you mean container\?"):
        stepper.edit(arguments={"containr": {}})


def test_a_frame_of_what_has_not_run_names_the_closest(run: PlaybookRun):
    """Blocks and columns."""
    with pytest.raises(LabError, match="no completed action named 'look1'; closest is 'look_1'"):
        frames.results(run, "look1")
    with pytest.raises(LabError, match=r"no column 'artifact:\*\.lable'; closest is 'artifact:\*\.label'"):
        frames.explode(frames.artifacts(run), "artifact:*.lable")


# -- calls of a playbook -------------------------------------------------------------------------------------------

KEYWORD = "got an unexpected keyword argument"


@tabled(("statement", "told"), [
    ("phantom.act('a', parameter=[{}])", f"TypeError: act() {KEYWORD} 'parameter'; did you mean 'parameters'?"),
    ("phantom.add_list(list_name='x', value=['a'])",
     "TypeError: add_list() missing a required argument: 'values'; did you mean 'values'?"),
    ("phantom.set_list(list_name='x', value=['a'])",
     f"TypeError: set_list() {KEYWORD} 'value'; did you mean 'values'?"),
    ("phantom.pin(contaner=container)", f"TypeError: pin() {KEYWORD} 'contaner'; did you mean 'container'?"),
    ("phantom.pin(container, container=container)", "TypeError: pin() multiple values for argument 'container'"),
    ("phantom.get_tagged_artifacts(container, [], limits=1)",
     "PlaybookArgumentError: get_tagged_artifacts: there is no argument limits. Did you mean limit?"),
    ("utils.is_ipp", "AttributeError: module 'phantom.utils' has no attribute 'is_ipp'; closest is 'is_ip'"),
    ("from phantom.rules import add_tag",
     "ImportError: cannot import name 'add_tag' from 'phantom.rules'; closest is 'add_tags'"),
    ("from phantom.rules import debug, acts",
     "ImportError: cannot import name 'acts' from 'phantom.rules'; closest is 'act'"),
    ("from phantom.vault import vault_ad",
     "ImportError: cannot import name 'vault_ad' from 'phantom.vault'; closest is 'vault_add'"),
    ("from phantom.rules import quite_another", "ImportError: cannot import name 'quite_another' from 'phantom.rules'"),
    ("import phantom.rules; phantom.act('a')",
     "AttributeError: module 'phantom' has no attribute 'act'; phantom.rules.act is there"),
    ("import phantom.rules; phantom.acts", "AttributeError: module 'phantom' has no attribute 'acts'"),
])
def test_a_misspelt_name_of_the_api_raises_with_the_closest(lab: Lab, playbook: Callable[..., Any], statement: str,
                                                           told: str):
    """As Python says it, and what is closest at the end."""
    ended = lab.run(playbook(f"from phantom import utils\ndef on_start(container):\n    {statement}\n"))
    assert ended.status == "error"
    assert ended.message.startswith(f"{told} (block on_start, sample:4)")


def test_names_that_are_there_are_imported(lab: Lab, playbook: Callable[..., Any]):
    """All at once, one by one, and those that a module makes when they are asked for."""
    ended = lab.run(playbook("from phantom.rules import *\nfrom phantom.vault import vault_add, PHANTOM_VAULT_TMP\n"
                             "def on_start(container):\n    debug([callable(vault_add), bool(PHANTOM_VAULT_TMP)])\n"))
    assert ended.debug == ["[True, True]"]


@tabled(("module", "told"), [
    ("phantom.rule", "; closest is 'rules'"), ("phantom.vaults", "; closest is 'vault'"), ("phantom.app", ""),
    ("phantom.base_connector", "")])
def test_a_misspelt_module_is_a_gap_with_the_closest(lab: Lab, playbook: Callable[..., Any], module: str, told: str):
    """What else there may be on a platform, nobody knows here."""
    ended = lab.run(playbook(f"def on_start(container):\n    import {module}\n"))
    assert ended.status == "not_emulated"
    assert ended.message.endswith(f"is not emulated yet (block on_start){told}")


@tabled(("call", "told"), [
    ("add_note(container=container, titel='x')", "add_note: argument 'titel' has no effect; closest is 'title'"),
    ("get_notes(artifact=1)", "get_notes: argument 'artifact' has no effect; closest is 'artifact_id'"),
    ("get_task_notes(task=1)", "get_task_notes: argument 'task' has no effect; closest is 'task_id'"),
    ("get_tasks(conteiner=container)", "get_tasks: argument 'conteiner' has no effect; closest is 'container'"),
])
def test_a_keyword_that_a_function_takes_and_does_not_use_is_noted(lab: Lab, playbook: Callable[..., Any], call: str,
                                                                  told: str):
    """The vendor's signature takes any."""
    ended = lab.run(playbook(f"def on_start(container):\n    list(phantom.{call})\n"))
    assert f"on_start, line 3: {told}" in ended.notes


def test_a_custom_list_that_is_not_there_is_told_with_the_closest(incident: Path, playbook: Callable[..., Any]):
    """In what the call returns."""
    lab = Lab(incident, lists={"blocked hosts": [["a"]]})
    ended = lab.run(playbook("def on_start(container):\n    phantom.debug(phantom.get_list('blocked_hosts')[1])\n"
                             "    phantom.debug(phantom.get_list('quite another')[1])\n"))
    assert ended.debug == ["there is no custom list 'blocked_hosts'; closest is 'blocked hosts'",
                           "there is no custom list 'quite another'"]


# -- how names are compared ----------------------------------------------------------------------------------------

def test_names_are_compared_without_case_and_within_bounds():
    """Names of hostile origin may be long and many."""
    assert near("ACT", ["act", "Act_", "x"]) == ["act"]
    assert near("act", ["act"]) == []
    assert near("x" * 100_000, ["x" * 100_000 + "y", "x" * 190]) == ["x" * 190]
    assert near("name", (f"n{n}" for n in range(10**9))) == []
    assert (closest("sumary", ["summary"]), closest("zzz", ["summary"])) == ("; closest is 'summary'", "")
    assert (meant("sumary", ["summary"]), meant("zzz", ["a", "b"]), meant("zzz", [])) == (
        "Did you mean summary?", "There are a, b.", "There are none.")
    assert meant("zzz", map(str, range(30))).endswith("19 and 10 more.")
    assert (did_you_mean(["zzz", "sumary"], ["summary"]), did_you_mean([], ["x"])) == ("Did you mean summary?", "")


def test_a_missing_file_is_told_with_the_closest_beside_it(tmp_path: Path, playbook: Callable[..., Any]):
    """Of the same ending; a folder that is not there has none."""
    for name in ("incident.json", "incidents.yaml", "other.json"):
        (tmp_path / name).write_text("{}")
    assert closest_file(tmp_path / "incidnt.json") == "; closest is 'incident.json'"
    assert closest_file(tmp_path / "nothing.json") == ""
    assert closest_file(tmp_path / "gone" / "incident.json") == ""
    assert closest_file("\0") == ""
    with pytest.raises(InputError, match=r"no such container file; closest is 'incident\.json'"):
        Lab(tmp_path / "incidnt.json")
    with pytest.raises(InputError, match=r"there is no such file; closest is 'incidents\.yaml'"):
        Lab(scenario=tmp_path / "incidens.yaml")
