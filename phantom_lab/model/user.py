"""Users."""

from __future__ import annotations

from phantom_lab.later import dataclass
from phantom_lab.misspelt import keyworded


@keyworded
@dataclass(frozen=True, slots=True)
class User:
    """A user of the platform; by default the person at the lab."""

    id: int = 1
    name: str = "analyst"
    email: str = "analyst@example.com"
    type: str = "normal"
    """``normal``, or ``automation``, which no prompt can be sent to."""

    def to_json(self) -> dict[str, object]:
        """What ``playbook:launching_user`` reads."""
        return {"id": self.id, "name": self.name, "username": self.name, "email": self.email, "type": self.type}
