"""
Takes users and a reason, revokes the sessions of those who are known, and gives back what became of each.
"""


import phantom.rules as phantom
import json
from datetime import datetime, timedelta


@phantom.playbook_block()
def on_start(container):
    phantom.debug("on_start() called")

    # next block: 'filter_users'
    filter_users(container=container)

    return


@phantom.playbook_block()
def filter_users(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("filter_users() called")

    # condition 1 of this filter
    matched_artifacts_1, matched_results_1 = phantom.condition(
        container=container,
        logical_operator="and",
        conditions=[
            ["playbook_input:user", "!=", ""],
            ["playbook_input:user", "not in", "custom_list:service accounts"]
        ],
        name="filter_users:condition_1",
        case_sensitive=False,
        delimiter=",")

    # next block, only when something passed the filter
    if matched_artifacts_1 or matched_results_1:
        revoke_session(action=action, success=success, container=container, results=results, handle=handle, filtered_artifacts=matched_artifacts_1, filtered_results=matched_results_1)

    return


@phantom.playbook_block()
def revoke_session(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("revoke_session() called")

    filtered_input_0_user = phantom.collect2(container=container, datapath=["filtered-data:filter_users:condition_1:playbook_input:user"])
    playbook_input_reason = phantom.collect2(container=container, datapath=["playbook_input:reason"])
    playbook_input_ticket = phantom.collect2(container=container, datapath=["playbook_input:ticket"])

    parameters = []

    # the parameter sets of 'revoke_session'
    for filtered_input_0_user_item in filtered_input_0_user:
        for playbook_input_reason_item in playbook_input_reason:
            parameters.append({
                "user": filtered_input_0_user_item[0],
                "reason": playbook_input_reason_item[0],
            })

    ################################################################################
    ## Custom Code Start
    ################################################################################

    phantom.debug("ticket: {0}".format(playbook_input_ticket))

    ################################################################################
    ## Custom Code End
    ################################################################################

    phantom.act("revoke sessions", parameters=parameters, name="revoke_session", assets=["directory"], callback=filter_revoked)

    return


@phantom.playbook_block()
def filter_revoked(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("filter_revoked() called")

    # condition 1 of this filter
    matched_artifacts_1, matched_results_1 = phantom.condition(
        container=container,
        conditions=[
            ["revoke_session:action_result.summary.sessions", ">", 0]
        ],
        name="filter_revoked:condition_1",
        delimiter=",")

    # next block, only when something passed the filter
    if matched_artifacts_1 or matched_results_1:
        format_revoked(action=action, success=success, container=container, results=results, handle=handle, filtered_artifacts=matched_artifacts_1, filtered_results=matched_results_1)

    return


@phantom.playbook_block()
def format_revoked(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("format_revoked() called")

    template = """%%\n{0}: {1} sessions ({2})\n%%\n"""

    # what fills the numbered fields
    parameters = [
        "filtered-data:filter_revoked:condition_1:revoke_session:action_result.parameter.user",
        "filtered-data:filter_revoked:condition_1:revoke_session:action_result.summary.sessions",
        "playbook_input:reason"
    ]

    phantom.format(container=container, template=template, parameters=parameters, name="format_revoked")

    return


@phantom.playbook_block()
def on_finish(container, summary):
    phantom.debug("on_finish() called")

    format_revoked__as_list = phantom.get_format_data(name="format_revoked__as_list")
    revoke_session_result_data = phantom.collect2(container=container, datapath=["revoke_session:action_result.parameter.user", "revoke_session:action_result.status"])

    revoke_session_parameter_user = [item[0] for item in revoke_session_result_data]
    revoke_session_status = [item[1] for item in revoke_session_result_data]

    output = {
        "line": format_revoked__as_list,
        "user": revoke_session_parameter_user,
        "status": revoke_session_status,
    }

    phantom.save_playbook_output_data(output=output)

    return
