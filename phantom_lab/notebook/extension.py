"""``%load_ext phantom_lab``: a stepper at the end of a cell shows itself as a panel, errors as one line."""

from __future__ import annotations

import sys
from typing import Any

from phantom_lab.engine import Stepper
from phantom_lab.errors import LabError


def load_ipython_extension(ipython: Any) -> None:
    """Register the panel as the display of a `Stepper`, and one-line errors."""
    from phantom_lab.notebook.panel import show

    ipython.display_formatter.ipython_display_formatter.for_type(Stepper, show)
    ipython.set_custom_exc((LabError,), _one_line)


def unload_ipython_extension(ipython: Any) -> None:
    """Undo `load_ipython_extension`."""
    ipython.display_formatter.ipython_display_formatter.pop(Stepper, None)
    ipython.set_custom_exc((), None)


def _one_line(shell: Any, kind: type[LabError], exc: LabError, trace: Any, tb_offset: Any = None) -> list[str]:
    """An error of the lab is one line; the traceback behind it would be our own depths."""
    line = f"{kind.__name__}: {exc}"
    print(line, file=sys.stderr)
    return [line]
