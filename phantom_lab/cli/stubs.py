"""``phantom-lab stubs``: type stubs of the platform's modules, for editors and type checkers."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from phantom_lab.errors import shown

_TYPINGS = Path("typings")


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "stubs", help="write type stubs of phantom.rules for editors and type checkers",
        description="Write type stubs of phantom.rules, phantom.utils and phantom.vault: every function with its "
                    "parameters and, as far as it is known, what it returns. Pyright and VS Code look into typings/ by "
                    "themselves; for mypy, name the folder in mypy_path.")
    parser.add_argument("folder", metavar="DIR", nargs="?", type=Path, default=_TYPINGS,
                        help=f"where they go, below phantom/ (default: {_TYPINGS}/)")
    parser.set_defaults(function=run)


def run(chosen: argparse.Namespace) -> int:
    """Write them, and say where."""
    from phantom_lab.repository.stubs import write  # only now: it reads the whole surface

    written = write(chosen.folder)
    print(f"{len(written)} stubs are in {shown(str(chosen.folder / 'phantom'))}")
    return 0
