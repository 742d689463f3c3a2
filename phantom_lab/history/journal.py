"""The journal itself: events in memory and, when a file is given, as JSON Lines written as the run goes."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from phantom_lab.errors import InputError, shown
from phantom_lab.history.beginning import Beginning
from phantom_lab.history.encoding import decode, digest, encode
from phantom_lab.history.events import OF_THE_FILE, Event, FileEnded, Ref, Stamp, ValueCut
from phantom_lab.history.index import Index, Reduced, Reducer
from phantom_lab.history.limits import JOURNAL, VALUE, event_beginning, limit, shortened
from phantom_lab.history.lines import FORMAT
from phantom_lab.history.recent import Recent, known, learn, likeness
from phantom_lab.history.writing import Writer, create, reason
from phantom_lab.misspelt import say

_LOOK = 64
"""After so many events it is looked whether the file is still there."""
_ENVELOPE = 1 << 16
"""Bytes of an event's line besides its texts."""


class Journal:
    """Append-only events.

    Args:
        path: file to write from `open` on, readable by its owner only; None keeps the journal in memory.
        required: whether there is no run without the file.

    Its lines are those of `phantom_lab.history.lines`. Every event is handed to the system before the run goes on, so
    that a killed process loses nothing that has happened. Where the file cannot be written any more, the run goes on
    without it: `FileEnded` tells why.
    """

    def __init__(self, path: str | Path | None = None, *, required: bool = True) -> None:
        self.path = Path(path) if path is not None else None
        self.now: Callable[[], Stamp] = _outside
        """Tells when an event happens."""
        self._required = required
        self._events: list[Event] = []
        self._stamps: list[Stamp] = []
        self._kinds: defaultdict[type[Event], list[int]] = defaultdict(list)
        self._made: dict[Any, list[Any]] = {}
        self._values: dict[Ref, str] = {}
        self._recent = Recent()
        self._lock = threading.RLock()
        self._writer: Writer | None = None
        self._largest = limit(VALUE)
        self._untold: list[tuple[Ref, int, int]] = []
        self._of_the_file = 0
        self.cut: set[Ref] = set()
        """Values of which only the beginning is kept."""
        self.format = FORMAT
        """Of the file that it was read from."""
        self.cut_tail = 0
        """Of a journal that was read, bytes of a last line that was not written whole."""
        self._reducers: dict[Callable[[], Any], tuple[Reducer, int]] = {}

    @property
    def events(self) -> Beginning[Event]:
        """The events so far, oldest first: it does not grow."""
        return Beginning(self._events, len(self._events))

    @property
    def index(self) -> Index:
        """Where events stand, up to date."""
        return Index(self, self._events, self._kinds, self._made)

    def reduced(self, kind: Callable[[], Reduced]) -> Reduced:
        """The one reducer of a kind, made when it is first asked for, up to date.

        Args:
            kind: its class, or whatever makes one and stands for it.
        """
        found = self._reducers.get(kind)
        if found is not None and found[1] == len(self._events):  # so it mostly is: no need to wait for anybody
            return found[0]  # type: ignore[return-value]
        with self._lock:
            found = self._reducers.get(kind)
            reducer, done = found if found is not None else (kind(), 0)
            if (length := len(self._events)) != done or found is None:
                reducer.take_all(self._events, range(done, length) if reducer.takes is None else
                                 self._of_kinds(reducer.takes, done))
                self._reducers[kind] = reducer, length
        return reducer  # type: ignore[return-value]

    def _of_kinds(self, kinds: Collection[type[Event]], done: int) -> list[int]:
        """Where the events of some kinds stand, from a position on."""
        every = (self._kinds.get(one) for one in kinds)
        return sorted(chain.from_iterable(one[bisect_left(one, done):] for one in every if one and one[-1] >= done))

    @property
    def stamps(self) -> Sequence[Stamp]:
        """When they happened, one for each of `events`; none in a journal of format 1."""
        return Beginning(self._stamps, len(self._stamps))

    @property
    def length(self) -> int:
        """How many events there are so far."""
        return len(self._events)

    @property
    def happened(self) -> int:
        """How many of them tell of the run, and not of the journal itself."""
        return len(self._events) - self._of_the_file

    def open(self) -> None:
        """Begin to write, where a file is given; what is in memory already is written first.

        Raises:
            InputError: the file is required and cannot be written, or is something else than a journal.
        """
        if self.path is None:
            return
        with self._lock:
            first = self._events[0] if self._events else None
            try:
                self._writer = create(self.path, first, limit(JOURNAL), self._fill)
            except InputError as exc:
                if self._required or first is None:
                    raise
                self._file_ended(exc.what, first.run, self._stamps[-1])

    def _fill(self, writer: Writer) -> None:
        for ref, text in self._values.items():
            writer.value(ref, text, whole=ref not in self.cut)
        for event, stamp in zip(self._events, self._stamps, strict=True):
            writer.write(*writer.line(event, stamp))

    def go_on(self, writer: Writer) -> None:
        """Write on in a file that holds what was restored."""
        self.path, self._writer = writer.path, writer

    def hand_over(self) -> Writer | None:
        """Leave the file, where it is open, to another journal, which goes on in it."""
        writer, self._writer = self._writer, None
        return writer

    def values(self) -> dict[Ref, str]:
        """The JSON texts of all values."""
        return dict(self._values)

    def append(self, event: Event) -> None:
        """Add an event and write it."""
        self._add(event, self.now())

    def _add(self, event: Event, stamp: Stamp) -> None:
        with self._lock:
            position = len(self._events)
            try:
                self._record(event, stamp, position)
            except BaseException:  # an interrupt: what happened is recorded all the same
                if len(self._events) == position:
                    self._record(event, stamp, position)
                self._keep(position)
                raise
            if self._untold:
                told = self._untold.pop(0)
                self._of_the_file += 1
                self._add(ValueCut(event.run, *told), stamp)

    def _record(self, event: Event, stamp: Stamp, position: int) -> None:
        if self._writer is not None and self._writer.events == position:
            event = self._written(self._writer, event, stamp)
        if len(self._stamps) == len(self._events):
            self._stamps.append(stamp)
        self._events.append(event)
        self._keep(position)

    def _keep(self, position: int) -> None:
        """Note where an event stands, once."""
        positions = self._kinds[type(self._events[position])]
        if not positions or positions[-1] < position:
            positions.append(position)

    def _written(self, writer: Writer, event: Event, stamp: Stamp) -> Event:
        """Write an event; returns what is kept of it, in the file and in memory."""
        try:
            line, now = writer.line(event, stamp)
            if len(line) > self._largest + _ENVELOPE:
                event, size = event_beginning(event, self._largest), len(line)
                line, now = writer.line(event, stamp)
                self._untold.insert(0, ("", size, len(line)))
            writer.write(line, now)
            if writer.events % _LOOK == 0:
                writer.check()
        except OSError as exc:
            self._file_ended(reason(exc), event.run, stamp)
        return event

    def _file_ended(self, why: str, run: int, stamp: Stamp) -> None:
        """Go on without the file, and tell in it, in memory and to whoever watches."""
        ended, writer, self._writer = FileEnded(run, why), self._writer, None
        say(shown(f"{self.path}: the journal's file ends here, and the run goes on without it: {why}"))
        if writer is not None:
            with suppress(OSError):
                writer.write(*writer.line(ended, stamp), last=True)
            with suppress(OSError):
                writer.close()
        self._events.append(ended)
        self._keep(len(self._events) - 1)
        self._stamps.append(stamp)
        self._of_the_file += 1

    def put(self, value: Any, *, whole: bool = False) -> Ref:
        """Store a value as it is now, once.

        Args:
            whole: it is of no use but whole, however long.

        What is no JSON stays visible as ``{"__repr__": text}``; showing a value never breaks the program. The line is
        written with the event that follows.
        """
        if (like := likeness(value)) is None:
            text = encode(value)
            ref = digest(text)
        elif (found := known(like)) is not None:
            ref, text = found
        elif (there := self._recent.find(like)) is not None:
            return there
        else:
            text = encode(value)
            ref = digest(text)
            if not learn(like, ref, text):
                with self._lock:
                    self._store(ref, text, whole=whole)
                    self._recent.keep(like, ref)
                return ref
        if ref not in self._values:
            with self._lock:
                self._store(ref, text, whole=whole)
        return ref

    def put_text(self, text: str) -> Ref:
        """Store a value whose JSON text is at hand, in one line; it is kept whole."""
        ref = _digest_of_text(text)
        with self._lock:
            self._store(ref, text, whole=True)
        return ref

    def _store(self, ref: Ref, text: str, *, whole: bool) -> None:
        if ref not in self._values:
            if len(text) > self._largest and not whole:
                kept = shortened(text, self._largest)
                self._untold.append((ref, len(text), len(kept)))
                self.cut.add(ref)
                text = kept
            if self._writer is not None:
                self._writer.value(ref, text, whole=ref not in self.cut)
            self._values[ref] = text

    def get(self, ref: Ref) -> Any:
        """A fresh copy of a stored value."""
        return decode(self._values[ref])

    def text(self, ref: Ref) -> str:
        """The JSON text of a stored value."""
        return self._values[ref]

    def close(self) -> None:
        """Close the file; the events stay readable in memory."""
        with self._lock:
            if self._writer is None:
                return
            try:
                self._writer.write(b"")
                self._writer.check()
                self._writer.close()
                self._writer = None
            except OSError as exc:
                self._file_ended(reason(exc), self._events[-1].run if self._events else 0, self.now())

    def restore(self, events: Sequence[Event], stamps: Sequence[Stamp], values: dict[Ref, str],
                cut: Collection[Ref] = ()) -> None:
        """Take over what a file holds."""
        with self._lock:
            self._events, self._stamps, self._values = list(events), list(stamps), dict(values)
            self.cut = set(cut)
            self._of_the_file = sum(isinstance(one, OF_THE_FILE) for one in events)
            self._reducers.clear()
            self._kinds, self._made = defaultdict(list), {}
            for position, event in enumerate(self._events):
                self._kinds[type(event)].append(position)


@lru_cache(maxsize=512)
def _digest_of_text(text: str) -> Ref:
    """Of a text that comes again with every run."""
    return digest(text)


def _outside() -> Stamp:
    return Stamp(0.0, 0)


