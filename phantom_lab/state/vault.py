"""The vault: files attached to containers, each content kept once.

A record's ``path`` is the platform's; the bytes lie below a folder that stands for ``/``, which every function is given
as `root`.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from phantom_lab.later import regex
from phantom_lab.limits import STORED, open_plain
from phantom_lab.model import Record, as_id, json_copy
from phantom_lab.state.contents import Content, read_content
from phantom_lab.state.names import Refused, json_object, shown, text, texts
from phantom_lab.state.platform import Platform

HOME = "/opt/phantom"
VAULT = f"{HOME}/vault"
TMP = f"{VAULT}/tmp"
KIND = "container_attachment"
_DOCUMENT = "vault_document"
_LONGEST = 4096
"""Characters of a path: no system has longer ones."""
_VAULT_ID = regex("[0-9a-f]{40}")


def path_of(vault_id: Any) -> str:
    """Where the platform keeps a content; empty for what is no vault id."""
    if not isinstance(vault_id, str) or not _VAULT_ID.fullmatch(vault_id):
        return ""
    return f"{VAULT}/{vault_id[:2]}/{vault_id[2:4]}/{vault_id}"


def attach(platform: Platform, root: str, container: int, location: Any, name: Any, metadata: Any,
           resolved: Callable[[str], str]) -> Record:
    """Attach a file to a container; one of the platform's folder for temporary files is removed there (documented).

    Args:
        location: its path, below the platform's folders.
        name: what it is called; None is the last part of its path.
        metadata: of this only ``contains`` counts (documented).
        resolved: follows the links of a path, as the run sees them.

    Returns:
        The new record; where the container has this content already, its own, which knows the new name by ``aka``
        (assumed).

    Raises:
        Refused: there is no such file, it lies elsewhere, it cannot be read, or an argument is of a wrong type.
    """
    path = _path("file_location", location)
    given = _checked(os.path.basename(path) if name is None else name, metadata)
    place = _located(root, path, resolved)
    temporary = _below(place, TMP)
    if not temporary and not _below(place, VAULT):
        platform.tell(f"{path} does not lie below {TMP}, where the platform wants files that are "
                      "added to the vault; that it takes this one is assumed")
    with _telling("file_location", path), open_plain(f"{root}{place}", STORED) as source:
        content = _store(platform, root, source)
    added = _enter(platform, container, content, *given)
    if temporary:
        with suppress(OSError):
            os.unlink(f"{root}{place}")
    return added


def create(platform: Platform, root: str, container: int, contents: Any, name: Any, metadata: Any) -> Record:
    """Attach bytes, or a text in UTF-8, to a container; without a name they are called by their vault id (assumed).

    Raises:
        Refused: they are neither, or an argument is of a wrong type.
    """
    data = contents.encode("utf-8", "surrogatepass") if isinstance(contents, str) else contents
    if not isinstance(data, bytes | bytearray):
        raise Refused(f"contents must be bytes or a text, not {shown(contents)}")
    given = _checked("-" if name is None else name, metadata)
    with _telling("contents", given[0]):
        content = _store(platform, root, BytesIO(data))
    return _enter(platform, container, content, content.sha1 if name is None else given[0], given[1])


def select(platform: Platform, *, vault_id: Any = None, file_name: Any = None, container: int | None = None,
           either: bool = False) -> list[Record]:
    """The attachments that match all that is given, or any of it; nothing given is none of them (documented).

    Raises:
        Refused: an argument is of a wrong type.
    """
    wanted_id = None if vault_id is None else text("vault_id", vault_id).strip().lower()
    wanted_name = None if file_name is None else text("file_name", file_name)
    enough = any if either else all
    found = []
    for one in platform.records(KIND).values():
        tests = [test for given, test in (
            (wanted_id, one["vault_id"] == wanted_id), (container, one["container"] == container),
            (wanted_name, wanted_name in _names(one))) if given is not None]
        if tests and enough(tests):
            found.append(one)
    return found


def view(platform: Platform, root: str, record: Record, *, fetch: bool = True) -> Record:
    """An attachment as ``vault_info`` tells it: with the name of its container, and a path that can be opened.

    Args:
        fetch: whether to bring the bytes there, if they are not.
    """
    container, path = platform.containers.get(as_id(record["container"]) or 0), path_of(record["vault_id"])
    if fetch:
        try:
            _fetch(platform, root, record["vault_id"])
        except Refused as exc:
            platform.tell(f"vault file {record['id']} ({shown(record['name'])}) cannot be opened: {exc}")
    metadata = record["metadata"] if isinstance(record["metadata"], dict) else {}  # a user may have given the record
    return {**json_copy({**record, "metadata": metadata}), "container": container["name"] if container else None,
            "container_id": record["container"], "path": path}


def detach(platform: Platform, root: str, records: Iterable[Record]) -> list[str]:
    """Take attachments away; a content that no container has any more goes, too. Returns their names."""
    names = []
    for one in list(records):
        platform.records(KIND).delete(one["id"])
        names.append(str(one["name"]))
        path = path_of(one["vault_id"])
        if path and platform.records(KIND).first(vault_id=one["vault_id"]) is None:
            Path(f"{root}{path}").unlink(missing_ok=True)
    return names


def fields_of(content: Content, name: str, contains: list[str], records: Mapping[int, Record]) -> Record:
    """The fields of a new attachment, beside those that there are."""
    kinds = list(dict.fromkeys([*contains, *content.contains(name)]))
    same = next((one["vault_document"] for one in records.values() if one["vault_id"] == content.sha1), None)
    return {"name": name, "vault_id": content.sha1, "hash": content.sha1, "size": content.size,
            "mime_type": content.mime_type(name), "contains": kinds, "path": path_of(content.sha1),
            "metadata": {"contains": kinds, "sha1": content.sha1, "sha256": content.sha256, "md5": content.md5,
                         "size": content.size},
            "vault_document": same or 1 + max((as_id(one["vault_document"]) or 0 for one in records.values()),
                                              default=0)}


def known_as(record: Record, name: str) -> list[str]:
    """The other names of an attachment, once it is given under this one."""
    names = _names(record)
    return [*names[1:], *([] if name in names else [name])]


def _names(record: Record) -> list[Any]:
    return [record["name"], *(record["aka"] if isinstance(record["aka"], list) else [])]


def _enter(platform: Platform, container: int, content: Content, name: str, contains: list[str]) -> Record:
    records = platform.records(KIND)
    there = records.first(container=container, vault_id=content.sha1)
    if there is None:
        fields = fields_of(content, name, contains, records)
        if records.first(vault_id=content.sha1) is None:
            platform.ids.after(_DOCUMENT, fields[_DOCUMENT] - 1)
            fields[_DOCUMENT] = platform.ids.next(_DOCUMENT, content.sha1)
        return records.add(**fields, container=container, user=platform.user.name)
    records.update(there["id"], aka=known_as(there, name))
    return there


def _checked(name: Any, metadata: Any) -> tuple[str, list[str]]:
    if not text("file_name", name) or "\0" in name:
        raise Refused(f"file_name must be the name of a file, not {shown(name)}")
    contains = json_object("metadata", metadata).get("contains") if metadata is not None else None
    return name, [] if contains is None else texts("contains of metadata", contains)


def _path(what: str, given: Any) -> str:
    path = os.fspath(given) if isinstance(given, os.PathLike) else given
    if not text(what, path) or "\0" in path:
        raise Refused(f"{what} must be the path of a file, not {shown(path)}")
    if len(path) > _LONGEST:
        raise Refused(f"{what} {shown(path)} cannot be read: its name is too long")
    return str(path)


def _located(root: str, given: str, resolved: Callable[[str], str]) -> str:
    """The path of a regular file below the platform's folders, wherever links lead.

    Raises:
        Refused: it is none, or lies elsewhere.
    """
    with _telling("file_location", given):
        place = resolved(given)
        if not _below(place, HOME):
            raise Refused(f"file_location {shown(given)} lies outside the platform's folders: write the file to {TMP} "
                          "first")
        mode = os.stat(f"{root}{place}").st_mode
    if not stat.S_ISREG(mode):
        raise Refused(f"file_location {shown(given)} is no file{': it is a folder' if stat.S_ISDIR(mode) else ''}")
    return place


@contextmanager
def _telling(what: str, named: str) -> Iterator[None]:
    """Turn what the system says about a file into a refusal."""
    try:
        yield
    except OSError as exc:
        raise Refused(f"{what} {shown(named)} cannot be read: {exc.strerror}") from None
    except ValueError:  # a name that no file can have
        raise Refused(f"{what} {shown(named)} cannot be read: no such name is possible") from None


def _below(path: str, folder: str) -> bool:
    return path.startswith(f"{folder}/")


def _store(platform: Platform, root: str, source: BinaryIO) -> Content:
    content = _copy(root, source)
    platform.files[content.sha1] = Path(f"{root}{path_of(content.sha1)}")
    return content


def _copy(root: str, source: BinaryIO, wanted: str | None = None) -> Content:
    """Copy bytes to where their content belongs, at once and whole.

    Raises:
        Refused: they are not the content that is wanted.
    """
    handle, new = tempfile.mkstemp(dir=f"{root}{VAULT}")
    try:
        with open(handle, "wb") as target:
            content = read_content(source, target)
        if wanted not in (None, content.sha1):
            raise Refused("its bytes have changed since the lab was given it")
        place = Path(f"{root}{path_of(content.sha1)}")
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(new, place)
    finally:
        with suppress(OSError):
            os.unlink(new)
    return content


def _fetch(platform: Platform, root: str, vault_id: Any) -> None:
    """Bring a content to where its path says.

    Raises:
        Refused: nobody has given its bytes, or they have changed.
    """
    there = platform.files.get(vault_id) if path_of(vault_id) else None
    if there is None:
        raise Refused("the lab was not given its bytes: Lab(files=[…])")
    if not Path(f"{root}{path_of(vault_id)}").exists():
        with _telling("its place", str(there)), open_plain(there, STORED) as source:
            _copy(root, source, vault_id)
