"""Which names are emulated, and by what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from phantom_lab.later import dataclass

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Emulation:
    """What stands behind a name."""

    function: Callable[..., Any]
    """Takes the run first, then every parameter of the vendor's signature by name."""
    gaps: tuple[str, ...] = ()
    """What it does not do. Arguments that it never looks at need not be named."""


EMULATED: dict[str, Emulation] = {}
"""By name."""
CLASSES: dict[str, Callable[[Any], type]] = {}
"""Classes by name, each made for one run."""


def emulates(name: str, *, gaps: tuple[str, ...] = ()) -> Callable[[Function], Function]:
    """Register the implementation of a name of the surface."""

    def register(function: Function) -> Function:
        EMULATED[name] = Emulation(function, gaps)
        return function

    return register


def emulates_class(name: str) -> Callable[[Function], Function]:
    """Register what makes a class for a run."""

    def register(make: Function) -> Function:
        CLASSES[name] = make
        return make

    return register
