"""What tells a success: its codes and messages, failures that it has none of, and counts of the rows that it has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from phantom_lab.apps.choosing import Comparison, meets, number_of
from phantom_lab.apps.samples import words_of
from phantom_lab.later import regex
from phantom_lab.outcomes.declared import Output
from phantom_lab.outcomes.shaping import Steps, name_of

_CODE = regex(r"\b(status|response|http) ?code$")
_GOOD, _BAD, _REFUSED = range(200, 300), range(300, 600), range(400, 600)
_TEXT = regex(r"\b(message|msg|reason)$")
_FAILURE = regex(r"\b(fail(s|ed|ures?)?|errors?)\b")
_TELLS = regex(r"\b(fail\w*|errors?|not found|no \w+ found|invalid|unable|denied|can ?not|can't|blacklist\w*|"
                    r"[45]\d\d)\b", re.IGNORECASE)
_GOES_ON = regex(r"success|succeed|no errors|\b(failed|failures?|errors?): 0\b", re.IGNORECASE)
_ALONE = regex(r"(failure|failed|error)\W*", re.IGNORECASE)
"""What no message of data tells that are about failures."""
_COUNT = regex(r"^(total|num|number|count)\b|\b(count|found)$")
_SCORE = regex(r"\b(positives?|malicious|harmless|suspicious|(un)?detected|scores?|risk|size|bytes|pages?|time|"
                    r"seconds|votes?|engines?|scans?)\b")
"""What is counted and is no row."""
_NONE = {"numeric": 0, "boolean": False, "string": ""}


def tells_failure(text: Any) -> bool:
    """Whether a message is one of a failure."""
    return isinstance(text, str) and bool(_TELLS.search(text)) and not _GOES_ON.search(text)


def of_success(steps: Steps, examples: tuple[Any, ...]) -> tuple[Any, ...]:
    """Examples of a field that a success may have; where an app gives none of a code or a message, one of our own."""
    words = words_of(name_of(steps))
    if _CODE.search(words) or words == "status":
        return _codes(examples, _BAD if words != "status" else _REFUSED)
    if words == "success" and any(one is False for one in examples):
        return (True,)
    if not _TEXT.search(words):
        return examples
    told = tuple(one for one in examples if not tells_failure(one))
    own = steps[0] == "summary" or any(_ALONE.fullmatch(str(one)) for one in examples)
    return told or (("Success",) if examples and own else examples)


def none_of(steps: Steps, output: Output | None) -> Any:
    """What a summary says of failures, where there were none; None for any other field."""
    if output is None or steps[0] != "summary" or not _FAILURE.search(words_of(name_of(steps))):
        return None
    return _NONE.get(output.type)


def told_of(summary: Mapping[str, Any]) -> dict[str, Any]:
    """What of a summary its message tells: not that there were no failures."""
    return {key: value for key, value in summary.items() if value != "" or not _FAILURE.search(words_of(key))}


def counted(summary: dict[str, Any], rows: int, asked: Mapping[Steps, tuple[Comparison, ...]],
            fixed: Mapping[Steps, Any]) -> dict[str, Any]:
    """A summary whose counts are those of the rows, but for those that are fixed or that a condition asks otherwise."""
    return {key: rows if _counts(key, value) and ("summary", key) not in fixed and
            meets(rows, asked.get(("summary", key), ())) else value for key, value in summary.items()}


def _codes(examples: tuple[Any, ...], bad: range) -> tuple[Any, ...]:
    good = tuple(one for one in examples if number_of(one) in _GOOD)
    if good or not any(number_of(one) in bad for one in examples):
        return good or examples
    return ("200" if isinstance(examples[0], str) else 200,)


def _counts(key: str, value: Any) -> bool:
    words = words_of(key)
    return (isinstance(value, int) and not isinstance(value, bool) and bool(_COUNT.search(words))
            and not _SCORE.search(words) and not _FAILURE.search(words))
