"""The child playbooks and custom functions that a run had, for a run that is made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from phantom_lab.engine.outside import PLAYBOOKS, error_from
from phantom_lab.engine.serialized import custom_function_from, playbook_from
from phantom_lab.errors import MissingSourceError
from phantom_lab.history import Journal, SourceTaken
from phantom_lab.lab.recalled import Recalled
from phantom_lab.outcomes import CUSTOM_FUNCTION, PLAYBOOK, StandIn
from phantom_lab.source.custom_function import CustomFunction
from phantom_lab.source.library import Library
from phantom_lab.source.playbook import Playbook

NOT_RECORDED = "The journal does not hold it: the recorded run never asked for it."


class RecordedSources(Library):
    """Playbooks and custom functions as a journal holds them, after what stands in for them.

    Args:
        beyond: gives what the journal holds no source of.
    """

    def __init__(self, journal: Journal, beyond: Library, stand_ins: Iterable[StandIn] = ()) -> None:
        super().__init__(stand_ins=tuple(stand_ins))
        self._journal, self._beyond = journal, beyond

    def playbook(self, reference: str, near: Path | None) -> Playbook:
        """Arguments and errors as of `Library.playbook`."""
        if self._stand_in(PLAYBOOK, reference) is not None:
            return super().playbook(reference, near)
        told = _told(self._journal, PLAYBOOK, reference)
        return playbook_from(told, self._journal) if "source" in told else self._beyond.playbook(reference, near)

    def custom_function(self, reference: str, near: Path | None) -> CustomFunction:
        """Arguments and errors as of `Library.custom_function`."""
        if self._stand_in(CUSTOM_FUNCTION, reference) is not None:
            return super().custom_function(reference, near)
        told = _told(self._journal, CUSTOM_FUNCTION, reference)
        return custom_function_from(told, self._journal) if "source" in told else self._beyond.custom_function(
            reference, near)

    def folders(self, near: Path | None) -> list[Path]:
        """Those of the other library."""
        return self._beyond.folders(near)

    def playbooks(self, near: Path | None, look: Callable[[list[Path]], list[Any]]) -> list[Any]:
        """As the other library sees them."""
        return self._beyond.playbooks(near, look)


class Sourceless(Library):
    """What a journal tells of playbooks and custom functions without a source: what stood in for them, or that they
    were not found. No file is looked for.

    Args:
        made_up: what one gives that the journal does not know of, by its kind and reference; None: nothing does.
    """

    def __init__(self, journal: Journal, recalled: Recalled, made_up: Callable[[str, str], Any] | None = None) -> None:
        super().__init__()
        self._journal, self._recalled, self._made_up = journal, recalled, made_up
        self.invented: list[tuple[str, str]] = []
        """Kind and reference of what was made up."""

    def folders(self, near: Path | None) -> list[Path]:
        """None: nothing of the machine is read."""
        return []

    def playbooks(self, near: Path | None, look: Callable[[list[Path]], list[Any]]) -> list[Any]:
        """As recorded."""
        return list(self._recalled.answer(PLAYBOOKS, "") or [])

    def _stand_in(self, kind: str, reference: str) -> StandIn:
        """Whatever has no source is stood in for."""
        told = _told(self._journal, kind, reference)
        if name := told.get("stand_in"):
            return StandIn(kind, name, lambda given: self._recalled.stand_in(kind, name, given), "", told["answers"])
        if "error" in told:
            raise error_from(kind, told)
        if self._made_up is None:
            raise MissingSourceError(f"no {kind} '{reference}'", hint=NOT_RECORDED, kind=kind)
        self.invented.append((kind, reference))
        made_up = self._made_up(kind, reference)
        return StandIn(kind, reference, lambda _: made_up, "", "made up")


def _told(journal: Journal, kind: str, reference: str) -> Any:
    """What a run got last when it asked for one; empty: it never did."""
    taken = [one for one in journal.index.of_kind(SourceTaken) if (one.kind, one.reference) == (kind, reference)]
    return journal.get(taken[-1].source) if taken else {}
