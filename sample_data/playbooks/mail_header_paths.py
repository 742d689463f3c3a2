"""
Reads a held mail and what the gateway traced of it through datapaths whose keys hold blanks, dots and other marks.
"""


import phantom.rules as phantom
import json
from datetime import datetime, timedelta


@phantom.playbook_block()
def on_start(container):
    phantom.debug("on_start() called")

    # next block: 'read_headers'
    read_headers(container=container)

    return


@phantom.playbook_block()
def read_headers(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("read_headers() called")

    header_data = phantom.collect2(container=container, datapath=["artifact:*.cef.from email", "artifact:*.cef.@timestamp", "artifact:*.cef.\"sender.domain\"", "artifact:*.cef.to|cc", "artifact:*.id"])
    relay_data = phantom.collect2(container=container, datapath=["artifact:email.cef.emailHeaders.Received.0", "artifact:email.cef.emailHeaders.Received"])
    hop_data = phantom.collect2(container=container, datapath=["artifact:email.cef.emailHeaders.Received.*", "artifact:email.cef.emailHeaders.Reply-To"])
    link_data = phantom.collect2(container=container, datapath=["artifact:*.cef.attachments.*.parts.*.links.*", "artifact:*.cef.attachments.*.name", "artifact:*.id"])

    ################################################################################
    ## Custom Code Start
    ################################################################################

    for sender, moment, domain, copied, artifact_id in header_data:
        phantom.debug("{0}: {1} of {2}, copied to {3}, at {4}".format(artifact_id, sender, domain, copied, moment))
    phantom.debug({"first relay and all": relay_data})
    phantom.debug({"one row per relay": hop_data})
    phantom.debug({"one row per link, its attachment beside it": link_data})
    # a text instead of a list gives values instead of rows; the key is spelled wrongly
    phantom.debug({"flat": phantom.collect2(container=container, datapath="artifact:*.cef.from email")})
    phantom.debug({"misspelt": phantom.collect2(container=container, datapath=["artifact:*.cef.fromEmail"])})

    ################################################################################
    ## Custom Code End
    ################################################################################

    trace_message(container=container)

    return


@phantom.playbook_block()
def trace_message(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("trace_message() called")

    sender_data = phantom.collect2(container=container, datapath=["artifact:email.cef.from email", "artifact:email.id"])

    parameters = []

    # the parameter sets of 'trace_message'
    for sender_item in sender_data:
        if sender_item[0] is not None:
            parameters.append({
                "sender": sender_item[0],
                "context": {"artifact_id": sender_item[1]},
            })

    phantom.act("trace message", parameters=parameters, name="trace_message", assets=["mail gateway"], callback=read_trace)

    return


@phantom.playbook_block()
def read_trace(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("read_trace() called")

    queue_data = phantom.collect2(container=container, datapath=["trace_message:action_result.data.*.message id", "trace_message:action_result.data.*.@queue", "trace_message:action_result.data.*.\"policy.name\"", "trace_message:action_result.parameter.sender"], action_results=results)
    score_data = phantom.collect2(container=container, datapath=["trace_message:action_result.data.*.hops.*.scans.*.engine", "trace_message:action_result.data.*.hops.*.scans.*.score", "trace_message:action_result.data.*.hops.*.host", "trace_message:action_result.data.*.message id"], action_results=results)
    index_data = phantom.collect2(container=container, datapath=["trace_message:action_result.data.0.hops.1.host", "trace_message:action_result.data.0.hops.0.scans.1.engine", "trace_message:action_result.summary.total messages", "trace_message:action_result.summary.\"worst.verdict\""], action_results=results)
    pair_data = phantom.collect2(container=container, datapath=["trace_message:action_result.data.*.verdicts.*", "trace_message:action_result.data.*.hops.*.host"], action_results=results)
    implicit_data = phantom.collect2(container=container, datapath=["trace_message:action_result.data.hops.host"], action_results=results)

    ################################################################################
    ## Custom Code Start
    ################################################################################

    for message_id, queue, policy, sender in queue_data:
        phantom.debug("{0} of {1}: queue {2}, policy {3}".format(message_id, sender, queue, policy))
    phantom.debug({"one row per scan": score_data})
    phantom.debug({"by number": index_data})
    phantom.debug({"two lists side by side": pair_data})
    phantom.debug({"no star": implicit_data})

    ################################################################################
    ## Custom Code End
    ################################################################################

    # the artifacts that the results belong to, and the head of an app run
    artifact_data = phantom.collect2(container=container, datapath=["trace_message:artifact:*.cef.from email", "trace_message:artifact:*.id"])
    head_data = phantom.collect2(container=container, datapath=["app", "status", "action_result.message"], action_results=results)
    unknown_data = phantom.collect2(container=container, datapath=["trace_mesage:action_result.data.*.hops"])

    ################################################################################
    ## Custom Code Start
    ################################################################################

    phantom.debug({"tied artifacts": artifact_data, "heads": head_data, "unknown block": unknown_data})

    ################################################################################
    ## Custom Code End
    ################################################################################

    return


@phantom.playbook_block()
def on_finish(container, summary):
    phantom.debug("on_finish() called")

    return
