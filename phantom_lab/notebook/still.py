"""What stands where the panel was, when a notebook is read without its kernel: static HTML beside the widget.

It is a display of its own, which the live panel hides: changing it does not touch the widget, and whoever reads the
saved notebook (nbconvert, GitHub, VS Code's viewer) shows it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from IPython.display import HTML, DisplayHandle, display

SETTLED = 1.0
"""Seconds without a step after which it is made anew."""


class Still:
    """Kept up to date while nobody waits for it.

    Args:
        uid: of the panel: the class that the live panel hides.
        made: makes the HTML.
    """

    def __init__(self, uid: str, made: Callable[[], str]) -> None:
        self._class = f"phl-static-{uid}"
        self._made = made
        self._handles: list[DisplayHandle] = []
        self._timer: threading.Timer | None = None

    def show(self) -> None:
        """Display it once more, below what was displayed last."""
        handle = display(self.html(), display_id=True)
        if handle is not None:
            self._handles.append(handle)

    def html(self) -> HTML:
        """As it is now."""
        return HTML(f'<div class="{self._class}">{self._made()}</div>')

    def later(self) -> None:
        """Something has changed."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(SETTLED, self.now)
        self._timer.daemon = True
        if self._handles:
            self._timer.start()

    def now(self) -> None:
        """Make it anew, if something has changed."""
        timer, self._timer = self._timer, None
        if timer is not None and self._handles:
            timer.cancel()
            shown = self.html()
            for handle in self._handles:
                handle.update(shown)
