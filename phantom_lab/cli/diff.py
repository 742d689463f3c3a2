"""``phantom-lab diff``: what two runs, or two playbooks, do otherwise."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from phantom_lab.bounded import MOST, bounded
from phantom_lab.cli.arguments import positive
from phantom_lab.cli.hashing import is_source
from phantom_lab.cli.interrupted import INTERRUPTED, tell_not_run
from phantom_lab.cli.isolated import add_isolated
from phantom_lab.cli.journals import read
from phantom_lab.cli.situations import add_situation
from phantom_lab.errors import InputError, cut
from phantom_lab.history.reading import held_by
from phantom_lab.progress import followed
from phantom_lab.terminal import brief
from phantom_lab.views.differences import Differences, diff

if TYPE_CHECKING:
    from phantom_lab.source.playbook import Playbook

DIFFERENT, NOT_JUDGED = 3, 1
_RUNS, _LONGEST = 60, 200
_OWN = frozenset({"command", "left", "right", "effects", "isolated", "json", "all", "function", "parser"})
"""What is chosen besides the situation."""
_EXPLORED = frozenset({"apps", "path", "left_path", "right_path", "seed", "option", "runs"})
"""What says something where situations are made up."""


class Situated(NamedTuple):
    """What came of one situation."""

    name: str
    differences: Differences | None
    """None: it could not be judged."""
    why: str = ""
    """Why."""


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "diff", help="what two runs, or two playbooks, do otherwise",
        description="Compare two runs by their journals, or run two playbooks in the same situations and compare them: "
                    "the first difference, then blocks, conditions, actions and their parameters, results, writes, "
                    "messages, outputs and how they ended. Ids, uuids, moments of the clock and the order of what "
                    "happens are no difference. Two playbooks without any situation are run in those that explore "
                    "makes up for them.",
        epilog="Exit codes: 0 the same; 1 no situation could be judged; 2 bad usage, or something cannot be read; 3 "
               "different; 4 interrupted, and what was found until then is printed.")
    parser.add_argument("left", metavar="A", help="a journal, or a playbook (.py)")
    parser.add_argument("right", metavar="B", help="another one of the same kind")
    add_situation(parser)
    for side in ("left", "right"):
        parser.add_argument(f"--{side}-path", metavar="DIR", action="append", default=[],
                            help=f"as --path, and before it, for {'A' if side == 'left' else 'B'} alone: two states of "
                                 f"one repository each have children of their own")
    parser.add_argument("--effects", action="store_true",
                        help="compare only what reaches beyond the playbook: actions, requests, writes, outputs and "
                             "how it ended, whatever its blocks are called")
    parser.add_argument("--runs", metavar="N", type=positive,
                        help=f"how often each playbook is run at most to find its situations (default: {_RUNS})")
    add_isolated(parser, "diff")
    parser.add_argument("--json", action="store_true", help="print one JSON object, of at most 4 kB")
    parser.add_argument("--all", action="store_true", help="leave nothing out")
    parser.set_defaults(function=compare, parser=parser)


def compare(chosen: argparse.Namespace) -> int:
    """Compare, print, and say by the exit code whether they are the same."""
    given = [name for name, value in vars(chosen).items()
             if name not in _OWN and value != chosen.parser.get_default(name)]
    kinds = {is_source(chosen.left), is_source(chosen.right)}
    if len(kinds) > 1:
        raise InputError("one of the two is a playbook, and the other is none",
                         hint="Give two journals, or two playbooks (.py or .tgz).")
    if kinds == {True}:
        return _playbooks(chosen, given)
    if given:
        raise InputError(f"--{given[0].replace('_', '-')} is for playbooks, and these are journals")
    journals = [read(one) for one in (chosen.left, chosen.right)]
    with held_by(f"{chosen.left} and {chosen.right}"):
        found = diff(*journals, effects=chosen.effects)
        told = bounded(found.to_json(), _most(chosen)) if chosen.json else brief(
            found.lines(*_whole(chosen)), whole=chosen.all)
    print(told)
    return 0 if found.same else DIFFERENT


def _playbooks(chosen: argparse.Namespace, given: Sequence[str]) -> int:
    from phantom_lab.source.playbook import Playbook  # only now: to compare journals takes none of this

    paths = [[*own, *chosen.path] for own in (chosen.left_path, chosen.right_path)]
    playbooks = [Playbook.load(one, paths=own) for one, own in zip((chosen.left, chosen.right), paths, strict=True)]
    if {*given} <= _EXPLORED:
        found, not_run = _explored(chosen, paths, *playbooks)
    elif chosen.runs:
        raise InputError("--runs is for situations that are made up, and one is given")
    else:
        found, not_run = [*_in_given(chosen, paths, playbooks)], []
    differ = [one for one in found if one.differences is not None and not one.differences.same]
    judged = [one for one in found if one.differences is not None]
    if chosen.json:
        print(bounded({"same": bool(judged) and not differ, "different": len(differ), "situations": [
            {"situation": one.name, **({"why": one.why} if one.why else {}),
             **(one.differences.to_json() if one.differences else {})}
            for one in sorted(found, key=lambda one: one not in differ)]}, _most(chosen)))
    else:
        print(brief(_lines(found, differ, chosen), whole=chosen.all))
    if not_run:
        tell_not_run("situations", not_run, len(found) + len(not_run))
        return INTERRUPTED
    return DIFFERENT if differ else 0 if judged else NOT_JUDGED


def _explored(chosen: argparse.Namespace, paths: Sequence[list[str]], old: Playbook,
              new: Playbook) -> tuple[list[Situated], list[str]]:
    """In the situations that are made up for either of them, with those that an interrupt left out."""
    from phantom_lab.cli.arguments import apps_of
    from phantom_lab.cli.given import options
    from phantom_lab.trials.prints import told_apart
    from phantom_lab.trials.trial import Trials
    from phantom_lab.trials.versions import Versions

    apps, chosen_options = apps_of(chosen.apps), options(chosen.option)
    before, after = (Trials(apps, own, chosen.seed or 0, chosen_options) for own in paths)
    versions = Versions(old, new, (before, after), chosen.runs or _RUNS, effects=chosen.effects)
    with told_apart(new.file):
        found = [Situated(one.name, one.differences, "" if one.differences else one.why) for one in versions]
    return found, versions.not_run


def _in_given(chosen: argparse.Namespace, paths: Sequence[list[str]],
              playbooks: Sequence[Playbook]) -> Iterator[Situated]:
    """In every scenario, or in what is given without one."""
    from phantom_lab.cli.executing import execute
    from phantom_lab.cli.situations import labs_of, prepared, tell_of_several

    sides = [list(labs_of(_with(chosen, own))) for own in paths]
    labs = sides[0]
    tell_of_several(chosen, labs[0])
    runs = [[prepared(chosen, lab, one) for lab, one in zip(each, playbooks, strict=True)]
            for each in zip(*sides, strict=True)]
    for lab, both in followed(zip(labs, runs, strict=True), "situations", len(labs)):
        for run in both:
            execute(run)
        yield Situated(lab.scenario.name if lab.scenario else "given", diff(*both, effects=chosen.effects))


def _with(chosen: argparse.Namespace, paths: list[str]) -> argparse.Namespace:
    return argparse.Namespace(**{**vars(chosen), "path": paths})


def _lines(found: Sequence[Situated], differ: Sequence[Situated], chosen: argparse.Namespace) -> Iterator[str]:
    """Of several situations a table first; then all of the first that differs, or of all that do."""
    if len(found) > 1:
        width = max(len(one.name) for one in found)
        for one in found:
            told = one.why or (one.differences.first_line if one.differences else "")
            verdict = "different" if one in differ else "same" if one.differences else "not judged"
            line = f"{one.name:<{width}}  {verdict:<10}  {told}".rstrip()
            yield line if chosen.all else cut(line, width + _LONGEST)
        yield ""
    for one in differ if chosen.all else differ[:1]:
        if len(found) > 1:
            yield f"where {one.name}:"
        assert one.differences is not None
        yield from (*one.differences.lines(*_whole(chosen)), "")
    if not differ and len(found) == 1 and found[0].differences is not None:
        yield from found[0].differences.lines()
    elif len(found) != 1:
        yield f"{len(differ)} of {len(found)} situations differ"


def _whole(chosen: argparse.Namespace) -> list[None]:
    return [None] if chosen.all else []


def _most(chosen: argparse.Namespace) -> int | None:
    return None if chosen.all else MOST
