"""Custom lists: ``decided_list``."""

from __future__ import annotations

from typing import Any

from phantom_lab.model import Record, as_id
from phantom_lab.rest.problems import bad_request
from phantom_lab.rest.world import World


def add_list(world: World, body: Record) -> Record:
    """Create a list from ``name`` and ``content``; the name is unique (documented).

    Raises:
        RestError: there is one of that name, or the content is none.
    """
    name, records = body.get("name"), world.platform.records("decided_list")
    if not isinstance(name, str) or not name:
        raise bad_request("decided_list needs a name")
    if records.first(name=name) is not None:
        raise bad_request(f"there is a list {name!r} already")
    return {"id": records.add(name=name, content=_rows(body.get("content"), "content"))["id"]}


def update_list(world: World, record: Record, body: Record) -> None:
    """Replace ``content`` or ``name``, or work on rows: ``update_rows``, ``delete_rows``, ``append_rows`` (documented).

    Raises:
        RestError: a row is none, or there is no such row.
    """
    rows = _rows(body["content"], "content") if "content" in body else list(record["content"])
    for number, row in _numbered(body.get("update_rows")):
        if number >= len(rows):
            raise bad_request(f"update_rows: there is no row {number}")
        rows[number] = row
    gone = {as_id(one) for one in _listed(body.get("delete_rows"), "delete_rows")}
    if any(one is None or one >= len(rows) for one in gone):
        raise bad_request("delete_rows must be numbers of rows")
    rows = [row for number, row in enumerate(rows) if number not in gone]
    rows += _rows(body.get("append_rows", []), "append_rows")
    name = body.get("name", record["name"])
    if not isinstance(name, str) or not name:
        raise bad_request("name must be a text")
    same = world.platform.records("decided_list").first(name=name)
    if same is not None and same["id"] != record["id"]:
        raise bad_request(f"there is a list {name!r} already")
    world.platform.records("decided_list").update(record["id"], name=name, content=rows)


def _numbered(given: Any) -> list[tuple[int, list[Any]]]:
    if given is None:
        return []
    if not isinstance(given, dict) or any(as_id(number) is None for number in given):
        raise bad_request("update_rows must be an object of rows by number")
    return [(as_id(number) or 0, _rows([row], "update_rows")[0]) for number, row in given.items()]


def _rows(given: Any, name: str) -> list[list[Any]]:
    """A list of rows; what is no list is a row of one cell (documented)."""
    return [one if isinstance(one, list) else [one] for one in _listed(given, name)]


def _listed(given: Any, name: str) -> list[Any]:
    if given is None:
        return []
    if not isinstance(given, list):
        raise bad_request(f"{name} must be a list")
    return given
