"""Datapath texts, compiled once per text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache


class _Star(Enum):
    STAR = "*"

    def __repr__(self) -> str:
        return "*"


STAR = _Star.STAR
"""The step ``*``: each element of a list."""
Step = str | int | _Star


class Source(Enum):
    """Where a datapath reads from."""

    ACTION_RESULT = "action_result"
    ARTIFACT = "artifact"
    CONTAINER = "container"
    CUSTOM_FUNCTION = "custom_function"
    CUSTOM_FUNCTION_RESULT = "custom_function_result"
    CUSTOM_LIST = "custom_list"
    FORMATTED_DATA = "formatted_data"
    PLAYBOOK = "playbook"
    PLAYBOOK_INPUT = "playbook_input"
    PLAYBOOK_OUTPUT = "playbook_output"


@dataclass(frozen=True, slots=True)
class Path:
    """A compiled datapath."""

    text: str
    source: Source
    steps: tuple[Step, ...]
    """What to walk in one record of the source."""
    block: str = ""
    """The block named before the source; empty when there is none."""
    filter: str = ""
    """``<filter>:condition_<n>`` of a ``filtered-data:`` path; empty otherwise."""
    label: str = "*"
    """``artifact:LABEL``; ``*`` is any, a number the position."""

    @property
    def origin(self) -> tuple[Source, str, str, str]:
        """Paths with equal origins read the same records."""
        return self.source, self.block, self.filter, self.label


_PLAIN = {  # sources that stand first, without a block
    "artifact": Source.ARTIFACT, "artifacts": Source.ARTIFACT, "filtered-artifact": Source.ARTIFACT,
    "filtered_artifact": Source.ARTIFACT, "container": Source.CONTAINER, "playbook_input": Source.PLAYBOOK_INPUT,
    "custom_list": Source.CUSTOM_LIST, "playbook": Source.PLAYBOOK,
}
_OF_BLOCK = {  # sources that stand after `<block>:`
    "action_result": Source.ACTION_RESULT, "filtered-action_result": Source.ACTION_RESULT,
    "custom_function_result": Source.CUSTOM_FUNCTION_RESULT, "custom_function": Source.CUSTOM_FUNCTION,
    "formatted_data": Source.FORMATTED_DATA, "playbook_output": Source.PLAYBOOK_OUTPUT,
    "playbook_input": Source.PLAYBOOK_INPUT, "summary": Source.ACTION_RESULT,
}
_HEADERS = {"action", "app", "status", "message", "asset", "name", "app_run_id", "action_run_id", "app_id", "asset_id"}
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"(?=\.|$)|([^.]+)')
"""A step; one that holds a dot stands in quotes. A quote inside quotes is escaped by a backslash (our addition)."""
_INDEX = re.compile(r"\[(\d+)\]|(\d+)")


@lru_cache(maxsize=4096)
def parse(text: str) -> Path | None:
    """Compile a datapath.

    Returns:
        None when the text is no datapath, that is, a literal.
    """
    rest, chosen = text.strip(), ""
    if rest.startswith("filtered-data:"):
        parts = rest.split(":", 3)
        if len(parts) < 4:
            return None
        chosen, rest = f"{parts[1]}:{parts[2]}", parts[3]
    head, colon, tail = rest.partition(":")
    if not colon or re.match(r"(filtered-)?action_result[.*]", head):
        return _unnamed(text, rest, chosen)
    if head in _PLAIN:
        if tail.startswith(" ") and head != "custom_list":  # "container: see below" is a text
            return None
        return _plain(text, _PLAIN[head], tail, "", chosen)
    second, colon, after = tail.partition(":")
    if colon and second in ("artifact", "filtered-artifact"):
        return _plain(text, Source.ARTIFACT, after, head, chosen)
    if colon and second in ("custom_function", "playbook_output", "playbook_input"):
        return Path(text, _OF_BLOCK[second], _steps(after), head, chosen)
    word = re.split(r"[.*]", tail, maxsplit=1)[0]
    if word not in _OF_BLOCK or not head.strip():
        return None
    return Path(text, _OF_BLOCK[word], _record_steps(word, tail), head, chosen)


def operand(value: object, *, unnamed: bool = False) -> Path | None:
    """Compile an operand of a condition or template.

    Args:
        value: text or any other literal.
        unnamed: whether results were passed along, which is when ``action_result.…`` without a block has a meaning;
            a bare header word such as ``status`` is a literal all the same.
    """
    if not isinstance(value, str) or value in _HEADERS:
        return None
    path = parse(value)
    if path and path.source is Source.ACTION_RESULT and not path.block and not unnamed:
        return None
    return path


def _unnamed(text: str, rest: str, chosen: str) -> Path | None:
    """``action_result.…``, ``summary.…`` and app-run headers, which read the ``action_results`` passed along."""
    word = re.split(r"[.*]", rest, maxsplit=1)[0]
    if word in ("action_result", "filtered-action_result", "summary"):
        return Path(text, Source.ACTION_RESULT, _record_steps(word, rest), "", chosen)
    if rest in _HEADERS:
        return Path(text, Source.ACTION_RESULT, ("app_run", rest), "", chosen)
    return None


def _plain(text: str, source: Source, tail: str, block: str, chosen: str) -> Path:
    if source is Source.ARTIFACT:
        label, _, path = tail.partition(".")
        return Path(text, source, _steps(path), block, chosen, label.strip() or "*")
    if source is Source.CUSTOM_LIST:
        return Path(text, source, (tail.strip(),), block, chosen)
    return Path(text, source, _steps(tail), block, chosen)


def _record_steps(word: str, tail: str) -> tuple[Step, ...]:
    steps = _steps(tail)[1:]
    if word == "summary":  # `<block>:summary.x` is the app run's own summary
        return ("app_run", "summary", *steps)
    if word == "formatted_data":
        return steps
    return (word.removeprefix("filtered-"), *steps)


def _steps(text: str) -> tuple[Step, ...]:
    steps: list[Step] = []
    for match in _TOKEN.finditer(text):
        quoted, plain = match.groups()
        if plain is None:
            steps.append(re.sub(r"\\(.)", r"\1", quoted))
        elif plain == "*":
            steps.append(STAR)
        elif plain.endswith("*"):  # a published slip, `data*.x`, that the platform reads as no value
            steps.append(plain)
        elif index := _INDEX.fullmatch(plain):
            steps.append(int(index[1] or index[2]))
        else:
            steps.append(plain)
    return tuple(steps)
