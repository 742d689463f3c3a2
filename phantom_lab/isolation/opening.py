"""What stands for the functions of Python that open files, where playbook code is on top of the stack."""

from __future__ import annotations

import os
from typing import Any

from phantom_lab.isolation.paths import Original, naming, resolved, text
from phantom_lab.isolation.room import Whose
from phantom_lab.isolation.whose import passes_on

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_NAMELESS = getattr(os, "O_TMPFILE", -1)
_MODES = {"w": os.O_CREAT | os.O_TRUNC, "a": os.O_CREAT | os.O_APPEND, "x": os.O_CREAT | os.O_EXCL, "+": os.O_RDWR}
"""What the letters of a mode ask for."""
_OUTPUT = (os.devnull, "/dev/stdout", "/dev/stderr")
"""Devices that hold nothing."""


def writes(flags: int) -> bool:
    """Whether a file is opened for more than to be read."""
    return bool(flags & _WRITES)


@passes_on
def opened(who: Whose, original: Original, file: Any, mode: Any = "r", *args: Any, **kwargs: Any) -> Any:
    """``open``: the file has the name that was given."""
    if not isinstance(file, str | bytes | os.PathLike) or not isinstance(mode, str) or kwargs.get(
            "opener", args[5:] or None) is not None:
        return original(file, mode, *args, **kwargs)  # an opener opens by another function, which is stood in for too
    flags = sum(flag for letter, flag in _MODES.items() if letter in mode)
    with naming(os.fspath(file)):
        place, found = _opening(who, file, flags)
        new = bool(found) and not os.path.lexists(place)
        made = original(place, mode, *args, **kwargs)
    if new:
        give_mode(who, place, 0o666)
    if found:
        who.room.touch(who, "write", found)
    _raw(made).name = os.fspath(file)
    return made


def _raw(file: Any) -> Any:
    """The file that has the name of what others wrap around it."""
    file = getattr(file, "buffer", file)
    return getattr(file, "raw", file)


def descriptor(who: Whose, original: Original, path: Any, flags: int, mode: int = 0o777, *,
               dir_fd: int | None = None) -> int:
    """``os.open``."""
    if not isinstance(path, str | bytes | os.PathLike):
        return int(original(path, flags, mode, dir_fd=dir_fd))
    with naming(path):
        place, found = _opening(who, path, flags, dir_fd)
        new = bool(found) and not os.path.lexists(place)
        number = int(original(place, flags, mode))
    if new:
        give_mode(who, place, mode)
    if found:
        who.room.touch(who, "write", found)
    return number


def _opening(who: Whose, path: Any, flags: int, at: int | None = None) -> tuple[str, str]:
    """Where to open a file, and, where it is written to, its resolved path."""
    room, overlay, given = who.room, who.room.overlay, text(path)
    if given in _OUTPUT:
        return given, ""
    found = resolved(room, path, at, last=not flags & getattr(os, "O_NOFOLLOW", 0))
    place = overlay.place(found)
    is_folder = os.path.isdir(place)
    if is_folder and flags & _NAMELESS == _NAMELESS:  # it goes away when it is closed
        nameless = f"{found}/(no name)"
        room.touch(who, "write", nameless)
        return os.path.dirname(room.made(who, "write to", nameless)), ""
    if not writes(flags) or is_folder:
        if place == found and not is_folder:
            room.read(who, "file", given)
        return place, ""
    if not overlay.there(found):
        return (room.made(who, "write to", found) if flags & os.O_CREAT else place), found
    if flags & os.O_CREAT and flags & os.O_EXCL:
        return place, ""  # where opening raises that it is there
    return room.changed(who, "write to", found), found


def masked(who: Whose, original: Original, mask: int) -> int:
    """``os.umask``: a run has one of its own."""
    before, who.room.mask = who.room.mask, mask
    who.room.touch(who, "set", "mask of new files")
    if before is None:
        before = int(original(0o77))
        original(before)
    return before


def give_mode(who: Whose, place: str, mode: int) -> None:
    """Give something new the mode that the run's mask leaves, once it has one."""
    if who.room.mask is not None:
        os.chmod(place, mode & ~who.room.mask)
