"""What is certain wherever a function begins: what has been asked for by then, and what has come back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache

from phantom_lab.reading.flow import Flow
from phantom_lab.reading.starts import ASKED, Ask, Node, Start, What

BEGUN, DONE, PASSED = "begun", "done", "passed"
Fact = tuple[str, What]
"""That something has been asked for or written, that it is there, or that a function (``("function", NAME)``) has
begun."""
Facts = frozenset[Fact]


class Certain:
    """Facts by node, over every way that leads to it: from all of them, those are taken away that a way does not have,
    until none does."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._written: Callable[[Node], Facts] = cache(self._written_by)
        self._before: Callable[[Start], Facts] = cache(self._done_before)
        self._beside: Callable[[Start], Facts] = cache(self._done_beside)
        self._called_back: Callable[[Node, str], Facts] = cache(self._done_by_callback)
        self._every = frozenset((state, what) for what in flow.asks for state in (BEGUN, DONE)) | frozenset(
            (PASSED, ("function", one.source)) for one in flow.starts if isinstance(one.source, str))
        self._begin: dict[Node, Facts] = defaultdict(lambda: self._every)
        self._after: dict[Node, Facts] = defaultdict(lambda: self._every)
        self._asked_at = {one.target: one for one in flow.starts if isinstance(one.target, Ask)}
        self._begin.update((name, frozenset()) for name in flow.top)
        self._after.update((name, frozenset()) for name in flow.top)
        while sum(map(self._meet, flow.starts)):
            pass
        self._given = {one: self._along(one) for one in flow.starts}

    def at(self, function: str) -> Facts:
        """What is certain when a function begins."""
        return self._begin[function]

    def gives(self, what: What, state: str) -> list[Start]:
        """The starts on which something is certain to have been asked for, or to be there."""
        return [one for one, facts in self._given.items() if (state, what) in facts]

    def _meet(self, start: Start) -> bool:
        """Take a start into account; says whether that changed anything."""
        begun, ended = self._begin[start.target], self._after[start.target]
        begin = self._common(begun, self._begin[start.source], self._along(start))
        if start.called and isinstance(start.source, str):
            after = self._common(ended, self._after[start.source], self._beside(start))
        else:
            after = frozenset()
        self._begin[start.target], self._after[start.target] = begin, after
        return (begin is not begun and begin != begun) or (after is not ended and after != ended)

    def _common(self, there: Facts, before: Facts, more: Facts) -> Facts:
        """What is certain still; what nothing is known of yet takes nothing away, and need not be looked through."""
        return there if before is self._every else there & (before | more)

    def _along(self, start: Start) -> Facts:
        """What is certain on a start, besides what is where it begins."""
        if isinstance(start.source, Ask):
            return self._answered(start.source)
        answered = [self._awaited(name, start.source) for name in start.awaited]
        return self._before(start).union({(PASSED, ("function", start.source))}, *answered)

    def _awaited(self, name: str, join: str) -> Facts:
        """What is certain where a join goes on because something of a name is completed."""
        asks = self._flow.asks.get((ASKED, name), ())
        found = [self._answered(ask).union(*(self._called_back(one.target, join) for one in self._flow.of[ask]))
                 for ask in asks]
        return frozenset.intersection(*found) if found else frozenset({(DONE, (ASKED, name))})

    def _done_by_callback(self, callback: Node, join: str) -> Facts:
        """What a callback has done by then: all of it where it does not lead to the join, else what it does before."""
        ways: dict[Node, Facts | None] = {join: frozenset()}

        def way(function: Node) -> Facts | None:
            if function not in ways:
                ways[function] = None  # a circle is no way
                found = [self._before(one) | rest for one in self._flow.of[function] if one.called
                         and (rest := way(one.target)) is not None]
                ways[function] = frozenset.intersection(*found) if found else None
            return ways[function]

        found = way(callback)
        return self._written(callback) if found is None else found

    def _answered(self, ask: Ask) -> Facts:
        """What is certain once an ask has come back: all that asked for it has returned by then."""
        start = self._asked_at[ask]
        return frozenset({(BEGUN, ask.what), (DONE, ask.what)}).union(
            self._begin[ask], self._beside(start), self._after[start.source])

    def _done_before(self, start: Start) -> Facts:
        """What the function has done when it takes a start."""
        return self._facts(one for one in self._flow.of[start.source]
                           if one.order < start.order and one.surely_with(start))

    def _done_beside(self, start: Start) -> Facts:
        """What the function has done, once it is over, wherever it takes a start."""
        return self._facts(one for one in self._flow.of[start.source] if one.surely_with(start))

    def _facts(self, starts: Iterable[Start]) -> Facts:
        found: set[Fact] = set()
        for one in starts:
            if isinstance(one.target, Ask):
                found |= {(BEGUN, one.target.what)} if one.target.later else {
                    (BEGUN, one.target.what), (DONE, one.target.what)}
            elif one.called:
                found |= self._written(one.target)
        return frozenset(found)

    def _written_by(self, function: Node) -> Facts:
        """What a function has done whenever it is over."""
        found: set[Fact] = set()
        seen, waiting = {function}, [function]
        while waiting:
            for one in self._flow.of[waiting.pop()]:
                if one.sides:
                    continue
                if isinstance(one.target, Ask):
                    found |= {(BEGUN, one.target.what)} | (set() if one.target.later else {(DONE, one.target.what)})
                elif one.called and one.target not in seen:
                    seen.add(one.target)
                    waiting.append(one.target)
        return frozenset(found)
