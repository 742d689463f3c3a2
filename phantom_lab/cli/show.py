"""``phantom-lab show``: a journal, for people."""

from __future__ import annotations

import argparse
from typing import Any

from phantom_lab.cli.journals import read
from phantom_lab.history import default_folder
from phantom_lab.history.reading import held_by
from phantom_lab.views import summarize
from phantom_lab.views.report import as_json, as_text


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "show", help="print a journal for people",
        description="Print what a run did, from its journal. Nothing of it is executed.",
        epilog=f"Stepped runs write theirs to {default_folder() or 'no file (switched off)'}.")
    parser.add_argument("journal", metavar="JOURNAL", help="a file that a run wrote, also one that was cut short")
    parser.add_argument("--json", action="store_true", help="print one JSON object, as `run --json` does")
    parser.set_defaults(function=show)


def show(chosen: argparse.Namespace) -> int:
    """Read, fold and print; a run without an end says so."""
    journal = read(chosen.journal)
    with held_by(chosen.journal):
        summary = summarize(journal)
        told = as_json(summary) if chosen.json else as_text(summary)
    print(told)
    return 0
