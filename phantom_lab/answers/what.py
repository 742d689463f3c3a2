"""What is asked about: a text, and what it stands for in a run.

    BLOCK            a block or function; BLOCK@N the invocation of this number
    action NAME      an action, prompt, custom function or child playbook by its run's name, or an action by its own;
                     without ``action`` where no block is called so
    severity, status, owner, tags, note, comment, pin, …   a change; ``list NAME`` and ``artifact 3`` one of a kind
    output, output NAME     what the playbook gives back
    message TEXT     a line of the debug log that holds the text
    error            an exception
    line N           a line of the playbook
    data KEY         what is kept in the run

Blocks, lines and outputs are those of the playbook that was started, where it has them; ``WHAT of PLAYBOOK`` asks about
a child playbook.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from phantom_lab.answers.ran import Ran
from phantom_lab.errors import InputError
from phantom_lab.history.events import (
    ActionStarted,
    CustomFunctionStarted,
    Evaluated,
    InvocationStarted,
    PlaybookStarted,
)
from phantom_lab.history.journal import Journal
from phantom_lab.later import dataclass
from phantom_lab.misspelt import near

BLOCK, ASKED, CHANGE, OUTPUT, MESSAGE, ERROR, LINE, DATA = (
    "block", "action", "change", "output", "message", "error", "line", "data")
ASKS = {"act": "action", "prompt": "name", "prompt2": "name", "task": "name", "custom_function": "custom_function",
        "playbook": "playbook"}
"""Calls that ask for something, and the argument that says for what."""
STARTED = (ActionStarted, CustomFunctionStarted, PlaybookStarted)
CHANGES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "severity": (("set_severity",), ("severity",)), "status": (("set_status", "close"), ("status",)),
    "sensitivity": (("set_sensitivity",), ("sensitivity",)), "label": (("set_label",), ("label",)),
    "owner": (("set_owner", "assign", "set_incident_owner"), ("owner", "owner_id", "role_id")),
    "tags": (("add_tags", "remove_tags"), ("tags",)),
    "phase": (("set_phase", "set_incident_phase"), ("current_phase",)), "due time": (("set_duetime",), ("due_time",)),
    "note": (("add_note",), ("note",)), "comment": (("comment", "add_comment"), ("container_comment",)),
    "pin": (("pin", "update_pin", "delete_pin"), ("container_pin",)),
    "list": (("add_list", "set_list", "remove_list", "delete_from_list", "datastore_add", "datastore_set",
              "datastore_delete"), ("decided_list",)),
    "artifact": (("add_artifact", "save_artifact", "delete_artifact"), ("artifact",)),
    "container": (("create_container", "update", "promote"), ("container",)),
    "workbook": (("add_workbook", "add_task", "set_task_owner"), ("workbook_task", "workbook_phase")),
    "attachment": (("add_attachment", "delete_attachment"), ("container_attachment",)),
}
"""By word: the calls that write it, and the fields of a container or kinds of records that they write."""
_ABOUT = ("What is asked about is a block, the name of an action, a change (severity, note, list NAME), output, "
          "message TEXT, error or line N.")
_WORDS = ("action", "block", "line", "message", "output", "error", "data", *CHANGES)


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked about."""

    kind: str
    name: str = ""
    """Of a block, an action run, an output, a list, a key; or a part of a message."""
    word: str = ""
    """Of a change: one of `CHANGES`, or the field."""
    number: int = 0
    """Of an invocation, a record or a line."""
    runs: tuple[int, ...] = ()
    """The runs that are meant; empty: any."""

    def __str__(self) -> str:
        if self.kind == BLOCK:
            return f"{self.name}@{self.number}" if self.number else self.name
        if self.kind == CHANGE:
            return " ".join(filter(None, (self.word, self.name or (str(self.number) if self.number else ""))))
        return " ".join(filter(None, (self.kind, self.name, str(self.number) if self.number else "")))


def target_of(journal: Journal, runs: Sequence[Ran], what: str) -> Target:
    """What a text stands for.

    Raises:
        InputError: nothing in the run or its sources is called so.
    """
    if not isinstance(what, str):
        raise InputError(f"what is asked about must be a text, not {type(what).__name__}", hint=_ABOUT)
    text, _, playbook = " ".join(what.split()).rpartition(" of ")
    own = [one for one in runs if one.begun.playbook == playbook] if text else []
    if own:
        return replace(_target(journal, own, what, text), runs=tuple(one.number for one in own))
    found = _target(journal, runs, what, " ".join(what.split()))
    same = [one for one in runs if one.begun.source == runs[0].begun.source]
    if found.kind in (LINE, OUTPUT) or (found.kind == BLOCK and found.name in runs[0].functions and not found.number):
        return replace(found, runs=tuple(one.number for one in same))
    return found


def _target(journal: Journal, runs: Sequence[Ran], what: str, text: str) -> Target:
    word, _, rest = text.partition(" ")
    name, _, number = text.partition("@")
    blocks = {one for ran in runs for one in ran.functions}
    blocks |= {one.block for one in journal.index.of_kind(InvocationStarted)}
    if name in blocks and (not number or number.isdecimal()):
        started = [str(one.n) for one in journal.index.of_kind(InvocationStarted) if one.block == name]
        if number and number not in started:
            raise InputError(f"{name} has no invocation {number}", hint=f"There are {', '.join(started[:20])}."
                             if started else "It was not invoked.")
        return Target(BLOCK, name, number=int(number or 0))
    if word == "block" and rest in blocks:
        return Target(BLOCK, rest)
    asked = asked_for(journal, runs)
    if (wanted := rest if word == "action" else text) in asked:
        return Target(ASKED, wanted)
    if word in ("error", "exception") and not rest:
        return Target(ERROR)
    if word == "line" and rest.isdecimal():
        return Target(LINE, number=int(rest))
    if word == "output":
        return Target(OUTPUT, rest)
    if word in ("message", "data") and rest:
        return Target(MESSAGE if word == "message" else DATA, rest)
    if (found := _change(text)) is not None:
        return found
    filters = {one.name for one in journal.index.of_kind(Evaluated)}
    if text in filters and (block := text.partition(":")[0]) in blocks:
        return Target(BLOCK, block)
    close = near(wanted, [*blocks, *asked, *_WORDS])
    raise InputError(f"nothing in this run is called {what!r}",
                     hint=f"Did you mean {close[0]}?" if close else _ABOUT)


def _change(text: str) -> Target | None:
    word = next((one for one in CHANGES if text == one or text.startswith(f"{one} ")), "")
    rest = text.removeprefix(word).strip()
    if word and (not rest or word in ("list", "artifact", "container")):
        number = int(rest) if rest.isdecimal() and word != "list" else 0
        return Target(CHANGE, "" if number else rest, word, number)
    return None


def asked_for(journal: Journal, runs: Sequence[Ran]) -> set[str]:
    """Names of actions, prompts, custom functions and child playbooks, as runs and as what they are."""
    found = {name for one in journal.index.of_kinds(*STARTED) for name in names_of_asked(one)}
    for ran in runs:
        found |= {name for call, _ in ran.calls_of(*ASKS) for name in named(call)}
    return found


def names_of_asked(event: object) -> Iterator[str]:
    """The names of something that was asked for: its run's, and its own."""
    for one in ("name", "action", "function", "playbook"):
        if isinstance(found := getattr(event, one, None), str) and found:
            yield found


def named(call: object) -> Iterator[str]:
    """The same of a call in a source."""
    get, name = call.get, call.name  # type: ignore[attr-defined]
    for one in ("name", ASKS.get(name, "name")):
        if isinstance(found := get(one), str) and found:
            yield found
