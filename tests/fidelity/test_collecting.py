"""`phantom.collect` and its relatives: values by datapath, and by what they contain."""

from __future__ import annotations

import pytest

from phantom_lab import Lab
from phantom_lab.history import Logged
from tests.table import tabled

CASE = {"container": {"id": 7, "name": "Case"}, "artifacts": [
    {"id": 1, "label": "event", "tags": ["red", "hot"], "cef": {
        "sourceAddress": "1.1.1.1", "destinationAddress": "2.2.2.2", "destinationPort": 53, "n": 1},
     "cef_types": {"odd": ["IP"]}},
    {"id": 2, "label": "flow", "tags": ["red"], "cef": {
        "sourceAddress": "1.1.1.1", "odd": "3.3.3.3", "fileHash": None, "requestURL": ["http://a", "http://b"]},
     "cef_types": {"odd": ["domain", "ip"]}},
    {"id": 3, "label": "event", "cef": {"src": "4.4.4.4", "n": 3}}]}
ANSWERS = [{"data": [{"name": "a", "inner": [{"x": 1}, {"x": 2}]}, {"name": "b"}], "summary": {"hits": 2}},
           {"status": "failed", "data": []}]


@pytest.fixture
def told(value):
    """What an expression gives in a playbook on `CASE`."""
    return lambda expression, **options: value(expression, **{"container": CASE, **options})


# -- collect -----------------------------------------------------------------------------------------------------------

@pytest.mark.observed
@tabled(("call", "values"), [
    ("collect(container, 'artifact:*.cef.n')", [1, None, 3]),
    ("collect(container, 'artifact:*.id', scope='all')", [1, 2, 3]),
    ("collect(container=container, datapath='artifact:*.cef.sourceAddress', scope='all')",
     ["1.1.1.1", "1.1.1.1", None]),
    ("collect(container, 'artifact:event.id')", [1, 3]),
    ("collect(container, 'artifact:none.id')", []),
])
def test_one_datapath_gives_a_flat_list(told, call, values):
    """Of the artifacts in creation order, nothing left out."""
    assert told(f"phantom.{call}") == values


@pytest.mark.observed
@pytest.mark.parametrize("path", ["artifacts:*", "artifact:*"])
def test_the_bare_source_gives_whole_artifacts(told, path):
    """Public playbooks read `artifact["id"]` of them; they are copies."""
    setup = f"for one in phantom.collect(container, {path!r}, scope='all'):\n    one['id'] = 'changed'"
    assert told(f"[one['id'] for one in phantom.collect(container, {path!r}, scope='all')]", setup=setup) == [1, 2, 3]


@pytest.mark.documented
@tabled(("path", "values"), [
    ("action_result.data.*.name", ["a", "b", None]), ("look_1:action_result.data.*.name", ["a", "b", None]),
    ("action_result.parameter.item", [0, 1]), ("action_result.data.*.inner.*.x", [1, 2, None, None]),
    ("status", ["success", "success"]), ("action_result.summary.hits", [2, None]),
])
def test_the_container_may_be_results(told, path, values):
    """As a callback gets them, or as `get_action_results` gives them."""
    assert told(f"phantom.collect(results, {path!r})", answers=ANSWERS) == values
    again = f"phantom.collect(phantom.get_action_results(action_name='look_1', flatten=False), {path!r})"
    assert told(again, answers=ANSWERS) == values


@pytest.mark.assumed
@tabled(("call", "rows"), [
    ("collect(container, ['artifact:*.id', 'artifact:*.cef.n'])", [[1, 1], [2, None], [3, 3]]),
    ("collect(container, ('artifact:*.id',))", [[1], [2], [3]]), ("collect(container, [])", []),
    ("collect(container, ['artifact:*.id', 'no datapath'])", [[1, None], [2, None], [3, None]]),
    ("collect_from_container(container, ['artifact:*.id', 'artifact:*.label'])",
     [[1, "event"], [2, "flow"], [3, "event"]]),
])
def test_a_list_of_datapaths_gives_rows(told, call, rows):
    """One cell per datapath, as `collect2` gives them."""
    assert told(f"phantom.{call}") == rows


@pytest.mark.documented
@tabled(("arguments", "ids"), [
    ("scope='all'", [1, 2, 3]), ("scope=[1, 3]", [1, 3]), ("scope=2", [2]), ("limit=2", [1, 2]), ("limit=0", []),
    ("filter_artifact_ids=[3, 1]", [1, 3]), ("filter_artifact_ids=2", [2]), ("filter_artifact_ids=[]", [1, 2, 3]),
    ("scope='all', limit=None, none_if_first=False, filter_artifact_ids=None, trace=True", [1, 2, 3]),
])
@tabled("function", ["collect", "collect_from_container"])
def test_what_is_read_can_be_restricted(told, function, arguments, ids):
    """Scope, limit and artifact ids, as for `collect2`."""
    assert told(f"phantom.{function}(container, 'artifact:*.id', {arguments})") == ids


@pytest.mark.documented
@tabled(("arguments", "ids"), [
    ("", [1, 2, 3]), ("none_if_first=True", []), ("scope='new', none_if_first=True", []),
    ("scope='all', none_if_first=True", [1, 2, 3]), ("scope=[2], none_if_first=True", [2]),
])
def test_on_the_first_run_nothing_counts_as_new_if_asked(told, arguments, ids):
    """Otherwise everything that is there does; only the scope `new` is meant."""
    assert told(f"phantom.collect(container, 'artifact:*.id', {arguments})") == ids


@pytest.mark.documented
def test_on_a_later_run_what_came_since_is_new(playbook):
    """With `none_if_first` and without."""
    calls = [f"phantom.collect(container, 'artifact:*.id', none_if_first={flag})" for flag in (True, False)]
    source = playbook(f"def on_start(container):\n    phantom.debug([{', '.join(calls)}])\n")
    lab = Lab(CASE)
    lab.ran(source)
    lab.artifacts[9] = {**lab.artifacts[3], "id": 9}
    assert lab.run(source).summary().debug == ["[[9], [9]]"]


@pytest.mark.documented
@pytest.mark.parametrize(("call", "count"), [
    ("collect(container, 'artifact:*.id')", 2000), ("collect(container, 'artifact:*.id', limit=2001)", 2001),
    ("get_artifacts(container, '*')", 2000),
])
def test_two_thousand_artifacts_are_read_by_default(block, call, count):
    """The lab notes a cut."""
    artifacts = [{"cef": {}} for _ in range(2001)]
    run = block(f"len(phantom.{call})", container={"container": {"id": 1}, "artifacts": artifacts})
    assert run.summary().debug == [str(count)]
    assert any("limit is 2000" in note for note in run.summary().notes) is (count == 2000)


@pytest.mark.assumed
def test_the_runs_own_limit_is_the_default_of_every_collecting_call(told):
    """It is 2,000; a call's own limit comes first; None sets it back."""
    setup = "before = phantom.get_collect_limit_()\nphantom.set_collect_limit_(2)\n"
    calls = ["phantom.collect(container, 'artifact:*.id')", "phantom.collect2(datapath='artifact:*.id')",
             "[one['id'] for one in phantom.get_artifacts(container, None)]",
             "phantom.collect(container, 'artifact:*.id', limit=3)", "before", "phantom.get_collect_limit_()"]
    assert told(f"[{', '.join(calls)}]", setup=setup) == [[1, 2], [1, 2], [1, 2], [1, 2, 3], 2000, 2]
    assert told("[phantom.get_collect_limit_(), len(phantom.collect(container, 'artifact:*.id'))]",
                setup=f"{setup}phantom.set_collect_limit_()") == [2000, 3]


@pytest.mark.observed
def test_an_unknown_container_has_nothing(told):
    """No value, no error."""
    assert told("[phantom.collect(99, 'artifact:*.id'), phantom.collect('7', 'artifact:*.id')]") == [[], [1, 2, 3]]


@pytest.mark.assumed
@tabled(("call", "message"), [
    ("collect(container, None)", "collect: datapath must be a text or a list of texts, not None"),
    ("collect(container, [1])", "collect: datapath must be a text or a list of texts, not [1]"),
    ("collect(1.5, 'x')", "collect: container must be a container, its id or None, not float"),
    ("collect(container, 'artifact:*.id', limit='2')", "collect: limit must be a number of artifacts, not '2'"),
    ("collect(container, 'artifact:*.id', limit=-1)", "collect: limit must be a number of artifacts, not -1"),
    ("collect(container, 'artifact:*.id', limit=True)", "collect: limit must be a number of artifacts, not True"),
    ("collect(container, 'artifact:*.id', scope={})", "collect: scope must be 'new', 'all' or artifact ids, not dict"),
    ("collect(container, 'artifact:*.id', filter_artifact_ids={'a': 1})",
     "collect: filter_artifact_ids must be a list of artifact ids, not dict"),
    ("collect_from_container(container, 'status', action_results='x')",
     "collect_from_container: action_results must be a list of results, as a callback gets it, not str"),
    ("collect_from_action_result(5, 'status')",
     "collect_from_action_result: action_result must be a list of results, as a callback gets it, not int"),
    ("collect_from_playbook_results('x', 'playbook_output:a')", "collect_from_playbook_results: playbook_results must"),
    ("collect_from_playbook_results([], 'artifact:*.id')",
     "collect_from_playbook_results: datapath must be like 'playbook_output:name', not 'artifact:*.id'"),
    ("collect_for_condition(container, filtered_action_result_ids=5, datapath='status')",
     "collect_for_condition: filtered_action_result_ids must be a list of app run ids, not int"),
    ("set_collect_limit_('x')", "set_collect_limit_: limit must be a number of artifacts, not 'x'"),
    ("collect_from_contains(container, contains=5)",
     "collect_from_contains: contains must be a list of types such as 'ip', not int"),
    ("collect_from_contains(container, tags=5)", "collect_from_contains: tags must be a list of tags, not int"),
    ("get_datapaths_for_contains(None, ['ip'])",
     "get_datapaths_for_contains: output must be the outputs that an app declares, not NoneType"),
    ("collect2(container=[], datapath='status')", "collect2: container must be a container, its id or None, not list"),
    ("collect2(datapath='status', action_name=5)", "collect2: action_name must be the name of a block, not int"),
    ("collect2(datapath='status', action_results=5)", "collect2: action_results must be a list of results"),
    ("collect2(datapath='status', limit='all')", "collect2: limit must be a number of artifacts, not 'all'"),
])
def test_a_wrong_argument_is_one_clear_error(block, call, message):
    """It names the function and the argument."""
    run = block(f"phantom.{call}", container=CASE)
    assert run.status == "error"
    assert run.summary().message.startswith(f"PlaybookArgumentError: {message}")


# -- relatives ---------------------------------------------------------------------------------------------------------

@pytest.mark.assumed
def test_results_may_be_passed_beside_the_container(told):
    """`collect_from_container` reads both; one of the results alone is enough for `collect_from_action_result`."""
    assert told("phantom.collect_from_container(container, 'action_result.data.*.name', action_results=results)",
                answers=ANSWERS) == ["a", "b", None]
    for given in ("results", "results[0]"):
        assert told(f"phantom.collect_from_action_result({given}, ['action_result.data.*.name', 'action'])",
                    answers=ANSWERS) == [["a", "look up"], ["b", "look up"], [None, "look up"]]
    assert told("phantom.collect_from_action_result([], 'action_result.data.*.name')", answers=ANSWERS) == []


CHILDREN = ("[{'name': 'one', 'outputs': ['{\"ip\": [{\"v\": 1}, {\"v\": 2}], \"n\": 5}'], 'inputs': ['{\"q\": 1}']}, "
            "{'name': 'two', 'outputs': []}, {'name': 'three', 'outputs': ['{\"ip\": {\"v\": 3}}']}]")


@pytest.mark.assumed
@tabled(("path", "found"), [
    ("'playbook_output:ip.v'", [1, 2, None, 3]), ("'one:playbook_output:ip.*.v'", [1, 2]),
    ("'one:playbook_output:n'", [5]), ("'two:playbook_output:n'", [None]), ("'nobody:playbook_output:n'", []),
    ("['one:playbook_output:ip.v', 'one:playbook_output:n']", [[1, 5], [2, None]]),
    ("'one:playbook_input:q'", [1]), ("[]", []),
])
def test_outputs_are_read_from_what_callbacks_of_child_playbooks_get(told, path, found):
    """A list gives one value per element; outputs that were not saved are None."""
    assert told(f"phantom.collect_from_playbook_results({CHILDREN}, {path})") == found


@pytest.mark.assumed
@tabled(("arguments", "values"), [
    ("container, datapath='artifact:*.id'", [1, 2, 3]),
    ("container, filtered_artifact_ids=[2], datapath='artifact:*.id'", [2]),
    ("container, datapath='artifact:*.id', scope=[3]", [3]),
    ("container, datapath='look_1:action_result.data.*.name'", ["a", "b", None]),
    ("container, results, datapath='action_result.data.*.name'", ["a", "b", None]),
    ("container, results, filtered_action_result_ids=[-5], datapath='action_result.data.*.name'", []),
    ("container, results, filtered_action_result_ids=[results[0]['app_run_id']], datapath='action_result.status'",
     ["success", "failed"]),
    ("container, filtered_action_result_ids=[-5], datapath='look_1:action_result.data.*.name'", []),
    ("container, filtered_action_result_ids=[str(results[0]['app_run_id'])], datapath='look_1:action_result.status'",
     ["success", "failed"]),
    ("container, filtered_action_result_ids=[-5], datapath='artifact:*.id'", [1, 2, 3]),
    ("container, datapath='malicious'", ["malicious"]), ("container, datapath=5", [5]), ("container", [None]),
])
def test_an_operand_is_a_datapath_or_stands_for_itself(told, arguments, values):
    """As the two sides of a condition."""
    assert told(f"phantom.collect_for_condition({arguments})", answers=ANSWERS) == values


# -- by what values contain --------------------------------------------------------------------------------------------

@pytest.mark.documented
@tabled(("contains", "values"), [
    ("['ip']", ["1.1.1.1", "2.2.2.2", "3.3.3.3", "4.4.4.4"]), ("['port']", ["53"]),
    ("['url', 'port']", ["53", "http://a", "http://b"]), ("['domain']", ["3.3.3.3"]),
    ("'IP'", ["1.1.1.1", "2.2.2.2", "3.3.3.3", "4.4.4.4"]),
])
def test_values_are_unique_texts_in_one_list(told, contains, values):
    """Fields count by their own `cef_types` and by their names."""
    assert told(f"phantom.collect_from_contains(container=container, contains={contains})") == values


@pytest.mark.assumed
def test_a_field_within_a_field_counts_by_its_own_name(told):
    """And everything within one that has a type."""
    container = {"container": {"id": 1}, "artifacts": [{"cef": {
        "nested": {"sourceAddress": "5.5.5.5"}, "dst": {"list": ["6.6.6.6", None]}, "other": [{"src": 7}]}}]}
    assert told("phantom.collect_from_contains(container, contains=['ip'])", container=container) == [
        "5.5.5.5", "6.6.6.6", "7"]


@pytest.mark.assumed
@tabled("contains", ["['hash']", "['no such type']", "[]", "None"])
def test_nothing_of_a_type_is_an_empty_list(told, contains):
    """A null is no value."""
    assert told(f"phantom.collect_from_contains(container=container, contains={contains})") == []


@pytest.mark.documented
@tabled(("arguments", "values"), [
    ("filter_artifacts=[2]", ["1.1.1.1", "3.3.3.3"]), ("scope=[3]", ["4.4.4.4"]),
    ("limit=1", ["1.1.1.1", "2.2.2.2"]), ("tags=['red', 'hot']", ["1.1.1.1", "2.2.2.2"]), ("tags='cold'", []),
    ("tags=[]", ["1.1.1.1", "2.2.2.2", "3.3.3.3", "4.4.4.4"]),
    ("action_results=[], limit=1", ["1.1.1.1", "2.2.2.2"]),
])
def test_artifacts_can_be_restricted(told, arguments, values):
    """By tags, ids, scope and limit."""
    assert told(f"phantom.collect_from_contains(container, contains=['ip'], {arguments})") == values


@pytest.mark.documented
@pytest.mark.parametrize(("arguments", "told_as"), [
    ("contains=['ip']", "collect_from_contains: there is neither a container nor action_results"),
    ("container=99, contains=['ip']", "collect_from_contains: there is no such container"),
])
def test_a_call_that_fails_gives_none(block, arguments, told_as):
    """An error line says why."""
    run = block(f"phantom.collect_from_contains({arguments})", container=CASE)
    assert run.summary().debug == [told_as, "null"]
    assert [one.message for one in run.journal.events if isinstance(one, Logged) and one.level == "error"] == [told_as]


@pytest.mark.assumed
@tabled(("arguments", "values"), [
    ("action_results=results", ["9.9.9.9", "8.8.8.8"]), ("action_results=results, include_params=False", ["8.8.8.8"]),
    ("container, results, tags='cold'", ["9.9.9.9", "8.8.8.8"]), ("action_results=results[0]", ["9.9.9.9", "8.8.8.8"]),
    ("container, action_results=results, scope=[1]", ["1.1.1.1", "2.2.2.2", "9.9.9.9", "8.8.8.8"]),
])
def test_values_of_results_count_by_their_keys(told, arguments, values):
    """Parameters and data, however deep; what the app declares is not known."""
    setup = ("one = results[0]['action_results'][0]\none['parameter']['sourceAddress'] = '9.9.9.9'\n"
             "one['data'] = [{'deep': [{'dst': '8.8.8.8'}], 'other': '7.7.7.7'}]")
    assert told(f"phantom.collect_from_contains({arguments}, contains=['ip'])", setup=setup,
                answers=[{}]) == values


@pytest.mark.assumed
@tabled(("arguments", "paths"), [
    ("['ip']", ["action_result.data.*.src", "action_result.parameter.ip"]),
    ("['domain'], path_prefix='look_1:'", ["look_1:action_result.data.*.host"]), ("'url'", []), ("[]", []),
])
def test_datapaths_of_a_type_are_read_from_an_apps_declaration(told, arguments, paths):
    """Outputs as an app's manifest lists them."""
    output = ("[{'data_path': 'action_result.data.*.src', 'contains': ['ip', 'ipv6']}, "
              "{'data_path': 'action_result.data.*.host', 'contains': ['domain']}, {'contains': ['ip']}, None, "
              "{'data_path': 'action_result.parameter.ip', 'contains': 'ip'}, {'data_path': 'action_result.status'}]")
    assert told(f"phantom.get_datapaths_for_contains({output}, {arguments})") == paths


# -- operands ----------------------------------------------------------------------------------------------------------

@pytest.mark.assumed
@tabled(("arguments", "found"), [
    ("container, ['artifact:*.id', 'plain']", ["1, 2, 3", "plain"]), ("container, 'artifact:*.id'", ["1, 2, 3"]),
    ("container, ['artifact:*.cef.n'], separator='|', drop_none=True", ["1|3"]),
    ("container, ['artifact:*.cef.n', 'plain'], csv_list=False", [[1, None, 3], ["plain"]]),
    ("container, ['artifact:*.cef.n'], csv_list=False, drop_none=True", [[1, 3]]),
    ("container, ['artifact:*.id'], scope=[2]", ["2"]),
    ("container, ['artifact:*.id'], filter_artifact_ids=[3]", ["3"]),
    ("container, None", []), ("container, ['{0}']", ["{0}"]),
])
def test_datapaths_expand_to_what_a_template_shows(told, arguments, found):
    """One text each, or lists of values."""
    assert told(f"phantom.expand_datapaths_({arguments})") == found


@pytest.mark.assumed
def test_expanded_objects_are_the_callers_own(told):
    """Changing one changes no artifact."""
    call = "phantom.expand_datapaths_(container, ['artifact:*.cef'], csv_list=False)"
    assert told(call, setup=f"{call}[0][0].clear()")[0][0] == told(call)[0][0] != {}


@pytest.mark.assumed
@tabled(("value_to_correct", "reference", "corrected"), [
    ("'5'", "1", 5), ("'5.5'", "1", 5.5), ("'x'", "1", "x"), ("'true'", "False", True), ("'no'", "False", "no"),
    ("5", "'a'", "5"), ("True", "'a'", "True"), ("None", "1", None), ("'5'", "None", "5"), ("[1]", "'a'", [1]),
    ("5", "1.5", 5), ("'a'", "'b'", "a"), ("1", "True", 1),
])
def test_a_value_is_read_as_the_type_of_another(told, value_to_correct, reference, corrected):
    """Where it cannot be, it stays."""
    assert told(f"phantom.type_correct_({value_to_correct}, {reference})") == corrected


@pytest.mark.assumed
@tabled(("conditions", "results", "filtered"), [
    ("[['look_1:action_result.data.*.x', '==', 1]]", True, False), ("[[1, 'in', 'action_result.data']]", True, False),
    ("[['artifact:*.id', '==', 1]]", False, False), ("[]", False, False), ("None", False, False),
    ("[['filtered-data:F:condition_1:look_1:action_result.data', '==', 1]]", True, True),
    ("[['look_1:filtered-action_result.data', '==', 1], ['artifact:*.id', '==', 1]]", True, True),
    ("[['filtered-data:F:condition_1:artifact:*.id', '==', 1]]", False, False), ("[5, []]", False, False),
])
def test_whether_a_condition_reads_results(told, conditions, results, filtered):
    """And whether they are those that a filter let through."""
    assert told(f"[phantom.does_condition_use_ar_data_({conditions}), "
                f"phantom.does_condition_use_filtered_ar_data_({conditions})]") == [results, filtered]


@pytest.mark.assumed
@tabled(("arguments", "ids"), [
    ("'look_1:action_result.data'", [1, 2]), ("'look_1:artifact:*.id'", [1, 2]), ("'nobody:action_result.data'", []),
    ("'action_result.data', results", [1, 2]),
])
def test_artifacts_of_results_are_those_of_their_contexts(told, arguments, ids):
    """Each once."""
    assert told(f"phantom.get_artifact_ids_from_action_result({arguments})", answers=ANSWERS) == ids


@pytest.mark.assumed
@tabled(("arguments", "rows"), [
    ("[{'a': {'b': 1}}, {'a': {}}], ['a.b']", [[1], [None]]),
    ("{'a': [{'b': 1}, {'b': 2}], 'c': 3}, ['a.*.b', 'c']", [[1, 3], [2, 3]]),
    ("[], ['a']", []), ("None, 'a'", []), ("[{'a': 1}], 'a'", [[1]]),
])
def test_json_paths_are_read_from_objects(told, arguments, rows):
    """Rows, as datapaths give them."""
    assert told(f"phantom.extract_data_paths({arguments})") == rows


@pytest.mark.assumed
def test_join_is_that_of_paths(told):
    """Its signature is that of `os.path.join`."""
    assert told("[phantom.join('/a', 'b', 'c'), phantom.join('a', '/b'), phantom.join('a')]") == ["/a/b/c", "/b", "a"]


@pytest.mark.assumed
@tabled(("call", "message"), [
    ("expand_datapaths_(container, 5)", "expand_datapaths_: datapaths must be a list of datapaths, not int"),
    ("expand_datapaths_(container, [], separator=5)", "expand_datapaths_: separator must be a text, not int"),
    ("does_condition_use_ar_data_('x')",
     "does_condition_use_ar_data_: conditions must be a list of [left, operator, right], not str"),
    ("get_artifact_ids_from_action_result('plain')",
     "get_artifact_ids_from_action_result: named_datapath must name a block, not 'plain'"),
    ("get_artifact_ids_from_action_result(None)", "get_artifact_ids_from_action_result: named_datapath must be a text"),
    ("extract_data_paths('x', 'a')", "extract_data_paths: json_object_list must be a list of JSON objects, not str"),
    ("extract_data_paths([], 5)", "extract_data_paths: paths must be a text or a list of texts, not 5"),
    ("join('a', 5)", "join: p must be a text, not int"), ("join(None)", "join: a must be a text, not NoneType"),
])
def test_a_wrong_operand_is_one_clear_error(block, call, message):
    """It names the function and the argument."""
    run = block(f"phantom.{call}", container=CASE)
    assert run.status == "error"
    assert run.summary().message.startswith(f"PlaybookArgumentError: {message}")


@pytest.mark.assumed
def test_a_parameter_that_is_named_after_a_type_contains_it(value):
    """`ip` holds an address, whatever the app declares."""
    results = "[{'action_results': [{'parameter': {'ip': '203.0.113.9', 'n': 1}, 'data': [{'domain': 'a.example'}]}]}]"
    assert value(f"phantom.collect_from_contains(action_results={results}, contains=['ip', 'domain'])") == [
        "203.0.113.9", "a.example"]
