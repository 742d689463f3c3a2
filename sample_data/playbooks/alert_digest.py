"""
Writes digests of an alert: one text per row, joined values, rows as a list, missing values left out or shown.
"""


import phantom.rules as phantom
import json
from datetime import datetime, timedelta


@phantom.playbook_block()
def on_start(container):
    phantom.debug("on_start() called")

    # next block: 'format_flows'
    format_flows(container=container)

    return


@phantom.playbook_block()
def format_flows(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("format_flows() called")

    template = """{4} ({5})\n\n%%\n* {0}:{1} {2} bytes\n%%\n\nProtocols: {3}\n\n%%\n- {6} asked for {7}\n%%\nEnd of {4}\n"""

    # what fills the numbered fields
    parameters = [
        "artifact:*.cef.destinationAddress",
        "artifact:*.cef.destinationPort",
        "artifact:*.cef.bytesOut",
        "artifact:*.cef.transportProtocol",
        "container:name",
        "container:data.rule.title",
        "artifact:*.cef.sourceAddress",
        "artifact:*.cef.requestURL"
    ]

    phantom.format(container=container, template=template, parameters=parameters, name="format_flows")

    format_without_gaps(container=container)

    return


@phantom.playbook_block()
def format_without_gaps(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("format_without_gaps() called")

    template = """%%\n{0} -> {1}\n%%\nAll: {0}; {{braces}} and {code} stay\n"""

    # what fills the numbered fields
    parameters = [
        "artifact:*.cef.sourceAddress",
        "artifact:*.cef.destinationAddress"
    ]

    phantom.format(container=container, template=template, parameters=parameters, name="format_without_gaps", drop_none=True, separator=" | ")

    format_plain(container=container)

    return


@phantom.playbook_block()
def format_plain(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("format_plain() called")

    template = """Addresses {0} of {1}, hosts {2}, cef {3}, never {4}"""

    # what fills the numbered fields
    parameters = [
        "artifact:proxy.cef.sourceAddress",
        "format_flows:formatted_data.*",
        "artifact:notice.cef.deviceHostname",
        "artifact:notice.cef",
        "never_ran:formatted_data"
    ]

    text = phantom.format(container=container, template=template, parameters=parameters, name="format_plain")

    ################################################################################
    ## Custom Code Start
    ################################################################################

    phantom.debug(text)

    ################################################################################
    ## Custom Code End
    ################################################################################

    show_digests(container=container)

    return


@phantom.playbook_block()
def show_digests(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("show_digests() called")

    format_flows = phantom.get_format_data(name="format_flows")
    format_flows__as_list = phantom.get_format_data(name="format_flows__as_list")
    format_without_gaps__as_list = phantom.get_format_data(name="format_without_gaps__as_list")
    format_plain__as_list = phantom.get_format_data(name="format_plain__as_list")
    never_ran = phantom.get_format_data(name="never_ran")

    ################################################################################
    ## Custom Code Start
    ################################################################################

    phantom.debug("{0} rows, {1} rows, {2} row, never ran: {3}".format(len(format_flows__as_list), len(format_without_gaps__as_list), len(format_plain__as_list), never_ran))

    ################################################################################
    ## Custom Code End
    ################################################################################

    phantom.add_note(container=container, content=format_flows, note_format="markdown", note_type="general", title="Digest")

    format_broken(container=container)

    return


@phantom.playbook_block()
def format_broken(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("format_broken() called")

    # a regular expression in a template is read as a field without a parameter
    template = """hashes like [0-9a-f]{64} in {0}"""

    # what fills the numbered fields
    parameters = [
        "container:name"
    ]

    phantom.format(container=container, template=template, parameters=parameters, name="format_broken")

    show_digests(container=container)

    return


@phantom.playbook_block()
def on_finish(container, summary):
    phantom.debug("on_finish() called")

    return
