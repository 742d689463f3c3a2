"""Why functions and branches of a playbook were never reached."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from phantom_lab.analysis.coverage import Coverage
from phantom_lab.datapath import UNARY, operand, triple
from phantom_lab.engine import PlaybookRun
from phantom_lab.journal import InvocationEnded, RunStarted
from phantom_lab.journal.unstarted import unstarted
from phantom_lab.journal.waiting import waiting
from phantom_lab.reading import texts
from phantom_lab.reading.calls import Call
from phantom_lab.reading.graph import edges
from phantom_lab.reading.names import COMPUTED
from phantom_lab.reading.read import Reading

Held = Mapping[str, Sequence[str]]
"""By block, why it did not go on, in one run and another."""


def held_up(run: PlaybookRun, file: str) -> dict[str, str]:
    """Why blocks of a playbook's file did not go on in a run: by an exception, as they still wait for something, or as
    a child playbook that they wait for was not started."""
    own = {event.run for event in run.journal.events if isinstance(event, RunStarted) and event.file == file}
    waits = {one["block"]: _shortened(one["message"]) for one in waiting(run.journal) if one["run"] in own}
    failed = [event.failure for event in run.journal.events if isinstance(event, InvocationEnded)
              and event.run in own and event.failure is not None]
    refused = {one["block"]: f"child playbook {one['playbook']} was not started in line {one['line']}"
               for one in unstarted(run.journal) if one["run"] in own and one["waited"]}
    return {**waits, **refused, **{one.block: f"{one.block} ended with {one.type} in line {one.line} ({one.message})"
                        for one in failed}}


def _shortened(told: str) -> str:
    """Of several that a join waits for, the first, and how many there are besides."""
    first, *more = re.split(r"; (?='[^']*', which )", told)
    return f"{first}; and for {len(more)} more" if more else first


def reasons(reading: Reading, coverage: Coverage, held: Held) -> Iterator[tuple[str, str]]:
    """Every function and branch that was not reached, with the reason as far as runs and the text tell."""
    known = edges(reading)
    calls = [call for call in reading.calls_of(*texts.CONDITIONS[:2]) if call.function in coverage.functions]
    for name in coverage.missed:
        callers = sorted(caller for caller, called in known.items() if name in called and caller != name)
        yield name, _unreached(callers, calls, coverage, held)
    for call in calls:
        sides = [one for one in (True, False) if (call.line, one) not in coverage.taken]
        if len(sides) == 2:
            yield f"line {call.line}", _unevaluated(call, coverage, held)
        elif sides:
            yield f"line {call.line} {'holds' if sides[0] else 'does not hold'}", _told(call)


def _unreached(callers: list[str], calls: list[Call], coverage: Coverage, held: Held) -> str:
    ran = [caller for caller in callers if caller in coverage.seen]
    if "" in callers:
        return "no run came that far"
    if not ran:
        word = "lead" if len(callers) > 1 else "leads"
        return f"only {' and '.join(callers) or 'nothing'} {word} there, which no run reached"
    closed = [f"line {call.line} never holds: {_told(call)}" for call in calls if call.function in ran
              and (call.line, False) in coverage.taken and (call.line, True) not in coverage.taken]
    return "; ".join(closed[:3] or [_held(caller, held) for caller in ran if caller in held]) or (
        f"the code of {' and '.join(ran)} never calls it, whatever values were tried")


def _held(block: str, held: Held) -> str:
    return "; in another run, ".join(held[block][:2])


def _unevaluated(call: Call, coverage: Coverage, held: Held) -> str:
    if call.function not in coverage.seen:
        return f"{call.function} was never reached"
    return _held(call.function, held) if call.function in held else f"the code of {call.function} never gets there"


def _told(call: Call) -> str:
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
