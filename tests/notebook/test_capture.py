"""Functions of plain cells, gathered into a playbook, in IPython itself."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab, PlaybookLoadError
from phantom_lab.source.capture import capture

START = """
@phantom.playbook_block()
def on_start(container):
    phantom.debug("start")
    later(container=container)
"""
LOUD = """
def loud(function):
    @functools.wraps(function)
    def inner(container):
        phantom.debug("loud")
    return inner
"""
Cells = Callable[..., Any]


@pytest.fixture
def cells(shell: Any, incident: Path) -> Cells:
    """Run cells one after the other; the value of the last."""
    shell.push({"lab": Lab(incident)})

    def run(*texts: str) -> Any:
        for text in ["import phantom.rules as phantom", *texts]:
            done = shell.run_cell(text, store_history=True)
            done.raise_error()
        return done.result

    return run


def debug(cells: Cells, *texts: str) -> list[str]:
    """What a run of the cells' on_start says."""
    said: list[str] = cells(*texts, "lab.run(on_start).summary().debug")
    return said


def test_on_start_of_a_cell_is_stepped_with_everything_it_reaches(cells: Cells) -> None:
    """Over several cells, through calls and callbacks, with imports and constants."""
    stepper = cells(
        "import json\nfrom datetime import datetime as moment, UTC\nLIMIT = 3\nNAMES = {'a': [1, None, 'x']}",
        "def later(container=None, **kwargs):\n"
        "    phantom.debug(json.dumps([LIMIT, NAMES]))\n"
        "    phantom.act('look', assets=['x'], callback=answered)",
        "def answered(action=None, **kwargs):\n    phantom.debug(moment.now(UTC) is not None)",
        "def unused():\n    pass", START, "lab.action('look')(lambda parameter: [])\nlab.step(on_start)")
    assert stepper.run.playbook.name == "cells"
    assert list(stepper.run.playbook.blocks) == ["later", "answered", "on_start"]
    assert "unused" not in stepper.run.playbook.source
    stepper.resume()
    assert stepper.run.summary().debug == ["start", '[3, {"a": [1, null, "x"]}]', "True"]


def test_the_newest_definition_wins(cells: Cells) -> None:
    """As in the notebook itself; a run at rest keeps what it started with."""
    resting = cells("def later(container=None):\n    phantom.debug('old')", START, "lab.step(on_start)")
    assert debug(cells, "def later(container=None):\n    phantom.debug('new')") == ["start", "new"]
    resting.resume()
    assert resting.run.summary().debug == ["start", "old"]


@pytest.mark.parametrize(("texts", "said"), [
    (["def later(container):\n    phantom.debug(count(3))", "def count(n):\n    return n and n + count(n - 1)"], "6"),
    (["shout = lambda text: text.upper()", "def later(container):\n    phantom.debug(shout('a'))"], "A"),
    (["class Box:\n    size = 2\n    def twice(self):\n        return self.size * 2",
      "def later(container):\n    phantom.debug(Box().twice())"], "4"),
    (["class Stop(Exception):\n    pass",
      "def later(container):\n    try:\n        raise Stop\n    except Stop:\n        phantom.debug('x')"], "x"),
    (["class Base:\n    def name(self):\n        return 'base'", "class Child(Base):\n    pass",
      "def later(container):\n    phantom.debug(Child().name())"], "base"),
    (["from dataclasses import dataclass", "@dataclass\nclass Row:\n    n: int = 4",
      "def later(container):\n    phantom.debug(Row().n)"], "4"),
    (["import functools", LOUD, "@loud\ndef later(container):\n    pass"], "loud"),
    (["def later(container, deep=5):\n    def inner():\n        return deep + 1\n    phantom.debug(inner())"], "6"),
    (["if True:\n    def later(container):\n        phantom.debug('under if')"], "under if"),
    (["def real(container):\n    phantom.debug('alias')", "later = real"], "alias"),
    (["from functools import partial, lru_cache",
      "@lru_cache\ndef once():\n    return 7\ndef later(container):\n    phantom.debug(partial(once)())"], "7"),
    (["count = 0", "def later(container):\n    global count\n    count += 1\n    phantom.debug(count)"], "1"),
    (["ALLOWED = {'b', 'a'}", "def later(container):\n    phantom.debug(sorted(ALLOWED))"], "['a', 'b']"),
    (["from phantom.rules import debug", "def later(container):\n    debug('imported')"], "imported"),
    (["import os.path as where", "def later(container):\n    phantom.debug(where.basename('/a/b'))"], "b"),
    (["from __future__ import annotations\ndef later(container: Nowhere):\n    phantom.debug('lazy')"], "lazy"),
    (["def later(container):\n    phantom.debug(open is not None)"], "True"),
    (["import asyncio\nawait asyncio.sleep(0)\ndef later(container):\n    phantom.debug('await')"], "await"),
])
def test_every_shape_of_a_definition_is_carried_over(cells: Cells, texts: list[str], said: str) -> None:
    """What the cell does, the playbook does."""
    assert debug(cells, *texts, START) == ["start", said]


def test_what_a_decorator_needs_comes_before_it(cells: Cells) -> None:
    """Also where the decorator was defined after the first version of the block."""
    assert debug(cells, "def later(container):\n    pass", START,
                 f"import functools\n{LOUD}", "@loud\ndef later(container):\n    pass") == ["start", "loud"]


def test_on_finish_of_the_cells_belongs_to_the_playbook(cells: Cells) -> None:
    """The platform calls it by name."""
    assert debug(cells, "def later(container):\n    pass", START,
                 "def on_finish(container, summary):\n    phantom.debug('end')") == ["start", "end"]


@pytest.mark.parametrize(("block", "given"), [
    ("def look(action=None, success=None, container=None, **kwargs):", "(container=container)"),
    ("def look(incident):", "(container)"), ("def look():", "()"),
])
def test_any_block_may_be_started_alone(cells: Cells, block: str, given: str) -> None:
    """An on_start is added that calls it with the container, by name if it has that name."""
    done = cells(f"{block}\n    phantom.debug('alone')", "lab.run(look)")
    assert done.playbook.name == "look"
    assert f"def on_start(container):\n    look{given}\n" in done.playbook.source
    assert done.summary().debug == ["alone"]


def test_functions_of_an_imported_module_are_imported(cells: Cells, tmp_path: Path,
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    """The module is somebody else's; its text is not taken."""
    (tmp_path / "kit_for_capture.py").write_text("def shout(text):\n    return text.upper()\n")
    monkeypatch.syspath_prepend(tmp_path)
    done = cells("from kit_for_capture import shout as loud", "def later(container):\n    phantom.debug(loud('a'))",
                 START, "lab.run(on_start)")
    assert "from kit_for_capture import shout as loud" in done.playbook.source
    assert done.summary().debug == ["start", "A"]


def test_what_a_playbook_cannot_hold_is_named_in_one_line(cells: Cells) -> None:
    """Which global, what it is, and which function uses it."""
    cells("import pandas as pd, io\ndf = pd.DataFrame()\nstream = io.StringIO()\nnever = stream",
          "def later(container):\n    df.head()\n    helper()", "def helper():\n    stream.read(), lab", START)
    with pytest.raises(PlaybookLoadError) as told:
        cells("lab.run(on_start)")
    assert str(told.value) == (
        "cells: a playbook cannot hold df (DataFrame, used by later); lab (Lab, used by helper); stream (StringIO, "
        "used by helper). It runs on its own: make such things inside the block that needs them, or keep what it needs "
        "in a constant of plain JSON values.")


@pytest.mark.parametrize(("cell", "said"), [
    ("lambda container: None", "a lambda cannot start a playbook. Write def on_start(container): … ."),
    ("print", "print is no function that was defined with def."),
    ("Lab", "Lab is no function that was defined with def."),
    ("outer()", "outer.inner stands inside something else. Define it at the top level of a cell"),
    ("Box().method", "method is no function that was defined with def."),
    ("Box.method", "Box.method stands inside something else."),
    ("early", "early calls on_start, where every playbook starts. Start at on_start."),
    ("made", "made: a playbook cannot hold made (its source is not at hand; used by made)."),
    ("5", "int is no function that was defined with def."),
])
def test_what_cannot_start_a_playbook_is_one_line(cells: Cells, cell: str, said: str) -> None:
    """With what to do instead."""
    cells("from phantom_lab import Lab\ndef outer():\n    def inner(container):\n        pass\n    return inner",
          "class Box:\n    def method(self, container):\n        pass", "def later(container):\n    pass", START,
          "def early(container):\n    on_start(container)", "exec('def made(container):\\n    pass')")
    with pytest.raises(PlaybookLoadError) as told:
        cells(f"lab.run({cell})")
    assert str(told.value).startswith(said)
    assert "\n" not in str(told.value)


def test_a_name_that_nobody_defined_is_an_error_when_it_is_reached(cells: Cells) -> None:
    """As everywhere in Python: a branch that is never taken may name anything."""
    done = cells(START, "lab.run(on_start)")
    assert done.status == "error"
    assert "NameError: name 'later' is not defined" in done.journal.events[-1].failures[0].traceback


def test_lines_are_those_of_the_cell_that_holds_it_all(cells: Cells, shell: Any) -> None:
    """One cell, with its first line free for the imports: its file name and its numbers."""
    cells("LIMIT = 0", "# blocks\n\ndef on_start(container):\n    later(container)\n\n\ndef later(container):\n"
                       "    1 / LIMIT\n")
    file = shell.user_ns["on_start"].__code__.co_filename
    failure = cells("lab.run(on_start)").journal.events[-1].failures[0]
    assert failure.line == 8
    assert f'File "{file}", line 8, in later\n    1 / LIMIT\n' in failure.traceback


def test_lines_are_those_of_the_gathered_text_otherwise(cells: Cells) -> None:
    """And tracebacks show that text."""
    done = cells("def later(container):\n    1 / 0", START, "lab.run(on_start)")
    failure = done.journal.events[-1].failures[0]
    assert done.playbook.source.split("\n")[failure.line - 1] == "    1 / 0"
    assert f"line {failure.line}, in later\n    1 / 0\n" in failure.traceback


def test_functions_of_a_script_are_gathered_too(tmp_path: Path, incident: Path,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    """Without IPython; lines are those of the script."""
    (tmp_path / "script_for_capture.py").write_text(
        "LIMIT = 2\n\ndef on_start(container):\n    helper(container)\n\ndef helper(value):\n    1 / (LIMIT - 2)\n")
    monkeypatch.syspath_prepend(tmp_path)
    import script_for_capture

    playbook = capture(script_for_capture.on_start, name="mine")
    assert playbook.name == "mine"
    done = Lab(incident).run(playbook)
    assert done.journal.events[-1].failures[0].line == 7
    assert str(tmp_path / "script_for_capture.py") in done.journal.events[-1].failures[0].traceback
    del sys.modules["script_for_capture"]
