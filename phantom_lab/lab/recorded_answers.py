"""What a run that goes on live takes from the recording that it came from."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from typing import Any

from phantom_lab.engine.outside import http_answer_from
from phantom_lab.errors import InputError
from phantom_lab.history import Answered, Journal
from phantom_lab.model import Asset
from phantom_lab.outcomes import ActionCall, Outcome, Recording, outcome_of
from phantom_lab.outcomes.http_answer import HttpAnswer
from phantom_lab.outcomes.recorded import recorded
from phantom_lab.outcomes.recording import RecordingProvider
from phantom_lab.views.requested import HTTP


class GivenAnswers:
    """Answers that were given for a fork, by the name of the action or prompt.

    Raises:
        InputError: they are not given by name.
    """

    def __init__(self, answers: Mapping[str, Any]) -> None:
        if not isinstance(answers, Mapping):
            raise InputError("the answers of a fork must be given by name", hint='{"whois_1": failure("timed out")}')
        self._answers = answers

    def outcome(self, call: ActionCall) -> Outcome | None:
        """The one for a call."""
        given = self._answers.get(call.name)
        if given is None:
            return None
        return outcome_of(given if isinstance(given, dict) else {"data": given}, call,
                          where=f"the answer of {call.name}", source="given for the fork", by="hand")

    def assets(self, action: str) -> Iterable[Asset]:
        """None of its own."""
        return ()


class RecordedRest(RecordingProvider):
    """Answers that a recorded run got after a position: all, or those that somebody gave by hand, who is not asked
    again.

    Args:
        but: names of what is answered otherwise.
    """

    def __init__(self, journal: Journal, until: int, *, all_of_them: bool, but: Collection[str]) -> None:
        calls = [one for one in recorded(journal, until)
                 if (all_of_them or one["by"] == "hand") and one["name"] not in but]
        super().__init__(Recording(calls, name="of the run that it came from"))
        self._requests: defaultdict[tuple[str, str], deque[dict[str, Any]]] = defaultdict(deque)
        for event in islice(journal.events, until, None) if all_of_them else ():
            if (isinstance(event, Answered) and event.question == HTTP and event.error is None
                    and (told := journal.get(event.answer)) is not None):
                self._requests[tuple(journal.get(event.asked))].append(told)

    def http(self, method: str, url: str) -> HttpAnswer | None:
        """The recorded answer to a request that leaves the platform: the first as the first, the second as the
        second."""
        left = self._requests.get((method, url))
        return http_answer_from(left.popleft()) if left else None
