"""What the run holds: artifacts, run data, and the finding that it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from phantom_lab import frames
from phantom_lab.frames.artifacts import ARTIFACT, ArtifactRows
from phantom_lab.frames.flatten import quoted
from phantom_lab.frames.rows import Made
from phantom_lab.history import Changed, Edited, FindingTaken, Ref
from phantom_lab.notebook.page import Mark, Page
from phantom_lab.notebook.parts.data.fields import counted, fields, short
from phantom_lab.notebook.parts.data.sight import Sight
from phantom_lab.notebook.parts.data.tab import Tab, single
from phantom_lab.views.watching import RUN_DATA

RUN = "the run so far"


def around_tabs(sight: Sight) -> Iterator[Tab]:
    """Those of what the run holds where it is looked at."""
    yield _artifacts(sight)
    yield _run_data(sight)
    taken = sight.journal.index.of_kind(FindingTaken, sight.position + 1)
    if taken:
        before = sight.journal.index.of_kind(FindingTaken, sight.since + 1)
        yield single("finding", "finding", RUN, lambda: _finding(sight),
                     changed="changed" if before and before[-1].finding != taken[-1].finding else "")


class _RunData(Made):
    """What the run keeps, by key."""

    watched = True

    def path(self, place: int, column: str) -> str:
        """Of the key, whatever the column."""
        return f"{RUN_DATA}{self._items[place][0]}"

    def about(self, place: int) -> tuple[str, str]:
        """The key."""
        key = str(self._items[place][0])
        return f"data {key}", key


def _run_data(sight: Sight) -> Tab:
    now = sight.moment.kept("run data")
    were = sight.moment_before.kept("run data") if sight.moment_before else now
    new, gone = [name for name in now if name not in were], [name for name in were if name not in now]
    other = [name for name in now if name in were and now[name] != were[name]]
    by_hand = {one.name for one in sight.newer(Edited) if one.what == "run data"}
    changed = ", ".join(filter(None, (counted(len(new), "new key"), counted(len(other), "changed key"),
                                      counted(len(gone), "removed key"), "edited by hand" if by_hand else "")))
    items = [*now.items()]

    def row(item: tuple[str, Ref]) -> dict[str, Any]:
        return {"key": item[0], "value": sight.values.short(item[1])}

    def marks(place: int) -> Mapping[str, Mark]:
        name = items[place][0]
        what = "edited" if name in by_hand else "new" if name not in were else "changed" if name in other else ""
        was = short(sight.values.short(were[name])) if name in were else ""
        return {"value" if name in were else "": Mark(what, was)} if what else {}

    return single("run_data", "run data", RUN, lambda: Page(
        _RunData(items, row, ("key", "value")), caption="what get_run_data gives in this run", tidy=True, marked=marks,
        empty="the run has kept nothing so far"), count=f"{len(now):,}" if now else "", changed=changed)


def artifact_marks(sight: Sight) -> dict[int, dict[str, Mark]]:
    """By artifact, what was written to it since the step before."""
    touched: dict[int, dict[str, Mark]] = {}
    for event in sight.newer(Changed):
        if event.kind == "artifact":
            whole = event.field in ("added", "deleted")
            was = "" if whole else short(sight.values.short(event.before))
            touched.setdefault(event.id, {})["" if whole else f"{ARTIFACT}.{quoted(event.field)}"] = Mark(
                "new" if whole else "changed", was)
    return touched


def _artifacts(sight: Sight) -> Tab:
    ids, touched = sight.moment.artifact_ids, artifact_marks(sight)
    there = set(ids) if touched else set()
    new = sum("" in marks for number, marks in touched.items() if number in there)
    gone = sum(number not in there for number in touched)
    changed = ", ".join(filter(None, (counted(new, "new artifact"), counted(gone, "deleted artifact"), counted(
        len(touched) - new - gone, "changed artifact"))))
    filters = {name: set(one.artifact_ids) for name, one in sight.moment.filtered.items() if one.artifact_ids}
    return single("artifacts", "artifacts", RUN, lambda: Page(
        ArtifactRows(ids, sight.moment.artifact, filters), caption="artifacts of the container",
        empty="the container has no artifact", tidy=True, marked=lambda place: touched.get(ids[place], {})),
        count=f"{len(ids):,}", changed=changed)


def _finding(sight: Sight) -> Page:
    frame = frames.finding(sight.look.stepper.run, at=sight.n)
    found = {str(name): value for name, value in frame.iloc[0].items()} if len(frame) else {}
    return Page(fields(found, ""), caption="what `finding:` reads in this block", empty="the run is about no finding",
                tidy=True)
