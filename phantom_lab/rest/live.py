"""The lab's own records as a platform: what is written, is written to them."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path

from phantom_lab.model import Asset, Record, User
from phantom_lab.state import Ids, Platform, Records, Snapshot


class LivePlatform(Platform):
    """A platform that copies nothing.

    Args:
        records: by kind and id; they are written to.
        assets: configured ones.
        user: in whose name everything is done.
        files: where the bytes of vault files lie; it is written to.
        now: gives the present moment, ISO 8601.
        tell: hears what the lab takes for granted.
    """

    def __init__(self, records: Mapping[str, dict[int, Record]], assets: tuple[Asset, ...], user: User,
                 files: MutableMapping[str, Path], now: Callable[[], str],
                 tell: Callable[[str], None]) -> None:
        super().__init__(Snapshot({}, assets, user=user), Ids(), now, _unheard, tell)
        self._tables = {kind: Records(kind, table, ids=self.ids, now=now, told=_unheard)
                        for kind, table in records.items()}
        self.files = ChainMap(files)

    def refresh(self) -> None:
        """Take in what others have written meanwhile; new ids come after theirs."""
        for kind, table in self._tables.items():
            table.forget()
            self.ids.after(kind, max(table, default=0))


def _unheard(kind: str, number: int, field: str, before: object, after: object) -> None:
    """Nobody hears of writes to the lab itself."""
