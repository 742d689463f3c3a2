"""What stands for ``sqlite3.connect``: SQLite opens files by itself."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import unquote

from phantom_lab.isolation.paths import Original, resolved, text
from phantom_lab.isolation.room import Whose

_ATTACH = 24
_READS = frozenset({19, 20, 21, 22, 25, 31, 32, 33})
"""What a statement does, by SQLite's numbers: pragma, read, select, transaction, detach, function, savepoint and
recursive."""


def connected(who: Whose, original: Original, database: Any, *args: Any, **kwargs: Any) -> Any:
    """``sqlite3.connect``: a database of the machine's can be read, unless the run changes copies of it."""
    path, mark, rest = _parts(database, kwargs.get("uri", len(args) > 6 and args[6]))
    if path in ("", ":memory:") or "mode=memory" in rest:
        return _fenced(who, original(database, *args, **kwargs))
    room, overlay = who.room, who.room.overlay
    found = resolved(room, path)
    if os.path.isdir(overlay.place(found)):
        return original(overlay.place(found), *args, **kwargs)  # raises that it is no file
    only_read = overlay.of_machine(found) and not overlay.has_own(found) and not room.redirect
    if only_read:
        room.read(who, "file", path)
        place, mark, rest = found, "?", "mode=ro"
    elif "mode=ro" in rest:
        place = overlay.place(found)
    else:
        place = room.changed(who, "write to", found) if overlay.there(found) else room.made(who, "write to", found)
        room.touch(who, "write", found)
    if mark:
        place = f"file:{place.replace('%', '%25').replace('?', '%3f').replace('#', '%23')}?{rest}"
    args = args[:6]
    return _fenced(who, original(place, *args, **{**kwargs, "uri": bool(mark)}), room.shown(found) * only_read)


def _parts(database: Any, uri: Any) -> tuple[str, str, str]:
    """Path, ``?`` and parameters of what is given for a database."""
    path = text(database)
    if not (uri and path.startswith("file:")):
        return path, "", ""
    path, mark, rest = path.removeprefix("file:").partition("#")[0].partition("?")
    return unquote(path.removeprefix("//localhost").removeprefix("//")), mark, rest


def _fenced(who: Whose, connection: Any, only_read: str = "") -> Any:
    """Let no statement of a connection open another file, or write to one that is only read."""

    def allowed(action: int, name: Any, *_: Any) -> int:
        if action == _ATTACH and name not in ("", ":memory:") and not (name and who.room.is_own(str(name))):
            who.room.refused(who, "attach", repr(name), "a statement opens no other database", "Connect to it instead.")
            return 1
        if only_read and action not in _READS and name not in ("sqlite_master", "sqlite_temp_master"):
            who.room.refused(who, "write to", only_read, "it is there on the machine, and no run changes that")
            return 1
        return 0

    connection.set_authorizer(allowed)
    return connection
