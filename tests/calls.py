"""A playbook that makes calls one after the other, and what they returned."""

from __future__ import annotations

import json
from typing import Any

from phantom_lab import Lab, Playbook, PlaybookRun

_SOURCE = """
import json
import phantom.rules as phantom

def on_start(container):
{lines}
"""


def calls(lab: Lab, *expressions: str) -> tuple[PlaybookRun, list[Any]]:
    """Evaluate expressions in a block, in order; each result comes back through JSON.

    A statement ``name = expression`` keeps its value for the next ones.
    """
    lines = []
    for one in expressions:
        name, equals, _ = one.partition(" = ")
        kept = bool(equals) and name.isidentifier()
        lines += [f"    {one}"] * kept
        lines.append(f"    phantom.debug(json.dumps({name if kept else one}))")
    run = lab.run(Playbook.from_source(_SOURCE.format(lines="\n".join(lines)), name="sample"))
    assert run.status == "success", run.summary().message
    return run, [json.loads(line) for line in run.summary().debug]


def written(run: PlaybookRun, kind: str, field: str | None = None) -> list[Any]:
    """What a run wrote to records of a kind, in order: the new values."""
    return [change["after"] for change in run.summary().changes
            if change["object"] == kind and field in (None, change["field"])]
