"""What actions and custom functions came back with, one row per asset × parameter set × data item."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate, chain, repeat
from typing import Any

from phantom_lab.frames.flatten import flatten
from phantom_lab.frames.rows import ABSENT, SCANNED, Rows, Scanned, columns_of

RESULT = "action_result"
PARTS = (RESULT, "custom_function_result")
"""Datapath words of what a callback's results hold; the keys are their plurals."""
_EARLY = ("name", "asset", ".status", ".message", ".parameter", ".data", ".summary", "app")


class ResultRows(Rows):
    """The rows of a ``results`` argument; empty data keeps one row.

    Args:
        app_runs: the argument.
        name: of the action, where it is one.
        told: who gave the results, as `phantom_lab.views.sources` tells it.
    """

    watched = True

    def __init__(self, app_runs: Iterable[dict[str, Any]], name: str | None = None,
                 told: Mapping[int, list[str]] | None = None) -> None:
        self._name, self._told = name, told
        self.results: list[tuple[dict[str, Any], dict[str, Any], str]] = []
        """Every result with its app run and the root of its datapaths."""
        self._sources: list[dict[str, str]] = []
        for run in app_runs:
            part = next((part for part in PARTS if run.get(f"{part}s")), RESULT)
            root = f"{name}:{part}" if name else part
            found = run.get(f"{part}s") or [{}]
            self.results += [(run, one, root) for one in found]
            self._sources += _sources(run, found, told)
        self.counts = [len(_items(one)) for _, one, _ in self.results]
        """Rows of every result."""
        self._starts = [0, *accumulate(self.counts)]
        self.length = self._starts[-1]
        self.first = [*([] if name else ["name"]), "asset", "app"]
        root = f"{name}:{RESULT}" if name else RESULT
        self.essential = self._differing()
        if not self.length:
            self.first += [f"{root}.status", f"{root}.message", *([] if told is None else ["source"])]

    def row(self, place: int) -> dict[str, Any]:
        """One row."""
        number = bisect_right(self._starts, place) - 1
        _, result, root = self.results[number]
        data = result.get("data")
        item = _items(result)[place - self._starts[number]]
        whole = isinstance(data, dict) and bool(data)  # a custom function that returned a dict
        path = f"{root}.data" if whole else f"{root}.data.*"
        return {**self._head(number), **(flatten(item, path) if item != {} else {}), **self._sources[number]}

    def about(self, place: int) -> tuple[str, str]:
        """The action or custom function."""
        run, _, _ = self.results[bisect_right(self._starts, place) - 1]
        return (name := str(run.get("name") or "")), name

    def same(self, other: Rows) -> bool:
        """Those of the same values, from the same givers."""
        return isinstance(other, ResultRows) and len(self.results) == len(other.results) and (
            self._name, self._sources) == (other._name, other._sources) and all(
            run is was and result is before for (run, result, _), (was, before, _) in zip(
                self.results, other.results, strict=True))

    def scanned(self) -> Scanned:
        """All rows; what is of a result is looked at once for all its rows."""
        found: dict[str, list[Any]] = {}
        left_out = 0
        runs, results = [run for run, _, _ in self.results], [result for _, result, _ in self.results]
        for name in ("name", "asset", "app"):
            if name in self.first:
                found[name] = self._spread([run.get(name) for run in runs])
        if any(self._sources):
            found["source"] = self._spread([one.get("source") for one in self._sources])
        for root in dict.fromkeys(root for _, _, root in self.results):
            own = [one == root for _, _, one in self.results]
            for part in ("status", "message", "parameter", "summary"):
                values = [(one.get(part) or (None if part in ("status", "message") else ABSENT)) if mine else ABSENT
                          for one, mine in zip(results, own, strict=True)]
                columns, more = columns_of(values, f"{root}.{part}")
                found.update({path: self._spread(column) for path, column in columns.items()
                              if part in ("status", "message") or any(one is not None for one in column)})
                left_out += more
            for whole in dict.fromkeys(map(_is_object, results)):
                items = [ABSENT if item == {} else item for (_, result, _), mine, count in zip(
                    self.results, own, self.counts, strict=True)
                    for item in (_items(result) if mine and whole is _is_object(result) else repeat(ABSENT, count))]
                if any(one is not ABSENT for one in items):
                    columns, more = columns_of(items, f"{root}.data" if whole else f"{root}.data.*")
                    found.update(columns)
                    left_out += more
        kept = list(found)[:SCANNED]
        return Scanned({name: found[name] for name in kept}, left_out + len(found) - len(kept))

    def order(self, names: Sequence[str]) -> list[str]:
        """How it went first, then what for and what came back, and who gave it last."""
        return sorted(names, key=lambda name: place(name, _EARLY))

    def part(self, places: Sequence[int]) -> ResultRows:
        """The rows of some results only, by their number."""
        found = ResultRows((), self._name, self._told)
        found.results = [self.results[one] for one in places]
        found._sources = [self._sources[one] for one in places]
        found.counts = [self.counts[one] for one in places]
        found._starts = [0, *accumulate(found.counts)]
        found.length, found.first, found.essential = found._starts[-1], self.first, found._differing()
        return found

    def was_at(self, before: ResultRows) -> Callable[[int], int | None]:
        """Where a row stood in other rows: in the same result of an action, asset and parameter set; None: nowhere."""
        known: dict[str, int] = {}

        def result(number: int) -> int | None:
            mine = _of(self.results[number])
            if number < len(before.results) and _of(before.results[number]) == mine:
                return number
            if not known:
                known.update((repr(_of(one)), other) for other, one in reversed([*enumerate(before.results)]))
            return known.get(repr(mine))

        def row(place: int) -> int | None:
            number = bisect_right(self._starts, place) - 1
            other, item = result(number), place - self._starts[number]
            return None if other is None or item >= before.counts[other] else before._starts[other] + item

        return row

    def _differing(self) -> frozenset[str]:
        """How it went, where it did not always go the same way."""
        told: dict[str, set[str]] = {}
        for _, result, root in self.results:
            for field in ("status", "message"):
                told.setdefault(f"{root}.{field}", set()).add(str(result.get(field)))
        return frozenset(column for column, values in told.items() if len(values) > 1)

    def _head(self, number: int) -> dict[str, Any]:
        run, result, root = self.results[number]
        row: dict[str, Any] = {} if self._name else {"name": run.get("name")}
        row.update({"asset": run.get("asset"), "app": run.get("app"), f"{root}.status": result.get("status"),
                    f"{root}.message": result.get("message")})
        for part in ("parameter", "summary"):
            if result.get(part):
                row.update(flatten(result[part], f"{root}.{part}"))
        return row

    def _spread(self, values: list[Any]) -> list[Any]:
        return list(chain.from_iterable(map(repeat, values, self.counts)))


def place(column: str, order: Sequence[str]) -> int:
    """Where a column stands in an order; bookkeeping comes last."""
    field = re.sub(rf"^.*?({'|'.join(PARTS)})\.", ".", column, count=1)
    if field == "source" or field.startswith(".parameter.context"):
        return len(order) + (field == "source")
    return next((place for place, start in enumerate(order) if field.startswith(start)), len(order))


def _of(one: tuple[dict[str, Any], dict[str, Any], str]) -> list[Any]:
    """What a result is of, without the context, which tells of the run."""
    run, result, root = one
    parameter = result.get("parameter")
    given = {name: value for name, value in parameter.items() if name != "context"} if isinstance(
        parameter, dict) else parameter
    return [root, run.get("name"), run.get("asset"), given]


def _is_object(result: dict[str, Any]) -> bool:
    data = result.get("data")
    return isinstance(data, dict) and bool(data)


def _items(result: dict[str, Any]) -> Sequence[Any]:
    data = result.get("data") or [{}]
    return [data] if isinstance(data, dict) else data


def _sources(run: dict[str, Any], found: Sequence[Any], told: Mapping[int, list[str]] | None) -> list[dict[str, str]]:
    """The cell ``source`` of every result of an app run; one that was cut down has all that there are."""
    number = run.get("app_run_id")
    given = told.get(number, []) if told and isinstance(number, int) else []
    if len(given) != len(found):
        given = ["; ".join(dict.fromkeys(given))] * len(found) if given else []
    return [{"source": one} for one in given] or [{} for _ in found]
