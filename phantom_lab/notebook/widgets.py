"""The widget: one ES module of plain functions, text only. Python owns the state; the browser sends messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import traitlets

from phantom_lab.notebook.parts import PARTS

_STATIC = Path(__file__).parent / "static"
SCRIPTS = ("dom", "menu", "cells", "table", "panning", *(part.name for part in PARTS), "panel")
"""The files that make the module, in their order: there is no build, so they share one scope and import nothing."""
STYLES = ("panel", "graph", "timeline", "source", "outcome", "microscope", "data", "colors")


def heard_on_any_thread(widget: ipywidgets.Widget) -> None:
    """Let messages of the browser arrive while a cell runs.

    ipykernel 7.4 sends a comm's next message where it published last: from a cell, that waits for the cell's end, and a
    subshell may be gone. Where any thread is right, the browser's choice holds.
    """
    if hasattr(widget.comm, "_reply_subshell_for"):
        widget.comm._reply_subshell_for = lambda data, default: default


class PanelWidget(anywidget.AnyWidget):
    """Shows the views of the parts, each a trait of its own, and hands messages of the browser on."""

    _esm = "\n".join((_STATIC / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    _css = "\n".join((_STATIC / f"{name}.css").read_text(encoding="utf-8") for name in STYLES)

    uid = traitlets.Unicode().tag(sync=True)
    head = traitlets.Dict().tag(sync=True)
    editing = traitlets.Dict().tag(sync=True)
    outcome = traitlets.Dict().tag(sync=True)
    microscope = traitlets.Dict().tag(sync=True)
    source = traitlets.Dict().tag(sync=True)
    drawing = traitlets.Dict().tag(sync=True)
    graph = traitlets.Dict().tag(sync=True)
    data = traitlets.Dict().tag(sync=True)
    asking = traitlets.Dict().tag(sync=True)
    timeline = traitlets.Dict().tag(sync=True)
    queue = traitlets.Dict().tag(sync=True)
    branches = traitlets.Dict().tag(sync=True)

    def __init__(self, handle: Callable[[dict[str, Any]], None], uid: str) -> None:
        super().__init__(uid=uid)
        self._handle = handle
        self.on_msg(self._received)
        heard_on_any_thread(self)

    def show(self, views: Mapping[str, dict[str, Any]]) -> None:
        """Publish views by part, in one message."""
        with self.hold_sync():
            for name, view in views.items():
                setattr(self, name, view)

    def send_state(self, key: Any = None) -> None:
        """Views are plain JSON: they are not looked through for binary parts, and never come from the browser."""
        if state := self.get_state(key=key):
            self._send({"method": "update", "state": state, "buffer_paths": []})

    def __repr__(self) -> str:
        """What stands in a notebook that is read without a kernel; what the panel showed follows it."""
        return "The panel of a playbook run, which needs its kernel. What it showed last:"

    def _received(self, widget: Any, content: Any, buffers: Any) -> None:
        if isinstance(content, dict):
            self._handle(content)
