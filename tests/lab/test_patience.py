"""No test asks the machine for seconds: see `tests.patience`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from phantom_lab.source.parsing import walk
from tests.conftest import ROOT

CLOCKS = {"monotonic", "perf_counter", "process_time", "thread_time"}
WAITS = {"wait", "join", "communicate", "wait_for_timeout"}
BEAT = 0.1
"""Seconds between two looks at something: no verdict."""


def number(node: ast.AST | None) -> bool:
    """Whether a node is a positive number as it stands."""
    return isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value > 0


def reads_a_clock(node: ast.AST) -> bool:
    """Whether a clock of the machine is part of an expression."""
    return any(isinstance(one, ast.Attribute) and one.attr in CLOCKS for one in walk(node))


def seconds(tree: ast.AST) -> Iterator[int]:
    """Lines where a verdict depends on seconds that stand there."""
    for node in walk(tree):
        told = False
        if isinstance(node, ast.Call):
            name, first = getattr(node.func, "attr", ""), node.args[0] if node.args else None
            told = any(one.arg == "timeout" and number(one.value) for one in node.keywords) or (
                number(first) and (name in WAITS or (name == "sleep" and ast.literal_eval(first) > BEAT)))
        elif isinstance(node, ast.Compare):
            told = reads_a_clock(node) and any(map(number, [node.left, *node.comparators]))
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            told = reads_a_clock(node) and number(node.right)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            told = re.search(r"\.(?:wait|join)\(\d*[1-9]", node.value) is not None
        if told:
            yield node.lineno


@pytest.mark.parametrize("source", [
    "run(x, timeout=5)", "event.wait(2)", "thread.join(30)", "time.sleep(0.5)", "assert time.monotonic() - begun < 5",
    "end = time.monotonic() + 10", "value('moved.wait(5)')"])
def test_seconds_are_found(source: str) -> None:
    """In each form that they were met in."""
    assert list(seconds(ast.parse(source))) == [1]


def test_no_test_names_seconds_of_its_own() -> None:
    """What waits takes `LONG`, what must come to an end at all `in_time`."""
    files = [file for file in sorted((ROOT / "tests").rglob("*.py")) if file.name != "test_patience.py"]
    assert [f"{file.relative_to(ROOT)}:{line}" for file in files
            for line in seconds(ast.parse(file.read_text(encoding="utf-8")))] == []
