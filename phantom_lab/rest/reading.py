"""GET: lists, single records, and parts of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phantom_lab.model import Record, as_id
from phantom_lab.rest.endpoints import ALIASES, PARTS, is_kind
from phantom_lab.rest.filters import filtered, read_filters
from phantom_lab.rest.paging import ordered, paged
from phantom_lab.rest.playbooks import named
from phantom_lab.rest.problems import not_found
from phantom_lab.rest.views import dressed, index, rows
from phantom_lab.rest.world import World

Query = Mapping[str, str]

_OWNER = {"workbook_template": "template", "workbook_phase": "phase"}
"""Fields that refer to the record above, where they are not called like its kind."""


def kind_of(endpoint: str) -> str:
    """The kind of records behind an endpoint's name.

    Raises:
        RestError: there is no such endpoint.
    """
    if not is_kind(endpoint):
        raise not_found()
    return ALIASES.get(endpoint, endpoint)


def listing(world: World, kind: str, query: Query, pairs: list[tuple[str, str]], **equal: Any) -> Record:
    """``{"count", "num_pages", "data"}`` of the records that the filters let through.

    Args:
        query: the parameters by name.
        pairs: all of them, as several may have one name.
        equal: values that the records have besides.

    Raises:
        RestError: the query is wrong.
    """
    found = [one for one in rows(world, kind) if all(one.get(name) == value for name, value in equal.items())]
    look = index(world)
    found = filtered(found, read_filters(pairs), kind=kind, look=look)
    envelope, page = paged(ordered(found, query, kind), query)
    return {**envelope, "data": [dressed(world, kind, one, query, look) for one in page]}


def record_of(world: World, kind: str, given: str) -> Record:
    """A record by its id; a custom list and a playbook also by name.

    Raises:
        RestError: there is none.
    """
    number = as_id(given)
    found = index(world)(kind, number)
    if found is None and kind == "decided_list":
        found = next((one for one in rows(world, kind) if one["name"] in (given, given.rsplit("/", 1)[-1])), None)
    elif found is None and kind == "playbook" and len(playbooks := named(rows(world, kind), given)) == 1:
        found = playbooks[0]
    if found is None:
        raise not_found()
    return found


def part(world: World, kind: str, record: Record, name: str, query: Query, pairs: list[tuple[str, str]]) -> Any:
    """What stands below a record: a list of others, or one of its fields (documented).

    Raises:
        RestError: there is nothing of that name, or the query is wrong.
    """
    if kind == "playbook_run" and name in ("block_results", "log"):
        return _details(world, record, name, query)
    listed = PARTS.get(kind, {}).get(name)
    if listed is not None:
        return listing(world, listed, query, pairs, **{_OWNER.get(kind, kind): record["id"]})
    if name not in record or name.startswith("_"):
        raise not_found()
    return {name: record[name]}


def _details(world: World, record: Record, name: str, query: Query) -> Any:
    details = next((one for one in world.records("run_details") if one["playbook_run"] == record["id"]), None)
    if name == "block_results":
        return details["block_results"] if details else {}
    envelope, page = paged(details["log"] if details else [], query)
    return {**envelope, "data": page}
