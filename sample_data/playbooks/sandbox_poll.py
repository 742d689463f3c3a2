"""
Has a file run in a sandbox and asks for the report again and again, until it is there or the patience is over.
"""


import phantom.rules as phantom
import json
from datetime import datetime, timedelta


@phantom.playbook_block()
def on_start(container):
    phantom.debug("on_start() called")

    # next block: 'detonate_file'
    detonate_file(container=container)

    return


@phantom.playbook_block()
def detonate_file(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("detonate_file() called")

    file_data = phantom.collect2(container=container, datapath=["artifact:0.cef.fileName"])

    # the parameter sets of 'detonate_file'
    parameters = [{"file": item[0]} for item in file_data]

    phantom.act("detonate file", parameters=parameters, name="detonate_file", assets=["sandbox"], callback=get_report)

    return


@phantom.playbook_block()
def get_report(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, loop_state_json=None, **kwargs):
    phantom.debug("get_report() called")

    task_data = phantom.collect2(container=container, datapath=["detonate_file:action_result.summary.task"])

    if not loop_state_json:
        # how often, how long and until when
        loop_state = phantom.LoopState(state={
            "current_iteration": 1,
            "max_iterations": 4,
            "conditions": [
                ["get_report:action_result.summary.state", "==", "finished"]
            ],
            "max_ttl": 600,
            "delay_time": 120,
        })
    else:
        # go on from where the last round ended
        loop_state = phantom.LoopState(state=loop_state_json)

    parameters = []

    # the parameter sets of 'get_report'
    for task_item in task_data:
        parameters.append({
            "task": task_item[0],
            "attempt": loop_state.current_iteration,
        })

    phantom.act("get report", parameters=parameters, name="get_report", assets=["sandbox"], callback=loop_get_report, loop_state=loop_state.to_json())

    return


@phantom.playbook_block()
def loop_get_report(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, loop_state_json=None, **kwargs):
    phantom.debug("loop_get_report() called")

    loop_state = phantom.LoopState(state=loop_state_json)

    if loop_state.should_continue(container=container, results=results):
        loop_state.increment()
        get_report(container=container, loop_state_json=loop_state.to_json())
    else:
        score_decision(container=container)

    return


@phantom.playbook_block()
def score_decision(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("score_decision() called")

    # branch 1
    found_match_1 = phantom.decision(
        container=container,
        conditions=[
            ["get_report:action_result.data.*.score", ">=", "7"]
        ],
        delimiter=",")

    # next block of branch 1
    if found_match_1:
        note_signatures(action=action, success=success, container=container, results=results, handle=handle)
        return

    return


@phantom.playbook_block()
def note_signatures(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("note_signatures() called")

    template = """Score {0}\n%%\n- {1}\n%%\n"""

    # what fills the numbered fields
    parameters = [
        "get_report:action_result.data.*.score",
        "get_report:action_result.data.*.signatures.*.name"
    ]

    text = phantom.format(container=container, template=template, parameters=parameters, name="note_signatures")

    phantom.add_note(container=container, content=text, note_format="markdown", note_type="general", title="Sandbox")

    return


@phantom.playbook_block()
def on_finish(container, summary):
    phantom.debug("on_finish() called")

    return
