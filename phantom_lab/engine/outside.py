"""Everything that a run asks of the world outside: outcomes, declarations, sources, HTTP answers.

In a live run a provider or the library answers, and the answer is journaled. In a run that is executed again (its
journal is a `Cursor`) the recorded answer is returned instead. The emulated platform is not outside: it answers again.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from phantom_lab.engine.pending import PendingAction
from phantom_lab.engine.record import RunRecord
from phantom_lab.engine.serialized import (
    FunctionJson,
    PlaybookJson,
    asset_from,
    asset_of,
    custom_function_from,
    playbook_from,
    source_of,
)
from phantom_lab.errors import InputError, MissingSourceError, PlaybookLoadError
from phantom_lab.history import ActionStarted, Answered, CallRefused, Journal, OutcomeGiven, OutcomeMissing, SourceTaken
from phantom_lab.history.cursor import Cursor
from phantom_lab.history.events import REMARKS
from phantom_lab.model import ActionResult, Asset, json_copy
from phantom_lab.outcomes import CUSTOM_FUNCTION, PLAYBOOK, ActionCall, Outcome, Providers, StandIn
from phantom_lab.outcomes.http_answer import HttpAnswer
from phantom_lab.outcomes.outcome import LeftOut
from phantom_lab.source.custom_function import CustomFunction
from phantom_lab.source.library import Library
from phantom_lab.source.playbook import Playbook
from phantom_lab.source.stubbed import StubbedCustomFunction, StubbedPlaybook
from phantom_lab.views.requested import HTTP

ASSETS, NEEDS_PARAMETERS = "assets for an action", "whether an action needs parameters"
TURN = "which of those that are due is next"
STAND_IN, PLAYBOOKS = "stand-in", "playbooks there are"
_ERRORS = (PlaybookLoadError.__name__, MissingSourceError.__name__)


class Outside:
    """Answers what the runs of a tree ask.

    Args:
        providers: where outcomes come from; in a run that is executed again, those of the platform itself.
        library: where child playbooks and custom functions are.
        executing: returns the run that executes.
        current: whether a run that is executed again takes them from there, and not as they were recorded.
    """

    def __init__(self, providers: Providers, library: Library, executing: Callable[[], RunRecord], *,
                 current: bool = False) -> None:
        self.providers, self._current = providers, current
        self._library = library
        self._executing = executing
        self._last: dict[tuple[str, Any], Any] = {}
        self._sources: dict[tuple[str, str, str], Playbook | CustomFunction] = {}

    @property
    def _cursor(self) -> Cursor | None:
        journal = self._executing().journal
        return journal if isinstance(journal, Cursor) and not journal.live else None

    # -- actions ---------------------------------------------------------------------------------------------------

    def outcome(self, pending: PendingAction, call: ActionCall, missing: Callable[[str], str] | None
                ) -> Outcome | str | None:
        """The outcome of a call; a text that says why there is none; or None.

        Args:
            missing: makes that text from the closest answers there are; without it, None is returned.

        Raises:
            LabError: a provider gave something that is no outcome.
        """
        if (cursor := self._cursor) is not None:
            recorded = self._recorded_outcome(cursor, pending, call)
            if recorded != "" or not cursor.goes_on:
                return recorded
        found = pending.answered(call) or self.providers.outcome(call)
        return missing(self.providers.near(call)) if found is None and missing else found

    def _recorded_outcome(self, cursor: Cursor, pending: PendingAction, call: ActionCall) -> Outcome | str | None:
        found = _outcome_ahead(cursor, pending)
        if isinstance(found, CallRefused):
            return None
        if isinstance(found, OutcomeMissing):
            return found.message
        if found is None:
            return ""  # the recorded run ends before: so does this one, at its next event
        own = self.providers.outcome(call) if found.local else None
        outcome = own or outcome_from(found, cursor)
        if cursor.goes_on and not found.local:
            self.providers.passed(call, outcome)
        return outcome

    def objection(self, pending: PendingAction, call: ActionCall, outcome: Outcome) -> str:
        """How an outcome breaks what the app declares; empty if it does not."""
        if (cursor := self._cursor) is not None:
            found = _outcome_ahead(cursor, pending)
            if found is not None or not cursor.goes_on:
                return found.objection if isinstance(found, OutcomeGiven) else ""
        return self.providers.objection(call, outcome)

    def declared(self, calls: Sequence[ActionCall]) -> tuple[bool | None, list[str]]:
        """Whether none of the calls changes anything (None: not known), and the types of their actions."""
        if (cursor := self._cursor) is not None:
            coming = cursor.upcoming
            return (coming.read_only, [coming.kind]) if isinstance(coming, ActionStarted) else (None, [])
        said = {self.providers.read_only(call) for call in calls}
        return (False if False in said else None if None in said else bool(said) or None,
                [self.providers.kind(call) for call in calls])

    def lists(self, calls: Sequence[ActionCall]) -> list[str]:
        """Names of the parameters of these calls that an app declares as lists."""
        if (cursor := self._cursor) is not None:
            return cursor.upcoming.lists if isinstance(cursor.upcoming, ActionStarted) else []
        declared = [found for call in calls if (found := self.providers.declaration(call)) is not None]
        return list(dict.fromkeys(name for one in declared for name, told in one.parameters.items()
                                  if told.get("data_type") == "list"))

    def needs_parameters(self, call: ActionCall) -> bool | None:
        """Whether the action of a call requires any parameter; None: not known."""
        needs: bool | None = self.answer(NEEDS_PARAMETERS, [call.action, call.name, call.asset, call.app],
                                         lambda: self.providers.needs_parameters(call))
        return needs

    def assets(self, action: str) -> list[Asset]:
        """Assets that providers offer for an action."""
        told = self.answer(ASSETS, action, lambda: [asset_of(one) for one in self.providers.assets(action)], [])
        return [asset_from(one) for one in told]

    def turn(self, place: int) -> int:
        """Index of what takes the next turn (see `RunQueue.place`): the given one, or the recorded one."""
        return int(self.answer(TURN, None, lambda: place, 0, repeats=True))

    def remarks(self, tell: Callable[[], list[str]]) -> list[str]:
        """Sentences for the end of a run on what was given for it."""
        return list(self.answer(REMARKS, None, tell, []))

    def unused(self, texts: Callable[[], Mapping[str, bool]]) -> list[str]:
        """As `Providers.remarks`."""
        return self.providers.remarks(texts)

    # -- requests --------------------------------------------------------------------------------------------------

    def http(self, method: str, url: str) -> HttpAnswer | None:
        """The answer to a request that leaves the platform; None: nobody has one.

        Raises:
            InputError: it is not known which answer is meant.
        """
        if (cursor := self._cursor) is not None and cursor.goes_on:
            self.providers.passed_http(method, url)
        told = self.answer(HTTP, [method, url], lambda: _told(self.providers.http(method, url)), repeats=True,
                           always=True)
        return None if told is None else http_answer_from(told)

    # -- sources ---------------------------------------------------------------------------------------------------

    def playbook(self, reference: str, run: RunRecord) -> Playbook:
        """The playbook that a call in a run means.

        Raises:
            PlaybookLoadError: there is none, or it cannot be loaded.
        """
        found: Playbook = self._source(PLAYBOOK, reference, run, self._library.playbook)
        return found

    def custom_function(self, reference: str, run: RunRecord) -> CustomFunction:
        """The custom function that a call in a run means; errors as of `playbook`."""
        found: CustomFunction = self._source(CUSTOM_FUNCTION, reference, run, self._library.custom_function)
        return found

    def playbooks(self, near: Path | None, look: Callable[[list[Path]], list[Any]]) -> list[Any]:
        """Apply `look` to the folders in which playbooks are looked for; its result is JSON."""
        return list(self.answer(PLAYBOOKS, "", lambda: self._library.playbooks(near, look), []))

    @property
    def names(self) -> list[str]:
        """Names of the playbooks that no file holds."""
        return self._library.names

    @property
    def stand_ins(self) -> Sequence[StandIn]:
        """Stand-ins for playbooks and custom functions."""
        return self._library.stand_ins

    def stand_in(self, stand_in: StandIn, given: dict[str, Any]) -> tuple[Any, str | None]:
        """As `StandIn.answer`."""
        data, failed = self.answer(STAND_IN, [stand_in.kind, stand_in.name, given],
                                   lambda: list(stand_in.answer(json_copy(given))), repeats=True) or (None, None)
        return data, failed

    def _source(self, kind: str, reference: str, run: RunRecord, find: Callable[[str, Path | None], Any]) -> Any:
        key = kind, reference, run.playbook.file
        if key in self._sources:
            return self._sources[key]
        found: Any
        error: PlaybookLoadError | None
        if (cursor := self._cursor) is not None and not self._current:
            coming = cursor.upcoming
            told = cursor.value(coming.source) if isinstance(coming, SourceTaken) else None
            if isinstance(told, dict):
                for part in {"source", "export"} & told.keys():  # which its JSON only refers to
                    run.journal.put_text(cursor.text(told[part]))
                found = None if "error" in told else self._made(kind, told, cursor)
                error = None if found else error_from(kind, told)
            else:
                found, error = None, PlaybookLoadError(f"{kind} '{reference}' is not recorded")
        else:
            found, error = _found(find, reference, run.playbook.path)
            told = _source_told(found, error, run.journal)
            if cursor is not None and isinstance(coming := cursor.upcoming, SourceTaken):
                cursor.same_code &= coming.source == run.journal.put(told)
        run.journal.append(SourceTaken(run.id, run.invocation, kind, reference, run.playbook.file,
                                       run.journal.put(told)))
        if error is not None:
            raise error
        self._sources[key] = found
        return found

    def _made(self, kind: str, told: Any, cursor: Cursor) -> Playbook | CustomFunction:
        if "stand_in" not in told:
            return playbook_from(told, cursor) if kind == PLAYBOOK else custom_function_from(told, cursor)

        def unasked(given: dict[str, Any]) -> Any:
            raise AssertionError("a stand-in is recorded, and not asked")

        one = StandIn(kind, told["stand_in"], unasked, "", told["answers"])
        return StubbedPlaybook.of(one) if kind == PLAYBOOK else StubbedCustomFunction.of(one)

    # -- both ------------------------------------------------------------------------------------------------------

    def answer(self, question: str, asked: Any, live: Callable[[], Any], default: Any = None, *,
               repeats: bool = False, always: bool = False) -> Any:
        """Ask a question, and journal the answer.

        Args:
            question, asked: what is asked, and of what, as JSON.
            live: answers in a live run.
            default: the answer that needs no event.
            repeats: an answer is journaled unless it is the default; else, unless it is the last one to this question.
            always: any answer is journaled.

        Raises:
            InputError: `live` did, now or in the recorded run.
        """
        run, put = self._executing(), self._executing().journal.put
        key = question, repr(asked)
        last = default if repeats else self._last.get(key, default)
        answer, error = last, None
        if (cursor := self._cursor) is not None:
            coming = cursor.upcoming
            if isinstance(coming, Answered) and cursor.asks(coming, question, put(asked)):
                answer, error = cursor.value(coming.answer), coming.error
        else:
            try:
                answer = live()
            except InputError as exc:
                answer, error = None, [exc.what, exc.where, exc.hint]
        if error or always or put(answer) != put(last):  # a recorded one is JSON: it may be of other types
            self._last[key] = answer
            run.journal.append(Answered(run.id, run.invocation, question, put(asked), put(answer), error))
        if error:
            raise InputError(error[0], where=error[1], hint=error[2])
        return answer


def outcome_from(given: OutcomeGiven, cursor: Cursor) -> Outcome:
    """A recorded outcome."""
    results = tuple(ActionResult(one["status"], one["message"], one["parameter"], one["data"], one["summary"])
                    for one in cursor.value(given.results))
    return Outcome(results, given.source, given.delay, local=given.local, by=given.by, own=given.made_up,
                   left_out=tuple(LeftOut(**one) for one in given.left_out))


def _outcome_ahead(cursor: Cursor, pending: PendingAction) -> OutcomeGiven | OutcomeMissing | CallRefused | None:
    """The next recorded outcome of an action, or the event that says why there is none."""
    return next((one for one in cursor.ahead() if isinstance(one, OutcomeGiven | OutcomeMissing | CallRefused)
                 and one.action_run_id == pending.id and one.run == pending.run.id
                 and not (isinstance(one, CallRefused) and one.answered)), None)


def _found(find: Callable[[str, Path | None], Any], reference: str,
           near: Path | None) -> tuple[Any, PlaybookLoadError | None]:
    try:
        return find(reference, near), None
    except PlaybookLoadError as exc:
        return None, exc


def error_from(kind: str, told: Mapping[str, Any]) -> PlaybookLoadError:
    """Why there is no such source, as recorded."""
    what, where, hint = told["what"], told["where"], told["hint"]
    if told["error"] == MissingSourceError.__name__:
        return MissingSourceError(what, where=where, hint=hint, kind="child playbook" if kind == PLAYBOOK else kind)
    return PlaybookLoadError(what, where=where, hint=hint)


def _source_told(found: Any, error: PlaybookLoadError | None,
                 journal: Journal) -> PlaybookJson | FunctionJson | dict[str, str]:
    if error is not None:
        kind = type(error).__name__ if type(error).__name__ in _ERRORS else PlaybookLoadError.__name__
        return {"error": kind, "what": error.what, "where": error.where, "hint": error.hint}
    if isinstance(found, StubbedPlaybook | StubbedCustomFunction):
        return {"stand_in": found.stand_in.name, "answers": found.stand_in.source}
    return source_of(found, journal)


def http_answer_from(told: dict[str, Any]) -> HttpAnswer:
    """A recorded answer to a request."""
    return HttpAnswer(**{**told, "body": base64.b64decode(told["body"])})


def _told(answer: HttpAnswer | None) -> dict[str, Any] | None:
    return None if answer is None else {
        "status": answer.status, "headers": dict(answer.headers), "body": base64.b64encode(answer.body).decode(),
        "source": answer.source, "delay": answer.delay, "error": answer.error}
