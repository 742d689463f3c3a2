"""
Locates the source addresses, rates how far from home they are, and raises the severity where one is abroad.
"""


import phantom.rules as phantom
import json
from datetime import datetime, timedelta


################################################################################
## Global Custom Code Start
################################################################################
HOME = {"AU", "NZ"}

################################################################################
## Global Custom Code End
################################################################################

@phantom.playbook_block()
def on_start(container):
    phantom.debug('on_start() called')

    # call 'geolocate_sources' block
    geolocate_sources(container=container)

    return

@phantom.playbook_block()
def geolocate_sources(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("geolocate_sources() called")

    # phantom.debug('Action: {0} {1}'.format(action['name'], ('SUCCEEDED' if success else 'FAILED')))

    ################################################################################
    # Where are the source addresses?
    ################################################################################

    container_artifact_data = phantom.collect2(container=container, datapath=["artifact:*.cef.sourceAddress","artifact:*.id"])

    parameters = []

    # build parameters list for 'geolocate_sources' call
    for container_artifact_item in container_artifact_data:
        if container_artifact_item[0] is not None:
            parameters.append({
                "ip": container_artifact_item[0],
                "context": {'artifact_id': container_artifact_item[1]},
            })

    ################################################################################
    ## Custom Code Start
    ################################################################################

    # Write your custom code here...

    ################################################################################
    ## Custom Code End
    ################################################################################

    phantom.act("geolocate ip", parameters=parameters, name="geolocate_sources", assets=["maxmind"], callback=rate_countries)

    return


@phantom.playbook_block()
def rate_countries(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("rate_countries() called")

    geolocate_sources_result_data = phantom.collect2(container=container, datapath=["geolocate_sources:action_result.data.*.country_iso_code"], action_results=results)

    geolocate_sources_result_item_0 = [item[0] for item in geolocate_sources_result_data]

    rate_countries__abroad = None

    ################################################################################
    ## Custom Code Start
    ################################################################################

    countries = {one for one in geolocate_sources_result_item_0 if one}
    rate_countries__abroad = len(countries - HOME)

    ################################################################################
    ## Custom Code End
    ################################################################################

    phantom.save_run_data(key="rate_countries:abroad", value=json.dumps(rate_countries__abroad))

    any_abroad(container=container)

    return


@phantom.playbook_block()
def any_abroad(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("any_abroad() called")

    # check for 'if' condition 1
    found_match_1 = phantom.decision(
        container=container,
        conditions=[
            ["rate_countries:custom_function:abroad", ">", 0]
        ],
        delimiter=None)

    # call connected blocks if condition 1 matched
    if found_match_1:
        raise_severity(action=action, success=success, container=container, results=results, handle=handle)
        return

    return


@phantom.playbook_block()
def raise_severity(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, **kwargs):
    phantom.debug("raise_severity() called")

    ################################################################################
    ## Custom Code Start
    ################################################################################

    # Write your custom code here...

    ################################################################################
    ## Custom Code End
    ################################################################################

    phantom.set_severity(container=container, severity="high")

    container = phantom.get_container(container.get('id', None))

    return


@phantom.playbook_block()
def on_finish(container, summary):
    phantom.debug("on_finish() called")

    ################################################################################
    ## Custom Code Start
    ################################################################################

    # Nothing is left to do.

    ################################################################################
    ## Custom Code End
    ################################################################################

    return