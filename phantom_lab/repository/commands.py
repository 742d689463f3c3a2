"""Our own commands, each in a process of its own: what executes playbooks does so behind its walls."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

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
    done = subprocess.run([sys.executable, "-P", "-m", "phantom_lab", *arguments], cwd=folder, capture_output=True,
                          text=True, encoding="utf-8", errors="replace", check=False)
    return Done(done.returncode, done.stdout, done.stderr)
