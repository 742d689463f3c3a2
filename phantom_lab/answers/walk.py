"""A datapath under the microscope: what it gives at a moment, how it is walked, and what a wrong one may mean."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from phantom_lab.control.rewinding import Rewinding
from phantom_lab.datapath import Family, Path, parse, unknown_family
from phantom_lab.datapath.walked import Level, walked
from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import cut
from phantom_lab.history.held import Held, journal_of
from phantom_lab.misspelt import near
from phantom_lab.rules.diagnosis import explain, names_there, right_form
from phantom_lab.rules.families import FAMILIES
from phantom_lab.rules.slips import nearly
from phantom_lab.rules.sources import Restriction, everything, records, table
from phantom_lab.rules.then import run_then, told_by
from phantom_lab.terminal import brief
from phantom_lab.views.moment import Moment, at, moment_of

MOST = 60
"""Ways in which a datapath may go on that are offered."""
_LOOKED = 200
"""Records, and values, whose keys are offered."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A way in which a datapath may go on."""

    text: str
    """The whole datapath with it."""
    name: str
    """What is added."""
    count: int = 0
    """In how many of the values that were looked at it is; 0: that says nothing."""


@dataclass(frozen=True, slots=True)
class Walk:
    """What a datapath gives at a moment, and how."""

    datapath: str
    invocation: int
    """In which it is read; 0: outside of any."""
    cells: tuple[Any, ...]
    """One per row."""
    levels: tuple[Level, ...]
    """From the records on, step by step; none of what is no datapath."""
    problem: str
    """Why it gives nothing; empty: it gives something."""
    hints: tuple[str, ...]
    """What it is read as, where it is not as it says."""

    def to_json(self) -> dict[str, Any]:
        """All of it, without the values that stand for levels."""
        levels = [{"step": one.step, "there": one.there, "lost": one.lost, **({"odd": one.odd} if one.odd else {})}
                  for one in self.levels]
        return {"datapath": self.datapath, "invocation": self.invocation, "rows": len(self.cells),
                "problem": self.problem, "hints": list(self.hints), "steps": levels, "cells": list(self.cells)}

    def __str__(self) -> str:
        steps = [f"  {one.step or 'records':<24} {one.there:>7} value{'s' * (one.there != 1)}"
                 f"{f', {one.lost} lost' if one.lost else ''}" for one in self.levels]
        cells = [f"  {cut(json.dumps(one, ensure_ascii=False, default=str), 160)}" for one in self.cells[:10]]
        more = [f"  … {len(self.cells) - 10:,} more"] if len(self.cells) > 10 else []
        said = [f"  {one}" for one in (self.problem, *self.hints) if one]
        rows = f"{len(self.cells):,} row{'s' * (len(self.cells) != 1)}"
        return brief([f"{self.datapath} gives {rows}", *steps, *cells, *more, *said])

    __repr__ = __str__


def walk(held: Held, datapath: str, *, at: int | None = None) -> Walk:
    """What a datapath gives at a moment, as ``collect2`` reads it in a block that passes along what it was handed.

    Args:
        held: a run, its stepper, its journal or the journal's file.
        datapath: such as ``artifact:*.cef.sourceAddress``.
        at: the invocation at whose start it is read; None: where the run is, or what its stepper looks at.

    Raises:
        InputError: there is no such invocation.
    """
    moment = moment_at(held, at)
    return walk_at(moment, run_then(moment), datapath)


def moment_at(held: Held, invocation: int | None = None) -> Moment:
    """The moment at the start of an invocation; None: where the run is, or what its stepper looks at."""
    if invocation is None and isinstance(held, Rewinding) and (looked := held.moment) is not None:
        return looked
    journal = journal_of(held)
    return at(journal, -1) if invocation is None else moment_of(journal, invocation)


def walk_at(moment: Moment, run: PlaybookRun, datapath: str) -> Walk:
    """`walk` at a moment.

    Args:
        run: of `phantom_lab.rules.then.run_then`.
    """
    path, found = parse(datapath), moment.invocation
    n = found.started.n if found else 0
    if path is None:
        return Walk(datapath, n, (), (), _no_datapath(run, datapath), ())
    restriction = _passed(moment)
    told_by(run)  # of another datapath
    cells = tuple(row[0] for row in table(run, [path], restriction))
    hints = tuple(told_by(run))
    levels = tuple(walked(records(run, [path], restriction), path.steps))
    nothing = all(one is None or (one == "" and path.source is Family.CUSTOM_FUNCTION) for one in cells)
    return Walk(datapath, n, cells, levels, explain(run, path, restriction) if nothing else "", hints)


def offers(moment: Moment, run: PlaybookRun, text: str) -> list[Offer]:
    """How a datapath that is being typed may go on; arguments as for `walk_at`."""
    place = max(text.rfind("."), text.rfind(":"))
    head, begun = text[:place + 1], text[place + 1:]
    path = parse(f"{head}x") if head.endswith(":") else parse(head[:-1]) if head else None
    if path is None or (head.endswith(":") and path.source is Family.ARTIFACT):
        starts = [Offer(one, one) for one in _starts(run)]
        return [one for one in starts if one.text.startswith(text) and one.text != text][:MOST] or (
            starts[:MOST] if not text else [])
    names = _names(moment, run, path, whole=not head.endswith(":"))
    fitting = [(name, count) for name, count in names if name.lower().startswith(begun.lower()) and name != begun]
    if not fitting and begun not in dict(names):
        close = near(begun, [name for name, _ in names], most=5)
        fitting = [(name, count) for name, count in names if name in close]
    return [Offer(f"{head}{_written(name)}", name, count) for name, count in fitting[:MOST]]


def _passed(moment: Moment) -> Restriction:
    """What the block was handed counts as passed along."""
    given = moment.arguments.get("results")
    return Restriction(passed=given if isinstance(given, list) else None)


def _no_datapath(run: PlaybookRun, text: str) -> str:
    if not text.strip():
        return ""
    word = nearly(text)
    if not word and (family := unknown_family(text)):
        return f"no datapath begins with {family!r}; there are {', '.join(FAMILIES)}"
    return f"this is no datapath: it gives no value{f'; closest is {word!r}' if word else ''}{right_form(run, text)}"


def _starts(run: PlaybookRun) -> Iterator[str]:
    """The beginnings of datapaths for what is there."""
    yield from ("artifact:*.", "artifact:*.cef.", "container:")
    for name, form in names_there(run).items():
        yield f"{name}:{form}"
    for chosen, subset in run.state.subsets.items():
        if subset.artifact_ids:
            yield f"filtered-data:{chosen}:artifact:*."
        yield from (f"filtered-data:{chosen}:{name}:action_result.data.*." for name in subset.results)
    if run.state.inputs:
        yield "playbook_input:"
    if run.platform.lists:
        yield "custom_list:"
    if run.tree.finding.id is not None:
        yield "finding:"


def _names(moment: Moment, run: PlaybookRun, path: Path, *, whole: bool) -> list[tuple[str, int]]:
    """What may stand next, with how many values have it."""
    if not whole:
        if path.source is Family.CUSTOM_LIST:
            return [(name, 0) for name in run.platform.lists]
        if beside := everything(run, path):
            return [(name, 0) for name in beside]
        path = replace(path, steps=())
    found = islice(records(run, [path], _passed(moment)), _LOOKED)
    return _keys(walked(found, path.steps, samples=_LOOKED)[-1].samples)


def _keys(values: Iterable[Any]) -> list[tuple[str, int]]:
    """Keys of objects, and a star for lists, the most frequent first."""
    counts: dict[str, int] = {}
    for value in values:
        for name in value if isinstance(value, dict) else ("*",) if isinstance(value, list) else ():
            counts[str(name)] = counts.get(str(name), 0) + 1
    return sorted(counts.items(), key=lambda one: -one[1])


def _written(name: str) -> str:
    """A key as a datapath names it."""
    return json.dumps(name) if "." in name and name != "*" else name
