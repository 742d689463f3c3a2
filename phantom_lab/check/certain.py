"""What is certain wherever a function begins: what has been asked for by then, and what has come back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache, reduce
from operator import and_, or_

from phantom_lab.reading.flow import Flow
from phantom_lab.reading.starts import ASKED, Ask, Node, Start, What

BEGUN, DONE, PASSED = "begun", "done", "passed"
Fact = tuple[str, What]
"""That something has been asked for or written, that it is there, or that a function (``("function", NAME)``) has
begun."""
Facts = int
"""A bit for each: a function at the end of a long chain has thousands, and so has each before it."""


class Certain:
    """Facts by node, over every way that leads to it: from all of them, those are taken away that a way does not have,
    until none does."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._bits: dict[Fact, int] = {}
        self._written = self._written_by()
        self._before: Callable[[Start], Facts] = cache(self._done_before)
        self._beside: Callable[[Start], Facts] = cache(self._done_beside)
        self._called_back: Callable[[Node, str], Facts] = cache(self._done_by_callback)
        self._every = self._all(self._bit(state, what) for what in flow.asks for state in (BEGUN, DONE)) | self._all(
            self._bit(PASSED, ("function", one.source)) for one in flow.starts if isinstance(one.source, str))
        self._begin: dict[Node, Facts] = defaultdict(lambda: self._every)
        self._after: dict[Node, Facts] = defaultdict(lambda: self._every)
        self._asked_at = {one.target: one for one in flow.starts if isinstance(one.target, Ask)}
        self._begin.update((name, 0) for name in flow.top)
        self._after.update((name, 0) for name in flow.top)
        places = {node: place for place, node in enumerate(reversed(_calls_first(flow.top, self._targets)))}
        starts = sorted(flow.starts, key=lambda one: places.get(one.source, len(places)))
        while sum(map(self._meet, starts)):
            pass
        self._given = {one: self._along(one) for one in flow.starts}

    def at(self, function: str, state: str, what: What) -> bool:
        """Whether something is certain when a function begins."""
        return bool(self._begin[function] & self._bit(state, what))

    def gives(self, what: What, state: str) -> list[Start]:
        """The starts on which something is certain to have been asked for, or to be there."""
        bit = self._bit(state, what)
        return [one for one, facts in self._given.items() if facts & bit]

    def _bit(self, state: str, what: What) -> Facts:
        return 1 << self._bits.setdefault((state, what), len(self._bits))

    def _all(self, facts: Iterable[Facts]) -> Facts:
        return reduce(or_, facts, 0)

    def _targets(self, node: Node) -> list[Node]:
        return [one.target for one in self._flow.of[node]]

    def _meet(self, start: Start) -> bool:
        """Take a start into account; says whether that changed anything."""
        begun, ended = self._begin[start.target], self._after[start.target]
        begin = self._common(begun, self._begin[start.source], self._along(start))
        if start.called and isinstance(start.source, str):
            after = self._common(ended, self._after[start.source], self._beside(start))
        else:
            after = 0
        self._begin[start.target], self._after[start.target] = begin, after
        return begin != begun or after != ended

    def _common(self, there: Facts, before: Facts, more: Facts) -> Facts:
        """What is certain still; what nothing is known of yet takes nothing away, and need not be looked through."""
        return there if before is self._every else there & (before | more)

    def _along(self, start: Start) -> Facts:
        """What is certain on a start, besides what is where it begins."""
        if isinstance(start.source, Ask):
            return self._answered(start.source)
        answered = [self._awaited(name, start.source) for name in start.awaited]
        return self._all([self._before(start), self._bit(PASSED, ("function", start.source)), *answered])

    def _awaited(self, name: str, join: str) -> Facts:
        """What is certain where a join goes on because something of a name is completed."""
        asks = self._flow.asks.get((ASKED, name), ())
        found = [self._answered(ask) | self._all(self._called_back(one.target, join) for one in self._flow.of[ask])
                 for ask in asks]
        return reduce(and_, found) if found else self._bit(DONE, (ASKED, name))

    def _done_by_callback(self, callback: Node, join: str) -> Facts:
        """What a callback has done by then: all of it where it does not lead to the join, else what it does before."""
        ways: dict[Node, Facts | None] = {join: 0}

        def way(function: Node) -> Facts | None:
            if function not in ways:
                ways[function] = None  # a circle is no way
                found = [self._before(one) | rest for one in self._flow.of[function] if one.called
                         and (rest := way(one.target)) is not None]
                ways[function] = reduce(and_, found) if found else None
            return ways[function]

        found = way(callback)
        return self._written[callback] if found is None else found

    def _answered(self, ask: Ask) -> Facts:
        """What is certain once an ask has come back: all that asked for it has returned by then."""
        start = self._asked_at[ask]
        return (self._bit(BEGUN, ask.what) | self._bit(DONE, ask.what) | self._begin[ask] | self._beside(start)
                | self._after[start.source])

    def _done_before(self, start: Start) -> Facts:
        """What the function has done when it takes a start."""
        return self._facts(one for one in self._flow.of[start.source]
                           if one.order < start.order and one.surely_with(start))

    def _done_beside(self, start: Start) -> Facts:
        """What the function has done, once it is over, wherever it takes a start."""
        return self._facts(one for one in self._flow.of[start.source] if one.surely_with(start))

    def _facts(self, starts: Iterable[Start]) -> Facts:
        return self._all(self._fact(one, self._written) for one in starts)

    def _fact(self, start: Start, written: Mapping[Node, Facts]) -> Facts:
        """What a function has done that takes a start."""
        if isinstance(start.target, Ask):
            what = start.target.what
            return self._bit(BEGUN, what) | (0 if start.target.later else self._bit(DONE, what))
        return written[start.target] if start.called else 0

    def _written_by(self) -> dict[Node, Facts]:
        """What each function has done whenever it is over, those that it calls first: where functions call each other
        in a circle, once more until nothing is added."""
        written: dict[Node, Facts] = defaultdict(int)
        surely = {node: [one for one in starts if not one.sides] for node, starts in self._flow.of.items()}
        order = _calls_first(self._flow.of, lambda node: [
            one.target for one in surely.get(node, ()) if one.called and not isinstance(one.target, Ask)])
        changed = True
        while changed:
            changed = False
            for node in order:
                found = self._all(self._fact(one, written) for one in surely.get(node, ()))
                changed |= found != written[node]
                written[node] = found
        return written


def _calls_first(nodes: Iterable[Node], targets: Callable[[Node], Iterable[Node]]) -> list[Node]:
    """All that nodes lead to, each behind what it leads to, but for circles."""
    found: dict[Node, None] = {}
    seen: set[Node] = set()
    for first in [*nodes]:
        waiting = [] if first in seen else [(first, iter(targets(first)))]
        seen.add(first)
        while waiting:
            left = waiting[-1][1]
            following = next((one for one in left if one not in seen), None)
            if following is None:
                found[waiting.pop()[0]] = None
            else:
                seen.add(following)
                waiting.append((following, iter(targets(following))))
    return [*found]
