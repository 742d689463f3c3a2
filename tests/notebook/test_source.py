"""The source of the block that is looked at: the line, its calls and values, breakpoints, and code that was changed."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from phantom_lab import Lab, Stepper
from phantom_lab.errors import StepperError
from phantom_lab.lab.inside import inside
from phantom_lab.lab.inside.redoing import Redoing
from phantom_lab.notebook import highlight
from phantom_lab.notebook.controller import Controller
from phantom_lab.notebook.parts.source import WINDOW, Source
from phantom_lab.source.line_changes import line_changes
from tests.patience import LONG

RAISES = """
import phantom.rules as phantom

def on_start(container):
    rows = phantom.collect2(container=container, datapath=["artifact:*.id"])
    weigh(container=container, rows=rows)

@phantom.playbook_block()
def weigh(container=None, rows=None, **kwargs):
    total = 0
    for row in rows:
        total += row[0]
    helped(total)

def helped(total):
    return {}["missing"]
"""


@pytest.fixture
def raising(tmp_path: Path) -> Controller:
    """A run whose second block has raised in a helper."""
    (tmp_path / "raises.py").write_text(RAISES)
    stepper = Lab({"container": {"name": "x"}, "artifacts": [{"cef": {}}, {"cef": {}}]}).step(tmp_path / "raises.py")
    stepper.resume()
    return Controller(stepper)


def asked(controller: Controller, **message: Any) -> dict[str, Any]:
    """Ask the part, and look at it."""
    controller.take({"part": "source", **message})
    return controller.view("source")


def part(controller: Controller) -> Source:
    found = controller.parts["source"]
    assert isinstance(found, Source)
    return found


def text(view: dict[str, Any], line: int) -> str:
    return "".join(one for _, one in view["lines"][line - view["first"]])


def test_the_line_that_raised_is_shown_and_on_demand_the_one_that_led_there(raising: Controller) -> None:
    """Not the `def`; of a block that called what raised, the call."""
    view = raising.view("source")
    assert (view["block"], view["spot"]["line"], view["spot"]["kind"]) == ("weigh", 16, "raised")
    assert view["spot"]["text"] == "KeyError: 'missing'"
    assert text(view, 16) == '    return {}["missing"]'
    assert ["k", "return"] in view["lines"][16 - view["first"]]
    assert view["caller"] == {"n": 1, "line": 6, "block": "on_start"}
    led = asked(raising, type="caller")
    assert (led["block"], led["spot"]["line"], led["spot"]["kind"]) == ("on_start", 6, "caller")
    raising.take({"part": "head", "type": "go", "n": 1})
    view = raising.view("source")
    assert (view["block"], view["spot"]["line"], view["spot"]["kind"]) == ("on_start", 6, "called")


def test_a_line_tells_what_it_called_with_what_and_what_came_back(raising: Controller) -> None:
    """By line; arguments that are None are named only."""
    raising.take({"part": "head", "type": "go", "n": 1})
    assert raising.view("source")["called"] == [[5, 1, False]]
    found = asked(raising, type="calls", line=5)["calls"]
    (call,) = found["calls"]
    assert (call["name"], call["gave"], call["over"]) == ("phantom.collect2", "[[1], [2]]", True)
    assert call["given"][0] == ["datapath", '["artifact:*.id"]']
    assert "scope" in call["none"]
    assert asked(raising, type="calls", line=0)["calls"] is None


def test_values_stand_on_the_lines_once_somebody_asks(raising: Controller) -> None:
    """The run is executed again in a thread, and left as it is; the helper's lines have theirs."""
    before = raising.look.journal.length
    assert raising.view("source")["inside"] == {"state": "none"}
    assert asked(raising, type="inside")["inside"]["state"] in ("working", "done")
    thread = part(raising).insides.thread
    assert thread is not None
    thread.join(LONG)
    shown = raising.view("source")["inside"]
    values = {line: texts for line, texts, _ in shown["lines"]}
    assert shown["state"] == "done"
    assert values[10] == ["total = 0"]
    assert values[12] == ["[1] total = 1", "[2] total = 3"]
    assert values[16][-1] == 'raised KeyError: "missing"'
    assert raising.look.journal.length == before


def test_an_execution_again_can_be_stopped_and_prints_only_of_others_reach_people(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also in the middle of a block, by another thread."""
    (tmp_path / "slow.py").write_text(
        "import phantom.rules as phantom\n"
        "def on_start(container):\n"
        "    print('printed by the playbook')\n"
        "    while True:\n"
        "        pass\n")
    stepper = Lab({"name": "x"}).step(tmp_path / "slow.py")
    stepper.request("resume")
    while stepper.run.tree.steps.taken < 1_000_000:  # which takes as long again
        time.sleep(0.001)
    stepper.stop()
    capsys.readouterr()
    there, ended = threading.Event(), list[BaseException]()
    redoing = Redoing(there.set)

    def work() -> None:
        try:
            inside(stepper, 1, redoing=redoing)
        except StepperError as exc:
            ended.append(exc)

    thread = threading.Thread(target=work)
    thread.start()
    assert there.wait(LONG)
    print("printed meanwhile")
    redoing.stop()
    thread.join(LONG)
    assert [str(one) for one in ended] == ["the execution again was stopped by hand"]
    assert capsys.readouterr().out == "printed meanwhile\n"


def test_a_breakpoint_is_set_in_the_gutter_with_a_condition_and_taken_away(raising: Controller) -> None:
    """The lab's, so that the next run rests there."""
    points = raising.look.stepper.breakpoints
    view = asked(raising, type="break", block="weigh")
    assert [(one["block"], one["line"], one["set"]) for one in view["breakpoints"]] == [
        ("on_start", 4, False), ("weigh", 9, True)]
    assert view["asked"] == "weigh"
    asked(raising, type="condition", block="weigh", condition="len(rows) > 1")
    assert [(one.block, one.condition) for one in points] == [("weigh", "len(rows) > 1")]
    asked(raising, type="condition", block="weigh", condition="len(")
    assert "no Python expression" in raising.view("head")["problem"]
    asked(raising, type="break", block="helped")
    assert raising.view("head")["problem"] == "'helped' is no block of raises"
    asked(raising, type="break", block="weigh")
    assert not points


def test_lines_that_are_others_now_are_marked_and_told(raising: Controller, tmp_path: Path) -> None:
    """The run goes on with what it took; what the file holds now stands beside it, also where it cannot be read."""
    assert raising.view("source")["changes"]["count"] == 0
    (tmp_path / "raises.py").write_text(RAISES.replace('{}["missing"]', "{}.get(total)\n    # mended"))
    changes = raising.view("source")["changes"]
    assert (changes["count"], changes["lines"]) == (1, [16])
    assert changes["told"] == [["-", 16, '    return {}["missing"]'], ["+", 16, "    return {}.get(total)"],
                               ["+", 17, "    # mended"]]
    part(raising).insides.begin(2)
    part(raising).insides.thread.join(LONG)  # type: ignore[union-attr]
    assert raising.view("source")["inside"]["text"] == ""  # executed again, it raises with the lines that it took
    (tmp_path / "raises.py").write_text("def (")
    assert "syntax" in raising.view("source")["changes"]["problem"]


def test_a_childs_source_is_shown_while_its_block_is_looked_at(tmp_path: Path) -> None:
    """Also when it is looked back at; of a custom function its own."""
    (tmp_path / "parent.py").write_text(
        "import phantom.rules as phantom\n"
        "def on_start(container):\n"
        "    phantom.playbook('child', container=container, name='one', callback=done)\n"
        "def done(results=None, **kwargs): pass\n")
    (tmp_path / "child.py").write_text("import phantom.rules as phantom\ndef on_start(container): pass  # child's\n")
    stepper = Lab({"name": "x"}).step(tmp_path / "parent.py")
    controller = Controller(stepper)
    stepper.resume()
    stepper.go(2)
    controller.refresh()
    view = controller.view("source")
    assert (view["name"], view["block"], view["caller"]) == ("child", "on_start", None)
    assert text(view, 2) == "def on_start(container): pass  # child's"


def test_of_a_long_playbook_a_window_is_sent_and_only_its_part_is_read(tmp_path: Path) -> None:
    """However long the file is: so many lines, the tokenizer sees the top-level parts around them, once."""
    block = "@phantom.playbook_block()\ndef block_{n}(container=None, **kwargs):\n" + "    phantom.debug('é')\n" * 8
    blocks = "\n\n".join(block.format(n=n) for n in range(400))
    (tmp_path / "long.py").write_text(
        "import phantom.rules as phantom\n\ndef on_start(container):\n    block_399(container=container)\n\n" + blocks)
    stepper = Lab({"name": "x"}).step(tmp_path / "long.py")
    stepper.step()
    controller = Controller(stepper)
    highlight._part.cache_clear()
    with patch.object(highlight, "_LEXER", wraps=highlight._LEXER) as lexer:
        view = controller.view("source")
        assert view["total"] > 4_000
        assert len(view["lines"]) < 70
        assert (view["block"], text(view, view["spot"]["line"])) == (
            "block_399", "def block_399(container=None, **kwargs):")
        read = sum(len(call.args[0].split("\n")) for call in lexer.get_tokens.call_args_list)
        assert read < 90
        assert len(json.dumps(view)) < 10_000
        controller.view("source")
        assert sum(len(call.args[0].split("\n")) for call in lexer.get_tokens.call_args_list) == read
        far = asked(controller, type="lines", **{"from": 2_000})
    assert (far["first"], len(far["lines"]), far["total"]) == (2_000, WINDOW, view["total"])
    whole = (tmp_path / "long.py").read_text().split("\n")
    assert [text(far, far["first"] + n) for n in range(WINDOW)] == whole[1_999:1_999 + WINDOW]


def test_no_line_is_lost_where_parts_of_a_source_meet() -> None:
    """Texts over several lines, statements on one line, blank lines at both ends."""
    source = '\n\n"""a\nb"""; x = 1\ny = 2; z = """c\n# d\n"""\n@f\ndef g(): pass\n# e\n\n'
    lines = source.split("\n")
    for first in range(1, len(lines) + 1):
        found = highlight.highlighted(source, first, len(lines))
        assert ["".join(one for _, one in line) for line in found] == lines[first - 1:]
    assert highlight.highlighted(source, 6, 6) == [[["s", "# d"]]]


def test_changes_of_lines_are_told_in_place() -> None:
    """Added, changed and gone; blanks at the end of a line say nothing."""
    found = line_changes("a\nb\nc\nd", "a \nB\nc\nx\nd")
    assert [(one.first, one.last, one.before, one.after) for one in found] == [
        (2, 2, ("b",), ("B",)), (4, 4, (), ("x",))]
    assert line_changes("a", "a") == ()


def test_the_source_takes_no_unknown_message(stepper: Stepper) -> None:
    """It says so."""
    controller = Controller(stepper)
    asked(controller, type="nothing")
    assert controller.view("head")["problem"] == "the source takes no 'nothing'"


@pytest.fixture
def stepper(samples: Path) -> Stepper:
    return Lab(samples / "containers" / "test_incident.json").step(samples / "playbooks" / "geolocate_ip.py")
