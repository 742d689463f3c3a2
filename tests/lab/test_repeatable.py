"""What of a playbook's code is the same again, with one seed and one start: the table in the documentation."""

from __future__ import annotations

import random
import re
import time
from datetime import UTC, datetime
from functools import cache

import pytest

from phantom_lab import Lab, Playbook
from tests.conftest import ROOT
from tests.table import tabled

_, _, PAGE = (ROOT / "docs" / "replay.md").read_text(encoding="utf-8").partition("Each of these is executed twice")
ROWS = [(code, follows)
        for cells, follows in re.findall(r"^\| (`.*`) \| ((?:the |`PYTHON).*) \|$", PAGE, re.MULTILINE)
        for code in re.findall("`([^`]+)`", cells)]
IMPORTS = ("import datetime, email.mime.multipart, email.utils, gzip, logging, os, random, secrets, tarfile, tempfile\n"
           "import time, uuid, zipfile\n")
START = datetime(2020, 2, 3, 4, 5, 6, tzinfo=UTC)


@cache
def values(code: str, seed: int = 7) -> str:
    """What an expression gives in a playbook, twice one after the other."""
    lab = Lab({"name": "x"}, seed=seed, start=START)
    run = lab.run(Playbook.from_source(
        f"{IMPORTS}import phantom.rules as phantom\ndef on_start(container):\n"
        f"    phantom.debug(repr([{code}, {code}]))\n", name="flow"))
    assert run.status == "success", run.message
    return run.debug[0]


def test_the_table_is_read():
    """Every kind of row is there."""
    assert len(ROWS) > 20
    assert len({follows for _, follows in ROWS}) == 7


@tabled("code", [code for code, follows in ROWS if "run" in follows or "HASH" in follows])
def test_what_follows_the_run_is_the_same_again(code: str):
    """With another seed it is another one, where the seed counts."""
    first = values(code)
    values.cache_clear()
    assert values(code) == first
    if "the run's seed" in dict(ROWS)[code] and "choice" not in code:
        assert values(code, seed=8) != first
    if dict(ROWS)[code] == "the run's clock":
        assert "2020" in first or "1580702" in first


@pytest.mark.parametrize("code", [code for code, follows in ROWS if "machine's random" in follows])
def test_what_follows_the_machine_differs(code: str):
    """The documentation names it truly."""
    first = values(code)
    values.cache_clear()
    assert values(code) != first


@pytest.mark.parametrize("code", [code for code, follows in ROWS if "machine's clock" in follows])
def test_what_follows_the_machines_clock_knows_nothing_of_the_runs(code: str):
    """However early that begins."""
    assert "2020" not in values(code)
    assert "1580702" not in values(code)


def test_a_library_that_waits_comes_to_its_moment_in_any_thread():
    """It reads the run's clock, and passes time on it; what it seeds and draws is no run's own, nor the process's."""
    before, real = random.getstate(), time.time
    lab = Lab({"name": "x"}, seed=7, start=START)
    run = lab.run(Playbook.from_source("""
import importlib, threading
import phantom.rules as phantom
clock, chance = importlib.import_module("time"), importlib.import_module("random")

def waits(until):
    while clock.time() < until:
        clock.sleep(60)

def on_start(container):
    begun = clock.time()
    one = threading.Thread(target=waits, args=[begun + 3_600])
    one.start()
    one.join()
    chance.seed(1)
    phantom.debug([clock.gmtime().tm_year, round(clock.time() - begun) // 60, chance.random()])
""", name="flow"))
    assert run.debug == [str([2020, 60, random.Random(1).random()])], run.message
    assert (random.getstate(), time.time) == (before, real)
