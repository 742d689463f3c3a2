"""``phantom-lab run``: one playbook, from the command line."""

from __future__ import annotations

import argparse
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from phantom_lab.cli.arguments import PLAYBOOK
from phantom_lab.cli.executing import execute
from phantom_lab.cli.expected import Judged, ended, judged
from phantom_lab.cli.isolated import add_isolated
from phantom_lab.cli.situations import add_situation, labs_of, prepared, tell_of_several
from phantom_lab.errors import InputError, shown
from phantom_lab.source.playbook import Playbook
from phantom_lab.views.report import as_dict, as_text, strict

if TYPE_CHECKING:
    from phantom_lab.lab import Lab

_NO_PLAYBOOK, _NAMED = "there is no playbook to run", "Give PLAYBOOK, or a scenario that names its `playbook`."


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "run", help="run a playbook to its end",
        description="Run a playbook to its end, offline; with several scenarios once in each, which prints a table. "
                    "What is given besides a scenario wins over what it says.",
        epilog="Exit codes: 0 success; 1 an action failed, or a child playbook was not started that a callback waits "
               "for; 2 bad usage or unreadable input; 4 a block, a custom function or a child playbook raised, an "
               "outcome is missing, something is not emulated yet, or the run does not end or was stopped. Where a "
               "scenario says what it expects, 0 is that just this happened. Of several runs the worst counts.")
    parser.add_argument("playbook", metavar="PLAYBOOK", nargs="?",
                        help=f"{PLAYBOOK} (default: the one that the scenario names)")
    add_situation(parser)
    parser.add_argument("--journal", metavar="FILE", help="write the run's journal (JSON Lines)")
    add_isolated(parser, "run")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(function=run)


def run(chosen: argparse.Namespace) -> int:
    """Run, print, and say by the exit code how it went. Whatever is given is looked at before anything runs."""
    if not chosen.playbook and not chosen.scenario:
        raise InputError(_NO_PLAYBOOK, hint=_NAMED)
    labs = list(labs_of(chosen))
    tell_of_several(chosen, labs[0])
    playbook = Playbook.load(_named(chosen, labs), paths=chosen.path)
    if len(labs) > 1 and chosen.journal:
        raise InputError(f"--journal is for one run, and there are {len(labs)} scenarios",
                         hint="Choose one: --scenario FILE#VARIANT.")
    runs = [prepared(chosen, lab, playbook, journal=chosen.journal, watched=len(labs) > 1) for lab in labs]
    if len(runs) > 1:
        from phantom_lab.cli.scenarios import run_all  # only now: it reads the playbook

        return run_all([lab.scenario for lab in labs if lab.scenario], runs, json=chosen.json)
    with suppress(KeyboardInterrupt):  # an interrupted run ended as `stopped`, and says so below
        execute(runs[0])
    summary, found = runs[0].summary(), judged(runs[0], labs[0].scenario)
    print(strict({**as_dict(summary), **found.to_json()}) if chosen.json else
          _as_expected(as_text(summary), summary.status, found))
    return found.code


def _as_expected(text: str, status: str, found: Judged) -> str:
    """The text of a summary, whose last line begins with the status and says as well what was expected."""
    head, _, last = text.rpartition("\n")
    sections = (("not as expected", [*found.lines()]),
                ("expected of what is not there", [one["message"] for one in found.idle]))
    told = "".join(f"{line}\n" for title, lines in sections if lines
                   for line in (title, *(f"      {shown(one)}" for one in lines), ""))
    return f"{head}\n{told}{ended(status, found.status, len(found.unmet))}{last.removeprefix(status)}"


def _named(chosen: argparse.Namespace, labs: list[Lab]) -> str:
    """The playbook that is to run: the one given, or else the one that the scenarios name.

    Raises:
        InputError: they name none, or several.
    """
    if chosen.playbook:
        return str(chosen.playbook)
    named = {str(one.scenario.playbook): None for one in labs if one.scenario and one.scenario.playbook}
    if len(named) != 1:
        raise InputError(f"the scenarios name {len(named)} playbooks" if named else _NO_PLAYBOOK,
                         hint="phantom-lab test runs each in its own." if named else _NAMED)
    return next(iter(named))
