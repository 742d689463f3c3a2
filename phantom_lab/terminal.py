"""What people see in a terminal: text of hostile origin is visible there, and steers nothing."""

from __future__ import annotations

import io
import sys
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import accumulate
from typing import Any, TextIO

from phantom_lab.errors import cut, shown

MOST = 16_384
"""Characters of an answer as people are told it, unless somebody asks for everything."""
_LINE = 1_000


class Inert(io.TextIOBase):
    """Stands in for a stream of text: what is no printable character, tab or end of a line is written as an escape.

    Args:
        stream: the real one.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self.buffer = _Bytes(self)

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Of the real stream."""
        return getattr(self._stream, "encoding", None) or "utf-8"

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def fileno(self) -> int:
        """Of the real stream."""
        return self._stream.fileno()

    def isatty(self) -> bool:
        """Whether the real stream is a terminal."""
        return self._stream.isatty()

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, text: str) -> int:
        """Write a text, made visible; returns the number of its own characters."""
        self._stream.write(visible(text))
        return len(text)

    def flush(self) -> None:
        """Flush the real stream."""
        self._stream.flush()

    def close(self) -> None:
        """The real stream stays open: it belongs to the process."""


class _Bytes(io.RawIOBase):
    """The bytes of a stream of text, which are made visible as well."""

    def __init__(self, text: Inert) -> None:
        super().__init__()
        self._text = text
        self._decode = getincrementaldecoder(text.encoding)("backslashreplace").decode

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Write the text that some bytes stand for; returns their number."""
        raw = bytes(data)
        self._text.write(self._decode(raw))
        return len(raw)

    def flush(self) -> None:
        """Flush the text."""
        self._text.flush()

    def close(self) -> None:
        """The real stream stays open, and may be closed already when this one is collected: it is not flushed."""


def visible(text: str) -> str:
    """Text of several lines, whose control and direction characters are escapes."""
    if text.isprintable():
        return text
    return "\n".join("\t".join(map(shown, line.split("\t"))) for line in text.split("\n"))


def brief(lines: Iterable[str], *, whole: bool = False) -> str:
    """The lines of an answer, made visible: of many the first and the last, and how many are left out between them.

    Args:
        whole: all of them, in full.
    """
    every = list(lines)
    if whole:
        return "\n".join(map(shown, every))
    every = [shown(cut(one, _LINE)) for one in every]
    if sum(len(one) + 1 for one in every) <= MOST:
        return "\n".join(every)
    first = _fitting(every, MOST * 3 // 4)
    last = _fitting(reversed(every[first:]), MOST // 4)
    left = len(every) - first - last
    return "\n".join([*every[:first], f"… {left:,} of {len(every):,} lines left out", *every[first + left:]])


def _fitting(lines: Iterable[str], room: int) -> int:
    """How many lines there is room for."""
    return sum(used <= room for used in accumulate(len(one) + 1 for one in lines))


@contextmanager
def inert_streams() -> Iterator[None]:
    """Let nothing that this process prints steer the terminal, whoever prints it by Python's own streams."""
    names = ("stdout", "stderr", "__stdout__", "__stderr__")
    before = {name: getattr(sys, name) for name in names}
    for name, stream in before.items():
        if isinstance(stream, io.TextIOWrapper):  # what it cannot encode must not end the command
            stream.reconfigure(errors="backslashreplace")
        if stream is not None and not isinstance(stream, Inert):
            setattr(sys, name, Inert(stream))
    try:
        yield
    finally:
        for name, stream in before.items():
            setattr(sys, name, stream)
