"""``phantom-lab inside``: what one invocation of a recorded run did, line by line."""

from __future__ import annotations

import argparse
from typing import Any

from phantom_lab.bounded import MOST, bounded
from phantom_lab.cli.isolated import add_isolated
from phantom_lab.cli.journals import read
from phantom_lab.history.reading import held_by
from phantom_lab.lab.inside import inside
from phantom_lab.terminal import brief

DIVERGED = 3
_ALL = 1_000_000


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "inside", help="print what one invocation of a recorded run did, line by line",
        description="Execute a recorded run again up to the end of one invocation, and print the lines of the block "
                    "and of the helpers that it calls, as they were executed, with the values on them.",
        epilog="Exit codes: 0 it went as recorded; 2 bad usage, or the journal cannot be read or executed again; 3 the "
               "run diverged: it went on otherwise than recorded.")
    parser.add_argument("journal", metavar="JOURNAL", help="a file that a run wrote, also one that was cut short")
    parser.add_argument("invocation", metavar="INVOCATION_OR_BLOCK",
                        help="number of the invocation, or the name of a block that was invoked once")
    add_isolated(parser, "inside")
    parser.add_argument("--json", action="store_true", help="print one JSON object, of about 4 kB at most")
    parser.add_argument("--all", action="store_true", help="print all lines of which anything is kept, however many")
    parser.set_defaults(function=tell)


def tell(chosen: argparse.Namespace) -> int:
    """Read, execute, and print."""
    given = chosen.invocation
    meant = int(given) if given.isascii() and given.isdigit() and len(given) < 12 else given
    journal = read(chosen.journal)
    with held_by(chosen.journal):
        found = inside(journal, meant, lines=_ALL) if chosen.all else inside(journal, meant)
    print(bounded(found.to_json(), None if chosen.all else MOST) if chosen.json else
          brief(found.text(), whole=chosen.all))
    return 0 if found.divergence is None else DIVERGED
