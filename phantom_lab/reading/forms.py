"""The form of a text: what two datapaths, conditions or templates have in common that the lab reads alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from phantom_lab.datapath import STAR, Family, Path, Step, operand, parse
from phantom_lab.later import regex
from phantom_lab.reading.names import COMPUTED
from phantom_lab.reading.texts import Condition, Datapath, Template

Steps = tuple[Step, ...]

_HEAD = regex(r"filtered-data:[^:]*:[^:]*:")
_KEPT = {
    Family.ACTION_RESULT: {"data", "summary", "parameter", "status", "message", "action_result", "app_run"},
    Family.CUSTOM_FUNCTION_RESULT: {"data", "success", "message", "custom_function_result"},
    Family.ARTIFACT: {"cef", "id"},
}
"""Keys that say what is read; all others are somebody's fields, and stand as ``f``."""
_DEEP = regex(r"(\*\.f\.?){3,}")
_ODD = {" ": "a blank", "@": "@", "#": "#", "/": "/", "-": "-", ":": "a colon", "|": "|", "{": "a brace", "*": "a star"}


def compiled(given: Datapath) -> Path | None:
    """The datapath that the lab makes of a text at its place; None for a literal."""
    return operand(given.text, unnamed=given.unnamed) if given.operand else parse(given.text)


def form(path: Path) -> str:
    """The form of a compiled datapath: ``<b>`` is a block, ``F`` what a filter let through, ``f`` a key or several."""
    rest = _HEAD.sub("", path.text.strip())
    before = f"{'F + ' if path.filter else ''}{'<b>:' if path.block else ''}"
    rest = rest.removeprefix(f"{path.block}:") if path.block else rest
    return before + _DEEP.sub("*.f (3 or more times)", _rest(path, rest))


def oddities(path: Path) -> Iterator[str]:
    """What a splitter at dots and colons must survive."""
    if '"' in path.text:
        yield "a key in quotes"
    keys = [step for step in path.steps if isinstance(step, str)] if path.source is not Family.CUSTOM_LIST else []
    if "" in keys:
        yield "a dot too many"
    for sign, name in _ODD.items():
        if any(sign in key for key in keys):
            yield f"{name} in a key"


def condition_forms(given: Condition) -> Iterator[str]:
    """The operator, and what stands on its sides."""
    yield f"operator {given.operator}"
    yield f"{_side(given.left)} against {_side(given.right)}"


def template_forms(given: Template) -> Iterator[str]:
    """The features of a template that its rendering depends on."""
    call, text = given.call, given.text
    if re.search(r"(?<!\{)\{[0-9]+\}", text):
        yield "a field"
    if blocks := len(re.findall(r"^[ \t]*%%[ \t]*$", text, re.MULTILINE)) // 2:
        yield "one %% block" if blocks == 1 else "several %% blocks"
    if "{{" in text or "}}" in text:
        yield "doubled braces"
    if re.search(r"[{}]", re.sub(r"\{\{|\}\}|\{[0-9]+\}", "", text)):
        yield "a brace that is no field"
    yield from (f"with {name}" for name in ("separator", "drop_none", "scope") if call.get(name))
    if call.name == "format" and call.get("name") is None:
        yield "no name: the text is used"
    if given.parameters is not None:
        yield from _parameters(given.parameters)


def _parameters(given: list[Any]) -> Iterator[str]:
    if not given:
        yield "no parameters"
    if "" in given:
        yield "an empty text as parameter"
    if any(isinstance(one, str) and one and operand(one) is None for one in given):
        yield "a literal text as parameter"
    if COMPUTED in given:
        yield "a variable as parameter"


def _side(value: Any) -> str:
    if value is COMPUTED:
        return "variable"
    if isinstance(value, list):
        return "list" if value else "empty list"
    if not isinstance(value, str):
        return {bool: "bool", type(None): "None"}.get(type(value), "number")
    path = operand(value, unnamed=True)
    if path is None:
        return "text" if value else "empty text"
    return "custom list" if path.source is Family.CUSTOM_LIST else "datapath"


def _rest(path: Path, rest: str) -> str:
    if path.source in (Family.ACTION_RESULT, Family.ACTION_RESULTS, Family.CUSTOM_FUNCTION_RESULT,
                       Family.CUSTOM_FUNCTION_RESULTS, Family.FORMATTED_DATA):
        word = re.split(r"[.*]", rest, maxsplit=1)[0]
        if path.source is Family.FORMATTED_DATA:
            return ".".join([word, *_steps(path, path.steps)])
        if rest[len(word):len(word) + 1] == "*":
            return f"{word}*"  # a slip
        return ".".join([word, *_steps(path, path.steps[2 if path.steps[0] == "app_run" else 1:])])
    word = rest.partition(":")[0]
    if path.source is Family.CUSTOM_LIST:
        return f"{word}:NAME"
    steps = _steps(path, path.steps)
    if path.source is Family.ARTIFACT:
        label = "*" if path.label == "*" else "#" if path.label.isdecimal() else "LABEL"
        return f"{word}:{'.'.join([label, *steps])}"
    return f"{word}:{'.'.join(steps)}"


def _steps(path: Path, steps: Steps) -> Iterator[str]:
    kept = _KEPT.get(path.source, set())
    words = ["*" if step is STAR else "#" if isinstance(step, int) else
             str(step) if step in kept and not place else "f" for place, step in enumerate(steps)]
    for word, same in groupby(words):
        yield from ["f"] if word == "f" else same
