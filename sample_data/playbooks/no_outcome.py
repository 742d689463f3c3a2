"""
Runs one action for which no sample result exists.
"""


import phantom.rules as phantom
import json
from datetime import datetime, timedelta


@phantom.playbook_block()
def on_start(container):
    phantom.debug("on_start() called")

    # next block: 'whois_domain_1'
    whois_domain_1(container=container)

    return


@phantom.playbook_block()
def whois_domain_1(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("whois_domain_1() called")

    parameters = [{"domain": "unanswered.example.com"}]

    phantom.act("whois domain", parameters=parameters, name="whois_domain_1", assets=["whois"], callback=show_status)

    return


@phantom.playbook_block()
def show_status(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("show_status() called")

    status_data = phantom.collect2(container=container, datapath=["whois_domain_1:action_result.status", "whois_domain_1:action_result.message"], action_results=results)

    ################################################################################
    ## Custom Code Start
    ################################################################################

    for status, message in status_data:
        phantom.debug("{0}: {1}".format(status, message))

    ################################################################################
    ## Custom Code End
    ################################################################################

    return


@phantom.playbook_block()
def on_finish(container, summary):
    phantom.debug("on_finish() called")

    return
