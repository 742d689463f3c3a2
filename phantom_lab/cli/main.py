"""Commands, and what their exit codes mean."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, TextIO

from phantom_lab.cli.starting import start_again
from phantom_lab.cli.watched import begin, end, receive
from phantom_lab.errors import LabError, in_short, shown
from phantom_lab.terminal import inert_streams
from phantom_lab.version import __version__

if TYPE_CHECKING:
    import argparse

COMMANDS = {one: one for one in (
    "run", "test", "check", "explore", "fuzz", "flip", "orders", "show", "why", "origin", "inside", "diff", "replay",
    "resume", "rerun", "fork", "history", "watch", "walk", "share", "export", "graph", "serve", "stubs", "new",
    "gate")} | {"upgrade-check": "upgrade_check", "lab": "jupyter"}
"""Modules by command."""

BAD_USAGE = 2
"""Bad usage, or input that cannot be read; argparse exits with it, too."""


INTERRUPTED = 4
"""As for a run that was stopped."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code.

    Args:
        arguments: None: those of this program, which is started again where a playbook is to run under a fixed hash
            seed, or behind walls.
    """
    if arguments is None:
        _open_closed()
    with inert_streams():
        try:
            if arguments is None:
                receive()
                if (code := start_again()) is not None:
                    return code
                begin()
                _show_progress()
            code = _run(arguments)
        except KeyboardInterrupt:
            print("phantom-lab: interrupted", file=sys.stderr)
            code = INTERRUPTED
        except SystemExit as exc:  # of argparse
            end(exc.code if isinstance(exc.code, int) else 0)
            raise
        end(code)
    return code


def _show_progress() -> None:
    if sys.__stderr__ is not None and sys.__stderr__.isatty():
        from phantom_lab.cli.progress import line
        from phantom_lab.progress import show_with

        show_with(line)


def _open_closed() -> None:
    """What goes to a standard stream that is closed goes nowhere; else the next file that is opened takes its place."""
    for number, (name, mode) in enumerate({"stdin": "r", "stdout": "w", "stderr": "w"}.items()):
        if getattr(sys, name) is None:
            if (opened := os.open(os.devnull, os.O_RDWR)) != number:
                os.dup2(opened, number)
                os.close(opened)
            os.set_inheritable(number, True)
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def _run(arguments: Sequence[str] | None) -> int:
    given = sys.argv[1:] if arguments is None else arguments
    chosen = _parsed(given)
    try:
        code: int = chosen.function(chosen)
        sys.stdout.flush()
    except LabError as exc:
        print(f"phantom-lab: error: {shown(in_short(str(exc)))}", file=sys.stderr)
        return BAD_USAGE
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


def _parsed(given: Sequence[str]) -> argparse.Namespace:
    """What was typed; of what is misspelt the closest is told."""
    parser = _parser(given)
    if given and not given[0].startswith("-") and given[0] not in COMMANDS:
        from phantom_lab.misspelt import meant

        parser.error(f"there is no command {shown(given[0])!r}. {meant(given[0], COMMANDS)}")
    chosen, unknown = parser.parse_known_args(given)
    if unknown:
        from phantom_lab.misspelt import closest

        names = next((name for name in unknown if name.startswith("-")), unknown[0])
        own: argparse.ArgumentParser = chosen.parser
        known = [name for action in own._actions for name in action.option_strings]
        own.error(f"unrecognized arguments: {shown(' '.join(unknown))}{closest(names, known)}")
    return chosen


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    """It knows the command that is given, or all where none is; no other command is loaded.

    That is done here, and not sooner: the program may have to start twice.
    """
    import argparse

    chosen = COMMANDS.get(given[0] if given else "")
    parser = argparse.ArgumentParser(
        prog="phantom-lab", description="Run and step through Splunk SOAR playbooks, unmodified and offline.")
    parser.add_argument("--version", action="version", version=f"phantom-lab {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for one in [chosen] if chosen else COMMANDS.values():
        import_module(f"phantom_lab.cli.{one}").add_parser(commands)
    for own in commands.choices.values():
        own.set_defaults(parser=own)
    return parser
