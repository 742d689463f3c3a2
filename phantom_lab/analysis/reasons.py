"""Why functions and branches of a playbook were never reached."""

from __future__ import annotations

from collections.abc import Iterator

from phantom_lab.analysis.coverage import Coverage
from phantom_lab.datapath import operand
from phantom_lab.reading import texts
from phantom_lab.reading.calls import Call
from phantom_lab.reading.graph import edges
from phantom_lab.reading.names import COMPUTED
from phantom_lab.reading.read import Reading


def reasons(reading: Reading, coverage: Coverage) -> Iterator[tuple[str, str]]:
    """Every function and branch that was not reached, with the reason as far as the text tells."""
    known = edges(reading)
    calls = [call for call in reading.calls_of(*texts.CONDITIONS[:2]) if call.function in coverage.functions]
    for name in coverage.missed:
        callers = sorted(caller for caller, called in known.items() if name in called and caller != name)
        ran = [caller for caller in callers if caller in coverage.seen]
        if not ran:
            yield name, f"only {' and '.join(callers) or 'nothing'} leads there, which no run reached"
            continue
        open_ = [call for call in calls if call.function in ran and (call.line, True) not in coverage.taken]
        if open_:
            yield name, "; ".join(f"line {call.line} never holds: {_told(call)}" for call in open_[:3])
        else:
            yield name, f"the code of {' and '.join(ran)} never calls it, whatever values were tried"
    for call in calls:
        for held in (True, False):
            if (call.line, held) not in coverage.taken:
                why = _told(call) if call.function in coverage.seen else f"{call.function} was never reached"
                yield f"line {call.line} {'holds' if held else 'does not hold'}", why


def _told(call: Call) -> str:
    return " and ".join(map(_comparison, call.names("conditions"))) or "its conditions are computed"


def _comparison(given: object) -> str:
    if not isinstance(given, list) or len(given) != 3:
        return "a condition that only a run can tell"
    left, operator, right = given
    fixed = [side for side in (left, right) if side is not COMPUTED
             and not (isinstance(side, str) and operand(side, unnamed=True))]
    told = " ".join("…" if one is COMPUTED else repr(one) for one in (left, operator, right)).replace("'", "", 0)
    return f"{told} compares constants" if len(fixed) == 2 else told
