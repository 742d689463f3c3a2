"""Reading a journal file: nothing of it is executed, so opening a colleague's is safe."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import MISSING, fields
from functools import cache
from pathlib import Path
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.history import events as vocabulary
from phantom_lab.history.encoding import SUM, decode, digest
from phantom_lab.history.events import ApiCalled, CallMade, Cause, Event, Failure, Ref, Stamp
from phantom_lab.history.journal import FORMAT, HEAD, Journal
from phantom_lab.history.migration import from_format_1

LONGEST = 1 << 29
"""Bytes of a line."""
_VALUE = re.compile(r'\{"value": "([0-9a-f]+)", "is": (.*)\}', re.DOTALL)


def read_journal(path: str | Path) -> Journal:
    """Read a journal; a last line that was cut off while it was written is left out (`Journal.cut_tail`).

    Every line tells whether it is whole and in its place.

    Raises:
        InputError: the file cannot be read, is no journal, of a later format, or damaged before its last line.
    """
    reader = _Reader()
    try:
        for number, line in _lines(Path(path)):
            try:
                reader.take(line)
            except InputError as exc:
                raise InputError(exc.what, where=f"{path}:{number}", hint=exc.hint) from None
            except (ValueError, KeyError, TypeError, RecursionError, AttributeError) as exc:
                raise InputError(f"this line is damaged: {type(exc).__name__}", where=f"{path}:{number}") from None
    except (OSError, ValueError) as exc:
        raise InputError(f"the journal cannot be read: {getattr(exc, 'strerror', None) or exc}",
                         where=str(path)) from None
    except _NoJournal:
        raise InputError("this is no journal", where=str(path),
                         hint="phantom-lab run --journal FILE writes one.") from None
    return reader.journal()


class _NoJournal(Exception):
    """The file begins as no journal does."""


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines, by number from 1, the last one too where no newline ends it."""
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(LONGEST + 1), b""), 1):
            if number == 1 and not line.startswith(HEAD):
                raise _NoJournal
            if len(line) > LONGEST:
                raise InputError(f"this line is longer than {LONGEST >> 20} MB", where=f"{path}:{number}")
            yield number, line
            if number == 1 and not line.endswith(b"\n"):
                return
        if file.tell() == 0:
            raise _NoJournal


class _Reader:
    """Takes the lines one by one."""

    def __init__(self) -> None:
        self._format = FORMAT
        self._events: list[Event] = []
        self._stamps: list[Stamp] = []
        self._values: dict[Ref, str] = {}
        self._made: dict[int, CallMade] = {}
        """Calls that have not returned, by command."""
        self._tail = 0

    def take(self, data: bytes) -> None:
        """A line.

        Raises:
            InputError, ValueError, KeyError, TypeError, RecursionError, AttributeError: it is damaged.
        """
        if not data.endswith(b"\n"):  # only what a newline ends was written whole
            self._tail = len(data)
            return
        text = data[:-1].decode("utf-8", "surrogatepass")
        if text.startswith(HEAD.decode()):
            self._header(text)
        elif self._format == 1:
            self._old(decode(text))
        elif text.startswith('{"value": '):
            self._value(text)
        else:
            self._event(text)

    def journal(self) -> Journal:
        """What was read."""
        made = Journal()
        events = list(from_format_1(self._events)) if self._format == 1 else self._events
        made.restore(events, self._stamps, self._values)
        made.cut_tail, made.format = self._tail, self._format
        return made

    def _header(self, text: str) -> None:
        self._format = decode(text)["journal"]
        if self._format not in range(1, FORMAT + 1):
            raise InputError(f"format {self._format} is not known here", hint="A newer phantom_lab wrote it.")

    def _old(self, line: dict[str, Any]) -> None:
        if "value" in line:
            self._values[line["value"]] = json.dumps(line["is"])
        else:
            self._events.append(self._read(line))

    def _read(self, line: dict[str, Any]) -> Event:
        if line["event"] == ApiCalled.__name__:
            event: Event = _event(line, made=_event({**line, "event": CallMade.__name__}) if self._format < 3 else
                                  self._made.pop(line["command"]))
        else:
            event = _event(line)
        if isinstance(event, CallMade):
            self._made[event.command] = event
        return event

    def _value(self, text: str) -> None:
        found = _VALUE.fullmatch(text)
        if found is None or digest(found[2]) != found[1]:
            raise InputError("this value is not what was written: its digest is another one")
        self._values[found[1]] = found[2]

    def _event(self, text: str) -> None:
        body, mark, told = text.rpartition(SUM)
        if not mark or told != f'{zlib.crc32(body.encode("utf-8", "surrogatepass")):08x}"}}':
            raise InputError("this event is not what was written: its checksum is another one")
        line = decode(f"{body}}}")
        if line["position"] != len(self._events):
            raise InputError(f"this is event {line['position']}, and event {len(self._events)} would be next: lines "
                             "are missing, or in another order")
        event = self._read(line)
        if lost := [ref for ref in _refs(event) if ref not in self._values]:
            raise InputError(f"the value {lost[0]} that this event refers to is not in the file")
        self._events.append(event)
        self._stamps.append(Stamp(*line["stamp"]))


def _refs(event: Event) -> Iterator[Ref]:
    for name, several in _of_values(type(event).__name__):
        value = getattr(event, name)
        yield from (value.values() if several else [value] if value else [])


@cache
def _of_values(kind: str) -> tuple[tuple[str, bool], ...]:
    """Fields that refer to values, and whether to several."""
    return tuple((one.name, one.type == "dict[str, Ref]") for one in fields(getattr(vocabulary, kind))
                 if one.type in ("Ref", "dict[str, Ref]"))


def _event(line: dict[str, Any], **earlier: Any) -> Event:
    kind = getattr(vocabulary, line["event"], None)
    if not (isinstance(kind, type) and issubclass(kind, Event)):
        raise InputError(f"there is no event {line['event']!r}")
    given = {field.name: line[field.name] for field in fields(kind) if field.metadata.get("stored", True)
             if field.name in line or (field.default is MISSING and field.default_factory is MISSING)}
    # older journals lack what came later
    for name, nested in (("cause", Cause), ("failure", Failure)):
        if given.get(name) is not None:
            given[name] = nested(**given[name])
    if "failures" in given:
        given["failures"] = [Failure(**one) for one in given["failures"]]
    event: Event = kind(**given, **earlier)
    return event
