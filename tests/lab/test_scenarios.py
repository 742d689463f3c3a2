"""Scenario files: a situation with what everything outside answers, as one small file of data."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phantom_lab import InputError, Lab, Playbook
from phantom_lab.model import ActionResult, Options, User
from phantom_lab.outcomes import ActionCall, Outcome
from phantom_lab.scenarios import Scenario, read_scenarios
from phantom_lab.scenarios.yaml_text import as_yaml, read_document
from phantom_lab.views.report import as_text
from tests.conftest import ROOT
from tests.table import tabled

ACT = """def on_start(container):
    for number, ip in enumerate(IPS):
        phantom.act('whois ip', parameters=[{'ip': ip}], name=f'look_{number}', assets=['w'])
"""
Write = Callable[..., Path]
LARGE = ("situation.yaml: the file cannot be read: 1,000,001 bytes, and more than 1,000,000 bytes are not read "
         "(PHANTOM_LAB_LARGEST=1000001 allows it). Large containers and lists have files of their own, named by "
         "their path.")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file beside the others of the test."""

    def made(content: Any, name: str = "situation.yaml") -> Path:
        file = tmp_path / name
        if isinstance(content, bytes):
            file.write_bytes(content)
        else:
            file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return file

    return made


def refused(file: Path | str) -> str:
    """Why a file is no scenario, in one line, without the folder."""
    with pytest.raises(InputError) as caught:
        read_scenarios(file)
    text = str(caught.value)
    assert "\n" not in text
    return text.replace(f"{Path(file).parent}/", "")


def call(action: str = "whois ip", *, block: str = "look", asset: str = "w", **parameter: Any) -> ActionCall:
    """A call as the engine makes one."""
    return ActionCall(action, block, asset, "whois", {**parameter, "context": {"guid": "1"}}, 1)


def results(outcome: Outcome | None) -> list[tuple[str, str, list[Any]]]:
    """Status, message and data of every result."""
    assert outcome is not None
    return [(one.status, one.message, one.data) for one in outcome.results]


def answer(given: dict[str, Any], asked: ActionCall | None = None) -> Outcome:
    """What one entry gives."""
    found = Scenario.from_json({"outcomes": [{"action": "whois ip", **given}]}).provider().outcome(asked or call())
    assert found is not None
    return found


# -- files ---------------------------------------------------------------------------------------------------------


def test_a_file_without_variants_is_one_scenario(write: Write):
    """It is called like the file."""
    (found,) = read_scenarios(write("container: {name: Mail}\ninputs: {ip: [1.1.1.1]}\nscope: all\n"))
    assert (found.name, found.run_arguments(), found.ran, found.generate) == (
        "situation", {"inputs": {"ip": ["1.1.1.1"]}, "scope": "all"}, False, False)


def test_each_variant_is_a_scenario_merged_over_the_rest(write: Write):
    """Objects are merged key by key and lists are replaced; the rest alone is a scenario where a variant is empty."""
    file = write("""
container: {name: Mail, severity: low}
assets: [a, b]
inputs: {ip: [1.1.1.1], deep: {one: 1, two: 2}}
variants:
  as it is:
  worse:
    container: {severity: high}
    assets: [c]
    inputs: {deep: {two: 3}}
    ran: true
""")
    plain, worse = read_scenarios(file)
    assert (plain.name, worse.name) == ("situation#as it is", "situation#worse")
    assert plain.data["container"] == {"name": "Mail", "severity": "low"}
    assert worse.data["container"] == {"name": "Mail", "severity": "high"}
    assert worse.lab_arguments()["assets"] == ["c"]
    assert worse.run_arguments()["inputs"] == {"ip": ["1.1.1.1"], "deep": {"one": 1, "two": 3}}
    assert (plain.ran, worse.ran) == (False, True)


def test_one_variant_is_chosen_by_its_name(write: Write):
    """``file.yaml#variant``; of a name that there is not, those that there are."""
    file = write("variants: {a: {}, b: {}}\n")
    (found,) = read_scenarios(f"{file}#b")
    assert found.name == "situation#b"
    assert refused(f"{file}#c") == "situation.yaml: there is no variant 'c'. There are a, b."
    assert refused(f"{write('{}', 'other.yaml')}#c") == "other.yaml: there is no variant 'c'. There are none."


def test_a_file_whose_name_holds_a_number_sign_is_taken_as_it_is(write: Write):
    """The file that is there comes first."""
    assert read_scenarios(write("{}", "case#1.yaml"))[0].name == "case#1"


def test_json_files_are_read_with_their_lines(write: Write):
    """Also those that are indented by tabs, which YAML does not read."""
    assert read_scenarios(write('{\n\t"inputs": {"word": "\\ud83d\\ude00"}\n}', "s.json"))[0].run_arguments() == {
        "inputs": {"word": "😀"}}
    assert refused(write('{\n\t"seed": 1,\n\t"sed": 2\n}', "t.json")).startswith("t.json:3: sed: there is no such key")


@pytest.mark.parametrize(("text", "value"), [
    ("Yes", "Yes"), ("no", "no"), ("on", "on"), ("2026-01-01", "2026-01-01"), ("12:30", "12:30"), ("007", "007"),
    ("0x10", "0x10"), ("1_000", "1_000"), ("1.1.1.1", "1.1.1.1"), ("=", "="), (".inf", ".inf"), ("5", 5), ("-5", -5),
    ("1.5", 1.5), ("1e3", 1000.0), ("true", True), ("False", False), ("null", None), ("~", None), ("", None),
    ("'5'", "5"), ("!!str 5", "5"),
])
def test_a_plain_word_is_what_it_is_in_json_or_else_a_text(text: str, value: Any, write: Write):
    """So that nobody's ``Yes`` becomes ``true``, and no time a number."""
    (found,) = read_scenarios(write(f"inputs:\n  word: {text}\n"))
    assert found.run_arguments()["inputs"] == {"word": value}
    assert type(found.run_arguments()["inputs"]["word"]) is type(value)


@pytest.mark.parametrize(("content", "message"), [
    ("", "situation.yaml: the file holds nothing. An empty scenario is {}."),
    ("# only a remark\n", "situation.yaml: the file holds nothing. An empty scenario is {}."),
    ("- a\n", "situation.yaml:1: this must be an object with the keys of a scenario, not a list"),
    ("just a text", 'situation.yaml:1: this must be an object with the keys of a scenario, not "just a text"'),
    ("a: !!python/object/apply:os.system ['true']",
     "situation.yaml:1: the tag '!!python/object/apply:os.system' is not read: this is plain data, never code"),
    ("inputs:\n  a: !file x", "situation.yaml:2: the tag '!file' is not read: this is plain data, never code"),
    ("inputs:\n  a: !!int x", "situation.yaml:2: the tag '!!int' is not read: this is plain data, never code"),
    ("inputs:\n\t- a", "situation.yaml:2: this is no YAML: found character '\\t' that cannot start any token"),
    ("seed: 1\nran: true\nseed: 2", "situation.yaml:3: the key 'seed' stands here twice"),
    ("inputs: {a: 1", "situation.yaml:1: this is no YAML: expected ',' or '}', but got '<stream end>'"),
    ("inputs: *there", "situation.yaml:1: this is no YAML: found undefined alias 'there'"),
    ("inputs: &a [*a]",
     "situation.yaml:1: nested more than 100 levels deep. An alias (*name) counts as what it stands for."),
    ("a: 1\n---\nb: 2",
     "situation.yaml:2: this is no YAML: expected a single document in the stream, but found another document"),
    ("inputs:\n  <<: {a: 1}", "situation.yaml:2: merge keys (<<) are not read. Variants are merged over the rest."),
    ("? [a]\n: b", "situation.yaml:1: a key must be a text"),
    ("seed: " + "9" * 5000, "situation.yaml:1: a number of 5000 digits is too large"),
    ("inputs: {a: 1e999}", "situation.yaml:1: the number 1e999 is too large"),
    ("[" * 20_000, "situation.yaml:1: nested more than 100 levels deep"),
    ("#" * 1_000_001, LARGE),
    (b"\xff\xfe\x00a", "situation.yaml: this is no text: it is not UTF-8"),
    (b"a: \x00", "situation.yaml: this is no text: it holds the character 0"),
])
def test_what_cannot_be_read_is_told_in_one_line(content: str | bytes, message: str, write: Write):
    """With the line where it is known, and nothing of it is executed."""
    assert refused(write(content)) == message


@pytest.mark.parametrize(("content", "message"), [
    ('{"a": 1,\n "a": 2}', "s.json:2: the key 'a' stands here twice"),
    ('{"b": "NaN\\"",\n "a": NaN}', "s.json:2: NaN is no JSON number"),
    ('{\n\t"a": [-Infinity]}', "s.json:2: -Infinity is no JSON number"),
    ('{\n"a": 1e999}', "s.json:2: the number 1e999 is too large"),
    ('{\n"a": 1}}', "s.json:2: this is no JSON: Extra data"), ("", "s.json:1: this is no JSON: Expecting value"),
    ("[" * 100_000, "s.json: nested more than 100 levels deep"),
])
def test_a_json_file_is_held_to_json(content: str, message: str, write: Write):
    """By the name of the file."""
    assert refused(write(content, "s.json")) == message


def test_aliases_that_stand_for_far_too_much_are_refused(write: Write):
    """Nine levels of nine aliases each would be hundreds of millions of values."""
    levels = ["inputs:", "  a: &a [x, x, x, x, x, x, x, x, x]"]
    levels += [f"  {one}: &{one} [{', '.join([f'*{before}'] * 9)}]" for before, one in zip("abcdefgh", "bcdefghi",
                                                                                        strict=True)]
    assert "holds more than 50000 values" in refused(write("\n".join(levels)))


def test_aliases_within_the_bound_are_read(write: Write):
    """An answer that is given twice is written once."""
    (found,) = read_scenarios(write("inputs:\n  a: &same [1, 2]\n  b: *same\n"))
    assert found.run_arguments()["inputs"] == {"a": [1, 2], "b": [1, 2]}


def test_a_file_that_is_none_is_told(tmp_path: Path):
    """A folder, a name that nothing has, and one that nothing can have."""
    assert refused(tmp_path / "missing.yaml") == "missing.yaml: there is no such file"
    folder = f"{tmp_path.name}: the file cannot be read: it is a folder, and only plain files are read"
    assert refused(tmp_path) == folder
    assert "cannot be read" in refused(tmp_path / "a\0b")


@pytest.mark.parametrize(("text", "message"), [
    ("outcome: []", "s.yaml:1: outcome: there is no such key. Did you mean outcomes?"),
    ("seed: one\noutcome: []", 's.yaml:1: seed: this must be a number, not "one". (1 more error)'),
    ("outcomes:\n- action: a\n  datta: []", "s.yaml:3: outcomes[0].datta: there is no such key. Did you mean data?"),
    ("outcomes:\n- action: a\n  calls:\n  - {sumary: {}}",
     "s.yaml:4: outcomes[0].calls[0].sumary: there is no such key. Did you mean summary?"),
    ("outcomes:\n- data: []", "s.yaml:2: outcomes[0]: 'action' is missing"),
    ("outcomes: {}", "s.yaml:1: outcomes: this must be a list, not an empty object"),
    ("outcomes:", "s.yaml:1: outcomes: this must be a list, not nothing"),
    ("outcomes: [text]", 's.yaml:1: outcomes[0]: this must be an object with an action, not "text"'),
    ("outcomes: [{action: a, data: text}]",
     's.yaml:1: outcomes[0].data: this must be a list of data objects, or one of them, not "text"'),
    ("outcomes: [{action: a, status: okay}]",
     's.yaml:1: outcomes[0].status: this must be success or failed, not "okay"'),
    ("outcomes: [{action: a, delay: -1}]", "s.yaml:1: outcomes[0].delay: this must be at least 0, not -1"),
    ("outcomes: [{action: a, timeout: false}]",
     "s.yaml:1: outcomes[0].timeout: this must be true, or left out, not false"),
    ("outcomes: [{action: a, calls: []}]", "s.yaml:1: outcomes[0].calls: this must be filled, not an empty list"),
    ("outcomes: [{action: a, block: b, name: b}]",
     "s.yaml:1: `block` and `name` are two words for the same"),
    ("outcomes: [{action: a, calls: [{}], data: []}]",
     "s.yaml:1: `calls` holds the answers: `data` cannot stand beside it"),
    ("outcomes: [{action: a, raise: x, data: []}]", "s.yaml:1: `raise` cannot stand beside `data` in an answer"),
    ("outcomes: [{action: a, timed_out: true, declined: true}]",
     "s.yaml:1: `timed_out` cannot stand beside `declined` in an answer"),
    ("outcomes: [{action: a, results: [{results: [{}]}]}]", "s.yaml:1: one of several results must be a plain answer"),
    ("http: [{}]", "s.yaml:1: http[0]: 'url' is missing"),
    ("outcomes: [{actoin: a}]", "s.yaml:1: outcomes[0]: 'action' is missing. Is 'actoin' meant? (1 more error)"),
    ("http: [{url: nowhere}]", "s.yaml:1: 'nowhere' is no URL. For instance https://intel.example/api/*."),
    ("http: [{url: 'https://a.example', status: 1000}]",
     "s.yaml:1: http[0].status: this must be at most 599, not 1000"),
    ("http: [{url: 'https://a.example', json: 1, body: x}]", "s.yaml:1: `json` cannot stand beside `body`"),
    ("scope: old", 's.yaml:1: scope: this must be new, all, or a list of artifact ids, not "old"'),
    ("scope: [a]", "s.yaml:1: scope: this must be new, all, or a list of artifact ids, not a list"),
    ("seed: true", "s.yaml:1: seed: this must be a number, not true"),
    ("start: soon", "s.yaml:1: start: 'soon' is no time. For instance 2026-01-31T08:00:00Z."),
    ("options: {no_row: skip}", "s.yaml:1: options: there is no option 'no_row'. Did you mean no_rows?"),
    ("options: {no_rows: maybe}",
     "s.yaml:1: options: option no_rows has no value 'maybe'. There are none, skip."),
    ("options: {objects: [a]}", "s.yaml:1: options: option objects has no value ['a']. There are json, str."),
    ("records: {nots: []}", "s.yaml:1: records: there are no records of kind 'nots'. Did you mean note?"),
    ("container: missing.json", "s.yaml:1: container: missing.json: no such container file"),
    ("container: {a: 1}", "s.yaml:1: container: an object with the keys a is no container. Give "),
    ("containers: [{name: a}, {b: 1}]", "s.yaml:1: containers: an object with the keys b is no container. Give "),
    ("container: {name: a}\ncontainers: []", "s.yaml:2: `container` and `containers` are two words for the same"),
    ("containers: [{name: a}]\nartifacts: []",
     "s.yaml:2: `artifacts` stand beside one `container`. Put them into the containers."),
    ("artifacts:\n- cef: text", "s.yaml:1: artifacts: artifact 0: `cef` is a text, not an object"),
    ("lists:\n  blocked: missing.csv", "s.yaml:1: lists: missing.csv: no such list file"),
    ("files: [missing.eml]", "s.yaml:1: files: missing.eml: there is no such file"),
    ("assets: [{app: a}]", "s.yaml:1: assets[0]: 'name' is missing"),
    ("playbooks: {enrich: text}",
     's.yaml:1: playbooks.enrich: this must be an object: outputs by name, or {status: failed, message}, not "text"'),
    ("variants: {}", "s.yaml:1: variants: this must be filled, not an empty object"),
    ("variants: {a: {variants: {}}}", "s.yaml:1: variants.a.variants: there is no such key. "),
    ("variants:\n  a: {}\n  b:\n    seed: x", 's.yaml:4: variants.b.seed: this must be a number, not "x"'),
    ("variants:\n  a:\n    start: soon\n  b: {}", "s.yaml:3: start: 'soon' is no time."),
    ("outcomes:\n- action: a\n  set:\n    data.*.score: 95",
     ("s.yaml:4: `set` has the path 'data.*.score', which leads to nothing in a result. Did you mean "
      "action_result.data.*.score?")),
    ("outcomes: [{action: a, set: {nonsense: 3}}]",
     ("s.yaml:1: `set` has the path 'nonsense', which leads to nothing in a result. A path begins with "
      "action_result.data, action_result.summary, action_result.message, action_result.status.")),
    ("outcomes: [{action: a, set: {action_result: {data: []}}}]", "s.yaml:1: `set` has the path 'action_result', "),
    ("outcomes: [{action: a, set: {'': 1}}]", "s.yaml:1: `set` has the path '', "),
    ("outcomes: [{action: a, set: {action_result.data..x: 1}}]", "s.yaml:1: `set` has the path "),
    ("outcomes: [{action: a, set: {action_result.summary: 5}}]",
     "s.yaml:1: `set` has 'action_result.summary': this must be an object, not 5"),
    ("outcomes: [{action: a, set: {action_result.data: {a: 1}}}]",
     "s.yaml:1: `set` has 'action_result.data': this must be a list, not {'a': 1}"),
    ("outcomes: [{action: a, set: {action_result.message: 5}}]",
     "s.yaml:1: `set` has 'action_result.message': this must be a text, not 5"),
    ("outcomes: [{action: a, set: {action_result.status: maybe}}]",
     "s.yaml:1: `set` has 'action_result.status': this must be success or failed, not 'maybe'"),
    ("outcomes: [{action: a, set: {action_result.status.x: 1}}]",
     "s.yaml:1: `set` has the path 'action_result.status.x', and below `status` there is nothing"),
    ("outcomes:\n- {action: a, parameter: {x: 1}}\n- {action: A, parameter: {x: 1}, data: []}",
     "s.yaml:3: there are two answers to 'A' for the same calls: this one and that of s.yaml:2. Give them as `calls`"),
    ("http:\n- {url: 'https://A.example'}\n- {url: 'https://a.example/', status: 500}",
     "s.yaml:3: there are two answers to https://a.example/ for the same calls: this one and that of s.yaml:2."),
])
def test_what_is_wrong_in_a_scenario_is_told_with_its_line(text: str, message: str, write: Write):
    """Where it stands, what it is and what was meant; everything is looked at before anything runs."""
    assert refused(write(text, "s.yaml")).startswith(message)


def test_a_scenario_of_a_program_is_told_by_its_name():
    """Where there is no file there are no lines."""
    with pytest.raises(InputError, match=r"^case 7: outcomes\[0\]\.datta: there is no such key\. Did you mean data\?$"):
        Scenario.from_json({"outcomes": [{"action": "a", "datta": 1}]}, name="case 7")
    with pytest.raises(InputError, match=r"^case 7: outcomes\[0\]\.set: `set` cannot stand beside `status`"):
        Scenario.from_json({"outcomes": [{"action": "a", "set": {"a": 1}, "status": "failed"}]}, name="case 7")
    with pytest.raises(InputError, match="has no `variants`"):
        Scenario.from_json({"variants": {"a": {}}})
    with pytest.raises(InputError, match="is not JSON"):
        Scenario.from_json({"inputs": {"a": {1, 2}}})


# -- the situation -------------------------------------------------------------------------------------------------


def test_a_scenario_gives_a_lab_all_that_it_says(write: Write):
    """Paths lead from the scenario's own folder."""
    write([{"cef": {"a": 1}}], "artifacts.json")
    write({"container": {"name": "Mail", "id": 7}, "artifacts": [{"id": 3}]}, "container.json")
    write("1.1.1.1,scanner\n\n2.2.2.2,\n", "known.csv")
    write([["x"]], "other.json")
    write("text", "mail.eml")
    file = write("""
container: container.json
artifacts: [{cef: {b: 2}}]
assets: [whois, {name: vt, app: VirusTotal, actions: [file reputation]}]
user: {name: kim, email: kim@corp.example}
users: [automation2, {name: robin, type: normal}]
lists: {known: known.csv, other: other.json, inline: [[a, b], c]}
records: {note: [{container: 7, title: seen}]}
files: [mail.eml, {path: mail.eml, name: again.eml}]
seed: 5
start: 2026-01-31T08:00:00Z
options: {order: 3, no_rows: skip}
""")
    (found,) = read_scenarios(file)
    said = found.lab_arguments()
    assert (said["seed"], said["start"], said["options"]) == (
        5, datetime(2026, 1, 31, 8, tzinfo=UTC), Options(order=3, no_rows="skip"))
    assert said["user"] == User(name="kim", email="kim@corp.example")
    lab = Lab(**said)
    assert list(lab.containers) == [7]
    assert [one["cef"] for one in lab.artifacts.values()] == [{}, {"b": 2}]
    assert {one["name"]: one["content"] for one in lab.store.records["decided_list"].values()} == {
        "known": [["1.1.1.1", "scanner"], ["2.2.2.2", ""]], "other": [["x"]], "inline": [["a", "b"], ["c"]]}
    users = [one["username"] for one in lab.store.records["ph_user"].values()]
    assert users[-2:] == ["automation2", "robin"]
    assert [one["title"] for one in lab.store.records["note"].values()] == ["seen"]
    assert [(one["name"], one["aka"]) for one in lab.store.records["container_attachment"].values()] == [
        ("mail.eml", ["again.eml"])]
    assert [one.name for one in lab.assets] == ["whois", "vt"]


@tabled(("data", "containers", "artifacts"), [
    ({}, [], []), ({"artifacts": [{"cef": {"a": 1}}]}, ["Container"], [{"a": 1}]),
    ({"container": {"name": "a"}}, ["a"], []), ({"container": [{"cef": {"a": 1}}]}, ["Container"], [{"a": 1}]),
    ({"container": {"name": "a", "artifacts": [{"cef": {"a": 1}}]}}, ["a"], [{"a": 1}]),
    ({"container": {"name": "a", "artifacts": [{"cef": {"a": 1}}]}, "artifacts": [{"cef": {"b": 2}}]},
     ["a"], [{"a": 1}, {"b": 2}]),
    ({"containers": [{"name": "a"}, {"container": {"name": "b"}, "artifacts": [{"cef": {"c": 3}}]}]}, ["a", "b"],
     [{"c": 3}]),
])
def test_a_container_is_given_in_any_form_that_a_lab_takes(data: dict[str, Any], containers: list[str],
                                                           artifacts: list[Any]):
    """With artifacts of its own, and with those beside it."""
    lab = Lab(**Scenario.from_json(data).lab_arguments())
    assert [one["name"] for one in lab.containers.values()] == containers
    assert [one["cef"] for one in lab.artifacts.values()] == artifacts


def test_a_time_without_a_zone_is_utc():
    """As the platform writes its times."""
    assert Scenario.from_json({"start": "2026-01-31T08:00"}).lab_arguments()["start"] == datetime(
        2026, 1, 31, 8, tzinfo=UTC)


# -- outcomes ------------------------------------------------------------------------------------------------------


@tabled(("given", "expected"), [
    ({}, [("success", "", [])]), ({"data": [{"a": 1}]}, [("success", "", [{"a": 1}])]),
    ({"summary": {"total": 2}}, [("success", "Total: 2", [])]),
    ({"status": "failed", "message": "no"}, [("failed", "no", [])]),
    ({"results": [{"data": [1]}, {"status": "failed", "message": "b"}]}, [("success", "", [1]), ("failed", "b", [])]),
])
def test_an_answer_has_the_keys_of_a_result(given: dict[str, Any], expected: list[Any]):
    """Or it is several results of one call."""
    assert results(answer(given)) == expected


def test_an_answer_may_take_its_time():
    """``delay`` goes with every form; of several results the last to arrive counts."""
    delays = [answer(one).delay for one in (
        {"delay": 5}, {"raise": "x", "delay": 6}, {"timeout": True, "delay": 7.5}, {"results": [{"delay": 8}, {}]},
        {"results": [{}], "delay": 9})]
    assert delays == [5, 6, 7.5, 8, 9]


@tabled(("given", "expected"), [
    ({"choice": "Yes"}, ("success", ["Yes"])), ({"responses": ["a", 5]}, ("success", ["a", 5])),
    ({"timed_out": True}, ("failed", None)), ({"declined": True, "message": "not now"}, ("failed", None)),
])
def test_a_prompt_is_answered_by_whoever_is_asked(given: dict[str, Any], expected: tuple[str, Any]):
    """``choice`` is short for one response; ``to`` tells people apart."""
    asked = call("prompt", asset="phantom", to="kim", message="Go on?")
    entry = {"action": "prompt", "to": "kim", **given}
    other = {"action": "prompt", "to": "Tier 2", "choice": "No"}
    found = Scenario.from_json({"outcomes": [entry, other]}).provider().outcome(asked)
    assert found is not None
    assert (found.results[0].status, found.results[0].summary.get("responses")) == expected


@tabled(("entries", "expected"), [
    ([{"data": [1]}, {"asset": "w", "data": [2]}], [2]),
    ([{"block": "look", "data": [1]}, {"data": [2]}], [1]),
    ([{"name": "look", "data": [1]}, {"data": [2]}], [1]),
    ([{"parameter": {"ip": "1"}, "data": [1]}, {"parameter": {"ip": "1", "n": 1}, "data": [2]}, {"data": [3]}], [2]),
    ([{"block": "look", "asset": "w", "data": [1]}, {"parameter": {"ip": "1"}, "data": [2]}], [1]),
    ([{"asset": "other", "data": [1]}, {"data": [2]}], [2]), ([{"parameter": {"ip": "2"}, "data": [1]}], None),
    ([{"parameter": {"n": True}, "data": [1]}], None), ([{"parameter": {"none": None}, "data": [1]}], None),
    ([{"action": "whois domain"}], None), ([{"action": "Whois IP", "data": [1]}], [1]),
])
def test_the_more_specific_entry_answers(entries: list[dict[str, Any]], expected: list[Any] | None):
    """Block, asset, who is asked and every parameter count one each; the order in the file does not matter."""
    given = [{"action": "whois ip", **one} for one in entries]
    for order in (given, given[::-1]):
        found = Scenario.from_json({"outcomes": order}).provider().outcome(call(ip="1", n=1))
        assert (found.results[0].data if found else None) == expected


def test_two_entries_that_are_equally_specific_are_an_error(write: Write, playbook):
    """Which one is meant is said by nobody; the run needs an outcome, and both lines are named."""
    file = write("""container: {name: a}
outcomes:
  - {action: whois ip, block: look_0}
  - {action: whois ip, asset: w}
""")
    run = Lab(scenario=file).run(playbook(ACT.replace("IPS", "['1.1.1.1']")))
    assert run.status == "needs_outcome"
    told = run.summary().message
    assert told.startswith("two outcomes match 'whois ip' (block look_0), and neither is more specific: ")
    assert f"that of {file}:4 ({file}:3). Let one" in told


def test_answers_are_used_up_call_by_call(write: Write, playbook):
    """When they have run out nothing is used again: the run needs an outcome."""
    file = write("""
container: {name: a}
outcomes:
  - action: whois ip
    calls:
      - data: [{country: AU}]
      - raise: no connection
      - timeout: true
""")
    lab = Lab(scenario=file)
    for _ in range(2):  # a second run begins anew
        run = lab.run(playbook(ACT.replace("IPS", "['1', '2', '3', '4']")))
        assert [one["status"] for one in run.summary().action_runs] == ["success", "failed", "failed"]
        assert [one.source for one in run.journal.events if type(one).__name__ == "OutcomeGiven"] == [
            f"{file}:6", f"{file}:7", f"{file}:8"]
        assert run.status == "needs_outcome"
        assert run.summary().message.startswith(
            f"outcome list of 'whois ip' (block look_3) ran out at call 4 ({file}:4). Add an answer")


LOOK = ACT.replace("IPS", "['1', '2']")


def told(run: Any, file: Path) -> list[str]:
    """What is noted of a scenario."""
    return [one.replace(f"{file.parent}/", "") for one in run.summary().notes if one.startswith("scenario ")]


@pytest.mark.parametrize(("entry", "note"), [
    ("{action: whois pi}", "the outcome of 'whois pi' was never asked for; the run asked for 'whois ip'"),
    ("{action: block host}", "the outcome of 'block host' was never asked for; the run asked for 'whois ip'"),
    ("{action: whois ip, block: lok}",
     "the outcome of 'whois ip' was never asked for: block is \"lok\", not \"look_0\""),
    ("{action: whois ip, asset: w, parameter: {ip: 1, n: 2}}",
     ("the outcome of 'whois ip' was never asked for: parameter ip is 1, not \"1\", parameter n is 2, and the call "
      "has none")),
    ("{action: whois ip, asset: w, calls: [{}, {}, {}]}", "of the 3 answers to 'whois ip' the run asked for 2"),
    ("{action: whois ip, asset: other}",
     "the outcome of 'whois ip' was never asked for: asset is \"other\", not \"w\""),
])
def test_an_entry_that_nothing_used_is_noted(entry: str, note: str, write: Write, playbook):
    """With its line, and with what the run asked for instead."""
    file = write(f"container: {{name: a}}\noutcomes:\n  - {{action: whois ip}}\n  - {entry}\n")
    run = Lab(scenario=file).run(playbook(LOOK))
    assert (run.status, told(run, file)) == ("success", [f"scenario situation.yaml:4: {note}"])


def test_what_is_used_or_stands_in_for_the_rest_is_not_noted(write: Write, playbook):
    """More specific entries answered; of what variants share, only what seems to be misspelt."""
    file = write("""container: {name: a}
outcomes:
  - {action: whois ip}
  - {action: block host}
  - {action: whois pi}
variants:
  a: {outcomes: [{action: whois ip, parameter: {ip: "1"}}, {action: whois ip, parameter: {ip: "2"}}]}
""")
    run = Lab(scenario=file).run(playbook(LOOK))
    assert told(run, file) == [
        "scenario situation.yaml:5: the outcome of 'whois pi' was never asked for; the run asked for 'whois ip'"]


def test_an_answer_to_a_request_that_nothing_sent_is_noted(write: Write, playbook):
    """By its URL."""
    file = write("container: {name: a}\nhttp:\n  - {method: GET, url: 'https://a.example/*', body: x}\n")
    assert told(Lab(scenario=file).run(playbook("def on_start(container):\n    pass\n")), file) == [
        "scenario situation.yaml:3: the answer to GET https://a.example/* was never asked for"]


def test_who_answered_a_request_is_told(write: Write, playbook):
    """In the summary, and in the report for people; so is what nothing answered."""
    file = write("container: {name: a}\nhttp:\n  - {url: 'https://a.example/*', status: 201}\n")
    run = Lab(scenario=file).run(playbook("""import requests
def on_start(container):
    requests.post('https://a.example/x')
    requests.get(phantom.build_phantom_rest_url('container'), verify=False)
    try:
        requests.get('https://b.example/')
    except requests.ConnectionError:
        pass
"""))
    first, second = run.summary().http
    assert first == {"method": "POST", "url": "https://a.example/x", "status_code": 201, "source": f"{file}:3",
                     "error": "", "block": "on_start", "line": first["line"]}
    assert second == {**first, "method": "GET", "url": "https://b.example/", "status_code": None, "source": "",
                      "error": "refused by the lab", "line": first["line"] + 3}
    report = as_text(run.summary())
    assert f"requests\n      POST https://a.example/x: 201 ({file}:3)\n" in report
    assert "      GET https://b.example/: refused by the lab\n" in report


@pytest.mark.parametrize(("entry", "near"), [
    ("{action: whois ip, parameter: {ip: 1}}",
     "The scenario answers 'whois ip', but not this call: situation.yaml:3: parameter ip is 1, not \"1\"."),
    ("{action: whois ipp}", "The scenario answers 'whois ipp' (situation.yaml:3): is 'whois ip' meant?"),
])
def test_a_near_miss_says_why_an_entry_does_not_fit(entry: str, near: str, write: Write, playbook):
    """Instead of what could be given, as something was; nothing is noted of a run that did not come to its end."""
    file = write(f"container: {{name: a}}\noutcomes:\n  - {entry}\n")
    run = Lab(scenario=file).run(playbook(LOOK))
    assert (run.status, told(run, file)) == ("needs_outcome", [])
    assert run.summary().message.replace(f"{file.parent}/", "") == (
        f"no outcome for action 'whois ip' on asset 'w' with {{\"ip\": \"1\"}} (block look_0). {near}")


@tabled(("given", "message"), [
    ({"scenario": 5}, "scenario must be a file, what it would hold, or a Scenario, not '5'"),
    ({"scenario": []}, "scenario must be a file"), ({"apps": 5}, "apps must be the path of manifests, not '5'"),
    ({"seed": "x"}, "seed must be a whole number, not 'x'"), ({"seed": 1.5}, "seed must be a whole number, not '1.5'"),
    ({"seed": True}, "seed must be a whole number"), ({"generate": "no"}, "generate must be True or False, not 'no'"),
    ({"recording": 5}, "recording must be a journal's path, not int"),
    ({"strict_assets": "no"}, "strict_assets must be True or False, not 'no'"),
    ({"lists": [["a"]]}, "lists must be a dict of lists by name"), ({"records": []}, "records must be a dict of lists"),
    ({"user": {"nme": "kim"}}, "user must be a name, or a User"), ({"paths": 5}, "paths must be folders, not '5'"),
    ({"assets": 5}, "assets must be a list of assets"), ({"providers": 5}, "providers must be a list of outcome"),
    ({"start": "soon"}, "start: 'soon' is no time. For instance 2026-01-31T08:00:00Z."),
    ({"start": 5}, "start must be a moment, as in 2026-01-31T08:00:00Z, not '5'"),
])
def test_arguments_of_another_kind_are_refused(given: dict[str, Any], message: str):
    """In one line, before anything runs."""
    with pytest.raises(InputError, match=f"^{message}"):
        Lab({"name": "a"}, **given)


def test_one_folder_file_and_moment_may_stand_for_themselves(tmp_path: Path):
    """A path is not taken apart into letters, and a moment is written as in a scenario."""
    (tmp_path / "child.py").write_text("def on_start(container):\n    pass\n", encoding="utf-8")
    (tmp_path / "mail.eml").write_bytes(b"x")
    lab = Lab({"name": "a"}, paths=str(tmp_path), files=str(tmp_path / "mail.eml"), start="2026-01-31T08:00:00Z")
    assert lab.paths == [str(tmp_path)]
    assert lab.run("child").status == "success"
    assert [one.name for one in lab.store.files.values()] == ["mail.eml"]
    assert lab.start == datetime(2026, 1, 31, 8, tzinfo=UTC)


def test_parameter_sets_fail_one_by_one():
    """A parameter that one entry names is a failure of its own."""
    provider = Scenario.from_json({"outcomes": [
        {"action": "whois ip", "data": [{"ok": True}]},
        {"action": "whois ip", "parameter": {"ip": "bad"}, "status": "failed", "message": "no such host"}]}).provider()
    found = [results(provider.outcome(call(ip=ip)))[0][:2] for ip in ("1.1.1.1", "bad", "2.2.2.2")]
    assert found == [("success", ""), ("failed", "no such host"), ("success", "")]


def test_entries_of_a_variant_come_before_those_of_the_rest(write: Write):
    """However specific those are; what the variant does not answer falls to them."""
    file = write("""
outcomes:
  - {action: whois ip, asset: w, data: [1]}
  - {action: prompt, choice: Yes}
variants:
  calm: {}
  failing:
    outcomes: [{action: whois ip, status: failed, message: no}]
""")
    calm, failing = (one.provider() for one in read_scenarios(file))
    assert (results(calm.outcome(call())), results(failing.outcome(call()))) == (
        [("success", "", [1])], [("failed", "no", [])])
    assert results(failing.outcome(call("prompt", to="kim"))) == results(calm.outcome(call("prompt", to="kim")))


def test_an_action_that_names_no_asset_runs_on_those_of_the_entries():
    """As with other providers."""
    provider = Scenario.from_json({"outcomes": [
        {"action": "Whois IP", "asset": "w"}, {"action": "whois ip", "asset": "x"}, {"action": "whois ip"}]}).provider()
    assert [one.name for one in provider.assets("whois IP")] == ["w", "x"]


def test_set_changes_a_generated_result():
    """The generator is asked for a result with these values; who made the rest is told, too."""
    asked = []

    def generated(one: ActionCall, wanted: Any) -> Outcome | None:
        asked.append(dict(wanted))
        made = Outcome((ActionResult("success", "", {}, [{}]),), "generated", own=True)
        return None if one.asset == "unknown" else made

    scenario = Scenario.from_json({"outcomes": [
        {"action": "whois ip", "set": {"action_result.data.*.score": 9}, "delay": 2}]}, name="case")
    found = scenario.provider(generated).outcome(call())
    assert found is not None
    assert (asked, found.source, found.delay, found.own) == (
        [{"action_result.data.*.score": 9}], "case: outcomes[0] (generated)", 2, True)
    with pytest.raises(InputError, match="but no results are generated in this run"):
        scenario.provider().outcome(call())
    with pytest.raises(InputError, match="but nothing is known of it"):
        scenario.provider(generated).outcome(call(asset="unknown"))


def test_an_answer_that_does_not_fit_a_prompt_is_told(playbook):
    """Its form is known only once it is asked."""
    lab = Lab(scenario={"container": {"name": "a"}, "outcomes": [{"action": "prompt", "choice": "Perhaps"}]})
    run = lab.run(playbook("""def on_start(container):
    phantom.prompt2(container=container, user='kim', message='Go on?', name='ask', respond_in_mins=5,
                    response_types=[{'prompt': 'Go on?', 'options': {'type': 'list', 'choices': ['Yes', 'No']}}])
"""))
    assert (run.status, "response 'Perhaps' is no choice" in run.summary().message) == ("needs_outcome", True)


def test_what_is_missing_is_generated_where_the_scenario_says_so(playbook):
    """Without ``generate`` the same run needs an outcome."""
    source = playbook(ACT.replace("IPS", "['1']"))
    data = {"container": {"name": "a"}}
    assert [Lab(scenario={**data, "generate": on}).run(source).status for on in (True, False)] == [
        "success", "needs_outcome"]


# -- stand-ins and requests ----------------------------------------------------------------------------------------


def test_a_scenario_stands_in_for_playbooks_and_custom_functions(playbook):
    """Outputs and data by name, or a failure."""
    run = Lab(scenario={
        "container": {"name": "a"}, "playbooks": {"local/enrich": {"score": [7]},
                                                  "local/block": {"status": "failed", "message": "why"}},
        "custom_functions": {"community/merge": [{"item": 1}], "fails": {"status": "failed", "message": "no"},
                             "status": {"status": "failed", "more": 1}}}).run(playbook("""
def on_start(container):
    phantom.playbook('local/enrich', container=container, name='a', callback=after)
    phantom.playbook('local/block', container=container, name='b', callback=after)
    for name in ('community/merge', 'fails', 'status'):
        phantom.custom_function(custom_function=name, parameters=[{}], name=name, callback=done)

def after(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None,
          filtered_results=None, custom_function=None, **kwargs):
    phantom.debug([success, phantom.collect2(container=container, datapath=['a:playbook_output:score'])])

def done(custom_function=None, results=None, success=None, container=None, handle=None, **kwargs):
    phantom.debug([success, results[0]['custom_function_results'][0]['data']])
"""))
    told = sorted(run.summary().debug)
    assert told == sorted(["[True, [{'item': 1}]]", "[False, []]", "[True, {'status': 'failed', 'more': 1}]",
                           "[True, [[7]]]", "[False, [[7]]]"])


# -- writing -------------------------------------------------------------------------------------------------------

TEXTS = st.text(st.characters()) | st.sampled_from([
    "Yes", "no", "1e3", "0x10", "<<", "=", "2026-01-01", "~", "null", "- a", "a: b", "# c", "!!str a", "&a", "*a", "%a",
    "\x85", "\u2028", "\ufeff", "\x00", "\r\n", "a\nb", "a\nb\n", "a\n\nb\n", " a\n b", "a \nb", "\ta", "a" * 200,
    "'\"", "\ud800", "😀", "a\tb\nc"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=12)


@settings(max_examples=300, deadline=None)
@given(data=JSON)
def test_what_is_written_is_read_back_exactly(data: Any, tmp_path_factory: pytest.TempPathFactory):
    """Whatever an attacker puts into an artifact: it stays a text, and none of it becomes structure."""
    file = tmp_path_factory.mktemp("written") / "s.yaml"
    file.write_text(as_yaml(data), encoding="utf-8")
    assert json.dumps(read_document(file).data) == json.dumps(data)


def test_what_is_written_is_readable():
    """Texts of several lines stand as blocks, the keys in their order, lists below their key."""
    data = {"container": {"name": "Mail", "id": 7}, "outcomes": [
        {"action": "prompt", "choice": "Yes"}, {"action": "whois ip", "data": [{"text": "one\ntwo\n", "n": 1.5}]}]}
    assert as_yaml(data) == """container:
  name: Mail
  id: 7
outcomes:
  - action: prompt
    choice: 'Yes'
  - action: whois ip
    data:
      - text: |
          one
          two
        n: 1.5
"""


@pytest.mark.parametrize(("data", "message"), [
    ({"a": float("nan")}, "NaN and Infinity"), ({"a": {1}}, "is not JSON"),
    (json.loads("[" * 101 + "]" * 101), "nested 101 levels deep. 100 are read."),
])
def test_what_would_not_be_read_back_is_not_written(data: Any, message: str):
    """In one line."""
    with pytest.raises(InputError, match=message):
        as_yaml(data)


# -- the guide -----------------------------------------------------------------------------------------------------

GUIDE = (ROOT / "docs" / "scenarios.md").read_text()
BLOCKS = [part.split("```")[0] for part in GUIDE.split("```yaml\n")[1:]]


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_every_example_of_the_guide_is_a_scenario(number: int, write: Write):
    """As it stands there, beside the files that it names."""
    write({"name": "Mail", "artifacts": []}, "container.json")
    write("203.0.113.7,scanner\n", "known_scanners.csv")
    write("mail", "mail.eml")
    assert read_scenarios(write(BLOCKS[number]))


def test_the_guide_names_every_key():
    """And every key of an answer."""
    schema = json.loads((ROOT / "phantom_lab" / "scenarios" / "scenario_schema.json").read_text())
    parts = [schema, *(schema["$defs"][name] for name in ("outcome", "answer", "request", "response"))]
    keys = {key for part in parts for key in part["properties"]}
    assert not {key for key in keys if f"`{key}`" not in GUIDE and f"{key}:" not in GUIDE}


SAYS = {"container": {"name": "x"}, "inputs": {"one": 1, "Second Name": 2}, "lists": {"a": [["1"]], "b": [["2"]]},
        "options": {"no_rows": "skip", "objects": "str"}, "seed": 3, "scope": "all"}


def test_what_a_lab_is_given_wins_name_by_name():
    """The same for Python and for the command line, which hands over what it was given."""
    lab = Lab(scenario=SAYS, options={"no_rows": "none"}, lists={"b": [["3"]]})
    assert (lab.options.no_rows, lab.options.objects, lab.seed) == ("none", "str", 3)
    assert lab.lists == {"a": [["1"]], "b": [["3"]]}
    assert Lab(scenario=SAYS, options=Options()).options == Options()
    source = ("import phantom.rules as phantom\ndef on_start(container):\n"
              "    phantom.debug(phantom.collect2(datapath=['playbook_input:one', 'playbook_input:second_name']))\n")
    playbook = dataclasses.replace(Playbook.from_source(source, name="p"), inputs=("one", "second_name"))
    for inputs, seen in ((None, "[[1, 2]]"), ({}, "[[1, 2]]"), ({"second_name": 5}, "[[1, 5]]")):
        assert lab.run(playbook, inputs=inputs).debug == [seen]
    with pytest.raises(InputError, match=r"scenario scenario: .*secnd_name"):
        lab.run(playbook, inputs={"secnd_name": 5})


@pytest.mark.parametrize(("options", "told"), [
    (3, "options must be Options, or a dict of some of them, not int"),
    ({"no_row": "skip"}, "Did you mean no_rows?"), ({"no_rows": "never"}, "no_rows"),
])
def test_options_that_are_none_are_told(options: Any, told: str):
    """In one line."""
    with pytest.raises((InputError, TypeError), match=re.escape(told)):
        Lab({"name": "x"}, options=options)


@tabled(("held", "told"), [
    ({"id": 7, "name": "mail", "severity": "low", "artifacts": [{"cef": {"a": 1}}]}, ""),
    ({"container": {"id": 7, "name": "mail", "severity": "low"}, "artifacts": [{"cef": {"a": 1}}]}, ""),
    ([{"cef": {"a": 1}}], "which holds no single one"),
    ({"count": 1, "num_pages": 1, "data": [{"id": 7}]}, "which holds no single one"),
])
def test_a_variant_is_merged_over_a_container_in_a_file(tmp_path: Path, held: Any, told: str):
    """Key by key, as over one that stands in the scenario; lists are replaced."""
    (tmp_path / "c.json").write_text(json.dumps(held))
    (tmp_path / "s.yaml").write_text("container: c.json\nvariants:\n  high: {container: {severity: high}}\n"
                                     "  other: {container: {artifacts: [{cef: {b: 2}}, {cef: {c: 3}}]}}\n")
    if told:
        with pytest.raises(InputError, match=rf"s\.yaml:1: a variant's container .*{told}"):
            read_scenarios(tmp_path / "s.yaml")
        return
    high, other = (Lab(scenario=one) for one in read_scenarios(tmp_path / "s.yaml"))
    assert [(one.container["name"], one.container["severity"]) for one in (high, other)] == [
        ("mail", "high"), ("mail", "low")]
    assert [[artifact["cef"] for artifact in one.artifacts.values()] for one in (high, other)] == [
        [{"a": 1}], [{"b": 2}, {"c": 3}]]
