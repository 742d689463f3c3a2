"""Custom functions: where they are found, what they are given and may do, and what becomes of what they return."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

import pytest

from phantom_lab import Lab
from phantom_lab.history import HelperCalled
from phantom_lab.model import Options
from phantom_lab.rules import rules_module
from phantom_lab.rules.registry import EMULATED
from phantom_lab.rules.surface import surface
from tests.patience import LONG, UNIT

SOURCE = """
import json
import phantom.rules as phantom

def on_start(container):
    {before}
    phantom.custom_function(custom_function="{reference}", parameters={parameters}, name="tool_1", callback=done)

def done(custom_function=None, success=None, container=None, results=None, handle="unset", **kwargs):
    phantom.debug(json.dumps({expression}))
"""
START = datetime(2026, 1, 1, tzinfo=UTC)
RESULT = "results[0]['custom_function_results'][0]"
ECHO = "def tool(**kwargs):\n    return kwargs\n"
RULES = surface().functions
REFUSED = sorted(name for name in EMULATED if RULES[name].in_custom_function == "refused")
KNOWN = sorted(name for name in EMULATED if RULES[name].in_custom_function == "known")
ALLOWED = sorted(name for name in EMULATED if RULES[name].in_custom_function == "allowed")
VENDORS = {"act", "completed", "condition", "custom_function", "decision", "discontinue", "get_apps", "get_assets",
           "get_extra_data", "get_raw_data", "get_summary", "playbook", "prompt", "prompt2", "save_run_data",
           "set_action_limit", "task"}
"""What the vendor's self-test says must raise in a custom function."""


@pytest.fixture
def execute(tmp_path: Path, incident: Path):
    """Run a playbook that asks once for custom function ``tool``, which stands beside it; return the run.

    Its callback logs an expression as JSON.
    """

    def run(function, parameters="[{}]", expression="results", *, before="pass", reference="local/tool",
            file="tool.py", source=SOURCE, **options):
        (tmp_path / "book.py").write_text(source.format(
            before=before, reference=reference, parameters=parameters, expression=expression))
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(dedent(function))
        return Lab(incident, start=START, **options).run(tmp_path / "book.py")

    return run


@pytest.fixture
def told(execute):
    """What an expression gives in the callback; arguments as for `execute`."""

    def evaluate(*args, **kwargs):
        summary = execute(*args, **kwargs).summary()
        assert summary.debug, f"the callback did not get to its end: {summary.message}"
        return json.loads(summary.debug[-1])

    return evaluate


# -- what it is given --------------------------------------------------------------------------------------------------

@pytest.mark.observed
def test_it_is_executed_once_per_parameter_set_and_calls_back_once(execute):
    """In the given order, each set for itself."""
    run = execute("import phantom.rules as phantom\ndef tool(n=None):\n    phantom.debug(n)\n    return {'n': n}\n",
                  "[{'n': 1}, {'n': 2}, {'n': 1}]",
                  "[one['data'] for one in results[0]['custom_function_results']]")
    assert run.summary().debug == ["1", "2", "1", '[{"n": 1}, {"n": 2}, {"n": 1}]']
    assert [one["block"] for one in run.summary().invocations] == ["on_start", "tool", "tool", "tool", "done"]


@pytest.mark.observed
def test_an_input_that_is_not_given_is_none(told):
    """As the generated functions declare it; what is given arrives."""
    function = "def tool(a=None, b=None, **kwargs):\n    return {'got': [a, b, kwargs]}\n"
    assert told(function, "[{'b': 2}]", f"{RESULT}['data']['got']") == [None, 2, {}]


@pytest.mark.assumed
@pytest.mark.parametrize(("signature", "parameters", "got"), [
    ("a, b", "[{'b': 2}]", [None, 2]), ("a, b", "[{}]", [None, None]), ("a, *, b", "[{'a': 1}]", [1, None]),
])
def test_an_input_without_a_default_is_none_too(told, signature, parameters, got):
    """An input that is missing is None, whatever the function declares."""
    assert told(f"def tool({signature}):\n    return {{'got': [a, b]}}\n", parameters,
                f"{RESULT}['data'] and {RESULT}['data']['got']") == got


@pytest.mark.assumed
def test_inputs_that_it_does_not_take_are_left_out_with_a_note(execute):
    """They stand in the result's parameter all the same; the note says which and where."""
    run = execute("def tool(a=None):\n    return {'a': a}\n", "[{'a': 1, 'x': 2, 'y': 3}]",
                  f"[{RESULT}['data'], {RESULT}['parameter']]")
    assert json.loads(run.summary().debug[0]) == [{"a": 1}, {"a": 1, "x": 2, "y": 3}]
    assert run.summary().notes == ["custom function tool (block tool_1) has no input 'x', 'y'"]
    assert run.status == "success"


@pytest.mark.assumed
def test_a_function_without_inputs_is_executed_whatever_it_is_given(execute):
    """All of it is left out, with the same note."""
    run = execute("def tool():\n    return {'x': 1}\n", "[{'a': 1}]", f"{RESULT}['data']")
    assert run.summary().debug == ['{"x": 1}']
    assert run.summary().notes == ["custom function tool (block tool_1) has no input 'a'"]


@pytest.mark.observed
def test_any_input_reaches_kwargs(execute):
    """A function with ``**kwargs`` takes what is declared by name and the rest there; no note."""
    run = execute("def tool(a=None, **kwargs):\n    return {'a': a, 'kwargs': kwargs}\n", "[{'a': 1, 'x': 2}]",
                  f"{RESULT}['data']")
    assert json.loads(run.summary().debug[0]) == {"a": 1, "kwargs": {"x": 2}}
    assert run.summary().notes == []


@pytest.mark.observed
@pytest.mark.parametrize("given", [
    True, False, "True", 0, 7, 1.5, "", "text", None, [], ["a"], [True, None, 0], [["nested"]], {"deep": [1]}, "[1]",
])
def test_an_input_arrives_as_it_was_given(told, given):
    """Items and lists alike: booleans stay booleans, nothing is turned into a text or a list."""
    source = "def tool(one=None):\n    return {'type': type(one).__name__, 'one': one}\n"
    assert told(source, f"[{{'one': {given!r}}}]", f"{RESULT}['data']") == {"type": type(given).__name__, "one": given}


@pytest.mark.observed
def test_an_input_is_a_copy(execute):
    """The playbook changes its object after the call, the function its own: neither is seen elsewhere."""
    run = execute("def tool(rows=None):\n    rows.append('mine')\n    return {'rows': rows}\n", "given",
                  f"[{RESULT}['data']['rows'], {RESULT}['parameter']['rows']]",
                  before="given = [{'rows': ['a']}]",
                  source=SOURCE.replace("callback=done)", "callback=done)\n    given[0]['rows'].append('late')"))
    data, parameter = json.loads(run.summary().debug[0])
    assert data == ["a", "mine"]
    assert parameter == ["a"]


@pytest.mark.assumed
@pytest.mark.parametrize("parameters", ["None", "[{}]"])
def test_without_parameters_it_is_executed_once(told, parameters):
    """As ``[{}]``, which generated code writes for a function without inputs."""
    assert told(ECHO, parameters, "[one['data'] for one in results[0]['custom_function_results']]") == [{}]


@pytest.mark.observed
def test_an_empty_list_of_parameters_executes_nothing_and_calls_back(execute):
    """The block after it must run all the same."""
    run = execute(ECHO, "[]", "[success, results[0]['custom_function_results'], "
                              "phantom.collect2(datapath=['tool_1:custom_function_result.data.x'])]")
    assert json.loads(run.summary().debug[0]) == [True, [], []]
    assert [one["block"] for one in run.summary().invocations] == ["on_start", "done"]
    assert run.status == "success"


@pytest.mark.assumed
@pytest.mark.parametrize(("parameters", "message"), [
    ("{'a': 1}", "parameters must be a list of dicts, not dict"),
    ("'a'", "parameters must be a list of dicts, not str"),
    ("[1]", "parameters must be a list of dicts, not a list holding int"),
    ("[{'a': {1}}]", "parameters are not JSON"),
])
def test_wrong_parameters_are_one_clear_error(execute, parameters, message):
    """It names the custom function, the block and the line; nothing is executed."""
    run = execute(ECHO, parameters)
    assert run.status == "error"
    assert f"custom_function 'local/tool': {message}" in run.summary().message
    assert run.summary().message.endswith("(block on_start, book.py:7)")
    assert run.summary().custom_function_runs == []


# -- what becomes of what it returns -----------------------------------------------------------------------------------

@pytest.mark.assumed
def test_the_shape_of_results(told):
    """One entry per call, in it one result per parameter set (inner layout assumed)."""
    (found,) = told("def tool(n=None):\n    return {'twice': 2 * n}\n", "[{'n': 1}, {'n': 'x'}]")
    number = found["custom_function_run_id"]
    assert isinstance(number, int)
    assert found == {
        "name": "tool_1", "custom_function_name": "local/tool", "custom_function_run_id": number, "status": "success",
        "success": True, "message": "2 succeeded", "custom_function_results": [
            {"status": "success", "success": True, "message": "Custom function completed", "parameter": {"n": 1},
             "data": {"twice": 2}},
            {"status": "success", "success": True, "message": "Custom function completed", "parameter": {"n": "x"},
             "data": {"twice": "xx"}}]}


@pytest.mark.documented
def test_the_callback_gets_custom_function_instead_of_action(told):
    """``**kwargs`` receives exactly these; no handle can be passed, so it is None."""
    names, custom_function, success, container, results, handle = told(
        ECHO, expression="0", source=SOURCE[:SOURCE.index("def done")] + """
def done(**kwargs):
    phantom.debug(json.dumps([sorted(kwargs), kwargs["custom_function"], kwargs["success"], kwargs["container"]["id"],
                              kwargs["results"], kwargs["handle"]]))
""")
    assert names == ["container", "custom_function", "handle", "results", "success"]
    assert custom_function["name"] == "tool_1"
    assert custom_function["custom_function_run_id"] == results[0]["custom_function_run_id"]
    assert custom_function["custom_function_name"] == "local/tool"
    assert (success, container, handle) == (True, 1, None)


@pytest.mark.assumed
def test_a_callback_of_the_oldest_form_gets_none_for_action(told):
    """Five arguments by position: there is no action."""
    assert told(ECHO, expression="0", source=SOURCE[:SOURCE.index("def done")] + """
def done(a, b, c, d, e):
    phantom.debug(json.dumps([a, b, c["id"], d[0]["name"], e]))
""") == [None, True, 1, "tool_1", None]


@pytest.mark.observed
@pytest.mark.parametrize(("returned", "datapath", "values"), [
    ("{'x': 1}", "data.x", [1]), ("{'x': 1}", "data.missing", [None]), ("{'x': [1, 2]}", "data.x.*", [1, 2]),
    ("{'x': [{'y': 1}, {'y': 2}]}", "data.x.*.y", [1, 2]), ("[{'x': 1}, {'x': 2}]", "data.*.x", [1, 2]),
    ("[{'x': 1}, {'x': 2}]", "data.x", [1, 2]), ("[{'x': 1}, {'x': 2}]", "data.1.x", [2]),
    ("{'x': 1}", "message", ["Custom function completed"]), ("{'x': 1}", "success", [True]),
    ("{'x': 1}", "status", ["success"]), ("{'x': {'y': {'z': 0}}}", "data.x.y.z", [0]),
    ("{'x': True}", "parameter.n", [5]),
], ids=str)
def test_datapaths_reach_what_was_returned(told, returned, datapath, values):
    """A dict by its keys; a list item by item, with the star or without."""
    found = told(f"def tool(n=None):\n    return {returned}\n", "[{'n': 5}]",
                 f"phantom.collect2(container=container, datapath=['tool_1:custom_function_result.{datapath}'])")
    assert found == [[value] for value in values]


@pytest.mark.observed
def test_datapaths_of_several_parameter_sets_are_rows(told):
    """One row per set and item; a set that gave nothing is a row of None beside its parameter."""
    function = "def tool(n=None):\n    return [{'x': n}] * n if n else []\n"
    path = "tool_1:custom_function_result."
    assert told(function, "[{'n': 2}, {'n': 0}, {'n': 1}]", "phantom.collect2(container=container, datapath="
                f"['{path}data.*.x', '{path}parameter.n', '{path}success'])") == [
        [2, 2, True], [2, 2, True], [None, 0, False], [1, 1, True]]


@pytest.mark.observed
def test_results_that_were_passed_along_are_read_as_those_of_the_name(told):
    """`action_results` may hold results of custom functions."""
    assert told(ECHO, "[{'x': 3}]", "phantom.collect2(container=container, action_results=results, datapath="
                "['tool_1:custom_function_result.data.x', 'tool_1:custom_function_result.parameter.x'])") == [[3, 3]]


@pytest.mark.documented
def test_the_call_returns_the_id_of_its_run(told):
    """The id of the results, different for every call."""
    first, second, found = told(
        ECHO, expression="phantom.get_run_data(key='ids') + [results[0]['custom_function_run_id']]",
        source="""
import json
import phantom.rules as phantom

def on_start(container):
    ids = [phantom.custom_function(custom_function="local/tool", name=name, callback=back)
           for name, back in (("a", None), ("b", done))]
    phantom.save_run_data(value=ids, key="ids")

def done(results=None, **kwargs):
    phantom.debug(json.dumps({expression}))
""")
    assert second == found
    assert isinstance(first, int)
    assert first != second


# -- failures ----------------------------------------------------------------------------------------------------------

@pytest.mark.assumed
@pytest.mark.parametrize(("given", "success", "statuses", "run_status"), [
    ([1, 2], True, ["success", "success"], "success"), ([1, 0], True, ["success", "failed"], "success"),
    ([0, 0], False, ["failed", "failed"], "failed"), ([0], False, ["failed"], "failed"),
])
def test_it_fails_only_if_every_parameter_set_failed(execute, given, success, statuses, run_status):
    """After the rule of actions; then the run has failed, too, and its message says so."""
    run = execute("def tool(n=None):\n    return {'x': 1 / n}\n", f"[{{'n': n}} for n in {given}]",
                  "[success, results[0]['success'], results[0]['status'], "
                  "[one['status'] for one in results[0]['custom_function_results']]]")
    assert json.loads(run.summary().debug[0]) == [success, success, "success" if success else "failed", statuses]
    assert run.status == run_status
    if run_status == "failed":
        assert run.summary().message.startswith("custom function 'tool_1' failed: ZeroDivisionError")
    assert run.summary().custom_function_runs[0]["status"] == ("success" if success else "failed")


@pytest.mark.assumed
def test_an_exception_fails_its_parameter_set_and_no_branch(execute):
    """The message names block, file and line; the callback is called, and the run is no error."""
    run = execute("def tool(n=None):\n    x = 1\n    raise KeyError('gone')\n", "[{'n': 1}]",
                  f"[{RESULT}[key] for key in ('status', 'success', 'message', 'parameter')]")
    status, success, message, parameter = json.loads(run.summary().debug[0])
    assert (status, success, parameter) == ("failed", False, {"n": 1})
    assert message == "KeyError: 'gone' (block tool, tool.py:3)"
    assert run.summary().notes == ["custom function local/tool failed: KeyError: 'gone' (block tool, tool.py:3)"]
    assert run.failures == ()
    assert [one["error"] for one in run.summary().invocations] == [None, message, None]


@pytest.mark.assumed
def test_a_call_that_never_got_into_the_function_is_told_of_its_own_file(told):
    """With the line of its ``def``."""
    message = told("\ndef tool(a, /):\n    return {}\n", "[{'a': 1}]", f"{RESULT}['message']")
    assert message.startswith("TypeError: tool() ")
    assert message.endswith("(block tool, tool.py:2)")


@pytest.mark.assumed
@pytest.mark.parametrize("exception", ["SystemExit(3)", "RecursionError('deep')", "StopIteration()",
                                       "type('Own', (Exception,), {})('x')"])
def test_any_exception_is_a_failure(told, exception):
    """Also one that would end a process, and one of the function's own."""
    assert told(f"def tool():\n    raise {exception}\n", expression="[success, results[0]['status']]") == [
        False, "failed"]


@pytest.mark.assumed
def test_an_endless_recursion_is_a_failure(told):
    """The run goes on."""
    success, message = told("def tool(n=0):\n    return tool(n + 1)\n", expression=f"[success, {RESULT}['message']]")
    assert success is False
    assert "RecursionError" in message
    assert "(block tool, tool.py:2)" in message


@pytest.mark.observed
def test_an_empty_list_is_taken_for_a_failure(execute):
    """The data path gives no value; the note says which block it was."""
    run = execute("def tool():\n    return []\n", expression="[success, results[0]['status'], phantom.collect2("
                  "container=container, datapath=['tool_1:custom_function_result.data.*.x'])]")
    assert json.loads(run.summary().debug[0]) == [False, "failed", [[None]]]
    (note,) = run.summary().notes
    assert note == ("custom function local/tool returned an empty list, which the platform takes for a failure "
                    "(block tool_1, tool.py:1)")


@pytest.mark.assumed
@pytest.mark.parametrize("returned", ["return", "return None", "return 'text'", "return 5", "return True", "pass"])
def test_what_is_no_dict_or_list_has_no_outputs_and_a_note(execute, returned):
    """The function has succeeded; whoever reads its outputs reads None."""
    run = execute(f"def tool():\n    {returned}\n", expression="[success, phantom.collect2(container=container, "
                  "datapath=['tool_1:custom_function_result.data.x'])]")
    assert json.loads(run.summary().debug[0]) == [True, [[None]]]
    (note,) = run.summary().notes
    assert note.startswith("custom function local/tool (block tool_1) returned ")
    assert note.endswith("no dict or list: its outputs have no value")


@pytest.mark.assumed
@pytest.mark.parametrize("returned", ["{'x': {1, 2}}", "{'x': object()}", "[b'bytes']", "{'x': float}"])
def test_what_is_no_json_is_a_failure(told, returned):
    """The message names the function, its block and its line."""
    success, message, data = told(f"\ndef tool():\n    return {returned}\n",
                                  expression=f"[success, {RESULT}['message'], {RESULT}['data']]")
    assert (success, data) == (False, [])
    assert message.startswith("custom function local/tool returned what is no JSON: ")
    assert message.endswith("(block tool_1, tool.py:2)")


@pytest.mark.assumed
def test_a_ring_is_no_json(told):
    """A list that holds itself is a failure, not an endless loop."""
    success, message = told("def tool():\n    ring = []\n    ring.append(ring)\n    return {'ring': ring}\n",
                            expression=f"[success, {RESULT}['message']]")
    assert success is False
    assert "returned what is no JSON" in message


@pytest.mark.observed
def test_tuples_and_numbered_keys_are_what_json_makes_of_them(told):
    """What is returned crosses a JSON boundary."""
    assert told("def tool():\n    return {'x': (1, (2,)), 3: 'n'}\n", expression=f"{RESULT}['data']") == {
        "x": [1, [2]], "3": "n"}


ENDLESS = {
    "plain": "def tool():\n    while True:\n        pass\n",
    "swallows": """
        def tool():
            n = 0
            while True:
                try:
                    n += len(str(n))
                except:
                    pass
        """,
    "swallows around a loop": """
        def tool():
            while True:
                try:
                    while True:
                        n = 1
                except:
                    pass
        """,
    "goes on in finally": """
        def tool():
            while True:
                try:
                    while True:
                        n = 1
                finally:
                    continue
        """,
    "in a helper": "def tool():\n    return spin()\ndef spin():\n    while True:\n        pass\n",
    "sleeps": "import time\ndef tool():\n    while True:\n        time.sleep(0.1)\n",
    "at import": "while True:\n    pass\ndef tool():\n    return {}\n",
}


@pytest.mark.assumed
@pytest.mark.parametrize("kind", ENDLESS)
def test_one_that_never_returns_is_ended_and_fails(execute, kind):
    """After so many seconds of real time; the parameter set has failed, and the run goes on."""
    run = execute(ENDLESS[kind], expression=f"[success, {RESULT}['message']]",
                  options=Options(custom_function_seconds=0.1, max_steps=10**12))
    success, message = json.loads(run.summary().debug[0])
    assert success is False
    assert message.startswith("custom function local/tool timed out: it did not return within 0.1 seconds "
                              "(block tool_1, tool.py:")
    assert message in run.summary().notes
    assert run.status == "failed"


SWALLOWS = """
import sys
from phantom_lab import Lab
from phantom_lab.model import Options
lab = Lab({"id": 1, "name": "x"}, options=Options(custom_function_seconds=0.1, max_steps=10**12))
print(lab.run(sys.argv[1]).status)
"""


@pytest.mark.assumed
def test_after_one_that_was_ended_the_next_set_is_executed(told):
    """The limit is per parameter set, and leaves nothing behind."""
    found = told("def tool(n=None):\n    while n:\n        pass\n    return {'n': n}\n", "[{'n': 1}, {'n': 0}]",
                 "[success, [one['status'] for one in results[0]['custom_function_results']]]",
                 options=Options(custom_function_seconds=UNIT, max_steps=10**12))
    assert found == [True, ["failed", "success"]]


@pytest.mark.assumed
def test_a_long_sleep_passes_at_once(told):
    """Waiting takes time of the clock, not of the limit."""
    slept, success = told("import time\ndef tool():\n    began = time.time()\n    time.sleep(10**9)\n"
                          "    return {'slept': time.time() - began}\n",
                          expression=f"[{RESULT}['data']['slept'], success]",
                          options=Options(custom_function_seconds=LONG))
    assert slept == pytest.approx(10**9, abs=1)
    assert success is True


# -- what it may do ----------------------------------------------------------------------------------------------------

CALL_ALL = """
    import inspect
    import phantom.rules as phantom

    def tool(names=None):
        found = {}
        for name in names:
            function = getattr(phantom, name)
            arguments = {one.name: GIVEN.get(one.name) for one in inspect.signature(function).parameters.values()
                         if one.default is one.empty and one.kind is one.POSITIONAL_OR_KEYWORD}
            try:
                found[name] = ["returned", repr(function(**arguments))]
            except Exception as exc:
                found[name] = [type(exc).__name__, str(exc)]
        return found

    GIVEN = {"container": 1}
    """


@pytest.mark.observed
def test_what_asks_for_anything_is_refused_inside(execute):
    """Every such name raises RuntimeError with the platform's words, and does nothing."""
    run = execute(CALL_ALL, f"[{{'names': {REFUSED}}}]", f"{RESULT}['data']")
    found = json.loads(run.summary().debug[0])
    assert found == {name: ["RuntimeError", f"phantom.{name} cannot be called from within a custom function"]
                     for name in REFUSED}
    assert run.summary().action_runs == run.summary().playbook_runs == []
    assert len(run.summary().custom_function_runs) == 1


@pytest.mark.observed
def test_every_emulated_name_of_the_vendors_list_is_refused():
    """The list is the vendor's own self-test's."""
    assert VENDORS & EMULATED.keys() <= {*REFUSED}
    assert len(REFUSED) > 10


@pytest.mark.observed
def test_what_is_not_refused_works_inside(execute, incident):
    """None of the other names says that it cannot be called from there."""
    run = execute(CALL_ALL, f"[{{'names': {ALLOWED}}}]", f"{RESULT}['data']")
    found = json.loads(run.summary().debug[-1])
    assert found.keys() == {*ALLOWED}
    assert [name for name, (kind, text) in found.items() if kind == "RuntimeError" or "within" in text] == []


@pytest.mark.observed
@pytest.mark.parametrize("name", KNOWN)
def test_looking_up_what_is_not_there_raises_inside(told, name):
    """RuntimeError for an unknown name; outside it would be no error."""
    kind, text = told(f"""
        import phantom.rules as phantom
        def tool():
            try:
                return {{"found": ["returned", phantom.{name}("unknown")]}}
            except Exception as exc:
                return {{"found": [type(exc).__name__, str(exc)]}}
        """, expression=f"{RESULT}['data']['found']")
    assert kind == "RuntimeError"
    assert "'unknown'" in text


@pytest.mark.observed
@pytest.mark.parametrize(("call", "before", "value"), [
    ("get_run_data(key='k')", "phantom.save_run_data(value='v', key='k')", "v"),
    ("get_block_result(key='k')", "phantom.save_block_result(value='v', key='k')", "v"),
    ("get_format_data(name='f')", "phantom.format(template='t{{0}}', parameters=['x'], name='f')", "tx"),
    ("format(template='<{0}>', parameters=['x'])", "pass", "<x>"),
    ("get_container(1)['name']", "pass", "Test incident"), ("set_parent_handle('h')", "pass", None),
    ("parse_success([{'action_results': [{'status': 'success', 'data': [1]}]}])", "pass", [1]),
    ("collect2(container={'id': 1}, datapath=['artifact:*.id'])[0]", "pass", [1]),
])
def test_reading_works_inside(told, call, before, value):
    """What the playbook saved, a format without a name, containers, artifacts."""
    function = f"import phantom.rules as phantom\ndef tool():\n    return {{'found': phantom.{call}}}\n"
    assert told(function, expression=f"{RESULT}['data']['found']", before=before.replace("{{", "{").replace(
        "}}", "}")) == value


@pytest.mark.observed
def test_a_format_with_a_name_is_refused_inside(told):
    """Only then: it would keep something for the playbook."""
    assert told("""
        import phantom.rules as phantom
        def tool():
            try:
                phantom.format(template="x", name="mine")
            except RuntimeError as exc:
                return {"said": str(exc)}
        """, expression=f"[{RESULT}['data']['said'], phantom.get_format_data(name='mine')]") == [
        "phantom.format cannot be called from within a custom function", None]


@pytest.mark.observed
def test_a_refusal_that_nobody_catches_is_its_failure(told):
    """Also where a helper of the function calls."""
    success, message = told("import phantom.rules as phantom\ndef tool():\n    ask()\n"
                            "def ask():\n    phantom.act('look up')\n",
                            expression=f"[success, {RESULT}['message']]")
    assert success is False
    assert message == ("RuntimeError: phantom.act cannot be called from within a custom function "
                       "(block tool, tool.py:5)")


@pytest.mark.observed
def test_the_playbooks_own_calls_are_refused_only_inside(told):
    """After the custom function, and before it, everything is allowed again."""
    assert told(ECHO, expression="[phantom.completed(custom_function_names=['tool_1']), "
                                 "phantom.completed(action_names=['never'])]") == [True, False]


@pytest.mark.observed
@pytest.mark.parametrize("line", ["import phantom.rules as phantom", "from phantom import rules as phantom",
                                  "import phantom.rules; phantom = phantom.rules"])
def test_the_rules_are_imported_inside_the_body(execute, line):
    """As published functions do it; what it writes is the run's."""
    run = execute(f"""
        def tool(level=None):
            {line}
            phantom.debug("inside")
            done, said = phantom.set_severity(1, level)
            return {{"done": done}}
        """, "[{'level': 'high'}]", f"[{RESULT}['data'], phantom.get_container(1)['severity']]")
    assert run.summary().debug == ["inside", '[{"done": true}, "high"]']
    (change,) = run.summary().changes
    assert (change["field"], change["after"], change["block"]) == ("severity", "high", "tool")


@pytest.mark.observed
def test_a_file_may_hold_helpers_and_names_of_its_own(execute):
    """They are called like any other function, and are no blocks."""
    run = execute("""
        import re
        RATE = 3
        def tool(text=None):
            return {"n": count(text)}
        def count(text):
            return RATE * len(re.findall("a", text))
        """, "[{'text': 'banana'}]", f"{RESULT}['data']")
    assert run.summary().debug == ['{"n": 9}']
    assert [one["block"] for one in run.summary().invocations] == ["on_start", "tool", "done"]
    assert [one.name for one in run.journal.events if isinstance(one, HelperCalled)] == ["count"]


@pytest.mark.observed
def test_it_shares_no_names_with_the_playbook(told):
    """Its file is a module of its own."""
    assert told("def tool():\n    return {'seen': sorted({'done', 'on_start', 'json'} & {*globals()})}\n",
                expression=f"{RESULT}['data']['seen']") == []


@pytest.mark.assumed
def test_it_can_be_as_little_stopped_from_reaching_the_network_as_a_playbook(told):
    """It is refused."""
    success, message = told("import socket\ndef tool():\n    socket.create_connection(('127.0.0.1', 9))\n",
                            expression=f"[success, {RESULT}['message']]")
    assert success is False
    assert "playbook code reaches neither the network nor other programs" in message


@pytest.mark.assumed
def test_something_not_emulated_inside_stops_the_run(execute):
    """As in the playbook itself: nobody can say what it would have returned."""
    run = execute("import phantom.rules as phantom\ndef tool():\n    try:\n        phantom.fix_datapath()\n"
                  "    except:\n        pass\n    return {}\n")
    assert run.status == "not_emulated"
    assert run.summary().gaps == {"fix_datapath": 1}


@pytest.mark.assumed
def test_something_not_emulated_while_it_is_imported_stops_the_run(execute):
    """The same."""
    run = execute("import phantom.app\ndef tool():\n    return {}\n")
    assert run.status == "not_emulated"
    assert run.summary().gaps == {"module phantom.app": 1}


# -- when it runs ------------------------------------------------------------------------------------------------------

@pytest.mark.observed
def test_it_never_completes_before_the_calling_block_has_returned(execute):
    """Not even one without parameter sets."""
    run = execute("import phantom.rules as phantom\ndef tool():\n    phantom.debug('executes')\n    return {}\n",
                  source="""
import phantom.rules as phantom

def on_start(container):
    for name, parameters in (("one", [{{}}]), ("none", [])):
        phantom.custom_function(custom_function="tool", parameters=parameters, name=name, callback=done)
    phantom.debug(phantom.completed(custom_function_names=["one"]))
    phantom.debug(phantom.completed(custom_function_names=["none"]))

def done(custom_function, **kwargs):
    phantom.debug([custom_function["name"], *(phantom.completed(custom_function_names=[n]) for n in ("one", "none"))])
""")
    assert run.summary().debug == ["False", "False", "executes", "['one', True, False]", "['none', True, True]"]


@pytest.mark.observed
def test_without_a_callback_it_is_executed_all_the_same(execute):
    """`on_finish` sees it completed."""
    run = execute(ECHO, source="""
import phantom.rules as phantom

def on_start(container):
    phantom.custom_function(custom_function="tool", parameters=[{{"a": 1}}], name="tool_1")

def on_finish(container, summary):
    phantom.debug(phantom.completed(custom_function_names=["tool_1"]))
    phantom.debug(phantom.collect2(container=container, datapath=["tool_1:custom_function_result.data.a"]))
""")
    assert run.summary().debug == ["True", "[[1]]"]


@pytest.mark.assumed
def test_without_a_name_one_is_made(told):
    """Of the function's name and a counter."""
    assert told(ECHO, expression="custom_function['name']", source=SOURCE.replace(', name="tool_1"', "")) == "tool_1"


@pytest.mark.assumed
def test_later_results_of_a_name_shadow_the_earlier_ones(told):
    """Datapaths read the latest."""
    assert told("def tool(n=None):\n    return {'n': n}\n", "[{'n': 1}]", "n", source="""
import json
import phantom.rules as phantom

def on_start(container):
    phantom.custom_function(custom_function="tool", parameters=[{{"n": 1}}], name="tool_1", callback=again)

def again(container=None, **kwargs):
    phantom.custom_function(custom_function="tool", parameters=[{{"n": 2}}], name="tool_1", callback=done)

def done(container=None, **kwargs):
    phantom.debug(json.dumps(phantom.collect2(container=container, datapath=["tool_1:custom_function_result.data.n"])))
""") == [[2]]


@pytest.mark.assumed
def test_the_summary_lists_it_without_app_runs(execute):
    """After the actions: name, custom function, id, status and message (reported)."""
    run = execute(ECHO, source=SOURCE + """
def on_finish(container, summary):
    phantom.debug(summary)
""", expression="0")
    summary = json.loads(run.summary().debug[-1])
    (one,) = summary["result"]
    assert one == {"name": "tool_1", "custom_function_name": "local/tool", "status": "success",
                   "message": "1 succeeded", "custom_function_run_id": one["custom_function_run_id"]}
    assert isinstance(one["custom_function_run_id"], int)
    assert summary["status"] == "success"


@pytest.mark.assumed
def test_the_summary_is_failed_when_it_failed(execute):
    """`on_finish` reads it, and the run's status agrees."""
    run = execute("def tool():\n    return []\n", source=SOURCE + """
def on_finish(container, summary):
    phantom.debug(json.loads(summary)["status"])
""", expression="0")
    assert run.summary().debug[-1] == "failed"
    assert run.status == "failed"


# -- where it is found -------------------------------------------------------------------------------------------------

@pytest.mark.observed
@pytest.mark.parametrize("reference", ["local/tool", "community/tool", "tool", "LOCAL/Tool", "some repo/tool",
                                       "local/drafts/tool", " local/tool "])
@pytest.mark.parametrize("file", ["tool.py", "Tool.py", "custom_functions/tool.py"])
def test_it_is_found_by_base_name_without_case_and_repository(told, reference, file):
    """Beside the playbook, or in the folder ``custom_functions`` there."""
    function = ECHO.replace("tool", Path(file).stem)
    assert told(function, "[{'x': 1}]", "[success, custom_function['custom_function_name']]", reference=reference,
                file=file) == [True, reference]


@pytest.mark.assumed
@pytest.mark.parametrize("inside", ["", "custom_functions"])
def test_it_is_found_in_the_labs_folders(told, tmp_path, inside):
    """`Lab(paths=…)` adds folders, and their ``custom_functions``."""
    folder = tmp_path / "elsewhere" / inside
    assert told(ECHO, expression="success", file=str(folder / "tool.py"), paths=[tmp_path / "elsewhere"]) is True


@pytest.mark.assumed
def test_the_playbooks_own_folder_comes_first(told, tmp_path):
    """What stands nearer is meant."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "tool.py").write_text("def tool():\n    return {'from': 'other'}\n")
    assert told("def tool():\n    return {'from': 'own'}\n", expression=f"{RESULT}['data']['from']", paths=[other],
                file="custom_functions/tool.py") == "own"


@pytest.mark.assumed
def test_a_missing_one_is_one_clear_error(execute, tmp_path):
    """It names the reference, where was looked, and what to do; the branch ends there."""
    run = execute(ECHO, reference="local/gone", paths=[tmp_path / "more"])
    assert run.status == "error"
    message = run.summary().message
    assert message.startswith("MissingSourceError: no custom function 'local/gone'. Looked for gone.py in ")
    for folder in (tmp_path, tmp_path / "custom_functions", tmp_path / "more"):
        assert str(folder) in message
    assert "Lab(paths=[…])" in message
    assert message.endswith("(block on_start, book.py:7)")
    assert "\n" not in message


@pytest.mark.assumed
@pytest.mark.parametrize("reference", ["None", "''", "5", "'  '"])
def test_a_reference_that_is_no_name_is_one_clear_error(execute, reference):
    """An example shows what is meant."""
    run = execute(ECHO, source=SOURCE.replace('"{reference}"', reference))
    assert run.status == "error"
    assert "it must be named like 'community/list_merge'" in run.summary().message


@pytest.mark.observed
def test_a_file_with_one_function_of_another_name_holds_that_one(told):
    """As some published files do."""
    assert told("def tool_py3(a=None):\n    return {'a': a}\n", "[{'a': 1}]", f"{RESULT}['data']") == {"a": 1}


@pytest.mark.assumed
@pytest.mark.parametrize(("function", "message"), [
    ("def one(): pass\ndef two(): pass\n", "the custom function file defines no function tool. It defines one, two."),
    ("x = 1\n", "the custom function file defines no function tool. It defines none."),
    ("", "the custom function file defines no function tool. It defines none."),
    ("def tool(:\n", "syntax error: invalid syntax"),
    ("def tool():\n  return {\n", "syntax error: '{' was never closed"),
], ids=["others", "none", "empty", "syntax", "unclosed"])
def test_a_broken_file_is_one_clear_error(execute, function, message):
    """With the file's name; the asking block ends there, and nothing was executed."""
    run = execute(function)
    assert run.status == "error"
    assert message.rstrip(".") in run.summary().message
    assert "\n" not in run.summary().message
    assert run.summary().custom_function_runs == []


@pytest.mark.assumed
def test_a_syntax_error_names_file_and_line(execute, tmp_path):
    """Of the custom function, not of the playbook alone."""
    run = execute("\n\ndef tool(:\n    pass\n")
    assert f"{tmp_path / 'tool.py'}:3" in run.summary().message


@pytest.mark.assumed
@pytest.mark.parametrize("function", ["import no_such_module_at_all\ndef tool():\n    return {}\n",
                                      "def tool():\n    return {}\ntool = 5\n", "1 / 0\ndef tool():\n    return {}\n"],
                         ids=["import", "no function", "raises"])
def test_a_file_that_raises_when_it_is_imported_fails_clearly(execute, function):
    """The run comes to its end with the reason; what else was asked for completes."""
    run = execute(function, expression=f"[success, {RESULT}['message']]", source=SOURCE + """
def on_finish(container, summary):
    phantom.debug("finished")
""")
    assert run.summary().debug[-1] == "finished"
    assert run.status in ("failed", "error")
    assert "tool.py" in run.summary().message


@pytest.mark.assumed
@pytest.mark.parametrize("callback", ["'done'", "5", "[done]"])
def test_a_callback_that_is_no_function_is_one_clear_error(execute, callback):
    """As for an action."""
    run = execute(ECHO, source=SOURCE.replace("callback=done", f"callback={callback}"))
    assert "custom_function: callback must be a function, not " in run.summary().message


@pytest.mark.assumed
def test_an_unreadable_specification_beside_it_is_named(execute, tmp_path):
    """It is somebody's lost work: nothing is guessed."""
    (tmp_path / "tool.json").write_text("{not json")
    run = execute(ECHO)
    assert run.status == "error"
    assert "tool.json" in run.summary().message


@pytest.mark.observed
def test_what_it_logs_and_calls_stands_at_its_own_invocation(execute):
    """Lines of its debug log are filed under it, with its file's line numbers."""
    run = execute("import phantom.rules as phantom\n\n\ndef tool():\n    phantom.debug('x')\n    return {}\n",
                  expression="0")
    (line, _) = [one for one in run.journal.events if type(one).__name__ == "Logged" and one.level == "debug"]
    started = [one for one in run.journal.events if type(one).__name__ == "InvocationStarted"]
    assert (line.invocation, line.line) == (started[1].n, 5)
    assert (started[1].block, started[1].cause.kind, started[1].cause.name, started[1].cause.caller) == (
        "tool", "execute", "tool_1", "on_start")
    assert started[1].custom_function > 0
    assert started[0].custom_function == started[2].custom_function == 0


@pytest.mark.assumed
def test_the_module_of_rules_is_the_runs(lab):
    """What a custom function imports is bound to the run that executes it."""
    run = lab.prepare(Path(__file__).parent.parent.parent / "sample_data" / "playbooks" / "no_outcome.py")
    assert callable(rules_module(run).custom_function)
