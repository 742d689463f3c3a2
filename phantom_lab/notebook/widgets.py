"""The two widgets: plain ES modules, text only. Python owns the state; the browser sends messages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

_STATIC = Path(__file__).parent / "static"


class _View(anywidget.AnyWidget):
    """Shows a whole snapshot, and hands messages of the browser on."""

    _css = (_STATIC / "panel.css").read_text(encoding="utf-8")
    view = traitlets.Dict().tag(sync=True)

    def __init__(self, handle: Callable[[dict[str, Any]], None], **traits: Any) -> None:
        super().__init__(**traits)
        self._handle = handle
        self.on_msg(self._received)
        # ipykernel 7.4 sends a comm's next message where it published last: from a cell, that waits for the cell's
        # end, and a subshell may be gone. Any thread is right for us, so the browser's choice holds.
        if hasattr(self.comm, "_reply_subshell_for"):
            self.comm._reply_subshell_for = lambda data, default: default

    def _received(self, widget: Any, content: Any, buffers: Any) -> None:
        if isinstance(content, dict):
            self._handle(content)


class Controls(_View):
    """Toolbar, sentence, tabs, and the form for an outcome."""

    _esm = (_STATIC / "controls.js").read_text(encoding="utf-8")


class PageTable(_View):
    """One page of a frame."""

    _esm = (_STATIC / "table.js").read_text(encoding="utf-8")
