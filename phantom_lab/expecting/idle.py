"""Expectations that no run can fail: what is never to happen has a name that nothing of the playbook has."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from phantom_lab.errors import LabError
from phantom_lab.expecting.facts import Facts
from phantom_lab.misspelt import closest, near
from phantom_lab.reading.read import Reading, read
from phantom_lab.reading.texts import asked_names
from phantom_lab.scenarios.expectation import Wanted
from phantom_lab.scenarios.fitting import fits
from phantom_lab.views.rows import Hint

_CLOSE = 0.85
"""Likeness from which on an action counts as misspelt: to forbid one that the playbook does not have is a safeguard."""


def idle(facts: Facts, wanted: Iterable[Wanted], *, sure: bool = True) -> list[Hint]:
    """A hint for each thing that is never to happen, by a name that stands nowhere in the sources of the run.

    Args:
        sure: whether names are told that are not nearly one that is there. Of blocks they are not, either, where a
            child playbook that was not started may have them, or code makes names.
    """
    absent = [one for one in wanted if one.most == 0 and "playbook" not in one.fields]
    if not absent:
        return []
    readings = list(_readings(facts))
    names = [one for reading in readings for one in (*reading.functions, *asked_names(reading))]
    blocks = {one for one in names if isinstance(one, str)}
    actions = {one for reading in readings for call in reading.calls_of("act") if isinstance(
        one := call.get("action"), str)}
    open_ = len(blocks) < len({*names}) or any(True for one in readings for _ in one.calls_of("playbook"))
    told = [message for one in absent for message in _told(one, blocks, actions, sure=sure and not open_)]
    return [{"run": 0, "block": "", "line": 0, "message": one, "count": 1, "invocation": 0} for one in told]


def _told(wanted: Wanted, blocks: Collection[str], actions: Collection[str], *, sure: bool) -> Iterator[str]:
    place = f"{wanted.where}: " if wanted.where else ""
    block, action = wanted.fields.get("block"), wanted.fields.get("action")
    if isinstance(block, str) and "*" not in block and not any(fits("name", block, one) for one in blocks) and (
            sure or near(block, blocks, least=_CLOSE)):
        yield f"{place}{wanted} is never expected, and no playbook here has such a block{closest(block, blocks)}"
    if isinstance(action, str) and near(action, actions, least=_CLOSE) and not any(
            fits("word", action, one) for one in actions):
        yield f"{place}{wanted} is never expected, and nothing here asks for it{closest(action, actions)}"


def _readings(facts: Facts) -> Iterator[Reading]:
    for source in facts.sources:
        try:
            yield read(source)
        except LabError:  # stubbed, or too deep to be read
            continue
