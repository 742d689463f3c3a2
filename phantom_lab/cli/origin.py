"""``phantom-lab origin``: where values of a recorded run came from, or went to."""

from __future__ import annotations

import argparse
from typing import Any

from phantom_lab.answers import Question, origin, uses
from phantom_lab.bounded import MOST, bounded
from phantom_lab.cli.journals import read
from phantom_lab.history import Journal
from phantom_lab.history.reading import held_by


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "origin", help="where a value of a recorded run came from, or went to",
        description="Follow the values that an action, block, change or output was made of back to where they came "
                    "from; with --forward, the values of an artifact or result to where they ended up. Nothing is "
                    "executed.",
        epilog="Examples: phantom-lab origin run.jsonl block_ip_1 ip; "
               "phantom-lab origin run.jsonl 'artifact 3' cef.sourceAddress --forward")
    parser.add_argument("journal", metavar="JOURNAL", help="a file that a run wrote")
    parser.add_argument("what", metavar="ACTION_OR_BLOCK", help="as WHAT of `why`; with --forward where the value is "
                        "from, such as 'artifact 3' or the name of an action")
    parser.add_argument("parameter", metavar="PARAMETER", nargs="?", help="one parameter; with --forward the path of "
                        "the value, such as cef.sourceAddress")
    parser.add_argument("--forward", metavar="PARAMETER", nargs="?", const="", help="where the value went")
    parser.add_argument("--json", action="store_true", help=f"print one JSON object of at most {MOST:,} bytes")
    parser.add_argument("--all", action="store_true", help="leave nothing out")
    parser.set_defaults(function=run)


def run(chosen: argparse.Namespace) -> int:
    """Read, answer and print."""
    journal = read(chosen.journal)
    with held_by(chosen.journal):
        told = answered(journal, chosen.what, chosen.parameter or chosen.forward or None,
                        forward=chosen.forward is not None, json=chosen.json, every=chosen.all)
    print(told)
    return 0


def answered(journal: Journal, what: str, parameter: str | None = None, *, forward: bool = False, json: bool = False,
             every: bool = False) -> str:
    """What the command prints.

    Args:
        every: whether it is as long as it takes.
    """
    found = (uses if forward else origin)(journal, what, parameter)
    if json:
        return bounded(found.to_json(), None if every else MOST)
    return found.text(Question.command, whole=every)
