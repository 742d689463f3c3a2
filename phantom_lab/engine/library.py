"""Where child playbooks and custom functions are found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from phantom_lab.engine.custom_function import CustomFunction
from phantom_lab.engine.playbook import Playbook
from phantom_lab.errors import PlaybookLoadError

CUSTOM_FUNCTIONS = "custom_functions"
"""Folder of custom functions beside playbooks, as in the public repositories."""


class Library:
    """Finds by base name: ``<repository>/<name>`` without its repository, without case, blanks as underscores.

    Args:
        paths: folders to look in after the calling playbook's own.
        named: playbooks by name that no file holds; they come first.
    """

    def __init__(self, paths: Sequence[str | Path] = (), named: Mapping[str, Playbook] | None = None) -> None:
        self._paths = [Path(one) for one in paths]
        self._named = named or {}
        self._playbooks: dict[Path, Playbook] = {}
        self._custom_functions: dict[Path, CustomFunction] = {}

    def playbook(self, reference: str, near: Path | None) -> Playbook:
        """The playbook that a ``phantom.playbook`` call means.

        Args:
            reference: as in the call.
            near: the file of the playbook that calls.

        Raises:
            PlaybookLoadError: there is none, or it cannot be loaded.
        """
        for name, playbook in self._named.items():
            if _base(name) == _base(reference):
                return playbook
        path = self._find(reference, [*_beside(near), *self._paths], "child playbook")
        if path not in self._playbooks:
            self._playbooks[path] = Playbook.load(path)
        return self._playbooks[path]

    def custom_function(self, reference: str, near: Path | None) -> CustomFunction:
        """The custom function that a ``phantom.custom_function`` call means; arguments and errors as for `playbook`."""
        places = [folder for one in (*_beside(near), *self._paths) for folder in (one, one / CUSTOM_FUNCTIONS)]
        path = self._find(reference, places, "custom function")
        if path not in self._custom_functions:
            self._custom_functions[path] = CustomFunction.load(path)
        return self._custom_functions[path]

    @staticmethod
    def _find(reference: str, places: Sequence[Path], what: str) -> Path:
        wanted = _base(reference)
        for path in (path for place in places for path in _files(place)):
            if _base(path.stem) == wanted:
                return path
        looked = ", ".join(dict.fromkeys(map(str, places))) or "no folder"
        raise PlaybookLoadError(f"no {what} '{reference}'",
                                hint=f"Looked for {wanted}.py in {looked}; --path DIR (Lab(paths=[…])) adds a folder.")


def _beside(near: Path | None) -> list[Path]:
    return [near.parent] if near else []


def _files(place: Path) -> Iterator[Path]:
    try:
        yield from sorted(place.glob("*.py"))
    except OSError:
        return


def _base(reference: str) -> str:
    return re.sub(r"\W", "_", reference.strip().rsplit("/", 1)[-1]).lower()
