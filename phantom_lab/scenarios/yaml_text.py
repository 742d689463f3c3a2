"""YAML and JSON as people write them by hand: plain data, with the lines where it stands.

A plain word is what it is in JSON (a number, ``true``, ``false``, ``null``) or else a text: ``Yes``, ``on``,
``2026-01-01`` and ``007`` stay as they are written, which is not so in YAML 1.1.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from contextlib import suppress
from dataclasses import field
from errno import EFBIG
from math import isfinite
from pathlib import Path
from typing import Any

import yaml

from phantom_lab.errors import InputError
from phantom_lab.later import dataclass
from phantom_lab.limits import SCENARIO, read_plain
from phantom_lab.misspelt import closest_file
from phantom_lab.model import given_json

DEPTH, VALUES = 100, 50_000
"""Of a file: how deep it is nested, and how many values it holds once every alias is followed."""
_PREFIX = "tag:yaml.org,2002:"
_PLAIN: dict[str, tuple[str, list[str]]] = {
    "null": (r"(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    "bool": (r"(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    "int": (r"-?(?:0|[1-9][0-9]*)$", list("-0123456789")),
    "float": (r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$", list("-0123456789")),
}
"""What a plain word must look like, and how it begins, by the tag that it gets."""

_WORDS = re.compile(r'"(?:[^"\\]|\\.)*"|(-?Infinity|NaN)', re.DOTALL)
"""Texts of JSON, and what stands outside of them for no number."""

Place = tuple[str | int, ...]
"""Keys and numbers that lead to a value."""


class _Reader(yaml.SafeLoader):
    """Only its parser is used: nothing is constructed by it, and nothing read that is refused for its size or depth."""

    def __init__(self, text: str, where: str) -> None:
        super().__init__(text)
        self._where, self._left, self._depth = where, VALUES, 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        self._left, self._depth = self._left - 1, self._depth + 1
        if self._left < 0 or self._depth > DEPTH + 1:
            what = f"holds more than {VALUES} values" if self._left < 0 else f"nested more than {DEPTH} levels deep"
            raise InputError(what, where=f"{self._where}:{self.line + 1}")
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


class _Writer(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


_Reader.yaml_implicit_resolvers = {}
for _tag, (_form, _first) in _PLAIN.items():
    _Reader.add_implicit_resolver(_PREFIX + _tag, re.compile(_form), _first)
    _Writer.add_implicit_resolver(_PREFIX + _tag, re.compile(_form), _first)  # over those of YAML 1.1: quoted for both


def _represent_text(writer: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    lines = text.removesuffix("\n").split("\n")
    block = len(lines) > 1 and all(line.isprintable() and line.strip() == line != "" for line in lines)
    breaks = len(text.splitlines()) > 1 or text[-1:].isspace()  # also those that YAML reads as one of its own
    return writer.represent_scalar(f"{_PREFIX}str", text, style="|" if block else '"' if breaks else None)


_Writer.add_representer(str, _represent_text)


@dataclass(frozen=True, slots=True)
class Document:
    """What a file holds."""

    data: Any
    where: str
    """The file, or who made the data."""
    lines: dict[Place, int] = field(default_factory=dict)

    def at(self, place: Place) -> str:
        """Where a value stands, for people: ``file:line``, or its path where there is no file."""
        line = self.line(place)
        return f"{self.where}:{line}" if line else f"{self.where}: {shown(place)}" if place else self.where

    def line(self, place: Place) -> int:
        """The line of a value, or of the nearest one around it; 0: unknown."""
        ends = range(len(place), -1, -1)
        return next((self.lines[place[:end]] for end in ends if place[:end] in self.lines), 0)


def shown(place: Place) -> str:
    """A place as a path: ``outcomes[0].parameter.ip``."""
    parts = [f"[{one}]" if isinstance(one, int) else f".{one}" if one.isidentifier() else f"[{json.dumps(one)}]"
             for one in place]
    return "".join(parts).removeprefix(".")


def read_document(path: Path) -> Document:
    """Read a YAML file, or a JSON file by its ending.

    Raises:
        InputError: it cannot be read, is too large, nested too deeply, no YAML, or more than plain data.
    """
    text, where = _text(path), str(path)
    try:
        if path.suffix.lower() == ".json":
            return Document(_json(text, where), where, _lines(text, where))
        found = _Nodes(where)
        return Document(found.value(_composed(text, where)), where, found.lines)
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        place = f"{where}:{mark.line + 1}" if mark else where
        said = (exc.context, exc.problem) if isinstance(exc, yaml.composer.ComposerError) else (
            exc.problem or exc.context,)
        raise InputError(f"this is no YAML: {', '.join(filter(None, said))}", where=place) from None
    except yaml.reader.ReaderError as exc:
        raise InputError(f"this is no text: it holds the character {exc.character!r}", where=where) from None
    except json.JSONDecodeError as exc:
        raise InputError(f"this is no JSON: {exc.msg}", where=f"{where}:{exc.lineno}") from None
    except RecursionError:
        raise InputError(f"nested more than {DEPTH} levels deep", where=where) from None
    except ValueError as exc:
        raise InputError(f"this cannot be read: {exc}", where=where) from None


def as_yaml(data: Any) -> str:
    """Readable YAML that `read_document` reads back as exactly the same.

    Raises:
        InputError: it is no JSON.
    """
    given = given_json(data, "what is to be written")
    if (depth := _depth(given)) > DEPTH:
        raise InputError(f"what is to be written is nested {depth} levels deep", hint=f"{DEPTH} are read.")
    try:
        json.dumps(given, allow_nan=False)
    except ValueError:
        raise InputError("what is to be written is not JSON: NaN and Infinity are no numbers there") from None
    return str(yaml.dump(given, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=110))


def _depth(data: Any) -> int:
    """Levels of lists and objects within each other."""
    depth, level = 0, [data]
    while level := [one for one in level if isinstance(one, dict | list)]:
        depth, level = depth + 1, [inner for one in level for inner in (one.values() if isinstance(one, dict) else one)]
    return depth


class _Nodes:
    """Plain data of composed nodes, with the lines."""

    def __init__(self, where: str) -> None:
        self.where, self.lines = where, dict[Place, int]()
        self._left = VALUES

    def value(self, node: yaml.Node | None, place: Place = ()) -> Any:
        if node is None:
            return None
        self.lines.setdefault(place, node.start_mark.line + 1)
        self._left -= 1
        if len(place) > DEPTH or self._left < 0:
            what = f"holds more than {VALUES} values" if self._left < 0 else f"nested more than {DEPTH} levels deep"
            raise self._refused(node, what, "An alias (*name) counts as what it stands for.")
        if isinstance(node, yaml.MappingNode) and node.tag == f"{_PREFIX}map":
            return {self._key(key, place): self.value(inner, (*place, key.value)) for key, inner in node.value}
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{_PREFIX}seq":
            return [self.value(inner, (*place, number)) for number, inner in enumerate(node.value)]
        return self._scalar(node)

    def _key(self, node: yaml.Node, place: Place) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise self._refused(node, "a key must be a text")
        if node.value == "<<" and node.style is None:
            raise self._refused(node, "merge keys (<<) are not read", "Variants are merged over the rest.")
        if (*place, node.value) in self.lines:
            raise self._refused(node, f"the key {node.value!r} stands here twice")
        self.lines[*place, node.value] = node.start_mark.line + 1
        return str(node.value)

    def _scalar(self, node: yaml.Node) -> Any:
        tag, text = node.tag.removeprefix(_PREFIX), str(node.value)
        if tag == "str" and isinstance(node, yaml.ScalarNode):
            return text
        if tag not in _PLAIN or not re.match(_PLAIN[tag][0], text):
            shown = node.tag.replace(_PREFIX, "!!")
            raise self._refused(node, f"the tag {shown!r} is not read: this is plain data, never code")
        try:
            return {"null": _null, "bool": _bool, "int": _int, "float": _float}[tag](text)
        except ValueError as exc:
            raise self._refused(node, str(exc)) from None

    def _refused(self, node: yaml.Node, what: str, hint: str = "") -> InputError:
        return InputError(what, where=f"{self.where}:{node.start_mark.line + 1}", hint=hint)


def _null(text: str) -> None:
    return None


def _bool(text: str) -> bool:
    return text.lower() == "true"


def _int(text: str) -> int:
    if len(text) > 4_000:  # Python itself converts no more of them
        raise ValueError(f"a number of {len(text)} digits is too large")
    return int(text)


def _float(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"the number {text[:40]} is too large")
    return number


def _composed(text: str, where: str) -> yaml.Node | None:
    reader = _Reader(text, where)
    try:
        node: yaml.Node | None = reader.get_single_node()
        return node
    finally:
        reader.dispose()


def _text(path: Path) -> str:
    where = str(path)
    try:
        content = read_plain(path, SCENARIO)
    except FileNotFoundError:
        raise InputError(f"there is no such file{closest_file(path)}", where=where) from None
    except (OSError, ValueError) as exc:
        hint = "Large containers and lists have files of their own, named by their path."
        raise InputError(f"the file cannot be read: {getattr(exc, 'strerror', None) or exc}", where=where,
                         hint=hint if getattr(exc, "errno", 0) == EFBIG else "") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("this is no text: it is not UTF-8", where=where) from None


def _json(text: str, where: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_pairs, parse_constant=_constant, parse_int=_int, parse_float=_float)
    except json.JSONDecodeError:
        raise
    except ValueError:
        _lines(text, where)  # which knows the line of what it refuses, too
        raise _refused_number(text, where) from None


def _refused_number(text: str, where: str) -> InputError:
    """The first word that Python takes for a number and JSON does not have."""
    found = next((one for one in _WORDS.finditer(text) if one[1]), None)
    if found is None:
        return InputError("this cannot be read", where=where)
    return InputError(f"{found[1]} is no JSON number", where=f"{where}:{text.count(chr(10), 0, found.start()) + 1}")


def _lines(text: str, where: str) -> dict[Place, int]:
    """Where the values of a JSON text stand: YAML reads JSON, but for tabs and for keys of great length."""
    found = _Nodes(where)
    with suppress(yaml.YAMLError):
        found.value(_composed(text.replace("\t", " "), where))
    return found.lines


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise ValueError(f"the key {twice!r} stands in an object twice")
    return found


def _constant(text: str) -> Any:
    raise ValueError(f"{text} is no JSON number")
