"""Conditions row by row, computed from what the journal holds of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from phantom_lab.datapath import judge
from phantom_lab.history.events import Evaluated
from phantom_lab.history.journal import Journal


def evaluated_rows(journal: Journal, event: Evaluated) -> list[dict[str, Any]]:
    """The truth table of one evaluation, as dicts, without what all its rows have in common."""
    return [row for source in journal.get(event.operands) for row in _rows(event, source)]


def first_held(event: Evaluated, source: dict[str, Any]) -> list[Any] | None:
    """The cells of the first row of a source for which an evaluation held; None: none is known to."""
    return next((source["rows"][number] for number, _, passed in _judged(event, source) if passed), None)


def _judged(event: Evaluated, source: dict[str, Any]) -> Iterator[tuple[int, list[bool | None], bool | None]]:
    """Number of a row, the verdict of every comparison, and whether it held as a whole."""
    comparisons = source["comparisons"]
    tests = [judge(one["operator"], one["left"], one["right"], case_sensitive=event.case_sensitive,
                   delimiter=event.delimiter) for one in comparisons]
    beside = [set(one.get("beside", ())) for one in comparisons]
    for number, cells in enumerate(source["rows"]):
        verdicts = [None if number in without else _certain(one, test(cells))
                    for one, test, without in zip(comparisons, tests, beside, strict=True)]
        yield number, verdicts, _joined(verdicts, event.logical_operator == "and",
                                        [number in without for without in beside])


def _rows(event: Evaluated, source: dict[str, Any]) -> list[dict[str, Any]]:
    comparisons, rows = source["comparisons"], []
    for number, verdicts, passed in _judged(event, source):
        cells = source["rows"][number]
        rows += [{"source": source["source"], "row": number + 1, "rows": source["total"],
                  "left": _text(one["left"]), "left value": _value(one["left"], cells), "operator": one["operator"],
                  "right": _text(one["right"]), "right value": _value(one["right"], cells), "verdict": verdict,
                  "row passed": passed} for one, verdict in zip(comparisons, verdicts, strict=True)]
    return rows


def _certain(comparison: dict[str, Any], verdict: bool) -> bool | None:
    """None where values that the journal does not keep could have decided otherwise."""
    right = comparison["right"]
    kept = right.get("values", right.get("cells"))
    if kept is None or len(kept) == right["total"]:
        return verdict
    decided = comparison["operator"] != "not in"
    return verdict if verdict is decided else None


def _joined(verdicts: Sequence[bool | None], together: bool, beside: Sequence[bool]) -> bool | None:
    decisive = not together
    if decisive in verdicts or (together and any(beside)):
        return decisive
    unsure = any(verdict is None and not without for verdict, without in zip(verdicts, beside, strict=True))
    return None if unsure else together and bool(verdicts)


def _text(side: dict[str, Any]) -> str:
    return side.get("text") or repr(side.get("value", side.get("values")))


def _value(side: dict[str, Any], cells: Sequence[Any]) -> Any:
    if "column" in side:
        return cells[side["column"]]
    return side.get("value", side.get("values", side.get("cells")))
