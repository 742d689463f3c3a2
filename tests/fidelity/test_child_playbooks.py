"""Child playbooks: when they run, what they share with their parent, and what it hears of them."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from phantom_lab import Lab, success
from phantom_lab.cli.main import main
from phantom_lab.engine import asking
from phantom_lab.history import PlaybookCompleted, PlaybookStarted, RunEnded, RunStarted
from phantom_lab.model import Options

HEAD = "import json\nimport phantom.rules as phantom\n"
START = datetime(2026, 1, 1, tzinfo=UTC)
PARENT = """
def on_start(container):
    phantom.playbook("local/child", container=container, name="child_1", callback=done{arguments})

def done(success=None, container=None, results=None, handle=None, **kwargs):
    phantom.debug(json.dumps({expression}))
"""
CHILD = """
def on_start(container):
    phantom.debug("child")

def on_finish(container, summary):
    phantom.save_playbook_output_data(output={"x": [1, 2], "one": "text", "deep": [{"f": 3}], "none": None})
"""
ASKS = """
def on_start(container):
    phantom.act("look up", assets=["a"], name="look_1", callback=looked)

def looked(success=None, **kwargs):
    phantom.debug("child looked")

def on_finish(container, summary):
    phantom.debug("child finishes")
"""


def export(inputs=(), kind="data"):
    """The visual editor's export of a playbook."""
    return {"coa": {"playbook_type": kind, "input_spec": [{"name": name} for name in inputs]}}


@pytest.fixture
def lab(tmp_path: Path, incident: Path) -> Lab:
    """A lab that answers ``look up``; failing for items below 0."""
    lab = Lab(incident, start=START)
    lab.add({"id": 7, "name": "Other", "artifacts": [{"id": 71, "cef": {}}, {"id": 72, "cef": {}}]})
    lab.action("look up")(lambda parameter: {"status": "failed", "message": "no"} if parameter.get("fail") else [])
    return lab


@pytest.fixture
def family(tmp_path: Path, lab: Lab):
    """Run playbook ``parent`` of those that are given by name; with exports beside them where there are some."""

    def run(*, exports=None, how="run", given=None, **sources):
        for name, source in sources.items():
            (tmp_path / f"{name}.py").write_text(HEAD + source)
        for name, found in (exports or {}).items():
            (tmp_path / f"{name}.json").write_text(json.dumps(found))
        return getattr(lab, how)(tmp_path / "parent.py", **(given or {}))

    return run


@pytest.fixture
def told(family):
    """What an expression gives in the parent's callback, whose child is `child`."""

    def evaluate(expression, arguments="", *, child=CHILD, **more):
        run = family(parent=PARENT.format(expression=expression, arguments=arguments), child=child, **more)
        assert run.summary().debug, f"the callback did not get to its end: {run.summary().message}"
        return json.loads(run.summary().debug[-1])

    return evaluate


def ends(run):
    """How every run of the tree ended, in order."""
    return [(one.run, one.status) for one in run.journal.events if isinstance(one, RunEnded)]


def assert_begun_and_ended_once(run):
    """Every run of the tree has one start and, after it, one end."""
    seen = [(type(one), one.run) for one in run.journal.events if isinstance(one, RunStarted | RunEnded)]
    assert Counter(seen) == Counter(dict.fromkeys(seen, 1))
    assert {number for kind, number in seen if kind is RunEnded} == {
        number for kind, number in seen if kind is RunStarted}
    for number in {number for _, number in seen}:
        assert seen.index((RunStarted, number)) < seen.index((RunEnded, number))


# -- when it runs ------------------------------------------------------------------------------------------------------

@pytest.mark.documented
def test_the_call_returns_the_run_id_at_once(family):
    """An int, the id of the child's own run; the child begins when the asking block has returned."""
    run = family(parent="""
def on_start(container):
    phantom.debug(phantom.playbook("local/child", container))
    phantom.debug("returns")
""", child="def on_start(container):\n    phantom.debug(container['current_rule_run_id'])\n")
    first, second, third = run.summary().debug
    assert second == "returns"
    assert first == third
    assert int(first) != run.id
    assert [one["id"] for one in run.summary().playbook_runs] == [int(first)]


@pytest.mark.observed
def test_an_id_that_is_stored_after_the_call_is_there_in_the_callback(family):
    """As published dispatchers do it."""
    run = family(parent="""
def on_start(container):
    number = phantom.playbook("child", container, name="child_1", callback=done)
    phantom.save_run_data(value=json.dumps([number]), key="ids")

def done(results=None, **kwargs):
    phantom.debug(json.loads(phantom.get_run_data(key="ids")) == [results[0]["id"]])
""", child="def on_start(container): pass\n")
    assert run.summary().debug == ["True"]


@pytest.mark.documented
def test_with_a_callback_the_parent_waits(family):
    """The callback comes after everything of the child, its own waiting included; then the parent finishes."""
    run = family(parent=PARENT.format(arguments="", expression="'parent told'") + """
def on_finish(container, summary):
    phantom.debug("parent finishes")
""", child=ASKS)
    assert run.summary().debug == ["child looked", "child finishes", '"parent told"', "parent finishes"]
    child = run.summary().playbook_runs[0]["id"]
    assert ends(run) == [(child, "success"), (run.id, "success")]
    assert_begun_and_ended_once(run)


@pytest.mark.observed
def test_without_a_callback_nothing_waits(family):
    """The next block goes on at once, and both playbooks' blocks interleave (pain 30)."""
    run = family(parent="""
def on_start(container):
    phantom.playbook("local/child", container=container)
    after(container=container)

def after(container=None, **kwargs):
    phantom.debug("after")
    phantom.act("look up", assets=["a"], name="look_1", callback=looked)

def looked(**kwargs):
    phantom.debug("parent looked")
    phantom.act("look up", assets=["a"], name="look_2", callback=again)

def again(**kwargs):
    phantom.debug("parent looked again")

def on_finish(container, summary):
    phantom.debug("parent finishes")
""", child=ASKS)
    assert run.summary().debug == ["after", "parent looked", "child looked", "child finishes", "parent looked again",
                                   "parent finishes"]
    assert_begun_and_ended_once(run)


@pytest.mark.documented
def test_without_a_callback_the_parent_may_end_first(family):
    """The child goes on to its own end, which changes nothing of the parent's."""
    run = family(parent="def on_start(container):\n    phantom.playbook('child', container, name='child_1')\n",
                 child=ASKS.replace('assets=["a"]', 'assets=["a"], parameters=[{"fail": True}]'))
    assert run.summary().debug == ["child looked", "child finishes"]
    child = run.summary().playbook_runs[0]["id"]
    assert ends(run) == [(run.id, "success"), (child, "failed")]
    assert run.status == "success"
    assert_begun_and_ended_once(run)


@pytest.mark.observed
def test_two_children_are_pending_together(family):
    """Started in the order of the calls; each callback when its own child has ended, not the other one."""
    run = family(parent="""
def on_start(container):
    for name in ("one", "two"):
        phantom.playbook("child", container, name=name, callback=done)

def done(results=None, **kwargs):
    phantom.debug([results[0]["name"], *(phantom.completed(playbook_names=[n]) for n in ("one", "two"))])
""", child=CHILD)
    assert run.summary().debug == ["child", "child", "['one', True, False]", "['two', True, True]"]


@pytest.mark.documented
@pytest.mark.parametrize(("question", "when"), [
    ("playbook_names=['child_1']", [False, True]), ("playbook_names=['child_1', 'never']", [False, False]),
    ("playbook_names=['never']", [False, False]), ("playbook_names=[]", [True, True]),
])
def test_completed_knows_children(family, question, when):
    """Finished is failed or succeeded; one that was never started has not finished."""
    run = family(parent=f"""
def on_start(container):
    phantom.playbook("child", container, name="child_1", callback=done)
    phantom.debug(phantom.completed({question}))

def done(**kwargs):
    phantom.debug(phantom.completed({question}))
""", child="def on_start(container): raise ValueError('x')\n")
    assert run.summary().debug == [str(one) for one in when]


# -- what they share ---------------------------------------------------------------------------------------------------

@pytest.mark.observed
@pytest.mark.parametrize(("inputs", "datapath", "rows"), [
    ("{'x': [1, 2]}", "playbook_input:x", [[1], [2]]), ("{'x': 'one'}", "playbook_input:x", [["one"]]),
    ("{'x': [['a'], 3]}", "playbook_input:x", [[["a"]], [3]]), ("{'x': []}", "playbook_input:x", []),
    ("{'x': [{'f': 1}, {'f': 2}]}", "playbook_input:x.f", [[1], [2]]), ("{'x': [None]}", "playbook_input:x", [[None]]),
    ("{'x': True}", "playbook_input:x", [[True]]),
], ids=str)
def test_a_child_reads_its_inputs_as_rows(family, inputs, datapath, rows):
    """One row per element of a list; a single value is one row."""
    run = family(parent=f"def on_start(container):\n    phantom.playbook('child', container, inputs={inputs})\n",
                 child="def on_start(container):\n    phantom.debug(json.dumps(phantom.collect2(container=container, "
                       f"datapath=['{datapath}'])))\n")
    assert json.loads(run.summary().debug[0]) == rows
    assert run.summary().playbook_runs[0]["inputs"] == eval(inputs)


@pytest.mark.assumed
@pytest.mark.parametrize(("option", "rows"), [("none", [[None]]), ("empty", [])])
def test_an_input_that_was_not_given_is_one_row_of_none_or_none(family, lab, option, rows):
    """Which is an option."""
    lab.options = Options(unset_input=option)
    run = family(parent="def on_start(container):\n    phantom.playbook('child', container, inputs={'y': 1})\n",
                 child="def on_start(container):\n    phantom.debug(json.dumps(phantom.collect2(container=container, "
                       "datapath=['playbook_input:x'])))\n")
    assert json.loads(run.summary().debug[0]) == rows


@pytest.mark.observed
def test_inputs_are_a_copy_made_by_the_call(family):
    """Changing them afterwards changes nothing, for the child and for the parent."""
    run = family(parent="""
def on_start(container):
    given = {"x": ["before"]}
    phantom.playbook("local/child", container=container, name="child_1", callback=done, inputs=given)
    given["x"].append("after")

def done(container=None, results=None, **kwargs):
    phantom.debug([phantom.collect2(container=container, datapath=["child_1:playbook_input:x"]),
                   json.loads(results[0]["inputs"][0])])
""", child="def on_start(container):\n    phantom.debug(phantom.collect2(datapath=['playbook_input:x']))\n")
    assert run.summary().debug == ["[['before']]", "[[['before']], {'x': ['before']}]"]


@pytest.mark.observed
def test_run_data_formats_and_results_are_each_runs_own(family):
    """Neither sees what the other one saved."""
    look = ("[phantom.get_run_data(key='k'), phantom.get_format_data(name='f'), "
            "phantom.completed(action_names=['look_1'])]")
    run = family(parent=f"""
def on_start(container):
    phantom.save_run_data(value="parent", key="k")
    phantom.format(template="of parent", name="f")
    phantom.act("look up", assets=["a"], name="look_1", callback=looked)

def looked(container=None, **kwargs):
    phantom.playbook("child", container, name="child_1", callback=done)

def done(**kwargs):
    phantom.debug({look})
""", child=f"""
def on_start(container):
    phantom.debug({look})
    phantom.save_run_data(value="child", key="k")
    phantom.format(template="of child", name="f")
    phantom.debug({look})
""")
    assert run.summary().debug == ["['', None, False]", "['child', 'of child', False]",
                                   "['parent', 'of parent', True]"]


@pytest.mark.observed
def test_the_platform_is_one_for_both(family):
    """What the child writes to the container, the parent's callback finds in it."""
    run = family(parent=PARENT.format(arguments="", expression="[container['severity'], container['status']]"),
                 child="def on_start(container):\n    phantom.set_severity(container, 'high')\n"
                       "    phantom.set_status(container, 'open')\n")
    assert json.loads(run.summary().debug[0]) == ["high", "open"]
    assert [(one["field"], one["after"]) for one in run.summary().changes][:2] == [
        ("severity", "high"), ("status", "open")]


@pytest.mark.observed
@pytest.mark.parametrize(("datapath", "rows"), [
    ("x", [[1], [2]]), ("one", [["text"]]), ("deep.f", [[3]]), ("deep", [[{"f": 3}]]), ("none", [[None]]),
    ("unset", [[None]]),
])
def test_outputs_are_there_before_the_callback(told, datapath, rows):
    """By the name of the call; as rows."""
    assert told(f"phantom.collect2(container=container, datapath=['child_1:playbook_output:{datapath}'])") == rows


@pytest.mark.assumed
@pytest.mark.parametrize(("datapath", "rows"), [("none", []), ("unset", []), ("one", [["text"]])])
def test_outputs_that_nobody_set_may_be_no_row(told, lab, datapath, rows):
    """The option that is there for inputs, too."""
    lab.options = Options(unset_input="empty")
    assert told(f"phantom.collect2(container=container, datapath=['child_1:playbook_output:{datapath}'])") == rows


@pytest.mark.observed
def test_two_outputs_are_read_side_by_side(told):
    """In one call they are columns."""
    assert told("phantom.collect2(container=container, datapath=['child_1:playbook_output:x', "
                "'child_1:playbook_output:one'])") == [[1, "text"], [2, None]]


@pytest.mark.observed
def test_a_later_save_overwrites_the_outputs(told):
    """Also with fewer names."""
    assert told("[phantom.collect2(container=container, datapath=['child_1:playbook_output:a']), "
                "phantom.collect2(container=container, datapath=['child_1:playbook_output:b'])]", child="""
def on_start(container): pass
def on_finish(container, summary):
    phantom.save_playbook_output_data(output={"a": 1, "b": 1})
    phantom.save_playbook_output_data(output={"b": 2})
""") == [[[None]], [[2]]]


@pytest.mark.observed
def test_outputs_in_formats_and_decisions(told):
    """Datapaths of outputs work wherever datapaths do."""
    assert told("[phantom.format(container=container, template='{0}', parameters=['child_1:playbook_output:x']), "
                "phantom.decision(container=container, conditions=[['child_1:playbook_output:one', '==', 'text']]), "
                "phantom.decision(container=container, conditions=[['child_1:playbook_output:one', '==', 'other']])]"
                ) == ["1, 2", True, False]


@pytest.mark.assumed
def test_the_parent_reads_a_childs_inputs_by_its_name(told):
    """As rows, like the child itself."""
    assert told("phantom.collect2(container=container, datapath=['child_1:playbook_input:x'])",
                ", inputs={'x': ['a', 'b']}") == [["a"], ["b"]]


@pytest.mark.assumed
@pytest.mark.parametrize("source", ["playbook_output", "playbook_input"])
def test_a_child_that_was_never_started_gives_no_rows(told, source):
    """As a block that never ran."""
    assert told(f"phantom.collect2(container=container, datapath=['never:{source}:x'])") == []


@pytest.mark.assumed
def test_of_two_children_of_one_name_the_latest_is_read(family):
    """As with results of actions."""
    run = family(parent="""
def on_start(container):
    phantom.playbook("child", container, name="child_1", callback=again, inputs={"n": 1})

def again(container=None, **kwargs):
    phantom.playbook("child", container, name="child_1", callback=done, inputs={"n": 2})

def done(container=None, **kwargs):
    phantom.debug(phantom.collect2(container=container, datapath=["child_1:playbook_output:n"]))
""", child="""
def on_start(container): pass
def on_finish(container, summary):
    phantom.save_playbook_output_data(output={"n": phantom.collect2(datapath=["playbook_input:n"])[0][0]})
""")
    assert run.summary().debug == ["[[2]]"]


# -- scope and container -----------------------------------------------------------------------------------------------

IDS = """
def on_start(container):
    phantom.debug([row[0] for row in phantom.collect2(container=container, datapath=["artifact:*.id"])])
"""


@pytest.mark.documented
@pytest.mark.parametrize(("scope", "arguments", "ids"), [
    ([2, 4], "", [2, 4]), ([2, 4], ", inherit_scope=True", [2, 4]), ([2, 4], ", inherit_scope=False", [1, 2, 3, 4, 5]),
    ("all", "", [1, 2, 3, 4, 5]),
])
def test_a_child_has_its_parents_scope_or_the_default_one(family, scope, arguments, ids):
    """The default scope is `new`: on a first run, every artifact."""
    run = family(parent=f"def on_start(container):\n    phantom.playbook('child', container{arguments})\n", child=IDS,
                 given={"scope": scope})
    assert run.summary().debug == [str(ids)]


@pytest.mark.documented
def test_the_default_scope_is_what_is_new_to_the_child(family, lab):
    """By the child's own last run, not by the parent's."""
    sources = {"parent": "def on_start(container):\n    phantom.playbook('child', container, inherit_scope=False)\n",
               "child": IDS}
    first = family(**sources)
    assert first.summary().debug == ["[1, 2, 3, 4, 5]"]
    lab.ran(Path(first.playbook.path).parent / "child.py")
    assert family(**sources, given={"scope": "all"}).summary().debug == ["[]"]


@pytest.mark.observed
@pytest.mark.parametrize("argument", ["7", "'7'", "{'id': 7}", "container=7"])
def test_a_child_may_run_for_another_container(family, argument):
    """Its blocks get that one; the parent's callback gets the parent's."""
    run = family(parent=f"""
def on_start(container):
    phantom.playbook("child", {argument}, name="child_1", callback=done)

def done(container=None, results=None, **kwargs):
    phantom.debug([container["id"], results[0]["container"]])
""", child=IDS + """    phantom.debug(container["name"])
    phantom.set_severity(container, "high")

def on_finish(container, summary):
    phantom.debug(container["id"])
""")
    assert run.summary().debug == ["[71, 72]", "Other", "7", "[1, 7]"]
    assert [(one["id"], one["after"]) for one in run.summary().changes] == [(7, "high")]


@pytest.mark.observed
def test_without_a_container_a_child_runs_for_the_parents(family):
    """As every call that leaves it out."""
    run = family(parent="def on_start(container):\n    phantom.playbook('child')\n", child=IDS)
    assert run.summary().debug == ["[1, 2, 3, 4, 5]"]


# -- what the parent hears ---------------------------------------------------------------------------------------------

@pytest.mark.assumed
def test_the_callback_is_offered_the_arguments_of_an_action(family):
    """`**kwargs` receives exactly these; there is no action (assumed)."""
    run = family(parent=PARENT.format(arguments="", expression="0").split("def done")[0] + """
def done(**kwargs):
    phantom.debug(json.dumps([sorted(kwargs), kwargs["action"], kwargs["success"], kwargs["container"]["id"],
                              kwargs["handle"]]))
""", child=CHILD)
    assert json.loads(run.summary().debug[-1]) == [
        ["action", "container", "handle", "results", "success"], None, True, 1, None]


@pytest.mark.observed
def test_results_are_there_in_the_callback(told):
    """One dict that describes the run; its outputs and inputs are lists of one JSON text."""
    (found,) = told("results", ", inputs={'x': [1]}")
    assert found.keys() >= {"id", "name", "status", "message", "inputs", "outputs"}
    assert (found["name"], found["status"], found["container"]) == ("child_1", "success", 1)
    assert isinstance(found["id"], int)
    assert [json.loads(one) for one in found["inputs"]] == [{"x": [1]}]
    assert [json.loads(one) for one in found["outputs"]] == [
        {"x": [1, 2], "one": "text", "deep": [{"f": 3}], "none": None}]
    assert json.loads(found["message"])["playbook_run_id"] == found["id"]


@pytest.mark.observed
def test_outputs_of_a_child_that_saved_none_are_empty(told):
    """No JSON text at all."""
    assert told("results[0]['outputs']", child="def on_start(container): pass\n") == []


@pytest.mark.observed
@pytest.mark.parametrize(("child", "status", "message"), [
    (CHILD, "success", ""),
    (ASKS.replace('assets=["a"]', 'assets=["a"], parameters=[{"fail": True}]'), "failed",
     "action 'look_1' failed: no"),
    ("def on_start(container):\n    raise ValueError('broken')\n", "error",
     "ValueError: broken (block on_start, child.py:4)"),
    ("def on_start(container): pass\ndef on_finish(container, summary):\n    1 / 0\n", "error",
     "ZeroDivisionError: division by zero (block on_finish, child.py:5)"),
], ids=["success", "action failed", "raised", "raised at last"])
def test_a_child_that_failed_is_told_as_failed_and_the_parent_goes_on(family, child, status, message):
    """The callback comes for it, too; the parent's own status is its own."""
    run = family(parent=PARENT.format(arguments="", expression="[success, results[0]['status']]"), child=child)
    good = status == "success"
    assert json.loads(run.summary().debug[-1]) == [good, "success" if good else "failed"]
    assert run.status == "success"
    (found,) = run.summary().playbook_runs
    assert (found["status"], found["message"]) == (status, message)
    (completed,) = [one for one in run.journal.events if isinstance(one, PlaybookCompleted)]
    assert completed.status == ("success" if good else "failed")
    assert_begun_and_ended_once(run)


@pytest.mark.assumed
def test_what_a_failed_child_saved_is_there(told):
    """`on_finish` runs in a failed child."""
    assert told("[success, phantom.collect2(container=container, datapath=['child_1:playbook_output:x'])]",
                child=CHILD.replace('phantom.debug("child")', "raise ValueError('x')")) == [False, [[1], [2]]]


@pytest.mark.documented
@pytest.mark.parametrize("handle", ["'text'", "{'a': [1, None]}", "0", "[]", "None"])
def test_the_parents_handle_reaches_the_child_and_comes_back(family, handle):
    """As a copy of its own at each side."""
    run = family(parent=PARENT.format(arguments=f", handle={handle}", expression="handle"),
                 child="def on_start(container):\n    phantom.debug(json.dumps(phantom.get_parent_handle()))\n")
    assert [json.loads(one) for one in run.summary().debug] == [eval(handle)] * 2


@pytest.mark.documented
def test_a_handle_that_the_child_sets_is_what_the_callback_gets(family):
    """Whatever the parent had passed; set in any block of the child."""
    run = family(parent=PARENT.format(arguments=", handle='mine'", expression="handle"), child="""
def on_start(container):
    handle = {"n": [1]}
    phantom.set_parent_handle(handle)
    handle["n"].append(2)
    phantom.act("look up", assets=["a"], callback=looked)

def looked(**kwargs):
    phantom.debug(phantom.get_parent_handle())
""")
    assert run.summary().debug == ["{'n': [1]}", '{"n": [1]}']


@pytest.mark.documented
def test_a_parents_handle_is_there_only_where_the_parent_waits(family):
    """`get_parent_handle` works in synchronous mode only, that is, with a callback."""
    run = family(parent="def on_start(container):\n    phantom.playbook('child', container, handle='mine')\n",
                 child="def on_start(container):\n    phantom.debug(phantom.get_parent_handle())\n")
    assert run.summary().debug == ["None"]


@pytest.mark.assumed
def test_a_playbook_without_a_parent_has_no_handle(family):
    """None; setting one changes nothing."""
    run = family(parent="def on_start(container):\n    phantom.debug(phantom.get_parent_handle())\n"
                        "    phantom.debug(phantom.set_parent_handle('x'))\n")
    assert run.summary().debug == ["None", "None"]
    assert run.status == "success"


@pytest.mark.observed
def test_a_child_knows_its_own_run_and_the_journal_who_started_whom(family):
    """`current_rule_run_id` is each run's own; the start of a child names parent, call and reference."""
    run = family(parent=PARENT.format(arguments="", expression="container['current_rule_run_id']"),
                 child="def on_start(container):\n    phantom.debug(container['current_rule_run_id'])\n")
    (asked,) = [one for one in run.journal.events if isinstance(one, PlaybookStarted)]
    (_, began) = [one for one in run.journal.events if isinstance(one, RunStarted)]
    assert run.summary().debug == [str(asked.child), str(run.id)]
    assert (asked.run, asked.name, asked.playbook, asked.callback) == (run.id, "child_1", "local/child", "done")
    assert (began.run, began.parent, began.name, began.playbook) == (asked.child, run.id, "child_1", "child")


# -- many --------------------------------------------------------------------------------------------------------------

@pytest.mark.observed
def test_three_deep_outputs_come_up(family):
    """Each level reads the one below it, by its own name for it."""
    middle = """
def on_start(container):
    phantom.playbook("local/{below}", container=container, name="below", callback=back)

def back(container=None, **kwargs):
    phantom.debug("{below} is back")

def on_finish(container, summary):
    rows = phantom.collect2(container=container, datapath=["below:playbook_output:way"])
    phantom.save_playbook_output_data(output={{"way": [row[0] for row in rows] + ["{name}"]}})
"""
    run = family(parent=PARENT.format(arguments="", expression="phantom.collect2(container=container, datapath="
                                      "['child_1:playbook_output:way'])"),
                 child=middle.format(below="grandchild", name="child"),
                 grandchild=middle.format(below="last", name="grandchild"),
                 last="def on_start(container): pass\ndef on_finish(container, summary):\n"
                      "    phantom.save_playbook_output_data(output={'way': ['last']})\n")
    assert run.summary().debug == ["last is back", "grandchild is back", '[["last"], ["grandchild"], ["child"]]']
    assert [one["playbook"] for one in run.summary().playbook_runs] == ["child", "grandchild", "last"]
    numbers = [run.id, *(one["id"] for one in run.summary().playbook_runs)]
    assert [one["parent"] for one in run.summary().playbook_runs] == numbers[:3]
    assert [number for number, _ in ends(run)] == numbers[::-1]
    assert_begun_and_ended_once(run)


@pytest.mark.observed
def test_a_dispatcher_starts_children_by_computed_names_and_polls(family):
    """One callback for all; it goes on when all have completed, and reads every output by its name."""
    run = family(parent="""
def on_start(container):
    names = []
    for number, book in enumerate(["one", "two", "one"]):
        name = "playbook_{}".format(number)
        names.append([name, phantom.playbook("local/" + book, container, name=name, callback=wait,
                                             inputs={"n": [number]})])
    phantom.save_run_data(value=json.dumps(names), key="names")

def wait(container=None, **kwargs):
    names = json.loads(phantom.get_run_data(key="names"))
    if phantom.completed(playbook_names=[name for name, _ in names]):
        for name, number in names:
            phantom.debug([name, phantom.collect2(container=container, datapath=[name + ":playbook_output:n"])])
        phantom.debug([number for _, number in names] == sorted({number for _, number in names}))
    else:
        phantom.debug("not yet")
""", **{name: f"""
def on_start(container): pass
def on_finish(container, summary):
    rows = phantom.collect2(container=container, datapath=["playbook_input:n"])
    phantom.save_playbook_output_data(output={{"n": ["{name}", rows[0][0]]}})
""" for name in ("one", "two")})
    assert run.summary().debug == [
        "not yet", "not yet", "['playbook_0', [['one'], [0]]]", "['playbook_1', [['two'], [1]]]",
        "['playbook_2', [['one'], [2]]]", "True"]


@pytest.mark.observed
def test_a_playbook_may_start_itself(family):
    """As a published one does; each run has its own inputs, and it ends where it says."""
    run = family(parent="""
def on_start(container):
    n = phantom.collect2(container=container, datapath=["playbook_input:n"])[0][0] or 0
    phantom.debug(n)
    if n < 5:
        phantom.playbook("local/parent", container, name="again", callback=back, inputs={"n": [n + 1]})

def back(container=None, success=None, **kwargs):
    phantom.debug(["back", success])
""")
    assert run.summary().debug == ["0", "1", "2", "3", "4", "5", *["['back', True]"] * 5]
    assert run.status == "success"
    assert_begun_and_ended_once(run)


@pytest.mark.assumed
@pytest.mark.parametrize("arguments", [", name='again', callback=back", ""], ids=["waits", "does not wait"])
def test_playbooks_that_start_each_other_for_ever_end_with_a_clear_error(family, arguments):
    """It names them and says what is missing; every run has its end."""
    source = """
def on_start(container):
    phantom.playbook("local/{other}", container{arguments})

def back(**kwargs): pass
"""
    run = family(parent=source.format(other="child", arguments=arguments),
                 child=source.format(other="parent", arguments=arguments))
    last = run.summary().playbook_runs[-1]
    assert last["status"] == "error"
    assert "levels deep (parent > child > parent > …)" in last["message"]
    assert "Playbooks that start each other need a way out." in last["message"]
    assert len(run.summary().playbook_runs) < 30
    assert_begun_and_ended_once(run)


@pytest.mark.assumed
def test_playbooks_that_multiply_end_with_a_clear_error(family, monkeypatch):
    """Two children each, without end: the number of runs is limited as well as their depth."""
    monkeypatch.setattr(asking, "RUNS", 60)
    run = family(parent="def on_start(container):\n    for _ in range(2):\n        phantom.playbook('parent')\n")
    errors = [one for one in run.summary().playbook_runs if one["status"] == "error"]
    assert len(run.summary().playbook_runs) == 59
    assert "would be playbook run 61 of one start" in errors[0]["message"]
    assert "need a way out" in errors[0]["message"]
    assert_begun_and_ended_once(run)


# -- what is refused, and what is broken -------------------------------------------------------------------------------

@pytest.mark.documented
@pytest.mark.parametrize(("arguments", "found", "problem"), [
    ("callback=done", None, "a callback needs a name"), ("callback=done, name=''", None, "a callback needs a name"),
    ("inputs={'x': 1}", export(kind="automation"), "child is no input playbook, and takes no inputs"),
    ("inputs={'x': 1, 'y': 2}", export(["y", "z"]), "child has no input 'x'; it has y, z"),
    ("container=99", None, "there is no container 99"), ("container={'id': 'x'}", None, "there is no container "),
])
def test_a_call_that_the_platform_refuses_returns_none_with_an_error_line(family, arguments, found, problem):
    """No child, no callback; the block goes on."""
    run = family(parent=f"""
def on_start(container):
    phantom.debug(phantom.playbook("local/child", {arguments}))
    phantom.debug("goes on")

def done(**kwargs):
    phantom.debug("called back")
""", child=CHILD, exports={"child": found} if found else None)
    line, returned, after = run.summary().debug
    assert line.startswith(f"playbook 'local/child' is not started: {problem}")
    assert (returned, after) == ("None", "goes on")
    assert run.summary().playbook_runs == []
    assert run.status == "success"


@pytest.mark.observed
@pytest.mark.parametrize(("name", "written"), [
    ("filePath", "filepath"), ("Hash", "hash"), ("Hash history", "hash_history"), ("threat  key ", "threat_key"),
    ("Note | Title", "note___title"), ("IP/Host (src)", "ip_host__src_"), ("Größe", "größe"), ("x", "x"),
])
@pytest.mark.parametrize("given", ["as the editor writes it", "as the export spells it"])
def test_an_input_is_given_and_read_as_the_editor_writes_it_out(family, name, written, given):
    """All 18 public inputs that are spelt otherwise; dispatchers pass the names that REST shows."""
    inputs = {written if given.startswith("as the editor") else name: ["a", "b"]}
    run = family(parent=f"def on_start(container):\n    phantom.playbook('child', inputs={inputs!r})\n",
                 child=f"def on_start(container):\n    phantom.debug(phantom.collect2(container=container, "
                       f"datapath=['playbook_input:{written}']))\n", exports={"child": export([name])})
    assert run.summary().debug == ["[['a'], ['b']]"]
    assert run.summary().notes == []


@pytest.mark.observed
@pytest.mark.parametrize("saved", ["Hash Status", "hash_status"])
@pytest.mark.parametrize(("datapath", "rows"), [
    ("c:playbook_output:hash_status", [["bad"], ["good"]]), ("c:playbook_output:Hash Status", [["bad"], ["good"]]),
    ("filtered-data:f:condition_1:c:playbook_output:hash_status", [["bad"]]),
    ("c:playbook_input:note_title", [["t"]]),
])
def test_an_output_is_saved_and_read_as_the_editor_writes_it_out(family, saved, datapath, rows):
    """All 10 public outputs that are spelt otherwise; what a filter kept is read likewise."""
    run = family(parent=f"""
def on_start(container):
    phantom.playbook("local/child", container=container, name="c", callback=done, inputs={{"Note Title": ["t"]}})

def done(container=None, **kwargs):
    phantom.condition(container=container, name="f:condition_1",
                      conditions=[["c:playbook_output:hash_status", "==", "bad"]])
    phantom.debug(json.dumps(phantom.collect2(container=container, datapath=[{datapath!r}])))
""", child=f"""
def on_start(container): pass
def on_finish(container, summary):
    phantom.save_playbook_output_data(output={{{saved!r}: ["bad", "good"]}})
""", exports={"child": export(["Note Title"])})
    assert json.loads(run.summary().debug[0]) == rows


@pytest.mark.assumed
@pytest.mark.parametrize(("inputs", "names", "starts"), [
    ({"filepath": 1, "y": 2}, ["filePath", "y"], True), ({"y": 1}, ["y", "Y"], True), ({"Y": 1}, ["y", "Y"], True),
    ({"FILE-PATH": 1}, ["file path"], True), ({"y": 1, "Y": 2}, ["y", "Y"], True),
    ({"filepath": 1, "filePath": 2}, ["filePath"], False), ({"filepath": 1, "FILEPATH": 2}, ["filePath"], False),
    ({"ab": 1}, ["aB", "Ab"], False), ({"file": 1}, ["filePath"], False), ({"list name": 1}, ["listname"], False),
])
def test_a_name_that_may_mean_several_inputs_is_refused(family, inputs, names, starts):
    """The same name wins; else one input is meant, and is given once."""
    run = family(parent=f"def on_start(container):\n    phantom.playbook('child', inputs={inputs})\n", child=CHILD,
                 exports={"child": export(names)})
    assert [one["inputs"] for one in run.summary().playbook_runs] == ([inputs] if starts else [])


@pytest.mark.assumed
@pytest.mark.parametrize(("inputs", "names", "told"), [
    ({"ab": 1}, ["aB", "Ab"], "child has several inputs that 'ab' may be: 'aB' or 'Ab'; it has aB, Ab"),
    ({"hash": 1, "HASH": 2}, ["Hash"], "child has one input 'Hash', and it is given as 'hash' and as 'HASH'"),
    ({"x": 1}, [], "child has no input 'x'; it has none"),
    ({"FILE-PATH": 1}, ["file path"], "playbook 'child': input 'FILE-PATH' is taken for 'file path'; the platform may"),
    ({"y": 1}, ["y", "Y"], "inputs 'y' and 'Y' of playbook child are one name to datapaths, y: rename one of them"),
])
def test_names_that_do_not_decide_are_told(family, inputs, names, told):
    """By both names."""
    run = family(parent=f"def on_start(container):\n    phantom.playbook('child', inputs={inputs})\n", child=CHILD,
                 exports={"child": export(names)})
    assert any(told in one for one in run.summary().notes)


@pytest.mark.assumed
def test_of_two_spellings_the_one_of_the_datapath_is_read(family):
    """Where an export has both."""
    parent = "def on_start(container):\n    phantom.playbook('child', inputs={'Ip': 1, 'ip': 2})\n"
    run = family(parent=parent, child="""
def on_start(container):
    phantom.debug([phantom.collect2(datapath=["playbook_input:" + name])[0][0] for name in ("ip", "Ip")])
""", exports={"child": export(["Ip", "ip"])})
    assert run.summary().debug == ["[2, 1]"]


@pytest.mark.documented
@pytest.mark.parametrize(("arguments", "waited"), [("name='c', callback=done", True), ("name='c'", False)])
def test_a_child_that_is_not_started_is_no_silence(family, capsys, tmp_path, incident, arguments, waited):
    """Its call stands in the summary and in a note; where a callback was to go on, the command fails."""
    parent = f"""
def on_start(container):
    phantom.playbook("local/child", container, inputs={{"x": 1}}, {arguments})

def done(**kwargs): pass
"""
    run = family(parent=parent, child=CHILD, exports={"child": export(["y"])})
    summary = run.summary()
    assert not waited or run.why_not("done").cause.kind == "not started"
    assert summary.unstarted == [{"run": 1, "block": "on_start", "line": 5, "playbook": "local/child", "name": "c",
                                  "waited": waited}]
    assert summary.notes == [
        "on_start, line 5: phantom.playbook was not carried out: child has no input 'x'; it has y"]
    assert summary.status == "success"
    assert main(["run", str(tmp_path / "parent.py"), "--container", str(incident)]) == int(waited)
    assert "child playbook local/child was not started (on_start, line 5)" in capsys.readouterr().out
    (tmp_path / "s.json").write_text(json.dumps({
        "container": {"name": "x"}, "variants": {"plain": {}, "fine": {"expect": "success"}}}))
    assert main(["run", str(tmp_path / "parent.py"), "--scenario", str(tmp_path / "s.json")]) == int(waited)
    out = capsys.readouterr().out
    assert out.count("child playbook local/child was not started") == (2 if waited else 0)
    assert "phantom.playbook (playbook 'local/child') was not carried out: child has no input 'x'" in out


@pytest.mark.documented
@pytest.mark.parametrize(("arguments", "found"), [
    ("inputs={'y': 1}", export(["y", "z"])), ("", export(["y"])), ("", export(kind="automation")),
    ("inputs={}", export(kind="automation")), ("inputs={'any': 1}", None), ("inputs=None", None),
])
def test_a_call_that_fits_the_childs_export_starts_it(family, arguments, found):
    """Without an export nobody knows its inputs: any name is taken."""
    run = family(parent=f"def on_start(container):\n    phantom.playbook('child', {arguments})\n", child=CHILD,
                 exports={"child": found} if found else None)
    assert run.summary().debug == ["child"]


@pytest.mark.assumed
@pytest.mark.parametrize(("arguments", "message"), [
    ("'child', inputs=['x']", "playbook 'child': inputs must be a dict, not list"),
    ("'child', inputs={'x': {1}}", "playbook 'child': inputs is not JSON"),
    ("'child', handle=object()", "playbook 'child': handle is not JSON"),
    ("'child', name='x', callback='done'", "playbook: callback must be a function, not str"),
    ("None", "playbook: it must be named like 'local/my_playbook', not None"),
    ("''", "playbook: it must be named like 'local/my_playbook', not ''"),
])
def test_a_wrong_argument_is_one_clear_error(family, arguments, message):
    """With the block and its line."""
    run = family(parent=f"def on_start(container):\n    phantom.playbook({arguments})\n", child=CHILD)
    assert run.status == "error"
    assert message in run.summary().message
    assert run.summary().message.endswith("(block on_start, parent.py:4)")
    assert "\n" not in run.summary().message
    assert run.summary().playbook_runs == []


@pytest.mark.assumed
def test_a_missing_playbook_is_one_clear_error(family, lab, tmp_path):
    """It names the reference, where was looked, and what to do."""
    lab.paths = [tmp_path / "more"]
    run = family(parent="def on_start(container):\n    phantom.playbook('community/No Such')\n")
    message = run.summary().message
    assert message.startswith("MissingSourceError: no child playbook 'community/No Such'. Looked for no_such.py in ")
    assert f"{tmp_path}, {tmp_path / 'more'}" in message
    assert "Lab(paths=[…])" in message
    assert message.endswith("(block on_start, parent.py:4)")


@pytest.mark.observed
@pytest.mark.parametrize("reference", ["local/child_one", "community/Child One", "child_one", "CHILD_ONE",
                                       "my repo/Child-One", " local/child_one "])
@pytest.mark.parametrize("file", ["child_one.py", "Child_One.py"])
def test_it_is_found_by_base_name_without_case_blanks_as_underscores(family, tmp_path, reference, file):
    """Whatever its repository is called."""
    (tmp_path / file).write_text(HEAD + CHILD)
    run = family(parent=f"def on_start(container):\n    phantom.playbook({reference!r})\n")
    assert run.summary().debug == ["child"]


@pytest.mark.assumed
def test_it_is_found_in_the_labs_folders_after_the_parents_own(family, lab, tmp_path):
    """And a grandchild beside the child that starts it."""
    more = tmp_path / "more"
    more.mkdir()
    lab.paths = [more]
    (more / "child.py").write_text(HEAD + "def on_start(container):\n    phantom.debug('more')\n"
                                          "    phantom.playbook('beside')\n")
    (more / "beside.py").write_text(HEAD + "def on_start(container):\n    phantom.debug('beside')\n")
    source = "def on_start(container):\n    phantom.playbook('child')\n"
    assert family(parent=source).summary().debug == ["more", "beside"]
    assert family(parent=source, child=CHILD).summary().debug == ["child"]


@pytest.mark.assumed
@pytest.mark.parametrize(("child", "message"), [
    ("def on_start(container:\n", "syntax error"), ("def other(container): pass\n", "defines no on_start(container)"),
    pytest.param("1 / 0\ndef on_start(container): pass\n", "raised ZeroDivisionError when it was imported"),
    pytest.param("def on_start(container): pass\non_start = 5\n", "on_start is no function once the playbook is"),
    pytest.param("import no_such_module_at_all\ndef on_start(container): pass\n", "raised ModuleNotFoundError"),
], ids=["syntax", "no on_start", "raises", "no function", "import"])
@pytest.mark.parametrize("arguments", [", name='child_1', callback=done", ""], ids=["waits", "does not wait"])
def test_a_child_that_cannot_be_loaded_is_one_clear_error(family, child, message, arguments):
    """It ends the asking branch, and leaves no child run; what was asked for besides completes."""
    run = family(parent=f"""
def on_start(container):
    phantom.act("look up", assets=["a"], name="look_1", callback=looked)
    phantom.playbook("local/child", container{arguments})
    phantom.debug("not reached")

def looked(**kwargs):
    phantom.debug("looked")

def done(**kwargs):
    phantom.debug("called back")

def on_finish(container, summary):
    phantom.debug(json.loads(summary)["status"])
""", child=child)
    assert run.summary().debug == ["looked", "failed"]
    assert run.status == "error"
    assert message in run.summary().message
    assert run.summary().message.endswith("(block on_start, parent.py:6)")
    assert run.summary().playbook_runs == []
    assert ends(run) == [(run.id, "error")]
    assert_begun_and_ended_once(run)


@pytest.mark.assumed
def test_the_error_of_a_broken_child_names_its_file_and_line(family):
    """Not only the line that asked for it."""
    run = family(parent="def on_start(container):\n    phantom.playbook('child')\n",
                 child="\ndef on_start(container): return (\n")
    assert "child.py:4: syntax error" in run.summary().message


@pytest.mark.assumed
@pytest.mark.parametrize("arguments", [", name='child_1', callback=done", ""], ids=["waits", "does not wait"])
def test_a_missing_outcome_in_a_child_ends_the_whole_tree(family, arguments):
    """Both runs end as `needs_outcome`, the child first; nobody is called back."""
    run = family(parent=f"""
def on_start(container):
    phantom.playbook("child", container{arguments})
    phantom.act("look up", assets=["a"], name="later", callback=looked)

def looked(container=None, **kwargs):
    phantom.act("look up", assets=["a"], name="later", callback=looked)

def done(**kwargs):
    phantom.debug("called back")
""", child="def on_start(container):\n    phantom.act('unknown', assets=['a'], name='ask_1')\n")
    child = run.summary().playbook_runs[0]["id"]
    assert ends(run) == [(child, "needs_outcome"), (run.id, "needs_outcome")]
    assert "no outcome for action 'unknown'" in run.summary().message
    assert run.summary().playbook_runs[0]["message"] == run.summary().message
    assert run.summary().debug == []
    assert_begun_and_ended_once(run)


@pytest.mark.assumed
def test_a_gap_in_a_child_ends_the_whole_tree(family):
    """As `not_emulated`."""
    run = family(parent=PARENT.format(arguments="", expression="0"),
                 child="def on_start(container):\n    try:\n        phantom.fix_datapath()\n"
                       "    except:\n        pass\n")
    assert [status for _, status in ends(run)] == ["not_emulated", "not_emulated"]
    assert run.summary().gaps == {"fix_datapath": 1}
    assert_begun_and_ended_once(run)


@pytest.mark.assumed
def test_a_gap_while_a_child_is_imported_ends_the_whole_tree(family):
    """The same for what its module level does."""
    run = family(parent=PARENT.format(arguments="", expression="0"),
                 child="import phantom.app\ndef on_start(container): pass\n")
    assert run.status == "not_emulated"
    assert run.summary().gaps == {"module phantom.app": 1}
    assert_begun_and_ended_once(run)


@pytest.mark.assumed
@pytest.mark.parametrize("at", ["on_start", "inside"])
def test_a_stop_ends_the_whole_tree(family, at):
    """Also the child that has not begun."""
    stepper = family(how="step", parent=PARENT.format(arguments="", expression="0") if at == "on_start" else """
def on_start(container):
    phantom.playbook("child", container)
    inside(container)

def inside(container): pass
""", child=CHILD)
    if at == "inside":
        assert stepper.step().invocation.block == "inside"
    position = stepper.stop()
    assert position.status == "stopped"
    assert {status for _, status in ends(stepper.run)} == {"stopped"}
    assert stepper.run.summary().debug == []
    assert_begun_and_ended_once(stepper.run)


@pytest.mark.assumed
def test_a_stop_while_a_child_rests_ends_both(family):
    """The child's end comes first."""
    stepper = family(how="step", parent=PARENT.format(arguments="", expression="0"), child=CHILD)
    position = stepper.step()
    assert position.invocation.run != stepper.run.id
    assert stepper.stop().status == "stopped"
    assert ends(stepper.run) == [(position.invocation.run, "stopped"), (stepper.run.id, "stopped")]
    assert_begun_and_ended_once(stepper.run)


@pytest.mark.assumed
def test_a_childs_actions_are_answered_like_the_parents(family, lab):
    """By the same stubs, on the same clock; every id is the child's own."""
    seen = []
    lab.action("look up")(lambda parameter, name, number: seen.append((name, number)) or success())
    run = family(parent=PARENT.format(arguments="", expression="results[0]['status']").replace(
        "    phantom.playbook(", "    phantom.act('look up', assets=['a'], name='mine')\n    phantom.playbook("),
        child=ASKS)
    assert seen == [("mine", 1), ("look_1", 2)]
    numbers = [one["results"][0]["action_run_id"] for one in run.summary().action_runs]
    assert len({*numbers}) == 2


@pytest.mark.assumed
def test_equal_trees_have_equal_journals(family):
    """Ids, order and random numbers are the same in every run of equal seed."""
    sources = {"parent": PARENT.format(arguments=", inputs={'x': 1}", expression="results"),
               "child": "import random, uuid\n" + CHILD.replace('"child")', "[random.random(), str(uuid.uuid4())])")}
    first, second = family(**sources), family(**sources)
    assert first.summary().debug[:1] == second.summary().debug[:1]
    assert [type(one) for one in first.journal.events] == [type(one) for one in second.journal.events]
    assert len(first.journal.events) > 10
