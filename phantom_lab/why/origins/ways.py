"""Of the ways that a value may have come, the one that it came: a place of the source that holds it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.why.origins.candidates import Candidate
from phantom_lab.why.origins.copies import Copies
from phantom_lab.why.origins.holding import key_of, proves_nothing
from phantom_lab.why.origins.origin import COMPUTED, EITHER, ValueOrigin, merged
from phantom_lab.why.provenance.names import Origin
from phantom_lab.why.provenance.scopes import ANY

_MADE = 3
"""Hops that count for one of what a value was made of: it is followed less far."""
_MADE_OF = 6
"""Origins that are named of what a value was made of."""
_UNSEEN = ("http", "edit")
"""Kinds of origins of which the journal does not tell what stands there."""
_EMPTY: tuple[Any, ...] = (None, "", False, 0, [], {})


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
        ways: what stands behind each of them; None where it was not reached.
        equal: where else a value stands.
        alike: whether there is another value, where an origin is, which a conversion may have made this one.
    """

    __slots__ = ("_alike", "_copies", "_equal", "_known", "_ways")

    def __init__(self, copies: Copies, ways: Sequence[Candidate | None],
                 equal: Callable[[Any], Sequence[ValueOrigin]], alike: Callable[[ValueOrigin, Any], bool]) -> None:
        self._copies, self._ways, self._equal, self._alike = copies, ways, equal, alike
        self._known: dict[Any, ValueOrigin] = {}

    def origin(self, value: Any, hops: int, near: Near | None = None) -> ValueOrigin:
        """The origin that holds a value; where several do, that it is one of them; where none does, who made it."""
        if hops == 0 or near is not None:  # asked for once
            return self._origin(value, hops, near)
        key = key_of(value)
        if key not in self._known:
            self._known[key] = self._origin(value, hops, None)
        return self._known[key]

    def _origin(self, value: Any, hops: int, near: Near | None) -> ValueOrigin:
        found: list[ValueOrigin] = []
        rest: list[int] = []
        settled: set[tuple[int, ...]] = set()
        copies = self._copies
        for number, (source, one) in enumerate(zip(self._ways, copies.places, strict=True)):
            if settled and one.choice[2] and one.choice[:2] in settled:
                continue
            row = near.of(one) if near else None
            if source is not None and not one.changed and (held := source.find(value, row, hops + 1)) and not (
                    one.made and row is None and any(self._alike(each, value) for each in held)):
                step = copies.steps[number]
                found += held if step is None else [each.by(step) for each in held]
                if copies.choices and value and held[0].kind not in _UNSEEN and (
                        row is not None or not any(source.find(empty, None, hops + 1) for empty in _EMPTY)):
                    settled.add(one.choice[:2])  # which only matters where there are choices
            elif one.made or one.kind == "own":
                rest.append(number)
        if not found:
            return merged(made, EITHER) if (made := self._made(rest, value, hops, near)) else self.computed(value)
        first = found[0]
        if len(found) == 1 and not first.lost and first.kind not in _UNSEEN and not proves_nothing(value):
            return first if first.kind != EITHER else merged(found, EITHER)  # as it mostly is
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
        for number, one in self._copies.reached:
            source = self._ways[number]
            if source is not None and (lines is None or one.made in lines) and (
                    more := source.general(value, near.of(one) if near else None, hops + _MADE)):
                found = list(dict.fromkeys([*found, *more])) if found or len(more) > 1 else more
                if len(found) >= _MADE_OF:
                    return found[:_MADE_OF]
        return found

    def computed(self, value: Any) -> ValueOrigin:
        """The answer where nothing tells more than where a value was used."""
        site = self._copies.site
        return ValueOrigin(COMPUTED, site.block, line=site.line, source=site.label, equal=tuple(self._equal(value)),
                           lost=True)

    def _made(self, rest: Sequence[int], value: Any, hops: int, near: Near | None) -> list[ValueOrigin]:
        """The code that made a value: one line of several, or what is added to bit by bit."""
        found = []
        for made, lines in self._copies.made(rest):
            of = tuple(self.made_of(value, hops, near, lines))
            equal = () if of else tuple(self._equal(value))
            found.append(made._replace(of=of, equal=equal) if of or equal else made)
        return found
