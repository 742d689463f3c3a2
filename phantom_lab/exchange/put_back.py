"""Code from the marks of a source into its export, where the visual editor keeps it; nothing else of it changes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from phantom_lab.exchange.graph import CLASSIC, CLASSIC_CODE, DATA, MODERN, Graph, Node, graph_of
from phantom_lab.exchange.json_text import with_text
from phantom_lab.exchange.marks import DEFAULT, Marked


@dataclass(frozen=True, slots=True)
class Change:
    """Something of the export that is not as it was."""

    block: str
    """The function; empty where it is about the whole playbook."""
    line: int
    """Where it stands in the source; 0 where it is about the whole file."""
    member: str
    """What of the export holds it: ``userCode``, ``customCode``, ``globalCustomCode``, ``hash``, or what these are
    called in a classic export."""


def put_back(export: str, source: Marked, before: Marked | None) -> tuple[str, list[Change]]:
    """An export with the code of a source.

    Args:
        export: the text of its JSON.
        source: the source as it is.
        before: the source that the export is of, where it is known.

    Raises:
        ValueError: it is no JSON.
    """
    decoded: Any = json.loads(export)
    graph = graph_of(decoded)
    if graph.kind not in (MODERN, CLASSIC):
        return export, []
    changes = []
    for node in graph.nodes.values():
        if (change := _code(export, node, source) or _own(export, node, source, before)) is not None:
            export = change[0]
            changes.append(change[1])
    text = _shared(graph, source)
    if text is not None:
        key = "globalCustomCode" if graph.kind == MODERN else "code_block"
        export = with_text(export, (*DATA, key), text or None)
        changes.append(Change("", source.shared.line if source.shared else 0, key))
    if (ending := hash_ends(graph, source)) is not None and (new := _hash(source.source, ending)) != graph.hash:
        export = with_text(export, (*DATA, "hash"), new)
        changes.append(Change("", 0, "hash"))
    return export, changes


def as_exported(graph: Graph, source: Marked) -> str:
    """The source with all code that people write as the export has it."""
    parts = [(part, _in_source(node, part.of(source.source))) for name, part in source.code.items()
             if (node := graph.nodes.get(name)) is not None and node.marks]
    parts += [(part, _own_in_source(node.own, part.of(source.source))) for name, node in graph.nodes.items()
              if node.own is not None and (part := source.functions.get(name))]
    if source.shared and _shared(graph, source) is not None:
        ends = "\n" if graph.kind == MODERN and graph.shared else ""
        parts.append((source.shared, graph.shared + ends))
    return source.replaced(parts)


def hash_ends(graph: Graph, source: Marked) -> str | None:
    """What stood behind the source when the editor made the hash: a line end in exports of today, nothing in older ones
    (observed in 242 of 273); None where it is the hash of another source.

    Code in the marks does not count: it is taken as the export has it. So a hash follows where nothing else changed,
    and else still tells that something did.
    """
    text = as_exported(graph, source)
    return next((one for one in ("\n", "") if graph.hash and _hash(text, one) == graph.hash), None)


def _hash(source: str, ending: str) -> str:
    return hashlib.sha1((source + ending).encode(errors="surrogatepass")).hexdigest()


def same_code(node: Node, code: str) -> bool:
    """Whether code is what a node holds; blank lines do not count in classic exports (observed)."""
    held = DEFAULT if node.code is None else node.code
    return code == held or (node.code_key == CLASSIC_CODE and _lines(code) == _lines(held))


def _lines(code: str) -> list[str]:
    return [one.rstrip() for one in code.split("\n") if one.strip()]


def _code(export: str, node: Node, source: Marked) -> tuple[str, Change] | None:
    part = source.code.get(node.function)
    if part is None or not node.marks or same_code(node, code := part.of(source.source)):
        return None
    if node.shown:
        export = with_text(export, (*node.path, "block_code"), node.shown.replace(node.code or "", code))
    value = None if code == DEFAULT and node.code_key != CLASSIC_CODE else code
    return with_text(export, (*node.path, node.code_key), value), Change(node.function, part.line, node.code_key)


def _own(export: str, node: Node, source: Marked, before: Marked | None) -> tuple[str, Change] | None:
    """A block that somebody edited as a whole; the editor may have written its first line anew since (observed)."""
    part = source.functions.get(node.function)
    if part is None or node.own is None:
        return None
    text = part.of(source.source).strip("\n")
    was = before.functions.get(node.function) if before else None
    if _body(text) == _body(node.own) or (was is not None and before and was.of(before.source).strip("\n") == text):
        return None
    return with_text(export, (*node.path, "customCode"), text), Change(node.function, part.line, "customCode")


def _body(function: str) -> str:
    return function.strip().partition("\n")[2]


def _shared(graph: Graph, source: Marked) -> str | None:
    """The global custom code, where it is another one than the export has: without its last line end (observed)."""
    text = source.shared.of(source.source) if source.shared else ""
    text = text.removesuffix("\n") if graph.kind == MODERN else text
    return None if text == graph.shared or not (text.strip() or graph.shared.strip()) else text


def _in_source(node: Node, now: str) -> str:
    held = DEFAULT if node.code is None else node.code
    return now if same_code(node, now) else held if held.endswith("\n") else f"{held}\n"


def _own_in_source(own: str, now: str) -> str:
    first, _, _ = now.partition("\n")
    return now if _body(own) == _body(now) else f"{first}\n{_body(own)}{now[len(now.rstrip()):]}"
