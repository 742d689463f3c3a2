"""A playbook: its blocks and helpers, inputs and outputs."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import field
from functools import cached_property
from pathlib import Path
from typing import Any

from phantom_lab.errors import InputError, PlaybookLoadError, shown
from phantom_lab.history import encode
from phantom_lab.later import dataclass
from phantom_lab.model import naming, read_json
from phantom_lab.outcomes import CUSTOM_FUNCTION, PLAYBOOK
from phantom_lab.source.files import file_of, others_of
from phantom_lab.source.kinds import is_archive, is_block, kind_of
from phantom_lab.source.parsing import nodes
from phantom_lab.source.source import Function, Source, functions, parsed, read_source
from phantom_lab.source.unpacked import as_given, chosen_in, folder_of, playbook_in


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
    editor: str = ""
    """Which editor shows it, as its export tells: ``modern``, ``classic``, or ``none`` where that has no blocks; empty
    without an export."""

    def __repr__(self) -> str:
        """Without the source, which may be long."""
        return shown(f"<Playbook {self.name}: {len(self.blocks)} blocks, {self.file}>")

    @classmethod
    def load(cls, given: str | Path, *, paths: Sequence[str | Path] = (),
             named: Mapping[str, Playbook] | None = None) -> Playbook:
        """Load a playbook file; the visual editor's export ``X.json`` beside ``X.py`` is read when it is there.

        Args:
            given: a ``.py`` file, or the export ``.json`` beside it; the platform's archive (``.tgz``), or a folder
                that holds one playbook, or ``#NAME`` behind it; or a name to look for in `paths`, as
                ``phantom.playbook`` takes one.
            paths: folders to look in, and archives.
            named: playbooks that no file holds; one of exactly this name comes before files, one of a name that is
                written out alike before such files.

        Raises:
            PlaybookLoadError: not found, several of that name, not text, a syntax error, or no ``on_start``.
        """
        there, wanted = named or {}, str(given)
        if wanted in there:
            return there[wanted]
        paths = [folder_of(one) for one in paths]
        path, alike = _file(Path(given), paths), naming.referred(wanted, there)
        if len(alike) == 1 and (path is None or naming.base(wanted) not in (path.stem, path.name)):
            return there[alike[0]]
        path = path or _custom_function(Path(given), paths)
        if path is None and _is_held(given):
            path = playbook_in(given)
            try:
                return cls.from_source(read_source(path, "playbook"), name=path.stem, path=path)
            except PlaybookLoadError as exc:  # the place of what was unpacked goes away
                raise PlaybookLoadError(exc.what, where=as_given(exc.where), hint=exc.hint) from exc.__cause__
        if path is None:
            looked = ", ".join(f"{one}/" for one in _places(Path(given), paths))
            raise PlaybookLoadError("no such playbook file", where=wanted, hint=f"Looked in {looked}.")
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
            raise _no_start(source, where, path, defined)
        used = _callbacks(source)
        found = [node for node in defined.values() if is_block(node, used)]
        for node in found:
            if isinstance(node, ast.AsyncFunctionDef):
                raise PlaybookLoadError(f"block {node.name} is an async function, which the platform never awaits",
                                        where=f"{where}:{node.lineno}", hint="Write a plain def.")
        blocks = {node.name: node.lineno for node in found}
        return cls(name, source, path, blocks, **_export(path))

    def block_line(self, name: str) -> int:
        """The line where a block is defined; 0 for what is no block of it."""
        return self.blocks.get(name, 0)

    @cached_property
    def export(self) -> str:
        """The JSON text of the whole export beside the source, in one line; empty where there is none."""
        file = self.path.with_suffix(".json") if self.path else None
        if file is None or not file.is_file():
            return ""
        with suppress(InputError):
            return encode(read_json(file, "playbook export"))
        return ""


def _is_held(given: str | Path) -> bool:
    """Whether a playbook is to be found in what is given: an archive, or a folder."""
    place, _ = chosen_in(given)
    with suppress(ValueError, OSError):
        return is_archive(place) or place.is_dir()
    return False


def _file(path: Path, paths: Sequence[str | Path]) -> Path | None:
    """The file that is named by its whole name, or as ``phantom.playbook`` names one; of an export, the source beside
    it."""
    places = _places(path, paths)
    with suppress(ValueError):  # a null byte in the name
        there = (place / path for place in places if (place / path).exists() and not (place / path).is_dir())
        if (exact := next(there, None)) and is_archive(exact):
            return None
        if exact:
            source = exact.with_suffix(".py")
            return source if exact.suffix == ".json" and source.is_file() else exact
        if path.suffix != ".py":
            return file_of(path.name, _folders(path, places), PLAYBOOK)
    return None


def _custom_function(path: Path, paths: Sequence[str | Path]) -> Path | None:
    """What has the name of a playbook, and is none: the loader says so."""
    with suppress(ValueError):
        return next(iter(others_of(path.name, _folders(path, _places(path, paths)))), None)
    return None


def _places(path: Path, paths: Sequence[str | Path]) -> list[Path]:
    return [Path(), *map(Path, paths)] if not path.is_absolute() else [Path()]


def _folders(path: Path, places: Sequence[Path]) -> Sequence[Path]:
    """Where a name may be written otherwise: in its own folder; one that is not there stands for a repository."""
    own = [place / path.parent for place in places if (place / path.parent).is_dir()]
    return own or ([] if path.is_absolute() else places)


def _no_start(source: str, where: str, path: Path | None, defined: Mapping[str, Function]) -> PlaybookLoadError:
    """What to say of a source that the platform cannot start."""
    if path is None or kind_of(path, source) != CUSTOM_FUNCTION:
        return PlaybookLoadError("the playbook defines no on_start(container)", where=where,
                                 hint="The platform starts a playbook there.")
    given = [one for one in defined.values() if one.name == path.stem] or list(defined.values())
    names = ", ".join(f'"{one.arg}": …' for one in given[0].args.args) if given else ""
    return PlaybookLoadError(
        f"this is a custom function (it defines {', '.join(defined) or 'none'}), and no playbook", where=where,
        hint=f"To try it, call it in the on_start of a playbook: phantom.custom_function(\"local/{path.stem}\", "
             f"parameters=[{{{names}}}]).")


def _callbacks(source: str) -> set[str]:
    return {keyword.value.id for node in nodes(source) if isinstance(node, ast.Call) for keyword in node.keywords
            if keyword.arg in ("callback", "dispatch_callback") and isinstance(keyword.value, ast.Name)}


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
            "outputs": _names(coa.get("output_spec")), "exported": bool(coa),
            "editor": _editor(export, coa)}


def _editor(export: Any, coa: dict[str, Any]) -> str:
    """Whose blocks an export holds; a playbook that is written as code in the editor of today has a schema of it, and a
    converted one keeps the version of the classic one."""
    if not isinstance(export, dict) or not ("coa" in export or {"category", "labels"} <= export.keys()):
        return ""
    data = coa["data"] if isinstance(coa.get("data"), dict) else {}
    major = str(coa.get("schema")).partition(".")[0]
    if data.get("nodes") or (major.isdecimal() and int(major) >= 5):
        return "modern"
    return "classic" if data.get("joint") else "none"


def _names(spec: Any) -> tuple[str, ...]:
    items = spec if isinstance(spec, list) else []
    return tuple(str(item["name"]) for item in items if isinstance(item, dict) and item.get("name"))
