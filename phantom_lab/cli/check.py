"""``phantom-lab check``: playbooks and custom functions, read and not executed."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from phantom_lab.cli.report import shown

if TYPE_CHECKING:
    from phantom_lab.analysis.check import Report

_LEVELS = {"error": "error", "warning": "warning", "info": "remark"}
_SHOWN = 8
"""How many names of a kind stand in the table; ``--json`` has them all."""


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "check", help="read playbooks: do they load, and is everything there that they use",
        description="Read playbooks and custom functions without executing them: do they load, do they use only what "
                    "is emulated, is everything there that they refer to. Folders whose names begin with a dot are "
                    "left out.",
        epilog="Exit codes: 0 no error; 1 an error, that is, something that would not run at all; 2 bad usage. "
               "Warnings are what would stop a run on the way, or go otherwise than it reads.")
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a .py file, or a folder with whatever is below it")
    parser.add_argument("--path", metavar="DIR", action="append", default=[],
                        help="folder with child playbooks and custom functions that are not checked themselves")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(function=run)


def run(chosen: argparse.Namespace) -> int:
    """Check, print, and say by the exit code whether there was an error."""
    from phantom_lab.analysis.check import check  # only now: no other command needs to read playbooks

    report = check(chosen.paths, beside=chosen.path)
    print(json.dumps(asdict(report), indent=2) if chosen.json else "\n".join(map(shown, _lines(report))))
    return 1 if report.count("error") else 0


def _lines(report: Report) -> Iterator[str]:
    """A short table, the problems by file and line, and a summary."""
    loaded = f"{report.loaded} load, {report.supported} of them with all that they need"
    yield f"{'playbooks':<18} {report.playbooks:>5}   {loaded}"
    yield f"{'custom functions':<18} {report.custom_functions:>5}"
    gaps = [f"{name} ({number})" for name, number in report.gaps.items()]
    for title, names in (("not emulated yet", gaps), ("assets", report.assets), ("custom lists", report.lists)):
        if names:
            more = f", … ({len(names) - _SHOWN} more)" if len(names) > _SHOWN else ""
            yield f"{title:<18} {len(names):>5}   {', '.join(names[:_SHOWN])}{more}"
    yield ""
    for one in report.problems:
        where = f"{one.playbook}:{one.line}" if one.line else one.playbook
        yield f"{where}: {one.level}: {one.message}"
    if report.problems:
        yield ""
    counts = ", ".join(_number(report.count(level), name) for level, name in _LEVELS.items())
    sources = f"{_number(report.playbooks, 'playbook')}, {_number(report.custom_functions, 'custom function')}"
    yield f"{sources}: {counts}"


def _number(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
