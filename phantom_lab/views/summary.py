"""What a run did, for people and tools."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any

from phantom_lab.history.events import Event
from phantom_lab.history.index import Reducer
from phantom_lab.history.journal import Journal
from phantom_lab.later import dataclass
from phantom_lab.misspelt import Attributes
from phantom_lab.views.sections import Sections

if TYPE_CHECKING:
    from phantom_lab.views import rows


class _Told(Attributes):
    """What has not been asked for yet is told by its section, once."""

    __slots__ = ("_sections",)
    _sections: Sections

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            tell = None if name.startswith("_") else getattr(getattr(self, "_sections", None), name, None)
            if tell is None:
                return super().__getattr__(name)
            object.__setattr__(self, name, found := tell())
            return found


@dataclass(frozen=True, slots=True)
class Summary(_Told):
    """What a run did, in the shape that ``phantom-lab run --json`` prints."""

    status: str
    """Of the run that was started; child playbooks have their own."""
    invocations: list[rows.InvocationRow] = field(default_factory=list)
    action_runs: list[rows.ActionRunRow] = field(default_factory=list)
    custom_function_runs: list[rows.FunctionRunRow] = field(default_factory=list)
    """With the ``origins`` of every parameter set, as in the receipt."""
    playbook_runs: list[rows.PlaybookRunRow] = field(default_factory=list)
    """Child playbooks, with the ``origins`` of their inputs."""
    unstarted: list[rows.UnstartedRow] = field(default_factory=list)
    """Child playbooks that the platform refused to start: see `phantom_lab.views.unstarted`."""
    changes: list[rows.ChangeRow] = field(default_factory=list)
    edits: list[rows.EditRow] = field(default_factory=list)
    gaps: dict[str, int] = field(default_factory=dict)
    debug: list[str] = field(default_factory=list)
    log: list[rows.LogRow] = field(default_factory=list)
    """The lines of ``debug`` with their place: ``{"run", "block", "line", "level", "message"}``."""
    outputs: Any = None
    notes: list[str] = field(default_factory=list)
    message: str = ""
    failures: list[rows.FailureRow] = field(default_factory=list)
    """Exceptions that no code of a playbook caught, of the run, its child playbooks and its custom functions: ``{"run",
    "invocation", "block", "custom_function", "file", "line", "type", "message"}``; ``custom_function`` is the id of the
    custom function run, or 0."""
    unmatched: list[rows.UnmatchedRow] = field(default_factory=list)
    """Invocations in which no condition held, and after which nothing was called or asked for."""
    diagnoses: list[rows.DiagnosisRow] = field(default_factory=list)
    """Datapaths that gave no value, and why."""
    hints: list[rows.Hint] = field(default_factory=list)
    """What the platform passes over in silence: see `phantom_lab.views.hints`."""
    responsible: list[dict[str, Any]] = field(default_factory=list)
    """The values that made blocks raise: see `phantom_lab.why.responsible`."""
    receipt: list[rows.ReceiptRow] = field(default_factory=list)
    """What it would have changed: see `phantom_lab.views.receipt`."""
    fan_out: list[rows.FanOutRow] = field(default_factory=list)
    """How many calls every action makes, and what they multiply from: see `phantom_lab.views.fan_out`."""
    http: list[rows.RequestRow] = field(default_factory=list)
    """Requests of the playbook itself, and who answered them: see `phantom_lab.views.requested`."""
    unrecorded: list[rows.UnrecordedRow] = field(default_factory=list)
    """What the playbook reads of the machine: see `phantom_lab.views.unrecorded`."""


class _Latest(Reducer):
    """The newest summary, until the journal goes on."""

    summary: Summary | None = None

    def take_all(self, events: Sequence[Event], positions: Iterable[int]) -> None:
        """Whichever they are."""
        self.summary = None


def summarize(journal: Journal) -> Summary:
    """Fold a journal, as it is now; what nobody asks for is not folded."""
    latest = journal.reduced(_Latest)
    if (made := latest.summary) is None:
        made = latest.summary = Summary.__new__(Summary)
        object.__setattr__(made, "_sections", Sections(journal, journal.length))
    return made


def told_by_summary(name: str, run: str) -> str:
    """What a summary tells by this name, for whoever looks for it on the run; or empty."""
    return f"{run}.summary().{name}" if name in Summary.__dataclass_fields__ else ""
