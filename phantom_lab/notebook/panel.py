"""The panel: two small widgets over the controller."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import ipywidgets
from IPython.display import HTML, display

from phantom_lab.control import Stepper
from phantom_lab.notebook.controller import Controller
from phantom_lab.notebook.snapshot import snapshot_html
from phantom_lab.notebook.widgets import Controls, PageTable


class Panel:
    """Toolbar, tabs and tables over one stepper."""

    def __init__(self, stepper: Stepper) -> None:
        self.controller = Controller(stepper)
        self._lock = stepper.lock
        self.controls = Controls(self._handler(self.controller.command))
        self.table = PageTable(self._handler(self.controller.table_command))
        self.list = PageTable(self._handler(self.controller.list_command))
        self.widget = ipywidgets.VBox([self.controls, self.table, self.list])
        stepper.on_change(self._changed)
        self._publish()

    def snapshot(self) -> HTML:
        """The panel as it is now, as plain escaped HTML that stays in an exported notebook."""
        return HTML(snapshot_html(self.controller))

    def _changed(self) -> None:
        """On the run's thread, under the stepper's lock."""
        self.controller.refresh()
        self._publish()

    def _handler(self, command: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
        """Messages come on the main thread or on a subshell's: one lock covers commands and publishing."""

        def handle(message: dict[str, Any]) -> None:
            with self._lock:
                command(message)
                self._publish()

        return handle

    def _publish(self) -> None:
        """Whole snapshots, always: a view that is late shows the truth all the same."""
        self.controls.view = self.controller.snapshot()
        self.table.view = self.controller.table_view()
        self.list.view = self.controller.list_view()


_PANELS: WeakKeyDictionary[Stepper, Panel] = WeakKeyDictionary()


def panel_of(stepper: Stepper) -> Panel:
    """The one panel of a stepper."""
    if stepper not in _PANELS:
        _PANELS[stepper] = Panel(stepper)
    return _PANELS[stepper]


def show(stepper: Stepper) -> None:
    """Display the panel of a stepper."""
    display(panel_of(stepper).widget)
