"""Joins that can never go on: they wait for what comes behind them, or for two branches of which one is taken."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from itertools import combinations

from phantom_lab.analysis.blocks import Finding
from phantom_lab.reading.graph import edges, found_by_name, names
from phantom_lab.reading.read import Reading

Edge = tuple[str, str]
Branch = tuple[str, int]
"""A function, and the number of one of its branches."""


def stuck(reading: Reading) -> Iterator[Finding]:
    """A join of which the graph of calls and callbacks tells that it waits without end."""
    if found_by_name(reading):
        return
    named, asked = edges(reading), _asked(reading)
    branches = dict(_branches(reading, named))
    for call in reading.calls_of("completed", "actions_done"):
        wanted = [one for argument in ("action_names", "playbook_names", "custom_function_names")
                  for one in call.names(argument) if isinstance(one, str) and len(asked.get(one, ())) == 1]
        askers = {one: next(iter(asked[one])) for one in wanted}
        behind = _reached(named, without={(call.function, one) for one in named.get(call.function, ())})
        for one, asker in askers.items():
            if asker not in behind and asker in _reached(named):
                yield call.line, "warning", "join", f"{call.function} waits for '{one}', which is asked for behind it"
        needs = {one: dict(branch for branch, cut in branches.items() if asker not in _reached(named, without=cut))
                 for one, asker in askers.items()}
        for one, other in combinations(needs, 2):
            for function in needs[one].keys() & needs[other].keys():
                if needs[one][function] != needs[other][function]:
                    message = f"'{one}' and '{other}', which stand in different branches of {function}"
                    yield call.line, "warning", "join", f"{call.function} waits for {message}"


def _asked(reading: Reading) -> dict[str, set[str]]:
    """The functions that ask for something of a name."""
    found: dict[str, set[str]] = defaultdict(set)
    for call in reading.calls_of("act", "prompt", "prompt2", "task", "custom_function", "playbook"):
        if isinstance(name := call.get("name"), str):
            found[name].add(call.function)
    return found


def _branches(reading: Reading, named: Mapping[str, Set[str]]) -> Iterator[tuple[Branch, set[Edge]]]:
    """Branches of which a function takes one and returns, with the edges that only they have."""
    for node in reading.tree.body:
        if isinstance(node, ast.FunctionDef):
            parts = [one.body for one in node.body if isinstance(one, ast.If) and not one.orelse
                     and isinstance(one.body[-1], ast.Return)]
            if parts:
                rest = [one for one in node.body if not isinstance(one, ast.If) or one.body not in parts]
                led = [set().union(*map(names, part)) & named[node.name] for part in (*parts, rest)]
                for number, own in enumerate(led):
                    others = set().union(*(one for place, one in enumerate(led) if place != number))
                    yield (node.name, number), {(node.name, one) for one in own - others}


def _reached(named: Mapping[str, Set[str]], without: Set[Edge] = frozenset()) -> set[str]:
    found: set[str] = set()
    waiting = list(named[""])
    while waiting:
        if (one := waiting.pop()) not in found:
            found.add(one)
            waiting += [other for other in named[one] if (one, other) not in without]
    return found
