"""Reads from a block that is not upstream: as far as the flow tells, nothing of it need be there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from phantom_lab.analysis.blocks import Finding
from phantom_lab.analysis.certain import BEGUN, DONE, PASSED, Certain
from phantom_lab.datapath import Source
from phantom_lab.reading import texts
from phantom_lab.reading.calls import Call
from phantom_lab.reading.flow import ASKED, Ask, Flow, Start, What
from phantom_lab.reading.forms import compiled
from phantom_lab.reading.names import COMPUTED
from phantom_lab.reading.read import Reading

_READERS = {"get_format_data": ("format", "name"), "get_filtered_data": ("filter", "name"),
            "get_run_data": ("code", "key"), "get_block_result": ("code", "key")}
_SOURCES = {Source.ACTION_RESULT: ASKED, Source.ACTION_RESULTS: ASKED, Source.CUSTOM_FUNCTION_RESULT: ASKED,
            Source.CUSTOM_FUNCTION_RESULTS: ASKED, Source.PLAYBOOK_OUTPUT: ASKED,
            Source.FORMATTED_DATA: "format", Source.CUSTOM_FUNCTION: "code"}
_ASKING = (*texts.CONDITIONS, "LoopState")
"""Calls that may read something in order to see whether it is there."""


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
        self._looked = _looked_for(reading)
        self._other = {one.call.function for one in texts.datapaths(reading)
                       if (path := compiled(one)) and not path.filter and path.source not in _SOURCES}
        self._reads: dict[str, dict[What, Call]] = defaultdict(dict)
        for call, what in _reads(reading):
            if what in self._flow.asks and (what[0], COMPUTED) not in self._flow.asks:
                self._reads[call.function].setdefault(what, call)

    def findings(self) -> Iterator[Finding]:
        there = self._flow.reached(self._flow.top) - self._flow.reached(["on_finish"])
        told: dict[tuple[What, str], list[tuple[int, str]]] = defaultdict(list)
        for reader in [one for one in self._reads if one in there]:
            reads = self._reads[reader]
            missing = {what: call for what, call in reads.items() if self._may_miss(reader, what)}
            for what, call in missing.items():
                asking = {one.function for one in self._flow.asks[what]}
                where = ", ".join(sorted(asking))
                beside, looked = self._beside(reader, what), self._is_looked_for(reader, what)
                if beside is not None:
                    if not looked:
                        why = f"which need not be there by then: {beside}, and nothing waits for it"
                        told[what, why].append((call.line, reader))
                elif reader not in self._flow.reached([*self._flow.asks[what], *(asking - {reader})]):
                    why = ("itself asks for it: only a later block gets it" if reader in asking else
                           f"nothing leads to it from {where}, which asks for that")
                    yield call.line, "warning", "upstream", f"{reader} reads '{what[1]}', and {why}"
                elif not looked and len(reads) == 1 and self._past(reader, what):
                    told[what, f"and nothing else of a block; a way to it leads past {where}"].append(
                        (call.line, reader))
        for (what, why), readers in told.items():
            line, reader = min(readers)
            others = f" (so do {len(readers) - 1} others)" if len(readers) > 1 else ""
            yield line, "warning", "upstream", f"{reader} reads '{what[1]}'{others}, {why}"

    def _may_miss(self, reader: str, what: What) -> bool:
        """Whether it is neither certain nor written by the reader itself."""
        here = any(one.function == reader and not one.later for one in self._flow.asks[what])
        return not here and (DONE, what) not in self._certain.at(reader)

    def _is_looked_for(self, reader: str, what: What) -> bool:
        """Whether something has been compared, on every way, and so may have been found missing."""
        passed = {name for state, (_, name) in self._certain.at(reader) if state == PASSED}
        return not self._looked[what].isdisjoint({reader, *passed})

    def _beside(self, reader: str, what: What) -> str | None:
        """What starts both the reader and what it reads, without waiting; None where nothing does."""
        if (BEGUN, what) in self._certain.at(reader):
            return "it was asked for before"
        given, asks = self._certain.gives(what, DONE), self._flow.asks[what]
        later = [one for one in self._flow.starts if not one.called]
        to_reader, at_once = self._flow.leading(reader, cut=given), self._flow.leading(reader, cut=[*given, *later])
        to_ask, ask_at_once = self._flow.leading(*asks), self._flow.leading(*asks, cut=later)
        for function in self._flow.reading.functions:
            own = self._flow.of[function]
            for one in own:
                for other in own if one.target in to_reader and one not in given else ():
                    late = what[0] == ASKED or other.target not in ask_at_once
                    first = one.order < other.order and one.called and one.target in at_once
                    if (other is not one and other.target in to_ask and not other.excludes(one) and (late or first)
                            and self._apart(one, reader, other, asks)):
                        return f"{function} starts both"
        return None

    def _apart(self, one: Start, reader: str, other: Start, asks: Sequence[Ask]) -> bool:
        """Whether what one start leads to is asked for on a way of its own, and not behind a join of both."""
        shared = [node for node in self._flow.reached([one.target]) & self._flow.reached([other.target])
                  if reader not in self._flow.reached([one.target], cut=self._flow.to[node]) - {node}]
        cut = [start for node in shared for start in self._flow.to[node]]
        return other.target not in shared and not self._flow.reached([other.target], cut=cut).isdisjoint(asks)

    def _past(self, reader: str, what: What) -> bool:
        """Whether a way to a function that reads nothing else leads past it."""
        past = self._flow.reached(self._flow.top, cut=self._certain.gives(what, BEGUN))
        return reader not in self._other and reader in past


def _looked_for(reading: Reading) -> Mapping[What, set[str]]:
    """The functions in which something is compared, and so may be found missing."""
    found: dict[What, set[str]] = defaultdict(set)
    for call, what in _reads(reading):
        if call.name in _ASKING:
            found[what].add(call.function)
    return found


def _reads(reading: Reading) -> Iterator[tuple[Call, What]]:
    """Calls that read, with what they read; each block once a call."""
    seen = set()
    for call, named in (*_paths(reading), *_values(reading)):
        if (id(call), named) not in seen:
            seen.add((id(call), named))
            yield call, named


def _paths(reading: Reading) -> Iterator[tuple[Call, What]]:
    for datapath in texts.datapaths(reading):
        path = compiled(datapath)
        if path is None:
            continue
        if path.filter:
            yield datapath.call, ("filter", path.filter)
        elif path.block and path.source in _SOURCES:
            key = f"{path.block}:{path.steps[0]}" if path.source is Source.CUSTOM_FUNCTION else path.block
            yield datapath.call, (_SOURCES[path.source], key)


def _values(reading: Reading) -> Iterator[tuple[Call, What]]:
    for call in reading.calls_of(*_READERS):
        kind, argument = _READERS[call.name]
        name = call.get(argument)
        if isinstance(name, str) and (kind != "code" or name.partition(":")[0] in reading.functions):
            yield call, (kind, name.removesuffix("__as_list"))


