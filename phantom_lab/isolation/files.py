"""What stands for the functions of Python that take paths, where playbook code is on top of the stack."""

from __future__ import annotations

import errno
import os
import shutil
from typing import Any

from phantom_lab.isolation.entries import Entries
from phantom_lab.isolation.opening import give_mode
from phantom_lab.isolation.paths import Original, naming, resolved, text
from phantom_lab.isolation.room import Whose
from phantom_lab.isolation.whose import passes_on


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
    with naming(path):
        place = who.room.overlay.place(resolved(who.room, path, at, last=last))
        return original(os.fsencode(place) if isinstance(path, bytes) else place, *args, **kwargs)


def listed(who: Whose, original: Original, path: Any = None) -> Any:
    """``os.listdir`` and ``os.scandir``."""
    room, given = who.room, "." if path is None else path
    with naming(given):
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
    with naming(path):
        found = resolved(room, path, dir_fd, last=False)
        if room.overlay.there(found):
            original(room.overlay.place(found), *args, **kwargs)  # raises that it is there
        original(place := room.made(who, verb, found), *args, **kwargs)
        if original.__name__ != "mknod":
            give_mode(who, place, args[0] if args else kwargs.get("mode", 0o777))
        room.touch(who, verb, found)


def linked(who: Whose, original: Original, src: Any, dst: Any, *args: Any, dir_fd: int | None = None,
           **kwargs: Any) -> None:
    """``os.symlink``: the text of the link stays as it is."""
    room = who.room
    with naming(src, dst):
        found = resolved(room, dst, dir_fd, last=False)
        if room.overlay.there(found):
            os.mkdir(room.overlay.place(found))  # raises that it is there
        original(text(src), room.made(who, "link", found), *args, **kwargs)
        room.touch(who, "link", found)


def changed(who: Whose, original: Original, path: Any, *args: Any, dir_fd: int | None = None,
            **kwargs: Any) -> None:
    """``os.chmod``, ``os.utime``, ``os.truncate`` and others that change what is there."""
    room, verb = who.room, _VERBS[original.__name__]
    with naming(path):
        last = kwargs.get("follow_symlinks", not original.__name__.startswith("l"))
        found = resolved(room, path, dir_fd, last=last)
        if found:  # a descriptor may be one of a pipe or the like
            place = room.changed(who, verb, found) if room.overlay.there(found) else room.overlay.place(found)
        original(path if isinstance(path, int) else place, *args, **kwargs)
        room.touch(who, "write" if verb == "truncate" else "change", found)


def removed(who: Whose, original: Original, path: Any, *, dir_fd: int | None = None) -> None:
    """``os.remove`` and ``os.rmdir``."""
    room, overlay, is_folder = who.room, who.room.overlay, original.__name__ == "rmdir"
    with naming(path):
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
    with naming(src, dst):
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
    with naming(src, dst):
        old = resolved(room, src, src_dir_fd, last=follow_symlinks)
        new = resolved(room, dst, dst_dir_fd, last=False)
        if overlay.there(new):
            os.mkdir(overlay.place(new))  # raises that it is there
        os.lstat(overlay.place(old))
        target = room.made(who, "link", new)
        if overlay.has_own(old):
            original(overlay.own(old), target, follow_symlinks=False)
        else:
            shutil.copy2(old, target, follow_symlinks=False)
        room.touch(who, "write", new)


def went(who: Whose, original: Original, path: Any) -> None:
    """``os.chdir`` and ``os.fchdir``: a run has a working folder of its own."""
    overlay = who.room.overlay
    with naming(path):
        found = resolved(who.room, path)
        os.listdir(overlay.place(found))
        overlay.folder = found
        who.room.touch(who, "set", "working folder")


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
