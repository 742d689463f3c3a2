"""What the functions of several chapters accept alike."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from reprlib import Repr
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.later import regex
from phantom_lab.misspelt import closest, meant
from phantom_lab.model import as_id, json_copy
from phantom_lab.state.names import shown

COLLECTIONS = (list, tuple, set, frozenset)
_DEEP = 200
"""Levels from which on a value may be what Python's recursion limit was spent on."""
_HALF = regex("[\ud800-\udfff]")


class _Brief(Repr):
    """Values in messages: short, of few levels, and without addresses."""

    def repr_instance(self, x: Any, level: int) -> str:
        return shown(x)

    repr_str = repr_int = repr_instance


brief = _Brief().repr


def container_id(run: PlaybookRun, given: Any) -> int | None:
    """The container that an argument means: a dict with ``id``, a number, digits, or None for the run's own.

    Returns:
        None when there is no such container.
    """
    if isinstance(given, dict):
        given = given.get("id")
    if given is None:
        return run.state.container_id
    number = as_id(given)
    return number if number in run.platform.containers else None


def names(given: Any) -> list[str]:
    """A list of names from a list, one name, or nothing."""
    if given is None:
        return []
    return [str(one) for one in given] if isinstance(given, COLLECTIONS) else [str(given)]


def missing(run: PlaybookRun, what: str, otherwise: Any = None, *, call: str = "") -> Any:
    """What a look-up of something that is not there gives.

    Args:
        what: it, for the message; so is `call`, the function.

    Raises:
        RuntimeError: in a custom function (observed in the vendor's own self-test).
    """
    if run.custom_function:
        raise RuntimeError(f"{call}: there is no {what}" if call else f"there is no {what}")
    return otherwise


def check(call: str, argument: str, given: Any, kinds: tuple[type, ...], wanted: str) -> None:
    """Refuse an argument of another type; None, which is the default, is none.

    Raises:
        PlaybookArgumentError: it is of none of these types.
    """
    if given is not None:
        needed(call, argument, given, kinds, wanted)


def needed(call: str, argument: str, given: Any, kinds: tuple[type, ...], wanted: str) -> None:
    """`check` of an argument that cannot be left out: None is refused as well."""
    if not isinstance(given, kinds) or (isinstance(given, bool) and bool not in kinds):
        raise PlaybookArgumentError(f"{call}: {argument} must be {wanted}, not {type(given).__name__}")


def text_of(call: str, argument: str, given: Any) -> str:
    """An argument that has to be a text.

    Raises:
        PlaybookArgumentError: it is none.
    """
    needed(call, argument, given, (str,), "a text")
    text: str = given
    return text


def check_number(call: str, argument: str, given: Any, of: str) -> None:
    """Refuse what is no number of something; None is the default.

    Raises:
        PlaybookArgumentError: it is none.
    """
    if given is not None and (isinstance(given, bool) or not isinstance(given, int) or given < 0):
        raise PlaybookArgumentError(f"{call}: {argument} must be a number of {of}, not {brief(given)}")


def check_names(call: str, argument: str, given: Any, wanted: str = "a list of names") -> None:
    """Refuse what is neither a name nor a collection of names or ids; None is the default.

    Raises:
        PlaybookArgumentError: it is neither.
    """
    check(call, argument, given, (str, *COLLECTIONS), wanted)
    for one in given if isinstance(given, COLLECTIONS) else ():
        if one is not None and not isinstance(one, str | int):
            raise PlaybookArgumentError(f"{call}: {argument} must be {wanted}, not one that holds {type(one).__name__}")


def beyond_python(given: Any) -> str:
    """What of a value Python itself may not be able to write; empty where there is nothing of the kind.

    A value that holds itself is nested without end.
    """
    level = [given]
    for _ in range(_DEEP):
        for one in level:
            if isinstance(one, int) and one.bit_length() > sys.float_info.max_exp:
                return "has a number that is too large"
            if isinstance(one, str) and _HALF.search(one):
                return "has half a character, which no encoding can write"
        inner = ([*one, *one.values()] if isinstance(one, dict) else one for one in level
                 if isinstance(one, (dict, *COLLECTIONS)))
        level = list({id(one): one for many in inner for one in many}.values())
    return "is nested too deeply" if level else ""


def check_keywords(call: str, given: Mapping[str, Any], known: Collection[str]) -> None:
    """Refuse keywords that a function with ``**kwargs`` does not know.

    Raises:
        PlaybookArgumentError: there is one.
    """
    unknown = sorted(given.keys() - known)
    if unknown:
        raise PlaybookArgumentError(f"{call}: there is no argument {', '.join(unknown)}",
                                    hint=meant(unknown[0], [one for one in known if one not in given]))


def tell_unused(run: PlaybookRun, call: str, given: Collection[str], known: Collection[str]) -> None:
    """Note keywords that a function with ``**kwargs`` takes, and does nothing with.

    Args:
        known: those that it uses, and its parameters.
    """
    for name in given:
        if name not in known:
            free = [one for one in known if one not in given]
            run.note_here(f"{call}: argument {shown(name)} has no effect{closest(name, free)}")


def json_of(call: str, argument: str, given: Any) -> Any:
    """A JSON copy of an argument.

    Raises:
        PlaybookArgumentError: it is no JSON.
    """
    try:
        return json_copy(given)
    except (TypeError, ValueError, RecursionError) as exc:
        raise PlaybookArgumentError(f"{call}: {argument} is not JSON: {exc}") from None
