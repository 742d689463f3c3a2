"""Going back to a place of a run: it is executed again up to there, and goes on as it did, or otherwise where somebody
changed something."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import pytest

from phantom_lab import Lab, Playbook, Stepper, failure, success
from phantom_lab.apps import MaxMind
from phantom_lab.errors import StepperError
from phantom_lab.history import InvocationStarted, Journal, RunSpec, read_journal
from phantom_lab.lab.replaying import replay
from phantom_lab.lab.travel import DivergedError
from tests.forging import written
from tests.situations import finished, situations

SITUATIONS = situations()


def told(journal: Journal) -> list[object]:
    """What happened, but for what is of a certain run only."""
    return [(event, stamp) for event, stamp in zip(journal.events, journal.stamps, strict=True)
            if not isinstance(event, RunSpec)]


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_sample_goes_on_from_any_invocation_as_it_did(name: str) -> None:
    """Its own lab answers what comes after that place; nothing of the first run is changed."""
    if SITUATIONS[name].maxmind and not MaxMind.installed():
        pytest.skip("needs the MaxMind database")
    run = finished(name)
    before, numbers = told(run.journal), [*run.journal.index.invocations]
    for n in {numbers[0], numbers[len(numbers) // 2], numbers[-1]}:
        stepper = run.rerun(n)
        assert isinstance(stepper, Stepper)
        assert stepper.position.state == "resting"
        assert stepper.position.invocation.n == n
        assert_same_end(stepper, before)
    assert told(run.journal) == before


def assert_same_end(stepper: Stepper, before: list[object]) -> None:
    """Let it go on; it waits where a run that is not stepped ends, for want of an outcome."""
    if stepper.position.state == "resting":
        stepper.resume()
    after = told(stepper.run.journal)
    waits = stepper.position.state == "needs_outcome"
    assert after == (before[:-1] if waits else before)


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_sample_that_was_cut_off_goes_on_in_its_file(name: str, tmp_path: Path) -> None:
    """At random positions: the file is cut as a killed process leaves it; nothing of it is written again."""
    if SITUATIONS[name].maxmind and not MaxMind.installed():
        pytest.skip("needs the MaxMind database")
    situation, chance = SITUATIONS[name], random.Random(name)
    run = finished(name)
    before = told(run.journal)
    whole = written(run.journal, tmp_path / "whole.jsonl")
    for _ in range(3):
        file = tmp_path / "cut.jsonl"
        file.write_bytes(whole[:chance.randrange(whole.index(b"RunStarted"), len(whole) - 200)])
        left = len(read_journal(file).events)
        stepper = situation.lab().open(file).resume()
        assert_same_end(stepper, before)
        if stepper.position.state == "needs_outcome":
            stepper.stop()
        found = read_journal(file)
        assert len(found.events) >= len(before) > left - 1
        assert told(found)[:len(before) - 1] == before[:-1]


CODE = '''import phantom.rules as phantom


def on_start(container):
    phantom.save_run_data(key="seen", value="0")
    phantom.act("look up", parameters=[{"ip": "10.0.0.1"}], assets=["x"], name="look_1", callback=decide)
    phantom.act("look up", parameters=[{"ip": "10.0.0.2"}], assets=["x"], name="look_2", callback=decide)


def decide(action=None, success=None, container=None, results=None, handle=None, **kwargs):
    seen = int(phantom.get_run_data("seen")) + 1
    phantom.save_run_data(key="seen", value=str(seen))
    if success:
        report(container=container, bad=results[0]["action_results"][0]["data"][0]["bad"])


def report(container=None, bad=0, **kwargs):
    phantom.set_severity(container, "high" if bad else "low")
    phantom.debug("reported %s" % bad)
'''


def stepped(lab: Lab | None = None, code: str = CODE) -> Stepper:
    """At rest at the start of a playbook that looks two things up, of which the second is bad."""
    lab = lab or Lab({"name": "incident"})
    lab.action("look up")(lambda parameter: success([{"bad": int(parameter["ip"][-1]) - 1}]))
    return lab.step(Playbook.from_source(code, name="looker"), journal=None)


def blocks(held: Stepper) -> list[str]:
    """The blocks that were invoked."""
    return [one.block for one in held.journal.index.of_kind(InvocationStarted)]


def to_report() -> Stepper:
    """At rest at the first `report`."""
    stepper = stepped()
    stepper.breakpoints.update(["report"])
    stepper.resume()
    assert stepper.position.invocation.block == "report"
    return stepper


def test_a_fork_goes_on_otherwise_and_the_old_branch_stays() -> None:
    """With another argument, another field of the container, another key of the run data."""
    stepper = to_report()
    before = told(stepper.journal)
    other = stepper.fork(arguments={"bad": 5}, run_data={"seen": "7"}, container={"name": "renamed"})
    assert told(stepper.journal) == before
    assert stepper.container["name"] == "incident"
    other.breakpoints.clear()
    other.resume()
    assert "reported 5" in other.run.debug
    assert other.run.container["name"] == "renamed"
    assert other.run.state.run_data["seen"] == "8"
    stepper.resume()
    assert "reported 0" in stepper.run.debug
    assert stepper.run.container["name"] == "incident"
    spec = other.journal.events[0]
    assert spec.forked_from == [stepper.journal.events[0].uid, stepper.journal.index.start_of(3)]


def test_a_fork_may_be_told_what_an_action_comes_back_with() -> None:
    """It branches off before the action is asked for; everybody else answers as before."""
    run = stepped()
    run.resume()
    other = run.fork(answers={"look_1": failure("timed out")})
    assert other.position.invocation.block == "on_start"
    other.resume()
    assert [one["status"] for one in other.run.summary().action_runs] == ["failed", "success"]
    assert blocks(other) == ["on_start", "decide", "decide", "report"]
    with pytest.raises(StepperError, match=r"'look_1' has come back before that.*fork\(at=1"):
        run.fork(4, answers={"look_1": failure("timed out")})
    with pytest.raises(StepperError, match="closest is 'look_1'"):
        run.fork(answers={"look1": failure("timed out")})


def test_a_fork_may_let_what_is_pending_complete_in_another_order() -> None:
    """The order of the turns is one of the things that may be changed."""
    stepper = stepped()
    stepper.step()
    other = stepper.fork(order=["look_2"])
    assert [one.name for one in other.pending] == ["look_2"]
    run = stepped()
    run.resume()
    assert run.rerun(2).pending[0].name == "look_2"


def test_a_fork_of_a_fork_and_the_journal_of_each_is_one_that_can_be_executed_again(tmp_path: Path) -> None:
    """Also one that was opened from its file, by somebody who has nothing but the file."""
    first = to_report()
    second = first.fork(arguments={"bad": 5})
    third = second.fork(arguments={"bad": 6})
    third.breakpoints.clear()
    third.resume()
    assert "reported 6" in third.run.debug
    assert replay(third.journal).identical
    written(third.journal, tmp_path / "third.jsonl")
    opened = Lab().open(tmp_path / "third.jsonl")
    fourth = opened.fork(3, arguments={"bad": 7})
    fourth.resume()
    assert "reported 7" in fourth.run.debug
    assert fourth.run.status == "success"
    assert fourth.journal.events[0].forked_from[0] == third.journal.events[0].uid


def test_a_journal_from_which_a_run_branched_off_is_not_written_anew_in_silence(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The new one takes its place all the same; once it has, there is nothing more to tell."""
    first, file = to_report(), tmp_path / "first.jsonl"
    written(first.journal, file)
    written(first.fork(arguments={"bad": 5}).journal, tmp_path / "fork.jsonl")
    written(first.fork(arguments={"bad": 6}).journal, tmp_path / "other.jsonl")
    told = f"note: {file} is written anew: it held the run that {tmp_path / 'fork.jsonl'} and 1 more branched off\n"
    for said in (told, ""):
        capsys.readouterr()
        assert Lab().run(Playbook.from_source("def on_start(container):\n    pass", name="p"),
                         {"name": "x"}, journal=file).status == "success"
        assert capsys.readouterr().err == said


def test_what_was_given_by_hand_is_not_asked_for_again() -> None:
    """Neither before the place nor after it."""
    stepper = Lab({"name": "incident"}).step(Playbook.from_source(CODE, name="looker"), journal=None)
    stepper.resume()
    stepper.give([{"bad": 1}])
    stepper.give([{"bad": 0}])
    assert stepper.position.state == "ended"
    other = stepper.rerun(1)
    other.resume()
    assert told(other.journal)[-1][0].status == "success"
    assert blocks(other) == blocks(stepper)


def test_answers_that_are_used_up_are_not_given_twice() -> None:
    """Of a scenario whose answers come in turn, the second one is next after a place behind the first."""
    code = CODE.replace("10.0.0.2", "10.0.0.1")
    scenario = {"container": {"name": "incident"}, "outcomes": [
        {"action": "look up", "calls": [{"data": [{"bad": 1}]}, {"data": [{"bad": 0}]}]}]}
    run = Lab(scenario=scenario).run(Playbook.from_source(code, name="looker"))
    for n in run.journal.index.invocations:
        other = run.rerun(n)
        other.resume()
        assert other.run.debug == run.debug == ["reported 1", "reported 0"]


def test_changed_code_is_taken_up_where_the_run_is() -> None:
    """A block that has not been reached yet; one at whose entry it rests; one on the stack restarts before it."""
    stepper = to_report()
    new = CODE.replace('"reported %s"', '"told %s"')
    reloaded = stepper.reload(Playbook.from_source(new, name="looker"))
    assert reloaded.position.invocation.block == "report"
    reloaded.resume()
    reloaded.resume()
    assert reloaded.run.debug == ["told 0", "told 1"]
    new = CODE.replace("if success:", "if success or True:")
    again = to_report().reload(Playbook.from_source(new, name="looker"))
    assert again.position.invocation.block == "decide"
    assert again.position.invocation.n == 2


def test_code_that_has_done_something_else_before_names_itself_and_can_be_branched_off() -> None:
    """The divergence tells block and line; a fork with this code rests before the block."""
    stepper = to_report()
    new = Playbook.from_source(CODE.replace('value="0"', 'value="10"'), name="looker")
    with pytest.raises(DivergedError, match=r"position \d+ \(on_start, line 5\).*fork\(playbook=…\)"):
        stepper.reload(new)
    other = stepper.fork(playbook=new)
    assert other.position.invocation.block == "on_start"
    other.breakpoints.clear()
    other.resume()
    assert other.run.state.run_data["seen"] == "12"


def test_looking_back_executes_nothing_and_forbids_what_would() -> None:
    """`back`, `back_over`, `reverse_resume`, `forward`, `go`, `present`; stepping waits for the present."""
    stepper = stepped()
    stepper.breakpoints.update(["report"])
    stepper.resume()
    stepper.resume()
    before = stepper.journal.length
    assert blocks(stepper) == ["on_start", "decide", "report", "decide", "report"]
    assert stepper.back().invocation.started.n == 4
    assert stepper.back().invocation.started.n == 3
    assert stepper.moment.run_data == {"seen": "1"}
    assert stepper.back_over().invocation.started.n == 2
    assert stepper.success is True
    with pytest.raises(StepperError, match=r"invocation 2 that is looked at.*present\(\)"):
        stepper.step()
    with pytest.raises(StepperError, match="looked at"):
        stepper.edit(run_data={"seen": "5"})
    other = stepper.fork(run_data={"seen": "5"})
    assert other.position.invocation.n == 2
    assert stepper.forward().invocation.started.n == 3
    stepper.present()
    assert stepper.reverse_resume().invocation.started.n == 3
    assert stepper.reverse_resume().invocation.started.n == 1
    with pytest.raises(StepperError, match="nothing was before"):
        stepper.back()
    assert stepper.go(4).invocation.started.block == "decide"
    assert [stepper.forward(), stepper.looking] == [None, None]
    assert stepper.journal.length == before
    stepper.resume()
    assert stepper.position.state == "ended"


def test_a_journal_is_opened_without_executing_anything(tmp_path: Path) -> None:
    """Its source can be read before."""
    run = stepped()
    run.resume()
    written(run.journal, tmp_path / "run.jsonl")
    opened = Lab().open(tmp_path / "run.jsonl")
    assert opened.source == CODE
    assert opened.status == "success"
    assert opened.go(2).arguments["success"] is True
    assert "RecordedRun of looker: success, 5 invocations" in repr(opened)


def test_a_changed_file_is_taken_up_and_so_is_that_of_a_child(tmp_path: Path) -> None:
    """The file is read again; a child playbook that has begun must do the same as before, or it is told."""
    child = """import phantom.rules as phantom
def on_start(container):
    phantom.debug('child')
    step()
def step(**kwargs):
    phantom.debug('then')
"""
    parent = """import phantom.rules as phantom
def on_start(container):
    phantom.playbook('local/child', container=container, name='c', callback=done)
def done(**kwargs):
    phantom.debug('done')
"""
    (tmp_path / "parent.py").write_text(parent)
    (tmp_path / "child.py").write_text(child)
    stepper = Lab({"name": "incident"}).step(tmp_path / "parent.py", journal=None)
    stepper.step()
    stepper.step()
    assert stepper.position.invocation.block == "step"
    (tmp_path / "child.py").write_text(child.replace("then", "changed"))
    (tmp_path / "parent.py").write_text(parent.replace("'done'", "'ended'"))
    other = stepper.reload()
    assert other.position.invocation.block == "step"
    other.resume()
    assert other.run.debug == ["child", "changed", "ended"]
    (tmp_path / "child.py").write_text(child.replace("    step()", "    step()\n    phantom.debug('after')"))
    assert stepper.reload().position.invocation.n == 2
    (tmp_path / "child.py").write_text(f"X = 1\n{child}".replace("'child'", "'other'"))
    with pytest.raises(DivergedError, match="line 4"):
        stepper.rerun()


def test_a_journal_that_was_opened_answers_requests_as_they_were_answered(tmp_path: Path) -> None:
    """After the place as well, where nobody else does."""
    code = """import requests
import phantom.rules as phantom
def on_start(container):
    look()
def look(**kwargs):
    phantom.debug(requests.get("https://feed.example.com/list").json())
"""
    scenario = {"container": {"name": "incident"},
                "http": [{"method": "GET", "url": "https://feed.example.com/list", "json": {"bad": 1}}]}
    run = Lab(scenario=scenario).run(Playbook.from_source(code, name="feed"))
    assert run.debug == ["{'bad': 1}"]
    written(run.journal, tmp_path / "run.jsonl")
    other = Lab().open(tmp_path / "run.jsonl").rerun(2)
    other.resume()
    assert other.run.debug == run.debug


STANDS = """
import phantom.rules as phantom

def on_start(container):
    phantom.act("look up", parameters=[{}, {}], assets=["a"], name="look_1", callback=second)

def second(container=None, **kwargs):
    phantom.act("look up", parameters=[{}], assets=["a"], name="look_2", callback=third)

def third(container=None, **kwargs):
    phantom.playbook("local/child", name="child_1", callback=fourth)

def fourth(container=None, **kwargs):
    phantom.debug("done")
"""
EVERY = itertools.count()
"""Of the module."""


def counting(kind: str):
    """A stub that keeps something, or does not."""
    calls, fixed, found, drawn = 0, {"n": 1}, [], random.Random(1)

    def in_a_closure(parameter):
        nonlocal calls
        calls += 1
        return [fixed]

    def keeps_nothing(parameter):
        return [{"n": fixed["n"], "other": len(found)}]

    return {"a closure": in_a_closure, "nothing": keeps_nothing,
            "a list": lambda parameter: found.append(1) or [fixed],
            "an iterator": lambda parameter: [{"n": next(EVERY)}],
            "a default": lambda parameter, seen=[]: seen.append(1) or [fixed],
            "random numbers": lambda parameter: [{"n": drawn.random()}]}[kind]


@pytest.mark.parametrize("kind", ["a closure", "nothing", "a list", "an iterator", "a default", "random numbers"])
def test_that_a_stub_which_keeps_something_is_not_taken_back_is_said(
        kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Only where it was called for what comes after the place, or more often."""
    lab = Lab({"name": "one"})
    lab.action("look up")(counting(kind))
    children: list[int] = []
    lab.playbook("local/child")(lambda inputs: children.append(1) or {"n": len(children)})
    run = lab.run(Playbook.from_source(STANDS, name="stands"))
    assert run.status == "success"
    capsys.readouterr()
    run.rerun(run.journal.index.latest.started.n)
    assert capsys.readouterr().err == ""
    run.rerun(2)
    told = capsys.readouterr().err.splitlines()
    assert [one.partition("which is ")[2] for one in told] == [
        *(["not taken back: it has been called 3 times, and 2 times before this place"] if kind != "nothing" else []),
        "not taken back: it has been called 1 time, and 0 times before this place"]
