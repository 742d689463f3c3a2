"""
Locates every source address of a report. A source in an unusual country raises the severity, otherwise the report is closed.
"""


import phantom.rules as phantom
import json
from datetime import datetime, timedelta


@phantom.playbook_block()
def on_start(container):
    phantom.debug("on_start() called")

    # next block: 'filter_sources'
    filter_sources(container=container)

    return


@phantom.playbook_block()
def filter_sources(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("filter_sources() called")

    # keep the artifacts that name a source
    matched_artifacts_1, matched_results_1 = phantom.condition(
        container=container,
        conditions=[
            ["artifact:*.cef.sourceAddress", "!=", ""]
        ],
        name="filter_sources:condition_1",
        delimiter=",")

    # next block, only when something passed the filter
    if matched_artifacts_1 or matched_results_1:
        geolocate_sources(action=action, success=success, container=container, results=results, handle=handle, filtered_artifacts=matched_artifacts_1, filtered_results=matched_results_1)

    return


@phantom.playbook_block()
def geolocate_sources(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("geolocate_sources() called")

    filtered_sources = phantom.collect2(container=container, datapath=["filtered-data:filter_sources:condition_1:artifact:*.cef.sourceAddress", "filtered-data:filter_sources:condition_1:artifact:*.id"])

    parameters = []

    # one parameter set per artifact; the context ties its result to the artifact
    for source_item in filtered_sources:
        if source_item[0] is not None:
            parameters.append({
                "ip": source_item[0],
                "context": {"artifact_id": source_item[1]},
            })

    phantom.act("geolocate ip", parameters=parameters, name="geolocate_sources", assets=["maxmind"], callback=country_decision)

    return


@phantom.playbook_block()
def country_decision(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("country_decision() called")

    # branch 1: a source lies in a country from which no mail is expected
    found_match_1 = phantom.decision(
        container=container,
        logical_operator="or",
        conditions=[
            ["geolocate_sources:action_result.data.*.country_iso_code", "==", "BR"],
            ["geolocate_sources:action_result.data.*.country_iso_code", "==", "JP"]
        ],
        delimiter=",")

    if found_match_1:
        format_sources(action=action, success=success, container=container, results=results, handle=handle)
        return

    # branch 2: everything else
    note_usual(action=action, success=success, container=container, results=results, handle=handle)

    return


@phantom.playbook_block()
def format_sources(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("format_sources() called")

    template = """Sources of "{4}":\n\n%%\n* {0}: {1}, {2} (artifact {3})\n%%\n\nAt least one lies in an unusual country."""

    parameters = [
        "geolocate_sources:action_result.parameter.ip",
        "geolocate_sources:action_result.data.*.city_name",
        "geolocate_sources:action_result.data.*.country_name",
        "geolocate_sources:action_result.parameter.context.artifact_id",
        "container:name"
    ]

    phantom.format(container=container, template=template, parameters=parameters, name="format_sources")

    note_sources(container=container)

    return


@phantom.playbook_block()
def note_sources(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("note_sources() called")

    format_sources = phantom.get_format_data(name="format_sources")

    phantom.add_note(container=container, content=format_sources, note_format="markdown", note_type="general", title="Unusual sources")

    escalate(container=container)

    return


@phantom.playbook_block()
def escalate(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("escalate() called")

    phantom.set_severity(container=container, severity="high")
    phantom.set_status(container=container, status="open")

    container = phantom.get_container(container.get("id", None))

    phantom.debug("severity {0}, status {1}".format(container["severity"], container["status"]))

    return


@phantom.playbook_block()
def note_usual(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("note_usual() called")

    phantom.add_note(container=container, content="No source lies in an unusual country.", note_format="markdown", note_type="general", title="Sources checked")

    close_report(container=container)

    return


@phantom.playbook_block()
def close_report(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("close_report() called")

    phantom.set_severity(container=container, severity="low")
    phantom.set_status(container=container, status="closed")

    container = phantom.get_container(container.get("id", None))

    phantom.debug("severity {0}, status {1}".format(container["severity"], container["status"]))

    return


@phantom.playbook_block()
def on_finish(container, summary):
    phantom.debug("on_finish() called")

    return
