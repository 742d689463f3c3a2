"""``phantom-lab lab`` and the JupyterLab that it starts."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.conftest import ROOT
from tests.notebook.jupyterlab import free_port
from tests.patience import LONG


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal")
def test_a_sigterm_ends_the_jupyterlab_that_the_command_started(tmp_path: Path) -> None:
    """In good order: the command waits for it, and its port is free again."""
    pytest.importorskip("jupyterlab")
    port = free_port()
    environment = {**os.environ, "JUPYTER_RUNTIME_DIR": str(tmp_path), "JUPYTER_CONFIG_DIR": str(tmp_path)}
    command = subprocess.Popen(
        [sys.executable, "-m", "phantom_lab", "lab", "--no-browser", "--folder", str(ROOT), "--port", str(port)],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + LONG
        while not _answers(port):
            assert command.poll() is None
            assert time.monotonic() < end
            time.sleep(0.1)
        (server,) = psutil.Process(command.pid).children()
        command.send_signal(signal.SIGTERM)
        assert command.wait(LONG) == 0
        assert not server.is_running()
        assert not _answers(port)
    finally:
        command.kill()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
