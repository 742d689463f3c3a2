"""
Looks up whom to ask about an organisation.
"""


import phantom.rules as phantom
import json
from datetime import datetime, timedelta


@phantom.playbook_block()
def on_start(container):
    phantom.debug("on_start() called")

    # next block: 'lookup_contact'
    lookup_contact(container=container)

    return


@phantom.playbook_block()
def lookup_contact(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("lookup_contact() called")

    playbook_input_organisation = phantom.collect2(container=container, datapath=["playbook_input:organisation"])

    parameters = []

    # the parameter sets of 'lookup_contact'
    for playbook_input_organisation_item in playbook_input_organisation:
        if playbook_input_organisation_item[0] is not None:
            parameters.append({
                "organisation": playbook_input_organisation_item[0],
            })

    phantom.act("lookup contact", parameters=parameters, name="lookup_contact", assets=["directory"])

    return


@phantom.playbook_block()
def on_finish(container, summary):
    phantom.debug("on_finish() called")

    contact_data = phantom.collect2(container=container, datapath=["lookup_contact:action_result.parameter.organisation", "lookup_contact:action_result.data.*.contact"])

    output = {
        "owner": [{"organisation": item[0], "contact": item[1]} for item in contact_data],
    }

    phantom.save_playbook_output_data(output=output)

    return
