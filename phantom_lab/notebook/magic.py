"""``%%playbook NAME``: a cell that is a playbook."""

from __future__ import annotations

import ast
import builtins
import keyword
import linecache
import sys
from typing import Any

from phantom_lab.control import Stepper
from phantom_lab.errors import InputError, PlaybookLoadError
from phantom_lab.lab import Lab
from phantom_lab.source.capture import NAMED, CellPlaybook, typed
from phantom_lab.source.parsing import parse
from phantom_lab.source.playbook import Playbook

IMPORT = "import phantom.rules as phantom"
USAGE = "Write %%playbook NAME, or %%playbook NAME --step [--lab VARIABLE]."


def register(shell: Any) -> None:
    """Make ``%%playbook`` known to a shell."""

    def playbook(line: str, cell: str = "") -> Stepper | None:
        """Define or update a playbook: %%playbook NAME [--step [--lab VARIABLE]]

        The text below is a playbook. It is checked at once and bound to the variable NAME, for lab.step(NAME).
        `import phantom.rules as phantom` may be left out. A playbook that is at rest keeps the version it started
        with.

        --step          also step it at once, on a lab ...
        --lab VARIABLE  ... that this variable holds; without it, `lab`.
        """
        name, lab = _options(line, shell.user_ns)
        made = define(shell, name, line, cell)
        return lab.step(made) if lab else None

    shell.register_magic_function(playbook, "cell")


def unregister(shell: Any) -> None:
    """Undo `register`."""
    shell.magics_manager.magics["cell"].pop("playbook", None)
    NAMED.clear()


def define(shell: Any, name: str, line: str, cell: str) -> CellPlaybook:
    """Make the playbook of a cell, and bind it.

    Raises:
        PlaybookLoadError: the cell is empty, or no playbook.
    """
    if not cell.strip():
        raise PlaybookLoadError("the cell holds no playbook", where=name,
                                hint="Write on_start(container) and its blocks below the first line.")
    raw, above = _raw(shell, f"%%playbook {line}\n{cell}")
    source = "\n" * above + _with_import(cell)
    file = _file(shell, raw)
    made = CellPlaybook.of(source, name=name, cell=file, text=raw)
    linecache.cache[file] = typed(raw, file)
    try:
        made.code()
    except SyntaxError as exc:  # what only the compiler finds, such as a return outside of a function
        raise PlaybookLoadError(f"syntax error: {exc.msg}", where=f"{name}:{exc.lineno}") from None
    NAMED[name] = made
    shell.push({name: made})
    return made


def _options(line: str, scope: dict[str, Any]) -> tuple[str, Lab | None]:
    """Name, and the lab to step on if that is asked for; nothing is defined if they are wrong."""
    words = line.split()
    name, *options = words or [""]
    _check_name(name, scope)
    if not options:
        return name, None
    match options:
        case ["--step"]:
            variable = "lab"
        case ["--step", "--lab", variable] | ["--lab", variable, "--step"]:
            pass
        case _:
            raise InputError(f"%%playbook does not know {' '.join(options)}", hint=USAGE)
    lab = scope.get(variable)
    if not isinstance(lab, Lab):
        raise InputError(f"no Lab is called {variable!r} here", hint=f"{variable} = Lab(container) makes one.")
    return name, lab


def _check_name(name: str, scope: dict[str, Any]) -> None:
    if not name or name.startswith("--"):
        raise InputError("%%playbook needs a name", hint=USAGE)
    if not name.isidentifier() or keyword.iskeyword(name):
        raise InputError(f"{name!r} cannot be a playbook's name here, because it is to be a variable",
                         hint="Use letters, digits and _.")
    if not isinstance(scope.get(name, getattr(builtins, name, None)), Playbook | None):
        raise InputError(f"{name!r} already stands for something else here", hint="Choose another name.")


def _raw(shell: Any, given: str) -> tuple[str, int]:
    """The cell as it was typed, and how many blank lines it begins with: IPython takes those away."""
    typed_in: str = shell.history_manager.input_hist_raw[-1]
    body = typed_in.lstrip("\n")
    if body.split("\n", 1)[0].rstrip() == given.split("\n", 1)[0].rstrip() and body.rstrip() == given.rstrip():
        return typed_in, len(typed_in) - len(body)
    return given, 0


def _file(shell: Any, raw: str) -> str:
    """The file name under which the running cell was compiled, which is the one its debugger knows."""
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_globals is shell.user_global_ns and frame.f_locals is frame.f_globals:
            return frame.f_code.co_filename
        frame = frame.f_back  # type: ignore[assignment]
    return str(shell.compile.get_code_name(raw, raw, shell.execution_count))


def _with_import(cell: str) -> str:
    """The cell with the usual import in its first line, which was the magic's; where a ``__future__`` import must
    stay the first statement, behind that."""
    try:
        tree = parse(cell)
    except (SyntaxError, ValueError, RecursionError):  # told with the line, by the loader
        return f"\n{cell}"
    if any(_binds_phantom(node) for node in tree.body):
        return f"\n{cell}"
    future = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    if not future:
        return f"{IMPORT}\n{cell}"
    lines = cell.split("\n")
    row, column = (future[-1].end_lineno or 1) - 1, future[-1].end_col_offset or 0
    line = lines[row].encode()
    lines[row] = f"{line[:column].decode()}; {IMPORT}{line[column:].decode()}"
    return "\n".join(["", *lines])


def _binds_phantom(node: ast.stmt) -> bool:
    return (isinstance(node, ast.Import | ast.ImportFrom)
            and any((alias.asname or alias.name.partition(".")[0]) == "phantom" for alias in node.names))
