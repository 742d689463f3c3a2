"""The panel without a browser: escaped HTML for exports."""

from __future__ import annotations

from html import escape

import pandas as pd

from phantom_lab.notebook.controller import Controller
from phantom_lab.terminal import visible


def snapshot_html(controller: Controller) -> str:
    """The sentence, the chosen tab's table and the list of invocations."""
    view = controller.view("head")
    parts = [f"<p><b>{escape(view['playbook'])}</b> · {escape(view['state'])}<br>{escape(view['sentence'])}</p>"]
    for page in (controller.view("data")["table"], controller.timeline.table()):
        frame = pd.DataFrame([[text for text, _ in row] for row in page["rows"]], dtype=object,
                             columns=[*map(visible, page["columns"])])
        shown = frame.to_html(escape=True, index=False) if len(frame) else f"<p><i>{escape(page['empty'])}</i></p>"
        parts.append(f"<p>{escape(page['caption'])}</p>{shown}")
    return "\n".join(parts)
