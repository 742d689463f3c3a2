"""
Filters the way the classic editor wrote it: what a filter let through is handed on, and read by `filtered-` datapaths.
"""


import phantom.rules as phantom
import json
from datetime import datetime, timedelta


def on_start(container):
    phantom.debug("on_start() called")

    # next block: 'filter_flows'
    filter_flows(container=container)

    return


def filter_flows(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None):
    phantom.debug("filter_flows() called")

    # condition 1 of this filter
    matched_artifacts_1, matched_results_1 = phantom.condition(
        container=container,
        conditions=[
            ["artifact:*.cef.transportProtocol", "in", "TCP,UDP"],
        ],
        name="filter_flows:condition_1")

    # next block, only when something passed the filter
    if matched_artifacts_1 or matched_results_1:
        ip_reputation(action=action, success=success, container=container, results=results, handle=handle, filtered_artifacts=matched_artifacts_1, filtered_results=matched_results_1)

    return


def ip_reputation(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None):
    phantom.debug("ip_reputation() called")

    # what the filter before let through
    container_data = phantom.collect2(container=container, datapath=['filtered-artifact:*.cef.destinationAddress', 'filtered-artifact:*.id'], filter_artifacts=filtered_artifacts)

    parameters = []

    # the parameter sets of 'ip_reputation'
    for container_item in container_data:
        if container_item[0]:
            parameters.append({
                'ip': container_item[0],
                # the context ties the result to the artifact
                'context': {'artifact_id': container_item[1]},
            })

    phantom.act("ip reputation", parameters=parameters, assets=['reputation'], callback=filter_verdicts, name="ip_reputation", parent_action=action)

    return


def filter_verdicts(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None):
    phantom.debug("filter_verdicts() called")

    # condition 1 of this filter
    matched_artifacts_1, matched_results_1 = phantom.condition(
        container=container,
        action_results=results,
        conditions=[
            ["ip_reputation:action_result.data.*.verdict", "==", "suspicious"],
        ],
        name="filter_verdicts:condition_1")

    # next block, only when something passed the filter
    if matched_artifacts_1 or matched_results_1:
        filter_sources(action=action, success=success, container=container, results=results, handle=handle, filtered_artifacts=matched_artifacts_1, filtered_results=matched_results_1)

    return


def filter_sources(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None):
    phantom.debug("filter_sources() called")

    # condition 1 of this filter: of what the filter before let through
    matched_artifacts_1, matched_results_1 = phantom.condition(
        container=container,
        action_results=results,
        conditions=[
            ["ip_reputation:filtered-action_result.summary.score", ">", 50],
        ],
        name="filter_sources:condition_1",
        filtered_results=filtered_results)

    # next block, only when something passed the filter
    if matched_artifacts_1 or matched_results_1:
        show_verdicts(action=action, success=success, container=container, results=results, handle=handle, filtered_artifacts=matched_artifacts_1, filtered_results=matched_results_1)

    return


def show_verdicts(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None):
    phantom.debug("show_verdicts() called")

    # passed results, all results, and artifacts by the filter's name
    filtered_results_data_1 = phantom.collect2(container=container, datapath=["ip_reputation:filtered-action_result.parameter.ip", "ip_reputation:filtered-action_result.data.*.score"], action_results=filtered_results)
    results_data_1 = phantom.collect2(container=container, datapath=['ip_reputation:action_result.parameter.ip', 'ip_reputation:action_result.status'], action_results=results)
    named_data_1 = phantom.collect2(container=container, datapath=["filtered-data:filter_verdicts:condition_1:artifact:*.id", "filtered-data:filter_verdicts:condition_1:artifact:*.cef.destinationAddress"])

    phantom.debug("suspicious {0} of {1}, artifacts {2}".format(filtered_results_data_1, results_data_1, named_data_1))

    return


def on_finish(container, summary):
    phantom.debug("on_finish() called")

    # the classic editor leaves this block
    # for what is to be done
    # when everything has ended

    return
