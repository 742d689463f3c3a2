"""Results are held against what an app declares."""

from __future__ import annotations

from typing import Any

import pytest

from phantom_lab import ActionCall, InputError, Lab, Stepper, failure, success
from phantom_lab.apps import MaxMind
from phantom_lab.model import ActionResult
from phantom_lab.outcomes import Stubs
from phantom_lab.outcomes.contract import Breach, check_contract, in_one_line
from phantom_lab.outcomes.declared import Declaration, Output
from phantom_lab.outcomes.provider import Providers
from tests.table import tabled

DATA = "action_result.data.*"


def declaration(*outputs: Any) -> Declaration:
    """What an app declares: paths below an item of data, or whole ones; ``(path, type, *examples)`` or a path."""
    found = []
    for one in outputs:
        path, kind, *examples = (one, "string") if isinstance(one, str) else one
        whole = path.startswith("action_result")
        found.append(Output(path if whole else f"{DATA}.{path}", kind, tuple(examples)))
    return Declaration("Scanner", "scan host", "manifest Scanner 1.0", outputs=tuple(found))


def told(declared: Declaration, *data: Any, status: str = "success", summary: dict[str, Any] | None = None,
         parameter: dict[str, Any] | None = None) -> list[str]:
    """The breaches of one result, without what stands before every path of an item."""
    result = ActionResult(status, "", parameter or {}, list(data), summary or {})
    return [str(one).replace(f"{DATA}.", "") for one in check_contract([result], declared)]


def test_a_path_that_lacks_a_level_is_told_both_ways():
    """An app's manifest leaves out one ``data`` of what its API answers: playbooks that follow it read nothing."""
    declared = declaration("id", "host.name")
    assert told(declared, {"data": {"id": "7", "host": {"name": "a"}}}) == [
        "data: not declared", "id: missing", "host: missing"]
    assert told(declared, {"id": "7", "host": {"name": "a"}}) == []


@tabled(("outputs", "data", "breaches"), [
    ([("score", "numeric")], [{"score": "7"}], ["score: text, declared numeric"]),
    ([("score", "numeric", "7")], [{"score": "7"}], []),
    ([("score", "numeric", 7)], [{"score": True}], ["score: boolean, declared numeric"]),
    ([("bad", "boolean")], [{"bad": "no"}, {"bad": False}, {"bad": "yes"}], ["bad: text, declared boolean"]),
    ([("size", "string")], [{"size": 7}], []),
    ([("size", "string", "7")], [{"size": 7}], ["size: number, declared string"]),
    ([("size", "string", 7)], [{"size": 7}], []),
    ([("tags", "string", '["a"]')], [{"tags": ["a"]}], []),
    ([("tags", "string")], [{"tags": ["a"]}], ["tags: list, declared string"]),
    ([("score", "numeric")], [{"score": None}], []),
    ([("score", "integer")], [{"score": {"any": "thing"}}], []),
    (["hits.*.id"], [{"hits": {"id": "1"}}], ["hits: object, declared list"]),
    (["host.id"], [{"host": [{"id": "1"}]}], ["host: list, declared object"]),
    (["host.id"], [{"host": "a"}], ["host: text, declared object"]),
    (["hits.*"], [{"hits": ["a", "b"]}], []),
    (["*.id"], [[{"id": "1"}]], []),
])
def test_a_value_has_the_kind_that_is_declared(outputs, data, breaches):
    """The kind of an example is right whatever the type says, and ``string`` without one is said of any value."""
    assert told(declaration(*outputs), *data) == breaches


@tabled(("outputs", "data", "breaches"), [
    (["a", "b"], [{"a": "1"}, {"b": "1"}], []),
    (["hits.*.id", "hits.*.of"], [{"hits": [{"id": "1"}]}, {"hits": [{"id": "1"}]}], ["hits.*.of: missing"]),
    (["hits.*.id"], [{"hits": []}], []),
    (["hits.*.id", "a"], [], []),
    (["a.b.c", "a.b.d"], [{}], ["a: missing"]),
    (["a"], [{"a": "1", "b": {"c": 1, "d": 2}}], ["b: not declared"]),
    (["file.name"], [{"file.name": "x", "file.size": 1}], ["file.size: not declared"]),
    (["ports.443.open", "ports.25.open"], [{"ports": {"443": {"open": "y"}, "25": {"open": "n"}}}], []),
    (["rows.0.id"], [{"rows": [{"id": "1"}, {"id": "2"}]}], []),
    (["entry.*.id", "entry.id"], [{"entry": {"id": "1"}}, {"entry": [{"id": "2"}]}], []),
])
def test_what_is_declared_is_there_and_nothing_else(outputs, data, breaches):
    """Of several elements one is enough, an empty list owes nothing, and of a missing branch the uppermost is named."""
    assert told(declaration(*outputs), *data) == breaches


@tabled(("data", "summary", "breaches"), [
    ([], {}, []), ([], {"total": 0}, []), ([], {"sum": 0}, ["action_result.summary.sum: not declared"]),
    ([{"a": "1"}], {"total": 1}, ["action_result.summary.top: missing"]),
    ([{"a": "1"}], {}, ["action_result.summary.total: missing", "action_result.summary.top: missing"]),
])
def test_a_success_that_found_nothing_owes_no_summary(data: list[Any], summary: dict[str, Any], breaches: list[str]):
    """With data all of it is owed; what is there is judged in any case."""
    declared = declaration("a", ("action_result.summary.total", "numeric"), "action_result.summary.top")
    assert told(declared, *data, summary=summary) == breaches


def test_the_elements_of_what_is_a_list_and_an_object_are_both():
    """Manifests that contradict themselves are held to what either says."""
    declared = declaration("tasks.*.details", "tasks.details.size", "use.*.port", "use.port.*.name", "use.port.name")
    assert told(declared, {"tasks": [{"details": {"size": 3}}], "use": [{"port": [{"name": "a"}]}]}) == []
    assert told(declared, {"tasks": 1, "use": []}) == ["tasks: number, declared object"]


@pytest.mark.parametrize("path", [DATA, "action_result.data"])
def test_an_item_that_is_declared_alone_admits_anything(path):
    """Queries declare no fields; where they name some, these are examples."""
    assert told(declaration(path), {"any": [1]}) == []
    assert told(declaration(DATA, ("_raw", "string"), ("count", "numeric")), {"count": "1", "user": "a"}) == [
        "count: text, declared numeric"]


@pytest.mark.parametrize("path", ["action_result.data.id", "action_result.data.0.id", f"{DATA}.id"])
def test_the_star_of_data_may_be_left_out(path):
    """Some manifests do; data is a list all the same."""
    assert told(declaration(path), {"id": "1"}) == []


def test_the_summary_is_judged_and_of_parameters_the_type():
    """Status, message and the context of parameters are the platform's own."""
    declared = declaration("action_result.summary.total", ("action_result.parameter.limit", "numeric"),
                           "action_result.status", "action_result.message", "action_result.parameter.host")
    assert told(declared, summary={"count": 1}, parameter={"limit": "ten", "context": {"guid": "x"}}) == [
        "action_result.parameter.limit: text, declared numeric", "action_result.summary.count: not declared",
        "action_result.summary.total: missing"]


def test_data_of_an_action_that_declares_none_are_told():
    """An item without fields says nothing."""
    declared = declaration("action_result.summary.total")
    assert told(declared, {"a": 1}, summary={"total": "1"}) == [f"{DATA}: not declared"]
    assert told(declared, {}, summary={"total": "1"}) == []


def test_a_failed_result_owes_nothing():
    """Nor does an action of which no outputs are declared."""
    assert told(declaration("a"), {"error": 1}, status="failed") == []
    assert told(declaration(), {"a": 1}) == []


def test_five_are_named_of_every_kind_some():
    """Both sides of a missing level are seen, however many there are of one."""
    missing = [Breach(f"m{number}", "missing") for number in range(9)]
    extra = [Breach(f"e{number}", "extra") for number in range(2)]
    assert in_one_line([*extra, *missing]) == (
        "e0: not declared; m0: missing; e1: not declared; m1: missing; m2: missing; and 6 more missing")
    assert in_one_line([Breach("a" * 500, "extra")]) == f"{'a' * 120}…: not declared"


class Declares:
    """An app that nobody answers for, and that declares one action."""

    def outcome(self, call: ActionCall) -> None:
        return None

    def assets(self, action: str) -> list[Any]:
        return []

    def declaration(self, call: ActionCall) -> Declaration | None:
        return declaration(("score", "numeric")) if call.action == "scan host" else None


TWICE = """
def on_start(container):
    phantom.act("scan host", parameters=[{"host": "a"}, {"host": "b"}], assets=["s"], name="scan_1", callback=done)

def done(**kwargs):
    phantom.act("scan host", parameters=[{"host": "c"}], assets=["s"], name="scan_2")
"""
WRONG = f"is not what manifest Scanner 1.0 declares: {DATA}.score: text, declared numeric"


@pytest.fixture
def scan(incident, playbook):
    """Run a playbook whose actions a stub answers, under a contract; its notes on results, status and message."""

    def run(contract: str, answer: Any):
        stubs = Stubs()
        stubs.add("scan host", None, lambda parameter: answer)
        made = Lab(incident).prepare(playbook(TWICE))
        made.tree.outside.providers = Providers([stubs, Declares()], contract=contract)
        summary = made.execute().summary()
        return [one for one in summary.notes if "declares" in one], summary.status, summary.message

    return run


def test_a_lenient_contract_notes_once_per_block(scan):
    """The run goes on."""
    notes, status, _ = scan("lenient", [{"score": "7"}])
    assert status == "success"
    assert [one.split(":")[0] for one in notes] == ["block scan_1", "block scan_2"]
    assert all(WRONG in one and "stub <lambda> (test_contract.py:" in one for one in notes)
    assert scan("lenient", success([{"score": 7}]))[0] == []
    assert scan("lenient", failure("no"))[0] == []


def test_another_breach_of_the_same_block_is_noted_too(incident, playbook):
    """What was told of an earlier result is not told again."""
    stubs = Stubs()
    stubs.add("scan host", None, lambda parameter: [
        {"score": "7"} if parameter["host"] == "a" else {"score": "7", "more": 1}])
    made = Lab(incident).prepare(playbook(TWICE))
    made.tree.outside.providers = Providers([stubs, Declares()])
    notes = [one.partition("declares: ")[2].replace(f"{DATA}.", "") for one in made.execute().summary().notes
             if one.startswith("block scan_1")]
    assert notes == ["score: text, declared numeric", "more: not declared"]


def test_a_strict_contract_lets_an_empty_success_pass(scan):
    """That nothing was found is no breach."""
    assert scan("strict", {})[:2] == ([], "success")


def test_a_strict_contract_refuses_the_outcome(scan):
    """It is as if there were none, and the paths are told."""
    notes, status, message = scan("strict", [{"score": "7"}])
    assert (notes, status) == ([], "needs_outcome")
    assert message.startswith("block scan_1: what stub <lambda> (")
    assert WRONG in message
    assert scan("strict", [{"score": 7}])[1] == "success"


def test_no_contract_tells_nothing(scan):
    """And there is no other one."""
    assert scan("off", [{"score": "7"}]) == ([], "success", "")
    with pytest.raises(InputError, match=r"there is no contract 'firm'\. There are strict, lenient, off\."):
        Providers([], contract="firm")


def test_a_strict_contract_without_apps_is_refused(incident):
    """It would look at nothing, and say nothing."""
    with pytest.raises(InputError, match="a strict contract needs apps"):
        Lab(incident, contract="strict")


def test_results_by_hand_are_noted_and_never_refused(incident, playbook):
    """Whoever gives them decides; the note says what a look at the app's documentation would."""
    made = Lab(incident).prepare(playbook(TWICE.replace('{"host": "a"}, ', "")))
    made.tree.outside.providers = Providers([Declares()], contract="strict")
    stepper = Stepper(made)
    stepper.resume()
    stepper.give([{"score": "7"}])
    notes = [one for one in made.summary().notes if WRONG in one]
    stepper.stop()
    assert [one.split(" for ")[0] for one in notes] == ["block scan_1: what given by hand gives"]


def test_the_local_apps_are_not_held(incident, playbook):
    """What a look-up does not find it leaves out, as the real app does."""
    pytest.importorskip("maxminddb")
    declared = Declaration("MaxMind", "geolocate ip", "manifest", outputs=(Output(f"{DATA}.no_such_field", "string"),))
    made = Lab(incident).prepare(playbook(
        "def on_start(container):\n"
        "    phantom.act('geolocate ip', parameters=[{'ip': '1.1.1.1'}], assets=['maxmind'], name='geo')\n"))
    made.tree.outside.providers = Providers([MaxMind()], declaration_of=lambda call: declared, contract="strict")
    summary = made.execute().summary()
    assert summary.status == "success"
    assert not [one for one in summary.notes if "declares" in one]
