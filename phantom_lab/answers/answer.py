"""Answers as fields, as a text, and as JSON."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import field
from typing import Any

from phantom_lab.errors import cut
from phantom_lab.later import dataclass
from phantom_lab.misspelt import Attributes
from phantom_lab.terminal import brief

_FURTHER = 6
"""Further causes that a text tells."""
_ROWS = 8
"""Rows that a text tells of a cause."""
INVOKED = frozenset({"start", "finish", "call", "action", "custom_function", "playbook", "prompt", "dispatch",
                     "execute"})
"""Kinds of causes for which a block is invoked."""


class Shown(Attributes):
    """What a notebook shows as its text."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True, slots=True)
class Cause(Attributes):
    """Something that a run did or did not do, and where."""

    kind: str
    """Of what happened: ``start``, ``finish``, ``call``, ``action``, ``custom_function``, ``playbook``, ``prompt``,
    ``dispatch``, ``execute``, ``asked``, ``wrote``, ``saved``, ``logged``, ``raised``, ``condition``,
    ``rounds`` (of a logic loop).

    Of what did not: ``condition`` (of a filter or decision), ``rounds``, ``join`` (it waits), ``again`` (run data keep
    it from going on twice), ``branch`` (a plain ``if``, by the values that the journal holds), ``code`` (what only the
    code of the line tells), ``return``, ``loop`` (no round), ``exception``, ``nothing raised``, ``no outcome``,
    ``not completed``, ``refused``, ``not carried out``, ``unchanged``, ``not started`` (a child), ``skipped`` (by
    hand), ``ended`` (the run, before), ``wrote nothing`` (a request), ``nobody`` (nothing leads there), or ``ran``: it
    did happen."""
    told: str
    """One sentence."""
    block: str = ""
    line: int = 0
    run: int = 0
    invocation: int = 0
    position: int | None = None
    """Of the event in the journal that tells; None where no event does, and the line decides."""
    rows: tuple[dict[str, Any], ...] = field(default=(), hash=False)
    """The evidence: the rows of a condition as `phantom_lab.frames.truth_table` has them, what a join waits for, the
    values of an ``if``, or what was handed over."""
    way: tuple[str, ...] = ()
    """From the block to what was asked about: all that leads there, and did not run."""

    def as_json(self) -> dict[str, Any]:
        """Its fields; what is empty is left out."""
        told = {"kind": self.kind, "told": self.told, "block": self.block, "line": self.line, "run": self.run,
                "invocation": self.invocation, "position": self.position}
        more = {"rows": [dict(one) for one in self.rows], "way": list(self.way)}
        return {**told, **{name: value for name, value in more.items() if value}}


Asked = Callable[["Question"], str]
"""How a question is asked: `Question.command` or `Question.magic`."""


@dataclass(frozen=True, slots=True, repr=False)
class Question(Shown):
    """Something that is worth asking of a run; as a text, the command."""

    ask: str
    """``why``, ``why not``, ``origin`` or ``uses``."""
    what: tuple[str, ...]
    """As the functions of these names take it."""
    because: str = ""
    """Why it is worth asking."""

    def command(self, journal: str = "JOURNAL") -> str:
        """As it is asked in a shell."""
        name = "origin" if self.ask in ("origin", "uses") else "why"
        flag = {"why not": " --not", "uses": " --forward"}.get(self.ask, "")
        return f"phantom-lab {name} {shlex.quote(journal)} {shlex.join(self.what)}{flag}"

    def magic(self) -> str:
        """As it is asked in a notebook."""
        words = ("why", "--not") if self.ask == "why not" else (self.ask,)
        return f"%phantom {shlex.join((*words, *self.what))}"

    def told(self, asked: Asked) -> str:
        """How it is asked, and why it is worth it."""
        return f"{asked(self)}{f'  # {self.because}' if self.because else ''}"

    def __str__(self) -> str:
        return self.told(Question.command)

    def as_json(self) -> dict[str, Any]:
        """Its fields, and ``command``."""
        return {"ask": self.ask, "what": list(self.what), "because": self.because, "command": self.command()}


@dataclass(frozen=True, slots=True, repr=False)
class Answer(Shown):
    """Why something happened, or did not; as a text, for people."""

    ask: str
    """``why`` or ``why not``."""
    what: str
    """What was asked about."""
    told: str
    """One sentence."""
    cause: Cause
    """What decided: of ``why`` the last step before it, of ``why not`` where the last block that ran did not go on."""
    further: tuple[Cause, ...] = ()
    """Of ``why`` the steps back to the start, of ``why not`` the other ways there."""
    next: tuple[Question, ...] = ()
    """Questions that follow."""

    def __str__(self) -> str:
        return self.text(Question.command)

    def text(self, asked: Asked, *, whole: bool = False) -> str:
        """For people, who ask what follows in this way.

        Args:
            whole: with all rows and causes.
        """
        further = self.further if whole else self.further[:_FURTHER]
        lines = [self.told, *_rows(self.cause, whole=whole)]
        lines += [f"  {self._relation(one)}{one.told}" for one in further]
        if more := len(self.further) - len(further):
            lines.append(f"  … and {more} more")
        lines += [f"  ask: {one.told(asked)}" for one in self.next]
        return brief((part for one in lines for part in one.split("\n")), whole=whole)

    def _relation(self, cause: Cause) -> str:
        if self.ask != "why":
            return "also: "
        within = cause.kind == "condition" and self.cause.kind in INVOKED and cause.invocation == self.cause.invocation
        return "in it " if within else "<- "  # what a block's own conditions gave is no reason for it to run

    def to_json(self) -> dict[str, Any]:
        """All fields, as JSON has them."""
        return {"ask": self.ask, "what": self.what, "told": self.told, "cause": self.cause.as_json(),
                "further": [one.as_json() for one in self.further], "next": [one.as_json() for one in self.next]}


def _rows(cause: Cause, *, whole: bool) -> list[str]:
    rows = cause.rows if whole else cause.rows[:_ROWS]
    told = [f"    {cut(row_text(one), 200)}" for one in rows]
    rest = len(cause.rows) - len(rows)
    return [*told, *([f"    … and {rest} more rows"] if rest else [])]


def row_text(row: dict[str, Any]) -> str:
    """A row of evidence in one line."""
    if "operator" in row:
        held = {True: "holds", False: "does not hold", None: "not known"}[row["verdict"]]
        right = "" if row["operator"].startswith("is ") else f" {_side(row, 'right')}"
        place = f"row {row['row']} of {row['rows']}" if row["rows"] else "no row"
        return f"{place}: {_side(row, 'left')} {row['operator']}{right}: {held}"
    return str(row["told"]) if "told" in row else ", ".join(f"{name} {cut(str(value))}" for name, value in row.items())


def _side(row: dict[str, Any], side: str) -> str:
    text, value = str(row[side]), repr(row[f"{side} value"])
    return cut(text, 80) if text == value else f"{cut(text, 60)} ({cut(value, 60)})"
