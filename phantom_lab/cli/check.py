"""``phantom-lab check``: playbooks and custom functions, read, and with ``--run`` executed."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phantom_lab.cli.arguments import add_option, apps_of, positive, seed
from phantom_lab.cli.interrupted import INTERRUPTED, tell_not_run
from phantom_lab.cli.report import shown
from phantom_lab.errors import InputError
from phantom_lab.journal import ENDLESS

if TYPE_CHECKING:
    from phantom_lab.analysis.check import Report
    from phantom_lab.analysis.running import Running
    from phantom_lab.outcomes import Apps

_FOR_RUNS = ("apps", "seed", "jobs", "journals", "option")
_LEVELS = {"error": "error", "warning": "warning", "info": "remark"}
_SHOWN = 8
"""How many names of a kind stand in the table; ``--json`` has them all."""


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "check", help="read playbooks: do they load, and is everything there that they use",
        description="Read playbooks and custom functions without executing them: do they load, do they use only what "
                    "is emulated, is everything there that they refer to. Folders whose names begin with a dot are "
                    "left out. With --run every playbook is run to its end as well, with a container, results and "
                    "replies made up for it.",
        epilog="Exit codes: 0 no error; 1 an error, that is, something that would not run at all, or (with --run) a "
               "playbook that does not end or a fault of the lab; 2 bad usage; 4 the runs were interrupted, and what "
               "they showed until then is printed. Warnings are what would stop a run on the way, or go otherwise "
               "than it reads; so are errors of a playbook's own code in --run.")
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a .py file, or a folder with whatever is below it")
    parser.add_argument("--path", metavar="DIR", action="append", default=[],
                        help="folder with child playbooks and custom functions that are not checked themselves")
    parser.add_argument("--run", action="store_true",
                        help="run every playbook to its end, with results that are generated for it")
    parser.add_argument("--apps", metavar="PATH",
                        help="app manifests to generate results from: a folder, a JSON file or an archive")
    parser.add_argument("--seed", metavar="N", type=seed, help="chooses among possible values (default: 0)")
    parser.add_argument("--jobs", metavar="N", type=positive, help="runs at a time (default: one per processor)")
    parser.add_argument("--journals", metavar="DIR", type=Path, help="write the journal of every run into this folder")
    add_option(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(function=run)


def run(chosen: argparse.Namespace) -> int:
    """Check, print, and say by the exit code whether there was an error."""
    from phantom_lab.analysis.check import check  # only now: no other command needs to read playbooks

    apps = _apps(chosen)
    report, running = check(chosen.paths, beside=chosen.path), None
    if chosen.run:
        from phantom_lab.analysis.running import run_all
        from phantom_lab.cli.given import named_options

        options = named_options(chosen.option)
        with redirect_stdout(sys.stderr):
            running = run_all(chosen.paths, beside=chosen.path, apps=apps, seed=chosen.seed or 0, jobs=chosen.jobs,
                              journals=chosen.journals, options=options)
    if chosen.json:
        print(json.dumps({**asdict(report), **(asdict(running) if running else {})}, indent=2))
    else:
        print("\n".join(map(shown, [*_lines(report), *(_run_lines(running, report) if running else ())])))
    if running and running.not_run:
        tell_not_run("playbooks", running.not_run, len(running.acts) + len(running.not_run))
        return INTERRUPTED
    endless = running is not None and any(one["type"] == ENDLESS for one in running.playbook_errors)
    return 1 if report.count("error") or endless or (running and running.lab_errors) else 0


def _apps(chosen: argparse.Namespace) -> Apps | None:
    """What the runs are given.

    Raises:
        InputError: something is for runs, and there are none.
    """
    for name in () if chosen.run else _FOR_RUNS:
        if getattr(chosen, name) not in (None, []):
            raise InputError(f"--{name} is for the runs of the playbooks", hint="Give --run as well.")
    return apps_of(chosen.apps)


def _run_lines(running: Running, report: Report) -> Iterator[str]:
    """How the runs ended, and what each error of playbook code came from."""
    yield ""
    yield f"{'finished':<18} {running.finished:>5}   of {_number(report.loaded, 'playbook')}"
    fired = sum(bool(one["written"] and one["fired"]) for one in running.acts.values())
    written = sum(bool(one["written"]) for one in running.acts.values())
    yield f"{'actions':<18} {fired:>5}   of {_number(written, 'playbook')} with actions fired some"
    yield f"{'blocks reached':<18} {running.reached:>5.0%}   the median of all playbooks"
    for one in running.playbook_errors:
        within = "" if one["file"] == one["playbook"] else f", in a run of {one['playbook']}"
        level = "error" if one["type"] == ENDLESS else "warning"
        yield (f"{one['file']}:{one['line']}: {level}: {one['error']} (block {one['block']}{within}). "
               f"{one['responsible']}").rstrip()
    for two in running.lab_errors:
        yield f"{two['playbook']}: error: {two['error']}"


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
