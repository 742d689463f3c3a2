"""Manifests of public SOAR apps: what their actions take, and what they declare to come back with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from phantom_lab.apps.manifests import Manifest
from phantom_lab.misspelt import SURE, near
from phantom_lab.outcomes.declared import Declaration
from phantom_lab.outcomes.known import Known, shown

_SAME_NAMED = "(same-named action)"


class Apps:
    """Manifests, by the ids and names of their apps and by the names of their actions.

    Args:
        manifests: in any order; of several versions of an app the newest is asked first.
        problems: what could not be read.
    """

    def __init__(self, manifests: Iterable[Manifest] = (), problems: Sequence[str] = ()) -> None:
        self.problems = list(problems)
        self._by_id: dict[str, list[Manifest]] = {}
        self._by_name: dict[str, list[Manifest]] = {}
        self._by_action: dict[str, list[Manifest]] = {}
        self._known: dict[tuple[Manifest, str, str], Declaration | None] = {}
        for one in sorted(manifests, key=lambda one: (one.order, one.name), reverse=True):
            self._file(one)

    @classmethod
    def load(cls, given: str | Path | Sequence[str | Path]) -> Apps:
        """Read manifests.

        Args:
            given: a folder, one ``.json`` file, or an archive (``.tar``, ``.tar.gz``, ``.tar.xz``, ``.zip``), or
                several. Files inside a folder or archive that are no manifests are passed by.

        Raises:
            InputError: one of them cannot be read, or holds no manifest.
        """
        from phantom_lab.apps.manifest_files import read_manifests  # only now: it knows all kinds of archives

        found: list[Manifest] = []
        problems: list[str] = []
        for one in [given] if isinstance(given, str | Path) else given:
            own: list[str] = []
            found += read_manifests(Path(one), own)
            problems += own
        return cls(found, problems)

    def __len__(self) -> int:
        """The number of apps, of which there may be several versions."""
        return len({one.appid or one.name for found in self._by_name.values() for one in found})

    def find(self, action: str, *, appid: str = "", name: str = "") -> Declaration | None:
        """What is declared of an action: by its app if that is known, otherwise by an action of the same name."""
        return self.declared(action, appid=appid, name=name) or self.same_named(action)

    def declared(self, action: str, *, appid: str = "", name: str = "") -> Declaration | None:
        """What the app of this id declares of an action; else the app or product of this name.

        Names compare by letters and digits alone: ``virustotal_v3`` is ``VirusTotal v3``.
        """
        known = self.known(action, appid=appid, name=name)
        return known.declaration if known else None

    def known(self, action: str, *, appid: str = "", name: str = "") -> Known | None:
        """The app of this id or name, for a call of an action; None where it is unknown, or may have further actions.

        Of several versions the newest that has the action speaks.
        """
        wanted = action.strip().lower()
        by_name = self._by_name.get(_plain(name), []) if _plain(name) else []
        manifests = [*self._by_id.get(appid.strip().lower(), []), *by_name]
        one = next((one for one in manifests if wanted in one.actions), None)
        if one is not None:
            return Known(one.title, one.actions, self._declaration(one, wanted))
        if not manifests or not all(one.complete for one in manifests):
            return None
        return Known(manifests[0].title, [name for one in manifests for name in one.actions], None)

    def same_named(self, action: str) -> Declaration | None:
        """What some app declares of an action of this name: the one with most outputs, then the first by name."""
        wanted = action.strip().lower()
        found = sorted(self._newest(wanted), key=lambda one: (-one.weight(wanted), one.name))
        return self._declaration(found[0], wanted, _SAME_NAMED) if found else None

    def like(self, action: str) -> str:
        """That no app has an action, but one has another one of nearly that name; empty where that is not so."""
        wanted = action.strip().lower()
        alike = [] if wanted in self._by_action else near(wanted, self._by_action, least=SURE)
        if not alike:
            return ""
        return (f"no app at hand has an action {shown(action)}; closest is '{alike[0]}' "
                f"({self._by_action[alike[0]][0].title})")

    def actions_of(self, name: str) -> frozenset[str]:
        """Lower-case names of the actions of an app or product; empty where it is unknown."""
        return frozenset(self._by_name[_plain(name)][0].actions) if _plain(name) in self._by_name else frozenset()

    def _newest(self, action: str) -> Iterator[Manifest]:
        seen = set()
        for one in self._by_action.get(action, ()):
            if (one.appid or one.name) not in seen:
                seen.add(one.appid or one.name)
                yield one

    def _declaration(self, one: Manifest, action: str, note: str = "") -> Declaration | None:
        key = (one, action, note)
        if key not in self._known:
            self._known[key] = one.declaration(action, note)
        return self._known[key]

    def _file(self, one: Manifest) -> None:
        if one.appid:
            self._by_id.setdefault(one.appid, []).append(one)
        for name in dict.fromkeys(filter(None, (_plain(one.name), _plain(one.product)))):
            self._by_name.setdefault(name, []).append(one)
        for action in one.actions:
            self._by_action.setdefault(action, []).append(one)


def _plain(name: str) -> str:
    """What is left of a name that is spelt in several ways."""
    return re.sub(r"[\W_]+", "", name).lower()
