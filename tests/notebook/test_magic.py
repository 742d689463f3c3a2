"""``%%playbook`` and the stand-in ``phantom``, in IPython itself and in a real kernel with its debugger."""

from __future__ import annotations

import inspect
import queue
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from IPython.core.completer import provisionalcompleter
from jupyter_client.manager import start_new_kernel

from phantom_lab import Lab, Playbook, Stepper
from phantom_lab.notebook import load_ipython_extension, unload_ipython_extension
from phantom_lab.rules.surface import surface
from tests.patience import LONG

BLOCKS = """%%playbook triage
def on_start(container):
    phantom.debug("first")
    look(container=container)


def look(container=None, **kwargs):
    phantom.debug("second")
    1 / 0
"""
Run = Callable[[str], Any]


@pytest.fixture
def run(shell: Any, incident: Path) -> Run:
    """Run a cell as a notebook does; its value, or None."""
    shell.push({"lab": Lab(incident)})

    def run_cell(text: str) -> Any:
        done = shell.run_cell(text, store_history=True)
        return done.result

    return run_cell


def test_a_cell_becomes_a_playbook_under_its_name(run: Run, shell: Any) -> None:
    """Checked at once, bound to a variable, with the usual import put in."""
    assert run(BLOCKS) is None
    assert isinstance(shell.user_ns["triage"], Playbook)
    assert shell.user_ns["triage"].blocks == {"on_start": 2, "look": 7}
    assert run("lab.run(triage).summary().debug") == ["first", "second"]


def test_a_name_stands_for_the_newest_version(run: Run, shell: Any) -> None:
    """The name itself will do; what rests keeps the version that it started with."""
    run(BLOCKS)
    resting = run("lab.step('triage')")
    run(BLOCKS.replace("first", "changed"))
    assert run("lab.run('triage').summary().debug") == ["changed", "second"]
    resting.resume()
    assert resting.run.summary().debug == ["first", "second"]


def test_a_cell_that_does_not_load_leaves_the_version_before(run: Run, shell: Any) -> None:
    """An error is an error, not a half-defined playbook."""
    run(BLOCKS)
    before = shell.user_ns["triage"]
    run("%%playbook triage\ndef on_start(container)\n    pass\n")
    assert shell.user_ns["triage"] is before


@pytest.mark.parametrize(("cell", "said"), [
    ("%%playbook\nx = 1", "InputError: %%playbook needs a name. Write %%playbook NAME"),
    ("%%playbook --step\nx = 1", "InputError: %%playbook needs a name."),
    ("%%playbook two-words\nx = 1", "InputError: 'two-words' cannot be a playbook's name here"),
    ("%%playbook class\nx = 1", "InputError: 'class' cannot be a playbook's name here"),
    ("%%playbook lab\nx = 1", "InputError: 'lab' already stands for something else here."),
    ("%%playbook print\nx = 1", "InputError: 'print' already stands for something else here."),
    ("%%playbook triage --fast\nx = 1", "InputError: %%playbook does not know --fast."),
    ("%%playbook triage --step --lab nowhere\nx = 1", "InputError: no Lab is called 'nowhere' here."),
    ("%%playbook triage\n\n  \n", "PlaybookLoadError: triage: the cell holds no playbook."),
    ("%%playbook triage", "UsageError: %%playbook is a cell magic, but the cell body is empty."),
    ("%%playbook triage\nx = 1", "PlaybookLoadError: triage: the playbook defines no on_start(container)."),
    ("%%playbook triage\ndef on_start(container):\n    x = = 1",
     "PlaybookLoadError: triage:3: syntax error: invalid syntax"),
    ("\n\n%%playbook triage\ndef on_start(container):\n    x = = 1", "PlaybookLoadError: triage:5: syntax error"),
    ("%%playbook triage\ndef on_start(container):\n    pass\nreturn 1",
     "PlaybookLoadError: triage:4: syntax error: 'return' outside function"),
    ("%%playbook triage\nasync def on_start(container):\n    pass", "PlaybookLoadError: triage:2: block on_start"),
])
def test_what_is_wrong_with_a_cell_is_one_line(run: Run, shell: Any, cell: str, said: str,
                                               capsys: pytest.CaptureFixture[str]) -> None:
    """With the line of the cell, counted as the notebook counts it; nothing is defined."""
    run(cell)
    told = capsys.readouterr().err.strip()
    assert told.startswith(said)
    assert "\n" not in told
    assert not isinstance(shell.user_ns.get("triage"), Playbook)


@pytest.mark.parametrize("first", [
    "", "# a comment", '"""What it does."""', "import phantom.rules as phantom",
    "import phantom.rules as phantom, json", "from phantom import rules as phantom",
    "from __future__ import annotations",
    "from __future__ import (\n    annotations)  # é",
    "from __future__ import annotations\nimport phantom.rules as phantom",
])
def test_the_import_may_be_left_out_and_moves_no_line(run: Run, first: str) -> None:
    """Whatever the cell begins with."""
    run(f"%%playbook sample\n{first}\ndef on_start(container):\n    phantom.debug('x')\n    1 / 0")
    done = run("lab.run(sample)")
    assert done.summary().debug == ["x"]
    assert done.journal.events[-1].failures[0].line == 5 + first.count("\n")


@pytest.mark.parametrize("above", ["", "\n\n"])
def test_a_traceback_shows_the_lines_of_the_cell(run: Run, above: str) -> None:
    """Also where blank lines stand above the magic, and after the run has compiled the text again."""
    run(above + BLOCKS)
    failure = run("lab.run(triage)").journal.events[-1].failures[0]
    assert failure.line == 9 + len(above)
    assert f'line {9 + len(above)}, in look\n    1 / 0\n' in failure.traceback
    assert f'line {4 + len(above)}, in on_start\n    look(container=container)\n' in failure.traceback


@pytest.mark.parametrize(("options", "variable"), [("--step", "lab"), ("--step --lab other", "other"),
                                                   ("--lab other --step", "other")])
def test_a_cell_may_be_stepped_at_once(run: Run, shell: Any, options: str, variable: str) -> None:
    """Change a line, run the cell, look at the panel."""
    shell.push({"other": Lab({"name": "another"})})
    stepper = run(BLOCKS.replace("triage\n", f"triage {options}\n"))
    assert isinstance(stepper, Stepper)
    assert stepper.position.invocation.block == "on_start"
    assert stepper.run.container["name"] == ("another" if variable == "other" else shell.user_ns["lab"].containers[
        stepper.run.state.container_id]["name"])


def test_the_visual_debugger_stops_in_a_cell_that_is_a_playbook(incident: Path) -> None:
    """A breakpoint is set on the cell before it runs, as JupyterLab does, and is hit on the run's own thread."""
    manager, client = start_new_kernel()
    try:
        client.execute_interactive(f"%load_ext phantom_lab\nfrom phantom_lab import Lab\nlab = Lab({str(incident)!r})")
        assert _debug(client, "initialize", pathFormat="path", linesStartAt1=True, adapterID="test")["success"]
        assert _debug(client, "attach")["success"]
        path = _debug(client, "dumpCell", code=BLOCKS)["body"]["sourcePath"]
        _debug(client, "setBreakpoints", breakpoints=[{"line": 8}], source={"path": path}, sourceModified=False)
        _debug(client, "configurationDone")
        client.execute_interactive(BLOCKS)
        client.execute("lab.run(triage)")
        stopped = _event(client, "stopped")
        frame = _debug(client, "stackTrace", threadId=stopped["threadId"])["body"]["stackFrames"][0]
        assert (frame["name"], frame["line"], frame["source"]["path"]) == ("look", 8, path)
        _debug(client, "continue", threadId=stopped["threadId"])
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _debug(client: Any, command: str, **arguments: Any) -> dict[str, Any]:
    message = client.session.msg("debug_request", {"type": "request", "seq": 1, "command": command,
                                                   "arguments": arguments})
    client.control_channel.send(message)
    while True:
        reply = client.get_control_msg(timeout=LONG)
        if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
            content: dict[str, Any] = reply["content"]
            return content


def _event(client: Any, name: str) -> dict[str, Any]:
    deadline = time.monotonic() + LONG
    while time.monotonic() < deadline:
        try:
            message = client.get_iopub_msg(timeout=LONG)
        except queue.Empty:
            continue
        if message["msg_type"] == "debug_event" and message["content"]["event"] == name:
            body: dict[str, Any] = message["content"]["body"]
            return body
    raise AssertionError(f"no {name} event")


# -- phantom in plain cells ------------------------------------------------------------------------------------------


def test_phantom_can_be_imported_in_a_plain_cell_and_has_the_true_signatures(run: Run, shell: Any) -> None:
    """For completion and for `?`; blocks stay the functions they are."""
    run("import phantom.rules as phantom\nfrom phantom.rules import act, APP_SUCCESS\nimport phantom as package")
    phantom = shell.user_ns["phantom"]
    assert shell.user_ns["package"].rules is phantom
    for name, entry in surface().functions.items():
        if name != "playbook_block":
            assert inspect.signature(getattr(phantom, name)) == entry.signature
    run("@phantom.playbook_block()\ndef block(container):\n    return 5")
    assert run("block(None)") == 5


def test_reads_answer_for_the_run_that_rests(run: Run) -> None:
    """As a block would see it; nothing is written to the run's journal."""
    run("import phantom.rules as phantom")
    run(BLOCKS)
    stepper = run("stepper = lab.step(triage)\nstepper")
    before = len(stepper.run.journal.events)
    assert run("phantom.collect2(container=None, datapath=['container:name', 'not a path'])") == [
        [stepper.run.container["name"], None]]
    assert run("phantom.collect2(datapath='artifact:*.id')")
    assert run("phantom.collect2(datapath=['artifact:*.cef.nowhere'])") == [[None]] * 5
    assert run("phantom.collect_from_contains(contains=['ip'])") is None
    assert run("phantom.get_container(phantom.collect2(datapath='container:id')[0])")["name"]
    assert len(stepper.run.journal.events) == before


@pytest.mark.parametrize(("cells", "said"), [
    (["phantom.collect2(datapath=['artifact:*.id'])"],
     "StepperError: phantom.collect2 reads from a run, and none is at rest here. stepper = lab.step(playbook) starts"),
    (["one = lab.step(triage); two = lab.step(triage)", "phantom.get_run_data(key='x')"],
     "StepperError: phantom.get_run_data: several runs are at rest here (one, two). End those"),
    (["one = lab.step(triage)", "phantom.act('geolocate ip')"],
     "StepperError: phantom.act works inside a playbook only. lab.step(on_start) runs the blocks of your cells."),
    (["phantom.fix_datapath()"], "StepperError: phantom.fix_datapath works inside a playbook"),
])
def test_what_only_a_playbook_can_do_is_one_line_in_a_cell(run: Run, cells: list[str], said: str,
                                                           capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing pretends."""
    run("import phantom.rules as phantom")
    run(BLOCKS)
    for cell in cells:
        run(cell)
    told = capsys.readouterr().err.strip()
    assert told.startswith(said)
    assert "\n" not in told


def test_a_playbook_under_the_lab_never_meets_the_stand_in(run: Run) -> None:
    """Its imports are bound to its run."""
    run("%%playbook sample\ndef on_start(container):\n    import sys\n"
        "    phantom.debug(phantom is sys.modules['phantom.rules'])")
    assert run("lab.run(sample).summary().debug") == ["False"]


def test_unloading_takes_everything_away(shell: Any, run: Run) -> None:
    """The magic, the names, the modules, and what pandas was told: with the extension, no frame holds formulas."""
    run(BLOCKS)
    frame = pd.DataFrame({"a": ["$x$"]})
    assert all("mathjax_ignore" in one for one in (frame.to_html(), frame.style.to_html()))
    unload_ipython_extension(shell)
    assert all("mathjax_ignore" not in one for one in (frame.to_html(), frame.style.to_html()))
    assert "playbook" not in shell.magics_manager.magics["cell"]
    assert not {"phantom", "phantom.rules"} & sys.modules.keys()
    load_ipython_extension(shell)
    assert run("import phantom_lab; phantom_lab.source.capture.NAMED") == {}


def test_another_package_called_phantom_is_left_alone(shell: Any, tmp_path: Path,
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody's installed package comes first."""
    unload_ipython_extension(shell)
    (tmp_path / "phantom").mkdir()
    (tmp_path / "phantom" / "__init__.py").write_text("mine = True")
    monkeypatch.syspath_prepend(tmp_path)
    load_ipython_extension(shell)
    assert "phantom" not in sys.modules
    unload_ipython_extension(shell)


def test_a_changed_cell_is_taken_up_where_the_run_is(run: Run, shell: Any) -> None:
    """Of a `%%playbook` cell, and of functions of plain cells: the newest definition counts."""
    blocks = BLOCKS.replace("    1 / 0\n", "    phantom.debug('third')\n")
    run(blocks)
    run("stepper = lab.step(triage)\nstepper.step()")
    run(blocks.replace("second", "changed"))
    reloaded = run("%phantom reload --of stepper")
    assert reloaded.position.invocation.block == "look"
    reloaded.resume()
    assert reloaded.run.debug == ["first", "changed", "third"]

    plain = blocks.partition("\n")[2]
    run(f"import phantom.rules as phantom\n{plain}")
    run("plain = lab.step(on_start)\nplain.step()")
    run(plain.partition("\n\n\n")[2].replace("second", "newest"))
    other = run("plain.reload()")
    other.resume()
    assert other.run.debug == ["first", "newest", "third"]


def test_cells_import_the_platforms_modules_without_a_run_and_complete_their_names(run: Run, shell: Any) -> None:
    """Each function with its parameters; outside of a run, calling one says what to do."""
    known = surface()
    shared = min(one for one in known.utils & known.functions.keys() if not one.startswith("_"))
    run(f"import phantom.rules as phantom\nfrom phantom import vault\nfrom phantom.utils import {shared}")
    assert run(f"{shared} is phantom.{shared} and vault.vault_add is phantom.vault_add")
    with provisionalcompleter():
        found = {text: {one.text for one in shell.Completer.completions(text, len(text))}
                 for text in ("phantom.", "vault.", "phantom.collect2(")}
    assert found["phantom."] >= {one for one in (*known.functions, *known.constants) if not one.startswith("_")}
    assert found["vault."] >= {"vault_add", "vault_info"}
    assert "datapath=" in found["phantom.collect2("]
