"""Which names are emulated, and by what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

EMULATED: dict[str, Callable[..., Any]] = {}
"""Implementations by name. Each takes the run first, then every parameter of the vendor's signature by name."""


def emulates(name: str) -> Callable[[Function], Function]:
    """Register the implementation of a name of the surface."""

    def register(function: Function) -> Function:
        EMULATED[name] = function
        return function

    return register
