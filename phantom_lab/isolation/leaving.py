"""The end of a process in which playbooks have left threads behind."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from phantom_lab.errors import shown
from phantom_lab.isolation.processes import threads


def leave(code: int) -> None:
    """End the process, where playbook code has started threads that do not end: Python would wait for them.

    Args:
        code: what the process exits with then.
    """
    if not (left := threads()):
        return
    places = shown(", ".join(dict.fromkeys(left)))
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            if stream is sys.stderr:
                print(f"phantom-lab: note: {places}: a thread that was started there does not end: it is left behind",
                      file=stream)
            stream.flush()
    os._exit(code)
