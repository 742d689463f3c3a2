"""Every id of a run from one seedable source, so that two runs of one playbook agree."""

from __future__ import annotations

import base64
import random
import threading
import uuid
from collections import Counter
from collections.abc import Callable


class Ids:
    """Numbers and GUIDs.

    Args:
        seed: equal seeds give equal GUIDs.
    """

    def __init__(self, seed: int = 0) -> None:
        self._last: Counter[str] = Counter()
        self._numbers: dict[tuple[str, str], int] = {}
        self._random = random.Random(seed)
        self._lock = threading.RLock()  # a playbook may start threads
        self.numbering: Callable[[str, int, str], int] | None = None
        """Given a kind, its next number, and what it is to stand for (or an empty text): the number to take instead."""

    def next(self, kind: str, name: str = "") -> int:
        """The next number of a kind (``action_run``, ``app_run``, …), from 1."""
        with self._lock:
            self._last[kind] = number = self._last[kind] + 1
            return number if self.numbering is None else self.numbering(kind, number, name)

    def latest(self, kind: str) -> int:
        """The last number of a kind; 0: there is none."""
        return self._last[kind]

    def after(self, kind: str, number: int) -> None:
        """Let the numbers of a kind go on after this one."""
        with self._lock:
            self._last[kind] = max(self._last[kind], number)

    def number(self, kind: str, name: str) -> int:
        """The number that stands for a name (an asset, an app) throughout the run."""
        if (kind, name) not in self._numbers:
            self._numbers[kind, name] = self.next(kind, name)
        return self._numbers[kind, name]

    def token(self) -> str:
        """A text that nobody guesses, of letters that a URL takes: 256 bits."""
        return base64.urlsafe_b64encode(self._random.randbytes(32)).rstrip(b"=").decode()

    def guid(self) -> str:
        """A version 4 UUID."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))
