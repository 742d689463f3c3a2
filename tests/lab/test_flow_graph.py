"""Playbooks as graphs: what leads where, where it is drawn, and where a run stands in it at any moment."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest.mock import patch
from xml.etree import ElementTree

import pytest

from phantom_lab import Lab, Playbook
from phantom_lab.engine import PlaybookRun
from phantom_lab.flow_graph import (
    Block,
    Edge,
    Graph,
    Layout,
    drawing,
    graph_of,
    layout_of,
    playbook_of,
    runs_of,
    state_of,
    svg,
    telling,
)
from phantom_lab.flow_graph.graph import START, TYPES
from phantom_lab.flow_graph.layered import BLOCKS, HEIGHT, WIDTH, layered
from phantom_lab.flow_graph.passes import Passes
from phantom_lab.flow_graph.placing import placed
from phantom_lab.history.events import InvocationStarted, Queued, TurnTaken
from phantom_lab.views.moment import at
from tests.situations import SAMPLES, finished

JOINED = """
import phantom.rules as phantom
def on_start(container):
    phantom.act("look", parameters=[{"a": 1}], assets=["x"], name="first", callback=first_callback)
    branch(container=container)
def first_callback(action=None, success=None, container=None, results=None, **kwargs):
    join_last(container=container)
def branch(container=None, **kwargs):
    found = phantom.decision(container=container, conditions=[["artifact:*.cef.a", "==", 1]])
    if found:
        second(container=container)
        return
    found = phantom.decision(container=container, conditions=[["artifact:*.cef.a", "==", 2]])
    if found:
        other(container=container)
        return
    tidy()
    neither(container=container)
def second(container=None, **kwargs):
    phantom.act("look", parameters=[{"a": 2}], assets=["x"], name="second", callback=join_last)
def other(container=None, **kwargs):
    phantom.set_status(container, "closed")
def neither(container=None, **kwargs):
    raise ValueError("neither")
def tidy():
    pass
def join_last(container=None, **kwargs):
    if phantom.completed(action_names=["first", "second"]):
        last(container=container)
def last(container=None, **kwargs):
    phantom.debug("last")
def on_finish(container, summary):
    pass
"""


def laid(playbook: Playbook) -> tuple[Graph, Layout]:
    return graph_of(playbook), layout_of(playbook)


def overlaps(layout: Layout) -> list[tuple[str, str]]:
    """Blocks that are drawn over each other."""
    names = list(layout.places)
    return [(one, other) for number, one in enumerate(names) for other in names[:number]
            if abs(layout.places[one][0] - layout.places[other][0]) < WIDTH
            and abs(layout.places[one][1] - layout.places[other][1]) < HEIGHT]


def ran(value: Any, **options: Any) -> PlaybookRun:
    lab = Lab({"artifacts": [{"cef": {"a": value}}, {"cef": {"a": 0}}]})
    lab.action("look")(lambda parameter: [])
    return lab.run(Playbook.from_source(JOINED, name="joined"), journal=None, **options)


def test_the_graph_of_a_source_has_its_blocks_types_and_branches() -> None:
    """Joins and callbacks belong to their blocks; helpers are there as such."""
    graph = graph_of(Playbook.from_source(JOINED, name="joined"))
    assert {one.name: one.type for one in graph.blocks} == {
        "on_start": "start", "first_callback": "code", "branch": "decision", "second": "action", "other": "utility",
        "neither": "code", "tidy": "helper", "last": "code", "on_finish": "end"}
    assert graph.owners["join_last"] == "last"
    assert [one.label for one in graph.by_name["branch"].branches] == ["if", "else if", "else"]
    assert {Edge("branch", "second", 0), Edge("branch", "other", 1), Edge("branch", "neither", 2),
            Edge("second", "last"), Edge("first_callback", "last"), Edge("on_start", "first_callback")
            } <= set(graph.edges)


def test_every_sample_is_drawn_without_overlaps() -> None:
    """Every function of a sample belongs to a block, and every block has a place of its own."""
    for file in sorted((SAMPLES / "playbooks").glob("*.py")):
        graph, layout = laid(Playbook.load(file))
        assert {graph.owners[one] for one in Playbook.load(file).blocks} <= graph.by_name.keys(), file.name
        assert layout.places.keys() == graph.by_name.keys()
        assert not overlaps(layout), file.name
        assert {one.type for one in graph.blocks} <= set(TYPES)
        drawn = drawing(graph, layout)
        assert len(drawn["blocks"]) == len(graph.blocks)


def test_an_export_gives_types_details_places_and_names_of_branches() -> None:
    """As the editor shows them, and where."""
    graph, layout = laid(Playbook.load(SAMPLES / "playbooks" / "triage_phishing_sources.py"))
    assert asdict(graph.by_name["geolocate_sources"]) | {"line": 0} == asdict(
        Block("geolocate_sources", "action", "geolocate ip", exported=True))
    assert [one.label for one in graph.by_name["country_decision"].branches] == ["unusual", "usual"]
    assert (layout.given, layout.routes) == (len(graph.blocks), {})
    assert layout.places["on_start"][1] < layout.places["filter_sources"][1] < layout.places["escalate"][1]


def test_a_classic_export_is_drawn_from_left_to_right_with_what_its_source_has_besides(tmp_path: Path) -> None:
    """What the source calls and the export does not know is there, and what only the export knows."""
    cells = [{"type": "coa.StartEnd", "id": "a", "inPorts": [], "block_code": "def on_start(container):",
              "position": {"x": 0, "y": 0}},
             {"type": "coa.Filter", "id": "b", "block_code": "def pick(container):", "position": {"x": 200, "y": 0},
              "outputs": [{"display": "If"}, {"display": "If"}]},
             {"type": "coa.API", "id": "c", "name": "gone", "number": 1, "api": "add tag"},
             {"type": "link", "id": "d", "source": {"id": "a", "port": None}, "target": {"id": "b"}},
             {"type": "link", "id": "e", "source": {"id": "b", "port": "out-2"}, "target": {"id": "c"}}]
    (tmp_path / "old.json").write_text(json.dumps({"coa": {"data": {"joint": {"cells": cells}}}}))
    (tmp_path / "old.py").write_text("def on_start(container):\n    pick(container)\ndef pick(container):\n"
                                     "    extra(container)\ndef extra(container):\n    pass\n")
    graph, layout = laid(Playbook.load(tmp_path / "old.py"))
    assert [(one.name, one.type, one.detail, one.exported) for one in graph.blocks] == [
        ("on_start", "start", "", True), ("pick", "filter", "", True), ("extra", "code", "", False),
        ("gone_1", "utility", "add tag", True)]
    assert graph.by_name["gone_1"].line == 0
    assert set(graph.edges) == {Edge("on_start", "pick"), Edge("pick", "gone_1", 1), Edge("pick", "extra")}
    assert (layout.sideways, layout.given, overlaps(layout)) == (True, 2, [])
    assert layout.places["on_start"][0] < layout.places["pick"][0] < layout.places["extra"][0]


@pytest.mark.parametrize("node", [{"x": float("nan"), "y": 0}, {"x": 1e300, "y": 0}, {"x": "1", "y": 2}, {"x": None},
                                  {"data": {"functionName": ["a"]}}, {"data": None}, {"id": {}}, "text"])
def test_an_export_of_another_shape_does_no_harm(tmp_path: Path, node: Any) -> None:
    """Places that are none are made up; what has no name is left out."""
    first = {"id": "0", "type": "start", "data": {"functionName": "on_start"}, "x": 0, "y": 0}
    made = {"id": "1", "type": ["?"], "data": {"functionName": "b"}, **node} if isinstance(node, dict) else node
    data = {"nodes": {"0": first, "1": made}, "edges": [{"sourceNode": "0", "targetNode": "1"}, 3]}
    (tmp_path / "odd.json").write_text(json.dumps({"coa": {"data": data}}))
    (tmp_path / "odd.py").write_text("def on_start(container):\n    b(container)\ndef b(container):\n    pass\n")
    graph, layout = laid(Playbook.load(tmp_path / "odd.py"))
    assert layout.places.keys() == {"on_start", "b"}
    assert not overlaps(layout)
    assert Edge("on_start", "b") in graph.edges


def test_blocks_at_one_place_are_drawn_apart() -> None:
    """However many: and as near as can be."""
    names = [f"b{number}" for number in range(60)]
    graph = Graph("pile", tuple(Block(one, START) for one in names), (Edge("b0", "b1"),))
    layout = placed(graph, {name: (5.0 * (number % 3), 0.0) for number, name in enumerate(names[:50])})
    assert not overlaps(layout)
    assert layout.given == 50
    assert layout.height < 60 * 2 * HEIGHT


def test_a_layout_is_the_same_whenever_it_is_made_and_bounded() -> None:
    """The edges end at the borders of their blocks; a graph that is too large for a good layout has a plain one."""
    rnd = random.Random(1)
    names = [f"b{number}" for number in range(120)]
    edges = [(names[number // 2], one) for number, one in enumerate(names) if number] + [
        tuple(rnd.sample(names, 2)) for _ in range(20)]
    places, routes = layered(names, edges)
    assert (places, routes) == layered(names, edges)
    assert len(places) == 120
    for (source, target), points in routes.items():
        for name, (x, y) in ((source, points[0]), (target, points[-1])):
            left, top = places[name]
            assert left - 1 <= x <= left + WIDTH + 1
            assert top - 1 <= y <= top + HEIGHT + 1
    many = [f"b{number}" for number in range(BLOCKS + 1)]
    places, routes = layered(many, list(pairwise(many)))
    assert (len(places), len(set(places.values())), routes) == (BLOCKS + 1, BLOCKS + 1, {})


@pytest.mark.parametrize("name", ["reputation_joins", "contain_host_left_alone", "scheduled_containment",
                                  "alert_digest", "watchlist_custom_functions", "block_and_report", "no_outcome"])
def test_the_state_at_every_moment_is_what_the_journal_says(name: str) -> None:
    """Counts, ways, what was pending and where the run was, held against a plain look at the events."""
    run = finished(name)
    journal = run.journal
    for number in runs_of(journal):
        graph = graph_of(playbook_of(journal, number))
        for position in range(0, journal.length, 3):
            before = journal.events[:position + 1]
            started = [one for one in before if isinstance(one, InvocationStarted)
                       and one.run == number and not one.custom_function]
            moment = at(journal, position)
            state = state_of(moment, graph, number)
            counts = Counter(one.block for one in started if graph.owners[one.block] == one.block)
            told = {block: one.count for block, one in state.blocks.items() if graph.by_name[block].type != "helper"}
            assert {block: one for block, one in told.items() if one} == counts
            assert [n for n, _, _ in state.path] == [one.n for one in started][-40:]
            pending: dict[tuple[str, int], str] = {}
            for one in before:
                if isinstance(one, Queued) and one.run == number:
                    pending[one.kind, one.id] = one.name
                elif isinstance(one, TurnTaken):
                    pending.pop((one.kind, one.id), None)
            assert sorted(name for one in state.blocks.values() for name in one.pending) == sorted(pending.values())
            found = moment.invocation
            if found and found.started.run == number and not found.started.custom_function:
                assert state.current == graph.owners[found.started.block]
            json.dumps(telling(graph, layout_of(playbook_of(journal, number)), state), allow_nan=False)


def test_branches_tell_how_many_rows_went_which_way() -> None:
    """And how often, where the code goes on behind all conditions."""
    run = ran(2)
    graph = graph_of(run.playbook)
    rows = state_of(at(run.journal, -1), graph).branches
    assert [(rows["branch", number].held, rows["branch", number].rows, rows["branch", number].total)
            for number in (0, 1)] == [(0, 0, 2), (1, 1, 2)]
    assert ("branch", 2) not in rows
    run = ran(3)
    state = state_of(at(run.journal, -1), graph_of(run.playbook))
    assert state.branches["branch", 2].held == 1
    assert (state.blocks["neither"].raised, state.blocks["on_start"].raised, state.status) == (1, 0, "error")
    told = telling(graph, layout_of(run.playbook), state)
    assert ["else · 1×", True, "else: taken 1 of 1 times"] in told["labels"].values()


def test_a_join_says_what_it_waits_for_until_it_goes_on() -> None:
    """Pending, never asked for; and nothing once it is through."""
    run = ran(2)
    graph, length = graph_of(run.playbook), run.journal.length
    waits = state_of(at(run.journal, -1), graph).blocks["last"].waits
    assert [one.lacks for one in waits] == [(("second", "never asked for"),)]
    run = ran(1)
    seen = [state_of(at(run.journal, position), graph).blocks.get("last") for position in range(length)]
    assert (("second", "pending"),) in [one.waits[0].lacks for one in seen if one and one.waits]
    done = state_of(at(run.journal, -1), graph).blocks["last"]
    assert (done.count, done.waits) == (1, ())


def test_a_run_that_needs_an_outcome_is_at_the_block_that_asked_for_it() -> None:
    """It stands nowhere else, and is marked, until the outcome is given; so it is where the run ends for want of it."""
    stepper = Lab({"name": "x"}).step(Playbook.from_source(JOINED, name="joined"))
    stepper.resume()
    journal, graph = stepper.journal, graph_of(playbook_of(stepper.journal, 1))
    waiting = state_of(at(journal, -1), graph)
    assert (stepper.position.state, waiting.current, waiting.blocks["on_start"].missing) == (
        "needs_outcome", "on_start", "first")
    told = telling(graph, layout_of(playbook_of(journal, 1)), waiting)
    assert told["blocks"]["0"]["marks"] == "needs an outcome"
    assert told["current"] == 0
    since = journal.length - 1
    stepper.give([{"b": 1}])
    given = state_of(at(journal, -1), graph)
    assert given.current == ""
    assert not any(one.missing for one in given.blocks.values())
    assert state_of(at(journal, since), graph).current == "on_start"
    ended = Lab({"name": "x"}).run(Playbook.from_source(JOINED, name="joined"))
    assert ended.status == "needs_outcome"
    assert state_of(at(ended.journal, -1), graph).current == "on_start"


def test_a_child_playbook_is_a_graph_of_its_own(tmp_path: Path) -> None:
    """The block that asked for it leads there; each run has its own path, from the journal alone."""
    (tmp_path / "child.py").write_text("import phantom.rules as phantom\ndef on_start(container):\n"
                                       "    phantom.debug('child')\n")
    parent = ("import phantom.rules as phantom\ndef on_start(container):\n"
              "    phantom.playbook('local/child', container=container, name='c')\n")
    run = Lab({"name": "x"}, paths=[tmp_path]).run(Playbook.from_source(parent, name="parent"), journal=None)
    first, second = runs_of(run.journal)
    names = [graph_of(playbook_of(run.journal, one)).name for one in (first, second)]
    assert names == ["parent", "child"]
    last = at(run.journal, -1)
    state = state_of(last, graph_of(playbook_of(run.journal, first)), first)
    assert state.blocks["on_start"].children == (second,)
    assert state_of(last, graph_of(playbook_of(run.journal, second)), second).blocks["on_start"].count == 1
    begun = state_of(at(run.journal, 1), graph_of(playbook_of(run.journal, second)), second)
    assert (begun.status, begun.blocks) == ("not begun", {})


def test_a_step_looks_at_what_is_new() -> None:
    """Events are taken once, and conditions are worked out once."""
    run = ran(1)
    graph = graph_of(run.playbook)
    state_of(at(run.journal, -1), graph)
    with (patch.object(Passes, "take", side_effect=AssertionError("an event is taken again")),
          patch("phantom_lab.flow_graph.passes.evaluated_rows", side_effect=AssertionError("rows are judged again"))):
        for position in range(run.journal.length):
            state_of(at(run.journal, position), graph)


def test_what_the_graph_does_not_show_is_counted() -> None:
    """A nested function as a callback is no block."""
    source = ("import phantom.rules as phantom\ndef on_start(container):\n    def inner(**kwargs):\n        pass\n"
              "    phantom.act('look', parameters=[{}], assets=['x'], name='a', callback=inner)\n")
    lab = Lab({"name": "x"})
    lab.action("look")(lambda parameter: [])
    run = lab.run(Playbook.from_source(source, name="nested"), journal=None)
    state = state_of(at(run.journal, -1), graph_of(run.playbook))
    assert sum(state.others.values()) == 1


def test_the_svg_is_inert_and_bounded(tmp_path: Path) -> None:
    """Hostile names are text: cut, and visible where they steer."""
    evil = "<script>pwned()</script>\u202e\x1b[31m" + "x" * 1_000_000
    nodes = {"0": {"id": "0", "type": "start", "data": {"functionName": "on_start"}, "x": 0, "y": 0},
             "1": {"id": "1", "type": "decision", "x": 0, "y": 200, "data": {
                 "functionName": evil, "conditions": [{"customName": evil, "type": "if"}]}},
             "2": {"id": "2", "type": "action", "x": 0, "y": 400, "data": {"functionName": "b", "action": evil}}}
    data = {"nodes": nodes, "edges": [{"sourceNode": "0", "targetNode": "1"},
                                      {"sourceNode": "1", "targetNode": "2", "conditions": [{"index": 0}]}]}
    (tmp_path / "evil.json").write_text(json.dumps({"coa": {"data": data}}))
    (tmp_path / "evil.py").write_text("def on_start(container):\n    pass\n")
    playbook = Playbook.load(tmp_path / "evil.py")
    run = Lab({"name": "x"}).run(playbook, journal=None)
    graph, layout = laid(playbook)
    state = state_of(at(run.journal, -1), graph)
    made = svg(graph, layout, state)
    assert len(made) < 12_000
    assert len(json.dumps([drawing(graph, layout), telling(graph, layout, state)])) < 6_000
    found = list(ElementTree.fromstring(made).iter())
    assert {one.tag.rpartition("}")[2] for one in found} == {"svg", "title", "style", "path", "g", "rect", "text"}
    assert not [name for one in found for name in one.attrib if name.startswith("on") or "href" in name]
    assert "\u202e" not in made
    assert "\x1b" not in made
    assert "&lt;script&gt;" in made


def test_what_a_helper_calls_lies_on_the_way_through_it() -> None:
    """The journal names the block; the graph shows the helpers in between."""
    source = ("def on_start(container):\n    one(container)\ndef one(box):\n    two(box)\n"
              "def two(box):\n    last(box)\ndef last(container):\n    pass\n")
    run = Lab({"name": "x"}).run(Playbook.from_source(source, name="helped"), journal=None)
    edges = state_of(at(run.journal, -1), graph_of(run.playbook)).edges
    assert {ends: count for ends, (count, _) in edges.items()} == {
        ("on_start", "one"): 1, ("one", "two"): 1, ("two", "last"): 1}


def test_a_join_may_wait_for_a_code_block() -> None:
    """Which has nothing to complete: it is reached or not."""
    source = ("import phantom.rules as phantom\ndef on_start(container):\n"
              "    join_last(container)\n    code_1(container)\n"
              "def code_1(container):\n    pass\ndef join_last(container):\n"
              "    if phantom.completed(code_names=['code_1', 'code_2']):\n        last(container)\n"
              "def last(container):\n    pass\ndef code_2(container):\n    pass\n")
    run = Lab({"name": "x"}).run(Playbook.from_source(source, name="coded"), journal=None)
    waits = state_of(at(run.journal, -1), graph_of(run.playbook)).blocks["last"].waits
    assert [one.lacks for one in waits] == [(("code_1", "reached later"), ("code_2", "not reached"))]
