"""Files, folders and archives that hold the manifests of apps. Nothing of an archive is written to the disk."""

from __future__ import annotations

import json
import os
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import IO, Any, NoReturn

from phantom_lab.apps.manifests import Manifest, manifest_of
from phantom_lab.apps.sdk.app import PROJECT, read_app, settings_of
from phantom_lab.archives import Header
from phantom_lab.errors import InputError
from phantom_lab.limits import ARCHIVE, MANIFEST, check_dense, largest, open_plain, too_much

_READ = 100_000_000
"""Bytes of all JSON files of a folder or archive together; the public ones have 30 million."""
_FILES = 50_000
_PASSED_BY = {"node_modules", "__pycache__"}
_DIRECTORY = 20_000_000
"""Bytes of the directory of a .zip."""
_HINT = ("Give the JSON file of a SOAR app, the folder of an app made with the Python SDK, or a folder, .tar, .tar.gz, "
         ".tar.xz or .zip that holds JSON files of apps.")


def read_manifests(given: Path, problems: list[str]) -> list[Manifest]:
    """The manifests in what somebody named.

    Args:
        given: a file, a folder or an archive.
        problems: told here is what cannot be read in a folder or archive, one line each.

    Raises:
        InputError: it is not there, cannot be read, or holds no manifest.
    """
    try:
        if given.name == PROJECT:
            return list(_of_sdk([given.parent], problems)) or _none(given, problems)
        made = []
        if given.is_dir():
            files = _of_folder(given)
            made = list(_of_sdk(_projects(given), problems))
        elif (archive := _kind(given)) is not None:
            files = archive(given)
        else:
            manifest = manifest_of(_decoded(_content(partial(open_plain, given, MANIFEST), str(given)), str(given)))
            return [manifest] if manifest else _none(given, problems)
        found = [*made, *_sorted_out(files, str(given), problems)]
    except InputError as exc:
        raise InputError(exc.what, where=exc.where, hint=_HINT) from None
    except (OSError, ValueError) as exc:
        raise _unreadable(given, exc) from None
    return found or _none(given, problems)


def _none(given: Path, problems: list[str]) -> NoReturn:
    reason = f" that can be read: {problems[0]}" if problems else ""
    raise InputError(f"holds no manifest of an app{reason}", where=str(given), hint=_HINT)


Opened = Iterator[tuple[str, Callable[[], IO[bytes] | None]]]
"""Names of JSON files, and what opens each, while it is its turn."""


def _sorted_out(files: Opened, given: str, problems: list[str]) -> Iterator[Manifest]:
    left, passed = _READ, 0
    for name, open_ in files:
        if left <= 0:
            passed += 1
            continue
        try:
            content = _content(open_, name)
            left -= len(content)
            manifest = manifest_of(_decoded(content, name))
        except InputError as exc:
            problems.append(str(exc))
            continue
        if manifest is not None:
            yield manifest
    if passed:
        problems.append(f"{given}: {passed:,} of its files are left out: more than {_READ:,} bytes are not read")


def _content(open_: Callable[[], IO[bytes] | None], where: str) -> bytes:
    """What a file holds.

    Raises:
        InputError: it cannot be read, or is too large.
    """
    try:
        with open_() or BytesIO() as file:
            content = file.read(largest(MANIFEST) + 1)
    except Exception as exc:  # whatever a damaged archive makes of the library
        raise InputError(f"the file cannot be read: {_reason(exc)}", where=where) from None
    if len(content) > largest(MANIFEST):
        raise InputError(too_much(MANIFEST), where=where)
    return content


def _decoded(content: bytes, where: str) -> Any:
    """What is JSON in it.

    Raises:
        InputError: it is none.
    """
    try:
        check_dense(content)
        return json.loads(content.decode("utf-8-sig"))
    except OSError as exc:
        raise InputError(f"it cannot be read: {exc.strerror}", where=where) from None
    except RecursionError:
        raise InputError("not JSON: nested too deeply", where=where) from None
    except json.JSONDecodeError as exc:
        raise InputError(f"not JSON: {exc.msg}", where=f"{where}:{exc.lineno}") from None
    except UnicodeDecodeError:
        raise InputError("not JSON: not UTF-8 text", where=where) from None
    except ValueError as exc:  # a number that Python does not convert
        raise InputError(f"not JSON: {exc}", where=where) from None


def _unreadable(given: Path, exc: Exception) -> InputError:
    return InputError(f"the app manifests cannot be read: {_reason(exc)}", where=str(given), hint=_HINT)


def _reason(exc: BaseException) -> str:
    return exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc) or type(exc).__name__


def _walked(folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """Folders, with the names of their files."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(one for one in folders if _is_meant(one))
        yield Path(place), sorted(one for one in files if _is_meant(one))


def _of_folder(folder: Path) -> Opened:
    for place, files in _walked(folder):
        for path in (place / one for one in files if one.endswith(".json")):
            if path.is_file():  # a pipe would never end
                yield str(path), partial(open_plain, path, MANIFEST)


def _projects(folder: Path) -> list[Path]:
    return [place for place, files in _walked(folder) if PROJECT in files and settings_of(place) is not None]


def _of_sdk(folders: Iterable[Path], problems: list[str]) -> Iterator[Manifest]:
    """Apps made with the Python SDK, whose source says what a manifest would."""
    for folder in folders:
        data = read_app(folder, problems)
        if data is not None and (found := manifest_of(data)) is not None:
            yield replace(found, origin="SDK app", complete=data["complete"])


class _File(BufferedReader):
    """A file of which no header claims more than there is room for."""

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(_DIRECTORY + 1 if size is None or not 0 <= size <= _DIRECTORY else size)
        if len(found) > _DIRECTORY:
            raise ValueError(f"a header of more than {_DIRECTORY:,} bytes is not read")
        return found


Archive = Callable[[Path], Opened]


def _kind(given: Path) -> Archive | None:
    """What reads an archive; None for what is none."""
    with open_plain(given, ARCHIVE) as file:
        if zipfile.is_zipfile(file):
            return partial(_of_archive, _of_zip)
        file.seek(0)
        try:
            return partial(_of_archive, _of_tar) if given.suffix != ".json" and tarfile.is_tarfile(file) else None
        except Exception:  # it claims to be one, and is damaged
            return partial(_of_archive, _of_tar)


def _of_archive(read: Callable[[str, IO[bytes]], Opened], given: Path) -> Opened:
    with _File(open_plain(given, ARCHIVE).detach()) as file:
        try:
            yield from read(str(given), file)
        except Exception as exc:  # whatever a damaged archive makes of the library
            raise _unreadable(given, exc) from None


def _of_zip(archive: str, file: IO[bytes]) -> Opened:
    with zipfile.ZipFile(file) as opened:
        members = opened.infolist()
        _check_size(len(members), sum(one.file_size for one in members))
        for member in members:
            if member.filename.endswith(".json") and all(map(_is_meant, Path(member.filename).parts)):
                yield f"{archive}:{member.filename}", partial(opened.open, member)


def _of_tar(archive: str, file: IO[bytes]) -> Opened:
    total = 0
    with tarfile.open(fileobj=file, tarinfo=Header) as opened:
        for count, member in enumerate(opened):
            total += max(member.size, 0)
            _check_size(count, total)
            if member.isfile() and member.name.endswith(".json") and all(map(_is_meant, Path(member.name).parts)):
                yield f"{archive}:{member.name}", partial(opened.extractfile, member)


def _check_size(files: int, size: int) -> None:
    if files > _FILES:
        raise ValueError(f"more than {_FILES:,} files are not unpacked")
    if size > largest(ARCHIVE):
        raise ValueError(too_much(ARCHIVE))


def _is_meant(part: str) -> bool:
    """Whether a file or folder of this name is somebody's work, not a tool's."""
    return not part.startswith(".") and part not in _PASSED_BY
