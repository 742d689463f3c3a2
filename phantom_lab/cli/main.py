"""Commands, and what their exit codes mean."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence

from phantom_lab.cli import check, jupyter, run, serve, show
from phantom_lab.errors import LabError

BAD_USAGE = 2
"""Bad usage, or input that cannot be read; argparse exits with it, too."""


INTERRUPTED = 4
"""As for a run that was stopped."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="phantom-lab", description="Run and step through Splunk SOAR playbooks, unmodified and offline.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run.add_parser(commands)
    check.add_parser(commands)
    show.add_parser(commands)
    serve.add_parser(commands)
    jupyter.add_parser(commands)
    chosen = parser.parse_args(arguments)
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
