"""
Starts one child playbook per kind of indicator under names made as it goes, waits for them, and one nobody waits for.
"""


import phantom.rules as phantom
import json
from datetime import datetime, timedelta


@phantom.playbook_block()
def on_start(container):
    phantom.debug("on_start() called")

    # next block: 'dispatch'
    dispatch(container=container)

    return


@phantom.playbook_block()
def dispatch(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("dispatch() called")

    destination_data = phantom.collect2(container=container, datapath=["artifact:*.cef.destinationAddress"])
    relay_data = phantom.collect2(container=container, datapath=["artifact:*.cef.relayHost"])

    ################################################################################
    ## Custom Code Start
    ################################################################################

    kinds = {"destination": [item[0] for item in destination_data if item[0]], "relay": [item[0] for item in relay_data if item[0]]}
    started = {}
    for kind, addresses in kinds.items():
        name = "enrich_{0}".format(kind)
        started[name] = phantom.playbook("local/enrich_address", container=container, name=name, inputs={"address": addresses, "kind": kind}, handle={"kind": kind}, callback=join_report)
    phantom.debug("started {0}".format(started))
    phantom.save_run_data(key="dispatch:names", value=json.dumps(list(started)))

    # nobody waits for this one; the other two are refused
    phantom.debug(phantom.playbook("local/write_audit_line", container=container, name="audit"))
    phantom.debug(phantom.playbook("local/write_audit_line", container=container, name="audit_more", inputs={"line": "x"}))
    phantom.debug(phantom.playbook("local/enrich_address", container=container, name="enrich_host", inputs={"adress": ["192.0.2.1"]}, callback=join_report))

    ################################################################################
    ## Custom Code End
    ################################################################################

    return


@phantom.playbook_block()
def join_report(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("join_report() called")

    names = json.loads(_ if (_ := phantom.get_run_data(key="dispatch:names")) != "" else "null")

    ################################################################################
    ## Custom Code Start
    ################################################################################

    phantom.debug("{0} of {1}: {2}".format(handle, [one.get("name") for one in results], success))

    ################################################################################
    ## Custom Code End
    ################################################################################

    if phantom.completed(playbook_names=names):
        # next block: "report"
        report(container=container, handle=handle)

    return


@phantom.playbook_block()
def report(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("report() called")

    output_data = phantom.collect2(container=container, datapath=["enrich_destination:playbook_output:owner", "enrich_destination:playbook_output:networks"])
    relay_data = phantom.collect2(container=container, datapath=["enrich_relay:playbook_output:owner"])
    given_data = phantom.collect2(container=container, datapath=["enrich_destination:playbook_input:address"])

    ################################################################################
    ## Custom Code Start
    ################################################################################

    for owner, networks in output_data:
        phantom.debug("owner {0}, networks {1}".format(owner, networks))
    phantom.debug("relays {0}, given {1}".format(relay_data, given_data))

    ################################################################################
    ## Custom Code End
    ################################################################################

    # branch 1
    found_match_1 = phantom.decision(
        container=container,
        conditions=[
            ["enrich_destination:playbook_output:owner.contact", "!=", ""]
        ],
        delimiter=",")

    # next block of branch 1
    if found_match_1:
        format_contacts(action=action, success=success, container=container, results=results, handle=handle)
        return

    return


@phantom.playbook_block()
def format_contacts(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("format_contacts() called")

    template = """%%\nAsk {0} about {1}\n%%\n"""

    # what fills the numbered fields
    parameters = [
        "enrich_destination:playbook_output:owner.contact",
        "enrich_destination:playbook_output:owner.organisation"
    ]

    phantom.format(container=container, template=template, parameters=parameters, name="format_contacts")

    ################################################################################
    ## Custom Code Start
    ################################################################################

    phantom.debug(phantom.get_format_data(name="format_contacts__as_list"))

    ################################################################################
    ## Custom Code End
    ################################################################################

    return


@phantom.playbook_block()
def on_finish(container, summary):
    phantom.debug("on_finish() called")

    return
