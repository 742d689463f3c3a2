"""The scenario files below some paths."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from phantom_lab.errors import InputError
from phantom_lab.limits import SCENARIO, read_plain
from phantom_lab.misspelt import closest_file

_YAML = (".yaml", ".yml")
_SAYS = re.compile(rb'^(?:playbook|expect|variants|outcomes):', re.MULTILINE)
_SAYS_JSON = re.compile(rb'\A\s*\{(?s:.*)"(?:playbook|expect|variants)"\s*:')
"""What makes a file below a folder a scenario: a key that nothing but a scenario has at its beginning."""
_LEFT = ("__pycache__", "node_modules")


@dataclass(frozen=True, slots=True)
class Asked:
    """A scenario file, and what of it is to be run."""

    file: str
    """As it was found below the paths."""
    variants: tuple[str, ...] | None = None
    """None: all that it holds."""

    @property
    def keys(self) -> list[str]:
        """How people name it: ``folder/phishing.yaml#declined``."""
        return [self.file] if self.variants is None else [f"{self.file}#{one}" for one in self.variants]


@dataclass(slots=True)
class Collected:
    """What there is below some paths."""

    files: list[Asked] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    """YAML files that are no scenarios."""


def collect(paths: Sequence[str | Path]) -> Collected:
    """Every scenario file below some paths, in the order of their names; none is read.

    Args:
        paths: files, ``FILE#VARIANT``, or folders; below a folder, files count that look like scenarios.

    Raises:
        InputError: there is no such path.
    """
    found: dict[str, Asked] = {}
    collected = Collected()
    for given in map(str, paths):
        path = Path(given)
        if path.is_dir():
            for file in _files(path):
                if _is_scenario(file):
                    found[str(file)] = Asked(str(file))
                elif file.suffix.lower() in _YAML:
                    collected.others.append(str(file))
            continue
        name, _, variant = given.rpartition("#")
        if path.suffix in (".py", ".tgz"):
            raise InputError("this is a playbook, and no scenario", where=given,
                             hint="Name a scenario whose `playbook` it is, or give it as --playbook.")
        if path.exists():
            found[given] = Asked(given)
        elif not Path(name or given).is_file():
            raise InputError(f"there is no such file or folder{closest_file(path)}", where=given)
        elif (known := found.get(name, Asked(name, ()))).variants is not None:
            found[name] = Asked(name, tuple(dict.fromkeys((*known.variants, variant))))
    collected.files = list(found.values())
    return collected


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(one for one in folders if not one.startswith(".") and one not in _LEFT
                            and not os.path.islink(os.path.join(place, one)))
        yield from (Path(place, one) for one in sorted(files) if one.lower().endswith((*_YAML, ".json")))


def _is_scenario(file: Path) -> bool:
    try:
        text = read_plain(file, SCENARIO)
    except (OSError, ValueError):
        return False
    return bool((_SAYS if file.suffix.lower() in _YAML else _SAYS_JSON).search(text))
