"""Stepping in real kernels: from cells, and by clicks on whatever thread they arrive."""

from __future__ import annotations

import pytest

from tests.kernels.kernel import Kernel
from tests.kernels.playbooks import CHAIN, PANEL, POSITION, loop
from tests.patience import LONG, UNIT

STEP = {"part": "head", "type": "command", "command": "step"}
STOP = {"part": "head", "type": "command", "command": "stop"}
ONE = "one is invoked because on_start calls it"


def test_a_run_is_stepped_from_cells_to_its_end(kernel: Kernel) -> None:
    """Other cells run while it rests."""
    kernel.value(CHAIN)
    assert kernel.value(POSITION) == "resting on_start"
    for block in ("one", "two"):
        assert f"{block} is invoked because" in kernel.value("stepper.step()")
        assert kernel.value("print(6 * 7)") == "42"
        assert kernel.value(POSITION) == f"resting {block}"
    assert "ended" in kernel.value("stepper.step()")
    assert kernel.value("print(stepper.run.status)") == "success"


@pytest.mark.parametrize("where", ["main", "subshell"])
def test_a_click_steps_and_the_new_sentence_is_published(kernel: Kernel, where: str) -> None:
    """It comes on the main thread, or on a subshell's, which 6.31 has none of, and there it is carried out: the run has
    a thread of its own."""
    kernel.value(CHAIN)
    comm, subshell = kernel.value(PANEL), kernel.new_subshell()
    kernel.idle(kernel.click(comm, STEP, subshell if where == "subshell" else None))
    assert ONE in kernel.view(comm, state="resting", block="one")["sentence"]
    assert kernel.value(POSITION) == "resting one"
    threads = set(kernel.value("print(*threads, sep=chr(10))").splitlines())
    kernel.drop_subshell(subshell)
    assert threads == {"subshell" if where == "subshell" and kernel.subshells else "MainThread"}


@pytest.mark.parametrize("first", ["main", "subshell"])
def test_clicks_on_one_widget_may_change_threads(kernel: Kernel, first: str) -> None:
    """Now the main thread, now a subshell's: each finds the state that the one before it left."""
    kernel.value(CHAIN)
    comm, subshell = kernel.value(PANEL), kernel.new_subshell()
    shells = [None, subshell, None] if first == "main" else [subshell, None, subshell]
    for shell, wanted in zip(shells, [{"block": "one"}, {"block": "two"}, {"state": "ended"}], strict=True):
        kernel.idle(kernel.click(comm, STEP, shell))
        view = kernel.view(comm, **{"state": "resting", **wanted})
        assert view["problem"] == ""
    blocks = kernel.value("print(stepper.run.status, *frames.invocations(stepper)['block'])")
    assert blocks == "success on_start one two"
    kernel.drop_subshell(subshell)


def test_clicks_while_a_cell_is_busy_move_the_run_at_once(kernel: Kernel) -> None:
    """Through a subshell; on 6.31, which has none, after the cell. In both the run is right at the end."""
    kernel.value(CHAIN)
    comm, subshell = kernel.value(PANEL), kernel.new_subshell()
    blocks = ["one", "two"] if kernel.subshells else ["one"]
    patience = LONG if kernel.subshells else UNIT  # where nothing can come, that is waited for in vain
    kernel.value("import threading\nmoved = {name: threading.Event() for name in ('one', 'two')}\n"
                 "end = stepper.on_change(lambda: moved[stepper.position.invocation.block].set() "
                 "if stepper.position.invocation.block in moved else None)")
    busy = kernel.send("print('the cell is busy')\n"
                       f"print('moved meanwhile:', *[moved[name].wait({patience}) for name in {blocks}])")
    kernel.printed("the cell is busy")
    for block in blocks:
        kernel.click(comm, STEP, subshell)
        kernel.view(comm, state="resting", block=block)
    meanwhile = kernel.finish(busy).text
    assert kernel.value(f"print(moved[{blocks[-1]!r}].wait(inside.LONG)); end()") == "True"
    assert kernel.value(POSITION) == f"resting {blocks[-1]}"
    kernel.drop_subshell(subshell)
    assert "moved meanwhile: True True\n" in meanwhile if kernel.subshells else "moved meanwhile: False\n" in meanwhile


def test_a_stop_click_reaches_a_run_that_a_cell_waits_for(kernel: Kernel) -> None:
    """Through a subshell, also when it is the first thing that the browser says; the waiting cell ends."""
    if not kernel.subshells:
        pytest.skip("6.31 has no subshells: the kernel's interrupt ends the waiting")
    kernel.value(loop("while True: pass"))
    comm, subshell = kernel.value(PANEL), kernel.new_subshell()
    waiting = kernel.send("inside.tell_when_waiting('resume')\nstepper.resume()")
    kernel.printed("resume waits")
    kernel.click(comm, STOP, subshell)
    assert "stopped" in kernel.finish(waiting).text
    kernel.drop_subshell(subshell)


def test_a_panel_outlives_the_subshell_of_its_earlier_clicks(kernel: Kernel) -> None:
    """A browser gives its subshell back, and another one gets its own; the next click is answered all the same."""
    kernel.value(CHAIN)
    comm, first = kernel.value(PANEL), kernel.new_subshell()
    for _ in range(2):
        kernel.idle(kernel.click(comm, {"part": "data", "type": "tab", "tab": "success"}, first))
    kernel.drop_subshell(first)
    second = kernel.new_subshell()
    kernel.idle(kernel.click(comm, STOP, second))
    status = kernel.value("print(stepper.wait(inside.LONG).status)")
    kernel.drop_subshell(second)
    assert status == "stopped"


def test_what_a_playbook_prints_lands_in_the_cell_that_started_it(kernel: Kernel) -> None:
    """Also when it is stepped from a later cell or by a click; and it is filed under its invocation."""
    started = kernel.run(CHAIN).request
    later = kernel.run("stepper.step()")
    assert "printed" not in later.text
    kernel.idle(kernel.click(kernel.value(PANEL), STEP))
    assert [kernel.printed(f"printed by {block}") for block in ("on_start", "one")] == [started, started]
    assert kernel.value("from phantom_lab.history import Logged\nprint([(one.invocation, one.message) for one in "
                        "stepper.run.journal.events if isinstance(one, Logged) and one.level == 'print'])") \
        == "[(1, 'printed by on_start'), (2, 'printed by one')]"


def test_an_error_of_the_lab_is_one_line(kernel: Kernel) -> None:
    """Without a traceback through our own depths; the cell has failed all the same, and stops a run of all cells."""
    done = kernel.run("Lab('nowhere.json')")
    assert (done.status, done.error) == ("error", [])
    assert done.text == "InputError: nowhere.json: no such container file\n"


def test_the_extension_may_be_loaded_twice(kernel: Kernel) -> None:
    """A stepper still shows one panel, and an error that is not the lab's keeps its traceback."""
    for command in ("%load_ext phantom_lab", "%reload_ext phantom_lab"):
        assert kernel.run(command).status == "ok"
    kernel.value(CHAIN)
    shown = kernel.run("stepper").request
    panels = [message for message in kernel.messages if message["msg_type"] == "display_data"
              and message["parent_header"]["msg_id"] == shown]
    assert ["application/vnd.jupyter.widget-view+json" in one["content"]["data"] for one in panels] == [True, False]
    assert any("ZeroDivisionError" in line for line in kernel.run("1 / 0").error)
