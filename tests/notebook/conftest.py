"""A shell of IPython, in this process."""

from __future__ import annotations

import atexit
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from phantom_lab.notebook import load_ipython_extension, unload_ipython_extension


@pytest.fixture
def shell() -> Iterator[Any]:
    """A notebook of its own, with the extension loaded."""
    main = sys.modules["__main__"]
    shell = InteractiveShell(config=Config({"HistoryManager": {"hist_file": ":memory:"}}))
    load_ipython_extension(shell)
    yield shell
    unload_ipython_extension(shell)
    sys.modules["__main__"] = main
    atexit.unregister(shell.atexit_operations)  # a garbage collection for every shell there was, when Python ends
