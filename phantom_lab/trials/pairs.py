"""Which playbooks are two versions of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from phantom_lab.check.sources import Below, Found, below
from phantom_lab.later import dataclass
from phantom_lab.model import naming
from phantom_lab.source.kinds import CUSTOM_FUNCTIONS
from phantom_lab.source.playbook import Playbook
from phantom_lab.trials.running import folders_of

Folders = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """A playbook's file, and where what it uses is looked for."""

    path: Path
    within: Path
    """The path that was given."""
    folders: Folders
    problem: str = ""
    """Why it cannot be loaded."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Versions of one playbook."""

    name: str
    old: tuple[Version, ...]
    """One; none where there is only a new one; several where it cannot be told which is meant."""
    new: tuple[Version, ...]


def pairs(paths: Sequence[str | Path], baseline: str | Path | None = None) -> list[Pair]:
    """Playbooks below some paths with their versions, by name.

    A copy whose name ends in ``_modern`` is the new version of the one without. Without a baseline, of two files of one
    name the first in the order of the paths is the old one.

    Args:
        baseline: the file or folder of the old versions; two files are a pair whatever they are called.

    Raises:
        InputError: there is no such path.
    """
    news = [*_versions(below(paths))]
    if baseline is None:
        return [_among(name, some) for name, some in _by(naming.original, news).items()]
    olds = [*_versions(below([baseline]))]
    if len(olds) == len(news) == 1 and all(one.path == one.within for one in (*olds, *news)):
        return [Pair(news[0].path.stem, (olds[0],), (news[0],))]
    before, now = _by(naming.key, olds), _by(naming.key, news)
    meant = {name: name if name in before else naming.original(name) for name in now}
    return [*(_beside(before.get(meant[name], []), some) for name, some in now.items()),
            *(_beside(some, []) for name, some in before.items() if name not in meant.values())]


def _versions(given: Sequence[Below]) -> Iterator[Version]:
    for each in given:
        folders = folders_of(each.found)
        for one in each.found:
            if isinstance(one.source, Playbook) or _broken(one):
                yield Version(one.path, each.given, folders, one.problem.message if one.problem else "")


def _broken(one: Found) -> bool:
    return one.problem is not None and one.problem.level == "error" and one.path.parent.name != CUSTOM_FUNCTIONS


def _by(name_of: Callable[[str], str], found: Sequence[Version]) -> dict[str, list[Version]]:
    names: dict[str, list[Version]] = {}
    for one in found:
        names.setdefault(name_of(one.path.stem), []).append(one)
    return names


def _among(name: str, some: list[Version]) -> Pair:
    """Of several files the converted ones are new; without any, the second of two."""
    new = [one for one in some if naming.key(one.path.stem) != name]
    old = [one for one in some if one not in new]
    if not new:
        old, new = (old[:1], old[1:]) if len(old) == 2 else (old, []) if len(old) > 1 else ([], old)
    return Pair(_called(old, new), tuple(old), tuple(new))


def _beside(before: list[Version], now: list[Version]) -> Pair:
    """Of several of one name, those at the same place."""
    if before and now and len(before) + len(now) > 2:
        same = {_place(one) for one in before} & {_place(one) for one in now}
        before, now = ([one for one in some if _place(one) in same] or some for some in (before, now))
    return Pair(_called(before, now), tuple(before), tuple(now))


def _called(old: list[Version], new: list[Version]) -> str:
    return (new or old)[0].path.stem


def _place(one: Version) -> Path:
    return one.path.parent.relative_to(one.within if one.within.is_dir() else one.within.parent)
