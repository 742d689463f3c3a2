"""``phantom-lab lab``: JupyterLab on the tour."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from phantom_lab.errors import InputError

TOUR = Path("notebooks") / "01_tour.ipynb"


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("lab", help="open JupyterLab on the tour",
                                 description="Open JupyterLab on the tour; it serves this machine only.")
    parser.add_argument("--folder", metavar="DIR", default=".", help="folder that holds notebooks/ (default: here)")
    parser.add_argument("--port", type=int, help="port to serve on (default: JupyterLab's choice)")
    parser.add_argument("--no-browser", action="store_true", help="print the address, open no browser")
    parser.set_defaults(function=lab)


def lab(chosen: argparse.Namespace) -> int:
    """Start JupyterLab and wait for its end."""
    folder = Path(chosen.folder)
    if not (folder / TOUR).is_file():
        raise InputError(f"there is no {TOUR} here", where=str(folder.resolve()),
                         hint="Start it in a checkout of phantom_lab, or name one with --folder.")
    if find_spec("jupyterlab") is None:
        raise InputError("JupyterLab is not installed", hint="pip install 'phantom-lab[lab]'")
    command = [sys.executable, "-m", "jupyterlab", "--ServerApp.ip=127.0.0.1",
               f"--LabApp.default_url=/lab/tree/{TOUR.as_posix()}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # in a container there is often nobody else
    if chosen.port:
        command.append(f"--ServerApp.port={chosen.port}")
    if chosen.no_browser:
        command.append("--no-browser")
    try:
        return subprocess.call(command, cwd=folder)
    except KeyboardInterrupt:
        return 0
