"""Slips in the names of blocks: what a playbook reads or waits for, and does not have."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from phantom_lab.datapath import Family, Path
from phantom_lab.misspelt import closest
from phantom_lab.reading import texts
from phantom_lab.reading.forms import compiled
from phantom_lab.reading.names import COMPUTED
from phantom_lab.reading.read import Reading

Finding = tuple[int, str, str, str]
"""Line, level, kind and message."""
_RESULTS = (Family.ACTION_RESULT, Family.ACTION_RESULTS, Family.CUSTOM_FUNCTION_RESULT,
            Family.CUSTOM_FUNCTION_RESULTS, Family.PLAYBOOK_OUTPUT)
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
    """A join that waits for what the playbook never asks for, or for a code block that it does not have."""
    asked = Names(reading).asked
    for call in reading.calls_of("completed"):
        for name in call.names("code_names"):
            if isinstance(name, str) and name not in reading.functions:
                like = closest(name, reading.functions)
                yield (call.line, "warning", "join",
                       f"{call.function} waits for the code block '{name}', which the playbook does not have{like}")
    if COMPUTED in asked:
        return
    for call in reading.calls_of("completed", "actions_done", "playbooks_completed"):
        for argument in ("action_names", "playbook_names", "custom_function_names", "names"):
            for name in call.names(argument):
                if isinstance(name, str) and name not in asked:
                    like = closest(name, filter(None, map(_text, asked)))
                    yield (call.line, "warning", "join",
                           f"{call.function} waits for '{name}', which the playbook never asks for{like}")


def blocks(reading: Reading) -> Iterator[Finding]:
    """A datapath of a block or filter that the playbook does not have, or in the form of another kind of block; what
    one call reads wrongly of one block is told once."""
    names = Names(reading)
    found: dict[tuple[int, str, str], list[str]] = {}
    for datapath in texts.datapaths(reading):
        path = compiled(datapath)
        if path is None:
            continue
        if path.filter and COMPUTED not in names.filters and path.filter not in names.filters:
            told = "block", _missing("filter", path.filter, names.filters)
        elif other := _other_form(path, names):
            told = "form", f"gives nothing: {other}"
        elif (known := _known(path, names)) is not None and COMPUTED not in known and path.block not in known:
            told = "block", _missing("block", path.block, known)
        else:
            continue
        found.setdefault((datapath.call.line, *told), []).append(path.text)
    for (line, kind, message), paths in found.items():
        more = f" (and {len(set(paths)) - 1} more paths)" if len(set(paths)) > 1 else ""
        yield line, "warning", kind, f"'{paths[0]}'{more} {message}"


def _missing(what: str, name: str, known: set[Any]) -> str:
    return f"reads a {what} the playbook does not have: {name}{closest(name, filter(None, map(_text, known)))}"


def _text(name: Any) -> str:
    return name if isinstance(name, str) else ""


def _known(path: Path, names: Names) -> set[Any] | None:
    """The blocks that a path's source may name; None where no block is named, or any."""
    if not path.block or path.source is Family.CUSTOM_FUNCTION:
        return None
    if path.source is Family.FORMATTED_DATA:
        return names.formats
    return names.asked if path.source in _RESULTS else None


def _other_form(path: Path, names: Names) -> str:
    """What a block's output is called instead."""
    if path.source is Family.CUSTOM_FUNCTION and path.block in names.custom_functions:
        return f"'{path.block}' is a custom function: write '{path.block}:custom_function_result.data.{_tail(path)}'"
    if path.source is Family.CUSTOM_FUNCTION_RESULT and path.block in names.code - names.asked:
        return f"'{path.block}' is a code block: write '{path.block}:custom_function:{_tail(path)}'"
    if path.source is Family.CUSTOM_FUNCTION and COMPUTED not in names.written:
        key = f"{path.block}:{path.steps[0]}"
        return "" if key in names.written else f"nothing saves run data '{key}'"
    return ""


def _tail(path: Path) -> str:
    steps = [str(getattr(step, "value", step)) for step in path.steps]
    return ".".join(step for step in steps if step not in ("custom_function_result", "data"))
