"""``phantom-lab test``: every scenario below some paths, run and held against what it expects."""

from __future__ import annotations

import argparse
import gc
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phantom_lab.cli.arguments import apps_of, note, positive
from phantom_lab.cli.interrupted import INTERRUPTED, tell_not_run
from phantom_lab.cli.isolated import OUT, add_isolated
from phantom_lab.errors import InputError

if TYPE_CHECKING:
    from phantom_lab.testing.collecting import Asked
    from phantom_lab.testing.counted import Counted
    from phantom_lab.testing.running import Ended

_FAILED = "failed.json"
_JOURNALS = "journals"


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "test", help="run scenarios as tests",
        description="Run every scenario below the paths, several at a time, and hold it against what it expects. A "
                    "scenario that expects nothing has to end as a success. What each playbook's tests reach of its "
                    "blocks and branches is counted. Or make a test of a recorded run, with --from.",
        epilog="Exit codes: 0 all as expected; 1 something was not, or less was reached than --fail-under; 2 bad "
               "usage, nothing to test, or a scenario that cannot be read or run; 4 interrupted, and what had run is "
               "told.")
    parser.add_argument("paths", metavar="PATH", nargs="*",
                        help="a scenario file, FILE#VARIANT, or a folder with whatever is below it")
    parser.add_argument("--playbook", metavar="PLAYBOOK", help="what runs in scenarios that name none")
    parser.add_argument("--path", metavar="DIR", action="append", default=[],
                        help="folder with child playbooks and custom functions")
    parser.add_argument("--apps", metavar="PATH", help="manifests of SOAR apps, as of phantom-lab run")
    parser.add_argument("--jobs", metavar="N", type=positive, help="runs at a time (default: one per processor)")
    parser.add_argument("--failed", action="store_true",
                        help="run only what failed the last time; all, where nothing did")
    parser.add_argument("--junit", metavar="FILE", type=Path, help="write a report as JUnit XML")
    parser.add_argument("--lines", action="store_true",
                        help="count executed lines as well; needs the package coverage")
    parser.add_argument("--html", metavar="DIR", type=Path, help="write pages of the playbooks that show their lines")
    parser.add_argument("--fail-under", metavar="PERCENT", type=_percent,
                        help="fail where fewer blocks, branches or (where counted) lines of all playbooks are reached")
    parser.add_argument("--out", metavar="DIR", type=Path, default=Path(OUT),
                        help="folder for the journals of what failed, and for what --failed needs (default: "
                             "%(default)s)")
    parser.add_argument("--from", metavar="JOURNAL", dest="journal", action="append", default=[],
                        help="make a test of a recorded run, and run it: a scenario and a pytest file")
    parser.add_argument("--to", metavar="DIR", type=Path, default=Path(),
                        help="folder that gets the tests of --from (default: this one)")
    add_isolated(parser, "test")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(function=run)


def run(chosen: argparse.Namespace) -> int:
    """Collect, run, print."""
    from phantom_lab.cli.tested import listed, tell, too_little  # only now: no other command needs them
    from phantom_lab.testing import lines
    from phantom_lab.testing.collecting import collect

    measured = bool(chosen.lines or chosen.html)
    if measured:
        lines.check_installed()
    made = [one for journal in chosen.journal for one in _made(journal, chosen)]
    paths = [*chosen.paths, *made]
    if not paths:
        raise InputError("there is nothing to test", hint="Name scenario files, or folders that hold some.")
    collected = collect(paths)
    if not collected.files:
        raise InputError("there is no scenario below the paths", where=", ".join(map(str, paths)),
                         hint=f"Passed over, as they look like none: {listed(collected.others)}." if collected.others
                         else "A scenario is a YAML file with the key `playbook`, `expect`, `variants` or `outcomes`.")
    files = _chosen(collected.files, chosen)
    ended, left = _run(files, chosen, measured)
    counted = _counted(ended)
    page = lines.told([(one.key, one.reached) for one in ended if one.reached], counted, chosen.html) if (
        measured) else ""
    _remember(ended, chosen.out)
    if chosen.junit:
        from phantom_lab.testing.junit import write_junit

        write_junit(ended, chosen.junit)
    tell(ended, counted, collected, chosen, page)
    if left is not None:
        tell_not_run("files", left, len(files))
        return INTERRUPTED
    return max(_code(ended), too_little(counted, chosen.fail_under))


def _percent(text: str) -> float:
    try:
        found = float(text.removesuffix("%"))
    except ValueError:
        found = -1.0
    if not 0 <= found <= 100:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no number from 0 to 100")
    return found


def _made(journal: str, chosen: argparse.Namespace) -> Iterator[Path]:
    from phantom_lab.testing.from_run import to_test

    made = to_test(journal, chosen.to, verify=False)  # it runs as all tests do
    for file in made.files:
        note(f"written: {file}")
    for remark in made.remarks:
        note(remark)
    yield made.scenario


def _chosen(files: Sequence[Asked], chosen: argparse.Namespace) -> list[Asked]:
    """All, or those that failed the last time."""
    if not chosen.failed:
        return list(files)
    try:
        before = [str(one) for one in json.loads((chosen.out / _FAILED).read_text(encoding="utf-8"))]
    except FileNotFoundError:
        note(f"{chosen.out / _FAILED} is not there: nothing is known of what failed, and all of them run")
        return list(files)
    except (OSError, ValueError, TypeError) as exc:
        raise InputError(f"what failed the last time cannot be read: {exc}", where=str(chosen.out / _FAILED),
                         hint="Remove the file, or leave --failed away.") from None
    found = list(_again(files, before))
    failed = sum(len(one.keys) for one in found)
    note(f"{failed} of these failed the last time" + ("" if found else ": all of them run"))
    return found or list(files)


def _again(files: Sequence[Asked], before: Sequence[str]) -> Iterator[Asked]:
    """What of files failed: a file that could not be read, as a whole."""
    for one in files:
        variants = [key.removeprefix(f"{one.file}#") for key in before if key.startswith(f"{one.file}#")]
        variants = [name for name in variants if one.variants is None or name in one.variants]
        if one.file in before or variants:
            yield one if one.file in before else replace(one, variants=tuple(variants))


def _remember(ended: Sequence[Ended], folder: Path) -> None:
    """Keep what failed; what was not run stays as it was."""
    from phantom_lab.testing.running import PASSED

    file = folder / _FAILED
    before: list[str] = []
    with suppress(OSError, ValueError):
        before = [one for one in json.loads(file.read_text(encoding="utf-8")) if isinstance(one, str)]
    ran = {one.key for one in ended}
    failed = [*(one for one in before if one not in ran),
              *(one.key for one in ended if one.result != PASSED)]
    try:
        if failed or file.exists():
            folder.mkdir(parents=True, exist_ok=True)
        if folder.name == OUT and folder.is_dir():  # ours: behind walls it was made before anything ran
            (folder / ".gitignore").write_text("*\n", encoding="utf-8")
        if not failed and not file.exists():
            return
        file.write_text(json.dumps(failed, indent=2), encoding="utf-8")
    except OSError as exc:
        raise InputError(f"what failed cannot be kept: {exc.strerror}", where=str(file),
                         hint="Name another folder with --out.") from None


def _run(files: Sequence[Asked], chosen: argparse.Namespace, measured: bool) -> tuple[list[Ended], list[str] | None]:
    """In the order of the files, as far as they have run; and where somebody interrupted, what has not begun to."""
    from phantom_lab.cli import watched
    from phantom_lab.testing.running import Choices, run_files

    choices = Choices(tuple(chosen.path), chosen.playbook, apps_of(chosen.apps), str(chosen.out / _JOURNALS), measured)
    ended: list[Ended] = []
    left: list[str] | None = None
    if watched.is_program:
        gc.freeze()  # what processes share when they begin stays shared
    try:
        ended.extend(run_files(files, choices, jobs=chosen.jobs, apart=watched.is_program, forked=watched.is_program))
    except KeyboardInterrupt:  # what did not run is told
        left = [one.file for one in files if one.file not in {each.key.partition("#")[0] for each in ended}]
    return sorted(ended, key=lambda one: one.place), left


def _counted(ended: Sequence[Ended]) -> list[Counted]:
    """What all tests of each playbook reached."""
    found: dict[str, Counted] = {}
    for one in ended:
        if one.there is not None and one.reached is not None:
            own = found.setdefault(one.playbook, one.there)
            own.blocks |= one.reached.blocks
            own.branches |= one.reached.branches
    return [found[one] for one in sorted(found)]


def _code(ended: Sequence[Ended]) -> int:
    return max(({"passed": 0, "failed": 1, "error": 2}[one.result] for one in ended), default=0)
