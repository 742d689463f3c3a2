"""Every way out, behind walls of the system: ``python -m tests.isolation.walled`` tries them all, or the first few.

Each is tried twice, in copies of one process: as a playbook does it, and bare, as what gets past Python's own walls.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import os
import select
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from types import SimpleNamespace

from phantom_lab import Lab, Playbook
from phantom_lab.history import Contained, Refused, Unrecorded
from tests.isolation.test_ways import source_of
from tests.isolation.ways import CONTAINED, RECORDED, REFUSED, SHOWN, WAYS, Way
from tests.patience import LONG

KINDS = {Refused: REFUSED, Contained: CONTAINED, Unrecorded: RECORDED}
END = b"\0"


def played(way: Way) -> list[str]:
    """As a playbook: what the run tells of it."""
    run = Lab({"container": {"name": "way"}, "artifacts": []}).run(Playbook.from_source(source_of(way), name="way"))
    return sorted({KINDS[type(one)] for one in run.journal.events if type(one) in KINDS})


def bare(way: Way) -> list[str]:
    """Without the lab: nothing is told."""
    names = {"phantom": SimpleNamespace(debug=lambda text: None), "__name__": "bare"}
    exec(source_of(way).replace("import phantom.rules as phantom\n", ""), names)
    names["on_start"]({})
    return []


def apart(function: Callable[[Way], list[str]], way: Way) -> tuple[bytes, bytes]:
    """What a process that does it tells, and what it writes to its output; those that it leaves are ended."""
    (telling, tells), (showing, shows) = os.pipe(), os.pipe()
    if not (child := os.fork()):
        os.setpgid(0, 0)
        for number, stands in (shows, 1), (os.open(os.devnull, os.O_WRONLY), 2), (tells, 3):
            os.dup2(number, stands)
        os.closerange(4, 100)
        try:
            os.write(3, json.dumps(function(way)).encode() + END)
        finally:
            os._exit(0)
    os.close(tells)
    os.close(shows)
    said = _read(telling)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return said, _read(showing)


def _read(number: int) -> bytes:
    """What is written to a pipe until it is said to be all, or nobody is left."""
    read = b""
    while not read.endswith(END) and select.select([number], [], [], LONG)[0] and (more := os.read(number, 1 << 16)):
        read += more
    os.close(number)
    return read.removesuffix(END)


def fate(way: Way) -> str:
    """What becomes of a way, by what is told, and seen; the rest is the test's to look for."""
    if way.needs and importlib.util.find_spec(way.needs) is None:
        return ""
    (said, shown), _ = apart(played, way), apart(bare, way)
    kinds = json.loads(said)
    return way.fate if way.fate in kinds else kinds[0] if kinds else SHOWN if shown else CONTAINED


if __name__ == "__main__":
    for once in played, bare:  # what takes time to load is loaded now
        once(Way("", "pass", ""))
    gc.collect()
    gc.freeze()
    print(json.dumps([fate(one) for one in WAYS[:int(sys.argv[1]) if sys.argv[1:] else None]]))
