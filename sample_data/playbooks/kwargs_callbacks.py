"""
Shows which keyword arguments a callback receives and can hand on.
"""


import phantom.rules as phantom
import json
from datetime import datetime, timedelta


@phantom.playbook_block()
def on_start(container):
    phantom.debug("on_start() called")

    phantom.act("geolocate ip", parameters=[{"ip": "8.8.8.8"}], name="geolocate_ip_1", assets=["maxmind"], callback=do_nothing)

    return


@phantom.playbook_block()
def do_nothing(**kwargs):
    phantom.debug("do_nothing() called")

    # a direct call passes what the caller passes, nothing else
    call_a_friend(**kwargs)

    return


@phantom.playbook_block()
def call_a_friend(**kwargs):
    phantom.debug("call_a_friend() called")

    phantom.debug("received: {0}".format(", ".join(sorted(kwargs))))

    return


@phantom.playbook_block()
def on_finish(container, summary):
    phantom.debug("on_finish() called")

    return
