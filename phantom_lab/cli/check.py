"""``phantom-lab check``: playbooks and custom functions, read, and with ``--run`` executed."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from phantom_lab.cli.arguments import add_option, apps_of, positive, seed
from phantom_lab.cli.interrupted import INTERRUPTED, tell_not_run
from phantom_lab.cli.isolated import add_isolated
from phantom_lab.errors import InputError, shown
from phantom_lab.history import ENDLESS
from phantom_lab.source.unpacked import as_given
from phantom_lab.views.report import placed

if TYPE_CHECKING:
    from phantom_lab.apps import Apps
    from phantom_lab.check.checking import Report
    from phantom_lab.check.repositories import Upgrade
    from phantom_lab.check.sources import Problem
    from phantom_lab.trials.running import Running

Tried = TypeVar("Tried", bound="Mapping[str, Any]")

_FOR_RUNS = ("seed", "jobs", "journals", "option")
_NOTHING = 2
_LEVELS = {"error": "error", "warning": "warning", "info": "remark"}
_SHOWN = 8
"""How many names of a kind stand in the table; ``--json`` has them all."""
_FIRST = 3
"""Lines that a playbook printed, and hints for it, that are shown; ``--json`` has more of them."""


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "check", help="read playbooks: do they load, and is everything there that they use",
        description="Read playbooks and custom functions without executing them: do they load, do they use only what "
                    "is emulated, is everything there that they refer to, and does a platform of today have what they "
                    "use. Folders whose names begin with a dot are left out. With --run every playbook is run to its "
                    "end as well, with a container, results and replies made up for it.",
        epilog="A comment '# phantom-lab: ignore[KIND] REASON' silences findings of that kind on its statement; the "
               "KIND stands behind each. "
               "Exit codes: 0 no error; 1 an error, that is, something that would not run at all or cannot be read, or "
               "(with --run) a playbook that does not end, or that ends its process, or a fault of the lab, or, with "
               "--fail-on warning, a warning; 2 bad "
               "usage, or a PATH with nothing to check; 4 the runs were interrupted, and what they showed until then "
               "is printed. Warnings are what would stop a run on the way, or go otherwise than it reads; so are "
               "errors of a playbook's own code in --run, files that it lacks, and actions none of which is fired. "
               "Remarks may be meant so.")
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a .py file, or a folder with whatever is below it")
    parser.add_argument("--path", metavar="DIR", action="append", default=[],
                        help="folder with child playbooks and custom functions that are not checked themselves")
    parser.add_argument("--run", action="store_true",
                        help="run every playbook to its end, with results that are generated for it")
    parser.add_argument("--apps", metavar="PATH",
                        help="app manifests (a folder, a JSON file or an archive), or folders of apps made with the "
                             "Python SDK: actions are held against them, and results of --run generated from them")
    parser.add_argument("--seed", metavar="N", type=seed, help="chooses among possible values (default: 0)")
    parser.add_argument("--jobs", metavar="N", type=positive, help="runs at a time (default: one per processor)")
    parser.add_argument("--journals", metavar="DIR", type=Path, help="write the journal of every run into this folder")
    add_option(parser)
    add_isolated(parser, "check")
    parser.add_argument("--fail-on", choices=("error", "warning"), default="error",
                        help="the least that gives exit code 1 (default: error)")
    parser.add_argument("--format", choices=("text", "json", "sarif"), default="text",
                        help="how to print it (default: text); sarif: 2.1.0, with paths from the current folder")
    parser.add_argument("--json", action="store_const", const="json", dest="format", help="the same as --format json")
    parser.set_defaults(function=run)


def run(chosen: argparse.Namespace) -> int:
    """Check, print, and say by the exit code whether there was an error."""
    from phantom_lab.check.checking import check  # only now: no other command needs to read playbooks

    apps = _apps(chosen)
    report, running = check(chosen.paths, beside=chosen.path, apps=apps), None
    if chosen.run:
        from phantom_lab.cli import given, watched
        from phantom_lab.trials.running import run_all

        options = given.options(chosen.option)
        running = run_all(chosen.paths, beside=chosen.path, apps=apps, seed=chosen.seed or 0, jobs=chosen.jobs,
                          journals=chosen.journals, options=options, apart=watched.is_program,
                          forked=watched.is_program)
    if chosen.format == "json":
        print(json.dumps(as_given({**asdict(report), **(_run_json(running) if running else {})}), indent=2))
    elif chosen.format == "sarif":
        from phantom_lab.check.sarif import sarif

        more = [asdict(one) for one in _run_problems(running)] if running else []
        print(json.dumps(sarif(as_given(asdict(report)), Path.cwd(), more=as_given(more)), indent=2))
    else:
        print("\n".join(map(shown, as_given([*_lines(report), *(_run_lines(running) if running else ())]))))
    if running and running.not_run:
        tell_not_run("playbooks", running.not_run, len(running.acts) + len(running.not_run))
        return INTERRUPTED
    for path in report.nothing_below:
        print(f"phantom-lab: error: {shown(path)}: nothing to check. Name .py files, or folders that hold some.",
              file=sys.stderr)
    if report.nothing_below:
        return _NOTHING
    levels = [one.level for one in (*report.problems, *(_run_problems(running) if running else ()))]
    return 1 if "error" in levels or (chosen.fail_on == "warning" and "warning" in levels) else 0


def _fatal(error: Mapping[str, Any]) -> bool:
    """Whether a playbook does not end by itself, or ends more than itself."""
    from phantom_lab.trials.running import PROCESS_ENDED

    return error["type"] in (ENDLESS, PROCESS_ENDED)


def _apps(chosen: argparse.Namespace) -> Apps | None:
    """What the runs are given.

    Raises:
        InputError: something is for runs, and there are none.
    """
    for name in () if chosen.run else _FOR_RUNS:
        if getattr(chosen, name) not in (None, []):
            raise InputError(f"--{name} is for the runs of the playbooks", hint="Give --run as well.")
    return apps_of(chosen.apps)


def _run_problems(running: Running) -> Iterator[Problem]:
    """What the runs showed, as findings."""
    from phantom_lab.check.sources import Problem

    for file in running.classes["fired_nothing"]:
        yield Problem(file, 0, "warning", "run", "it has actions, and fired none in any situation that was tried")
    for one, *_ in _alike((*running.playbook_errors, *running.missing_files)):
        yield Problem(one["file"], one["line"] or 0, "error" if _fatal(one) else "warning", "run", one["error"],
                      one["block"] or "", one["responsible"])
    for two in running.lab_errors:
        yield Problem(two["playbook"], 0, "error", "run", two["error"])


def _run_json(running: Running) -> dict[str, Any]:
    return {**asdict(running), "finished": running.finished, "not_run": running.not_run}


def _run_lines(running: Running) -> Iterator[str]:
    """What became of the playbooks, what they fired, and what each error of playbook code came from."""
    from phantom_lab.trials.running import CLASSES

    yield ""
    total = sum(map(len, running.classes.values()))
    yield f"{'run':<18} {total:>5}   {'playbook' if total == 1 else 'playbooks'}, of which"
    for kind, files in running.classes.items():
        if files or kind == "finished":
            yield f"  {kind.replace('_', ' '):<16} {len(files):>5}   {CLASSES[kind]}"
    fired = sum(bool(one["written"] and one["fired"]) for one in running.acts.values())
    written = sum(bool(one["written"]) for one in running.acts.values())
    yield f"{'actions':<18} {fired:>5}   of {_number(written, 'playbook')} with actions fired some"
    yield f"{'blocks reached':<18} {running.reached:>5.0%}   the median of all playbooks"
    for file, change in running.situations.items():
        if file in running.classes["finished_changed"]:
            yield f"{file}: remark: it comes to its end, and fires what it has, in a changed situation only: {change}"
    for file in running.classes["fired_nothing"]:
        yield f"{file}: warning: it has actions, and fired none in any situation that was tried"
    for same in _alike((*running.playbook_errors, *running.missing_files)):
        one, others = same[0], [each["playbook"] for each in same if each["file"] != each["playbook"]]
        also = "" if len(others) == len(same) else "also "
        more = f" and {len(others) - 2} more" if len(others) > 2 else ""
        within = f", {also}in a run of {', '.join(others[:2])}{more}" if others else ""
        changed = "" if one["situation"] == "plain" else f", where {one['situation']}"
        level, line = "error" if _fatal(one) else "warning", f":{one['line']}" if one["line"] else ""
        block = f" (block {one['block']}{within}{changed})" if one["block"] else ""
        yield f"{one['file']}{line}: {level}: {one['error']}{block}. {one['responsible']}".rstrip()
    for two in running.lab_errors:
        changed = "" if two["situation"] == "plain" else f" (where {two['situation']})"
        yield f"{two['playbook']}: error: {two['error']}{changed}"
    for file, hints in _by_playbook(running.hints):
        yield from (f"{file}: hint: {told}" for told in placed(hints[:_FIRST]))
        if len(hints) > _FIRST:
            yield f"{file}: hint: … and {len(hints) - _FIRST} more"
    for file, lines in _by_playbook(running.prints):
        for one in lines[:_FIRST]:
            yield f"{file} printed: {one['text']}" + (f" ({one['times']:,} times)" if one["times"] > 1 else "")
        if len(lines) > _FIRST:
            yield f"{file} printed: … and {len(lines) - _FIRST} other lines"


def _alike(errors: Iterable[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    """The same error in several runs, that of the playbook's own first."""
    same: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for one in sorted(errors, key=lambda one: one["file"] != one["playbook"]):
        same.setdefault((one["file"], one["line"], one["block"], one["type"]), []).append(one)
    return same.values()


def _by_playbook(found: list[Tried]) -> Iterator[tuple[str, list[Tried]]]:
    files: dict[str, list[Tried]] = {}
    for one in found:
        files.setdefault(one["playbook"], []).append(one)
    yield from files.items()


def _lines(report: Report) -> Iterator[str]:
    """A short table, the problems by file and line, and a summary."""
    loaded = f"{report.loaded} load, {report.supported} of them with all that they need"
    yield f"{'playbooks':<18} {report.playbooks:>5}   {loaded}"
    yield f"{'custom functions':<18} {report.custom_functions:>5}"
    gaps = [f"{name} ({number})" for name, number in report.gaps.items()]
    for title, names in (("not emulated yet", gaps), ("not there", report.not_there), ("assets", report.assets),
                         ("custom lists", report.lists)):
        if names:
            more = f", … ({len(names) - _SHOWN} more)" if len(names) > _SHOWN else ""
            yield f"{title:<18} {len(names):>5}   {', '.join(names[:_SHOWN])}{more}"
    for number, upgrade in enumerate(report.upgrade):
        yield f"{'' if number else 'upgrade':<24}   {upgrade.repository}: {', '.join(_upgraded(upgrade))}"
    yield ""
    for one in (*report.problems, *report.remarks):
        where = f"{one.playbook}:{one.line}" if one.line else one.playbook
        block = f" ({one.block})" if one.block and one.block not in one.message else ""
        told = f"{one.message.rstrip('.')}{block}. {one.hint}" if one.hint else f"{one.message}{block}"
        yield f"{where}: {_LEVELS[one.level]}: {told} [{one.kind}]"
    yield from (f"{one.playbook}: the same as {one.same_as}, counted once" for one in report.copies)
    if report.problems or report.remarks or report.copies:
        yield ""
    counts = ", ".join(_number(report.count(level), name) for level, name in _LEVELS.items())
    counts += f"; {len(report.ignored)} silenced by comments" if report.ignored else ""
    sources = f"{_number(report.playbooks, 'playbook')}, {_number(report.custom_functions, 'custom function')}"
    yield f"{sources}: {counts}"


def _upgraded(one: Upgrade) -> Iterator[str]:
    if one.classic:
        yield f"{one.classic} classic"
    if one.python_2:
        yield f"{one.python_2} with Python 2 leftovers"
    if one.removed:
        yield f"{one.removed} with what Python up to 3.13 took away"
    if one.deprecated:
        yield f"{one.deprecated} with deprecated names"


def _number(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
