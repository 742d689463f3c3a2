"""Going back and forth in what a run has done so far. Nothing is executed: it is only looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from phantom_lab.control.breakpoints import Breakpoint, Breakpoints
from phantom_lab.errors import StepperError
from phantom_lab.history import Edited, InvocationStarted, Journal, Logged
from phantom_lab.views.moment import Moment, at


class Rewinding:
    """Looks at invocations of a journal, one after the other; a mixin of what has a journal and breakpoints.

    What is looked at is `moment`; None is the present. Every command but `present` gives the moment that it came to.
    """

    breakpoints: Breakpoints

    @property
    def journal(self) -> Journal:
        """What is looked at."""
        raise NotImplementedError

    def __init__(self) -> None:
        self.looking: int | None = None
        """Number of the invocation that is looked at; None: the present."""

    @property
    def moment(self) -> Moment | None:
        """What is looked at: the run at the start of an earlier invocation; None: the present."""
        start = None if self.looking is None else self.journal.index.start_of(self.looking)
        return None if start is None else at(self.journal, start)

    def go(self, invocation: int) -> Moment:
        """Look at an invocation, earlier or later.

        Raises:
            StepperError: there is none of this number.
        """
        if self.journal.index.start_of(invocation) is None:
            latest = self.journal.index.latest
            raise StepperError(f"there is no invocation {invocation!r}",
                               hint=f"They have the numbers 1 to {latest.started.n}." if latest else
                               "None has started.")
        return self._look(invocation)

    def back(self) -> Moment:
        """Look at the invocation before; the mirror of ``step``.

        Raises:
            StepperError: nothing was before.
        """
        return self._before(lambda one, origin: True)

    def back_over(self) -> Moment:
        """Look at the last invocation before that no block made which had started by then; the mirror of ``step_over``:
        what an earlier block called is passed by. Raises as `back`."""
        return self._before(lambda one, origin: (one.caller is None and not one.custom_function) or (
            one.run == origin.run and one.depth <= origin.depth and not one.custom_function))

    def reverse_resume(self) -> Moment:
        """Look at the last invocation before that a breakpoint rests at; without one at the first. Raises as `back`."""
        hit = {one.n for one in self._hits()}
        first = next(iter(self.journal.index.invocations), 0)
        return self._before(lambda one, origin: one.n in hit or one.n == first)

    def forward(self) -> Moment | None:
        """Look at the next invocation; the last one is the present, which is None.

        Raises:
            StepperError: it is the present that is looked at.
        """
        if self.looking is None:
            raise StepperError("it is the present that is looked at: nothing is recorded after it")
        if self.looking + 1 >= self._present:
            self.present()
            return None
        return self._look(self.looking + 1)

    def present(self) -> None:
        """Look at where the run is."""
        self.looking = None
        self._looked()

    @property
    def _present(self) -> int:
        """Number of the invocation at whose entry the run rests; after the last one where it rests at none."""
        latest = self.journal.index.latest
        if latest is None:
            return 0
        start = self.journal.index.start_of(latest.started.n) or 0
        since = self.journal.events[start + 1:]
        return latest.started.n + (not all(isinstance(one, Edited | Logged) for one in since))

    def _looked(self) -> None:
        """Something else is looked at now."""

    def _look(self, invocation: int) -> Moment:
        self.looking = invocation
        self._looked()
        found = self.moment
        assert found is not None
        return found

    def _before(self, fits: Callable[[InvocationStarted, InvocationStarted], bool]) -> Moment:
        index, here = self.journal.index, self._present if self.looking is None else self.looking
        there = index.invocation(here) or index.latest
        for n in range(here - 1, 0, -1):
            one = index.invocation(n)
            if one is not None and there is not None and fits(one.started, there.started):
                return self._look(n)
        raise StepperError("nothing was before: this is the first invocation")

    def _hits(self) -> Iterator[InvocationStarted]:
        """Invocations that a breakpoint rests before, by their recorded arguments."""
        counts: Counter[Breakpoint] = Counter()
        for one in self.journal.index.invocations.values():
            for point in self.breakpoints.at(one.started.block, "before"):
                arguments = {name: self.journal.get(ref) for name, ref in one.started.arguments.items()}
                try:
                    holds = point.holds(arguments)
                except (Exception, SystemExit):  # live, that is a reason to rest, too
                    holds = True
                counts[point] += holds
                if holds and counts[point] >= point.hits:
                    yield one.started
