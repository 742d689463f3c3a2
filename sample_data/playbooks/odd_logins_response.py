"""A response to odd logins in Enterprise Security: look the networks up, tell it at the task of the response plan, end the
task, and attach what was found."""

import base64

import phantom.rules as phantom


@phantom.playbook_block()
def on_start(container):
    owner_filter(container=container)
    return


@phantom.playbook_block()
def owner_filter(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, loop_state_json=None, **kwargs):
    # nobody works on it yet
    if phantom.decision(container=container, conditions=[["finding:owner", "is None"]], conditions_dps=[["finding:owner", "is None"]], name="owner_filter:condition_1", delimiter=None):
        get_task_id_1(container=container)
        return
    phantom.debug("somebody works on it already")
    return


@phantom.playbook_block()
def get_task_id_1(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, loop_state_json=None, **kwargs):
    finding_data = phantom.collect2(container=container, datapath=["finding:investigation_id", "finding:response_plans.*.name"])
    parameters = []
    for finding_data_item in finding_data:
        if finding_data_item[0] is not None and finding_data_item[1] is not None:
            parameters.append({
                "id": finding_data_item[0],
                "task_name": "Check the networks",
                "phase_name": "Triage",
                "response_template_name": finding_data_item[1],
            })
    phantom.act("get task id", parameters=parameters, name="get_task_id_1", assets=["builtin_mc_connector"], callback=get_phase_id_1)
    return


@phantom.playbook_block()
def get_phase_id_1(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, loop_state_json=None, **kwargs):
    finding_data = phantom.collect2(container=container, datapath=["finding:investigation_id", "finding:response_plans.*.name"])
    parameters = [{"id": item[0], "phase_name": "Triage", "response_template_name": item[1]} for item in finding_data if item[1] is not None]
    phantom.act("get phase id", parameters=parameters, name="get_phase_id_1", assets=["builtin_mc_connector"], callback=list_networks)
    return


@phantom.playbook_block()
def list_networks(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, loop_state_json=None, **kwargs):
    (networks,), = phantom.collect2(container=container, datapath=["finding:consolidated_findings.src"])
    networks = networks if isinstance(networks, list) else [networks]
    parameters = [{"ip": one} for one in networks if one]
    phantom.save_block_result(key="list_networks_called", value="True")
    phantom.act("whois ip", parameters=parameters, name="whois_ip_1", assets=["whois"], callback=join_add_task_note_1)
    return


@phantom.playbook_block()
def join_add_task_note_1(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, loop_state_json=None, **kwargs):
    if phantom.completed(code_names=["list_networks"], action_names=["whois_ip_1"]):
        add_task_note_1(container=container, handle=handle)
    return


@phantom.playbook_block()
def add_task_note_1(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, loop_state_json=None, **kwargs):
    content = phantom.format(container=container, template="Logins of {0} came from these networks:\n%%\n- {1}: {2}\n%%", parameters=[
        "finding:consolidated_findings.user", "whois_ip_1:action_result.parameter.ip", "whois_ip_1:action_result.summary.network"])
    finding_data = phantom.collect2(container=container, datapath=["finding:investigation_id", "finding:response_plans.*.id"])
    tasks = phantom.collect2(container=container, datapath=["get_task_id_1:action_result.data.*.task_id"])
    phases = phantom.collect2(container=container, datapath=["get_phase_id_1:action_result.data.*.phase_id"])
    parameters = []
    for (investigation, plan), (task,), (phase,) in zip(finding_data, tasks, phases):
        if task is not None and phase is not None:
            parameters.append({"id": investigation, "title": "Networks", "content": content, "task_id": task, "phase_id": phase, "response_plan_id": plan})
    phantom.act("add task note", parameters=parameters, name="add_task_note_1", assets=["builtin_mc_connector"], callback=end_task_1)
    return


@phantom.playbook_block()
def end_task_1(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, loop_state_json=None, **kwargs):
    tasks = phantom.collect2(container=container, datapath=["finding:investigation_id", "get_task_id_1:action_result.data.*.task_id"])
    parameters = [{"id": investigation, "task_id": task, "status": "Ended", "name": "", "order": ""} for investigation, task in tasks if task is not None]
    phantom.act("update task in current phase", parameters=parameters, name="end_task_1", assets=["builtin_mc_connector"], callback=add_file_1)
    return


@phantom.playbook_block()
def add_file_1(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, loop_state_json=None, **kwargs):
    networks = phantom.collect2(container=container, datapath=["whois_ip_1:action_result.parameter.ip", "whois_ip_1:action_result.summary.network"])
    report = "\n".join(["ip,network", *(f"{ip},{network}" for ip, network in networks)])
    finding_data = phantom.collect2(container=container, datapath=["finding:id"])
    parameters = [{"id": item[0], "file_name": "networks.csv", "source_type": "Note", "data": base64.b64encode(report.encode()).decode()} for item in finding_data]
    phantom.act("add investigation file", parameters=parameters, name="add_file_1", assets=["builtin_mc_connector"], callback=update_investigation_1)
    return


@phantom.playbook_block()
def update_investigation_1(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, loop_state_json=None, **kwargs):
    finding_data = phantom.collect2(container=container, datapath=["finding:id"])
    parameters = [{"id": item[0], "status": "In Progress", "owner": "mara", "urgency": "", "name": ""} for item in finding_data]
    phantom.act("update finding or investigation", parameters=parameters, name="update_investigation_1", assets=["builtin_mc_connector"], callback=refresh_investigation_1)
    return


@phantom.playbook_block()
def refresh_investigation_1(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, loop_state_json=None, **kwargs):
    finding_data = phantom.collect2(container=container, datapath=["finding:id"])
    phantom.act("refresh finding or investigation", parameters=[{"id": item[0]} for item in finding_data], name="refresh_investigation_1", assets=["builtin_mc_connector"], callback=get_notes_1)
    return


@phantom.playbook_block()
def get_notes_1(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, loop_state_json=None, **kwargs):
    finding_data = phantom.collect2(container=container, datapath=["finding:id"])
    phantom.act("get notes in finding or investigation", parameters=[{"id": item[0]} for item in finding_data], name="get_notes_1", assets=["builtin_mc_connector"], callback=tell_progress)
    return


@phantom.playbook_block()
def tell_progress(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, loop_state_json=None, **kwargs):
    # what was written is read back: the notes of the task, and how far the plan is
    progress = phantom.format(container=container, template="Notes at: {0}\nTasks: {1}", parameters=[
        "get_notes_1:action_result.data.*.items.*.response_plan_info.response_task.name", "finding:response_plans.*.phases.*.tasks.*.status"])
    phantom.add_note(container=container, note_type="general", title="Progress", content=progress)
    tell_owner(container=container)
    return


@phantom.playbook_block()
def tell_owner(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, filtered_results=None, custom_function=None, loop_state_json=None, **kwargs):
    # the editor hands a list to the comment
    finding_data = phantom.collect2(container=container, datapath=["finding:owner"])
    phantom.comment(container=container, comment=[item[0] for item in finding_data])
    return


@phantom.playbook_block()
def on_finish(container, summary):
    return
