"""Data access automation API."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from phantom_lab.datapath import Family, Path, parse, result_by_result
from phantom_lab.engine import PlaybookRun
from phantom_lab.rules.arguments import check
from phantom_lab.rules.diagnosis import diagnose_rows, diagnose_text
from phantom_lab.rules.families import refuse_unknown_family
from phantom_lab.rules.registry import emulates
from phantom_lab.rules.restrictions import datapaths, restrict
from phantom_lab.rules.sources import Restriction, table


@emulates("collect2")
def collect2(run: PlaybookRun, container: Any, action_results: Any, action_name: Any, datapath: Any,
             filter_artifacts: Any, tags: Any, scope: Any, limit: Any, trace: Any) -> list[Any]:
    """Collect rows: one cell per datapath, in order; a single text gives a flat list of values.

    With `action_name`, results of another name are ignored (documented); where none were passed along, the name's own
    are read (assumed).
    """
    texts = datapaths("collect2", datapath)
    check("collect2", "action_name", action_name, (str,), "the name of a block")
    restriction = restrict(run, "collect2", container=container, scope=scope, limit=limit, tags=tags,
                           filter_artifacts=filter_artifacts, action_results=action_results)
    if action_name:
        passed = run.state.results_of(action_name) if restriction.passed is None else restriction.passed
        restriction = replace(restriction, passed=[one for one in passed if one.get("name") == action_name])
    return flat_for(datapath, rows(run, "collect2", texts, restriction))


def flat_for(datapath: Any, found: list[list[Any]]) -> list[Any]:
    """Rows, or the flat list that a call with a single text gives."""
    return [row[0] for row in found] if isinstance(datapath, str) else found


def rows(run: PlaybookRun, call: str, texts: list[str], restriction: Restriction) -> list[list[Any]]:
    """Rows of all paths, the caller's own.

    Raises:
        TypeError: inputs of the playbook are mixed with other sources (observed).
    """
    paths = result_by_result([parse(text) for text in texts])
    known = [path for path in paths if path is not None]
    for text, path in zip(texts, paths, strict=True):
        if path is None:
            refuse_unknown_family(run, call, text)
            diagnose_text(run, call, "datapath", text)
    if not known:
        return []
    origins = list(dict.fromkeys(path.origin for path in known))
    if len(origins) > 1 and any(path.source is Family.PLAYBOOK_INPUT for path in known):
        raise TypeError(f"{call}: playbook_input datapaths cannot be mixed with others")
    if len(origins) == 1 and len(known) == len(texts):
        result = table(run, known, restriction, copy=True)
    else:
        result = _side_by_side(paths, {origin: table(run, [path for path in known if path.origin == origin],
                                                     restriction, copy=True) for origin in origins})
    diagnose_rows(run, call, "datapath", paths, restriction, result)
    return result


def _side_by_side(paths: list[Path | None], columns: dict[Any, list[list[Any]]]) -> list[list[Any]]:
    """Rows of several sources by position (assumed); the container's values stand in every row."""
    positions = {origin: [n for n, path in enumerate(paths) if path and path.origin == origin] for origin in columns}
    result = []
    for number in range(max(len(found) for found in columns.values())):
        row: list[Any] = [None] * len(paths)
        for origin, found in columns.items():
            place = 0 if origin[0] is Family.CONTAINER else number
            if place < len(found):
                for position, cell in zip(positions[origin], found[place], strict=True):
                    row[position] = cell
        result.append(row)
    return result
