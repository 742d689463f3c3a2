"""Logic loops: how often a block is repeated, what ends it, and how its state travels."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from phantom_lab import Lab
from phantom_lab.history import ApiCalled

START = datetime(2026, 1, 1, tzinfo=UTC)
HEAD = "import json, time\nimport phantom.rules as phantom\n"
ACT = 'phantom.act("look up", parameters=[{"n": n}], assets=["a"], name="look_1", callback=loop_ask, loop_state=state)'
CUSTOM = 'phantom.custom_function("tool", parameters=[{"n": n}], name="look_1", callback=loop_ask, loop_state=state)'
CHILD = 'phantom.playbook("child", container, name="look_1", inputs={"n": n}, callback=loop_ask, loop_state=state)'
LOOP = """
STATE = {state}

def on_start(container):
    ask(container=container)

def ask(container=None, loop_state_json=None, **kwargs):
    loop = phantom.LoopState(state=loop_state_json or STATE)
    n, state = loop.current_iteration, loop.to_json()
    phantom.debug([n, round(time.time() - {start})])
    {call}

def loop_ask(action=None, success=None, container=None, results=None, handle=None, loop_state_json=None, **kwargs):
    loop = phantom.LoopState(state=loop_state_json)
    if loop.should_continue(container=container, results=results):
        loop.increment()
        ask(container=container, loop_state_json=loop.to_json())
    else:
        after(container=container)

def after(container=None, **kwargs):
    phantom.debug({after})
"""


@pytest.fixture
def run(tmp_path: Path, incident: Path):
    """Run a playbook with a custom function ``tool`` and a child playbook ``child`` beside it.

    The n-th call of ``look up``, ``tool`` and ``child`` (from 1) comes back with ``{"n": n, "state": …}``.
    """

    def execute(source, **lab):
        (tmp_path / "book.py").write_text(HEAD + source)
        (tmp_path / "tool.py").write_text("def tool(n=None):\n"
                                          "    return {'n': n, 'state': 'done' if n >= 3 else 'busy'}\n")
        (tmp_path / "child.py").write_text(
            HEAD + "def on_start(container): pass\ndef on_finish(container, summary):\n"
            "    n = phantom.collect2(container=container, datapath=['playbook_input:n'])[0][0]\n"
            "    phantom.save_playbook_output_data(output={'n': n, 'state': 'done' if n >= 3 else 'busy'})\n")
        made = Lab(incident, start=START, **lab)
        made.action("look up")(lambda parameter, number: [
            {"n": number, "state": "done" if number >= 3 else "busy", "left": 5 - number}])
        made.action("fail")(lambda parameter: {"status": "failed", "message": "no"})
        return made.run(tmp_path / "book.py")

    return execute


@pytest.fixture
def loop(run):
    """Run a loop; its iterations as `[number, seconds since the start]`, and what the block after it said."""

    def execute(call=ACT, after="'over'", **state):
        ended = run(LOOP.format(state={"current_iteration": 1, "max_iterations": 2, "conditions": None, "max_ttl": 600,
                                       "delay_time": 0, **state}, start=START.timestamp(), call=call, after=after))
        *iterations, said = ended.summary().debug
        return [json.loads(one) for one in iterations], said

    return execute


def iterations(found):
    """Numbers only."""
    return [number for number, _ in found[0]]


# -- how often ---------------------------------------------------------------------------------------------------------

@pytest.mark.documented
@pytest.mark.parametrize("call", [ACT, CUSTOM, CHILD], ids=["act", "custom_function", "playbook"])
@pytest.mark.parametrize("times", [1, 2, 5])
def test_a_block_runs_so_many_times_in_all(loop, call, times):
    """The first time counts; then the next block goes on."""
    found = loop(call, max_iterations=times)
    assert iterations(found) == [*range(1, times + 1)]
    assert found[1] == "over"


@pytest.mark.assumed
@pytest.mark.parametrize("times", [0, -3, None])
def test_a_block_runs_once_whatever_the_number_says(loop, times):
    """It has run when it is asked whether to go on."""
    assert iterations(loop(max_iterations=times)) == [1]


@pytest.mark.documented
@pytest.mark.parametrize(("call", "path"), [
    (ACT, "look_1:action_result.data.*.state"), (CUSTOM, "look_1:custom_function_result.data.state"),
    (CHILD, "look_1:playbook_output:state"),
], ids=["act", "custom_function", "playbook"])
@pytest.mark.parametrize(("condition", "times"), [(("==", "done"), 3), (("!=", "busy"), 3), (("==", "never"), 9),
                                                  (("==", "busy"), 1)])
def test_a_met_exit_condition_ends_it(loop, call, path, condition, times):
    """It is tested after each iteration, over what that one came back with."""
    assert iterations(loop(call, max_iterations=9, conditions=[[path, *condition]])) == [*range(1, times + 1)]


@pytest.mark.documented
@pytest.mark.parametrize(("condition", "times"), [
    (["artifact:*.name", "==", "test"], 1), (["artifact:*.name", "==", "never"], 4),
    (["container:severity", "==", "low"], 1),
])
def test_an_exit_condition_may_test_artifacts_and_the_container(loop, condition, times):
    """Any datapath."""
    assert iterations(loop(max_iterations=4, conditions=[condition])) == [*range(1, times + 1)]


@pytest.mark.observed
@pytest.mark.parametrize("conditions", [None, []])
def test_without_exit_conditions_the_count_ends_it(loop, conditions):
    """Generated code passes None."""
    assert iterations(loop(max_iterations=3, conditions=conditions)) == [1, 2, 3]


@pytest.mark.assumed
@pytest.mark.parametrize(("operator", "times"), [(None, 4), ("and", 4), ("or", 3)])
def test_several_exit_conditions_must_all_hold_unless_the_state_says_or(loop, operator, times):
    """Exported loops store `and`; generated states carry no operator."""
    conditions = [["look_1:action_result.data.*.state", "==", "done"], ["look_1:action_result.data.*.left", "<", 2]]
    state = {"logical_operator": operator} if operator else {}
    assert iterations(loop(max_iterations=9, conditions=conditions, **state)) == [*range(1, times + 1)]


@pytest.mark.assumed
@pytest.mark.parametrize(("delay", "ttl", "times"), [(100, 250, 4), (100, 99, 2), (1, 0.5, 2), (100, 10**6, 9)])
def test_the_time_ends_it(loop, delay, ttl, times):
    """Asked more than `max_ttl` seconds after its start, it does not go on; the pause comes after the question."""
    assert iterations(loop(max_iterations=9, delay_time=delay, max_ttl=ttl)) == [*range(1, times + 1)]


@pytest.mark.assumed
def test_the_time_of_a_loop_begins_with_it(run):
    """What passed before does not count; and it goes on in the JSON text from one iteration to the next."""
    source = LOOP.format(state={"max_iterations": 9, "max_ttl": 250, "delay_time": 100}, start=START.timestamp(),
                         call=ACT, after="'over'").replace("    ask(container=container)\n\n",
                                                           "    time.sleep(1000)\n    ask(container=container)\n\n", 1)
    assert run(source).summary().debug == ["[1, 1000]", "[2, 1100]", "[3, 1200]", "[4, 1300]", "over"]


@pytest.mark.documented
@pytest.mark.parametrize(("state", "times"), [
    ({"max_iterations": 2}, 2), ({"max_ttl": 150}, 3), ({}, 3), ({"max_ttl": 50}, 2),
    ({"max_iterations": 1, "max_ttl": 50}, 1), ({"conditions": None}, 5),
])
def test_whichever_comes_first_ends_it(loop, state, times):
    """Count, condition or time."""
    found = loop(**{"max_iterations": 5, "max_ttl": 600, "delay_time": 100,
                    "conditions": [["look_1:action_result.data.*.state", "==", "done"]], **state})
    assert iterations(found) == [*range(1, times + 1)]


@pytest.mark.assumed
@pytest.mark.parametrize("delay", [0, 1, 120, 10**7])
def test_the_pause_passes_on_the_clock_at_once(loop, delay):
    """Between two iterations; none before the first, and none after the last."""
    found, over = loop(after=f"round(time.time() - {START.timestamp()})", max_iterations=3, delay_time=delay,
                       max_ttl=10**9)
    assert found == [[1, 0], [2, delay], [3, 2 * delay]]
    assert over == str(2 * delay)


@pytest.mark.observed
def test_what_the_editor_leaves_at_its_defaults(loop):
    """Ten minutes, two minutes' pause: six iterations, were it not for the count."""
    found = loop(max_iterations=99, max_ttl=None, delay_time=None)
    assert found[0] == [[n + 1, 120 * n] for n in range(6)]


# -- the state ---------------------------------------------------------------------------------------------------------

@pytest.fixture
def told(run):
    """What an expression gives in a block."""

    def evaluate(expression, before="pass"):
        block = f"    {before}\n    phantom.debug(json.dumps({expression}))\n"
        summary = run(f"def on_start(container):\n{block}").summary()
        assert summary.debug, summary.message
        return json.loads(summary.debug[-1])

    return evaluate


@pytest.mark.observed
@pytest.mark.parametrize("given", ["state", "json.dumps(state)", "phantom.LoopState(state).to_json()",
                                   "phantom.LoopState(state=phantom.LoopState(state=state).to_json()).to_json()"])
def test_a_state_is_read_from_a_dict_or_its_json_text(told, given):
    """Over and over again."""
    state = {"current_iteration": 2, "max_iterations": 7, "conditions": [["a", "==", "b"]], "max_ttl": 60,
             "delay_time": 5}
    assert told(f"[getattr(phantom.LoopState({given}), name) for name in state]", before=f"state = {state}") == [
        *state.values()]


@pytest.mark.observed
@pytest.mark.parametrize("given", ["", "None", "state=None", "{}", "''", "'{}'"])
def test_without_a_state_the_loop_is_at_its_first_iteration_and_ends_there(told, given):
    """None, as the first call of a looped block passes it on."""
    assert told("[loop.current_iteration, loop.should_continue(container=container, results=[])]",
                before=f"loop = phantom.LoopState({given})") == [1, False]


@pytest.mark.observed
def test_incrementing_counts_one_further_and_changes_nothing_else(told):
    """The state that is stored has the next number."""
    before, after = told("states", before="""loop, states = phantom.LoopState({"max_iterations": 5}), []
    states.append(json.loads(loop.to_json()))
    loop.increment()
    states.append(json.loads(loop.to_json()))""")
    assert (before["current_iteration"], after["current_iteration"]) == (1, 2)
    assert {**before, "current_iteration": 2} == after


@pytest.mark.observed
def test_asking_does_not_count(told):
    """Only `increment` does."""
    assert told("[loop.should_continue(container=container, results=None) for _ in range(3)] + "
                "[loop.current_iteration]", before='loop = phantom.LoopState({"max_iterations": 2})') == [
        True, True, True, 1]


@pytest.mark.assumed
def test_other_keys_of_a_state_survive(told):
    """Nobody knows what later systems write into it."""
    assert told("json.loads(phantom.LoopState(phantom.LoopState({'own': [1]}).to_json()).to_json())['own']") == [1]


@pytest.mark.assumed
@pytest.mark.parametrize(("state", "message"), [
    ("5", "LoopState: loop_state must be a dict, not int"), ("[1]", "LoopState: loop_state must be a dict, not list"),
    ("'[1]'", "LoopState: loop_state must be a dict, not list"), ("'no json'", "LoopState: loop_state is not JSON"),
    ("{'a': {1}}", "LoopState: loop_state is not JSON"),
    ("{'max_iterations': 'many'}", "LoopState: max_iterations must be a number, not 'many'"),
    ("{'max_ttl': [1]}", "LoopState: max_ttl must be a number, not [1]"),
    ("{'delay_time': float('nan')}", "LoopState: delay_time must be a number, not nan"),
    ("{'current_iteration': float('inf')}", "LoopState: current_iteration must be a number, not inf"),
])
def test_a_state_that_is_none_is_one_clear_error(run, state, message):
    """It names the class, what is wrong, the block and its line."""
    ended = run(f"def on_start(container):\n    phantom.LoopState(state={state})\n")
    assert ended.status == "error"
    assert message in ended.summary().message
    assert ended.summary().message.endswith("(block on_start, book.py:4)")


@pytest.mark.assumed
@pytest.mark.parametrize("call", [
    'act("look up", assets=["a"], loop_state={})', 'custom_function("tool", loop_state={})',
    'playbook("child", loop_state={})'])
@pytest.mark.parametrize("state", ["5", "[1]", "'no json'", "phantom.LoopState()"])
def test_a_call_with_a_wrong_state_is_one_clear_error(run, call, state):
    """It names the call; nothing is started."""
    ended = run(f"def on_start(container):\n    phantom.{call.format(state)}\n")
    assert ended.status == "error"
    assert f"PlaybookArgumentError: {call.partition('(')[0]} '" in ended.summary().message
    assert "loop_state" in ended.summary().message
    assert ended.summary().action_runs == ended.summary().custom_function_runs == ended.summary().playbook_runs == []


@pytest.mark.observed
@pytest.mark.parametrize("line", ["from phantom.rules import LoopState", "LoopState = phantom.LoopState"])
def test_the_class_can_be_had_by_name(told, line):
    """However it is imported."""
    assert told("LoopState(state={'current_iteration': 4}).current_iteration", before=line) == 4


# -- how it travels ----------------------------------------------------------------------------------------------------

CALLS = {"act": 'act("look up", assets=["a"], name="look_1", callback=done, loop_state={})',
         "custom_function": 'custom_function("tool", parameters=[{{"n": 1}}], name="look_1", callback=done, '
                            'loop_state={})',
         "playbook": 'playbook("child", inputs={{"n": 1}}, name="look_1", callback=done, loop_state={})'}
DONE = """
def on_start(container):
    phantom.{call}

def done({signature}):
    phantom.debug(json.dumps({expression}))
"""


@pytest.mark.documented
@pytest.mark.parametrize("state", ["phantom.LoopState({'max_iterations': 7}).to_json()", "{'max_iterations': 7}"])
@pytest.mark.parametrize("kind", CALLS)
def test_the_state_reaches_the_callback_as_json_text(run, kind, state):
    """By the keyword `loop_state_json`."""
    ended = run(DONE.format(call=CALLS[kind].format(state), signature="loop_state_json=None, **kwargs",
                            expression="[type(loop_state_json).__name__, json.loads(loop_state_json)"
                                       "['max_iterations'], 'loop_state' in kwargs]"))
    assert json.loads(ended.summary().debug[0]) == ["str", 7, False]


@pytest.mark.observed
@pytest.mark.parametrize("state", ["None", "''"])
@pytest.mark.parametrize("kind", CALLS)
def test_without_a_state_the_keyword_is_not_passed(run, kind, state):
    """Whoever declares it has its default."""
    ended = run(DONE.format(call=CALLS[kind].format(state), signature="loop_state_json='default', **kwargs",
                            expression="[loop_state_json, 'loop_state_json' in kwargs]"))
    assert json.loads(ended.summary().debug[0]) == ["default", False]


@pytest.mark.observed
def test_a_callback_that_does_not_take_it_is_called_without(run):
    """Like any keyword."""
    ended = run(DONE.format(call=CALLS["act"].format("{'max_iterations': 7}"), signature="success",
                            expression="success"))
    assert ended.summary().debug == ["true"]


@pytest.mark.assumed
@pytest.mark.parametrize("kind", CALLS)
def test_the_state_stands_in_the_results(run, kind):
    """As a key of the item (name by the vendor's own map of datapaths)."""
    ended = run(DONE.format(call=CALLS[kind].format("{'max_iterations': 7}"), signature="results, **kwargs",
                            expression="results[0]['loop_state']['max_iterations']"))
    assert ended.summary().debug == ["7"]


@pytest.mark.assumed
@pytest.mark.parametrize(("kind", "source"), [("act", "action_result"), ("custom_function", "custom_function_result")])
def test_a_datapath_reaches_the_state(run, kind, source):
    """`X:action_result.loop_state`, and below it."""
    ended = run(DONE.format(call=CALLS[kind].format("{'max_iterations': 7}"), signature="**kwargs",
                            expression=f"phantom.collect2(datapath=['look_1:{source}.loop_state.max_iterations'])"))
    assert json.loads(ended.summary().debug[0]) == [[7]]


@pytest.mark.assumed
@pytest.mark.parametrize(("call", "path"), [
    (ACT, "look_1:action_result.data.*.n"), (CUSTOM, "look_1:custom_function_result.data.n"),
    (CHILD, "look_1:playbook_output:n"),
], ids=["act", "custom_function", "playbook"])
def test_after_the_loop_the_latest_iterations_results_are_read(loop, call, path):
    """Each iteration has the block's name."""
    _, said = loop(call, f"phantom.collect2(container=container, datapath=['{path}'])", max_iterations=4)
    assert said == "[[4]]"


@pytest.mark.assumed
def test_in_the_loop_its_own_iterations_results_are_read(run):
    """By the name, as the exit condition does."""
    ended = run(LOOP.format(state={"max_iterations": 3}, start=START.timestamp(), call=ACT, after="'over'").replace(
        "    loop = phantom.LoopState(state=loop_state_json)\n", "    loop = phantom.LoopState(state=loop_state_json)\n"
        "    phantom.debug(phantom.collect2(container=container, datapath=['look_1:action_result.data.*.n']))\n"))
    assert [one for one in ended.summary().debug if one.startswith("[[")] == ["[[1]]", "[[2]]", "[[3]]"]


@pytest.mark.assumed
def test_completed_asks_for_the_iteration_that_is_under_way(run):
    """Once the next one is asked for, the name has not completed any more."""
    ended = run(LOOP.format(state={"max_iterations": 2}, start=START.timestamp(), call=ACT, after="'over'").replace(
        "        ask(container=container, loop_state_json=loop.to_json())\n",
        "        phantom.debug(phantom.completed(action_names=['look_1']))\n"
        "        ask(container=container, loop_state_json=loop.to_json())\n"
        "        phantom.debug(phantom.completed(action_names=['look_1']))\n"))
    assert ended.summary().debug[1:4:2] + ended.summary().debug[4:] == ["True", "False", "over"]


@pytest.mark.assumed
def test_the_question_whether_to_go_on_stands_in_the_journal(run):
    """With the state it was asked in, and the answer."""
    ended = run(LOOP.format(state={"max_iterations": 2}, start=START.timestamp(), call=ACT, after="'over'"))
    asked = [one for one in ended.journal.events
             if isinstance(one, ApiCalled) and one.name == "LoopState.should_continue"]
    get = ended.journal.get
    assert [(get(one.returned), get(one.arguments["state"])["current_iteration"], one.line) for one in asked] == [
        (True, 1, 17), (False, 2, 17)]


@pytest.mark.assumed
@pytest.mark.parametrize(("conditions", "times"), [(None, 3), ([["look_1:action_result.status", "==", "failed"]], 1)])
def test_a_loop_whose_action_fails_goes_on(loop, conditions, times):
    """The callback is called for it, too; the condition is tested over what failed."""
    found = loop(ACT.replace("look up", "fail"), "[phantom.collect2(datapath=['look_1:action_result.status'])[0][0]]",
                 max_iterations=3, conditions=conditions)
    assert iterations(found) == [*range(1, times + 1)]
    assert found[1] == "['failed']"
