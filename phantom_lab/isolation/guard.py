"""What playbook code may not do: nothing that it runs leaves the machine.

Sockets and programs are refused by an audit hook, the interpreter's own means: nothing is patched, libraries fail the
way they do without a network, and other threads, stubs and the kernel stay free. An audit hook cannot be taken away
again; while no run executes it returns at once.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
import threading
from collections.abc import Callable, Container, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass
from functools import partial
from types import FrameType
from typing import Any

from phantom_lab.errors import LabError, RunUnwound
from phantom_lab.source.failures import is_own
from phantom_lab.source.source import HOOK, Source

_REFUSED: dict[str, tuple[str, int | None]] = {
    "socket.__new__": ("open a network socket", None),
    "socket.connect": ("connect to", 1),
    "socket.sendto": ("send to", 1),
    "socket.sendmsg": ("send to", 1),
    "socket.bind": ("listen at", 1),
    "socket.getaddrinfo": ("look up", 0),
    "socket.gethostbyname": ("look up", 0),
    "socket.gethostbyaddr": ("look up", 0),
    "socket.getnameinfo": ("look up", 0),
    "subprocess.Popen": ("start", 1),
    "os.system": ("start", 0),
    "os.exec": ("start", 0),
    "os.posix_spawn": ("start", 0),
    "os.spawn": ("start", 1),
    "os.fork": ("fork", None),
    "os.forkpty": ("fork", None),
    "os.startfile": ("open", 0),
    "os.startfile/2": ("open", 0),
    "pty.spawn": ("start", 0),
    "webbrowser.open": ("open", 0),
}
"""What is refused, by audit event: a verb, and the place of its object among the event's arguments."""

_READ = {"open": "file", "os.listdir": "folder", "os.scandir": "folder", "glob.glob": "folder"}
"""What is read of the machine, by audit event; the first argument says which."""
_BROUGHT_ALONG = tuple({os.path.realpath(one) for one in (sys.prefix, sys.base_prefix, os.devnull, "/proc", "/dev")})
"""Places that hold nothing of a run's own: Python, its packages, and the system's devices."""

Tell = Callable[[str, str, int, str], None]
"""Hears of a refusal: what and on what (as in the journal), the line, and the message of the error."""
TellRead = Callable[[str, str, int], None]
"""Hears what is read of the machine: ``file`` or ``folder``, its path, and the line."""

_LOCAL = getattr(socket, "AF_UNIX", None)
"""Family of the pairs that event loops make for themselves."""


class RefusedError(LabError, PermissionError):
    """Playbook code tried to reach the network or another program.

    It is an ``OSError``, so that a library turns it into what it makes of any network error.
    """

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what, where=where, hint=hint)
        self.errno = errno.EACCES


@dataclass(slots=True)
class _Held:
    """A playbook file whose code is refused things."""

    title: str
    users: int = 0


_held: dict[str, _Held] = {}
"""By file; empty while nothing executes. A run holds its file, and so does every thread that its code has started."""
_lock = threading.Lock()
_hooked = False
_start = threading.Thread.start
_tell: ContextVar[Tell | None] = ContextVar("phantom_lab_tell", default=None)
"""Where the run that executes hears of refusals."""
_tell_read: ContextVar[TellRead | None] = ContextVar("phantom_lab_tell_read", default=None)
"""Where it hears what is read of the machine."""


@contextmanager
def guarded(source: Source, tell: Tell, tell_read: TellRead) -> Iterator[None]:
    """Refuse sockets and programs to the code of a source; re-entrant, for any number of runs at once.

    Args:
        source: a playbook or a custom function.
        tell: is told of every refusal, as playbook code may swallow the error.
        tell_read: is told of every file and folder of the machine that is read.
    """
    token, reading = _tell.set(tell), _tell_read.set(tell_read)
    try:
        with holding(source):
            yield
    finally:
        _tell.reset(token)
        _tell_read.reset(reading)


def playbook_frame(frame: FrameType | None, files: Container[str]) -> FrameType | None:
    """The uppermost frame of playbook code, or None where the lab itself, or nothing but others' code, is on top.

    Playbook code is known by its file and by its builtins: a stub may stand in the same file, or cell, as a playbook.
    A thread that playbook code started is playbook code from its very beginning, whatever library it runs.
    """
    while frame is not None:
        code = frame.f_code
        if (code.co_filename in files and HOOK in frame.f_builtins) or code is _carried.__code__:
            return frame
        if is_own(code.co_filename):
            return None
        frame = frame.f_back
    return None


def holding(source: Source) -> AbstractContextManager[None]:
    """Refuse sockets and programs to the code of a source, whoever hears of it."""
    return _holding(source.file, source.title)


@contextmanager
def _holding(file: str, title: str) -> Iterator[None]:
    with _lock:
        if not _held:
            _arm()
        _held.setdefault(file, _Held(title)).users += 1
    try:
        yield
    finally:
        with _lock:
            _held[file].users -= 1
            if not _held[file].users:
                del _held[file]
            if not _held and threading.Thread.start is _starting:  # a debugger may have wrapped it meanwhile
                threading.Thread.start = _start  # type: ignore[method-assign]


def _arm() -> None:
    global _hooked, _start
    if not _hooked:
        sys.addaudithook(_hook)
        _hooked = True
    if threading.Thread.start is not _starting:
        # No audit event tells of a thread's start before Python 3.12: the method stands in while runs execute.
        _start = threading.Thread.start
        threading.Thread.start = _starting  # type: ignore[method-assign, assignment]


def _hook(event: str, args: tuple[Any, ...]) -> None:
    if not _held or event not in _REFUSED:
        if _held and event in _READ:
            _tell_of_reading(event, args)
        return
    if event == "socket.__new__" and args[1] == _LOCAL:
        return
    frame = playbook_frame(sys._getframe(1), _held)
    if frame is None:
        return
    verb, place = _REFUSED[event]
    on = repr(args[place])[:200] if place is not None else ""
    what = f"{verb} {on}".rstrip()
    error = RefusedError(f"refused to {what}: playbook code reaches neither the network nor other programs",
                         where=_where(frame), hint="Ask for it with phantom.act, and answer that with a stub "
                         "(@lab.action), which is free to.")
    tell = _tell.get()
    if tell is not None:
        tell(verb, on, frame.f_lineno if frame.f_code is not _carried.__code__ else 0, str(error))
    raise error


def _tell_of_reading(event: str, args: tuple[Any, ...]) -> None:
    tell, path = _tell_read.get(), args[0]
    if tell is None or not isinstance(path, str | bytes | os.PathLike) or _writes(event, args):
        return
    with suppress(ValueError, OSError):
        place = os.path.realpath(os.fsdecode(path))
        if not place.startswith(_BROUGHT_ALONG) and (frame := playbook_frame(sys._getframe(2), _held)) is not None:
            tell(_READ[event], os.fsdecode(path), frame.f_lineno if frame.f_code is not _carried.__code__ else 0)


def _writes(event: str, args: tuple[Any, ...]) -> bool:
    return event == "open" and isinstance(args[1], str) and not {"w", "x", "a"}.isdisjoint(args[1])


def _where(frame: FrameType) -> str:
    """``file:line`` of a frame of playbook code, or of where it started the thread."""
    if frame.f_code is _carried.__code__:
        return str(frame.f_locals["where"])
    return f"{_held[frame.f_code.co_filename].title}:{frame.f_lineno}"


def _starting(thread: threading.Thread) -> None:
    """Start a thread; one that playbook code starts stays the playbook's, and its invocation's."""
    frame = playbook_frame(sys._getframe(1), _held)
    if frame is not None:
        file = str(frame.f_locals["file"]) if frame.f_code is _carried.__code__ else frame.f_code.co_filename
        thread.run = partial(  # type: ignore[method-assign]
            _carried, thread.run, copy_context(), file, _held[file].title, _where(frame))
    _start(thread)


def _carried(body: Callable[[], None], context: Context, file: str, title: str, where: str) -> None:
    """What a playbook's thread runs, in its starter's context: lines are filed under the invocation that started it.

    Once the run has ended, the thread ends quietly at its next ``phantom.*`` call.
    """
    with _holding(file, title), suppress(RunUnwound):
        context.run(body)
