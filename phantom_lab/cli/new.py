"""``phantom-lab new``: a new repository of playbooks."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from phantom_lab.errors import shown


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "new", help="lay out a repository of playbooks",
        description="Lay out a repository of playbooks in a new folder: a playbook, its scenarios, a test, the gate of "
                    "its pull requests, hooks of pre-commit, and the stubs.")
    parser.add_argument("folder", metavar="NAME", type=Path, help="the folder, which is empty or not there")
    parser.set_defaults(function=run)


def run(chosen: argparse.Namespace) -> int:
    """Write it, and say what comes next."""
    from phantom_lab.repository.layout import lay_out  # only now: it reads the whole surface

    written = lay_out(chosen.folder)
    playbook, scenario = (one.relative_to(chosen.folder) for one in written[:2])
    print(f"{len(written)} files are in {shown(str(chosen.folder))}. There:\n\n"
          f"    phantom-lab run {shown(str(playbook))} --scenario {shown(str(scenario))}\n"
          "    phantom-lab check playbooks --fail-on warning\n    phantom-lab test scenarios\n    pytest")
    return 0
