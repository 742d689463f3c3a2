"""The sections of a page, each an element."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any
from xml.etree.ElementTree import Element

import pandas as pd

from phantom_lab import frames
from phantom_lab.errors import LabError
from phantom_lab.flow_graph import element, graph_of, layout_of, runs_of, state_of
from phantom_lab.flow_graph import playbook_of as played
from phantom_lab.frames.flatten import flatten
from phantom_lab.frames.flatten import table as frame_of
from phantom_lab.history import (
    ActionStarted,
    Evaluated,
    Invocation,
    InvocationEnded,
    InvocationStarted,
    OutcomeMissing,
)
from phantom_lab.history.journal import Journal
from phantom_lab.history.reading import held_by
from phantom_lab.history.start import spec_of
from phantom_lab.pages.markup import ROWS, defanged, node, safe, table
from phantom_lab.views import Summary, summarize, why
from phantom_lab.views.moment import Moment, at, moment_of

DETAILS = 60
"""Invocations that are told with what came in and what they did."""
_GOOD = {"success": "good", "running": ""}
_FEW = 20
"""Rows of a table, and invocations, where a panel was."""
_GRAPHS = 12
"""Runs whose graphs are drawn."""
_NOTES = 30
"""Hints and lines that are told."""

_NO_FORMULAS = "mathjax_ignore tex2jax_ignore"
"""A notebook makes formulas of what stands between dollars, and links of `\\href` in them: data is neither."""
_STYLE = """.phl-still.mathjax_ignore table :is(th, td) { text-align: left; vertical-align: top; white-space: normal;
  overflow-wrap: break-word; max-width: 420px; }
.phl-still h2 { font-size: 1.15em; font-weight: 600; }
.phl-still h4 { font-size: 1em; font-weight: 600; margin: 12px 0 3px; }
.phl-still .scroll { overflow-x: auto; } .phl-still :is(p, summary) { overflow-wrap: anywhere; }"""
"""Against what notebooks do with tables and headings."""


def fragment(journal: Journal, looking: int | None = None, came_in: Mapping[str, Any] | None = None) -> Element:
    """What stands where a panel was, when no kernel is there: the invocation that was looked at, and those so far.

    Args:
        journal: of the run.
        looking: number of the invocation; None: the latest.
        came_in: its arguments, where they are at hand.
    """
    index = journal.index
    current = index.latest if looking is None else index.invocation(looking)
    told = summarize(journal)
    parts = [node("style", _STYLE), node("p", node("b", safe(playbook_of(journal))), " · ", _status(journal, told))]
    if told.message:
        parts.append(node("p", safe(told.message, 2_000)))
    if current is not None:
        looked = f"Looking at invocation {current.started.n}: " if looking is not None else ""
        parts.append(node("p", safe(f"{looked}{why(current.started)}", 2_000)))
        parts += _came_in(frames.arguments(journal, at=current.started.n) if came_in is None else came_in, _FEW)
        parts.append(graphs(journal, at(journal, -1) if looking is None else moment_of(journal, looking)))
    return node("div", *parts, invocations(journal, _FEW), class_=f"phl-still {_NO_FORMULAS}")


def playbook_of(journal: Journal) -> str:
    """The name of the playbook that was started."""
    return str(journal.get(spec_of(journal).playbook)["name"])


def head(journal: Journal, told: Summary) -> Element:
    """Which playbook on what, how it ended, and what a reader has to know first."""
    version = journal.get(spec_of(journal).versions).get("phantom_lab", "")
    parts = [node("h1", safe(playbook_of(journal))), node("p", _status(journal, told), " ", safe(told.message, 2_000))]
    wrong = [f"{one['block']}, line {one['line']}: {one['message']}" for one in told.failures]
    hints = [one["message"] for one in told.hints]
    if wrong:
        parts.append(node("div", node("h2", "Exceptions"), _lines(wrong), class_="bad"))
    if hints:
        parts.append(node("div", node("h2", "Hints"), _lines(hints)))
    parts.append(node("p", safe(f"Emulated by phantom_lab {version}: no action left the machine. Links are shown "
                                "defanged; what is cut says so."), class_="dim"))
    return node("section", *parts)


def invocations(journal: Journal, most: int = ROWS) -> Element:
    """A row for each, or for the latest so many."""
    frame = frames.invocations(journal)
    names = ["n", "block", *(["run", "playbook"] if frame["run"].nunique() > 1 else []), "cause", "success", "error",
             "why"]
    count = f"the last {most} of {len(frame):,}" if len(frame) > most else f"{len(frame):,}"
    return node("section", node("h2", f"Invocations ({count})"), table(frame[names].tail(most), "no block was invoked"))


def graphs(journal: Journal, moment: Moment | None = None) -> Element:
    """The flow graph of every run, or only that of the run that a moment is part of, and what happened in it."""
    runs = list(runs_of(journal)) if moment is None else [moment.run]
    parts = [_graph(journal, one, moment or at(journal, -1)) for one in runs[:_GRAPHS]]
    if len(runs) > _GRAPHS:
        parts.append(node("p", f"{_GRAPHS} of {len(runs):,} runs are drawn here", class_="dim"))
    return node("section", node("h2", "Flow graph"), *parts)


def _graph(journal: Journal, run: int, moment: Moment) -> Element:
    name = safe(runs_of(journal)[run].playbook) if run in runs_of(journal) else ""
    try:
        with held_by(journal.path or name):
            playbook = played(journal, run)
            graph = graph_of(playbook)
            drawn = element(graph, layout_of(playbook), state_of(moment, graph, run))
    except LabError as exc:
        return node("p", safe(str(exc)), class_="dim")
    for one in drawn.iter():
        one.text = defanged(one.text) if one.text else None
    return node("div", node("h4", f"{name} (run {run})"), node("div", drawn, class_="scroll"))


def effects(journal: Journal) -> Element:
    """What the run changed or would have changed, asked people, and read; then its log."""
    log = frames.debug(journal)
    return node("section", node("h2", "What it did"), table(_receipt(journal), "it called nothing", tidy=True),
                node("h2", "Changes"), table(frames.changes(journal), "it changed nothing"),
                node("h2", f"Debug log ({len(log):,} lines)"), table(log, "it logged nothing"))


def _receipt(journal: Journal) -> pd.DataFrame:
    """Without what only tells the same as fields."""
    frame = frames.receipt(journal)
    several = frame["run"].nunique() > 1
    return frame.drop(columns=["origins", *([] if several else ["run"])])


def details(journal: Journal) -> Element:
    """What came in and what was done, for each invocation, folded."""
    every = list(journal.index.invocations.values())
    parts = [_detail(journal, one) for one in every[:DETAILS]]
    if len(every) > DETAILS:
        parts.append(node("p", f"{DETAILS} of {len(every):,} invocations are told here", class_="dim"))
    return node("section", node("h2", "Each invocation"), *parts)


def _detail(journal: Journal, one: Invocation) -> Element:
    n = one.started.n
    parts: list[Element] = [node("p", safe(why(one.started), 2_000))]
    if one.failure:
        parts.append(node("div", node("b", safe(str(one.failure), 2_000)),
                          node("pre", safe(one.failure.traceback, 20_000)), class_="bad"))
    parts += _came_in(frames.arguments(journal, at=n))
    if any(event.invocation == n for event in journal.index.of_kind(Evaluated)):
        parts += [node("h4", "conditions"), table(frames.truth_table(journal, at=n)[
            ["name", "line", "row", "left", "left value", "operator", "right", "right value", "verdict"]])]
    parts += [node("h4", "what it did"), table(frames.deeds(journal, n), "it called nothing")]
    return node("details", node("summary", f"{n} {safe(one.started.block)}",
                                *([node("span", " raised", class_="bad")] if one.failure else [])), *parts)


def _came_in(arguments: Mapping[str, Any], most: int = ROWS) -> Iterator[Element]:
    for name, value in arguments.items():
        if value is None or isinstance(value, bool | int | float):
            yield node("p", node("b", safe(name)), f" {value}")
            continue
        shown = _table(name, value, most)
        if name == "container":  # the same in most of them
            yield node("details", node("summary", name), shown)
        else:
            yield node("h4", safe(name))
            yield shown


def _table(name: str, value: Any, most: int) -> Element:
    """A value; only the rows that are shown are made, however many there are."""
    if name == "results" and isinstance(value, list) and all(isinstance(one, dict) for one in value):
        first, total = _first_rows(value, most)
        frame = frames.results_table(first)
        says = [one for one in frame.columns if one.endswith((".status", ".message"))]
        return table(frame[[*says, *(one for one in frame.columns if one not in says)]], "empty", most=most,
                     total=total, tidy=True)
    if isinstance(value, dict):
        fields = flatten(dict(islice(value.items(), most)), "")
        frame = frame_of(({"field": key.removeprefix("."), "value": one} for key, one in fields.items() if key),
                         ["field", "value"])
        return table(frame, "empty", most=most, total=max(len(frame), len(value)))
    items = value if isinstance(value, list) else [value]
    return table(frame_of([{"value": one} for one in items[:most]], ["value"]), "empty", most=most, total=len(items))


def _first_rows(app_runs: list[dict[str, Any]], most: int) -> tuple[list[dict[str, Any]], int]:
    """App runs with no more data than so many rows, and how many rows there are."""
    found, total = [], 0
    for run in app_runs:
        results = []
        for one in run.get("action_results") or ():
            data = one.get("data") if isinstance(one, dict) else None
            rows = len(data) if isinstance(data, list) and data else 1
            if total < most:
                results.append({**one, "data": data[:most - total]} if isinstance(data, list) else one)
            total += rows
        if results or not run.get("action_results"):
            found.append({**run, "action_results": results} if results else run)
    return found[:most], total or len(app_runs)


def _status(journal: Journal, told: Summary) -> Element:
    text = _standing(at(journal, -1)) if told.status == "running" else told.status
    return node("span", safe(text), class_=f"status {_GOOD.get(told.status, 'bad')}".strip())


def _standing(moment: Moment) -> str:
    """Where a run stands that has not ended."""
    last, index = moment.event, moment.journal.index
    if isinstance(last, OutcomeMissing):
        names = (one.name for one in reversed(index.of_kind(ActionStarted))
                 if (one.run, one.action_run_id) == (last.run, last.action_run_id))
        return f"not ended: {next(names, 'an action')} needs an outcome"
    if (found := moment.invocation) is None:
        return "not ended"
    where = {InvocationStarted: "before", InvocationEnded: "after"}.get(type(last), "in")
    line = f", line {found.started.line}" if found.started.line else ""
    return f"not ended: it stands {where} {found.started.block} (invocation {found.started.n}{line})"


def _lines(texts: list[str]) -> Element:
    rest = [node("li", f"… and {len(texts) - _NOTES} more")] if len(texts) > _NOTES else []
    return node("ul", *(node("li", safe(one, 2_000)) for one in texts[:_NOTES]), *rest)
