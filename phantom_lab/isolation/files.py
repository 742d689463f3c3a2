"""What stands for the functions of Python that take paths, where playbook code is on top of the stack."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from phantom_lab.isolation.entries import Entries
from phantom_lab.isolation.room import Room, Whose
from phantom_lab.isolation.whose import passes_on

Original = Callable[..., Any]
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_NAMELESS = getattr(os, "O_TMPFILE", -1)
_MODES = {"w": os.O_CREAT | os.O_TRUNC, "a": os.O_CREAT | os.O_APPEND, "x": os.O_CREAT | os.O_EXCL, "+": os.O_RDWR}
"""What the letters of a mode ask for."""
_OUTPUT = (os.devnull, "/dev/stdout", "/dev/stderr")
"""Devices that hold nothing."""


def writes(flags: int) -> bool:
    """Whether a file is opened for more than to be read."""
    return bool(flags & _WRITES)


def text(path: Any) -> str:
    """A path as text.

    Raises:
        TypeError: it is none.
    """
    return os.fsdecode(os.fspath(path))


@contextmanager
def _naming(*given: Any) -> Iterator[None]:
    """Errors of the system name what was given, not where that lies."""
    try:
        yield
    except OSError as exc:
        if exc.filename is not None:
            exc.filename = given[0]
            if len(given) > 1 and exc.filename2 is not None:
                exc.filename2 = given[1]
        raise


def resolved(room: Room, path: Any, at: int | None = None, *, last: bool = True) -> str:
    """A path, or the number of an open file, as `Overlay.resolved` gives it."""
    if isinstance(path, int):
        return room.overlay.of_descriptor(path)
    return room.overlay.resolved(room.overlay.absolute(text(path), at), last=last)


@passes_on
def opened(who: Whose, original: Original, file: Any, mode: Any = "r", *args: Any, **kwargs: Any) -> Any:
    """``open``: the file has the name that was given."""
    if not isinstance(file, str | bytes | os.PathLike) or not isinstance(mode, str) or kwargs.get(
            "opener", args[5:] or None) is not None:
        return original(file, mode, *args, **kwargs)  # an opener opens by another function, which is stood in for too
    flags = sum(flag for letter, flag in _MODES.items() if letter in mode)
    with _naming(os.fspath(file)):
        place, found = _opening(who, file, flags)
        new = bool(found) and not os.path.lexists(place)
        made = original(place, mode, *args, **kwargs)
    if new:
        _mask(who, place, 0o666)
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
    with _naming(path):
        place, found = _opening(who, path, flags, dir_fd)
        new = bool(found) and not os.path.lexists(place)
        number = int(original(place, flags, mode))
    if new:
        _mask(who, place, mode)
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


def looked_at(who: Whose, original: Original, path: Any, *args: Any, dir_fd: int | None = None, **kwargs: Any) -> Any:
    """``os.stat``, ``os.access`` and others that tell of what is there; for ``os.lstat`` see `link_looked_at`."""
    if isinstance(path, int):
        return original(path, *args, **kwargs)
    return _looked_at(who, original, path, args, dir_fd, kwargs, last=kwargs.get("follow_symlinks", True))


def link_looked_at(who: Whose, original: Original, path: Any, *, dir_fd: int | None = None) -> Any:
    """``os.lstat`` and ``os.readlink``."""
    return _looked_at(who, original, path, (), dir_fd, {}, last=False)


def _looked_at(who: Whose, original: Original, path: Any, args: Any, at: int | None, kwargs: Any, *,
               last: bool) -> Any:
    with _naming(path):
        place = who.room.overlay.place(resolved(who.room, path, at, last=last))
        return original(os.fsencode(place) if isinstance(path, bytes) else place, *args, **kwargs)


def listed(who: Whose, original: Original, path: Any = None) -> Any:
    """``os.listdir`` and ``os.scandir``."""
    room, given = who.room, "." if path is None else path
    with _naming(given):
        found = resolved(room, given)
        if not room.overlay.has_own(found):
            room.read(who, "folder", text(given) if not isinstance(given, int) else found)
        if isinstance(given, int) and not room.overlay.is_merged(found):
            return original(given)
        names = room.overlay.names(found)
        if original.__name__ == "scandir":
            return Entries(room.overlay, found, given, names)
        return [os.fsencode(one) for one in names] if isinstance(given, bytes) else names


def made(who: Whose, original: Original, path: Any, *args: Any, dir_fd: int | None = None, **kwargs: Any) -> None:
    """``os.mkdir``, ``os.mkfifo`` and ``os.mknod``."""
    room, verb = who.room, _VERBS.get(original.__name__, "make")
    with _naming(path):
        found = resolved(room, path, dir_fd, last=False)
        if room.overlay.there(found):
            original(room.overlay.place(found), *args, **kwargs)  # raises that it is there
        original(place := room.made(who, verb, found), *args, **kwargs)
        if original.__name__ != "mknod":
            _mask(who, place, args[0] if args else kwargs.get("mode", 0o777))
        room.touch(who, verb, found)


def linked(who: Whose, original: Original, src: Any, dst: Any, *args: Any, dir_fd: int | None = None,
           **kwargs: Any) -> None:
    """``os.symlink``: the text of the link stays as it is."""
    room = who.room
    with _naming(src, dst):
        found = resolved(room, dst, dir_fd, last=False)
        if room.overlay.there(found):
            os.mkdir(room.overlay.place(found))  # raises that it is there
        original(text(src), room.made(who, "link", found), *args, **kwargs)
        room.touch(who, "link", found)


def changed(who: Whose, original: Original, path: Any, *args: Any, dir_fd: int | None = None,
            **kwargs: Any) -> None:
    """``os.chmod``, ``os.utime``, ``os.truncate`` and others that change what is there."""
    room, verb = who.room, _VERBS[original.__name__]
    with _naming(path):
        last = kwargs.get("follow_symlinks", not original.__name__.startswith("l"))
        found = resolved(room, path, dir_fd, last=last)
        if found:  # a descriptor may be one of a pipe or the like
            place = room.changed(who, verb, found) if room.overlay.there(found) else room.overlay.place(found)
        original(path if isinstance(path, int) else place, *args, **kwargs)
        room.touch(who, "write" if verb == "truncate" else "change", found)


def removed(who: Whose, original: Original, path: Any, *, dir_fd: int | None = None) -> None:
    """``os.remove`` and ``os.rmdir``."""
    room, overlay, is_folder = who.room, who.room.overlay, original.__name__ == "rmdir"
    with _naming(path):
        found = resolved(room, path, dir_fd, last=False)
        if not overlay.there(found):
            os.lstat(overlay.place(found))  # raises that it is not there
        if is_folder and overlay.names(found):
            raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY), path)
        if not is_folder and os.path.isdir(place := overlay.place(found)) and not os.path.islink(place):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        if place := room.removed(who, "remove", found):
            original(place)
        room.touch(who, "remove", found)


def moved(who: Whose, original: Original, src: Any, dst: Any, *, src_dir_fd: int | None = None,
          dst_dir_fd: int | None = None) -> None:
    """``os.rename`` and ``os.replace``."""
    room, overlay = who.room, who.room.overlay
    with _naming(src, dst):
        old, new = (resolved(room, src, src_dir_fd, last=False), resolved(room, dst, dst_dir_fd, last=False))
        os.lstat(overlay.place(old))
        if overlay.of_machine(old):
            room.changed(who, "move", old)
        if overlay.of_machine(new) and not overlay.has_own(new):
            room.changed(who, "replace", new)
        target = overlay.own(new) if overlay.there(new) else room.made(who, "move to", new)
        original(overlay.copy_up(old), target)
        overlay.take_away(old)
        room.touch(who, "remove", old)
        room.touch(who, "write", new)


def joined(who: Whose, original: Original, src: Any, dst: Any, *, src_dir_fd: int | None = None,
           dst_dir_fd: int | None = None, follow_symlinks: bool = True) -> None:
    """``os.link``: of what the machine has, the run gets a copy."""
    room, overlay = who.room, who.room.overlay
    with _naming(src, dst):
        old = resolved(room, src, src_dir_fd, last=follow_symlinks)
        new = resolved(room, dst, dst_dir_fd, last=False)
        if overlay.there(new):
            os.mkdir(overlay.place(new))  # raises that it is there
        os.lstat(overlay.place(old))
        target = room.made(who, "link", new)
        original(overlay.copy_up(old), target, follow_symlinks=False)
        room.touch(who, "write", new)


def went(who: Whose, original: Original, path: Any) -> None:
    """``os.chdir`` and ``os.fchdir``: a run has a working folder of its own."""
    overlay = who.room.overlay
    with _naming(path):
        found = resolved(who.room, path)
        os.listdir(overlay.place(found))
        overlay.folder = found
        who.room.touch(who, "set", "working folder")


def masked(who: Whose, original: Original, mask: int) -> int:
    """``os.umask``: a run has one of its own."""
    before, who.room.mask = who.room.mask, mask
    who.room.touch(who, "set", "mask of new files")
    if before is None:
        before = int(original(0o77))
        original(before)
    return before


def _mask(who: Whose, place: str, mode: int) -> None:
    """Give something new the mode that the run's mask leaves, once it has one."""
    if who.room.mask is not None:
        os.chmod(place, mode & ~who.room.mask)


def where(who: Whose, original: Original) -> Any:
    """``os.getcwd`` and ``os.getcwdb``."""
    folder = who.room.overlay.folder
    return original() if not folder else os.fsencode(folder) if original.__name__ == "getcwdb" else folder


@passes_on
def closed(who: Whose, original: Original, *args: Any) -> Any:
    """Of the module ``tempfile``, what removes a file as a default value that it has kept."""
    return original(*args, **({"unlink": os.unlink} if "unlink" in original.__code__.co_varnames else {}))


def temporary(who: Whose, original: Original) -> str:
    """The folder for temporary files: the same for a run on any machine."""
    return "/tmp"


def next_name(who: Whose, original: Original, names: Any) -> str:
    """A name of the module ``tempfile``."""
    return who.room.name()


_VERBS = {"mkdir": "make folder", "mkfifo": "make pipe", "mknod": "make", "chmod": "change", "lchmod": "change",
          "fchmod": "change", "chown": "change", "lchown": "change", "fchown": "change", "utime": "change",
          "truncate": "truncate", "ftruncate": "truncate", "setxattr": "change", "removexattr": "change",
          "chflags": "change", "lchflags": "change"}
"""What is done, by the function's name."""
