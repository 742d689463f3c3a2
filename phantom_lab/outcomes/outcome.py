"""One call of an action, and what it came back with."""

from __future__ import annotations

from typing import Any

from phantom_lab.later import dataclass
from phantom_lab.model import ActionResult


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
class LeftOut:
    """A field that a playbook reads, and that a generated result does not have."""

    path: str
    """With the block's name: ``look_1:action_result.data.*.score``."""
    closest: str
    """The declared path that it is most like; empty where none is."""
    declared: str
    """Who says what the app declares."""
    function: str
    line: int
    """Where it is read first."""
    dug: bool = True
    """Whether code takes a collected value apart: no datapath says it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call came back with: usually one action result, several where the app makes several."""

    results: tuple[ActionResult, ...]
    source: str
    """Who says so, for people: ``stub whois (lab.py:12)``, ``results.json[3]``, ``MaxMind app``."""
    delay: float = 0.0
    """Seconds of the clock until it arrives."""
    own: bool = False
    """Whether the lab made it itself: it is not held against what the app declares."""
    local: bool = False
    """Whether the emulated platform itself answered: what the call wrote there is in the journal."""
    left_out: tuple[LeftOut, ...] = ()
    """What the playbook reads, and the app does not declare."""
    by: str = "provider"
    """What kind of giver it is: ``hand``, ``pin``, ``stub``, ``scenario``, ``results file``, ``recording``, ``app`` (a
    local one), ``platform``, ``generated``, or another ``provider``."""
