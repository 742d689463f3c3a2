"""Situations in which plain Python code, its ``if``s, loops and handlers, may go the way that it has not gone yet."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from phantom_lab.engine import PlaybookRun
from phantom_lab.history import ApiCalled, HelperCalled, InvocationStarted
from phantom_lab.reading.graph import edges
from phantom_lab.reading.read import read
from phantom_lab.source.forks import Fork, forks
from phantom_lab.source.playbook import Playbook
from phantom_lab.trials.answers import own_runs
from phantom_lab.trials.coverage import Coverage, Place
from phantom_lab.trials.edits import Asked, Situation
from phantom_lab.trials.repairs import with_value
from phantom_lab.trials.wishes import Wish, found_by_text, wishes
from phantom_lab.why.provenance.flow import Flow
from phantom_lab.why.provenance.given import Givers
from phantom_lab.why.provenance.scopes import Module, module_of
from phantom_lab.why.provenance.until import NO_VALUE, OWN, Path, Provenance

_MOST = 12
"""Situations for one branch."""
_SAVES = ("save_run_data", "save_block_result", "save_data", "save_object")


def guesses(run: PlaybookRun, playbook: Playbook, situation: Situation, asked: Asked,
            coverage: Coverage,
            only: Collection[str] | None = None) -> Iterator[tuple[str, str, Situation, bool]]:
    """For every branch that was left out where code ran: other values of what the code looks at there.

    Args:
        only: functions; None: all of them.

    Returns:
        The function, what it is about, a situation, and whether the code there has left out a function that it names.
    """
    guesser = _Guesser(run, playbook, situation, asked)
    left: dict[str, list[tuple[Place, str]]] = {}
    for place in coverage.places:
        for way in place.ways:
            if place.branch(way) not in coverage.taken:
                left.setdefault(place.function, []).append((place, way))
    known = edges(read(playbook))
    for name in dict.fromkeys([*left, *(name for name, called in known.items() if called - coverage.seen)]):
        if only is not None and name not in only:
            continue
        leaves_out = bool(known.get(name, set()) - coverage.seen)
        for function in guesser.module.functions(name)[-1:]:
            for place, way in left.get(name, ()):
                if place.fork is not None:
                    wanted = wishes(guesser.forks[place.fork.number], way, function)
                    yield from ((name, *one, leaves_out)
                                for one in guesser.situations(name, str(place.branch(way)), wanted))
            found = guesser.situations(name, f"{name} takes another way", found_by_text(function))
            yield from ((name, *one, leaves_out) for one in found)


class _Guesser:
    def __init__(self, run: PlaybookRun, playbook: Playbook, situation: Situation, asked: Asked) -> None:
        self.module: Module = module_of(playbook.source)
        self.forks: list[Fork] = forks(self.module.tree)[0]
        """Those of the playbook, in the tree in which values are followed."""
        self._situation, self._asked = situation, asked
        events = list(run.journal.events)
        self._givers = _Sources(run.journal, run.journal.length)
        own = own_runs(run, playbook.file)
        self._known: dict[tuple[str, ast.expr], list[str]] = {}
        self._flows: dict[str, Flow] = {}
        self._ran: dict[str, tuple[str, int]] = {}
        """By function, the block that ran it, and the number of the invocation."""
        blocks = {one.n: one.block for one in events if isinstance(one, InvocationStarted)}
        for one in events:
            if one.run in own and isinstance(one, InvocationStarted):
                self._ran[one.block] = one.block, one.n
            elif one.run in own and isinstance(one, HelperCalled) and one.invocation:
                self._ran[one.name] = blocks[one.invocation], one.invocation

    def situations(self, name: str, told: str, wanted: Iterator[Wish]) -> Iterator[tuple[str, Situation]]:
        """Situations for a function, as far as its values can be followed to what a situation holds."""
        if name not in self._ran:
            return
        left = _MOST
        for expression, value in wanted:
            for datapath in self._datapaths(name, expression):
                changed = with_value(self._situation, datapath, value, self._asked)
                if changed is not None:
                    left -= 1
                    yield told, changed
                if not left:
                    return

    def _datapaths(self, name: str, expression: ast.expr) -> list[str]:
        """What an expression of a function was made of, found out once."""
        if (name, expression) not in self._known:
            block, n = self._ran[name]
            if block not in self._flows:
                self._flows[block] = Flow(self.module, next(iter(self.module.functions(block)), None))
            givens = (self._givers.resolve(one, n, NO_VALUE) for one in self._flows[block].origins(expression))
            self._known[name, expression] = [one.datapath for one in givens if one and one.datapath]
        return self._known[name, expression]


class _Sources(Givers):
    """Follows what was saved under a key to what it was made of."""

    def kept(self, call: ApiCalled, key: str, path: Path, value: object, hops: int) -> Provenance:
        saved = next((one for one in self.latest_calls if one.name in _SAVES
                      and str(self.argument_of(one, "key")) == key), None)
        found = self.passed(saved, "value", path, value, hops) if saved else None
        return found if found is not None and found.kind != OWN else super().kept(call, key, path, value, hops)
