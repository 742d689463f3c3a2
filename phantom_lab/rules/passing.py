"""What passes a filter: results, item by item of their data, and elements of sources without ids."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from phantom_lab.datapath import Family, Path
from phantom_lab.engine import PlaybookRun
from phantom_lab.rules.sources import RUNS, Restriction, everything, is_indexed, records, source_key, stored


def below_items(paths: Sequence[Path]) -> bool:
    """Whether every path into ``data`` goes below its items, so that each item passes or fails on its own."""
    below = [path.steps[2:] for path in paths if path.steps[:2] == (path.source.value, "data")]
    return bool(below) and all(steps and not isinstance(steps[0], int) for steps in below)


def items_of(found: Sequence[dict[str, Any]], source: Family) -> list[tuple[int, int]]:
    """The items of ``data`` in all records: ``(number of the record, of the item)``; without any, the record's own."""
    counts = (len(data) if isinstance(data := record[source.value].get("data"), list) else 1 for record in found)
    return [(place, item) for place, count in enumerate(counts) for item in range(count or 1)]


def item_alone(record: dict[str, Any], source: Family, item: int) -> dict[str, Any]:
    """A record with one item of its data only."""
    result = record[source.value]
    data = result.get("data")
    if not isinstance(data, list):
        return record
    return {source.value: {**result, "data": data[item:item + 1]}, "app_run": record["app_run"], "of": id(result)}


def identities(found: Sequence[Any], source: Family) -> list[Any]:
    """A key for each record that is the same however the record was read: an artifact's id; for a result, its app run
    and its content. Equal results of one app run are numbered."""
    if source is Family.ARTIFACT:
        return [record["id"] for record in found]
    seen: Counter[Any] = Counter()
    heads: dict[int, Any] = {}
    keys = []
    for record in found:
        result, app_run = record[source.value], record["app_run"]
        identity = record.get("of", id(result))
        if identity not in heads:
            heads[identity] = (app_run.get("app_run_id"), app_run.get("custom_function_run_id"),
                               _text({**result, "data": None}))
        key = (heads[identity], _text(result["data"]) if "of" in record else "")
        seen[key] += 1
        keys.append((*key, seen[key]))
    return keys


_text = json.JSONEncoder(sort_keys=True, default=repr).encode


def cut_down(matching: Sequence[dict[str, Any]], path: Path) -> dict[str, list[dict[str, Any]]]:
    """App runs in callback form that hold the matching records only, by name; app runs that match stay whole."""
    part, parts = path.source.value, f"{path.source.value}s"
    runs: dict[int, dict[str, Any]] = {}
    results: dict[int, dict[str, Any]] = {}
    for record in matching:
        if path.source in RUNS:
            runs[id(record)] = record
            continue
        app_run, result, split = record["app_run"], record[part], "of" in record
        if id(app_run) not in runs:
            runs[id(app_run)] = {**app_run, parts: []}
        identity = record.get("of", id(result))
        if identity not in results:
            results[identity] = {**result, "data": list(result["data"])} if split else dict(result)
            runs[id(app_run)][parts].append(results[identity])
        elif split:
            results[identity]["data"] += result["data"]
    by_name: dict[str, list[dict[str, Any]]] = {}
    for kept in runs.values():
        by_name.setdefault(str(kept.get("name", path.block)), []).append(kept)
    return by_name


def kept_values(run: PlaybookRun, paths: Sequence[Path], places: Sequence[int]) -> dict[str, list[Any]]:
    """What a filter keeps of a source without ids: the elements at these places, of every name that stands beside.

    A value that is no list is kept whole; where only such values were tested, so is everything else.
    """
    if paths[0].source is Family.FINDING:  # one record, kept whole (assumed)
        return {source_key(paths[0]): records(run, paths, Restriction())}
    if paths[0].source is Family.FORMATTED_DATA:
        return _kept_format(run, paths[0], places)
    tested = {str(path.steps[0]) if path.steps else "": stored(run, path) for path in paths}
    values = everything(run, paths[0]) | tested
    single = {name for name, value in values.items()
              if not isinstance(value, list) or (len(value) == 1 and paths[0].filter)}  # a filter wraps single values
    kept = {}
    for name, value in values.items():
        elements = value if isinstance(value, list) else [value]
        kept[source_key(paths[0], name)] = list(elements) if name in single or tested.keys() <= single else [
            elements[place] for place in places if place < len(elements)]
    return kept


def _kept_format(run: PlaybookRun, path: Path, places: Sequence[int]) -> dict[str, list[Any]]:
    """The rows that passed, and their text; where the text itself was tested, all of them."""
    star, text = source_key(path, "*"), source_key(path, "")
    if path.filter:
        subset = run.state.subsets[path.filter]
        rows, whole = subset.values.get(star, []), subset.values.get(text, [])
    else:
        rendered = run.state.formats.get(path.block)
        rows, whole = (list(rendered.items), [rendered.text]) if rendered else ([None], [None])
    if not path.steps or is_indexed(path):
        return {star: rows, text: whole}
    rows = [rows[place] for place in places if place < len(rows)]
    return {star: rows, text: ["\n".join(map(str, rows))]}
