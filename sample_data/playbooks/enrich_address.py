"""
Looks addresses up in the registry, and has the organisations behind them looked up by a child playbook of its own.
"""


import phantom.rules as phantom
import json
from datetime import datetime, timedelta


@phantom.playbook_block()
def on_start(container):
    phantom.debug("on_start() called")

    # next block: 'filter_addresses'
    filter_addresses(container=container)

    return


@phantom.playbook_block()
def filter_addresses(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("filter_addresses() called")

    # condition 1 of this filter
    matched_artifacts_1, matched_results_1 = phantom.condition(
        container=container,
        logical_operator="and",
        conditions=[
            ["playbook_input:address", "!=", ""],
            ["playbook_input:address", "not in", "10.0.0.0/8"]
        ],
        name="filter_addresses:condition_1",
        delimiter=",")

    # next block, only when something passed the filter
    if matched_artifacts_1 or matched_results_1:
        whois_ip(action=action, success=success, container=container, results=results, handle=handle, filtered_artifacts=matched_artifacts_1, filtered_results=matched_results_1)

    return


@phantom.playbook_block()
def whois_ip(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("whois_ip() called")

    filtered_input_0_address = phantom.collect2(container=container, datapath=["filtered-data:filter_addresses:condition_1:playbook_input:address"])

    parameters = []

    # the parameter sets of 'whois_ip'
    for filtered_input_0_address_item in filtered_input_0_address:
        if filtered_input_0_address_item[0] is not None:
            parameters.append({
                "ip": filtered_input_0_address_item[0],
            })

    phantom.act("whois ip", parameters=parameters, name="whois_ip", assets=["registry"], callback=filter_found)

    return


@phantom.playbook_block()
def filter_found(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("filter_found() called")

    # condition 1 of this filter
    matched_artifacts_1, matched_results_1 = phantom.condition(
        container=container,
        conditions=[
            ["whois_ip:action_result.status", "==", "success"]
        ],
        name="filter_found:condition_1",
        delimiter=",")

    # next block, only when something passed the filter
    if matched_artifacts_1 or matched_results_1:
        look_up_owner(action=action, success=success, container=container, results=results, handle=handle, filtered_artifacts=matched_artifacts_1, filtered_results=matched_results_1)

    return


@phantom.playbook_block()
def look_up_owner(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("look_up_owner() called")

    organisation_data = phantom.collect2(container=container, datapath=["filtered-data:filter_found:condition_1:whois_ip:action_result.data.*.organisation"])

    inputs = {
        "organisation": [item[0] for item in organisation_data],
    }

    # starts the child playbook 'look_up_owner'; its run id comes back at once
    playbook_run_id = phantom.playbook("local/look_up_owner", container=container, name="look_up_owner", callback=keep_owner, inputs=inputs)

    return


@phantom.playbook_block()
def keep_owner(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("keep_owner() called")

    owner_data = phantom.collect2(container=container, datapath=["look_up_owner:playbook_output:owner"])

    ################################################################################
    ## Custom Code Start
    ################################################################################

    # what the child sets here reaches the callback of its parent
    phantom.set_parent_handle({**(phantom.get_parent_handle() or {}), "owners": len(owner_data)})

    ################################################################################
    ## Custom Code End
    ################################################################################

    return


@phantom.playbook_block()
def on_finish(container, summary):
    phantom.debug("on_finish() called")

    owner_data = phantom.collect2(container=container, datapath=["look_up_owner:playbook_output:owner"])
    network_data = phantom.collect2(container=container, datapath=["whois_ip:action_result.data.*.nets.*.cidr"])

    output = {
        "owner": [item[0] for item in owner_data],
        "networks": [item[0] for item in network_data],
    }

    phantom.save_playbook_output_data(output=output)

    return
