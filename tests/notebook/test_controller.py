"""The panel without a browser: commands in, snapshots out."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pandas as pd
import pytest
from IPython import get_ipython
from IPython.testing.globalipapp import start_ipython

from phantom_lab import Lab, Playbook, Stepper, success
from phantom_lab.control import worker
from phantom_lab.history.index import Index
from phantom_lab.notebook import panel as panels
from phantom_lab.notebook.controller import Controller
from phantom_lab.notebook.page import CELL, Page
from phantom_lab.notebook.panel import panel_of
from phantom_lab.notebook.parts import PARTS
from phantom_lab.notebook.parts.head import MOVES
from phantom_lab.notebook.widgets import PanelWidget
from tests.patience import LONG, UNIT


@pytest.fixture
def stepper(samples: Path) -> Stepper:
    lab = Lab(samples / "containers" / "phishing_report.json", results=samples / "results" / "phishing.json")
    return lab.step(samples / "playbooks" / "triage_phishing_sources.py")


def do(controller: Controller, command: str) -> dict[str, Any]:
    """Press a button and wait as a person would."""
    controller.take({"part": "head", "type": "command", "command": command})
    controller.look.stepper.wait(LONG)
    controller.refresh()
    return controller.view("head")


def opened(controller: Controller, tab: str) -> dict[str, Any]:
    controller.take({"part": "data", "type": "tab", "tab": tab})
    return controller.view("data")["table"]


def listed(controller: Controller) -> dict[str, Any]:
    """The invocations as a table."""
    if controller.view("timeline")["table"] is None:
        controller.take({"part": "timeline", "type": "list"})
    return controller.view("timeline")["table"]


def test_the_sentence_says_why_the_block_is_invoked(stepper: Stepper) -> None:
    """One sentence per position, naming cause and line."""
    controller = Controller(stepper)
    assert controller.view("head")["sentence"].startswith("on_start is invoked because the playbook starts on ")
    assert do(controller, "step")["sentence"] == "filter_sources is invoked because on_start calls it in line 16."


def test_a_tab_that_was_not_passed_says_what_was(stepper: Stepper) -> None:
    """An empty tab is an answer, not a blank."""
    controller = Controller(stepper)
    assert opened(controller, "results")["empty"] == "results not passed: on_start was handed container"


def test_results_stand_under_the_datapaths_an_author_would_type(stepper: Stepper) -> None:
    """Rows per data item, columns by datapath."""
    controller = Controller(stepper)
    for _ in range(3):
        snapshot = do(controller, "step")
    assert snapshot["block"] == "country_decision"
    view = opened(controller, "results")
    assert view["total"] == 7
    assert "geolocate_sources:action_result.data.*.country_name" in view["columns"]
    assert view["columns"][:2] == [f"geolocate_sources:action_result.{one}" for one in ("status", "message")]


def test_what_a_child_playbook_came_back_with_stands_in_the_results(incident: Path, tmp_path: Path) -> None:
    """One row per run, by datapath; the list of invocations says in which run each was."""
    lab = Lab(incident)
    (tmp_path / "parent.py").write_text(
        "import phantom.rules as phantom\n"
        "def on_start(container):\n"
        "    phantom.playbook('child', container=container, name='one', inputs={'a': 1}, callback=done)\n"
        "def done(results=None, **kwargs): pass\n")
    (tmp_path / "child.py").write_text(
        "import phantom.rules as phantom\n"
        "def on_start(container): pass\n"
        "def on_finish(container, summary): phantom.save_playbook_output_data(output={'b': [2, 3]})\n")
    controller = Controller(lab.step(tmp_path / "parent.py"))
    assert listed(controller)["columns"] == ["n", "block", "cause", "success", "error", "why"]
    told = [do(controller, "step") for _ in range(3)]
    snapshot = told[-1]
    assert [one["playbook"] for one in told] == ["parent › child (run 2)", "parent › child (run 2)", "parent"]
    assert snapshot["block"] == "done"
    assert {tab["key"]: tab["count"] for tab in controller.view("data")["tabs"]}["results"] == "1"
    view = opened(controller, "results")
    assert view["caption"] == "results: what the child playbook was given, and came back with"
    shown = dict(zip(view["columns"], (cell[0] for cell in view["rows"][0]), strict=True))
    assert (shown["one:playbook_input:a"], shown["one:playbook_output:b"], shown["run"]) == ("1", "[2, 3]", "2")
    rows = listed(controller)
    assert rows["columns"][:4] == ["n", "block", "run", "playbook"]
    assert [[cell[0] for cell in row[1:4]] for row in rows["rows"]] == [
        ["on_start", "1", "parent"], ["on_start", "2", "child"], ["on_finish", "2", "child"], ["done", "1", "parent"]]


def test_an_earlier_invocation_can_be_looked_at_without_running_anything(stepper: Stepper) -> None:
    """A click on the list shows what came in then; the run goes on only from the present."""
    controller = Controller(stepper)
    do(controller, "step")
    before = len(stepper.run.journal.events)
    controller.take({"part": "head", "type": "go", "n": 1})
    looked = controller.view("head")
    assert (looked["past"], looked["block"], looked["commands"]["step"]) == (True, "on_start", False)
    assert len(stepper.run.journal.events) == before
    assert "invocation 1 is looked at" in do(controller, "step")["problem"]
    controller.take({"part": "head", "type": "command", "command": "present"})
    assert (controller.view("head")["past"], controller.view("head")["block"]) == (False, "filter_sources")


def test_a_look_back_from_a_cell_moves_the_panel_too(stepper: Stepper) -> None:
    """There is one place that is looked at, whoever says so."""
    panel = panel_of(stepper)
    stepper.step()
    stepper.back()
    assert (panel.widget.head["past"], panel.widget.head["block"]) == (True, "on_start")
    stepper.present()
    assert (panel.widget.head["past"], panel.widget.head["block"]) == (False, "filter_sources")


def test_a_command_that_is_not_possible_becomes_one_line(stepper: Stepper) -> None:
    """Buttons of an ended run do nothing, and say so."""
    controller = Controller(stepper)
    snapshot = do(controller, "resume")
    assert (snapshot["state"], snapshot["status"]) == ("ended", "success")
    assert not any(snapshot["commands"][name] for name in MOVES)
    controller.take({"part": "head", "type": "command", "command": "step"})
    assert controller.view("head")["problem"] == "the run has ended (success). lab.step(…) starts a new one."


def test_a_step_is_published_once_and_makes_one_page_of_one_table(
        stepper: Stepper, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not when the run starts to move, and again when it rests, but before its message is done with: JupyterLab lays
    its page out when the kernel says that it is idle. The tab that is not shown costs nothing."""
    monkeypatch.setattr(panels, "PATIENCE", LONG)
    panel = panel_of(stepper)
    with (patch.object(panel.widget, "show") as shown, patch.object(Page, "view", autospec=True) as viewed):
        panel._handle({"part": "head", "type": "command", "command": "step"})
    assert (shown.call_count, viewed.call_count) == (1, 1)
    assert list(shown.call_args.args[0]) == [part.name for part in PARTS]


def test_a_step_does_not_go_through_all_invocations(stepper: Stepper, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is shown of a rest costs the same at the thousandth."""
    controller = Controller(stepper)
    gone_through: list[Index] = []
    monkeypatch.setattr(Index, "invocations", property(lambda index: gone_through.append(index) or {}))
    for _ in range(3):  # the third is there because an action has completed
        stepper.step()
        controller.refresh()
        assert controller.fresh()["source"]["caller"]
    assert gone_through == []


def test_what_takes_long_says_how_far_it_is_and_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that goes on, and a fork that is executed again, which leaves the branch as it was."""
    monkeypatch.setattr(panels, "PATIENCE", 0)
    monkeypatch.setattr(panels, "AFTER", 0)
    monkeypatch.setattr(worker, "SLICE", UNIT / 100)
    lab, seen, told = Lab({"name": "x"}), threading.Event(), []
    lab.action("look")(lambda parameter: success([]) if seen.wait(LONG) else None)
    stepper = lab.step(Playbook.from_source(
        "import phantom.rules as phantom\ndef on_start(container):\n    for _ in range(9): again(container)\n"
        "    phantom.act('look', parameters=[{}], assets=['x'], name='look_1')\n"
        "def again(container): sum(1 for _ in range(10**5))\n", name="looks"), journal=None)
    panel = panel_of(stepper)

    def hear(change: dict[str, Any]) -> None:
        told.append(change["new"])
        if "looks is running: 10 invocations, " in change["new"]["sentence"]:
            seen.set()
        if "of 10 invocations" in change["new"]["sentence"]:
            panel._handle({"part": "head", "type": "command", "command": "stop"})

    panel.widget.observe(hear, "head")
    panel._handle({"part": "head", "type": "command", "command": "resume"})
    stepper.wait(LONG)
    assert told[-1]["state"] == "ended"
    panel._handle({"part": "branches", "type": "fork", "n": 8})
    assert stepper.lock.acquire(timeout=LONG)  # as what goes on by itself is over
    working = next(one for one in told if one["sentence"].endswith("Stop ends it."))
    assert [name for name, can in working["commands"].items() if can] == ["stop"]
    assert (told[-1]["state"], told[-1]["problem"]) == ("ended", "stopped by hand, before it was done")
    assert panel.controller.look.branches == [stepper]


def test_another_tab_is_shown_while_the_run_goes_on() -> None:
    """It is that of the rest before, which stands there still."""
    held, lab = threading.Event(), Lab({"name": "x"})
    lab.action("look")(lambda parameter: success([]) if held.wait(LONG) else None)
    stepper = lab.step(Playbook.from_source(
        "import phantom.rules as phantom\ndef on_start(container):\n"
        "    phantom.act('look', parameters=[{}], assets=['x'], name='look_1')\n", name="looks"), journal=None)
    panel = panel_of(stepper)
    panel._handle({"part": "head", "type": "command", "command": "resume"})
    assert (stepper.position.state, panel.widget.head["state"]) == ("running", "running")
    for tab in ("artifacts", "container"):
        panel._handle({"part": "data", "type": "tab", "tab": tab})
        assert panel.widget.data["tab"] == tab
    held.set()
    stepper.wait(LONG)
    assert panel.widget.head["state"] == "ended"


def test_what_changes_a_part_alone_publishes_that_part_alone(stepper: Stepper) -> None:
    """Another tab of the data sends no timeline."""
    controller = Controller(stepper)
    controller.fresh()
    controller.take({"part": "data", "type": "tab", "tab": "results"})
    assert list(controller.fresh()) == ["data"]


def test_no_two_scripts_give_something_the_same_name() -> None:
    """They are one module: one name twice is a panel that does not load."""
    found = re.findall(r"^(?:async )?(?:const|let|function|class) (\w+)", PanelWidget._esm, re.MULTILINE)
    assert len(found) > 20
    assert [name for name in {*found} if found.count(name) > 1] == []


def test_the_widget_has_a_trait_for_every_part() -> None:
    """Else a part would be made and never sent."""
    assert {part.name for part in PARTS} <= set(PanelWidget.class_trait_names(sync=True))


def test_the_snapshot_for_exports_escapes_everything(samples: Path) -> None:
    """Markup in names stays text in an exported notebook."""
    lab = Lab({"name": "<script>alert(1)</script>"})
    html = panel_of(lab.step(samples / "playbooks" / "geolocate_ip.py")).still.html().data
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_page_sorts_mixed_values_and_filters_without_case() -> None:
    """Missing first, then numbers, then texts."""
    page = Page(pd.DataFrame({"a": [3, None, "b", 1.5, "A"]}, dtype=object))
    page.command({"type": "sort", "column": "a"})
    assert [row[0][0] for row in page.view()["rows"]] == ["None", "1.5", "3", "A", "b"]
    page.command({"type": "filter", "text": "a"})
    assert [row[0][0] for row in page.view()["rows"]] == ["A"]


def test_a_page_sends_only_what_it_shows() -> None:
    """A hundred thousand rows are one page; a long cell is cut, says so, and opens on a click."""
    frame = pd.DataFrame({"n": range(100_000), "text": ["x" * 500] * 100_000}, dtype=object)
    page = Page(frame)
    page.command({"type": "page", "page": 10**9})
    view = page.view()
    assert len(view["rows"]) == 20
    assert view["first"] == 99_980
    assert view["rows"][0][1] == [f"{'x' * CELL}… (500 characters)", "capped"]
    page.command({"type": "cell", "row": 0, "column": "text"})
    assert page.view()["detail"] == {"column": "text", "text": "x" * 500}


def test_loading_the_extension_shows_steppers_as_panels_and_errors_as_one_line(
        stepper: Stepper, capsys: pytest.CaptureFixture[str]) -> None:
    """In IPython itself: the display hook, and an error without our own depths."""
    shell = get_ipython() or start_ipython()
    shell.run_line_magic("load_ext", "phantom_lab")
    shell.user_ns["stepper"] = stepper
    shell.run_cell("stepper")
    shell.run_cell("from phantom_lab import Lab; Lab('nowhere.json')")
    captured = capsys.readouterr()
    assert "needs its kernel" in captured.out
    assert captured.err.strip() == "InputError: nowhere.json: no such container file"
    assert "Traceback" not in captured.out
