"""A part of the panel: plain JSON for the browser, and what the browser asks of it."""

from __future__ import annotations

from typing import Any, ClassVar

from phantom_lab.notebook.look import Look


class Part:
    """One part of the panel; a subclass says what it shows and what it does.

    A view is made once for whatever is published, and only if the run went on, another invocation is looked at, or the
    part itself was asked for something: see `phantom_lab.notebook.controller.Controller.fresh`.

    Args:
        look: what the panel looks at.
    """

    name: ClassVar[str]
    """Its trait, its messages' ``part``, and the module of ``static`` that draws it."""

    def __init__(self, look: Look) -> None:
        self.look = look

    def refresh(self) -> None:
        """The run went on, or another invocation is looked at."""

    def ahead(self) -> None:
        """Make what the next step may need, on any thread and without a look at the run."""

    def take(self, message: dict[str, Any]) -> bool | None:
        """Carry out what the browser asks; true if that concerns other parts as well.

        Raises:
            LabError: it cannot be; shown as one line.
        """

    def view(self) -> dict[str, Any]:
        """What is shown; ``{}`` hides the part."""
        return {}
