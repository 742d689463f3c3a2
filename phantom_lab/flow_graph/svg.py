"""A graph and what a run did in it as static SVG, which executes nothing and asks for nothing."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from phantom_lab.flow_graph.drawing import drawing
from phantom_lab.flow_graph.graph import Graph, Layout
from phantom_lab.flow_graph.state import State
from phantom_lab.flow_graph.telling import NOT_REACHED, telling

STYLE = """
.phl-graph-still { --fg: var(--jp-ui-font-color0, #1f2328); --base: var(--jp-layout-color1, #fff);
  --soft: var(--jp-layout-color2, #f3f4f6); max-width: 100%; height: auto; }
@media (prefers-color-scheme: dark) { .phl-graph-still { --fg: var(--jp-ui-font-color0, #e6edf3);
  --base: var(--jp-layout-color1, #16191d); --soft: var(--jp-layout-color2, #23282e); } }
.phl-graph-still { --dim: color-mix(in srgb, var(--fg) 72%, var(--base)); --line: var(--dim);
  --accent: color-mix(in srgb, #1a73e8 62%, var(--fg)); --bad: color-mix(in srgb, #e53935 62%, var(--fg));
  --good: color-mix(in srgb, #2e9e44 55%, var(--fg)); --warn: color-mix(in srgb, #f57c00 55%, var(--fg)); }
"""
STYLE += "".join(f".phl-graph-still .f-{one} {{ fill: var(--{one}); }}\n"
                 f".phl-graph-still .s-{one} {{ stroke: var(--{one}); fill: none; }}\n"
                 for one in ("fg", "dim", "line", "base", "soft", "accent", "bad", "good", "warn"))
STYLE += "".join(f".phl-graph-still .b-{one} {{ fill: var(--{one}); }}\n" for one in ("base", "soft"))
"""Colours by the theme of the page, or of JupyterLab; mixed with that of the text, which keeps their contrast."""
CHARACTER = 6.1
"""Pixels that a character of a label takes, about."""
_TONES = {"raised": "bad", "failed": "bad", "waits": "warn", "pending": "warn", "ran": "accent"}
_NAMES = {"anchor": "text-anchor", "weight": "font-weight"}


def svg(graph: Graph, layout: Layout, state: State | None = None) -> str:
    """The graph as SVG; every text is bounded, escaped and text only.

    Args:
        state: what a run did in it, which is marked then.
    """
    made = element(graph, layout, state)
    made.set("xmlns", "http://www.w3.org/2000/svg")
    return ElementTree.tostring(made, encoding="unicode")


def element(graph: Graph, layout: Layout, state: State | None = None) -> Element:
    """`svg` as an element, for a page that is made of them."""
    drawn = drawing(graph, layout)
    told = telling(graph, layout, state) if state else None
    width, height = drawn["width"], drawn["height"]
    root = Element("svg", {"class": "phl-graph-still", "role": "img",
                           "viewBox": f"0 0 {width:g} {height:g}", "width": f"{width:g}", "height": f"{height:g}",
                           "font-family": "system-ui, sans-serif"})
    SubElement(root, "title").text = f"Flow graph of {drawn['name']}"
    SubElement(root, "style").text = STYLE
    _edges(root, drawn, told)
    for number, one in enumerate(drawn["blocks"]):
        _block(root, number, one, drawn["size"], told)
    if drawn["note"]:
        _text(root, drawn["note"], 8, 16, "warn")
    return root


def _edges(root: Element, drawn: dict[str, Any], told: dict[str, Any] | None) -> None:
    for number, one in enumerate(drawn["edges"]):
        gone = told["edges"].get(str(number)) if told else None
        colour = "accent" if gone and gone[0] else "dim" if gone else "line"
        line = {"d": one["path"], "class": f"s-{colour}", "stroke-width": "2.4" if gone and gone[0] else "1.2"}
        if told and not gone:
            line["stroke-dasharray"] = "4 3"
        SubElement(root, "path", line)
        SubElement(root, "path", {"d": one["head"], "class": f"f-{colour}"})
    for one in told["more"] if told else ():
        SubElement(root, "path", {"d": one["path"], "class": "s-accent", "stroke-width": "2.4",
                                  "stroke-dasharray": "2 3"})
    for number, label in (told["labels"] if told else {}).items():
        x, y = drawn["edges"][int(number)]["label"]
        width = CHARACTER * len(label[0]) + 8
        SubElement(root, "rect", {"x": f"{x - width / 2:g}", "y": f"{y - 9:g}", "width": f"{width:g}", "height": "18",
                                  "class": "f-base"})
        _text(root, label[0], x, y + 4, "good" if label[1] else "dim", anchor="middle", size=11)


def _block(root: Element, number: int, one: dict[str, Any], size: list[int], told: dict[str, Any] | None) -> None:
    state: dict[str, Any] = told["blocks"].get(str(number), {}) if told else {}
    here = told is not None and told["current"] == number
    tone = _TONES.get(state.get("state", ""), "accent" if here else "line")
    group = SubElement(root, "g", {"transform": f"translate({one['x']:g} {one['y']:g})"})
    noted = state.get("notes", [NOT_REACHED]) if told else []
    SubElement(group, "title").text = "\n".join([f"{one['whole']} ({one['type']})", *noted])
    fill = "soft" if here or not told or state.get("count") else "base"
    box = {"width": str(size[0]), "height": str(size[1]), "rx": "7", "stroke-width": "3" if here else "1.4",
           "class": f"s-{tone} b-{fill}"}
    if not one["line"] or (told and not state.get("count") and not here):
        box["stroke-dasharray"] = "4 3"
    SubElement(group, "rect", box)
    _text(group, one["name"], 12, 22, "fg", weight="600")
    _text(group, one["kind"], 12, 40, "dim")
    if state.get("count"):
        _text(group, f"{state['count']}×", size[0] - 9, 40, "accent", anchor="end")
    if state.get("marks"):
        _text(group, state["marks"], size[0] - 4, size[1] + 13, tone, anchor="end", size=11, weight="600")


def _text(parent: Element, told: str, x: float, y: float, colour: str, **more: str | int) -> None:
    """``more``: ``anchor``, ``weight`` and ``size``."""
    kept = {"font-size": str(more.pop("size", 12)), **{_NAMES[name]: str(value) for name, value in more.items()}}
    SubElement(parent, "text", {"x": f"{x:g}", "y": f"{y:g}", "class": f"f-{colour}", **kept}).text = told
