"""Ask anywhere: why, why not, where from, where to, and watches; the answers stand in a drawer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from phantom_lab.answers import Answer, Origins, Question
from phantom_lab.errors import InputError, cut
from phantom_lab.misspelt import meant
from phantom_lab.notebook.look import Look
from phantom_lab.notebook.parts.part import Part
from phantom_lab.terminal import visible
from phantom_lab.views.watching import Watched

LINES = 60
"""Lines of an answer that are shown."""
LINE = 600
"""Characters of a line."""
CHANGES = 12
"""Changes of a watched value that are shown: the latest."""
_ASKED = {"why": "why", "why not": "why_not", "origin": "origin", "uses": "uses"}
_TITLES = {"why": "Why {}?", "why not": "Why not {}?", "origin": "Where does {} come from?",
           "uses": "Where does {} go?", "": "What is worth asking"}


class Asking(Part):
    """One answer, the questions that follow from it, and what is watched.

    ``{"type": "ask", "ask", "what": [WORDS]}`` with ``ask`` as a `Question` has it, ``{"type": "questions"}``,
    ``{"type": "watch" | "break", "path"}`` puts a watch or a break on, or takes it away, ``{"type": "close"}``.
    """

    name = "asking"

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._title = ""
        self._lines: list[str] = []
        self._next: list[dict[str, Any]] = []
        self._watched: dict[str, Watched] = {}
        self._of = look.stepper

    def refresh(self) -> None:
        """Of another branch the same is watched; an answer is that of the branch before."""
        if self.look.stepper is not self._of:
            self._of, self._title = self.look.stepper, ""
            self._watched = {path: Watched(self.look.journal, path) for path in self._watched}

    def take(self, message: dict[str, Any]) -> None:
        """A question, or a watch."""
        kind = str(message.get("type"))
        if kind == "ask":
            self._ask(str(message.get("ask")), [str(one) for one in message.get("what") or ()])
        elif kind == "questions":
            self._told("", "", self.look.stepper.questions())
        elif kind == "close":
            self._title = ""
        elif kind == "watch":
            self._watch(str(message.get("path")))
        elif kind == "break":
            self._break(str(message.get("path")))
        else:
            raise InputError(f"nothing is asked by {kind!r}", hint=meant(kind, ("ask", "questions", "watch", "break")))

    def view(self) -> dict[str, Any]:
        """``title`` and ``lines`` of the answer, ``next`` questions ``{ask, what, label}``, ``watched`` expressions
        with their latest changes, and ``breaks``."""
        watched = [_watching(*one) for one in self._watched.items()]
        breaks = [visible(one)[:LINE] for one in sorted(self.look.stepper.breakpoints.changes)]
        if not self._title and not watched and not breaks:
            return {}
        return {"title": self._title, "lines": self._lines, "next": self._next, "watched": watched, "breaks": breaks}

    def _ask(self, ask: str, what: list[str]) -> None:
        if ask not in _ASKED or not what:
            raise InputError(f"no question is called {ask!r}", hint=meant(ask, _ASKED))
        self._told(ask, " ".join(what), getattr(self.look.stepper, _ASKED[ask])(*what))

    def _told(self, ask: str, what: str, answer: Any) -> None:
        follow: list[Question] = list(answer.next) if isinstance(answer, Answer | Origins) else (
            [one for one in answer if isinstance(one, Question)] if isinstance(answer, list | tuple) else [])
        if isinstance(answer, Answer | Origins):
            answer = replace(answer, next=())  # what follows stands below it, as buttons
        lines = [] if isinstance(answer, list | tuple) else str(answer).splitlines()
        self._title = visible(_TITLES[ask].format(cut(what, 80)))
        self._lines = [visible(cut(line, LINE)) for line in lines[:LINES]]
        if len(lines) > LINES:
            self._lines.append(f"… {LINES} of {len(lines)} lines are shown")
        self._next = [{"ask": one.ask, "what": list(one.what),
                       "label": visible(cut(_TITLES[one.ask].format(" ".join(one.what)), 120)),
                       "because": visible(cut(one.because, 200))} for one in follow]

    def _watch(self, path: str) -> None:
        if path in self._watched:
            del self._watched[path]
        else:
            self._watched[path] = Watched(self.look.journal, path)

    def _break(self, path: str) -> None:
        points = self.look.stepper.breakpoints
        if path in points.changes:
            points.changes.discard(path)
        else:
            points.on_change(path)


def _watching(expression: str, watched: Watched) -> dict[str, Any]:
    changes = watched.changes()
    return {"expression": visible(cut(expression, LINE)), "total": len(changes),
            "changes": [{"n": one.invocation, "told": visible(cut(one.told, LINE))} for one in changes[-CHANGES:]]}

