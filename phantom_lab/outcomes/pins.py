"""Answers that were given once, and are given again until they are unpinned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from phantom_lab.errors import InputError, cut
from phantom_lab.history.encoding import encode
from phantom_lab.model import PEOPLE, App, Asset, given_json
from phantom_lab.outcomes.answer import outcome_of
from phantom_lab.outcomes.outcome import ActionCall, Outcome

BY = "pin"


@dataclass(frozen=True, slots=True)
class Pin:
    """An answer, and the calls that it is for."""

    number: int
    action: str
    answer: Mapping[str, Any]
    asset: str | None = None
    """None: any."""
    parameter: Mapping[str, Any] | None = None
    """Without what the platform writes into it; None: any."""
    block: str | None = None
    """The name of the action or prompt; None: any."""

    def fits(self, call: ActionCall) -> bool:
        """Whether it is for a call."""
        return (self.action == call.action.lower() and self.asset in (None, call.asset)
                and self.block in (None, call.name)
                and (self.parameter is None or encode(self.parameter) == encode(_plain(call.parameter))))

    def __str__(self) -> str:
        """What it is for, for people."""
        given = "" if self.parameter is None else f" with {cut(encode(self.parameter), 120)}"
        on = f" on {self.asset}" if self.asset is not None else ""
        of = f" of {self.block}" if self.block is not None else ""
        return f"{self.action}{of}{on}{given}"


class Pins:
    """A provider of pinned answers; the newest that fits a call answers it."""

    def __init__(self) -> None:
        self._pins: list[Pin] = []
        self._count = 0

    def add(self, action: str, answer: Any, *, asset: str | None = None, parameter: Mapping[str, Any] | None = None,
            block: str | None = None) -> Pin:
        """Pin an answer; it takes the place of one that is for the same calls.

        Args:
            action, asset, parameter, block: what it is for; None: any.
            answer: see `phantom_lab.success`; a list is the data of a success.

        Raises:
            InputError: no such result is possible.
        """
        if not isinstance(action, str) or not action.strip():
            raise InputError("a pin needs the name of an action")
        given = given_json(answer if isinstance(answer, dict) else {"data": answer}, "the answer")
        wanted = None if parameter is None else _plain(given_json(parameter, "the parameter"))
        pin = Pin(self._count + 1, action.strip().lower(), given, asset, wanted, block)
        asked = ActionCall(pin.action, block or "", asset or "", "", dict(wanted or {}), 1)
        if pin.action not in PEOPLE:  # what fits a prompt only its questions tell
            outcome_of(pin.answer, asked, where="the pinned answer", source="")
        self._count += 1
        self._pins = [pin, *(one for one in self._pins if str(one) != str(pin))]
        return pin

    def remove(self, number: int) -> None:
        """Unpin.

        Raises:
            InputError: nothing is pinned under this number.
        """
        if all(one.number != number for one in self._pins):
            there = ", ".join(str(one.number) for one in self._pins) or "none"
            raise InputError(f"nothing is pinned under number {number!r}", hint=f"There are: {there}.")
        self._pins = [one for one in self._pins if one.number != number]

    def outcome(self, call: ActionCall) -> Outcome | None:
        """The newest that fits."""
        pin = next((one for one in self._pins if one.fits(call)), None)
        return None if pin is None else outcome_of(
            pin.answer, call, where=f"the pinned answer {pin.number}", source=f"pinned answer {pin.number}", by=BY)

    def assets(self, action: str) -> Iterable[Asset]:
        """The assets that pins of the action are for."""
        return [Asset(one.asset, App(one.asset)) for one in self._pins if one.asset and one.action == action.lower()]

    def __iter__(self) -> Iterator[Pin]:
        return iter(self._pins)

    def __len__(self) -> int:
        return len(self._pins)


def _plain(parameter: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in parameter.items() if key != "context"}
