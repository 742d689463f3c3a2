"""What the run waits for, as a form, and the answers that are pinned."""

from __future__ import annotations

import json
from typing import Any

from phantom_lab.errors import InputError, cut
from phantom_lab.history.events import OutcomeGiven
from phantom_lab.lab.giving import lab_of, pin, pins_of, save_scenario
from phantom_lab.later import regex
from phantom_lab.model import PEOPLE
from phantom_lab.notebook.cells import head
from phantom_lab.notebook.look import Look
from phantom_lab.notebook.parts.outcome.action_form import ActionForm
from phantom_lab.notebook.parts.outcome.person_form import PersonForm
from phantom_lab.notebook.parts.part import Part
from phantom_lab.outcomes import ActionCall
from phantom_lab.terminal import visible
from phantom_lab.views.fan_out import sets_of

PINS, TEXT = 50, 300
"""Pins that are listed, and characters of a parameter."""
_FILE, _NO_FILE = 60, regex(r"[^\w.-]+")
"""Characters of the name of a file, and what does not belong into one."""


class Outcome(Part):
    """A form, while an outcome is needed, and the list of pins, while there are any.

    Of an action: ``{"type": "give" | "fail", "rows": [{PATH: TEXT}], "summary": {PATH: TEXT}, "message", "pin",
    "anyway"}``, ``{"type": "make_up"}``, ``{"type": "last"}``, ``{"type": "json", "text"}``, ``{"type": "field",
    "of": "data" | "summary", "path", "kind"}``. Of a person: ``{"type": "reply", "reply": "responses" |
    "timed_out" | "declined", "responses", "pin"}``. Of both: ``{"type": "save", "file", "answered", …}``, with what is
    typed in where that is ``answered``. ``pin`` is empty, ``same`` or ``any``.
    ``{"type": "unpin", "number"}`` needs no form.
    """

    name = "outcome"

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._call: ActionCall | None = None
        self._form: ActionForm | PersonForm | None = None
        self._said = ""

    def take(self, message: dict[str, Any]) -> bool:
        """An answer, something else to be done with the form, or a pin to be taken away."""
        kind, self._said = message.get("type"), ""
        if kind == "unpin":
            lab_of(self.look.stepper).unpin(int(message.get("number", 0)))
            return False
        form, call = self._asked(), self._call
        if form is None or call is None:
            raise InputError("no outcome is needed now")
        if kind == "save":
            answer = form.answer(message) if message.get("answered") else None
            if answer is not None or not message.get("answered"):
                self._said = f"saved as {save_scenario(self.look.stepper, str(message.get('file')), answer=answer)}"
            return False
        answer = form.take(message)
        if answer is None:
            return False
        self.look.stepper.answer(answer)
        if message.get("pin"):
            pin(lab_of(self.look.stepper), call, answer, any_parameter=message["pin"] == "any")
        return True

    def view(self) -> dict[str, Any]:
        """``needed``: who is asked for what, which ``call`` of how many it is, and the form; ``pins``."""
        form, call = self._asked(), self._call
        pins = self._pins()
        if form is None or call is None:
            return {"needed": None, "pins": pins} if pins else {}
        parameter = {key: value for key, value in call.parameter.items() if key != "context"}
        person = call.action in PEOPLE
        shown = [[head(name), visible(cut(_text(value), TEXT))]
                 for name, value in ({} if person else parameter).items()]
        return {"needed": {"action": head(call.action), "asset": head(call.asset), "name": head(call.name),
                           "person": person, "parameter": shown, "form": form.view(), "call": self._number()},
                "pins": pins, "said": visible(self._said),
                "file": f"{_NO_FILE.sub('_', call.name)[:_FILE] or 'answers'}.yaml"}

    def _asked(self) -> ActionForm | PersonForm | None:
        """The form of the present question, made once for it."""
        call = self.look.stepper.needed
        if call is not self._call:
            self._call, self._form, self._said = call, None, ""
            if call is not None:
                made: type[ActionForm | PersonForm] = PersonForm if call.action in PEOPLE else ActionForm
                self._form = made(self.look, call)
        return self._form

    def _number(self) -> list[int]:
        """Which call of its action run it is, and how many these are: one for every parameter set on every asset."""
        asking, journal = self.look.asking, self.look.journal
        if asking is None:
            return [1, 1]
        given = sum((one.run, one.action_run_id) == (asking.run, asking.action_run_id)
                    for one in journal.index.of_kind(OutcomeGiven))
        return [given + 1, max(given + 1, len(asking.targets) * len(sets_of(journal, asking)))]

    def _pins(self) -> list[dict[str, Any]]:
        return [{"number": one.number, "told": visible(str(one)), "answer": visible(cut(_text(one.answer), TEXT))}
                for one in pins_of(self.look.stepper)[:PINS]]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
