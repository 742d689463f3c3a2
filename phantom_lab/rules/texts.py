"""Helpers: texts, values of dicts, and the status codes of apps."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.rules.arguments import brief, needed, text_of
from phantom_lab.rules.registry import emulates

_UNITS = ("B", "KB", "MB", "GB", "TB", "PB")
_LONGEST = 1_000_000
"""Of a random text: a larger one would be a slip, and cost a run its memory."""


@emulates("get_list_from_string")
def get_list_from_string(run: PlaybookRun, comma_seperated_list: Any, drop_blanks: Any,
                         remove_duplicates: Any) -> list[str]:
    """Split a text at its commas and strip each part; by default empty parts and repeated ones are dropped (observed).

    The parts keep their order, a repeated one the place of its first (assumed).
    """
    text = text_of("get_list_from_string", "comma_seperated_list", comma_seperated_list)
    found = [part.strip() for part in text.split(",")]
    if drop_blanks:
        found = [part for part in found if part]
    return list(dict.fromkeys(found)) if remove_duplicates else found


@emulates("get_value")
def get_value(run: PlaybookRun, in_dict: Any, in_key: Any, def_val: Any, strip_it: Any) -> Any:
    """A dict's value: a text without blanks around it, and anything else as it is (observed).

    The default where there is no such key, or where the text is empty (observed).
    """
    return _value("get_value", in_dict, in_key, def_val, strip_it)


@emulates("get_str_val")
def get_str_val(run: PlaybookRun, in_dict: Any, in_key: Any, def_val: Any, strip_it: Any) -> Any:
    """`get_value`, as a text; only the default stays what it is, and stands for None as well (assumed)."""
    found = _value("get_str_val", in_dict, in_key, None, strip_it)
    return def_val if found is None else str(found)


@emulates("get_req_value")
def get_req_value(run: PlaybookRun, in_dict: Any, in_key: Any, strip_it: Any) -> Any:
    """`get_value` of what has to be there; where it is not, it raises (name observed, error assumed)."""
    found = _value("get_req_value", in_dict, in_key, None, strip_it)
    if found is None:
        raise PlaybookArgumentError(f"get_req_value: in_dict has no value for in_key {brief(in_key)}",
                                    hint=f"There are {', '.join(map(repr, in_dict)) or 'none at all'}.")
    return found


@emulates("validate_value_presense")
def validate_value_presense(run: PlaybookRun, obj: Any) -> bool:
    """Whether a value is neither None nor empty; 0 and False are values (assumed)."""
    return obj is not None and not (isinstance(obj, str | bytes | list | tuple | dict | set) and not obj)


@emulates("get_random_chars")
def get_random_chars(run: PlaybookRun, size: Any, chars: Any) -> str:
    """So many of the characters, drawn from the run's own random numbers: equal seeds give equal texts."""
    if isinstance(size, bool) or not isinstance(size, int) or not 0 <= size <= _LONGEST:
        raise PlaybookArgumentError(f"get_random_chars: size must be a number of characters up to {_LONGEST}, "
                                    f"not {brief(size)}")
    drawn_from = text_of("get_random_chars", "chars", chars)
    if not drawn_from:
        raise PlaybookArgumentError("get_random_chars: chars must hold at least one character")
    return "".join(run.random.choices(drawn_from, k=size))


@emulates("bytes_to_human_readable_size_str")
def bytes_to_human_readable_size_str(run: PlaybookRun, n: Any) -> str:
    """A number of bytes in the unit of 1024 that suits it, ``1.5 KB`` (form assumed)."""
    needed("bytes_to_human_readable_size_str", "n", n, (int, float), "a number")
    size, place = n, 0
    while abs(size) >= 1024 and place < len(_UNITS) - 1:
        size, place = size / 1024, place + 1
    return f"{size:.1f} {_UNITS[place]}" if place else f"{n} B"


@emulates("is_success")
def is_success(run: PlaybookRun, status_code: Any) -> bool:
    """Whether an app's status code, or its text, is no failure: ``APP_SUCCESS`` is (texts and other codes assumed)."""
    return bool(status_code) and status_code != "failed"


@emulates("is_fail")
def is_fail(run: PlaybookRun, status_code: Any) -> bool:
    """Whether an app's status code is a failure, as ``APP_ERROR`` is: what is no `is_success`."""
    return not is_success(run, status_code)


@emulates("get_succ_or_failure_text")
def get_succ_or_failure_text(run: PlaybookRun, status_code: Any) -> str:
    """``success`` or ``failed``, as `is_success` tells it (assumed)."""
    return "success" if is_success(run, status_code) else "failed"


def _value(call: str, given: Any, key: Any, default: Any, strip: Any) -> Any:
    needed(call, "in_dict", given, (dict,), "a dict")
    if not isinstance(key, Hashable):
        raise PlaybookArgumentError(f"{call}: in_key must be a key, not {type(key).__name__}")
    found = given.get(key, default)
    if not isinstance(found, str) or key not in given:
        return found
    return (found.strip() if strip else found) or default
