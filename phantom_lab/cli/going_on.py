"""What ``resume``, ``rerun`` and ``fork`` have in common: a journal is opened, shown, executed again and reported."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import suppress
from typing import Any

from phantom_lab.bounded import MOST, bounded
from phantom_lab.cli.arguments import apps_of, note
from phantom_lab.control import Breakpoints, Stepper
from phantom_lab.errors import InputError, RunEndless, shown
from phantom_lab.isolation.deadline import deadline
from phantom_lab.isolation.zone import take
from phantom_lab.lab import Lab
from phantom_lab.lab.again import zone_of
from phantom_lab.lab.opened import RecordedRun
from phantom_lab.terminal import brief
from phantom_lab.views import Summary
from phantom_lab.views.report import as_dict, as_text, exit_code, printing_aside


def add_answers(parser: argparse.ArgumentParser) -> None:
    """The journal, and who answers from there on."""
    parser.add_argument("journal", metavar="JOURNAL", help="a file that a run wrote")
    parser.add_argument("--results", metavar="FILE", help="JSON list of what actions come back with from there on")
    parser.add_argument("--scenario", metavar="FILE[#VARIANT]",
                        help="YAML or JSON: what everything outside answers from there on")
    parser.add_argument("--apps", metavar="PATH", help="manifests of SOAR apps, as for `phantom-lab run`")
    parser.add_argument("--generate", action="store_true", help="make up the results that nothing else gives")
    parser.add_argument("--path", metavar="DIR", action="append", default=[], help="folder to look in for playbooks")
    parser.add_argument("--yes", action="store_true", help="do not ask before the code is executed")
    parser.add_argument("--source", action="store_true", help="show the code, and execute nothing")
    parser.add_argument("--json", action="store_true",
                        help="print one JSON object with the keys of `run --json`, of at most 4 kB")
    parser.add_argument("--all", action="store_true", help="of any length")


def add_branch(parser: argparse.ArgumentParser) -> None:
    """Where the run branches off, with which code, and into which file."""
    parser.add_argument("at", metavar="INVOCATION", type=int, nargs="?",
                        help="number of the invocation to come to (`show` lists them)")
    parser.add_argument("--playbook", metavar="FILE", help="the code as it is now, instead of the recorded one")
    parser.add_argument("--journal", metavar="FILE", dest="to",
                        help="write the branch's journal there (default: a new file among your own journals)")


def opened(chosen: argparse.Namespace) -> RecordedRun | None:
    """Open the journal, and show the code that is about to be executed; None: that was all."""
    recorded = Lab(scenario=chosen.scenario, results=chosen.results, apps=apps_of(chosen.apps),
                   generate=chosen.generate, paths=chosen.path).open(chosen.journal)
    for line in recorded.listing():
        print(shown(line), file=sys.stdout if chosen.source else sys.stderr)
    if chosen.source:
        return None
    _ask(chosen)
    take(zone_of(recorded.journal))
    return recorded


def tell(summary: Summary, chosen: argparse.Namespace) -> None:
    """How it went, as text or JSON."""
    print(bounded(as_dict(summary), None if chosen.all else MOST) if chosen.json else
          brief(as_text(summary).split("\n"), whole=chosen.all))


def finish(stepper: Stepper, chosen: argparse.Namespace) -> int:
    """Let a branch go on to its end, or to an outcome that nobody knows, and report it."""
    stepper.breakpoints, seconds = Breakpoints(), stepper.run.tree.options.max_seconds
    with suppress(KeyboardInterrupt, RunEndless), printing_aside(), deadline(seconds, patience=1.5, told=""):
        if stepper.position.state == "resting" and stepper.resume().state == "running":  # an interrupt gave up waiting
            stepper.stop()
    if (file := stepper.journal.path) is not None:
        note(f"branched off into {file}")
    summary, needs = stepper.run.summary(), stepper.needed is not None
    if needs:
        note(stepper.position.why)
    if waits := summary.status == "running":  # for ever, and neither a signal nor a thread can end that
        note(f"a call within the run has not returned for {seconds:g} seconds (option max_seconds): it is left there")
    tell(summary, chosen)
    return max(exit_code(summary), 4 if needs or waits else 0)


def pairs(given: list[str], option: str) -> dict[str, Any]:
    """``NAME=JSON``; text that is no JSON stands for itself.

    Raises:
        InputError: something else.
    """
    found: dict[str, Any] = {}
    for one in given:
        name, equals, text = one.partition("=")
        if not equals or not name:
            raise InputError(f"{option} takes NAME=JSON, not {one[:60]!r}")
        try:
            found[name] = json.loads(text)
        except (ValueError, RecursionError):
            found[name] = text
    return found


def _ask(chosen: argparse.Namespace) -> None:
    """Whoever sits at a terminal may say no."""
    if not chosen.yes and sys.stdin is not None and sys.stdin.isatty():
        print("Execute this code? [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise InputError("nothing was executed", hint="--yes does not ask.")
