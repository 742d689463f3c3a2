"""Prompts that are answered through a link: the block that sends it, and what can be read before anybody answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab, PlaybookRun
from phantom_lab.outcomes import Recording, declined, responses, timed_out
from phantom_lab.outcomes.recorded import recorded

BOOK = """
import json

def on_start(container):
    phantom.prompt2(container=container, {arguments}, name="ask_1", callback=done)
    phantom.debug("asked")

{sent}

def show(*paths, block="ask_1:action_result."):
    return phantom.collect2(datapath=[block + path for path in paths])

def done(action=None, success=None, container=None, results=None, handle=None, **kwargs):
    phantom.debug(json.dumps({expression}))
"""
SENT = """
@phantom.playbook_block()
def sent(container=None):
    phantom.debug(json.dumps({expression}))
"""
EXTERNAL = ('message="Go on with {0}?", parameters=["container:name"], respond_in_mins=10, response_types='
            '[{"prompt": "Sure?", "options": {"type": "list", "choices": ["Yes", "No"]}}], dispatch_callback=sent')


@pytest.fixture
def ask(incident: Path, playbook: Any):
    """Run a playbook that asks; `sent` is its dispatch callback, or what that logs."""

    def run(arguments=EXTERNAL, *, sent="0", answer=None, expression="success", how="run", **lab: Any) -> Any:
        made = Lab(incident, **lab)
        if answer is not False:
            made.action("prompt")(lambda parameter: answer or responses("Yes"))
        made.action("send email")(lambda parameter: [])
        block = sent if "def sent" in sent else SENT.format(expression=sent)
        return getattr(made, how)(playbook(BOOK.format(arguments=arguments, sent=block, expression=expression)))

    return run


def debug(run: PlaybookRun) -> list[Any]:
    """What was logged after `asked`."""
    assert run.summary().debug[0] == "asked", run.summary().message
    return [json.loads(one) for one in run.summary().debug[1:]]


@pytest.mark.observed
def test_it_is_called_with_the_container_when_the_prompt_goes_out_and_nobody_has_answered(ask):
    """After the block that asks has returned; no user and no role is needed."""
    sent, answered = debug(ask(sent="[container['name'], phantom.completed(action_names=['ask_1'])]",
                               expression="[success, phantom.completed(action_names=['ask_1'])]"))
    assert (sent, answered) == (["Test incident", False], [True, True])


@pytest.mark.observed
def test_the_link_can_be_read_from_then_on(ask):
    """Templates and collect2 read it, as generated blocks do that send it by mail."""
    path = "ask_1:action_result.parameter.secure_link"
    text = f"phantom.format(container=container, template='Click {{0}}', parameters=[{path!r}])"
    (sent, after) = debug(ask(sent=f"[show('parameter.secure_link', 'parameter.context.artifact_id'), {text}]",
                              expression="show('parameter.secure_link')[0][0]"))
    ((link, artifact),), shown = sent
    assert link.startswith("https://127.0.0.1/external-prompt/")
    assert len(link.rpartition("/")[2]) == 43
    assert (artifact, shown, after) == (0, f"Click {link}", link)


@pytest.mark.documented
def test_the_parameter_has_the_fields_of_the_vendors_rest(ask):
    """Of an external prompt; the message is the filled one."""
    arguments = EXTERNAL + ', saml_required=True, saml_group=["analysts"]'
    (parameter,) = [one for one in debug(ask(arguments, sent="show('parameter')[0][0]")) if isinstance(one, dict)]
    token = parameter.pop("external_prompt_id")
    assert parameter.pop("secure_link") == f"https://127.0.0.1/external-prompt/{token}"
    assert parameter.pop("context")["guid"]
    assert parameter == {
        "to": None, "to_role": None, "message": "Go on with Test incident?", "ttl": 10, "mins_to_act": 10,
        "respond_in_mins": 10, "saml_required": True, "saml_group": ["analysts"],
        "response_types": [{"prompt": "Sure?", "options": {"type": "list", "choices": ["Yes", "No"]}}]}


@pytest.mark.assumed
def test_before_an_answer_the_status_is_pending_and_there_are_no_responses(ask):
    """The datapaths give a row all the same."""
    paths = "'status', 'summary.responses.0', 'data.*.user', 'message'"
    sent, answered = debug(ask(sent=f"[show({paths}), show('status', block='ask_1:'), "
                                    "phantom.decision(container=container, conditions=["
                                    "['ask_1:action_result.status', '==', 'success']])]",
                               expression="show('status', 'summary.responses.0')"))
    assert sent == [[["pending", None, None, ""]], [], False]
    assert answered == [["success", "Yes"]]


@pytest.mark.assumed
@pytest.mark.parametrize(("answer", "success"), [(responses("No"), True), (timed_out(), False), (declined(), False)])
def test_what_it_asks_for_takes_its_turn_before_the_answer(ask, answer, success):
    """The mail with the link goes out first."""
    block = """
def sent(container=None):
    phantom.act("send email", parameters=[{"to": "a@example.com"}], assets=["smtp"], name="mail_1")
"""
    run = ask(sent=block, answer=answer, expression="[success, phantom.completed(action_names=['mail_1'])]")
    assert debug(run) == [[success, True]]
    assert [one["name"] for one in run.summary().action_runs] == ["mail_1", "ask_1"]


@pytest.mark.assumed
@pytest.mark.parametrize("head", ["container=None", "container", "event", "*given", "**given",
                                  "container=None, **given"])
def test_it_is_given_nothing_but_the_container(ask, head):
    """By name, or by position under a name of its own."""
    block = f"""
def sent({head}):
    phantom.debug(json.dumps(locals()))
"""
    found = debug(ask(sent=block))[0]
    given = {"*given": lambda: found["given"][0], "**given": lambda: found["given"]["container"]}
    container = given[head]() if head in given else found.get("event") or found["container"]
    assert container["name"] == "Test incident"
    assert len(found["given"]) == 1 if head in given else not found.get("given")


@pytest.mark.assumed
def test_one_that_takes_nothing_is_called_without(ask):
    """As other callbacks are."""
    assert "called" in ask(sent="def sent():\n    phantom.debug('called')\n").summary().debug


@pytest.mark.assumed
def test_an_exception_in_it_ends_its_branch_and_not_the_prompt(ask):
    """The answer comes all the same; the run is in error."""
    run = ask(sent="def sent(container):\n    raise ValueError('no mail')\n")
    assert debug(run) == [True]
    assert (run.status, "no mail" in run.summary().message) == ("error", True)


@pytest.mark.assumed
@pytest.mark.parametrize("arguments", ['user="bob", message="?", dispatch_callback=sent',
                                       'role="Administrator", message="?", dispatch_callback=sent'])
def test_a_prompt_to_a_user_or_role_goes_out_likewise(ask, arguments):
    """It has a link, too."""
    to, link = debug(ask(arguments, sent="show('parameter.to', 'parameter.secure_link')[0]"))[0]
    assert to in ("bob", "Administrator")
    assert "/external-prompt/" in link


@pytest.mark.documented
def test_a_prompt_that_is_not_sent_calls_nobody(ask):
    """The automation user cannot be asked: it fails, and nothing went out."""
    run = ask('user="automation", message="?", dispatch_callback=sent', sent="'called'", expression="success")
    assert debug(run) == [False]


@pytest.mark.assumed
@pytest.mark.parametrize("arguments", ['message="?", saml_required=True', 'message="?", saml_group=["analysts"]'])
def test_without_a_dispatch_callback_it_is_external_by_who_may_answer(ask, arguments):
    """Whoever signs in may answer, so no recipient is needed."""
    assert debug(ask(arguments, expression="show('parameter.to')")) == [[[None]]]


@pytest.mark.assumed
def test_a_dispatch_callback_that_is_no_function_is_one_clear_error(ask):
    """Nobody is asked."""
    run = ask('message="?", dispatch_callback="sent"')
    assert "prompt2: dispatch_callback must be a function, not str" in run.summary().message


@pytest.mark.assumed
def test_equal_seeds_give_equal_links_and_two_prompts_have_two(ask, incident, playbook):
    """A link is told by the run, like any id."""
    links = [debug(ask(sent="show('parameter.secure_link')", seed=seed))[0] for seed in (0, 0, 1)]
    assert links[0] == links[1] != links[2]


@pytest.mark.assumed
def test_a_later_prompt_of_the_same_name_is_the_one_that_is_read(ask):
    """Before its answer and after it."""
    block = """
def sent(container=None):
    phantom.debug(json.dumps(show("status")))
    if phantom.get_run_data(key="again") == "":
        phantom.save_run_data(key="again", value="1")
        phantom.prompt2(message="Again?", name="ask_1", callback=done, dispatch_callback=sent)
"""
    found = debug(ask(sent=block, expression="show('status', 'parameter.message')", answer=responses("x"),
                      arguments='message="First?", dispatch_callback=sent'))
    assert found == [[["pending"]], [["pending"]], [["pending", "Again?"]], [["success", "Again?"]]]


@pytest.mark.assumed
def test_the_answer_can_be_given_by_hand_while_the_mail_is_sent(ask):
    """A stepped run rests in the block that sends it."""
    stepper = ask(answer=False, how="step", sent="0", expression="show('summary.responses.0')")
    assert stepper.step().why == (
        "sent is invoked because prompt ask_1 has been sent: nobody has answered yet. on_start asked for it in line 6.")
    stepper.edit_pending("ask_1", answer=responses("No"))
    stepper.resume()
    assert debug(stepper.run)[-1] == [["No"]]


@pytest.mark.assumed
def test_a_recording_answers_it_whatever_the_seed(ask):
    """The link is another one then."""
    first = ask(answer=responses("No"), expression="show('summary.responses.0')")
    expression = "show('summary.responses.0', 'parameter.secure_link')[0]"
    again = ask(answer=False, sent="show('parameter.secure_link')", expression=expression, seed=5,
                recording=Recording(recorded(first.journal)))
    ((link,),), (response, answered) = debug(again)
    assert (response, answered) == ("No", link)


@pytest.mark.assumed
def test_whoever_is_missing_a_reply_is_told_who_was_asked(ask):
    """The one that has the link."""
    run = ask(answer=False)
    assert run.status == "needs_outcome"
    assert "no reply to prompt 'ask_1' to whoever opens its link: Sure?" in run.message
