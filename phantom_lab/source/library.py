"""Where child playbooks and custom functions are found."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from phantom_lab.errors import MissingSourceError, PlaybookLoadError
from phantom_lab.model import naming
from phantom_lab.outcomes import CUSTOM_FUNCTION, PLAYBOOK, StandIn
from phantom_lab.source.custom_function import CustomFunction
from phantom_lab.source.files import file_of, like, others_of
from phantom_lab.source.kinds import CUSTOM_FUNCTIONS
from phantom_lab.source.playbook import Playbook
from phantom_lab.source.stubbed import StubbedCustomFunction, StubbedPlaybook
from phantom_lab.source.unpacked import folder_of

_INSTEAD = {PLAYBOOK: ("child playbook", "playbook", '{"playbook": %s, "outputs": {…}}'),
            CUSTOM_FUNCTION: ("custom function", "custom_function", '{"custom_function": %s, "data": {…}}')}
"""What is missing, and how to stand in for it."""


class Library:
    """Finds what ``<repository>/<name>`` means, by the rule of `naming`.

    Args:
        paths: folders to look in after the calling playbook's own, and archives.
        named: playbooks by name that no file holds; they come before files.
        stand_ins: what stands in for playbooks and custom functions; they come first of all.
    """

    def __init__(self, paths: Sequence[str | Path] = (), named: Mapping[str, Playbook] | None = None,
                 stand_ins: Sequence[StandIn] = ()) -> None:
        self._paths = [folder_of(one) for one in paths]
        self._named = named or {}
        self._stand_ins = stand_ins
        self._playbooks: dict[Path, Playbook] = {}
        self._custom_functions: dict[Path, CustomFunction] = {}
        self._files: dict[tuple[str, str, Path | None], Path] = {}

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
        if named := _only(naming.referred(reference, self._named), reference, PLAYBOOK):
            return self._named[named]
        path = self._find(reference, near, PLAYBOOK)
        if path not in self._playbooks:
            self._playbooks[path] = Playbook.load(path)
        return self._playbooks[path]

    def custom_function(self, reference: str, near: Path | None) -> CustomFunction:
        """The custom function that a ``phantom.custom_function`` call means; arguments and errors as for `playbook`."""
        if (stand_in := self._stand_in(CUSTOM_FUNCTION, reference)) is not None:
            return StubbedCustomFunction.of(stand_in)
        path = self._find(reference, near, CUSTOM_FUNCTION)
        if path not in self._custom_functions:
            self._custom_functions[path] = CustomFunction.load(path)
        return self._custom_functions[path]

    def folders(self, near: Path | None) -> list[Path]:
        """Where playbooks are looked for."""
        return [*_beside(near), *self._paths]

    def playbooks(self, near: Path | None, look: Callable[[list[Path]], list[Any]]) -> list[Any]:
        """What there is to see in the folders in which playbooks are looked for."""
        return look(self.folders(near))

    @property
    def names(self) -> list[str]:
        """Names of the playbooks that no file holds."""
        return [*self._named, *(one.name for one in self._stand_ins if one.kind == PLAYBOOK)]

    @property
    def stand_ins(self) -> Sequence[StandIn]:
        """What stands in for playbooks and custom functions."""
        return self._stand_ins

    def _stand_in(self, kind: str, reference: str) -> StandIn | None:
        """The first of those that are meant, which is the newest."""
        there: dict[str, StandIn] = {}
        for one in self._stand_ins:
            if one.kind == kind:
                there.setdefault(one.name, one)
        found = _only(naming.referred(reference, there), reference, kind)
        return there[found] if found else None

    def _find(self, reference: str, near: Path | None, kind: str) -> Path:
        """The file of a name; what it means is found out once."""
        asked = kind, reference, near
        if asked in self._files:
            return self._files[asked]
        places = self.folders(near)
        if kind == CUSTOM_FUNCTION:
            places = [folder for one in places for folder in (one, one / CUSTOM_FUNCTIONS)]
        if path := file_of(reference, places, kind):
            self._files[asked] = path
            return path
        looked = ", ".join(dict.fromkeys(map(str, places))) or "no folder"
        what, stub, entry = _INSTEAD[kind]
        other = CUSTOM_FUNCTION if kind == PLAYBOOK else PLAYBOOK
        same = "".join(f"{one} is a {other}. " for one in others_of(reference, places)[:1])
        if not same and (named := like(reference, places)):
            same = f"Closest is {named!r}. "
        raise MissingSourceError(
            f"no {what} '{reference}'",
            hint=f"{same}Looked for {naming.key(naming.base(reference))}.py in {looked}; --path DIR "
                 f"(Lab(paths=[…])) adds a folder. A stub (@lab.{stub}({reference!r})) can stand in for it, or an "
                 f"entry {entry % json.dumps(reference)} of --results FILE.", kind=what)


def _only(found: Sequence[str], reference: str, kind: str) -> str:
    """The first of those that may be meant; empty where there is none.

    Raises:
        PlaybookLoadError: they are of several spellings.
    """
    if naming.ambiguous(found):
        raise PlaybookLoadError(f"{kind} '{reference}' may be {' or '.join(map(repr, found))}",
                                hint="Rename one of them, or call it by its exact name.")
    return found[0] if found else ""


def _beside(near: Path | None) -> list[Path]:
    return [near.parent] if near else []

