"""Timeline, queue, branches, edits and questions of the panel, without a browser."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab, Playbook, Stepper, success
from phantom_lab.lab.travel import origin_of
from phantom_lab.notebook.controller import Controller
from phantom_lab.notebook.panel import panel_of
from phantom_lab.notebook.parts.timeline import EVERY, WINDOW
from tests.patience import LONG

TWO = """
import phantom.rules as phantom
def on_start(container):
    phantom.act("look", parameters=[{"a": 1}], assets=["x"], name="look_1", callback=done)
    phantom.act("look", parameters=[{"a": 2}], assets=["x"], name="look_2", callback=done)
def done(action=None, success=None, container=None, results=None, handle=None, **kwargs):
    phantom.set_severity(container, "high" if success else "low")
    if not success: raise ValueError("failed")
"""


@pytest.fixture
def stepper() -> Stepper:
    lab = Lab({"name": "x", "severity": "medium"})
    lab.action("look")(lambda parameter: success([{"found": parameter["a"]}]))
    return lab.step(Playbook.from_source(TWO, name="two"), journal=None)


def say(controller: Controller, part: str, **message: Any) -> str:
    """One message, as the browser sends it; returns the problem."""
    controller.take({"part": part, **message})
    controller.look.stepper.wait(LONG)
    controller.refresh()
    return str(controller.view("head")["problem"])


def marks(controller: Controller) -> list[tuple[int, str, str]]:
    return [(one["n"], one["block"], one["state"]) for one in controller.view("timeline")["marks"]]


def test_the_timeline_marks_what_ran_raised_and_rests(stepper: Stepper) -> None:
    """Each invocation once; a block that raised is marked so, and says what."""
    controller = Controller(stepper)
    say(controller, "head", type="command", command="step")
    say(controller, "queue", type="fail", name="look_2", message="no route")
    say(controller, "head", type="command", command="step")
    assert marks(controller) == [(1, "on_start", "ran"), (2, "done", "ran"), (3, "done", "here")]
    say(controller, "head", type="command", command="resume")
    assert marks(controller)[-1] == (3, "done", "raised")
    assert "ValueError: failed" in controller.view("timeline")["marks"][-1]["why"]


def test_a_long_run_shows_a_window_of_marks_that_says_where_it_is() -> None:
    """Around what is looked at; the rest is paged, and never sent. What a step adds moves no other mark."""
    source = ("import phantom.rules as phantom\ndef on_start(container): step_1(container)\ndef step_1(container):\n"
              "    n = int(phantom.get_run_data(key='n') or 0)\n    phantom.save_run_data(value=str(n + 1), key='n')\n"
              "    if n < 150: step_1(container)\n")
    stepper = Lab({"name": "x"}).step(Playbook.from_source(source, name="long"), journal=None)
    controller = Controller(stepper)
    seen = set()
    while stepper.position.state != "ended":
        say(controller, "head", type="command", command="step")
        view = controller.view("timeline")
        seen.add(view["first"])
        assert min(view["last"], WINDOW) <= len(view["marks"]) < WINDOW + EVERY
        assert [one["n"] for one in view["marks"]] == [*range(view["first"], view["last"] + 1)]
        assert [one["state"] for one in view["marks"]][-1] == ("here" if stepper.position.state == "resting" else "ran")
    assert (view["last"], seen) == (152, {*range(1, 152 - WINDOW + 1, EVERY)})
    assert {one["state"] for one in view["marks"]} == {"ran"}
    say(controller, "head", type="go", n=40)
    assert controller.view("timeline")["marks"][WINDOW // 2]["n"] == 40
    controller.take({"part": "timeline", "type": "window", "first": -5})
    assert controller.view("timeline")["first"] == 1


def test_a_change_of_what_is_pending_is_one_of_the_entry_that_was_clicked_or_none() -> None:
    """Two may have one name, by which only the first is changed; a name may be too long to be shown whole."""
    lab = Lab({"name": "x"})
    lab.action("look")(lambda parameter: success([{"n": 1}]))
    controller = Controller(lab.step(Playbook.from_source(
        "import phantom.rules as phantom\n"
        "def on_start(container):\n"
        "    for name in ('twice', 'twice', 'long' * 50):\n"
        "        phantom.act('look', parameters=[{'n': 1}], assets=['x'], name=name, callback=done)\n"
        "    last(container=container)\n"
        "def last(container=None, **kwargs): pass\n"
        "def done(action=None, container=None, **kwargs): pass\n", name="p"), journal=None))
    say(controller, "head", type="command", command="step")
    first, second, long = controller.view("queue")["entries"]
    which = [{"name": one["name"], "of": one["kind"], "id": one["id"]} for one in (first, second, long)]
    assert "another twice is pending before" in say(controller, "queue", type="fail", message="no", **which[1])
    assert "another twice is pending before" in say(controller, "editing", type="result", **which[1])
    assert not any(one["given"] for one in controller.view("queue")["entries"])
    assert "not pending any more" in say(controller, "queue", type="next", name="twice", of="action", id=99)
    say(controller, "queue", type="fail", message="no", **which[2])
    assert [one["given"] for one in controller.view("queue")["entries"]] == [False, False, True]
    say(controller, "queue", type="next", **which[2])
    assert [one["id"] for one in controller.view("queue")["entries"]] == [long["id"], first["id"], second["id"]]


def test_what_completes_next_is_picked_in_the_queue(stepper: Stepper) -> None:
    """And what it comes back with, and when; each as the stepper does it, journaled as an edit."""
    controller = Controller(stepper)
    say(controller, "head", type="command", command="step")  # the callback of the first; the second is pending
    assert [one["name"] for one in controller.view("queue")["entries"]] == ["look_2"]
    branch = stepper.fork(1)
    controller.look.follow(branch)
    controller.refresh()
    branch.breakpoints.add("on_start", when="after")
    say(controller, "head", type="command", command="resume")
    assert [one["name"] for one in controller.view("queue")["entries"]] == ["look_1", "look_2"]
    say(controller, "queue", type="next", name="look_2")
    assert [one["name"] for one in controller.view("queue")["entries"]] == ["look_2", "look_1"]
    say(controller, "queue", type="delay", name="look_2", seconds="60")
    entries = controller.view("queue")["entries"]
    assert [(one["name"], round(one["due"])) for one in entries] == [("look_1", 0), ("look_2", 60)]
    assert "number of seconds" in say(controller, "queue", type="delay", name="look_1", seconds="soon")
    controller.take({"part": "editing", "type": "result", "name": "look_1"})
    assert say(controller, "editing", type="save", text="[{") .startswith("look_1 is not JSON")
    assert say(controller, "editing", type="save", text='[{"found": "by hand"}]') == ""
    assert controller.view("queue")["entries"][0]["given"]
    say(controller, "head", type="command", command="step")
    assert branch.results[0]["action_results"][0]["data"] == [{"found": "by hand"}]


def test_a_fork_becomes_the_branch_that_is_shown_and_the_panel_follows_it(stepper: Stepper) -> None:
    """The old one stays as it is, and can be shown and compared; a cell that steps the new one moves the panel."""
    stepper.step()
    stepper.step()
    panel = panel_of(stepper)
    before = len(stepper.journal.events)
    panel._handle({"part": "head", "type": "go", "n": 2})
    panel._handle({"part": "editing", "type": "argument", "name": "success"})
    assert panel.widget.editing == {"title": "success, in a fork before done (invocation 2); this run stays",
                                    "text": "true", "save": "Fork"}
    panel._handle({"part": "editing", "type": "save", "text": "false"})
    assert panel.stepper is not stepper
    assert len(stepper.journal.events) == before
    assert [(one["level"], one["label"], one["shown"]) for one in panel.widget.branches["branches"]] == [
        (0, "", False), (1, "from done (invocation 2)", True)]
    panel.stepper.step()
    assert (panel.widget.head["n"], panel.widget.head["past"]) == (3, False)
    old = panel.widget.branches["branches"][0]["uid"]
    panel._handle({"part": "branches", "type": "compare", "uid": old})
    compared = panel.widget.branches["compared"]["table"]
    assert ["'low'" in row or "low" in str(row) for row in compared["rows"]].count(True) >= 1
    panel._handle({"part": "branches", "type": "follow", "uid": old})
    assert panel.stepper is stepper


def test_the_history_lists_all_runs_of_the_lab_each_can_be_shown_and_compared(stepper: Stepper) -> None:
    """Also what cells made: a stepper that somebody holds is shown itself, a finished run executed again."""
    lab, playbook = origin_of(stepper).lab, Playbook.from_source(TWO, name="other")
    controller = Controller(stepper)
    assert controller.view("branches") == {}
    assert isinstance(lab, Lab)
    run, fork = lab.run(playbook), stepper.fork(1)
    assert (controller.view("branches")["runs"], controller.view("branches")["branches"]) == (3, [])
    controller.take({"part": "branches", "type": "history"})
    rows = {one["uid"]: one for one in controller.view("branches")["branches"]}
    assert [(one["playbook"], one["level"], one["label"], one["again"]) for one in rows.values()] == [
        ("two", 0, "", False), ("two", 1, "from on_start (invocation 1)", False), ("other", 0, "", True)]
    assert {one.uid for one in lab.history_tree()} == {*rows}
    _, branch, finished = rows
    assert say(controller, "branches", type="compare", uid=finished) == ""
    assert controller.view("branches")["compared"]["table"]["total"] > 0
    assert say(controller, "branches", type="follow", uid=branch) == ""
    assert controller.look.stepper is fork
    assert say(controller, "branches", type="follow", uid=finished) == ""
    assert controller.view("head")["status"] == run.status == "success"
    assert "executed again" in controller.view("head")["notice"]
    assert [one["level"] for one in controller.view("branches")["branches"]] == [0, 1, 0, 1]
    assert say(controller, "branches", type="follow", uid="none").startswith("nobody holds that run")


def test_an_argument_of_the_block_at_rest_is_changed_before_it_runs(stepper: Stepper) -> None:
    """No fork is needed; what is no JSON is refused, and the form keeps what was typed."""
    controller = Controller(stepper)
    say(controller, "head", type="command", command="step")
    controller.take({"part": "editing", "type": "argument", "name": "success"})
    assert controller.view("editing")["save"] == "Change it"
    assert "is not JSON" in say(controller, "editing", type="save", text="yes")
    assert controller.view("editing")["text"] == "yes"
    assert say(controller, "editing", type="save", text="false") == ""
    assert controller.view("editing") == {}
    assert stepper.success is False
    assert "was not handed 'sucess'" in say(controller, "editing", type="argument", name="sucess")


def test_a_click_that_can_do_nothing_says_why(stepper: Stepper) -> None:
    """While the run is going on, while the past is looked at, and at its end; at the next rest it is forgotten."""
    controller, gate = Controller(stepper), threading.Event()
    lab = origin_of(stepper).lab
    assert isinstance(lab, Lab)
    lab.action("look")(lambda parameter: gate.wait(LONG) and success([{}]))
    step = {"part": "head", "type": "command", "command": "step"}
    controller.look.follow(stepper := lab.step(Playbook.from_source(TWO, name="slow"), journal=None))
    controller.take(step)
    controller.take(step)
    assert (controller.view("head")["state"], controller.view("head")["refused"]) == ("running", "step")
    gate.set()
    stepper.wait(LONG)
    controller.refresh()
    assert (controller.view("head")["n"], controller.view("head")["refused"]) == (2, "")
    controller.take({"part": "head", "type": "go", "n": 1})
    assert "invocation 1 is looked at" in say(controller, **step)
    controller.take({"part": "head", "type": "command", "command": "present"})
    assert say(controller, "head", type="command", command="resume") == ""
    assert "the run has ended" in say(controller, **step)


def test_questions_are_answered_in_the_drawer_with_those_that_follow(stepper: Stepper) -> None:
    """The same answers as in Python; what follows is a button, not a command to type."""
    stepper.resume()
    controller = Controller(stepper)
    assert controller.view("asking") == {}
    say(controller, "asking", type="questions")
    assert controller.view("asking")["next"]
    say(controller, "asking", type="ask", ask="why", what=["severity"])
    view = controller.view("asking")
    assert (view["title"], view["lines"][0]) == ("Why severity?", str(stepper.why("severity")).splitlines()[0])
    assert not [line for line in view["lines"] if "phantom-lab" in line or "%phantom" in line]
    assert say(controller, "asking", type="ask", ask="whence", what=["x"]).startswith("no question is called 'whence'")
    say(controller, "asking", type="close")
    assert controller.view("asking") == {}


def test_what_is_watched_grows_with_the_run_and_a_break_on_it_rests(stepper: Stepper) -> None:
    """At the next invocation after the value has changed, and the sentence says who changed it."""
    controller = Controller(stepper)
    say(controller, "asking", type="watch", path="container:severity")
    say(controller, "asking", type="break", path="container:severity")
    assert controller.view("asking")["breaks"] == ["container:severity"]
    say(controller, "head", type="command", command="resume")
    assert stepper.position.invocation is not None
    assert stepper.position.invocation.n == 3
    assert "container:severity changed 'medium' -> 'high' by set_severity (done, line 7)" in stepper.position.why
    [watched] = controller.view("asking")["watched"]
    assert [one["n"] for one in watched["changes"]] == [0, 2]
    assert "is neither a datapath" in say(controller, "asking", type="watch", path="?")
    say(controller, "asking", type="break", path="container:severity")
    say(controller, "asking", type="watch", path="container:severity")
    assert controller.view("asking") == {}


def test_the_parts_say_what_they_take(samples: Path) -> None:
    """A message that no part knows is one line, whatever it is."""
    controller = Controller(Lab({"name": "x"}).step(samples / "playbooks" / "geolocate_ip.py"))
    for part in ("head", "queue", "editing", "asking"):
        assert "'stepp'" in (told := say(controller, part, type="stepp", command="stepp")), told
    controller.take({"part": "nowhere"})
