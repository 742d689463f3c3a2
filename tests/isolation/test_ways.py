"""Every way out is refused, contained or recorded, and leaves nothing behind."""

from __future__ import annotations

import gc
import importlib.util
import json
import os
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from glob import glob
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab, Playbook
from phantom_lab.history import Contained, Refused, Unrecorded
from phantom_lab.isolation.walls import missing, walls
from tests.conftest import ROOT
from tests.isolation.ways import CONTAINED, OPEN, RECORDED, REFUSED, WAYS, Way
from tests.patience import LONG
from tests.threads import threads

HEAD = """
import codecs, csv, io, json, os, pathlib, shutil, socket, sqlite3, tempfile
import threading as _threading
import phantom.rules as phantom

class Late:
    pass

done = _threading.Event()

def swallowing(function, *args):
    try:
        function(*args)
    except OSError:
        pass
    done.set()

def waiting():
    done.wait()

def threads(function):
    thread = _threading.Thread(target=swallowing, args=[function])
    thread.start()
    thread.join()

def on_start(container):
    try:
"""
TAIL = """
    except Exception as exc:
        phantom.debug(type(exc).__name__ + ': ' + str(exc))
"""
PACKAGES = {
    "quiet": "", "removes": "import os\nos.remove('real.txt')\n",
    "connects": "import socket\nsocket.create_connection(('127.0.0.1', 9))\n",
    "starts": "import os\nos.system('true')\n", "writes": "open('new.txt', 'w').write('x')\n",
}
EVENTS = {REFUSED: {Refused}, CONTAINED: {Contained}, RECORDED: {Unrecorded}, OPEN: set()}


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of the machine's, which is the working folder, beside a home and one for temporary files."""
    here = tmp_path / "here"
    for one in ("here/real", "here/empty", "home", "temporary"):
        (tmp_path / one).mkdir(parents=True)
    (here / "real.txt").write_text("real")
    (here / "real" / "inner.txt").write_text("inner")
    for name, code in PACKAGES.items():
        (here / f"package_{name}.py").write_text(code)
    with sqlite3.connect(here / "real.db") as database:
        database.execute("create table t (a)")
    database.close()
    monkeypatch.chdir(here)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.syspath_prepend(str(here))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield tmp_path
    for name in PACKAGES:
        sys.modules.pop(f"package_{name}", None)


def state(machine: Path) -> dict[str, Any]:
    """All that a way might have changed; the run's own folder lies in that for temporary files."""
    files = {}
    for place, folders, names in os.walk(machine):
        folders[:] = [one for one in folders if not one.startswith("phantom_lab-")]
        for one in (*folders, *names):
            path = os.path.join(place, one)
            found = os.lstat(path)
            content = Path(path).read_bytes() if os.path.isfile(path) else None
            files[path] = content, found.st_mode, found.st_uid, found.st_mtime_ns if content is not None else 0
    mask = os.umask(0)
    os.umask(mask)
    return {
        "files": files, "elsewhere": [*glob("/tmp/way-*"), *glob("/usr/way-*"), *glob("/dev/shm/way-*")],
        "environment": dict(os.environ), "folder": os.getcwd(), "mask": mask, "nice": os.nice(0),
        "signals": [signal.getsignal(one) for one in signal.valid_signals()],
        "trace": (sys.gettrace(), sys.getprofile()), "limits": resource.getrlimit(resource.RLIMIT_CORE),
        "children": children(),
        "modules": {"way"} & sys.modules.keys(), "path": list(sys.path), "timeout": socket.getdefaulttimeout(),
    }


def children() -> str:
    """The processes that this one has started and that still are."""
    found = []
    for one in glob("/proc/self/task/*/children"):
        try:
            found.append(Path(one).read_text())
        except OSError:  # of a thread that has just ended
            continue
    return " ".join(found).strip()


def source_of(way: Way) -> str:
    return HEAD + "".join(f"        {line}\n" for line in way.code.split("\n")) + TAIL


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.code.replace("\n", " ")[-70:])
def test_a_way_out_has_its_fate(way: Way, machine: Path):
    """It is told by an event of its kind, and by one of no other where it is open; nothing on the machine changes."""
    if way.needs and importlib.util.find_spec(way.needs) is None:
        pytest.skip(f"there is no {way.needs} here")
    lab = Lab({"container": {"name": "way"}, "artifacts": []})
    before, running = state(machine), threads()
    run = lab.run(Playbook.from_source(source_of(way), name="way"))
    for thread in threads() - running:
        thread.join(LONG)
    assert run.status == "success", run.message
    told = {type(one) for one in run.journal.events} & {Refused, Contained, Unrecorded}
    if way.fate == OPEN:
        assert told == set(), run.debug
    else:
        assert EVENTS[way.fate] <= told, run.debug
    if way.fate != REFUSED:
        assert run.debug == []
    rows = [one for one in run.summary().receipt if one["side"] == "outside"]
    assert bool(rows) == bool(told & {Refused, Contained})
    del run
    gc.collect()
    assert state(machine) == before
    assert threads() == running
    assert glob(f"{tempfile.gettempdir()}/phantom_lab-*") == []


@pytest.mark.skipif(bool(missing()), reason=f"needs walls, and {missing()}: NOT CHECKED HERE")
def test_behind_walls_nothing_gets_out(machine: Path):
    """Of any way, be it tried by a playbook or past Python's own walls; no process is left.

    Without walls, what is tried past Python's own does change the machine.
    """
    before, mark = state(machine), f"PHANTOM_LAB_WAY={machine}"
    trying = [sys.executable, "-m", "tests.isolation.walled"]
    environment = {**os.environ, "HOME": str(machine / "home"), "PYTHONPATH": f"{ROOT}:{machine / 'here'}",
                   "PHANTOM_LAB_WAY": str(machine), "PYTHONDONTWRITEBYTECODE": "1"}
    with walls() as around:
        done = subprocess.run(around.command(trying), env=around.environment(environment), pass_fds=around.handed,
                              stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, check=True, text=True)
    fates = dict(zip(WAYS, json.loads(done.stdout), strict=True))
    assert {way.code: fate for way, fate in fates.items() if fate not in ("", way.walled)} == {}
    assert state(machine) == before
    assert [one for one in glob("/proc/[0-9]*/environ") if mark in read(one)] == []
    subprocess.run([*trying, "1"], env=environment, stdout=subprocess.DEVNULL, check=True)
    assert state(machine)["files"].keys() - before["files"].keys() == {str(machine / "here" / "new.txt")}


def read(file: str) -> str:
    """What a file holds; nothing where it cannot be read."""
    try:
        return Path(file).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
