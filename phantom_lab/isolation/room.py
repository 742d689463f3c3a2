"""What one run and its child playbooks have of the machine, and what they are refused."""

from __future__ import annotations

import errno
import os
import random
import stat
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from phantom_lab.errors import LabError, in_short, one_line
from phantom_lab.history.folders import make_folder
from phantom_lab.isolation.overlay import Overlay
from phantom_lab.later import dataclass
from phantom_lab.state.clock import Clock
from phantom_lab.state.vault import HOME

ASK = "Ask for it with phantom.act, and answer that with a stub (@lab.action), which is free to."
_REDIRECT = "The option outside_writes=redirect lets the run do that to a copy of its own."
_SHOWN = 200
"""Characters of what something is done to."""

_BROUGHT_ALONG = tuple({os.path.realpath(one) for one in (sys.prefix, sys.base_prefix, os.devnull, "/proc", "/dev",
                                                    os.path.dirname(os.path.dirname(__file__)))})
"""Places that hold nothing of a run's own: Python, its packages, and the system's devices."""


class RefusedError(LabError, PermissionError):
    """Playbook code set out to do something that would leave its run.

    It is an ``OSError``, so that a library turns it into what it makes of any error of the system.
    """

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what, where=where, hint=hint)
        self.errno = errno.EACCES


class Hears(Protocol):
    """Journals what playbook code does to the machine, or is refused; it has the runs' time."""

    clock: Clock

    def place(self) -> tuple[int, int]:
        """The run that executes, and its invocation."""

    def wait(self, seconds: float) -> None:
        """Let the runs' time pass."""

    def refused(self, what: str, on: str, line: int, message: str, *, importing: bool) -> None:
        """It was refused something; it may swallow the error."""

    def read(self, what: str, name: str, line: int) -> None:
        """It reads a ``file`` or ``folder`` of the machine."""

    def contained(self, place: tuple[int, int], what: str, on: str, size: int | None, line: int, *,
                  importing: bool) -> None:
        """It changed something that is its run's own; arguments as of `phantom_lab.history.Contained`."""


@dataclass(slots=True)
class _Touch:
    """Something that a run has changed: the first time since it was told."""

    place: tuple[int, int]
    what: str
    line: int
    importing: bool


class Whose(NamedTuple):
    """Playbook code that does something, itself or by a library."""

    room: Room
    line: int
    """Where in the playbook; 0 in a thread, or what is called later."""
    where: str
    """The same as ``file:line``, or where it was started."""
    importing: bool
    """Whether a library is being imported by it."""


class Room:
    """One for a run and its child playbooks.

    Args:
        hears: who journals; None: nobody.
        files: the files of their code, with the short names that messages show.
        redirect: whether changes of what the machine has, or beyond the usual places, are made to copies.
        seed: of the names of temporary files, and of what libraries draw.
    """

    def __init__(self, hears: Hears | None, files: Mapping[str, str], *, redirect: bool, seed: int) -> None:
        self.files = files
        self.overlay = Overlay(lambda: make_folder(self))
        self.redirect = redirect
        self.mask: int | None = None
        """The mode that new files lack, once the run has said one."""
        self._hears = hears
        self._seed = seed
        self._chances: dict[str, random.Random] = {}
        self._touched: dict[str, _Touch] = {}
        self._late: set[str] = set()
        self._told: dict[str, tuple[_Touch, int | None]] = {}
        self._environment: dict[str, str | None] = {}
        self._areas: tuple[str, ...] = ()

    @classmethod
    def left(cls) -> Room:
        """For what acts once its run has gone: nobody hears of it."""
        return cls(None, {}, redirect=False, seed=0)

    # -- what is refused and what is told ----------------------------------------------------------------------------

    def refused(self, who: Whose, what: str, on: str, why: str, hint: str = "") -> RefusedError:
        """Tell of a refusal; the caller raises what is returned."""
        on = on[:_SHOWN]
        error = RefusedError(f"refused to {f'{what} {on}'.rstrip()}: {why}", where=who.where, hint=hint)
        if self._hears is not None:
            self._hears.refused(what, on, who.line, str(error), importing=who.importing)
        else:
            self._tell_late(str(error))
        return error

    def _tell_late(self, message: str) -> None:
        """No journal takes it any more: one line on stderr, once."""
        if message not in self._late:
            self._late.add(message)
            with suppress(OSError, ValueError, AttributeError):  # it may be closed, or gone, as the process ends
                print(f"phantom-lab: note: after the run: {in_short(message)}", file=sys.stderr, flush=True)

    def read(self, who: Whose, what: str, path: str) -> None:
        """Tell that something of the machine is read."""
        if self._hears is not None and not os.path.realpath(path).startswith(_BROUGHT_ALONG):
            self._hears.read(what, path, who.line)

    def touch(self, who: Whose, what: str, on: str) -> None:
        """Note that something of the run's own is changed: a resolved path, or something that begins with none."""
        if self._hears is None:
            self._tell_late(one_line(f"{what} {self.shown(on)}: contained, and it goes away", where=who.where))
        elif on not in self._touched:
            self._touched[on] = _Touch(self._hears.place(), what, who.line, who.importing)

    def settle(self) -> None:
        """Tell what was changed since the last time, with its size."""
        touched, self._touched = self._touched, {}
        for on, touch in touched.items():
            self._tell(on, touch, self._size(on))

    def _tell(self, on: str, touch: _Touch, size: int | None) -> None:
        self._told[on] = touch, size
        if self._hears is not None:
            self._hears.contained(touch.place, touch.what, self.shown(on), size, touch.line, importing=touch.importing)

    def close(self) -> None:
        """The runs have ended: tell what is left to be told, and give the process back what is not theirs."""
        self.settle()
        for on, (touch, size) in list(self._told.items()):  # a file that was left open may have grown
            if size != (now := self._size(on)):
                self._tell(on, touch, now)
        self._hears = None
        for name, before in self._environment.items():
            os.environ.pop(name, None) if before is None else os.environ.update({name: before})
        self._environment.clear()

    def _size(self, on: str) -> int | None:
        if not on.startswith("/"):
            return 0
        try:
            found = os.lstat(self.overlay.own(on))
        except OSError:
            return None
        return found.st_size if stat.S_ISREG(found.st_mode) else 0

    def sets(self, who: Whose, name: str) -> None:
        """A variable of the environment is about to be changed; it is put back at the end."""
        self._environment.setdefault(name, os.environ.get(name))
        self.touch(who, "set", f"environment variable {name}")

    # -- files -------------------------------------------------------------------------------------------------------

    def changed(self, who: Whose, verb: str, path: str) -> str:
        """Where to change what is there, by its resolved path.

        Raises:
            RefusedError: it is the machine's.
        """
        if not self.overlay.has_own(path):
            if not self.redirect:
                raise self.refused(who, verb, self.shown(path), "it is there on the machine, and no run changes that",
                                   _REDIRECT)
            return self.overlay.copy_up(path)
        return self.overlay.own(path)

    def made(self, who: Whose, verb: str, path: str) -> str:
        """Where to make what is not there yet, by its resolved path.

        Raises:
            RefusedError: it lies beyond the places that a run has of its own.
            OSError: there is no such folder.
        """
        folder = self.overlay.place(os.path.dirname(path))
        if os.path.isdir(folder) and not self.redirect and not f"{path}/".startswith(self._usual()):
            raise self.refused(who, verb, self.shown(path), "a run makes files in the working folder, the home folder, "
                               "those for temporary files and the platform's", _REDIRECT)
        return self.overlay.make_way(path)

    def removed(self, who: Whose, verb: str, path: str) -> str:
        """Where to remove what is there; empty where it is the machine's alone, and the run no longer sees it.

        Raises:
            RefusedError: it is the machine's.
        """
        if self.overlay.of_machine(path):
            if not self.redirect:
                raise self.refused(who, verb, self.shown(path), "it is there on the machine, and no run changes that",
                                   _REDIRECT)
            self.overlay.take_away(path)
            return self.overlay.own(path) if self.overlay.has_own(path) else ""
        return self.overlay.own(path)

    def is_own(self, path: str, *, last: bool = True) -> bool:
        """Whether a path of the machine's lies in the run's folder, wherever its folders' links lead.

        Args:
            last: whether to follow a link that it names itself.
        """
        folder, name = os.path.split(path)
        place = os.path.realpath(path) if last else f"{os.path.realpath(folder)}/{name}"
        return self.overlay.used and place.startswith(f"{self.overlay.root}/")

    def shown(self, path: str) -> str:
        """A resolved path as journals have it: they tell nothing of where they were written."""
        for place, short in zip(self._usual(), ("", "~/"), strict=False):
            if path.startswith(place):
                return f"{short}{path.removeprefix(place)}"
        return path

    def _usual(self) -> tuple[str, ...]:
        """Where runs make files: the working folder and the home folder first."""
        if not self._areas:
            places = (os.getcwd(), os.path.expanduser("~"), tempfile.gettempdir(), "/tmp", "/var/tmp")
            found = [os.path.realpath(one) for one in places]
            self._areas = tuple(f"{one}/" if one != "/" else "\0" for one in (*found, HOME))
        return self._areas

    def name(self) -> str:
        """A name for a temporary file: equal runs give them equal names."""
        return "".join(self.chance("temporary files").choices("abcdefghijklmnopqrstuvwxyz0123456789_", k=8))

    @property
    def clock(self) -> Clock | None:
        """The runs'; None once they have ended."""
        return None if self._hears is None else self._hears.clock

    def now(self) -> datetime:
        """The runs' present moment; the machine's once they have ended."""
        return datetime.now(UTC) if self.clock is None else self.clock.now()

    def wait(self, seconds: float) -> None:
        """Let the runs' time pass."""
        if self._hears is not None:
            self._hears.wait(seconds)

    def chance(self, of: str) -> random.Random:
        """Random numbers for something: those of equal runs are equal, and no run's own are drawn."""
        if of not in self._chances:
            self._chances[of] = random.Random(f"{self._seed} {of}")
        return self._chances[of]
