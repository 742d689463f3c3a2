"""Datapath texts, compiled once per text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
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
    FINDING = "finding"
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
    "custom_list": Source.CUSTOM_LIST, "playbook": Source.PLAYBOOK, "finding": Source.FINDING,
}
_RESULTS = {  # what is read of app runs, of a block or of those passed along, and the key of their records
    "action_result": (Source.ACTION_RESULT, "action_result"),
    "filtered-action_result": (Source.ACTION_RESULT, "action_result"),
    "action_results": (Source.ACTION_RESULT, "action_results"),  # a published slip, that has no value
    "summary": (Source.ACTION_RESULT, "summary"),
    "custom_function_result": (Source.CUSTOM_FUNCTION_RESULT, "custom_function_result"),
    "legacy_custom_function_result": (Source.CUSTOM_FUNCTION_RESULT, "custom_function_result"),
}
_STORED = {  # sources that stand after `<block>:`, before another colon
    "custom_function": Source.CUSTOM_FUNCTION, "playbook_output": Source.PLAYBOOK_OUTPUT,
    "playbook_input": Source.PLAYBOOK_INPUT,
}
_NAMELESS = "(none)"
"""The block of a datapath that begins with a colon: none is called so, and it has no value."""
_HEADERS = {"action", "app", "status", "message", "asset", "name", "app_run_id", "action_run_id", "app_id", "asset_id"}
_RESULT_HEAD = re.compile(r"((filtered-)?action_results?|(legacy_)?custom_function_result)[.*]")
_TOKEN = re.compile(r'(?:^|\.)(?:"((?:[^"\\]|\\.)*)"(?=\.|\Z)|([^.]*))', re.DOTALL)
"""A step; one that holds a dot stands in quotes. A quote inside quotes is escaped by a backslash (our addition)."""
_FAMILY = re.compile(r"(?:filtered-data:[^:]+:[^:]+:)?([a-z][a-z0-9_]*):(?:\*|[A-Za-z_]\w*)(?:\.[^.:/\s][^.:/]*)*")
_SCHEMES = frozenset({"http", "https", "ftp", "file", "mailto", "urn", "data", "md5", "sha1", "sha256", "sha512"})
"""Words before a colon that make a value of a text, not a datapath."""
_INDEX = re.compile(r"\[([0-9]{1,9})\]|(0|[1-9][0-9]{0,8})")


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
    if rest.startswith(":"):  # a published slip
        path = _read(text, f"{_NAMELESS}{rest}", chosen) or _read(text, rest[1:], chosen)
        return replace(path, block=_NAMELESS) if path and path.block else None
    return _read(text, rest, chosen)


def _read(text: str, rest: str, chosen: str) -> Path | None:
    """What stands behind a filter, if there is one."""
    head, colon, tail = rest.partition(":")
    if not colon or _RESULT_HEAD.match(head):  # the colon is part of a key
        return _unnamed(text, rest, chosen)
    if not head.strip() or not tail.strip():
        return None
    if head in _PLAIN:
        if tail.startswith(" ") and head != "custom_list":  # "container: see below" is a text
            return None
        return _plain(text, _PLAIN[head], tail, "", chosen)
    second, _, after = tail.partition(":")
    if after and _PLAIN.get(second) is Source.ARTIFACT:
        return _plain(text, Source.ARTIFACT, after, head, chosen)
    if after and second in _STORED:
        return Path(text, _STORED[second], _steps(after), head, chosen)
    return _of_block(text, tail, head, chosen)


def unknown_family(text: object) -> str:
    """The word before the colon of a text that has the shape of a datapath and is none that `parse` reads, such as
    ``incident`` of ``incident:name``; empty for any other text."""
    found = _FAMILY.fullmatch(text.strip()) if isinstance(text, str) else None
    return found[1] if found and found[1] not in _SCHEMES and parse(str(text)) is None else ""


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
    if path and path.source in (Source.ACTION_RESULT, Source.CUSTOM_FUNCTION_RESULT) and not (
            path.block or path.filter or unnamed):
        return None
    return path


def _unnamed(text: str, rest: str, chosen: str) -> Path | None:
    """``action_result.…``, ``summary.…`` and app-run headers, which read the ``action_results`` passed along."""
    if rest in _HEADERS:
        return Path(text, Source.ACTION_RESULT, ("app_run", rest), "", chosen)
    return None if rest.startswith("formatted_data") else _of_block(text, rest, "", chosen)


def _plain(text: str, source: Source, tail: str, block: str, chosen: str) -> Path:
    if source is Source.ARTIFACT:
        label, _, path = tail.partition(".")
        return Path(text, source, _steps(path), block, chosen, label.strip() or "*")
    if source is Source.CUSTOM_LIST:
        return Path(text, source, (tail.strip(),), block, chosen)
    return Path(text, source, _steps(tail), block, chosen)


def _of_block(text: str, tail: str, block: str, chosen: str) -> Path | None:
    word = re.split(r"[.*]", tail, maxsplit=1)[0]
    if word == "formatted_data":
        return Path(text, Source.FORMATTED_DATA, _steps(tail)[1:], block, chosen)
    if word not in _RESULTS:
        return None
    source, key = _RESULTS[word]
    first, *steps = _steps(tail)
    if first != word:  # a slip such as `action_result*.data`, that has no value
        return Path(text, source, (first, *steps), block, chosen)
    if key == "summary":  # `<block>:summary.x` is the app run's own summary
        return Path(text, source, ("app_run", key, *steps), block, chosen)
    if steps[:1] == ["loop_state"]:
        return Path(text, source, ("app_run", *steps), block, chosen)
    return Path(text, source, (key, *steps), block, chosen)


def _steps(text: str) -> tuple[Step, ...]:
    """Steps between dots. An empty one is a key of its own, so that a dot too many gives no value."""
    return tuple(_step(*match.groups()) for match in _TOKEN.finditer(text)) if text else ()


def _step(quoted: str | None, plain: str) -> Step:
    if quoted is not None:
        return re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL)
    if plain == "*":
        return STAR
    index = _INDEX.fullmatch(plain)
    return int(index[1] or index[2]) if index else plain  # `data*.x`, a published slip, is a key and has no value
