"""What views tell, row by row: the shapes that ``--json`` prints."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from phantom_lab.why.origins.origin import ParameterRow


class CauseRow(TypedDict):
    """Why a block was invoked."""

    kind: str
    name: str | None
    caller: str | None


class InvocationRow(TypedDict):
    """One invocation of a block."""

    n: int
    run: int
    block: str
    cause: CauseRow
    success: Any
    """The argument of that name."""
    error: str | None
    """The exception that left it."""


class ActionRunRow(TypedDict):
    """An action run that has completed."""

    name: str
    action: str
    status: str
    message: str
    results: list[dict[str, Any]]
    """App runs, as playbooks get them, each with its ``source``."""


class FunctionRunRow(TypedDict):
    """A custom function run that has completed."""

    name: str
    custom_function: str
    status: str
    message: str
    results: Any
    origins: list[list[ParameterRow]]
    """Of every parameter set."""


class PlaybookRunRow(TypedDict):
    """A child playbook."""

    id: int
    parent: int | None
    name: str
    playbook: str
    inputs: dict[str, Any]
    origins: list[ParameterRow]
    """Of its inputs."""
    outputs: Any
    status: str
    message: str


class UnstartedRow(TypedDict):
    """A child playbook that the platform refused to start."""

    run: int
    block: str | None
    line: int
    playbook: str
    name: str
    waited: bool
    """Whether a callback waits for it."""


class ChangeRow(TypedDict):
    """A write to a record of the platform."""

    object: str
    id: int
    field: str
    before: Any
    after: Any
    block: str | None


class EditRow(TypedDict):
    """What somebody changed by hand."""

    what: str
    name: str
    before: Any
    after: Any
    block: str | None


class LogRow(TypedDict):
    """A debug line."""

    run: int
    block: str | None
    line: int
    level: str
    message: str


class FailureRow(TypedDict):
    """An exception that no code of a playbook caught."""

    run: int
    invocation: int
    block: str
    custom_function: int
    """Its custom function run, or 0."""
    file: str
    line: int
    type: str
    message: str


class Remark(TypedDict):
    """Something that is told of a place of a playbook."""

    run: int
    block: str | None
    line: int
    message: str
    count: NotRequired[int]
    """How many there were, once they are counted."""


class Hint(Remark):
    """What the platform passes over in silence."""

    invocation: int
    """The first; 0 for what is of a whole run."""


class Unmet(Hint):
    """An `UnmatchedRow` told as a hint."""

    conditions: list[str]


class TrialHint(Hint):
    """One of a playbook that was tried."""

    playbook: str
    situation: str


class DiagnosisRow(Remark):
    """A datapath that gave no value, and why."""

    api: str
    argument: str
    datapath: str


class UnmatchedRow(TypedDict):
    """An invocation in which no condition held, and after which nothing was called or asked for."""

    invocation: int
    run: int
    block: str | None
    line: int
    conditions: list[str]
    """With the first values compared."""


class FanOutRow(TypedDict):
    """How many calls an action makes."""

    run: int
    block: str | None
    line: int
    name: str
    action: str
    assets: int
    sets: int
    calls: int
    because: str
    fired: bool


class RequestRow(TypedDict):
    """A request of the playbook itself that would have left the platform."""

    method: str
    url: str
    status_code: int | None
    source: str
    error: str
    block: str | None
    line: int


class UnrecordedRow(TypedDict):
    """Something of the machine that the journal does not hold."""

    run: int
    what: str
    name: str
    block: str
    line: int


class _Change(TypedDict):
    side: str
    change: str
    on: str
    given: Any


class ReceiptRow(_Change, TypedDict("_From", {"from": str})):
    """One change that was made, or set out for: see `phantom_lab.views.receipt.receipt`."""

    origins: list[ParameterRow]
    status: str
    happened: bool
    """Whether it was carried out, at least in part, or may have been."""
    known: str
    run: int
    block: str | None
    line: int


class HandedOverRow(ParameterRow):
    """One value that a run handed over, and where it came from."""

    run: int
    block: str | None
    line: int
    set: int
    """The number of the parameter set of a custom function."""
    to: str
    """What it was handed over to."""
    value: Any
