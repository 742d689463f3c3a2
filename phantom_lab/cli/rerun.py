"""``phantom-lab rerun``: execute a run again up to an invocation, and on from there."""

from __future__ import annotations

import argparse
from typing import Any

from phantom_lab.cli.going_on import add_answers, add_branch, finish, opened
from phantom_lab.cli.isolated import add_isolated
from phantom_lab.history.reading import held_by
from phantom_lab.lab.travel import rerun


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "rerun", help="execute a recorded run again up to an invocation, and on from there",
        description="Execute a run again up to an invocation with the recorded answers, as its code is recorded or as "
                    "--playbook says, comparing as it goes; from there on everything is asked anew.",
        epilog="Exit codes: as of `phantom-lab run`; 2 as well where the code does something else before that place "
               "(`phantom-lab fork` branches off there), or the answer was no.")
    add_answers(parser)
    add_branch(parser)
    add_isolated(parser, "rerun")
    parser.set_defaults(function=run)


def run(chosen: argparse.Namespace) -> int:
    """Show the source, execute, and report as `run` does."""
    with held_by(chosen.journal):
        if (recorded := opened(chosen)) is None:
            return 0
        stepper = rerun(recorded, chosen.at, playbook=chosen.playbook, journal=chosen.to)
    return finish(stepper, chosen)
