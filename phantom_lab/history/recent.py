"""Which values were put lately, found without making their JSON text: most values come again."""

from __future__ import annotations

import hashlib
import marshal
from collections import deque
from functools import cache
from io import BytesIO
from typing import Any

from phantom_lab.history.events import Ref

_MOST = 4_096
"""Values that are remembered."""
_SHORT = 64
"""Bytes that are no longer than what stands for more of them."""
_DIGESTED = 1 << 10
"""Bytes of a likeness of which a digest is kept, as it takes longer than looking for it."""
_LARGE, _HELD = 1 << 18, 1 << 26
"""Bytes of a likeness that is kept itself, as comparing takes a tenth of a digest; and of all that are kept so."""
_KNOWN, _LONGEST = 4_096, 1 << 12
"""Values of which the process knows the text, and characters of such a text."""
_WIDE = 1 << 64
"""An integer that is no longer than what stands for it."""
_PLAIN = frozenset((str, int, float, bool, type(None)))
Likeness = bytes | tuple[type, str | int | None]
_known: dict[Likeness, tuple[Ref, str]] = {}
"""What stands for a value, and its text, which follow from its likeness alone: a run puts much of what those before it
put. No lock, as a process may be forked at any time."""

_idle: list[tuple[BytesIO, Any]] = []
"""What makes a likeness, as making that takes longer: with as many as there are threads that put something at once."""


def known(likeness: Likeness) -> tuple[Ref, str] | None:
    """What stands for a value, and its JSON text; None: it has to be encoded."""
    return _known.get(likeness)


def learn(likeness: Likeness, ref: Ref, text: str) -> bool:
    """Remember a value in all journals of the process; False: it is too long for that."""
    if len(text) > _LONGEST:
        return False
    if len(_known) >= _KNOWN:
        _known.clear()
    _known[likeness] = ref, text
    return True


class Recent:
    """The longer values that were put into one journal lately, by their `likeness`."""

    def __init__(self) -> None:
        self._refs: dict[Likeness, Ref] = {}
        self._held: deque[tuple[bytes, Ref]] = deque()
        self._size = 0

    def find(self, likeness: Likeness) -> Ref | None:
        """What stands for a value; None: it was not put lately."""
        if type(likeness) is bytes and len(likeness) > _LARGE:
            return next((ref for held, ref in tuple(self._held) if held == likeness), None)
        return self._refs.get(likeness)

    def keep(self, likeness: Likeness, ref: Ref) -> None:
        """Remember a value."""
        if isinstance(likeness, bytes) and len(likeness) > _LARGE:
            self._held.append((likeness, ref))
            self._size += len(likeness)
            while self._size > _HELD:
                self._size -= len(self._held.popleft()[0])
            return
        if len(self._refs) >= _MOST:
            self._refs.clear()
        self._refs[likeness] = ref


def likeness(value: Any) -> Likeness | None:
    """What two values share only if their JSON text is the same; far cheaper than that text. None: it cannot be told.

    Values that are equal may differ in it. All of the value is looked at: playbook code may have changed any part of
    it in place.
    """
    kind = type(value)
    if (kind is str and len(value) < _SHORT) or (kind is int and -_WIDE < value < _WIDE) or kind is bool:
        return kind, value
    if kind in _PLAIN:
        return _short(marshal.dumps(value, 2))  # later versions tell which parts are one object
    if (kind is dict or kind is list) and not value:
        return kind, None
    try:
        data, pickler = _idle.pop()
    except IndexError:  # it is the first, or others are at it
        data = BytesIO()
        pickler = _pickler()(data, 4)  # what 5 has besides stands for several kinds of bytes
        pickler.fast = True  # what is one object, or equal, is told as often as it occurs
    try:
        pickler.dump(value)
    except Exception:  # too deep, circular, or of another class than those of JSON
        return None
    found = data.getvalue()
    data.seek(0)
    data.truncate()
    _idle.append((data, pickler))
    return _short(found)


def _short(data: bytes) -> bytes:
    """What stands for as many bytes."""
    if len(data) < _DIGESTED or _LARGE < len(data) <= _HELD:
        return data
    return hashlib.blake2b(data, digest_size=16).digest()


@cache
def _pickler() -> type[Any]:
    """Loaded where a value is put: not for reading a journal."""
    import pickle

    class Pickler(pickle.Pickler):
        """Of values of JSON only, and never of what playbook code defines."""

        def reducer_override(self, value: Any) -> Any:
            raise pickle.PicklingError(type(value).__name__)

    return Pickler
