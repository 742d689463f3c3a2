"""Parts of values, by paths and by the texts of datapaths."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from phantom_lab.later import regex
from phantom_lab.why.provenance.scopes import ANY, DECODED, Step

_TOKEN = regex(r'(?:^|\.)(?:"((?:[^"\\]|\\.)*)"(?=\.|\Z)|([^.]*))', re.DOTALL)
_SEEN = 5_000
"""Parts that are looked at."""


def steps_of(text: str) -> tuple[Step, ...]:
    """The steps of a datapath's text behind its source."""
    found = [quoted or plain for quoted, plain in _TOKEN.findall(text)] if text else []
    return tuple(int(one) if one.isdigit() else one for one in found)


def text_of_steps(steps: tuple[Step, ...]) -> str:
    """Steps as they stand in a datapath."""
    return ".".join(f'"{one}"' if isinstance(one, str) and "." in one else str(one) for one in steps if one != DECODED)


def parts(value: Any, steps: tuple[Step, ...], *, most: int | None = _SEEN) -> list[Any]:
    """The values at the end of steps; a key is looked for in every element of a list, and what lacks it has None."""
    return list(islice(_parts(value, steps), most))


def _parts(value: Any, steps: tuple[Step, ...]) -> Iterator[Any]:
    if not steps:
        yield value
        return
    step, rest = steps[0], steps[1:]
    if step == DECODED:
        yield from _parts(_decoded(value), rest)
        return
    if isinstance(value, str) and not (isinstance(step, int) or step == ANY):
        value = _decoded(value)  # a text that was read as JSON
    if isinstance(value, list):
        below = value[step:step + 1] if isinstance(step, int) and step >= 0 else value
        for one in below or [None]:
            yield from _parts(one, rest if isinstance(step, int) or step == ANY else steps)
    elif isinstance(value, dict):
        if step == ANY:
            for one in value.values():
                yield from _parts(one, rest)
            yield from _parts(value, rest)
        else:
            yield from _parts(value.get(str(step)), rest)
    else:
        yield None


def _decoded(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return None


def brief(value: Any, size: int = 120) -> str:
    """A short JSON text."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= size else f"{text[:size - 1]}…"
