"""What the functions of several chapters accept alike."""

from __future__ import annotations

from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.model import as_id


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
    return [str(one) for one in given] if isinstance(given, list | tuple | set | frozenset) else [str(given)]


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
