"""Containers and artifacts from what a user names: files, decoded JSON, and lists of both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.model.jsons import given_json, read_json
from phantom_lab.model.remarks import Remarks
from phantom_lab.model.situation import Situation, read_situations

_YAML = "YAML is read as a scenario (--scenario FILE, Lab(scenario=FILE)), which may hold a `container`."
_HINTS = {".yaml": _YAML, ".yml": _YAML, ".csv": "CSV is read as a custom list (--list NAME=FILE); give artifacts as a "
                                                 "JSON list."}


def read_given(*given: tuple[str, Any], folder: Path | None = None, one: bool = False) -> list[Situation]:
    """The containers of what a user names, joined.

    Args:
        given: what it is called in messages, and a path, decoded JSON in one of the forms of `read_situations`, or a
            list of which an element is a path or a list: each of them is a part.
        folder: from where paths lead.
        one: the parts are of one event.

    Raises:
        InputError: something cannot be read, or it cannot be told what belongs together.
    """
    remarks = Remarks()
    parts = [part for where, each in given for part in _parts(each, where, folder, remarks)]
    return read_situations(parts, one=one, remarks=remarks)


def _parts(given: Any, where: str, folder: Path | None, remarks: Remarks) -> Iterator[tuple[str, Any]]:
    if isinstance(given, str | Path):
        twice: list[str] = []
        yield str(given), read_json(folder / given if folder else given, "container", hints=_HINTS, twice=twice)
        for name in twice:
            remarks.add(str(given), "it stands twice in one object, and the last one counts", field=name[:100])
    elif isinstance(given, list | tuple) and any(isinstance(one, str | Path | list | tuple) for one in given):
        for number, one in enumerate(given):
            if isinstance(one, str) and any(isinstance(other, dict) for other in given) and not Path(
                    folder or "", one).is_file():
                raise InputError(f"the list must hold JSON objects only, or paths of files: {one[:100]!r} is none",
                                 where=where)
            yield from _parts(one, f"{where}[{number}]", folder, remarks)
    else:
        yield where, given_json(given, "the container", where=where)
