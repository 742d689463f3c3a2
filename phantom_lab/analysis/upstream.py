"""Reads from a block that is not upstream: as far as the flow tells, nothing of it need be there."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from phantom_lab.analysis.blocks import Finding
from phantom_lab.datapath import Source
from phantom_lab.reading import texts
from phantom_lab.reading.calls import Call
from phantom_lab.reading.forms import compiled
from phantom_lab.reading.graph import edges, found_by_name, reached
from phantom_lab.reading.names import COMPUTED
from phantom_lab.reading.read import Reading

_KEYED = ("save_run_data", "save_block_result")
_WRITERS = {"act": "asked", "prompt": "asked", "prompt2": "asked", "task": "asked", "custom_function": "asked",
            "playbook": "asked", "format": "format", "condition": "filter"}
_AT_ONCE = ("format", "filter", "code")
"""What is there as soon as it was asked for, and not only in a later block."""
_READERS = {"get_format_data": ("format", "name"), "get_filtered_data": ("filter", "name"),
            "get_run_data": ("code", "key"), "get_block_result": ("code", "key")}
_SOURCES = {Source.ACTION_RESULT: "asked", Source.ACTION_RESULTS: "asked", Source.CUSTOM_FUNCTION_RESULT: "asked",
            Source.CUSTOM_FUNCTION_RESULTS: "asked", Source.PLAYBOOK_OUTPUT: "asked",
            Source.FORMATTED_DATA: "format", Source.CUSTOM_FUNCTION: "code"}
Named = tuple[str, Any]
"""A kind of output, and the name of its block, or its key; `COMPUTED` where only a run can tell it."""


def upstream(reading: Reading) -> Iterator[Finding]:
    """A block that reads what need not be there when it runs.

    A warning where no call and no callback leads to it from what it reads: in two branches, either may be first. An
    info where some way to it leads past what it reads.
    """
    if found_by_name(reading):
        return
    writers, named = _writers(reading), edges(reading)
    led, sure = after(named), _sure(reading, named, writers)
    last = {"on_finish", *led.get("on_finish", ())}
    for call, what in _reads(reading):
        asked = {one.function for one in writers.get(what, ())}
        reader = call.function
        if not asked or (what[0], COMPUTED) in writers or reader in last or reader not in sure:
            continue
        where = ", ".join(sorted(asked))
        if not any(reader in led[one] or (what[0] in _AT_ONCE and one == reader) for one in asked):
            why = ("itself asks for it: only a later block gets it" if reader in asked else
                   f"nothing leads to it from {where}, which asks for that")
            yield call.line, "warning", "upstream", f"{reader} reads '{what[1]}', and {why}"
        elif not asked & sure[reader]:
            yield call.line, "info", "upstream", f"{reader} reads '{what[1]}', and a way to it leads past {where}"


def _writers(reading: Reading) -> Mapping[Named, list[Call]]:
    found: dict[Named, list[Call]] = defaultdict(list)
    for call in reading.calls_of(*_WRITERS):
        found[_WRITERS[call.name], call.get("name") or COMPUTED].append(call)
    for call in reading.calls_of(*_KEYED):
        found["code", call.get("key") or COMPUTED].append(call)
    return found


def _reads(reading: Reading) -> Iterator[tuple[Call, Named]]:
    """Calls that read, with what they read; each block once a call."""
    seen = set()
    for call, named in (*_paths(reading), *_values(reading)):
        if (id(call), named) not in seen:
            seen.add((id(call), named))
            yield call, named


def _paths(reading: Reading) -> Iterator[tuple[Call, Named]]:
    for datapath in texts.datapaths(reading):
        path = compiled(datapath)
        if path is None:
            continue
        if path.filter:
            yield datapath.call, ("filter", path.filter)
        elif path.block and path.source in _SOURCES:
            key = f"{path.block}:{path.steps[0]}" if path.source is Source.CUSTOM_FUNCTION else path.block
            yield datapath.call, (_SOURCES[path.source], key)


def _values(reading: Reading) -> Iterator[tuple[Call, Named]]:
    for call in reading.calls_of(*_READERS):
        kind, argument = _READERS[call.name]
        name = call.get(argument)
        if isinstance(name, str) and (kind != "code" or name.partition(":")[0] in reading.functions):
            yield call, (kind, name.removesuffix("__as_list"))


def after(named: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """What each function leads to."""
    found = {}
    for function in named:
        led: set[str] = set()
        waiting = list(named[function])
        while waiting:
            if (one := waiting.pop()) not in led:
                led.add(one)
                waiting += named[one]
        found[function] = led
    return found


def _sure(reading: Reading, named: Mapping[str, set[str]], writers: Mapping[Named, list[Call]]) -> dict[str, set[str]]:
    """The functions that have begun before each function that is reached at all, itself included."""
    before: dict[str, set[str]] = defaultdict(set)
    for function, others in named.items():
        for one in others:
            before[one].add(function)
    joins, found = _joined(reading, writers), reached(reading)
    sure = {"": set[str](), **{one: set(found) for one in found}}
    changed = True
    while changed:
        changed = False
        for function in found:
            less = {function, *set.intersection(*(_past(sure, one, joins) for one in before[function] if one in sure))}
            changed, sure[function] = changed or less != sure[function], less
    return sure


def _joined(reading: Reading, writers: Mapping[Named, list[Call]]) -> dict[str, set[str]]:
    """What has begun once a join goes on: whoever asked for what it waits for, and the callbacks of that."""
    found: dict[str, set[str]] = defaultdict(set)
    for call in reading.calls_of("completed", "actions_done", "playbooks_completed"):
        for argument in ("action_names", "playbook_names", "custom_function_names", "names"):
            for name in call.names(argument):
                asked = writers.get(("asked", name), ())
                if len(asked) == 1:
                    callback = asked[0].nodes.get("callback")
                    begun = [callback.id] if isinstance(callback, ast.Name) else []
                    found[call.function] |= {asked[0].function, *begun}
    return found


def _past(sure: Mapping[str, set[str]], function: str, joins: Mapping[str, set[str]]) -> set[str]:
    """What has begun once a function goes on."""
    return sure[function].union(*(sure.get(one, {one}) for one in joins.get(function, ())))
