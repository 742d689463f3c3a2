"""Results held against what an app declares: what is missing, what is not declared, what has another type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest
from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.model import ActionResult
from phantom_lab.outcomes.declared import Declaration
from phantom_lab.outcomes.declared_tree import ROOT, Node, is_open, kind_of, tree_of

STRICT, LENIENT, OFF = CONTRACTS = ("strict", "lenient", "off")
_KINDS = {"type": "of another type", "extra": "not declared", "missing": "missing"}
_DATA, _ITEM, _SUMMARY = _FIXED = (f"{ROOT}.data", f"{ROOT}.data.*", f"{ROOT}.summary")
"""Paths whose type is known; manifests call it string."""
_NAMED, _LONG = 5, 120


@dataclass(frozen=True, slots=True)
class Breach:
    """One path at which results are not what the app declares."""

    path: str
    """Such as ``action_result.data.*.score``; of what is missing or not declared, the uppermost."""
    kind: str
    """``type``, ``extra`` or ``missing``."""
    detail: str = ""
    """Of a type: ``text, declared numeric``."""

    def __str__(self) -> str:
        path = self.path if len(self.path) <= _LONG else f"{self.path[:_LONG]}…"
        return f"{path}: {self.detail or _KINDS[self.kind]}"


def check_contract(results: Sequence[ActionResult], declaration: Declaration) -> list[Breach]:
    """Hold the results of one call against the declared outputs.

    Data and summary are judged, of the parameters the types. A failed result owes no data, an empty list nothing of its
    elements, and of several elements one is enough. A success without data found nothing: it owes no summary, nor does
    an empty one where no data are declared. None is of any type. What is declared without anything below it
    (``action_result.data.*`` alone) admits anything there.

    Returns:
        Breaches: of types, then what is not declared, then what is missing; nothing where no outputs are declared.
    """
    if not declaration.outputs:
        return []
    tree = tree_of(declaration.outputs)
    good = [one for one in results if one.status == "success"]
    found = [*_judged(tree.child("data"), [one.data for one in good], _DATA),
             *_summary(tree, good),
             *_judged(tree.child("parameter"), [one.parameter for one in results], f"{ROOT}.parameter",
                      types_only=True)]
    return sorted(found, key=lambda one: list(_KINDS).index(one.kind))


def in_one_line(breaches: Sequence[Breach]) -> str:
    """The first five, of every kind one in turn, and how many more there are."""
    by_kind = ([one for one in breaches if one.kind == kind] for kind in _KINDS)
    mixed = [one for one in chain(*zip_longest(*by_kind)) if one is not None]
    more = Counter(_KINDS[one.kind] for one in mixed[_NAMED:])
    counts = [f"{count} more {kind}" for kind, count in more.items()]
    return "; ".join([*map(str, mixed[:_NAMED]), *([f"and {', '.join(counts)}"] if counts else [])])


def _summary(tree: Node, good: Sequence[ActionResult]) -> Iterator[Breach]:
    owed = any(one.data for one in good) or (not tree.child("data").below and any(one.summary for one in good))
    found = _judged(tree.child("summary"), [one.summary for one in good], _SUMMARY)
    return (one for one in found if owed or one.kind != "missing")


def _judged(node: Node, values: Sequence[Any], path: str, *, types_only: bool = False) -> Iterator[Breach]:
    """Breaches at a path and below it, of all values that results have there."""
    values = [one for one in values if one is not None]
    own = () if path in _FIXED else node.outputs
    kinds = node.kinds(own)
    yield from (Breach(path, "type", f"{kind}, declared {node.words(own)}")
                for kind in dict.fromkeys(map(kind_of, values)) if kinds and kind not in kinds)
    if node.outputs and not node.below:
        return
    # An item declared itself is free; one that is a list and an object is either, of which manifests mix the fields.
    types_only = types_only or is_open(node, item=path == _ITEM) or ("*" in node.below and len(node.below) > 1)
    yield from _elements(node, [item for one in values if isinstance(one, list) for item in one], path, types_only)
    if node.below.keys() != {"*"}:  # an object that should be a list has been told
        yield from _fields(node, [_spread(one, node) for one in values if isinstance(one, dict)], path, types_only)


def _elements(node: Node, items: list[Any], path: str, types_only: bool) -> Iterator[Breach]:
    if items and node.element is not None:
        yield from _judged(node.element, items, f"{path}.*", types_only=types_only)
    elif any(items) and not node.below:
        yield Breach(f"{path}.*", "extra")


def _fields(node: Node, objects: list[dict[str, Any]], path: str, types_only: bool) -> Iterator[Breach]:
    for name, child in node.below.items():
        found = [one[name] for one in objects if name in one]
        if found:
            yield from _judged(child, found, f"{path}.{name}", types_only=types_only)
        elif objects and name != "*" and not types_only:
            yield Breach(f"{path}.{name}", "missing")
    if not types_only:
        names = dict.fromkeys(name for one in objects for name in one if name not in node.below)
        yield from (Breach(f"{path}.{name}", "extra") for name in names)


def _spread(given: dict[str, Any], node: Node) -> dict[str, Any]:
    """An object whose keys with dots are nested, as the tree has them: ``file.name`` where ``file`` is declared."""
    found: dict[str, Any] = {}
    for key, value in given.items():
        head, dot, rest = key.partition(".")
        if dot and head in node.below and isinstance(found.get(head, {}), dict):
            found[head] = {**found.get(head, {}), rest: value}
        else:
            found[key] = value
    return found
