"""What an administrator configures by name, and what a write may say."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from phantom_lab.model import Record, as_id, json_copy
from phantom_lab.model.built_in import BUILT_IN
from phantom_lab.state.platform import Platform

_CALLED = {"container_status": "status", "ph_user": "user"}
_KINDS = {list: "a list", dict: "a dict", type(None): "None", bool: "a truth value"}


class Refused(Exception):
    """The platform refuses a write. The text is the message that a caller gets; nothing was written."""

    def __init__(self, message: str, *, existing: int | None = None) -> None:
        super().__init__(message)
        self.existing = existing
        """Of what there is already: its id."""


def configured(platform: Platform, kind: str, given: Any) -> str:
    """The stored name of a status, severity, role or user; names compare without case.

    One that is not configured is taken to be (assumed), and that is told.

    Raises:
        Refused: it is no name, or an administrator has disabled it.
    """
    what = _CALLED.get(kind, kind)
    name = text(what, given).strip()
    if not name:
        raise Refused(f"{what} must be a name, not ''")
    found = named(platform, kind, name)
    if found is None:
        assumed(platform, f"{what} '{name}'")
        return name
    stored = str(found[_field(kind)])
    if found.get("disabled") and all(stored.lower() != one["name"] for one in BUILT_IN[kind]):
        raise Refused(f"{what} '{stored}' is disabled")  # built-in ones can still be set (documented)
    return stored


def assumed(platform: Platform, what: str) -> str:
    """Tell that something which an administrator configures is not known here; returns what stands for its name."""
    platform.tell(f"{what} is not among the lab's records: it is assumed to be configured")
    return what


def named(platform: Platform, kind: str, name: str) -> Record | None:
    """The record of a kind with this name, whatever the case."""
    return next((one for one in platform.records(kind).values()
                 if str(one.get(_field(kind))).lower() == name.lower()), None)


def person(platform: Platform, kind: str, given: Any) -> tuple[int | None, str]:
    """The id and the name of a user (``ph_user``) or ``role``, from either; ``(None, "")`` for nobody.

    Nobody told the lab of all of them: one that it has no record of is assumed to exist, and that is told.

    Raises:
        Refused: it is neither a name nor an id.
    """
    if is_nothing(given):
        return None, ""
    number = as_id(given)
    if number is None:
        name = configured(platform, kind, given)
        found = named(platform, kind, name)
        return (found["id"] if found else None), name
    if number not in platform.records(kind):
        return number, assumed(platform, f"{_CALLED.get(kind, kind)} {number}")
    return number, str(platform.records(kind)[number][_field(kind)])


def record_of(platform: Platform, kind: str, what: str, given: Any) -> Record:
    """A record by its id, as a number or digits.

    Raises:
        Refused: there is none.
    """
    number = as_id(given)
    if number is None or number not in platform.records(kind):
        raise Refused(f"{what} {shown(given)} not found")
    return platform.records(kind)[number]


def text(what: str, given: Any) -> str:
    """A text.

    Raises:
        Refused: it is none.
    """
    if not isinstance(given, str):
        raise Refused(f"{what} must be a text, not {shown(given)}")
    return given


def written(platform: Platform, what: str, given: Any) -> str:
    """The text that the platform keeps where a text belongs; that another value becomes one is told.

    The editor hands lists to texts. How the platform writes them is assumed, and an option (`Options.written_texts`).

    Raises:
        Refused: it is no JSON.
    """
    if isinstance(given, str):
        return given
    value = as_json(what, given)
    found = json.dumps(value) if platform.options.written_texts == "json" else str(value)
    platform.tell(f"{what} is no text but {_KINDS.get(type(value), 'a number')}: it is written as "
                  f"{shown(found)} (assumed)")
    return found


def texts(what: str, given: Any, read: Callable[[str, Any], str] = text) -> list[str]:
    """Texts, each once, from one of them or several.

    Args:
        read: what makes a text of each.

    Raises:
        Refused: there is something else among them.
    """
    many = given if isinstance(given, list | tuple | set | frozenset) else [given]
    found = [read(what, one) for one in many]
    return list(dict.fromkeys(sorted(found) if isinstance(given, set | frozenset) else found))


def one_of(what: str, given: Any, names: tuple[str, ...]) -> str:
    """One of some names, whatever the case.

    Raises:
        Refused: it is none of them.
    """
    name = text(what, given).strip().lower()
    if name not in names:
        raise Refused(f"{what} must be one of {', '.join(filter(None, names))}, not {shown(given)}")
    return name


def moment(what: str, given: Any) -> str:
    """A moment as ISO 8601 text.

    Raises:
        Refused: it is none.
    """
    parse_moment(what, given)
    return str(given)


def parse_moment(what: str, given: Any) -> datetime:
    """A moment from ISO 8601 text; without a zone it is in UTC.

    Raises:
        Refused: it is none.
    """
    try:
        found = datetime.fromisoformat(text(what, given))
    except ValueError:
        raise Refused(f"{what} must be a moment in ISO 8601, not {shown(given)}") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def json_object(what: str, given: Any) -> Record:
    """A copy of a JSON object.

    Raises:
        Refused: it is none.
    """
    if not isinstance(given, dict):
        raise Refused(f"{what} must be a dict, not {shown(given)}")
    return dict(as_json(what, given))


def as_json(what: str, given: Any) -> Any:
    """A JSON copy of anything.

    Raises:
        Refused: it is no JSON.
    """
    try:
        return json_copy(given)
    except RecursionError:
        raise Refused(f"{what} is nested too deeply") from None
    except (TypeError, ValueError, OverflowError):
        raise Refused(f"{what} cannot be written as JSON") from None


def is_nothing(given: Any) -> bool:
    """Whether it is None or the empty text; other values may not like to be compared."""
    return given is None or (isinstance(given, str) and not given)


def shown(given: Any) -> str:
    """A value in a message: texts and numbers in short, anything else by its type, for its ``repr`` may be hostile."""
    if type(given) is str:
        return repr(given if len(given) <= 100 else f"{given[:100]}…")
    if given is None or type(given) in (bool, float) or (type(given) is int and abs(given) < 10**20):
        return repr(given)
    return f"a value of type {type(given).__name__}"


def there_are(known: Iterable[Any], most: int = 10) -> str:
    """What there is instead of what was asked for, as the end of a message."""
    told = list(dict.fromkeys(map(shown, known)))
    more = f" and {len(told) - most} more" if len(told) > most else ""
    return f" (there are: {', '.join(told[:most]) or 'none'}{more})"


def _field(kind: str) -> str:
    return "username" if kind == "ph_user" else "name"
