"""
Cleans and rates indicators with custom functions that take items and lists; one of them raises.
"""


import phantom.rules as phantom
import json
from datetime import datetime, timedelta


@phantom.playbook_block()
def on_start(container):
    phantom.debug("on_start() called")

    # next block: 'clean_indicators'
    clean_indicators(container=container)

    return


@phantom.playbook_block()
def clean_indicators(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("clean_indicators() called")

    domain_data = phantom.collect2(container=container, datapath=["artifact:*.cef.destinationDnsDomain"])
    address_data = phantom.collect2(container=container, datapath=["artifact:*.cef.destinationAddress"])

    parameters = []

    parameters.append({
        "values": phantom.concatenate([item[0] for item in domain_data], [item[0] for item in address_data]),
        "allowed": "10.9.9.9",
    })

    phantom.custom_function(custom_function="local/clean_indicators", parameters=parameters, name="clean_indicators", callback=rate_indicator)

    return


@phantom.playbook_block()
def rate_indicator(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("rate_indicator() called")

    clean_data = phantom.collect2(container=container, datapath=["clean_indicators:custom_function_result.data.*.item"])

    parameters = []

    # the parameter sets of 'rate_indicator'
    for clean_item in clean_data:
        parameters.append({
            "indicator": clean_item[0],
        })

    phantom.custom_function(custom_function="local/rate_indicator", parameters=parameters, name="rate_indicator", callback=filter_rated)

    return


@phantom.playbook_block()
def filter_rated(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("filter_rated() called")

    # condition 1 of this filter
    matched_artifacts_1, matched_results_1 = phantom.condition(
        container=container,
        logical_operator="and",
        conditions=[
            ["rate_indicator:custom_function_result.success", "==", True],
            ["rate_indicator:custom_function_result.data.rating", ">", 3]
        ],
        name="filter_rated:condition_1",
        delimiter=",")

    # next block, only when something passed the filter
    if matched_artifacts_1 or matched_results_1:
        read_port_range(action=action, success=success, container=container, results=results, handle=handle, filtered_artifacts=matched_artifacts_1, filtered_results=matched_results_1)

    return


@phantom.playbook_block()
def read_port_range(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("read_port_range() called")

    rated_data = phantom.collect2(container=container, datapath=["filtered-data:filter_rated:condition_1:rate_indicator:custom_function_result.data.indicator", "filtered-data:filter_rated:condition_1:rate_indicator:custom_function_result.data.rating"])
    port_data = phantom.collect2(container=container, datapath=["artifact:*.cef.destinationPort"])

    ################################################################################
    ## Custom Code Start
    ################################################################################

    phantom.debug("rated above three: {0}".format(rated_data))

    ################################################################################
    ## Custom Code End
    ################################################################################

    # one parameter set per port: the last is out of range, and makes the function raise
    parameters = [{"text": item[0]} for item in port_data if item[0] is not None]

    phantom.custom_function(custom_function="local/read_port_range", parameters=parameters, name="read_port_range", callback=port_decision)

    return


@phantom.playbook_block()
def port_decision(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("port_decision() called")

    message_data = phantom.collect2(container=container, datapath=["read_port_range:custom_function_result.success", "read_port_range:custom_function_result.message", "read_port_range:custom_function_result.data.last", "read_port_range:custom_function_result.parameter.text"], action_results=results)

    ################################################################################
    ## Custom Code Start
    ################################################################################

    phantom.debug("success {0}: {1}".format(success, message_data))
    phantom.debug(phantom.get_custom_function_status(["clean_indicators", "read_port_range"]))

    ################################################################################
    ## Custom Code End
    ################################################################################

    # every parameter set raises here, so the function fails as a whole
    phantom.custom_function(custom_function="local/read_port_range", parameters=[{"text": "none"}], name="read_no_ports", callback=show_failure)

    return


@phantom.playbook_block()
def show_failure(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("show_failure() called")

    ################################################################################
    ## Custom Code Start
    ################################################################################

    phantom.debug("{0}: success {1}".format(custom_function["name"], success))

    ################################################################################
    ## Custom Code End
    ################################################################################

    return


@phantom.playbook_block()
def on_finish(container, summary):
    phantom.debug("on_finish() called")

    return
