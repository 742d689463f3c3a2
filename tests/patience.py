"""How long a test waits: so many times what this machine, as busy as it is, needs for something known.

No test names seconds of its own. What takes one here takes ten elsewhere.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def _unit() -> float:
    """Measured once; processes that are started later, those of other tests included, are told."""
    if (told := os.environ.get("PHANTOM_LAB_TEST_UNIT")) is not None:
        return float(told)
    begun = time.monotonic()
    subprocess.run([sys.executable, "-c", "import phantom_lab.lab"], check=True)
    os.environ["PHANTOM_LAB_TEST_UNIT"] = str(time.monotonic() - begun)
    return _unit()


UNIT = _unit()
"""Seconds that a Python takes here to start and to load the lab."""
LONG = 300 * UNIT
"""Seconds until something that does not come is given up. Only what is broken takes so long."""


@contextmanager
def in_time() -> Iterator[None]:
    """What is done here comes to its end at all: it neither hangs nor takes the square of its size."""
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < LONG
