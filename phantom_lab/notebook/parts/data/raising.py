"""An exception as such: what was raised, where, by which values, and with which locals."""

from __future__ import annotations

import re
from typing import Any

from phantom_lab.frames.rows import Listed
from phantom_lab.notebook.cells import DETAIL, beginning, head
from phantom_lab.notebook.page import Page
from phantom_lab.notebook.parts.data.sight import Sight
from phantom_lab.notebook.parts.data.tab import Chip, Tab
from phantom_lab.terminal import visible
from phantom_lab.views.raised import Raised, raised

_MESSAGE = 2_000
_FRAME = re.compile(r'  File "(.+)", line (\d{1,9}), in ')


def exception_tab(sight: Sight) -> Tab | None:
    """The exception that left the block; None where none did, or it has not left it yet where it is looked at."""
    found = raised(sight.journal, sight.current)
    if found is None:
        return None
    chips = [Chip("", "values to blame", lambda: _blamed(found), f"{len(found.failure.values):,}"),
             Chip("locals", "locals", lambda: _locals(sight, found),
                  wait="executes the run again up to here, and watches the block; nothing is changed by that")]
    return Tab("exception", "exception", "raised", chips, head(found.failure.type), kind="bad")


def told(found: Raised) -> dict[str, Any]:
    """The exception for the browser."""
    failure = found.failure
    message, whole = beginning(failure.message, _MESSAGE)
    text, all_of_it = beginning(failure.traceback, DETAIL)
    return {"n": found.n, "block": head(found.block), "line": found.line, "file": head(failure.file),
            "type": head(failure.type), "code": head(found.code), "expression": head(failure.expression),
            "message": visible(message) + ("" if whole else f"… ({len(failure.message):,} characters)"),
            "what": f"{found.block}@{found.n}", "traceback": [
                *(_traced(one, found.source) for one in text.splitlines()),
                *([] if all_of_it else [[f"… cut here: {len(failure.traceback):,} characters in all", 0]])]}


def _traced(text: str, file: str) -> list[Any]:
    """A line of a traceback, and the line of the playbook that it names; 0: none."""
    found = _FRAME.match(text)
    return [visible(text), int(found[2]) if found and found[1] == file else 0]


def _blamed(found: Raised) -> Page:
    rows = [{"expression": one.get("expression"), "value": one.get("value", one.get("own")),
             "came from": "; ".join(map(_origin, one.get("origins") or ()))} for one in found.failure.values]
    return Page(Listed(rows, ("expression", "value", "came from")), empty="the source tells of no value",
                about=f"{found.block}@{found.n}",
                caption="values that it was made of, the likeliest to blame first")


def _origin(one: dict[str, Any]) -> str:
    steps = "".join(f"[{step!r}]" for step in one.get("path") or ())
    line = f", line {one['line']}" if one.get("line") else ""
    return f"{one.get('kind')} {one.get('name')}{steps}{line}"


def _locals(sight: Sight, found: Raised) -> Page:
    seen = sight.look.stepper.inside(found.n)
    values = dict(seen.arguments)
    for line in seen.lines:
        if not line.depth:
            values.update(line.values)
    rows = [{"name": name, "value": value} for name, value in values.items()]
    problem = f" {seen.fault}" if seen.fault else " It went on otherwise than recorded." if seen.divergence else ""
    return Page(Listed(rows, ("name", "value")), about=f"{found.block}@{found.n}", empty=f"no name was seen.{problem}",
                caption=f"what {found.block} had under its names when it raised, as far as its lines tell.{problem}")
