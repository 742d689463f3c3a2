"""``phantom-lab watch``: where a value of a run changed."""

from __future__ import annotations

import argparse
from typing import Any

from phantom_lab.bounded import MOST, bounded
from phantom_lab.cli.arguments import note
from phantom_lab.cli.journals import read
from phantom_lab.errors import LabError
from phantom_lab.history import Journal, Kept
from phantom_lab.history.reading import held_by
from phantom_lab.misspelt import closest
from phantom_lab.terminal import brief
from phantom_lab.views.watching import RUN_DATA, watch


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "watch", help="print where a value of a run changed, and who wrote it",
        description="Print every place of a journal at which a value changed, and who wrote it. Nothing is executed.",
        epilog="Exit codes: 0 done; 2 the journal cannot be read, or the value cannot be watched.")
    parser.add_argument("journal", metavar="JOURNAL", help="a file that a run wrote, also one that was cut short")
    parser.add_argument("expression", metavar="EXPRESSION",
                        help="a datapath (container:severity, artifact:*.cef.sourceAddress, "
                             "NAME:action_result.data.*.country, custom_list:NAME), run_data:KEY, or a Python "
                             "expression over container, artifacts, run_data, lists and outputs")
    parser.add_argument("--json", action="store_true", help="print one JSON object, of at most 4 kB")
    parser.add_argument("--all", action="store_true", help="of any length")
    parser.set_defaults(function=run)


def run(chosen: argparse.Namespace) -> int:
    """Read, fold and print."""
    journal = read(chosen.journal)
    with held_by(chosen.journal):
        changes = watch(journal, chosen.expression)
        if changes and not any(_holds(one.after) for one in changes):
            note(f"{chosen.expression} has no value anywhere in this run{_why(journal, chosen.expression)}")
    if chosen.json:
        print(bounded({"expression": chosen.expression, "changes": [one.to_json() for one in changes]},
                      None if chosen.all else MOST))
    else:
        print(brief(map(str, changes), whole=chosen.all) or "the run had not started")
    return 0


def _holds(value: Any) -> bool:
    return value is not None and (not isinstance(value, list) or any(map(_holds, value)))


def _why(journal: Journal, expression: str) -> str:
    """What tells why, as the end of a sentence; empty where nothing does."""
    from phantom_lab.answers.walk import walk  # only now: most values are there

    if expression.startswith(RUN_DATA):
        return closest(expression.removeprefix(RUN_DATA), {one.name for one in journal.index.of_kind(Kept)})
    try:
        problem = walk(journal, expression).problem
    except LabError:  # a Python expression
        return ""
    return f": {problem}" if problem else ""
