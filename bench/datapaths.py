"""Print what datapaths, comparisons and templates cost, as ratios of one run: ``python -m bench.datapaths``."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable
from functools import partial
from typing import Any

from bench.measure import fastest, row
from phantom_lab.datapath import STAR, collect, comparison, render

ROWS = 100_000
LINES = 10_000
FLAT = [("cef", "sourceAddress"), ("id",)]
NESTED = [("id",), ("data", STAR, "name"), ("data", STAR, "hosts", STAR, "ports", STAR, "number"),
          ("data", STAR, "hosts", STAR, "ports", STAR, "state")]


def artifacts(number: int) -> list[dict[str, Any]]:
    """A third of them without a source address."""
    return [{"id": n, "cef": {"sourceAddress": f"10.0.{n // 250 % 250}.{n % 250}"} if n % 3 else {"n": n}}
            for n in range(number)]


def results(number: int) -> list[dict[str, Any]]:
    """Each with ten items of ten hosts with ten ports."""
    ports = [{"number": n, "state": "open"} for n in range(10)]
    return [{"id": n, "data": [{"name": f"net {n}", "hosts": [{"ip": f"10.0.0.{n}", "ports": ports} for n in range(10)]}
                               for n in range(10)]} for n in range(number)]


def flat_by_hand(records: list[dict[str, Any]]) -> list[list[Any]]:
    """What one would write."""
    return [[one["cef"].get("sourceAddress"), one["id"]] for one in records]


def nested_by_hand(records: list[dict[str, Any]]) -> list[list[Any]]:
    """What one would write."""
    return [[one["id"], item["name"], port["number"], port["state"]]
            for one in records for item in one["data"] for host in item["hosts"] for port in host["ports"]]


def collecting(mine: str, records: list[dict[str, Any]], paths: list[tuple[Any, ...]],
               by_hand: Callable[[Any], object], jmes: str, json_paths: list[str]) -> None:
    """`collect` with and without copies, against a comprehension and two libraries for paths."""
    import jmespath
    from jsonpath_ng import parse

    expression, parsed = jmespath.compile(jmes), [parse(one) for one in json_paths]
    assert collect(records, paths) == by_hand(records)
    took = fastest(lambda: collect(records, paths))
    row(mine, took, "comprehension", fastest(lambda: by_hand(records)))
    row(mine + ", not copied", fastest(lambda: collect(records, paths, copy=False)), "comprehension",
        fastest(lambda: by_hand(records)))
    row(mine, took, "`jmespath`, compiled", fastest(lambda: expression.search(records)))
    row(mine, took, "`jsonpath-ng`, parsed", fastest(lambda: [[found.value for found in one.find(records)]
                                                              for one in parsed]))


def comparing() -> None:
    """Rows against a literal, for texts and numbers."""
    texts, numbers = [one["cef"].get("sourceAddress", "") for one in artifacts(ROWS)], list(range(ROWS))
    for values, name, right, plain in ((texts, "==", "10.0.1.1", operator.eq), (texts, "in", "10.0.1.1,10.0.1.2", None),
                                       (numbers, "==", 5, operator.eq), (numbers, ">", 5, operator.gt)):
        test = comparison(name)
        mine = f"`comparison`, {ROWS:,} × `{name} {json.dumps(right)}`"
        took = fastest(lambda values=values, right=right, test=test: [test(one, right) for one in values])
        written = {"==": lambda values=values, right=right: [one == right for one in values],
                   "in": lambda values=values, right=right: [one in right for one in values],
                   ">": lambda values=values, right=right: [one > right for one in values]}[name]
        row(mine, took, f"comprehension with `{name}`", fastest(written))
        if plain:
            row(mine, took, f"calls of `operator.{plain.__name__}`",
                fastest(lambda values=values, right=right, plain=plain: [plain(one, right) for one in values]))


def rendering() -> None:
    """Repeated lines with three fields, and one field that joins as many values."""
    columns: list[list[Any]] = [list(range(LINES)), [f"host {n}" for n in range(LINES)],
                                [None if n % 7 == 0 else "open" for n in range(LINES)]]
    template = "%%\n- {0} of {1}: {2}\n%%\n"
    by_hand = fastest(lambda: "\n".join(f"- {a} of {b}: {c}" for a, b, c in zip(*columns, strict=True)))
    row(f"`render`, {LINES:,} lines", fastest(lambda: render(template, columns)), "join of f-strings", by_hand)
    row(f"`render`, {LINES:,} lines, `drop_none`", fastest(lambda: render(template, columns, drop_none=True)),
        "join of f-strings", by_hand)
    row(f"`render`, one field of {LINES:,} values", fastest(lambda: render("{1}", columns)), "`join`",
        fastest(lambda: ", ".join(columns[1])))


def linearity() -> None:
    """Ten times as much takes ten times as long, and the memory's share, which a comprehension shows as well."""
    test = comparison("==")
    cases: list[tuple[str, Callable[[int], Any], Callable[[Any], object]]] = [
        ("comprehension, artifacts", artifacts, flat_by_hand),
        ("`collect`, artifacts", artifacts, lambda made: collect(made, FLAT)),
        ("`collect`, three nested lists", lambda number: results(number // 1000),
         lambda made: collect(made, NESTED)),
        ("`collect`, a list without a star", lambda number: [{"data": artifacts(number)}],
         lambda made: collect(made, [("data", "cef", "sourceAddress"), ("data", "id")])),
        ("`collect`, two lists side by side", lambda number: [{"a": artifacts(number), "b": artifacts(number)}],
         lambda made: collect(made, [("a", STAR, "id"), ("b", STAR, "id")])),
        ("`comparison`", lambda number: ["a"] * number, lambda made: [test(one, "b") for one in made]),
        ("`render`", lambda number: [list(range(number))] * 3,
         lambda made: render("%%\n{0} {1} {2}\n%%", made))]
    for name, made, work in cases:
        few, many = made(ROWS // 10), made(ROWS)
        row(f"{name}, {ROWS:,} rows", fastest(partial(work, many)), f"{ROWS // 10:,} rows", fastest(partial(work, few)))


def datapaths() -> None:
    """The whole table."""
    print("| datapaths | ms | instead | ms | ratio |\n| --- | ---: | --- | ---: | ---: |")
    collecting(f"`collect`, {ROWS:,} artifacts", artifacts(ROWS), FLAT, flat_by_hand, "[].[cef.sourceAddress, id]",
               ["$[*].cef.sourceAddress", "$[*].id"])
    collecting(f"`collect`, three nested lists, {ROWS:,} rows", results(ROWS // 1000), NESTED, nested_by_hand,
               "[].[id, data[].[name, hosts[].ports[].[number, state]]]",
               ["$[*].id", "$[*].data[*].name", "$[*].data[*].hosts[*].ports[*].number",
                "$[*].data[*].hosts[*].ports[*].state"])
    comparing()
    rendering()
    linearity()


if __name__ == "__main__":
    datapaths()
