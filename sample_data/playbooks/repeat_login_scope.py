"""
Counts the logins of a container in several scopes, and lists what a tag or an id restricts it to.
"""


import phantom.rules as phantom
import json
from datetime import datetime, timedelta


@phantom.playbook_block()
def on_start(container):
    phantom.debug("on_start() called")

    # next block: 'count_logins'
    count_logins(container=container)

    return


@phantom.playbook_block()
def count_logins(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("count_logins() called")

    run_scope_data = phantom.collect2(container=container, datapath=["artifact:*.cef.sourceUserName", "artifact:*.id"])
    all_data = phantom.collect2(container=container, datapath=["artifact:*.cef.sourceUserName", "artifact:*.id"], scope="all")
    new_data = phantom.collect2(container=container, datapath=["artifact:*.cef.sourceUserName", "artifact:*.id"], scope="new")
    chosen_data = phantom.collect2(container=container, datapath=["artifact:*.id"], scope=[521, 523])
    tagged_data = phantom.collect2(container=container, datapath=["artifact:*.id"], scope="all", tags=["vpn", "mfa"])
    named_data = phantom.collect2(container=container, datapath=["artifact:*.id"], scope="all", filter_artifacts=[522, 524])
    labelled_data = phantom.collect2(container=container, datapath=["artifact:helpdesk.cef.destinationUserName"], scope="all")
    limited_data = phantom.collect2(container=container, datapath=["artifact:*.id"], scope="all", limit=2)

    ################################################################################
    ## Custom Code Start
    ################################################################################

    phantom.debug("scope of the run: {0}".format(run_scope_data))
    phantom.debug("all: {0}".format(all_data))
    phantom.debug("new: {0}".format(new_data))
    phantom.debug("two ids: {0}, two tags: {1}, two artifacts: {2}".format(chosen_data, tagged_data, named_data))
    phantom.debug("label: {0}, limit: {1}".format(labelled_data, limited_data))

    ################################################################################
    ## Custom Code End
    ################################################################################

    new_login_decision(container=container)

    return


@phantom.playbook_block()
def new_login_decision(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("new_login_decision() called")

    # branch 1: a success in the scope of the run
    found_match_1 = phantom.decision(
        container=container,
        logical_operator="and",
        conditions=[
            ["artifact:*.cef.outcome", "==", "success"],
            ["artifact:*.cef.sourceUserName", "==", "mmeyer"]
        ],
        delimiter=",")

    # next block of branch 1
    if found_match_1:
        format_logins(action=action, success=success, container=container, results=results, handle=handle)
        return

    # branch 2: everything else
    nothing_new(action=action, success=success, container=container, results=results, handle=handle)

    return


@phantom.playbook_block()
def format_logins(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("format_logins() called")

    template = """Sources: {0}"""

    # what fills the numbered fields
    parameters = [
        "artifact:*.cef.sourceAddress"
    ]

    phantom.format(container=container, template=template, parameters=parameters, name="format_logins", drop_none=True)
    phantom.format(container=container, template=template, parameters=parameters, name="format_all_logins", scope="all", drop_none=True)

    ################################################################################
    ## Custom Code Start
    ################################################################################

    phantom.debug(phantom.get_format_data(name="format_logins"))
    phantom.debug(phantom.get_format_data(name="format_all_logins"))

    ################################################################################
    ## Custom Code End
    ################################################################################

    return


@phantom.playbook_block()
def nothing_new(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("nothing_new() called")

    ################################################################################
    ## Custom Code Start
    ################################################################################

    phantom.debug("no new login of mmeyer")

    ################################################################################
    ## Custom Code End
    ################################################################################

    return


@phantom.playbook_block()
def on_finish(container, summary):
    phantom.debug("on_finish() called")

    return
