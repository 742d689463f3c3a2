"""A custom function: one Python function in a file of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phantom_lab.engine.source import Source, functions, parsed, read_source
from phantom_lab.errors import InputError, PlaybookLoadError
from phantom_lab.model import read_json


@dataclass(frozen=True)
class CustomFunction(Source):
    """Loaded source, not an execution."""

    function: str = ""
    """Name of the function, which is the file's; in a file of another name, the only function."""
    line: int = 0
    outputs: tuple[str, ...] = ()
    """Datapaths that the specification beside the source declares, such as ``*.item``; empty where there is none."""

    @classmethod
    def load(cls, path: Path) -> CustomFunction:
        """Load a file; the specification ``X.json`` beside ``X.py`` is read when it is there.

        Raises:
            PlaybookLoadError: not text, a syntax error, or no function of the file's name and several others.
        """
        source = read_source(path, "custom function")
        found = {node.name: node.lineno for node in functions(parsed(source, str(path)).body)}
        name = path.stem if path.stem in found else next(iter(found)) if len(found) == 1 else ""
        if not name:
            raise PlaybookLoadError(f"the custom function file defines no function {path.stem}", where=str(path),
                                    hint=f"It defines {', '.join(found) or 'none'}.")
        return cls(path.stem, source, path, name, found[name], _outputs(path))


def _outputs(path: Path) -> tuple[str, ...]:
    if not path.with_suffix(".json").is_file():
        return ()
    try:
        specification: Any = read_json(path.with_suffix(".json"), "custom function specification")
    except InputError as exc:
        raise PlaybookLoadError(exc.what, where=exc.where, hint="Mend or remove it.") from None
    found = specification.get("outputs") if isinstance(specification, dict) else None
    return tuple(str(one["data_path"]) for one in found or () if isinstance(one, dict) and one.get("data_path"))
