"""Answers and stand-ins that a run never asked for, probably because a name is misspelt."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from phantom_lab.engine.tree import Tree
from phantom_lab.history import ApiCalled
from phantom_lab.misspelt import SURE, near
from phantom_lab.model import naming
from phantom_lab.source.parsing import nodes

_CALLS = {"playbook": "playbook", "custom_function": "custom function"}


def unasked(tree: Tree) -> Iterator[str]:
    """One sentence for each, at the end of the runs of a tree."""
    yield from tree.outside.unused(lambda: _said(tree))
    asked: dict[str, dict[str, str]] = {kind: {} for kind in _CALLS.values()}
    for event in tree.journal.events:
        if isinstance(event, ApiCalled) and event.name in _CALLS:
            reference = str(tree.journal.get(event.arguments[event.name]))
            asked[_CALLS[event.name]][_name(reference)] = reference
    for one in tree.outside.stand_ins:
        there = asked[one.kind]
        name = _name(one.name)
        if name in there:
            continue
        if meant := near(name, there, least=SURE):
            yield (f"{one.source}: {one.kind} '{one.name}' was never asked for; the playbook asks for "
                   f"'{there[meant[0]]}'")
        elif one.of_scenario and name not in {_name(text) for text in _said(tree)}:
            yield f"{one.source}: {one.kind} '{one.name}' was never asked for, and nothing here names it"


def _name(reference: str) -> str:
    return naming.key(naming.base(reference))


def _said(tree: Tree) -> dict[str, bool]:
    """Texts in the sources of all playbooks in lower case, and whether a call of ``act`` names them."""
    found: dict[str, bool] = {}
    for run in tree.runs.values():
        found.update((text, is_action or found.get(text, False)) for text, is_action in _texts(run.playbook.source))
    return found


@lru_cache(maxsize=32)
def _texts(source: str) -> tuple[tuple[str, bool], ...]:
    """As `_said`, of one source."""
    texts = {node.value.lower(): False for node in nodes(source)
             if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    acts = [node for node in nodes(source) if isinstance(node, ast.Call) and "act" in (
        getattr(node.func, "attr", ""), getattr(node.func, "id", ""))]
    for call in acts:
        for given in (*call.args[:1], *(one.value for one in call.keywords if one.arg == "action")):
            if isinstance(given, ast.Constant) and isinstance(given.value, str):
                texts[given.value.lower()] = True
    return tuple(texts.items())
