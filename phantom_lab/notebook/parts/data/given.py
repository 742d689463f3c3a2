"""What came in: a tab for every argument that was passed, and one that names what was not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from phantom_lab.frames import results_table
from phantom_lab.frames.artifacts import ArtifactRows
from phantom_lab.frames.children import describe_children
from phantom_lab.frames.results import ResultRows
from phantom_lab.frames.rows import Listed, Rows
from phantom_lab.history import Ref
from phantom_lab.notebook.cells import beginning, cell, head, verdict
from phantom_lab.notebook.columns import Columns, OfColumns
from phantom_lab.notebook.page import WHOLE, Mark, Page
from phantom_lab.notebook.parts.data.around import artifact_marks
from phantom_lab.notebook.parts.data.fields import Marker, fields, row_marks, short, told_rows, value_marks
from phantom_lab.notebook.parts.data.sight import Sight
from phantom_lab.notebook.parts.data.tab import CHIPS, Chip, Tab, single
from phantom_lab.views import sources

PASSED = "passed"
MEANING = {
    "action": "which action run came back",
    "success": "False only if the action failed on every asset with every parameter set",
    "container": "the container as it was when the block was invoked",
    "results": "one row per asset × parameter set × data item",
    "handle": "what the caller of the action passed along",
    "filtered_artifacts": "the artifacts that a filter let through",
    "filtered_results": "the result rows that a filter let through",
    "custom_function": "which custom function run came back",
}
"""What the vendor passes to blocks."""
_SHORT = 14
"""Characters of a value that stands on its tab."""


def argument_tabs(sight: Sight, taken: set[str]) -> Iterator[Tab]:
    """Those of the arguments, in the order in which they were passed.

    Args:
        taken: keys of other tabs.
    """
    for name, ref in sight.given.items():
        tab = _Argument(sight, name, ref).tab(head(f"argument {name}" if name in taken else name))
        yield replace(tab, argument=name)
    absent = [name for name in MEANING if name not in sight.given]
    if absent:
        yield single("absent", "not passed", PASSED, lambda: not_passed(sight), title=", ".join(absent),
                     count=f"{len(absent)}")


def not_passed(sight: Sight, wanted: str = "") -> Page:
    """What the vendor passes to blocks, and this one was not handed."""
    handed = ", ".join(map(head, sight.given)) or "nothing"
    told = f"{wanted or 'these'} not passed: {sight.current.started.block} was handed {handed}"
    if wanted:
        return Page(Listed([]), empty=told)
    rows = [{"argument": name, "what it is": MEANING[name]} for name in MEANING if name not in sight.given]
    return Page(Listed(rows, ("argument", "what it is")), caption=told)


class _Argument:
    """One argument."""

    def __init__(self, sight: Sight, name: str, ref: Ref) -> None:
        self._sight, self._name, self._ref = sight, name, ref
        self._asked = f"{sight.current.started.block}@{sight.n}"

    def tab(self, key: str) -> Tab:
        """Its tab; a value that is large is counted once it is opened."""
        sight, name = self._sight, self._name
        if not sight.values.cheap(self._ref):
            size = f"{len(sight.journal.text(self._ref)) / 1e6:,.1f} MB"
            return Tab(key, head(name), PASSED, [Chip("", name, self._page)], size, self._changed(), large=True)
        value = sight.values.get(self._ref)
        if name in ("results", "filtered_results") and _is_results(value):
            rows = _result_rows(sight, value, told=name == "results")
            whole = self._of(rows.length, value) if name == "filtered_results" else f"{rows.length:,}"
            chips, assets = self._by_asset(rows)
            note = f"{CHIPS:,} of {assets:,} assets can be chosen" if assets > CHIPS else ""
            return Tab(key, name, PASSED, chips, whole, self._changed(rows), note=note)
        return single(key, head(name), PASSED, self._page, count=self._count(value), changed=self._changed(),
                      kind=verdict(value) if name == "success" else "")

    def _changed(self, rows: ResultRows | None = None) -> str:
        """In words, of a short table with its rows."""
        sight, name = self._sight, self._name
        if name in sight.edited:
            return "edited by hand"
        if sight.before is None:
            return ""
        before = sight.given_before.get(name)
        if before is None or before == self._ref:
            return "" if before else "new"
        marks = self._result_marks(rows) if rows and rows.length <= WHOLE else None
        return (told_rows(marks, rows.length) if marks and rows else "") or "changed"

    def _page(self) -> Page:
        sight, name = self._sight, self._name
        value = sight.values.get(self._ref)
        if name in ("results", "filtered_results") and _is_results(value):
            return self._results(_result_rows(sight, value, told=name == "results"), "")
        if name == "results" and isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            children = OfColumns(Columns.of(results_table(value, _name_of(value))))
            return Page(children, tidy=True, marked=self._marks(children), about=self._asked,
                        caption=f"{name}: what the child playbook was given, and came back with")
        if name == "filtered_artifacts" and isinstance(value, list) and all(type(one) is int for one in value):
            return Page(ArtifactRows(value, sight.moment.artifact), caption=f"{name}: {MEANING[name]}", tidy=True,
                        marked=self._artifact_marks(value))
        rows = fields(value, f"{name}:" if name == "container" else f"{name}.")
        return Page(rows, caption=f"{name}: {MEANING.get(name, 'an argument of the author’s own')}{self._was()}",
                    empty="passed, and empty", tidy=True, marked=self._marks(rows), about=self._asked,
                    judged=("value",) * (name == "success"))

    def _was(self) -> str:
        was = self._sight.edited.get(self._name)
        return "" if was is None else f". Edited by hand; it was {short(self._sight.values.short(was))}"

    @property
    def _before(self) -> Ref | None:
        """What it was before an edit, else one step before; None: nothing, or the same."""
        sight = self._sight
        before = sight.edited.get(self._name) or sight.given_before.get(self._name)
        return None if before == self._ref else before

    @property
    def _what(self) -> str:
        return "edited" if self._name in self._sight.edited else "changed"

    def _marks(self, rows: Rows) -> Marker | None:
        before, values = self._before, self._sight.values
        if before is None or not values.cheap(before):
            return None
        was = values.get(before)
        if isinstance(rows, OfColumns):
            there = isinstance(was, list) and all(isinstance(one, dict) for one in was)
            return row_marks(rows, OfColumns(Columns.of(results_table(was, _name_of(was)))) if there else None)
        return value_marks(rows, was, self._what)

    def _result_marks(self, rows: ResultRows) -> Marker | None:
        """Of results, row by row; all are new where there were none."""
        sight, before = self._sight, self._before
        if (before is None and (sight.before is None or self._name in sight.given_before)) or (
                before is not None and not sight.values.cheap(before)):
            return None
        was = sight.values.get(before) if before is not None else None
        were = _result_rows(sight, was, told=False) if was is not None and _is_results(was) else None
        return row_marks(rows, were, self._what, was_at=rows.was_at(were) if were else None)

    def _artifact_marks(self, ids: list[int]) -> Marker:
        """What was written to them, and which were not among those that were passed one step before."""
        sight, touched = self._sight, artifact_marks(self._sight)
        before = self._before
        were = sight.values.get(before) if before is not None else None
        new = {one for one in ids if one not in were} if isinstance(were, list) else set(
            ids if sight.before and self._name not in sight.given_before else ())
        return lambda place: {**touched.get(ids[place], {}), **({"": Mark("new")} if ids[place] in new else {})}

    def _count(self, value: Any) -> str:
        if self._name == "filtered_artifacts" and isinstance(value, list):
            return f"{len(value):,} of {len(self._sight.moment.artifact_ids):,}"
        if isinstance(value, list):
            return f"{len(value):,}"
        if isinstance(value, dict) or (value is None):
            return "None" if value is None else ""
        text, whole = beginning(value, _SHORT)
        return cell(text)[0] if whole else ""

    def _of(self, length: int, value: list[Any]) -> str:
        """So many of the rows that the actions of these names came back with."""
        moment, get = self._sight.moment, self._sight.values
        names = {str(one.get("name")) for one in value}
        last = {one.name: one.results for one in moment.completed if one.name in names}
        if not names or names != last.keys() or not all(map(get.cheap, last.values())):
            return f"{length:,}"
        there = sum(ResultRows(found).length for ref in last.values() if _is_results(found := get.get(ref)))
        return f"{length:,} of {there:,}"

    def _by_asset(self, rows: ResultRows) -> tuple[list[Chip], int]:
        """All results, and those of each asset, where there are several; and how many there are."""
        places: dict[str, list[int]] = {}
        for number, (run, _, _) in enumerate(rows.results):
            places.setdefault(str(run.get("asset")), []).append(number)
        chips = [Chip("", "all assets", lambda: self._results(rows, ""), f"{rows.length:,}")]
        if len(places) < 2:
            return chips, len(places)
        for asset, own in [*places.items()][:CHIPS]:
            found = [rows.results[one][1].get("status") for one in own]
            chips.append(Chip(head(asset), head(asset), lambda own=own, asset=asset: self._results(  # type: ignore[misc]
                rows.part(own), asset), f"{sum(rows.counts[one] for one in own):,}",
                "bad" if any(verdict(one) == "bad" for one in found) else "good"))
        return chips, len(places)

    def _results(self, rows: ResultRows, asset: str) -> Page:
        told = Counter(str(one.get("status")) for _, one, _ in rows.results)
        tally = ", ".join(f"{count:,} {head(status)}" for status, count in told.most_common(4))
        of = f" of {head(asset)}" if asset else ""
        return Page(rows, caption=f"{self._name}{of}: {MEANING[self._name]}" + (f"; {tally}" if tally else ""),
                    empty="passed, and empty", tidy=True, marked=self._result_marks(rows))


def _result_rows(sight: Sight, value: list[dict[str, Any]], *, told: bool) -> ResultRows:
    return ResultRows(value, _name_of(value), sources(sight.journal) if told else None)


def _name_of(value: list[dict[str, Any]]) -> str | None:
    names = {one.get("name") for one in value}
    return names.pop() if len(names) == 1 else None


def _is_results(value: Any) -> bool:
    """Whether it is what actions or custom functions come back with; a playbook may have put anything there."""
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value) and (
        not describe_children(value))

