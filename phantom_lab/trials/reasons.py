"""Why functions and branches of a playbook were never reached."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from phantom_lab.datapath import UNARY, operand, triple
from phantom_lab.engine import PlaybookRun
from phantom_lab.history import InvocationEnded
from phantom_lab.later import dataclass
from phantom_lab.reading.calls import Call
from phantom_lab.reading.graph import edges, names
from phantom_lab.reading.names import COMPUTED
from phantom_lab.reading.read import Reading
from phantom_lab.trials.answers import own_runs
from phantom_lab.trials.coverage import Coverage, Place
from phantom_lab.views.unstarted import unstarted
from phantom_lab.views.waiting import Waiting, still_waiting

Cause = tuple[str | int, ...]
"""What makes two reasons the same: `_WAITS` and the names that a join waits for, `_RAISED` and the type and line of an
exception, or `_REFUSED` and a child playbook that was not started, with the line."""
_WAITS, _RAISED, _REFUSED = "waits", "raised", "refused"
Held = Mapping[str, Mapping[Cause, str]]
"""By block, why it did not go on, in one run and another."""
_LONGEST = 100
"""Characters of an expression."""
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was never reached."""

    what: str
    """A function, ``BLOCK: PLACE WAY`` of a branch, or ``BLOCK: PLACE`` where no way of it was taken."""
    line: int
    """Of the place; 0 for what has none."""
    why: str
    tried: bool = False
    """Whether it tells no more than what all runs so far did: another one may do otherwise."""


def held_up(run: PlaybookRun, file: str) -> Iterator[tuple[str, Cause, str]]:
    """Blocks of a playbook's file that did not go on in a run, and why: by an exception, as they still wait for
    something, or as a child playbook that they wait for was not started."""
    own = own_runs(run, file)
    for event in run.journal.events:
        failure = event.failure if isinstance(event, InvocationEnded) and event.run in own else None
        if failure is not None:
            yield failure.block, (_RAISED, failure.type, failure.line), (
                f"{failure.block} ended with {failure.type} in line {failure.line} ({failure.message})")
    for one in waits(run, file):
        yield str(one.block), cause_of(one), in_short(one)
    for refused in unstarted(run.journal):
        if refused["run"] in own and refused["waited"]:
            yield str(refused["block"]), (_REFUSED, refused["playbook"], refused["line"]), (
                f"child playbook {refused['playbook']} was not started in line {refused['line']}")


def waits(run: PlaybookRun, file: str) -> list[Waiting]:
    """Joins of a playbook's file that wait at the end of a run."""
    own = own_runs(run, file)
    return [one for one in still_waiting(run.journal) if one.run in own]


def cause_of(one: Waiting) -> Cause:
    """What a join waits for."""
    return _WAITS, *(name for name, _ in one.lacks)


def in_short(one: Waiting) -> str:
    """Of several that a join waits for, the first, and how many there are besides."""
    more = f"; and for {len(one.lacks) - 1} more" if len(one.lacks) > 1 else ""
    return f"{one.block} still waits for {one.lacks[0][1] if one.lacks else 'something'}{more}"


def reasons(reading: Reading, coverage: Coverage, held: Held) -> Iterator[Reason]:
    """Every function and branch that was not reached, with the reason as far as runs and the text tell."""
    known = edges(reading)
    for name in coverage.missed:
        callers = sorted(caller for caller, called in known.items() if name in called and caller != name)
        yield _unreached(name, reading.functions.get(name, 0), callers, coverage, held)
    for place in coverage.places:
        left = [way for way in place.ways if place.branch(way) not in coverage.taken]
        if len(left) == len(place.ways):
            yield _unevaluated(place, coverage, held)
        else:
            waits_for = _held(place.function, held, _WAITS, _REFUSED)
            told = f"{_told(place)}{f'; {waits_for}' if waits_for else ''}"
            yield from (Reason(str(place.branch(way)), place.line, told, tried=True) for way in left)


def _unreached(name: str, line: int, callers: list[str], coverage: Coverage, held: Held) -> Reason:
    ran = [caller for caller in callers if caller in coverage.seen]
    if "" in callers:
        return Reason(name, line, "no run came that far", tried=True)
    if not callers:
        return Reason(name, line, "no text tells what calls it", tried=True)
    if not ran:
        word = "lead" if len(callers) > 1 else "leads"
        return Reason(name, line, f"only {' and '.join(callers)} {word} there, which no run reached",
                      tried=True)
    closed = [(place, way) for place in coverage.places for way in place.ways if place.function in ran
              and place.branch(way) not in coverage.taken and any(place.branch(one) in coverage.taken
                                                                  for one in place.ways)]
    waiting = [told for caller in ran if (told := _held(caller, held, _WAITS, _REFUSED))]
    around = [(place, way) for place, way in closed if place.fork and name in names(place.fork.node)]
    closed = around or [(place, way) for place, way in closed if place.call or (place.fork and place.fork.kind == "if")]
    if waiting:
        return Reason(name, line, "; ".join(waiting), tried=True)
    if closed:
        told = "; ".join(f"nothing took {place.name} {way} in line {place.line}: {_told(place)}"
                         for place, way in closed[:_SHOWN])
        return Reason(name, line, told, tried=True)
    told = "; ".join(_held(caller, held, _RAISED) for caller in ran if caller in held)
    return Reason(name, line, told or f"the code of {' and '.join(ran)} never calls it, whatever values were tried",
                  tried=not told)


def _held(block: str, held: Held, *kinds: str) -> str:
    """Why a block did not go on; empty where it did."""
    told = [why for cause, why in held.get(block, {}).items() if cause[0] in kinds]
    return "; in another run, ".join(told[:2])


def _unevaluated(place: Place, coverage: Coverage, held: Held) -> Reason:
    what = f"{place.function}: {place.name}"
    if place.function not in coverage.seen and place.function in coverage.functions:
        return Reason(what, place.line, f"{place.function} was never reached", tried=True)
    if place.function in held:
        return Reason(what, place.line, _held(place.function, held, _RAISED, _WAITS, _REFUSED))
    return Reason(what, place.line, f"the code of {place.function} never gets there", tried=True)


def _told(place: Place) -> str:
    """What decides on the way."""
    if place.call is not None:
        return _conditions(place.call)
    return _of_code(place.fork.node if place.fork else ast.Pass(), place.fork.part if place.fork else 0)


def _of_code(node: ast.AST, part: int) -> str:
    if isinstance(node, ast.Try | ast.TryStar):
        return f"what is tried in line {node.body[0].lineno}"
    if isinstance(node, ast.For):
        return f"for … in {_text(node.iter)}"
    if isinstance(node, ast.comprehension):
        return _text(node.ifs[part]) if node.ifs else f"for … in {_text(node.iter)}"
    if isinstance(node, ast.Match):
        return f"match {_text(node.subject)}"
    return _text(node.values[part] if isinstance(node, ast.BoolOp) else getattr(node, "test", node))


def _text(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _conditions(call: Call) -> str:
    word = " or " if call.get("logical_operator") == "or" else " and "
    return word.join(map(_comparison, call.names("conditions"))) or "its conditions are computed"


def _comparison(given: object) -> str:
    if (found := triple(given)) is None:
        return "a condition that only a run can tell"
    left, operator, right = found
    if operator in UNARY:
        return f"{_side(left)} {operator}"
    told = f"{_side(left)} {'…' if operator is COMPUTED else operator} {_side(right)}"
    return f"{told} compares constants" if _fixed(left) and _fixed(right) else told


def _fixed(side: object) -> bool:
    return side is not COMPUTED and not (isinstance(side, str) and operand(side, unnamed=True))


def _side(side: object) -> str:
    return "…" if side is COMPUTED else repr(side) if _fixed(side) else str(side)
