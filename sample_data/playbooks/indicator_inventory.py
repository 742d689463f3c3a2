"""
Takes stock of the indicators of an alert and of what their reputation came back with, with every way of collecting.
"""


import phantom.rules as phantom
import json
from datetime import datetime, timedelta


@phantom.playbook_block()
def on_start(container):
    phantom.debug("on_start() called")

    # next block: 'collect_indicators'
    collect_indicators(container=container)

    return


@phantom.playbook_block()
def collect_indicators(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("collect_indicators() called")

    ################################################################################
    ## Custom Code Start
    ################################################################################

    sources = phantom.collect(container, "artifact:*.cef.sourceAddress")
    pairs = phantom.collect(container, ["artifact:*.cef.destinationAddress", "artifact:*.cef.destinationPort"])
    fresh = phantom.collect(container, "artifact:*.id", none_if_first=True)
    addresses = phantom.collect_from_contains(container=container, contains=["ip"])
    reviewed = phantom.collect_from_contains(container=container, contains=["ip", "domain"], tags=["reviewed"])
    rule = json.loads(phantom.get_raw_data(container))["rule"]
    everything = phantom.concatenate(sources, "10.1.2.9", None, ["10.1.2.3"], [["nested"]], dedup=True)
    phantom.debug("{0} sources, {1} pairs, {2} new, rule {3}".format(len(sources), len(pairs), len(fresh), rule["id"]))
    phantom.debug("addresses {0}, reviewed {1}, together {2}".format(addresses, reviewed, everything))
    phantom.save_run_data(key="collect_indicators:addresses", value=json.dumps(addresses))

    ################################################################################
    ## Custom Code End
    ################################################################################

    ip_reputation(container=container)

    return


@phantom.playbook_block()
def ip_reputation(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("ip_reputation() called")

    address_data = phantom.collect2(container=container, datapath=["artifact:*.cef.destinationAddress", "artifact:*.id"])

    parameters = []

    # the parameter sets of 'ip_reputation'
    for address_item in address_data:
        if address_item[0] is not None:
            parameters.append({
                "ip": address_item[0],
                "context": {"artifact_id": address_item[1]},
            })

    phantom.act("ip reputation", parameters=parameters, name="ip_reputation", assets=["reputation"], callback=filter_verdicts)

    return


@phantom.playbook_block()
def filter_verdicts(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("filter_verdicts() called")

    # condition 1 of this filter
    matched_artifacts_1, matched_results_1 = phantom.condition(
        container=container,
        conditions=[
            ["ip_reputation:action_result.data.*.score", ">", 50]
        ],
        name="filter_verdicts:condition_1",
        delimiter=",")

    # next block, only when something passed the filter
    if matched_artifacts_1 or matched_results_1:
        take_stock(action=action, success=success, container=container, results=results, handle=handle, filtered_artifacts=matched_artifacts_1, filtered_results=matched_results_1)

    return


@phantom.playbook_block()
def take_stock(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("take_stock() called")

    feed_data = phantom.collect2(container=container, datapath=["filtered-data:filter_verdicts:condition_1:ip_reputation:action_result.data.*.sources.*.feed", "filtered-data:filter_verdicts:condition_1:ip_reputation:action_result.parameter.ip", "filtered-data:filter_verdicts:condition_1:ip_reputation:action_result.data.*.verdict"])
    artifact_data = phantom.collect2(container=container, datapath=["filtered-data:filter_verdicts:condition_1:artifact:*.id", "filtered-data:filter_verdicts:condition_1:artifact:*.cef.sourceAddress"])

    ################################################################################
    ## Custom Code Start
    ################################################################################

    phantom.debug("feeds {0}, artifacts {1}".format(feed_data, artifact_data))
    phantom.debug("scores {0}".format(phantom.collect(results, "action_result.data.*.score")))
    phantom.debug("from results {0}".format(phantom.collect_from_contains(action_results=results, contains=["ip"])))
    phantom.debug("errors {0}".format(phantom.parse_errors(results)))
    phantom.debug("verdicts {0}".format([one["verdict"] for one in phantom.parse_success(results)]))
    phantom.debug("failed {0}".format([one["message"] for one in phantom.parse_results(results)["failed"]]))
    phantom.debug("one by one {0}".format([one["status"] for one in phantom.get_action_results(action_name="ip_reputation")]))
    phantom.debug("by app run {0}".format([one["status"] for one in phantom.get_action_results(action=action, flatten=False)]))
    kept, kept_artifacts = phantom.get_filtered_data(name="filter_verdicts:condition_1")
    phantom.debug("kept {0} app run and artifacts {1}".format(len(kept), kept_artifacts))

    ################################################################################
    ## Custom Code End
    ################################################################################

    return


@phantom.playbook_block()
def on_finish(container, summary):
    phantom.debug("on_finish() called")

    ################################################################################
    ## Custom Code Start
    ################################################################################

    # the argument is text, what the function returns is a dict
    phantom.debug("same: {0}".format(json.loads(summary) == phantom.get_summary()))

    ################################################################################
    ## Custom Code End
    ################################################################################

    return
