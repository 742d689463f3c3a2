"""What a source calls and names of ``phantom.rules``."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.reading.names import COMPUTED


@dataclass(frozen=True, slots=True)
class Use:
    """Something of ``phantom.rules`` that a source names without calling it."""

    name: str
    """Dotted below ``phantom.rules``, such as ``act`` or ``requests.get``; of another module of ``phantom`` it begins
    with ``module phantom.<module>``."""
    line: int
    function: str
    """The outermost function where it stands; empty at the module's own level."""


@dataclass(frozen=True, slots=True)
class Call(Use):
    """A call of ``phantom.<name>(…)``."""

    arguments: Mapping[str, Any]
    """JSON-like values by parameter name, `COMPUTED` where or as far as only a run can tell; by place (``"0"``) where
    no signature is known. What is not given is not there."""
    nodes: Mapping[str, ast.expr]
    """The expressions of the same arguments."""
    misfit: str = ""
    """Why the arguments do not fit the signature, as Python would say it; empty where they do."""
    open: bool = False
    """Whether ``*args`` or ``**kwargs`` may give more arguments."""
    several: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    """What those that name something may be where a loop over a written list, or each caller of the function, says."""

    def get(self, name: str) -> Any:
        """An argument; None where it is not given, and `COMPUTED` where it may be."""
        return self.arguments.get(name, COMPUTED if self.open else None)

    def possible(self, name: str) -> Sequence[Any]:
        """What an argument may be: several where a loop or callers say so."""
        return self.several.get(name) or [self.get(name)]

    def names(self, argument: str) -> list[Any]:
        """The elements of an argument that may be one text or a list of them."""
        given = self.get(argument)
        return given if isinstance(given, list) else [] if given is None else [given]
