"""HTML made of elements, so that whatever stands in it is text: escaped, inert, bounded."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pandas as pd

from phantom_lab.terminal import visible

CELL = 300
"""Characters of a cell."""
ROWS = 100
"""Rows of a table."""
COLUMNS = 60
"""Columns of a table."""
_ALIKE = 60
"""Characters of a name, and of a value, that is the same in each row."""
_LINK = re.compile(r"\b(ht|f)tp(s?)://([^\s/?#<>\"']*)", re.IGNORECASE)


def defanged(text: str) -> str:
    """A text in which no program finds a link: ``hxxp://evil[.]example/x``."""
    return _LINK.sub(lambda found: f"{'hx' if found[1].lower() == 'ht' else 'f'}xp{found[2]}://"
                     f"{found[3].replace('.', '[.]')}", text)


def safe(text: Any, length: int = CELL) -> str:
    """What is shown of a text: its beginning, with control and direction characters visible, and no links."""
    found = text if isinstance(text, str) else str(text)
    cut = f"… ({len(found):,} characters)" if len(found) > length else ""
    return defanged(visible(found[:length])) + cut


def node(tag: str, *children: Element | str, **attributes: str) -> Element:
    """An element; texts among the children become text. ``class_`` stands for ``class``."""
    made = Element(tag, {name.rstrip("_"): value for name, value in attributes.items()})
    for child in children:
        if isinstance(child, Element):
            made.append(child)
        elif len(made):
            made[-1].tail = (made[-1].tail or "") + child
        else:
            made.text = (made.text or "") + child
    return made


def table(frame: pd.DataFrame, empty: str = "nothing", *, most: int = ROWS, total: int | None = None,
          tidy: bool = False) -> Element:
    """The first rows (so many at most) and columns of a frame; what is left out is told.

    Args:
        total: how many rows there are, where the frame has no more than are shown.
        tidy: tell in a line above which columns are alike in all rows that are shown.
    """
    rows = len(frame) if total is None else total
    if not rows:
        return node("p", empty, class_="dim")
    texts = {name: {_text(value) for value in frame[name].iloc[:most]} for name in frame} if tidy and rows > 1 else {}
    alike = {name: next(iter(found)) for name, found in texts.items() if len(found) == 1}
    frame = frame.drop(columns=[*alike])
    columns, shown = len(frame.columns), [*frame.columns[:COLUMNS]]
    head = node("tr", *(_head(safe(name)) for name in shown))
    body = [node("tr", *(_cell(frame.iat[row, column]) for column in range(len(shown))))
            for row in range(min(len(frame), most))]
    made = node("div", node("table", node("thead", head), node("tbody", *body)), class_="scroll")
    same = [f"{safe(name, _ALIKE)} = {safe(text, _ALIKE) or 'None'}" for name, text in alike.items()]
    same[COLUMNS:] = [f"… and {len(same) - COLUMNS:,} more columns"] if len(same) > COLUMNS else []
    where = "of these rows" if rows > most else "row"
    above = [node("p", f"the same in each {where}: {', '.join(same)}", class_="dim")] if same else []
    left = [f"{most} of {rows:,} rows are shown"] if rows > most else []
    left += [f"{COLUMNS} of {columns:,} columns are shown"] if columns > COLUMNS else []
    return node("div", *above, made, *([node("p", "; ".join(left), class_="dim")] if left else []))


def _head(name: str) -> Element:
    """A datapath is broken at its dots."""
    first, *rest = name.split(".")
    return node("th", first, *(part for one in rest for part in (".", node("wbr"), one)))


def _cell(value: Any) -> Element:
    text = _text(value)
    return node("td", safe(text)) if text else node("td", class_="none")


def _text(value: Any) -> str:
    """Of a cell; empty: there is no value."""
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def written(element: Element) -> str:
    """The element as HTML."""
    return ElementTree.tostring(element, encoding="unicode", method="html")
