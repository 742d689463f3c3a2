"""Words and values in lines that people and diffs read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

WIDTH = 120
"""Characters of a line."""
SHORT = 80
"""Characters of a value that stands beside others."""
_PLAIN = re.compile(r"[\w:.,<>/ -]*[\w>]")


def plain(value: Any) -> str:
    """A word as it stands, anything else as JSON."""
    return value if isinstance(value, str) and _PLAIN.fullmatch(value) else as_json(value)


def as_json(value: Any) -> str:
    """JSON in one line."""
    return json.dumps(value, ensure_ascii=False)


def wrapped(words: list[str], depth: int) -> list[str]:
    """Words in lines, the further ones indented."""
    lines, margin = [], "  " * depth
    line = margin + words[0]
    for word in words[1:]:
        if len(line) + len(word) >= WIDTH and line.strip():
            lines.append(line)
            line = f"{margin}      {word}"
        else:
            line += f"  {word}"
    return [*lines, line]


def lines_of(value: Any, known: Mapping[str, str]) -> list[str]:
    """A long value in lines. A text that is JSON is shown as that, where it loses nothing."""
    if not isinstance(value, str):
        return _shown(value, known)
    with suppress(ValueError):
        found = json.loads(value)
        if isinstance(found, dict | list) and json.dumps(found) == value:
            first, *rest = _shown(found, known)
            return [f"text of {first}", *rest]
    return ["text", *map(_bordered, value.split("\n"))] if "\n" in value else [as_json(value)]


def _bordered(line: str) -> str:
    """A line of a text, without a blank at its end that nobody sees."""
    text = re.sub(r" $", r"\\u0020", as_json(line)[1:-1])
    return f"| {text}" if text else "|"


def _shown(value: Any, known: Mapping[str, str]) -> list[str]:
    """JSON in lines, known parts by name. Of containers and artifacts only what has a value."""
    text = as_json(value)
    if len(text) <= SHORT or text in known or not isinstance(value, dict | list):
        return [known.get(text, text)]
    if isinstance(value, dict) and "source_data_identifier" in value:
        value = {key: one for key, one in value.items() if one not in (None, "", [], {})}
    parts = [(f"{as_json(key)}: ", one) for key, one in value.items()] if isinstance(value, dict) else [
        ("", one) for one in value]
    lines: list[str] = []
    room = False
    for head, one in parts:
        first, *rest = _shown(one, known)
        if room and not rest and len(lines[-1]) + len(head + first) < WIDTH - 20:
            lines[-1] += f" {head}{first},"
        else:
            lines += [f"{head}{first}", *rest]
            lines[-1] += ","
        room = not rest and not isinstance(one, dict)
    lines[-1] = lines[-1].removesuffix(",")
    start, end = "{}" if isinstance(value, dict) else "[]"
    return [start, *(f"  {line}" for line in lines), end]
