"""What a body may say of a record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from phantom_lab.model import KINDS, Record, as_id
from phantom_lab.rest.endpoints import WRITABLE
from phantom_lab.rest.problems import bad_request
from phantom_lab.rest.world import World

_NAMED = {"status": "container_status", "severity": "severity"}
_OWN = frozenset({"id", "version", "create_time", "immutable"})


def chosen(kind: str, body: Record, tell: Callable[[str], None]) -> Record:
    """The fields of a body that can be written; others have no effect (assumed), and that is told."""
    writable = WRITABLE[kind]
    ignored = sorted(body.keys() - writable - {"id", "container", "container_id", "artifacts"})
    if ignored:
        tell(f"POST {kind}: no effect of {', '.join(str(one)[:50] for one in ignored[:20])}")
    return {name: value for name, value in body.items() if name in writable and value is not None}


def named_ids(world: World, body: Record) -> Record:
    """A body whose status and severity are names; both may be given by id (documented)."""
    found = dict(body)
    for name, kind in _NAMED.items():
        if type(body.get(name)) is int:
            record = world.platform.records(kind).get(body[name])
            if record is None:
                raise bad_request(f"there is no {name} {body[name]}")
            found[name] = record["name"]
    return found


def container_id(world: World, given: Any) -> int:
    """The id of a container, as a body gives it.

    Raises:
        RestError: there is no such container.
    """
    number = as_id(given)
    if number is None or number not in world.platform.containers:
        raise bad_request("container_id must be the id of a container")
    return number


def taken(kind: str, body: Record) -> Record:
    """The fields of a body that records of a kind have; ``<name>_id`` stands for the field ``<name>``."""
    known = KINDS[kind].fields.keys() - _OWN
    found = {name.removesuffix("_id") if name not in known else name: value for name, value in body.items()}
    return {name: value for name, value in found.items() if name in known}


def checked(kind: str, fields: Record) -> Record:
    """The fields, each of the type that its kind has for it.

    Raises:
        RestError: one is not.
    """
    for name, value in fields.items():
        default = KINDS[kind].fields[name]
        if default is not None and not _fits(default, value):
            raise bad_request(f"{name} must be {_CALLED[type(default)]}")
        if default is None and isinstance(value, list | dict):
            raise bad_request(f"{name} must be a single value")
    return fields


_CALLED = {str: "a text", bool: "true or false", int: "a number", list: "a list", dict: "an object"}


def _fits(default: Any, value: Any) -> bool:
    return type(value) is type(default) or (isinstance(default, str) and value is None)
