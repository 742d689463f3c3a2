"""Which names of the vendor's API every fidelity test calls: the pytest plugin of ``--api-calls FILE``."""

from __future__ import annotations

import functools
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from phantom_lab.rules import namespace
from phantom_lab.rules.registry import CLASSES, EMULATED

EVIDENCE = ("documented", "observed", "assumed")


class Calls:
    """Writes ``{name: {test: its evidence mark}}`` to a file, as JSON; of ``-n`` processes one, for all."""

    def __init__(self, file: str | Path) -> None:
        self._file = Path(file).absolute()
        self._test = self._evidence = ""
        self._found: dict[str, dict[str, str]] = defaultdict(dict)
        for name, one in EMULATED.items():
            EMULATED[name] = replace(one, function=self._recording(name, one.function))
        for name, make in CLASSES.items():
            CLASSES[name] = self._recording_class(name, make)

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """From here on calls are this test's."""
        self._test = item.nodeid
        self._evidence = next((mark.name for mark in item.iter_markers() if mark.name in EVIDENCE), "")

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a process of ``-n`` has found."""
        for name, tests in getattr(node, "workeroutput", {}).get("api_calls", {}).items():
            self._found[name].update(tests)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand over what was found."""
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["api_calls"] = dict(self._found)
        else:
            self._file.write_text(json.dumps(self._found), encoding="utf-8")

    def _seen(self, name: str) -> None:
        if self._evidence:
            self._found[name][self._test] = self._evidence

    def _recording(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            self._seen(name)
            return function(*args, **kwargs)

        # The line of a call is that of the first frame which is not the lab's own.
        call.__code__ = call.__code__.replace(co_filename=namespace.__file__)
        return call

    def _recording_class(self, name: str, make: Callable[[Any], type]) -> Callable[[Any], type]:
        seen = self._seen

        class Recording(type):
            def __getattribute__(cls, attribute: str) -> Any:
                if not attribute.startswith("_"):
                    seen(name)
                return super().__getattribute__(attribute)

            def __call__(cls, *args: Any, **kwargs: Any) -> Any:
                seen(name)
                return super().__call__(*args, **kwargs)

        return lambda run: Recording(name, (make(run),), {})
