"""What was asked for and has not completed: right of "now". What completes next is picked here, and changed."""

from __future__ import annotations

from typing import Any

from phantom_lab.engine.pending import Pending, PendingAction
from phantom_lab.errors import InputError
from phantom_lab.misspelt import meant
from phantom_lab.notebook.look import Look
from phantom_lab.notebook.parts.part import Part
from phantom_lab.outcomes import failure
from phantom_lab.terminal import visible

SHOWN = 30
"""Entries that are shown."""
TEXT = 120
"""Characters of a name."""


class Queue(Part):
    """In the order of the turns, as it is now or as it was at the invocation looked at.

    ``{"type": "next", "name"}`` completes one before the others, ``{"type": "delay", "name", "seconds"}``,
    ``{"type": "fail", "name", "message"}``; with ``"of"`` and ``"id"``, kind and id of the entry, it is that one or
    none.
    """

    name = "queue"

    def take(self, message: dict[str, Any]) -> bool:
        """A change of one entry."""
        stepper, name, kind = self.look.stepper, meant_by(self.look, message), message.get("type")
        if kind == "next":
            stepper.reorder(name)
        elif kind == "delay":
            stepper.edit_pending(name, delay=_seconds(message.get("seconds")))
        elif kind == "fail":
            stepper.edit_pending(name, answer=failure(str(message.get("message") or "failed")))
        else:
            raise InputError(f"no change of what is pending is called {str(kind)!r}",
                             hint=meant(str(kind), ("next", "delay", "fail")))
        return True

    def view(self) -> dict[str, Any]:
        """``entries`` are ``{name, kind, id, what, due, asked_by, line, given}``; ``due`` in seconds from now."""
        look = self.look
        if (moment := look.stepper.moment) is not None:
            waited = moment.pending
            entries, total = [{"name": visible(one.name)[:TEXT], "kind": one.kind, "id": one.id, "what": one.kind,
                               "due": max(one.due - moment.clock, 0.0), "asked_by": "", "line": 0, "given": False}
                              for one in waited[:SHOWN]], len(waited)
        else:
            pending = look.stepper.pending
            now = look.stepper.run.tree.clock.passed
            entries, total = [_entry(one, now) for one in pending[:SHOWN]], len(pending)
        return {"entries": entries, "total": total, "past": look.past,
                "can": look.position.state in ("resting", "needs_outcome") and not look.past}


def _entry(one: Pending, now: float) -> dict[str, Any]:
    action = isinstance(one, PendingAction)
    what = f"{one.kind} {one.action}" if isinstance(one, PendingAction) else one.kind.replace("_", " ")
    return {"name": visible(one.name)[:TEXT], "kind": one.kind, "id": one.id, "what": visible(what)[:TEXT],
            "due": max(one.due - now, 0.0), "asked_by": visible(one.registered_by or "")[:TEXT], "line": one.line,
            "given": action and bool(getattr(one, "answers", ()))}


def meant_by(look: Look, message: dict[str, Any]) -> str:
    """The name of what is pending that a message is about.

    Raises:
        InputError: it is not pending any more, or something else of its name comes before it: a name means the first.
    """
    name = str(message.get("name"))
    if "id" not in message:
        return name
    pending = look.stepper.pending
    found = next((one for one in pending if (one.kind, one.id) == (message.get("of"), message["id"])), None)
    if found is None:
        raise InputError(f"{name} is not pending any more")
    if next(one for one in pending if one.name == found.name) is not found:
        raise InputError(f"another {name} is pending before this one, and what is done by a name is done to the first",
                         hint="Let the first one complete, then change this one.")
    return found.name


def _seconds(given: Any) -> float:
    try:
        return float(given)
    except (TypeError, ValueError):
        raise InputError(f"a delay is a number of seconds, not {str(given)[:40]!r}") from None
