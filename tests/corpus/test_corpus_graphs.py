"""Public playbooks as graphs, where they are at hand: see `tests.corpus.test_corpus`."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from phantom_lab.check.sources import distinct, find
from phantom_lab.flow_graph import graph_of, layout_of
from phantom_lab.flow_graph.drawing import drawing
from phantom_lab.source.playbook import Playbook
from tests.lab.test_flow_graph import overlaps

CORPUS = [one for one in os.environ.get("PHANTOM_LAB_CORPUS", "").split(os.pathsep) if one]
pytestmark = pytest.mark.skipif(not CORPUS, reason="PHANTOM_LAB_CORPUS names no public playbooks: NOT CHECKED HERE")


def test_every_block_of_every_public_playbook_is_in_its_graph_and_drawn_apart() -> None:
    """All of them, at the places of their exports but for one that has none."""
    playbooks = [one for one in distinct(find(CORPUS)) if isinstance(one, Playbook)]
    found: Counter[str] = Counter()
    for playbook in playbooks:
        graph, layout = graph_of(playbook), layout_of(playbook)
        assert {graph.owners[one] for one in playbook.blocks} <= graph.by_name.keys(), playbook.name
        assert layout.places.keys() == graph.by_name.keys(), playbook.name
        assert not overlaps(layout), playbook.name
        assert len(drawing(graph, layout)["blocks"]) == len(graph.blocks)
        gates = [one for one in graph.edges if graph.by_name[one.source].branches]
        found.update(playbooks=1, laid_out=not layout.given, sideways=layout.sideways, edges=len(gates),
                     without_branch=sum(one.branch is None for one in gates))
    assert (found["playbooks"], found["laid_out"]) == (178, 1)
    assert 60 < found["sideways"] < 110
    assert found["without_branch"] < 0.01 * found["edges"]
