"""Old and new versions of playbooks, judged by what they do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from phantom_lab.errors import LabError
from phantom_lab.later import dataclass
from phantom_lab.progress import followed
from phantom_lab.source.playbook import Playbook
from phantom_lab.trials.found_versions import (
    DIFFERENT,
    NOT_COMPARABLE,
    ONLY_NEW,
    ONLY_OLD,
    SAME,
    Verdict,
    Verdicts,
)
from phantom_lab.trials.pairs import Pair, Version, pairs
from phantom_lab.trials.prints import told_apart
from phantom_lab.trials.processes import Lost, spread
from phantom_lab.trials.trial import Trials
from phantom_lab.trials.used import identical
from phantom_lab.trials.versions import Versions


@dataclass(frozen=True, slots=True)
class Given:
    """What all pairs have in common.

    Args:
        trials: but for the folders, which are each version's own.
        budget: runs that each version is explored with.
    """

    trials: Trials
    budget: int


def upgrade_check(*paths: str | Path, baseline: str | Path | None = None, runs: int = 60) -> Verdicts:
    """Whether new versions of playbooks do what the old ones did: what ``phantom-lab upgrade-check`` tells.

    Args:
        paths: files and folders.
        baseline: the old versions; None: those that stand beside the new ones.
        runs: that each version is explored with.

    Raises:
        InputError: there is no such path.
    """
    return Verdicts(judge(pairs(paths, baseline), Given(Trials(), runs), jobs=1))


def judge(found: Sequence[Pair], given: Given, *, jobs: int | None = None, apart: bool = False,
          forked: bool = False) -> Iterator[Verdict]:
    """A verdict for every pair, as they come; several at a time in processes of their own.

    Args:
        jobs: processes; None is one per processor.
        apart: whether a single pair, or a single job, has a process of its own as well, which it may end.
        forked: whether processes begin as copies of this one, which has to have one thread and the seed's hash seed.
    """
    yield from followed(_judged_all(found, given, jobs, apart=apart, forked=forked), "pairs", len(found))


def _judged_all(found: Sequence[Pair], given: Given, jobs: int | None, *, apart: bool,
                forked: bool) -> Iterator[Verdict]:
    clear = {f"{one.old[0].path}\0{one.new[0].path}": one for one in found if _is_clear(one)}
    yield from (_unclear(one) for one in found if not _is_clear(one))
    if not apart and (jobs == 1 or len(clear) == 1):
        yield from (_verdict(one, given) for one in clear.values())
        return
    for key, verdict in spread(_one, [*clear], jobs=jobs, hash_seed=given.trials.seed, prepare=_prepare,
                               given=(clear, given), forked=forked):
        yield _not_comparable(clear[key], f"of one version: {verdict}") if isinstance(
            verdict, Lost) else verdict


_given: tuple[dict[str, Pair], Given]
"""Of a process that has only this to do."""


def _prepare(*given: Any) -> None:
    global _given
    _given = given[0], given[1]


def _one(key: str) -> Verdict:
    return _verdict(_given[0][key], _given[1])


def _is_clear(pair: Pair) -> bool:
    return len(pair.old) == len(pair.new) == 1 and not pair.old[0].problem and not pair.new[0].problem


def _unclear(pair: Pair) -> Verdict:
    if not pair.old or not pair.new:
        if len(pair.old or pair.new) > 1:
            return _not_comparable(pair, "several files of this name, and none that tells which is the old one: "
                                         "--baseline names the old ones")
        return Verdict(pair.name, *_files(pair), ONLY_OLD if pair.old else ONLY_NEW)
    broken = [f"the {side} version does not load: {one.problem}" for side, some in (
        ("old", pair.old), ("new", pair.new)) for one in some if one.problem]
    return _not_comparable(pair, broken[0] if broken else "several files of this name: name those that are meant")


def _not_comparable(pair: Pair, why: str) -> Verdict:
    return Verdict(pair.name, *_files(pair), NOT_COMPARABLE, why)


def _files(pair: Pair) -> tuple[list[str], list[str]]:
    return [str(one.path) for one in pair.old], [str(one.path) for one in pair.new]


def _verdict(pair: Pair, given: Given) -> Verdict:
    try:
        with told_apart(str(pair.new[0].path)):
            return _judged(pair, given)
    except LabError as exc:
        return _not_comparable(pair, str(exc))
    except Exception as exc:  # a fault of our own is told with its pair, and the others are judged all the same
        return _not_comparable(pair, f"fault of the lab: {type(exc).__name__}: {exc}")


def _judged(pair: Pair, given: Given) -> Verdict:
    old, new = (_loaded(side, one) for side, (one,) in (("old", pair.old), ("new", pair.new)))
    trials = _of(pair.old[0], given.trials), _of(pair.new[0], given.trials)
    files = _files(pair)
    if identical(old, new, trials):
        return Verdict(pair.name, *files, SAME, "one text, and so is all that it uses: nothing to run")
    versions = Versions(old, new, trials, given.budget)
    found = list(versions)
    differs = [{"situation": one.name, "of": one.of, **{key: told for key, told in one.differences.to_json().items()
                                                        if key in ("first", "counts", "differences")}}
               for one in found if one.differences is not None and one.differs]
    not_judged = [{"situation": one.name, "of": one.of, "why": one.why} for one in found if one.why]
    judged = sum(one.judged for one in found)
    first = next((f"{one.name}: {told}" for one in found if one.differences is not None and
                  (told := one.differences.first_line)), "")
    limits = [one.why for one in found if one.differences is None]  # what a version lacks says nothing of the others
    verdict = DIFFERENT if differs else SAME if judged and not limits else NOT_COMPARABLE
    why = next(iter([*limits, *(one["why"] for one in not_judged)]), "") if verdict == NOT_COMPARABLE else ""
    left_out = {side: sorted(names) for side, names in versions.left_out.items() if names}
    return Verdict(pair.name, *files, verdict, why, judged, first, differs, not_judged, left_out)


def _loaded(side: str, one: Version) -> Playbook:
    try:
        return Playbook.load(one.path)
    except LabError as exc:
        raise LabError(f"the {side} version does not load: {exc}") from exc


def _of(version: Version, trials: Trials) -> Trials:
    return replace(trials, paths=(*version.folders, *map(Path, trials.paths)))
