"""Where child playbooks and custom functions are found."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from phantom_lab.engine.custom_function import CustomFunction
from phantom_lab.engine.playbook import Playbook
from phantom_lab.engine.stubbed import StubbedCustomFunction, StubbedPlaybook
from phantom_lab.errors import MissingSourceError
from phantom_lab.outcomes import CUSTOM_FUNCTION, PLAYBOOK, StandIn

CUSTOM_FUNCTIONS = "custom_functions"
"""Folder of custom functions beside playbooks, as in the public repositories."""
_INSTEAD = {PLAYBOOK: ("child playbook", "playbook", '{"playbook": %s, "outputs": {…}}'),
            CUSTOM_FUNCTION: ("custom function", "custom_function", '{"custom_function": %s, "data": {…}}')}
"""What is missing, and how to stand in for it."""


class Library:
    """Finds by base name: ``<repository>/<name>`` without its repository, without case, blanks as underscores.

    Args:
        paths: folders to look in after the calling playbook's own.
        named: playbooks by name that no file holds; they come before files.
        stand_ins: what stands in for playbooks and custom functions; they come first of all.
    """

    def __init__(self, paths: Sequence[str | Path] = (), named: Mapping[str, Playbook] | None = None,
                 stand_ins: Sequence[StandIn] = ()) -> None:
        self._paths = [Path(one) for one in paths]
        self._named = named or {}
        self._stand_ins = stand_ins
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
        if (stand_in := self._stand_in(PLAYBOOK, reference)) is not None:
            return StubbedPlaybook.of(stand_in)
        for name, playbook in self._named.items():
            if base_name(name) == base_name(reference):
                return playbook
        path = self._find(reference, self.folders(near), PLAYBOOK)
        if path not in self._playbooks:
            self._playbooks[path] = Playbook.load(path)
        return self._playbooks[path]

    def custom_function(self, reference: str, near: Path | None) -> CustomFunction:
        """The custom function that a ``phantom.custom_function`` call means; arguments and errors as for `playbook`."""
        if (stand_in := self._stand_in(CUSTOM_FUNCTION, reference)) is not None:
            return StubbedCustomFunction.of(stand_in)
        places = [folder for one in self.folders(near) for folder in (one, one / CUSTOM_FUNCTIONS)]
        path = self._find(reference, places, CUSTOM_FUNCTION)
        if path not in self._custom_functions:
            self._custom_functions[path] = CustomFunction.load(path)
        return self._custom_functions[path]

    def folders(self, near: Path | None) -> list[Path]:
        """Where playbooks are looked for."""
        return [*_beside(near), *self._paths]

    @property
    def names(self) -> list[str]:
        """Names of the playbooks that no file holds."""
        return [*self._named, *(one.name for one in self._stand_ins if one.kind == PLAYBOOK)]

    def _stand_in(self, kind: str, reference: str) -> StandIn | None:
        wanted = base_name(reference)
        return next((one for one in self._stand_ins if one.kind == kind and base_name(one.name) == wanted), None)

    @staticmethod
    def _find(reference: str, places: Sequence[Path], kind: str) -> Path:
        wanted = base_name(reference)
        for path in (path for place in places for path in _files(place)):
            if base_name(path.stem) == wanted:
                return path
        looked = ", ".join(dict.fromkeys(map(str, places))) or "no folder"
        what, stub, entry = _INSTEAD[kind]
        raise MissingSourceError(
            f"no {what} '{reference}'",
            hint=f"Looked for {wanted}.py in {looked}; --path DIR (Lab(paths=[…])) adds a folder. A stub "
                 f"(@lab.{stub}({reference!r})) can stand in for it, or an entry {entry % json.dumps(reference)} "
                 "of --results FILE.")


def _beside(near: Path | None) -> list[Path]:
    return [near.parent] if near else []


def _files(place: Path) -> Iterator[Path]:
    try:
        yield from sorted(place.glob("*.py"))
    except OSError:
        return


def base_name(reference: str) -> str:
    return re.sub(r"\W", "_", reference.strip().rsplit("/", 1)[-1]).lower()
