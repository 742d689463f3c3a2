"""What playbook code may not do: nothing that it runs leaves the machine, or changes it.

What the interpreter tells its audit hooks is judged here; what it does not tell of, and what has another way for a
playbook, is stood in for (`table`). Libraries fail the way they do without a network, and other threads, stubs and the
kernel stay free. An audit hook cannot be taken away again.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from phantom_lab.isolation import stand_ins, table
from phantom_lab.isolation.opening import writes
from phantom_lab.isolation.processes import DEBUGGER, refuse_library
from phantom_lab.isolation.room import ASK, RefusedError, Whose
from phantom_lab.isolation.whose import whose

__all__ = ["RefusedError", "guarded", "table"]

_NETWORK = "playbook code reaches neither the network nor other programs"
_PROCESS = "the process goes on after the run"
_C = "code in C is watched by nobody"
_SETUP = frozenset({"socket.__new__", "socket.bind", "ctypes.dlopen", "ctypes.dlsym", "ctypes.dlsym/handle"})
"""What a library may do while it is imported: it finds out about the machine, and loads its own code."""
_DESCRIBES = tuple(f"{os.path.dirname(os.__file__)}/{one}" for one in ("ctypes/util.py", "platform.py", "uuid.py"))
"""Modules of Python that start programs to describe the machine, as libraries ask them to while they are imported."""

_REFUSED: dict[str, tuple[str, int | None, str]] = {
    "socket.__new__": ("open a network socket", None, _NETWORK),
    "socket.connect": ("connect to", 1, _NETWORK),
    "socket.sendto": ("send to", 1, _NETWORK),
    "socket.sendmsg": ("send to", 1, _NETWORK),
    "socket.bind": ("listen at", 1, _NETWORK),
    "socket.getaddrinfo": ("look up", 0, _NETWORK),
    "socket.gethostbyname": ("look up", 0, _NETWORK),
    "socket.gethostbyaddr": ("look up", 0, _NETWORK),
    "socket.getnameinfo": ("look up", 0, _NETWORK),
    "socket.sethostname": ("name the machine", 0, _NETWORK),
    "subprocess.Popen": ("start", 1, _NETWORK),
    "os.system": ("start", 0, _NETWORK),
    "os.exec": ("start", 0, _NETWORK),
    "os.posix_spawn": ("start", 0, _NETWORK),
    "os.spawn": ("start", 1, _NETWORK),
    "os.fork": ("fork", None, _NETWORK),
    "os.forkpty": ("fork", None, _NETWORK),
    "os.startfile": ("open", 0, _NETWORK),
    "os.startfile/2": ("open", 0, _NETWORK),
    "pty.spawn": ("start", 0, _NETWORK),
    "webbrowser.open": ("open", 0, _NETWORK),
    "ctypes.dlopen": ("load", 0, _C),
    "ctypes.dlsym": ("call", 1, _C),
    "ctypes.dlsym/handle": ("call", 1, _C),
    "sqlite3.load_extension": ("load", 1, _C),
    "os.kill": ("send a signal to process", 0, _PROCESS),
    "os.killpg": ("send a signal to processes", 0, _PROCESS),
    "signal.pthread_kill": ("send a signal to thread", 0, _PROCESS),
    "resource.setrlimit": ("set a limit of the process", None, _PROCESS),
    "resource.prlimit": ("set a limit of process", 0, _PROCESS),
    "sys.addaudithook": ("watch the process", None, _PROCESS),
    "sys.setprofile": ("watch the process", None, _PROCESS),
    "sys.settrace": ("watch the process", None, _PROCESS),
    "syslog.openlog": ("write to the system's log", None, _PROCESS),
    "syslog.syslog": ("write to the system's log", None, _PROCESS),
    "syslog.closelog": ("close the system's log", None, _PROCESS),
    "syslog.setlogmask": ("change the system's log", None, _PROCESS),
}
"""What is refused, by audit event: a verb, the place of its object among the event's arguments, and why."""

_CHANGES: dict[str, tuple[tuple[int, int | None], ...]] = {
    "os.chflags": ((0, None),), "os.chmod": ((0, 2),), "os.chown": ((0, 3),), "os.link": ((0, 2), (1, 3)),
    "os.mkdir": ((0, 2),), "os.remove": ((0, 1),), "os.removexattr": ((0, None),), "os.rename": ((0, 2), (1, 3)),
    "os.rmdir": ((0, 1),), "os.setxattr": ((0, None),), "os.symlink": ((1, 2),), "os.truncate": ((0, None),),
    "os.utime": ((0, 3),), "os.chdir": ((0, None),), "sqlite3.connect": ((0, None),),
}
"""What changes files, by audit event: the places of a path, and of the folder's descriptor that it is relative to."""
_FOLLOWS = frozenset({"write to", "connect", "truncate", "chmod", "chown", "utime", "chdir"})
"""What is done to the file that a link leads to, and not to the link."""
_READ = {"open": "file", "os.listdir": "folder", "os.scandir": "folder", "glob.glob": "folder"}
"""What is read of the machine, by audit event; the first argument says which."""
_OTHERS = frozenset({"open", "import", "os.putenv", "os.unsetenv"})
_JUDGED = {*_REFUSED, *_CHANGES, *_READ, *_OTHERS}

_LOCAL = getattr(socket, "AF_UNIX", None)
"""Family of the pairs that event loops make for themselves."""
_hooked = False


@contextmanager
def guarded() -> Iterator[None]:
    """Keep what playbook code does within its run; re-entrant, for any number of runs at once."""
    global _hooked
    if not _hooked:
        sys.addaudithook(_hook)
        _hooked = True
    with stand_ins.standing_in():
        yield


def _hook(event: str, args: tuple[Any, ...]) -> None:
    if event not in _JUDGED or (event in _READ and not stand_ins.standing() and not _is_written(event, args)):
        return
    if event == "import" and stand_ins.standing():
        stand_ins.load(args[0])
    top = sys._getframe(1)
    who = whose(top)
    if who is None or (who.importing and top.f_code.co_filename.startswith("<frozen importlib") and event != "import"):
        return  # what Python does to import something: it keeps what it has compiled
    if event in _REFUSED:
        _refuse(who, event, args)
    elif event in _CHANGES:
        for path, at in _CHANGES[event]:
            _judge(who, event.rpartition(".")[2], args[path], args[at] if at is not None else -1)
    elif event == "import":
        refuse_library(who, args[0])
    elif event in ("os.putenv", "os.unsetenv"):
        if not who.importing:
            who.room.sets(who, os.fsdecode(args[0]))
    elif _is_written(event, args):
        _judge(who, "write to", args[0], -1)
    elif isinstance(args[0], str | bytes | os.PathLike) and not who.importing:
        who.room.read(who, _READ[event], os.fsdecode(args[0]))


def _refuse(who: Whose, event: str, args: tuple[Any, ...]) -> None:
    if event == "socket.__new__" and args[1] == _LOCAL:
        return
    if event == "sys.settrace" and sys._getframe(2).f_code.co_filename in DEBUGGER:
        return
    if who.importing and (event in _SETUP or (event == "subprocess.Popen" and _describes())):
        return
    verb, place, why = _REFUSED[event]
    raise who.room.refused(who, verb, repr(args[place]) if place is not None else "", why, ASK)


def _describes() -> bool:
    """Whether Python itself starts a program, to describe the machine."""
    frame = sys._getframe(3)
    while frame is not None and frame.f_code.co_filename.startswith(os.path.dirname(os.__file__)):
        if frame.f_code.co_filename in _DESCRIBES:
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False


def _is_written(event: str, args: tuple[Any, ...]) -> bool:
    return event == "open" and isinstance(args[2], int) and writes(args[2])


def _judge(who: Whose, verb: str, path: Any, at: int) -> None:
    """What is done past the stand-ins may be done in the run's own folder alone."""
    overlay = who.room.overlay
    if isinstance(path, int):  # a pipe and the like is no file of anybody's
        place = overlay.of_descriptor(path)
        if not place or (overlay.used and overlay.has_own(place)):
            return
    elif not isinstance(path, str | bytes | os.PathLike):
        return
    else:
        place = os.fsdecode(path)
        if place in ("", ":memory:", os.devnull) or (verb == "connect" and place.startswith("file::memory:")):
            return
        if at >= 0 and not place.startswith("/"):
            place = f"{overlay.place(overlay.of_descriptor(at))}/{place}"
        if who.room.is_own(place, last=verb in _FOLLOWS):
            return
    raise who.room.refused(who, verb, place, "this way leads past the run's own folder",
                           "Use open, os, shutil or pathlib.")
