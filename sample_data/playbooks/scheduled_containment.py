"""
Contains a host in half an hour if a reviewer agrees, has its laptop collected, and looks at the state later.
"""


import phantom.rules as phantom
import json
from datetime import datetime, timedelta


@phantom.playbook_block()
def on_start(container):
    phantom.debug("on_start() called")

    # next block: 'contain_host'
    contain_host(container=container)
    # next block: 'collect_laptop'
    collect_laptop(container=container)

    return


@phantom.playbook_block()
def contain_host(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("contain_host() called")

    host_data = phantom.collect2(container=container, datapath=["artifact:*.cef.destinationHostName"])

    # the parameter sets of 'contain_host'
    parameters = [{"host": item[0]} for item in host_data if item[0] is not None]

    # not before 30 minutes have passed
    start_time = datetime.now() + timedelta(minutes=30)
    phantom.act("quarantine device", parameters=parameters, name="contain_host", start_time=start_time, assets=["edr"], reviewer="Incident Commander", callback=state_decision, handle={"asked": "in half an hour"})

    return


@phantom.playbook_block()
def collect_laptop(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("collect_laptop() called")

    phantom.task(user="analyst", message="Fetch the laptop and store it.", respond_in_mins=60, name="collect_laptop", callback=note_laptop)

    return


@phantom.playbook_block()
def note_laptop(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("note_laptop() called")

    ################################################################################
    ## Custom Code Start
    ################################################################################

    phantom.debug("laptop: {0}, handle {1}".format("collected" if success else "not collected", handle))

    ################################################################################
    ## Custom Code End
    ################################################################################

    return


@phantom.playbook_block()
def state_decision(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("state_decision() called")

    ################################################################################
    ## Custom Code Start
    ################################################################################

    phantom.debug("{0}: {1}".format(handle["asked"], "done" if success else "not done"))

    ################################################################################
    ## Custom Code End
    ################################################################################

    # branch 1
    found_match_1 = phantom.decision(
        container=container,
        conditions=[
            ["contain_host:action_result.summary.isolated", "==", "true"]
        ],
        delimiter=",")

    # next block of branch 1
    if found_match_1:
        look_at_state(action=action, success=success, container=container, results=results, handle=handle)
        return

    # branch 2: everything else
    reopen(action=action, success=success, container=container, results=results, handle=handle)

    return


@phantom.playbook_block()
def look_at_state(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("look_at_state() called")

    # not before 5 minutes have passed
    start_time = datetime.now() + timedelta(minutes=5)
    phantom.act("get device state", parameters=[{"host": "ws-017.example.test"}], name="look_at_state", start_time=start_time, assets=["edr"], callback=reopen, parent_action=action)

    return


@phantom.playbook_block()
def reopen(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("reopen() called")

    status = "resolved" if success else "open"

    phantom.set_status(container=container, status=status)

    container = phantom.get_container(container.get('id', None))

    return


@phantom.playbook_block()
def on_finish(container, summary):
    phantom.debug("on_finish() called")

    ################################################################################
    ## Custom Code Start
    ################################################################################

    phantom.debug(sorted((run["name"], run["status"]) for run in json.loads(summary)["result"]))

    ################################################################################
    ## Custom Code End
    ################################################################################

    return
