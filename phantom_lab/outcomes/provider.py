"""The protocol of outcome providers, and their order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from phantom_lab.model import ActionResult, Asset


@dataclass(frozen=True, slots=True)
class ActionCall:
    """One parameter set of an action run, about to run on one asset."""

    action: str
    """Action name, such as ``geolocate ip``."""
    name: str
    """The block name that ``phantom.act(name=...)`` gave."""
    asset: str
    app: str
    parameter: dict[str, Any]
    """The parameter set, with the ``context`` that the engine wrote."""
    number: int
    """Which call of this action on this asset it is in the run, from 1."""
    playbook: str = ""
    """The file of the playbook that asks."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call came back with: usually one action result, several where the app makes several."""

    results: tuple[ActionResult, ...]
    source: str
    """Who says so, for people: ``stub whois (lab.py:12)``, ``results.json[3]``, ``MaxMind app``."""
    delay: float = 0.0
    """Seconds of the clock until it arrives."""


class OutcomeProvider(Protocol):
    """Somebody who may know what an action comes back with."""

    def outcome(self, call: ActionCall) -> Outcome | None:
        """The outcome of a call, or None: somebody else's business."""

    def assets(self, action: str) -> Iterable[Asset]:
        """Assets that this provider answers for, for an action that names none."""


class Providers:
    """Providers, asked in order; the first that knows decides."""

    def __init__(self, providers: Iterable[OutcomeProvider]) -> None:
        self._providers = tuple(providers)

    def outcome(self, call: ActionCall) -> Outcome | None:
        """The first outcome that a provider has for the call."""
        return next((found for one in self._providers if (found := one.outcome(call)) is not None), None)

    def assets(self, action: str) -> list[Asset]:
        """Every asset that some provider answers for, by name; one whose app is known stands for its namesakes."""
        found: dict[str, Asset] = {}
        for one in self._providers:
            for asset in one.assets(action):
                if asset.name not in found or found[asset.name].app.actions is None:
                    found[asset.name] = asset
        return list(found.values())
