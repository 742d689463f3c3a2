"""The notebook's visual debugger in playbooks: what JupyterLab sends, and what it is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.kernels.kernel import Kernel

CELL = """%%playbook debugged
def on_start(container):
    total = 40
    helped(container=container, amount=2, total=total)

def helped(container=None, amount=None, total=None, **kwargs):
    reached = total + amount
    phantom.debug(f"reached {reached}")
"""
BREAK = CELL.split("\n").index('    phantom.debug(f"reached {reached}")') + 1
"""The line at which `reached` is known."""


@pytest.fixture
def debugger(kernel: Kernel) -> Any:
    """The kernel with its debugger attached."""
    kernel.debug("initialize", clientID="tests", clientName="tests", adapterID="", pathFormat="path",
                 linesStartAt1=True, columnsStartAt1=True, supportsVariableType=True)
    kernel.debug("attach")
    yield kernel
    kernel.debug("disconnect", restart=False, terminateDebuggee=False)


def stops_and_goes_on(kernel: Kernel, source: str, start: list[str]) -> None:
    """Set the breakpoint, run to it from a cell, look around, and continue."""
    found = kernel.debug("setBreakpoints", breakpoints=[{"line": BREAK}], source={"path": source},
                         sourceModified=False)["breakpoints"]
    assert [(one["verified"], one["line"]) for one in found] == [(True, BREAK)]
    kernel.debug("configurationDone")
    for cell in start:
        kernel.value(cell)
    waiting = kernel.send("stepper.resume()")
    event = kernel.until(lambda message: message["msg_type"] == "debug_event"
                         and message["content"]["event"] == "stopped")["content"]["body"]
    assert event["reason"] == "breakpoint"
    top, *below = kernel.debug("stackTrace", threadId=event["threadId"])["stackFrames"]
    assert (top["name"], top["line"], top["source"]["path"]) == ("helped", BREAK, source)
    assert ("on_start", BREAK - 4) in [(frame["name"], frame["line"]) for frame in below]
    scopes = kernel.debug("scopes", frameId=top["id"])["scopes"]
    known = {one["name"]: one["value"] for scope in scopes if scope["name"] == "Locals"
             for one in kernel.debug("variables", variablesReference=scope["variablesReference"])["variables"]}
    assert {name: known.get(name) for name in ("amount", "total", "reached")} == {
        "amount": "2", "total": "40", "reached": "42"}
    kernel.debug("continue", threadId=event["threadId"])
    assert "ended" in kernel.finish(waiting).text
    assert kernel.value("print(stepper.run.status)") == "success"


def test_a_breakpoint_in_a_playbook_cell_stops_the_run(debugger: Kernel) -> None:
    """At the line of the cell, with the block's variables; continued, the waiting cell completes."""
    source = debugger.debug("dumpCell", code=CELL)["sourcePath"]
    stops_and_goes_on(debugger, source, [CELL, 'stepper = Lab({"name": "kernel"}).step(debugged)'])


def test_a_breakpoint_in_a_playbook_file_stops_the_run(debugger: Kernel, tmp_path: Path) -> None:
    """At the line of the file, with the block's variables; continued, the waiting cell completes."""
    file = tmp_path / "from_file.py"
    file.write_text(CELL.replace("%%playbook debugged", "import phantom.rules as phantom"))
    stops_and_goes_on(debugger, str(file), [f'stepper = Lab({{"name": "kernel"}}).step({str(file)!r})'])
