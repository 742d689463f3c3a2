"""A place that a value may have come from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from phantom_lab.why.origins.origin import ValueOrigin

Find = Callable[[Any, int | None, int], list[ValueOrigin]]


class Candidate(NamedTuple):
    """A place that a value may have come from."""

    find: Find
    """The origins that hold a value; given the artifact that it belongs to, where that is known, and hops so far."""
    general: Find
    """What there is to say of a value that is not there any more, as another was made of it."""


def only(origin: ValueOrigin, holds: Callable[[Any], bool] = lambda value: True) -> Candidate:
    """A place that is one origin."""
    return Candidate(lambda value, near, hops: [origin] if holds(value) else [], lambda value, near, hops: [origin])


def any_of(sources: Sequence[Candidate]) -> Candidate:
    """One of several places."""
    if len(sources) == 1:
        return sources[0]
    return Candidate(lambda value, near, hops: [each for one in sources for each in one.find(value, near, hops)],
                  lambda value, near, hops: [each for one in sources for each in one.general(value, near, hops)])
