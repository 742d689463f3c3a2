"""Who invokes a block with which arguments, and what an exception does."""

from __future__ import annotations

import json

import pytest

SOURCE = """
import json

def on_start(container):
    {start}

{rest}
"""
ACT = 'phantom.act("look up", parameters=[{"n": 1}], assets=["a"], name="look_1", callback=done, handle={"h": 1})'
OFFERED = ["action", "container", "handle", "results", "success"]


@pytest.fixture
def run(lab, playbook):
    """Run a playbook that acts once and calls `done` back."""
    lab.action("look up")(lambda parameter: [{"x": 1}])

    def execute(rest, start=ACT):
        return lab.run(playbook(SOURCE.format(start=start, rest=rest)))

    return execute


@pytest.mark.documented
def test_an_action_calls_back_with_five_keyword_arguments(run):
    """`**kwargs` gets exactly action, success, container, results and handle."""
    ended = run("""
def done(**kwargs):
    phantom.debug(json.dumps([sorted(kwargs), [type(kwargs[key]).__name__ for key in sorted(kwargs)]]))
""")
    assert json.loads(ended.summary().debug[0]) == [OFFERED, ["dict", "dict", "dict", "list", "bool"]]


@pytest.mark.observed
@pytest.mark.parametrize(("signature", "shown", "printed"), [
    ("results, **kwargs", "[results[0]['name'], sorted(kwargs)]",
     ["look_1", ["action", "container", "handle", "success"]]),
    ("success=None, handle=None", "[success, handle]", [True, {"h": 1}]),
    ("container", "[container['id']]", [1]),
    ("handle, action", "[handle, action['name']]", [{"h": 1}, "look_1"]),
    ("*, results", "[results[0]['asset']]", ["a"]),
    (("action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None, "
      "filtered_results=None, custom_function=None, **kwargs"),
     "[success, filtered_artifacts, filtered_results, custom_function, kwargs]", [True, None, None, None, {}]),
    ("handle=None, loop_state_json='unset'", "[loop_state_json]", ["unset"]),
    ("action, success, incident, results, handle",
     "[action['name'], success, incident['id'], results[0]['asset'], handle]", ["look_1", True, 1, "a", {"h": 1}]),
    ("a, b, c, d, e", "[a['name'], b, c['id'], d[0]['asset'], e]", ["look_1", True, 1, "a", {"h": 1}]),
    ("a, b, c", "[a['name'], b, c['id']]", ["look_1", True, 1]),
    ("action, success, incident, results, handle, **kwargs", "[incident['id'], handle, kwargs]", [1, {"h": 1}, {}]),
    ("a, b, c, **kwargs", "[a['name'], b, c['id'], sorted(kwargs)]", ["look_1", True, 1, ["handle", "results"]]),
    ("a, b=None, *, results, **more", "[a['name'], b, results[0]['asset'], sorted(more)]",
     ["look_1", True, "a", ["container", "handle"]]),
    ("a, /, **kwargs", "[a['name'], sorted(kwargs)]", ["look_1", ["container", "handle", "results", "success"]]),
])
def test_a_callback_gets_what_it_declares(run, signature, shown, printed):
    """By keyword what it names; the oldest playbooks' five under other names by position, in the old order."""
    ended = run(f"def done({signature}):\n    phantom.debug(json.dumps({shown}))\n")
    assert ended.status == "success", ended.summary().message
    assert json.loads(ended.summary().debug[0]) == printed


@pytest.mark.assumed
def test_a_callback_without_parameters_is_called_with_none_and_a_note(run):
    """It would be an error of Python's otherwise."""
    ended = run("def done():\n    phantom.debug('called')\n")
    assert ended.summary().debug == ["called"]
    assert "callback done (line 8) takes nothing of what it is offered: it is called without" in ended.summary().notes


@pytest.mark.assumed
@pytest.mark.parametrize(("signature", "shown", "printed"), [
    ("results, *rest", "[results[0]['name'], rest]", ["look_1", []]),
    ("results, /, handle", "[results[0]['name'], handle]", ["look_1", {"h": 1}]),
    ("results=5, /, *, handle", "[results[0]['name'], handle]", ["look_1", {"h": 1}]),
    ("action=None, success=None, incident=None, results=None, handle=None", "[incident['id'], success]", [1, True]),
    ("container=None, own=5, **kwargs", "[own, sorted(kwargs)]", [5, ["action", "handle", "results", "success"]]),
])
def test_a_name_of_the_vendors_gets_what_it_names(run, signature, shown, printed):
    """Whatever stands beside it, and however it can be passed."""
    ended = run(f"def done({signature}):\n    phantom.debug(json.dumps({shown}))\n")
    assert json.loads(ended.summary().debug[0]) == printed


@pytest.mark.assumed
@pytest.mark.parametrize(("signature", "missing"), [
    ("results, extra", "1 required positional argument: 'extra'"),
    ("extra, results", "1 required positional argument: 'extra'"),
    ("action, results, incident", "1 required positional argument: 'incident'"),
    ("action, success, incident, results, handle, container", "1 required positional argument: 'incident'"),
    ("container, *, extra", "1 required keyword-only argument: 'extra'"),
    ("a, b, c, d, e, f", "1 required positional argument: 'f'"),
    ("action, success, container, results, handle, filtered_artifacts",
     "1 required positional argument: 'filtered_artifacts'"),
    ("self, success", "1 required positional argument: 'self'"),
])
def test_a_required_name_that_the_platform_does_not_pass_is_an_error(run, signature, missing):
    """The documented arguments are keyword arguments: none of them is taken for another one."""
    ended = run(f"def done({signature}):\n    phantom.debug('called')\n")
    assert (ended.status, ended.summary().debug) == ("error", [])
    assert ended.summary().message == f"TypeError: done() missing {missing} (block done, sample:8)"


@pytest.mark.observed
@pytest.mark.parametrize("rest", [
    "done = lambda results: phantom.debug(results[0]['name'])",
    "class Done:\n    def __call__(self, results):\n        phantom.debug(results[0]['name'])\ndone = Done()",
    "from functools import partial\ndone = partial(lambda end, results: phantom.debug(results[0]['name'] + end), '')",
], ids=["lambda", "object", "partial"])
def test_any_callable_may_be_a_callback(run, rest):
    """A lambda, an object with `__call__` and a partial are called like a function."""
    assert run(rest).summary().debug == ["look_1"]


@pytest.mark.observed
def test_a_direct_call_passes_what_the_caller_passes_and_nothing_else(run):
    """A block that another one calls gets no argument of the engine's."""
    ended = run("""
def done(results=None, **kwargs):
    other(results=results, own=5)

def other(**kwargs):
    phantom.debug(json.dumps(sorted(kwargs)))
""")
    assert ended.summary().debug == ['["own", "results"]']


@pytest.mark.observed
@pytest.mark.parametrize("name", ["container", "incident", "email"])
def test_start_and_finish_pass_by_position(lab, playbook, name):
    """on_start gets the container, on_finish the container and the summary, whatever the parameters are called."""
    run = lab.run(playbook(f"""
def on_start({name}):
    phantom.debug({name}["name"])

def on_finish({name}, told):
    phantom.debug([{name}["id"], type(told).__name__])
"""))
    assert run.summary().debug == ["Test incident", "[1, 'str']"]


@pytest.mark.observed
def test_a_container_has_the_fields_that_playbooks_read(lab, playbook):
    """Owner is a user name, data a dict, external_id another name of source_data_identifier, the run has its id."""
    run = lab.run(playbook("""
def on_start(container):
    phantom.debug(container["owner"])
    phantom.debug(container["external_id"] == container["source_data_identifier"] != "")
    phantom.debug([container["data"], container["artifact_count"], container["current_rule_run_id"]])
"""))
    assert run.summary().debug == ["admin", "True", "[{}, 5, 1]"]


@pytest.mark.observed
def test_every_callback_gets_copies_of_its_own(lab, playbook):
    """Changing results, action or container in one callback reaches neither the next one nor what is collected."""
    lab.action("look up")(lambda parameter: [{"x": "original"}])
    run = lab.run(playbook("""
def on_start(container):
    container["name"] = "changed"
    for name in ("one", "two"):
        phantom.act("look up", parameters=[{}], assets=["a"], name=name, callback=done, handle={"h": "original"})

def done(action, container, results, handle, **kwargs):
    rows = phantom.collect2(container=container, datapath=["one:action_result.data.*.x"])
    phantom.debug([container["name"], rows, results[0]["action_results"][0]["data"], handle])
    container["name"] = results[0]["action_results"][0]["data"][0]["x"] = handle["h"] = "changed"
"""))
    line = "['Test incident', [['original']], [{'x': 'original'}], {'h': 'original'}]"
    assert run.summary().debug == [line, line]


@pytest.mark.observed
def test_the_summary_of_on_finish_is_json_text(run):
    """Run id, status, message, and per action run its app runs, one for each parameter set."""
    start = ACT.replace('[{"n": 1}]', '[{"n": 1}, {"n": 2}]').replace(", callback=done", "")
    ended = run("def on_finish(container, summary):\n    phantom.debug(summary)\n", start=start)
    summary = json.loads(ended.summary().debug[0])
    assert summary.keys() >= {"playbook_run_id", "status", "message", "result"}
    assert (summary["playbook_run_id"], summary["status"]) == (1, "success")
    (one,) = summary["result"]
    assert (one["name"], one["action"], one["status"], one["message"]) == (
        "look_1", "look up", "success", "2 actions succeeded")
    assert isinstance(one["action_run_id"], int)
    assert [app_run["parameter"]["n"] for app_run in one["app_runs"]] == [1, 2]
    assert all(app_run.keys() >= {"app_run_id", "app", "asset", "status", "summary"} for app_run in one["app_runs"])


@pytest.mark.observed
def test_a_run_without_actions_has_an_empty_result(run):
    """Its status is success."""
    ended = run("def on_finish(container, summary):\n    phantom.debug(summary)\n", start="pass")
    summary = json.loads(ended.summary().debug[0])
    assert (summary["result"], summary["status"], ended.status) == ([], "success", "success")


@pytest.mark.observed
def test_a_failed_action_fails_the_run_even_if_it_was_handled(lab, playbook):
    """The rest of the playbook runs, on_finish reads `failed`."""
    lab.action("look up")(lambda parameter: {"status": "failed", "message": "no"})
    run = lab.run(playbook("""
import json

def on_start(container):
    phantom.act("look up", parameters=[{}], assets=["a"], name="look_1", callback=done)

def done(success, **kwargs):
    phantom.debug(success)

def on_finish(container, summary):
    phantom.debug(json.loads(summary)["status"])
"""))
    assert run.summary().debug == ["False", "failed"]
    assert (run.status, run.summary().message) == ("failed", "action 'look_1' failed: no")


@pytest.mark.assumed
def test_an_exception_ends_its_branch_only(run):
    """Status `error` with block, file and line; what has started completes, and on_finish is called."""
    ended = run("""
def done(**kwargs):
    helper()
    phantom.debug("not reached")

def helper():
    raise ValueError("broken")

def second(**kwargs):
    phantom.debug("second")

def on_finish(container, summary):
    phantom.debug("finish")
""", start=f"{ACT}\n    {ACT.replace('=done', '=second').replace('look_1', 'look_2')}")
    assert ended.status == "error"
    assert ended.summary().message == "ValueError: broken (block done, sample:15)"
    assert ended.summary().debug == ["second", "finish"]
    assert [one["error"] for one in ended.summary().invocations] == [
        None, "ValueError: broken (block done, sample:15)", None, None]


@pytest.mark.assumed
@pytest.mark.parametrize(("start", "rest", "status"), [
    ("raise ValueError('x')", "", "failed"), (ACT, "def done(**kwargs):\n    raise KeyError('x')\n", "failed"),
    ("inner(container)", "def inner(container):\n    raise SystemExit(3)\n", "failed"),
    ("try:\n        inner(container)\n    except KeyError:\n        pass",
     "def inner(container):\n    raise KeyError('caught')\n", "success"),
     (ACT, "def done(**kwargs): pass\n", "success"),
])
def test_on_finish_reads_that_a_block_raised(run, start, rest, status):
    """The summary says `failed` once an exception has ended a branch; one that a caller caught does not count."""
    ended = run(f"{rest}def on_finish(container, summary):\n    phantom.debug(json.loads(summary)['status'])\n", start)
    assert ended.summary().debug == [status]
    assert ended.status == ("error" if status == "failed" else "success")


@pytest.mark.assumed
@pytest.mark.parametrize("raised", ["ValueError('broken')", "SystemExit(3)", "KeyError('k')"])
def test_an_exception_in_a_called_block_leaves_its_callers_too(run, raised):
    """The failure is told of the innermost block; a caller that catches it goes on, and nothing has failed."""
    rest = f"""
def done(container, **kwargs):
    {{call}}
    phantom.debug("after")

def inner(container):
    raise {raised}
"""
    loud = run(rest.format(call="inner(container=container)"))
    assert loud.status == "error"
    assert "(block inner, sample:" in loud.summary().message
    assert loud.summary().debug == []
    quiet = run(rest.format(call="""try:
        inner(container=container)
    except BaseException:
        pass"""))
    assert quiet.summary().debug == ["after"]
    assert quiet.status == "success"


@pytest.mark.assumed
def test_an_action_started_in_on_finish_runs_without_its_callback(run):
    """Nothing waits for it; the lab says so, and on_finish is not called again."""
    ended = run("def done(**kwargs):\n    phantom.debug('called')\n"
                f"def on_finish(container, summary):\n    {ACT}\n", start="pass")
    assert [one["name"] for one in ended.summary().action_runs] == ["look_1"]
    assert ended.summary().debug == []
    assert "on_finish started action 'look_1': the run does not wait for its callback" in ended.summary().notes
    assert [one["block"] for one in ended.summary().invocations] == ["on_start", "on_finish"]
