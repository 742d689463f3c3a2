"""Child playbooks and custom functions that something stands in for: they have no blocks, and nothing is executed."""

from __future__ import annotations

from dataclasses import field
from typing import Self

from phantom_lab.later import dataclass
from phantom_lab.model import naming
from phantom_lab.outcomes import StandIn
from phantom_lab.source.custom_function import CustomFunction
from phantom_lab.source.playbook import Playbook
from phantom_lab.source.source import Source


@dataclass(frozen=True)
class _Stubbed(Source):
    stand_in: StandIn = field(kw_only=True)

    @classmethod
    def of(cls, found: StandIn) -> Self:
        """The source is there because a run has a module; it is never invoked."""
        return cls(naming.base(found.name), "def on_start(container): pass\n", None, stand_in=found)

    @property
    def file(self) -> str:
        """Who answers."""
        return self.stand_in.source

    @property
    def title(self) -> str:
        """Who answers."""
        return self.stand_in.source


@dataclass(frozen=True)
class StubbedPlaybook(_Stubbed, Playbook):
    """A child playbook that is answered for at its turn."""


@dataclass(frozen=True)
class StubbedCustomFunction(_Stubbed, CustomFunction):
    """A custom function that is answered for at its turn."""
