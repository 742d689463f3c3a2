"""The microscope: what a datapath gives at a moment is what it gives the run, and why it gives nothing is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from phantom_lab import Lab, Stepper
from phantom_lab.answers.walk import moment_at, offers, walk, walk_at
from phantom_lab.cli import main
from phantom_lab.datapath import parse
from phantom_lab.reading import texts
from phantom_lab.reading.read import read
from phantom_lab.rules.sources import Restriction, table
from phantom_lab.rules.then import run_then
from phantom_lab.scenarios import Scenario
from tests.situations import SAMPLES, scenarios

SCENARIOS = [first for first, *_ in scenarios().values()]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
def test_a_datapath_gives_at_a_moment_what_it_gives_the_run(scenario: Scenario) -> None:
    """At every rest, every datapath of the playbook; also when it is looked back at."""
    stepper = Lab(scenario=scenario, paths=[SAMPLES]).step(
        SAMPLES / "playbooks" / f"{scenario.name.partition('#')[0]}.py", journal=None)
    gave: dict[tuple[int, str], object] = {}
    while stepper.position.state == "resting":
        run, rest = stepper.resting, stepper.position.invocation
        assert rest is not None
        paths = [path for one in texts.datapaths(read(run.playbook)) if (path := parse(one.text)) is not None]
        given = stepper.results
        restriction = Restriction(passed=given if isinstance(given, list) else None)
        moment = moment_at(stepper)
        then = run_then(moment)
        for path in paths:
            before = run.journal.length
            live = [row[0] for row in table(run, [path], restriction)]
            if run.journal.length == before:  # reading it noted nothing that a later moment would tell
                assert list(walk_at(moment, then, path.text).cells) == live, path.text
                gave[rest.n, path.text] = live
        stepper.step()
    for n in {n for n, _ in gave}:
        moment = moment_at(stepper, n)
        then = run_then(moment)
        assert all(list(walk_at(moment, then, text).cells) == cells for (m, text), cells in gave.items() if m == n)


@pytest.fixture
def stepper(samples: Path) -> Stepper:
    """At rest in a block that was handed results."""
    lab = Lab(samples / "containers" / "phishing_report.json", results=samples / "results" / "phishing.json")
    stepper = lab.step(samples / "playbooks" / "triage_phishing_sources.py")
    for _ in range(3):
        stepper.step()
    return stepper


@pytest.mark.parametrize(("datapath", "problem"), [
    ("artifact:*.cef.sourceAdress", "closest is `sourceAddress`"),
    ("geolocate_sources:action_result.data.country_nam", "closest is `country_name`"),
    ("geolocate_source:action_result.data.*.city_name", "closest: geolocate_sources"),
    ("filtered-data:filter_sources:condition_2:artifact:*.id", "filter_sources:condition_1"),
    ("filter_sources:custom_function:x", "filter_sources"), ("artefact:*.id", "closest is 'artifact'"),
    ("incident:*.id", "no datapath begins with 'incident'"), ("container:severty", "closest is `severity`"),
])
def test_the_usual_mistakes_are_named(stepper: Stepper, datapath: str, problem: str) -> None:
    """Misspelt keys and blocks, conditions and families that there are not."""
    assert problem in walk(stepper, datapath).problem


def test_a_missing_star_is_read_and_told(stepper: Stepper) -> None:
    """With the right form."""
    found = walk(stepper, "geolocate_sources:action_result.data.country_name")
    assert found.problem == ""
    assert "Write geolocate_sources:action_result.data.*.country_name" in found.hints[0]
    assert [one.odd for one in found.levels] == ["", "", "", "list"]


def test_what_lies_outside_of_the_scope_is_told(incident: Path, samples: Path) -> None:
    """An artifact that is not new any more."""
    lab = Lab(incident)
    lab.ran(samples / "playbooks" / "no_outcome.py")
    stepper = lab.step(samples / "playbooks" / "no_outcome.py")
    assert "outside of the scope 'new'" in walk(stepper, "artifact:*.id").problem


def test_nothing_is_noted_by_looking(stepper: Stepper) -> None:
    """The journal stays as it is, whatever is looked at."""
    before = stepper.journal.length
    for text in ("artifact:*.cef.x", "custom_list:nowhere", "geolocate_sources:action_result.data.x", "no path"):
        walk(stepper, text)
    assert stepper.journal.length == before
    assert [line.split() for line in str(walk(stepper, "container:id")).splitlines()] == [
        ["container:id", "gives", "1", "row"], ["records", "1", "value"], ["id", "1", "value"], ["42"]]


def test_ways_to_go_on_are_offered(stepper: Stepper) -> None:
    """Beginnings for what is there, then keys with how often they are there, then those that are alike."""
    moment = moment_at(stepper)
    run = run_then(moment)
    starts = [one.text for one in offers(moment, run, "")]
    assert {"artifact:*.cef.", "container:", "geolocate_sources:action_result.data.*.",
            "filtered-data:filter_sources:condition_1:artifact:*."} <= set(starts)
    assert "geolocate_sources:action_result.data.*." in [one.text for one in offers(moment, run, "geo")]
    keys = {one.name: one for one in offers(moment, run, "geolocate_sources:action_result.data.*.c")}
    assert keys.keys() == {"city_name", "country_iso_code", "country_name", "continent_name"}
    assert (keys["city_name"].text, keys["city_name"].count) == (
        "geolocate_sources:action_result.data.*.city_name", 6)
    assert [one.name for one in offers(moment, run, "geolocate_sources:action_result.data.")] == ["*"]
    assert "severity" in [one.name for one in offers(moment, run, "container:se")]
    assert "status" in [one.name for one in offers(moment, run, "geolocate_sources:action_result.")]
    assert offers(moment, run, "artifact:*.cef.sourceAdress")[0].name == "sourceAddress"


def test_half_typed_texts_are_read_as_they_are(stepper: Stepper) -> None:
    """Nothing raises, and whatever is shown is printable."""
    moment = moment_at(stepper)
    run = run_then(moment)
    for text in ("", ":", ".", "::", "a:b:c:d", "artifact:", "filtered-data:", "*", "container:*", "x" * 5_000,
                 'artifact:*."', "\u202eartifact:*.id", "custom_function:", "artifact:*..", "custom_list:x"):
        assert all(line.isprintable() for line in str(walk(stepper, text)).split("\n"))
        offers(moment, run, text)


def test_the_command_tells_the_same_of_a_recorded_run(incident: Path, samples: Path, tmp_path: Path,
                                                      capsys: pytest.CaptureFixture[str]) -> None:
    """Its exit code says whether there is anything."""
    file = tmp_path / "run.jsonl"
    run = Lab(incident).run(samples / "playbooks" / "no_outcome.py", journal=file)
    assert main(["walk", str(file), "container:severity"]) == 0
    assert capsys.readouterr().out == f"{walk(run, 'container:severity')}\n"
    assert main(["walk", str(file), "container:severty", "--json", "--at", "1"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["invocation"], told["rows"], told["cells"]) == (1, 1, [None])
    assert "closest is `severity`" in told["problem"]
    assert main(["walk", str(file), "container:id", "--at", "99"]) == 2
