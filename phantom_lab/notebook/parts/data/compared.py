"""Conditions row by row: what was compared, and what a filter let through or kept back."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from phantom_lab.errors import cut
from phantom_lab.frames.artifacts import ArtifactRows
from phantom_lab.frames.results import ResultRows
from phantom_lab.frames.rows import Listed
from phantom_lab.history import Evaluated, Filtered
from phantom_lab.notebook.cells import head
from phantom_lab.notebook.page import Page
from phantom_lab.notebook.parts.data.around import RUN
from phantom_lab.notebook.parts.data.fields import Marker, all_new
from phantom_lab.notebook.parts.data.sight import Sight
from phantom_lab.notebook.parts.data.tab import CHIPS, Chip, Tab
from phantom_lab.views.done import Happened
from phantom_lab.views.truth import evaluated_rows
from phantom_lab.views.unmatched import conditions_of

DONE = "the block"
_TEXTS = 300
"""Characters of conditions in a caption."""
_JUDGED = ("verdict", "row passed", "passed")
_COMPARED = ("row", "row passed", "left", "left value", "operator", "right", "verdict")

_ORDER = (*_COMPARED[:-1], "right value", "verdict", "source")


class _Compared(Listed):
    """Comparisons; of a long table no verdict folds."""

    essential = frozenset(_JUDGED)
    watched = True

    def order(self, names: Any) -> list[str]:
        """The result stands behind both sides."""
        return sorted(names, key=_ORDER.index)

    def path(self, place: int, column: str) -> str:
        """The datapath that was compared, of its text and its value."""
        row = self.row(place)
        return str(row.get(column.removesuffix(" value"), column)) if column.startswith(("left", "right")) else column


def condition_tab(sight: Sight) -> Tab | None:
    """The comparisons of the block, or of the one before; None where it evaluated nothing."""
    doer = sight.doer.started
    until = sight.end if doer.n == sight.n else sight.position
    places = sight.journal.reduced(Happened).evaluated(doer.n, until)
    if not places:
        return None
    events = [(event, one) for one in places if isinstance(event := sight.journal.events[one], Evaluated)]
    held = sum(one.passed for one, _ in events)
    new = sum(one > sight.since for one in places)
    shown = [*enumerate(events, 1)][-CHIPS:]
    chips = [Chip(str(number), f"{event.name or event.api}, line {event.line}",
                  lambda event=event, new=place > sight.since: _condition(  # type: ignore[misc]
                      sight, event, doer.block, doer.n, new=new),
                  "held" if event.passed else "did not hold", "good" if event.passed else "bad")
             for number, (event, place) in shown]
    decisive = next((str(number) for number, (event, _) in reversed(shown) if event.passed), chips[-1].key)
    note = f"the last {len(shown)} of {len(events):,} conditions" if len(shown) < len(events) else ""
    return Tab("conditions", "conditions", DONE, chips, f"{held:,} of {len(events):,} held",
               f"{new:,} new" if new else "", chosen=decisive, note=note)


def _condition(sight: Sight, event: Evaluated, block: str, n: int, *, new: bool) -> Page:
    rows = evaluated_rows(sight.journal, event)
    texts = f" {event.logical_operator} ".join(conditions_of(sight.journal, event)) or "no conditions"
    return Page(_Compared([_comparison(one) for one in rows], _COMPARED), tidy=True, judged=_JUDGED,
                about=f"{block}@{n}", caption=f"{block} (invocation {n}), line {event.line}: {cut(texts, _TEXTS)} "
                f"{'held' if event.passed else 'did not hold'}. {_kept(sight, event)}", empty="it has no conditions",
                marked=all_new if new else None)


def _comparison(one: dict[str, Any]) -> dict[str, Any]:
    told = {"row": _row(one), **{name: one[name] for name in (*_COMPARED[1:], "source")}}
    return told if one["right"] == repr(one["right value"]) else {**told, "right value": one["right value"]}


def _row(one: dict[str, Any]) -> str:
    return f"{one['row']:,} of {one['rows']:,}" if one["rows"] else "no row: one of None"


def filter_tab(sight: Sight) -> Tab | None:
    """What named filters let through so far, beside what they kept back; None where there is none."""
    filters = sight.moment.filtered
    if not filters:
        return None
    evaluated = sight.journal.reduced(Happened).named(sight.position)
    shown = [*filters.items()][-CHIPS // 2:]
    fresh = {one.name for one in sight.newer(Filtered) if filters.get(one.name) is one}
    chips = [chip for name, event in shown for chip in _filter(
        sight, name, event, evaluated.get(name), all_new if name in fresh else None)]
    new = len(fresh)
    note = f"the last {len(shown)} of {len(filters):,} filters" if len(shown) < len(filters) else ""
    return Tab("filters", "filters", RUN, chips, chips[0].count if len(filters) == 1 else f"{len(filters):,}",
               f"{new:,} new" if new else "", note=note)


def _filter(sight: Sight, name: str, event: Filtered, evaluated: Evaluated | None,
            marked: Marker | None) -> Iterator[Chip]:
    through = _through(sight, event)
    there = sum(one["total"] for one in sight.values.get(evaluated.operands)) if evaluated else 0
    if evaluated is not None:
        yield Chip(head(name), head(name), lambda: _tested(sight, name, evaluated, marked), f"{through} of {there:,}")
    yield Chip(f"{head(name)} let through", "what it let through", lambda: _records(sight, name, event, marked),
               through)


def _tested(sight: Sight, name: str, event: Evaluated, marked: Marker | None) -> Page:
    """One line per row that was tested, with what kept it back."""
    rows = []
    for _, some in groupby(evaluated_rows(sight.journal, event), lambda one: (one["source"], one["row"])):
        compared = [*some]
        passed = compared[0]["row passed"]
        against = [one for one in compared if one["verdict"] is False]
        rows.append({"passed": passed, "row": _row(compared[0]), "source": compared[0]["source"],
                     **{one["left"]: one["left value"] for one in compared},
                     **({} if passed else {"kept back by": "; ".join(
                         f"{one['left']} {one['operator']} {one['right']}" for one in against)})})
    block = sight.journal.index.block_of(event.invocation) or ""
    texts = f" {event.logical_operator} ".join(conditions_of(sight.journal, event))
    return Page(_Tested(rows, ("passed", "row")), tidy=True, judged=_JUDGED, marked=marked, about=name,
                empty="there was no row to test",
                caption=f"{name}: rows that {block} tested in line {event.line}: {cut(texts, _TEXTS)}. "
                f"{_kept(sight, event)}")


class _Tested(Listed):
    """Rows that a filter tested; of a long table no verdict folds."""

    essential = frozenset(_JUDGED)

    def order(self, names: Any) -> list[str]:
        """What kept a row back stands before its source."""
        return sorted(names, key=lambda name: (name == "source", 0))


def _records(sight: Sight, name: str, event: Filtered, marked: Marker | None) -> Page:
    """Artifacts, result rows and values that it let through."""
    results, values = sight.values.get(event.results), sight.values.get(event.values)
    caption = f"what {name} let through"
    if results:
        found = [run for runs in results.values() for run in runs if isinstance(run, dict)]
        names = {one.get("name") for one in found}
        return Page(ResultRows(found, names.pop() if len(names) == 1 else None), caption=caption, tidy=True,
                    marked=marked)
    if values:
        return Page(Listed([{"source": source, "value": one} for source, some in values.items() for one in some],
                           ("source", "value")), caption=caption, tidy=True, marked=marked, about=name)
    return Page(ArtifactRows(event.artifact_ids, sight.moment.artifact), caption=caption, tidy=True, marked=marked,
                empty="it let nothing through")


def _through(sight: Sight, event: Filtered) -> str:
    """How many rows it let through; of what is too large to be counted here, how large that is."""
    large = [one for one in (event.results, event.values) if not sight.values.cheap(one)]
    if large:
        return f"{sum(len(sight.journal.text(one)) for one in large) / 1e6:,.1f} MB"
    results, values = sight.values.get(event.results), sight.values.get(event.values)
    rows = sum(ResultRows(one for one in runs if isinstance(one, dict)).length for runs in results.values())
    return f"{len(event.artifact_ids) + rows + sum(map(len, values.values())):,}"


def _kept(sight: Sight, event: Evaluated) -> str:
    """What the journal does not keep of long sources."""
    cut = [(len(one["rows"]), one["total"]) for one in sight.values.get(event.operands)
           if len(one["rows"]) < one["total"]]
    return "; ".join(f"the journal keeps the first {kept:,} of {total:,} rows" for kept, total in cut)

