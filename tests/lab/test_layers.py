"""The layers of the package: who may import whom."""

from __future__ import annotations

import ast
import tomllib
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import phantom_lab
from phantom_lab.source.parsing import walk
from tests.table import tabled

PACKAGE = Path(phantom_lab.__file__).parent
ROOT = PACKAGE.parent
LAYERS = [("errors", "version", "later", "questions", "bounded", "progress"), ("misspelt", "limits", "terminal"),
          ("archives", "model"),
          ("datapath", "history"), ("state", "outcomes"),
          ("source", "apps"), ("scenarios", "exchange"), ("why",), ("views",), ("isolation",), ("engine",),
          ("control",),
          ("rules", "rest", "enterprise_security"), ("shim", "reading"), ("answers", "expecting"), ("flow_graph",),
          ("lab",), ("check",),
          ("trials",), ("testing",), ("repository",), ("frames", "pages", "notebook", "cli")]
"""From left to right; those that stand together are siblings."""
LEFT = {name: {one for layer in LAYERS[:n] for one in layer} for n, layer in enumerate(LAYERS) for name in layer}
MAY_IMPORT = {
    **LEFT,
    "pages": LEFT["notebook"] | {"frames"},
    "notebook": LEFT["notebook"] | {"frames", "pages"},
    "__main__": {"cli"},
    "pytest_plugin": LEFT["frames"],
}
ANALYSIS = {"pandas", "IPython", "ipywidgets", "anywidget", "traitlets", "pytest"}
FILES = sorted(PACKAGE.rglob("*.py"))


def layer_of(file: Path) -> str:
    """The first part of the path below the package; empty for the package's own ``__init__``."""
    first = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


def imported(file: Path, root: Path = PACKAGE) -> tuple[tuple[int, str], ...]:
    """Line and dotted name of everything that a file of a package imports, inside functions and conditions too."""
    return _imported(file.read_text(encoding="utf-8"), (root.name, *file.relative_to(root).parts[:-1]))


@cache
def _imported(source: str, package: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    found: list[tuple[int, str]] = []
    for node in walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join([*package[:len(package) - node.level + 1], *([node.module] if node.module else [])])
            found += ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)
                and ast.unparse(node.func).endswith("import_module")):
            found.append((node.lineno, str(node.args[0].value)))
    return tuple(found)


def circle(root: Path) -> list[str]:
    """Modules of a package that import each other in a circle, for types too; empty where none do.

    A name that a folder's ``__init__`` hands on is an import of the module that has it.
    """
    files = {".".join((root.name, *file.relative_to(root).with_suffix("").parts)).removesuffix(".__init__"): file
             for file in root.rglob("*.py")}
    wanted = {module: [name for _, name in imported(file, root)] for module, file in files.items()}
    handed_on = {f"{folder}.{name.rpartition('.')[2]}": name for folder, names in wanted.items()
                 if files[folder].name == "__init__.py" for name in names}

    def module_of(name: str) -> str:
        while name in handed_on and name not in files:
            name = handed_on[name]
        return name if name in files else name.rpartition(".")[0]

    graph = {module: {module_of(name) for name in names} & files.keys() - {module, root.name}
             for module, names in wanted.items() if module != root.name}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as exc:
        return list(exc.args[1])
    return []


def test_no_modules_import_each_other_in_a_circle():
    """Of two files one can be read first: imports for types and inside functions count."""
    assert not circle(PACKAGE)


@pytest.mark.parametrize("one", ["from house.room.two import B", "from house.room import B", "from .two import B",
                                 "from house.room import two", "import house.room.two"])
@pytest.mark.parametrize("where", ["{}", "if TYPE_CHECKING:\n    {}", "def later():\n    {}"])
def test_a_circle_is_found_however_it_is_imported(tmp_path: Path, one: str, where: str):
    """By the module, by the folder's ``__init__``, for types, and inside a function."""
    room = tmp_path / "house" / "room"
    room.mkdir(parents=True)
    (tmp_path / "house" / "__init__.py").touch()
    (room / "__init__.py").write_text("from house.room.two import B\n")
    (room / "one.py").write_text(where.format(one))
    (room / "two.py").write_text("class B: ...\n")
    assert not circle(tmp_path / "house")
    (room / "two.py").write_text("from house.room.one import A\nclass B: ...\n")
    assert {"house.room.one", "house.room.two"} <= {*circle(tmp_path / "house")}


def test_every_module_belongs_to_a_layer():
    """A new package has to be put into the order before it may be imported."""
    assert {layer_of(file) for file in FILES} - {""} <= MAY_IMPORT.keys()
    assert set(MAY_IMPORT) - {"notebook", "__main__", "pytest_plugin"} <= {layer_of(file) for file in FILES}


def test_imports_only_go_left():
    """A module imports from its own package and from those to the left of it, never from a sibling by accident; the
    package's own ``__init__`` gives every public name."""
    assert [f"{file.relative_to(PACKAGE)}:{line}: {name}" for file in FILES if (mine := layer_of(file))
            for line, name in imported(file) if name.partition(".")[0] == "phantom_lab"
            and [*name.split("."), ""][1] not in MAY_IMPORT[mine] | {mine, "__version__"}] == []


def test_pandas_and_the_notebook_stay_in_the_last_layer():
    """Everything but views and panel works where pandas and IPython are not installed."""
    assert [f"{file.relative_to(PACKAGE)}:{line}: {name}" for file in FILES
            if layer_of(file) not in ("frames", "pages", "notebook", "pytest_plugin")
            for line, name in imported(file) if name.partition(".")[0] in ANALYSIS] == []


@tabled("name", phantom_lab.__all__)
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
