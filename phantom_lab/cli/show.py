"""``phantom-lab show``: a journal, for people."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import Any

from phantom_lab.bounded import MOST, bounded
from phantom_lab.cli.journals import read
from phantom_lab.errors import shown
from phantom_lab.history import default_folder
from phantom_lab.history.reading import held_by
from phantom_lab.views import summarize
from phantom_lab.views.moment import moment_of
from phantom_lab.views.report import as_json, as_text


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "show", help="print a journal for people",
        description="Print what a run did, from its journal. Nothing of it is executed.",
        epilog=f"Stepped runs write theirs to {default_folder() or 'no file (switched off)'}.")
    parser.add_argument("journal", metavar="JOURNAL", help="a file that a run wrote, also one that was cut short")
    parser.add_argument("--at", metavar="INVOCATION", type=int,
                        help="the run as it was when this invocation started: arguments, run data, container, "
                             "artifacts, lists, and what was pending")
    parser.add_argument("--json", action="store_true",
                        help="print one JSON object, as `run --json` does; with --at of at most 4 kB")
    parser.add_argument("--all", action="store_true", help="with --at: of any length")
    parser.set_defaults(function=show)


def show(chosen: argparse.Namespace) -> int:
    """Read, fold and print; a run without an end says so."""
    journal = read(chosen.journal)
    with held_by(chosen.journal):
        if chosen.at is not None:
            moment = bounded(moment_of(journal, chosen.at).to_json(), None if chosen.all else MOST)
            print(moment if chosen.json else "\n".join(_text(json.loads(moment))))
            return 0
        summary = summarize(journal)
        told = as_json(summary) if chosen.json else as_text(summary)
    print(told)
    return 0


def _text(told: dict[str, Any]) -> Iterator[str]:
    """A moment, one line for each thing."""
    yield shown(f"{told['block']} (invocation {told['invocation']}, position {told['position']}, {told['clock']:g} s)")
    for name in ("arguments", "run_data", "pending", "completed", "filters", "outputs", "container", "lists",
                 "artifacts", "left_out"):
        found = told.get(name)
        if not found:
            continue
        yield name.replace("_", " ")
        pairs = found.items() if isinstance(found, dict) else ((str(place), one) for place, one in enumerate(found))
        for key, value in pairs if isinstance(found, dict | list) else [("", found)]:
            yield shown(f"  {key:10} {json.dumps(value, ensure_ascii=False)}")
