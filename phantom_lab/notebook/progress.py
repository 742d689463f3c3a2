"""Progress in a notebook: a bar below the cell, with a button that stops it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import ipywidgets
from IPython.display import display

from phantom_lab.notebook.widgets import heard_on_any_thread
from phantom_lab.progress import AFTER, Told, in_words

_EVERY = 0.2
"""Seconds between two changes of the bar."""


class Bar:
    """A bar that is displayed once it is worth it.

    Its button works where messages of widgets arrive while a cell runs (ipykernel 7); interrupting the kernel always
    does.

    Args:
        what: is counted.
        most: how many there are, at most; None: nobody knows.
    """

    def __init__(self, what: str, most: int | None) -> None:
        self._what, self._most = what, most
        self._begun = self._shown = time.monotonic()
        self._stopped = False
        self.box: ipywidgets.HBox | None = None

    def told(self, done: int) -> None:
        """So many are done.

        Raises:
            KeyboardInterrupt: somebody pressed the button.
        """
        if self._stopped:
            raise KeyboardInterrupt
        now = time.monotonic()
        if now - self._begun < AFTER or now - self._shown < _EVERY:
            return
        self._shown = now
        if self.box is None:
            self._display()
        self._bar.value = min(done, self._most) if self._most else self._bar.max
        self._label.value = in_words(done, self._what, self._most, now - self._begun)

    def close(self) -> None:
        """It is over: the bar goes."""
        if self.box is not None:
            self.box.close()

    def stop(self, *_: object) -> None:
        """End it after the item that it is at; what was found by then is told."""
        self._stopped = True

    def _display(self) -> None:
        self._bar = ipywidgets.IntProgress(min=0, max=self._most or 1, layout={"width": "240px"})
        self._label = ipywidgets.Label()
        button = ipywidgets.Button(description="Stop", tooltip="end it; what was found so far is told")
        button.on_click(self.stop)
        heard_on_any_thread(button)
        self.box = ipywidgets.HBox([self._bar, self._label, button])
        display(self.box)


@contextmanager
def bar(what: str, most: int | None) -> Iterator[Told]:
    """A `Bar`, as `phantom_lab.progress.show_with` takes it."""
    made = Bar(what, most)
    try:
        yield made.told
    finally:
        made.close()
