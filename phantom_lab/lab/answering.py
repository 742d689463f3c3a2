"""What a user says that answers in a lab: stubs, pinned answers, and what stands in for playbooks and functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from phantom_lab.apps import Generated
from phantom_lab.errors import InputError
from phantom_lab.lab.answers import Answers
from phantom_lab.misspelt import keyworded
from phantom_lab.outcomes import CUSTOM_FUNCTION, PLAYBOOK, standing_in
from phantom_lab.outcomes.declared import Demand
from phantom_lab.outcomes.pins import Pin
from phantom_lab.outcomes.remembering import Keeping

Stub = TypeVar("Stub", bound=Callable[..., Any])


@keyworded
class Answering:
    """A lab, as far as it answers."""

    _answers: Answers

    def action(self, action: str, *, asset: str | None = None) -> Callable[[Stub], Stub]:
        """Decorator: this function answers an action, on one asset or on all.

            @lab.action("whois ip")
            def whois(parameter):
                return {"data": [{"country": "AU"}], "summary": {"ip": parameter["ip"]}}
        """

        if not isinstance(action, str):
            raise InputError("lab.action needs the action's name", hint='Write @lab.action("whois ip").')

        def register(stub: Stub) -> Stub:
            self._answers.stubs.add(action, asset, stub)
            return stub

        return register

    def pin(self, action: str, answer: Any, *, asset: str | None = None, parameter: dict[str, Any] | None = None,
            block: str | None = None) -> Pin:
        """Pin an answer: every run of the lab is given it, before anybody else is asked, until it is unpinned.

        Args:
            action: name of an action, or ``prompt``, ``task`` or ``approve``.
            answer: see `phantom_lab.success`, `phantom_lab.failure` and `phantom_lab.responses`; a list is the data of
                a success. It takes the place of one that is pinned for the same calls.
            asset, parameter, block: calls on this asset, with exactly these parameters, of this block; None: any.

        Raises:
            InputError: no such result is possible.
        """
        return self._answers.pins.add(action, answer, asset=asset, parameter=parameter, block=block)

    def unpin(self, pin: Pin | int) -> None:
        """No longer give a pinned answer.

        Raises:
            InputError: it is not pinned.
        """
        self._answers.pins.remove(pin.number if isinstance(pin, Pin) else pin)

    @property
    def pins(self) -> list[Pin]:
        """Pinned answers, the newest first."""
        return list(self._answers.pins)

    def playbook(self, name: str) -> Callable[[Stub], Stub]:
        """Decorator: this function stands in for a child playbook; it wins over files, whatever their repository.

            @lab.playbook("local/enrich")
            def enrich(inputs):                      # and ``container``, if it declares one
                return {"score": [7]}                # the outputs, or phantom_lab.failure("why")
        """
        return self._standing_in(PLAYBOOK, name, '@lab.playbook("local/enrich")')

    def custom_function(self, name: str) -> Callable[[Stub], Stub]:
        """Decorator: this function stands in for a custom function; it wins over files, whatever their repository.

            @lab.custom_function("community/list_merge")
            def merge(input_1, input_2):             # the parameters by name, those that it declares
                return [{"item": one} for one in input_1 + input_2]
        """
        return self._standing_in(CUSTOM_FUNCTION, name, '@lab.custom_function("community/list_merge")')

    def _standing_in(self, kind: str, name: str, example: str) -> Callable[[Stub], Stub]:
        if not isinstance(name, str):
            raise InputError(f"the decorator needs the {kind}'s name", hint=f"Write {example}.")

        def register(stub: Stub) -> Stub:
            self._answers.stand_ins.insert(0, standing_in(kind, name, stub))  # the newest wins: a cell can be run again
            return stub

        return register

    def keeping(self) -> list[Keeping]:
        """Stubs that keep something from one call to the next."""
        return self._answers.keeping()

    def generator(self, demand: Callable[[str], Demand]) -> Generated:
        """What makes results up, given what the playbook in a file tells of its actions."""
        return self._answers.generator(demand)

    @property
    def providers(self) -> list[str]:
        """Where results come from, in the order in which it is asked; the first that knows decides."""
        return self._answers.order()
