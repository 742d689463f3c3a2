"""Bodies of HTTP answers, made up from the keys by which a playbook's code takes such answers apart."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from phantom_lab.apps.samples import sample_of

_NUMBERS = frozenset({"int", "float"})


def body_of(nodes: tuple[ast.AST, ...]) -> dict[str, Any]:
    """An object that has every constant key of the source: chains of them where they stand, the others at the end of
    the longest chain."""
    chains = sorted({tuple(keys) for node in nodes if len(keys := _chain(node)) > 1}, key=lambda one: (-len(one), one))
    numbers = {key for node in nodes if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _NUMBERS
               for part in ast.walk(node) for key in _chain(part)}
    inner = {chain[0] for chain in chains}
    single = {keys[0] for node in nodes if len(keys := _chain(node)) == 1} - inner
    leaves: dict[str, Any] = {key: 100 if key in numbers else sample_of((), key) for key in sorted(single)}
    found: dict[str, Any] = {}
    for number, chain in enumerate(chains):
        if all(isinstance(part, dict) for part in _parts(found, chain)):
            _put(found, chain, dict(leaves) if not number else sample_of((), chain[-1]))
    return found or leaves


def as_xml(body: dict[str, Any]) -> str:
    """The same as a document with one root."""
    return "".join(f"<{key}>{as_xml(value) if isinstance(value, dict) else value}</{key}>"
                   for key, value in body.items() if key.isidentifier())


def _chain(node: ast.AST) -> list[str]:
    """``a["x"]["y"]`` is ``x``, ``y``."""
    keys: list[str] = []
    while (isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)
           and isinstance(node.slice.value, str)):
        keys.insert(0, node.slice.value)
        node = node.value
    return keys


def _parts(found: dict[str, Any], chain: tuple[str, ...]) -> Iterator[Any]:
    part: Any = found
    for key in chain[:-1]:
        part = part.get(key, {}) if isinstance(part, dict) else None
        yield part


def _put(found: dict[str, Any], chain: tuple[str, ...], value: Any) -> None:
    for key in chain[:-1]:
        found = found.setdefault(key, {})
    found.setdefault(chain[-1], value)
