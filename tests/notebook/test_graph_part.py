"""The flow graph of the panel without a browser: what is drawn once, and what a step tells."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab, Stepper
from phantom_lab.notebook.controller import Controller
from phantom_lab.notebook.panel import panel_of
from tests.patience import LONG


@pytest.fixture
def stepper(samples: Path) -> Stepper:
    lab = Lab(samples / "containers" / "phishing_report.json", results=samples / "results" / "phishing.json")
    return lab.step(samples / "playbooks" / "triage_phishing_sources.py")


def step(controller: Controller) -> dict[str, Any]:
    controller.look.stepper.step()
    controller.refresh()
    return controller.view("graph")


def index_of(controller: Controller) -> Callable[[str], int]:
    names = [one["whole"] for one in controller.view("drawing")["blocks"]]
    return names.index


def test_the_run_moves_in_a_drawing_that_stays(stepper: Stepper) -> None:
    """The drawing is made once, and is not sent again; a step tells where the run is and which way it took."""
    panel = panel_of(stepper)
    controller = panel.controller
    of, drawn = index_of(controller), panel.widget.drawing
    sent: list[str] = []
    panel.widget.observe(lambda change: sent.append(change.name), ["drawing", "graph"])
    for name in ("filter_sources", "geolocate_sources", "country_decision"):
        stepper.step()
        assert panel.widget.graph["current"] == of(name)
    assert sent == ["graph"] * 3
    assert panel.widget.drawing is drawn
    view = panel.widget.graph
    assert [target for _, _, target in view["path"]] == [of(one) for one in (
        "on_start", "filter_sources", "geolocate_sources", "country_decision")]
    edges = {(one["from"], one["to"]): number for number, one in enumerate(drawn["edges"])}
    way = str(edges[of("filter_sources"), of("geolocate_sources")])
    assert view["edges"][way] == [1, 3]
    assert view["labels"][way] == ["has_source · 7/20", True, "has_source: taken 1 of 1 times, for 7 of 20 rows"]
    assert str(of("note_usual")) not in view["blocks"]


def test_looking_back_shows_the_graph_of_that_moment(stepper: Stepper) -> None:
    """As it was when the invocation began, and then the present again."""
    controller = Controller(stepper)
    of = index_of(controller)
    for _ in range(3):
        step(controller)
    controller.take({"part": "head", "type": "go", "n": 2})
    past = controller.view("graph")
    assert (past["current"], len(past["blocks"])) == (of("filter_sources"), 2)
    controller.take({"part": "head", "type": "go", "n": 2})
    assert controller.view("graph")["current"] == of("country_decision")


def test_breakpoints_are_set_and_removed_at_a_block(stepper: Stepper) -> None:
    """With a condition, which is checked; and where the run rests is marked."""
    controller = Controller(stepper)
    of = index_of(controller)
    block = of("country_decision")
    controller.take({"part": "graph", "type": "break", "block": block, "condition": "success is"})
    assert "no Python expression" in controller.view("head")["problem"]
    controller.take({"part": "graph", "type": "break", "block": block, "condition": "success is True"})
    assert controller.view("graph")["breaks"] == {str(block): "success is True"}
    controller.take({"part": "head", "type": "command", "command": "resume"})
    stepper.wait(LONG)
    controller.refresh()
    assert controller.view("graph")["current"] == block
    controller.take({"part": "graph", "type": "unbreak", "block": block})
    assert controller.view("graph")["breaks"] == {}
    controller.take({"part": "graph", "type": "break", "block": 999})
    assert "no block 999" in controller.view("head")["problem"]


def test_a_child_playbook_opens_as_a_graph_of_its_own(tmp_path: Path) -> None:
    """The graph goes with the run, unless somebody opened another one."""
    (tmp_path / "child.py").write_text("def on_start(container):\n    inner(container)\n"
                                       "def inner(container):\n    pass\n")
    (tmp_path / "parent.py").write_text("import phantom.rules as phantom\ndef on_start(container):\n"
                                        "    phantom.playbook('local/child', container=container, name='c')\n")
    controller = Controller(Lab({"name": "x"}, paths=[tmp_path]).step(tmp_path / "parent.py"))
    assert controller.view("drawing")["name"] == "parent"
    view = step(controller)
    assert (controller.view("drawing")["name"], view["follows"], [name for _, name in view["runs"]]) == (
        "child", True, ["parent", "child"])
    parent = view["runs"][0][0]
    controller.take({"part": "graph", "type": "open", "run": parent})
    view = controller.view("graph")
    assert (controller.view("drawing")["name"], view["follows"], view["current"]) == ("parent", False, None)
    assert view["blocks"]["0"]["children"] == [view["runs"][1][0]]
    controller.take({"part": "graph", "type": "follow"})
    assert controller.view("drawing")["name"] == "child"


def test_a_step_in_a_large_playbook_sends_little(tmp_path: Path) -> None:
    """120 blocks in a row, each a thousand characters long by its name: what a step sends stays bounded."""
    names = [f"b{number}_{'x' * 1_000}" for number in range(120)]
    lines = ["def on_start(container):", f"    {names[0]}(container)"]
    for name, after in zip(names, [*names[1:], ""], strict=True):
        lines += [f"def {name}(container):", f"    {after}(container)" if after else "    pass"]
    (tmp_path / "many.py").write_text("\n".join(lines))
    controller = Controller(Lab({"name": "x"}).step(tmp_path / "many.py"))
    assert len(json.dumps(controller.view("drawing"))) < 75_000
    for _ in range(120):
        view = step(controller)
    assert len(view["blocks"]) == 121
    assert len(json.dumps(view)) < 20_000
