"""The order of things: what completes when, joins, delays, the end of a run, scopes, and what blocks leave behind."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from phantom_lab import InputError, Lab
from phantom_lab.history import RunEnded
from phantom_lab.model import Options
from tests.table import tabled

START = datetime(2026, 1, 1, tzinfo=UTC)
HEAD = "import json, time\nfrom datetime import datetime, timedelta, timezone\nimport phantom.rules as phantom\n"
TOOL = "def tool(n=None):\n    return {'n': n}\n"
CHILD = HEAD + "def on_start(container): pass\n"
NOW = f"round(time.time() - {START.timestamp()})"


@pytest.fixture
def run(tmp_path: Path, incident: Path):
    """Run a playbook beside which a custom function ``tool`` and a child playbook ``child`` stand.

    ``look up`` and every prompt and approval are answered; ``fail`` fails; ``slow`` takes its ``seconds``.
    """

    def execute(source, *, child=CHILD, how="run", given=None, **lab):
        for name, text in (("book", HEAD + source), ("tool", TOOL), ("child", child)):
            (tmp_path / f"{name}.py").write_text(text)
        made = Lab(incident, start=START, **lab)
        made.action("look up")(lambda parameter: [{"n": parameter.get("n")}])
        made.action("fail")(lambda parameter: {"status": "failed", "message": "no"})
        made.action("slow")(lambda parameter: {"delay": parameter["seconds"], "data": [{}]})
        for person in ("prompt", "task", "approve"):
            made.action(person)(lambda parameter: {"responses": ["Yes"]})
        return getattr(made, how)(tmp_path / "book.py", **(given or {}))

    return execute


def blocks(ended):
    """The blocks that were invoked, in order."""
    return [one["block"] for one in ended.summary().invocations]


# -- the order of completion -------------------------------------------------------------------------------------------

@pytest.mark.assumed
def test_things_complete_in_the_order_in_which_they_were_asked_for(run):
    """Of whatever kind; what a callback asks for comes after what is pending."""
    ended = run("""
def on_start(container):
    phantom.act("look up", assets=["a"], name="action", callback=action_done)
    phantom.custom_function("tool", name="function", callback=lambda success: phantom.debug("function"))
    phantom.prompt2(user="bob", message="?", name="prompt", callback=lambda success: phantom.debug("prompt"))
    phantom.task(user="bob", message="?", name="task", callback=lambda success: phantom.debug("task"))
    phantom.act("fail", assets=["a"], name="failing", callback=lambda success: phantom.debug("failing"))

def action_done(container=None, **kwargs):
    phantom.debug("action")
    phantom.act("look up", assets=["a"], name="later", callback=lambda success: phantom.debug("later"))
""")
    assert ended.summary().debug == ["action", "function", "prompt", "task", "failing", "later"]


@pytest.mark.observed
def test_what_has_completed_is_known_at_its_turn_only(run):
    """Not before it, and from then on; whatever it came back with (failed is completed)."""
    ended = run("""
def show(**kwargs):
    phantom.debug([phantom.completed(action_names=["action"]), phantom.completed(action_names=["failing"]),
                   phantom.completed(custom_function_names=["function"]),
                   phantom.completed(["action", "failing"], None, ["function"])])

def on_start(container):
    phantom.act("look up", assets=["a"], name="action", callback=show)
    phantom.act("fail", assets=["a"], name="failing", callback=show)
    phantom.custom_function("tool", name="function", callback=show)
    show()
""")
    assert ended.summary().debug == ["[False, False, False, False]", "[True, False, False, False]",
                                     "[True, True, False, False]", "[True, True, True, True]"]


@pytest.mark.observed
@pytest.mark.parametrize(("question", "answer"), [
    ("completed(['action'], ['child_1'], ['function'])", True), ("completed(action_names='action')", True),
    ("completed(['child_1'], ['never'])", False), ("completed(playbook_names=['child_1'])", True),
    ("actions_done(['action'])", True), ("actions_done(['never'])", False),
    ("playbooks_completed(['child_1'], False)", True),
    ("playbooks_completed(['never'], False)", False), ("completed(action_names=['action', 'never'])", False),
])
def test_the_order_of_arguments_is_actions_playbooks_custom_functions(run, question, answer):
    """The older names ask the same."""
    ended = run(f"""
def on_start(container):
    phantom.act("look up", assets=["a"], name="action")
    phantom.custom_function("tool", name="function")
    phantom.playbook("child", container, name="child_1", callback=done)

def done(**kwargs):
    phantom.debug(phantom.{question})
""")
    assert ended.summary().debug == [str(answer)]


@pytest.mark.assumed
@pytest.mark.parametrize("arguments", ["", "None", "[]", "action_names=None, playbook_names=[]"])
def test_nothing_at_all_has_completed(run, arguments):
    """An empty question is answered with yes."""
    assert run(f"def on_start(container):\n    phantom.debug(phantom.completed({arguments}))\n").summary().debug == [
        "True"]


@pytest.mark.assumed
def test_a_name_that_was_asked_for_again_has_not_completed(run):
    """Until its latest run has."""
    ended = run("""
def on_start(container):
    phantom.act("look up", assets=["a"], name="look_1", callback=again)

def again(container=None, **kwargs):
    phantom.debug(phantom.completed(action_names=["look_1"]))
    phantom.act("look up", assets=["a"], name="look_1", callback=done)
    phantom.debug(phantom.completed(action_names=["look_1"]))

def done(**kwargs):
    phantom.debug(phantom.completed(action_names=["look_1"]))
""")
    assert ended.summary().debug == ["True", "False", "True"]


# -- orders at random --------------------------------------------------------------------------------------------------

FOUR = """
def on_start(container):
    for n in range(4):
        phantom.act("look up", parameters=[{"n": n}], assets=["a"], name=f"look_{n}", callback=done)
    phantom.custom_function("tool", name="function", callback=lambda success: phantom.debug("function"))

def done(action=None, results=None, **kwargs):
    phantom.debug([action["name"], results[0]["action_results"][0]["data"][0]["n"]])
"""


@pytest.mark.assumed
def test_a_seed_permutes_what_is_due_together_and_is_repeatable(run):
    """Every order is one of the same things; equal seeds give equal orders (pains 31, 32)."""
    orders = [run(FOUR, options=Options(order=seed)).summary().debug for seed in range(12)]
    asked = run(FOUR).summary().debug
    assert asked == [*(f"['look_{n}', {n}]" for n in range(4)), "function"]
    assert all(sorted(order) == sorted(asked) for order in orders)
    assert len({*map(tuple, orders)}) > 6
    assert [run(FOUR, options=Options(order=seed)).summary().debug for seed in range(12)] == orders


@pytest.mark.assumed
@pytest.mark.parametrize("seed", range(8))
def test_no_seed_lets_anything_complete_before_its_time_or_before_its_block_returned(run, seed):
    """Moments and causes keep their order."""
    ended = run("""
def on_start(container):
    for seconds in (30, 10, 20):
        phantom.act("slow", parameters=[{"seconds": seconds}], assets=["a"], name=f"{seconds}", callback=done)
    phantom.act("look up", assets=["a"], name="first", callback=first)
    phantom.debug("returns")

def first(**kwargs):
    phantom.act("look up", assets=["a"], name="second", callback=done)
    phantom.debug("first")

def done(action=None, **kwargs):
    phantom.debug(action["name"])
""", options=Options(order=seed))
    said = ended.summary().debug
    assert said[0] == "returns"
    assert said.index("first") < said.index("second")
    assert [one for one in said if one.isdigit()] == ["10", "20", "30"]


@pytest.mark.assumed
def test_a_join_that_zips_breaks_under_some_order_and_one_that_matches_does_not(run):
    """What a random order is for (pain 31)."""
    source = """
def on_start(container):
    for n in range(3):
        phantom.act("look up", parameters=[{"n": n}], assets=["a"], name=f"look_{n}", callback=done)

def done(results=None, **kwargs):
    found = json.loads(phantom.get_run_data(key="found") or "[]") + [results[0]["action_results"][0]["data"][0]["n"]]
    phantom.save_run_data(key="found", value=json.dumps(found))
    if phantom.completed(action_names=["look_0", "look_1", "look_2"]):
        phantom.debug([found == [0, 1, 2], sorted(found) == [0, 1, 2]])
"""
    said = [run(source, options=Options(order=seed)).summary().debug for seed in range(8)]
    assert {tuple(one) for one in said} == {("[True, True]",), ("[False, True]",)}


@pytest.mark.assumed
@tabled("order", ["", "random", True, None, 1.5, "1"])
def test_an_order_that_is_none_is_refused(order):
    """With what there is."""
    with pytest.raises(InputError, match=r"option order has no value .* There are asked, and numbers"):
        Options(order=order)


# -- moments -----------------------------------------------------------------------------------------------------------

@pytest.fixture
def in_tokyo(monkeypatch: pytest.MonkeyPatch):
    """The machine stands nine hours east of UTC."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.documented
@pytest.mark.parametrize(("moment", "after"), [
    ("datetime.now() + timedelta(minutes=10)", 600), ("datetime.now(timezone.utc) + timedelta(minutes=10)", 600),
    ("datetime(2026, 1, 1, 9, 5)", 300), ("datetime(2026, 1, 1, 0, 5, tzinfo=timezone.utc)", 300),
    ("datetime(2026, 1, 1, 1, 0, tzinfo=timezone(timedelta(hours=1)))", 0),
    ("datetime(2026, 1, 1, 2, 0, tzinfo=timezone(timedelta(hours=1)))", 3600),
    ("datetime(2025, 12, 31)", 0), ("datetime(1999, 1, 1, tzinfo=timezone.utc)", 0), ("None", 0),
    ("datetime.now()", 0), ("datetime.utcnow() + timedelta(hours=9)", 0),
])
def test_an_action_begins_at_its_start_time(run, in_tokyo, moment, after):
    """A naive moment is local time; one in the past is now. The clock moves on at once."""
    ended = run(f"""
def on_start(container):
    phantom.act("look up", assets=["a"], name="late", callback=done, start_time={moment})

def done(**kwargs):
    phantom.debug({NOW})
""")
    assert ended.summary().debug == [str(after)]


@pytest.mark.documented
def test_the_run_stays_open_until_a_delayed_action_is_done(run):
    """Also one without a callback; what is due earlier comes first, in its own order."""
    ended = run(f"""
def on_start(container):
    for minutes in (20, 10, 0):
        phantom.act("look up", assets=["a"], name=f"{{minutes}}", callback=done,
                    start_time=datetime.now() + timedelta(minutes=minutes))
    phantom.act("look up", assets=["a"], name="quiet", start_time=datetime.now() + timedelta(minutes=30))

def done(action=None, **kwargs):
    phantom.debug([action["name"], {NOW}])

def on_finish(container, summary):
    phantom.debug([phantom.completed(action_names=["quiet"]), {NOW}])
""")
    assert ended.summary().debug == ["['0', 0]", "['10', 600]", "['20', 1200]", "[True, 1800]"]


@pytest.mark.assumed
@pytest.mark.parametrize("moment", ["'2026-01-01'", "600", "timedelta(minutes=1)"])
def test_a_start_time_that_is_no_moment_is_one_clear_error(run, moment):
    """An example shows what is meant."""
    ended = run(f"def on_start(container):\n    phantom.act('look up', assets=['a'], start_time={moment})\n")
    assert ended.status == "error"
    assert "act 'look up': start_time must be a datetime, not " in ended.summary().message
    assert ended.summary().action_runs == []


@pytest.mark.assumed
def test_an_action_arrives_with_its_slowest_result_and_others_do_not_wait(run):
    """`delay` of a result is seconds of the clock."""
    ended = run(f"""
def on_start(container):
    phantom.act("slow", parameters=[{{"seconds": 5}}, {{"seconds": 60}}], assets=["a"], name="slow", callback=done)
    phantom.act("look up", assets=["a"], name="quick", callback=done)

def done(action=None, **kwargs):
    phantom.debug([action["name"], phantom.completed(action_names=["slow"]), {NOW}])
""")
    assert ended.summary().debug == ["['quick', False, 0]", "['slow', True, 60]"]


@pytest.mark.assumed
def test_waiting_in_a_block_lets_time_pass_for_everything(run):
    """What became due meanwhile is taken in the order of its moments."""
    ended = run(f"""
def on_start(container):
    phantom.act("look up", assets=["a"], name="20", callback=done, start_time=datetime.now() + timedelta(seconds=20))
    phantom.act("look up", assets=["a"], name="10", callback=done, start_time=datetime.now() + timedelta(seconds=10))
    phantom.act("look up", assets=["a"], name="90", callback=done, start_time=datetime.now() + timedelta(seconds=90))
    time.sleep(60)

def done(action=None, **kwargs):
    phantom.debug([action["name"], {NOW}])
""")
    assert ended.summary().debug == ["['10', 60]", "['20', 60]", "['90', 90]"]


# -- joins -------------------------------------------------------------------------------------------------------------

JOIN = """
def on_start(container):
    phantom.act("look up", assets=["a"], name="one", callback={callback})
    phantom.act("{second}", assets=["a"], name="two", callback={callback})

def join(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None,
         filtered_results=None, custom_function=None, **kwargs):
    {guard}
    if phantom.completed(action_names={names}):
        {mark}
        after(container=container, handle=handle)

def after(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None,
          filtered_results=None, custom_function=None, **kwargs):
    phantom.debug([action, success, container["id"], results, handle, filtered_artifacts, filtered_results])

def on_finish(container, summary):
    phantom.debug("finish")
"""
GUARD = 'if phantom.get_run_data(key="join_after_called"):\n        return'
MARK = 'phantom.save_run_data(key="join_after_called", value="after")'
BLOCK_MARK = 'phantom.save_block_result(key="join_after_called", value="after")'


@pytest.mark.observed
@pytest.mark.parametrize(("guard", "mark"), [("pass", "pass"), (GUARD, MARK), (GUARD, BLOCK_MARK)],
                         ids=["unguarded", "guarded", "newer"])
@pytest.mark.parametrize("second", ["look up", "fail"])
def test_a_join_of_required_blocks_goes_on_once_with_or_without_a_guard(run, guard, mark, second):
    """Callbacks come one after the other: only the last one sees all completed, failed ones as well."""
    ended = run(JOIN.format(callback="join", second=second, names=["one", "two"], guard=guard, mark=mark))
    assert blocks(ended) == ["on_start", "join", "join", "after", "on_finish"]


@pytest.mark.observed
@pytest.mark.parametrize(("guard", "mark", "times"), [("pass", "pass", 2), (GUARD, MARK, 1), (GUARD, BLOCK_MARK, 1)],
                         ids=["unguarded", "guarded", "newer"])
def test_a_join_of_optional_blocks_goes_on_twice_without_a_guard(run, guard, mark, times):
    """Nothing is asked for by name: each arrival goes on (pain 28)."""
    ended = run(JOIN.format(callback="join", second="look up", names=[], guard=guard, mark=mark))
    assert blocks(ended).count("after") == times
    assert blocks(ended).count("join") == 2


@pytest.mark.observed
@pytest.mark.parametrize(("guard", "mark"), [("pass", "pass"), (GUARD, MARK)], ids=["unguarded", "guarded"])
def test_a_join_that_requires_a_branch_never_taken_never_goes_on(run, guard, mark):
    """The run ends without it, and is a success (pain 27)."""
    ended = run(JOIN.format(callback="join", second="look up", names=["one", "two", "three"], guard=guard, mark=mark))
    assert blocks(ended) == ["on_start", "join", "join", "on_finish"]
    assert ended.status == "success"


@pytest.mark.observed
def test_behind_a_join_there_is_a_container_and_nothing_else(run):
    """No results and no artifacts, whatever the blocks before it had (pain 29)."""
    ended = run(JOIN.format(callback="join", second="look up", names=["one", "two"], guard="pass", mark="pass"))
    assert ended.summary().debug == ["[None, None, 1, None, None, None, None]", "finish"]


@pytest.mark.documented
def test_behind_an_action_there_are_results_and_no_artifacts(run):
    """Arguments of a block are those of what stands before it: only a filter passes artifacts on."""
    ended = run("""
def on_start(container):
    matched, results = phantom.condition(container=container, conditions=[["artifact:*.id", "==", 2]],
                                         name="filter_1:condition_1")
    filtered(container=container, filtered_artifacts=matched, filtered_results=results)

def filtered(container=None, filtered_artifacts=None, filtered_results=None, **kwargs):
    phantom.debug(filtered_artifacts)
    phantom.act("look up", assets=["a"], callback=looked)

def looked(container=None, results=None, filtered_artifacts=None, filtered_results=None, **kwargs):
    phantom.debug([len(results), filtered_artifacts, filtered_results])
""")
    assert ended.summary().debug == ["[2]", "[1, None, None]"]


@pytest.mark.observed
def test_a_join_of_every_kind_waits_for_all(run):
    """Actions, custom functions and child playbooks, each by its own list."""
    ended = run("""
def on_start(container):
    phantom.playbook("child", container, name="child_1", callback=join)
    phantom.custom_function("tool", name="function", callback=join)
    phantom.prompt2(user="bob", message="?", name="prompt", callback=join)
    phantom.act("look up", assets=["a"], name="action", callback=join)

def join(container=None, **kwargs):
    if phantom.completed(action_names=["action", "prompt"], playbook_names=["child_1"],
                         custom_function_names=["function"]):
        after(container=container)

def after(container=None, **kwargs): pass
""")
    assert blocks(ended).count("join") == 4
    assert blocks(ended)[-2:] == ["join", "after"]


# -- the end -----------------------------------------------------------------------------------------------------------

@pytest.mark.assumed
def test_on_finish_comes_once_when_nothing_is_pending_any_more(run):
    """After whatever was asked for, with a callback or without; a child only where it is waited for."""
    ended = run("""
def on_start(container):
    phantom.act("look up", assets=["a"], name="action")
    phantom.custom_function("tool", name="function")
    phantom.prompt2(user="bob", message="?", name="prompt")
    phantom.playbook("child", container, name="waited", callback=done)

def done(**kwargs):
    phantom.act("slow", parameters=[{"seconds": 3600}], assets=["a"], name="slow")

def on_finish(container, summary):
    phantom.debug(phantom.completed(["action", "prompt", "slow"], ["waited"], ["function"]))
""")
    assert ended.summary().debug == ["True"]
    assert blocks(ended).count("on_finish") == 1


@pytest.mark.assumed
@pytest.mark.parametrize(("call", "kind"), [
    ('act("look up", assets=["a"]', "action"), ('custom_function("tool"', "custom function"),
    ('prompt2(user="bob", message="?"', "prompt"), ('task(user="bob", message="?"', "prompt"),
    ('playbook("child", container', "playbook"),
], ids=str)
def test_what_on_finish_starts_runs_without_its_callback(run, call, kind):
    """The lab says so; `on_finish` is not called again, and the run ends after it."""
    ended = run(f"""
def on_start(container): pass

def on_finish(container, summary):
    phantom.{call}, name="late", callback=done)

def done(**kwargs):
    phantom.debug("called back")
""", child=HEAD + "def on_start(container):\n    phantom.debug('child')\n")
    assert ended.summary().debug == (["child"] if kind == "playbook" else [])
    assert ended.summary().notes[-1:] == [f"on_finish started {kind} 'late': the run does not wait for its callback"]
    assert blocks(ended).count("on_finish") == 1
    assert ended.status == "success"
    done = [*ended.summary().action_runs, *ended.summary().custom_function_runs, *ended.summary().playbook_runs]
    assert [one["name"] for one in done] == ["late"]
    assert [one.run for one in ended.journal.events if isinstance(one, RunEnded)][-1] == ended.id


@pytest.mark.assumed
def test_a_child_that_on_finish_starts_without_a_callback_outlives_it(run):
    """Nothing waits for it, and nothing is lost."""
    ended = run("def on_start(container): pass\ndef on_finish(container, summary):\n"
                "    phantom.playbook('child', container)\n    phantom.debug('finish')\n",
                child=HEAD + "def on_start(container):\n    phantom.debug('child')\n")
    assert ended.summary().debug == ["finish", "child"]
    assert [one["status"] for one in ended.summary().playbook_runs] == ["success"]


@pytest.mark.assumed
def test_a_playbook_without_on_finish_ends_all_the_same(run):
    """Some published ones have none."""
    ended = run("def on_start(container):\n    phantom.act('look up', assets=['a'])\n")
    assert (ended.status, blocks(ended)) == ("success", ["on_start"])


@pytest.mark.observed
@pytest.mark.parametrize(("call", "status"), [
    ('act("fail", assets=["a"]', "failed"), ('act("look up", assets=["a"]', "success"),
    ('custom_function("tool", parameters=[{"n": 1}]', "success"),
    ('playbook("child", container', "success"), ('prompt2(user="", message="?"', "success")])
def test_a_run_has_failed_as_soon_as_an_action_of_it_has(run, call, status):
    """Whatever the callback makes of it."""
    ended = run(f"def on_start(container):\n    phantom.{call}, name='x', callback=done)\n"
                "def done(**kwargs): pass\n")
    assert ended.status == status


@pytest.mark.documented
def test_discontinuing_ends_other_playbooks_and_not_this_one(run):
    """The lab starts no others by itself, and says what the platform would have done."""
    ended = run("""
def on_start(container):
    phantom.debug(phantom.discontinue())
    phantom.act("look up", assets=["a"], callback=done)

def done(**kwargs):
    phantom.debug("goes on")
""")
    assert ended.summary().debug == ["None", "goes on"]
    assert ended.summary().notes[:1] == ["discontinue: playbooks after this one would not run on this container"]
    assert ended.status == "success"


# -- scopes ------------------------------------------------------------------------------------------------------------

SCOPES = """
def on_start(container):
    phantom.debug([[row[0] for row in phantom.collect2(container=container, datapath=["artifact:*.id"], scope=scope)]
                   for scope in (None, "new", "all", [2])])
"""


@pytest.mark.documented
@tabled(("given", "ran", "found"), [
    ("new", False, [[1, 2, 3, 4, 5], [1, 2, 3, 4, 5], [1, 2, 3, 4, 5], [2]]),
    ("new", True, [[6], [6], [1, 2, 3, 4, 5, 6], [2]]),
    ("all", True, [[1, 2, 3, 4, 5, 6], [6], [1, 2, 3, 4, 5, 6], [2]]),
    ([1, 6], True, [[1, 6], [6], [1, 2, 3, 4, 5, 6], [2]]),
], ids=str)
def test_the_scope_of_a_run_holds_where_a_call_names_none(incident, playbook, given, ran, found):
    """New is what came since the playbook last ran on the container; on its first run, everything (pain 34)."""
    lab, book = Lab(incident), playbook(SCOPES)
    if ran:
        lab.ran(book)
        lab.artifacts[6] = {**lab.artifacts[5], "id": 6, "name": "later"}
    assert json.loads(lab.run(book, scope=given).summary().debug[0]) == found


@pytest.mark.documented
def test_what_another_playbook_saw_is_new_to_this_one(incident, playbook):
    """Each has its own last run; and each container."""
    lab, book = Lab(incident), playbook(SCOPES)
    lab.ran(playbook(SCOPES, name="another"))
    lab.add({"id": 9, "name": "Other", "artifacts": [{"id": 91, "cef": {}}]})
    lab.ran(book, 9)
    assert json.loads(lab.run(book).summary().debug[0])[0] == [1, 2, 3, 4, 5]
    assert json.loads(lab.run(book, 9).summary().debug[0])[0] == []


@pytest.mark.assumed
def test_runs_of_the_lab_do_not_count_by_themselves(incident, playbook):
    """So that one can be repeated."""
    lab, book = Lab(incident), playbook(SCOPES)
    assert lab.run(book).summary().debug == lab.run(book).summary().debug


# -- what blocks leave for others --------------------------------------------------------------------------------------

@pytest.mark.observed
@pytest.mark.parametrize("save", ["save_run_data", "save_block_result"])
@pytest.mark.parametrize("get", ["get_run_data", "get_block_result"])
def test_run_data_and_block_results_are_one_store(run, save, get):
    """Either name reads what either name wrote; another key gives an empty text."""
    ended = run(f"""
def on_start(container):
    phantom.debug(phantom.{save}(key="k", value="v", auto=True))
    phantom.act("look up", assets=["a"], callback=done)

def done(**kwargs):
    phantom.debug([phantom.{get}(key="k"), phantom.{get}("k"), phantom.{get}(key="never")])
    phantom.debug(json.loads(phantom.{get}()))
""")
    assert ended.summary().debug == ["k", "['v', 'v', '']", "{'k': 'v'}"]


@pytest.mark.assumed
@pytest.mark.parametrize("save", ["save_run_data", "save_block_result"])
def test_without_a_key_one_is_made(run, save):
    """Another for every value."""
    ended = run(f"""
def on_start(container):
    keys = [phantom.{save}(value=n) for n in range(2)]
    phantom.debug([keys[0] == keys[1], [phantom.get_run_data(key=key) for key in keys]])
""")
    assert ended.summary().debug == ["[False, [0, 1]]"]


@pytest.mark.observed
def test_a_code_blocks_output_in_the_newer_store_is_read_by_datapath(run):
    """`<block>:custom_function:<name>`, whichever name saved it."""
    ended = run("""
def on_start(container):
    phantom.save_block_result(key="code_1:found", value=json.dumps(["a", "b"]))
    phantom.debug(phantom.collect2(container=container, datapath=["code_1:custom_function:found"]))
""")
    assert ended.summary().debug == ["[['a'], ['b']]"]
