"""The layers of the package: who may import whom."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import phantom_lab

PACKAGE = Path(phantom_lab.__file__).parent
ROOT = PACKAGE.parent
LAYERS = [("errors", "version"), ("misspelt",), ("model",), ("datapath", "history"), ("state", "outcomes"),
          ("source", "apps"), ("scenarios",), ("why",), ("views",), ("isolation",), ("engine",), ("control",),
          ("rules", "rest", "enterprise_security"), ("shim", "reading"), ("lab",), ("check",), ("trials",),
          ("frames", "notebook", "cli")]
"""From left to right; those that stand together are siblings."""
LEFT = {name: {one for layer in LAYERS[:n] for one in layer} for n, layer in enumerate(LAYERS) for name in layer}
MAY_IMPORT = {
    **LEFT,
    "notebook": LEFT["notebook"] | {"frames"},
    "__main__": {"cli"},
}
ANALYSIS = {"pandas", "IPython", "ipywidgets", "anywidget", "traitlets", "pytest"}
FILES = sorted(PACKAGE.rglob("*.py"))


def layer_of(file: Path) -> str:
    """The first part of the path below the package; empty for the package's own ``__init__``."""
    first = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


def imported(file: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything that a file imports, inside functions and conditions too."""
    package = ("phantom_lab", *file.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join([*package[:len(package) - node.level + 1], *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif (isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module")
                and node.args and isinstance(node.args[0], ast.Constant)):
            yield node.lineno, str(node.args[0].value)


def test_every_module_belongs_to_a_layer():
    """A new package has to be put into the order before it may be imported."""
    assert {layer_of(file) for file in FILES} - {""} <= MAY_IMPORT.keys()
    assert set(MAY_IMPORT) - {"notebook", "__main__"} <= {layer_of(file) for file in FILES}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_only_go_left(file: Path):
    """A module imports from its own package and from those to the left of it, never from a sibling by accident."""
    mine = layer_of(file)
    if not mine:
        return  # the package's own __init__ gives every public name
    allowed = MAY_IMPORT[mine] | {mine, "__version__"}
    wrong = [f"line {line}: {name}" for line, name in imported(file)
             if name.partition(".")[0] == "phantom_lab" and [*name.split("."), ""][1] not in allowed]
    assert not wrong


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_pandas_and_the_notebook_stay_in_the_last_layer(file: Path):
    """Everything but views and panel works where pandas and IPython are not installed."""
    if layer_of(file) in ("frames", "notebook"):
        return
    assert not [f"line {line}: {name}" for line, name in imported(file) if name.partition(".")[0] in ANALYSIS]


@pytest.mark.parametrize("name", phantom_lab.__all__)
def test_every_public_name_resolves(name: str):
    """What ``__all__`` promises is there."""
    assert getattr(phantom_lab, name) is not None


def test_a_name_that_is_not_public_is_an_attribute_error():
    """The lazy names do not swallow a typing error."""
    with pytest.raises(AttributeError, match="Labb"):
        phantom_lab.Labb  # noqa: B018


def test_no_package_named_phantom_is_shipped():
    """Another public package installs ``phantom``: ours is never in its way."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    build = settings["tool"]["hatch"]["build"]
    shipped = [one for target in build.get("targets", {}).values()
               for key in ("include", "packages", "only-include", "force-include") for one in target.get(key, ())]
    assert settings["project"]["name"] == "phantom-lab"
    assert "phantom_lab" in shipped
    assert not [one for one in shipped if Path(one).name == "phantom"]
    assert not [path for path in ROOT.rglob("phantom") if path.is_dir() and ".venv" not in path.parts]
