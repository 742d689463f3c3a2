"""Our own commands, each in a process of its own: what executes playbooks does so behind its walls."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from phantom_lab.progress import SLICE, tick

_ERROR = "phantom-lab: error: "


class Done(NamedTuple):
    """A command that is over."""

    code: int
    out: str
    err: str

    @property
    def why(self) -> str:
        """What it says is wrong, in a line."""
        lines = [one.removeprefix(_ERROR) for one in self.err.splitlines() if one.startswith(_ERROR)]
        return lines[-1] if lines else f"exit code {self.code}"


def command(folder: Path, *arguments: str) -> Done:
    """Run one in a folder."""
    with subprocess.Popen([sys.executable, "-P", "-m", "phantom_lab", *arguments], cwd=folder,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          encoding="utf-8", errors="replace") as process:
        try:
            while True:
                with suppress(subprocess.TimeoutExpired):
                    out, err = process.communicate(timeout=SLICE)
                    return Done(process.returncode, out, err)
                tick()
        except BaseException:
            process.kill()
            raise
