"""
Asks two apps about every file hash of an alert, shows what failed and sets the severity.
"""


import phantom.rules as phantom
import json
from datetime import datetime, timedelta


@phantom.playbook_block()
def on_start(container):
    phantom.debug("on_start() called")

    # next block: 'file_reputation_1'
    file_reputation_1(container=container)

    return


@phantom.playbook_block()
def file_reputation_1(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("file_reputation_1() called")

    hash_data = phantom.collect2(container=container, datapath=["artifact:*.cef.fileHash", "artifact:*.id"])

    parameters = []

    # one parameter set per artifact that has a hash
    for hash_item in hash_data:
        if hash_item[0] is not None:
            parameters.append({
                "hash": hash_item[0],
                "context": {"artifact_id": hash_item[1]},
            })

    ################################################################################
    ## Custom Code Start
    ################################################################################

    # the handle comes back in the callback, as a copy
    handle = {"alert": container.get("source_data_identifier"), "hashes": len(parameters)}

    ################################################################################
    ## Custom Code End
    ################################################################################

    phantom.act("file reputation", parameters=parameters, name="file_reputation_1", assets=["virustotal", "reversinglabs"], handle=handle, callback=show_outcome)

    return


@phantom.playbook_block()
def show_outcome(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("show_outcome() called")

    ################################################################################
    ## Custom Code Start
    ################################################################################

    phantom.debug("{0}: asked for {1} hashes".format(handle["alert"], handle["hashes"]))
    phantom.debug("errors: {0}".format(phantom.parse_errors(results)))
    phantom.debug("success: {0}".format(phantom.parse_success(results)))

    ################################################################################
    ## Custom Code End
    ################################################################################

    positives_decision(action=action, success=success, container=container, results=results, handle=handle)

    return


@phantom.playbook_block()
def positives_decision(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("positives_decision() called")

    # branch 1: one app counts at least five detections for one hash
    found_match_1 = phantom.decision(
        container=container,
        conditions=[
            ["file_reputation_1:action_result.summary.positives", ">=", 5]
        ],
        delimiter=",")

    if found_match_1:
        raise_severity(action=action, success=success, container=container, results=results, handle=handle)
        return

    # branch 2: everything else
    lower_severity(action=action, success=success, container=container, results=results, handle=handle)

    return


@phantom.playbook_block()
def raise_severity(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("raise_severity() called")

    phantom.set_severity(container=container, severity="high")

    container = phantom.get_container(container.get("id", None))

    return


@phantom.playbook_block()
def lower_severity(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("lower_severity() called")

    phantom.set_severity(container=container, severity="low")

    container = phantom.get_container(container.get("id", None))

    return


@phantom.playbook_block()
def on_finish(container, summary):
    phantom.debug("on_finish() called")

    return
