"""What is known of an action before it runs: what its app declares, and what a playbook reads of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from phantom_lab.later import dataclass


@dataclass(frozen=True, slots=True)
class Output:
    """One output path that an action declares."""

    path: str
    """As a playbook writes it behind the block's name: ``action_result.data.*.country_name``."""
    type: str = ""
    """``string``, ``numeric``, ``boolean`` or another word of the vendor's; empty: not said."""
    examples: tuple[Any, ...] = ()
    contains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Declaration:
    """An action, as an app's manifest or a playbook's export declares it."""

    app: str
    action: str
    source: str
    """For people: ``manifest MaxMind 2.2.6``, ``export of geolocate_ip.json``."""
    appid: str = ""
    read_only: bool | None = None
    """Whether it changes nothing outside; None: not said."""
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Declared parameters by name, as in the manifest: ``{"data_type", "required"?, "contains"?, "value_list"?}``."""
    outputs: tuple[Output, ...] = ()
    kind: str = ""
    """The type of action that an app calls it: ``investigate``, ``contain``, ``generic``, …; empty: not said."""
    says_parameters: bool = False
    """Whether `parameters` are all that it takes."""
    says_outputs: bool = False
    """Whether `outputs` are all that the app itself declares."""

    @property
    def needs_parameters(self) -> bool:
        """Whether it requires any; an export names those that it takes among its outputs only."""
        if self.parameters:
            return any(one.get("required") for one in self.parameters.values())
        return any(one.path.startswith("action_result.parameter.") for one in self.outputs)


@dataclass(frozen=True, slots=True)
class Read:
    """A datapath that a playbook reads of a block's results."""

    path: str
    """Behind the block's name: ``action_result.data.*.score``."""
    comparisons: tuple[tuple[str, Any], ...] = ()
    """``(operator, literal)`` of the conditions that it stands in, with the datapath at the left."""
    type: str = ""
    """``numeric`` where code computes with it; empty: nothing shows."""
    line: int = field(default=0, compare=False)
    """Where it is read first, in the function."""
    function: str = field(default="", compare=False)
    dug: bool = field(default=False, compare=False)
    """Whether code takes a collected value apart: no datapath says it."""


@dataclass(frozen=True, slots=True)
class Connector:
    """What a playbook's export says of the app behind a block."""

    name: str = ""
    appid: str = ""
    declaration: Declaration | None = None
    """The outputs that a classic export carries along."""
    requires: bool | None = None
    """Whether the action requires any parameter; None: the export does not say."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What a playbook's text and export tell of its actions, by block name."""

    connectors: Mapping[str, Connector] = field(default_factory=dict)
    reads: Mapping[str, tuple[Read, ...]] = field(default_factory=dict)
