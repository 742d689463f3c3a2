"""Whether a test notices that a name of the vendor's API does nothing: ``python -m tests.api_coverage --prove``."""

from __future__ import annotations

import os
import signal
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from phantom_lab.rules.registry import CLASSES, EMULATED

LIMIT = 60
"""Seconds for the tests of a name: what then still waits for something that nothing does has noticed it."""


class Proof:
    """A pytest plugin: in place of its tests' run, every name's own tests run with a body of ``return None``.

    Tests are collected once; each name has a process of its own, which ends with the first test that fails.
    """

    def __init__(self, calls: dict[str, dict[str, str]]) -> None:
        self._calls = calls
        self.unproven: list[str] = []

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In the order of the names; of a name, the tests that call the fewest other names come first."""
        items = {item.nodeid: item for item in session.items}
        others = Counter(test for tests in self._calls.values() for test in tests)
        for name in sorted([*EMULATED, *CLASSES]):
            tests = sorted(self._calls.get(name, {}), key=lambda test: others[test])
            chosen = [items[test] for test in tests if test in items]
            if not (chosen and _noticed(name, chosen)):
                self.unproven.append(name)
        return True


def _noticed(name: str, items: list[pytest.Item]) -> bool:
    """Whether one of the tests fails without the name's body."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) in (1, -signal.SIGALRM)
    code = 2
    try:
        signal.alarm(LIMIT)
        _empty(name)
        code = int(any(report.failed for item in items for report in runtestprotocol(item, nextitem=None, log=False)))
    finally:
        os._exit(code)


def _empty(name: str) -> None:
    """Let a function, or every method of a class, do nothing."""
    if name in EMULATED:
        EMULATED[name] = replace(EMULATED[name], function=_nothing)
        return
    make = CLASSES[name]
    CLASSES[name] = lambda run: type(name, (), {one: staticmethod(_nothing) for one in dir(make(run)) if one[0] != "_"}
                                     | {"__init__": _nothing})


def _nothing(*_: Any, **__: Any) -> None:
    return None
