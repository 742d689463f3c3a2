"""Records as the REST shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from phantom_lab.model import KINDS, App, Asset, Record, as_id, complete
from phantom_lab.rest.filters import Look
from phantom_lab.rest.indicators import cef_types, indicators
from phantom_lab.rest.literals import unquoted
from phantom_lab.rest.playbooks import playbooks
from phantom_lab.rest.world import World

_PRETTY = {"owner": "ph_user", "role": "role", "author": "ph_user", "effective_user": "ph_user"}
"""Fields that hold ids of people, besides the references of `KINDS`."""


def rows(world: World, kind: str) -> list[Record]:
    """Every record of a kind in its REST form; whoever writes to them has to copy them."""
    return _VIEWS[kind](world) if kind in _VIEWS else world.records(kind)


def index(world: World) -> Look:
    """Finds records by kind and id, for as long as nothing changes."""
    tables: dict[str, dict[int, Record]] = {}

    def look(kind: str, number: Any) -> Record | None:
        if kind not in tables:
            tables[kind] = {one["id"]: one for one in rows(world, kind)}
        return tables[kind].get(as_id(number) or 0)

    return look


def dressed(world: World, kind: str, record: Record, flags: Mapping[str, str], look: Look) -> Record:
    """A record with what the flags of a query ask for: ``pretty``, ``include_all_cef_types``, ``_special_…``."""
    shown = {name: value for name, value in record.items() if not name.startswith("_special_") or _on(flags, name)}
    if kind == "artifact" and _on(flags, "include_all_cef_types"):
        shown["cef_types"] = cef_types(world, record)
    if _on(flags, "pretty"):
        shown |= _pretty(kind, record, look)
    return shown


def _on(flags: Mapping[str, str], name: str) -> bool:
    """Whether a flag is given: bare, or with anything that is not false."""
    return name in flags and unquoted(flags[name]).lower() not in ("false", "0")


def _pretty(kind: str, record: Record, look: Look) -> Record:
    """Names of the records that fields refer to."""
    found = {}
    for field, other in {**KINDS[kind].refers, **_PRETTY}.items():
        if field in record and (related := look(other, record[field])) is not None:
            found[f"_pretty_{field}"] = related.get("name") or related.get("username") or str(related["id"])
    return found


def _containers(world: World) -> list[Record]:
    """A playbook sees the owner's name, REST the id besides the name (observed)."""
    counts = dict(world.platform.uncounted)
    for artifact in world.platform.artifacts.values():
        counts[artifact["container"]] = counts.get(artifact["container"], 0) + 1
    return [{**one, "artifact_count": counts.get(one["id"], 0), "role": _number(world, "role", name=one["role"]),
             "owner": _number(world, "ph_user", username=one["owner"])} for one in world.records("container")]


def _number(world: World, kind: str, **name: Any) -> int | None:
    found = world.platform.records(kind).first(**name) if any(name.values()) else None
    return found["id"] if found else None


def _assets(world: World) -> list[Record]:
    stored = world.records("asset")
    names = {one["name"] for one in stored}
    return [*stored, *(_asset(world, one) for one in world.platform.assets if one.name not in names)]


def _asset(world: World, one: Asset) -> Record:
    platform = world.platform
    return complete("asset", {
        "name": one.name, "app": platform.ids.number("app", one.app.name), "product_name": one.app.name,
        "type": one.type, "tags": sorted(one.tags)},
        record_id=platform.ids.number("asset", one.name), now="")


def _apps(world: World) -> list[Record]:
    stored = world.records("app")
    names = {one["name"] for one in stored}
    found = {one.app.name: one.app for one in world.platform.assets if one.app.name not in names}
    return [*stored, *(_app(world, one) for one in found.values())]


def _app(world: World, one: App) -> Record:
    return complete("app", {"name": one.name, "app_version": one.version, "product_name": one.name},
                    record_id=world.platform.ids.number("app", one.name), now="")


_VIEWS: dict[str, Callable[[World], list[Record]]] = {
    "container": _containers, "indicator": indicators, "playbook": playbooks, "asset": _assets, "app": _apps,
}
