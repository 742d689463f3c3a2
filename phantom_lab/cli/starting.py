"""Starting the program again where a command needs it: under a fixed hash seed, watched, behind walls."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from phantom_lab.cli.hashing import hash_seed
from phantom_lab.cli.isolated import executes, isolate
from phantom_lab.cli.watched import ENDED, watch


def start_again() -> int | None:
    """Start this program again, if its command needs that.

    Python takes the hash seed from the environment, and only when it starts. On Windows, where a program cannot be
    replaced by another one, nothing is done.

    Returns:
        The exit code, where another process has run; None: this process is the one that runs.
    """
    given = sys.argv[1:]
    if (os.name != "posix" or ENDED in os.environ or not given or sys.orig_argv[-len(given):] != given
            or sys.flags.ignore_environment or not sys.executable):
        return None
    seed = hash_seed(given) or os.environ.get("PYTHONHASHSEED", "")
    environment = {**os.environ, **({"PYTHONHASHSEED": seed} if seed else {})}
    command = [sys.executable, *sys.orig_argv[1:]]
    if executes(given):
        code = isolate(command, given, environment)
        return watch(command, environment, walled=False) if code is None else code
    if seed != os.environ.get("PYTHONHASHSEED", ""):
        with suppress(OSError):
            os.execve(sys.executable, command, {**environment, ENDED: ""})
    return None
