"""Reading a journal file: nothing of it is executed, so opening a colleague's is safe."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from phantom_lab.errors import InputError, LabError
from phantom_lab.history import events
from phantom_lab.history.checking import Order, event_of, stamp_of
from phantom_lab.history.encoding import decode, digest
from phantom_lab.history.events import ApiCalled, CallMade, Event, Ref, Stamp
from phantom_lab.history.journal import Journal
from phantom_lab.history.limits import JOURNAL, VALUE, limit
from phantom_lab.history.lines import CONTINUED, FAILURE, FAILURES, FORMAT, HEAD, REF, REFS, body_of, fields_of, refs_of
from phantom_lab.history.migration import body_of_format_2, from_format_1, value_of_format_1, value_of_format_2
from phantom_lab.later import regex
from phantom_lab.limits import open_plain
from phantom_lab.progress import followed

_LEAST_LINE, _BESIDES = 1 << 20, 4
"""Bytes of a line that are read in any case, and how many may stand for a character of a value."""
_VALUE = regex(r'\{"value":(\d{1,10}),(?:"of":"([0-9a-f]+)",)?"is":(.*)', re.DOTALL)
_TEXTS = regex(r'"(?:[^"\\]|\\.)*"')
_PARTS = 2_000_000
"""Members of lists and dicts that an event's line may have, which take far more memory than their text."""


def read_journal(path: str | Path) -> Journal:
    """Read a journal; a last line that was cut off while it was written is left out (`Journal.cut_tail`).

    Every line tells whether it is whole and in its place.

    Raises:
        InputError: the file cannot be read, is no journal, of a later format, longer than the limits (see
            `phantom_lab.history.limits`) or damaged before its last line.
    """
    return Reader(path).journal()


def is_journal(path: str | Path) -> bool:
    """Whether a file begins as a journal does.

    Raises:
        OSError: it cannot be read.
    """
    with open_plain(path, None) as there:
        return bool(there.read(len(HEAD)) == HEAD)


@contextmanager
def held_by(path: str | Path) -> Iterator[None]:
    """Make something of what a journal holds; where it holds what no run writes, that is told in one line.

    Raises:
        InputError: something that it holds has another form.
    """
    try:
        yield
    except OSError:
        raise
    except LabError as exc:
        raise InputError(exc.what, where=": ".join(filter(None, (str(path), exc.where))), hint=exc.hint) from exc
    except Exception as exc:
        raise InputError(f"the journal holds something that no run writes ({type(exc).__name__}: {exc})",
                         where=str(path)) from exc


class Reader:
    """A journal's file, read; arguments and errors as of `read_journal`."""

    def __init__(self, path: str | Path) -> None:
        self.format = 0
        """0: not even the header is whole."""
        self.size = 0
        """Bytes of whole lines."""
        self.values: dict[Ref, str] = {}
        self.refs: list[Ref] = []
        """Its values, in their order."""
        self._events: list[Event] = []
        self._stamps: list[Stamp] = []
        self._cut: set[Ref] = set()
        self._tail = 0
        self._made: dict[int, CallMade] = {}
        """Calls that have not returned, by command."""
        self._order = Order()
        self._resolvers: dict[int, Callable[[Any], Any]] = {
            REF: self._ref, REFS: lambda told: {key: self._ref(one) for key, one in told.items()},
            FAILURE: self._failure, FAILURES: lambda told: [self._failure(one) for one in told]}
        try:
            for number, line in followed(_lines(Path(path)), "lines of the journal"):
                try:
                    self._take(line)
                except InputError as exc:
                    raise InputError(exc.what, where=f"{path}:{number}", hint=exc.hint) from None
                except (ValueError, KeyError, IndexError, TypeError, RecursionError, AttributeError) as exc:
                    raise InputError(f"this line is damaged: {type(exc).__name__}", where=f"{path}:{number}") from None
        except (OSError, ValueError) as exc:
            raise InputError(f"the journal cannot be read: {getattr(exc, 'strerror', None) or exc}",
                             where=str(path)) from None
        except _NoJournal:
            raise InputError("this is no journal", where=str(path),
                             hint="phantom-lab run --journal FILE writes one.") from None

    def journal(self) -> Journal:
        """What was read."""
        made = Journal()
        events = list(from_format_1(self._events)) if self.format == 1 else self._events
        made.restore(events, self._stamps, self.values, self._cut)
        made.cut_tail, made.format = self._tail, self.format or FORMAT
        return made

    def _take(self, data: bytes) -> None:
        if not data.endswith(b"\n"):  # only what a newline ends was written whole
            self._tail = len(data)
            return
        line, self.size = data[:-1], self.size + len(data)
        if line.startswith(HEAD):
            self._header(line)
        elif self.format == 1:
            self._first(decode(line.decode("utf-8", "surrogatepass")))
        elif self.format == 2:
            self._second(line.decode("utf-8", "surrogatepass"))
        elif not line.startswith(CONTINUED):
            self._third(body_of(line).decode("utf-8", "surrogatepass"))
        else:
            body_of(line)

    def _header(self, line: bytes) -> None:
        told = decode(line.decode("utf-8"))["journal"]
        if type(told) is not int or told not in range(1, FORMAT + 1):
            raise InputError(f"format {told!r} is not known here", hint="A newer phantom_lab wrote it.")
        if self.format:
            raise InputError("a journal begins here a second time")
        self.format = told
        if told == FORMAT:
            body_of(line)

    def _third(self, body: str) -> None:
        if not (found := _VALUE.match(body)):
            self._event(decode(f"{_bounded(body)}}}"))
            return
        if int(found[1]) != len(self.refs):
            raise InputError(f"this is value {found[1]}, and value {len(self.refs)} would be next: lines are missing, "
                             "or in another order")
        ref = found[2] or digest(found[3])
        if found[2]:
            self._cut.add(ref)
        self.refs.append(ref)
        self.values[ref] = found[3]

    def _second(self, text: str) -> None:
        if (found := value_of_format_2(text)) is not None:
            self.values[found[0]] = found[1]
        else:
            self._event(decode(_bounded(body_of_format_2(text))))

    def _first(self, told: dict[str, Any]) -> None:
        if "value" in told:
            self.values.update([value_of_format_1(told)])
        else:
            self._events.append(self._read(told))

    def _event(self, told: dict[str, Any]) -> None:
        if told["position"] != len(self._events):
            raise InputError(f"this is event {told['position']}, and event {len(self._events)} would be next: lines "
                             "are missing, or in another order")
        if self._events and self.format == FORMAT:
            told.setdefault("run", self._events[-1].run)
        stamp = stamp_of(told["stamp"]) if "stamp" in told or not self._stamps else self._stamps[-1]
        event = self._read(told if self.format == 2 else self._resolved(told["event"], told))
        if lost := [ref for ref in refs_of(event) if ref not in self.values]:
            raise InputError(f"the value {lost[0]} that this event refers to is not in the file")
        self._events.append(event)
        self._stamps.append(stamp)

    def _read(self, told: dict[str, Any]) -> Event:
        if told["event"] == ApiCalled.__name__:
            made = self._made.pop(told["command"]) if self.format == FORMAT else event_of(CallMade.__name__, told)
            event = event_of(told["event"], told, made=made)
        else:
            event = event_of(told["event"], told)
        if isinstance(event, CallMade):
            self._made[event.command] = event
        self._order.take(event)
        return event

    def _resolved(self, kind: Any, told: dict[str, Any]) -> dict[str, Any]:
        """The fields of an event, with digests for the numbers of values."""
        known = _KINDS.get(kind) if isinstance(kind, str) else None
        for name, _, holds in fields_of(known) if known else ():
            if name in told and (resolve := self._resolvers.get(holds)) is not None:
                told[name] = resolve(told[name])
        return told

    def _ref(self, number: Any) -> Any:
        if type(number) is not int:
            return number
        if not 0 <= number < len(self.refs):
            raise InputError(f"the value {number} that this event refers to is not in the file")
        return self.refs[number]

    def _failure(self, told: Any) -> Any:
        return decode(self.values[self._ref(told)]) if type(told) is int else told


_KINDS: dict[str, Any] = {one.__name__: one for one in vars(events).values()
                          if isinstance(one, type) and issubclass(one, Event)}


class _NoJournal(Exception):
    """The file begins as no journal does."""


def _bounded(text: str) -> str:
    """The text of an event, unless it would take far more memory than its length."""
    if len(text) > _PARTS:
        structure = _TEXTS.sub("", text)
        if structure.count(",") + structure.count("[") + structure.count("{") > _PARTS:
            raise InputError("this event has more parts than any that a run writes")
    return text


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines, by number from 1, the last one too where no newline ends it."""
    most, longest = limit(JOURNAL), max(_LEAST_LINE, _BESIDES * limit(VALUE))
    with open_plain(path, None) as file:
        line = file.read(len(HEAD))
        if line != HEAD:
            raise _NoJournal
        line += file.readline(longest)
        number, size = 1, len(line)
        while line:
            if len(line) > longest:
                raise InputError(f"this line is longer than {longest:,} bytes", where=f"{path}:{number}",
                                 hint=f"{VALUE} allows longer values.")
            if size > most + longest:
                raise InputError(f"the journal is longer than {most:,} bytes", where=str(path),
                                 hint=f"{JOURNAL} allows more.")
            yield number, line
            line = file.readline(longest + 1)
            number, size = number + 1, size + len(line)
