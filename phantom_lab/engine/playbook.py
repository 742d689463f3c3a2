"""A playbook: its blocks and helpers, inputs and outputs."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from phantom_lab.engine.source import Function, Source, functions, parsed, read_source
from phantom_lab.errors import InputError, PlaybookLoadError
from phantom_lab.model import read_json


@dataclass(frozen=True)
class Playbook(Source):
    """Loaded source, not an execution."""

    blocks: dict[str, int] = field(default_factory=dict)
    """Line by name of every function the platform or the playbook invokes as a block: decorated with
    ``playbook_block``, used as a callback, or taking ``container`` or ``**kwargs``."""
    type: str = "automation"
    """``automation`` or ``data`` (an input playbook), from the export beside the source."""
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    exported: bool = False
    """Whether an export says what the type, inputs and outputs are."""

    @classmethod
    def load(cls, given: str | Path, *, paths: Sequence[str | Path] = ()) -> Playbook:
        """Load a playbook file; the visual editor's export ``X.json`` beside ``X.py`` is read when it is there.

        Args:
            given: a ``.py`` file, or a bare name to look for in `paths`.
            paths: folders to look in.

        Raises:
            PlaybookLoadError: not found, not text, a syntax error, or no ``on_start``.
        """
        path = _find(Path(given), paths)
        return cls.from_source(read_source(path, "playbook", where=str(given)), name=path.stem, path=path)

    @classmethod
    def from_source(cls, source: str, *, name: str, path: Path | None = None) -> Playbook:
        """Make a playbook of a text.

        Raises:
            PlaybookLoadError: a syntax error, or no ``on_start``.
        """
        where = str(path or name)
        tree = parsed(source, where)
        defined = {node.name: node for node in functions(tree.body)}
        if "on_start" not in defined:
            raise PlaybookLoadError("the playbook defines no on_start(container)", where=where,
                                    hint="The platform starts a playbook there.")
        used = _callbacks(tree)
        found = [node for node in defined.values() if _is_block(node, used)]
        for node in found:
            if isinstance(node, ast.AsyncFunctionDef):
                raise PlaybookLoadError(f"block {node.name} is an async function, which the platform never awaits",
                                        where=f"{where}:{node.lineno}", hint="Write a plain def.")
        blocks = {node.name: node.lineno for node in found}
        return cls(name, source, path, blocks, **_export(path))

    def block_line(self, name: str) -> int:
        """The line where a block is defined; 0 for what is no block of it."""
        return self.blocks.get(name, 0)


def _find(path: Path, paths: Sequence[str | Path]) -> Path:
    names = [path] if path.suffix == ".py" else [path, path.with_name(path.name + ".py")]
    places = [Path(), *map(Path, paths)] if not path.is_absolute() else [Path()]
    with suppress(ValueError):  # a null byte in the name
        for place in places:
            for name in names:
                if (place / name).is_file():
                    return place / name
    looked = ", ".join(str(place) for place in places)
    raise PlaybookLoadError("no such playbook file", where=str(path), hint=f"Looked in {looked}.")


def _callbacks(tree: ast.Module) -> set[str]:
    return {keyword.value.id for node in ast.walk(tree) if isinstance(node, ast.Call) for keyword in node.keywords
            if keyword.arg in ("callback", "dispatch_callback") and isinstance(keyword.value, ast.Name)}


def _is_block(node: Function, used: set[str]) -> bool:
    arguments = node.args
    names = {argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    decorated = any("playbook_block" in (getattr(part, "attr", ""), getattr(part, "id", ""))
                    for decorator in node.decorator_list for part in ast.walk(decorator))
    return (decorated or node.name in used or node.name in ("on_start", "on_finish") or "container" in names
            or arguments.kwarg is not None)


def _export(path: Path | None) -> dict[str, Any]:
    """Type, inputs and outputs from the export beside the source; an unreadable export is somebody's lost work."""
    if path is None or not path.with_suffix(".json").is_file():
        return {}
    try:
        export = read_json(path.with_suffix(".json"), "playbook export")
    except InputError as exc:
        raise PlaybookLoadError(exc.what, where=exc.where, hint="Mend or remove it.") from None
    coa = export.get("coa") if isinstance(export, dict) else None
    coa = coa if isinstance(coa, dict) else {}
    return {"type": coa.get("playbook_type") or "automation", "inputs": _names(coa.get("input_spec")),
            "outputs": _names(coa.get("output_spec")), "exported": bool(coa)}


def _names(spec: Any) -> tuple[str, ...]:
    items = spec if isinstance(spec, list) else []
    return tuple(str(item["name"]) for item in items if isinstance(item, dict) and item.get("name"))
