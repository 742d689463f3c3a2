"""Commands, and what their exit codes mean."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from phantom_lab.cli.hashing import fix_hash_seed
from phantom_lab.errors import LabError

if TYPE_CHECKING:
    import argparse

BAD_USAGE = 2
"""Bad usage, or input that cannot be read; argparse exits with it, too."""


INTERRUPTED = 4
"""As for a run that was stopped."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code.

    Args:
        arguments: None: those of this program, which is started again where a playbook is to run under a fixed hash
            seed.
    """
    if arguments is None:
        fix_hash_seed()
    chosen = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # hostile text must not end the command
            stream.reconfigure(errors="backslashreplace")
    try:
        code: int = chosen.function(chosen)
    except LabError as exc:
        print(f"phantom-lab: error: {exc}", file=sys.stderr)
        return BAD_USAGE
    except KeyboardInterrupt:
        print("phantom-lab: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # the reader has gone: nothing to say, and nowhere to say it
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    """Everything that it needs is loaded here: the program may have to start twice."""
    import argparse

    from phantom_lab.cli import check, explore, fuzz, jupyter, run, serve, show

    parser = argparse.ArgumentParser(
        prog="phantom-lab", description="Run and step through Splunk SOAR playbooks, unmodified and offline.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for one in (run, check, explore, fuzz, show, serve, jupyter):
        one.add_parser(commands)
    return parser
