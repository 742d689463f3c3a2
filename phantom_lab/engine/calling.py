"""Carrying out the API calls of a run's playbook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO, cast

from phantom_lab.engine.commands import calling
from phantom_lab.engine.pending import Pending, PendingPlaybook
from phantom_lab.engine.record import RunRecord
from phantom_lab.engine.tree import Tree
from phantom_lab.errors import LabError, NotEmulatedError, is_from_within
from phantom_lab.history import ApiCalled, CallMade, GapMet, Logged
from phantom_lab.isolation.opening import opened
from phantom_lab.isolation.room import Whose
from phantom_lab.source.failures import text_of


class CallingRun(RunRecord):
    """A run as its playbook's calls know it: carries them out, and queues what they ask for."""

    tree: Tree
    """What it shares with its parent and its child playbooks."""
    calls: dict[int, PendingPlaybook]
    """Child playbooks that have not ended, by run id."""

    def call_api(self, name: str, function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
        """Carry out one ``phantom.*`` call and journal it, with what it was given and what it returned."""
        self.tree.ending.check()
        put, line = self.journal.put, self.line
        command = self.tree.ids.next("command")
        made = CallMade(self.id, command, self.invocation, name, line,
                        {key: put(value) for key, value in arguments.items()})
        self.journal.append(made)
        outer = calling.set((command, name))
        returned: Any = None
        error = ""
        try:
            returned = function(self, **arguments)
            return returned
        except LabError as exc:
            error = str(exc)
            raise
        except BaseException as exc:
            if is_from_within(exc):
                error = f"{type(exc).__name__}: {text_of(exc)}"
            elif isinstance(exc, KeyboardInterrupt):
                self.tree.ending.interrupt_met()
            raise
        finally:
            calling.reset(outer)
            self.journal.append(ApiCalled(self.id, command, put(returned), error, made=made))

    def open_file(self, path: str, mode: str) -> BinaryIO:
        """Open a file that the playbook names, in a binary mode, as if it did so itself."""
        return cast("BinaryIO", opened(self.acting(), open, path, mode))

    def acting(self) -> Whose:
        """Whose code it is that the lab does something for."""
        line = self.line
        return Whose(self.tree.room, line, f"{self.playbook.title}:{line}", importing=False)

    def log(self, level: str, message: str) -> None:
        """A line of the debug log."""
        self.tree.ending.check()
        self.journal.append(Logged(self.id, self.invocation, level, message, self.line))

    def gap(self, name: str, chapter: str, beside: str = "") -> NotEmulatedError:
        """Journal a gap; the caller raises what is returned, which stops the run.

        Args:
            beside: the end of the sentence, such as what else may be meant.
        """
        line = self.line
        met = GapMet(self.id, self.invocation, name, chapter, line)
        self.journal.append(met)
        self.tree.gate.gap(met)
        self.tree.ending.unwinding = raised = NotEmulatedError(
            f"{self.playbook.title}:{line}: {name} (chapter: {chapter}) is not emulated yet "
            f"(block {self.executing_block or '<module>'}){beside}")
        return raised

    def queue(self, pending: Pending, *, waits: bool = True) -> None:
        """Queue something this run asked for; nothing completes before the calling block has returned.

        Args:
            waits: whether the run stays open until its turn.
        """
        if waits:
            self.open.add(pending.key)
        self.tree.queue.add(pending)

    def asked(self, callback: Callable[..., Any] | None) -> dict[str, Any]:
        """Who asks, where and when: the fields that everything pending has in common."""
        return {"run": self, "callback": callback, "registered_by": self.executing_block, "line": self.line,
                "command": self.command, "due": self.clock.elapsed()}

    def name_for(self, name: Any, kind: str, what: str) -> str:
        """The name that a call gave, or one made of what it asks for (form assumed)."""
        return str(name) if name else f"{what.replace(' ', '_')}_{self.tree.ids.next(f'unnamed {kind} {what}')}"
