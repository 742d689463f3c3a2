"""Real kernels of several ipykernel versions, driven over loopback as a browser does."""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager

from tests.conftest import ROOT
from tests.patience import LONG

Message = dict[str, Any]

CACHE = ROOT / "build" / "kernels"
NEWEST = "newest"
"""The environment's own ipykernel."""
OLDER = {"6.31.0": ["nest-asyncio"], "7.3.0": ["nest-asyncio2"]}
"""Older versions, and what each needs that the environment's own may not."""
VERSIONS = (*OLDER, NEWEST)


def prepare(wanted: str) -> Path | None:
    """The folder of an older ipykernel, installed when it is missing; None stands for the environment's own.

    It is filled beside its place and moved there whole, so that an interrupted install is never taken for one.
    """
    if wanted == NEWEST:
        return None
    folder = CACHE / f"ipykernel-{wanted}"
    if not (folder / f"ipykernel-{wanted}.dist-info" / "RECORD").is_file():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as made:
            command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--disable-pip-version-check",
                       "--retries", "1", "--target", made, f"ipykernel=={wanted}", *OLDER[wanted]]
            done = subprocess.run(command, capture_output=True, text=True, timeout=10 * LONG, check=False)
            if done.returncode:
                raise RuntimeError(f"the kernel tests need ipykernel {wanted}, which pip cannot install:\n"
                                   f"{' '.join(command)}\n{done.stdout}{done.stderr}")
            shutil.rmtree(folder, ignore_errors=True)
            Path(made).rename(folder)
            Path(made).mkdir()  # for the context manager to take away
    return folder


@dataclass
class Done:
    """What a cell left behind."""

    request: str
    status: str = ""
    """``ok`` or ``error``."""
    text: str = ""
    """What it printed, and its results as text."""
    error: list[str] = field(default_factory=list)
    """Lines of its traceback."""


class Kernel:
    """One kernel, whose messages are read as they come.

    Args:
        wanted: the ipykernel version, or ``newest``.
        place: an empty folder for what it and its runs write.
    """

    def __init__(self, wanted: str, place: Path) -> None:
        self.wanted = version("ipykernel") if wanted == NEWEST else wanted
        self.messages: list[Message] = []
        self.unfinished: set[str] = set()
        """Cells that nobody has seen the end of: what a test that failed leaves behind."""
        self._sequence = 0
        folder = prepare(wanted)
        path = os.pathsep.join([*([str(folder)] if folder else []), str(ROOT)])
        self._environment = {**os.environ, "PYTHONPATH": path, "PHANTOM_LAB_JOURNALS": str(place / "journals"),
                             "IPYTHONDIR": str(place / "ipython"), "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
        self._said = (place / "stderr").open("ab")
        self.manager = KernelManager(kernel_name="python3")
        self.manager.shutdown_wait_time = LONG  # then it would be ended by a signal
        spec = self.manager.kernel_spec
        assert spec is not None
        spec.argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        self.manager.start_kernel(env=self._environment, cwd=str(ROOT), stderr=self._said)
        for last in (False, False, True):
            try:
                self._connect()
                break
            except RuntimeError:
                # The client asks again and again whether a slow kernel is there, and so may meet ipykernel 1554 (see
                # `finish`) before any test has begun: that kernel is silent for good, and another is started.
                if last:
                    raise
                self.client.stop_channels()
                self.manager.restart_kernel(now=True)

    @property
    def subshells(self) -> bool:
        """Whether this version has them."""
        return not self.wanted.startswith("6.")

    # -- cells -----------------------------------------------------------------------------------------------------

    def send(self, code: str) -> str:
        """Start a cell; returns its message id."""
        request = str(self.client.execute(code))
        self.unfinished.add(request)
        return request

    def run(self, code: str) -> Done:
        """Run a cell to its end."""
        return self.finish(self.send(code))

    def value(self, code: str) -> str:
        """What a cell that must not fail left, without space around it."""
        done = self.run(code)
        assert done.status == "ok", f"{code!r} failed:\n{done.text}\n" + "\n".join(done.error)
        return done.text.strip()

    def finish(self, request: str, timeout: float = LONG) -> Done:
        """Wait for the end of a cell, and gather what it left.

        The reply is always read before anything else is sent: in ipykernel 7.0 to 7.3 a request that arrives while a
        reply leaves is not seen (ipykernel 1554), and the kernel is silent from then on.
        """
        reply = self._reply(self.client.get_shell_msg, request, timeout)
        self.idle(request)
        self.unfinished.discard(request)
        done = Done(request, reply["status"])
        for message in self.messages:
            if message["parent_header"].get("msg_id") != request:
                continue
            content = message["content"]
            if message["msg_type"] == "stream":
                done.text += content["text"]
            elif message["msg_type"] in ("execute_result", "display_data"):
                done.text += content["data"].get("text/plain", "")
            elif message["msg_type"] == "error":
                done.error = content["traceback"]
        return done

    # -- messages --------------------------------------------------------------------------------------------------

    def until(self, wanted: Callable[[Message], bool], timeout: float = LONG) -> Message:
        """Read messages until one is wanted; those already read are looked at first."""
        for message in self.messages:
            if wanted(message):
                return message
        deadline = time.monotonic() + timeout
        while (left := deadline - time.monotonic()) > 0:
            try:
                message = self.client.get_iopub_msg(timeout=left)
            except queue.Empty:
                break
            self.messages.append(message)
            if wanted(message):
                return message
        raise AssertionError(f"no such message within {timeout} s; the last were "
                             f"{[(one['msg_type'], str(one['content'])[:120]) for one in self.messages[-8:]]}")

    def idle(self, request: str) -> None:
        """Wait until the kernel is done with a message."""
        self.until(lambda message: message["parent_header"].get("msg_id") == request
                   and message["msg_type"] == "status" and message["content"]["execution_state"] == "idle")

    def printed(self, text: str) -> str:
        """Wait until something is printed; returns the message id of the cell that it lands in."""
        message = self.until(lambda message: message["msg_type"] == "stream" and text in message["content"]["text"])
        return str(message["parent_header"]["msg_id"])

    def control(self, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        """A request on the control channel, and its reply."""
        message = self.client.session.msg(kind, content)
        self.client.control_channel.send(message)
        return self._reply(self.client.get_control_msg, message["header"]["msg_id"])

    def _reply(self, receive: Callable[..., Message], request: str, timeout: float = LONG) -> dict[str, Any]:
        deadline = time.monotonic() + timeout
        while (left := deadline - time.monotonic()) > 0:
            try:
                reply = receive(timeout=left)
            except queue.Empty:
                break
            if reply["parent_header"].get("msg_id") == request:
                return dict(reply["content"])
        raise AssertionError(f"no reply within {timeout} s\n{self._last_words()}")

    # -- what a browser does ---------------------------------------------------------------------------------------

    def click(self, comm: str, content: dict[str, Any], subshell: str | None = None) -> str:
        """Send a widget's custom message; returns its message id."""
        message = self.client.session.msg("comm_msg", {"comm_id": comm,
                                                       "data": {"method": "custom", "content": content}})
        message["header"]["subshell_id"] = subshell
        self.client.shell_channel.send(message)
        return str(message["header"]["msg_id"])

    def view(self, comm: str, **wanted: Any) -> dict[str, Any]:
        """Wait until the panel's head is published with these values; returns it."""
        def shows(message: Message) -> bool:
            if message["msg_type"] != "comm_msg" or message["content"]["comm_id"] != comm:
                return False
            view = message["content"]["data"].get("state", {}).get("head", {})
            return bool(view) and all(view.get(name) == value for name, value in wanted.items())

        return dict(self.until(shows)["content"]["data"]["state"]["head"])

    def new_subshell(self) -> str:
        """Ask for a subshell, as JupyterLab does for widgets; to a version without any, a name means nothing."""
        if not self.subshells:
            return "no-such-subshell"
        return str(self.control("create_subshell_request", {})["subshell_id"])

    def drop_subshell(self, subshell: str) -> None:
        """Give a subshell back."""
        if self.subshells:
            assert self.control("delete_subshell_request", {"subshell_id": subshell})["status"] == "ok"

    def interrupt(self, *, by_message: bool = False) -> None:
        """The kernel's stop button: a signal, or a message that makes the kernel send it to itself."""
        if by_message:
            assert self.control("interrupt_request", {})["status"] == "ok"
        else:
            self.manager.interrupt_kernel()

    def debug(self, command: str, **arguments: Any) -> dict[str, Any]:
        """A request of the debug adapter protocol, and the body of its response."""
        self._sequence += 1
        reply = self.control("debug_request", {"type": "request", "seq": self._sequence, "command": command,
                                               "arguments": arguments})
        assert reply.get("success"), f"{command}: {reply}"
        return dict(reply.get("body") or {})

    # -- life ------------------------------------------------------------------------------------------------------

    def restart(self, *, now: bool = False) -> int:
        """Restart as the menu of a notebook does; returns what the old kernel exited with: 0 if nobody ended it."""
        old = self.manager.provisioner.process
        self.client.stop_channels()
        self.manager.restart_kernel(now=now)
        self._connect()
        return int(old.returncode)

    def close(self) -> None:
        """End the kernel."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self._said.close()

    def _connect(self) -> None:
        self.messages.clear()
        self.unfinished.clear()
        self.client = self.manager.client()
        self.client.start_channels()
        try:
            self.client.wait_for_ready(timeout=LONG)
        except RuntimeError as exc:
            raise RuntimeError(f"ipykernel {self.wanted} does not start: {exc}\n{self._last_words()}") from exc
        found = self.value("import ipykernel\nprint(ipykernel.__version__)")
        assert found == self.wanted, f"the kernel is of ipykernel {found}, not {self.wanted}"
        self.value("%load_ext phantom_lab\nfrom phantom_lab import Lab, Options, Playbook, frames\n"
                   "from tests.kernels import inside")

    def _last_words(self) -> str:
        self._said.flush()
        return Path(self._said.name).read_text(errors="replace")[-2000:]
