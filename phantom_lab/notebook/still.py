"""What stands where the panel was, when a notebook is read without its kernel: static HTML beside the widget.

It is a display of its own, which the live panel hides: changing it does not touch the widget, and whoever reads the
saved notebook (nbconvert, GitHub, VS Code's viewer) shows it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from IPython.display import HTML, DisplayHandle, display

QUIET, SETTLED = 0.05, 1.0
"""Seconds without a step after which the next one is prepared, and after which it is made anew."""


class Still:
    """Kept up to date while nobody waits for it.

    Args:
        uid: of the panel: the class that the live panel hides.
        made: makes the HTML.
        ahead: makes what the next step may need.
    """

    def __init__(self, uid: str, made: Callable[[], str], ahead: Callable[[], None]) -> None:
        self._class = f"phl-static-{uid}"
        self._made, self._ahead = made, ahead
        self._handles: list[DisplayHandle] = []
        self._lock = threading.Lock()
        self._changed: float | None = None
        """When, by `time.monotonic`; None: it is up to date."""
        self._waiting = False
        """Whether a thread waits for the quiet moments."""

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
        with self._lock:
            self._changed = time.monotonic()
            if self._waiting or not self._handles:
                return
            self._waiting = True
        threading.Thread(target=self._wait, daemon=True, name="phantom_lab still").start()

    def now(self) -> None:
        """Make it anew, if something has changed."""
        with self._lock:
            changed, self._changed = self._changed, None
        if changed is not None and self._handles:
            shown = self.html()
            for handle in self._handles:
                handle.update(shown)

    def _wait(self) -> None:
        """One thread, whatever steps come meanwhile."""
        prepared: float | None = None
        while True:
            with self._lock:
                changed = self._changed
                passed = time.monotonic() - (changed or 0.0)
                if changed is None or passed >= SETTLED:
                    self._waiting = False
                    break
            if passed >= QUIET and prepared != changed:
                prepared = changed
                self._ahead()
            else:
                time.sleep(QUIET)
        self.now()
