"""What the visual editor would erase or write anew of a playbook at its next save."""

from __future__ import annotations

import json
from collections.abc import Iterator

from phantom_lab.check.sources import Problem
from phantom_lab.errors import InputError
from phantom_lab.exchange.function import of_function
from phantom_lab.exchange.graph import graph_of
from phantom_lab.exchange.losses import losses
from phantom_lab.exchange.marks import marked
from phantom_lab.model import read_json
from phantom_lab.reading.read import Reading
from phantom_lab.source.playbook import Playbook

EDITOR = "editor"
"""The kind of these findings."""


def editor(reading: Reading) -> Iterator[Problem]:
    """Every place; nothing where no export stands beside the source."""
    source = reading.source
    if isinstance(source, Playbook):
        found = losses(graph_of(json.loads(source.export)), marked(source.source, source.file)) if source.export else []
    elif source.path and source.path.with_suffix(".json").is_file():
        try:
            export = read_json(source.path.with_suffix(".json"), "export")
        except InputError:  # whoever loads it says so
            return
        found = list(of_function(export, marked(source.source, source.file), source.path.stem))
    else:
        found = []
    for one in found:
        told = f"the visual editor undoes it at its next save: {one.what}"
        yield Problem(source.file, one.line, "warning", EDITOR, told, one.block or reading.function_at(one.line),
                      one.instead)
