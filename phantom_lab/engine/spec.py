"""The first event of a journal, `RunSpec`: what a run starts from, written and read back."""

from __future__ import annotations

import ast
import base64
import os
import sys
import tempfile
import uuid
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from functools import cache, lru_cache
from pathlib import Path
from shutil import rmtree
from typing import Any

from phantom_lab.engine.record import RunRecord
from phantom_lab.engine.serialized import asset_from, asset_of, source_of
from phantom_lab.engine.tree import Tree
from phantom_lab.history import Journal, Ref, RunSpec
from phantom_lab.isolation.zone import zone
from phantom_lab.limits import read_plain
from phantom_lab.model import Options, Record, User
from phantom_lab.source.parsing import nodes
from phantom_lab.state import Snapshot
from phantom_lab.version import __version__

_OWN = ("phantom", "phantom_lab")
LARGEST = 64 << 20
"""Bytes; of a larger vault file the journal holds only the size."""


def spec_of(run: RunRecord, tree: Tree) -> RunSpec:
    """The first event of the root of a tree."""
    put, playbook, state = run.journal.put, run.playbook, run.state
    versions = {"phantom_lab": __version__, "python": sys.version.split()[0], "zone": zone(),
                "imports": {name: _version(name) for name in imported(playbook.source)}}
    return RunSpec(
        run.id, str(uuid.uuid4()), put(source_of(playbook, run.journal)), state.container_id, put(state.inputs),
        put(state.scope), put(_told(tree.snapshot, put)), tree.seed, put(_chosen(tree.options)),
        tree.clock.start.isoformat(), os.environ.get("PYTHONHASHSEED", "random"), put(versions), tree.watched,
        put(list(tree.remarks)), tree.forked_from)


def _chosen(options: Options) -> dict[str, Any]:
    return {name: getattr(options, name) for name in _options()}


@cache
def _options() -> tuple[str, ...]:
    return tuple(one.name for one in fields(Options))


def snapshot_from(told: Mapping[str, Any], journal: Journal) -> Snapshot:
    """The snapshot of a `RunSpec`; vault files are written to a temporary folder that is removed with it."""
    records = {kind: _table(one, journal.get(one["rows"])) for kind, one in told["records"].items()}
    folder, files = "", dict[str, Path]()
    for vault_id, file in told["files"].items():
        folder = folder or tempfile.mkdtemp(prefix="phantom_lab-")
        files[vault_id] = Path(folder, f"{len(files)}")
        if "base64" in file:
            files[vault_id].write_bytes(base64.b64decode(journal.get(file["base64"])))
    found = Snapshot(
        records, tuple(map(asset_from, told["assets"])), told["strict_assets"], User(**told["user"]),
        {(number, name): frozenset(ids) for number, name, ids in told["seen"]}, _Files(files), told["finding"],
        {int(number): count for number, count in told["uncounted"].items()})
    if folder:
        weakref.finalize(found.files, rmtree, folder, ignore_errors=True)
    return found


class _Files(dict[str, Path]):
    """A dict that supports weak references, for the finalizer that removes the folder."""


def _told(snapshot: Snapshot, put: Callable[[Any], Ref]) -> dict[str, Any]:
    user = snapshot.user
    return {
        "records": {kind: _rows(table, put) for kind, table in snapshot.records.items() if table},
        "assets": [asset_of(one) for one in snapshot.assets], "strict_assets": snapshot.strict_assets,
        "user": {"id": user.id, "name": user.name, "email": user.email, "type": user.type},
        "seen": [[number, name, sorted(ids)] for (number, name), ids in snapshot.seen.items()],
        "files": {vault_id: _vault_file(path, put) for vault_id, path in snapshot.files.items()},
        "finding": snapshot.finding, "uncounted": {str(number): one for number, one in snapshot.uncounted.items()}}


def _rows(table: Mapping[int, Record], put: Callable[[Any], Ref]) -> dict[str, Any]:
    """The records of a kind, in order; with their ids if the records do not hold them."""
    rows = list(table.values())
    ids = {} if [one.get("id") for one in rows] == [*table] else {"ids": [*table]}
    return {**ids, "rows": put(rows)}


def _table(told: Mapping[str, Any], rows: list[Record]) -> dict[int, Record]:
    return dict(zip(told.get("ids") or [one["id"] for one in rows], rows, strict=True))


def _vault_file(path: Path, put: Callable[[Any], Ref]) -> dict[str, Any]:
    """A vault file: its bytes, or its size, or why it cannot be read."""
    try:
        size = path.stat().st_size
        return {"size": size} if size > LARGEST else {"base64": put(base64.b64encode(read_plain(path)).decode())}
    except OSError as exc:
        return {"missing": exc.strerror}


def imported(source: str) -> list[str]:
    """Top-level modules that a source imports and that are not in the standard library, sorted."""
    return [*_imported(source)]


@lru_cache(maxsize=512)
def _imported(source: str) -> tuple[str, ...]:
    names = (one.split(".")[0] for node in nodes(source) for one in _names(node))
    return tuple(sorted({one for one in names if one not in sys.stdlib_module_names and one not in _OWN}))


def _names(node: ast.AST) -> Iterable[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []


@lru_cache(maxsize=512)
def _version(module: str) -> str:
    """Version of the distribution with this name, or else of the one that provides the module; empty without one."""
    return next(_versions(module), "")


def _versions(module: str) -> Iterator[str]:
    from importlib import metadata  # only now: most playbooks import nothing that has a version

    for name in (module, None):
        for one in [name] if name else metadata.packages_distributions().get(module, []):
            try:
                yield metadata.version(one)
            except metadata.PackageNotFoundError:
                continue
