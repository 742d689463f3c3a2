"""Of the ways that a value may have come, the one that it came: a place of the source that holds it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.why.origins.holding import key_of, proves_nothing
from phantom_lab.why.origins.origin import COMPUTED, CONSTANT, EITHER, Step, ValueOrigin, merged
from phantom_lab.why.origins.sites import Site
from phantom_lab.why.provenance.names import Origin
from phantom_lab.why.provenance.scopes import ANY
from phantom_lab.why.provenance.walking import parts

_MADE = 3
"""Hops that count for one of what a value was made of: it is followed less far."""
_MADE_OF = 6
"""Origins that are named of what a value was made of."""
_UNSEEN = ("http", "edit")
"""Kinds of origins of which the journal does not tell what stands there."""
_EMPTY: tuple[Any, ...] = (None, "", False, 0, [], {})
Find = Callable[[Any, int | None, int], list[ValueOrigin]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that a value may have come from."""

    find: Find
    """The origins that hold a value; given the artifact that it belongs to, where that is known, and hops so far."""
    general: Find
    """What there is to say of a value that is not there any more, as another was made of it."""


@dataclass(frozen=True, slots=True)
class Near:
    """The artifact that a parameter set says it is for."""

    artifact: int
    calls: frozenset[tuple[str, int]]
    """The calls whose rows say so, by name and line."""

    def of(self, origin: Origin) -> int | None:
        """The artifact, for what is of the same row."""
        same = origin.path[:1] == (ANY,) and (origin.name, origin.line) in self.calls
        return self.artifact if same else None


class Ways:
    """What a part of an expression may be a copy of, at one moment.

    Args:
        copies: places of the source.
        behind: what stands behind one of them; None where it was not reached.
        equal: where else a value stands.
    """

    def __init__(self, site: Site, copies: Sequence[Origin], behind: Callable[[Origin], Candidate | None],
                 equal: Callable[[Any], Sequence[ValueOrigin]]) -> None:
        self._site, self._equal = site, equal
        self._ways = [(one, _constant(one, site) if one.kind == "constant" else behind(one) if one.kind != "own" else
                       None) for one in sorted(copies, key=lambda one: one.choice[2])]
        self._choices = {one.choice[:2] for one in copies if one.choice[2]}
        self._known: dict[Any, ValueOrigin] = {}

    def origin(self, value: Any, hops: int, near: Near | None = None) -> ValueOrigin:
        """The origin that holds a value; where several do, that it is one of them; where none does, who made it."""
        key = key_of(value)
        if hops == 0 or near is not None:  # asked for once
            return self._origin(value, hops, near)
        if key not in self._known:
            self._known[key] = self._origin(value, hops, None)
        return self._known[key]

    def _origin(self, value: Any, hops: int, near: Near | None) -> ValueOrigin:
        found: list[ValueOrigin] = []
        rest: list[Origin] = []
        settled: set[tuple[int, ...]] = set()
        for one, source in self._ways:
            if one.choice[2] and one.choice[:2] in settled:
                continue
            row = near.of(one) if near else None
            held = source.find(value, row, hops + 1) if source is not None and not one.changed else []
            found += [each.by(Step(one.name, "", one.line, self._site.label)) for each in held
                      ] if one.kind == "call" else held
            if not held and (one.made or one.kind == "own"):
                rest.append(one)
            elif one.choice[:2] in self._choices and value and source and held and held[0].kind not in _UNSEEN and (
                    row is not None or not any(source.find(empty, None, hops + 1) for empty in _EMPTY)):
                settled.add(one.choice[:2])
        lost, unseen = [one for one in found if one.lost], [one for one in found if one.kind in _UNSEEN]
        found = [one for one in found if not one.lost and one.kind not in _UNSEEN]
        if found and not proves_nothing(value):  # code that makes the same value of another one is no better answer
            return merged([one for one in found if one.kind != COMPUTED] or found, EITHER)
        likely = [*(found or unseen), *self._made(rest, value, hops, near)] or lost
        return merged(likely, EITHER) if likely else self.computed(value)

    def made_of(self, value: Any, hops: int, near: Near | None = None,
                lines: frozenset[int] | None = None) -> list[ValueOrigin]:
        """What a value was made of, by code at some lines or at any."""
        found: list[ValueOrigin] = []
        for one, source in self._ways:
            if source is not None and one.kind != "constant" and (lines is None or one.made in lines):
                more = source.general(value, near.of(one) if near else None, hops + _MADE)
                found = list(dict.fromkeys([*found, *more])) if found or len(more) > 1 else more
            if len(found) >= _MADE_OF:
                break
        return found[:_MADE_OF]

    def computed(self, value: Any) -> ValueOrigin:
        """The answer where nothing tells more than where a value was used."""
        return ValueOrigin(COMPUTED, self._site.block, line=self._site.line, source=self._site.label,
                           equal=tuple(self._equal(value)), lost=True)

    def _made(self, rest: Sequence[Origin], value: Any, hops: int, near: Near | None) -> list[ValueOrigin]:
        """The code that made a value: one line of several, or what is added to bit by bit."""
        grown = [one for one in rest if isinstance(one.node, ast.AugAssign)]
        every = frozenset(one.made or one.line for one in rest)
        found = []
        for line, one in ({grown[-1].made: grown[-1]} if grown else _by_line(rest)).items():
            of = tuple(self.made_of(value, hops, near, every if grown else frozenset({line})))
            found.append(ValueOrigin(COMPUTED, self._site.name_of(one.node), line=line, source=self._site.label, of=of,
                                     equal=() if of else tuple(self._equal(value))))
        return found


def only(origin: ValueOrigin, holds: Callable[[Any], bool] = lambda value: True) -> Candidate:
    """A place that is one origin."""
    return Candidate(lambda value, near, hops: [origin] if holds(value) else [], lambda value, near, hops: [origin])


def any_of(sources: Sequence[Candidate]) -> Candidate:
    """One of several places."""
    if len(sources) == 1:
        return sources[0]
    return Candidate(lambda value, near, hops: [each for one in sources for each in one.find(value, near, hops)],
                  lambda value, near, hops: [each for one in sources for each in one.general(value, near, hops)])


def _constant(origin: Origin, site: Site) -> Candidate:
    try:
        held = {key_of(one) for one in parts(ast.literal_eval(origin.node), origin.path)}  # type: ignore[arg-type]
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        held = set()
    return only(ValueOrigin(CONSTANT, line=origin.line, source=site.label), lambda value: key_of(value) in held)


def _by_line(origins: Sequence[Origin]) -> dict[int, Origin]:
    found: dict[int, Origin] = {}
    for one in origins:
        found.setdefault(one.made or one.line, one)
    return found


