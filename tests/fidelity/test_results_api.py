"""Results: what is made of those that a callback got, and how others are looked up."""

from __future__ import annotations

import json

import pytest

from phantom_lab import Lab
from phantom_lab.history import Logged
from tests.table import tabled

ANSWERS = [{"data": [{"v": 1}], "message": "fine", "summary": {"hits": 1}},
           {"status": "failed", "message": "no", "data": []}, {"data": [{"v": 2}, {"v": 3}]}]
HEADERS = {"name", "action", "action_run_id", "app", "app_id", "app_run_id", "asset", "asset_id", "status", "message",
           "summary"}


# -- of results that were passed along ---------------------------------------------------------------------------------

@pytest.mark.documented
def test_parse_results_sorts_by_success(value):
    """Under `success` and `failed`."""
    found = value("phantom.parse_results(results)", answers=ANSWERS)
    assert found.keys() == {"success", "failed"}
    assert [len(found["success"]), len(found["failed"])] == [2, 1]
    assert value("phantom.parse_results([])") == value("phantom.parse_results(None)") == {"success": [], "failed": []}


@pytest.mark.assumed
def test_elements_of_parse_results_are_action_results_with_their_asset(value):
    """So each says what it was asked, and what came back."""
    found = value("phantom.parse_results(results)", answers=ANSWERS)
    assert found["failed"] == [{"asset": "sample", "status": "failed", "message": "no", "data": [], "summary": {},
                                "parameter": found["failed"][0]["parameter"]}]
    assert [one["parameter"]["item"] for one in found["success"]] == [0, 2]
    assert [one["data"] for one in found["success"]] == [[{"v": 1}], [{"v": 2}, {"v": 3}]]


@pytest.mark.observed
def test_successful_action_results_are_one_list(value):
    """Public playbooks read `[0]['data']` of it."""
    found = value("phantom.get_successful_action_results_v2(results)", answers=ANSWERS)
    assert [one["data"] for one in found] == [[{"v": 1}], [{"v": 2}, {"v": 3}]]
    assert value("phantom.get_successful_action_results_v2([{}, {'action_results': None}])") == []


@pytest.mark.documented
def test_print_errors_writes_the_errors_to_the_debug_log(block):
    """It gives nothing; without errors nothing is written."""
    run = block("phantom.print_errors(results)", answers=ANSWERS)
    line, returned = run.summary().debug
    assert "no" in line
    assert returned == "null"
    assert block("phantom.print_errors([])").summary().debug == ["null"]


@pytest.mark.assumed
@tabled("function", ["parse_errors", "parse_success", "parse_results", "print_errors",
                    "get_successful_action_results_v2"])
@tabled("given", ["None", "[]", "[None, 5, 'x']", "[{}]", "[{'action_results': 5}]",
                 "[{'action_results': [None, 5]}]", "{'action_results': []}"])
def test_odd_results_hold_nothing(value, function, given):
    """What is no result is passed over."""
    assert not any((value(f"phantom.{function}({given})") or {}).values()) if function == "parse_results" else (
        not value(f"phantom.{function}({given})"))


@pytest.mark.assumed
@tabled(("function", "argument"), [
    ("parse_errors", "results"), ("parse_success", "action_results"), ("parse_results", "results"),
    ("print_errors", "action_results"), ("get_successful_action_results_v2", "action_results"),
])
@tabled("given", ["'text'", "5", "{1}"])
def test_what_is_no_list_of_results_is_one_clear_error(block, function, argument, given):
    """It names the function and the argument."""
    run = block(f"phantom.{function}({given})")
    assert run.status == "error"
    assert run.summary().message.startswith(
        f"PlaybookArgumentError: {function}: {argument} must be a list of results, as a callback gets it, not ")


# -- concatenate -------------------------------------------------------------------------------------------------------

@pytest.mark.documented
@tabled(("arguments", "found"), [
    ("[1], [2, 3]", [1, 2, 3]), ("[1], 2", [1, 2]), ("", []), ("[[1, [2]], 3], [4]", [[1, [2]], 3, 4]),
])
def test_arguments_become_one_list(value, arguments, found):
    """Flattened by one level."""
    assert value(f"phantom.concatenate({arguments})") == found


@pytest.mark.observed
@tabled(("arguments", "found"), [
    ("None, 'text', [1], None", ["text", 1]), ("[{'a': 1}], {'b': 2}", [{"a": 1}, {"b": 2}]),
    ("['b', 'a', 'b'], ['a', 'c'], dedup=True", ["b", "a", "c"]), ("[1, 1], dedup=False", [1, 1]),
    ("[{'a': 1}, {'a': 1}, {'a': 2}], dedup=True", [{"a": 1}, {"a": 2}]),
])
def test_what_generated_code_passes(value, arguments, found):
    """None of branches that did not run, single values, dicts, and duplicates."""
    assert value(f"phantom.concatenate({arguments})") == found


@pytest.mark.assumed
@tabled(("arguments", "found"), [
    ("[None, 1], None", [None, 1]), ("[], ''", [""]), ("(1, 2), [3]", [1, 2, 3]), ("{4}", [4]),
    ("[{'a': 1, 'b': 2}, {'b': 2, 'a': 1}, [1], [1]], dedup=True", [{"a": 1, "b": 2}, [1]]),
    ("[{1: 1, 'a': 1}], dedup=True", [{"1": 1, "a": 1}]),
])
def test_elements_stay_as_they_are(value, arguments, found):
    """Only whole arguments that are None are left out."""
    assert value(f"phantom.concatenate({arguments})") == found


@pytest.mark.assumed
def test_another_keyword_of_concatenate_is_one_clear_error(block):
    """There is only `dedup`."""
    run = block("phantom.concatenate([1], unique=True)")
    assert run.summary().message.startswith("PlaybookArgumentError: concatenate: there is no argument unique")


# -- action results ----------------------------------------------------------------------------------------------------

@pytest.mark.documented
@tabled("key", [
    "action=action", "action", "action_name='look_1'", "action_run_id=action['action_run_id']",
    "app_run_id=results[0]['app_run_id']", "action_name='look_1', playbook_run_id=0",
    "action=action, action_run_id=0, app_run_id=0, action_name=None",
])
def test_results_are_found_by_any_key(value, key):
    """The callback's action, a name, an action run, an app run; not flattened they are as the callback got them."""
    assert value(f"phantom.get_action_results({key}, flatten=False) == results", answers=ANSWERS) is True


@pytest.mark.assumed
@tabled("key", ["action='look_1'", "action='look up'", "action='Look Up'", "action={'name': 'look_1'}",
               "action_run_id=str(action['action_run_id'])"])
def test_a_text_as_action_is_the_name_of_a_block_or_an_action(value, key):
    """Ids may be texts."""
    assert value(f"phantom.get_action_results({key}, flatten=False) == results", answers=ANSWERS) is True


@pytest.mark.documented
def test_flattened_there_is_one_dict_per_asset_and_parameter_set(value):
    """That is the default."""
    found = value("phantom.get_action_results(action=action)", answers=ANSWERS)
    assert [[one["data"] for one in found_one["action_results"]] for found_one in found] == [
        [[{"v": 1}]], [[]], [[{"v": 2}, {"v": 3}]]]


@pytest.mark.assumed
def test_a_flattened_dict_is_an_app_run_with_a_single_result(value):
    """Its status and message are those of the result, so it can be collected from and parsed like any other."""
    found = value("phantom.get_action_results(action=action)", answers=ANSWERS)
    assert [(one["status"], one["message"]) for one in found] == [
        ("success", "fine"), ("failed", "no"), ("success", "")]
    assert all(one.keys() == {*HEADERS, "action_results"} for one in found)
    setup = "flat = phantom.get_action_results(action=action)"
    assert value("[phantom.collect2(action_results=flat, datapath=['action_result.data.*.v', 'status']), "
                 "phantom.parse_success(flat)]", setup=setup, answers=ANSWERS) == [
        [[1, "success"], [None, "failed"], [2, "success"], [3, "success"]], [{"v": 1}, {"v": 2}, {"v": 3}]]


@pytest.mark.documented
@pytest.mark.parametrize(("flatten", "count"), [("True", 3), ("False", 1)])
def test_without_result_data_only_headers_are_left(value, flatten, count):
    """Generated `on_finish` code asks for that."""
    found = value(f"phantom.get_action_results(action=action, result_data=False, flatten={flatten})", answers=ANSWERS)
    assert [one.keys() for one in found] == [HEADERS] * count


@pytest.mark.observed
def test_the_code_in_every_generated_on_finish_works(lab, playbook):
    """It goes through the summary and asks for each action run."""
    lab.action("look up")(lambda parameter: [{"v": 1}])
    run = lab.run(playbook("""
import json
def on_start(container):
    phantom.act("look up", assets=["sample"], parameters=[{"n": 1}, {"n": 2}], name="look_1")

def on_finish(container, summary):
    summary_json = phantom.get_summary()
    assert summary_json == json.loads(summary)
    if 'result' in summary_json:
        for action_result in summary_json['result']:
            if 'action_run_id' in action_result:
                action_results = phantom.get_action_results(
                    action_run_id=action_result['action_run_id'], result_data=False, flatten=False)
                phantom.debug([one["name"] for one in action_results])
"""))
    assert run.summary().debug == ["['look_1']"]
    assert run.status == "success"


@pytest.mark.assumed
@tabled("key", ["action='never'", "action_name='never'", "action_run_id=99", "app_run_id=99",
               "playbook_run_id=99", "action_run_id='x'", "action={'action_run_id': 99}",
               "action_name='look_1', action_run_id=99"])
def test_what_is_not_there_is_an_empty_list(value, key):
    """In a playbook; a custom function is told by an exception."""
    assert value(f"phantom.get_action_results({key})", answers=ANSWERS) == []


@pytest.mark.assumed
def test_without_a_key_there_are_all(value):
    """Of the run, as they completed; copies."""
    setup = "phantom.get_action_results()[0]['name'] = 'changed'"
    found = value("phantom.get_action_results(flatten=False)", setup=setup, answers=ANSWERS)
    assert [one["name"] for one in found] == ["look_1"]
    assert value("phantom.get_action_results()") == []


REPEATED = """
import json
def on_start(container):
    phantom.act("look up", assets=["a"], parameters=[{"n": 1}], name="look_1", callback=again)
    phantom.act("look up", assets=["a", "b"], parameters=[{"n": 9}], name="other_1")

def again(container=None, **kwargs):
    phantom.act("look up", assets=["a"], parameters=[{"n": 2}], name="look_1", callback=done)

def done(container=None, **kwargs):
    told = lambda **given: [one["action_results"][0]["parameter"]["n"] for one in phantom.get_action_results(**given)]
    phantom.debug(json.dumps([told(action_name="look_1"), told(action="look_1"), told(action="look up"), told(),
                              told(action="look up", action_name="other_1")]))
"""


@pytest.mark.assumed
def test_of_several_runs_of_a_name_the_latest_is_meant(lab, playbook):
    """As datapaths read them; the name of the action means all of its runs."""
    lab.action("look up")(lambda parameter: [])
    assert json.loads(lab.run(playbook(REPEATED)).summary().debug[0]) == [[2], [2], [1, 9, 9, 2], [1, 9, 9, 2], [9, 9]]


@pytest.mark.assumed
def test_action_info_is_the_app_runs_as_callbacks_get_them(value):
    """Found by action, action run or app run."""
    for key in ("action=action", "action_run_id=action['action_run_id']", "app_run_id=results[0]['app_run_id']", ""):
        assert value(f"phantom.get_action_info({key}) == results", answers=ANSWERS) is True
    assert value("phantom.get_action_info(action, result_data=False)", answers=ANSWERS)[0].keys() == HEADERS
    assert value("phantom.get_action_info(action_run_id=99)", answers=ANSWERS) == []


@pytest.mark.documented
def test_extra_data_is_a_list_and_empty_offline(block):
    """The lab says that nothing is attached."""
    run = block("phantom.get_extra_data(action=action)", answers=ANSWERS)
    assert run.summary().debug == ["[]"]
    assert "get_extra_data: no app attaches extra data offline, so there is none" in run.summary().notes


@pytest.mark.assumed
@tabled(("call", "message"), [
    ("get_action_results(action=5)", "get_action_results: action must be the action of a callback, or a name, not int"),
    ("get_action_results(action={})", "get_action_results: action has no action_run_id and no name"),
    ("get_action_results(action_run_id=[1])", "get_action_results: action_run_id must be a number, not list"),
    ("get_action_results(app_run_id={})", "get_action_results: app_run_id must be a number, not dict"),
    ("get_action_results(action_name=['x'])", "get_action_results: action_name must be the name of a block, not list"),
    ("get_action_results(playbook_run_id=1.5)", "get_action_results: playbook_run_id must be a number, not float"),
    ("get_action_info(action=5)", "get_action_info: action must be"),
    ("get_extra_data(action=5)", "get_extra_data: action must be"),
    ("get_action_status(5)", "get_action_status: action_names must be a list of names, not int"),
    ("get_custom_function_status({})", "get_custom_function_status: custom_function_names must be a list of names"),
    ("get_custom_function_results([1])", "get_custom_function_results: custom_function_run_id must be a number"),
    ("get_custom_function_results(custom_function_name=5)",
     "get_custom_function_results: custom_function_name must be the name of a block, not int"),
    ("get_results(None)", "get_results: name must be the name of a block, not None"),
    ("get_playbook_results({})", "get_playbook_results: playbook_run_id must be a number, not dict"),
    ("get_playbook_status(names={})", "get_playbook_status: names must be a list, not dict"),
    ("get_playbook_status(playbook_run_ids=1.5)", "get_playbook_status: playbook_run_ids must be a list, not float"),
    ("get_child_playbook_results('x')", "get_child_playbook_results: playbook_runs_info must be a list of results"),
    ("get_child_playbook_results(playbook_run_name=5)", "get_child_playbook_results: playbook_run_name must be"),
    ("get_child_playbook_action_results(5)", "get_child_playbook_action_results: action_name must be"),
    ("get_summary([])", "get_summary: playbook_run_id must be a number, not list"),
    ("runs_completed(5, phantom.get_action_status, False)", "runs_completed: names must be a list of names, not int"),
    ("runs_completed(['a'], 'get_action_status', False)", "runs_completed: get_status must be a function, not str"),
    ("non_started_runs(5, [])", "non_started_runs: names must be a set of names, not int"),
    ("non_started_runs([], 5)", "non_started_runs: run_names must be a set of names, not int"),
])
def test_a_wrong_key_is_one_clear_error(block, call, message):
    """It names the function and the argument."""
    run = block(f"phantom.{call}")
    assert run.status == "error"
    assert run.summary().message.startswith(f"PlaybookArgumentError: {message}")


# -- status ------------------------------------------------------------------------------------------------------------

STATUSES = """
import json
def on_start(container):
    for name, callback in (("good", None), ("bad", None), ("first", look), ("last", None)):
        phantom.act("look up", assets=["a"], parameters=[{"n": name}], name=name, callback=callback)

def look(container=None, **kwargs):
    phantom.act("look up", assets=["a"], parameters=[{"n": "good"}], name="good")
    phantom.debug(json.dumps(EXPRESSION))
"""


@pytest.mark.assumed
@pytest.mark.parametrize(("expression", "found"), [
    ("phantom.get_action_status()", {"good": "running", "bad": "failed", "first": "success", "last": "running"}),
    ("phantom.get_action_status(['bad', 'never'])", {"bad": "failed"}),
    ("phantom.get_action_status('bad')", {"bad": "failed"}),
    ("phantom.get_action_status([])", {}), ("phantom.get_custom_function_status()", {}),
    ("phantom.runs_completed(['bad', 'first'], phantom.get_action_status, False)", True),
    ("phantom.runs_completed(['bad', 'last'], phantom.get_action_status, False)", False),
    ("phantom.runs_completed(['never'], phantom.get_action_status, False)", False),
    ("phantom.runs_completed([], phantom.get_action_status, False)", True),
    ("phantom.runs_completed(None, phantom.get_action_status, False)", True),
    ("phantom.runs_completed(['a'], lambda names: None, False)", False),
    ("sorted(phantom.non_started_runs(['a', 'b'], ['b']))", ["a"]),
    ("sorted(phantom.non_started_runs({'a', 'b'}, frozenset()))", ["a", "b"]),
    ("sorted(phantom.non_started_runs(['bad', 'never'], phantom.get_action_status()))", ["never"]),
])
def test_status_by_name(lab, playbook, expression, found):
    """Of what was started; a name that was asked for again is running again."""
    lab.action("look up")(lambda parameter: {"status": "failed" if parameter["n"] == "bad" else "success"})
    run = lab.run(playbook(STATUSES.replace("EXPRESSION", expression)))
    assert json.loads(run.summary().debug[0]) == found


# -- custom functions --------------------------------------------------------------------------------------------------

TOOL = """
import json
import phantom.rules as phantom

def on_start(container):
    phantom.act("look up", assets=["a"], parameters=[{"n": 1}], name="look_1")
    phantom.custom_function(custom_function="local/tool", parameters=[{"n": 1}, {"n": 2}], name="tool_1", callback=done)
    phantom.custom_function(custom_function="local/tool", parameters=[{"n": 3}], name="late_1")

def done(custom_function=None, results=None, container=None, **kwargs):
    phantom.debug(json.dumps(EXPRESSION))
"""
FUNCTION = """
import phantom.rules as phantom
def tool(n=None):
    return {"n": n, "inside": phantom.is_custom_function_running()}
"""


@pytest.fixture
def custom(tmp_path, incident):
    """What an expression gives in the callback of custom function run ``tool_1``."""

    def evaluate(expression, function=FUNCTION):
        (tmp_path / "book.py").write_text(TOOL.replace("EXPRESSION", expression))
        (tmp_path / "tool.py").write_text(function)
        lab = Lab(incident)
        lab.action("look up")(lambda parameter: [{"v": 1}])
        summary = lab.run(tmp_path / "book.py").summary()
        assert summary.debug, summary.message
        return json.loads(summary.debug[-1])

    return evaluate


@pytest.mark.documented
@pytest.mark.parametrize("key", ["custom_function_name='tool_1'", "results[0]['custom_function_run_id']",
                                 "custom_function_run_id=str(custom_function['custom_function_run_id'])"])
def test_custom_function_results_are_what_the_callback_got(custom, key):
    """By name or id."""
    assert custom(f"phantom.get_custom_function_results({key}) == results") is True


@pytest.mark.assumed
@pytest.mark.parametrize("key", ["", "custom_function_name='late_1'", "custom_function_run_id=99", "'x'",
                                 "results[0]['custom_function_run_id'], 'other'"])
def test_unknown_and_running_custom_functions_have_no_results(custom, key):
    """An empty list; without a key the latest completed one is meant."""
    found = custom(f"phantom.get_custom_function_results({key})")
    assert [one["name"] for one in found] == (["tool_1"] if not key else [])


@pytest.mark.assumed
def test_custom_function_status_and_whether_one_is_running(custom):
    """Actions are not among them."""
    assert custom("phantom.get_custom_function_status()") == {"tool_1": "success", "late_1": "running"}
    assert custom("phantom.get_custom_function_status(['late_1', 'look_1'])") == {"late_1": "running"}
    assert custom("phantom.get_action_status()") == {"look_1": "success"}
    assert custom("[phantom.is_custom_function_running(), phantom.collect2(datapath="
                  "'tool_1:custom_function_result.data.inside')]") == [False, [True, True]]


@pytest.mark.assumed
@pytest.mark.parametrize(("expression", "found"), [
    ("phantom.get_results('tool_1') == results", True), ("phantom.get_results('never')", []),
    ("[one['custom_function_results'][0]['data']['n'] for one in phantom.get_results('tool_1', flatten=True)]", [1, 2]),
    ("[one['name'] for one in phantom.get_results('look_1')]", ["look_1"]), ("phantom.get_results('late_1')", []),
])
def test_results_of_any_block_are_found_by_its_name(custom, expression, found):
    """As its callback got them, or one per parameter set."""
    assert custom(expression) == found


@pytest.mark.documented
def test_action_and_custom_function_results_may_stand_in_one_list(custom):
    """`collect2` reads both kinds out of a mixed list, by name or without."""
    mixed = "phantom.get_action_results(action_name='look_1', flatten=False) + results"
    assert custom(f"[phantom.collect2(action_results={mixed}, datapath=path) for path in "
                  "(['action_result.data.*.v'], ['custom_function_result.data.n'], "
                  "['tool_1:custom_function_result.data.n', 'look_1:action_result.data.*.v'])]") == [
        [[1]], [[1], [2]], [[1, 1], [2, None]]]


@pytest.mark.documented
@pytest.mark.parametrize(("name", "rows"), [("tool_1", [[1], [2]]), ("other_1", [])])
def test_the_name_may_be_that_of_a_custom_function(custom, name, rows):
    """Results of another name are ignored."""
    assert custom(f"phantom.collect2(action_results=results, action_name={name!r}, "
                  "datapath=['custom_function_result.data.n'])") == rows


@pytest.mark.assumed
def test_a_name_alone_reads_its_own_results(custom):
    """Where no results were passed along."""
    assert custom("[phantom.collect2(action_name=name, datapath=['action_result.data.*.v']) "
                  "for name in ('look_1', 'never')]") == [[[1]], []]


INSIDE = """
import phantom.rules as phantom
def tool(n=None):
    found = []
    for call in CALLS:
        try:
            found.append(call())
        except RuntimeError as exc:
            found.append(str(exc))
    return {"found": found}
"""


@pytest.mark.observed
@pytest.mark.parametrize(("call", "found"), [
    ("get_action_results(action_name='never')", "get_action_results: there is no completed action run 'never'"),
    ("get_custom_function_results(custom_function_name='never')",
     "get_custom_function_results: there is no custom function run 'never'"),
    ("get_filtered_data('never')", "get_filtered_data: there is no filtered data 'never'"),
    ("get_summary()", "phantom.get_summary cannot be called from within a custom function"),
    ("get_extra_data()", "phantom.get_extra_data cannot be called from within a custom function"),
    ("get_action_results(action_name='look_1')[0]['name']", "look_1"), ("get_effective_user()", 1),
    ("get_current_container_id_()", 1), ("get_playbook_info()[0]['name']", "book"),
    ("concatenate([1], 2)", [1, 2]), ("parse_results([])", {"success": [], "failed": []}),
    ("collect(1, 'artifact:*.id', scope='all')", [1, 2, 3, 4, 5]),
    ("collect_from_contains(container=1, contains=['ip'], scope='all')", ["1.1.1.1", "8.8.8.8", "10.0.0.5"]),
])
def test_what_they_do_in_a_custom_function(custom, call, found):
    """Some are refused there, some raise for what is not there, the others work."""
    function = INSIDE.replace("CALLS", f"[lambda: phantom.{call}]")
    assert custom("results[0]['custom_function_results'][0]['data']['found']", function) == [found]


# -- playbooks ---------------------------------------------------------------------------------------------------------

PARENT = """
import json
import phantom.rules as phantom

def on_start(container):
    phantom.act("look up", assets=["a"], parameters=[{"n": "parent"}], name="look_1", callback=ask)

def ask(container=None, **kwargs):
    phantom.playbook("local/child", container, name="child_1", callback=done, inputs={"q": [1]})

def done(container=None, results=None, **kwargs):
    number = results[0]["id"]
    phantom.playbook("local/child", container, name="child_2")
    phantom.debug(json.dumps(EXPRESSION))
"""
CHILD = """
import json
import phantom.rules as phantom

def on_start(container):
    phantom.act("look up", assets=["a", "b"], parameters=[{"n": "child"}], name="look_1", callback=done)
    phantom.act("look up", assets=["a"], parameters=[{"n": "child"}], name="look_2")

def done(container=None, **kwargs):
    if not phantom.get_run_data(key="told"):
        INSIDE

def on_finish(container, summary):
    phantom.save_playbook_output_data(output={"o": [1, 2]})
"""


@pytest.fixture
def family(tmp_path, incident):
    """What an expression gives in the callback of a child playbook, or in a block of the child."""

    def evaluate(expression, inside=""):
        (tmp_path / "book.py").write_text(PARENT.replace("EXPRESSION", expression))
        (tmp_path / "child.py").write_text(CHILD.replace(
            "INSIDE", f"phantom.debug(json.dumps({inside}))" if inside else "pass"))
        lab = Lab(incident)
        lab.action("look up")(lambda parameter: [{"v": parameter["n"]}])
        run = lab.run(tmp_path / "book.py")
        lines = [event.message for event in run.journal.events
                 if isinstance(event, Logged) and event.level == "debug"]
        assert lines, run.summary().message
        return json.loads(lines[0])

    return evaluate


@pytest.mark.assumed
@pytest.mark.parametrize(("expression", "found"), [
    ("phantom.get_child_playbook_results() == results", True),
    ("phantom.get_child_playbook_results(playbook_run_name='child_1') == results", True),
    ("phantom.get_child_playbook_results(results) == results", True),
    ("phantom.get_child_playbook_results([{'id': 99}])", []),
    ("phantom.get_child_playbook_results(playbook_run_name='never')", []),
    ("phantom.get_results('child_1') == results", True), ("phantom.get_results('child_2')", []),
    ("phantom.get_playbook_status()", {"child_1": "success", "child_2": "running"}),
    ("phantom.get_playbook_status(['child_2', 'never'])", {"child_2": "running"}),
    ("phantom.get_playbook_status(names='child_1')", {"child_1": "success"}),
    ("phantom.get_playbook_status(playbook_run_ids=[number, '99']) == {number: 'success'}", True),
    ("phantom.runs_completed(['child_1'], phantom.get_playbook_status, False)", True),
    ("phantom.runs_completed(['child_2'], phantom.get_playbook_status, False)", False),
    ("phantom.collect_from_playbook_results(results, 'child_1:playbook_output:o')", [1, 2]),
    ("phantom.collect_from_playbook_results(results, 'playbook_input:q')", [1]),
    ("[one['name'] for one in phantom.get_child_playbook_action_results()]", ["look_1", "look_1", "look_2"]),
    ("[one['asset'] for one in phantom.get_child_playbook_action_results('look_1')]", ["a", "b"]),
    ("phantom.get_child_playbook_action_results(action_name='never')", []),
    ("[one['name'] for one in phantom.get_playbook_results(playbook_run_id=number)]", ["look_1", "look_1", "look_2"]),
    ("['action_results' in one for one in phantom.get_playbook_results()]", [False]),
    ("phantom.get_playbook_results(result_data=True)[0]['action_results'][0]['data']", [{"v": "parent"}]),
    ("phantom.get_playbook_results(99)", []),
    ("phantom.get_summary(99)", {}), ("phantom.get_summary(number)['playbook_run_id'] == number", True),
    ("phantom.get_summary(str(number))['status']", "success"),
    ("[one['name'] for one in phantom.get_summary(number)['result']]", ["look_1", "look_2"]),
])
def test_what_a_parent_learns_of_its_child_playbooks(family, expression, found):
    """Status and results of those that were started."""
    assert family(expression) == found


@pytest.mark.documented
def test_results_of_another_playbook_run_are_found_by_its_id(family):
    """A child reads its parent's, a parent its child's; 0 is the run itself."""
    of_child = "phantom.get_action_results(action_name='look_1', playbook_run_id={})[0]['action_results'][0]['data']"
    assert family(of_child.format("number")) == [{"v": "child"}]
    assert family(of_child.format("0")) == [{"v": "parent"}]
    assert family("0", of_child.format("phantom.get_playbook_info()[0]['parent_playbook_run_id']")) == [{"v": "parent"}]


@pytest.mark.documented
@pytest.mark.parametrize(("inside", "found"), [
    ("phantom.get_playbook_info()[0]['parent_playbook_run_id'] == phantom.get_parent_playbook_run_id() != 0", True),
    ("phantom.get_playbook_info()[0]['name']", "child"),
    ("phantom.get_playbook_info()[0]['run_id'] == phantom.get_summary()['playbook_run_id']", True),
    ("phantom.get_playbook_info()[0]['run_id'] == phantom.get_playbook_run_id_()", True),
])
def test_a_child_knows_who_it_is(family, inside, found):
    """And which run started it."""
    assert family("0", inside) == found


# -- what a filter kept ------------------------------------------------------------------------------------------------

FILTERS = """
artifacts = phantom.condition(container=container, name="A:condition_1",
                              conditions=[["artifact:*.cef.sourceAddress", "!=", ""]])
both = phantom.condition(container=container, name="R:condition_1",
                         conditions=[["look_1:action_result.data.*.v", "==", 2]])
phantom.condition(container=container, name="N:condition_1", conditions=[["artifact:*.id", "==", 99]])
"""


@pytest.mark.documented
@pytest.mark.parametrize(("name", "kinds"), [("A:condition_1", [0, 2]), ("R:condition_1", [1, 0]),
                                             ("N:condition_1", [0, 0])])
def test_filtered_data_are_a_pair_of_lists(value, name, kinds):
    """Of results and artifact ids; a condition that nothing passed keeps none."""
    found = value(f"phantom.get_filtered_data({name!r})", setup=FILTERS, answers=ANSWERS)
    assert [len(one) for one in found] == kinds
    assert value(f"type(phantom.get_filtered_data(name={name!r})).__name__", setup=FILTERS, answers=ANSWERS) == "tuple"


@pytest.mark.assumed
@pytest.mark.parametrize("name", ["'never'", "None"])
def test_an_unknown_filter_has_kept_nothing(value, name):
    """In a playbook; a custom function is told by an exception."""
    assert value(f"phantom.get_filtered_data({name})") == [[], []]


@pytest.mark.assumed
def test_filtered_results_come_before_filtered_artifacts(value):
    """The documentation names them in this order; they are what the condition returned."""
    assert value("phantom.get_filtered_data('A:condition_1')", setup=FILTERS, answers=ANSWERS) == [[], [1, 2]]
    assert value("phantom.get_filtered_data('R:condition_1')[0] == both[1]", setup=FILTERS, answers=ANSWERS) is True
    setup = f"{FILTERS}\nphantom.get_filtered_data('A:condition_1')[1].append(9)"
    assert value("phantom.get_filtered_data('A:condition_1')[1]", setup=setup, answers=ANSWERS) == [1, 2]
