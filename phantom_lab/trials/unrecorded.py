"""What child playbooks and custom functions give that no journal holds: samples of what the playbook reads of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from phantom_lab.apps.samples import sample_of
from phantom_lab.datapath import STAR
from phantom_lab.model import naming
from phantom_lab.outcomes import CUSTOM_FUNCTION
from phantom_lab.outcomes.overlaid import put
from phantom_lab.reading import texts
from phantom_lab.reading.forms import compiled
from phantom_lab.reading.read import Reading


def made_up(reading: Reading) -> Callable[[str, str], dict[str, Any]]:
    """What gives the data of a custom function, or the outputs of a child playbook, by its kind and reference."""
    paths = [path for one in texts.datapaths(reading) if (path := compiled(one)) and path.block]

    def give(kind: str, reference: str) -> dict[str, Any]:
        call, argument = ("custom_function",) * 2 if kind == CUSTOM_FUNCTION else ("playbook",) * 2
        blocks = {one.get("name") for one in reading.calls_of(call)
                  if naming.referred(reference, [str(one.get(argument))])}
        found: dict[str, Any] = {}
        for path in paths:
            steps = path.steps[2:] if kind == CUSTOM_FUNCTION else path.steps[:1]
            if path.block in blocks and steps:
                names = ["*" if step is STAR else str(step) for step in steps]
                value = sample_of((), names[-1], names[:-1])
                found = put(found, names, value if kind == CUSTOM_FUNCTION else [value])
        return found

    return give
