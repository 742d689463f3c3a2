"""An execution again that goes on in another thread: how far it is, and ending it by hand."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TextIO

from phantom_lab.engine.tree import Tree
from phantom_lab.errors import RunStopped
from phantom_lab.isolation.interrupt import Interrupt


class Redoing:
    """What whoever asked for an execution again holds of it.

    Args:
        told: called in its thread whenever it comes to another invocation.
    """

    def __init__(self, told: Callable[[], None] = lambda: None) -> None:
        self.reached = 0
        """Number of the invocation that it came to."""
        self.stopped = False
        self._told = told
        self._tree: Tree | None = None
        self._lock = threading.Lock()

    def stop(self) -> None:
        """End it, from any thread."""
        with self._lock:
            self.stopped = True
            if self._tree is not None:
                self._end(self._tree)

    def came_to(self, invocation: int) -> None:
        """It is at another invocation."""
        self.reached = invocation
        self._told()

    @contextmanager
    def executing(self, tree: Tree) -> Iterator[None]:
        """The runs of a tree execute meanwhile, in this thread."""
        self._thread = threading.get_ident()
        with self._lock:
            self._tree = tree
            if self.stopped:
                self._end(tree)
        try:
            yield
        finally:
            with self._lock:
                self._tree = None
            tree.ending.settle()  # a stop may have come after the run itself had settled

    def _end(self, tree: Tree) -> None:
        ending = tree.ending
        ending.unwinding = ending.unwinding or RunStopped("stopped by hand")
        if ending.interrupt is None:
            ending.interrupt = Interrupt(self._thread, ending.files)
            ending.interrupt.start()


_quiet: ContextVar[bool] = ContextVar("what is printed here is lost", default=False)


@contextmanager
def quiet() -> Iterator[None]:
    """What is printed in this context is lost; other threads, as cells of a notebook, print on."""
    stream, token = sys.stdout, _quiet.set(True)
    sys.stdout = mine = _Elsewhere(stream)
    try:
        yield
    finally:
        if sys.stdout is mine:  # else somebody else began meanwhile, and hands on what is written
            sys.stdout = stream
        _quiet.reset(token)


class _Elsewhere(io.TextIOBase):
    """A stream for all but those who are quiet."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write a text, unless it is lost here."""
        return len(text) if _quiet.get() else self._stream.write(text)

    def flush(self) -> None:
        """Flush the stream."""
        self._stream.flush()

    def close(self) -> None:
        """The stream stays open."""
