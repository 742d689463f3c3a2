"""``phantom-lab lab``: JupyterLab on the tour."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from phantom_lab.cli.arguments import port
from phantom_lab.errors import InputError, shown

FOLDER = Path("phantom-lab-tour")
"""Where the tour is copied if no folder is named."""


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "lab", help="open JupyterLab on the tour",
        description="Open JupyterLab on the tour; it serves this machine only. Notebooks and samples are copied to "
                    "where they are missing; what is there stays as it is.")
    parser.add_argument("folder", metavar="DIR", nargs="?", type=Path,
                        help=f"folder for the tour (default: this one if it holds it, or else {FOLDER})")
    parser.add_argument("--copy", action="store_true", help="copy the tour, and start nothing")
    parser.add_argument("--port", type=port, help="port to serve on, 1 to 65535 (default: JupyterLab's choice)")
    parser.add_argument("--no-browser", action="store_true", help="print the address, open no browser")
    parser.set_defaults(function=lab)


def lab(chosen: argparse.Namespace) -> int:
    """Copy the tour if it is not there, start JupyterLab, and wait for its end."""
    from phantom_lab.repository import tour  # only now: no other command needs it

    folder = chosen.folder or (Path() if Path(tour.FIRST).is_file() else FOLDER)
    if not chosen.copy and find_spec("jupyterlab") is None:
        raise InputError("JupyterLab is not installed",
                         hint="pip install 'phantom-lab[lab]'; --copy copies the notebooks without it.")
    if tour.copied(folder):
        print(f"the tour is in {shown(str(folder))}: {tour.FIRST.as_posix()} comes first", flush=True)
    elif chosen.copy:
        print(f"the tour is in {shown(str(folder))} already, and stays as it is")
    if chosen.copy:
        return 0
    command = [sys.executable, "-P", "-m", "jupyterlab", "--ServerApp.ip=127.0.0.1",
               f"--ServerApp.root_dir={folder.resolve()}", f"--LabApp.default_url=/lab/tree/{tour.FIRST.as_posix()}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # in a container there is often nobody else
    if chosen.port:
        command.append(f"--ServerApp.port={chosen.port}")
    if chosen.no_browser:
        command.append("--no-browser")
    return _serve(command, tour.SETTINGS)


def _serve(command: list[str], settings: Path) -> int:
    """Run a server until it ends; an interrupt, or a SIGTERM to this process, ends it in good order.

    Neither it nor a kernel imports from the folders that it shows: to open a notebook executes nothing. By default
    JupyterLab asks PyPI for a newer one of itself; here it does so, and asks for news, only where its user sets that.
    """
    asked = False

    def end(*_: Any) -> None:
        nonlocal asked
        asked = True
        if server is not None:
            server.terminate()

    server: subprocess.Popen[bytes] | None = None
    before = signal.signal(signal.SIGTERM, end)
    try:
        # sets stand in the same order in every kernel
        places = os.pathsep.join(filter(None, (os.environ.get("JUPYTER_CONFIG_PATH"), str(settings))))
        environment = {"PYTHONHASHSEED": "0", **os.environ, "PYTHONSAFEPATH": "1", "JUPYTER_CONFIG_PATH": places}
        server = subprocess.Popen(command, cwd=sys.prefix, env=environment)
        if asked:  # while it was being started
            server.terminate()
        code = server.wait()
    except KeyboardInterrupt:  # the terminal interrupts the server, too, which would only ask whether it is meant
        end()
        code = server.wait() if server else 0
    finally:
        signal.signal(signal.SIGTERM, before)
    return 0 if asked else code
