"""A moment of a run, told from its journal, is what its stepper said when it rested there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from phantom_lab import InputError, Lab, Options, Playbook, success
from phantom_lab.control import Stepper
from phantom_lab.history import Journal, read_journal
from phantom_lab.history.folded import Folded
from phantom_lab.history.timeline import Timeline
from phantom_lab.lab.replaying import replay
from phantom_lab.scenarios import Scenario
from phantom_lab.views import at
from phantom_lab.views.moment import moment_of
from tests.rests import rests, said_by, said_of
from tests.situations import SAMPLES, finished, loaded, scenarios, situations

SCENARIOS = [one for several in scenarios().values() for one in several]
FOUR = """
import phantom.rules as phantom
def on_start(container):
    phantom.save_run_data(key="kept", value="first")
    phantom.save_run_data(key="other", value="second")
    for name in ("one", "two", "three", "four"):
        phantom.act("look", parameters=[{"ip": name}], assets=["a"], name=name, callback=done)
    phantom.set_collect_limit_(limit=7)
def done(action=None, success=None, container=None, results=None, handle=None, **kwargs):
    phantom.save_run_data(key="kept", value=action["action_name"])
    phantom.add_artifact(container=container, raw_data={}, cef_data={"a": 2}, label="x", name="new", severity="low",
                         identifier=None, artifact_type="network")
    phantom.format(container=container, template="{0}", parameters=["artifact:*.cef.a"], name="format_1")
"""


def agrees(stepper: Stepper, position: int, said: dict[str, object]) -> bool:
    """Whether the journal tells of a position what was said there; told with what differs."""
    moment = at(stepper.run.journal, position)
    told = said_of(moment)
    assert [moment.artifact(number) for number in moment.artifact_ids] == moment.artifacts
    assert {key: told[key] for key in said if told[key] != said[key]} == {
        key: said[key] for key in said if told[key] != said[key]}
    return True


@pytest.mark.parametrize("name", situations())
def test_every_rest_of_a_sample_playbook(name: str) -> None:
    """With what was written, what is pending and what came back, long after the run has gone on."""
    stepper = situations()[name].step()
    seen = list(rests(stepper))
    assert seen
    assert all(agrees(stepper, position, said) for position, said in seen)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
def test_every_rest_of_a_scenario(scenario: Scenario) -> None:
    """Where results come from a scenario, and where they are missing and are given by hand."""
    stepper = Lab(scenario=scenario, paths=[SAMPLES]).step(loaded(scenario.name.partition("#")[0]), journal=None)
    seen = list(rests(stepper))
    assert seen
    assert all(agrees(stepper, position, said) for position, said in seen)


@pytest.mark.parametrize("order", ["asked", 7])
def test_what_is_changed_by_hand_at_rest(order: str | int) -> None:
    """Run data, container and arguments; and the delay and the order of what is pending, by lot as well. Executed
    again, the run does the same."""
    lab = Lab({"name": "x", "artifacts": [{"cef": {"a": 1}}]}, options=Options(order=order))
    lab.action("look")(lambda parameter: {
        "data": [parameter], "delay": 3 if parameter["ip"] == "two" else 0})
    stepper = lab.step(Playbook.from_source(FOUR, name="four"), journal=None)
    stepper.edit(container={"name": "renamed", "custom_fields": {"a": 1}})
    seen = [(stepper.run.journal.length - 1, said_by(stepper))]
    stepper.step()
    edits = [lambda: stepper.edit(run_data={"kept": None, "by hand": [1]}), lambda: stepper.edit(arguments={
        "success": False}), lambda: stepper.edit_pending(stepper.pending[0].name, delay=2), lambda: stepper.reorder(
        *[one.name for one in reversed(stepper.pending)][:2]), lambda: stepper.edit_pending(
        stepper.pending[-1].name, answer=success([{"given": 1}]), delay=5)]
    for edit in edits:
        edit()
        seen.append((stepper.run.journal.length - 1, said_by(stepper)))
    seen += rests(stepper)
    assert stepper.run.status == "success", stepper.run.message
    assert len({tuple(said["pending"]) for _, said in seen}) > 4
    assert all(agrees(stepper, position, said) for position, said in seen)
    assert replay(stepper.run.journal).identical


def test_a_journal_that_was_read_tells_the_same(tmp_path: Path) -> None:
    """The moments of the file are those of the run."""
    run = situations()["enrich_indicators"].lab().run(situations()["enrich_indicators"].source,
                                                      journal=tmp_path / "run.jsonl")
    read = read_journal(tmp_path / "run.jsonl")
    for position in range(0, run.journal.length, 5):
        assert said_of(at(read, position)) == said_of(at(run.journal, position))


def test_what_a_moment_gives_is_the_callers_own() -> None:
    """Whoever changes it changes nothing."""
    journal = situations()["enrich_indicators"].run().journal
    before = said_of(at(journal, -1))
    moment = at(journal, -1)
    for found in (moment.container, *moment.artifacts, *moment.records("artifact").values(), moment.run_data):
        found.clear()
    assert said_of(at(journal, -1)) == before


def test_a_look_folds_only_what_it_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a journal of 100,000 invocations holds of calls, ends and lines is not gone through for run data."""
    journal = finished("two_actions_join").journal
    taken: set[str] = set()
    reduced = Journal.reduced
    monkeypatch.setattr(Journal, "reduced", lambda journal, kind: taken.add(kind.__name__) or reduced(journal, kind))
    moment = moment_of(journal, 4)
    assert moment.arguments
    assert moment.run_data == {}
    assert moment.container["id"]
    assert moment.pending
    assert taken == {"_Keeps", "WrittenRecords", "Queue"}
    assert [one.block for one in moment.stack][-1] == moment.invocation.started.block
    assert "_Open" in taken


def test_positions_that_there_are_not() -> None:
    """Told with how many there are."""
    journal = finished("geolocate_ip").journal
    assert at(journal, -1).position == journal.length - 1
    for wrong in (journal.length, -journal.length - 1):
        with pytest.raises(InputError, match=f"no position {wrong}: it holds {journal.length} events"):
            at(journal, wrong)


def test_a_timeline_is_what_a_dict_was() -> None:
    """At every position, with keys that come, change, go and come again; what it keeps grows with the changes alone."""
    line: Timeline[int, int] = Timeline()
    now: dict[int, int] = {}
    then: list[list[tuple[int, int]]] = []
    for position in range(5_000):
        key = position * 7_919 % 331
        if position % 5 == 4 and key in now:
            line.drop(position, key)
            del now[key]
        elif position % 3:
            line.set(position, key, position)
            now[key] = position
        then.append(list(now.items()))
    assert all(list(line.at(position).items()) == found for position, found in enumerate(then))
    assert line.at(-1) == {}
    assert sum(map(len, line._checkpoints)) <= 2 * len(line._changes)


def test_a_folded_dict_is_what_a_dict_was() -> None:
    """At every position, with keys that come, change, go and come again; a look folds nothing that comes later, and
    another one hardly anything again."""
    folded = 0

    class Squares(Folded[int, int]):
        def fold(self, now: dict[int, int], events: Sequence[Any]) -> None:
            nonlocal folded
            for position in events:
                folded += 1
                now.pop(position % 331, None)
                if position % 5:
                    now[position % 331] = position

    many, line, now = 5_000, Squares(), dict[int, int]()
    line.take_all(cast("Any", range(many)), range(0, many, 3))
    line.at(many // 10)
    assert folded <= many // 10
    for position in range(many):
        if position % 3 == 0:
            now.pop(position % 331, None)
            if position % 5:
                now[position % 331] = position
        assert list(line.at(position).items()) == list(now.items())
    folded = 0
    line.at(many)
    assert folded < many // 3 / 2
    assert line.at(-1) == {}


def test_artifacts_are_told_one_by_one_as_they_are_told_together() -> None:
    """Also where one was deleted and one was added, in their order."""
    source = """
import phantom.rules as phantom
def on_start(container):
    phantom.add_artifact(container=container, raw_data={}, cef_data={"a": 3}, label="x", name="new", severity="low",
                         identifier=None, artifact_type="network")
    phantom.delete_artifact(artifact_id=1)
"""
    lab = Lab({"name": "x", "artifacts": [{"cef": {"a": 1}}, {"cef": {"a": 2}}]})
    journal = lab.run(Playbook.from_source(source, name="p"), journal=None).journal
    for position in range(journal.length):
        moment = at(journal, position)
        assert [moment.artifact(number) for number in moment.artifact_ids] == moment.artifacts
    assert moment.artifact_ids == [2, 3]
