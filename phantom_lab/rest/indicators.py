"""Indicators: the values that artifacts hold in their CEF fields. What is stored of one are its tags."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import field
from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.model import Artifact, Record, complete
from phantom_lab.rest.world import World


@dataclass(slots=True)
class _Seen:
    times: list[str] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)
    contains: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)
    containers: set[int] = field(default_factory=set)


def indicators(world: World, only: str | None = None) -> list[Record]:
    """Every indicator, or that of one value. Its id stays the same throughout a run tree, and once it is stored."""
    stored = {str(one["value"]): one for one in world.platform.records("indicator").values()
              if only in (None, str(one["value"]))}
    seen = _seen(world, only)
    return [_indicator(world, value, stored.get(value), seen[value]) for value in dict.fromkeys([*stored, *seen])]


def common_containers(world: World, indicator_ids: set[int]) -> list[Record]:
    """The containers that hold any of the indicators, as ``indicator_common_container`` gives them."""
    values = [one["value"] for one in indicators(world) if one["id"] in indicator_ids]
    numbers = sorted({number for value in values for number in _seen(world, value)[value].containers})
    return [{"container_id": number, "container_name": world.platform.containers[number]["name"]}
            for number in numbers if number in world.platform.containers]


def hash_of(value: str) -> str:
    """The ``value_hash`` of a value."""
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


def cef_types(world: World, artifact: Artifact) -> dict[str, list[str]]:
    """What the fields of an artifact contain, by its own ``cef_types`` or by the names of the fields."""
    given = artifact["cef_types"] if isinstance(artifact["cef_types"], dict) else {}
    cef = artifact["cef"] if isinstance(artifact["cef"], dict) else {}
    return {**{name: _types(given.get(name) or world.cef.get(name, {}).get("contains")) for name in cef},
            **{name: _types(types) for name, types in given.items()}}


def _indicator(world: World, value: str, stored: Record | None, seen: _Seen) -> Record:
    number = stored["id"] if stored else world.platform.ids.number("indicator", value)
    made = complete("indicator", {
        "value": value, "value_hash": hash_of(value), "earliest_time": min(seen.times, default=None),
        "latest_time": max(seen.times, default=None), "tags": stored["tags"] if stored else []},
        record_id=number, now="")
    made |= {"_special_contains": sorted(seen.contains), "_special_fields": sorted(seen.fields),
             "_special_labels": sorted(seen.labels)}
    return made


def _seen(world: World, only: str | None) -> defaultdict[str, _Seen]:
    found: defaultdict[str, _Seen] = defaultdict(_Seen)
    for artifact in world.platform.artifacts.values():
        types: dict[str, list[str]] | None = None
        for name, value in _values(artifact["cef"]):
            if only not in (None, value):
                continue
            types, one = cef_types(world, artifact) if types is None else types, found[value]
            one.times.append(str(artifact["create_time"]))
            one.fields.add(name)
            one.contains.update(types.get(name, ()))
            one.labels.add(str(artifact["label"]))
            one.containers.add(artifact["container"])
    return found


def _values(cef: Any) -> Iterator[tuple[str, str]]:
    for name, value in cef.items() if isinstance(cef, dict) else ():
        for one in value if isinstance(value, list) else [value]:
            if one not in (None, "") and not isinstance(one, dict | list):
                yield str(name), str(one)


def _types(given: Any) -> list[str]:
    return [str(one) for one in given] if isinstance(given, list | tuple) else []
