"""How the engine calls a callback: which arguments it is offered, which of them it gets, and what is odd about it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from types import FunctionType, MethodType
from typing import Any

from phantom_lab.engine.invoker import Invoker
from phantom_lab.misspelt import SURE, near
from phantom_lab.source.signatures import PLAIN, named_plainly, parameters_of

Parameter = inspect.Parameter
CALLBACK_ARGUMENTS = ("action", "success", "container", "results", "handle", "filtered_artifacts", "filtered_results",
                      "custom_function")
"""Names that every breakpoint condition may use; None if not passed, as in the signature of generated blocks."""
_OLD_ORDER = ("action", "success", "container", "results", "handle")
"""The oldest playbooks take these five by position; of them the container has names such as ``incident``."""
_CONTAINER = _OLD_ORDER.index("container")
_NAMES = frozenset({*CALLBACK_ARGUMENTS, "loop_state_json"})
"""What the vendor's reference calls the arguments of callbacks."""
_OBJECT = ("self", "cls")


def bind(invoker: Invoker, callback: Callable[..., Any], offered: dict[str, Any],
         order: tuple[str, ...] = _OLD_ORDER) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Choose what a callback is called with, and note what is odd about it.

    Args:
        invoker: of the run that it is a callback of.
        callback: any callable.
        offered: every keyword argument that this kind of completion has.
        order: what is given by position, where it has to be.

    Returns:
        Positional and keyword arguments. What is declared by a name of the vendor's gets what is offered by it, and
        ``**kwargs`` exactly the offered keys; a callable that declares nothing gets nothing. Names of its own are
        filled by position, in `order`, as long as no name of the vendor's stands at another place than its own there;
        else nothing fills them, and Python refuses the call where they are required.
    """
    names, needed, any_other = named_plainly(invoker.inner(callback))
    if _NAMES.issuperset(names) and offered.keys() >= {*needed, *names[_CONTAINER:_CONTAINER + 1]} and any(
            name in offered for name in names):  # as in generated code: all by name, and nothing to remark
        return (), {name: value for name, value in offered.items() if any_other or name in names}
    parameters = parameters_of(callback)
    taken = _taken(parameters, offered, order)
    args, kwargs = _chosen(parameters, offered, taken)
    for told in _remarks(callback, parameters, offered, taken, kwargs if kwargs or args else None):
        invoker.run.note(f"callback {invoker.place(callback)} {told}")
    return args, kwargs


def _chosen(parameters: Sequence[Parameter] | None, offered: dict[str, Any],
            taken: Sequence[str]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if parameters is None:
        return (), offered
    any_name = any(one.kind is one.VAR_KEYWORD for one in parameters)
    plain = [one for one in parameters if one.kind in PLAIN]
    if taken:
        rest = {name: value for name, value in offered.items() if name not in taken} if any_name else {}
        return tuple(offered.get(name) for name in taken), rest
    args = []
    for one in plain:
        if one.kind is not one.POSITIONAL_ONLY or (one.name not in offered and one.default is one.empty):
            break
        args.append(offered.get(one.name, one.default))
    named = {one.name for one in parameters if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)}
    by_position = {one.name for one in plain if one.kind is one.POSITIONAL_ONLY}
    return tuple(args), {name: value for name, value in offered.items()
                         if name in named or (any_name and name not in by_position)}


def _taken(parameters: Sequence[Parameter] | None, offered: dict[str, Any], order: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the arguments that are passed by position, in order; empty if all are passed by name."""
    plain = [one for one in parameters or () if one.kind in PLAIN]
    kinds = {one.kind for one in parameters or ()}
    unknown = any(one.default is one.empty and one.name not in offered for one in plain) or (
        _like_the_oldest(plain) and plain[_CONTAINER].name not in offered)
    all_of_them = Parameter.VAR_POSITIONAL in kinds and Parameter.VAR_KEYWORD not in kinds
    elsewhere = any(one.name in order and order[place:place + 1] != (one.name,) for place, one in enumerate(plain))
    other = any(one.name in _NAMES and one.name not in order for one in plain[:len(order)])
    if not (unknown or all_of_them) or elsewhere or other or (plain and plain[0].name in _OBJECT):
        return ()
    return order if all_of_them else order[:len(plain)]


def _remarks(callback: Callable[..., Any], parameters: Sequence[Parameter] | None, offered: dict[str, Any],
             taken: Sequence[str], kwargs: dict[str, Any] | None) -> Iterator[str]:
    """What the author of a callback should know if the platform calls it otherwise than written: ends of sentences.

    Nothing is said of the form that generated blocks have, of the oldest form, and of names that have a default, unless
    they seem to be misspelt.

    Args:
        taken: what is passed by position.
        kwargs: what is passed by name; None: nothing is passed at all.
    """
    if parameters is None:
        yield f"does not tell what it takes: it gets {_listed(offered)} by name"
        return
    if (first := _first(callback)) in _NAMES:
        yield f"is a method whose first parameter is called {first!r}: that gets the object; put self before it"
    plain = [one for one in parameters if one.kind in PLAIN]
    if taken and not (_like_the_oldest(plain) and all(one.default is one.empty for one in plain[:len(_OLD_ORDER)])):
        own = [one.name for one in plain]
        gets = [f"{one} gets {name}" for one, name in zip(own, taken, strict=False)]
        if beyond := taken[len(own):]:
            gets.append(f"*{_starred(parameters)} gets {_listed(beyond)}")
        oldest = ", as the oldest playbooks are" if taken[0] == _OLD_ORDER[0] else ""
        yield f"is called by position{oldest}: {', '.join(gets)}"
    lacking = [one for one in parameters
               if _required(one) and one.name not in offered and one not in plain[:len(taken)]]
    yield from _lacking(lacking, parameters, offered)
    if not taken:
        yield from _by_name(callback, parameters, offered, kwargs or {})
        if kwargs is None and not lacking and first not in _NAMES:
            yield "takes nothing of what it is offered: it is called without"


def _by_name(callback: Callable[..., Any], parameters: Sequence[Parameter], offered: dict[str, Any],
             kwargs: dict[str, Any]) -> Iterator[str]:
    names = {one.name for one in parameters}
    for one in parameters:
        if one.kind is one.POSITIONAL_ONLY and one.name in offered:
            yield f"takes {one.name!r} by position only, and the platform passes names: it may refuse that"
        elif one.kind is one.VAR_POSITIONAL and all(other.kind is not one.VAR_KEYWORD for other in parameters):
            yield f"is called by name: *{one.name} gets nothing"
        elif one.default is not one.empty and one.name not in _NAMES and (
                found := near(one.name, [name for name in offered if name not in names], least=SURE)):
            yield f"is offered nothing by the name {one.name!r}: it keeps its default; closest is {found[0]!r}"
    if replaced := [name for name in _preset(callback) if name in kwargs]:
        yield f"is a partial that sets {_listed(replaced)}: what the platform passes takes its place"


def _lacking(lacking: Sequence[Parameter], parameters: Sequence[Parameter], offered: dict[str, Any]) -> Iterator[str]:
    """Remarks on required parameters to which nothing is passed."""
    names = [one.name for one in lacking]
    if names[:1] and names[0] in _OBJECT and parameters[0].name == names[0]:
        yield "is a method without its object: pass that of an object, such as Class().method"
        names = names[1:]
    if names:
        free = [name for name in offered if all(one.name != name for one in parameters)]
        meant = [f"; closest to {one!r} is {found[0]!r}" for one in names if (found := near(one, free))]
        yield (f"requires {_listed(names)}, which nothing is passed to: offered are {_listed(offered)}"
               f"{''.join(meant)}")


def _like_the_oldest(plain: Sequence[Parameter]) -> bool:
    """Whether it has the form of the oldest playbooks (observed), which take the container by any name."""
    return len(plain) >= len(_OLD_ORDER) and all(
        one.name == name or name == "container" for one, name in zip(plain, _OLD_ORDER, strict=False))


def _required(one: Parameter) -> bool:
    return one.default is one.empty and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)


def _starred(parameters: Sequence[Parameter]) -> str:
    return next(one.name for one in parameters if one.kind is one.VAR_POSITIONAL)


def _first(callback: Callable[..., Any]) -> str:
    """The name by which a method takes its object; empty of what is no method."""
    function = callback.__func__ if isinstance(callback, MethodType) else (
        callback if isinstance(callback, FunctionType | partial | type) else type(callback).__call__)
    if function is callback or not isinstance(function, FunctionType):
        return ""
    return function.__code__.co_varnames[0] if function.__code__.co_argcount else ""


def _preset(callback: Callable[..., Any]) -> list[str]:
    return list(callback.keywords) if isinstance(callback, partial) else []


def _listed(names: Any) -> str:
    return ", ".join(names)
