"""Artifacts by label and tag, and the addresses and URLs in them."""

from __future__ import annotations

import pytest

from tests.table import tabled

CASE = {"container": {"id": 7, "name": "Case"}, "artifacts": [
    {"id": 1, "label": "event", "tags": ["red", "hot"], "cef": {
        "sourceAddress": "1.1.1.1", "destinationAddress": "10.0.0.1", "requestURL": "http://a"}},
    {"id": 2, "label": "flow", "tags": ["red"], "cef": {
        "sourceAddress": "10.0.0.2", "destinationAddress": "2.2.2.2", "deviceDirection": "1"}},
    {"id": 3, "label": "event", "cef": {"src": "1.1.1.1", "dst": "10.0.0.3", "deviceDirection": 0, "request": "http://b"}},
    {"id": 4, "label": "event", "cef": {"requestURL": "http://a", "port": 53}}]}


@pytest.fixture
def told(value):
    """What an expression gives in a playbook on `CASE`."""
    return lambda expression, **options: value(expression, **{"container": CASE, **options})


# -- artifacts ---------------------------------------------------------------------------------------------------------

@pytest.mark.observed
def test_artifacts_of_a_label_are_dicts(told):
    """Public playbooks read `event['cef']['sourceAddress']`."""
    found = told("phantom.get_artifacts(container, artifact_label='event')")
    assert [one["id"] for one in found] == [1, 3, 4]
    assert found[0]["cef"]["sourceAddress"] == "1.1.1.1"


@pytest.mark.assumed
@tabled(("arguments", "ids"), [
    ("container, '*'", [1, 2, 3, 4]), ("container, None", [1, 2, 3, 4]), ("container, 'none'", []),
    ("container, 'event', scope=[1, 2]", [1]), ("container, '*', filter_artifact_ids=[3, 2]", [2, 3]),
    ("container, '*', limit=1", [1]), ("7, '*', 'all', [], None", [1, 2, 3, 4]), ("99, '*'", []), ("None, 'flow'", [2]),
])
def test_artifacts_can_be_restricted(told, arguments, ids):
    """Any label, scope, ids, limit."""
    assert told(f"[one['id'] for one in phantom.get_artifacts({arguments})]") == ids


@pytest.mark.assumed
def test_artifacts_are_the_callers_own(told):
    """Changing one changes nothing for the next call."""
    setup = "phantom.get_artifacts(container, 'flow')[0]['cef']['sourceAddress'] = 'changed'"
    assert told("phantom.get_artifacts(container, 'flow')[0]['cef']['sourceAddress']", setup=setup) == "10.0.0.2"


@pytest.mark.assumed
@tabled(("arguments", "ids"), [
    ("container, ['red']", [1, 2]), ("container, 'red'", [1, 2]), ("container, ['red', 'hot']", [1]),
    ("container, ['red'], 'flow'", [2]), ("container, ['red'], label='event'", [1]), ("container, ['cold']", []),
    ("container, []", [1, 2, 3, 4]), ("container, ['red'], scope=[2]", [2]), ("container, ['red'], limit=1", [1]),
    ("container, ['red'], filter_artifact_ids=[2]", [2]),
])
def test_tagged_artifacts_have_all_the_tags(told, arguments, ids):
    """And the label, if one is asked for."""
    assert told(f"[one['id'] for one in phantom.get_tagged_artifacts({arguments})]") == ids


# -- addresses and URLs ------------------------------------------------------------------------------------------------

@pytest.mark.assumed
@pytest.mark.parametrize(("function", "addresses"), [
    ("attacker_ips", ["1.1.1.1", "2.2.2.2"]), ("victim_ips", ["10.0.0.1", "10.0.0.2", "10.0.0.3"]),
])
def test_attackers_and_victims_depend_on_direction_source_and_destination(told, function, addresses):
    """That these fields count is documented, how is not. Each address once."""
    assert told(f"phantom.{function}(container, scope='all')") == addresses
    assert told(f"phantom.{function}(container, 'all', [], [])") == addresses


@pytest.mark.assumed
@tabled(("direction", "attacker"), [
    ("'0'", "s"), ("0", "s"), ("'inbound'", "s"), ("None", "s"), ("'?'", "s"), ("'1'", "d"), ("1", "d"),
    ("'Outbound'", "d"), ("'out'", "d"),
])
def test_the_attacker_is_the_source_unless_the_direction_is_outbound(told, direction, attacker):
    """The victim is the other side."""
    events = f"[{{'cef': {{'sourceAddress': 's', 'destinationAddress': 'd', 'deviceDirection': {direction}}}}}]"
    assert told(f"phantom.attacker_ips(container, events={events})") == [attacker]
    other = ["d" if attacker == "s" else "s"]
    assert told(f"[phantom.victim_ips(container, events={events}), phantom.get_attacked_ips(container, {events})]") == [
        other, other]


@pytest.mark.assumed
@tabled(("call", "found"), [
    ("get_URLs(container)", ["http://a", "http://b"]), ("get_URLs(container, scope=[3])", ["http://b"]),
    ("get_URLs(container, filter_artifact_ids=[4])", ["http://a"]),
    ("get_URLs(container, scope='all', events=phantom.collect(container, 'artifact:event', scope='all'))",
     ["http://a", "http://b"]),
    ("attacker_ips(container, filter_artifact_ids=[2])", ["2.2.2.2"]), ("victim_ips(99)", []),
    ("get_attacked_ips(container, None)", ["10.0.0.1", "10.0.0.2", "10.0.0.3"]),
    ("attacker_ips(container, events=[{}, {'cef': None}, None, 5])", []),
    ("get_values_in_events(phantom.get_artifacts(container, '*'), 'requestURL')", ["http://a", "http://b"]),
    ("get_values_in_events(phantom.get_artifacts(container, '*'), 'dst')", ["10.0.0.1", "2.2.2.2", "10.0.0.3"]),
    ("get_values_in_events(phantom.get_artifacts(container, '*'), 'port')", ["53"]),
    ("get_values_in_events([], 'port')", []), ("get_values_in_events(None, 'port')", []),
    ("get_cef_value(1, {'src': '1.1.1.1'}, 'sourceAddress')", "1.1.1.1"),
    ("get_cef_value(1, {'port': 53}, 'port')", "53"),
    ("get_cef_value(None, {}, 'port')", ""), ("get_cef_value(None, None, 'port')", ""),
    ("get_cef_value(1, {'sourceAddress': '2', 'src': '1'}, 'src')", "1"),
])
def test_values_of_cef_fields_are_texts_under_either_name(told, call, found):
    """`src` is `sourceAddress`, `request` is `requestURL`; each value once."""
    assert told(f"phantom.{call}") == found


@pytest.mark.assumed
@tabled(("call", "message"), [
    ("get_artifacts([1], '*')", "get_artifacts: container must be a container, its id or None, not list"),
    ("get_artifacts(container, 5)", "get_artifacts: artifact_label must be a label or '*', not int"),
    ("get_artifacts(container, '*', filter_artifact_ids={'a': 1})",
     "get_artifacts: filter_artifact_ids must be a list of artifact ids, not dict"),
    ("get_artifacts(container, '*', limit='x')", "get_artifacts: limit must be a number of artifacts, not 'x'"),
    ("get_tagged_artifacts(container, 5)", "get_tagged_artifacts: tags must be a list of tags, not int"),
    ("get_tagged_artifacts(container, [], 5)", "get_tagged_artifacts: label must be a label or '*', not int"),
    ("get_tagged_artifacts(container, [], colour=1)", "get_tagged_artifacts: there is no argument colour"),
    ("attacker_ips(container, events=5)", "attacker_ips: events must be a list of artifacts, not int"),
    ("victim_ips(container, scope=1.5)", "victim_ips: scope must be 'new', 'all' or artifact ids, not float"),
    ("get_attacked_ips([], [])", "get_attacked_ips: container must be a container, its id or None, not list"),
    ("get_URLs(container, events='x')", "get_URLs: events must be a list of artifacts, not str"),
    ("get_values_in_events(5, 'x')", "get_values_in_events: events must be a list of artifacts, not int"),
    ("get_values_in_events([], None)", "get_values_in_events: field_name must be the name of a CEF field, not None"),
    ("get_cef_value(1, [], 'x')", "get_cef_value: cef must be CEF data, not list"),
    ("get_cef_value(1, {}, 5)", "get_cef_value: field_name must be the name of a CEF field, not 5"),
])
def test_a_wrong_argument_is_one_clear_error(block, call, message):
    """It names the function and the argument."""
    run = block(f"phantom.{call}", container=CASE)
    assert run.status == "error"
    assert run.summary().message.startswith(f"PlaybookArgumentError: {message}")
