"""What a run would have changed on a real platform: outside of it, by asking people, and on the platform itself."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from phantom_lab.history.events import (
    ActionCompleted,
    ActionStarted,
    ApiCalled,
    CallFailed,
    CallRefused,
    Changed,
    Contained,
    Event,
    GapMet,
    OutcomeGiven,
    OutcomeMissing,
    Ref,
    Refused,
    Replaced,
    RunStarted,
)
from phantom_lab.history.journal import Journal
from phantom_lab.model import QUESTIONS, asked_of
from phantom_lab.views.fan_out import without_context
from phantom_lab.views.net import BOTH, net_writes
from phantom_lab.views.requested import left_platform, requests_of
from phantom_lab.why.origins.handed_over import HandedOver, Parameter, in_words

if TYPE_CHECKING:
    from phantom_lab.views.rows import ReceiptRow

OUTSIDE, PERSON, INSIDE, READ = "outside", "person", "inside", "read"
UNKNOWN = "unknown, taken as a change"


class Fate(NamedTuple):
    """What became of a change."""

    text: str
    happened: bool = False
    """Whether it was carried out, at least in part, or may have been."""


def _not(why: str) -> Fate:
    return Fate(f"not carried out: {why}")


_DONE, _UNDONE = Fate("carried out", True), Fate("carried out, then undone", True)
_OWN = Fate("carried out, in the run's own folder", True)
_PUT_BACK = Fate("carried out, and put back at the run's end", True)
_BY_METHOD, _BY_ACT = "by its method", "by what it did"
_REFUSED = _not("refused by the lab")
_ASKS = {"act": "action", "playbook": "playbook", "custom_function": "custom_function"}
"""Calls that ask for something, by the argument that names it."""
_ALWAYS = frozenset({"container", "trace"})
"""Arguments that say nothing of a change."""
_SAFE = frozenset({"requests.get", "requests.head", "requests.options"})

ASKED = ("to", "message")
"""What a text tells of a question: who is asked, and what."""
_Source = ActionStarted | ApiCalled | CallFailed | Changed | Contained | GapMet | Refused | Replaced
"""Events that rows come from."""
_Answer = OutcomeGiven | OutcomeMissing | CallRefused
"""What becomes of one parameter set on one asset."""


def container_meant(get: Callable[[Ref], Any], call: ApiCalled | None, own: int | None) -> str:
    """The container that a call meant, which is that of its run where it says none; empty for a call that means none.

    Args:
        get: gives a value of the journal.
    """
    if call is None or "container" not in call.arguments:
        return ""
    meant = get(call.arguments["container"])
    meant = meant.get("id") if isinstance(meant, dict) else meant
    return f"container {own if meant is None else meant}"


class Change(NamedTuple):
    """A row of the receipt."""

    side: str
    change: str
    on: str
    given: Any
    origins: Sequence[Parameter]
    fate: Fate
    known: str
    run: int
    block: str | None
    line: int

    def as_json(self) -> ReceiptRow:
        """What ``--json`` prints."""
        side, change, on, given, origins, fate, known, run, block, line = self
        told = [one.as_json() for one in origins]
        shown = [(one["parameter"], one["told"]) for one in told if side != PERSON or one["parameter"] in ASKED]
        return {"side": side, "change": change, "on": on, "given": given, "from": in_words(shown), "origins": told,
                "status": fate.text, "happened": fate.happened, "known": known, "run": run, "block": block,
                "line": line}


def receipt(journal: Journal, origins: HandedOver | None = None) -> list[ReceiptRow]:
    """Everything that a run and its child playbooks changed, or set out to change; at the end, what only reads.

    Where nothing is declared of an action, ``known`` says so: it is taken as a change, and so is a child playbook or
    custom function that something stands in for. What the local REST wrote is told by the records; a request to it that
    wrote nothing has a row of its own.

    Args:
        origins: where values came from, for whoever has them already.

    Returns:
        ``{"side", "change", "on", "given", "from", "origins", "status", "happened", "known", "run", "block", "line"}``.
        ``happened`` is whether it was carried out, at least in part, or may have been. ``side`` is
        ``outside`` (one row per asset and parameter set, per request, per file that was written, and per thing that was
        refused), ``person``,
        ``inside`` (one row per record that came or went, per field that was written, and per call that was not carried
        out) or ``read``: no change, as it is declared or by the method of the request. ``origins`` says of every
        parameter where it came from, as `phantom_lab.why.origins.origin.ValueOrigin` with its name as
        ``parameter``; ``from`` is the same in words.
    """
    return [one.as_json() for one in rows(journal, origins or HandedOver(journal))]


def rows(journal: Journal, origins: HandedOver) -> list[Change]:
    """The same, with the origins of values as they are."""
    fold = _Fold(journal, origins)
    found = [*fold.asked(), *fold.requests(), *fold.refused(), *fold.contained(), *fold.replaced(),
             *fold.written(), *fold.failed()]
    return sorted(found, key=lambda one: one.side == READ)


class _Fold:
    """One journal, with what rows need of it."""

    def __init__(self, journal: Journal, origins: HandedOver) -> None:
        self._journal, self._get, self._index = journal, journal.get, journal.index
        self._origins, self._calls = origins, origins.calls
        of_kind = self._index.of_kind
        self._last = {(one.kind, one.id, one.field): one for one in of_kind(Changed)}
        self._completed = {one.action_run_id: one for one in of_kind(ActionCompleted)}
        self._outcomes = _outcomes(self._index.of_kinds(OutcomeGiven, OutcomeMissing, CallRefused))

    def asked(self) -> Iterator[Change]:
        """Rows of actions, of prompts and tasks, and of the approvals that actions needed."""
        for event in self._index.of_kind(ActionStarted):
            for review in self._outcomes.get((event.action_run_id, "approve", "phantom"), ()):
                given = self._get(review.parameter)
                yield self._person(event, "approve", given, review, self._origins.of_approval(event, given))
            yield from self._sets(event)

    def requests(self) -> Iterator[Change]:
        """Rows of what the playbook itself would have sent elsewhere, or sent to the platform to no effect."""
        carried, left = {one.command for one in self._calls.carried.values()}, left_platform(self._journal)
        for event in requests_of(self._journal):
            if event.command not in carried:
                given = {name: self._get(ref) for name, ref in event.arguments.items()}
                answer = self._get(event.returned) or {}
                sent = _sent(answer, event.error, left.get(event.command, True))
                if status := sent if _left(answer) else self._on_platform(event):
                    yield self._row(event, READ if event.name in _SAFE else OUTSIDE, event.name,
                                    on=str(given.pop("url", "")), given=given, status=status, known=_BY_METHOD,
                                    origins=self._origins.of_call(event))

    def refused(self) -> Iterator[Change]:
        """Rows of programs, connections and files that playbook code set out for, and of calls that raise here."""
        for event in self._index.raised(Refused, GapMet):
            if isinstance(event, Refused):
                yield self._row(event, OUTSIDE, event.what, on=event.on, given={}, status=_REFUSED, known=UNKNOWN)
            elif isinstance(event, GapMet):
                yield self._row(event, OUTSIDE, event.name, on="", given={}, status=_not("not emulated"),
                                known=UNKNOWN)
            elif isinstance(event, ApiCalled) and event.name in _ASKS:
                asked = self._get(event.arguments[_ASKS[event.name]]) if _ASKS[event.name] in event.arguments else ""
                yield self._row(event, OUTSIDE, event.name.replace("_", " "), on=str(asked), given={},
                                status=_not(event.error), known=UNKNOWN)

    def contained(self) -> Iterator[Change]:
        """Rows of files that playbook code wrote, and of what else it changed: each as it was in the end."""
        last: dict[str, Contained] = {}
        for event in self._index.of_kind(Contained):
            first = last.get(event.on, event)
            last[event.on] = replace(first, what=event.what, size=event.size)
        for event in last.values():
            status = _PUT_BACK if event.what == "set" else _OWN
            if event.size is None and event.what != "remove":
                status = _UNDONE
            yield self._row(event, OUTSIDE, event.what, on=event.on, given={"size": event.size} if event.size else {},
                            status=status, known=_BY_ACT)

    def replaced(self) -> Iterator[Change]:
        """Rows of child playbooks and custom functions of which nothing was executed."""
        for event in self._index.of_kind(Replaced):
            yield self._row(event, OUTSIDE, event.kind, on=event.on, given={},
                            status=Fate(f"unknown: {event.source} answers", True), known=UNKNOWN)

    def written(self) -> Iterator[Change]:
        """Rows of records of the platform."""
        for (kind, number), fields in net_writes(self._journal).items():
            for name, (event, before, values) in fields.items():
                *between, after = values
                given = after if name in ("added", BOTH) else before if name == "deleted" else {
                    "before": before, **({"between": between} if between else {}), "after": after}
                yield self._row(event, INSIDE, f"{kind} {name}", on=f"{kind} {number}", given=given,
                                status=_UNDONE if name == BOTH or before == after else _DONE,
                                origins=self._origins.of_write(self._last.get((kind, number, name), event)))

    def failed(self) -> Iterator[Change]:
        """Rows of writes to the platform that it did not carry out."""
        failed = [one for one in self._index.of_kind(CallFailed) if one.write]
        calls = {one.command: one for one in self._index.of_kind(ApiCalled)} if failed else {}
        self._containers = {one.run: one.container_id for one in self._index.of_kind(RunStarted)}
        for event in failed:
            call = calls.get(event.command)
            given = {name: value for name, ref in (call.arguments if call else {}).items()
                     if (value := self._get(ref)) is not None and name not in _ALWAYS}
            on = event.on or container_meant(self._get, call, self._containers.get(event.run))
            yield self._row(event, INSIDE, event.api, on=on, given=given,
                            status=_not(event.reason), origins=self._origins.of_call(call, given) if call else ())

    def _sets(self, event: ActionStarted) -> Iterator[Change]:
        """One row per asset and parameter set."""
        given = [one for one in self._get(event.parameters) if isinstance(one, dict)]
        side, known = (READ, "declared read-only") if event.read_only and not event.kind else (OUTSIDE, _known(event))
        asks = event.action in QUESTIONS
        origins = ([self._origins.of_question(event, one) for one in given] if asks else
                   self._origins.of_sets(event, given))
        block, line = self._index.block_of(event.invocation), self._line(event)
        for asset in [one["asset"] for one in event.targets] or ["no asset"]:
            outcomes = self._outcomes[event.action_run_id, event.action, asset]
            if not given:
                yield self._row(event, side, event.action, on=asset, given={}, status=_not("no parameter set"),
                                known=known)
            for parameter, origin in zip(given, origins, strict=True):
                outcome = outcomes.popleft() if outcomes else None
                request = self._calls.carried.get(id(outcome)) if self._calls.carried else None
                if asks:
                    yield self._person(event, event.action, parameter, outcome, origin)
                elif status := self._on_platform(request) if request else self._status(
                        event, outcome, _DONE, "failed"):
                    yield Change(side, event.action, asset, without_context([parameter])[0], origin, status, known,
                                 event.run, block, line)

    def _on_platform(self, event: ApiCalled) -> Fate | None:
        """What became of a request to the platform itself; None of one that read, or whose writes are told."""
        code = (self._get(event.returned) or {}).get("status_code", 0)
        if event.name in _SAFE:
            return None
        if code >= 400:
            return _not(f"the local REST answered {code}")
        return None if event.command in self._calls.wrote else _DONE

    def _person(self, event: ActionStarted, kind: str, parameter: dict[str, Any], outcome: Event | None,
                origins: list[Parameter]) -> Change:
        return self._row(event, PERSON, kind, on=asked_of(parameter), given=parameter, origins=origins,
                         status=self._status(event, outcome, Fate("answered", True), "not answered"))

    def _status(self, event: ActionStarted, outcome: Event | None, good: Fate, bad: str) -> Fate:
        if isinstance(outcome, OutcomeGiven):
            count, failed = self._failed(outcome)
            if not failed:
                return good
            part = len(failed) < count
            share = f"{len(failed)} of {count} " if part else ""
            return Fate(f"{share}{bad}{f': {failed[0]}' if failed[0] else ''}", part)
        if isinstance(outcome, CallRefused):
            return _not(outcome.message)
        if event.action_run_id in self._completed:
            return _not(self._completed[event.action_run_id].message)
        if event.run in self._index.ends:
            return _not("no outcome" if isinstance(outcome, OutcomeMissing) else "the run ended before")
        return Fate("pending")

    def _failed(self, outcome: OutcomeGiven) -> tuple[int, list[str]]:
        """How many results there are, and the messages of those that failed."""
        if outcome.count is not None and outcome.failed is not None:
            return outcome.count, outcome.failed
        results = self._get(outcome.results)
        return len(results), [one["message"] for one in results if one["status"] != "success"]

    def _row(self, event: _Source, side: str, change: str, *, on: str, given: Any = None,
             status: Fate, known: str = "", origins: Sequence[Parameter] = ()) -> Change:
        return Change(side, change, on, without_context([given])[0] if isinstance(event, ActionStarted) else given,
                      origins, status, known, event.run, self._index.block_of(event.invocation), self._line(event))

    def _line(self, event: _Source) -> int:
        if isinstance(event, ActionStarted):
            return self._index.line_of(event.command)
        if isinstance(event, Changed):
            return self._calls.behind[id(event)].line if id(event) in self._calls.behind else 0
        return 0 if isinstance(event, Replaced) else event.line


def _known(event: ActionStarted) -> str:
    """What is known of an action that is taken as a change."""
    if event.read_only:
        return f"declared read-only, but of type {event.kind}"
    return UNKNOWN if event.read_only is None else "declared a change"


def _left(answer: dict[str, Any]) -> bool:
    """Whether a request left the platform, or may have."""
    return not answer or "source" in answer


def _sent(answer: dict[str, Any], error: str, answered: bool) -> Fate:
    """What became of a request that leaves the platform."""
    if error:
        return Fate(f"failed: {error}") if answered else _REFUSED
    if not answer:
        return _not("no outcome")
    return _DONE if answer["status_code"] < 400 else Fate(f"failed: status code {answer['status_code']}")


def _outcomes(events: Iterable[Event]) -> dict[tuple[int, str, str], deque[_Answer]]:
    """What came back, by action run, action and asset, in the order of the parameter sets."""
    found = defaultdict[tuple[int, str, str], deque[_Answer]](deque)
    for event in events:
        if isinstance(event, _Answer) and not (isinstance(event, CallRefused) and event.answered):
            told = found[event.action_run_id, event.action, event.asset]
            if told and isinstance(told[-1], OutcomeMissing):  # it has been given by hand
                told.pop()
            told.append(event)
    return found
