"""The source of the block that is looked at: where it is in it, what its lines called and changed, and breakpoints."""

from __future__ import annotations

from typing import Any

from phantom_lab.errors import InputError, cut, shown
from phantom_lab.history import CallMade, GapMet, Invocation
from phantom_lab.notebook.cells import text_of
from phantom_lab.notebook.highlight import highlighted
from phantom_lab.notebook.look import Look
from phantom_lab.notebook.parts.hot import Hot
from phantom_lab.notebook.parts.inside import Insides
from phantom_lab.notebook.parts.part import Part
from phantom_lab.source.outline import Outline, Place, outline
from phantom_lab.terminal import visible
from phantom_lab.views.code import CallLines, Code, Spot, code_of, spot_of

WINDOW = 240
"""Lines that are sent at most."""
AROUND = 24
"""Lines before and after the block: as many as the pane shows, so that the browser need not ask for more."""
CALLS, TEXT, GIVEN = 20, 300, 160
"""Calls of a line that are told, and characters of what it gave, and of an argument."""


class Source(Part):
    """The source around the block that is looked at.

    ``{"type": "lines", "from": 120}`` (another place of the file), ``{"type": "calls", "line": 31}`` (what a line
    called; 0: nothing), ``{"type": "caller"}`` (the line that led to the block, and back), ``{"type": "break",
    "block"}``, ``{"type": "condition", "block", "condition"}``, ``{"type": "inside"}`` and ``{"type": "stop"}``.
    """

    name = "source"

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._of = look.stepper, look.n
        self._from: int | None = None
        self._line = 0
        self._caller = False
        self._asked = ""
        self._next: tuple[str, int] | None = None
        """The source that was shown last, and the line up to which."""
        self._hot = Hot(look)
        self.insides = Insides(look, self.name)

    def refresh(self) -> None:
        """Another block is looked at, or the same one has gone on."""
        if (now := (self.look.stepper, self.look.n)) != self._of:
            self._of, self._from, self._line, self._caller, self._asked = now, None, 0, False, ""

    def ahead(self) -> None:
        """Most steps go down: the lines below are the next ones."""
        if self._next is not None:
            text, last = self._next
            highlighted(text, last + 1, last + WINDOW // 2)

    def take(self, message: dict[str, Any]) -> bool | None:
        """Another place, a breakpoint, or values of the lines."""
        kind = message.get("type")
        if kind == "lines":
            self._from = max(1, int(message.get("from", 1)))
        elif kind == "calls":
            self._line = int(message.get("line", 0))
        elif kind == "caller":
            self._caller, self._from = not self._caller, None
        elif kind in ("break", "condition"):
            self._break(str(message.get("block")), message.get("condition"))
            return True
        elif kind == "inside":
            self.insides.begin(self.look.n)
        elif kind == "stop":
            self.insides.stop()
        else:
            raise InputError(f"the source takes no {kind!r}")
        return None

    def view(self) -> dict[str, Any]:
        """A window of the source, and what there is to say of its lines."""
        found = self.look.current
        if found is None:
            return {"empty": "no block has been invoked yet"}
        shown_one, spot = self._shown(found)
        code = code_of(self.look.journal, shown_one.started) if shown_one else None
        if code is None or shown_one is None:
            return {"empty": f"{visible(found.started.block)} has no source: something stood in for it"}
        lines, outlined = code.text.split("\n"), outline(code.text)
        first, last = self._window(outlined.functions.get(shown_one.started.block), spot, len(lines))
        own, self._next = shown_one is found, (code.text, last)
        changes = self._hot.changes(shown_one.started, code)
        return {
            "key": f"{shown_one.started.n} {spot.line} {self._caller}", "name": visible(code.name),
            "of": None if code.custom_function else (
                "" if shown_one.started.run == self.look.stepper.run.id else code.name),
            "block": visible(shown_one.started.block), "n": shown_one.started.n, "total": len(lines), "first": first,
            "lines": highlighted(code.text, first, last), "moved": self._from is not None,
            "span": _span(outlined.functions.get(shown_one.started.block)),
            "spot": {"line": spot.line, "kind": spot.kind, "text": self._said(shown_one, spot)},
            "caller": self._led(found), "at_caller": self._caller,
            "breakpoints": self._breakpoints(code, outlined, first, last), "asked": visible(self._asked),
            "called": self._counts(shown_one.started.n, first, last), "calls": self._calls(shown_one.started.n),
            "changes": changes.view(first, last),
            "inside": self.insides.view(found, first, last) if own else {"state": "none"}}

    # -- which lines -------------------------------------------------------------------------------------------------

    def _shown(self, found: Invocation) -> tuple[Invocation | None, Spot]:
        """The invocation whose source is shown, and the line in it."""
        if self._caller and (by := self._led(found)):
            return self.look.journal.index.invocation(by["n"]), Spot(by["line"], "caller")
        asking = None if self.look.past else self.look.asking
        if asking is not None and asking.invocation == found.started.n:
            return found, Spot(self.look.journal.index.line_of(asking.command), "waits")
        if not self.look.past and found.ended is None:
            gaps = [one for one in self.look.journal.index.within(found.started.n) if isinstance(one, GapMet)]
            if self.look.position.at == "gap" and gaps:
                return found, Spot(gaps[-1].line, "gap")
        return found, spot_of(self.look.journal, found)

    def _led(self, found: Invocation) -> dict[str, Any] | None:
        """The invocation and the line that led to this one: that called it, or asked for what came back."""
        cause, index = found.started.cause, self.look.journal.index
        if not cause.line:
            return None
        n = found.started.caller
        if n is None:
            before = (index.invocation(one) for one in range(found.started.n - 1, 0, -1))
            n = next((one.started.n for one in before if one is not None and one.started.run == found.started.run
                      and one.started.block == cause.caller), None)
        by = index.invocation(n) if n else None
        return {"n": n, "line": cause.line, "block": visible(by.started.block)} if by else None

    def _window(self, place: Place | None, spot: Spot, total: int) -> tuple[int, int]:
        if self._from is not None:
            first = min(self._from, max(1, total - WINDOW + 1))
            return first, min(first + WINDOW - 1, total)
        first, last = (place.first, place.last) if place else (spot.line, spot.line)
        if not first - AROUND <= spot.line <= last + AROUND:
            first = last = spot.line
        first, last = max(1, first - AROUND), min(total, last + AROUND)
        if last - first >= WINDOW:
            first = max(first, min(spot.line - WINDOW // 3, last - WINDOW + 1))
            last = first + WINDOW - 1
        return first, last

    def _said(self, shown_one: Invocation, spot: Spot) -> str:
        started = shown_one.started
        if spot.failure is not None:
            text = f"{spot.failure.type}: {spot.failure.message}"
            return visible(cut(shown(" ".join(text.split())), TEXT))
        if spot.kind == "caller":
            return "this line led to the block"
        if spot.kind == "waits":
            return "the run waits for what this line asked for"
        if spot.kind == "gap":
            return "it rests here: this is not emulated"
        position = self.look.position
        rests = position.state == "resting" and not self.look.past and position.invocation == started
        at = position.at if rests else ""
        return {"entry": "it rests here, before the first line", "exit": "it has executed, and rests before it returns",
                }.get(at, f"invocation {started.n} begins here")

    # -- calls -------------------------------------------------------------------------------------------------------

    def _counts(self, n: int, first: int, last: int) -> list[list[Any]]:
        """``[line, number of calls, whether one raised]``."""
        calls = self.look.journal.reduced(CallLines)
        return [[line, len(made), calls.raised(n, line)] for line, made in calls.of(n).items() if first <= line <= last]

    def _calls(self, n: int) -> dict[str, Any] | None:
        if not self._line:
            return None
        calls = self.look.journal.reduced(CallLines)
        made = calls.at(n, self._line)
        return {"line": self._line, "total": len(made), "calls": [self._call(calls, one) for one in made[:CALLS]]}

    def _call(self, calls: CallLines, made: CallMade) -> dict[str, Any]:
        got = calls.returned(made)
        given = [[name, self._text(ref, GIVEN)] for name, ref in made.arguments.items()]
        return {"name": made.name if "." in made.name else f"phantom.{made.name}",
                "given": sorted((one for one in given if one[1] != "None"), key=lambda one: one[0] == "container"),
                "none": [name for name, text in given if text == "None"],
                "gave": self._text(got.returned) if got and not got.error else "",
                "raised": visible(cut(got.error, TEXT)) if got else "", "over": got is not None}

    def _text(self, ref: str, most: int = TEXT) -> str:
        return visible(cut(text_of(self.look.journal.get(ref)), most))

    # -- breakpoints -------------------------------------------------------------------------------------------------

    def _breakpoints(self, code: Code, outlined: Outline, first: int, last: int) -> list[dict[str, Any]]:
        """Of every block that begins in the window."""
        if code.custom_function:
            return []
        blocks = self.look.run.playbook.blocks
        found = []
        for name, place in outlined.functions.items():
            if name in blocks and first <= place.line <= last:
                points = [*self.look.stepper.breakpoints.at(name, "before"),
                          *self.look.stepper.breakpoints.at(name, "after")]
                found.append({"block": visible(name), "line": place.line, "set": bool(points),
                              "told": visible("; ".join(map(str, points))),
                              "condition": visible(next((one.condition for one in points), ""))})
        return found

    def _break(self, block: str, condition: Any) -> None:
        """Set one, change its condition, or take it away where no condition is given and it is there."""
        points = self.look.stepper.breakpoints
        if block not in self.look.run.playbook.blocks:
            raise InputError(f"{block!r} is no block of {self.look.run.playbook.name}")
        if condition is not None:
            points.add(block, condition=str(condition))
        elif block in points:
            points.discard(block)
            self._asked = ""
        else:
            points.add(block)
            self._asked = block


def _span(place: Place | None) -> list[int]:
    return [place.first, place.last] if place else [0, 0]
