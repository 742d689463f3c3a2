"""The journal itself: events in memory and, when a file is given, as JSON Lines written as the run goes."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from phantom_lab.errors import InputError
from phantom_lab.history.beginning import Beginning
from phantom_lab.history.encoding import decode, digest, encode, event_line, likeness
from phantom_lab.history.events import Event, Ref, Stamp
from phantom_lab.history.index import Index, Reducer
from phantom_lab.history.locks import is_written, lock

FORMAT = 3
"""1 has no `RunSpec`, 2 no `CallMade`: such journals can be looked at, and not executed again."""
_RECENT = 4_096
"""So many values are remembered as put lately."""
Reduced = TypeVar("Reduced", bound=Reducer)
HEAD = b'{"journal": '
"""How a journal begins: nothing else is ever overwritten."""


class Journal:
    """Append-only events.

    Args:
        path: file to write from `open` on, readable by its owner only; None keeps the journal in memory.

    A line is ``{"event": NAME, …fields, "position", "stamp": Stamp, "wall": seconds, "crc32"}``, ``{"value": DIGEST,
    "is": …}`` before its first use, or the header ``{"journal": FORMAT, …}``. ``wall`` is for people: it is never
    compared. Every event is handed to the system before the run goes on, so that a killed process loses nothing that
    has happened.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self.path = Path(path) if path is not None else None
        self.now: Callable[[], Stamp] = _outside
        """Tells when an event happens."""
        self._events: list[Event] = []
        self._stamps: list[Stamp] = []
        self._values: dict[Ref, str] = {}
        self._hidden: list[str] = []
        self._recent: dict[bytes, Ref] = {}
        """By `likeness`, of values that were put lately: most come again."""
        self._waiting: list[str] = []
        self._lock = threading.RLock()
        self._file: int | None = None
        self.format = FORMAT
        """Of the file that it was read from."""
        self.cut_tail = 0
        """Of a journal that was read, bytes of a last line that was not written whole."""
        self._reducers: dict[Callable[[], Any], tuple[Reducer, int]] = {}

    @property
    def events(self) -> Sequence[Event]:
        """The events so far, oldest first: it does not grow."""
        return Beginning(self._events, len(self._events))

    @property
    def index(self) -> Index:
        """Where events stand, up to date."""
        return self.reduced(Index)

    def reduced(self, kind: Callable[[], Reduced]) -> Reduced:
        """The one reducer of a kind, made when it is first asked for, up to date.

        Args:
            kind: its class, or whatever makes one and stands for it.
        """
        with self._lock:
            found = self._reducers.get(kind)
            reducer, done = found if found is not None else (kind(), 0)
            while done < len(self._events):
                reducer.take(self._events[done], done)
                done += 1
            self._reducers[kind] = reducer, done
        return cast("Reduced", reducer)

    @property
    def stamps(self) -> Sequence[Stamp]:
        """When they happened, one for each of `events`; none in a journal of format 1."""
        return Beginning(self._stamps, len(self._stamps))

    @property
    def length(self) -> int:
        """How many events there are so far."""
        return len(self._events)

    def open(self) -> None:
        """Begin to write, where a file is given; what is in memory already is written first.

        Raises:
            InputError: the file cannot be written, or is something else than a journal.
        """
        if self.path is None:
            return
        with self._lock:
            self._file = _create(self.path)
            header = {"journal": FORMAT, "hash_seed": os.environ.get("PYTHONHASHSEED", "random")}
            lines = [encode(header), *(_value_line(*one) for one in self._values.items())]
            self._waiting = [f"{line}\n" for line in lines]
            for position, (event, stamp) in enumerate(zip(self._events, self._stamps, strict=True)):
                self._waiting.append(event_line(event, position, stamp, time.time()))
            self._write()

    def hide(self, text: str) -> None:
        """Leave a text out of whatever is recorded from now on, so that the journals of two runs agree.

        It is the name of the run's own folder above ``/opt/phantom``.
        """
        self._hidden.append(text)
        self._recent.clear()

    def hides(self, text: str) -> bool:
        """Whether a text begins with one that is left out."""
        return text.startswith(tuple(self._hidden))

    def append(self, event: Event) -> None:
        """Add an event and write it."""
        self._add(self._shown(event), self.now())

    def _shown(self, event: Event) -> Event:
        for text in self._hidden:
            event = _without(event, text)
        return event

    def _add(self, event: Event, stamp: Stamp) -> None:
        with self._lock:
            self._events.append(event)
            self._stamps.append(stamp)
            if self._file is not None:
                self._waiting.append(event_line(event, len(self._events) - 1, stamp, time.time()))
                self._write()

    def put(self, value: Any) -> Ref:
        """Store a value as it is now, once.

        What is no JSON stays visible as ``{"__repr__": text}``; showing a value never breaks the program. The line is
        written with the event that follows.
        """
        key = likeness(value)
        if key is not None and (known := self._recent.get(key)) is not None:
            return known
        text = encode(value)
        for hidden in self._hidden:
            text = text.replace(json.dumps(hidden)[1:-1], "")
        with self._lock:
            ref = digest(text)
            self._store(ref, text)
            if len(self._recent) >= _RECENT:
                self._recent.clear()
            if key is not None:
                self._recent[key] = ref
        return ref

    def put_text(self, text: str) -> Ref:
        """Store a value whose JSON text is at hand, in one line and without what is hidden."""
        ref = _digest_of_text(text)
        with self._lock:
            self._store(ref, text)
        return ref

    def _store(self, ref: Ref, text: str) -> None:
        if ref not in self._values:
            self._values[ref] = text
            if self._file is not None:
                self._waiting.append(f"{_value_line(ref, text)}\n")

    def get(self, ref: Ref) -> Any:
        """A fresh copy of a stored value."""
        return decode(self._values[ref])

    def text(self, ref: Ref) -> str:
        """The JSON text of a stored value."""
        return self._values[ref]

    def close(self) -> None:
        """Close the file; the events stay readable in memory."""
        with self._lock:
            if self._file is not None:
                self._write()
                os.close(self._file)
                self._file = None

    def restore(self, events: Sequence[Event], stamps: Sequence[Stamp], values: dict[Ref, str]) -> None:
        """Take over what a file holds."""
        with self._lock:
            self._events, self._stamps, self._values = list(events), list(stamps), dict(values)
            self._reducers.clear()

    def _write(self) -> None:
        if self._file is None or not self._waiting:
            return
        data = "".join(self._waiting).encode("utf-8", "surrogatepass")
        self._waiting.clear()
        while data:
            data = data[os.write(self._file, data):]


@lru_cache(maxsize=512)
def _digest_of_text(text: str) -> Ref:
    """Of a text that comes again with every run."""
    return digest(text)


def _outside() -> Stamp:
    return Stamp(0.0, 0)


def _without(value: Any, text: str) -> Any:
    """A copy of an event, or of a part of one, without a text."""
    if isinstance(value, str):
        return value.replace(text, "")
    if isinstance(value, list):
        return [_without(one, text) for one in value]
    if isinstance(value, dict):
        return {key: _without(one, text) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _without(getattr(value, one.name), text) for one in fields(value)})
    return value


def _value_line(ref: Ref, text: str) -> str:
    return f'{{"value": "{ref}", "is": {text}}}'


def _create(path: Path) -> int:
    """Make the file anew; what is there already must be a journal, or nothing is touched."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() or path.is_symlink():
            if not path.is_file() or path.is_symlink():
                raise ValueError("it is no plain file")
            with path.open("rb") as there:
                if there.read(len(HEAD)) not in (b"", HEAD):
                    raise ValueError("it holds something else, and is left as it is")
            if is_written(path):
                raise ValueError("another run is writing it; give it another name")
            path.unlink()
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o600)
        if not lock(made):
            os.close(made)
            raise ValueError("another run is writing it; give it another name")
        return made
    except (OSError, ValueError) as exc:
        reason = getattr(exc, "strerror", None) or exc
        raise InputError(f"the journal cannot be written: {reason}", where=str(path)) from None
