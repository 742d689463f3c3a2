"""Journals of older formats, read as those of today."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from phantom_lab.history.events import Event, Failure, InvocationEnded, Logged, OutcomeGiven, Replaced, RunEnded

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
