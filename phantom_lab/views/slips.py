"""Slips that a run shows: what was hinted at while it executed, callbacks that were called on the spot, near misses."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from phantom_lab.history.events import ApiCalled, Evaluated, Hinted, RunStarted
from phantom_lab.history.journal import Journal
from phantom_lab.later import regex
from phantom_lab.source.parsing import parse
from phantom_lab.views.each import each
from phantom_lab.views.unmatched import conditions_of

Slip = tuple[int, int, int, str]
"""Run, invocation, line and message."""
_CALLED = regex(r"callback\s*=\s*\w[\w.]*\s*\(")
_LONGEST = 60
"""Characters of a text that are shown."""
_EQUAL = ("==", "!=")
_MEMBERS = ("in", "not in")


def slips(journal: Journal) -> Iterator[Slip]:
    """Everything of the kind, in no order."""
    yield from ((one.run, one.invocation, one.line, one.message) for one in journal.index.of_kind(Hinted))
    yield from _called_on_the_spot(journal)
    yield from (one for found in each(journal, Evaluated, _near_misses) for one in found)


def _called_on_the_spot(journal: Journal) -> Iterator[Slip]:
    """``callback=done()``: it is called at once, and what it returns, nothing, is the callback."""
    calls: dict[int, list[tuple[ast.Call, str]]] = {}
    for begun in journal.index.of_kind(RunStarted):
        calls[begun.run] = list(_callbacks(journal.get(begun.source)))
    for event in journal.index.of_kind(ApiCalled) if any(calls.values()) else ():
        if ("callback" in event.arguments and calls.get(event.run)
                and journal.get(event.arguments["callback"]) is None):
            for call, name in calls[event.run]:
                if call.lineno <= event.line <= (call.end_lineno or call.lineno) and _named(call.func) == event.name:
                    told = (f"callback={name}(…) calls {name} at once, and what that returns is None: nothing is "
                            f"called back (callback={name} passes the function)")
                    yield event.run, event.invocation, event.line, f"{event.name}: {told}"


def _callbacks(source: str) -> Iterator[tuple[ast.Call, str]]:
    """Calls whose callback is itself a call of a function of the source."""
    if not _CALLED.search(source):  # nearly all sources: no need to parse them
        return
    nodes = list(ast.walk(parse(source)))
    functions = {one.name for one in nodes if isinstance(one, ast.FunctionDef)}
    for node in nodes:
        for keyword in node.keywords if isinstance(node, ast.Call) else ():
            name = _named(keyword.value.func) if isinstance(keyword.value, ast.Call) else ""
            if keyword.arg == "callback" and name in functions and isinstance(node, ast.Call):
                yield node, name


def _named(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _near_misses(journal: Journal, event: Evaluated) -> list[Slip]:
    """Comparisons of texts that differ in nothing but case or blanks."""
    key = _near_misses, event.operands, event.case_sensitive  # the same comparison comes again in every round of a loop
    if (missed := journal.index.kept.get(key)) is None:
        missed = journal.index.kept[key] = [
            (one["number"], pair) for source in journal.get(event.operands) for one in source["comparisons"]
            if (pair := _missed(one, source["rows"], case_sensitive=event.case_sensitive))]
    texts = conditions_of(journal, event) if missed else []
    return [(event.run, event.invocation, event.line,
             f"{texts[number]}: {' and '.join(map(_shown, pair))} differ only in case or blanks")
            for number, pair in missed]


def _missed(comparison: dict[str, Any], rows: list[list[Any]], *, case_sensitive: bool) -> tuple[str, str] | None:
    """Two texts that a comparison takes for different; None where it finds equal ones, or none that are alike."""
    part_of_text = comparison["operator"] in _MEMBERS and isinstance(comparison["right"].get("value"), str)
    if part_of_text or comparison["operator"] not in (*_EQUAL, *_MEMBERS):
        return None
    lefts, rights = (_texts(comparison[side], rows) for side in ("left", "right"))
    same = {one if case_sensitive else one.lower() for one in rights}
    if any(one in same for one in (lefts if case_sensitive else map(str.lower, lefts))):
        return None
    folded = {_folded(one): one for one in rights}
    return next(((one, folded[_folded(one)]) for one in sorted(lefts) if _folded(one) in folded), None)


def _texts(side: dict[str, Any], rows: list[list[Any]]) -> set[str]:
    found = ([row[side["column"]] for row in rows] if "column" in side else
             side.get("values", side.get("cells", side.get("value"))))
    return {one for one in (found if isinstance(found, list) else [found]) if isinstance(one, str) and one.strip()}


def _shown(text: str) -> str:
    return repr(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
