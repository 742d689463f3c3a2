"""
Asks for two reputations at once; a filter of two branches reaches a join without a guard twice, one with a guard once.
"""


import phantom.rules as phantom
import json
from datetime import datetime, timedelta


@phantom.playbook_block()
def on_start(container):
    phantom.debug("on_start() called")

    # next block: 'ip_reputation'
    ip_reputation(container=container)
    # next block: 'domain_reputation'
    domain_reputation(container=container)

    return


@phantom.playbook_block()
def ip_reputation(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("ip_reputation() called")

    address_data = phantom.collect2(container=container, datapath=["artifact:netflow.cef.destinationAddress"])

    # the parameter sets of 'ip_reputation'
    parameters = [{"ip": item[0]} for item in address_data if item[0] is not None]

    phantom.act("ip reputation", parameters=parameters, name="ip_reputation", assets=["reputation"], callback=join_filter_verdicts)

    return


@phantom.playbook_block()
def domain_reputation(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("domain_reputation() called")

    domain_data = phantom.collect2(container=container, datapath=["artifact:*.cef.destinationDnsDomain"])

    # the parameter sets of 'domain_reputation'
    parameters = [{"domain": item[0]} for item in domain_data if item[0] is not None]

    phantom.act("domain reputation", parameters=parameters, name="domain_reputation", assets=["reputation"], callback=join_filter_verdicts)

    return


@phantom.playbook_block()
def join_filter_verdicts(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("join_filter_verdicts() called")

    ################################################################################
    ## Custom Code Start
    ################################################################################

    # the older name of the function, and what it says of names that have not ended or never start
    phantom.debug("ip: {0}, domain: {1}, neither: {2}, nothing: {3}".format(phantom.actions_done(["ip_reputation"]), phantom.actions_done(["domain_reputation"]), phantom.completed(action_names=["file_reputation"]), phantom.completed()))

    ################################################################################
    ## Custom Code End
    ################################################################################

    # true for the callback that finds both actions ended
    if phantom.completed(action_names=["ip_reputation", "domain_reputation"]):
        filter_verdicts(container=container, handle=handle)

    return


@phantom.playbook_block()
def filter_verdicts(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("filter_verdicts() called")

    # condition 1 of this filter
    matched_artifacts_1, matched_results_1 = phantom.condition(
        container=container,
        conditions=[
            ["ip_reputation:action_result.data.*.verdict", "==", "malicious"]
        ],
        name="filter_verdicts:condition_1",
        delimiter=",")

    # next block, only when something passed the filter
    if matched_artifacts_1 or matched_results_1:
        join_add_report(action=action, success=success, container=container, results=results, handle=handle, filtered_artifacts=matched_artifacts_1, filtered_results=matched_results_1)
        join_raise_severity(action=action, success=success, container=container, results=results, handle=handle, filtered_artifacts=matched_artifacts_1, filtered_results=matched_results_1)

    # condition 2 of this filter
    matched_artifacts_2, matched_results_2 = phantom.condition(
        container=container,
        conditions=[
            ["domain_reputation:action_result.data.*.verdict", "==", "suspicious"]
        ],
        name="filter_verdicts:condition_2",
        delimiter=",")

    # next block, only when something passed the filter
    if matched_artifacts_2 or matched_results_2:
        join_add_report(action=action, success=success, container=container, results=results, handle=handle, filtered_artifacts=matched_artifacts_2, filtered_results=matched_results_2)
        join_raise_severity(action=action, success=success, container=container, results=results, handle=handle, filtered_artifacts=matched_artifacts_2, filtered_results=matched_results_2)

    return


@phantom.playbook_block()
def join_add_report(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("join_add_report() called")

    # no guard: every path that comes here goes on
    if phantom.completed(action_names=["ip_reputation", "domain_reputation"]):
        add_report(container=container, handle=handle)

    return


@phantom.playbook_block()
def add_report(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("add_report() called")

    phantom.add_note(container=container, content="Reputations are complete.", note_format="markdown", note_type="general", title="Reputations")

    return


@phantom.playbook_block()
def join_raise_severity(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("join_raise_severity() called")

    # go on once only
    if phantom.get_run_data(key="join_raise_severity_called"):
        return

    if phantom.completed(action_names=["ip_reputation", "domain_reputation"]):
        # remember that this join has gone on
        phantom.save_run_data(key="join_raise_severity_called", value="raise_severity")

        raise_severity(container=container, handle=handle)

    return


@phantom.playbook_block()
def raise_severity(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("raise_severity() called")

    phantom.set_severity(container=container, severity="high")

    container = phantom.get_container(container.get('id', None))

    return


@phantom.playbook_block()
def on_finish(container, summary):
    phantom.debug("on_finish() called")

    return
