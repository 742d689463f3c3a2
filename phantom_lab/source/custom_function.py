"""A custom function: one Python function in a file of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from phantom_lab.errors import InputError, PlaybookLoadError
from phantom_lab.later import dataclass
from phantom_lab.model import naming, read_json
from phantom_lab.source.source import Source, functions, parsed, read_source


@dataclass(frozen=True)
class CustomFunction(Source):
    """Loaded source, not an execution."""

    function: str = ""
    """Name of the function, which is the file's; in a file of another name the one that is written out like it, or the
    only one."""
    line: int = 0
    outputs: tuple[str, ...] = ()
    """Datapaths that the specification beside the source declares, such as ``*.item``; empty where there is none."""

    @classmethod
    def load(cls, path: Path) -> CustomFunction:
        """Load a file; the specification ``X.json`` beside ``X.py`` is read when it is there.

        Raises:
            PlaybookLoadError: not text, a syntax error, or no function of the file's name, or several.
        """
        source = read_source(path, "custom function")
        found = {node.name: node.lineno for node in functions(parsed(source, str(path)).body)}
        named = naming.meant(path.stem, found) or list(found)
        if len(named) != 1:
            raise PlaybookLoadError(f"the custom function file defines no function {path.stem}", where=str(path),
                                    hint=f"It defines {', '.join(found) or 'none'}.")
        return cls(path.stem, source, path, named[0], found[named[0]], _outputs(path))

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters that the function names."""
        node = next((one for one in functions(parsed(self.source, self.file).body) if one.name == self.function), None)
        named = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs) if node else ()
        return tuple(one.arg for one in named)

    def takes(self, name: str) -> bool:
        """Whether it may read a parameter: by its name, or as a text of ``**kwargs``."""
        return name in self.parameters or any(f"{quote}{name}{quote}" in self.source for quote in "'\"")

    @property
    def misnamed(self) -> str:
        """That file and function have different names; empty where they have not."""
        if self.function == self.name or not self.path:
            return ""
        return (f"{self.path.name} defines {self.function}, and no {self.name}: on a platform file and function have "
                "one name")


def _outputs(path: Path) -> tuple[str, ...]:
    if not path.with_suffix(".json").is_file():
        return ()
    try:
        specification: Any = read_json(path.with_suffix(".json"), "custom function specification")
    except InputError as exc:
        raise PlaybookLoadError(exc.what, where=exc.where, hint="Mend or remove it.") from None
    found = specification.get("outputs") if isinstance(specification, dict) else None
    return tuple(str(one["data_path"]) for one in found or () if isinstance(one, dict) and one.get("data_path"))
