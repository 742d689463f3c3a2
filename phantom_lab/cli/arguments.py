"""What several commands take: numbers that are looked at before anything runs, and manifests of apps."""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import fields
from typing import TYPE_CHECKING

from phantom_lab.errors import shown

if TYPE_CHECKING:
    from phantom_lab.apps import Apps

PLAYBOOK = ("a .py file, the platform's archive (.tgz), a folder that holds one playbook, or a name to look for in "
            "--path; #NAME behind an archive or a folder chooses one of several")
"""What may be given as a playbook."""
_DIGITS = 1000
"""Of a number; Python itself converts not many more of them."""


def positive(text: str) -> int:
    """A number from 1."""
    if not re.fullmatch(rf"[0-9]{{1,{_DIGITS}}}", text) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no number from 1")
    return int(text)


def seed(text: str) -> int:
    """A whole number."""
    if not re.fullmatch(rf"-?[0-9]{{1,{_DIGITS}}}", text):
        raise argparse.ArgumentTypeError(f"invalid int value: {text[:40]!r}")
    return int(text)


def add_option(parser: argparse.ArgumentParser) -> None:
    """``--option``, which `phantom_lab.cli.given.options` reads."""
    from phantom_lab.model import Options  # only now: not every command has options

    names = ", ".join(one.name for one in fields(Options))
    parser.add_argument("--option", metavar="NAME=VALUE", action="append", default=[],
                        help=f"a choice where the platform's behaviour is not known, or a limit of ours: {names}")


def port(text: str, *, lowest: int = 1) -> int:
    """A number of a port, for an argument of ours.

    Raises:
        ArgumentTypeError: there is no such port.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 6 and lowest <= int(text) < 2**16):
        raise argparse.ArgumentTypeError(f"{text!r} is no port: there are {lowest} to 65535")
    return int(text)


def apps_of(given: str | None) -> Apps | None:
    """The manifests that ``--apps`` names; what of them cannot be read is noted on stderr.

    Raises:
        InputError: there are none.
    """
    if not given:
        return None
    from phantom_lab.apps import Apps

    apps = Apps.load(given)
    for problem in apps.problems:
        note(problem)
    return apps


def note(text: str) -> None:
    """One line on stderr."""
    print(f"phantom-lab: note: {shown(text)}", file=sys.stderr)
