"""The value that made a playbook's code raise, and who gave it."""

from __future__ import annotations

import ast
from typing import Any

from phantom_lab.errors import PlaybookArgumentError
from phantom_lab.history.events import ENDLESS, Failure, InvocationEnded
from phantom_lab.history.journal import Journal
from phantom_lab.later import dataclass
from phantom_lab.why.provenance.given import Givers, origins_of
from phantom_lab.why.provenance.until import NO_VALUE, OWN, Provenance

_SAMPLES = ('"sample ', '"sample"')
"""How made-up texts begin."""
_NOBODY = {"missing child playbook": "nobody: no such playbook is there",
           "missing custom function": "nobody: no such custom function is there",
           "not loaded": "nobody: what is called cannot be loaded",
           "endless child playbooks": "nobody: playbooks that start each other without a way out"}
"""Exceptions that no value made, by their reason."""


@dataclass(frozen=True, slots=True)
class Responsible:
    """Why a block raised; as a text, one sentence."""

    block: str
    line: int
    error: str
    """Type and message of the exception."""
    expression: str
    """What holds the value."""
    value: str
    """A short text of it; empty where it is not known."""
    kind: str
    """``outcome``, ``artifact``, ``container``, ``input``, ``list``, ``custom function``, ``reply``,
    ``child playbook``, ``run data``, ``format``, ``http``, ``platform`` (what another call of
    it returned), ``edit`` (by hand), or ``own code``: nothing that was provided."""
    datapath: str
    """The datapath, key or name by which the value was reached."""
    provider: str
    """Who gave it."""
    source: str
    """All that in words."""
    made_up: bool
    """Whether the lab made the value up: it is of a generated result, or a sample."""

    def __str__(self) -> str:
        told = _told(self.error, self.value)
        if self.kind == OWN:
            itself = not self.expression or _is_literal(self.expression)
            return self.source if itself else f"{self.expression}{f' {told}' if told else ''}: {self.source}"
        return f"{self.expression}{f' {told}' if told else ''}: from {self.source}"


def responsible(journal: Journal, failed: InvocationEnded | Failure) -> Responsible | None:
    """Find out which value made a block raise, and where it came from.

    Args:
        journal: of the run; one that was read works as well.
        failed: the end of an invocation, or one of `RunEnded.failures`.

    Returns:
        None for an invocation that returned, for one that does not end, and for a journal of an older version, which
        does not tell.
    """
    failure = failed.failure if isinstance(failed, InvocationEnded) else failed
    if failure is None or not failure.invocation or failure.type == ENDLESS:
        return None
    end = journal.index.end_of(failure.invocation)
    givers = Givers(journal, journal.length if end is None else end)
    if reason := _nobodys(failure):
        return _responsible(failure, {"expression": ""}, Provenance(OWN, reason))
    first: tuple[dict[str, Any], Provenance] | None = None
    for entry in _suspects(failure):
        given = _given(givers, failure, entry, journal)
        if given is not None and given.kind != OWN:
            return _responsible(failure, entry, given)
        first = first or ((entry, given) if given is not None else None)
    if first and failure.type == PlaybookArgumentError.__name__ and len(failure.values) > 1:
        first = {"expression": ""}, Provenance(OWN, f"what the playbook's own code passes in line {failure.line}")
    entry, given = first or ({"expression": failure.expression}, Provenance(OWN, _own(failure)))
    return _responsible(failure, entry, given)


def _nobodys(failure: Failure) -> str:
    """Why no value at all made an exception; empty where one may have."""
    return _NOBODY.get(failure.reason, "")


def _suspects(failure: Failure) -> list[dict[str, Any]]:
    """Values in the order of suspicion; of a text with more places than values only the text."""
    if not failure.message.startswith("Replacement index "):
        return failure.values
    texts = (one for one in failure.values if one.get("value", "").startswith('"'))
    return [one for one in texts if "{" in one["value"] or one["value"].endswith("…")]


def _given(givers: Givers, failure: Failure, entry: dict[str, Any], journal: Journal) -> Provenance | None:
    if "own" in entry:
        return Provenance(OWN, entry["own"])
    value = journal.get(entry["ref"]) if "ref" in entry else NO_VALUE
    return givers.best(origins_of(entry), failure.invocation, value)


def _own(failure: Failure) -> str:
    if not failure.expression:
        return "a call with other arguments than the block takes" if failure.type == "TypeError" else (
            f"the playbook's own code in line {failure.line}")
    return f"a value of the playbook's own in line {failure.line}"


def _responsible(failure: Failure, entry: dict[str, Any], given: Provenance) -> Responsible:
    value = entry.get("value", "")
    return Responsible(failure.block, failure.line, f"{failure.type}: {failure.message}", entry["expression"], value,
                       given.kind, given.datapath, given.provider, given.told, given.kind != OWN and (
                           given.made_up or any(one in text for one in _SAMPLES for text in (given.told, value))))


def _is_literal(expression: str) -> bool:
    """Whether it is its own value, so that there is nothing to say of what it holds."""
    try:
        return isinstance(ast.parse(expression, mode="eval").body, ast.Constant)
    except (SyntaxError, ValueError):
        return False


def _told(error: str, value: str) -> str:
    kind, _, message = error.partition(": ")
    if value == "null":
        return "is None"
    if kind == "KeyError" and value.startswith("{"):
        return f"has no {message}"
    if value in ("[]", "{}", '""'):
        return "is empty"
    return f"is {value}" if value else ""
