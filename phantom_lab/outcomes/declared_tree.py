"""Declared output paths as a tree, and which kinds of values they admit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.outcomes.declared import Output

ROOT = "action_result"
_TYPES = {"string": "text", "password": "text", "numeric": "number", "boolean": "boolean"}


@dataclass(slots=True)
class Node:
    """A declared path: what is declared of it, and below it."""

    outputs: list[Output] = field(default_factory=list)
    below: dict[str, Node] = field(default_factory=dict)

    def child(self, name: str) -> Node:
        """The one below of a name, made where there is none."""
        return self.below.setdefault(name, Node())

    @property
    def element(self) -> Node | None:
        """Of a list; some manifests give an index."""
        return self.below.get("*") or next((one for name, one in self.below.items() if name.isdigit()), None)

    def kinds(self, own: Sequence[Output]) -> set[str]:
        """The kinds of values that are right here; none: any."""
        element = {"list"} if self.element is not None else set[str]()
        named = {"object"} if self.below.keys() - {"*"} else set[str]()
        return element | named | {kind for one in own for kind in _admitted(one)}

    def words(self, own: Sequence[Output]) -> str:
        """What is declared here, for people."""
        types = dict.fromkeys(one.type for one in own if one.type)
        return " or ".join(types) or ("list" if self.below.keys() == {"*"} else "object")


def tree_of(outputs: Sequence[Output]) -> Node:
    """Declared paths as a tree below ``action_result``."""
    root = Node()
    for one in outputs:
        first, *names = one.path.split(".")
        if first != ROOT or not names:
            continue
        if names[0] == "data" and len(names) > 1 and names[1] != "*":  # slips of some manifests: data is a list,
            names[1:1 + names[1].isdigit()] = ["*"]
        if names[:2] == ["summary", "*"]:  # and the summary is none
            del names[1]
        node = root
        for name in names:
            node = node.child(name)
        node.outputs.append(one)
    _mix(root)
    return root


def is_open(node: Node, *, item: bool = False) -> bool:
    """Whether what is declared of a path admits anything below it.

    Args:
        item: whether it is an element of the data: one that is declared itself is free (of such manifests there are
            many), as is whatever is declared without a type above others.
    """
    return bool(node.outputs) and (item or not node.below or any(not one.type for one in node.outputs))


def admits(tree: Node, steps: Sequence[str]) -> bool:
    """Whether a path below ``action_result`` is declared, or stands where anything may.

    A number is a place in a list, and ``*`` whatever a path with a number declares. Manifests write a key with a dot as
    two steps.
    """
    node = tree
    for place, step in enumerate(part for one in steps for part in one.split(".")):
        if place and is_open(node, item=place == 2 and steps[0] == "data"):
            return True
        below = node.below.get(step)
        if below is None and (step == "*" or step.isdecimal()):
            below = node.element
        if below is None:
            return False
        node = below
    return True


def _mix(node: Node) -> None:
    """Where a path is a list and an object, its elements have what is declared of the object, too."""
    if (element := node.below.get("*")) is not None and (element.below or not element.outputs):
        for name, child in node.below.items():
            if name != "*":
                _merge(element.child(name), child)
    for child in node.below.values():
        _mix(child)


def _merge(node: Node, other: Node) -> None:
    node.outputs += other.outputs
    for name, child in other.below.items():
        _merge(node.child(name), child)


def _admitted(output: Output) -> set[str]:
    """Kinds of values that an output admits.

    An example outweighs the declared type, which contradicts it in some manifests; ``string`` without an example is
    what manifests write of any value.
    """
    if output.type not in _TYPES or (output.type == "string" and not output.examples):
        return {*_TYPES.values(), *(() if output.type == "string" else ("list", "object"))}
    return {_TYPES[output.type], *map(_kind_of_example, output.examples)}


def _kind_of_example(value: Any) -> str:
    """Some examples are the text of a list or an object."""
    return {"[": "list", "{": "object"}.get(value[:1], "text") if isinstance(value, str) else kind_of(value)


def kind_of(value: Any) -> str:
    """``text``, ``number``, ``boolean``, ``list``, ``object`` or ``null``."""
    if isinstance(value, bool):
        return "boolean"
    kinds = ((str, "text"), (int | float, "number"), (list, "list"), (dict, "object"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "null")
