"""
Sorts outbound flows with one filter of three conditions: numbers that are texts, networks and a custom list.
"""


import phantom.rules as phantom
import json
from datetime import datetime, timedelta


@phantom.playbook_block()
def on_start(container):
    phantom.debug("on_start() called")

    # next block: 'filter_flows'
    filter_flows(container=container)

    return


@phantom.playbook_block()
def filter_flows(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("filter_flows() called")

    # condition 1 of this filter: large, and a number
    matched_artifacts_1, matched_results_1 = phantom.condition(
        container=container,
        logical_operator="and",
        conditions=[
            ["artifact:*.cef.bytesOut", ">=", "1000"],
            ["artifact:*.cef.destinationPort", "==", 443]
        ],
        name="filter_flows:condition_1",
        delimiter=",")

    # next block, only when something passed the filter
    if matched_artifacts_1 or matched_results_1:
        show_large_flows(action=action, success=success, container=container, results=results, handle=handle, filtered_artifacts=matched_artifacts_1, filtered_results=matched_results_1)

    # condition 2 of this filter: to a private network, or blocked
    matched_artifacts_2, matched_results_2 = phantom.condition(
        container=container,
        logical_operator="or",
        conditions=[
            ["artifact:*.cef.destinationAddress", "in", "10.0.0.0/8, 172.16.0.0/12"],
            ["artifact:*.cef.blocked", "==", True]
        ],
        name="filter_flows:condition_2",
        delimiter=",")

    # next block, only when something passed the filter
    if matched_artifacts_2 or matched_results_2:
        show_internal_flows(action=action, success=success, container=container, results=results, handle=handle, filtered_artifacts=matched_artifacts_2, filtered_results=matched_results_2)

    # condition 3 of this filter: not the private network, and known
    matched_artifacts_3, matched_results_3 = phantom.condition(
        container=container,
        logical_operator="and",
        conditions=[
            ["artifact:*.cef.destinationAddress", "not in", "10.0.0.0/8"],
            ["artifact:*.cef.destinationAddress", "!=", ""],
            ["artifact:*.cef.destinationAddress", "not in", "custom_list:reviewed destinations"]
        ],
        name="filter_flows:condition_3",
        delimiter=",")

    # next block, only when something passed the filter
    if matched_artifacts_3 or matched_results_3:
        escalate(action=action, success=success, container=container, results=results, handle=handle, filtered_artifacts=matched_artifacts_3, filtered_results=matched_results_3)

    return


@phantom.playbook_block()
def show_large_flows(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("show_large_flows() called")

    filtered_artifact_0_data = phantom.collect2(container=container, datapath=["filtered-data:filter_flows:condition_1:artifact:*.cef.destinationAddress", "filtered-data:filter_flows:condition_1:artifact:*.cef.bytesOut"])

    ################################################################################
    ## Custom Code Start
    ################################################################################

    phantom.debug("large: {0}".format(filtered_artifact_0_data))

    ################################################################################
    ## Custom Code End
    ################################################################################

    return


@phantom.playbook_block()
def show_internal_flows(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("show_internal_flows() called")

    filtered_artifact_0_data = phantom.collect2(container=container, datapath=["filtered-data:filter_flows:condition_2:artifact:*.id", "filtered-data:filter_flows:condition_2:artifact:*.cef.blocked"])

    ################################################################################
    ## Custom Code Start
    ################################################################################

    phantom.debug("internal or blocked: {0}".format(filtered_artifact_0_data))

    ################################################################################
    ## Custom Code End
    ################################################################################

    return


@phantom.playbook_block()
def escalate(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("escalate() called")

    filtered_artifact_0_data = phantom.collect2(container=container, datapath=["filtered-data:filter_flows:condition_3:artifact:*.cef.destinationAddress"])

    ################################################################################
    ## Custom Code Start
    ################################################################################

    phantom.debug("external, not reviewed: {0}".format(filtered_artifact_0_data))

    ################################################################################
    ## Custom Code End
    ################################################################################

    phantom.set_severity(container=container, severity="high")

    container = phantom.get_container(container.get('id', None))

    return


@phantom.playbook_block()
def on_finish(container, summary):
    phantom.debug("on_finish() called")

    return
