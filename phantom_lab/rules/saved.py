"""Data management automation API: values that outlive the run, under a key alone or in the scope of a container or
playbook."""

from __future__ import annotations

import re
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.model import Record, as_id, json_copy
from phantom_lab.rules.arguments import check, text_of
from phantom_lab.rules.arguments import container_id as find
from phantom_lab.rules.refusals import raising
from phantom_lab.rules.registry import emulates
from phantom_lab.state.names import as_json, shown

_NOWHERE = 0
"""The id that no container has."""


@emulates("save_data")
def save_data(run: PlaybookRun, value: Any, key: Any, use_filesystem: Any) -> str:
    """Keep a value for all playbooks and containers (observed); returns its key, which is made where none is given
    (assumed). What is kept in the file system has keys of its own (assumed)."""
    return keep(run, "save_data", value, key, use_filesystem)


@emulates("get_data")
def get_data(run: PlaybookRun, key: Any, clear_data: Any, use_filesystem: Any) -> Any:
    """A kept value, None where there is none; it is deleted unless `clear_data` is false (observed)."""
    return take(run, "get_data", key, use_filesystem, clear=clear_data)


@emulates("clear_data")
def clear_data(run: PlaybookRun, key: Any, use_filesystem: Any) -> None:
    """Delete a kept value, if there is one (documented)."""
    take(run, "clear_data", key, use_filesystem, clear=True)


@emulates("save_object")
def save_object(run: PlaybookRun, key: Any, value: Any, auto_delete: Any, container_id: Any, playbook_name: Any,
                repo_name: Any, trace: Any) -> None:
    """Keep a value in the scope of a container, a playbook, both or neither; what that scope held under the key before
    is replaced (observed).

    With `auto_delete` it goes away when its container is closed, and needs one (documented).
    """
    scope = _scope(run, "save_object", key, container_id, playbook_name, repo_name)
    kept = _json("save_object", value)
    if scope["container_id"] == _NOWHERE:
        raise PlaybookArgumentError("save_object: there is no container with this container_id")
    if auto_delete and container_id is None:
        raise PlaybookArgumentError("save_object: with auto_delete, which is the default, there must be a container_id",
                                    hint="Pass container_id=container['id'], or auto_delete=False.")
    _put(run, "object", scope, value=kept, auto_delete=bool(auto_delete))


@emulates("get_object")
def get_object(run: PlaybookRun, key: Any, clear_data: Any, container_id: Any, playbook_name: Any, repo_name: Any,
               trace: Any) -> list[Record]:
    """Kept values, the oldest first, as a list of dicts with ``key`` and ``value`` (observed) and their scope.

    A scope that is not given does not restrict, and ``%`` in the key stands for any text (assumed). With `clear_data`
    they are deleted (documented).
    """
    found = _objects(run, "get_object", key, container_id, playbook_name, repo_name)
    if clear_data:
        _delete(run, found)
    return [json_copy({name: value for name, value in one.items() if name != "id"}) for one in found]


@emulates("clear_object")
def clear_object(run: PlaybookRun, key: Any, container_id: Any, playbook_name: Any, repo_name: Any,
                 trace: Any) -> None:
    """Delete kept values (documented): all that `get_object` finds for these arguments."""
    _delete(run, _objects(run, "clear_object", key, container_id, playbook_name, repo_name))


@emulates("escape_db_key")
def escape_db_key(run: PlaybookRun, s: Any) -> str:
    """A text without ``.``, ``$`` and NUL: they are written as ``%`` and two digits, and so is ``%`` (assumed)."""
    return re.sub(r"[%.$\0]", lambda one: f"%{ord(one[0]):02X}", text_of("escape_db_key", "s", s))


@emulates("unescape_db_key")
def unescape_db_key(run: PlaybookRun, s: Any) -> str:
    """What `escape_db_key` made a text of (assumed)."""
    return re.sub(r"%(25|2E|24|00)", lambda one: chr(int(one[1], 16)), text_of("unescape_db_key", "s", s))


def keep(run: PlaybookRun, call: str, value: Any, key: Any, use_filesystem: Any) -> str:
    """`save_data`, by the name under which it was called."""
    name = run.tree.ids.guid() if key is None else _key(call, key)
    _put(run, "data", {"key": name, "use_filesystem": bool(use_filesystem)}, value=_json(call, value))
    return name


def take(run: PlaybookRun, call: str, key: Any, use_filesystem: Any, *, clear: Any) -> Any:
    """`get_data`, by the name under which it was called."""
    found = run.platform.records("data").first(key=_key(call, key), use_filesystem=bool(use_filesystem))
    if found is not None and clear:
        run.platform.records("data").delete(found["id"])
    return json_copy(found["value"]) if found else None


def _put(run: PlaybookRun, kind: str, scope: dict[str, Any], **fields: Any) -> None:
    there = run.platform.records(kind).first(**scope)
    if there is None:
        run.platform.records(kind).add(**scope, **fields)
    else:
        run.platform.records(kind).update(there["id"], **fields)


def _objects(run: PlaybookRun, call: str, key: Any, *scope: Any) -> list[Record]:
    wanted = _scope(run, call, key, *scope)
    pattern, given = wanted.pop("key"), {name: value for name, value in wanted.items() if value is not None}
    return [one for one in run.platform.records("object").where(**given) if _like(pattern, str(one["key"]))]


def _like(pattern: str, key: str) -> bool:
    """Whether a key has the form of a pattern; no regular expression, whose time a hostile key could choose."""
    first, *rest = pattern.split("%")
    if not rest or not key.startswith(first):
        return key == pattern
    place = len(first)
    for part in rest[:-1]:
        found = key.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return key.endswith(rest[-1]) and len(key) - len(rest[-1]) >= place


def _scope(run: PlaybookRun, call: str, key: Any, container_id: Any, playbook_name: Any,
           repo_name: Any) -> dict[str, Any]:
    for argument, given in (("playbook_name", playbook_name), ("repo_name", repo_name)):
        check(call, argument, given, (str,), "a name")
    check(call, "container_id", container_id, (int, str, dict), "the id of a container")
    number = None if container_id is None else find(run, container_id) or _NOWHERE
    return {"key": _key(call, key), "container_id": number, "playbook_name": playbook_name, "repo_name": repo_name}


def _delete(run: PlaybookRun, found: list[Record]) -> None:
    for one in found:
        run.platform.records("object").delete(one["id"])


def _key(call: str, given: Any) -> str:
    key = str(given) if as_id(given) is not None else given
    if not isinstance(key, str) or not key:
        raise PlaybookArgumentError(f"{call}: key must be a text, not {shown(given)}")
    return key


def _json(call: str, value: Any) -> Any:
    with raising(call):
        return as_json("value", value)
