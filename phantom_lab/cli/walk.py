"""``phantom-lab walk``: what a datapath gives at a moment of a recorded run, and where it loses its values."""

from __future__ import annotations

import argparse
from typing import Any

from phantom_lab.answers.walk import walk
from phantom_lab.bounded import MOST, bounded
from phantom_lab.cli.journals import read
from phantom_lab.history.reading import held_by


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "walk", help="what a datapath gives in a recorded run, step by step",
        description="Read a datapath as collect2 would at a moment of a recorded run, and print its rows, how many "
                    "values there are after every step, and why it gives nothing. Nothing is executed.",
        epilog="Exit codes: 0 it gives something; 1 it gives nothing; 2 bad usage, or the journal cannot be read.")
    parser.add_argument("journal", metavar="JOURNAL", help="a file that a run wrote")
    parser.add_argument("datapath", metavar="DATAPATH", help="such as artifact:*.cef.sourceAddress")
    parser.add_argument("--at", type=int, metavar="N", help="as it was at the start of invocation N; else at the end")
    parser.add_argument("--json", action="store_true", help=f"print one JSON object of at most {MOST:,} bytes")
    parser.add_argument("--all", action="store_true", help="leave nothing out of the JSON object")
    parser.set_defaults(function=tell)


def tell(chosen: argparse.Namespace) -> int:
    """Read, walk and print."""
    journal = read(chosen.journal)
    with held_by(chosen.journal):
        found = walk(journal, chosen.datapath, at=chosen.at)
        print(bounded(found.to_json(), None if chosen.all else MOST) if chosen.json else found)
    return 1 if found.problem else 0
