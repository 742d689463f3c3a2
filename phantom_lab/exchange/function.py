"""What the editor of custom functions writes anew, from the inputs in the export: all but the code below its line."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from phantom_lab.exchange.graph import FUNCTION, graph_of, objects
from phantom_lab.exchange.losses import GENERATED, MODULE, NO_MARKS, OUTSIDE, Loss
from phantom_lab.exchange.marks import Marked
from phantom_lab.model import naming

_LINE = re.compile(r"^[ \t]+#{3,} Custom Code Goes Below This Line #{3,}[ \t]*$", re.MULTILINE)
"""Below it stands what people write (observed in 108 exports)."""


def of_function(export: Any, source: Marked, name: str) -> Iterator[Loss]:
    """What of a custom function would be lost; nothing where the export is of something else."""
    if graph_of(export).kind != FUNCTION:
        return
    meant = naming.meant(name, source.nodes) or list(source.nodes)[:1]
    if not meant:
        return
    function, part = source.nodes[meant[0]], source.functions[meant[0]]
    for other in source.tree.body:
        if not part.line <= other.lineno <= (function.end_lineno or other.lineno):
            text = ast.unparse(other).partition("\n")[0][:60]
            yield Loss(other.lineno, "", MODULE, f"`{text}` stands outside of the function", _INSIDE)
    yield from _head(function, source, meant[0])
    inputs = [str(one.get("name")) for one in objects(export["inputs"])]
    taken = [one.arg for one in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
    if {*map(naming.key, inputs)} != {*map(naming.key, taken)}:  # in which order, callers do not see
        yield Loss(part.line, meant[0], GENERATED, f"{meant[0]} takes {', '.join(taken) or 'nothing'}, and its export "
                   f"has the inputs {', '.join(inputs) or 'none'}: the editor writes the first line from these",
                   "Change the inputs in the editor.")


_INSIDE = "Put it into the function, below the line of custom code."


def _head(function: ast.FunctionDef | ast.AsyncFunctionDef, source: Marked, name: str) -> Iterator[Loss]:
    """Statements above the line of custom code; the docstring is the editor's."""
    line = _LINE.search(source.functions[name].of(source.source))
    if line is None:
        yield Loss(function.lineno, name, NO_MARKS, f"{name} has no line `Custom Code Goes Below This Line`: the "
                   "editor finds no code of yours", "Put the line back, behind the docstring.")
        return
    at = source.line_at(source.functions[name].start + line.start())
    for number, one in enumerate(function.body):
        docstring = number == 0 and isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)
        if one.lineno < at and not docstring:
            text = ast.unparse(one).partition("\n")[0][:60]
            yield Loss(one.lineno, name, OUTSIDE, f"`{text}` stands above the line of custom code",
                       "Put it below that line.")
