"""A pytest plugin (``-p tests.replaying``): whatever a test runs is executed again from its journal, and is the same.

``make soak`` runs the whole suite with it. A run that reads what no journal holds is left out.
"""

from __future__ import annotations

from contextlib import redirect_stdout
from io import StringIO
from typing import Any

import pytest

from phantom_lab.engine import PlaybookRun
from phantom_lab.history import Journal
from phantom_lab.history.cursor import Cursor
from phantom_lab.lab.replaying import replay
from phantom_lab.views.unrecorded import unrecorded

LEFT_OUT = {"test_one_that_never_returns_is_ended_and_fails[sleeps]": "real time ends a custom function",
            "test_after_a_rest_a_custom_functions_time_goes_on": "real time ends a custom function",
            "test_what_is_not_refused_works_inside": "addresses of objects are values",
            "test_the_platform_s_folders_are_the_run_s_own": "it counts folders"}
"""Tests whose runs no journal can repeat, and why."""
_execute = PlaybookRun.execute
found: list[str] = []


def _execute_twice(run: PlaybookRun) -> PlaybookRun:
    try:
        return _execute(run)
    finally:
        journal = run.journal
        if not isinstance(journal, Cursor) and run.begun:
            with redirect_stdout(StringIO()):
                _again(journal)


def _again(journal: Journal) -> None:
    copy = Journal()
    copy.restore(journal.events, journal.stamps, dict(journal._values))
    try:
        done = replay(copy)
    except BaseException as exc:
        found.append(f"{type(exc).__name__}: {str(exc)[:500]}")
        return
    same = done.identical and (done.agreed == done.recorded or not done.complete)
    if not same and not unrecorded(copy):
        found.append(f"{done.agreed} of {done.recorded}: {str(done.divergence)[:900]}")


@pytest.fixture(autouse=True)
def _replayed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    found.clear()
    if request.node.name in LEFT_OUT:
        yield
        return
    monkeypatch.setattr(PlaybookRun, "execute", _execute_twice)
    yield
    if found:
        pytest.fail("executed again, a run of this test is another one:\n" + "\n".join(found[:3]), pytrace=False)
