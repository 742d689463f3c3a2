"""A real JupyterLab and a real Chromium, on loopback only."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import textwrap
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.patience import LONG

CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))),
                None)
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]


def notebook_file(workspace: Path, name: str, *cells: str) -> str:
    """Write a notebook with these code cells, whose common indentation is taken away; returns its path from the
    server's folder."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    (workspace / "notebooks" / name).write_text(json.dumps({
        "nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": [
            {"cell_type": "code", "id": str(number), "execution_count": None, "metadata": {}, "outputs": [],
             "source": textwrap.dedent(cell).strip()} for number, cell in enumerate(cells)]}))
    return f"notebooks/{name}"


@dataclass(frozen=True)
class Server:
    """A running JupyterLab."""

    port: int
    token: str
    command: subprocess.Popen[bytes]
    """``phantom-lab lab``, whose child it is."""

    @property
    def url(self) -> str:
        """Without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def answers(self) -> bool:
        """Whether somebody listens at the port."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def free_port() -> int:
    """A port of loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def jupyterlab(root: Path, scratch: Path) -> Iterator[Server]:
    """Start JupyterLab over a folder by the command that people use, with settings of its own, and end it."""
    port, token = free_port(), secrets.token_hex(16)
    environment = dict(os.environ)
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR",
                 "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR"):
        folder = scratch / name.lower()
        folder.mkdir()
        environment[name] = str(folder)
    (scratch / "jupyter_config_dir" / "jupyter_lab_config.json").write_text(json.dumps({
        "ServerApp": {"port_retries": 0, "terminals_enabled": False, "tornado_settings": {
            "page_config_data": {"buildAvailable": False, "buildCheck": False}}}, "IdentityProvider": {"token": token},
        "LabApp": {"expose_app_in_browser": True}, "JupyterNotebookApp": {"expose_app_in_browser": True}}))
    command = [sys.executable, "-P", "-m", "phantom_lab", "lab", "--no-browser", str(root),
               "--port", str(port)]
    log = (scratch / "server.log").open("w")
    server = Server(port, token, subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT))
    try:
        _wait_for(server, scratch / "server.log")
        yield server
    finally:
        server.command.terminate()
        try:
            server.command.wait(LONG)
        except subprocess.TimeoutExpired:
            server.command.kill()
        log.close()


def _wait_for(server: Server, log: Path) -> None:
    deadline = time.monotonic() + LONG
    while time.monotonic() < deadline:
        if server.command.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{server.url}/api/status?token={server.token}", timeout=LONG):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


class Notebook:
    """The only notebook open in the browser. Cells are run by JupyterLab's own command; clicks are real.

    Args:
        page: with JupyterLab in it, which takes most of the time of a test.
        path: of the notebook, seen from the server's folder.
        shared: whether it may have the kernel of the earlier ones that may: to start one takes two seconds of a
            processor. It has forgotten their names by then.
    """

    def __init__(self, page: Any, path: str, *, shared: bool = False) -> None:
        self.page = page
        page.evaluate("""async ([path, shared]) => {
            const app = window.jupyterapp;
            await app.restored;
            [...app.shell.widgets('main')].forEach((widget) => widget.dispose());
            const kernel = shared ? window.sharedKernel : undefined;
            const forgotten = {code: '%unload_ext phantom_lab\\n%reset -f', silent: true, store_history: false};
            const panel = await app.commands.execute('docmanager:open', {path, factory: 'Notebook', kernel});
            await panel.context.ready;
            await panel.sessionContext.ready;
            await panel.sessionContext.session.kernel.info;
            if (kernel) await panel.sessionContext.session.kernel.requestExecute(forgotten).done;
            if (shared) window.sharedKernel = {id: panel.sessionContext.session.kernel.id};
        }""", [path, shared])

    def run(self, number: int) -> Any:
        """Run a code cell by its number among the code cells; returns the cell's element."""
        self.page.evaluate("""async (number) => {
            const app = window.jupyterapp;
            const notebook = app.shell.currentWidget.content;
            const cells = notebook.widgets.map((cell, index) => [cell, index])
                .filter(([cell]) => cell.model.type === 'code');
            notebook.activeCellIndex = cells[number][1];
            await app.commands.execute('notebook:run-cell');
        }""", number)
        return self.page.locator(".jp-CodeCell").nth(number)
