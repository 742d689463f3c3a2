"""To open somebody's folder, and a notebook in it, executes nothing of it."""

from __future__ import annotations

import json
import time
import urllib.request
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.notebook.jupyterlab import Server, jupyterlab
from tests.patience import LONG
from tests.shadowing import shadow

pytestmark = [pytest.mark.browser, pytest.mark.skipif(find_spec("jupyterlab") is None, reason="install the lab extra")]


def asked(server: Server, path: str, body: dict[str, Any] | None = None) -> Any:
    """What the server answers."""
    request = urllib.request.Request(f"{server.url}/{path}", headers={"Authorization": f"token {server.token}"},
                                     data=json.dumps(body).encode() if body else None)
    with urllib.request.urlopen(request, timeout=LONG) as answer:
        return json.load(answer)


def test_opening_a_notebook_executes_nothing_of_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Neither the server nor a kernel, which answers, completes and imports. Nor does JupyterLab ask for a newer one of
    itself, or for news."""
    from jupyter_client import BlockingKernelClient

    theirs, scratch = tmp_path / "theirs", tmp_path / "scratch"
    scratch.mkdir()
    witnesses = [shadow(one, but={"phantom_lab"}) for one in (theirs, theirs / "notebooks")]
    (theirs / "notebooks" / "01_tour.ipynb").write_bytes((ROOT / "notebooks" / "01_tour.ipynb").read_bytes())
    monkeypatch.chdir(theirs)
    with jupyterlab(theirs, scratch) as server:
        session = asked(server, "api/sessions", {"path": "notebooks/01_tour.ipynb", "name": "", "type": "notebook",
                                             "kernel": {"name": "python3"}})
        connection = scratch / "jupyter_runtime_dir" / f"kernel-{session['kernel']['id']}.json"
        until = time.monotonic() + LONG
        while not connection.exists() and time.monotonic() < until:
            time.sleep(0.05)
        client = BlockingKernelClient(connection_file=str(connection))
        client.load_connection_file()
        client.hb_channel.time_to_dead = LONG  # a kernel that starts slowly is not dead
        client.start_channels()
        client.wait_for_ready(timeout=LONG)
        assert client.complete("import js", reply=True, timeout=LONG)["content"]["status"] == "ok"
        told: list[str] = []
        client.execute_interactive("import os, tarfile, phantom_lab; print(os.getcwd())", timeout=LONG,
                                   output_hook=lambda message: told.append(message["content"].get("text", "")))
        client.stop_channels()
        assert [one for one in told if one] == [f"{theirs / 'notebooks'}\n"]
        news = asked(server, "lab/api/settings/@jupyterlab/apputils-extension:notification")["schema"]["properties"]
        assert {name: news[name]["default"] for name in ("checkForUpdates", "fetchNews")} == {
            "checkForUpdates": False, "fetchNews": "false"}
    assert [one.read_text() for one in witnesses if one.exists()] == []
