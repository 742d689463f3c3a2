"""The journal: append-only events of a run, the only truth about it, and pure functions that fold them."""

from phantom_lab.journal.events import (
    ActionCompleted,
    ActionStarted,
    ApiCalled,
    Cause,
    Changed,
    Edited,
    Event,
    Failure,
    Filtered,
    GapMet,
    HelperCalled,
    InvocationEnded,
    InvocationStarted,
    Logged,
    OutcomeGiven,
    OutcomeMissing,
    OutputSaved,
    Ref,
    RunEnded,
    RunStarted,
)
from phantom_lab.journal.fold import Invocation, Summary, invocations, summarize
from phantom_lab.journal.journal import Journal

__all__ = ["ActionCompleted", "ActionStarted", "ApiCalled", "Cause", "Changed", "Edited", "Event", "Failure",
           "Filtered", "GapMet", "HelperCalled", "Invocation", "InvocationEnded", "InvocationStarted",
           "Journal", "Logged", "OutcomeGiven", "OutcomeMissing", "OutputSaved", "Ref", "RunEnded",
           "RunStarted", "Summary", "invocations", "summarize"]
