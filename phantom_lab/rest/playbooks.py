"""Playbooks as records: the stored ones, and those of the folders that the lab looks in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.limits import SOURCE, read_plain
from phantom_lab.model import Record, complete, naming, read_json
from phantom_lab.rest.run_records import playbook_number, repository_number
from phantom_lab.rest.world import World


def playbooks(world: World) -> list[Record]:
    """Every playbook; of two of one name the stored one, then the first that is found."""
    stored = world.platform.records("playbook")
    found = {one["name"]: one for one in stored.values()}
    for name, fields in (*world.found(), *((name, {}) for name in world.playbooks())):
        if name not in found:
            record = {"scm": repository_number(world.platform), **fields, "name": name}
            found[name] = complete("playbook", record, record_id=playbook_number(world.platform, name), now="")
    return list(found.values())


def named(found: Sequence[Record], given: str) -> list[Record]:
    """The playbooks that a name, with or without a repository, may mean."""
    there = {one["name"]: one for one in found}
    return [there[one] for one in naming.referred(given, there)]


def in_folders(folders: Iterable[Path]) -> Iterator[tuple[str, Record]]:
    """Playbooks of folders by name, with what their sources and exports say."""
    for folder in folders:
        try:
            files = sorted(folder.glob("*.py"))
        except OSError:
            continue
        for file in files:
            fields = _fields(file, _changed(file), _changed(file.with_suffix(".json")))
            if fields is not None:
                yield file.stem, fields


@lru_cache(maxsize=2048)
def _fields(file: Path, changed: int, exported: int) -> Record | None:
    """What source and export say of a playbook; None for a file that is none."""
    try:
        if "def on_start(" not in read_plain(file, SOURCE).decode(errors="replace"):
            return None
        export = read_json(file.with_suffix(".json"), "playbook export") if exported else {}
    except (OSError, InputError):
        return {}
    export = _dict(export)
    coa = _dict(export.get("coa"))
    return {
        "playbook_type": coa.get("playbook_type") or "automation", "input_spec": _list(coa.get("input_spec")),
        "output_spec": _list(coa.get("output_spec")), "category": str(export.get("category") or "Uncategorized"),
        "tags": _list(export.get("tags")), "labels": _list(export.get("labels")),
        "description": str(_dict(coa.get("data")).get("description") or ""),
        "draft_mode": bool(export.get("draft_mode"))}


def _changed(file: Path) -> int:
    """When a file was last written; 0 where there is none."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def _dict(value: Any) -> Record:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
