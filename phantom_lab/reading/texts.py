"""The texts that a source hands to ``phantom.rules``: datapaths, conditions, templates, and what it refers to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from phantom_lab.datapath import triple
from phantom_lab.later import dataclass
from phantom_lab.model import naming
from phantom_lab.reading.calls import Call
from phantom_lab.reading.names import COMPUTED
from phantom_lab.reading.read import Reading

_COLLECTED = ("datapath", "datapaths", "named_datapath")
"""Parameters that hold datapaths and nothing else."""
CONDITIONS = ("condition", "decision", "does_condition_use_ar_data_", "does_condition_use_filtered_ar_data_")
"""Functions that take ``conditions``."""
_TEMPLATES = {"format": "template", "prompt": "message", "prompt2": "message"}
_REFERENCES = {"playbook": "playbook", "custom_function": "custom_function", "act": "assets", "get_list": "list_name",
               "set_list": "list_name", "add_list": "list_name", "check_list": "list_name", "remove_list": "list_name",
               "delete_from_list": "list_name"}
_KINDS = {"playbook": "playbook", "custom_function": "custom function", "assets": "asset", "list_name": "list"}
_NAMED = ("act", "prompt", "prompt2", "task", "custom_function", "playbook")


@dataclass(frozen=True, slots=True)
class Datapath:
    """A text that is read as a datapath, or may be one."""

    text: str
    call: Call
    operand: bool
    """Whether a text that is no datapath stands for itself there: in conditions and templates."""
    unnamed: bool = False
    """Whether results were passed along, which ``action_result.…`` without a block reads."""


@dataclass(frozen=True, slots=True)
class Condition:
    """``[left, operator, right]``; each may be `COMPUTED`."""

    left: Any
    operator: Any
    right: Any
    call: Call


@dataclass(frozen=True, slots=True)
class Template:
    """A template and its parameters."""

    text: str
    parameters: list[Any] | None
    """None where only a run can tell them."""
    call: Call


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that has to be there besides the source."""

    kind: str
    """``playbook``, ``custom function``, ``list`` or ``asset``."""
    name: str
    """Empty where only a run can tell it."""
    call: Call


def conditions(reading: Reading) -> Iterator[Condition]:
    """Every comparison of conditions, decisions and logic loops; what is no triple is left out."""
    for call in (*reading.calls_of(*CONDITIONS), *reading.loops):
        for one in call.names("conditions"):
            if found := triple(one):
                yield Condition(*found, call)


def datapaths(reading: Reading) -> Iterator[Datapath]:
    """Every text that is read as a datapath, or as a datapath where it is one."""
    for call in reading.calls:
        for name in _COLLECTED:
            yield from (Datapath(one, call, False) for one in call.names(name) if isinstance(one, str))
    for template in templates(reading):
        yield from (Datapath(one, template.call, True) for one in template.parameters or () if isinstance(one, str))
    for one in conditions(reading):
        unnamed = one.call.name == "LoopState" or one.call.get("action_results") is not None
        yield from (Datapath(side, one.call, True, unnamed) for side in (one.left, one.right) if isinstance(side, str))


def templates(reading: Reading) -> Iterator[Template]:
    """Every template of ``format`` and of prompts that is written in the source."""
    for call in reading.calls_of(*_TEMPLATES):
        text, given = call.get(_TEMPLATES[call.name]), call.get("parameters")
        if isinstance(text, str):
            yield Template(text, None if given is COMPUTED else call.names("parameters"), call)


def references(reading: Reading) -> Iterator[Reference]:
    """Playbooks, custom functions, custom lists and assets that the source names."""
    for call in reading.calls_of(*_REFERENCES):
        argument = _REFERENCES[call.name]
        for one in call.several.get(argument) or call.names(argument):
            if one is COMPUTED or isinstance(one, str):
                yield Reference(_KINDS[argument], one if isinstance(one, str) else "", call)
    for condition in conditions(reading):
        for side in (condition.left, condition.right):
            if isinstance(side, str) and side.startswith("custom_list:"):
                yield Reference("list", side.partition(":")[2].strip(), condition.call)


def asked_names(reading: Reading) -> set[Any]:
    """Names under which the source asks for actions, prompts, custom functions and child playbooks.

    `COMPUTED` is among them where only a run can tell one of them; a call without a name gets one from the lab, made of
    what it asks for (form assumed).
    """
    return {call.get("name") or _unnamed(call) for call in reading.calls_of(*_NAMED)}


def _unnamed(call: Call) -> Any:
    what = call.get("playbook") if call.name == "playbook" else call.get("action") if call.name == "act" else None
    return f"{naming.base(what).replace(' ', '_')}_1" if isinstance(what, str) else COMPUTED


def callbacks(reading: Reading) -> Iterator[tuple[Call, str]]:
    """Calls that register a callback by the name of a function."""
    for call in reading.calls:
        for node in (call.nodes.get("callback"), call.nodes.get("dispatch_callback")):
            if isinstance(node, ast.Name):
                yield call, node.id
