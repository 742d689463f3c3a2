"""Where a value is used in a source, and which places there it may be a copy of."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from phantom_lab.later import dataclass
from phantom_lab.why.origins.candidates import Candidate, only
from phantom_lab.why.origins.holding import key_of
from phantom_lab.why.origins.origin import COMPUTED, CONSTANT, Step, ValueOrigin
from phantom_lab.why.provenance.names import Origin
from phantom_lab.why.provenance.scopes import Module
from phantom_lab.why.provenance.walking import parts


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """Where a call stands."""

    label: str
    """Whose source it is, such as ``playbook triage``."""
    block: str
    """Of the invocation."""
    line: int
    module: Module | None = None
    """None where the journal has no source."""
    function: ast.AST | None = None
    """Of the invocation."""
    calls: tuple[ast.Call, ...] = ()
    """More than one where the text does not tell which it is, and none where it is called by another name."""

    def name_of(self, node: ast.AST | None) -> str:
        """The function that a node stands in."""
        within = self.module.function_of(node) if self.module is not None and node is not None else None
        return str(getattr(within, "name", self.block))


class Copies:
    """The places that a value may be a copy of, with what is the same of them at any moment.

    Args:
        site: where the value is used.
        places: of the source.
    """

    def __init__(self, site: Site, places: Iterable[Origin]) -> None:
        self.site = site
        self.places = sorted(places, key=lambda one: one.choice[2])
        """What counts where others are empty comes last."""
        self.constants = [_constant(one, site) if one.kind == "constant" else None for one in self.places]
        """Of each of these that is a constant, what tells whether it is a value."""
        self.reached = [(number, one) for number, one in enumerate(self.places) if one.kind not in ("own", "constant")]
        """Those of these that only the moment fills, by their number."""
        self.steps = [Step(one.name, "", one.line, site.label) if one.kind == "call" else None for one in self.places]
        self.choices = {one.choice[:2] for one in self.places if one.choice[2]}
        self._made: dict[tuple[int, ...], list[tuple[ValueOrigin, frozenset[int]]]] = {}

    def made(self, numbers: Sequence[int]) -> list[tuple[ValueOrigin, frozenset[int]]]:
        """The code that makes another value of some of the places, and at which lines it does: one line of several, or
        what is added to bit by bit."""
        key = tuple(numbers)
        if key not in self._made:
            of = [self.places[one] for one in numbers]
            grown = [one for one in of if isinstance(one.node, ast.AugAssign)]
            every = frozenset(one.made or one.line for one in of)
            last = {grown[-1].made: grown[-1]} if grown else _by_line(of)
            self._made[key] = [
                (ValueOrigin(COMPUTED, self.site.name_of(one.node), line=line, source=self.site.label),
                 every if grown else frozenset({line})) for line, one in last.items()]
        return self._made[key]


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
