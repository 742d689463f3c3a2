"""What a run makes of private values, such as their digests, and gets back in recorded answers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from phantom_lab.lab.sharing.finding import repacked, unpacked
from phantom_lab.later import regex

KIND = "made of them"
_PART = regex(r"[A-Za-z0-9_+/-]{12,}={0,2}")
_LEAST = 16
"""Characters of a text that is told from others as a whole."""


class Derived:
    """Learns what became another text when the run was executed with other values; then replaces the one by the other,
    whole texts and their longer parts."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._parts: dict[str, str] = {}
        self.places = 0

    def learn(self, pairs: Iterable[tuple[Any, Any]]) -> bool:
        """Take values as they are recorded, and as they are now; returns whether there is something new."""
        known = len(self._texts) + len(self._parts)
        waiting = [*pairs]
        while waiting:
            before, now = waiting.pop()
            if isinstance(before, str) and isinstance(now, str):
                self._learn(before, now)
            elif isinstance(before, dict) and isinstance(now, dict):
                waiting += [(one, now[key]) for key, one in before.items() if key in now]
                waiting += zip(before.keys() - now.keys(), now.keys() - before.keys(), strict=False) if len(
                    before.keys() - now.keys()) == 1 else ()
            elif isinstance(before, list) and isinstance(now, list):
                waiting += zip(before, now, strict=False)
        return len(self._texts) + len(self._parts) > known

    def _learn(self, before: str, now: str) -> None:
        if before == now:
            return
        parts, others = _PART.findall(before), _PART.findall(now)
        if len(parts) == len(others):
            for one, other in zip(parts, others, strict=True):
                if one != other:
                    self._parts.setdefault(one, other)
        if len(before) >= _LEAST and _PART.sub(self._part, before) != now:
            self._texts.setdefault(before, now)

    def __call__(self, text: str) -> str:
        """A text with what it was made of other values."""
        if (found := self._texts.get(text)) is not None:
            self.places += 1
            return found
        changed = repacked(text, self)
        return _PART.sub(self._part, text) if changed is None else changed

    def _part(self, found: re.Match[str]) -> str:
        other = self._parts.get(found[0])
        self.places += other is not None
        return found[0] if other is None else other

    @property
    def count(self) -> int:
        """How many texts and parts of texts are replaced."""
        return len(self._parts) + len(self._texts)

    def left(self, text: str) -> int:
        """How many of them stand in a text as they were."""
        inner = unpacked(text)
        text = text if inner is None else inner
        made = {*self._texts.values(), *self._parts.values()}
        return (text in self._texts and text not in made) + sum(
            one in self._parts and one not in made for one in _PART.findall(text))
