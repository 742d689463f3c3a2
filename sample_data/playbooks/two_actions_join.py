"""
Asks two services at the same time, waits for both and writes one note.
"""


import phantom.rules as phantom
import json
from datetime import datetime, timedelta


@phantom.playbook_block()
def on_start(container):
    phantom.debug("on_start() called")

    # next block: 'whois_ip_1'
    whois_ip_1(container=container)
    # next block: 'domain_reputation_1'
    domain_reputation_1(container=container)

    return


@phantom.playbook_block()
def whois_ip_1(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("whois_ip_1() called")

    address_data = phantom.collect2(container=container, datapath=["artifact:*.cef.destinationAddress", "artifact:*.id"])

    parameters = []

    # one parameter set per artifact that has the field
    for address_item in address_data:
        if address_item[0] is not None:
            parameters.append({
                "ip": address_item[0],
                "context": {"artifact_id": address_item[1]},
            })

    phantom.act("whois ip", parameters=parameters, name="whois_ip_1", assets=["whois"], callback=join_summarize)

    return


@phantom.playbook_block()
def domain_reputation_1(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("domain_reputation_1() called")

    domain_data = phantom.collect2(container=container, datapath=["artifact:*.cef.destinationDnsDomain", "artifact:*.id"])

    parameters = []

    # one parameter set per artifact that has the field
    for domain_item in domain_data:
        if domain_item[0] is not None:
            parameters.append({
                "domain": domain_item[0],
                "context": {"artifact_id": domain_item[1]},
            })

    phantom.act("domain reputation", parameters=parameters, name="domain_reputation_1", assets=["umbrella"], callback=join_summarize)

    return


@phantom.playbook_block()
def join_summarize(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("join_summarize() called")

    # both actions call back here: go on once only
    if phantom.get_run_data(key="join_summarize_called"):
        return

    # true for the callback that finds both actions ended
    if phantom.completed(action_names=["whois_ip_1", "domain_reputation_1"]):
        phantom.save_run_data(key="join_summarize_called", value="summarize")

        summarize(container=container, handle=handle)

    return


@phantom.playbook_block()
def summarize(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("summarize() called")

    template = """Addresses\n\n%%\n- {0}: registry {1} ({2})\n%%\n\nDomains\n\n%%\n- {3}: {4} ({5})\n%%\n"""

    parameters = [
        "whois_ip_1:action_result.parameter.ip",
        "whois_ip_1:action_result.summary.registry",
        "whois_ip_1:action_result.message",
        "domain_reputation_1:action_result.parameter.domain",
        "domain_reputation_1:action_result.summary.domain_status",
        "domain_reputation_1:action_result.message"
    ]

    phantom.format(container=container, template=template, parameters=parameters, name="summarize")

    add_summary_note(container=container)

    return


@phantom.playbook_block()
def add_summary_note(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("add_summary_note() called")

    summarize = phantom.get_format_data(name="summarize")

    phantom.add_note(container=container, content=summarize, note_format="markdown", note_type="general", title="Addresses and domains")

    list_networks(container=container)

    return


@phantom.playbook_block()
def list_networks(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("list_networks() called")

    network_data = phantom.collect2(container=container, datapath=["whois_ip_1:action_result.parameter.ip", "whois_ip_1:action_result.data.*.nets.*.cidr"])

    ################################################################################
    ## Custom Code Start
    ################################################################################

    # the address repeats beside each network of the nested list
    for ip, cidr in network_data:
        phantom.debug("{0} lies in {1}".format(ip, cidr))

    ################################################################################
    ## Custom Code End
    ################################################################################

    return


@phantom.playbook_block()
def on_finish(container, summary):
    phantom.debug("on_finish() called")

    return
