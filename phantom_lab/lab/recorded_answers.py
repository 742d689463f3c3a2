"""What a run that goes on live takes from the recording that it came from."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from phantom_lab.engine.outside import http_answer_from
from phantom_lab.engine.serialized import custom_function_from, playbook_from
from phantom_lab.errors import InputError
from phantom_lab.history import Answered, Journal, SourceTaken
from phantom_lab.model import Asset
from phantom_lab.outcomes import CUSTOM_FUNCTION, PLAYBOOK, ActionCall, Outcome, Recording, outcome_of
from phantom_lab.outcomes.http_answer import HttpAnswer
from phantom_lab.outcomes.recorded import recorded
from phantom_lab.outcomes.recording import RecordingProvider
from phantom_lab.source.custom_function import CustomFunction
from phantom_lab.source.library import Library
from phantom_lab.source.playbook import Playbook
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


class RecordedSources(Library):
    """Playbooks and custom functions as a journal holds them; others are looked for in another library."""

    def __init__(self, journal: Journal, other: Library) -> None:
        super().__init__()
        self._journal, self._other = journal, other

    def playbook(self, reference: str, near: Path | None) -> Playbook:
        """The recorded one, or the other library's."""
        told = self._told(PLAYBOOK, reference)
        return self._other.playbook(reference, near) if told is None else playbook_from(told, self._journal)

    def custom_function(self, reference: str, near: Path | None) -> CustomFunction:
        """The recorded one, or the other library's."""
        told = self._told(CUSTOM_FUNCTION, reference)
        if told is None:
            return self._other.custom_function(reference, near)
        return custom_function_from(told, self._journal)

    def folders(self, near: Path | None) -> list[Path]:
        """Those of the other library."""
        return self._other.folders(near)

    def _told(self, kind: str, reference: str) -> Any:
        taken = [one for one in self._journal.index.of_kind(SourceTaken)
                 if (one.kind, one.reference) == (kind, reference)]
        told = self._journal.get(taken[-1].source) if taken else {}
        return told if "source" in told else None
