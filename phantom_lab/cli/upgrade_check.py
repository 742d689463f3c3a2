"""``phantom-lab upgrade-check``: does the new version of a playbook do what the old one did."""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from typing import Any

from phantom_lab.bounded import MOST, bounded
from phantom_lab.cli.arguments import add_option, apps_of, positive, seed
from phantom_lab.cli.interrupted import INTERRUPTED, tell_not_run
from phantom_lab.cli.isolated import add_isolated
from phantom_lab.terminal import brief
from phantom_lab.trials.found_versions import DIFFERENT, NOT_COMPARABLE, ONLY_NEW, ONLY_OLD, Verdict, Verdicts

DIFFER, NOT_JUDGED, NOTHING = 3, 1, 2


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "upgrade-check", help="does the new version of a playbook do what the old one did",
        description="Find old and new versions of playbooks, make up the situations that drive either of them through "
                    "its branches, run both in each with the same results, and compare what reaches beyond the "
                    "playbook: actions and their parameters, requests, writes, outputs, and how the runs end. Names of "
                    "blocks do not count. A pair that is of one text, down to all that it uses, is not run.",
        epilog="Exit codes: 0 all versions do the same; 1 of some it could not be judged; 2 bad usage, or nothing to "
               "compare; 3 some differ; 4 interrupted, and what was found until then is printed. Playbooks of which "
               "there is only one version are named, and change nothing of it.")
    parser.add_argument("paths", metavar="PATH", nargs="+",
                        help="a .py file, or a folder with whatever is below it: the new versions, or both. Of a copy "
                             "X_modern.py, as converting leaves it, X.py is the old version; of two files of one name, "
                             "the first")
    parser.add_argument("--baseline", metavar="PATH",
                        help="the old versions, which are found by their names; two files are compared whatever they "
                             "are called")
    parser.add_argument("--apps", metavar="PATH", help="app manifests, or folders of apps made with the Python SDK, to "
                                                       "generate results from")
    parser.add_argument("--path", metavar="DIR", action="append", default=[],
                        help="folder with child playbooks and custom functions that both versions use")
    parser.add_argument("--runs", metavar="N", type=positive, default=60,
                        help="how often each version is run at most to find its situations (default: 60)")
    parser.add_argument("--seed", metavar="N", type=seed, default=0, help="chooses among possible values (default: 0)")
    parser.add_argument("--jobs", metavar="N", type=positive, help="pairs at a time (default: one per processor)")
    add_option(parser)
    add_isolated(parser, "upgrade-check")
    parser.add_argument("--json", action="store_true", help="print one JSON object, of at most 4 kB")
    parser.add_argument("--all", action="store_true", help="leave nothing out")
    parser.set_defaults(function=run)


def run(chosen: argparse.Namespace) -> int:
    """Judge, print, and say by the exit code what came of it."""
    from phantom_lab.cli import given, watched
    from phantom_lab.trials.pairs import pairs  # only now: no other command needs them
    from phantom_lab.trials.trial import Trials
    from phantom_lab.trials.upgrading import Given, judge

    found = pairs(chosen.paths, chosen.baseline)
    trials = Trials(apps_of(chosen.apps), chosen.path, chosen.seed, given.options(chosen.option))
    judged: list[Verdict] = []
    with suppress(KeyboardInterrupt):  # what is lacking is told
        for one in judge(found, Given(trials, chosen.runs), jobs=chosen.jobs, apart=watched.is_program,
                         forked=watched.is_program):
            judged.append(one)
    verdicts = Verdicts(judged)
    if chosen.json:
        print(bounded(verdicts.to_json(), None if chosen.all else MOST))
    else:
        print(brief(verdicts.lines(whole=chosen.all), whole=chosen.all))
    if len(verdicts) < len(found):
        done = {one.name for one in verdicts}
        tell_not_run("pairs", [one.name for one in found if one.name not in done], len(found))
        return INTERRUPTED
    return _code(verdicts.counts)


def _code(counts: dict[str, int]) -> int:
    if not counts.keys() - {ONLY_OLD, ONLY_NEW}:
        print("phantom-lab: error: nothing to compare: of no playbook there are two versions. --baseline PATH names "
              "the old ones.", file=sys.stderr)
        return NOTHING
    return DIFFER if DIFFERENT in counts else NOT_JUDGED if NOT_COMPARABLE in counts else 0
