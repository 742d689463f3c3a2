"""
Two reputations whose order matters, and should not: both write one key of the run data, and a join does not wait for both.
"""


import phantom.rules as phantom
import json
from datetime import datetime, timedelta



@phantom.playbook_block()
def on_start(container):
    phantom.debug("on_start() called")

    # next block: 'ip_reputation_1'
    ip_reputation_1(container=container)
    # next block: 'domain_reputation_1'
    domain_reputation_1(container=container)

    return


@phantom.playbook_block()
def ip_reputation_1(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("ip_reputation_1() called")

    ip_data = phantom.collect2(container=container, datapath=["artifact:netflow.cef.destinationAddress"])

    parameters = [{"ip": item[0]} for item in ip_data if item[0] is not None]

    phantom.act("ip reputation", parameters=parameters, name="ip_reputation_1", assets=["reputation"], callback=keep_ip_verdict)

    return


@phantom.playbook_block()
def domain_reputation_1(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("domain_reputation_1() called")

    domain_data = phantom.collect2(container=container, datapath=["artifact:*.cef.destinationDnsDomain"])

    parameters = [{"domain": item[0]} for item in domain_data if item[0] is not None]

    phantom.act("domain reputation", parameters=parameters, name="domain_reputation_1", assets=["reputation"], callback=keep_domain_verdict)

    return


@phantom.playbook_block()
def keep_ip_verdict(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("keep_ip_verdict() called")

    verdict_data = phantom.collect2(container=container, datapath=["ip_reputation_1:action_result.data.*.verdict"])

    ################################################################################
    ## Custom Code Start
    ################################################################################

    # both callbacks write this key: whichever comes last is believed
    verdicts = [item[0] for item in verdict_data]
    phantom.save_run_data(key="verdict", value="malicious" if "malicious" in verdicts else "harmless")

    ################################################################################
    ## Custom Code End
    ################################################################################

    join_note_verdicts(container=container, handle=handle)
    join_decide(container=container, handle=handle)

    return


@phantom.playbook_block()
def keep_domain_verdict(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("keep_domain_verdict() called")

    verdict_data = phantom.collect2(container=container, datapath=["domain_reputation_1:action_result.data.*.verdict"])

    ################################################################################
    ## Custom Code Start
    ################################################################################

    # both callbacks write this key: whichever comes last is believed
    verdicts = [item[0] for item in verdict_data]
    phantom.save_run_data(key="verdict", value="malicious" if "malicious" in verdicts else "harmless")

    ################################################################################
    ## Custom Code End
    ################################################################################

    join_note_verdicts(container=container, handle=handle)
    join_decide(container=container, handle=handle)

    return


@phantom.playbook_block()
def join_note_verdicts(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("join_note_verdicts() called")

    # go on once only, but with whatever has come back by then
    if phantom.get_run_data(key="join_note_verdicts_called"):
        return

    phantom.save_run_data(key="join_note_verdicts_called", value="note_verdicts")

    note_verdicts(container=container, handle=handle)

    return


@phantom.playbook_block()
def note_verdicts(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("note_verdicts() called")

    template = """%%\nAddress {0}: {1}\n%%\n\n%%\nDomain {2}: {3}\n%%"""

    parameters = [
        "ip_reputation_1:action_result.parameter.ip",
        "ip_reputation_1:action_result.data.*.verdict",
        "domain_reputation_1:action_result.parameter.domain",
        "domain_reputation_1:action_result.data.*.verdict"
    ]

    content = phantom.format(container=container, template=template, parameters=parameters, name="note_verdicts")

    phantom.add_note(container=container, content=content, note_format="markdown", note_type="general", title="Verdicts")

    return


@phantom.playbook_block()
def join_decide(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("join_decide() called")

    # true for the callback that finds both actions ended
    if phantom.completed(action_names=["ip_reputation_1", "domain_reputation_1"]):
        decide(container=container, handle=handle)

    return


@phantom.playbook_block()
def decide(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("decide() called")

    ################################################################################
    ## Custom Code Start
    ################################################################################

    malicious = phantom.get_run_data(key="verdict") == "malicious"

    ################################################################################
    ## Custom Code End
    ################################################################################

    if malicious:
        block_ip_1(container=container)
    else:
        close_as_harmless(container=container)

    return


@phantom.playbook_block()
def block_ip_1(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("block_ip_1() called")

    address_data = phantom.collect2(container=container, datapath=["ip_reputation_1:action_result.parameter.ip", "ip_reputation_1:action_result.data.*.verdict"])

    # the parameter sets of 'block_ip_1'
    parameters = [{"ip": item[0]} for item in address_data if item[1] == "malicious"]

    phantom.act("block ip", parameters=parameters, name="block_ip_1", assets=["firewall"])

    return


@phantom.playbook_block()
def close_as_harmless(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("close_as_harmless() called")

    phantom.set_status(container=container, status="closed")

    container = phantom.get_container(container.get('id', None))

    return


@phantom.playbook_block()
def on_finish(container, summary):
    phantom.debug("on_finish() called")

    return
