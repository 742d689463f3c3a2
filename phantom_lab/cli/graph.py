"""``phantom-lab graph``: a playbook as a graph, and what a recorded run did in it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from phantom_lab.bounded import MOST, bounded
from phantom_lab.cli.arguments import PLAYBOOK, positive
from phantom_lab.cli.hashing import is_source
from phantom_lab.cli.journals import read
from phantom_lab.errors import InputError
from phantom_lab.flow_graph import Edge, Graph, State, graph_of, layout_of, playbook_of, runs_of, state_of, svg
from phantom_lab.history.reading import held_by
from phantom_lab.limits import open_plain
from phantom_lab.source.playbook import Playbook
from phantom_lab.terminal import brief
from phantom_lab.views.moment import at

_PAGE = ('<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
         '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'">'
         '</head><body>{}</body></html>\n')
"""Should anything ever slip through, the browser neither executes nor loads it."""
_OURS = b"phl-graph-still"


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "graph", help="a playbook as a graph, and what a recorded run did in it",
        description="Tell which block of a playbook leads where, on which branch, also of classic playbooks; of a "
                    "journal, how often its run took each way. Nothing is executed.")
    parser.add_argument("of", metavar="PLAYBOOK|JOURNAL", help=f"{PLAYBOOK}; or a file that a run wrote")
    parser.add_argument("--out", metavar="FILE", type=Path,
                        help="draw it, as .svg or as a page, .html; another graph that is there is written over")
    parser.add_argument("--run", metavar="N", type=positive, help="of a journal: which run, or child (default: 1)")
    parser.add_argument("--path", metavar="DIR", action="append", default=[], help="folder to look in for playbooks")
    parser.add_argument("--json", action="store_true", help=f"print one JSON object of at most {MOST:,} bytes")
    parser.add_argument("--all", action="store_true", help="leave nothing out")
    parser.set_defaults(function=run)


def run(chosen: argparse.Namespace) -> int:
    """Read, draw, print."""
    if chosen.out is not None:
        _check_place(chosen.out)
    playbook, graph, state = _found(chosen)
    with held_by(chosen.of) if state else nullcontext():
        drawn = svg(graph, layout_of(playbook), state) if chosen.out is not None else ""
        found = _as_json(graph, state, str(chosen.out or ""))
        told = bounded(found, None if chosen.all else MOST) if chosen.json else brief(_lines(found), whole=chosen.all)
    if chosen.out is not None:
        _write(chosen.out, drawn if chosen.out.suffix.lower() == ".svg" else _PAGE.format(drawn))
    print(told)
    return 0


def _found(chosen: argparse.Namespace) -> tuple[Playbook, Graph, State | None]:
    """A playbook and its graph, and of a journal where its run stands in it."""
    file = Path(chosen.of.partition("#")[0])
    if is_source(chosen.of) or file.suffix.lower() == ".json" or not file.is_file():
        if chosen.run is not None:
            raise InputError("--run is for a journal, and this is a playbook", where=chosen.of)
        playbook = Playbook.load(chosen.of, paths=chosen.path)
        return playbook, graph_of(playbook), None
    journal = read(chosen.of)
    with held_by(chosen.of):
        number = chosen.run or min(runs_of(journal), default=1)
        graph = graph_of(playbook := playbook_of(journal, number))
        return playbook, graph, state_of(at(journal, -1), graph, number)


def _check_place(out: Path) -> None:
    if out.suffix.lower() not in (".svg", ".html"):
        raise InputError("a graph is drawn as .svg or .html", where=str(out))
    if out.exists():
        try:
            with open_plain(out, None) as there:
                is_ours = _OURS in there.read(500)
        except (OSError, ValueError) as exc:
            raise InputError(f"there is no writing over that: {getattr(exc, 'strerror', None) or exc}",
                             where=str(out)) from None
        if not is_ours:
            raise InputError("something else than a graph stands there, and is not touched", where=str(out))


def _write(out: Path, text: str) -> None:
    try:
        out.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as exc:
        raise InputError(f"the graph cannot be written: {exc.strerror}", where=str(out)) from None


def _as_json(graph: Graph, state: State | None, written: str) -> dict[str, Any]:
    blocks = []
    for one in graph.blocks:
        leads = []
        for edge in graph.edges:
            if edge.source == one.name:
                label = "" if edge.branch is None else one.branches[edge.branch].label
                leads.append({"to": edge.target, "branch": label, **(_taken(state, edge) if state else {})})
        passed = state.blocks.get(one.name) if state else None
        ran = {"ran": passed.count if passed else 0} if state else {}
        blocks.append({"name": one.name, "type": one.type, "detail": one.detail, "line": one.line,
                       "exported": one.exported, **ran, "leads": leads})
    told = {"run": state.run, "status": state.status} if state else {}
    return {"playbook": graph.name, **told, "blocks": blocks, "written": written}


def _taken(state: State, edge: Edge) -> dict[str, int]:
    """How often a run took a way: its branch, where that is asked about."""
    rows = None if edge.branch is None else state.branches.get((edge.source, edge.branch))
    return {"taken": rows.held if rows else state.edges.get((edge.source, edge.target), (0, 0))[0]}


def _lines(found: dict[str, Any]) -> Iterator[str]:
    """A block, and below it what it leads to."""
    for one in found["blocks"]:
        where = f"line {one['line']}" if one["line"] else "the source has no such function"
        kind = f"{one['type']}{' ' if one['detail'] else ''}{one['detail']}"
        ran = f", {one['ran']}×" if "ran" in one else ""
        yield f"{one['name']}  ({kind}, {where}{ran})"
        for each in one["leads"]:
            taken = f"  {each['taken']}×" if "taken" in each else ""
            branch = f"{each['branch']} " if each["branch"] else ""
            yield f"    {branch}-> {each['to']}{taken}"
    if found["written"]:
        yield f"written: {found['written']}"
