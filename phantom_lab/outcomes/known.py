"""Apps whose declaration is known: which calls they do not take, and which paths their results do not have."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.misspelt import near
from phantom_lab.outcomes.declared import Declaration, Output
from phantom_lab.outcomes.declared_tree import ROOT, Node, admits, tree_of
from phantom_lab.outcomes.shaping import STAR, Steps, name_of, steps_of

ACTION, PARAMETER = "action", "parameter"
_HELD = ("data", "summary", "parameter")
"""Parts of a result whose paths are declared one by one."""
_TOLD, _LONGEST = 20, 60
"""Parameters that are told one by one, and characters of a name."""
_CONTEXT = "context"
"""What the platform itself writes into every parameter set."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the platform does not dispatch a call."""

    kind: str
    """``action``: the app has none of this name; ``parameter``: a required one is missing."""
    names: tuple[str, ...]
    """The action, or the missing parameters."""
    closest: str
    """A name that may be meant: an action of the app, or a parameter that was given; empty where none is like it."""
    source: str
    """Who declares it: ``manifest MaxMind 2.2.6``."""
    action: str

    def __str__(self) -> str:
        names = " and ".join(map(shown, self.names[:_TOLD]))
        if self.kind == ACTION:
            return f"{self.source} has no action {names}{_closest(self.closest)}"
        what = f"required parameter{'s' if len(self.names) > 1 else ''} {names} of '{self.action}'"
        return f"the {what} ({self.source}) {'are' if len(self.names) > 1 else 'is'} missing{_closest(self.closest)}"


@dataclass(frozen=True)
class Known:
    """The app behind a call, as it declares itself.

    Args:
        source: for people: ``manifest MaxMind 2.2.6``.
        actions: names of its actions.
        declaration: of the action that is called; None: it has none of that name.
        beside: outputs that a playbook's export declares of the same action.
    """

    source: str
    actions: Collection[str]
    declaration: Declaration | None
    beside: Sequence[Output] = ()

    def lacks(self, action: str) -> Refusal | None:
        """That the app has no such action."""
        if self.declaration is not None:
            return None
        name = action.strip()
        return Refusal(ACTION, (name,), next(iter(near(name, self.actions)), ""), self.source, name)

    def misses(self, given: Mapping[str, Any]) -> Refusal | None:
        """That a parameter set lacks what the action requires; None counts as not given (assumed)."""
        declared = self.declaration
        if declared is None or not declared.says_parameters:
            return None
        there = [name for name, value in given.items() if value is not None]
        missing = tuple(name for name, one in declared.parameters.items() if one.get("required") and name not in there)
        if not missing:
            return None
        extra = [name for name in there if name not in declared.parameters and name != _CONTEXT]
        return Refusal(PARAMETER, missing, next(iter(near(missing[0], extra)), ""), self.source, declared.action)

    def unknown(self, given: Iterable[str]) -> list[str]:
        """A sentence on each parameter that the action does not take, of very many on some."""
        names = tuple(given)
        if names not in self._told:
            self._told[names] = self._wrong(names)
        return self._told[names]

    def _wrong(self, names: tuple[str, ...]) -> list[str]:
        declared = self.declaration
        if declared is None or not declared.says_parameters:
            return []
        taken = {*declared.parameters, *_named(self.beside, "parameter"), _CONTEXT}
        free = [one for one in declared.parameters if one not in names]
        wrong = [name for name in names if name not in taken]
        what = f"of '{declared.action}' ({self.source})"
        found = [f"{shown(name)} is no parameter {what}: an app passes over it"
                 f"{_closest(next(iter(near(name, free)), ''))}" for name in wrong[:_TOLD]]
        more = len(wrong) - _TOLD
        return [*found, *([f"{more:,} more are no parameters {what}"] if more > 0 else [])]

    def undeclared(self, path: str) -> str | None:
        """The closest declared path to one that the action does not declare, empty where none is like it; None of one
        that it does declare, or that stands in no part of a result that is declared path by path.

        Args:
            path: behind the block's name: ``action_result.data.*.score``.
        """
        if path not in self._judged:
            self._judged[path] = self._judge(steps_of(path))
        return self._judged[path]

    def _judge(self, steps: Steps) -> str | None:
        declared = self.declaration
        if declared is None or not declared.says_outputs or len(steps) < 2 or steps[0] not in _HELD:
            return None
        if steps[0] == "parameter":
            known = steps[1] in {*declared.parameters, *_named(self._outputs, "parameter"), _CONTEXT}
            return None if known or not declared.says_parameters else self._nearest(steps)
        return None if admits(self._tree, steps) else self._nearest(steps)

    def otherwise(self, path: str, text: str) -> str:
        """The example that the action declares of a path and that is a text in another letter case; empty where there
        is none, or where the text itself is one."""
        steps = steps_of(path)
        examples = [each for one in self._outputs if steps_of(one.path) == steps for each in one.examples
                    if isinstance(each, str)]
        same = [one for one in examples if one.lower() == text.lower()]
        return same[0] if same and text not in same else ""

    def is_list(self, path: str) -> bool:
        """Whether what the action declares of a path is a list of values, and nothing but that."""
        node: Node | None = self._tree
        for one in steps_of(path):
            node = node.below.get(one) if node is not None else None
        return node is not None and node.below.keys() == {STAR} and not node.outputs and not node.below[STAR].below

    def takes_list(self, name: str) -> bool:
        """Whether a parameter of the action takes several values."""
        declared = self.declaration
        return declared is not None and bool(declared.parameters.get(name, {}).get("allow_list"))

    @cached_property
    def _told(self) -> dict[tuple[str, ...], list[str]]:
        return {}

    @cached_property
    def _judged(self) -> dict[str, str | None]:
        return {}

    @cached_property
    def _outputs(self) -> tuple[Output, ...]:
        return (*(self.declaration.outputs if self.declaration else ()), *self.beside)

    @cached_property
    def _tree(self) -> Node:
        return tree_of(self._outputs)

    def _nearest(self, steps: Steps) -> str:
        """A declared path of the same part: one that is written alike, else one that ends in the same name."""
        part = steps[0]
        declared = [found for one in self._outputs if (found := steps_of(one.path))[:1] == (part,) and len(found) > 1]
        if part == "parameter" and self.declaration is not None:
            declared += [(part, name) for name in self.declaration.parameters]
        told = {_short(one): one for one in declared if one != steps[:len(one)]}
        alike = near(_short(steps), told) or [
            one for one in sorted(told, key=len) if name_of(told[one]).lower() == name_of(steps).lower()]
        return f"{ROOT}.{'.'.join(told[alike[0]])}" if alike else ""


def shown(name: str) -> str:
    """A name for people, which may be very long."""
    return repr(name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…")


def undeclared_path(source: str, path: str, closest: str) -> str:
    """The sentence on a path that an app does not declare."""
    return f"{source} does not declare {path}{_closest(closest)}"


def _short(steps: Steps) -> str:
    """What tells a path of the same part from another one."""
    return ".".join(one for one in steps[1:] if one != STAR and not one.isdecimal())


def _named(outputs: Iterable[Output], part: str) -> set[str]:
    return {steps[1] for one in outputs if len(steps := steps_of(one.path)) > 1 and steps[0] == part}


def _closest(name: str) -> str:
    return f"; closest is '{name}'" if name else ""
