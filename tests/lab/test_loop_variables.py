"""No loop of the package overwrites a value that is still to be read."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from phantom_lab.source.parsing import walk
from tests.lab.test_layers import FILES, PACKAGE

Function = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef
_OTHERS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.ListComp, ast.SetComp, ast.DictComp,
           ast.GeneratorExp)
"""What has names of its own."""


def own(function: Function) -> Iterator[tuple[ast.AST, tuple[int, ...]]]:
    """The nodes of a function, each with the blocks of statements that it is in."""
    waiting: list[tuple[ast.AST, tuple[int, ...]]] = [(one, (0,)) for one in function.body]
    while waiting:
        node, blocks = waiting.pop()
        yield node, blocks
        if not isinstance(node, _OTHERS):
            for _, value in ast.iter_fields(node):
                several = isinstance(value, list)
                inner = (*blocks, id(value)) if several and value and isinstance(value[0], ast.stmt) else blocks
                waiting += [(one, inner) for one in (value if several else [value]) if isinstance(one, ast.AST)]


def overwritten(function: Function) -> Iterator[tuple[int, str]]:
    """Line of a loop, and a name that had a value before it, is bound by it, and may be read after it."""
    nodes = list(own(function))
    names = sorted(((one.lineno, one.col_offset, one, blocks) for one, blocks in nodes if isinstance(one, ast.Name)),
                   key=lambda found: found[:2])
    given = set() if isinstance(function, ast.Module) else {
        one.arg for one in walk(function.args) if isinstance(one, ast.arg)}
    loops = [(one, blocks, {target.id for target in walk(one.target) if isinstance(target, ast.Name)})
             for one, blocks in nodes if isinstance(one, ast.For | ast.AsyncFor)]
    for loop, around, targets in loops:
        for target in targets:
            same = [(line, one, blocks) for line, _, one, blocks in names if one.id == target]
            before = target in given or any(isinstance(one.ctx, ast.Store) and line < loop.lineno
                                            for line, one, _ in same)
            anew_in = {line for other, _, bound in loops if other is not loop and target in bound
                       for line in range(other.lineno, (other.end_lineno or 0) + 1)}
            after = [(one, blocks) for line, one, blocks in same if line > (loop.end_lineno or 0)
                     and (isinstance(one.ctx, ast.Store) or line not in anew_in)]
            anew = next((place for place, (one, blocks) in enumerate(after)
                         if isinstance(one.ctx, ast.Store) and blocks == around[:len(blocks)]), len(after))
            if before and any(isinstance(one.ctx, ast.Load) for one, _ in after[:anew]):
                yield loop.lineno, target


def test_no_loop_overwrites_what_is_read_after_it():
    """Neither an argument nor a variable, in any file."""
    found = {}
    for file in FILES:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        functions = [tree, *(one for one in walk(tree) if isinstance(one, Function))]
        if places := [place for one in functions for place in overwritten(one)]:
            found[str(file.relative_to(PACKAGE))] = places
    assert found == {}


@pytest.mark.parametrize(("source", "found"), [
    ("def f():\n    told = 1\n    for told in x:\n        pass\n    return told\n", [(3, "told")]),
    ("def f(told):\n    for told, _ in x:\n        pass\n    return told\n", [(2, "told")]),
    ("def f():\n    for told in x:\n        pass\n    for told in y:\n        g(told)\n", []),
    ("def f():\n    told = 1\n    try:\n        for told in x: pass\n    except E: told = 2\n    finally: g(told)\n",
     [(4, "told")]),
    ("def f():\n    told = 1\n    g([told for told in x])\n    return told\n", [])])
def test_an_overwritten_value_is_found(source: str, found: list[tuple[int, str]]):
    """A loop of another name, and a comprehension, overwrite nothing."""
    (function,) = ast.parse(source).body
    assert isinstance(function, ast.FunctionDef)
    assert list(overwritten(function)) == found
