"""The toolbar: where the run is, why, and the commands that move it or look back."""

from __future__ import annotations

import time
from typing import Any

from phantom_lab.errors import InputError, cut
from phantom_lab.misspelt import meant
from phantom_lab.model import PEOPLE, asked_of
from phantom_lab.notebook.cells import head
from phantom_lab.notebook.look import Look
from phantom_lab.notebook.parts.part import Part
from phantom_lab.outcomes import ActionCall
from phantom_lab.progress import in_words
from phantom_lab.terminal import visible
from phantom_lab.views import why
from phantom_lab.views.raised import Raised, raised

MOVES = ("step", "step_over", "step_out", "resume", "stop")
"""What executes."""
LOOKS = ("back", "back_over", "reverse_resume", "forward", "present")
"""What looks only."""
SAID = 1_000
"""Characters of a sentence."""


class Head(Part):
    """State, place and sentence, and which commands are possible now.

    ``{"type": "command", "command": "step"}`` of `MOVES` and `LOOKS`, ``{"type": "go", "n": 3}``.
    """

    name = "head"

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._refused = ""
        """A command that came while the run was going on."""

    def refresh(self) -> None:
        """At rest nothing is refused."""
        if self.look.position.state != "running":
            self._refused = ""

    def take(self, message: dict[str, Any]) -> bool:
        """A command, or the invocation to look at."""
        stepper, command = self.look.stepper, message.get("command")
        if command in MOVES and command != "stop" and stepper.position.state == "running":
            self._refused = str(command)
        elif command in MOVES and command != "stop" and stepper.looking is not None:
            raise InputError(f"invocation {stepper.looking} is looked at, which is over",
                             hint="Key 0 comes back to where the run is; a right click on its mark re-runs or forks.")
        elif message.get("type") == "go":
            _go(self.look, int(message.get("n", 0)))
        elif command in MOVES and command != "stop" and (needed := stepper.needed) is not None:
            raise InputError(waits(needed), hint="Answer it first.")
        elif command in MOVES:
            stepper.request(str(command))
        elif command in LOOKS:
            getattr(stepper, str(command))()
        else:
            raise InputError(f"no command {command!r}", hint=meant(str(command), (*MOVES, *LOOKS)))
        return True

    def view(self) -> dict[str, Any]:
        """What the toolbar and the sentence show."""
        look = self.look
        position, current = look.position, look.current
        needed = None if look.past else look.stepper.needed
        found, here = self._raised(), current is not None and current.failure is not None
        sentence = why(current.started) if look.past and current else waits(needed) if needed else position.why
        last = latest.started.n if (latest := look.journal.index.latest) else 0
        if look.working:
            sentence = f"{look.working}. Stop ends it."
        elif look.running is not None and not look.past:
            sentence = f"{sentence}: {in_words(last, 'invocations', None, time.monotonic() - look.running)}"
        problem, notice = (visible(cut(one, SAID)) for one in (look.problem, look.notice))
        return {"playbook": head(look.playbook), "state": "running" if look.working else position.state,
                "status": position.status, "at": position.at,
                "block": head(current.started.block) if current else "", "n": look.n, "last": last,
                "what": f"{current.started.block}@{look.n}" if current else "",
                "line": found.line if found and here else current.started.line if current else 0,
                "raised": _told(found, here) if found else None, "sentence": visible(cut(sentence, SAID)),
                "past": look.past, "refused": self._refused, "problem": problem, "notice": notice,
                "journal": str(path) if (path := look.journal.path) else "",
                "commands": {name: self._possible(name) for name in (*MOVES, *LOOKS)}}

    def _raised(self) -> Raised | None:
        """The exception that left the block looked at, else the latest that left any."""
        look = self.look
        failed = look.journal.index.failed
        if look.current is not None and look.current.failure is not None:
            return raised(look.journal, look.current)
        return raised(look.journal, failed[-1]) if failed and not look.past else None

    def _possible(self, command: str) -> bool:
        look, state = self.look, self.look.position.state
        if look.working:
            return command == "stop"
        if command == "stop":
            return state != "ended"
        if command in MOVES:
            return state in ("ready", "resting") and not look.past
        return look.past if command in ("forward", "present") else look.n > 1


def waits(call: ActionCall) -> str:
    """What a run waits for, without how it is given elsewhere than in the panel."""
    if call.action in PEOPLE:
        return f"{head(call.name)} waits for {head(asked_of(call.parameter))} to answer the {PEOPLE[call.action]}"
    return (f"{head(call.name)} waits for what {head(call.action)} on {head(call.asset)} comes back with: nobody at "
            "hand knows")


def _told(found: Raised, here: bool) -> dict[str, Any]:
    """An exception in one line; ``here``: it left the block looked at."""
    return {"n": found.n, "here": here, "what": f"{found.block}@{found.n}", "text": visible(cut(
        f"{found.block} (invocation {found.n}) raised {found.failure.type}: {found.failure.message}", 300)),
        "line": found.line, "code": visible(cut(found.code, 200))}


def _go(look: Look, n: int) -> None:
    """Look at an invocation; asked for the one that is looked at, or the one at rest, come back to the present."""
    stepper, rest = look.stepper, look.position.invocation
    if n == stepper.looking or (rest is not None and n == rest.n):
        stepper.present()
    else:
        stepper.go(n)
