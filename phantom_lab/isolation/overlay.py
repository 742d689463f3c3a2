"""The files of the machine, and over them a folder of a run's own, which holds what it writes.

A path is *absolute* once the working folder is in front, and *resolved* once no link is left in it, whichever of the
two holds the link. Of a resolved path, its *own* place lies in the run's folder; the *machine's* has the same name.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable

from phantom_lab.state.vault import HOME, TMP

_LINKS = 40
"""Links in a row, as the system counts them."""
_UNLINKED = ("/proc/", "/dev/fd")
"""Below these, links are the system's own, and name no places."""


class Overlay:
    """What one run and its child playbooks have of the machine's files.

    Args:
        make: makes the run's folder, when it is first needed.
    """

    def __init__(self, make: Callable[[], str]) -> None:
        self._make = make
        self._root = ""
        self.gone: set[str] = set()
        """Resolved paths of the machine's that the run has taken away."""
        self._ways = {"/"}
        """Folders of the machine's that stand in the run's folder because of what the run has below them."""
        self.folder = ""
        """The working folder, once the run has one of its own."""

    @property
    def root(self) -> str:
        """The run's folder, with the platform's folders in it."""
        if not self._root:
            made = self._make()
            os.makedirs(f"{made}{TMP}")
            if os.path.lexists(above := os.path.dirname(HOME)):
                self._ways.add(above)
            self._root = made
        return self._root

    @property
    def used(self) -> bool:
        """Whether there is such a folder yet."""
        return bool(self._root)

    def absolute(self, path: str, at: int | None = None) -> str:
        """A path with the folder in front that it is relative to: of a descriptor, or the working folder."""
        if path.startswith("/"):
            return path
        return f"{self.folder or os.getcwd() if at is None else self.of_descriptor(at)}/{path}"

    def of_descriptor(self, number: int) -> str:
        """The resolved path of an open file or folder; empty for a pipe and the like."""
        try:
            path = os.readlink(f"/proc/self/fd/{number}")
        except FileNotFoundError:
            import fcntl

            known = getattr(fcntl, "F_GETPATH", None)  # macOS
            path = os.fsdecode(fcntl.fcntl(number, known, bytes(1024)).rstrip(b"\0")) if known else ""
        if self._root and path.startswith(f"{self._root}/"):
            return path.removeprefix(self._root)
        return path if path.startswith("/") else ""

    def resolved(self, path: str, *, last: bool = True) -> str:
        """Follow the links of an absolute path.

        Args:
            last: whether to follow the last part as well.

        Raises:
            OSError: they lead round in a circle.
            ValueError: no such name is possible.
        """
        rest, at, links = path.split("/")[::-1], "", 0
        while rest:
            name = rest.pop()
            if name in ("", "."):
                continue
            if name == "..":
                at = at.rpartition("/")[0]
                continue
            here = f"{at}/{name}"
            target = self._link(here) if rest or last else ""
            if not target:
                at = here
                continue
            links += 1
            if links > _LINKS:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
            if target.startswith("/"):
                at = ""
            rest += target.split("/")[::-1]
        return at or "/"

    def named(self, path: str) -> str:
        """The resolved path of what playbook code names."""
        return self.resolved(self.absolute(path))

    def _link(self, path: str) -> str:
        if path.startswith(_UNLINKED):
            return ""
        place = self.place(path)
        return os.readlink(place) if os.path.islink(place) else ""

    def own(self, path: str) -> str:
        """Where the run's own lies."""
        return f"{self.root}{path}"

    def has_own(self, path: str) -> bool:
        """Whether the run has one of its own."""
        return path not in self._ways and self._holds(path)

    def _holds(self, path: str) -> bool:
        return (self.used or _of_platform(path)) and os.path.lexists(self.own(path))

    def of_machine(self, path: str) -> bool:
        """Whether the run sees one of the machine's, or would, if it had none of its own."""
        return not self._hidden(path) and os.path.lexists(path)

    def there(self, path: str) -> bool:
        """Whether the run sees something."""
        return self.has_own(path) or self.of_machine(path)

    def place(self, path: str) -> str:
        """Where what the run sees really lies; where it sees nothing, a place where nothing is."""
        return self.own(path) if self.has_own(path) or self._hidden(path) else path

    def _hidden(self, path: str) -> bool:
        return _of_platform(path) or any(path == one or path.startswith(f"{one}/") for one in self.gone)

    def is_merged(self, path: str) -> bool:
        """Whether a folder may hold the run's own beside the machine's, or lack something of these."""
        return self._holds(path) or any(one.startswith(path) for one in self.gone)

    def names(self, path: str) -> list[str]:
        """What a folder holds.

        Raises:
            OSError: it is none, or cannot be read.
        """
        below = "" if path == "/" else path
        found = set(os.listdir(self.place(path)))
        if self._holds(path) and os.path.isdir(path) and self.of_machine(path):
            found = {*os.listdir(self.own(path)), *os.listdir(path)}
        return sorted(one for one in found if self.there(f"{below}/{one}"))

    def make_way(self, path: str) -> str:
        """The run's own place for something new, in a folder that it sees.

        Raises:
            OSError: it sees none.
        """
        folder = os.path.dirname(path)
        if not os.path.isdir(self.place(folder)):
            os.stat(self.place(folder))
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
        while folder not in self._ways and self.of_machine(folder) and not self._holds(folder):
            self._ways.add(folder)
            folder = os.path.dirname(folder)
        os.makedirs(os.path.dirname(self.own(path)), exist_ok=True)
        return self.own(path)

    def copy_up(self, path: str) -> str:
        """The run's own of something, as a copy of the machine's where it has none."""
        own = self.own(path)
        if not self.has_own(path):
            self.make_way(path)
            self._ways.discard(path)
            if not os.path.isdir(path) or os.path.islink(path):
                shutil.copy2(path, own, follow_symlinks=False)
                return own
            os.makedirs(own, exist_ok=True)
            for one in os.listdir(path):
                if self.of_machine(f"{path}/{one}"):
                    self.copy_up(f"{path}/{one}")
            shutil.copystat(path, own)
        return own

    def take_away(self, path: str) -> None:
        """Let the run see nothing of the machine's here."""
        if self.of_machine(path):
            self.gone.add(path)
            if path in self._ways:
                self._ways.discard(path)
                shutil.rmtree(self.own(path))


def _of_platform(path: str) -> bool:
    """Whether a place is the platform's: whatever the machine has there is none of it."""
    return path == HOME or path.startswith(f"{HOME}/")
