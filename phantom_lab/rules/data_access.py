"""Data access automation API."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from phantom_lab.datapath import Source, parse
from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.rules.arguments import names
from phantom_lab.rules.registry import emulates
from phantom_lab.rules.sources import Restriction, table


@emulates("collect2")
def collect2(run: PlaybookRun, container: Any, action_results: Any, action_name: Any, datapath: Any,
             filter_artifacts: Any, tags: Any, scope: Any, limit: Any, trace: Any) -> list[Any]:
    """Collect rows: one cell per datapath, in order; a single text gives a flat list of values."""
    texts = [datapath] if isinstance(datapath, str) else datapath
    if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in texts):
        raise PlaybookArgumentError(f"collect2: datapath must be a text or a list of texts, not {datapath!r}")
    passed = action_results
    if action_name and isinstance(passed, list):
        passed = [one for one in passed if isinstance(one, dict) and one.get("name") == action_name]
    restriction = Restriction(container, scope, limit, filter_artifacts, names(tags), passed)
    found = _rows(run, list(texts), restriction)
    return [row[0] for row in found] if isinstance(datapath, str) else found


def _rows(run: PlaybookRun, texts: list[str], restriction: Restriction) -> list[list[Any]]:
    paths = [parse(text) for text in texts]
    known = [path for path in paths if path is not None]
    for text, path in zip(texts, paths, strict=True):
        if path is None:
            run.note(f"collect2: '{text}' is no datapath: it gives no value")
    if not known:
        return []
    if len({path.origin for path in known}) > 1 and any(path.source is Source.PLAYBOOK_INPUT for path in known):
        raise TypeError("collect2: playbook_input datapaths cannot be mixed with others")
    columns = {origin: table(run, [path for path in known if path.origin == origin], restriction)
               for origin in dict.fromkeys(path.origin for path in known)}
    positions = {origin: [n for n, path in enumerate(paths) if path and path.origin == origin] for origin in columns}
    result = []
    for number in range(max(len(found) for found in columns.values())):
        row: list[Any] = [None] * len(paths)
        for origin, found in columns.items():
            place = 0 if origin[0] is Source.CONTAINER else number  # the container's values stand in every row
            if place < len(found):
                for position, cell in zip(positions[origin], found[place], strict=True):
                    row[position] = deepcopy(cell) if isinstance(cell, dict | list) else cell
        result.append(row)
    return result
