"""The journal: append-only events of a run, the only truth about it, and pure functions that fold them."""

from phantom_lab.journal.encoding import encode
from phantom_lab.journal.events import (
    ENDLESS,
    ActionCompleted,
    ActionStarted,
    Answered,
    ApiCalled,
    BranchTaken,
    CallFailed,
    CallRefused,
    Cause,
    Changed,
    CustomFunctionCompleted,
    CustomFunctionStarted,
    Diagnosed,
    Edited,
    Evaluated,
    Event,
    Failure,
    Filtered,
    FindingTaken,
    GapMet,
    HelperCalled,
    Hinted,
    InvocationEnded,
    InvocationStarted,
    Logged,
    OutcomeGiven,
    OutcomeMissing,
    OutputSaved,
    PlaybookCompleted,
    PlaybookStarted,
    Ref,
    Refused,
    Replaced,
    RunEnded,
    RunSpec,
    RunStarted,
    SourceTaken,
    Stopped,
    Unrecorded,
)
from phantom_lab.journal.fan_out import fan_out
from phantom_lab.journal.fold import Summary, summarize
from phantom_lab.journal.invocations import Invocation, block_of, invocations
from phantom_lab.journal.journal import Journal
from phantom_lab.journal.origins.everything import handed_over
from phantom_lab.journal.outcome_sources import sources
from phantom_lab.journal.place import default_folder, new_file
from phantom_lab.journal.reading import read_journal
from phantom_lab.journal.receipt import receipt
from phantom_lab.journal.responsible import Responsible, responsible
from phantom_lab.journal.unmatched import unmatched

__all__ = ["ENDLESS", "ActionCompleted", "ActionStarted", "Answered", "ApiCalled", "BranchTaken", "CallFailed",
           "CallRefused", "Cause", "Changed", "CustomFunctionCompleted", "CustomFunctionStarted", "Diagnosed",
           "Edited", "Evaluated", "Event", "Failure", "Filtered", "FindingTaken", "GapMet", "HelperCalled", "Hinted",
           "Invocation", "InvocationEnded", "InvocationStarted", "Journal", "Logged", "OutcomeGiven",
           "OutcomeMissing", "OutputSaved", "PlaybookCompleted", "PlaybookStarted", "Ref", "Refused", "Replaced",
           "Responsible", "RunEnded", "RunSpec", "RunStarted", "SourceTaken", "Stopped", "Summary", "Unrecorded",
           "block_of", "default_folder", "encode", "fan_out", "handed_over", "invocations", "new_file",
           "read_journal", "receipt", "responsible", "sources", "summarize", "unmatched"]
