"""A new repository of playbooks, with one of each: a playbook, its scenarios, a test, the gate and the stubs."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from phantom_lab.errors import InputError
from phantom_lab.repository import stubs
from phantom_lab.version import __version__

_FILES = {
    "playbooks/NAME.py": "playbook.py", "scenarios/NAME.yaml": "scenario.yaml", "tests/test_NAME.py": "test.py",
    "README.md": "README.md", ".github/workflows/playbooks.yml": "workflow.yml",
    ".pre-commit-config.yaml": "pre-commit.yaml", "pyproject.toml": "pyproject.toml", ".gitignore": "gitignore"}
"""Where the files of ``starter/`` go."""


def lay_out(folder: Path) -> list[Path]:
    """Write the files; the playbook is called like the folder.

    Raises:
        InputError: the folder holds something, or its name is none for a playbook.
    """
    name = folder.resolve().name.replace("-", "_").replace(" ", "_").lower()
    if not name.isidentifier():
        raise InputError(f"'{name}' is no name for a playbook", where=str(folder),
                         hint="Give a folder whose name has letters, digits and underscores.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError("there is something already: nothing is written over", where=str(folder))
    written = []
    for place, source in _FILES.items():
        text = files("phantom_lab.repository").joinpath("starter", f"{source}.txt").read_text(encoding="utf-8")
        path = folder / place.replace("NAME", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("NAME", name).replace("VERSION", __version__), encoding="utf-8")
        written.append(path)
    return [*written, *stubs.write(folder / "typings")]
