"""``phantom-lab resume``: go on with a run that was cut off."""

from __future__ import annotations

import argparse
from contextlib import suppress
from typing import Any

from phantom_lab.cli.arguments import note
from phantom_lab.cli.executing import execute, limited
from phantom_lab.cli.going_on import add_answers, opened, tell
from phantom_lab.cli.isolated import add_isolated
from phantom_lab.history.reading import held_by
from phantom_lab.history.start import spec_of
from phantom_lab.model import Options
from phantom_lab.views.report import exit_code


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "resume", help="go on with a run that was cut off, from its journal",
        description="Go on where a journal ends: the recorded code is shown, executed again up to there with the "
                    "recorded answers, and goes on, in the same file. A run that was stopped, or needed an outcome, "
                    "goes on from before that as another branch, in a file of its own.",
        epilog="Exit codes: as of `phantom-lab run`; 2 as well where the run has ended, or the answer was no.")
    add_answers(parser)
    add_isolated(parser, "resume")
    parser.set_defaults(function=resume)


def resume(chosen: argparse.Namespace) -> int:
    """Show the source, execute, and report as `run` does."""
    with held_by(chosen.journal):
        if (recorded := opened(chosen)) is None:
            return 0
        with limited(Options(**recorded.journal.get(spec_of(recorded.journal).options))):
            run = recorded.prepare()
    with suppress(KeyboardInterrupt):  # an interrupted run ended as `stopped`, and says so below
        execute(run)
    branch = spec_of(run.journal).forked_from != spec_of(recorded.journal).forked_from
    if branch and run.journal.path is not None:
        note(f"branched off into {run.journal.path}")
    summary = run.summary()
    tell(summary, chosen)
    return exit_code(summary)
