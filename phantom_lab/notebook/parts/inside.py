"""Values on the lines of a block: the run is executed again in a thread, up to the end of the invocation."""

from __future__ import annotations

import contextvars
import threading
import time
from collections import OrderedDict
from typing import Any

from phantom_lab.control import Stepper
from phantom_lab.errors import LabError
from phantom_lab.history import Invocation
from phantom_lab.lab.inside import Inside, Line, inside
from phantom_lab.lab.inside.redoing import Redoing
from phantom_lab.notebook.look import Look
from phantom_lab.terminal import visible

KEPT, TEXTS = 8, 6
"""Invocations whose lines are kept, and texts of a line that are shown."""
_PAUSE = 0.3
"""Seconds between two reports of how far it is."""


class Insides:
    """The lines of invocations, on demand.

    Args:
        look: what the panel looks at.
        part: the part that shows them.
    """

    def __init__(self, look: Look, part: str) -> None:
        self._look, self._part = look, part
        self._found: OrderedDict[tuple[Stepper, int], Inside | str] = OrderedDict()
        """By invocation of a branch; a text is why there are none."""
        self._redoing: Redoing | None = None
        self._for = look.stepper, 0
        self.thread: threading.Thread | None = None
        """Which executes again."""

    def begin(self, n: int) -> None:
        """Execute again up to the end of an invocation; one at a time."""
        if not n or (self.thread is not None and self.thread.is_alive()):
            return
        told = [time.monotonic()]

        def reached() -> None:
            if time.monotonic() - told[0] > _PAUSE:
                told[0] = time.monotonic()
                self._look.tell(self._part)

        self._for, self._redoing = (self._look.stepper, n), Redoing(reached)
        work = contextvars.copy_context().run
        self.thread = threading.Thread(target=work, args=(self._work, *self._for, self._redoing), daemon=True,
                                       name="phantom_lab inside")
        self.thread.start()

    def stop(self) -> None:
        """End it."""
        if self._redoing is not None:
            self._redoing.stop()

    def view(self, found: Invocation, first: int, last: int) -> dict[str, Any]:
        """``state``: ``none``, ``working`` (elsewhere: for another invocation), ``done`` or ``failed``; ``lines``:
        ``[line, texts, way of a test]`` in the window."""
        n = found.started.n
        if self._redoing is not None:
            state = "working" if self._for == (self._look.stepper, n) else "elsewhere"
            return {"state": state, "reached": self._redoing.reached, "of": n}
        kept = self._found.get((self._look.stepper, n))
        if kept is None or (isinstance(kept, Inside) and kept.end == "open" and found.ended is not None):
            return {"state": "none"}
        if isinstance(kept, str):
            return {"state": "failed", "text": visible(kept)}
        lines = [[line, texts, way] for line, (texts, way) in _by_line(kept).items() if first <= line <= last]
        return {"state": "done", "lines": lines, "text": visible(_remark(kept))}

    def _work(self, stepper: Stepper, n: int, redoing: Redoing) -> None:
        got: Inside | str
        try:
            got = inside(stepper, n, redoing=redoing)
        except LabError as exc:
            got = str(exc)
        except Exception as exc:  # the panel says so; a thread has nobody else to tell
            got = f"the lab itself failed: {type(exc).__name__}: {exc}"
        with stepper.lock:
            self._found[stepper, n] = got
            while len(self._found) > KEPT:
                self._found.popitem(last=False)
            self._redoing = None
        self._look.tell(self._part)


def _by_line(found: Inside) -> dict[int, tuple[list[str], str]]:
    """The texts of every line that was executed, and which way its test went: ``yes``, ``no``, ``both`` or empty."""
    lines: dict[int, tuple[list[str], str]] = {}
    for one in found.lines:
        texts, way = lines.get(one.line, ([], ""))
        if len(texts) < TEXTS:
            texts = [*texts, *_texts(one)]
            texts = [*texts[:TEXTS - 1], "…"] if len(texts) > TEXTS else texts
        here = "" if one.test is None else "yes" if one.test else "no"
        lines[one.line] = texts, here if not way or way == here or not here else "both"
    return lines


def _texts(line: Line) -> list[str]:
    rounds = f"[{'.'.join(map(str, line.round))}] " if line.round else ""
    told = [f"{rounds}{name} = {value}" for name, value in line.values.items()]
    told += map(str, line.comprehensions)
    told += [f"raised {line.raised}"] if line.raised is not None else []
    told += [f"returned {line.returned}"] if line.returned is not None else []
    return [visible(one) for one in told]


def _remark(found: Inside) -> str:
    """What people should know of them."""
    told = []
    if not found.lines:
        told.append("nothing of it has run yet" if found.end == "open" else "nothing of it was executed")
    elif found.end == "open":
        told.append("as far as it has run")
    if found.left_out:
        told.append(f"{sum(one.count for one in found.left_out):,} rounds, calls or lines left out")
    if found.not_followed:
        told.append(f"not followed: {', '.join(map(str, found.not_followed))}")
    if found.divergence is not None:
        told.append(f"executed again, the run is another one: {found.divergence}")
    if found.fault:
        told.append(f"not all was seen: {found.fault}")
    return "; ".join(told)
