"""What a run was given and never asked for, because a name is misspelt."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from phantom_lab.journal import ApiCalled
from phantom_lab.misspelt import SURE, near
from phantom_lab.model import naming

if TYPE_CHECKING:
    from phantom_lab.engine.tree import Tree

_CALLS = {"playbook": "playbook", "custom_function": "custom function"}


def unasked(tree: Tree) -> Iterator[str]:
    """A sentence on each, at the end of a run."""
    yield from tree.providers.remarks(lambda: frozenset().union(*(
        _texts(run.playbook.source) for run in tree.runs.values())))
    asked: dict[str, dict[str, str]] = {kind: {} for kind in _CALLS.values()}
    for event in tree.journal.events:
        if isinstance(event, ApiCalled) and event.name in _CALLS:
            reference = str(tree.journal.get(event.arguments[event.name]))
            asked[_CALLS[event.name]][_name(reference)] = reference
    for one in tree.library.stand_ins:
        there = asked[one.kind]
        name = _name(one.name)
        if name not in there and (meant := near(name, there, least=SURE)):
            yield (f"{one.source}: {one.kind} '{one.name}' was never asked for; the playbook asks for "
                   f"'{there[meant[0]]}'")


def _name(reference: str) -> str:
    return naming.key(naming.base(reference))


@lru_cache(maxsize=32)
def _texts(source: str) -> frozenset[str]:
    """Texts of a source, in lower case."""
    return frozenset(node.value.lower() for node in ast.walk(ast.parse(source))
                     if isinstance(node, ast.Constant) and isinstance(node.value, str))
