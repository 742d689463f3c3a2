"""Walls around the whole process of a command, put up by the system: bubblewrap, and the limits of processes.

What they hold back they hold back whatever the playbook does, C code and crashes included. `guard` stands within them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from phantom_lab.errors import in_short
from phantom_lab.isolation.calls import write_filter
from phantom_lab.later import dataclass

MEMORY = 4 << 30
"""Bytes of address space that a process may have."""
FILE = 1 << 30
"""Bytes of a file that it may write."""
FILES = 1_024
"""Files that it may have open."""
_BARE = ("bwrap", "--unshare-all", "--cap-drop", "ALL", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc")
"""Namespaces of its own, no privileges, not even an administrator's, and files that can be read."""
_HIDDEN = ("/run", "/var/run")
"""Folders of the system's sockets: whoever reaches one may reach a service that acts outside of the walls. For those
elsewhere see `calls`."""


@dataclass(frozen=True, slots=True)
class Walls:
    """What a process finds itself in.

    Args:
        own: the folder for what is written, temporary files among it.
        writable: further folders that may be written: those of the command's own output.
        refuses: an open file with the filter of calls that are refused (`calls.write_filter`); None: there is none.
    """

    own: Path
    writable: Sequence[Path] = ()
    refuses: int | None = None

    def command(self, command: Sequence[str]) -> list[str]:
        """The command line that starts a command within the walls."""
        hidden = [part for one in _HIDDEN if Path(one).is_dir() and not Path(one).is_symlink()
                  for part in ("--tmpfs", one)]
        bound = [part for one in (self.own, *self.writable) for part in ("--bind", str(one), str(one))]
        refused = [] if self.refuses is None else ["--seccomp", str(self.refuses)]
        return [*_BARE, "--die-with-parent", *hidden, *bound, *refused, "--chdir", os.getcwd(), "--", *command]

    def environment(self, before: Mapping[str, str]) -> dict[str, str]:
        """The environment of a process in there."""
        return {**before, "TMPDIR": str(self.own)}

    @property
    def handed(self) -> list[int]:
        """Open files that the command is to be started with."""
        return [] if self.refuses is None else [self.refuses]

    def __str__(self) -> str:
        """In words, for people."""
        written = f" but for {', '.join(map(str, self.writable))}" if self.writable else ""
        network = "no network" if self.refuses is not None else (
            "no network but sockets that are files outside /run (libseccomp.so.2 is not installed)")
        return (f"{network}, no sight of other processes, files read-only{written}, at most {MEMORY >> 30} GB of "
                f"memory a process and {FILE >> 30} GB a file")


@contextmanager
def walls(writable: Sequence[Path] = ()) -> Iterator[Walls]:
    """The best that there can be here, with a folder that goes away; argument as of `Walls`."""
    with (tempfile.TemporaryDirectory(prefix="phantom_lab-", ignore_cleanup_errors=True) as own,
          tempfile.TemporaryFile(buffering=0) as made):
        has = write_filter(made.fileno())
        made.seek(0)
        yield Walls(Path(own), writable, made.fileno() if has else None)


def missing() -> str:
    """Why no walls can be put up here; empty where they can."""
    if os.name != "posix" or shutil.which("bwrap") is None:
        return "bubblewrap (bwrap) is not installed"
    tried = subprocess.run([*_BARE, "true"], capture_output=True, text=True, errors="replace")
    return f"bubblewrap cannot work here: {in_short(tried.stderr.strip())}" if tried.returncode else ""


def limit() -> None:
    """Let this process, and those that it starts, take no more than a share of the machine; for good."""
    import resource  # there is none on Windows, where there are no walls

    for kind, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, FILE), (resource.RLIMIT_NOFILE, FILES),
                       (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(kind)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (least, least))
