"""What may be changed while a run rests: arguments, run data, the container, pending actions; and skipping a block."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import InputError, Lab, Stepper, failure, frames, success
from phantom_lab.errors import StepperError
from phantom_lab.history import Edited, OutcomeGiven
from tests.patience import LONG

CALLS = """
def on_start(container):
    phantom.debug(container["name"])
    phantom.debug(b(container, 1, extra=2))
def b(container, n, *, name="x", **kwargs):
    phantom.debug([container["id"], n, name, kwargs])
    return "done"
def on_finish(container, summary): phantom.debug(container["name"])
"""
ACTS = """
def on_start(container):
    for name in ("one", "two", "three"):
        phantom.act("look", parameters=[{"n": name}], name=name, assets=["x", "y"], callback=cb)
    b(container)
def b(container):
    phantom.debug(phantom.get_run_data(key="kept"))
    phantom.debug(phantom.get_run_data(key="wanted"))
def cb(action=None, success=None, results=None, container=None, **kwargs):
    phantom.debug([action["name"], success, *(one["action_results"][0]["message"] for one in results)])
def on_finish(container, summary): phantom.debug(container["severity"])
"""


@pytest.fixture
def step(lab: Lab, playbook):
    """Step a playbook to the entry of its n-th invocation."""
    lab.action("look")(lambda parameter, asset: success(message=f"{asset} of stub"))

    def start(source: str, n: int = 1) -> Stepper:
        stepper = Stepper(lab.prepare(playbook(source)))
        for _ in range(n):
            go(stepper)
        assert stepper.position.invocation.n == n
        return stepper

    return start


def go(stepper: Stepper, command: str = "step") -> str:
    """Give a command and wait, not for ever; the state after it."""
    stepper.request(command)
    state = stepper.wait(LONG).state
    assert state != "running"
    return state


def within(call: Any) -> Any:
    """What a call returns that waits itself, but not for ever."""
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(call()), daemon=True)
    thread.start()
    thread.join(LONG)
    return found[0]


def edits(stepper: Stepper) -> list[tuple[Any, ...]]:
    """What the journal says about edits: where, what, name, before, after."""
    get = stepper.run.journal.get
    return [(one.invocation, one.what, one.name, get(one.before), get(one.after))
            for one in stepper.run.journal.events if isinstance(one, Edited)]


def said(stepper: Stepper) -> list[str]:
    """What the playbook said, once it has run to its end."""
    assert go(stepper, "resume") == "ended"
    return stepper.run.summary().debug


@pytest.mark.parametrize(("new", "seen", "before"), [
    ({"n": 9}, "[1, 9, 'x', {'extra': 2}]", 1), ({"container": {"id": 7}}, "[7, 1, 'x', {'extra': 2}]", ...),
    ({"name": "y"}, "[1, 1, 'y', {'extra': 2}]", None), ({"extra": [3]}, "[1, 1, 'x', {'extra': [3]}]", 2),
    ({"more": None}, "[1, 1, 'x', {'extra': 2, 'more': None}]", None),
    ({"n": (1, 2)}, "[1, [1, 2], 'x', {'extra': 2}]", 1),
])
def test_a_changed_argument_is_what_the_block_gets(step, new: dict[str, Any], seen: str, before: Any):
    """Positional, keyword-only, of ``**kwargs`` and new ones; the views show it and the journal says what it was."""
    stepper = step(CALLS, 2)
    ((name, value),) = new.items()
    old = frames.arguments(stepper, at=2).get(name)
    stepper.edit(arguments=new)
    after = list(value) if isinstance(value, tuple) else value
    assert edits(stepper) == [(2, "argument", name, old if before is ... else before, after)]
    assert frames.arguments(stepper, at=2)[name] == after
    assert said(stepper) == ["Test incident", seen, "done", "Test incident"]
    assert frames.arguments(stepper.run.journal, at=2)[name] == after
    assert stepper.run.status == "success"


def test_the_container_that_on_start_gets_by_position_can_be_changed(step):
    """Only what that block gets: the run's container stays what it is."""
    stepper = step(CALLS)
    stepper.edit(arguments={"container": {"id": 5, "name": "mine"}})
    assert said(stepper) == ["mine", "[5, 1, 'x', {'extra': 2}]", "done", "Test incident"]
    assert frames.arguments(stepper, at=2)["container"] == {"id": 5, "name": "mine"}


def test_the_last_of_several_edits_counts_and_each_is_journaled(step):
    """What it was before the second one is what the first one said."""
    stepper = step(CALLS, 2)
    stepper.edit(arguments={"n": 5})
    stepper.edit(arguments={"n": 6, "name": "z"})
    assert [one[3:] for one in edits(stepper)] == [(1, 5), (5, 6), (None, "z")]
    assert said(stepper)[1] == "[1, 6, 'z', {'extra': 2}]"


def test_an_edit_holds_for_the_invocation_at_which_it_was_made_only(step):
    """The next invocation of the same block gets what its caller passes."""
    stepper = step("def on_start(container):\n    b(1)\n    b(2)\ndef b(container): phantom.debug(container)\n", 2)
    stepper.edit(arguments={"container": 9})
    assert said(stepper) == ["9", "2"]


def test_what_was_given_is_copied(step):
    """Changing the object afterwards changes nothing."""
    stepper, mine = step(CALLS, 2), {"deep": [1]}
    stepper.edit(arguments={"n": mine}, run_data={"k": mine}, container={"custom_fields": mine})
    mine["deep"].append(2)
    assert said(stepper)[1] == "[1, {'deep': [1]}, 'x', {'extra': 2}]"
    assert stepper.run.state.run_data["k"] == stepper.run.container["custom_fields"] == {"deep": [1]}


def test_run_data_can_be_set_and_removed(step):
    """None removes a key; what it was is journaled."""
    stepper = step(ACTS.replace("    b(container)\n", "    phantom.save_run_data(value='old', key='kept')\n"
                                                      "    phantom.save_run_data(value='old', key='wanted')\n"
                                                      "    b(container)\n", 1), 2)
    stepper.edit(run_data={"kept": None, "wanted": {"a": [1]}})
    assert edits(stepper) == [(2, "run data", "kept", "old", None), (2, "run data", "wanted", "old", {"a": [1]})]
    assert said(stepper)[:2] == ["", "{'a': [1]}"]


def test_fields_of_the_container_can_be_changed(step, lab: Lab):
    """Every later callback sees them; the lab's own container does not change."""
    stepper = step(ACTS, 2)
    stepper.edit(container={"severity": "high", "label": "mine"})
    assert edits(stepper) == [(2, "container", "severity", "low", "high"), (2, "container", "label", "events", "mine")]
    assert said(stepper)[-1] == "high"
    assert lab.containers[1]["severity"] == "low"


@pytest.mark.parametrize("what", ["arguments", "run_data", "container"])
@pytest.mark.parametrize("value", [{1, 2}, b"x", object()], ids=["set", "bytes", "object"])
def test_a_value_that_is_no_json_is_refused_in_one_line(step, what: str, value: Any):
    """Nothing is changed or journaled."""
    stepper = step(CALLS, 2)
    with pytest.raises(InputError, match=r"is not JSON: .* is not JSON serializable$") as caught:
        stepper.edit(**{what: {"n": value}})
    assert "\n" not in str(caught.value)
    with pytest.raises(InputError, match="what the block returns is not JSON"):
        stepper.skip(value)
    assert (edits(stepper), stepper.position.state) == ([], "resting")
    assert said(stepper)[1:3] == ["[1, 1, 'x', {'extra': 2}]", "done"]


def test_at_the_exit_of_a_block_its_arguments_are_no_longer_to_be_changed(step):
    """Nor can it be skipped; the container and run data can be changed."""
    stepper = step(CALLS, 2)
    stepper.breakpoints.add("b", when="after")
    assert (go(stepper, "resume"), stepper.position.at) == ("resting", "exit")
    with pytest.raises(StepperError, match="cannot edit arguments: the run does not rest at the entry of a block"):
        stepper.edit(arguments={"n": 1})
    with pytest.raises(StepperError, match="cannot skip: the run does not rest at the entry of a block"):
        stepper.skip()
    stepper.edit(container={"name": "late"})
    assert said(stepper)[-1] == "late"


@pytest.mark.parametrize("wish", [
    lambda one: one.edit(arguments={"n": 1}), lambda one: one.edit(run_data={"n": 1}),
    lambda one: one.edit(container={"n": 1}), lambda one: one.edit_pending("one", delay=1),
    lambda one: one.reorder("one"), lambda one: one.skip()])
@pytest.mark.parametrize("state", ["ready", "running", "ended"])
def test_what_does_not_rest_cannot_be_changed(state: str, wish: Any, step, lab: Lab, playbook):
    """Before the start, while the playbook executes, and after the end; the run is what it would have been."""
    held, reached = threading.Event(), threading.Event()

    @lab.action("wait")
    def wait(parameter):
        reached.set()
        return [held.wait(LONG)]

    stepper = Stepper(lab.prepare(playbook("def on_start(container):\n    phantom.act('wait', assets=['x'])\n")))
    if state != "ready":
        stepper.request("step")
        assert stepper.wait(LONG).state == "resting"
        stepper.request("resume")
        assert reached.wait(LONG)
    if state == "ended":
        held.set()
        assert stepper.wait(LONG).state == "ended"
    with pytest.raises(StepperError, match=rf"^cannot .*: the run (is {state}|does not rest at the entry of a block)"):
        wish(stepper)
    held.set()
    assert edits(stepper) == []
    assert state == "ready" or stepper.wait(LONG).status == "success"


@pytest.mark.parametrize(("n", "expected", "left"), [
    (1, ["Test incident"], ["on_finish"]), (2, ["Test incident", "{'a': [1, 2]}", "Test incident"], ["on_finish"]),
])
def test_a_skipped_block_does_nothing_and_its_caller_gets_what_was_given(step, n: int, expected: list[str],
                                                                         left: list[str]):
    """It stands in the journal as an invocation that returned this."""
    stepper = step(CALLS, n)
    position = within(lambda: stepper.skip({"a": (1, 2)}))
    assert position.invocation.block == "on_finish"
    assert edits(stepper) == [(n, "skip", ["on_start", "b"][n - 1], None, {"a": [1, 2]})]
    assert said(stepper) == expected
    assert [one["block"] for one in stepper.run.summary().invocations] == ["on_start", "b", "on_finish"][:n] + left
    assert {one["error"] for one in stepper.run.summary().invocations} == {None}


def test_a_skipped_callback_leaves_the_others_alone(step):
    """It rests at the next one."""
    stepper = step(ACTS, 3)
    assert within(stepper.skip).invocation.n == 4
    assert [one[:20] for one in said(stepper)[2:]] == ["['two', True, 'x of ", "['three', True, 'x o", "low"]


def test_pending_actions_are_listed_in_the_order_in_which_they_complete(step):
    """Those asked for and not completed; one that is at its turn is no longer pending."""
    names = []
    stepper = step(ACTS)
    while stepper.position.state == "resting":
        names.append([one.name for one in stepper.pending])
        go(stepper)
    assert names == [[], ["one", "two", "three"], ["two", "three"], ["three"], [], []]
    assert stepper.pending == ()


@pytest.mark.parametrize(("answer", "asset", "seen"), [
    (failure("no"), None, "['two', False, 'no', 'no']"), (failure("no"), "x", "['two', True, 'no', 'y of stub']"),
    (failure("no"), "y", "['two', True, 'x of stub', 'no']"), (success(message="by me"), None,
                                                              "['two', True, 'by me', 'by me']"),
    ({"summary": {"hits": 3}}, "y", "['two', True, 'x of stub', 'Hits: 3']"),
])
def test_an_answer_given_by_hand_comes_before_every_stub(step, answer: dict[str, Any], asset: str | None, seen: str):
    """For all assets or one; the journal says that a person gave it, and to which action."""
    stepper = step(ACTS, 2)
    stepper.edit_pending("two", answer=answer, asset=asset)
    assert edits(stepper) == [(2, "outcome", "two", [], [{**answer, "asset": asset}])]
    debug = said(stepper)
    assert debug[3] == seen
    assert [debug[2], debug[4]] == [f"['{name}', True, 'x of stub', 'y of stub']" for name in ("one", "three")]
    given = [one.asset for one in stepper.run.journal.events
             if isinstance(one, OutcomeGiven) and one.source == "given by hand"]
    assert given == ([asset] if asset else ["x", "y"])


def test_the_newest_answer_counts_and_an_answer_for_one_asset_may_follow_one_for_all(step):
    """Each is kept in the journal."""
    stepper = step(ACTS, 2)
    stepper.edit_pending("one", answer=failure("all"))
    stepper.edit_pending("one", answer=success(message="first"), asset="y")
    stepper.edit_pending("one", answer=success(message="second"), asset="y")
    assert [len(one[4]) for one in edits(stepper)] == [1, 2, 3]
    assert said(stepper)[2] == "['one', True, 'all', 'second']"


def test_an_answer_given_by_hand_comes_before_the_results_file_and_before_the_question(incident: Path, playbook):
    """Where nobody else knows, the run does not ask any more."""
    lab = Lab(incident, results=[{"action": "look", "asset": "x", "message": "of file"}], maxmind=False)
    stepper = Stepper(lab.prepare(playbook(ACTS)))
    go(stepper), go(stepper)
    for name in ("one", "two", "three"):
        stepper.edit_pending(name, answer=success(message="mine"), asset="x" if name == "two" else None)
    assert go(stepper, "resume") == "needs_outcome"
    assert (stepper.needed.name, stepper.needed.asset) == ("two", "y")
    with pytest.raises(StepperError, match="cannot edit arguments: the run does not rest at the entry"):
        stepper.edit(arguments={"n": 1})
    assert [one.name for one in stepper.pending] == ["three"]
    stepper.edit_pending("three", answer=failure("late"))
    stepper.edit(container={"severity": "high"})
    assert within(lambda: stepper.give(message="given")).state == "ended"
    assert stepper.run.summary().debug[2:] == ["['one', True, 'mine', 'mine']", "['two', True, 'mine', 'given']",
                                               "['three', False, 'late', 'late']", "high"]


@pytest.mark.parametrize(("change", "error", "message"), [
    (lambda one: one.edit_pending("zero", delay=1), StepperError, "is called 'zero'. Pending: one, two, three"),
    (lambda one: one.edit_pending("one", answer=5), InputError, "the given result: a result must be an object, not i"),
    (lambda one: one.edit_pending("one", answer={"status": "ok"}), InputError, "status 'ok' is neither"),
    (lambda one: one.edit_pending("one", answer={"extra": 1}), InputError, "a result has no key 'extra'"),
    (lambda one: one.edit_pending("one", answer={"data": [{1}]}), InputError, "the result is not JSON"),
    (lambda one: one.reorder("two", "zero", "no"), StepperError, "pending is called 'zero', 'no'. Pending: one"),
    (lambda one: one.reorder(), StepperError, "Pending: one, two, three."),
])
def test_an_impossible_change_of_pending_actions_is_refused(step, change: Any, error: type[Exception], message: str):
    """In one line, and nothing is changed or journaled."""
    stepper = step(ACTS, 2)
    with pytest.raises(error) as caught:
        change(stepper)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert edits(stepper) == []
    assert [one[:7] for one in said(stepper)[2:]] == ["['one',", "['two',", "['three", "low"]


@pytest.mark.parametrize(("change", "expected"), [
    (lambda one: one.edit_pending("one", delay=10), ["two", "three", "one"]),
    (lambda one: one.edit_pending("three", delay=-10), ["three", "one", "two"]),
    (lambda one: (one.edit_pending("one", delay=10), one.edit_pending("two", delay=20)), ["three", "one", "two"]),
    (lambda one: (one.edit_pending("one", delay=10), one.edit_pending("one", delay=-10)), ["one", "two", "three"]),
    (lambda one: one.reorder("three", "two", "one"), ["three", "two", "one"]),
    (lambda one: one.reorder("three"), ["three", "one", "two"]),
    (lambda one: (one.edit_pending("one", delay=9), one.reorder("two", "one")), ["two", "one", "three"]),
    (lambda one: (one.reorder("three", "one"), one.reorder("two")), ["two", "three", "one"]),
])
def test_delays_and_reordering_decide_who_completes_first(step, change: Any, expected: list[str]):
    """The list of pending actions says the order that then happens; nobody waits for it in real time."""
    stepper = step(ACTS, 2)
    change(stepper)
    assert [one.name for one in stepper.pending] == expected
    assert "".join({one[1] for one in edits(stepper)}) in ("delay", "order", "delayorder", "orderdelay")
    assert [one.split("'")[1] for one in said(stepper)[2:-1]] == expected
    assert stepper.run.status == "success"


@pytest.mark.parametrize("commands", [("step", "step"), ("step", "resume"), ("step_over", "step_out")])
def test_two_threads_may_command_one_stepper_at_once(step, commands: tuple[str, str]):
    """Neither waits for ever, and the run ends as it would have."""
    stepper = step(ACTS)
    at_once = threading.Barrier(2)

    def command(name: str) -> None:
        at_once.wait(LONG)
        for _ in range(100):
            try:
                stepper.request(name)
                stepper.edit(run_data={"other": name})
                stepper.wait(LONG)
            except StepperError:  # it runs, or has ended
                if stepper.wait(LONG).state == "ended":
                    return

    threads = [threading.Thread(target=command, args=(name,), daemon=True) for name in commands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
        assert not thread.is_alive()
    assert (stepper.position.state, stepper.position.status) == ("ended", "success")
    assert [one["block"] for one in stepper.run.summary().invocations] == ["on_start", "b", *["cb"] * 3, "on_finish"]


def test_a_headless_run_knows_nothing_of_edits(step, incident: Path, playbook):
    """The journal of one before and one after an edited run are equal."""

    def headless() -> Any:
        lab = Lab(incident, start=datetime(2026, 1, 1, tzinfo=UTC))
        lab.action("look")(lambda parameter, asset: success(message=f"{asset} of stub"))
        return lab.run(playbook(ACTS)).journal.events

    before = headless()
    stepper = step(ACTS, 2)
    stepper.edit(arguments={"container": {}}, run_data={"kept": 1}, container={"severity": "high"})
    stepper.edit_pending("one", answer=failure("no"))
    said(stepper)
    assert stepper.run.status == "failed"
    assert headless() == before
    assert not any(isinstance(one, Edited) for one in before)
    assert {one.source.split(" (")[0] for one in before if isinstance(one, OutcomeGiven)} == {"stub <lambda>"}


@pytest.mark.parametrize(("given", "told"), [
    ({"arguments": {"nmae": "y"}}, "note: there was no argument 'nmae'; closest is 'name'\n"),
    ({"arguments": {"sucess": False}}, "note: there was no argument 'sucess'; closest is 'success'\n"),
    ({"container": {"severty": "high"}},
     "note: there was no field of the container 'severty'; closest is 'severity'\n"),
    ({"run_data": {"key_on": "1"}}, "note: there was no key of the run data 'key_on'; closest is 'key_one'\n"),
    ({"arguments": {"n": 2, "name": "y", "other": 1, "results": []}}, ""), ({"container": {"severity": "high"}}, ""),
    ({"run_data": {"key_one": "2", "something else": "1"}}, ""), ({"container": {"my own": 1}}, ""),
])
def test_a_name_that_is_nearly_a_known_one_is_told(given: dict[str, Any], told: str, step,
                                                   capsys: pytest.CaptureFixture[str]):
    """One line with the closest name; the edit is made as it was asked for."""
    source = CALLS.replace('phantom.debug(container["name"])', 'phantom.save_run_data(key="key_one", value="1")', 1)
    stepper = step(source.replace("extra=2", 'extra=2, name="x"'), 2)
    stepper.edit(**given)
    assert capsys.readouterr().err == told
    assert [one.name for one in stepper.run.journal.events if isinstance(one, Edited)] == [
        name for named in given.values() for name in named]
    stepper.stop()
