"""The journal itself: events in memory and, when a file is given, as JSON Lines written as the run goes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from phantom_lab.errors import InputError
from phantom_lab.journal.events import Event, Ref

FORMAT = 1
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
"""Addresses differ from run to run, and journals are compared."""


class Journal:
    """Append-only events.

    Args:
        path: file to write, readable by its owner only; None keeps the journal in memory.

    A line is ``{"event": NAME, …fields, "wall": seconds}``, ``{"value": DIGEST, "is": …}`` before its first use, or
    the header ``{"journal": FORMAT, …}``. ``wall`` is for people: it is never compared.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self.path = Path(path) if path is not None else None
        self._events: list[Event] = []
        self._values: dict[Ref, str] = {}
        self._lock = threading.RLock()
        self._file: IO[str] | None = _open(self.path) if self.path else None
        self._write({"journal": FORMAT, "hash_seed": os.environ.get("PYTHONHASHSEED", "random")})

    @property
    def events(self) -> Sequence[Event]:
        """The events so far, oldest first: a copy that does not grow."""
        with self._lock:
            return tuple(self._events)

    def append(self, event: Event) -> None:
        """Add an event and write it."""
        with self._lock:
            self._events.append(event)
            if self._file is not None:
                self._write({"event": type(event).__name__, **asdict(event), "wall": time.time()})

    def put(self, value: Any) -> Ref:
        """Store a value as it is now, once.

        What is no JSON stays visible as ``{"__repr__": text}``; showing a value never breaks the program.
        """
        text = encode(value)
        ref = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
        with self._lock:
            if ref not in self._values:
                self._values[ref] = text
                if self._file is not None:
                    self._file.write(f'{{"value": "{ref}", "is": {text}}}\n')
        return ref

    def get(self, ref: Ref) -> Any:
        """A fresh copy of a stored value."""
        return json.loads(self._values[ref])

    def close(self) -> None:
        """Close the file; the events stay readable in memory."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _write(self, line: dict[str, Any]) -> None:
        if self._file is not None:
            self._file.write(encode(line) + "\n")


def encode(value: Any) -> str:
    """JSON text of any value, however hostile."""
    try:
        return json.dumps(value, default=_represent)
    except (TypeError, ValueError, RecursionError):
        return json.dumps(_represent(value))


def _represent(value: Any) -> Any:
    if isinstance(value, set | frozenset):
        return sorted(value, key=_safe(repr))
    return {"__repr__": _ADDRESS.sub("", _safe(repr)(value)[:2000])}


def _safe(function: Callable[[Any], str]) -> Callable[[Any], str]:
    def call(value: Any) -> str:
        try:
            return function(value)
        except Exception as exc:
            return f"<{type(value).__name__}, whose repr raised {type(exc).__name__}>"

    return call


def _open(path: Path) -> IO[str]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as exc:
        raise InputError(f"the journal cannot be written: {exc.strerror}", where=str(path)) from None
    return os.fdopen(descriptor, "w", encoding="utf-8", buffering=1)
