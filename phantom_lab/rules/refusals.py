"""How a function tells that the platform refuses what it was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.model import Record, json_copy
from phantom_lab.rules.arguments import container_id
from phantom_lab.state.names import Refused, shown

Function = TypeVar("Function", bound=Callable[..., Any])


def refusable(*nothing: Any, write: bool = True) -> Callable[[Function], Function]:
    """Decorator: a refusal is returned as ``(False, message, *nothing)`` (documented), never raised; it is journaled.

    Args:
        write: whether the function changes something.
    """

    def guard(function: Function) -> Function:
        @wraps(function)
        def guarded(run: PlaybookRun, *args: Any, **kwargs: Any) -> Any:
            try:
                return function(run, *args, **kwargs)
            except Refused as exc:
                run.call_failed(str(exc), write=write)
                return (False, str(exc), *nothing)

        return guarded  # type: ignore[return-value]

    return guard


def items(run: PlaybookRun, found: Callable[[], Iterable[Record]]) -> list[Record]:
    """Records, copied, each as ``{"success", "message", "data"}``; a refusal is one such item without success."""
    try:
        return [{"success": True, "message": "", "data": json_copy(one)} for one in found()]
    except Refused as exc:
        run.call_failed(str(exc), write=False)
        return [{"success": False, "message": str(exc), "data": {}}]


@contextmanager
def raising(call: str) -> Iterator[None]:
    """Turn a refusal into an error, for functions that have no way to tell of one.

    Raises:
        PlaybookArgumentError: what was refused.
    """
    try:
        yield
    except Refused as exc:
        raise PlaybookArgumentError(f"{call}: {exc}") from None


def container_of(run: PlaybookRun, given: Any) -> int:
    """The id of the container that an argument means: a dict, an id, or None for the run's own.

    Raises:
        Refused: there is no such container.
    """
    number = container_id(run, given)
    if number is None:
        raise Refused(f"container {shown(given.get('id') if isinstance(given, dict) else given)} not found")
    return number


def given_of(**fields: Any) -> dict[str, Any]:
    """Arguments that were given, by their name in the REST form: those that are not None."""
    return {name: value for name, value in fields.items() if value is not None}
