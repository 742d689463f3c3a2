"""Fixtures of the fidelity tests: one expression, evaluated in a block of a running playbook."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab, PlaybookRun

TEMPLATE = """
import json

def on_start(container):
    {start}

def after(action=None, success=None, container=None, results=None, handle=None):
{setup}
    phantom.debug(json.dumps({expression}))
"""
ACT = ('phantom.act("look up", parameters=[{{"item": n, "context": {{"artifact_id": n + 1}}}} for n in range({n})], '
       'assets=["sample"], name="look_1", callback=after)')


@pytest.fixture
def block(incident: Path, playbook: Any) -> Callable[..., PlaybookRun]:
    """Run a playbook whose block `after` logs an expression as JSON; return the run.

    With `answers`, the block is the callback of action run ``look_1``, which looked up one item per answer, the n-th
    (from 0) for artifact n + 1. Of `inputs` it gets those that it reads: a run refuses others.
    """

    def run(expression: str, *, setup: str = "pass", answers: Any = (), container: Any = None,
            **options: Any) -> PlaybookRun:
        results = [{"action": "look up", "parameter": {"item": n}, **answer} for n, answer in enumerate(answers)]
        start = ACT.format(n=len(answers)) if answers else "after(container=container)"
        source = TEMPLATE.format(start=start, setup=textwrap.indent(textwrap.dedent(setup), "    "),
                                 expression=expression)
        given = {name: one for name, one in options.pop("inputs", {}).items() if f"playbook_input:{name}" in source}
        return Lab(container or incident, results=results).run(playbook(source), inputs=given, **options)

    return run


@pytest.fixture
def value(block: Any) -> Callable[..., Any]:
    """What an expression gives in a block; arguments as for `block`."""

    def evaluate(expression: str, **options: Any) -> Any:
        run = block(expression, **options)
        summary = run.summary()
        assert summary.debug, f"the block did not get to its end: {summary.message}"
        return json.loads(summary.debug[-1])

    return evaluate
