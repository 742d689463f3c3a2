"""What a run starts from, as the first event of its journal tells it: written there, and made again from it."""

from __future__ import annotations

import ast
import base64
import os
import sys
import tempfile
import uuid
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any

from phantom_lab.history import Journal, Ref, RunSpec
from phantom_lab.model import App, Asset, Record, User
from phantom_lab.source.custom_function import CustomFunction
from phantom_lab.source.parsing import parse
from phantom_lab.source.playbook import Playbook
from phantom_lab.source.source import Source
from phantom_lab.state import Snapshot
from phantom_lab.version import __version__

if TYPE_CHECKING:
    from phantom_lab.engine.run import PlaybookRun

_OWN = ("phantom", "phantom_lab")
LARGEST = 64 << 20
"""Bytes of a vault file; larger ones are left out of the journal, which says so."""


def spec_of(run: PlaybookRun, snapshot: Snapshot, scope: Any) -> RunSpec:
    """The first event of a run that nobody started but the user."""
    tree, put, playbook = run.tree, run.journal.put, run.playbook
    versions = {"phantom_lab": __version__, "python": sys.version.split()[0],
                "imports": {name: _version(name) for name in imported(playbook.source)}}
    return RunSpec(
        run.id, str(uuid.uuid4()), put(source_of(playbook, run.journal)), run.state.container_id, put(run.state.inputs),
        put(scope), put(_told(snapshot, put)), tree.seed, put(asdict(tree.options)), tree.clock.start.isoformat(),
        os.environ.get("PYTHONHASHSEED", "random"), put(versions), tree.watched, put(list(tree.remarks)))


def source_of(source: Source, journal: Journal) -> dict[str, Any]:
    """A playbook or custom function: its text and its export by digest, and what these say of it.

    Returns:
        ``{"name", "path", "file", "source": Ref, …}`` and the fields of its class; of a playbook with an export
        ``"export": Ref``.
    """
    told = {"name": source.name, "path": str(source.path) if source.path else None, "file": source.file,
            "source": journal.put(source.source)}
    if isinstance(source, CustomFunction):
        return {**told, "function": source.function, "line": source.line, "outputs": list(source.outputs)}
    assert isinstance(source, Playbook)
    return {**told, "blocks": source.blocks, "type": source.type, "inputs": list(source.inputs),
            "outputs": list(source.outputs), "exported": source.exported, "editor": source.editor,
            **({"export": journal.put_text(source.export)} if source.export else {})}


@dataclass(frozen=True)
class RecordedPlaybook(Playbook):
    """A playbook that a journal holds, as it was; it needs no file."""

    recorded_file: str = ""
    recorded_export: str = ""

    @property
    def file(self) -> str:
        """The name that its file had."""
        return self.recorded_file

    @property
    def export(self) -> str:
        """The export that was beside it."""
        return self.recorded_export


@dataclass(frozen=True)
class RecordedCustomFunction(CustomFunction):
    """A custom function that a journal holds."""

    recorded_file: str = ""

    @property
    def file(self) -> str:
        """The name that its file had."""
        return self.recorded_file


def playbook_from(told: Mapping[str, Any], journal: Journal) -> Playbook:
    """The playbook that `source_of` tells of."""
    return RecordedPlaybook(
        told["name"], journal.get(told["source"]), Path(told["path"]) if told["path"] else None, told["blocks"],
        told["type"], tuple(told["inputs"]), tuple(told["outputs"]), told["exported"], told["editor"],
        recorded_file=told["file"], recorded_export=journal.text(told["export"]) if "export" in told else "")


def custom_function_from(told: Mapping[str, Any], journal: Journal) -> CustomFunction:
    """The custom function that `source_of` tells of."""
    return RecordedCustomFunction(
        told["name"], journal.get(told["source"]), Path(told["path"]) if told["path"] else None, told["function"],
        told["line"], tuple(told["outputs"]), recorded_file=told["file"])


def asset_of(asset: Asset) -> dict[str, Any]:
    """An asset as JSON."""
    app, actions = asset.app, asset.app.actions
    return {"name": asset.name, "app": [app.name, None if actions is None else sorted(actions), app.version],
            "tags": sorted(asset.tags), "type": asset.type, "built_in": asset.built_in, "assumed": asset.assumed}


def asset_from(told: Mapping[str, Any]) -> Asset:
    """The asset that `asset_of` tells of."""
    name, actions, version = told["app"]
    return Asset(told["name"], App(name, None if actions is None else frozenset(actions), version),
                 frozenset(told["tags"]), told["type"], told["built_in"], told["assumed"])


def snapshot_from(told: Mapping[str, Any], journal: Journal) -> Snapshot:
    """The snapshot of a `RunSpec`; bytes of the vault are written into a folder that goes away with it."""
    records = {kind: _table(one, journal.get(one["rows"])) for kind, one in told["records"].items()}
    folder, files = "", dict[str, Path]()
    for vault_id, kept in told["files"].items():
        folder = folder or tempfile.mkdtemp(prefix="phantom_lab-")
        files[vault_id] = Path(folder, f"{len(files)}")
        if "base64" in kept:
            files[vault_id].write_bytes(base64.b64decode(journal.get(kept["base64"])))
    found = Snapshot(
        records, tuple(map(asset_from, told["assets"])), told["strict_assets"], User(**told["user"]),
        {(number, name): frozenset(ids) for number, name, ids in told["seen"]}, _Files(files), told["finding"],
        {int(number): count for number, count in told["uncounted"].items()})
    if folder:
        weakref.finalize(found.files, rmtree, folder, ignore_errors=True)
    return found


class _Files(dict[str, Path]):
    """A dict that a finalizer can be tied to."""


def _told(snapshot: Snapshot, put: Callable[[Any], Ref]) -> dict[str, Any]:
    user = snapshot.user
    return {
        "records": {kind: _rows(table, put) for kind, table in snapshot.records.items() if table},
        "assets": [asset_of(one) for one in snapshot.assets], "strict_assets": snapshot.strict_assets,
        "user": {"id": user.id, "name": user.name, "email": user.email, "type": user.type},
        "seen": [[number, name, sorted(ids)] for (number, name), ids in snapshot.seen.items()],
        "files": {vault_id: _kept(path, put) for vault_id, path in snapshot.files.items()},
        "finding": snapshot.finding, "uncounted": {str(number): one for number, one in snapshot.uncounted.items()}}


def _rows(table: Mapping[int, Record], put: Callable[[Any], Ref]) -> dict[str, Any]:
    """The records of a kind, in their order; their ids where they do not say them themselves."""
    rows = list(table.values())
    ids = {} if [one.get("id") for one in rows] == [*table] else {"ids": [*table]}
    return {**ids, "rows": put(rows)}


def _table(told: Mapping[str, Any], rows: list[Record]) -> dict[int, Record]:
    return dict(zip(told.get("ids") or [one["id"] for one in rows], rows, strict=True))


def _kept(path: Path, put: Callable[[Any], Ref]) -> dict[str, Any]:
    """A file of the vault: its bytes, or why they are not kept."""
    try:
        size = path.stat().st_size
        return {"size": size} if size > LARGEST else {"base64": put(base64.b64encode(path.read_bytes()).decode())}
    except OSError as exc:
        return {"missing": exc.strerror}


def imported(source: str) -> list[str]:
    """Modules that a source imports and Python does not bring along."""
    return [*_imported(source)]


@lru_cache(maxsize=512)
def _imported(source: str) -> tuple[str, ...]:
    names = (one.split(".")[0] for node in ast.walk(parse(source)) for one in _names(node))
    return tuple(sorted({one for one in names if one not in sys.stdlib_module_names and one not in _OWN}))


def _names(node: ast.AST) -> Iterable[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []


@lru_cache(maxsize=512)
def _version(module: str) -> str:
    """Of the distribution of this name, or else of the one that holds the module; empty where there is none."""
    return next(_versions(module), "")


def _versions(module: str) -> Iterator[str]:
    from importlib import metadata  # only now: most playbooks import nothing that has a version

    for name in (module, None):
        for one in [name] if name else metadata.packages_distributions().get(module, []):
            try:
                yield metadata.version(one)
            except metadata.PackageNotFoundError:
                continue
