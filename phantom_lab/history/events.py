"""What happens in a run: one small frozen class per event.

Values (arguments, results, containers) stand in the journal once and are referred to by digest.
"""

from __future__ import annotations

from dataclasses import field
from typing import Any, NamedTuple

from phantom_lab.later import dataclass

Ref = str
"""Digest of a value in the journal."""
NOT_STORED = {"stored": False}
"""Marks a field that is an earlier event: its line in the file leaves it out, and reading finds it again."""


class Stamp(NamedTuple):
    """When an event happened in its run."""

    at: float
    """Seconds of the run's clock."""
    command: int
    """The API call that it is part of; 0 outside of any."""


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events."""

    run: int
    """Playbook run id."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a block is invoked."""

    kind: str
    """``start`` or ``finish`` of the playbook, ``call`` from another block, ``execute`` for the body of a custom
    function, ``dispatch`` of a prompt, or what completed: ``action``, ``custom_function``, ``playbook`` or
    ``prompt``."""
    name: str | None = None
    """Name of what completed, went out or is executed, or (for the start of a child playbook) of the call."""
    caller: str | None = None
    """Block that called, or that asked for what completed."""
    line: int | None = None
    """Line of that call."""
    detail: str = ""
    """A few words for people: what came back."""
    command: int | None = None
    """The API call that registered the callback: its identity, whatever it is called."""


ENDLESS = "Endless"
"""Type of the failure of a run that does not end: no exception of playbook code."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception that left a block, or that it does not end."""

    type: str
    message: str
    block: str
    file: str
    line: int
    traceback: str
    """The playbook's own frames only."""
    invocation: int = 0
    """The invocation that raised; the failure leaves those around it, too."""
    expression: str = ""
    """What failed; empty where the source does not tell."""
    reason: str = ""
    """Of an error of the lab, why it was raised: see `phantom_lab.errors.LabError.reason`."""
    values: list[dict[str, Any]] = field(default_factory=list, hash=False)
    """The values that it was made of, the likeliest to blame first:

    ``{"expression", "value"?, "ref"?, "origins"}``: a short text of the value where it is known, its digest where it is
    plain, and `phantom_lab.why.provenance.names.Origin` as dicts; or ``{"expression", "own"}``: why no value is to
    blame.
    """

    def __str__(self) -> str:
        text = " ".join(f"{self.type}: {self.message}".split()).removesuffix(":")
        return f"{text} (block {self.block}, {self.file}:{self.line})"


@dataclass(frozen=True, slots=True)
class RunSpec(Event):
    """All that a run and its child playbooks start from: the first event of a journal, which alone is enough to execute
    the run again."""

    uid: str = field(compare=False)
    """The run's own, of all runs anywhere."""
    playbook: Ref
    """As `phantom_lab.engine.serialized.source_of` tells it."""
    container_id: int
    inputs: Ref
    scope: Ref
    snapshot: Ref
    """The lab as it was: ``{"records": {kind: {"ids"?, "rows": Ref}}, "assets", "strict_assets", "user", "seen",
    "files": {vault id: {"base64": Ref} or {"size"} of a large one, or {"missing": why}}, "finding", "uncounted"}``."""
    seed: int
    options: Ref
    clock: str = field(compare=False)
    """When the run's own clock starts: ISO 8601, UTC. As a wall time it is never compared."""
    hash_seed: str = field(compare=False)
    """``PYTHONHASHSEED`` of the process; ``random`` where none was set, and the order of sets is not told."""
    versions: Ref = field(compare=False)
    """``{"phantom_lab", "python", "imports": {module: version}, "zone"}``: a module that tells no version has an empty
    one; the time zone, which older journals lack, is as ``TZ`` takes it."""
    watched: bool = False
    remarks: Ref = ""
    """What the lab said of what it was given."""
    forked_from: list[Any] | None = field(default=None, compare=False)
    """Uid and position of where it branched off another run."""


@dataclass(frozen=True, slots=True)
class SourceTaken(Event):
    """The first time that a run asks for a child playbook or a custom function: what it means."""

    invocation: int
    kind: str
    """``playbook`` or ``custom function``."""
    reference: str
    """As in the call."""
    near: str
    """The file of the playbook that asks."""
    source: Ref
    """As `phantom_lab.engine.serialized.source_of` tells it; where there is none, why:
    ``{"error", "what", "where", "hint"}``.
    """


REMARKS = "remarks at the end"
"""The question of an `Answered` that tells what of what was given for a run nothing asked for."""


@dataclass(frozen=True, slots=True)
class Answered(Event):
    """Somebody outside of the run answered a question of it, other than what an action came back with.

    It is there where the answer is another one than the last to the same question, of which the first is none.
    """

    invocation: int
    question: str
    """See `phantom_lab.engine.outside.Outside`."""
    asked: Ref
    answer: Ref
    error: list[str] | None = None
    """Instead of an answer, what is wrong with the one that was given, where, and what to do."""


@dataclass(frozen=True, slots=True)
class Unrecorded(Event):
    """Playbook code reads a file or folder of the machine, which the journal does not hold: it may change."""

    invocation: int
    what: str
    """``file`` or ``folder``."""
    name: str
    """Its path."""
    line: int


@dataclass(frozen=True, slots=True)
class ValueCut(Event):
    """Of a value, or of the texts of the event before, only the beginning is kept: it is longer than a limit."""

    of: Ref
    """Digest of the whole value; empty: the event before is meant."""
    size: int
    kept: int
    """Characters of JSON."""


@dataclass(frozen=True, slots=True)
class FileEnded(Event):
    """The run goes on, and its journal's file ends here: it is full, or cannot be written any more."""

    why: str


OF_THE_FILE = (ValueCut, FileEnded)
"""Events that tell of the journal itself, and not of the run."""


@dataclass(frozen=True, slots=True)
class Replaced(Event):
    """Something stands in for a child playbook or a custom function: nothing of it is executed."""

    invocation: int
    kind: str
    """``child playbook`` or ``custom function``."""
    on: str
    """Its name, and the run or block that it is asked for."""
    source: str
    """Who answers."""


OUT_OF_TIME = "out of time"
"""Why a run was stopped that took longer than its option ``max_seconds`` allows."""


@dataclass(frozen=True, slots=True)
class Stopped(Event):
    """Somebody ended the run, or its time was over: what follows is on its way out."""

    why: str
    """`OUT_OF_TIME`, or who ended it."""
    steps: int
    """How many it had taken: see `phantom_lab.engine.steps`."""


@dataclass(frozen=True, slots=True)
class RunStarted(Event):
    """A playbook run begins, from this snapshot of the lab."""

    playbook: str
    file: str
    source: Ref
    container_id: int
    container: Ref
    artifacts: Ref
    inputs: Ref
    scope: Ref
    clock: str = field(compare=False)
    """When the run's own clock starts: ISO 8601, UTC. As a wall time it is never compared."""
    parent: int | None = None
    """The run whose child playbook it is."""
    name: str = ""
    """The ``name`` of the call that started a child playbook."""


@dataclass(frozen=True, slots=True)
class FindingTaken(Event):
    """What ``finding:`` reads from here on: when the run starts, and after a refresh."""

    invocation: int
    """The one that refreshed it; 0 at the start."""
    finding: Ref


@dataclass(frozen=True, slots=True)
class InvocationStarted(Event):
    """A block is invoked with these arguments; this is where a stepped run rests."""

    n: int
    block: str
    depth: int
    caller: int | None
    """Invocation that called it; None when the engine did."""
    cause: Cause
    arguments: dict[str, Ref]
    line: int
    custom_function: int = 0
    """Id of the custom function run that it is part of; 0 outside of any."""


@dataclass(frozen=True, slots=True)
class InvocationEnded(Event):
    """A block returned, or an exception left it."""

    n: int
    returned: Ref
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class HelperCalled(Event):
    """A function of the playbook that is no block was called."""

    invocation: int
    name: str
    line: int
    arguments: dict[str, Ref]
    returned: Ref
    error: str = ""


@dataclass(frozen=True, slots=True)
class BranchTaken(Event):
    """Code went one of the ways on that it may go, for the first time in this run; journaled where somebody asked."""

    invocation: int
    function: str
    """The outermost function or class that the code stands in."""
    name: str
    """Its kind, and the how manieth of that kind it is there: ``if_2``; see `phantom_lab.source.forks.Fork`."""
    way: str
    """Such as ``true``, ``never entered`` or ``except KeyError``."""
    line: int


@dataclass(frozen=True, slots=True)
class CallMade(Event):
    """Playbook code makes a ``phantom.*`` call; journaled before the call is carried out."""

    command: int
    """Position among the run's API calls: the identity of what the call asks for."""
    invocation: int
    name: str
    line: int
    arguments: dict[str, Ref]


@dataclass(frozen=True, slots=True)
class ApiCalled(Event):
    """A ``phantom.*`` call returned or raised."""

    command: int
    returned: Ref
    error: str = ""
    made: CallMade = field(kw_only=True, compare=False, metadata=NOT_STORED)
    """The call, as it was made."""

    @property
    def invocation(self) -> int:
        """The invocation that made the call."""
        return self.made.invocation

    @property
    def name(self) -> str:
        """What was called."""
        return self.made.name

    @property
    def line(self) -> int:
        """The line that called."""
        return self.made.line

    @property
    def arguments(self) -> dict[str, Ref]:
        """What it was called with."""
        return self.made.arguments


@dataclass(frozen=True, slots=True)
class ActionStarted(Event):
    """``phantom.act`` queued an action run."""

    command: int
    invocation: int
    action_run_id: int
    name: str
    action: str
    targets: list[dict[str, str]]
    """``{"asset", "app"}`` per app run to come."""
    parameters: Ref
    callback: str | None
    handle: Ref
    read_only: bool | None = None
    """Whether the apps of all targets declare that it changes nothing; None: not known of one of them."""
    kind: str = ""
    """The type of a change, such as ``contain``, under which an app declares it all the same."""
    lists: list[str] = field(default_factory=list)
    """Parameters that an app declares as lists."""


@dataclass(frozen=True, slots=True)
class OutcomeGiven(Event):
    """One parameter set on one asset came back."""

    action_run_id: int
    action: str
    asset: str
    parameter: Ref
    results: Ref
    source: str
    """Which provider gave it."""
    delay: float = 0.0
    """Seconds of the clock until it arrived."""
    local: bool = False
    """Whether the platform itself answered, on which it may have written."""
    objection: str = ""
    """How it does not keep what the app declares."""
    left_out: list[dict[str, Any]] = field(default_factory=list, hash=False)
    """What code of the playbook takes out of results, and a generated one lacks, as the app does not declare it:
    ``{"path", "closest", "declared", "function", "line"}``."""
    by: str = ""
    """What kind of giver it is, as `phantom_lab.outcomes.Outcome.by` tells it; empty in journals of format 1."""
    made_up: bool = False
    """Whether the results are generated, in whole or in part."""
    count: int | None = None
    """How many results there are; None in older journals, and so is what follows."""
    failed: list[str] | None = field(default=None, hash=False)
    """The messages of those that failed."""


@dataclass(frozen=True, slots=True)
class CallRefused(Event):
    """One parameter set on one asset that the platform does not dispatch, or would not, as its app does not take it."""

    action_run_id: int
    name: str
    action: str
    asset: str
    parameter: Ref
    kind: str
    """``action``: the app has none of this name; ``parameter``: a required one is missing."""
    names: list[str]
    """The action, or the missing parameters."""
    closest: str
    """The name that may be meant; empty where none is like it."""
    declared: str
    """Who says what the app takes: ``manifest MaxMind 2.2.6``."""
    message: str
    answered: str = ""
    """Who gave a result all the same, which counts; empty: nobody, nothing was dispatched."""


@dataclass(frozen=True, slots=True)
class OutcomeMissing(Event):
    """No provider knows what one parameter set on one asset comes back with."""

    action_run_id: int
    name: str
    action: str
    asset: str
    parameter: Ref
    message: str


@dataclass(frozen=True, slots=True)
class ActionCompleted(Event):
    """Every app run of an action run is done; its callback is next."""

    action_run_id: int
    name: str
    action: str
    status: str
    message: str
    results: Ref
    app_runs: list[list[Any]] | None = field(default=None, hash=False)
    """``[id, asset, number of results]`` of every app run; None in older journals."""


@dataclass(frozen=True, slots=True)
class CustomFunctionStarted(Event):
    """``phantom.custom_function`` queued a run."""

    command: int
    invocation: int
    custom_function_run_id: int
    name: str
    function: str
    parameters: Ref
    callback: str | None
    source: Ref = ""
    """The text of what is executed; empty where something stands in for it."""


@dataclass(frozen=True, slots=True)
class CustomFunctionCompleted(Event):
    """Every parameter set of a custom function run is done; its callback is next."""

    custom_function_run_id: int
    name: str
    function: str
    status: str
    message: str
    results: Ref


@dataclass(frozen=True, slots=True)
class PlaybookStarted(Event):
    """``phantom.playbook`` queued a child playbook."""

    command: int
    invocation: int
    child: int
    """The child's playbook run id."""
    name: str
    playbook: str
    inputs: Ref
    callback: str | None


@dataclass(frozen=True, slots=True)
class PlaybookCompleted(Event):
    """The parent is told that a child playbook has ended; its callback is next."""

    child: int
    name: str
    playbook: str
    status: str
    results: Ref


@dataclass(frozen=True, slots=True)
class Kept(Event):
    """A run keeps something, for its later blocks."""

    invocation: int
    what: str
    """``run data``, ``format``, ``collect limit`` or ``action limit``."""
    name: str
    """The key, or the name of the format; empty of a limit."""
    content: Ref
    """Of a format ``{"text", "items"}``."""


@dataclass(frozen=True, slots=True)
class Queued(Event):
    """Something that was asked for is to take a turn, or (where it waits already) to take it at another moment."""

    kind: str
    """``action``, ``custom function``, ``start`` of a child playbook, or ``playbook`` for one that has ended."""
    id: int
    """Of its run."""
    name: str
    due: float
    """Seconds of the run's clock."""
    rank: float
    """What decides between those that are due together: the lowest is first."""


@dataclass(frozen=True, slots=True)
class TurnTaken(Event):
    """Something in the queue takes its turn, and waits no more."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class Logged(Event):
    """A line of the debug log (``debug``, ``error``), of the playbook (``print``) or of the lab itself (``note``)."""

    invocation: int
    level: str
    message: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Changed(Event):
    """A write of the playbook to the platform."""

    invocation: int
    kind: str
    id: int
    field: str
    before: Ref
    after: Ref


@dataclass(frozen=True, slots=True)
class Refused(Event):
    """Playbook code set out to reach the network or another program, or to change the machine; it may swallow the
    error."""

    invocation: int
    what: str
    """Such as ``start`` or ``connect to``."""
    on: str
    """The program, address or path; empty where it was not said yet."""
    line: int
    importing: bool = False
    """Whether a library did that while it was imported, which happens once in a process."""


@dataclass(frozen=True, slots=True)
class Contained(Event):
    """Playbook code changed something that is its run's own, and goes with it; told when its turn is over."""

    invocation: int
    """The first since it was told."""
    what: str
    """``write``, ``make folder``, ``make pipe``, ``link``, ``change``, ``truncate``, ``remove`` or ``set``."""
    on: str
    """A path, as it begins in the working folder, ``~/`` or ``/``; or ``environment variable NAME``."""
    size: int | None
    """Bytes of a file; 0 of all else; None of what is not there any more."""
    line: int
    importing: bool = False
    """As of `Refused`."""


@dataclass(frozen=True, slots=True)
class CallFailed(Event):
    """The platform did not do what a ``phantom.*`` call asked for, and told the playbook by a return value alone."""

    invocation: int
    command: int
    """The API call."""
    api: str
    reason: str
    write: bool
    """Whether it would have changed something, or asked for something."""
    on: str
    """What it would have changed, such as ``container 1``; empty where that is not said."""
    line: int


@dataclass(frozen=True, slots=True)
class Filtered(Event):
    """A named condition stored what it let through."""

    invocation: int
    name: str
    artifact_ids: list[int]
    results: Ref
    """``{block: [app runs cut down to the matching rows]}``."""
    values: Ref
    """``{source: [matching values]}`` of other sources, such as ``playbook_input``."""


@dataclass(frozen=True, slots=True)
class Evaluated(Event):
    """A condition was evaluated: by ``condition``, ``decision`` or ``LoopState``."""

    invocation: int
    command: int
    """The API call that asked for it."""
    api: str
    name: str
    """Under which a filter keeps what it lets through; empty without a name."""
    line: int
    logical_operator: str
    """``and`` or ``or``."""
    case_sensitive: bool
    delimiter: str | None
    comparisons: Ref
    """``[[left, operator, right], …]``, as they were given."""
    operands: Ref
    """What was compared, one dict per source of rows:

    ``source``; ``total``, the number of its rows; ``rows``, their cells, as far as they are kept; ``comparisons``, each
    ``{"number", "left", "operator", "right", "beside"?}``, whose sides are ``{"text", …}`` with one of ``value`` (a
    literal), ``column`` (a cell of the row), ``values`` (those of another source, as far as they are kept, of
    ``total``) or ``cells`` (of a custom list). ``beside`` numbers the kept rows that a comparison says nothing of.
    """
    passed: bool


@dataclass(frozen=True, slots=True)
class Diagnosed(Event):
    """A datapath gave no row, or nothing but None: what was looked for, and what there is instead."""

    invocation: int
    api: str
    argument: str
    """Of the call."""
    datapath: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Hinted(Event):
    """Something seems to be meant otherwise than it is written: the platform would pass over it in silence."""

    invocation: int
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class GapMet(Event):
    """The playbook reached something that is not emulated yet."""

    invocation: int
    name: str
    chapter: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Edited(Event):
    """Somebody changed something of a run at rest."""

    invocation: int
    """Where the run rested."""
    what: str
    """``argument``, ``run data``, ``container``, ``outcome``, ``delay``, ``order`` or ``skip``."""
    name: str
    """Which argument, key, field or action run."""
    before: Ref
    after: Ref
    given: list[str] = field(default_factory=list)
    """The names that an order was given; what is pending and not among them comes after."""


@dataclass(frozen=True, slots=True)
class OutputSaved(Event):
    """``save_playbook_output_data`` was called."""

    invocation: int
    output: Ref


@dataclass(frozen=True, slots=True)
class RunEnded(Event):
    """The run is over."""

    status: str
    """``success``, ``failed``, ``error``, ``needs_outcome``, ``not_emulated``, ``endless`` or ``stopped``."""
    message: str
    failures: list[Failure] = field(default_factory=list)
