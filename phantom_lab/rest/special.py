"""Endpoints that are no table: look-ups of indicators, the CEF table, search, version."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from phantom_lab.model import Record, as_id
from phantom_lab.rest.addresses import BASE_URL
from phantom_lab.rest.indicators import common_containers, indicators
from phantom_lab.rest.literals import literal
from phantom_lab.rest.paging import paged
from phantom_lab.rest.problems import bad_request, not_found
from phantom_lab.rest.reading import Query
from phantom_lab.rest.views import dressed, index, rows
from phantom_lab.rest.world import World

VERSION = "6.3.0.719"
"""Of the platform that the lab stands for."""
_SEARCHED = {"container": ("name", "description", "data"), "artifact": ("name", "cef"), "indicator": ("value",),
             "asset": ("name",), "app": ("name",), "playbook": ("name",), "note": ("title", "content")}


def _indicator_by_value(world: World, query: Query) -> Record:
    """A text is taken as it stands, quotes and all (observed); in quotes of its own it is found, too (assumed)."""
    value = query.get("indicator_value", "")
    for wanted in (value, value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value):
        for one in indicators(world, wanted):
            return dressed(world, "indicator", one, query, index(world))
    raise not_found()


def _common_containers(world: World, query: Query) -> list[Any]:
    """A bare list (observed)."""
    given = query.get("indicator_ids", "")
    parts = literal(given, "indicator_ids") if given.strip().startswith("[") else given.split(",")
    numbers = [as_id(one) for one in parts] if isinstance(parts, list) else []
    if not numbers or None in numbers:
        raise bad_request(f"indicator_ids must be ids with commas between them, not {given[:100]!r}")
    return paged(common_containers(world, {one for one in numbers if one is not None}), {"page_size": "0", **query})[1]


def _cef_metadata(world: World, query: Query) -> Record:
    return {"cef": {name: dict(one) for name, one in world.cef.items()}}


def _search(world: World, query: Query) -> Record:
    """What holds the words, whatever the case; the form of the results is observed as far as ``id`` goes."""
    text = query.get("query", "").strip().strip('"').lower()
    wanted = [one.strip() for one in query.get("categories", "").split(",") if one.strip()] or list(_SEARCHED)
    found = [{"category": kind, "id": one["id"], "title": str(one[_SEARCHED[kind][0]]),
              "url": f"/{'mission' if kind == 'container' else kind}/{one['id']}"}
             for kind in wanted if kind in _SEARCHED and text for one in rows(world, kind)
             if text in " ".join(json.dumps(one.get(name), ensure_ascii=False) for name in _SEARCHED[kind]).lower()]
    envelope, page = paged(found, query)
    return {**envelope, "results": page}


def _version(world: World, query: Query) -> Record:
    return {"version": VERSION}


def _system_info(world: World, query: Query) -> Record:
    return {"base_url": BASE_URL, "time_zone": "UTC"}


SPECIAL: dict[str, Callable[[World, Query], Any]] = {
    "indicator_by_value": _indicator_by_value, "indicator_common_container": _common_containers,
    "cef_metadata": _cef_metadata, "search": _search, "version": _version, "system_info": _system_info,
}
"""By endpoint; GET only."""
