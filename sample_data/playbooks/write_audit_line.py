"""
Writes one line about the run that started it. It takes no inputs, and nobody waits for it.
"""


import phantom.rules as phantom
import json
from datetime import datetime, timedelta


@phantom.playbook_block()
def on_start(container):
    phantom.debug("on_start() called")

    # next block: 'write_line'
    write_line(container=container)

    return


@phantom.playbook_block()
def write_line(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("write_line() called")

    ################################################################################
    ## Custom Code Start
    ################################################################################

    info = phantom.get_playbook_info()[0]
    phantom.debug("{0}, started by run {1}, handle {2}".format(info["name"], info["parent_playbook_run_id"], phantom.get_parent_handle()))

    ################################################################################
    ## Custom Code End
    ################################################################################

    return


@phantom.playbook_block()
def on_finish(container, summary):
    phantom.debug("on_finish() called")

    return
