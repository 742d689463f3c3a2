"""Situations in which code that raised finds what it looks for, as its error tells."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

from phantom_lab.apps.samples import sample_of
from phantom_lab.datapath import Family, operand, words
from phantom_lab.engine import PlaybookRun
from phantom_lab.history import Failure, InvocationEnded
from phantom_lab.later import regex
from phantom_lab.source.parsing import constant, unwarned
from phantom_lab.trials.doubling import another
from phantom_lab.trials.edits import Asked, Situation, edited, listed
from phantom_lab.trials.matching import matching
from phantom_lab.why import Responsible, responsible

_TEXT, _LIST, _DICT = "sample", ["sample", "sample", "sample"], {"sample": "sample"}
_KINDS: tuple[tuple[type, Any], ...] = ((str, _TEXT), (list, _LIST), (dict, _DICT))
_MOMENT = datetime(2026, 1, 5, 9, 0)
_MESSAGES: tuple[tuple[str, Any], ...] = (
    ("string indices must be", _DICT), ("list indices must be", _DICT), ("not supported between", 1),
    ("unsupported operand", 1), ("must be a string or a real number", 1), ("not iterable", _LIST),
    ("not subscriptable", _LIST), ("has no len", _LIST), ("concatenate str", _TEXT), ("expected str", _TEXT),
    ("invalid literal for int", 1), ("could not convert string to float", 1),
    ("Expecting value", '{"sample": "sample"}'),
    ("must be str, bytes", '{"sample": "sample"}'), ("IPv4", "192.0.2.10"))
"""What a value should have been, by what an exception says of it."""
_WANTS_A_LIST = regex(r"\b(expected|must be|needs|should be)( an?| of)?( type)? (list|array)\b", re.IGNORECASE)


def repaired(run: PlaybookRun, failure: Failure, situation: Situation, asked: Asked) -> Iterator[Situation]:
    """Situations in which the value responsible for an exception is what the code expects."""
    cause = responsible(run.journal, failure)
    if cause is not None and cause.datapath:
        for more, value in _expected(failure, cause):
            for datapath in _places(cause.datapath, more):
                if (changed := with_value(situation, datapath, value, asked)) is not None:
                    yield changed


def _places(datapath: str, more: str) -> list[str]:
    """Where a value may be missing: of the container as a whole, in its raw data or in itself."""
    if datapath == "container" and more:
        return [f"container:data{more}", f"container:{more.removeprefix('.')}"]
    return [datapath + more]


def raised(run: PlaybookRun) -> list[Failure]:
    """Every exception that left a block or a custom function, once, where it was raised."""
    return [event.failure for event in run.journal.events if isinstance(event, InvocationEnded)
            and event.failure is not None and event.failure.invocation == event.n]


def with_value(situation: Situation, datapath: str, value: Any, asked: Asked) -> Situation | None:
    """A situation in which a datapath has a value; None where no situation decides on it."""
    path = operand(datapath, unnamed=True)
    if path is None:
        return None
    if path.source is Family.CUSTOM_LIST:
        return listed(situation, str(path.steps[0]), [value])
    return edited(situation, path, value, asked, everywhere=True)


def _expected(failure: Failure, cause: Responsible) -> Iterator[tuple[str, Any]]:
    """Further steps of the datapath, and what should stand there."""
    constants = list(_constants(failure))
    if failure.type == "KeyError":
        if cause.value.startswith("{"):
            key = str(_literal(failure.message) or failure.message)
            yield (f'."{key}"' if "." in key else f".{key}"), sample_of((), key, words(cause.datapath))
        yield from (("", one) for one in constants[:2] if isinstance(one, str))
    elif failure.type == "AttributeError":
        name = failure.message.rsplit("'", 2)[-2:][0] if failure.message.endswith("'") else ""
        yield from (("", value) for kind, value in _KINDS if hasattr(kind, name))
        yield from (("", text) for one in constants
                    if name == "group" and isinstance(one, str) and (text := matching(one)) is not None)
    elif failure.type == "IndexError":
        texts = [one for one in [*constants, *_written(failure.expression)] if isinstance(one, str) and one]
        yield from (("", "sample".join(["", *order, ""])) for order in (texts, texts[::-1]) if len(texts) > 1)
        yield from (("", f"sample{one}sample{one}sample{one}sample") for one in texts[:2])
        yield "", _LIST
    elif found := re.search(r"time data .* does not match format '(.*)'", failure.message):
        yield "", _MOMENT.strftime(found[1])
    elif _WANTS_A_LIST.search(failure.message) and (value := _decoded(cause.value)):
        yield "", [value, another(value)]  # a field of findings holds several values where they differ
    else:
        known = [value for told, value in _MESSAGES if told in failure.message]
        empty = cause.value in ("[]", "null", '""', "")
        yield from (("", value) for value in known or ([_LIST, _TEXT] if empty else []))


def _decoded(told: str) -> Any:
    """A single value that stands in a report; None for anything else."""
    with suppress(ValueError, RecursionError):
        value = json.loads(told)
        return value if isinstance(value, str | int | float) else None
    return None


def _constants(failure: Failure) -> Iterator[Any]:
    for entry in failure.values:
        for one in entry.get("origins", ()):
            if one["kind"] == "constant":
                yield _literal(one["name"])


def _written(expression: str) -> Iterator[Any]:
    """The constants of an expression's text."""
    try:
        with unwarned():
            tree = ast.parse(expression, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    yield from (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))


def _literal(text: str) -> Any:
    try:
        return constant(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
