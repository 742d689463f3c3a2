"""What a run did, told as an expectation that it meets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from phantom_lab.expecting.facts import Fact, Facts
from phantom_lab.history import Journal
from phantom_lab.scenarios.expectation import NEVER, SECTIONS
from phantom_lab.scenarios.fitting import MATCHES

_LONGEST = 300
"""Characters of a text that is told whole."""
_OF_THE_RECORD = frozenset({
    "id", "uuid", "hash", "version", "container", "container_id", "user", "author", "create_time", "update_time",
    "modified_time", "start_time", "open_time", "close_time", "time", "metadata", "path", "vault_document",
    "artifact_count", "source_data_identifier"})
"""Fields that say nothing of what was written: the platform fills them in."""
_EVERY = ("changes", "notes", "comments", "refused", "requests")
"""Sections of which all is told, so that nothing more may happen."""


def seen(journal: Journal, blocks: Iterable[str] = ()) -> dict[str, Any]:
    """What stands below ``expect`` of a scenario, so that the same run meets it, and no other one does that asks for
    something else, in another order, or writes something else. Debug messages are left out.

    Args:
        blocks: of the playbook: those that were not reached are told as well.
    """
    facts = Facts(journal)
    found: dict[str, Any] = {"status": facts.status, "calls": facts.calls}
    for section, tell in _TELL.items():
        if told := list(_grouped(section, map(tell, facts.of(section)), facts)):
            found[section] = told
    if outputs := {one["name"]: _short(one["value"]) for one in facts.of("outputs") if one["name"]}:
        found["outputs"] = outputs
    reached = {one["block"] for one in facts.of("blocks")}
    never: dict[str, list[str]] = {"blocks": [one for one in blocks if one not in reached]}
    for section in _EVERY:
        if count := len(facts.of(section)):
            found[section] = [*found.get(section, ()), {SECTIONS[section].short: "*", "times": count}]
        else:
            never[section] = ["*"]
    return {**found, NEVER: {section: one for section, one in never.items() if one}}


def _grouped(section: str, told: Iterable[Fact | None], facts: Facts) -> Iterator[Any]:
    """Each once, and how often it is there; one field alone as a text."""
    counts: dict[str, int] = {}
    for one in told:
        if one is not None:
            text = json.dumps(one)
            counts[text] = counts.get(text, 0) + 1
    root = next(iter(facts.of("blocks")), {}).get("playbook")
    for text, count in counts.items():
        fields = {name: value for name, value in json.loads(text).items() if (name, value) != ("playbook", root)}
        alone = fields.keys() == {SECTIONS[section].short} and count == 1
        yield fields[SECTIONS[section].short] if alone else (
            _condition(fields) if section == "conditions" and count == 1 and "playbook" not in fields else
            {**fields, **({"times": count} if count > 1 else {})})


def _condition(fields: dict[str, Any]) -> str:
    return f"{fields['block']}: {fields['condition']} {str(fields['held']).lower()}"


def _named(*names: str) -> Callable[[Fact], Fact]:
    """These fields of a fact, as far as they say something."""
    def told(fact: Fact) -> Fact:
        found = {name: fact[name] for name in names if fact[name] not in (None, "", [], {})}
        return {name: _beginning(value) if isinstance(value, str) else value[0] if name == "block" else _short(value)
                for name, value in found.items() if (name, value) != ("status", "success")}

    return told


def _change(fact: Fact) -> Fact | None:
    """A write; what notes and comments say is told of them."""
    if fact["field"] == "added" and fact["object"] in ("note", "container_comment"):
        return None
    to = fact["to"]
    if fact["field"] == "added" and isinstance(to, dict):
        to = {name: value for name, value in to.items()
              if name not in _OF_THE_RECORD and value not in (None, "", [], {})}
    told = {"object": fact["object"], "field": fact["field"], "playbook": fact["playbook"]}
    return told if fact["field"] == "deleted" else {**told, "to": _short(to)}


def _beginning(text: str) -> str:
    """A text, as one that is looked for; of a long one the beginning is."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}*"


def _short(value: Any) -> Any:
    """A value, of whose long texts only the beginning is told."""
    if isinstance(value, str):
        return value if len(value) <= _LONGEST else {MATCHES: _beginning(value)}
    if isinstance(value, dict):
        return {name: _short(one) for name, one in value.items()}
    return [_short(one) for one in value] if isinstance(value, list) else value


_TELL: dict[str, Callable[[Fact], Fact | None]] = {
    "blocks": _named("block", "playbook"),
    "conditions": _named("block", "condition", "held", "playbook"),
    "actions": _named("action", "block", "playbook", "parameters", "status"),
    "prompts": _named("block", "action", "playbook", "to", "status"),
    "custom_functions": _named("custom_function", "block", "playbook", "parameters", "status"),
    "children": _named("child", "block", "playbook", "inputs", "outputs", "status"),
    "requests": _named("method", "url", "status"),
    "changes": _change,
    "notes": _named("title", "content", "playbook"),
    "comments": _named("text", "playbook"),
    "errors": _named("type", "block", "playbook"),
    "refused": _named("what", "on", "reason", "playbook"),
}
