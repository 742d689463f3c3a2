"""What of a text was meant otherwise: datapaths that nothing reads, and parts of templates that stay as they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from phantom_lab.datapath.path import Family, parse
from phantom_lab.datapath.template import BLOCK, numbers
from phantom_lab.later import regex

_ARTIFACT = "cef|id|name|tags|label|severity|data|description"
_BLOCK_NAME = r"(?<![\w.:/-])(?:filtered-data:\w+:condition_\d+:)?"
_WITHIN = regex(
    rf"{_BLOCK_NAME}(?:\w+:)?artifact:(?:\*|\w+)\.(?:{_ARTIFACT})\b[\w.*]*|"
    rf"{_BLOCK_NAME}(?:\w+:(?:filtered-)?)action_result\.(?:data|summary|parameter|status|message)\b[\w.*]*|"
    rf"{_BLOCK_NAME}\w+:custom_function_result\.(?:data|success|message)\b[\w.*]*|"
    rf"{_BLOCK_NAME}\w+:(?:custom_function|playbook_output):\w[\w.*]*|"
    rf"{_BLOCK_NAME}\w+:formatted_data\b(?:\.\*)?|{_BLOCK_NAME}playbook_input:\w[\w.*]*")
"""Datapaths that a longer text holds: only forms that stand in no other text."""
_NAMED = regex(r"(?<!\{)\{([A-Za-z_]\w*)?\}(?!\})")


def datapaths_in(text: str, container_fields: frozenset[str]) -> list[str]:
    """The datapath that a text is, or those that it holds.

    Args:
        container_fields: fields of a container; ``container:`` before anything else is a text.
    """
    if ":" not in text:
        return []
    path = parse(text)
    head = text.strip().partition(":")[0]
    if path is None or not path.steps or path.source is Family.PLAYBOOK or "\n" in text:
        return _WITHIN.findall(text)
    if path.source is Family.ARTIFACT and path.block and path.steps[0] not in _ARTIFACT.split("|"):
        return []
    if path.source is Family.CONTAINER:
        return [text] if path.steps[0] in container_fields else []
    found: list[str] = _WITHIN.findall(text)
    if not re.fullmatch(r"[\w -]+", head) or (" " in text and found):  # a sentence may begin with a datapath
        return found
    return [text]


def unfilled(template: str, parameters: Sequence[Any] | None) -> Iterator[str]:
    """Parts of a template that stay as they stand, and parameters that it has no field for: ends of sentences.

    Args:
        parameters: as they were given; None: nothing is filled in at all.
    """
    outside = BLOCK.sub(lambda block: "\n" * block[0].count("\n"), template)
    for place, line in enumerate(outside.split("\n"), 1):
        if line.strip() == "%%":
            yield f"the '%%' in line {place} is never closed: it stays as text, and nothing is repeated"
        elif line.lstrip().startswith("%%"):
            yield f"the '%%' in line {place} does not stand alone in its line: it stays as text"
    used = numbers(template)
    if parameters is None:
        if used:
            yield f"{{{used[0]}}} stays as text: there are no parameters"
        return
    named = list(dict.fromkeys(match[0] for match in _NAMED.finditer(template)))
    as_text = f"; {', '.join(named[:3])} in it stays as text, as fields are numbers" if named else ""
    for place, one in enumerate(parameters):
        if place not in used and one not in ("", None):
            yield f"parameter {place} ({str(one)[:100]!r}) is used by no {{{place}}} in it{as_text}"
