"""Generated results: every declared and every read field, values that conditions ask for, and the call's parameters."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phantom_lab.apps import Apps, Generated
from phantom_lab.apps.choosing import Wish, chosen
from phantom_lab.apps.manifests import Manifest, manifest_of
from phantom_lab.apps.samples import sample_of
from phantom_lab.datapath import OPERATORS, UNARY, compare, parse, rows
from phantom_lab.outcomes import ActionCall, Outcome
from phantom_lab.outcomes.declared import Connector, Declaration, Demand, Output, Read
from tests.table import tabled

ACTION = "look up star"
DATA = "action_result.data.*."
SUMMARY = "action_result.summary."


def manifest(*outputs: tuple[Any, ...], parameters: dict[str, Any] | None = None) -> Manifest:
    """A manifest whose action declares outputs of path, type, examples and contains."""
    keys = ("data_path", "data_type", "example_values", "contains")
    found = manifest_of({"name": "Star Map", "appid": "a1-b2", "app_version": "1.2", "actions": [{
        "action": ACTION, "parameters": parameters or {},
        "output": [dict(zip(keys, one, strict=False)) for one in outputs]}]})
    assert found is not None
    return found


def outcome(*outputs: tuple[Any, ...], reads: tuple[Read, ...] = (), parameter: dict[str, Any] | None = None,
            seed: int = 0, wanted: dict[str, Any] | None = None, connector: Connector | None = None,
            parameters: dict[str, Any] | None = None, action: str = ACTION) -> Outcome:
    """What one call comes back with."""
    connectors = {"block_1": connector} if connector else {}
    apps = Apps([manifest(*outputs, parameters=parameters)]) if outputs else None
    generated = Generated(apps, lambda file: Demand(connectors, {"block_1": reads}), seed)
    return generated.outcome(call(parameter, action), wanted or {})


def call(parameter: dict[str, Any] | None = None, action: str = ACTION) -> ActionCall:
    return ActionCall(action, "block_1", "star_map", "star_map", parameter or {}, 1, "x.py")


def made(*outputs: tuple[Any, ...], **options: Any) -> dict[str, Any]:
    """The only result, as a callback gets it."""
    (result,) = outcome(*outputs, **options).results
    return result.to_json()


def only(*outputs: tuple[Any, ...], **options: Any) -> Any:
    """The only field of the only data object."""
    ((value,),) = [list(one.values()) for one in made(*outputs, **options)["data"]]
    return value


def cells(result: dict[str, Any], path: str) -> list[Any]:
    """What the lab's own datapaths read."""
    return [row[0] for row in rows({"action_result": result}, [parse(f"block_1:{path}").steps])]


def test_a_result_has_what_the_app_declares():
    """Status, message, data and summary in the app's own examples, and the parameters with their context."""
    parameter = {"star": "Vega", "context": {"artifact_id": 7}}
    found = outcome((f"{DATA}magnitude", "numeric", [0.03]), (f"{DATA}visible", "boolean", [True]),
                    (f"{SUMMARY}total_stars", "numeric", [4]), ("action_result.status", "string", ["failed"]),
                    ("action_result.message", "string", ["Found"]), parameter=parameter)
    assert found.source == "generated from manifest Star Map 1.2"
    assert [one.to_json() for one in found.results] == [{
        "status": "success", "message": "Total stars: 1", "parameter": parameter, "summary": {"total_stars": 1},
        "data": [{"magnitude": 0.03, "visible": True}]}]


def test_without_declared_or_read_data_there_is_none():
    """And the message is the app's example."""
    assert made(("action_result.message", "string", ["Done"]))["data"] == []
    assert made(("action_result.message", "string", ["Done"]))["message"] == "Done"


@tabled(("path", "type_", "examples", "value"), [
    (f"{DATA}status_code", "numeric", [404], 200), (f"{DATA}Status_Code", "numeric", [404, 201], 201),
    (f"{SUMMARY}status_code", "string", ["404"], "200"), (f"{DATA}response_code", "numeric", [1], 1),
    (f"{DATA}status", "numeric", [400], 200), (f"{DATA}status", "numeric", [302], 302),
    (f"{DATA}status", "string", ["closed"], "closed"), (f"{SUMMARY}reason", "string", ["Not Found"], "Success"),
    (f"{SUMMARY}message", "string", ["Error 5", "Star found"], "Star found"),
    (f"{DATA}message", "string", ["Failed login"], "Failed login"),
    (f"{DATA}message", "string", ["Failure."], "Success"),
    (f"{DATA}success", "boolean", [False], True), (f"{DATA}success", "numeric", [0], 0),
    (f"{SUMMARY}message", "string", ["Stars retrieved, no errors"], "Stars retrieved, no errors"),
    (f"{SUMMARY}failed_stars", "numeric", [3], 0), (f"{SUMMARY}lens failure details", "string", ["no lens"], ""),
    (f"{SUMMARY}had_error", "boolean", [True], False), (f"{DATA}failed_logins", "numeric", [3], 3),
])
def test_a_success_has_the_codes_and_messages_of_one(path: str, type_: str, examples: list[Any], value: Any):
    """Its summary tells of no failures, whatever the example was taken from; data may be about some."""
    assert cells(made((path, type_, examples)), path) == [value]


@pytest.mark.parametrize(("path", "compared", "value"), [
    (f"{DATA}status_code", ("==", 404), 404), (f"{SUMMARY}failed_stars", (">", 0), 3),
])
def test_a_condition_that_asks_for_a_failure_gets_it(path: str, compared: tuple[str, Any], value: Any):
    """It is what the playbook is about."""
    assert cells(made((path, "numeric", [3]), reads=(Read(path, (compared,)),)), path) == [value]


@pytest.mark.parametrize(("outputs", "message"), [
    ([("action_result.message", "string", ["No stars: not found", "Done"])], "Done"),
    ([("action_result.message", "string", ["Request failed"])], ""),
    ([(f"{SUMMARY}lens_failure", "string", ["broken"]), (f"{SUMMARY}sky", "string", ["clear"])], "Sky: clear"),
])
def test_the_message_of_a_success_tells_no_failure(outputs: list[Any], message: str):
    """Not even an app's only example."""
    assert made(*outputs)["message"] == message


@tabled(("key", "count"), [
    ("total_stars", 1), ("star_count", 1), ("num_stars", 1), ("number_of_stars", 1), ("stars_found", 1), ("count", 1),
    ("total", 1), ("positives", 44), ("total_positives", 44), ("total_size", 44), ("magnitude", 44),
])
def test_counts_are_those_of_the_rows(key: str, count: int):
    """What is scored, and what counts something else, keeps the example."""
    assert made((f"{DATA}name", "string"), (f"{SUMMARY}{key}", "numeric", [44]))["summary"] == {key: count}


@tabled(("reads", "count"), [
    ((), 44), ((Read(f"{DATA}name"),), 1), ((Read("action_result.data.2.name"),), 3),
    ((Read(f"{DATA}name"), Read(f"{SUMMARY}total_stars", ((">", 5),))), 44),
    ((Read(f"{DATA}name"), Read(f"{SUMMARY}total_stars", ((">", 0),))), 1),
])
def test_a_count_follows_what_is_read(reads: tuple[Read, ...], count: int):
    """However many rows there are, if any are known of; what a condition asks for comes first."""
    outputs = [(f"{DATA}name", "string")] if reads else []
    assert made((f"{SUMMARY}total_stars", "numeric", [44]), *outputs, reads=reads)["summary"] == {"total_stars": count}


@tabled("action", ["prompt", "task", "approve", "Prompt"])
def test_what_people_answer_is_not_generated(action: str):
    """Somebody else's business."""
    assert outcome(action=action) is None


def test_assets_are_never_invented():
    """An action without an asset runs nowhere, as on the platform."""
    assert list(Generated(None, lambda file: Demand()).assets(ACTION)) == []


@tabled(("output", "value"), [
    (("numeric", [0, 7]), 7), (("numeric", [-3]), -3), (("numeric", []), 1), (("numeric", [0]), 0),
    (("boolean", []), True), (("boolean", [False]), False), (("string", []), "sample star class"),
    (("string", ["", "G2"]), "G2"), (("string", [""]), "sample star class"),
    (("string", ["failed", "success"]), "success"), (("numeric", ["HTTP"]), "HTTP"),
    (("string", [5]), 5), (("string", [], ["ip"]), "192.0.2.10"),
    (("numeric", [], ["port"]), 443), (("ph", []), "sample star class"), ((None, []), "sample star class"),
    (("string", ["[]"]), "[]"), (("string", [["a"]]), ["a"]), (("string", [None, [], {}]), "sample star class"),
])
def test_the_value_of_a_declared_field(output: tuple[Any, ...], value: Any):
    """An example that tells something, in its own type; without one a sample of the declared type."""
    found = only((f"{DATA}star_class", *output))
    assert (found, type(found)) == (value, type(value))


@tabled(("comparison", "output", "value"), [
    (("==", "G2"), ("string", ["A0", "G2"]), "G2"), (("==", "B1"), ("string", ["A0", "G2"]), "B1"),
    (("!=", "A0"), ("string", ["A0", "G2"]), "G2"), ((">", 5), ("numeric", [3, 9]), 9), ((">", 5), ("numeric", [3]), 6),
    ((">", "5"), ("numeric", []), 6), (("<", 5), ("numeric", [9]), 4), (("==", "word"), ("numeric", [3]), 3),
    (("==", True), ("boolean", [False]), True), (("==", "false"), ("boolean", []), False),
    (("!=", True), ("boolean", []), False), (("in", "A0, G2"), ("string", ["X", "G2"]), "G2"),
    (("in", ["M1"]), ("string", ["X"]), "M1"), (("not in", "A0"), ("string", ["A0", "X"]), "X"),
    (("==", 5), ("string", []), "5"), (("==", ""), ("string", ["A0"]), "A0"),
    (("==", ""), ("string", []), "sample star"),
])
def test_a_comparison_chooses_the_value_of_a_declared_field(comparison: tuple[str, Any], output: tuple[Any, ...],
                                                            value: Any):
    """An example that meets it; otherwise what it asks for, if the type allows it; that a value is missing, never."""
    found = only((f"{DATA}star", *output), reads=(Read(f"{DATA}star", (comparison,)),))
    assert (found, type(found)) == (value, type(value))


@tabled(("comparisons", "value"), [
    ((), "sample star"), (((">", 5), ("<=", 5)), 6), ((("==", "done"),), "done"),
    ((("==", ""), ("!=", "x")), "sample star"), ((("in", "10.1.0.0/16"),), "10.1.0.1"), (((">=", 3),), 3),
    ((("==", None),), "sample star"), ((("==", False),), False), ((("!=", 0),), 1), (((">=", "inf"),), "sample star"),
    ((("in", "A0, G2"),), "A0"), ((("not in", "A0"),), "sample star"), ((("<", 0),), -1),
])
def test_a_field_that_is_only_read_meets_the_first_comparison(comparisons: tuple[Any, ...], value: Any):
    """In its type; without one it is a text that tells the field."""
    found = outcome(reads=(Read(f"{DATA}star", comparisons),))
    assert found.source == "generated from what the playbook reads"
    assert found.results[0].data == [{"star": value}]
    assert type(found.results[0].data[0]["star"]) is type(value)


LITERALS = st.one_of(st.integers(-10**6, 10**6), st.text("ab 5.,-", max_size=4), st.booleans(),
                     st.lists(st.sampled_from(["a", "b", "7"]), min_size=1, max_size=3))


@given(st.sampled_from(sorted(OPERATORS - UNARY)), LITERALS)
@settings(max_examples=300, deadline=None)
def test_a_value_that_is_chosen_for_a_comparison_meets_it_in_the_labs_own_comparison(operator: str, literal: Any):
    """Of fields that nothing declares, and of comparisons that plain values can meet."""
    value = chosen(Wish("star", comparisons=((operator, literal),)))
    text = isinstance(literal, str)
    impossible = (
        literal == "" or (isinstance(literal, list) and operator not in ("in", "not in"))
        or (text and (operator in (">", "<") or (operator == "in" and not literal.split(",")[0].strip()))))
    if not impossible:
        assert compare(value, operator, literal, delimiter=None), value


@tabled(("paths", "data"), [
    (["x.y", "x.*.y"], [{"x": [{"y": "v"}]}]),
    (["x", "x.y"], [{"x": {"y": "v"}}]), (["x.y", "x"], [{"x": {"y": "v"}}]),
    (["*"], [["v"]]), (["x.*"], [{"x": ["v"]}]), (["x.*.*"], [{"x": [["v"]]}]), (["x.*.*.y"], [{"x": [[{"y": "v"}]]}]),
    (["ports.443.y"], [{"ports": {"443": {"y": "v"}}}]), (["First Name"], [{"First Name": "v"}]),
    (["x.*", "x.North Wind", "x.South.org"], [{"x": {"North Wind": "v", "South.org": "v"}}]),
])
def test_the_shape_of_what_manifests_declare(paths: list[str], data: Any):
    """Nodes that are list and object, or value and object; lists of values; numbers, blanks and dots in keys."""
    outputs = [(f"{DATA}{path}", "string", ["v"]) for path in paths]
    found = made(*outputs)
    assert found["data"] == data
    assert all(any(one is not None for one in cells(found, f"{DATA}{path}")) for path in paths if "org" not in path)


@tabled(("path", "data", "summary"), [
    ("action_result.data.x", [{"x": "v"}], {}), ("action_result.data.0.x", [{"x": "v"}], {}),
    ("action_result.summary.*.x", [], {"x": "v"}), ("action_result.data", [], {}), ("action_result.summary", [], {}),
    ("summary.total_objects", [], {}), ("action_result.parameter.x", [], {}), ("other.data.*.x", [], {}),
])
def test_data_is_a_list_and_summary_an_object_whatever_a_manifest_says(path: str, data: Any, summary: Any):
    """What is declared elsewhere is no part of a result."""
    found = made((path, "string", ["v"]))
    assert (found["data"], found["summary"]) == (data, summary)


@tabled(("paths", "data"), [
    (["action_result.data.0.x", f"{DATA}x"], [{"x": "sample x"}]),
    (["action_result.data.2.x"], [{"x": "sample x"}] * 3),
    ([f"{DATA}x.1", f"{DATA}x.0.y"], [{"x": [{"y": "sample y"}] * 2}]),
    ([f'{DATA}"a.b".c'], [{"a.b": {"c": "sample c"}}]), ([f"{DATA}x", f"{DATA}x.y"], [{"x": {"y": "sample y"}}]),
    ([DATA[:-1]], [{}]), ([f"{DATA}x.999999999"], [{"x": ["sample x"] * 20}]), ([f"{DATA}{'x.' * 500}y"], []),
])
def test_the_shape_of_what_is_read(paths: list[str], data: Any):
    """An index is a place in a list, which has as many elements, up to a bound."""
    assert made(reads=tuple(map(Read, paths)))["data"] == data


def test_an_index_that_is_read_below_declared_elements_lengthens_the_list():
    """And every element is alike."""
    assert made((f"{DATA}x", "numeric", [5]), reads=(Read("action_result.data.1.x"),))["data"] == [{"x": 5}] * 2


@tabled(("output", "value"), [
    ((f"{DATA}star", "string", ["Deneb"]), "Vega"), ((f"{SUMMARY}Star", "string"), "Vega"),
    ((f"{DATA}asked", "string", ["Sirius"]), "Vega"), ((f"{DATA}others.*.star", "string", ["Deneb"]), "Deneb"),
    ((f"{DATA}others.*.asked", "string", ["Sirius"]), "Vega"), ((f"{DATA}star", "numeric", [5]), 5),
    ((f"{DATA}star", "boolean", [True]), True), ((f"{DATA}limit", "string", ["30"]), "25"),
    ((f"{DATA}limit", "numeric", [30]), 25), ((f"{DATA}page", "numeric", [30]), 30),
    ((f"{DATA}name", "string", ["Deneb"], ["star name"]), "Deneb"),
    ((f"{DATA}value", "string", ["Deneb"], ["star name"]), "Vega"),
    ((f"{DATA}star_name", "string", ["Deneb"], ["star name"]), "Vega"),
    ((f"{DATA}address", "string", ["192.0.2.1"], ["ip"]), "192.0.2.1"), ((f"{DATA}md5", "string", ["0"]), "0"),
])
def test_a_field_that_is_a_parameter_repeats_it(output: tuple[Any, ...], value: Any):
    """By its key, by its example, or by what the primary parameter is; in the field's own type, or not at all."""
    parameters = {"star": {"primary": True, "contains": ["star name"]}, "limit": {}}
    found = made(output, ("action_result.parameter.star", "string", ["Sirius"]),
                 ("action_result.parameter.limit", "numeric", [30]), parameters=parameters,
                 parameter={"star": "Vega", "limit": 25, "md5": "no hash", "context": {"star": "none"}})
    assert cells(found, output[0]) == [value]


def test_parameters_are_repeated_in_fields_that_are_only_read():
    """A later block joins what it collected by them."""
    assert made(reads=(Read(f"{DATA}job_id"),), parameter={"job_id": "j-1"})["data"] == [{"job_id": "j-1"}]


EXPORTED = Declaration("Star Map", ACTION, "export of x.json", outputs=(
    Output(f"{DATA}exported", "string", ("e",)), Output(f"{DATA}magnitude", "numeric", (7,))))


@tabled(("connector", "source"), [
    (Connector("Other", "a1-b2", EXPORTED), "manifest Star Map 1.2"), (Connector("star map"), "manifest Star Map 1.2"),
    (None, "manifest Star Map 1.2"), (Connector("Other", "zz-zz", EXPORTED), "the export of x.json"),
])
def test_the_app_of_the_playbooks_export_or_of_the_asset_speaks(connector: Connector | None, source: str):
    """By id, by the connector's name; by the asset's only where the export names no app."""
    assert outcome((f"{DATA}x", "string"), connector=connector).source == f"generated from {source}"


@pytest.mark.parametrize(("connector", "source", "data"), [
    (Connector("Other", declaration=EXPORTED), "the export of x.json", {"exported": "e", "magnitude": 7}),
    (Connector("Other"), "manifest Star Map 1.2 (same-named action)", {"x": "v"}),
])
def test_for_an_unknown_app_the_export_speaks_and_then_another_app(connector: Connector, source: str, data: Any):
    """What the playbook's own export carries along is nearer than another app."""
    generated = Generated(Apps([manifest((f"{DATA}x", "string", ["v"]))]), lambda file: Demand({"block_1": connector}))
    found = generated.outcome(ActionCall(ACTION, "block_1", "observatory", "observatory", {}, 1, "x.py"))
    assert (found.source, found.results[0].data) == (f"generated from {source}", [data])


def test_a_read_that_the_manifest_lacks_takes_its_example_from_the_export():
    """An app's newer version may have dropped it."""
    found = made((f"{DATA}x", "string", ["v"]), reads=(Read(f"{DATA}magnitude"),),
                 connector=Connector("Star Map", "a1-b2", EXPORTED))
    assert found["data"] == [{"x": "v", "magnitude": 7}]


@tabled(("wanted", "changed"), [
    ({f"{DATA}magnitude": -1}, {"data": [{"magnitude": -1, "name": "Vega"}]}),
    ({f"{DATA}deep.*.x": None}, {"data": [{"magnitude": 7, "name": "Vega", "deep": [{"x": None}]}]}),
    ({"action_result.data": []}, {"data": [], "summary": {"total": 0}, "message": "Total: 0"}),
    ({"action_result.message": "told"}, {"message": "told"}),
    ({f"{SUMMARY}total": 0}, {"summary": {"total": 0}, "message": "Total: 0"}),
    ({"action_result.status": "failed"},
     {"status": "failed", "data": [], "summary": {}, "message": f"{ACTION} failed"}),
    ({"action_result.status": "failed", "action_result.message": "down", f"{DATA}name": "x"},
     {"status": "failed", "data": [{"name": "x"}], "summary": {}, "message": "down"}),
])
def test_wanted_values_are_taken_as_they_are(wanted: dict[str, Any], changed: dict[str, Any]):
    """At their paths, whatever is declared; a failed result has nothing else."""
    outputs = ((f"{DATA}magnitude", "numeric", [7]), (f"{DATA}name", "string", ["Vega"]),
               (f"{SUMMARY}total", "numeric", [3]))
    assert made(*outputs, wanted=wanted) == {**made(*outputs), **changed}


def test_a_seed_chooses_other_examples_and_the_same_ones_again():
    """Of what one seed gives, not all is what the first example is."""
    outputs = [(f"{DATA}x{number}", "string", ["a", "b", "c"]) for number in range(20)]
    first, second, third = (made(*outputs, seed=seed)["data"][0] for seed in (0, 3, 4))
    assert set(first.values()) == {"a"}
    assert set(second.values()) == {"a", "b", "c"}
    assert second == made(*outputs, seed=3)["data"][0] != third
    assert second != made(*outputs, seed=3, parameter={"star": "Vega"})["data"][0]
    assert second == made(*outputs, seed=3, parameter={"context": {"guid": "x"}})["data"][0]


def test_the_values_of_a_seed_are_the_same_in_every_process():
    """Whatever Python's own hashes are."""
    code = ("import json, sys; sys.path.insert(0, '.')\nfrom tests.lab.test_generated import DATA, made\n"
            "print(json.dumps(made(*[(f'{DATA}x{n}', 'string', list('abcdef')) for n in range(30)], seed=9)))")
    told = {subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                           env={**os.environ, "PYTHONHASHSEED": one}).stdout for one in ("0", "1", "77")}
    assert len(told) == 1
    assert len(set(json.loads(told.pop())["data"][0].values())) > 1


PATHS = st.lists(st.lists(st.sampled_from(["a", "b", "*", "7", "c d"]), min_size=1, max_size=4), min_size=1, max_size=6)


@given(PATHS, st.integers(0, 3))
@settings(max_examples=200, deadline=None)
def test_every_declared_path_can_be_read_unless_paths_contradict_each_other(paths: list[list[str]], seed: int):
    """Keys and lists in any order; numbers and stars below the same node contradict each other."""
    texts = [DATA + ".".join(path) for path in paths]
    found = made(*[(text, "string", ["v", "w"]) for text in texts], seed=seed)
    assert isinstance(found["data"], list)
    if not any("7" in path or "c d" in path for path in paths):
        assert all(any(one is not None for one in cells(found, text)) for text in texts), found


@tabled(("contains", "name", "value"), [
    (["ip"], "x", "192.0.2.10"), ([], "sourceAddress", "192.0.2.10"), ([], "destinationAddress", "198.51.100.20"),
    ([], "requestURL", "https://www.example.com/sample"), ([], "destinationDnsDomain", "example.net"),
    ([], "fromEmail", "sample.user@example.com"), ([], "toEmail", "other.user@example.net"),
    ([], "sourceUserName", "sample.user"), ([], "deviceHostname", "sample-host"), ([], "destinationPort", 443),
    ([], "sourcePort", 49152), ([], "cmdLine", "sample cmd line"), (["star name"], "x", "sample x"),
    (["star name", "host name"], "x", "sample-host"), ([], "", "sample"),
    *(([], name, "2024-01-01T00:00:00Z") for name in ("firstSeen", "last_seen", "orgLastSeen", "DateEntered", "expires",
                                    "created_ts", "cancellationDateTimeUtc", "updated", "timestamp")),
    ([], "createdBy", "sample created by"), ([], "timeZone", "sample time zone"), ([], "ts", "sample ts"),
])
def test_samples_are_of_the_documentation_ranges(contains: list[str], name: str, value: Any):
    """By what a field contains, else by its name; source and destination differ."""
    assert sample_of(contains, name) == value


@tabled("around", ["response_headers", "headers", "ResponseHeaders", "HTTPHeaders", "response_header"])
@tabled("name", ["Date", "date", "Last-Modified", "last_modified", "LastModified", "Expires"])
def test_a_moment_in_headers_of_an_answer_is_written_as_http_writes_it(name: str, around: str):
    """As RFC 7231 says, in GMT, whatever the header is spelled like, and whether an app declares it or not."""
    for found in (outcome(reads=(Read(f"{DATA}{around}.{name}"),)),
                  outcome((f"{DATA}{around}.{name}", "string"), reads=())):
        text = found.results[0].data[0][around][name]
        assert format_datetime(parsedate_to_datetime(text), usegmt=True) == text


@tabled(("name", "form"), [
    ("Retry-After", "[0-9]+"), ("Age", "[0-9]+"), ("Content-Length", "[0-9]+"), ("ETag", '"[^"]*"'),
    ("Set-Cookie", r"\w+=\w+; Expires=\w{3}, \d\d \w{3} \d{4} [0-9:]{8} GMT; Path=/; Secure; HttpOnly"),
    ("Content-Type", r"\w+/\w+"), ("Location", "https://.*"), ("Cache-Control", "max-age=[0-9]+"),
    ("WWW-Authenticate", 'Basic realm=".*"'), ("Link", '<https://.*>; rel="next"'),
    ("X-RateLimit-Remaining", "[0-9]+"), ("Strict-Transport-Security", "max-age=[0-9]+"),
])
def test_other_headers_with_a_syntax_keep_it(name: str, form: str):
    """All of them are texts, numbers too."""
    value = sample_of([], name, ["response_headers"])
    assert isinstance(value, str)
    assert re.fullmatch(form, value)


@tabled(("name", "around", "value"), [
    ("Date", ["internetMessageHeaders"], "Mon, 01 Jan 2024 00:00:00 +0000"),
    ("Date", ["email", "headers"], "Mon, 01 Jan 2024 00:00:00 +0000"), ("MIME-Version", ["email_headers"], "1.0"),
    ("Message-ID", ["internetMessageHeaders"], "<sample@example.com>"),
    ("Date", ["headers"], "Mon, 01 Jan 2024 00:00:00 GMT"), ("Date", ["headers", "parsed"], "2024-01-01T00:00:00Z"),
    ("Date", [], "2024-01-01T00:00:00Z"), ("last_modified", ["file"], "2024-01-01T00:00:00Z"),
    ("X-Odd", ["headers"], "sample x odd"), ("Subject", ["email_headers"], "sample subject"),
])
def test_what_is_a_header_is_told_by_what_it_stands_in(name: str, around: list[str], value: str):
    """In those of a mail a moment is written as mails do; elsewhere as apps do."""
    assert sample_of([], name, around) == value


def test_a_header_that_is_declared_as_a_number_is_one():
    """What is declared wins, and so does an app's own example."""
    found = made((f"{DATA}headers.Content-Length", "numeric"), (f"{DATA}headers.Date", "string", ["yesterday"]))
    assert found["data"] == [{"headers": {"Content-Length": 1024, "Date": "yesterday"}}]


@tabled(("name", "length"), [("fileHash", 64), ("fileHashMd5", 32), ("fileHashSha1", 40),
                            ("fileHashSha256", 64), ("fileHashSha512", 128), ("vaultId", 40)])
def test_hashes_have_their_length(name: str, length: int):
    """And are hexadecimal."""
    assert len(bytes.fromhex(sample_of([], name))) * 2 == length
