"""Journals of older formats, read as those of today."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.history.encoding import digest
from phantom_lab.history.events import Event, Failure, InvocationEnded, Logged, OutcomeGiven, Ref, Replaced, RunEnded

_REPLACED = re.compile("(child playbook|custom function) (.+) is not executed: (.+) answers", re.DOTALL)
"""Format 1 told of a stand-in in a note."""
_REASONS = (("MissingSourceError", re.compile("no child playbook "), "missing child playbook"),
            ("MissingSourceError", re.compile("no custom function "), "missing custom function"),
            ("PlaybookLoadError", re.compile(""), "not loaded"),
            ("PlaybookArgumentError", re.compile(r"playbook: .* (levels deep|of one start)"),
             "endless child playbooks"))
"""Format 1 told by type and message why the lab had raised something."""
_GENERATED = "generated from "
"""How format 1 told of generated results, in their source."""
_SUM = ', "crc32": "'
"""What begins the end of an event's line in format 2: the checksum of all that stands before it."""
_VALUE = re.compile(r'\{"value": "([0-9a-f]+)", "is": (.*)\}', re.DOTALL)


def value_of_format_1(line: Mapping[str, Any]) -> tuple[Ref, str]:
    """The digest and the text of a value."""
    return line["value"], json.dumps(line["is"])


def value_of_format_2(text: str) -> tuple[Ref, str] | None:
    """The digest and the text of a value; None: the line is none.

    Raises:
        InputError: it is not what was written.
    """
    if not text.startswith('{"value": '):
        return None
    found = _VALUE.fullmatch(text)
    if found is None or digest(found[2]) != found[1]:
        raise InputError("this value is not what was written: its digest is another one")
    return found[1], found[2]


def body_of_format_2(text: str) -> str:
    """The line of an event without its checksum.

    Raises:
        InputError: it is not what was written.
    """
    body, mark, told = text.rpartition(_SUM)
    if not mark or told != f'{zlib.crc32(body.encode("utf-8", "surrogatepass")):08x}"}}':
        raise InputError("this event is not what was written: its checksum is another one")
    return f"{body}}}"


def from_format_1(events: Iterable[Event]) -> Iterator[Event]:
    """The events of a journal of format 1, with the facts that it told in sentences."""
    for event in events:
        if isinstance(event, Logged) and event.level == "note" and (found := _REPLACED.fullmatch(event.message)):
            yield Replaced(event.run, event.invocation, *found.groups())
        if isinstance(event, InvocationEnded) and event.failure is not None:
            yield replace(event, failure=_with_reason(event.failure))
        elif isinstance(event, RunEnded) and event.failures:
            yield replace(event, failures=[_with_reason(one) for one in event.failures])
        elif isinstance(event, OutcomeGiven):
            yield replace(event, made_up=_GENERATED in event.source)
        else:
            yield event


def _with_reason(failure: Failure) -> Failure:
    return replace(failure, reason=next((
        reason for kind, pattern, reason in _REASONS if failure.type == kind and pattern.search(failure.message)), ""))
