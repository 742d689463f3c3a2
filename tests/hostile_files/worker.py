"""Commands one by one, each in a process forked off one that has loaded them all.

``python -m tests.hostile_files.worker`` reads lines of JSON, ``{"arguments", "folder", "room", "seconds"}``, and writes
one for each, ``{"code", "seconds", "peak", "error"}``.
``code`` is None for what was killed, ``peak`` in bytes, beyond what the process began with.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
import tempfile
import time
from contextlib import redirect_stdout
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

from phantom_lab.cli.main import main as command
from tests.hostile_files.kinds import CLASSIC, CONTAINER

LOADED = ("phantom_lab.cli.run", "phantom_lab.cli.show", "phantom_lab.cli.diff", "phantom_lab.cli.replay",
          "phantom_lab.cli.check", "phantom_lab.lab.replaying", "phantom_lab.rules.namespace", "phantom_lab.scenarios",
          "yaml", "phantom_lab.apps.manifest_files", "phantom_lab.check", "phantom_lab.history.reading")


def carried_out(arguments: list[str], folder: str, room: int, seconds: float) -> dict[str, Any]:
    """What became of a command."""
    with tempfile.TemporaryFile() as error:
        before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
        child = os.fork()
        if child == 0:
            _become(arguments, folder, error.fileno(), room, seconds)
        _, status, used = os.wait4(child, 0)
        error.seek(0)
        code = os.waitstatus_to_exitcode(status)
        said = error.read().decode(errors="replace")[-40_000:]
        return {"code": code if code >= 0 else None, "seconds": time.monotonic() - began, "error": said,
                "peak": max(0, used.ru_maxrss - before) * 1024}


def _become(arguments: list[str], folder: str, error: int, room: int, seconds: float) -> None:
    try:
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        os.dup2(0, 1)
        os.dup2(error, 2)
        os.chdir(folder)
        in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (in_use + room,) * 2)
        signal.setitimer(signal.ITIMER_REAL, seconds)  # its signal kills
        code = command(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    except SystemExit as exc:
        sys.stderr.flush()
        os._exit(exc.code if isinstance(exc.code, int) else 1)
    except BaseException:
        import traceback

        traceback.print_exc()
        sys.stderr.flush()
        os._exit(99)


def main() -> None:
    """Until there are no more lines."""
    for one in LOADED:
        import_module(one)
    with redirect_stdout(StringIO()):  # what is made at its first use is there for all of them
        command(["run", str(CLASSIC), "--container", str(CONTAINER)])
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        print(json.dumps(carried_out(**json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
