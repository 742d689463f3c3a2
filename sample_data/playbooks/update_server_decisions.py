"""
Decides whether traffic belongs to updates: spelling, lists in one field, a literal on the left, missing values.
"""


import phantom.rules as phantom
import json
from datetime import datetime, timedelta


@phantom.playbook_block()
def on_start(container):
    phantom.debug("on_start() called")

    # next block: 'domain_decision'
    domain_decision(container=container)

    return


@phantom.playbook_block()
def domain_decision(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("domain_decision() called")

    # branch 1: spelled exactly as in the list
    found_match_1 = phantom.decision(
        container=container,
        conditions=[
            ["artifact:*.cef.destinationDnsDomain", "in", "custom_list:update servers"]
        ],
        name="domain_decision:condition_1",
        delimiter=",")

    # next block of branch 1
    if found_match_1:
        note_update(action=action, success=success, container=container, results=results, handle=handle)
        return

    # branch 2: spelled in any way
    found_match_2 = phantom.decision(
        container=container,
        conditions=[
            ["artifact:*.cef.destinationDnsDomain", "in", "custom_list:update servers"]
        ],
        name="domain_decision:condition_2",
        case_sensitive=False,
        delimiter=",")

    # next block of branch 2
    if found_match_2:
        protocol_decision(action=action, success=success, container=container, results=results, handle=handle)
        return

    # branch 3: everything else
    note_unknown(action=action, success=success, container=container, results=results, handle=handle)

    return


@phantom.playbook_block()
def protocol_decision(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("protocol_decision() called")

    # branch 1: one part of a list in the field
    found_match_1 = phantom.decision(
        container=container,
        conditions=[
            ["artifact:*.cef.transportProtocol", "==", "udp"]
        ],
        delimiter=",")

    # branch 2: the field as a whole
    found_match_2 = phantom.decision(
        container=container,
        conditions=[
            ["artifact:*.cef.transportProtocol", "==", "udp"]
        ],
        delimiter=None)

    # branch 3: a word in the address, the literal on the left
    found_match_3 = phantom.decision(
        container=container,
        conditions=[
            ["update", "in", "artifact:*.cef.requestURL"]
        ],
        delimiter=",")

    # branch 4: nobody has the field
    found_match_4 = phantom.decision(
        container=container,
        conditions=[
            ["artifact:*.cef.fileHash", "!=", None]
        ],
        delimiter=",")

    ################################################################################
    ## Custom Code Start
    ################################################################################

    phantom.debug("part: {0}, whole: {1}, word: {2}, missing: {3}".format(found_match_1, found_match_2, found_match_3, found_match_4))

    ################################################################################
    ## Custom Code End
    ################################################################################

    note_update(action=action, success=success, container=container, results=results, handle=handle)

    return


@phantom.playbook_block()
def note_update(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("note_update() called")

    phantom.set_severity(container=container, severity="low")

    container = phantom.get_container(container.get('id', None))

    return


@phantom.playbook_block()
def note_unknown(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("note_unknown() called")

    phantom.set_severity(container=container, severity="high")

    container = phantom.get_container(container.get('id', None))

    return


@phantom.playbook_block()
def on_finish(container, summary):
    phantom.debug("on_finish() called")

    return
