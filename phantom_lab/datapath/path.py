"""Datapath texts, compiled once per text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from functools import lru_cache

from phantom_lab.later import dataclass, regex


class _Star(Enum):
    STAR = "*"

    def __repr__(self) -> str:
        return "*"


STAR = _Star.STAR
"""The step ``*``: each element of a list."""
Step = str | int | _Star


class Family(Enum):
    """What a datapath reads: the word that it begins with."""

    ACTION_RESULT = "action_result"
    ACTION_RESULTS = "action_results"
    ARTIFACT = "artifact"
    CONTAINER = "container"
    CUSTOM_FUNCTION = "custom_function"
    CUSTOM_FUNCTION_RESULT = "custom_function_result"
    CUSTOM_FUNCTION_RESULTS = "custom_function_results"
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
    source: Family
    steps: tuple[Step, ...]
    """What to walk in one record of the source."""
    block: str = ""
    """The block named before the source; empty when there is none."""
    filter: str = ""
    """``<filter>:condition_<n>`` of a ``filtered-data:`` path; empty otherwise."""
    label: str = "*"
    """``artifact:LABEL``; ``*`` is any, a number the position."""
    filtered: bool = False
    """``filtered-action_result``, ``filtered-artifact``: what a filter let through is passed along beside it."""

    @property
    def origin(self) -> tuple[Family, str, str, str]:
        """Paths with equal origins read the same records."""
        return self.source, self.block, self.filter, self.label


_PLAIN = {  # sources that stand first, without a block
    "artifact": Family.ARTIFACT, "artifacts": Family.ARTIFACT, "filtered-artifact": Family.ARTIFACT,
    "filtered_artifact": Family.ARTIFACT, "container": Family.CONTAINER, "playbook_input": Family.PLAYBOOK_INPUT,
    "custom_list": Family.CUSTOM_LIST, "playbook": Family.PLAYBOOK, "finding": Family.FINDING,
}
_RESULTS = {  # what is read of app runs, of a block or of those passed along, and the key of their records
    "action_result": (Family.ACTION_RESULT, "action_result"),
    "filtered-action_result": (Family.ACTION_RESULT, "action_result"),
    "action_results": (Family.ACTION_RESULTS, "action_results"),
    "filtered-action_results": (Family.ACTION_RESULTS, "action_results"),
    "summary": (Family.ACTION_RESULT, "summary"),
    "custom_function_result": (Family.CUSTOM_FUNCTION_RESULT, "custom_function_result"),
    "custom_function_results": (Family.CUSTOM_FUNCTION_RESULTS, "custom_function_results"),
    "legacy_custom_function_result": (Family.CUSTOM_FUNCTION_RESULT, "custom_function_result"),
}
_OF_RUNS = frozenset(source for source, _ in _RESULTS.values())
_EACH = {Family.ACTION_RESULTS: Family.ACTION_RESULT, Family.CUSTOM_FUNCTION_RESULTS: Family.CUSTOM_FUNCTION_RESULT}
"""Of the list of an app run's results, the source that reads them one by one."""
_STORED = {  # sources that stand after `<block>:`, before another colon
    "custom_function": Family.CUSTOM_FUNCTION, "playbook_output": Family.PLAYBOOK_OUTPUT,
    "playbook_input": Family.PLAYBOOK_INPUT,
}
_USUAL, _LONGEST = 1_000, 1_000_000
"""Characters of a datapath that is worth remembering, and of any."""
_NAMELESS = "(none)"
"""The block of a datapath that begins with a colon: none is called so, and it has no value."""
_HEADERS = {"action", "app", "status", "message", "asset", "name", "app_run_id", "action_run_id", "app_id", "asset_id"}
_RESULT_HEAD = regex(r"((filtered-)?action_results?|(legacy_)?custom_function_results?)[.*]")
_TOKEN = regex(r'(?:^|\.)(?:"((?:[^"\\]|\\.)*)"(?=\.|\Z)|([^.]*))', re.DOTALL)
"""A step; one that holds a dot stands in quotes. A quote inside quotes is escaped by a backslash (our addition)."""
_FAMILY = regex(r"(?:filtered-data:[^:]+:[^:]+:)?([a-z][a-z0-9_]*):(?:\*|[A-Za-z_]\w*)(?:\.[^.:/\s][^.:/]*)*")
_SCHEMES = frozenset({"http", "https", "ftp", "file", "mailto", "urn", "data", "md5", "sha1", "sha256", "sha512"})
"""Words before a colon that make a value of a text, not a datapath."""
_OF_BLOCK = ("playbook_output:", "custom_function:")
"""Sources that only stand after a block."""
_UNFINISHED = regex("((?P<block>[^:]+):)?(?P<word>playbook_output|playbook_input|custom_function|custom_list|"
                         "artifact|container)[: ]*")
_INDEX = regex(r"\[([0-9]{1,9})\]|(0|[1-9][0-9]{0,8})")


def parse(text: str) -> Path | None:
    """Compile a datapath.

    Returns:
        None when the text is no datapath, that is, a literal; so is one of more than a million characters.
    """
    return _remembered(text) if len(text) <= _USUAL else _parsed(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=4096)
def _remembered(text: str) -> Path | None:
    return _parsed(text)


def _parsed(text: str) -> Path | None:
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
        return replace(_plain(text, _PLAIN[head], tail, "", chosen), filtered=head.startswith("filtered"))
    second, _, after = tail.partition(":")
    if after and _PLAIN.get(second) is Family.ARTIFACT:
        return _plain(text, Family.ARTIFACT, after, head, chosen)
    if after and second in _STORED:
        return Path(text, _STORED[second], _steps(after), head, chosen)
    return _of_block(text, tail, head, chosen)


def unknown_family(text: object) -> str:
    """The word before the colon of a text that has the shape of a datapath and is none that `parse` reads, such as
    ``incident`` of ``incident:name``; empty for any other text."""
    found = _FAMILY.fullmatch(text.strip()) if isinstance(text, str) else None
    return found[1] if found and found[1] not in _SCHEMES and parse(str(text)) is None else ""


def result_by_result(paths: Sequence[Path | None]) -> list[Path | None]:
    """Paths of one call. Where one reads the results of app runs one by one, the list of all of them is a shallower
    cell beside it."""
    origins = {path.origin for path in paths if path is not None}
    return [replace(path, source=_EACH[path.source], steps=("app_run", *path.steps))
            if path is not None and path.source in _EACH and (_EACH[path.source], *path.origin[1:]) in origins
            else path for path in paths]


def unfinished(text: str) -> str:
    """What a text that begins like a datapath, and is none, should have been: ``<block>:playbook_output:NAME``.

    Returns:
        Empty for a datapath, and for any other text.
    """
    rest, start = text.strip(), ""
    if parse(text) is not None:
        return ""
    if rest.startswith("filtered-data:"):
        _, name, condition, rest = (*rest.split(":", 3), "", "", "")[:4]
        start = f"filtered-data:{name or 'FILTER'}:{condition or 'condition_N'}:"
        rest = rest or "artifact"
    if rest.startswith(_OF_BLOCK) and not rest.endswith(":"):
        return f"{start}BLOCK:{rest}"
    found = _UNFINISHED.fullmatch(rest)
    if found is None:
        return ""
    block, word = found["block"] or ("BLOCK" if f"{found['word']}:" in _OF_BLOCK else ""), found["word"]
    return f"{start}{block}{':' if block else ''}{word}:{'*.FIELD' if word == 'artifact' else 'NAME'}"


def words(text: str) -> list[str]:
    """What stands between the dots of a datapath's text; as many from its end as there are steps, each its step."""
    return [match.group().removeprefix(".") for match in _TOKEN.finditer(text)]


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
    if path and path.source in _OF_RUNS and not (path.block or path.filter or unnamed):
        return None
    return path


def _unnamed(text: str, rest: str, chosen: str) -> Path | None:
    """``action_result.…``, ``summary.…`` and app-run headers, which read the ``action_results`` passed along."""
    if rest in _HEADERS:
        return Path(text, Family.ACTION_RESULT, ("app_run", rest), "", chosen)
    return None if rest.startswith("formatted_data") else _of_block(text, rest, "", chosen)


def _plain(text: str, source: Family, tail: str, block: str, chosen: str) -> Path:
    if source is Family.ARTIFACT:
        label, _, path = tail.partition(".")
        return Path(text, source, _steps(path), block, chosen, label.strip() or "*")
    if source is Family.CUSTOM_LIST:
        return Path(text, source, (tail.strip(),), block, chosen)
    return Path(text, source, _steps(tail), block, chosen)


def _of_block(text: str, tail: str, block: str, chosen: str) -> Path | None:
    word = re.split(r"[.*]", tail, maxsplit=1)[0]
    if word == "formatted_data":
        return Path(text, Family.FORMATTED_DATA, _steps(tail)[1:], block, chosen)
    if word not in _RESULTS:
        return None
    source, key = _RESULTS[word]
    first, *steps = _steps(tail)
    if steps:  # of the list of results nothing below has a value, which is a published slip
        source = _EACH.get(source, source)
    if first != word:  # a slip such as `action_result*.data`, that has no value
        steps = [first, *steps]
    elif key == "summary":  # `<block>:summary.x` is the app run's own summary
        steps = ["app_run", key, *steps]
    else:
        steps = ["app_run" if steps[:1] == ["loop_state"] else key, *steps]
    return Path(text, source, tuple(steps), block, chosen, filtered=word.startswith("filtered-"))


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
