"""Prompts, tasks and approvals: what people are asked, and what becomes of their answer or silence."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import phantom_lab
from phantom_lab import InputError, Lab
from phantom_lab.errors import StepperError
from phantom_lab.outcomes import declined, responses, timed_out
from tests.table import tabled

START = datetime(2026, 1, 1, tzinfo=UTC)
SOURCE = """
import json

def on_start(container):
    {before}
    phantom.{call}, name="ask_1", callback=done)

def done(action=None, success=None, container=None, results=None, handle="unset", **kwargs):
    phantom.debug(json.dumps({expression}))
"""
ASK = 'prompt2(container=container, user="bob", message="Go on?"'
RESULT = "results[0]['action_results'][0]"
LIST = '[{"prompt": "Sure?", "options": {"type": "list", "choices": ["Yes", "No"]}}]'
RANGE = '[{"prompt": "How many?", "options": {"type": "range", "min": 1, "max": 10}}]'
TEXT = '{"prompt": "Why?", "options": {"type": "message"}}'


def rows(*paths):
    """An expression that collects datapaths of the prompt."""
    return f"phantom.collect2(container=container, datapath={[f'ask_1:action_result.{path}' for path in paths]})"


@pytest.fixture
def ask(incident: Path, playbook: Any):
    """Run a playbook that asks once and logs an expression in the callback; return the run."""

    def run(call=ASK, answer=None, expression="0", *, action="prompt", before="pass", source=SOURCE, how="run", **lab):
        results = [{"action": action, **answer}] if isinstance(answer, dict) else answer
        made = Lab(incident, results=results, **{"start": START, **lab})
        made.action("look up")(lambda parameter: [])
        return getattr(made, how)(playbook(source.format(call=call, expression=expression, before=before)))

    return run


@pytest.fixture
def told(ask):
    """What an expression gives in the callback; arguments as for `ask`."""

    def evaluate(*args, **kwargs):
        summary = ask(*args, **kwargs).summary()
        assert summary.debug, f"the callback did not get to its end: {summary.message}"
        return json.loads(summary.debug[-1])

    return evaluate


YES = {"responses": ["Yes"]}

# -- what is asked -----------------------------------------------------------------------------------------------------

@pytest.mark.documented
@tabled(("arguments", "text"), [
    ("", "Addresses 1.1.1.1, 8.8.8.8, None, None, None of Test incident"),
    (', separator=" | "', "Addresses 1.1.1.1 | 8.8.8.8 | None | None | None of Test incident"),
    (", drop_none=True", "Addresses 1.1.1.1, 8.8.8.8 of Test incident"),
    (', separator="; ", drop_none=True', "Addresses 1.1.1.1; 8.8.8.8 of Test incident"),
    (", scope=[2]", "Addresses 8.8.8.8 of Test incident"),
    (", filter_artifact_ids=[1]", "Addresses 1.1.1.1 of Test incident"),
])
@tabled("call", ["prompt2", "prompt"])
def test_the_message_is_a_template(told, call, arguments, text):
    """Filled as `format` fills one."""
    call = (f'{call}(container=container, user="bob", message="Addresses {{0}} of {{1}}", '
            f'parameters=["artifact:*.cef.sourceAddress", "container:name"]{arguments}')
    assert told(call, YES, f"{RESULT}['parameter']['message']") == text


@pytest.mark.observed
def test_a_prompt_is_an_action_run_of_its_name(told):
    """Action `prompt`; its parameter says who is asked what, and how long."""
    action, found, parameter = told(
        ASK + f', respond_in_mins=5, response_types={LIST}', YES, f"[action, results, {RESULT}['parameter']]")
    assert action == {"action_run_id": found[0]["action_run_id"], "action": "prompt", "action_name": "prompt",
                      "name": "ask_1"}
    assert (found[0]["name"], found[0]["action"], found[0]["status"]) == ("ask_1", "prompt", "success")
    assert len(found) == len(found[0]["action_results"]) == 1
    assert parameter.pop("context")["guid"]
    assert parameter == {"message": "Go on?", "to": "bob", "respond_in_mins": 5,
                         "response_types": json.loads(LIST)}


@pytest.mark.documented
@tabled(("arguments", "minutes"), [("", 30), (", respond_in_mins=5", 5), (", respond_in_mins='7'", 7),
                                  (", respond_in_mins=None", 30), (", respond_in_mins=0.5", 0.5)])
def test_a_prompt_waits_30_minutes_unless_it_says_otherwise(told, arguments, minutes):
    """Digits are a number."""
    assert told(ASK + arguments, YES, f"{RESULT}['parameter']['respond_in_mins']") == minutes


@pytest.mark.observed
@tabled(("arguments", "to"), [
    ('user="bob"', "bob"), ('role="Administrator"', "Administrator"), ('user=None, role="Administrator"',
                                                      "Administrator"),
    ('user="bob", role=None', "bob"), ('user="", role="Administrator"', "Administrator"),
    ('user=container["owner_name"]', "Lab Admin"),
])
def test_who_is_asked_is_a_user_or_a_role(told, arguments, to):
    """Newer code passes both, one of them None."""
    assert told(f'prompt2(container=container, message="?", {arguments}', YES, f"{RESULT}['parameter']['to']") == to


@pytest.mark.assumed
@tabled("call", ["prompt2", "prompt"])
@tabled("message", ["Stop {0} at {1}?", "{", "{{x}}", "a %% {0}"])
def test_a_message_without_parameters_stays_as_it_is(told, call, message):
    """It is no template then; a published prompt shows ``{0}`` that way."""
    asked = f'{call}(container=container, user="bob", message="{message}"'
    assert told(asked, YES, f"{RESULT}['parameter']['message']") == message


@pytest.mark.observed
@tabled("arguments", ['user=""', "user=None", "user=None, role=None", 'user="", role=""', 'user="  "'])
@tabled("call", ["prompt2", "prompt"])
def test_without_a_recipient_nobody_is_asked(ask, call, arguments):
    """Three lines of the log say so, the callback is not called, and the run is a success."""
    if call == "prompt" and "role" in arguments:
        arguments = arguments.partition(",")[0]
    run = ask(f'{call}(container=container, message="?", {arguments}', YES, "'called'", source=SOURCE + """
def on_finish(container, summary):
    phantom.debug(summary)
""")
    *lines, summary = run.summary().debug
    assert lines == ["phantom.act() 'ask_1' has an invalid 'to' parameter value.",
                     "User or role is not specified or has evaluated to empty string.",
                     "callback 'done' will not be called"]
    assert run.status == "success"
    assert run.summary().action_runs == []
    assert json.loads(summary)["result"] == []


@pytest.mark.documented
@pytest.mark.parametrize("call", ['prompt2(container=container, user="automation", message="?"',
                                  'task(user="automation", message="?"'])
def test_the_automation_user_cannot_be_asked(ask, call):
    """Who owns the run of an automation is nobody: the prompt fails at once, nothing is sent (pain 38)."""
    run = ask(call, None, "[success, results[0]['status'] if results else 'failed']", user="automation")
    assert run.summary().debug == ['[false, "failed"]']
    assert run.status == "failed"


# -- what comes back ---------------------------------------------------------------------------------------------------

@pytest.mark.observed
@tabled(("path", "values"), [
    ("summary.responses.0", ["Yes"]), ("summary.responses.1", ["because"]), ("summary.response", ["Yes"]),
    ("summary.responses.2", [None]), ("summary.responses", [["Yes", "because"]]), ("status", ["success"]),
    ("data.*.user", ["bob"]), ("parameter.message", ["Go on?"]), ("parameter.to", ["bob"]),
])
def test_datapaths_reach_the_responses(told, path, values):
    """In the order of the questions."""
    questions = f"{LIST[:-1]}, {TEXT}]"
    found = told(f"{ASK}, response_types={questions}", {"responses": ["Yes", "because"]}, rows(path))
    assert found == [[value] for value in values]


@pytest.mark.observed
def test_responses_in_decisions_formats_and_next_to_each_other(told):
    """As generated code reads them."""
    decided, text, found = told(f"{ASK}, response_types={LIST}", YES, """[
        phantom.decision(container=container, delimiter=None, conditions=[
            ["ask_1:action_result.summary.responses.0", "==", "Yes"]]),
        phantom.format(container=container, template="{0} by {1}", parameters=[
            "ask_1:action_result.summary.responses.0", "ask_1:action_result.data.*.user"]),
        phantom.collect2(container=container, action_results=results, datapath=[
            "ask_1:action_result.summary.responses.0", "ask_1:action_result.status"])]""")
    assert (decided, text, found) == (True, "Yes by bob", [["Yes", "success"]])


@pytest.mark.assumed
@pytest.mark.parametrize(("choice", "kept"), [("Yes", [["Yes", "bob"]]), ("No", [])])
def test_a_filter_keeps_the_responses_that_pass(told, choice, kept):
    """Read by `filtered-data:`, like results of any action."""
    path = "filtered-data:agreed:condition_1:ask_1:action_result"
    _, found = told(f"{ASK}, response_types={LIST}", YES, f"""[
        phantom.condition(container=container, action_results=results, name="agreed:condition_1", conditions=[
            ["ask_1:action_result.summary.responses.0", "==", "{choice}"]]),
        phantom.collect2(container=container, datapath=[
            "{path}.summary.responses.0", "{path}.data.*.user"])]""")
    assert found == kept


@pytest.mark.documented
@tabled("response", ["No", "", "no", "declined", "0"])
def test_a_no_is_a_success(ask, response):
    """Success means answered."""
    run = ask(f"{ASK}, response_types=[{TEXT}]", {"responses": [response]},
              f"[success, {RESULT}['status'], {RESULT}['summary']['responses']]")
    assert json.loads(run.summary().debug[0]) == [True, "success", [response]]
    assert run.status == "success"


@pytest.mark.observed
def test_who_answered_may_be_told(told):
    """Otherwise it is whom was asked."""
    assert told(ASK, {**YES, "data": [{"user": "eve"}]}, rows("data.*.user")) == [["eve"]]
    assert told(ASK, YES, rows("data.*.user")) == [["bob"]]


@pytest.mark.documented
@pytest.mark.parametrize(("minutes", "passes"), [("", 30 * 60), (", respond_in_mins=2", 120),
                                                 (", respond_in_mins=0", 0)])
def test_a_prompt_that_nobody_answers_fails_when_its_time_is_over(ask, minutes, passes):
    """The callback comes with success False; there are no responses; the time is the clock's."""
    run = ask(ASK + minutes, {"timed_out": True},
              f"[success, {RESULT}['status'], 'responses' in {RESULT}['summary'], {RESULT}['data'], "
              f"time.time() - {START.timestamp()}]", source="import time\n" + SOURCE)
    success, status, answered, data, passed = json.loads(run.summary().debug[0])
    assert (success, status, answered, data) == (False, "failed", False, [])
    assert passed == pytest.approx(passes, abs=1)
    assert (run.status, run.summary().message) == (
        "failed", f"prompt 'ask_1' failed: no response within {passes // 60} minutes")


@pytest.mark.observed
@tabled("answer", [{"timed_out": True}, {"declined": True}])
@tabled(("path", "rows_of"), [
    ("summary.responses.0", [[None]]), ("summary.response", [[None]]), ("status", [["failed"]]),
    ("data.*.user", [[None]]), ("parameter.message", [["Go on?"]]),
])
def test_datapaths_of_a_failed_prompt_have_no_value(told, answer, path, rows_of):
    """One row of None, no exception; the parameter is there."""
    assert told(ASK, answer, rows(path)) == rows_of


@pytest.mark.observed
def test_what_is_due_earlier_completes_before_a_prompts_time_is_over(ask):
    """Also an action that begins ten minutes later; what begins after it comes after it."""
    run = ask(ASK, {"timed_out": True}, "'prompt'", source="from datetime import datetime, timedelta\n" + SOURCE + """
def looked(action=None, **kwargs):
    phantom.debug(action["name"])
""", before="""for minutes in (0, 10, 40):
        phantom.act("look up", assets=["a"], name=f"after {minutes}", callback=looked,
                    start_time=datetime.now() + timedelta(minutes=minutes))""")
    assert run.summary().debug == ["after 0", "after 10", '"prompt"', "after 40"]


@pytest.mark.assumed
def test_an_answer_may_take_its_time(ask):
    """`delay` in seconds; what is due earlier completes first."""
    run = ask(ASK, {**YES, "delay": 60}, f"round(time.time() - {START.timestamp()})", source="import time\n" + SOURCE,
              before="phantom.act('look up', assets=['a'], callback=lambda success: phantom.debug('looked'))")
    assert run.summary().debug == ["looked", "60"]


@pytest.mark.documented
def test_an_answer_that_comes_after_the_time_is_over_is_none(ask):
    """A failure is what was not answered in time: it comes when the time is over."""
    run = ask(ASK + ", respond_in_mins=5", {**YES, "delay": 600},
              f"[success, 'responses' in {RESULT}['summary'], round(time.time() - {START.timestamp()})]",
              source="import time\n" + SOURCE)
    assert run.summary().debug == ["[false, false, 300]"]


@pytest.mark.assumed
@pytest.mark.parametrize(("answer", "message"), [
    ({"declined": True}, "declined"), ({"declined": True, "message": "not my job"}, "not my job")])
def test_a_declined_prompt_has_failed_at_once(ask, answer, message):
    """Somebody says so, and why."""
    run = ask(ASK, answer, f"[success, {RESULT}['status'], {RESULT}['message'], {RESULT}['summary'], {RESULT}['data']]")
    assert json.loads(run.summary().debug[0]) == [False, "failed", message, {}, []]
    assert (run.status, run.summary().message) == ("failed", f"prompt 'ask_1' failed: {message}")


@pytest.mark.observed
@tabled(("answer", "branch"), [(YES, "else"), ({"responses": ["No"]}, "acts"),
                              ({"timed_out": True}, "acts"), ({"declined": True}, "acts")])
def test_silence_takes_the_branch_of_whatever_is_not_yes(told, answer, branch):
    """A published playbook closes an event by it (pain 37)."""
    assert told(f"{ASK}, response_types={LIST}", answer, "'acts' if phantom.decision(container=container, conditions="
                "[['ask_1:action_result.summary.responses.0', '!=', 'Yes']]) else 'else'") == branch


@pytest.mark.observed
@pytest.mark.parametrize(("answer", "branch"), [(YES, "acts"), ({"responses": ["No"]}, "else"),
                                                ({"timed_out": True}, "acts")])
def test_a_decision_over_response_or_status_does_not_stumble_over_what_is_missing(told, answer, branch):
    """`responses.0 == Yes or status == failed`."""
    assert told(f"{ASK}, response_types={LIST}", answer, "'acts' if phantom.decision(container=container, conditions="
                "[['ask_1:action_result.summary.responses.0', '==', 'Yes'], "
                "['ask_1:action_result.status', '==', 'failed']], logical_operator='or', delimiter=None) else 'else'"
                ) == branch


@pytest.mark.documented
@tabled("answer", [YES, {"timed_out": True}, {"declined": True}])
@tabled("call", [ASK, 'prompt(user="bob", message="?"', 'task(user="bob", message="?"'])
def test_the_handle_of_the_callback_is_an_empty_object(ask, call, answer):
    """A prompt takes none."""
    action = "task" if call.startswith("task") else "prompt"
    run = ask(call, answer, "[handle, sorted(kwargs), container['id']]", action=action)
    assert json.loads(run.summary().debug[0]) == [{}, [], 1]


@pytest.mark.observed
def test_a_prompt_completes_after_its_block_has_returned_and_only_at_its_turn(ask):
    """A join asks for it by the names of actions."""
    run = ask(ASK, YES, "phantom.completed(action_names=['ask_1'])",
              before="phantom.debug(phantom.completed(action_names=['ask_1']))")
    assert run.summary().debug == ["False", "true"]


@pytest.mark.observed
def test_without_a_callback_a_prompt_is_asked_all_the_same(ask):
    """The branch ends there; `on_finish` can read the answer."""
    run = ask(source='def on_start(container):\n    phantom.{call}, name="ask_1")\n'
                     'def on_finish(container, summary):\n'
                     '    phantom.debug(phantom.collect2(datapath=["ask_1:action_result.summary.response"]))\n',
              answer=YES)
    assert run.summary().debug == ["[['Yes']]"]


@pytest.mark.assumed
@pytest.mark.parametrize(("call", "name"), [(ASK, "prompt_1"), ('task(user="bob", message="?"', "task_1")])
def test_without_a_name_one_is_made(told, call, name):
    """Of its kind and a counter."""
    assert told(call, YES, "action['name']", source=SOURCE.replace(', name="ask_1"', ""),
                action=name.partition("_")[0]) == name


@pytest.mark.observed
def test_the_older_prompt_asks_one_question(told):
    """Its options are those of the message itself."""
    call = 'prompt(container=container, user="bob", message="Go on?", options={"type": "list", "choices": ["a", "b"]}'
    assert told(call, {"responses": ["b"]}, f"[{RESULT}['summary']['response'], "
                f"[one['prompt'] for one in {RESULT}['parameter']['response_types']]]") == ["b", ["Go on?"]]
    assert told('prompt("bob", "By position?"', YES, f"{RESULT}['parameter']['message']") == "By position?"


@pytest.mark.assumed
@pytest.mark.parametrize(("arguments", "message"), [
    (", respond_in_mins='soon'", "prompt2: respond_in_mins must be a number, not 'soon'"),
    (", respond_in_mins=True", "prompt2: respond_in_mins must be a number, not True"),
    pytest.param(", respond_in_mins=-5", "prompt2: respond_in_mins must be a number"),
    pytest.param(", respond_in_mins=float('nan')", "prompt2: respond_in_mins must be a number"),
    (", response_types={'prompt': '?'}", "prompt2: response_types must be a list of dicts"),
    (", response_types=['?']", "prompt2: response_types must be a list of dicts"),
    (", response_types=[{'prompt': {1}}]", "prompt2: response_types is not JSON"),
    (", parameters=5", "parameters must be a list of datapaths, not int"),
])
def test_a_wrong_argument_is_one_clear_error(ask, arguments, message):
    """With the block and its line; nobody is asked."""
    run = ask(ASK + arguments, YES)
    assert run.status == "error"
    assert message in run.summary().message
    assert run.summary().message.endswith("(block on_start, sample:7)")
    assert run.summary().action_runs == []


@pytest.mark.assumed
@pytest.mark.parametrize("call", [ASK, 'prompt(user="bob", message="?"', 'task(user="bob", message="?"'])
def test_a_callback_that_is_no_function_is_one_clear_error(ask, call):
    """Named by the call."""
    run = ask(call, YES, source=SOURCE.replace("callback=done", "callback='done'"))
    assert f"{call.partition('(')[0]}: callback must be a function, not str" in run.summary().message


# -- tasks -------------------------------------------------------------------------------------------------------------

@pytest.mark.documented
@pytest.mark.parametrize(("answer", "success", "status"), [
    ({"responses": []}, True, "success"), ({"timed_out": True}, False, "failed"), ({"declined": True}, False, "failed"),
])
def test_a_task_is_done_or_its_time_is_over(ask, answer, success, status):
    """The callback comes in both cases."""
    run = ask('task(user="bob", message="Do it", respond_in_mins=10', answer,
              f"[success, action['action'], {RESULT}['status'], {RESULT}['parameter']['message'], "
              f"{RESULT}['parameter']['to'], phantom.completed(action_names=['ask_1'])]", action="task")
    assert json.loads(run.summary().debug[0]) == [success, "task", status, "Do it", "bob", True]
    assert run.status == status


@pytest.mark.observed
@pytest.mark.parametrize("arguments", ['user=""', "user=None", ""])
def test_a_task_for_nobody_is_dropped(ask, arguments):
    """As a prompt is."""
    run = ask(f'task(message="Do it"{", " if arguments else ""}{arguments}', None, "'called'")
    assert run.summary().debug[-1] == "callback 'done' will not be called"
    assert run.status == "success"


@pytest.mark.assumed
def test_the_text_of_a_task_is_no_template(told):
    """Braces stay."""
    assert told('task(user="bob", message="Keep {0}"', {"responses": []}, f"{RESULT}['parameter']['message']",
                action="task") == "Keep {0}"


# -- approvals ---------------------------------------------------------------------------------------------------------

REVIEWED = 'act("look up", parameters=[{{"ip": "1.1.1.1"}}], assets=["a", "b"], reviewer={reviewer}'


@pytest.mark.assumed
@pytest.mark.parametrize("reviewer", ['"bob"', '"bob, Administrator"', '["bob", "Administrator"]'])
def test_an_action_with_a_reviewer_runs_once_it_is_approved(ask, reviewer):
    """It is asked for once, whatever the number of assets."""
    run = ask(REVIEWED.format(reviewer=reviewer), {"responses": []},
              "[success, [one['asset'] for one in results], action['action']]", action="approve")
    assert json.loads(run.summary().debug[0]) == [True, ["a", "b"], "look up"]
    assert run.status == "success"
    assert [one["action"] for one in run.summary().action_runs] == ["look up"]


@pytest.mark.assumed
@pytest.mark.parametrize(("answer", "why"), [
    ({"declined": True}, "not approved by bob: declined"),
    ({"declined": True, "message": "too risky"}, "not approved by bob: too risky"),
    ({"timed_out": True}, "not approved by bob: no response")])
def test_an_action_that_is_not_approved_has_failed_and_never_runs(ask, answer, why):
    """The callback comes with success False and no results; the handle is the caller's."""
    run = ask(REVIEWED.format(reviewer='"bob"') + ', handle="mine"', answer,
              "[success, results, handle]", action="approve")
    assert json.loads(run.summary().debug[0]) == [False, [], "mine"]
    assert run.status == "failed"
    assert run.summary().message.startswith(f"action 'ask_1' failed: {why}")


@pytest.mark.assumed
def test_an_approval_that_nobody_gives_does_not_speak_of_no_minutes(ask):
    """It has no time of its own."""
    run = ask('act("look up", assets=["a"], reviewer="bob"', {"timed_out": True}, action="approve")
    assert "0 minutes" not in run.summary().message


@pytest.mark.assumed
def test_an_approval_may_take_its_time(ask):
    """The action runs when it has come."""
    run = ask('act("look up", assets=["a"], reviewer="bob"', {"responses": [], "delay": 600},
              f"round(time.time() - {START.timestamp()})", action="approve", source="import time\n" + SOURCE)
    assert run.summary().debug == ["600"]


@pytest.mark.documented
def test_an_action_that_waits_for_its_approval_is_carried_out_after_what_is_due_before(lab, playbook):
    """It is held until approved; what was asked for later and needs nobody completes meanwhile."""
    done: list[str] = []
    lab.action("approve")(lambda: {"responses": [], "delay": 600})
    lab.action("block ip")(lambda: done.append("block") or [])
    lab.action("look up")(lambda: done.append("look") or [])
    run = lab.run(playbook("def on_start(container):\n"
                           "    phantom.act('block ip', assets=['fw'], reviewer='boss')\n"
                           "    phantom.act('look up', assets=['x'])\n"))
    assert (run.status, done) == ("success", ["look", "block"])


@pytest.mark.assumed
@pytest.mark.parametrize("reviewer", ["None", "''", "[]"])
def test_an_action_without_a_reviewer_is_not_held(ask, reviewer):
    """Generated code passes an empty text."""
    run = ask(f'act("look up", assets=["a"], reviewer={reviewer}', None, "success")
    assert run.summary().debug == ["true"]


@pytest.mark.assumed
def test_who_may_approve_is_asked_with_the_action_and_its_parameters(ask):
    """Whoever answers sees what it is about."""
    stepper = ask('act("look up", parameters=[{"ip": "1.1.1.1"}], assets=["a"], reviewer="bob"', how="step")
    stepper.resume()
    needed = stepper.needed
    assert (needed.action, needed.name, needed.parameter["to"]) == ("approve", "ask_1", "bob")
    assert needed.parameter["message"] == "Run 'look up'?"
    assert needed.parameter["parameters"][0]["ip"] == "1.1.1.1"
    assert stepper.respond().status == "success"


# -- where answers come from -------------------------------------------------------------------------------------------

@pytest.mark.assumed
@pytest.mark.parametrize(("entry", "expected"), [
    ({"name": "ask_1", **YES}, [True, ["Yes"]]), ({"name": "ask_1", "timed_out": True}, [False, None]),
    ({"name": "ask_1", "declined": True}, [False, None]), ({**YES}, [True, ["Yes"]]),
    ({"parameter": {"to": "bob"}, **YES}, [True, ["Yes"]]), ({"name": "ask_1", "responses": "Yes"}, [True, ["Yes"]]),
    ({"name": "ask_1", "action": "Prompt", **YES}, [True, ["Yes"]]),
])
def test_a_results_file_answers(told, tmp_path, entry, expected):
    """By the prompt's name, its parameters, or for all."""
    file = tmp_path / "results.json"
    file.write_text(json.dumps([{"action": "prompt", "name": "other", "responses": ["other"]},
                                {"action": "prompt", **entry}]))
    assert told(ASK, file, f"[success, {RESULT}['summary'].get('responses')]") == expected


@pytest.mark.assumed
@pytest.mark.parametrize(("answer", "expected"), [
    (lambda parameter: responses("Yes"), [True, ["Yes"], "bob"]),
    (lambda parameter: responses("Yes", user="eve"), [True, ["Yes"], "eve"]),
    (lambda parameter: responses(parameter["message"]), [True, ["Go on?"], "bob"]),
    (lambda parameter: {"responses": ["Yes"]}, [True, ["Yes"], "bob"]),
    (lambda name: responses(name), [True, ["ask_1"], "bob"]),
    (lambda parameter: timed_out(), [False, None, None]), (lambda parameter: declined("no"), [False, None, None]),
], ids=range(7))
def test_a_stub_answers(lab, playbook, answer, expected):
    """`@lab.action("prompt")`, with what it returns for people."""
    lab.action("prompt")(answer)
    run = lab.run(playbook(SOURCE.format(call=ASK, before="pass", expression=(
        f"[success, {RESULT}['summary'].get('responses'), {rows('data.*.user')}[0][0]]"))))
    assert json.loads(run.summary().debug[0]) == expected


@pytest.mark.assumed
@pytest.mark.parametrize("name", ["responses", "timed_out", "declined"])
def test_what_the_hint_names_can_be_imported(name):
    """A stub is told to return them."""
    assert callable(getattr(phantom_lab, name))


@pytest.mark.assumed
@pytest.mark.parametrize(("give", "expected"), [
    (lambda one: one.respond("Yes"), [True, ["Yes"]]), (lambda one: one.respond("No", user="eve"), [True, ["No"]]),
    (lambda one: one.time_out(), [False, None]), (lambda one: one.decline(), [False, None]),
    (lambda one: one.decline("busy"), [False, None]), (lambda one: one.fail("gone"), [False, None]),
], ids=range(6))
def test_an_answer_by_hand(ask, give, expected):
    """The run needs it, says what is asked, and goes on as commanded before."""
    stepper = ask(f"{ASK}, response_types={LIST}", None, f"[success, {RESULT}['summary'].get('responses')]", how="step")
    assert stepper.resume().state == "needs_outcome"
    assert stepper.position.why.startswith("no reply to prompt 'ask_1' to bob: Sure?")
    assert stepper.needed.action == "prompt"
    assert give(stepper).state == "ended"
    assert json.loads(stepper.run.summary().debug[0]) == expected


@pytest.mark.assumed
def test_a_wrong_answer_by_hand_changes_nothing(ask):
    """The run still needs one."""
    stepper = ask(f"{ASK}, response_types={LIST}", None, f"{RESULT}['summary']['responses']", how="step")
    stepper.resume()
    with pytest.raises(InputError, match=r"the given result: response 'Maybe' is no choice\. There are Yes, No"):
        stepper.respond("Maybe")
    with pytest.raises(InputError, match="2 responses to 1 question"):
        stepper.respond("Yes", "No")
    assert stepper.position.state == "needs_outcome"
    assert stepper.respond("No").status == "success"
    with pytest.raises(StepperError, match="no outcome is needed now"):
        stepper.respond("No")


FORMS = [
    (LIST, ["Maybe"], "response 'Maybe' is no choice. There are Yes, No."),
    (LIST, [], "0 responses to 1 question. Asked is 'Sure?'."),
    (LIST, ["Yes", "No"], "2 responses to 1 question. Asked is 'Sure?'."),
    (f"{LIST[:-1]}, {TEXT}]", ["Yes"], "1 response to 2 questions. Asked is 'Sure?', 'Why?'."),
    (RANGE, ["0"], "response '0' is not between 1 and 10"), (RANGE, [11], "response 11 is not between 1 and 10"),
    (RANGE, ["many"], "response 'many' is not between 1 and 10"),
    (f"{LIST[:-1]}, {RANGE[1:]}", ["Yes", 99], "response 99 is not between 1 and 10"),
]


@pytest.mark.assumed
@pytest.mark.parametrize(("questions", "given", "message"), FORMS, ids=range(len(FORMS)))
def test_an_answer_that_no_form_would_take_is_not_taken(ask, questions, given, message):
    """From wherever it comes; the message says what is wrong, of which block, and what would be taken."""
    run = ask(f"{ASK}, response_types={questions}", {"responses": given}, "'called'")
    assert run.status == "needs_outcome"
    what, _, hint = message.partition(". ")
    assert run.summary().message == f"{what} (block ask_1, results[0]){f'. {hint}' if hint else ''}"
    assert run.summary().debug == []


@pytest.mark.assumed
@tabled(("questions", "given"), [
    (LIST, ["Yes"]), (LIST, ["No"]), (RANGE, [1]), (RANGE, ["10"]), (RANGE, [5.5]), (f"[{TEXT}]", ["any\ntext"]),
    (f"{LIST[:-1]}, {TEXT}, {RANGE[1:]}", ["No", "", 3]), ('[{"prompt": "?"}]', ["x"]),
    ('[{"prompt": "?", "options": {"type": "list", "choices": [1, 2], "required": True}}]', ["2"]),
    ('[{"prompt": "?", "options": {"type": "range", "min": 3}}]', [99]),
    ('[{"prompt": "?", "options": {"type": "unknown"}}]', ["x"]),
])
def test_an_answer_that_fits_is_taken_as_it_is(told, questions, given):
    """Nothing of it is converted."""
    assert told(f"{ASK}, response_types={questions}", {"responses": given},
                f"{RESULT}['summary']['responses']") == given


@pytest.mark.assumed
@pytest.mark.parametrize("response", [None, ""])
def test_a_question_that_is_not_required_may_be_left_out(told, response):
    """An empty answer to it is one."""
    questions = '[{"prompt": "?", "options": {"type": "list", "choices": ["a"], "required": False}}]'
    assert told(f"{ASK}, response_types={questions}", {"responses": [response]}, "success") is True


@pytest.mark.assumed
@pytest.mark.parametrize("answer", [{"timed_out": False}, {"declined": False}])
def test_a_mark_that_is_false_is_no_answer(ask, answer):
    """Nobody said anything by it."""
    with pytest.raises(InputError):
        ask(ASK, answer, "success")


@pytest.mark.assumed
def test_a_prompt_that_nobody_answers_at_all_needs_an_outcome(ask):
    """The headless run ends there, and says how to answer: four ways."""
    run = ask(f"{ASK}, response_types={LIST}", None, "'called'")
    assert run.status == "needs_outcome"
    message = run.summary().message
    assert message.startswith("no reply to prompt 'ask_1' to bob: Sure?")
    for way in ("--results FILE", '@lab.action(\'prompt\')', "responses(…)", "stepper.respond(…)", "timed_out()"):
        assert way in message
    assert "\n" not in message
    assert run.summary().debug == []


@pytest.mark.assumed
@pytest.mark.parametrize(("call", "action", "what"), [
    ('task(user="bob", message="Do it"', "task", "no reply to task 'ask_1' to bob: Do it"),
    ('act("look up", assets=["a"], reviewer="bob"', "approve", "no reply to approval 'ask_1' to bob: Run 'look up'?"),
    ('prompt(user="bob", message="Go?"', "prompt", "no reply to prompt 'ask_1' to bob: Go?"),
])
def test_the_question_is_told_for_tasks_and_approvals_too(ask, call, action, what):
    """With the action that answers it."""
    run = ask(call, None)
    assert run.status == "needs_outcome"
    assert run.summary().message.startswith(what)
    assert f"@lab.action({action!r})" in run.summary().message


@pytest.mark.assumed
def test_an_answer_may_be_given_before_it_is_asked_for(ask):
    """While the prompt is pending."""
    stepper = ask(ASK, None, f"{RESULT}['summary']['responses']", how="step", source=SOURCE + """
def other(container): pass
""", before="pass")
    stepper.breakpoints.add("on_start", when="after")
    stepper.resume()
    stepper.edit_pending("ask_1", answer=responses("Yes"))
    assert stepper.resume().status == "success"
    assert stepper.run.summary().debug == ['["Yes"]']
