"""What a tree of runs leaves in the lab once it is applied: its records, and the playbooks they name."""

from __future__ import annotations

from collections.abc import Mapping

from phantom_lab.engine import PlaybookTree
from phantom_lab.model import Record
from phantom_lab.rest.run_records import RUN_KINDS, playbook_number, record, repository_number, run_records
from phantom_lab.state.applying import Writes


def run_writes(tree: PlaybookTree, lab: Mapping[str, dict[int, Record]]) -> dict[tuple[str, int], Writes]:
    """All records of a tree that has ended, as writes to the lab; a playbook that is new to it comes along."""
    places = _playbooks(tree, lab["playbook"])
    made = [(kind, one) for kind in RUN_KINDS for one in run_records(tree, kind)]
    for _, one in made:
        if "playbook" in one:
            one["playbook"] = places[one["playbook"]]
    names = {playbook_number(tree.platform, name): name for name in _names(tree)}
    made += [("playbook", record(tree, "playbook", place, name=names[number], scm=repository_number(tree.platform)))
             for number, place in places.items() if place not in lab["playbook"]]
    return {(kind, one["id"]): Writes(added=one) for kind, one in made}


def _playbooks(tree: PlaybookTree, stored: Mapping[int, Record]) -> dict[int, int]:
    """The ids that playbooks have in the lab, by those that they have in the tree."""
    known, places = {one["name"]: one["id"] for one in stored.values()}, dict[int, int]()
    for name in _names(tree):
        number = playbook_number(tree.platform, name)
        taken = {*stored, *places.values()}
        places[number] = known.get(name) or (number if number not in taken else max(taken) + 1)
    return places


def _names(tree: PlaybookTree) -> list[str]:
    return list(dict.fromkeys(run.playbook.name for run in tree.runs.values()))
