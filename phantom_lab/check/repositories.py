"""What stands in the way of an upgrade, counted per repository."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from phantom_lab.check.sources import Problem
from phantom_lab.check.upgrade import KINDS
from phantom_lab.later import dataclass


@dataclass(frozen=True, slots=True)
class Upgrade:
    """Files of a repository with something that a platform of today does not have, or does not show."""

    repository: str
    """The checkout that holds them; outside of one, the path that was given."""
    classic: int
    """Playbooks that no editor shows."""
    python_2: int
    removed: int
    """Files that use what a Python 3 up to 3.13 took away."""
    deprecated: int
    """Files that call names of the API which the vendor calls deprecated."""


def by_repository(problems: Iterable[Problem], copies: Mapping[str, str],
                  paths: Sequence[str | Path]) -> list[Upgrade]:
    """The counts of every repository that has some, in the order of their names.

    Args:
        copies: files of the same content, each with the one that was checked; in a repository they count once.
        paths: what was given; the first that holds a file counts.
    """
    kinds: dict[str, set[str]] = defaultdict(set)
    for one in problems:
        kinds[one.playbook].add(one.kind)
    files = {(_repository(Path(file), paths), same) for file, same in {**{one: one for one in kinds}, **copies}.items()}
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for repository, file in files:
        found[repository].update(kinds.get(file, ()))
    counted = [Upgrade(name, *(count[kind] for kind in KINDS)) for name, count in sorted(found.items())]
    return [one for one in counted if one.classic or one.python_2 or one.removed or one.deprecated]


def _repository(file: Path, paths: Sequence[str | Path]) -> str:
    """A checkout is where ``.git`` lies, which may be a file."""
    checkout = next((one for one in file.absolute().parents if (one / ".git").exists()), None)
    if checkout:
        return str(checkout)
    return next((str(one) for one in paths if file.is_relative_to(one)), str(file.parent))
