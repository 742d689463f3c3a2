"""Interrupts, stops and restarts in real kernels: nothing that a playbook does keeps the kernel."""

from __future__ import annotations

import pytest

from tests.kernels.kernel import Done, Kernel
from tests.kernels.playbooks import CHAIN, POSITION, loop

FOREVER = {
    "pure Python": "while True: pass",
    "time.sleep": "while True: time.sleep(3600)",
    "one long sleep before a loop": "time.sleep(10 ** 9)\n    while True: pass",
    "except Exception": "while True:\n        try: int('x')\n        except Exception: pass",
    "bare except around nothing of ours": "while True:\n        try: int('x')\n        except: pass",
    "bare except around an API call": "while True:\n        try: phantom.debug(1)\n        except: pass",
    "bare except around a block": "while True:\n        try: block(container=container)\n        except: pass",
    "finally": "while True:\n        try: int('x')\n        except Exception: pass\n        finally: int('1')",
}


def interrupted(kernel: Kernel, code: str, *, by_message: bool = False) -> Done:
    """Interrupt a cell once it waits."""
    waiting = kernel.send(f"inside.tell_when_waiting({code!r})\n{code}")
    kernel.printed(f"{code} waits")
    kernel.interrupt(by_message=by_message)
    return kernel.finish(waiting)


@pytest.mark.parametrize("by_message", [False, True], ids=["signal", "interrupt_request"])
def test_an_interrupt_gives_up_waiting_and_the_run_rests_at_its_next_invocation(kernel: Kernel,
                                                                                by_message: bool) -> None:
    """The cell ends without a wall of traceback, and stepping goes on."""
    kernel.value(loop("while True: block(container=container)"))
    done = interrupted(kernel, "stepper.resume()", by_message=by_message)
    assert (done.status, done.error) == ("ok", [])
    assert "loop" in done.text
    assert kernel.value("print(stepper.wait(inside.LONG).state)") == "resting"
    assert kernel.value(POSITION) == "resting block"
    assert "resting: block is invoked" in kernel.value("stepper.step()")
    kernel.value("stepper.stop()")


def test_a_second_interrupt_aborts_a_run_that_comes_to_no_invocation(kernel: Kernel) -> None:
    """The first one says so."""
    kernel.value(loop("while True: pass"))
    first = interrupted(kernel, "stepper.resume()")
    assert (first.status, first.error) == ("ok", [])
    assert "another interrupt aborts it" in first.text
    second = interrupted(kernel, "stepper.wait()")
    assert (second.status, second.error) == ("ok", [])
    assert kernel.value("print(stepper.wait(inside.LONG).status)") == "stopped"
    assert kernel.value("print('usable')") == "usable"


@pytest.mark.parametrize("body", FOREVER.values(), ids=FOREVER)
def test_a_stop_from_another_cell_ends_any_loop(kernel: Kernel, body: str) -> None:
    """And the kernel stays usable."""
    kernel.value(loop(body))
    assert kernel.value("stepper.request('resume')\nprint(inside.executing(stepper))") == "True"
    assert "stopped" in kernel.value("stepper.stop()")
    assert kernel.value("print(stepper.position.state, stepper.run.status)") == "ended stopped"
    assert kernel.value("print('usable')") == "usable"


def test_a_hundred_resting_runs_do_not_keep_a_kernel_from_its_restart(kernel: Kernel) -> None:
    """Workers are daemons: the kernel ends by itself, and the new one works."""
    kernel.value(CHAIN)
    kernel.value("import threading\nrest = [lab.step(stepper.run.playbook) for _ in range(99)]\n"
                 "workers = [one for one in threading.enumerate() if one.name == 'playbook chain']")
    assert kernel.value("print({one.position.state for one in [stepper, *rest]}, len(workers), "
                        "all(one.daemon for one in workers))") == "{'resting'} 100 True"
    assert kernel.restart() == 0
    assert kernel.run("stepper").status == "error"
    kernel.value(CHAIN)
    assert kernel.value(POSITION) == "resting on_start"
