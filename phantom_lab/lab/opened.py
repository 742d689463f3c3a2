"""The journal of a run, opened: a run that can be looked at, asked, gone on with and branched off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from phantom_lab.control import Stepper
from phantom_lab.control.rewinding import Rewinding
from phantom_lab.engine import PlaybookRun
from phantom_lab.errors import shown
from phantom_lab.history import Journal, SourceTaken, read_journal, reopen
from phantom_lab.history.start import spec_of
from phantom_lab.lab import travel
from phantom_lab.lab.again import Live, recorded_playbook
from phantom_lab.questions import Questions
from phantom_lab.source.playbook import Playbook
from phantom_lab.views import summarize


class RecordedRun(Rewinding, Questions):
    """A run as its journal tells it. Nothing of it is executed before somebody says `resume`, `rerun` or `fork`: look
    at `source` first where the journal is somebody else's.

    Args:
        journal: a file, or a journal.
        lab: answers what is not recorded.

    Raises:
        InputError: it cannot be read, or does not hold what its run starts from.
    """

    def __init__(self, journal: str | Path | Journal, *, lab: Live) -> None:
        super().__init__()
        self._file = None if isinstance(journal, Journal) else Path(journal)
        self._journal = journal if isinstance(journal, Journal) else read_journal(journal)
        self._lab = lab
        spec_of(self._journal, str(self._file or ""))
        self.breakpoints = lab.breakpoints

    @property
    def journal(self) -> Journal:
        """What it was opened from."""
        return self._journal

    @property
    def name(self) -> str:
        """Of its file; empty where it has none."""
        return self._file.name if self._file else ""

    @property
    def playbook(self) -> Playbook:
        """The recorded code."""
        return recorded_playbook(self.journal)

    @property
    def source(self) -> str:
        """Its text."""
        return self.playbook.source

    def sources(self) -> list[tuple[str, str]]:
        """What is executed where the run is: titles and texts of the playbook, and of the child playbooks and custom
        functions that it has asked for."""
        told = [self.journal.get(one.source) for one in self.journal.index.of_kind(SourceTaken)]
        others = {f"{one['name']} ({one['file']})": self.journal.get(one["source"]) for one in told if "source" in one}
        return [(f"{self.playbook.name} ({self.playbook.file})", self.source), *others.items()]

    def listing(self) -> Iterator[str]:
        """`sources`, line by line, with their numbers."""
        for title, source in self.sources():
            yield f"--- {title}"
            yield from (f"{number:5}  {line}" for number, line in enumerate(source.splitlines(), 1))

    @property
    def status(self) -> str:
        """How the run ended; ``running`` where the journal was cut off."""
        return summarize(self.journal).status

    def resume(self) -> Stepper:
        """Go on where the journal ends: the recorded code is executed again up to there, and rests at the same place.
        A journal that was cut off goes on in its file; a run that was stopped, or needed an outcome, as a branch.

        Raises:
            InputError: another run writes the file, or it cannot be written.
            StepperError: the run has ended.
        """
        return travel.resume(self._to_go_on)

    def prepare(self) -> PlaybookRun:
        """The same, as a run that does not rest, to be executed. Raises as `resume`."""
        return travel.gone_on(self._to_go_on)

    @property
    def _to_go_on(self) -> travel.Origin:
        origin = self.made_from
        if self._file is None or self.journal.index.all_ended:
            return origin
        return replace(origin, journal=reopen(self._file))

    @property
    def made_from(self) -> travel.Origin:
        """What it is executed again from."""
        return travel.Origin(journal=self.journal, lab=self._lab, playbook=None, breakpoints=self.breakpoints,
                             opened=True, filed=self._file is not None)

    def __repr__(self) -> str:
        lines, count = self.source.count("\n"), len(self.journal.index.invocations)
        return shown(f"<RecordedRun of {self.playbook.name}: {self.status}, {count} invocations, {lines} lines of "
                     "source (.source)>")
