"""
Asks the owner of an alert whether its host may be contained, and goes by the answer, a refusal or silence.
"""


import phantom.rules as phantom
import json
from datetime import datetime, timedelta


@phantom.playbook_block()
def on_start(container):
    phantom.debug("on_start() called")

    # next block: 'ask_owner'
    ask_owner(container=container)

    return


@phantom.playbook_block()
def ask_owner(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("ask_owner() called")

    # who is asked, and what
    user = container.get('owner_name', None)
    role = None
    message = """Host {0} of "{1}" runs {2}.\n\nMay it be contained?"""

    # what fills the numbered fields
    parameters = [
        "artifact:*.cef.destinationHostName",
        "container:name",
        "artifact:*.cef.destinationProcessName"
    ]

    # the questions, and what may be answered
    response_types = [
        {
            "prompt": "What shall be done?",
            "options": {
                "type": "list",
                "required": True,
                "choices": [
                    "Contain",
                    "Leave it"
                ],
            },
        },
        {
            "prompt": "Why?",
            "options": {
                "type": "message",
                "required": False,
            },
        }
    ]

    phantom.prompt2(container=container, user=user, role=role, message=message, respond_in_mins=15, name="ask_owner", parameters=parameters, response_types=response_types, callback=answer_decision, drop_none=True)

    return


@phantom.playbook_block()
def answer_decision(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("answer_decision() called")

    # branch 1
    found_match_1 = phantom.decision(
        container=container,
        conditions=[
            ["ask_owner:action_result.summary.responses.0", "==", "Contain"]
        ],
        delimiter=None)

    # next block of branch 1
    if found_match_1:
        quarantine_device(action=action, success=success, container=container, results=results, handle=handle)
        return

    # branch 2: nobody answered, or somebody declined to
    found_match_2 = phantom.decision(
        container=container,
        conditions=[
            ["ask_owner:action_result.status", "==", "failed"]
        ],
        delimiter=None)

    # next block of branch 2
    if found_match_2:
        ask_nobody(action=action, success=success, container=container, results=results, handle=handle)
        return

    # branch 3: everything else
    filter_answer(action=action, success=success, container=container, results=results, handle=handle)

    return


@phantom.playbook_block()
def quarantine_device(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("quarantine_device() called")

    host_data = phantom.collect2(container=container, datapath=["artifact:*.cef.destinationHostName", "artifact:*.id"])

    # the parameter sets of 'quarantine_device'
    parameters = [{"host": item[0], "context": {"artifact_id": item[1]}} for item in host_data if item[0] is not None]

    phantom.act("quarantine device", parameters=parameters, name="quarantine_device", assets=["edr"], callback=filter_answer)

    return


@phantom.playbook_block()
def filter_answer(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("filter_answer() called")

    # condition 1 of this filter
    matched_artifacts_1, matched_results_1 = phantom.condition(
        container=container,
        conditions=[
            ["ask_owner:action_result.summary.responses.1", "!=", ""]
        ],
        name="filter_answer:condition_1",
        delimiter=None)

    # next block, only when something passed the filter
    if matched_artifacts_1 or matched_results_1:
        note_reason(action=action, success=success, container=container, results=results, handle=handle, filtered_artifacts=matched_artifacts_1, filtered_results=matched_results_1)

    return


@phantom.playbook_block()
def note_reason(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("note_reason() called")

    reason_data = phantom.collect2(container=container, datapath=["filtered-data:filter_answer:condition_1:ask_owner:action_result.summary.responses.1", "filtered-data:filter_answer:condition_1:ask_owner:action_result.data.*.user", "filtered-data:filter_answer:condition_1:ask_owner:action_result.summary.response"])

    phantom.add_note(container=container, content="{1} says {2}: {0}".format(*reason_data[0]), note_format="markdown", note_type="general", title="Answer")

    return


@phantom.playbook_block()
def ask_nobody(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("ask_nobody() called")

    # an empty recipient: the prompt is dropped, and its callback with it
    phantom.prompt2(container=container, user="", role=None, message="Is anybody there?", respond_in_mins=15, name="ask_nobody", callback=note_reason)

    return


@phantom.playbook_block()
def on_finish(container, summary):
    phantom.debug("on_finish() called")

    return
