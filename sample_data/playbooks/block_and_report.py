"""
Blocks the destinations of an alert, keeps other playbooks from it, and reports from the summary when all is over.
"""


import phantom.rules as phantom
import json
from datetime import datetime, timedelta


@phantom.playbook_block()
def on_start(container):
    phantom.debug("on_start() called")

    # next block: 'blocklist_decision'
    blocklist_decision(container=container)

    return


@phantom.playbook_block()
def blocklist_decision(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("blocklist_decision() called")

    # branch 1
    found_match_1 = phantom.decision(
        container=container,
        conditions=[
            ["artifact:*.cef.destinationAddress", "in", "custom_list:blocked addresses"]
        ],
        delimiter=",")

    # next block of branch 1
    if found_match_1:
        stop_others(action=action, success=success, container=container, results=results, handle=handle)
        return

    return


@phantom.playbook_block()
def stop_others(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("stop_others() called")

    phantom.discontinue()

    block_ip(container=container)
    # next block: 'list_connections'
    list_connections(container=container)

    return


@phantom.playbook_block()
def block_ip(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("block_ip() called")

    address_data = phantom.collect2(container=container, datapath=["artifact:*.cef.destinationAddress", "artifact:*.id"])

    ################################################################################
    ## Custom Code Start
    ################################################################################

    # one action run per address; names are unique in a playbook
    for address, artifact_id in address_data:
        if address and not address.startswith("10."):
            phantom.act("block ip", parameters=[{"ip": address, "context": {"artifact_id": artifact_id}}], name="block_{0}".format(artifact_id), assets=["firewall"], callback=show_rule)

    ################################################################################
    ## Custom Code End
    ################################################################################

    return


@phantom.playbook_block()
def list_connections(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("list_connections() called")

    # without a callback: the run waits for it all the same
    phantom.act("list connections", parameters=[{"host": "10.1.2.3"}], assets=["edr"], name="list_connections")

    return


@phantom.playbook_block()
def show_rule(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("show_rule() called")

    ################################################################################
    ## Custom Code Start
    ################################################################################

    phantom.debug("{0}: {1}, rule {2}".format(action["name"], success, [row[0] for row in phantom.collect2(container=container, datapath=["action_result.summary.rule"], action_results=results)]))
    phantom.print_errors(results)

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

    told = json.loads(summary)
    lines = ["{0}: {1} ({2})".format(run["name"], run["status"], "; ".join(one["message"] for one in run["app_runs"])) for run in told["result"]]
    phantom.add_note(container=container, content="\n".join(lines), note_format="markdown", note_type="general", title="Run {0}: {1}".format(told["playbook_run_id"], told["status"]))

    ################################################################################
    ## Custom Code End
    ################################################################################

    return
