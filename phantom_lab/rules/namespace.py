"""The ``phantom.rules`` module of one run."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Collection
from functools import cache
from inspect import Parameter, Signature
from types import ModuleType
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.misspelt import attribute, near
from phantom_lab.rules import (  # noqa: F401 - they register themselves
    apps,
    artifact_writing,
    artifacts,
    blocks,
    cases,
    collecting,
    comments,
    containers,
    contains,
    data_access,
    datastore,
    decisions,
    entry_points,
    formats,
    incidents,
    jsons,
    limits,
    lists,
    logs,
    loops,
    machine,
    network,
    notes,
    operands,
    parameters,
    pdf,
    pins,
    results,
    run_data,
    run_info,
    run_results,
    saved,
    session,
    statuses,
    tags,
    templates,
    texts,
    unicodes,
    urls,
    validators,
    vault,
    vault_class,
    workbook,
)
from phantom_lab.rules.arguments import beyond_python
from phantom_lab.rules.registry import CLASSES, EMULATED
from phantom_lab.rules.slips import TEXTS, tell_ignored, tell_texts
from phantom_lab.rules.surface import Entry, surface
from phantom_lab.rules.validators import VALIDATORS

LENIENT = frozenset({"condition", "decision"})
"""Newer generated code passes them keywords beyond the dumped signatures, ``conditions_dps`` for one: no effect."""
_CHANGEABLE = (dict, list)
_OPTIONAL: dict[str, dict[str, Any]] = {
    "collect2": {"container": None}, "completed": {"code_names": None}, "custom_function": {"loop_state": None},
    "decision": {"container": None},
    "prompt2": {"dispatch_callback": None, "saml_required": False, "saml_group": None}}
"""Parameters that a dump shows as required and that public playbooks leave out, or that later systems have."""


def rules_module(run: PlaybookRun) -> ModuleType:
    """Make the module: every function of the surface bound to the run, and the constants.

    Functions, classes and constants that can be changed are made when they are first asked for: of hundreds, a run uses
    a few.
    """
    module = ModuleType("phantom.rules", "Emulated by phantom_lab.")
    module.__dict__.update(_plain())
    module.__dict__["__dir__"] = lambda: [*{*module.__dict__, *_made_late()}]

    def missing(name: str) -> Any:
        if name in _made_late():
            return module.__dict__.setdefault(name, _made(run, name, module))
        if name == "__all__":  # for `import *`
            return [one for one in dir(module) if not one.startswith("_")]
        if name in surface().names:
            raise run.gap(name, "names without a known signature")
        raise AttributeError(f"module 'phantom.rules' has no attribute '{name}'{attribute(name, module)}")

    module.__dict__["__getattr__"] = missing
    return module


@cache
def _plain() -> dict[str, Any]:
    """The constants that nobody can change."""
    return {name: one for name, one in surface().constants.items() if type(one) not in _CHANGEABLE}


@cache
def _made_late() -> frozenset[str]:
    changeable = (name for name, one in surface().constants.items() if type(one) in _CHANGEABLE)
    return frozenset({*surface().functions, *CLASSES, *changeable, "CONTAINS_VALIDATORS"})


def _made(run: PlaybookRun, name: str, module: ModuleType) -> Any:
    if name == "CONTAINS_VALIDATORS":
        return {kind: getattr(module, one) for kind, one in VALIDATORS.items()}
    if name in surface().constants:
        return pickle.loads(_constant(name))  # each run has its own: playbooks may change them
    return CLASSES[name](run) if name in CLASSES else _bound(run, surface().functions[name])


@cache
def _constant(name: str) -> bytes:
    return pickle.dumps(surface().constants[name])


def _bound(run: PlaybookRun, entry: Entry) -> Callable[..., Any]:
    emulation = EMULATED.get(entry.name)
    emulating = None if emulation is None else _guarded(entry.name, emulation.function)
    binding = bound_by(entry.name)
    lenient = entry.name in LENIENT
    direct = entry.name in ("debug", "error", "playbook_block")

    def function(*args: Any, **kwargs: Any) -> Any:
        if emulating is None:
            raise run.gap(entry.name, entry.chapter)
        if lenient:
            known = binding.signature.parameters
            tell_ignored(run, entry.name, kwargs, [*known][len(args):])
            kwargs = {key: value for key, value in kwargs.items() if key in known}
        try:
            arguments = binding.arguments(args, kwargs)
        except TypeError as exc:
            raise TypeError(f"{entry.name}() {exc}{meant_keyword(binding.signature, len(args), kwargs)}") from None
        if entry.name in TEXTS:
            tell_texts(run, entry.name, arguments)
        if direct:
            return emulating(run, **arguments)
        rule = entry.in_custom_function
        if rule not in ("allowed", "known") and run.custom_function:
            if rule == "none":
                return None
            if rule == "refused" or arguments.get("name"):
                raise RuntimeError(f"phantom.{entry.name} cannot be called from within a custom function")
        return run.call_api(entry.name, emulating, arguments)

    function.__name__ = function.__qualname__ = entry.name
    function.__module__ = "phantom.rules"
    function.__doc__ = emulation.function.__doc__ if emulation else f"Not emulated yet (chapter: {entry.chapter})."
    function.__signature__ = entry.signature  # type: ignore[attr-defined]
    return function


def meant_keyword(binding: Signature, places: int, keywords: Collection[str]) -> str:
    """The parameter that an unknown keyword is closest to, of those that are not given, as the end of a sentence.

    Args:
        places: how many arguments are given by position.
    """
    free = [name for name in [*binding.parameters][places:] if name not in keywords]
    found = next((near(name, free) for name in keywords if name not in binding.parameters), [])
    return f"; did you mean {found[0]!r}?" if found else ""


def _guarded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that names the argument which is more than Python itself can write."""

    def guarded(run: PlaybookRun, **arguments: Any) -> Any:
        try:
            return function(run, **arguments)
        except (RecursionError, OverflowError, ValueError):
            for argument, given in arguments.items():
                if reason := beyond_python(given):
                    raise PlaybookArgumentError(f"{name}: {argument} {reason}") from None
            raise

    return guarded


class Binding:
    """Gives what calls are bound to as `Signature.bind` does, in a tenth of the time where parameters are plain."""

    def __init__(self, signature: Signature) -> None:
        self.signature = signature
        plain = all(one.kind is one.POSITIONAL_OR_KEYWORD for one in signature.parameters.values())
        self._names = tuple(signature.parameters) if plain else ()
        self._defaults = {name: one.default for name, one in signature.parameters.items()}
        self._required = [name for name, default in self._defaults.items() if default is Parameter.empty]

    def arguments(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """All arguments of a call by name, in the order of the signature.

        Raises:
            TypeError: it cannot be called so.
        """
        placed = dict(zip(self._names, args, strict=False))
        found = {**self._defaults, **placed, **kwargs}
        if (len(found) == len(self._names) and len(placed) == len(args) and placed.keys().isdisjoint(kwargs)
                and all(found[name] is not Parameter.empty for name in self._required)):
            return found
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return bound.arguments


@cache
def bound_by(name: str) -> Binding:
    """What binds the calls of a function."""
    return Binding(binding_of(surface().functions[name]))


def binding_of(entry: Entry) -> Signature:
    """The signature that calls are bound to: the vendor's, in which some parameters need not be given."""
    optional = _OPTIONAL.get(entry.name)
    if not optional:
        return entry.signature
    found = {name: one.replace(default=optional[name]) if name in optional and one.default is Parameter.empty else one
             for name, one in entry.signature.parameters.items()}
    for name, default in optional.items():
        found.setdefault(name, Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default=default))
    return entry.signature.replace(parameters=list(found.values()))
