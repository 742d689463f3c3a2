"""Where one value came from, as fields and as a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypedDict

CONSTANT, COMPUTED, FORMAT, EITHER, SEVERAL = "constant", "computed", "format", "either", "several"
_TOLD = 4
"""Origins that a sentence lists."""
_LONGEST = 80
"""Characters of a name in a sentence."""


class OriginRow(TypedDict):
    """The JSON form of `ValueOrigin`."""

    kind: str
    where: str
    path: str
    line: int
    source: str
    of: list[OriginRow]
    equal: list[OriginRow]
    left_out: int
    lost: bool
    flowed: bool
    told: str
    """The sentence."""


class _Named(TypedDict):
    parameter: str


class ParameterRow(_Named, OriginRow):
    """The same of one of several values that are handed over, with its name."""


class Step(NamedTuple):
    """A call that a value went through as it is, on its way from where it came from."""

    call: str
    """``save_run_data``, ``format``, ``playbook``, …; ``body`` of a custom function, or ``block`` of what one passed to
    another."""
    name: str
    """The key, the name of what was asked for, the custom function, or the block."""
    line: int
    source: str = ""
    """Whose line that is."""

    def beside(self, label: str) -> Step:
        """As it is told where a source is meant anyway."""
        call, name, line, source = self
        return tuple.__new__(Step, (call, name, line, "")) if source == label else self

    def __str__(self) -> str:
        called = {"body": "custom function", "block": "block"}.get(self.call, f"phantom.{self.call}")
        named = f" {self.name}" if self.call in ("body", "block") else f"({_cut(self.name)!r})" if self.name else ""
        return f"{called}{named}, line {self.line}{f' of {_cut(self.source)}' if self.source else ''}"


class ValueOrigin(NamedTuple):
    """Where a value came from; as a text, for people."""

    kind: str
    """``artifact``, ``container``, ``finding``, ``result`` of an action, ``reply``, ``input``, ``list``, ``run data``,
    ``custom function``, ``child playbook``, ``format``, ``http``, ``platform`` (what another call of it returned),
    ``edit`` (by hand), ``constant``, ``computed`` (by code that cannot be followed), ``either`` (one of several, which
    hold the same value) or ``several`` (of a list or dict)."""
    where: str = ""
    """Which: ``artifact 3``, ``container 1``, a name, a key; of what is computed the block."""
    path: str = ""
    """What of it: ``cef.sourceAddress``."""
    line: int = 0
    """Of a constant, of the code that computed a value, or of the call of the platform; else 0."""
    source: str = ""
    """Whose line and block that is, such as ``playbook child``; empty where it is that of what uses the value."""
    of: tuple[ValueOrigin, ...] = ()
    """What it may be, consists of, or was made of."""
    equal: tuple[ValueOrigin, ...] = ()
    """Where else the value stands: nothing shows that it came from there."""
    left_out: int = 0
    """Further values of a list or dict that were not looked at."""
    lost: bool = False
    """Whether the way to what computed it was lost: the line is that of the call that used it."""
    through: tuple[Step, ...] = ()
    """What it went through as it is, from where it was used back: two that differ in nothing else are equal."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ValueOrigin) and self[:-1] == other[:-1]

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self[:-1])

    @property
    def flowed(self) -> bool:
        """Whether it is a place that the value came from as it is, and not the playbook's own code."""
        return self.kind not in (CONSTANT, COMPUTED, FORMAT, EITHER, SEVERAL) or (
            self.kind in (EITHER, SEVERAL) and all(one.flowed for one in self.of))

    def __str__(self) -> str:
        """One sentence part, such as ``artifact 3, cef.sourceAddress``."""
        if self.kind == EITHER:
            return joined(self.of, "or")
        if self.kind == SEVERAL:
            more = f" (and {self.left_out:,} more values that were not looked at)" if self.left_out else ""
            return f"{joined(self.of, 'and')}{more}"
        beside = f" of {_cut(self.source)}" if self.source else ""
        made = f", from {joined(self.of, 'and')}" if self.of else ""
        where, path = _cut(self.where), f", {_cut(self.path)}" if self.path else ""
        if self.kind == CONSTANT:
            return f"constant, line {self.line}{beside}"
        if self.kind == COMPUTED:
            same = f"; equal to {joined(self.equal, 'and')} (not shown to come from it)" if self.equal else ""
            return f"computed in {where}, line {self.line}{beside}{made}{same}"
        if self.kind == FORMAT:
            return f"text of {where}, line {self.line}{beside}{made or ', a constant template'}"
        if self.kind == "platform":
            return f"{where}{f', line {self.line}' if self.line else ''}{beside}{path}"
        return f"{_WORDS.get(self.kind, '{}').format(where)}{path if self.kind != 'reply' else ''}{made}"

    def by(self, step: Step) -> ValueOrigin:
        """The same, which went through something more on its way here."""
        return tuple.__new__(ValueOrigin, (*self[:-1], (step, *self.through)))

    def beside(self, label: str) -> ValueOrigin:
        """As it is told where a source is meant anyway."""
        kind, where, path, line, source, of, equal, left_out, lost, through = self
        if source != label and not of and not through:
            return self
        return tuple.__new__(ValueOrigin, (
            kind, where, path, line, "" if source == label else source,
            tuple([one.beside(label) for one in of]) if of else (), equal, left_out, lost,
            tuple([one.beside(label) for one in through]) if through else ()))

    def as_json(self) -> OriginRow:
        """Its fields, ``flowed``, and ``told``: the sentence."""
        kind, where, path, line, source, of, equal, left_out, lost, _ = self
        return {"kind": kind, "where": where, "path": path, "line": line, "source": source,
                "of": [one.as_json() for one in of] if of else [],
                "equal": [one.as_json() for one in equal] if equal else [],
                "left_out": left_out, "lost": lost, "flowed": self.flowed, "told": str(self)}


_WORDS = {"result": "result of {}", "reply": "answer to {}", "input": "input {}", "list": "custom list {}",
          "run data": "run data {}", "custom function": "result of custom function {}",
          "child playbook": "output of child playbook {}", "http": "answer to {}", "edit": "{}, changed by hand"}


def joined(origins: Sequence[ValueOrigin], word: str) -> str:
    """Origins in a row: ``artifact 1 or artifact 2, cef.sourceAddress``, ``constant, line 3 or 7``."""
    told: dict[tuple[str, ...], list[str]] = {}
    for one in origins:
        alike = {"artifact": (one.where, one.path), CONSTANT: (str(one.line), one.source)}.get(one.kind, (str(one), ""))
        told.setdefault((one.kind, alike[1]) if one.kind in ("artifact", CONSTANT) else alike, []).append(alike[0])
    return _listed([_alike(kind, listed, rest, word) for (kind, rest), listed in told.items()], word)


def _alike(kind: str, listed: list[str], rest: str, word: str) -> str:
    if kind == CONSTANT:
        return f"constant, line {_listed(listed, word)}{f' of {_cut(rest)}' if rest else ''}"
    return f"{_listed(listed, word)}{f', {_cut(rest)}' if rest else ''}"


def merged(origins: Iterable[ValueOrigin], kind: str, *, left_out: int = 0) -> ValueOrigin:
    """One origin, or one of these kinds that has them all, each once."""
    listed = list(origins)
    if len(listed) == 1 and listed[0].kind != kind and not left_out:  # most are, and to compare them takes long
        return listed[0]
    found = tuple(dict.fromkeys(listed))
    flat = tuple(dict.fromkeys(inner for one in found for inner in (one.of if one.kind == kind else (one,))))
    return flat[0] if len(flat) == 1 and not left_out else ValueOrigin(kind, of=flat, left_out=left_out)


def _listed(texts: list[str], word: str) -> str:
    told = texts[:_TOLD]
    rest = [f"{len(texts) - _TOLD} more"] if len(texts) > _TOLD else []
    *first, last = [*told, *rest]
    if not first:
        return last
    return f"{', '.join(first)}{',' if any(', ' in one for one in first) else ''} {word} {last}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
