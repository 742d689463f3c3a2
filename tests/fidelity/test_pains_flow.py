"""What people have hit with flow: joins that wait, branches taken by silence, combinations, orders, children."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from phantom_lab import Lab, responses, timed_out
from phantom_lab.history import read_journal
from phantom_lab.model import Options
from phantom_lab.views import summarize

HEAD = "import json\nimport phantom.rules as phantom\n"
PAIR = """
from itertools import zip_longest

def pair(first=None, second=None, longest=False):
    rows = zip_longest(first, second) if longest else zip(first, second)
    return [{"first": one, "second": other} for one, other in rows]
"""


@pytest.fixture
def lab(incident: Path) -> Lab:
    """A lab that answers ``look up``."""
    lab = Lab(incident, start=datetime(2026, 1, 1, tzinfo=UTC))
    lab.action("look up")(lambda parameter: [{"n": parameter.get("n")}])
    return lab


@pytest.fixture
def run(tmp_path: Path, lab: Lab):
    """Run a playbook; custom function ``pair`` and a child playbook stand beside it."""

    def execute(source: str, how: str = "run", *, child: str = "def on_start(container):\n    pass\n", **options):
        for name, text in (("book", source), ("pair", PAIR), ("child", child)):
            (tmp_path / f"{name}.py").write_text(HEAD + text)
        return getattr(lab, how)(tmp_path / "book.py", **options)

    return execute


def hints(ended) -> list[tuple[str, str]]:
    """The block and the message of every hint."""
    return [(one["block"], one["message"]) for one in ended.summary().hints]


# -- joins that wait ---------------------------------------------------------------------------------------------------

JOIN = """
def on_start(container):
    one(container=container)
    decide(container=container)

def one(container=None, **kwargs):
    phantom.act("look up", assets=["a"], name="one", callback=join_last)

def decide(container=None, **kwargs):
    if phantom.decision(container=container, conditions=[["artifact:*.label", "==", "mail"]]):
        two(container=container)
        return
    if phantom.decision(container=container, conditions=[["container:severity", "{operator}", "low"]]):
        three(container=container)
        return

def two(container=None, **kwargs):
    phantom.act("look up", assets=["a"], name="{two}", callback=join_last)

def three(container=None, **kwargs):
    {three}

def join_last(container=None, **kwargs):
    if phantom.completed(action_names={names}):
        last(container=container)

def last(container=None, **kwargs):
    pass
"""
BRANCH = "as it took branch 2 (container:severity ('low') == 'low')"
NONE = "as none of these held: artifact:*.label ('event') == 'mail'; container:severity ('low') != 'low'"
ASKED = "which was never asked for:"
NOTHING = "nothing in the playbook does"


def join(*names, operator="==", two="two", three="pass"):
    """A join of two branches, of which one is not taken."""
    return JOIN.format(names=list(names), operator=operator, two=two, three=three)


WAITS = {
    f"'two', {ASKED} decide did not go on to two, {BRANCH}": join("one", "two"),
    f"'two', {ASKED} decide did not go on to two, {NONE}": join("one", "two", operator="!="),
    f"'second', {ASKED} decide did not go on to two, {BRANCH}": join("one", "second", two="second"),
    f"'tow', {ASKED} {NOTHING} (closest: two)": join("one", "tow"),
    f"'zzz', {ASKED} {NOTHING}": join("one", "zzz"),
    f"'two', {ASKED} decide did not go on to two, {NONE}; 'zzz', {ASKED} {NOTHING}": join("two", "zzz", operator="!="),
    f"'four', {ASKED} nothing leads to four": join("one", "four") + "\ndef four(**kwargs):\n    pass\n",
    f"'three', {ASKED} three ran without asking for it": join("one", "three"),
    f"'three', {ASKED} three ended with ValueError in line 23": join("one", "three", three="raise ValueError('x')"),
    "'three', which completed later, and nothing called the block again":
        join("one", "three", three='phantom.act("look up", assets=["a"], name="three")'),
}


@pytest.mark.assumed
@pytest.mark.parametrize("told", WAITS)
def test_a_join_that_never_goes_on_is_told_with_what_it_waits_for_and_why(run, told):
    """Public report: playbooks stop half-way where joins require what a branch left out. The run is no failure."""
    ended = run(WAITS[told])
    assert ended.status == ("error" if "ValueError" in told else "success")
    assert hints(ended) == [("join_last", f"join_last still waits for {told}")]


@pytest.mark.assumed
def test_the_way_to_what_a_join_waits_for_is_followed_back(run):
    """The block that was left is the last one that ran."""
    ended = run("""
def on_start(container):
    phantom.act("look up", assets=["a"], name="one", callback=join_last)
    if phantom.decision(container=container, conditions=[["container:severity", "==", "high"]]):
        first(container=container)

def first(container=None, **kwargs):
    second(container=container)

def second(container=None, **kwargs):
    phantom.act("look up", assets=["a"], name="third", callback=fourth)

def fourth(container=None, **kwargs):
    phantom.act("look up", assets=["a"], name="fourth", callback=join_last)

def join_last(container=None, **kwargs):
    phantom.completed(action_names=["one", "fourth"])
""")
    way = "on_start did not go on to first, as none of these held: container:severity ('low') == 'high'"
    assert hints(ended) == [("join_last", f"join_last still waits for 'fourth', {ASKED} {way}")]


@pytest.mark.assumed
def test_of_a_filter_the_conditions_that_let_nothing_through_are_told(run):
    """Each of its conditions goes on for itself."""
    ended = run("""
def on_start(container):
    for label, block in (("event", one), ("mail", two)):
        matched, results = phantom.condition(container=container, conditions=[["artifact:*.label", "==", label]])
        if matched:
            block(container=container)

def one(container=None, **kwargs):
    phantom.act("look up", assets=["a"], name="one", callback=join_last)

def two(container=None, **kwargs):
    phantom.act("look up", assets=["a"], name="two", callback=join_last)

def join_last(**kwargs):
    phantom.completed(action_names=["one", "two"])
""")
    way = "on_start did not go on to two, as none of these held: artifact:*.label ('event') == 'mail'"
    assert hints(ended) == [("join_last", f"join_last still waits for 'two', {ASKED} {way}")]


@pytest.mark.assumed
@pytest.mark.parametrize("names", [[], ["one"], ["one", "three"]])
def test_a_join_that_goes_on_waits_for_nothing(run, names):
    """Also where an earlier arrival was too early."""
    ended = run(join(*names, three='phantom.act("look up", assets=["a"], name="three", callback=join_last)'))
    assert [one for one in hints(ended) if "waits" in one[1]] == []


@pytest.mark.assumed
def test_a_run_that_was_cut_short_does_not_wait(run):
    """What was not asked for then may have come later."""
    ended = run(join("one", "two", three="phantom.act('unheard of', assets=['a'])"))
    assert (ended.status, hints(ended)) == ("needs_outcome", [])


TWICE = """
def on_start(container):
    phantom.act("look up", assets=["a"], name="one", callback=join_last)
    phantom.act("look up", assets=["a"], name="two", callback=join_last)

def join_last(container=None, **kwargs):
    {guard}
    if phantom.completed(action_names=[]):
        {mark}
        last(container=container)

def last(container=None, **kwargs):
    pass
"""
GUARD = {"guard": 'if phantom.get_run_data(key="join_last_called"):\n        return',
         "mark": 'phantom.save_run_data(key="join_last_called", value="last")'}


@pytest.mark.observed
def test_a_join_that_went_on_twice_is_told(run):
    """More than half of the joins of published playbooks have no guard."""
    (block, message), = hints(run(TWICE.format(guard="pass", mark="pass")))
    assert block == "join_last"
    assert message.startswith("join_last called last 2 times: nothing keeps it from going on again ")
    assert hints(run(TWICE.format(**GUARD))) == []


# -- combinations ------------------------------------------------------------------------------------------------------

NESTED = """
def on_start(container):
    parameters = []
    for user in ["ann", "bob"]:
        for host in ["h1", "h2", "h3"]:
            parameters.append({"user": user, "host": host, "reason": "x"})
    phantom.act("look up", parameters=parameters, assets=["a"], name="look_1", callback=done)

def done(**kwargs):
    pass
"""
ZIPPED = """
def on_start(container):
    phantom.custom_function("local/pair", parameters=[{{"first": ["ann", "bob"], "second": ["h1", "h2", "h3"],
                                                       "longest": {longest}}}], name="pair_1", callback=ask)

def ask(container=None, **kwargs):
    rows = phantom.collect2(container=container, datapath=["pair_1:custom_function_result.data.*.first",
                                                           "pair_1:custom_function_result.data.*.second"])
    phantom.act("look up", parameters=[{{"user": row[0], "host": row[1]}} for row in rows], assets=["a"], name="look_1")
"""
ALL = ("action 'look up' (look_1): 6 parameter sets are every combination of 2 user x 3 host (where they belong "
       "together, list_zip pairs them)")


@pytest.mark.observed
@pytest.mark.parametrize(("source", "calls", "told"), [
    (NESTED, 6, [("on_start", ALL)]), (ZIPPED.format(longest=False), 2, []), (ZIPPED.format(longest=True), 3, []),
], ids=["nested loops", "the shorter list", "the longer list"])
def test_two_lists_in_nested_loops_are_called_in_every_combination(run, source, calls, told):
    """Many published playbooks do it; pairing them by position is a custom function."""
    ended = run(source)
    assert len(ended.summary().action_runs[0]["results"][0]["action_results"]) == calls
    assert hints(ended) == told


@pytest.mark.observed
def test_the_combinations_are_told_before_the_action_runs(run):
    """While the run rests, nothing has been asked of an outcome yet."""
    stepper = run(NESTED.replace("callback=done)", "callback=done)\n    done()"), "step")
    stepper.step()
    assert stepper.run.summary().action_runs == []
    assert hints(stepper.run) == [("on_start", ALL)]
    stepper.stop()


@pytest.mark.assumed
@pytest.mark.parametrize("parameters", [
    [{"a": 1, "b": 1}, {"a": 2, "b": 2}], [{"a": 1, "b": 1}, {"a": 1, "b": 2}], [{"a": 1}, {"b": 1}, {"a": 2}],
    [{"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 2, "b": 1}], [{}], [{"a": 1, "b": 1}],
])
def test_parameters_that_do_not_multiply_are_not_told(run, parameters):
    """Pairs, one list, an incomplete grid."""
    assert hints(run(f"def on_start(container):\n    phantom.act('look up', parameters={parameters!r}, assets=['a'])\n")
                 ) == []


# -- prompts -----------------------------------------------------------------------------------------------------------

ASK = """
def on_start(container):
    phantom.prompt2(container=container, user="bob", message="Isolate?", respond_in_mins=30, name="ask_1",
                    response_types=[{{"prompt": "Isolate?", "options": {{"type": "list", "choices": ["Yes", "No"]}}}}],
                    callback=decide)

def decide(container=None, **kwargs):
    if phantom.decision(container=container, conditions=[{condition}], delimiter=None):
        phantom.act("look up", assets=["a"], name="acts")
"""
ANSWER = "ask_1:action_result.summary.responses.0"
SILENT = [ANSWER, "!=", "Yes"]
SILENCE = f"{ANSWER} (None) != 'Yes' holds because prompt 'ask_1' was not answered: silence takes this branch"


@pytest.mark.observed
@pytest.mark.parametrize(("answer", "condition", "acts", "told"), [
    (responses("Yes"), SILENT, False, []), (responses("No"), SILENT, True, []),
    (timed_out(), SILENT, True, [("decide", SILENCE)]), (timed_out(), [ANSWER, "==", "Yes"], False, []),
    (timed_out(), ["ask_1:action_result.status", "!=", "success"], True, []),
], ids=["yes", "no", "silence", "asked for yes", "asked for the status"])
def test_silence_that_takes_the_acting_branch_is_told(run, lab, answer, condition, acts, told):
    """A published playbook acts on whatever is not Yes; asking for the status is meant."""
    lab.action("prompt")(lambda parameter: answer)
    ended = run(ASK.format(condition=condition))
    assert [one["name"] for one in ended.summary().action_runs] == ["ask_1", *(["acts"] if acts else [])]
    assert hints(ended) == told


REFUSED = "automation is an automation user, whom nobody can ask"


@pytest.mark.documented
@pytest.mark.parametrize(("user", "success", "status"), [("ann", True, "success"), ("automation", False, "failed")])
def test_the_owner_of_the_run_can_be_asked_unless_automation_started_it(incident, playbook, user, success, status):
    """The prompt then fails without having been sent, and its callback is told."""
    lab = Lab(incident, user=user)
    lab.action("prompt")(lambda parameter: responses("ok", user=parameter["to"]))
    ended = lab.run(playbook("""
def on_start(container):
    owner = phantom.collect2(container=container, datapath=["playbook:launching_user.name"])[0][0]
    phantom.prompt2(container=container, user=owner, message="Go on?", name="ask_1", callback=done)

def done(success=None, **kwargs):
    phantom.debug([success, kwargs["results"]] if not success else [success])
"""))
    assert ended.status == status
    assert ended.summary().debug == [f"[{success}]" if success else "[False, []]"]
    assert ended.summary().message == ("" if success else f"prompt 'ask_1' failed: {REFUSED}")


# -- orders and children -----------------------------------------------------------------------------------------------

ORDERS = """
def on_start(container):
    for n in range(3):
        phantom.act("look up", parameters=[{"n": n}], assets=["a"], name=f"look_{n}", callback=join_last)

def join_last(results=None, **kwargs):
    found = json.loads(phantom.get_run_data(key="found") or "[]") + [results[0]["action_results"][0]["data"][0]["n"]]
    phantom.save_run_data(key="found", value=json.dumps(found))
    if phantom.completed(action_names=["look_0", "look_1", "look_2"]):
        owners = {"0": "ann", "1": "bob", "2": "cec"}
        zipped = dict(zip(["ann", "bob", "cec"], found))
        matched = {owners[str(n)]: n for n in found}
        phantom.debug(json.dumps([zipped["bob"], matched["bob"]]))
"""


@pytest.mark.assumed
def test_pairing_by_position_depends_on_the_order_and_pairing_by_key_does_not(run, lab):
    """Public report: results of parallel actions came in another order, and were zipped with what had been asked."""
    found = set()
    for seed in range(12):
        lab.options = Options(order=seed)
        found.add(tuple(json.loads(run(ORDERS).summary().debug[0])))
    assert {matched for _, matched in found} == {1}
    assert {zipped for zipped, _ in found} == {0, 1, 2}


CHILD = """
def on_start(container):
    phantom.debug("child")
    phantom.act("look up", assets=["a"], name="look_1", callback=done)

def done(**kwargs):
    phantom.debug("child")
"""


@pytest.mark.observed
@pytest.mark.parametrize(("callback", "order"), [
    ("after", ["child", "child", "after"]), ("None", ["after", "child", "child"]),
])
def test_the_next_block_waits_for_a_child_only_as_its_callback(run, callback, order):
    """Public fix: a parent went on at once because the call of its child named no callback."""
    ended = run(f"""
def on_start(container):
    phantom.playbook("local/child", container=container, name="child_1", callback={callback})
    if {callback} is None:
        after(container=container)

def after(**kwargs):
    phantom.debug("after")
""", child=CHILD)
    assert ended.summary().debug == order


# -- tasks of workbooks ------------------------------------------------------------------------------------------------

TASKS = """
def on_start(container):
    for number in (99, container["id"]):
        for task in phantom.get_tasks(container=number):
            {guard}
            url = phantom.build_phantom_rest_url("workbook_task", task["data"]["id"])
            phantom.requests.post(url, json={{"status": 1}})
"""


@pytest.mark.observed
@pytest.mark.parametrize(("guard", "status", "done"), [
    ("pass", "error", 0), ("if not task['success']: continue", "success", 1)], ids=["any", "what could be read"])
def test_a_task_that_cannot_be_read_keeps_the_others_from_being_updated_unless_it_is_passed_over(
        run, lab, guard, status, done):
    """Public fix: it is an item without success and without data, and the loop ended there."""
    lab.store.add_all({"workbook_phase": [{"id": 1, "container": 1, "name": "First"}],
                       "workbook_task": [{"id": 1, "container": 1, "phase": 1, "name": "Read"}]})
    ended = run(TASKS.format(guard=guard))
    assert ended.status == status
    assert [one["after"] for one in ended.summary().changes if one["field"] == "status"] == [1] * done
    assert ended.summary().message == ("" if done else "KeyError: 'id' (block on_start, book.py:8)")


# -- the lab's own words -----------------------------------------------------------------------------------------------

@pytest.mark.assumed
def test_hints_are_of_the_journal_alone(run, tmp_path):
    """A file tells them as the run does, each with its invocation and line."""
    ended = run(join("one", "two"), journal=tmp_path / "run.jsonl")
    assert summarize(read_journal(tmp_path / "run.jsonl")).hints == ended.summary().hints == [
        {"invocation": 5, "run": 1, "block": "join_last", "line": 26, "count": 1,
         "message": f"join_last still waits for 'two', {ASKED} decide did not go on to two, {BRANCH}"}]
