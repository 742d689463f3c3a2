"""The journal itself: events in memory and, when a file is given, as JSON Lines written as the run goes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from phantom_lab.errors import InputError
from phantom_lab.journal.events import Event, Ref

FORMAT = 1
_HEAD = b'{"journal": '
"""How a journal begins: nothing else is ever overwritten."""
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
        self._file: IO[str] | None = None

    @property
    def events(self) -> Sequence[Event]:
        """The events so far, oldest first: a copy that does not grow."""
        with self._lock:
            return tuple(self._events)

    def open(self) -> None:
        """Begin to write, where a file is given; what is in memory already is written first.

        Raises:
            InputError: the file cannot be written, or is something else than a journal.
        """
        if self.path is None:
            return
        with self._lock:
            self._file = _open(self.path)
            self._write({"journal": FORMAT, "hash_seed": os.environ.get("PYTHONHASHSEED", "random")})
            for ref, text in self._values.items():
                self._file.write(_value_line(ref, text))
            for event in self._events:
                self._write_event(event)

    def append(self, event: Event) -> None:
        """Add an event and write it."""
        with self._lock:
            self._events.append(event)
            self._write_event(event)

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
                    self._file.write(_value_line(ref, text))
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

    def _write_event(self, event: Event) -> None:
        if self._file is not None:
            self._write({"event": type(event).__name__, **asdict(event), "wall": time.time()})

    def _write(self, line: dict[str, Any]) -> None:
        if self._file is not None:
            self._file.write(encode(line) + "\n")


def _value_line(ref: Ref, text: str) -> str:
    return f'{{"value": "{ref}", "is": {text}}}\n'


def encode(value: Any) -> str:
    """JSON text of any value, however hostile."""
    try:
        return json.dumps(value, default=_represent)
    except (Exception, SystemExit):  # circular, too deep, keys that are no texts, methods that raise
        return json.dumps(_as_text(value))


def _represent(value: Any) -> Any:
    if type(value) in (set, frozenset):
        return sorted(value, key=_safe_repr)
    return _as_text(value)


def _as_text(value: Any) -> dict[str, str]:
    return {"__repr__": _ADDRESS.sub("", _safe_repr(value)[:2000])}


def _safe_repr(value: Any) -> str:
    try:
        return repr(value)
    except (Exception, SystemExit) as exc:
        return f"<{type(value).__name__}, whose repr raised {type(exc).__name__}>"


def _open(path: Path) -> IO[str]:
    """Make the file anew; what is there already must be a journal, or nothing is touched."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() or path.is_symlink():
            if not path.is_file() or path.is_symlink():
                raise ValueError("it is no plain file")
            with path.open("rb") as there:
                if there.read(len(_HEAD)) not in (b"", _HEAD):
                    raise ValueError("it holds something else, and is left as it is")
            path.unlink()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except (OSError, ValueError) as exc:
        reason = getattr(exc, "strerror", None) or exc
        raise InputError(f"the journal cannot be written: {reason}", where=str(path)) from None
    return os.fdopen(descriptor, "w", encoding="utf-8", buffering=1)
