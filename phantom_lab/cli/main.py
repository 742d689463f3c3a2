"""Commands, and what their exit codes mean."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

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
    from phantom_lab.cli.report import shown  # the parser has loaded it

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # hostile text must not end the command
            stream.reconfigure(errors="backslashreplace")
    try:
        code: int = chosen.function(chosen)
        sys.stdout.flush()
    except LabError as exc:
        print(f"phantom-lab: error: {shown(str(exc))}", file=sys.stderr)
        return BAD_USAGE
    except KeyboardInterrupt:
        print("phantom-lab: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader has gone: nothing to say
        _drop(sys.stdout)
        return 1
    except OSError as exc:
        _drop(sys.stdout)
        place = f"{shown(str(exc.filename))} cannot be used" if exc.filename else "the output cannot be written"
        print(f"phantom-lab: error: {place}: {exc.strerror or exc}", file=sys.stderr)
        return BAD_USAGE
    return code


def _drop(stream: TextIO) -> None:
    """What a stream still holds goes nowhere, so that nothing is said of it when the program ends."""
    with suppress(OSError, ValueError):
        stream.flush()
    with suppress(OSError, ValueError), open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())


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
