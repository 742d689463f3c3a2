"""Journals as sources: their outcomes are given again, and a run is told as a scenario that reproduces it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from phantom_lab import InputError, Lab, responses, success, timed_out
from phantom_lab.history import Journal, read_journal
from phantom_lab.history.limits import VALUE
from phantom_lab.outcomes import ActionCall, Recording
from phantom_lab.outcomes.recorded import recorded
from phantom_lab.scenarios import read_scenarios
from phantom_lab.scenarios.from_journal import scenario_of
from phantom_lab.scenarios.yaml_text import as_yaml
from tests.conftest import SAMPLES

SOURCE = """
def on_start(container):
    rows = phantom.get_list('known')[2]
    for number, ip in enumerate(['1.1.1.1', '2.2.2.2', '1.1.1.1']):
        phantom.act('whois ip', parameters=[{'ip': ip}, {'ip': 'both', 'n': len(rows)}], name='look', assets=['w'],
                    callback=seen)
    phantom.prompt2(container=container, user='kim', message='Go on?', name='ask', respond_in_mins=5, callback=asked,
                    response_types=[{'prompt': 'Go on?', 'options': {'type': 'list', 'choices': ['Yes', 'No']}}])

def seen(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None,
         filtered_results=None):
    phantom.debug([[one['status'], one['message'], one['data'], one['summary']]
                   for one in results[0]['action_results']])

def asked(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None,
          filtered_results=None):
    phantom.debug([success, results[0]['action_results'][0], phantom.get_playbook_info()[0]['id']])
    if success:
        phantom.act('block ip', parameters=[{'ip': '2.2.2.2'}], name='block', assets=['fw'], reviewer='boss')
"""


@pytest.fixture
def first(playbook, tmp_path: Path):
    """A run whose answers are made by stubs, and its journal as a file."""
    lab = Lab({"name": "Mail", "severity": "high", "artifacts": [{"cef": {"a": "yes: [no]\n"}}]}, seed=3,
              lists={"known": [["a", "b"], ["c", None]]})

    @lab.action("whois ip")
    def look(parameter, number):
        if parameter["ip"] == "2.2.2.2":
            return {"status": "failed", "message": "no such host", "summary": {"tried": 1}, "delay": 30}
        return {"data": [{"call": number, "text": "a\nb: [c]"}], "summary": {"total_hits": number}}

    lab.action("prompt")(lambda parameter: {**responses("Yes", user="robin"), "delay": 60})
    lab.action("approve")(lambda parameter: responses())
    lab.action("block ip")(lambda parameter: {"data": [{"blocked": True}], "message": "done"})
    return lab.run(playbook(SOURCE), journal=tmp_path / "run.jsonl")


def saw(run) -> tuple[Any, ...]:
    """What a playbook saw of the world, and when."""
    results = [{**one, "parameter": {key: value for key, value in one["parameter"].items() if key != "context"}}
               for action in run.summary().action_runs for app in action["results"] for one in app["action_results"]]
    return run.status, len(run.summary().debug), results, round(run.clock.passed)


def sources(run) -> set[str]:
    """Who gave the outcomes."""
    return {one.source for one in run.journal.events if type(one).__name__ == "OutcomeGiven"}


def test_a_recording_gives_the_outcomes_of_a_run_again(first, playbook, tmp_path: Path):
    """Delays and replies included, with nobody else there; the contexts are those of the new run."""
    lab = Lab({"name": "Mail"}, lists={"known": [["x"], ["y"]]}, recording=tmp_path / "run.jsonl")
    for _ in range(2):  # each run begins anew
        run = lab.run(playbook(SOURCE))
        assert saw(run) == saw(first)
        assert {one.partition(" (stub ")[0] for one in sources(run)} == {"recording run.jsonl"}
    contexts = [[one["parameter"]["context"]["guid"] for action in each.summary().action_runs
                 for app in action["results"] for one in app["action_results"]] for each in (first, run)]
    assert contexts[0] != contexts[1]


def test_a_recording_of_generated_results_says_so(playbook, tmp_path: Path):
    """Who gave them first is told, and they are not held against what an app declares."""
    source = playbook("""def on_start(container):
    phantom.act('get x', parameters=[{'a': 1}], assets=['a'], name='b')
""")
    Lab({"name": "a"}, generate=True).run(source, journal=tmp_path / "run.jsonl")
    run = Lab({"name": "a"}, recording=tmp_path / "run.jsonl").run(source)
    assert sources(run) == {"recording run.jsonl (generated from what the playbook reads)"}
    outcome = Recording(recorded(run.journal)).provider().outcome(ActionCall("get x", "b", "a", "", {"a": 1}, 1))
    assert outcome is not None
    assert outcome.own


def test_a_recording_that_was_cut_off_says_so(first, playbook, tmp_path: Path):
    """In a note of a run that ends all the same, and where an outcome is missing."""
    lines = (tmp_path / "run.jsonl").read_text().splitlines(keepends=True)
    cut = tmp_path / "cut.jsonl"
    cut.write_text("".join(lines[:10]))
    told = "recording cut.jsonl holds no end of its run: what came after the journal was cut off is not in it"
    empty = playbook("def on_start(container):\n    pass\n")
    assert Lab({"name": "a"}, recording=cut).run(empty).summary().notes == [told]
    assert Lab({"name": "a"}, recording=tmp_path / "run.jsonl").run(empty).summary().notes == []
    run = Lab({"name": "a"}, lists={"known": []}, recording=cut).run(playbook(SOURCE))
    assert (run.status, told in run.summary().message) == ("needs_outcome", True)


def test_a_scenario_of_a_journal_that_was_cut_says_so(first, playbook, tmp_path: Path, monkeypatch, capsys):
    """Of one without an end, and of one that keeps only the beginning of a value; of a whole one nothing."""
    cut = tmp_path / "cut.jsonl"
    lines = (tmp_path / "run.jsonl").read_text().splitlines(keepends=True)
    cut.write_text("".join(lines[:len(lines) // 2]))
    monkeypatch.setenv(VALUE, "20000")
    lab = Lab({"name": "a"})
    lab.action("look up")(lambda parameter: success([{"long": "x" * 50_000}]))
    long = lab.run(playbook("def on_start(container):\n    phantom.act('look up', parameters=[{}], assets=['a'])"))
    for journal, told in (
            (first.journal, ""), (long.journal, "note: of 1 value of the scenario only the beginning is recorded\n"),
            (read_journal(cut), "note: the journal holds no end of its run: nor does the scenario\n")):
        capsys.readouterr()
        scenario_of(journal)
        assert capsys.readouterr().err == told


def test_what_was_not_recorded_is_left_to_the_next_provider(first, playbook, tmp_path: Path):
    """Other parameters, another asset, or the same once more."""
    provider = Recording(recorded(first.journal)).provider()

    def ask(ip: str, asset: str = "w", action: str = "Whois IP") -> list[Any] | None:
        found = provider.outcome(ActionCall(action, "any", asset, "", {"ip": ip, "context": {"guid": "new"}}, 1))
        return None if found is None else [found.results[0].data, found.results[0].parameter["context"]]

    assert [ask("9.9.9.9"), ask("1.1.1.1", "other"), ask("1.1.1.1", action="lookup ip")] == [None, None, None]
    assert [ask("1.1.1.1"), ask("1.1.1.1"), ask("1.1.1.1")] == [
        [[{"call": 1, "text": "a\nb: [c]"}], {"guid": "new"}], [[{"call": 5, "text": "a\nb: [c]"}], {"guid": "new"}],
        None]
    assert [one.name for one in provider.assets("whois ip")] == ["w"]


def test_a_recording_of_a_call_without_parameters_keeps_its_results():
    """And a call that has no context gets none."""
    call = {"action": "list users", "asset": "a", "parameter": {}, "results": [
        {"status": "success", "message": "m", "parameter": {"page": 1}, "data": [1], "summary": {"n": 1}}]}
    found = Recording([call], name="x").provider().outcome(ActionCall("list users", "", "a", "", {}, 1))
    assert found is not None
    assert (found.results[0].parameter, found.source, found.delay) == ({"page": 1}, "recording x", 0)


def test_what_the_platform_itself_answered_is_not_recorded(playbook):
    """It answers again, and may write something."""
    run = Lab({"name": "a"}, assets=[{"name": "soar", "app": "HTTP"}]).run(playbook("""
def on_start(container):
    phantom.act('get data', parameters=[{'location': '/rest/container'}], name='read', assets=['soar'])
"""))
    assert ("local REST" in sources(run)) == (recorded(run.journal) == [])
    assert sources(run) == {"local REST"}


def test_a_run_is_told_as_a_scenario_that_reproduces_it(first, playbook, tmp_path: Path):
    """Written as YAML and read again: the same blocks see the same, at the same time of the clock."""
    file = tmp_path / "again.yaml"
    file.write_text(as_yaml(scenario_of(read_journal(tmp_path / "run.jsonl"))), encoding="utf-8")
    (scenario,) = read_scenarios(file)
    run = Lab(scenario=scenario, seed=3).run(playbook(SOURCE))
    assert saw(run) == saw(first)
    assert run.summary().debug[:3] == first.summary().debug[:3]
    assert {source.partition(":")[0] for source in sources(run)} == {str(file)}
    assert {**run.container, "container_update_time": None, "artifact_update_time": None} == {
        **first.container, "container_update_time": None, "artifact_update_time": None}
    assert [one["cef"] for one in run.platform.artifacts_of(1)] == [{"a": "yes: [no]\n"}]
    assert scenario_of(run.journal) == scenario_of(first.journal)


def test_a_told_run_says_no_more_than_it_must(first):
    """One entry for calls that are alike, a list of answers only where they differ, replies as people give them."""
    told = scenario_of(first.journal)
    assert told["lists"] == {"known": [["a", "b"], ["c", None]]}
    assert told["container"].keys() <= {"id", "name", "severity", "create_time", "start_time", "external_id",
                                        "source_data_identifier", "container_type", "artifact_update_time",
                                        "container_update_time"}
    text = {"text": "a\nb: [c]"}
    by_block = {one["block"] + one["action"]: one for one in told["outcomes"] if one["action"] != "whois ip"}
    assert by_block == {
        "askprompt": {"action": "prompt", "block": "ask", "to": "kim", "responses": ["Yes"],
                      "data": [{"user": "robin"}], "delay": 60},
        "blockapprove": {"action": "approve", "block": "block", "to": "boss", "responses": []},
        "blockblock ip": {"action": "block ip", "block": "block", "asset": "fw", "parameter": {"ip": "2.2.2.2"},
                          "data": [{"blocked": True}], "message": "done"}}
    assert [one for one in told["outcomes"] if one["action"] == "whois ip"] == [
        {"action": "whois ip", "block": "look", "asset": "w", "parameter": {"ip": "1.1.1.1"}, "calls": [
            {"data": [{"call": 1, **text}], "summary": {"total_hits": 1}},
            {"data": [{"call": 5, **text}], "summary": {"total_hits": 5}}]},
        {"action": "whois ip", "block": "look", "asset": "w", "parameter": {"ip": "both", "n": 2}, "calls": [
            {"data": [{"call": number, **text}], "summary": {"total_hits": number}} for number in (2, 4, 6)]},
        {"action": "whois ip", "block": "look", "asset": "w", "parameter": {"ip": "2.2.2.2"}, "status": "failed",
         "message": "no such host", "summary": {"tried": 1}, "delay": 30}]


@pytest.mark.parametrize(("reply", "told"), [
    (responses("No"), {"responses": ["No"]}), (timed_out(), {"timed_out": True}),
    ({"declined": True, "message": "why"}, {"declined": True, "message": "why"}),
    ({"responses": ["No"], "message": "odd"}, {"responses": ["No"], "data": [{"user": "kim"}], "message": "odd"}),
    ({"data": [{"more": 1}], "message": "own"}, {"message": "own", "data": [{"more": 1}]}),
])
def test_a_reply_is_told_as_a_person_gives_it(reply: dict[str, Any], told: dict[str, Any], playbook):
    """And where no person would, as a result."""
    lab = Lab({"name": "a"})
    lab.action("prompt")(lambda parameter: reply)
    run = lab.run(playbook("""
def on_start(container):
    phantom.prompt(container=container, user='kim', message='Go on?', name='ask', respond_in_mins=5)
"""))
    found = scenario_of(run.journal)
    assert found["outcomes"] == [{"action": "prompt", "block": "ask", "to": "kim", **told}]
    assert saw(Lab(scenario=found).run(run.playbook)) == saw(run)


def test_what_stood_in_for_playbooks_and_custom_functions_is_told(playbook):
    """Those that were executed are executed again."""
    lab = Lab({"name": "a"}, paths=[SAMPLES / "playbooks"])
    lab.playbook("local/enrich")(lambda inputs: {"score": [7]})
    lab.playbook("local/broken")(lambda inputs: {"status": "failed", "message": "why", "data": [], "summary": {}})
    lab.custom_function("community/merge")(lambda: [{"item": 1}])
    lab.custom_function("lookup")(lambda: {"status": "failed", "message": "no", "data": [], "summary": {}})
    run = lab.run(playbook("""
def on_start(container):
    for name in ('local/enrich', 'local/broken', 'local/write_audit_line'):
        phantom.playbook(name, container=container, name=name, callback=after)
    for name in ('community/merge', 'lookup'):
        phantom.custom_function(custom_function=name, parameters=[{}], name=name)

def after(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None,
          filtered_results=None, **kwargs):
    phantom.debug(success)
"""))
    found = scenario_of(run.journal)
    assert found["playbooks"] == {"enrich": {"score": [7]}, "broken": {"status": "failed", "message": "why"}}
    assert found["custom_functions"] == {"community/merge": [{"item": 1}],
                                         "lookup": {"status": "failed", "message": "no"}}
    again = Lab(scenario=found, paths=[SAMPLES / "playbooks"]).run(run.playbook)
    assert (again.status, again.summary().debug) == (run.status, run.summary().debug)


def test_a_run_that_has_a_scope_and_inputs_is_told_with_them(playbook):
    """As they were given."""
    run = Lab([{"id": 4, "cef": {"a": 1}}, {"id": 5, "cef": {}}]).run(
        playbook("def on_start(container):\n    phantom.collect2(container=container, datapath=['playbook_input:ip'])"),
        inputs={"ip": ["1"]}, scope=[4])
    found = scenario_of(run.journal)
    assert (found["inputs"], found["scope"], [one["id"] for one in found["artifacts"]]) == ({"ip": ["1"]}, [4], [4, 5])
    assert Lab(scenario=found).run(run.playbook).status == "success"


def test_a_journal_without_a_run_is_no_scenario():
    """In one line."""
    with pytest.raises(InputError, match="the journal holds no run"):
        scenario_of(Journal())


@pytest.mark.parametrize("name", ["contain_host", "block_and_report", "sandbox_poll", "enrich_indicators",
                                  "two_actions_join", "triage_phishing_sources", "scheduled_containment"])
def test_generated_runs_of_the_samples_are_reproduced(name: str):
    """Whatever was made up: the told scenario gives the same runs, without the generator."""
    lab = Lab({"name": "a", "artifacts": [{"cef": {"sourceAddress": "203.0.113.7", "fileHash": "0" * 64}}]},
              paths=[SAMPLES / "playbooks"], generate=True, maxmind=False, providers=[_Person()])
    run = lab.run(SAMPLES / "playbooks" / f"{name}.py")
    again = Lab(scenario=scenario_of(run.journal), paths=[SAMPLES / "playbooks"], maxmind=False).run(run.playbook)
    assert (again.summary().message, saw(again)) == (run.summary().message, saw(run))


class _Person:
    """Somebody who does not answer."""

    def outcome(self, call: ActionCall):
        from phantom_lab.outcomes import outcome_of

        if call.action in ("prompt", "task", "approve"):
            return outcome_of(timed_out(), call, where="person", source="person")
        return None

    def assets(self, action: str):
        return []
