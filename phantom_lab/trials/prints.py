"""What playbooks print, kept apart by playbook."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

from phantom_lab.engine.record import executing

_LINES, _LONGEST = 20, 200
"""Lines of one playbook, and characters of a line, that are kept."""


class Prints(io.TextIOBase):
    """Stands in for standard output and error: keeps each line once, under the file of the playbook that executes.

    Args:
        file: of the playbook that runs, for what it prints while it is imported.
    """

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file
        self._begun: dict[str, str] = {}
        self._lines: dict[str, dict[str, int]] = {}
        self._left_out: dict[str, int] = {}

    def writable(self) -> bool:
        """Whether it takes text."""
        return True

    def write(self, text: str) -> int:
        """Take a text in; a line counts once it has ended."""
        frame = executing.get()
        file = frame.run.playbook.file if frame is not None else self.file
        *lines, rest = f"{self._begun.get(file, '')}{text}".split("\n")
        for line in lines:
            self._keep(file, line)
        self._begun[file] = rest[:_LONGEST + 1]
        return len(text)

    def told(self) -> list[dict[str, Any]]:
        """``{"playbook", "text", "times"}`` for each line; what was left out is told with how much it is."""
        for file, rest in self._begun.items():
            if rest:
                self._keep(file, rest)
        self._begun.clear()
        return [{"playbook": file, "text": text, "times": times} for file, lines in self._lines.items()
                for text, times in (*lines.items(), *self._more(file))]

    def _more(self, file: str) -> Iterator[tuple[str, int]]:
        if left := self._left_out.get(file):
            yield f"… and {left:,} more lines", 1

    def _keep(self, file: str, line: str) -> None:
        lines = self._lines.setdefault(file, {})
        short = line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
        if short in lines or len(lines) < _LINES:
            lines[short] = lines.get(short, 0) + 1
        else:
            self._left_out[file] = self._left_out.get(file, 0) + 1


@contextmanager
def told_apart(file: str) -> Iterator[Prints]:
    """Keep what playbooks print apart from a command's own answer; argument as for `Prints`."""
    prints = Prints(file)
    with redirect_stdout(prints), redirect_stderr(prints):
        yield prints
