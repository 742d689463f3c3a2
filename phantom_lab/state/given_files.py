"""Vault files that a user gives: read where they lie, never written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.limits import STORED, open_plain
from phantom_lab.model import as_id
from phantom_lab.state.contents import read_content
from phantom_lab.state.store import Store
from phantom_lab.state.vault import KIND, fields_of, known_as

_KEYS = {"path", "container", "name"}


def add_files(store: Store, given: Any) -> None:
    """Attach files to containers of the lab.

    Args:
        given: a list of paths, or of ``{"path", "container"?, "name"?}``; without a container it is the first one.

    Raises:
        InputError: a file cannot be read, or there is no such container.
    """
    if not isinstance(given, list | tuple):
        raise InputError("files must be a list", hint='For instance ["mail.eml", {"path": "a.zip", "container": 2}].')
    for one in given:
        _add(store, **_read(one))


def _read(given: Any) -> dict[str, Any]:
    read = {"path": given} if isinstance(given, str | Path) else given
    if not isinstance(read, dict) or not isinstance(read.get("path"), str | Path):
        raise InputError(f"a file must be a path or have one, not {given!r}")
    if unknown := read.keys() - _KEYS:
        raise InputError(f"a file has no {', '.join(sorted(map(repr, unknown)))}",
                         hint="It has path, container and name.")
    return read


def _add(store: Store, path: str | Path, container: Any = None, name: Any = None) -> None:
    place, number = Path(path).absolute(), _container(store, container, path)
    called = place.name if name is None else name
    if not isinstance(called, str) or not called:
        raise InputError(f"the name of a file must be a text, not {name!r}", where=str(path))
    try:
        with open_plain(place, STORED) as source:
            content = read_content(source)
    except (FileNotFoundError, ValueError):  # a name that no file can have
        raise InputError("there is no such file", where=str(path)) from None
    except OSError as exc:
        raise InputError(f"the file cannot be read: {exc.strerror}", where=str(path)) from None
    store.files[content.sha1] = place
    attached = store.records[KIND]
    for one in attached.values():
        if one["vault_id"] == content.sha1 and one["container"] == number:
            one["aka"] = known_as(one, called)
            return
    store.add(KIND, {**fields_of(content, called, [], attached), "container": number, "created_via": "upload"})


def _container(store: Store, given: Any, path: str | Path) -> int:
    there = store.records["container"]
    if given is None and there:
        return next(iter(there))
    number = as_id(given)
    if number is None or number not in there:
        raise InputError("the lab has no container" if given is None else f"no container {given!r} in the lab",
                         where=str(path), hint="Lab(container, files=[path]).")
    return number
