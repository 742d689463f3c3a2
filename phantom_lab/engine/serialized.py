"""Playbooks, custom functions and assets as JSON in a journal, and read back from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypedDict

from phantom_lab.history import Journal
from phantom_lab.history.events import Ref
from phantom_lab.later import dataclass
from phantom_lab.model import App, Asset
from phantom_lab.source.custom_function import CustomFunction
from phantom_lab.source.playbook import Playbook
from phantom_lab.source.source import Source


class SourceJson(TypedDict):
    """What playbooks and custom functions have in common."""

    name: str
    path: str | None
    file: str
    source: Ref
    """Its text."""


class _Export(TypedDict, total=False):
    export: Ref
    """The text of a playbook's export, where it has one."""


class PlaybookJson(SourceJson, _Export):
    """A playbook."""

    blocks: dict[str, int]
    type: str
    inputs: list[str]
    outputs: list[str]
    exported: bool
    editor: str


class FunctionJson(SourceJson):
    """A custom function."""

    function: str
    line: int
    outputs: list[str]


class AssetJson(TypedDict):
    """An asset."""

    name: str
    app: list[Any]
    """Its name, its actions (None: any) and its version."""
    tags: list[str]
    type: str
    built_in: bool
    assumed: bool


def source_of(source: Source, journal: Journal) -> PlaybookJson | FunctionJson:
    """A playbook or custom function as JSON; its text and its export are stored by digest."""
    told: SourceJson = {"name": source.name, "path": str(source.path) if source.path else None, "file": source.file,
                        "source": journal.put(source.source, whole=True)}
    if isinstance(source, CustomFunction):
        return {**told, "function": source.function, "line": source.line, "outputs": list(source.outputs)}
    assert isinstance(source, Playbook)
    export: _Export = {"export": journal.put_text(source.export)} if source.export else {}
    return {**told, "blocks": source.blocks, "type": source.type, "inputs": list(source.inputs),
            "outputs": list(source.outputs), "exported": source.exported, "editor": source.editor, **export}


@dataclass(frozen=True)
class RecordedPlaybook(Playbook):
    """A playbook from a journal; it needs no file."""

    recorded_file: str = ""
    recorded_export: str = ""

    @property
    def file(self) -> str:
        """Name of its file when it was recorded."""
        return self.recorded_file

    @property
    def export(self) -> str:
        """Text of its export when it was recorded."""
        return self.recorded_export


@dataclass(frozen=True)
class RecordedCustomFunction(CustomFunction):
    """A custom function from a journal; it needs no file."""

    recorded_file: str = ""

    @property
    def file(self) -> str:
        """Name of its file when it was recorded."""
        return self.recorded_file


def playbook_from(told: PlaybookJson, journal: Journal) -> Playbook:
    """The playbook from the JSON of `source_of`."""
    return RecordedPlaybook(
        told["name"], journal.get(told["source"]), Path(told["path"]) if told["path"] else None, told["blocks"],
        told["type"], tuple(told["inputs"]), tuple(told["outputs"]), told["exported"], told["editor"],
        recorded_file=told["file"], recorded_export=journal.text(told["export"]) if "export" in told else "")


def custom_function_from(told: FunctionJson, journal: Journal) -> CustomFunction:
    """The custom function from the JSON of `source_of`."""
    return RecordedCustomFunction(
        told["name"], journal.get(told["source"]), Path(told["path"]) if told["path"] else None, told["function"],
        told["line"], tuple(told["outputs"]), recorded_file=told["file"])


def asset_of(asset: Asset) -> AssetJson:
    """An asset as JSON."""
    app, actions = asset.app, asset.app.actions
    return {"name": asset.name, "app": [app.name, None if actions is None else sorted(actions), app.version],
            "tags": sorted(asset.tags), "type": asset.type, "built_in": asset.built_in, "assumed": asset.assumed}


def asset_from(told: AssetJson) -> Asset:
    """The asset from the JSON of `asset_of`."""
    name, actions, version = told["app"]
    return Asset(told["name"], App(name, None if actions is None else frozenset(actions), version),
                 frozenset(told["tags"]), told["type"], told["built_in"], told["assumed"])
