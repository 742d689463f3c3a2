"""What a run is given and nobody asks for: stubs, entries of results files, stand-ins and assets of misspelt names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab, PlaybookRun
from phantom_lab.apps import MaxMind
from tests.table import tabled

SOURCE = """
def on_start(container):
    phantom.act("geolocate ip", parameters=[{"ip": "1.1.1.1"}], assets=["maxmind"], name="geolocate_ip_1")
    if container["name"] == "another":
        phantom.act("whois ip", assets=["arin"], name="whois_ip_1")
"""
NOT_FOR_IT = "'geolocate ip' is answered, but not for this call:"
ASKS = "was never asked for; the playbook asks for 'geolocate ip'"


@pytest.fixture
def run(playbook: Callable[..., Any], incident: Path) -> Callable[..., PlaybookRun]:
    """Run the playbook in a lab that stubs make ready; without a stub of its own the action has generated results."""

    def execute(prepare: Callable[[Lab], object] = lambda lab: None, source: str = SOURCE, *, generate: bool = True,
                **given: Any) -> PlaybookRun:
        lab = Lab(incident, maxmind=False, generate=generate, **given)
        prepare(lab)
        return lab.run(playbook(source))

    return execute


def stubs(*names: str, asset: str | None = None) -> Callable[[Lab], None]:
    """Register a stub for each of these actions."""

    def prepare(lab: Lab) -> None:
        for name in names:
            lab.action(name, asset=asset)(answer)

    return prepare


def answer(parameter: dict[str, Any]) -> list[Any]:
    """A stub."""
    return [{}]


WHERE = f"stub answer (test_unasked.py:{answer.__code__.co_firstlineno})"


def notes(run: PlaybookRun) -> list[str]:
    """What is noted besides assets."""
    return [one for one in run.summary().notes if "assumed" not in one]


@tabled("name", ["geolocat ip", "geolocate_ip", "Geolocate IPs", "geo locate ip", "geolocate",
                "gelocate ip"])
def test_a_misspelt_stub_is_told_at_the_end_of_the_run(run: Callable[..., PlaybookRun], name: str):
    """With what the playbook asks for."""
    assert notes(run(stubs(name))) == [f"{WHERE}: '{name.lower()}' {ASKS}"]


@pytest.mark.parametrize("name", ["geolocat ip", "geolocate_ip"])
def test_a_misspelt_stub_is_told_where_an_outcome_is_missing(run: Callable[..., PlaybookRun], name: str):
    """Instead of how to give one."""
    ended = run(stubs(name), generate=False)
    assert ended.status == "needs_outcome"
    assert ended.message.endswith(f"(block geolocate_ip_1). {WHERE} answers '{name}': is 'geolocate ip' meant?")


@tabled("names", [
    ("geolocate ip",), ("GEOLOCATE IP",), ("whois ip",), ("Whois IP",), ("block ip",),
    ("geolocate ip", "geolocate ips"), ("file reputation", "url reputation"), (),
])
def test_a_stub_for_another_action_is_none_of_a_misspelt_name(run: Callable[..., PlaybookRun], names: tuple[str, ...]):
    """One that answers, one for another branch, one of another playbook, one beside that which answers."""
    assert notes(run(stubs(*names))) == []


def test_an_action_of_another_branch_is_compared_as_well(run: Callable[..., PlaybookRun]):
    """What the source names may be asked for another time."""
    told = "'whois ipp' was never asked for; the playbook names 'whois ip'"
    assert notes(run(stubs("whois ipp"))) == [f"{WHERE}: {told}"]


def test_words_that_are_no_misspelling_are_left_alone(run: Callable[..., PlaybookRun]):
    """Most letters of them are the same."""
    source = "def on_start(container):\n    phantom.act('file reputation', assets=['vt'])\n"
    assert notes(run(stubs("url reputation", "ip reputation"), source)) == []


@pytest.mark.parametrize(("generate", "told"), [
    (True, f"{WHERE}: 'geolocate ip' was never asked for with asset 'maxmnd'; the playbook asks with 'maxmind'"),
    (False, f"'geolocate ip' is answered, but not for this call: {WHERE}: asset is 'maxmnd', not 'maxmind'."),
])
def test_a_stub_for_a_misspelt_asset_is_told(run: Callable[..., PlaybookRun], generate: bool, told: str):
    """At the end, or where an outcome is missing."""
    ended = run(stubs("geolocate ip", asset="maxmnd"), generate=generate)
    assert told in ([*notes(ended)] if generate else [ended.message.partition("(block geolocate_ip_1). ")[2]])


@tabled(("entry", "generate", "told"), [
    ({"action": "geolocat ip"}, True, f"results[0]: 'geolocat ip' {ASKS}"),
    ({"action": "geolocat ip"}, False, "results[0] answers 'geolocat ip': is 'geolocate ip' meant?"),
    ({"action": "geolocate ip", "name": "geolocate_1"}, True, ("results[0]: 'geolocate ip' was never asked for with "
     "block 'geolocate_1'; the playbook asks with 'geolocate_ip_1'")),
    ({"action": "geolocate ip", "name": "geo"}, False,
     f"{NOT_FOR_IT} results[0]: block is 'geo', not 'geolocate_ip_1'."),
    ({"action": "geolocate ip", "parameter": {"ipp": "1.1.1.1"}}, False,
     f"{NOT_FOR_IT} results[0]: parameter ipp is '1.1.1.1', and the call has none."),
    ({"action": "geolocate ip", "parameter": {"ip": "1.1.1.2"}}, False,
     f"{NOT_FOR_IT} results[0]: parameter ip is '1.1.1.2', not '1.1.1.1'."),
])
def test_an_entry_of_a_results_file_is_told_like_a_stub(run: Callable[..., PlaybookRun], entry: dict[str, Any],
                                                        generate: bool, told: str):
    """By its place in the file."""
    ended = run(results=[{**entry, "data": [{}]}], generate=generate)
    if generate:
        assert notes(ended) == [told]
    else:
        assert (ended.status, ended.message.partition("(block geolocate_ip_1). ")[2]) == ("needs_outcome", told)


def test_of_many_entries_that_are_not_for_a_call_the_first_are_told(run: Callable[..., PlaybookRun]):
    """And how many more there are."""
    ended = run(results=[{"action": "geolocate ip", "name": f"b{n}", "data": []} for n in range(9)], generate=False)
    assert ended.message.count("block is 'b") == 5
    assert ended.message.endswith("; and 4 more.")


@pytest.mark.parametrize(("kind", "call"), [
    ("playbook", "phantom.playbook('local/enrich_ip', container=container)"),
    ("custom function", "phantom.custom_function('local/enrich_ip', parameters=[{}])"),
])
def test_a_misspelt_stand_in_is_told_at_the_end_of_the_run(run: Callable[..., PlaybookRun], kind: str, call: str):
    """Of its own kind, whatever the repository."""

    def prepare(lab: Lab) -> None:
        for decorate in (lab.playbook, lab.custom_function):
            decorate("enrich ipp")(answer)
            decorate("another")(answer)

    source = f"def on_start(container):\n    try:\n        {call}\n    except Exception:\n        pass\n"
    assert [one for one in notes(run(prepare, source)) if "never asked for" in one] == [
        f"{WHERE}: {kind} 'enrich ipp' was never asked for; the playbook asks for 'local/enrich_ip'".replace(
            WHERE, f"stub {WHERE.removeprefix('stub ')}")]


@pytest.mark.parametrize(("configured", "end"), [
    (["maxmid"], "with app maxmind; closest is 'maxmid'"), (["arin"], "with app maxmind"), ([], "with app maxmind")])
def test_a_misspelt_asset_is_told_where_it_is_assumed(run: Callable[..., PlaybookRun], configured: list[str], end: str):
    """Beside those that are configured."""
    assert run(assets=configured).summary().notes == [
        f"asset 'maxmind' is not configured: it is assumed to exist, {end}"]


def test_a_misspelt_asset_that_must_be_there_is_refused_with_the_closest(run: Callable[..., PlaybookRun]):
    """A lab that is strict."""
    assert run(assets=["maxmid", "arin"], strict_assets=True).message.startswith(
        "AssetNotConfiguredError: action 'geolocate ip': asset 'maxmind' is not configured; closest is 'maxmid'. "
        "Configured are: maxmid, arin.")


def test_what_stands_in_for_something_that_nothing_names_is_told(playbook: Callable[..., Any]):
    """Of a scenario, which is for one playbook; one that another branch would ask for is not."""
    source = """
def on_start(container):
    if container["name"] == "another":
        phantom.playbook("local/later", container)
"""
    given = {"container": {"name": "x"}, "playbooks": {"local/later": {}, "local/gone": {}},
             "custom_functions": {"local/gone": [{}]}}
    told = "'local/gone' was never asked for, and nothing here names it"
    assert [one.rpartition(": ")[2] for one in notes(Lab(scenario=given).run(playbook(source)))] == [
        f"playbook {told}", f"custom function {told}"]


def test_what_an_extra_would_answer_is_told_where_it_is_missing(playbook: Callable[..., Any], incident: Path,
                                                                monkeypatch: pytest.MonkeyPatch):
    """Not where somebody left the app out, nor of another action."""
    monkeypatch.setattr(MaxMind, "installed", staticmethod(lambda: False))
    told = "pip install 'phantom-lab[maxmind]' has 'geolocate ip' looked up"
    other = SOURCE.replace("geolocate ip", "whois ip")
    for source, given, there in ((SOURCE, {}, True), (SOURCE, {"maxmind": False}, False), (other, {}, False)):
        ended = Lab(incident, **given).run(playbook(source))
        assert (ended.status, told in ended.message) == ("needs_outcome", there)
