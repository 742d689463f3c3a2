"""``phantom-lab share``: a copy of a journal for somebody else, without what is private."""

from __future__ import annotations

import argparse
from typing import Any

from phantom_lab.bounded import MOST, bounded
from phantom_lab.cli.isolated import add_isolated
from phantom_lab.cli.journals import read
from phantom_lab.errors import InputError
from phantom_lab.history.reading import held_by
from phantom_lab.lab.sharing.sharing import check_place, share

LEFT, DIVERGED = 1, 3


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "share", help="write a copy of a journal for somebody else, without what is private in it",
        description="Write a copy of a journal in which something else stands for credentials, tokens, mail addresses, "
                    "user names and paths of the machine: the same wherever the same stood, of the same kind and "
                    "shape. The run is executed with these values, so that the copy can be executed again. What was "
                    "replaced is counted, and never printed.",
        epilog="Exit codes: 0 written; 1 something private was left, and nothing is written; 2 bad usage, or a file "
               "cannot be read or written; 3 with the other values the run does something else, or the copy is another "
               "run when it is executed again.")
    parser.add_argument("journal", metavar="JOURNAL", help="a file that a run wrote, also one that was cut short")
    parser.add_argument("--out", metavar="FILE", required=True, help="the copy")
    parser.add_argument("--keep", metavar="KIND", action="append", default=[],
                        help="leave as they are: credentials, tokens, mail, users or paths")
    parser.add_argument("--also", metavar="PATTERN", action="append", default=[],
                        help="replace as well: ips, hashes, hosts, or what a regular expression matches")
    parser.add_argument("--as-is", action="store_true", help="replace nothing")
    parser.add_argument("--anyway", action="store_true",
                        help="write it also where the run does something else with the other values")
    add_isolated(parser, "share")
    parser.add_argument("--json", action="store_true", help="print one JSON object, of at most 4 kB")
    parser.add_argument("--all", action="store_true", help="of any length")
    parser.set_defaults(function=write)


def write(chosen: argparse.Namespace) -> int:
    """Read, replace, execute, write, and print."""
    if chosen.as_is and (chosen.keep or chosen.also):
        raise InputError("--as-is replaces nothing: --keep and --also have no place beside it")
    journal = read(chosen.journal)
    check_place(chosen.out, chosen.journal)
    with held_by(chosen.journal):
        found = share(journal, chosen.out, keep=chosen.keep, also=chosen.also, as_is=chosen.as_is, anyway=chosen.anyway)
    print(bounded(found.to_json(), None if chosen.all else MOST) if chosen.json else found)
    if found.left:
        return LEFT
    return DIVERGED if found.divergence is not None or found.identical is False else 0
