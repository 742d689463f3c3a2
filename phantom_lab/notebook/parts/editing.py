"""One value that is edited as JSON: an argument of the block looked at, or a result of something pending."""

from __future__ import annotations

import json
from typing import Any

from phantom_lab import frames
from phantom_lab.errors import InputError
from phantom_lab.misspelt import meant
from phantom_lab.notebook.look import Look
from phantom_lab.notebook.parts.part import Part
from phantom_lab.notebook.parts.queue import meant_by
from phantom_lab.notebook.typed import read_json
from phantom_lab.outcomes import success
from phantom_lab.terminal import visible

NAME = 120
"""Characters of a name."""
LONGEST = 200_000
"""Characters of a value that are edited here."""
_TAKES = ("argument", "result", "save", "cancel")


class Editing(Part):
    """A form, while something is edited.

    ``{"type": "argument", "name"}`` opens it for an argument: of the block at rest it is changed before the block runs,
    of an earlier one in a fork. ``{"type": "result", "name", "of"?, "id"?}`` opens it for what is pending.
    ``{"type": "save", "text"}``, ``{"type": "cancel"}``.
    """

    name = "editing"

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._kind = ""
        self._of = ""
        self._n = 0
        self._text = ""

    def refresh(self) -> None:
        """What is edited belongs to one invocation."""
        if self._n != self.look.n:
            self._kind = ""

    def take(self, message: dict[str, Any]) -> bool:
        """Open, save or leave the form."""
        kind = str(message.get("type"))
        if kind == "argument":
            self._open(kind, str(message.get("name")), self._argument(str(message.get("name"))))
        elif kind == "result":
            self._open(kind, meant_by(self.look, message), "[{}]")
        elif kind == "cancel":
            self._kind = ""
        elif kind == "save" and self._kind:
            self._text = str(message.get("text"))
            self._save(read_json(self._of, self._text))
            self._kind = ""
            return True
        else:
            raise InputError(f"nothing is edited by {kind!r}", hint=meant(kind, _TAKES))
        return False

    def view(self) -> dict[str, Any]:
        """``title``, ``text`` and the word on its button."""
        if not self._kind:
            return {}
        of, current = visible(self._of)[:NAME], self.look.current
        block = visible(current.started.block if current else "")[:NAME]
        if self._kind == "result":
            title, save = f"What {of} is to come back with: its data, a JSON list", "Give it"
        elif self._now:
            title, save = f"{of}, before {block} runs", "Change it"
        else:
            title, save = f"{of}, in a fork before {block} (invocation {self._n}); this run stays", "Fork"
        return {"title": title, "text": self._text, "save": save}

    @property
    def _now(self) -> bool:
        return not self.look.past and self.look.position.state == "resting" and self.look.position.at == "entry"

    def _open(self, kind: str, of: str, text: str) -> None:
        self._kind, self._of, self._text, self._n = kind, of, text, self.look.n

    def _argument(self, name: str) -> str:
        given = frames.arguments(self.look.stepper, at=self.look.n)
        if name not in given:
            raise InputError(f"the block was not handed {name!r}", hint=meant(name, given))
        text = json.dumps(given[name], indent=1, ensure_ascii=False)
        if len(text) > LONGEST:
            raise InputError(f"{name} is too long to be edited here ({len(text):,} characters)",
                             hint="stepper.edit(arguments={…}) in a cell changes it.")
        return text

    def _save(self, value: Any) -> None:
        look = self.look
        if self._kind == "result":
            look.stepper.edit_pending(self._of, answer=success(value))
        elif self._now:
            look.stepper.edit(arguments={self._of: value})
        else:
            look.follow(look.stepper.fork(self._n, arguments={self._of: value}))
