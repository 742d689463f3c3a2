"""The panel without widgets: messages in, plain views out."""

from __future__ import annotations

from typing import Any

from phantom_lab.control import Stepper
from phantom_lab.errors import LabError
from phantom_lab.history import Invocation
from phantom_lab.notebook.look import Look
from phantom_lab.notebook.parts import PARTS
from phantom_lab.notebook.parts.data import Data


class Controller:
    """What the panel shows, and what its buttons do.

    Args:
        stepper: the run under control.
    """

    def __init__(self, stepper: Stepper) -> None:
        self.look = Look(stepper)
        self.parts = {part.name: part(self.look) for part in PARTS}
        self._stale = set(self.parts)

    def take(self, message: dict[str, Any]) -> None:
        """Carry out a message of the browser, ``{"part": NAME, …}``; what goes wrong becomes the head's ``problem``."""
        name = str(message.get("part"))
        if name not in self.parts:
            return
        before = self.look.problem, self.look.notice
        self.look.problem = self.look.notice = ""
        everything: bool | None = None
        try:
            everything = self.parts[name].take(message)
        except LabError as exc:
            self.look.problem = str(exc)
        self._stale |= {name} | ({"head"} if (self.look.problem, self.look.notice) != before else set())
        if everything:
            self.refresh()

    def refresh(self) -> None:
        """The run went on, or another invocation is looked at."""
        self.look.refresh()
        for part in self.parts.values():
            part.refresh()
        self._stale |= set(self.parts)

    def renew(self, name: str) -> None:
        """A part has something new by itself."""
        self._stale.add(name)

    def fresh(self) -> dict[str, dict[str, Any]]:
        """The views, by part, that may have changed since this was asked for last."""
        stale, self._stale = self._stale, set()
        return {name: self.view(name) for name in self.parts if name in stale}

    def ahead(self) -> None:
        """Nobody waits: the parts make what the next step may need."""
        for part in self.parts.values():
            part.ahead()

    def came_in(self, current: Invocation) -> dict[str, Any]:
        """The arguments of an invocation, as `Data.came_in` has them."""
        data = self.parts["data"]
        assert isinstance(data, Data)
        return data.came_in(current)

    def view(self, name: str) -> dict[str, Any]:
        """The view of a part."""
        return self.parts[name].view()
