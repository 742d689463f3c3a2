"""Reading a journal file: nothing of it is executed, so opening a colleague's is safe."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from phantom_lab.errors import InputError
from phantom_lab.journal import events as vocabulary
from phantom_lab.journal.encoding import decode
from phantom_lab.journal.events import Cause, Event, Failure, Ref, Stamp
from phantom_lab.journal.journal import FORMAT, HEAD, Journal
from phantom_lab.journal.migration import from_format_1


def read_journal(path: str | Path) -> Journal:
    """Read a journal; a last line that was cut off while it was written is left out (`Journal.cut_tail`).

    Raises:
        InputError: the file cannot be read, is no journal, of a later format, or damaged before its last line.
    """
    try:
        data = Path(path).read_bytes()
    except (OSError, ValueError) as exc:
        raise InputError(f"the journal cannot be read: {getattr(exc, 'strerror', None) or exc}",
                         where=str(path)) from None
    if not data.startswith(HEAD):
        raise InputError("this is no journal", where=str(path), hint="phantom-lab run --journal FILE writes one.")
    whole, _, tail = data.rpartition(b"\n")  # only what a newline ends was written whole
    events: list[Event] = []
    stamps: list[Stamp] = []
    values: dict[Ref, str] = {}
    for number, line in enumerate(whole.split(b"\n"), 1):
        try:
            _take(decode(line.decode("utf-8", "surrogatepass")), events, stamps, values)
        except InputError as exc:
            raise InputError(exc.what, where=f"{path}:{number}", hint=exc.hint) from None
        except (ValueError, KeyError, TypeError, RecursionError) as exc:
            raise InputError(f"this line is damaged: {type(exc).__name__}", where=f"{path}:{number}") from None
    journal = Journal()
    journal.restore(events if stamps else list(from_format_1(events)), stamps, values)
    journal.cut_tail = len(tail)
    return journal


def _take(line: dict[str, Any], events: list[Event], stamps: list[Stamp], values: dict[Ref, str]) -> None:
    if "journal" in line:
        if line["journal"] not in range(1, FORMAT + 1):
            raise InputError(f"format {line['journal']} is not known here", hint="A newer phantom_lab wrote it.")
    elif "value" in line:
        values[line["value"]] = json.dumps(line["is"])
    else:
        events.append(_event(line))
        if "stamp" in line:
            at, command = line["stamp"]
            stamps.append(Stamp(at, command))


def _event(line: dict[str, Any]) -> Event:
    kind = getattr(vocabulary, line["event"], None)
    if not (isinstance(kind, type) and issubclass(kind, Event)):
        raise InputError(f"there is no event {line['event']!r}")
    given = {field.name: line[field.name] for field in fields(kind)
             if field.name in line or field.default is MISSING}  # older journals lack what came later
    for name, nested in (("cause", Cause), ("failure", Failure)):
        if given.get(name) is not None:
            given[name] = nested(**given[name])
    if "failures" in given:
        given["failures"] = [Failure(**one) for one in given["failures"]]
    event: Event = kind(**given)
    return event
