"""Every name of ``phantom.rules`` with its exact signature, from ``surface.json``."""

from __future__ import annotations

import ast
import json
from functools import cached_property, lru_cache
from inspect import Parameter, Signature
from pathlib import Path
from typing import Any

from phantom_lab.later import dataclass


@dataclass(frozen=True)
class Entry:
    """One function of the vendor's API."""

    name: str
    chapter: str
    """Chapter of the vendor's reference, or ``helpers``."""
    parameters: list[dict[str, str]]
    """As a dump shows them: ``name`` with its stars, and ``default`` as Python."""
    returns: str
    """The shape of what it returns, as the platform's references tell it, or ``not documented``."""
    in_custom_function: str
    """What it does in a custom function (observed in the vendor's own self-test): ``allowed``; ``refused`` (it raises
    RuntimeError); ``unnamed`` (refused with a name); ``known`` (raises for what is not there); ``none`` (does nothing,
    and returns None)."""

    @cached_property
    def signature(self) -> Signature:
        """Its parameters and their defaults."""
        return _signature(self.parameters)


@dataclass(frozen=True, slots=True)
class Public:
    """Public playbooks, as ``python -m tests.api_coverage --count`` found them."""

    playbooks: int
    """How many distinct ones there are."""
    emulated: int
    """In how many of them every name is emulated."""


@dataclass(frozen=True, slots=True)
class Surface:
    """The whole module."""

    functions: dict[str, Entry]
    constants: dict[str, Any]
    names: frozenset[str]
    """Further names that newer systems have, of which no signature is known."""
    imported: dict[str, str]
    """What the vendor's module imports, and thereby shows: ``module``, or ``module:name`` in it."""
    utils: frozenset[str]
    """Names of ``phantom.utils``."""
    playbooks: dict[str, int]
    """How many distinct public playbooks and custom functions use a name."""
    public: Public


@lru_cache(maxsize=1)
def surface() -> Surface:
    """Read ``surface.json``."""
    stored = json.loads(Path(__file__).with_name("surface.json").read_text(encoding="utf-8"))
    functions = {name: Entry(name, one["chapter"], one["parameters"], one["returns"], one["in_custom_function"])
                 for name, one in stored["functions"].items()}
    constants = {name: _constant(text) for name, text in stored["constants"].items()}
    return Surface(functions, constants, frozenset(stored["names"]), stored["imported"], frozenset(stored["utils"]),
                   stored["playbooks"], Public(**stored["public"]))


def _signature(parameters: list[dict[str, str]]) -> Signature:
    found, kind = [], Parameter.POSITIONAL_OR_KEYWORD
    for parameter in parameters:
        name = parameter["name"]
        if name.startswith("**"):
            found.append(Parameter(name[2:], Parameter.VAR_KEYWORD))
        elif name.startswith("*"):
            found.append(Parameter(name[1:], Parameter.VAR_POSITIONAL))
            kind = Parameter.KEYWORD_ONLY  # type: ignore[assignment]
        else:
            default = ast.literal_eval(parameter["default"]) if "default" in parameter else Parameter.empty
            found.append(Parameter(name, kind, default=default))
    return Signature(found)


def _constant(text: str) -> Any:
    if text.startswith("frozenset("):
        return frozenset(ast.literal_eval(text.removeprefix("frozenset(").removesuffix(")")))
    return ast.literal_eval(text)
