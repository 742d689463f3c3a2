"""The smallest change with which a block runs, or does not, as data and in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import field
from typing import Any

from phantom_lab.errors import cut
from phantom_lab.later import dataclass
from phantom_lab.terminal import brief
from phantom_lab.trials.told_edits import Edit
from phantom_lab.trials.unexpected import ABSENT

_LONGEST = 120


@dataclass(frozen=True, slots=True, repr=False)
class Flip:
    """The smallest change with which a block runs that did not, or does not that did."""

    playbook: str
    file: str
    """Of the playbook."""
    block: str
    """A block, or the name of something that was asked for."""
    ran: bool
    """Whether it ran in the recorded run."""
    edits: list[Edit]
    """Without any one of them it does not flip; empty: no change was found."""
    changes: int
    """How many edits were allowed."""
    executions: int
    """How many runs it took."""
    exhausted: bool
    """Whether the search ended at its bound of runs: more of them might find something."""
    status: str = ""
    """How the changed run ended."""
    message: str = ""
    blocks: list[str] = field(default_factory=list)
    """The blocks of the changed run, in their order."""
    generated: list[dict[str, str]] = field(default_factory=list)
    """What the changed run asks for that nothing recorded answers, so that it was made up:
    ``{"kind", "name", "what"}``."""
    otherwise: list[dict[str, str]] = field(default_factory=list)
    """The same of what was answered as recorded for other parameters."""
    notes: list[str] = field(default_factory=list)
    not_tried: list[dict[str, Any]] = field(default_factory=list)
    """What the run found, and no edit is of: ``{"what", "count"}``."""
    scenario: dict[str, Any] = field(default_factory=dict)
    """A scenario of the changed run, with every answer in it."""

    @property
    def found(self) -> bool:
        """Whether there is one."""
        return bool(self.edits)

    def to_json(self) -> dict[str, Any]:
        """All of it but the scenario."""
        return {"playbook": self.playbook, "block": self.block, "ran": self.ran, "found": self.found,
                "edits": [one.to_json() for one in self.edits], "changes": self.changes,
                "executions": self.executions, "exhausted": self.exhausted, "status": self.status,
                "message": self.message, "blocks": self.blocks, "generated": self.generated,
                "otherwise": self.otherwise, "notes": self.notes,
                "not_tried": self.not_tried}

    def lines(self, longest: int | None = _LONGEST) -> Iterator[str]:
        """In words; values of so many characters at most."""
        took = f"{self.executions} execution{'' if self.executions == 1 else 's'}"
        if not self.found:
            bound = "; the search was ended there: --runs N allows more" if self.exhausted else ""
            yield (f"no change found within {self.changes} edit{'' if self.changes == 1 else 's'} with which "
                   f"{self.block} {'does not run' if self.ran else 'runs'} ({took}{bound})")
        else:
            several = f"{len(self.edits)} edits" if len(self.edits) > 1 else "1 edit"
            yield f"{self.block} {'ran; it does not' if self.ran else 'did not run; it runs'} with {several} ({took}):"
            for one in self.edits:
                before, after = (_value(side, longest) for side in (one.before, one.after))
                yield f"  {one.what}: {before} -> {after}"
            yield f"the changed run: {self.status}{f', {cut(self.message)}' if self.message else ''}"
        for one_, word in ((self.generated, "made up, as nothing recorded answers"),
                           (self.otherwise, "answered as recorded for other parameters")):
            if one_:
                yield f"{word}: {', '.join(dict.fromkeys(told['name'] for told in one_))}"
        if self.not_tried:
            told = [f"{one['what']} ({one['count']:,})" for one in self.not_tried]
            yield f"not tried: {', '.join(told)}"
        yield from (f"note: {one}" for one in self.notes)

    def __repr__(self) -> str:
        return brief(self.lines())


def _value(value: Any, longest: int | None) -> str:
    text = "(not there)" if value is ABSENT else json.dumps(value, ensure_ascii=False, default=str)
    return text if longest is None else cut(text, longest)
