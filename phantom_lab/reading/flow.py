"""What leads where in a source."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable

from phantom_lab.reading.graph import edges
from phantom_lab.reading.read import Reading
from phantom_lab.reading.starts import Ask, Node, Start, What, starts


class Flow:
    """The functions of a source and what they ask for, as nodes; by each node, what it starts and what starts it."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.starts = starts(reading)
        self.top = edges(reading)[""]
        self.of: dict[Node, list[Start]] = defaultdict(list)
        self.to: dict[Node, list[Start]] = defaultdict(list)
        self.asks: dict[What, list[Ask]] = defaultdict(list)
        for one in self.starts:
            self.of[one.source].append(one)
            self.to[one.target].append(one)
            if isinstance(one.target, Ask):
                self.asks[one.target.what].append(one.target)

    def reached(self, nodes: Iterable[Node], cut: Iterable[Start] = ()) -> set[Node]:
        """All that nodes lead to, themselves included, but on ways that are cut."""
        without = set(cut)
        found: set[Node] = set()
        waiting = list(nodes)
        while waiting:
            if (node := waiting.pop()) not in found:
                found.add(node)
                waiting += [one.target for one in self.of[node] if one not in without]
        return found

    def leading(self, *nodes: Node, cut: Iterable[Start] = ()) -> set[Node]:
        """All that leads to one of the nodes, themselves included, but on ways that are cut."""
        without = set(cut)
        found: set[Node] = set()
        waiting = list(nodes)
        while waiting:
            if (node := waiting.pop()) not in found:
                found.add(node)
                waiting += [one.source for one in self.to[node] if one not in without]
        return found

    def way(self, node: Node, end: Node) -> list[Node]:
        """The nodes on a shortest way from one to another, which is left out; empty where none leads there."""
        before: dict[Node, Node] = {}
        waiting = deque([node])
        while waiting and end not in before:
            place = waiting.popleft()
            for one in self.of[place]:
                if one.target not in before and one.target != node:
                    before[one.target] = place
                    waiting.append(one.target)
        found: list[Node] = []
        while end in before:
            end = before[end]
            found.append(end)
        return found
