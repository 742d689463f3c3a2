"""What may be asked of a run, wherever one is held: packages to the right of it answer.

Every question is a public function of the package, too, which takes a run, its stepper, its journal or a journal's file
first; ``phantom_lab.__init__`` says where it stands.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any


def public(name: str) -> Callable[..., Any]:
    """A public function of the package."""
    found: Callable[..., Any] = getattr(sys.modules[__package__], name)
    return found


def table_of(name: str, held: str) -> str:
    """The call of `phantom_lab.frames` that makes a table of this name of a run, for whoever looks for it; or empty."""
    frames: Any = public("frames")
    found = frames.__dict__.get(name) if name in frames.__all__ else None
    return f"frames.{name}({held})" if found and [*inspect.signature(found).parameters][:1] == ["run"] else ""


class Questions:
    """Answers are made from the journal; where a run has to be executed again for one, it is, and leaves no trace."""

    def rerun(self, at: int | None = None, **choices: Any) -> Any:
        """See `phantom_lab.rerun`."""
        return public("rerun")(self, at, **choices)

    def fork(self, at: int | None = None, **changes: Any) -> Any:
        """See `phantom_lab.fork`."""
        return public("fork")(self, at, **changes)

    def reload(self, playbook: Any = None) -> Any:
        """See `phantom_lab.reload`."""
        return public("reload")(self, playbook)

    def watch(self, expression: str) -> Any:
        """See `phantom_lab.watch`."""
        return public("watch")(self, expression)

    def diff(self, other: Any, *, effects: bool = False) -> Any:
        """What another run did otherwise; see `phantom_lab.diff`.

        Args:
            other: a run, its stepper, its journal or a journal's file.
            effects: only what reaches beyond the playbook.
        """
        return public("diff")(self, other, effects=effects)

    def why(self, what: str) -> Any:
        """See `phantom_lab.explain`."""
        return public("explain")(self, what)

    def why_not(self, what: str) -> Any:
        """See `phantom_lab.why_not`."""
        return public("why_not")(self, what)

    def questions(self) -> Any:
        """See `phantom_lab.questions_of`."""
        return public("questions_of")(self)

    def origin(self, what: str, parameter: str | None = None) -> Any:
        """See `phantom_lab.origin`."""
        return public("origin")(self, what, parameter)

    def uses(self, what: str, path: str | None = None) -> Any:
        """See `phantom_lab.uses`."""
        return public("uses")(self, what, path)

    def flip(self, block: str, *, changes: int = 3, runs: int = 300) -> Any:
        """See `phantom_lab.flip`."""
        return public("flip")(self, block, changes=changes, runs=runs)

    def orders(self, *, most: int = 200, seed: int = 0) -> Any:
        """See `phantom_lab.orders`."""
        return public("orders")(self, most=most, seed=seed)

    def explore_orders(self, *, runs: int = 60, most: int = 24, seed: int = 0) -> Any:
        """See `phantom_lab.explore_orders`."""
        return public("explore_orders")(self, runs=runs, most=most, seed=seed)

    def inside(self, invocation: int | str, *, rounds: int = 3, lines: int = 400) -> Any:
        """What one invocation did, line by line: see `phantom_lab.inside`."""
        return public("inside")(self, invocation, rounds=rounds, lines=lines)

    def expect(self, expected: Any) -> Any:
        """Assert what stands below ``expect`` of a scenario; see `phantom_lab.asserted`."""
        __tracebackhide__ = True
        return public("asserted")(self).expect(expected)

    def block(self, name: str) -> Any:
        """Assert of a block: ``run.block("block_ip_1").called_once()``; see `phantom_lab.asserted`."""
        return public("asserted")(self).block(name)

    def action(self, name: str) -> Any:
        """Assert of an action: ``run.action("block ip").on("firewall")``; see `phantom_lab.asserted`."""
        return public("asserted")(self).action(name)

    def changed(self, field: str, **said: Any) -> Any:
        """Assert a write: ``run.changed("severity", to="high")``; see `phantom_lab.asserted`."""
        __tracebackhide__ = True
        return public("asserted")(self).changed(field, **said)

    def unchanged(self, field: str, **said: Any) -> Any:
        """Assert that there was no such write; see `phantom_lab.asserted`."""
        __tracebackhide__ = True
        return public("asserted")(self).unchanged(field, **said)

    def never(self, *names: str) -> Any:
        """Assert that nothing of these names was asked for, and no such block ran; see `phantom_lab.asserted`."""
        __tracebackhide__ = True
        return public("asserted")(self).never(*names)

    def to_test(self, folder: Any = ".", *, name: str | None = None) -> Any:
        """Write a scenario and a pytest file that hold the run: see `phantom_lab.to_test`."""
        return public("to_test")(self, folder, name=name)

    def share(self, out: Any, *, keep: Any = (), also: Any = (), as_is: bool = False, anyway: bool = False) -> Any:
        """Write a copy of the journal without what is private: see `phantom_lab.share`."""
        return public("share")(self, out, keep=keep, also=also, as_is=as_is, anyway=anyway)

    def walk(self, datapath: str, *, at: int | None = None) -> Any:
        """What a datapath gives, and how it is walked: see `phantom_lab.walk`."""
        return public("walk")(self, datapath, at=at)

    def save_scenario(self, file: Any, *, answer: Any = None) -> Any:
        """Write it as a scenario, as far as it has come: see `phantom_lab.save_scenario`."""
        return public("save_scenario")(self, file, answer=answer)
