"""Slips in the names of blocks: what a playbook reads or waits for, and does not have."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from phantom_lab.datapath import Path, Source
from phantom_lab.reading import texts
from phantom_lab.reading.forms import compiled
from phantom_lab.reading.names import COMPUTED
from phantom_lab.reading.read import Reading

Finding = tuple[int, str, str, str]
"""Line, level, kind and message."""
_RESULTS = (Source.ACTION_RESULT, Source.ACTION_RESULTS, Source.CUSTOM_FUNCTION_RESULT,
            Source.CUSTOM_FUNCTION_RESULTS, Source.PLAYBOOK_OUTPUT)
_CODE = ("save_run_data", "save_block_result")


class Names:
    """What a playbook calls its things; a kind of which one name is `COMPUTED` knows nothing for certain."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    @cached_property
    def asked(self) -> set[Any]:
        """Names of actions, prompts, custom functions and child playbooks."""
        return texts.asked_names(self._reading)

    @cached_property
    def custom_functions(self) -> set[Any]:
        """Names of custom function blocks."""
        return self._given("custom_function")

    @cached_property
    def formats(self) -> set[Any]:
        """Names of formats."""
        return self._given("format")

    @cached_property
    def filters(self) -> set[Any]:
        """Names of conditions."""
        return self._given("condition")

    @cached_property
    def written(self) -> set[Any]:
        """Keys that code blocks write, ``<block>:<variable>``."""
        return {call.get("key") or COMPUTED for call in self._reading.calls_of(*_CODE)}

    @cached_property
    def code(self) -> set[str]:
        """Names of code blocks."""
        return {key.partition(":")[0] for key in self.written if isinstance(key, str)}

    def _given(self, api: str) -> set[Any]:
        return {call.get("name") or "" for call in self._reading.calls_of(api)}


def join(reading: Reading) -> Iterator[Finding]:
    """A join that waits for what the playbook never asks for."""
    asked = Names(reading).asked
    if COMPUTED in asked:
        return
    for call in reading.calls_of("completed", "actions_done", "playbooks_completed"):
        for argument in ("action_names", "playbook_names", "custom_function_names", "names"):
            for name in call.names(argument):
                if isinstance(name, str) and name not in asked:
                    yield (call.line, "warning", "join",
                           f"{call.function} waits for '{name}', which the playbook never asks for")


def blocks(reading: Reading) -> Iterator[Finding]:
    """A datapath of a block or filter that the playbook does not have, or in the form of another kind of block."""
    names = Names(reading)
    for datapath in texts.datapaths(reading):
        path = compiled(datapath)
        if path is None:
            continue
        line = datapath.call.line
        if path.filter and COMPUTED not in names.filters and path.filter not in names.filters:
            yield line, "warning", "block", f"'{path.text}' reads a filter the playbook does not have: {path.filter}"
        elif other := _other_form(path, names):
            yield line, "warning", "form", f"'{path.text}' gives nothing: {other}"
        elif (known := _known(path, names)) is not None and COMPUTED not in known and path.block not in known:
            yield line, "warning", "block", f"'{path.text}' reads a block the playbook does not have: {path.block}"


def _known(path: Path, names: Names) -> set[Any] | None:
    """The blocks that a path's source may name; None where no block is named, or any."""
    if not path.block or path.source is Source.CUSTOM_FUNCTION:
        return None
    if path.source is Source.FORMATTED_DATA:
        return names.formats
    return names.asked if path.source in _RESULTS else None


def _other_form(path: Path, names: Names) -> str:
    """What a block's output is called instead."""
    if path.source is Source.CUSTOM_FUNCTION and path.block in names.custom_functions:
        return f"'{path.block}' is a custom function: write '{path.block}:custom_function_result.data.{_tail(path)}'"
    if path.source is Source.CUSTOM_FUNCTION_RESULT and path.block in names.code - names.asked:
        return f"'{path.block}' is a code block: write '{path.block}:custom_function:{_tail(path)}'"
    if path.source is Source.CUSTOM_FUNCTION and COMPUTED not in names.written:
        key = f"{path.block}:{path.steps[0]}"
        return "" if key in names.written else f"nothing saves run data '{key}'"
    return ""


def _tail(path: Path) -> str:
    steps = [str(getattr(step, "value", step)) for step in path.steps]
    return ".".join(step for step in steps if step not in ("custom_function_result", "data"))
