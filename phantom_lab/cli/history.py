"""``phantom-lab history``: runs, and what branched off from them."""

from __future__ import annotations

import argparse
from typing import Any

from phantom_lab.bounded import MOST, bounded
from phantom_lab.history import default_folder
from phantom_lab.terminal import brief
from phantom_lab.views.history_tree import history_tree


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "history", help="print the runs of a folder of journals, and what branched off from them",
        description="Print runs as a tree: what branched off from a run stands below it, with the place where it did. "
                    "Nothing is executed.",
        epilog=f"The folder of your own is {default_folder() or 'none (switched off)'}. Exit codes: 0 done; 2 there is "
               "no such folder.")
    parser.add_argument("folder", metavar="FOLDER", nargs="?", help="default: that of your own journals")
    parser.add_argument("--json", action="store_true", help="print one JSON object, of at most 4 kB")
    parser.add_argument("--all", action="store_true", help="of any length")
    parser.set_defaults(function=run)


def run(chosen: argparse.Namespace) -> int:
    """Read and print."""
    found = history_tree(chosen.folder)
    if chosen.json:
        print(bounded({"runs": [one.to_json() for one in found]}, None if chosen.all else MOST))
    else:
        print(brief(map(str, found), whole=chosen.all) or "no run is here")
    return 0
