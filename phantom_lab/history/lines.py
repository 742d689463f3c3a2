"""The lines of a journal's file: what is written, and whether what is read is what was written.

A line is a JSON object that ends in the checksum of all before it: the header ``{"journal": FORMAT, …}``,
``{"value":NUMBER,"is":…}`` before its first use, numbered from 0, or
``{"event":NAME,…fields,"position","run","stamp":[seconds, command],"wall":seconds}``. Fields refer to values by number,
and are left out where they have their defaults; a `Failure` is a value there, too. Run and moment are left out where
they are those of the event before. ``{"continued":1,…}`` tells that another process goes on from there.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields
from functools import cache, lru_cache
from json.encoder import encode_basestring_ascii as quoted
from operator import attrgetter
from typing import Any, NamedTuple

from phantom_lab.errors import InputError
from phantom_lab.history.encoding import compact, encode
from phantom_lab.history.events import Cause, Event, Failure, Ref, RunSpec, Stamp
from phantom_lab.later import regex

FORMAT = 3
"""2 has no `CallMade`, and 1 no `RunSpec`: such journals can be looked at, and not executed again."""
HEAD = b'{"journal": '
"""How a journal begins: nothing else is ever overwritten."""
CONTINUED = b'{"continued":1'
_END = regex(rb',"crc32":"([0-9a-f]{8})"\}')
_LENGTH = len(',"crc32":"00000000"}')
PLAIN, REF, REFS, FAILURE, FAILURES = range(5)
"""What a field of an event holds: itself, the digest of a value, digests by name, or failures, which every block that
they leave tells again."""
_HOLDS = {"Ref": REF, "dict[str, Ref]": REFS, "Failure | None": FAILURE, "list[Failure]": FAILURES}


class Moment(NamedTuple):
    """In which run, and when."""

    run: int
    stamp: Stamp
    wall: int
    """Milliseconds; for people, and never compared."""


def header_line(first: Event | None) -> bytes:
    """The first line: besides the format, under which hash seed, by which process and of what run the file is.

    What `phantom_lab.history.place` and the command line ask of many files, or before anything else, stands here.
    """
    of = {"run": first.uid, "forked_from": first.forked_from} if isinstance(first, RunSpec) else {}
    return _ended(encode({"journal": FORMAT, "hash_seed": os.environ.get("PYTHONHASHSEED", "random"),
                          "process": os.getpid(), **{name: told for name, told in of.items() if told}})[:-1])


def continued_line() -> bytes:
    """What a process writes that goes on with a file."""
    return _ended(f'{CONTINUED.decode()},"process":{os.getpid()}')


def value_line(number: int, text: str, of: Ref = "") -> bytes:
    """A value; of one of which only the beginning is kept, the digest of all of it as well."""
    whole = f'"of":"{of}",' if of else ""
    return _ended(f'{{"value":{number},{whole}"is":{text}')


def event_line(event: Event, position: int, when: str, numbers: Mapping[Ref, int],
               told: Callable[[Failure], Any]) -> bytes:
    """An event.

    Args:
        when: its `moment`.
        numbers: of the values in the file.
        told: what stands for a failure.
    """
    kind: Any = type(event)
    line, layout = _layout(kind)
    for before, get, default, holds in layout:
        value = get(event)
        if value is default or (default is not MISSING and value == default):
            continue
        if holds == REFS:
            refs = [f"{quoted(key)}:{numbers[ref] if ref in numbers else quoted(ref)}" for key, ref in value.items()]
            line += f"{before}{{{','.join(refs)}}}"
            continue
        if holds != PLAIN:
            value = (numbers.get(value, value) if holds == REF else
                     told(value) if holds == FAILURE else [told(one) for one in value])
        line += f"{before}{value}" if type(value) is int else before + _plain(value)
    return _ended(f'{line},"position":{position}{when}')


def moment(now: Moment, before: Moment | None) -> str:
    """In which run, and when an event happens, as far as that was not so with the event before."""
    text = ""
    if before is None or now.run != before.run:
        text += f',"run":{now.run}'
    if before is None or now.stamp != before.stamp:
        text += f',"stamp":[{now.stamp.at!r},{now.stamp.command}]'
    if before is None or now.wall != before.wall:
        text += f',"wall":{now.wall / 1000:.3f}'
    return text


def _plain(value: Any) -> str:
    """As `compact`, and quickly for what most fields hold."""
    kind = type(value)
    if kind is str:
        return quoted(value)
    return repr(value) if kind is int else _of_cause(value) if kind is Cause else compact(value)


@lru_cache(maxsize=256)
def _of_cause(cause: Cause) -> str:
    """A block is often invoked again by the same call."""
    return compact(cause)


@cache
def _layout(kind: Any) -> tuple[str, list[tuple[str, Callable[[Event], Any], Any, int]]]:
    """How a line begins; and of each field what stands before it, what gives it, its default, and what it holds."""
    return f'{{"event":"{kind.__name__}"', [
        (f',"{name}":', attrgetter(name), default, holds) for name, default, holds in fields_of(kind)]


@cache
def fields_of(kind: type[Any]) -> tuple[tuple[str, Any, int], ...]:
    """Of every field that stands in a line, but for the run: name, default (`MISSING` for none) and what it holds."""
    return tuple((one.name, one.default_factory() if one.default_factory is not MISSING else one.default,
                  _HOLDS.get(str(one.type), PLAIN)) for one in fields(kind)
                 if one.name != "run" and one.metadata.get("stored", True))


def refs_of(event: Event) -> Iterator[Ref]:
    """The values that an event refers to."""
    kind: Any = type(event)
    for name, _, holds in fields_of(kind):
        if holds in (REF, REFS):
            value = getattr(event, name)
            yield from value.values() if holds == REFS else [value] if value else []


def body_of(line: bytes) -> bytes:
    """A line without its checksum, and without the brace that ends it.

    Raises:
        InputError: it is not what was written.
    """
    body, end = line[:-_LENGTH], _END.fullmatch(line[-_LENGTH:])
    if end is None or int(end[1], 16) != zlib.crc32(body):
        raise InputError("this line is not what was written: its checksum is another one")
    return body


def _ended(body: str) -> bytes:
    data = body.encode("utf-8", "surrogatepass")
    return data + b',"crc32":"%08x"}\n' % zlib.crc32(data)
