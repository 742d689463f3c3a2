"""``phantom-lab fork``: branch off a recorded run, with something changed."""

from __future__ import annotations

import argparse
from typing import Any

from phantom_lab.cli.going_on import add_answers, add_branch, finish, opened, pairs
from phantom_lab.cli.isolated import add_isolated
from phantom_lab.history.reading import held_by
from phantom_lab.lab.travel import fork


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "fork", help="branch off a recorded run: another argument, answer, order, or changed code",
        description="Execute a run again up to an invocation with the recorded answers, change something there, and go "
                    "on from it. The recorded run stays as it is; `phantom-lab diff` compares the two.",
        epilog="Exit codes: as of `phantom-lab run`; 2 as well where nothing of that kind can be changed there, or the "
               "answer was no.")
    add_answers(parser)
    add_branch(parser)
    for name, told in (("argument", "of the block"), ("run-data", "of the run data, by key"),
                       ("container", "field of the container"),
                       ("answer", 'what an action or prompt comes back with: its data, or {"status": "failed", …}')):
        parser.add_argument(f"--{name}", metavar="NAME=JSON", action="append", default=[], help=told)
    parser.add_argument("--order", metavar="NAME,NAME", default="",
                        help="names of what is pending, in the order in which it is to complete")
    add_isolated(parser, "fork")
    parser.set_defaults(function=run)


def run(chosen: argparse.Namespace) -> int:
    """Show the source, execute, and report as `run` does."""
    with held_by(chosen.journal):
        if (recorded := opened(chosen)) is None:
            return 0
        stepper = fork(recorded, chosen.at, playbook=chosen.playbook, journal=chosen.to,
                       arguments=pairs(chosen.argument, "--argument"), run_data=pairs(chosen.run_data, "--run-data"),
                       container=pairs(chosen.container, "--container"), answers=pairs(chosen.answer, "--answer"),
                       order=[one.strip() for one in chosen.order.split(",") if one.strip()])
    return finish(stepper, chosen)
