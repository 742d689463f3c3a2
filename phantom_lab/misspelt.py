"""Names that nothing answers to: which known one may be meant. Nowhere else are names compared for likeness."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import lru_cache, wraps
from itertools import islice
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from phantom_lab.errors import LabError, shown

_LONGEST, _MOST = 200, 2_000
"""Characters of a name, and names, that are compared: both may be of hostile origin."""
SURE = 0.8
"""Likeness from which on a name that may be right as it is counts as misspelt."""
_LISTED, _FEW = 20, 50
Parameters = ParamSpec("Parameters")
Returned = TypeVar("Returned")
Kind = TypeVar("Kind")


class UnknownAttribute(LabError, AttributeError):
    """Something that people hold has no such attribute."""


class UnknownArgument(LabError, TypeError):
    """A function or a class takes no such argument."""


def near(name: str, known: Iterable[str], *, most: int = 1, least: float = 0.6) -> list[str]:
    """The known names that are most like a name, the likeliest first; case does not count.

    Args:
        least: likeness that is asked for, from 0 to 1.
    """
    folded: dict[str, str] = {}
    for one in islice(known, _MOST):
        if one != name and len(one) <= _LONGEST:
            folded.setdefault(one.casefold(), one)
    find = _matches if len(folded) <= _FEW else _matches.__wrapped__
    return [folded[one] for one in find(name[:_LONGEST].casefold(), tuple(folded), most, least)]


@lru_cache(maxsize=512)
def _matches(name: str, known: tuple[str, ...], most: int, least: float) -> list[str]:
    """The same names are compared by run after run."""
    from difflib import get_close_matches  # most runs need it never

    return get_close_matches(name, known, most, least)


def closest(name: str, known: Iterable[str], *, least: float = 0.6) -> str:
    """The known name that is most like a name, as the end of a sentence; empty where none is."""
    found = near(name, known, least=least)
    return f"; closest is {found[0]!r}" if found else ""


def attribute(name: str, of: Any) -> str:
    """The attribute of something that is most like a name, as the end of a sentence; empty where none is."""
    return closest(name, (one for one in dir(of) if not one.startswith("__")), least=SURE)


def closest_file(path: str | Path) -> str:
    """The file beside a missing one whose name is most like its own, as the end of a sentence."""
    place = Path(path)
    with suppress(OSError, ValueError):
        beside = sorted(one.stem for one in place.parent.iterdir() if one.suffix == place.suffix)
        return "".join(f"; closest is {one + place.suffix!r}" for one in near(place.stem, beside, least=SURE))
    return ""


def did_you_mean(names: Iterable[str], known: Iterable[str]) -> str:
    """A hint: the known name that the first of some names is most like; empty where none is like any."""
    there = sorted(known)
    return next((f"Did you mean {found[0]}?" for name in sorted(map(str, names)) if (found := near(name, there))), "")


def meant(name: str, known: Iterable[str]) -> str:
    """A hint: the known name that was meant, or all there are."""
    there = list(known)
    if found := near(name, there):
        return f"Did you mean {found[0]}?"
    more = f" and {len(there) - _LISTED} more" if len(there) > _LISTED else ""
    return f"There are {', '.join(there[:_LISTED])}{more}." if there else "There are none."


def say(text: str) -> None:
    """Tell whoever typed the name: it lands in their cell or terminal."""
    print(f"note: {shown(text)}", file=sys.stderr)


def tell_keys(what: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Tell of keys that mean nothing, and are nearly one that does and is not given; they may be right all the same."""
    keys = [*map(str, given)]
    free = [one for one in known if one not in keys]
    for key in keys:
        if key not in known and (told := closest(key, free, least=SURE)):
            say(f"{what} has a key {key!r}, which nothing reads{told}")


class Attributes:
    """Base of what people hold: an attribute that is not there is told with where it is, or with the closest one."""

    __slots__ = ()

    if not TYPE_CHECKING:  # a type checker knows the attributes, and tells of others itself

        def __getattr__(self, name: str) -> Any:
            kind = type(self)
            if hasattr(kind, name):  # a property that raised: its own error is the one to tell
                return object.__getattribute__(self, name)
            if name.startswith("_"):  # what Python and IPython look for
                raise AttributeError(f"{kind.__name__!r} object has no attribute {name!r}")
            raise unknown(f"a {kind.__name__}", name, dir(self), self._elsewhere(name))

    def _elsewhere(self, name: str) -> str:
        """What to write instead, for an attribute that people expect here and that something else has; or empty."""
        return ""


def unknown(what: str, name: str, known: Iterable[str], instead: str = "") -> UnknownAttribute:
    """The error of an attribute that is not there."""
    hint = f"It is {instead}." if instead else meant(name, (one for one in known if not one.startswith("_")))
    return UnknownAttribute(f"{what} has no attribute {name!r}", hint=hint)


def keywords(function: Callable[Parameters, Returned]) -> Callable[Parameters, Returned]:
    """Decorator: a keyword argument that a function does not take is told with the closest that it takes."""
    parameters = inspect.signature(function).parameters.values()
    if any(one.kind is one.VAR_KEYWORD for one in parameters):
        return function
    plain = [one.name for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD]
    named = [one.name for one in parameters if one.kind is one.KEYWORD_ONLY]
    known = frozenset((*plain, *named))

    @wraps(function)
    def called(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Returned:
        if not known.issuperset(kwargs):
            wrong = next(one for one in kwargs if one not in known)
            name = function.__qualname__ if plain[:1] != ["self"] else f"{type(args[0]).__name__}.{function.__name__}"
            name = name.removesuffix(".__init__")
            free = [one for one in (*plain[len(args):], *named) if one not in kwargs and one != "self"]
            raise UnknownArgument(f"{name}() takes no argument {wrong!r}", hint=meant(wrong, free))
        return function(*args, **kwargs)

    return called


def keyworded(kind: type[Kind]) -> type[Kind]:
    """Decorator of a class: `keywords` of its arguments, and of its public methods."""
    for name in [*vars(kind)]:
        one = kind.__dict__[name] if name != "__init__" else kind.__init__  # of a dataclass it is made when asked for
        if isinstance(one, FunctionType) and (name == "__init__" or not name.startswith("_")):
            setattr(kind, name, keywords(one))
    return kind
