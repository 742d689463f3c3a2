"""Whether two playbooks are one, down to all that they use."""

from __future__ import annotations

from typing import Any

from phantom_lab.errors import LabError
from phantom_lab.outcomes import CUSTOM_FUNCTION, PLAYBOOK
from phantom_lab.reading import texts
from phantom_lab.reading.read import read
from phantom_lab.source.library import Library
from phantom_lab.source.playbook import Playbook
from phantom_lab.source.source import Source
from phantom_lab.trials.trial import Trials

Used = dict[tuple[str, str], Any]
"""By kind and name as in the call, what no run could tell apart; None for what is nowhere."""


def identical(old: Playbook, new: Playbook, trials: tuple[Trials, Trials]) -> bool:
    """Whether two playbooks, and all that they use, are of one text and declare the same.

    Where only a run can tell what they use, they are not.
    """
    used = _used(old, trials[0])
    return used is not None and used == _used(new, trials[1])


def _used(playbook: Playbook, trials: Trials) -> Used | None:
    library = Library(trials.paths)
    found: Used = {(PLAYBOOK, ""): _told(playbook)}
    waiting: list[Source] = [playbook]
    while waiting:
        one = waiting.pop()
        for reference in texts.references(read(one)):
            key = kind, name = reference.kind, reference.name
            if kind not in (PLAYBOOK, CUSTOM_FUNCTION) or key in found:
                continue
            if not name:
                return None
            try:
                child: Source = (library.playbook(name, one.path) if kind == PLAYBOOK else
                                 library.custom_function(name, one.path))
            except LabError:
                found[key] = None
                continue
            found[key] = _told(child)
            waiting.append(child)
    return found


def _told(source: Source) -> tuple[Any, ...]:
    return source.source, *(getattr(source, name, None) for name in ("type", "inputs", "outputs"))
