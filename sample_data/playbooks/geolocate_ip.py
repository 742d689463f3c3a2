"""
Locates one fixed address, whatever the container holds.
"""


import phantom.rules as phantom
import json
from datetime import datetime, timedelta


@phantom.playbook_block()
def on_start(container):
    phantom.debug("on_start() called")

    # next block: 'geolocate_ip_1'
    geolocate_ip_1(container=container)

    return


@phantom.playbook_block()
def geolocate_ip_1(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("geolocate_ip_1() called")

    parameters = [{"ip": "1.1.1.1"}]

    phantom.act("geolocate ip", parameters=parameters, name="geolocate_ip_1", assets=["maxmind"], callback=log_location)

    return


@phantom.playbook_block()
def log_location(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("log_location() called")

    location_data = phantom.collect2(container=container, datapath=["geolocate_ip_1:action_result.data.*.city_name", "geolocate_ip_1:action_result.data.*.country_name", "geolocate_ip_1:action_result.parameter.ip"], action_results=results)

    ################################################################################
    ## Custom Code Start
    ################################################################################

    for city, country, ip in location_data:
        phantom.debug("{0} is in {1}, {2}".format(ip, city, country))

    ################################################################################
    ## Custom Code End
    ################################################################################

    return


@phantom.playbook_block()
def on_finish(container, summary):
    phantom.debug("on_finish() called")

    return
