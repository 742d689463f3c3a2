"""Reads from a block that is not upstream: as far as the flow tells, nothing of it need be there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from phantom_lab.check.blocks import Finding
from phantom_lab.check.certain import BEGUN, DONE, PASSED, Certain
from phantom_lab.datapath import Family
from phantom_lab.reading import texts
from phantom_lab.reading.calls import Call
from phantom_lab.reading.flow import Flow
from phantom_lab.reading.forms import compiled
from phantom_lab.reading.names import COMPUTED
from phantom_lab.reading.read import Reading
from phantom_lab.reading.starts import ASKED, SOURCES, Ask, Start, What

_READERS = {"get_format_data": ("format", "name"), "get_filtered_data": ("filter", "name"),
            "get_run_data": ("code", "key"), "get_block_result": ("code", "key")}
_STATES = ("get_action_status", "get_action_results", "get_custom_function_status", "get_custom_function_results",
           "get_playbook_status", "get_playbook_results", "get_summary", "is_custom_function_running", "runs_completed")
_SHOWN = 5
"""How many names stand in a line."""
_NOTHING: tuple[object, ...] = ("", None, [], "None")
"""What a condition compares with in order to see whether something is there."""


def upstream(flow: Flow) -> Iterator[Finding]:
    """A block that reads what need not be there when it runs, and that nothing has looked for before.

    Told is what nothing leads from, what is started beside the reader and not waited for, and, where a block reads
    nothing else, what a way to it leads past. A block that puts together what either of several branches gave is none.
    """
    yield from _Reads(flow).findings()


class _Reads:
    """What each function reads of others, against what is certain when it begins."""

    def __init__(self, flow: Flow) -> None:
        reading = flow.reading
        self._flow, self._certain = flow, Certain(flow)
        self._compared, self._asked_for = _compared(reading, missing=False), _compared(reading, missing=True)
        counting = _counting(reading)
        self._gates = [one for one in flow.starts if one.source in counting and one.sides]
        self._other = {one.call.function for one in texts.datapaths(reading)
                       if (path := compiled(one)) and not path.filter and path.source not in SOURCES}
        self._reads: dict[str, dict[What, Call]] = defaultdict(dict)
        for call, what in _reads(reading):
            if what in self._flow.asks and (what[0], COMPUTED) not in self._flow.asks:
                self._reads[call.function].setdefault(what, call)

    def findings(self) -> Iterator[Finding]:
        """One for each function and reason."""
        there = self._flow.reached(self._flow.top) - self._flow.reached(["on_finish"])
        for reader in [one for one in self._reads if one in there]:
            told: dict[str, list[tuple[int, str]]] = defaultdict(list)
            for what, call in self._reads[reader].items():
                if self._may_miss(reader, what) and (why := self._why(reader, what)):
                    told[why].append((call.line, f"'{what[1]}'"))
            for why, found in told.items():
                names = [name for _, name in found]
                more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
                yield min(found)[0], "warning", "upstream", f"{reader} reads {', '.join(names[:_SHOWN])}{more}, {why}"

    def _why(self, reader: str, what: What) -> str:
        """Why something need not be there; empty where nothing is to be said."""
        asking = {one.function for one in self._flow.asks[what]}
        where = ", ".join(sorted(asking))
        beside, looked = self._beside(reader, what), self._is_looked_for(reader, what)
        if beside is not None:
            return "" if looked else f"which need not be there by then: {beside}, and nothing waits for it"
        if reader not in self._flow.reached([*self._flow.asks[what], *(asking - {reader})]):
            return ("and itself asks for it: only a later block gets it" if reader in asking else
                    f"and nothing leads to it from {where}, which asks for that")
        if not looked and len(self._reads[reader]) == 1 and self._past(reader, what):
            return f"and nothing else of a block; a way to it leads past {where}"
        return ""

    def _may_miss(self, reader: str, what: What) -> bool:
        """Whether it is neither certain nor written by the reader itself."""
        here = any(one.function == reader and not one.later for one in self._flow.asks[what])
        return not here and not self._certain.at(reader, DONE, what)

    def _is_looked_for(self, reader: str, what: What) -> bool:
        """Whether something has been compared on every way, and so may have been found missing; where the reader itself
        compares it, only if it asks whether it is there."""
        return (reader in self._asked_for[what]
                or any(self._certain.at(reader, PASSED, ("function", name)) for name in self._compared[what])
                or reader not in self._flow.reached(self._flow.top, cut=self._gates))

    def _beside(self, reader: str, what: What) -> str | None:
        """What starts both the reader and what it reads, without waiting; None where nothing does."""
        if self._certain.at(reader, BEGUN, what):
            return "it was asked for before"
        given, asks = self._certain.gives(what, DONE), self._flow.asks[what]
        later = [one for one in self._flow.starts if not one.called]
        to_reader, at_once = self._flow.leading(reader, cut=given), self._flow.leading(reader, cut=[*given, *later])
        to_ask, ask_at_once = self._flow.leading(*asks), self._flow.leading(*asks, cut=later)
        for function in self._flow.reading.functions:
            own = self._flow.of[function]
            for one in (start for start in own if start.target in to_reader and start not in given):
                first = one.called and one.target in at_once
                others = [other for other in own if other.target in to_ask and not other.excludes(one) and (
                    what[0] == ASKED or other.target not in ask_at_once or (first and one.order < other.order))]
                if any(other is not one for other in others) and self._apart(one, reader, others, asks):
                    return f"{function} starts both"
        return None

    def _apart(self, one: Start, reader: str, others: Sequence[Start], asks: Sequence[Ask]) -> bool:
        """Whether what one start leads to is asked for on a way of its own, and not behind a join of both."""
        way = self._flow.way(one.target, reader)
        shared = {node for node in way if reader not in self._flow.reached([one.target], cut=self._flow.to[node])
                  or node == one.target}
        cut = [start for node in shared for start in self._flow.to[node]]
        own = [other.target for other in others if other is not one and other.target not in shared]
        return not self._flow.reached(own, cut=cut).isdisjoint(asks)

    def _past(self, reader: str, what: What) -> bool:
        """Whether a way to a function that reads nothing else leads past it."""
        past = self._flow.reached(self._flow.top, cut=self._certain.gives(what, BEGUN))
        return reader not in self._other and reader in past


def _compared(reading: Reading, *, missing: bool) -> Mapping[What, set[str]]:
    """The functions that compare something.

    Args:
        missing: whether only with what stands for nothing.
    """
    found: dict[What, set[str]] = defaultdict(set)
    for one in texts.conditions(reading):
        for side, other in ((one.left, one.right), (one.right, one.left)):
            if isinstance(side, str) and (not missing or other in _NOTHING):
                for what in _of_path(texts.Datapath(side, one.call, True)):
                    found[what].add(one.call.function)
    return found


def _counting(reading: Reading) -> set[str]:
    """Functions that may see by what they keep, or by what the platform says, whether something is over: joins of an
    author's own."""
    kept = {call.function for call in reading.calls_of("get_run_data", "get_data", "get_object")
            if not (isinstance(key := call.get("key"), str)
                    and (key.endswith("_called") or key.partition(":")[0] in reading.functions))}
    return kept | reading.sharing | {call.function for call in reading.calls_of(*_STATES)}


def _reads(reading: Reading) -> Iterator[tuple[Call, What]]:
    """Calls that read, with what they read; each block once a call."""
    seen = set()
    for call, named in (*_paths(reading), *_values(reading)):
        if (id(call), named) not in seen:
            seen.add((id(call), named))
            yield call, named


def _paths(reading: Reading) -> Iterator[tuple[Call, What]]:
    for datapath in texts.datapaths(reading):
        if datapath.call.name != "LoopState":  # it is read when the loop asks whether to go on
            yield from ((datapath.call, what) for what in _of_path(datapath))


def _of_path(datapath: texts.Datapath) -> Iterator[What]:
    path = compiled(datapath)
    if path and path.filter:
        yield "filter", path.filter
    elif path and path.block and path.source in SOURCES:
        key = f"{path.block}:{path.steps[0]}" if path.source is Family.CUSTOM_FUNCTION else path.block
        yield SOURCES[path.source], key


def _values(reading: Reading) -> Iterator[tuple[Call, What]]:
    for call in reading.calls_of(*_READERS):
        kind, argument = _READERS[call.name]
        name = call.get(argument)
        if isinstance(name, str) and (kind != "code" or name.partition(":")[0] in reading.functions):
            yield call, (kind, name.removesuffix("__as_list"))


