"""``phantom-lab export``: a playbook or custom function as the platform imports it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from phantom_lab.bounded import MOST, bounded
from phantom_lab.cli.arguments import PLAYBOOK
from phantom_lab.errors import InputError, shown
from phantom_lab.exchange.handover import Handover, prepared
from phantom_lab.exchange.writing import write

LOST = 5
"""Something would be lost, and nothing is written."""
_SHOWN = 20


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "export", help="make of a playbook or custom function what the platform imports",
        description="Write a playbook or a custom function as the platform imports it: a .tgz archive, or its source "
                    "and export into a folder. What was not changed goes out byte for byte; code between the editor's "
                    "marks goes back into the export, where the editor keeps it. What that would erase or write "
                    "anew at its next save is told, with where to put it instead. Without -o nothing is written.",
        epilog="Exit codes: 0 written, or nothing would be lost; 2 bad usage, or something cannot be read or written; "
               "5 something would be lost, and nothing is written.")
    parser.add_argument("playbook", metavar="PLAYBOOK", nargs="+",
                        help=f"one: {PLAYBOOK}; beside a source stands its export, NAME.json")
    parser.add_argument("-o", "--out", metavar="FILE.tgz|DIR", help="an archive, or a folder for NAME.py and NAME.json")
    parser.add_argument("--original", metavar="FILE",
                        help="what the platform exported (.tgz, or a .py with its export): the archive keeps what is "
                             "not changed, and every line outside the marks is held against it")
    parser.add_argument("--anyway", action="store_true",
                        help="write it also where something would be lost, and over another file")
    parser.add_argument("--path", metavar="DIR", action="append", default=[], help="folder to look in for playbooks")
    parser.add_argument("--json", action="store_true", help="print one JSON object, of at most 4 kB")
    parser.add_argument("--all", action="store_true", help="leave nothing out")
    parser.set_defaults(function=run)


def run(chosen: argparse.Namespace) -> int:
    """Read, write, print, and say by the exit code whether something would be lost."""
    playbook, *more = chosen.playbook
    if more:
        raise InputError("an archive of the platform holds one playbook or custom function", where=", ".join(more),
                         hint="Export each by itself, what it starts as well.")
    made = prepared(playbook, original=chosen.original, paths=chosen.path)
    refused = made.lost and not chosen.anyway
    if chosen.out is not None and not refused:
        write(made, chosen.out, over=chosen.anyway)
    if chosen.json:
        print(bounded(made.to_json(), None if chosen.all else MOST))
    else:
        print("\n".join(map(shown, _lines(made, None if chosen.all else _SHOWN, refused))))
    return LOST if refused else 0


def _lines(made: Handover, most: int | None, refused: bool) -> Iterator[str]:
    for one in made.losses[:most]:
        yield f"{made.source.name}:{one.line}: {one.kind}: {one.what}. {one.instead}"
    if most is not None and len(made.losses) > most:
        yield f"… and {len(made.losses) - most} more, which --all shows"
    for change in made.changes[:most]:
        where = f"{made.source.name}:{change.line}: " if change.line else ""
        yield f"{where}{change.member}{f' of {change.block}' if change.block else ''}: changed in the export"
    if most is not None and len(made.changes) > most:
        yield f"… and {len(made.changes) - most} more, which --all shows"
    yield from (f"note: {one}" for one in made.notes)
    yield from (f"written: {one}" for one in made.written)
    number = len(made.losses)
    told = (f"{number} would be lost at the next save in the editor" if made.lost else
            f"{number} would be lost, as it came from the platform" if number else "nothing would be lost")
    done = "" if made.written else f"; nothing is written ({'--anyway' if refused else '-o'} writes it)"
    how = "changed" if not made.unchanged else "its export stays as it is" if made.lost else "as it came"
    yield f"{made.name}: {how}, {told}{done}"
