"""The scenarios of the sample playbooks: together they take every branch, and each shows what its comment says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from phantom_lab import Lab
from phantom_lab.cli import main
from phantom_lab.engine import PlaybookRun
from phantom_lab.expecting.verdict import unmet
from phantom_lab.reading import texts
from phantom_lab.reading.read import read
from phantom_lab.scenarios import Scenario
from phantom_lab.trials.coverage import Coverage
from tests.situations import SAMPLES, loaded, scenarios

FILES = {file.stem: file for file in sorted((SAMPLES / "scenarios").iterdir())}
PLAYBOOKS = {file.stem: file for file in sorted((SAMPLES / "playbooks").glob("*.py"))}
NOTHING_TO_DECIDE = {"alert_digest", "write_audit_line"}
ASKS = (*texts.CONDITIONS, "act", "prompt", "prompt2", "task", "custom_function", "playbook")
README = (SAMPLES / "README.md").read_text()


def run(scenario: Scenario, playbook: str) -> PlaybookRun:
    """A sample playbook in a scenario, where no database of addresses is installed."""
    return Lab(scenario=scenario, paths=[SAMPLES], maxmind=False).run(loaded(playbook))


def said(run: PlaybookRun) -> list[str]:
    """What a reader of a run sees of it: blocks, debug lines, changes and outputs."""
    told = run.summary()
    return [*(one["block"] for one in told.invocations), *map(str, told.debug),
            *(f"{one['object']} {one['field']} {one['after']}" for one in told.changes if one["object"] != "note"),
            *(f"note {one['after']['title']}" for one in told.changes if one["object"] == "note"),
            *(f"{name} = {value}" for name, value in (told.outputs or {}).items())]


def test_every_sample_playbook_has_scenarios_or_nothing_to_decide():
    """Nothing to decide: no condition, and nothing that is asked for outside."""
    assert FILES.keys() | NOTHING_TO_DECIDE == PLAYBOOKS.keys()
    assert FILES.keys() & NOTHING_TO_DECIDE == set()
    assert [one for one in NOTHING_TO_DECIDE if any(read(loaded(one)).calls_of(*ASKS))] == []


@pytest.mark.parametrize("name", FILES)
def test_the_scenarios_of_a_sample_playbook_take_every_branch(name: str):
    """Each names the playbook and ends as it says, and nothing is generated; together they reach every function and
    condition."""
    playbook = loaded(name)
    assert {Path(one.playbook).resolve() if one.playbook else None for one in scenarios()[name]} == {playbook.path}
    coverage = Coverage.of(playbook)
    for scenario in scenarios()[name]:
        ended = run(scenario, name)
        assert (unmet(ended.journal, scenario.expected), scenario.generate) == ([], False), scenario.name
        coverage.add([ended], playbook.file)
    conditions = {place.branch(way) for place in coverage.places if place.call for way in place.ways}
    assert (coverage.missed, conditions - coverage.taken) == ([], set())


def test_the_command_runs_every_variant_of_a_file(capsys: pytest.CaptureFixture[str]):
    """And tells that no function was left out; the failure that is meant is none."""
    name = "triage_phishing_sources"
    assert main(["run", str(PLAYBOOKS[name]), "--scenario", str(FILES[name]), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["reached"], told["functions"], told["missed"]) == (10, 10, [])
    assert [(one["scenario"].partition("#")[2], one["status"]) for one in told["scenarios"]] == [
        ("usual_countries", "success"), ("unusual_country", "success"), ("other_unusual_country", "success"),
        ("no_source", "success"), ("lookup_fails", "failed")]


@pytest.mark.parametrize(("variant", "seen", "times"), [
    ("block_and_report#not_listed", "list_connections", 0),
    ("contain_host#declined", "ask_nobody", 1),
    ("classic_filters#suspicious_with_a_low_score", "show_verdicts", 0),
    ("enrich_address#no_such_network", "owner = []", 1),
    ("enrich_address#only_private_addresses", "whois_ip", 0),
    ("enrich_indicators#child_playbooks_stood_in_for", "report", 2),
    ("enrich_indicators#contact_found", "report", 1),
    ("file_reputation_two_apps#both_apps_are_down", "container severity low", 1),
    ("file_reputation_two_apps#just_enough", "container severity high", 1),
    ("geolocate_ip#city_unknown", "1.1.1.1 is in None, Australia", 1),
    ("geolocate_ip#nothing_found", "1.1.1.1 is in None, None", 1),
    ("indicator_inventory#at_the_bound", "take_stock", 0),
    ("last_verdict_wins#domain_comes_last", "container status closed", 1),
    ("last_verdict_wins#address_comes_last", "block_ip_1", 1),
    ("last_verdict_wins#both_malicious", "block_ip_1", 1),
    ("look_up_owner#directory_is_down", "lookup_contact", 1),
    ("no_outcome#app_raises", "failed: Exception occurred: connection reset by peer", 1),
    ("no_outcome#no_answer", "failed: action timed out", 1),
    ("outbound_flow_filters#list_is_empty", "external, not reviewed: [['203.0.113.50'], ['192.0.2.77']]", 1),
    ("outbound_flow_filters#large_to_another_port", "show_large_flows", 0),
    ("repeat_login_scope#nothing_new", "new: []", 1),
    ("repeat_login_scope#again_for_all", "format_logins", 1),
    ("repeat_login_scope#two_chosen_logins", "nothing_new", 1),
    ("reputation_joins#addresses_take_long", "join_filter_verdicts", 2),
    ("reputation_joins#both_bad", "note Reputations", 2),
    ("reputation_joins#both_bad", "container severity high", 1),
    ("revoke_sessions#no_sessions", "line = None", 1),
    ("sandbox_poll#malicious_at_third_attempt", "get_report", 3),
    ("sandbox_poll#never_finished", "get_report", 4),
    ("sandbox_poll#report_fails_once", "get_report", 2),
    ("scheduled_containment#refused", "in half an hour: not done", 1),
    ("scheduled_containment#state_is_unknown", "container status open", 1),
    ("triage_phishing_sources#lookup_fails", "container status closed", 1),
    ("triage_phishing_sources#no_source", "geolocate_sources", 0),
    ("two_actions_join#registry_refuses", "summarize", 1),
    ("update_server_decisions#spelled_otherwise", "part: True, whole: False, word: True, missing: False", 1),
    ("watchlist_custom_functions#only_names", "read_port_range", 0),
])
def test_a_variant_shows_what_its_comment_says(variant: str, seen: str, times: int):
    """How often a block runs, or a line is told."""
    name = variant.partition("#")[0]
    (scenario,) = (one for one in scenarios()[name] if one.name == variant)
    assert said(run(scenario, name)).count(seen) == times


@pytest.mark.parametrize("file", FILES.values(), ids=FILES)
def test_the_readme_names_the_variants_of_a_file(file: Path):
    """In their order."""
    row = next(line for line in README.splitlines() if line.startswith(f"| `scenarios/{file.name}` "))
    assert row.split("|")[2].strip() == ", ".join(
        f"`{one.name.partition('#')[2]}`" for one in scenarios()[file.stem])
