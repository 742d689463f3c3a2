"""Sentences about a run, for people."""

from __future__ import annotations

from phantom_lab.errors import LabError, one_line
from phantom_lab.history import InvocationStarted
from phantom_lab.views.summary import Summary


def why(invocation: InvocationStarted, at: str = "entry", reason: str = "") -> str:
    """One sentence: why a block is invoked, or why the run rests where it does."""
    block = invocation.block
    if at == "exit":
        return f"{block} (invocation {invocation.n}) is left: {reason}."
    if at == "gap":
        return f"{block} (invocation {invocation.n}) cannot go on: {reason}."
    note = f" ({reason})" if reason else ""
    return f"{block} is invoked because {_cause(invocation)}{note}"


def problem(exc: LabError, block: str) -> str:
    """Why what was given is no outcome: first what is wrong, then where, then what to do."""
    named = "" if f"block {block}" in exc.what else f"block {block}"
    place = ", ".join(filter(None, (named, exc.where)))
    return one_line(f"{exc.what} ({place})" if place else exc.what, hint=exc.hint)


def ending(summary: Summary) -> str:
    """How a run ended."""
    return f"The run has ended: {summary.status}{f' ({summary.message})' if summary.message else ''}."


def _cause(invocation: InvocationStarted) -> str:
    cause = invocation.cause
    asked = f" {cause.caller} asked for it in line {cause.line}." if cause.caller else ""
    if cause.kind == "start":
        return f"the {cause.detail} starts.{asked}" if cause.name else f"the playbook starts on {cause.detail}."
    if cause.kind == "finish":
        return "nothing is pending any more."
    if cause.kind == "call":
        return f"{cause.caller or 'the playbook'} calls it in line {cause.line}."
    if cause.kind == "execute":
        return f"custom function {cause.name} executes it ({cause.detail}).{asked}"
    if cause.kind == "dispatch":
        return f"prompt {cause.name} has been sent: {cause.detail}.{asked}"
    kind = "child playbook" if cause.kind == "playbook" else cause.kind.replace("_", " ")
    return f"{kind} {cause.name} completed: {cause.detail}.{asked}"
