"""Whose code is on top of the stack: a playbook's, or that of the lab, its user and everybody else."""

from __future__ import annotations

from collections.abc import Callable, Container
from types import CodeType, FrameType
from typing import Any, TypeVar

from phantom_lab.isolation.room import Room, Whose
from phantom_lab.source.failures import is_own
from phantom_lab.source.source import HOOK

ROOM = "__phantom_lab_room__"
"""Builtin of a playbook's module: the `Room` of its run. What such a module makes is known by it wherever it is called,
in whatever thread and context, and after the run as well."""

_IMPORTS = "<frozen importlib._bootstrap>"
_passed: dict[int, bool] = {}
"""Code of the lab's own that calls back what playbook code handed to it; True: an event of its own counts as well. By
its `id`, here and below: to hash code takes longer than all that is asked of a frame."""
_begun: set[int] = set()
_marked: dict[int, CodeType] = {}
"""All of it, so that an id stays its own."""
_Function = TypeVar("_Function", bound=Callable[..., Any])


def passes_on(function: _Function) -> _Function:
    """Mark a function of the lab's own: what it calls is as much the playbook's as its caller; it itself is free."""
    _passed[_id(function)] = False
    return function


def imports_for(function: _Function) -> _Function:
    """Mark a function of the lab's own that imports what playbook code names."""
    _passed[_id(function)] = True
    return function


def begins(function: _Function) -> _Function:
    """Mark a function of the lab's own with which playbook code begins: its locals are ``room`` and ``where``."""
    _begun.add(_id(function))
    return function


def _id(function: Callable[..., Any]) -> int:
    _marked[id(function.__code__)] = function.__code__
    return id(function.__code__)


def whose(frame: FrameType | None) -> Whose | None:
    """The playbook code that a frame works for; None where that is the lab itself, or nothing but others' code."""
    importing, top = False, True
    while frame is not None:
        code = frame.f_code
        room: Room | None = frame.f_builtins.get(ROOM)
        if room is not None and (code.co_filename in room.files or not _below(frame, room)):
            title = room.files.get(code.co_filename, code.co_filename)
            return Whose(room, frame.f_lineno, f"{title}:{frame.f_lineno}", importing)
        if id(code) in _begun:
            return Whose(frame.f_locals["room"], 0, frame.f_locals["where"], importing)
        if code.co_filename == _IMPORTS:
            importing = True
        elif is_own(code.co_filename) and (id(code) not in _passed or (top and not _passed[id(code)])):
            return None
        frame, top = frame.f_back, False
    return None


def _below(frame: FrameType, room: Room) -> bool:
    """Whether a file of the run stands further down: what ``exec`` made names no line of a file."""
    found = frame.f_back
    while found is not None and found.f_builtins.get(ROOM) is room:
        if found.f_code.co_filename in room.files:
            return True
        found = found.f_back
    return False


def playbook_frame(frame: FrameType | None, files: Container[str]) -> FrameType | None:
    """The uppermost frame of playbook code, or None where the lab itself, or nothing but others' code, is on top.

    Playbook code is known by its file and by its builtins: a stub may stand in the same file, or cell, as a playbook.
    A thread that playbook code started is playbook code from its very beginning, whatever library it runs.
    """
    while frame is not None:
        code = frame.f_code
        if (code.co_filename in files and HOOK in frame.f_builtins) or id(code) in _begun:
            return frame
        if is_own(code.co_filename):
            return None
        frame = frame.f_back
    return None
