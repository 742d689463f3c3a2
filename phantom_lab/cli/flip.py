"""``phantom-lab flip``: the smallest change with which a block runs, or does not."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phantom_lab.bounded import MOST, bounded
from phantom_lab.cli.arguments import positive
from phantom_lab.cli.isolated import add_isolated
from phantom_lab.cli.journals import read
from phantom_lab.errors import InputError
from phantom_lab.history.reading import held_by
from phantom_lab.terminal import brief

if TYPE_CHECKING:
    from phantom_lab.trials.found_flip import Flip

NONE = 1


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "flip", help="find the smallest change with which a block runs that did not, or the other way round",
        description="Find the least edit of what a recorded run found and was answered (container, artifacts, inputs, "
                    "lists, results, replies) with which a block runs that did not, or does not run that did. It is "
                    "found by executing, and proven by it: no part of it is enough. Recorded answers are given again; "
                    "what only the changed run asks for is made up, and told. Nothing but the journal is read.",
        epilog="Exit codes: 0 found; 1 there is none within so many changes, or runs; 2 bad usage, the journal cannot "
               "be read, or there is no such block.")
    parser.add_argument("journal", metavar="JOURNAL", help="a file that a run wrote")
    parser.add_argument("block", metavar="BLOCK",
                        help="a block of its playbook, or the name of an action, prompt, child playbook or custom "
                             "function run")
    parser.add_argument("--changes", metavar="N", type=positive, default=3,
                        help="how many edits there may be (default: 3); the same in several artifacts counts once")
    parser.add_argument("--runs", metavar="N", type=positive, default=300,
                        help="how often to run it at most (default: 300)")
    parser.add_argument("--out", metavar="FILE", type=Path,
                        help="write the scenario that proves it (YAML), for `phantom-lab run PLAYBOOK --scenario FILE`")
    add_isolated(parser, "flip")
    parser.add_argument("--json", action="store_true", help="print one JSON object, of at most 4 kB")
    parser.add_argument("--all", action="store_true", help="of any length")
    parser.set_defaults(function=run)


def run(chosen: argparse.Namespace) -> int:
    """Search, print, and write the scenario."""
    journal = read(chosen.journal)
    from phantom_lab.isolation.zone import within
    from phantom_lab.lab.again import zone_of
    from phantom_lab.trials.flip import flip  # only now: a journal that cannot be read needs nothing

    with held_by(chosen.journal), within(zone_of(journal)):
        found = flip(journal, chosen.block, changes=chosen.changes, runs=chosen.runs)
    if chosen.out and found.found:
        _write(chosen.out, found)
    told = {**found.to_json(), "command": ["phantom-lab", "run", found.file, "--scenario", str(chosen.out)]
            if chosen.out and found.found else None}
    print(bounded(told, None if chosen.all else MOST) if chosen.json else
          brief(_lines(found, told["command"], chosen.all), whole=chosen.all))
    return 0 if found.found else NONE


def _lines(found: Flip, command: list[str] | None, whole: bool) -> Iterator[str]:
    yield from found.lines(None) if whole else found.lines()
    if command:
        yield f"to try it: {shlex.join(command)}"


def _write(path: Path, found: Flip) -> None:
    from phantom_lab.scenarios.yaml_text import as_yaml

    try:
        path.write_text(as_yaml(found.scenario), encoding="utf-8")
    except OSError as exc:
        raise InputError(f"the scenario cannot be written: {exc.strerror}", where=str(path)) from None
