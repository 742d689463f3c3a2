"""A usual call of every emulated function, as source text: what stands beside an argument that is tried."""

from __future__ import annotations

from inspect import Parameter

from phantom_lab.rules.surface import surface

_STARS = {Parameter.VAR_POSITIONAL: "*", Parameter.VAR_KEYWORD: "**"}
_RESULTS = ("[{'name': 'look_1', 'status': 'success', 'message': '', 'action_results': [{'status': 'success', "
            "'message': '', 'parameter': {}, 'summary': {}, 'data': [{'a': 1}]}]}]")
_VALUES = {
    "container": "container case", _RESULTS: "action_results results", "1": """
    artifact_id attachment_id container_id event_id order phase_id pin_id reference_value response_plan_id
    response_template_id status_code success_int task_id workbook_id""",
    "'10.0.0.1'": "address ip ip_str ip_to_check", "'10.0.0.0'": "network", "'10.0.0.0/8'": "net", "8": "mask_len",
    "'10.0.0.1-10.0.0.9'": "ip_range", "['a']": "assets choices paths values", "'a'": "a arg in_key value",
    "'abc'": "chars hash_str input_str mac_str", "'admin'": "owner user user_id_or_name", "'k'": "key s",
    "'container'": "base_url endpoint uri", "'{}'": "callable_metadata_json_str container_json_str data",
    "'[]'": "result_json_str", "''": "error_message handle_json_str loop_state_json_str success_message",
    "10": "limit n page_size size", "5": "minutes respond_in_mins", "0": "column column_index ret_code",
    "['one']": "names run_names tags", "'one'": "name", "[]": "args parameters playbook_results",
    "after": "func function_object wrapped", "{'a': 1}": "context default_json json_data output raw_data",
    "{'b': 1}": "merge_json", "{'a': None}": "dump_dict input_dict", "{'a': ' b '}": "in_dict",
    "'1'": "obj value_to_correct",
    "'event'": "artifact_label label", "'red'": "pin_style sensitivity", "'t'": "note_title note_description tag",
    "[1]": "filter_artifact_ids x", "'all'": "scope", "'artifact:*.id'": "datapath",
    "['artifact:*.id']": "datapaths", "'look_1:action_result.data'": "named_datapath", "'look_1'": "action_name",
    "['look_1']": "action_names", "'look up'": "action", "[['artifact:*.id', '==', 1]]": "conditions",
    "[['a']]": "values_list_of_lists", "[{'a': 1}]": "json_object_list", "'watch'": "list_name",
    "{'status': 'success', 'data': [{'a': 1}]}": "action_result", "[{'id': 1, 'cef': {'src': '10.0.0.1'}}]": "events",
    "[{'prompt': 'ok?', 'options': {'type': 'message'}}]": "response_types", "'hello'": "comment message",
    "{'sourceAddress': '10.0.0.1'}": "cef cef_data", "'sourceAddress'": "field_name", "['ip']": "contains",
    "'network'": "artifact_type", "'low'": "severity", "'open'": "status", "{'name': 'New'}": "update",
    "new_file()": "file_location local_path", "vault_id": "s_hash vault_id", "'a.txt'": "file_name",
    "vault_tmp + '/x.pdf'": "output_file_path", "'<p>x</p>'": "source_html_string",
    "'/nowhere'": "path_val source_file_path",
    "'C:/'": "path", "'a b'": "comma_seperated_list string", "'a@b.c'": "email_str", "'example.com'": "hostname",
    "'https://example.com/a.txt'": "url val", "'ls'": "command", "['ls']": "command_list", "'o'": "err out",
    "'local/tool'": "custom_function", "'local/child'": "playbook", "'cf_1'": "custom_function_name",
    "'local'": "repo_name", "'sample'": "playbook_name", "'{0}'": "template", "'Triage'": "phase",
    "True": "show_message", "phantom.get_action_status": "get_status",
}
_BY_NAME = {name: text for text, names in _VALUES.items() for name in names.split()}
_OF: dict[str, dict[str, str]] = {
    "_check_param_in_choices": {"one": "'a'"},
    "act": {"parameters": "[{'a': 1}]"},
    "add_note": {"title": "'t'", "content": "'c'", "author": "'admin'", "artifact_id": "None", "task_id": "None",
                 "phase_id": "None"},
    "add_task": {"description": "'d'"},
    "build_phantom_rest_url": {"*args": "'container'"},
    "collect2": {"action_name": "None", "tags": "None"},
    "collect_from_contains": {"tags": "None"},
    "collect_from_playbook_results": {"datapath": "'playbook_output:x'"},
    "concatenate": {"*args": "['a']", "dedup": "True"},
    "create_container": {"template": "None"},
    "custom_function": {"parameters": "[{}]"},
    "decode_unicode_dict": {"args": "{'a': b'x'}"},
    "decode_unicode_tuple": {"args": "('a',)"},
    "encode_unicode_dict": {"args": "{'a': 'x'}"},
    "encode_unicode_tuple": {"args": "('a',)"},
    "format": {"parameters": "['artifact:*.id']"},
    "get_datapaths_for_contains": {"output": "[{'data_path': 'action_result.data.*.ip', 'contains': ['ip']}]"},
    "get_notes": {"artifact_id": "None", "task_id": "None"},
    "get_tagged_artifacts": {"scope": "'all'", "limit": "3", "filter_artifact_ids": "[1]"},
    "get_task_notes": {"task_id": "None"},
    "join": {"*p": "'y'"},
    "merge": {"container_id": "None", "vault_id": "None"},
    "promote": {"template": "None"},
    "prompt": {"parameters": "None"},
    "prompt2": {"parameters": "None"},
    "render_template": {"template": "'{{ a }}'"},
    "session_get": {"params": "{}"},
    "session_post": {"json": "{}"},
    "set_list": {"values": "[['a']]"},
    "set_owner": {"task_id": "None"},
    "vault_delete": {"file_name": "None", "container_id": "None"},
    "vault_info": {"file_name": "None", "container_id": "None"},
    **{name: {"action": "None"} for name in ("get_action_results", "get_action_info", "get_extra_data")},
}


def usual_arguments(function: str) -> dict[str, str]:
    """The text of every argument, by name, keywords that a function takes besides included; ``*name`` is a further
    one, and empty where there is none, ``**name`` is empty.

    A call needs ``container``, a function ``after``, and with files ``new_file``, ``vault_id`` and ``vault_tmp``.
    """
    found = {}
    for name, one in surface().functions[function].signature.parameters.items():
        key = f"{_STARS.get(one.kind, '')}{name}"
        default = repr(None if one.default is Parameter.empty else one.default)
        found[key] = _BY_NAME.get(key, "" if key.startswith("*") else default)
    return {**found, **_OF.get(function, {})}
