"""Apps and the assets configured for them."""

from __future__ import annotations

from phantom_lab.later import dataclass
from phantom_lab.misspelt import keyworded


@dataclass(frozen=True, slots=True)
class App:
    """An installed app (connector)."""

    name: str
    """The product name that ``results[].app`` carries."""
    actions: frozenset[str] | None = None
    """Names of the actions it supports, lower case; None: unknown, every action is tried."""
    version: str = ""

    def supports(self, action: str) -> bool:
        """Whether the app has this action (names compare without case)."""
        return self.actions is None or action.lower() in self.actions


@keyworded
@dataclass(frozen=True, slots=True)
class Asset:
    """A configured asset: one product instance that actions run on."""

    name: str
    """The name that ``phantom.act(assets=[...])`` uses."""
    app: App
    tags: frozenset[str] = frozenset()
    type: str = ""
    """Product type, as ``phantom.act(asset_type=...)`` selects it."""
    built_in: bool = False
    """Whether every platform has it."""
    assumed: bool = False
    """Nobody configured it: the playbook named it, so the lab takes it to exist."""
