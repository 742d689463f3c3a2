"""Indicators of the platform's REST, and what artifacts say of their fields."""

from __future__ import annotations

import hashlib

import pytest

SITUATION = {"container": {"name": "c"}, "artifacts": [
    {"name": "a", "create_time": "2026-01-01T00:00:00Z", "cef": {"sourceAddress": "1.1.1.1", "port": 443, "empty": ""}},
    {"name": "b", "create_time": "2026-01-02T00:00:00Z", "cef": {"who": ["1.1.1.1", "Evil.COM"]},
     "cef_types": {"who": ["ip", "domain"]}}]}
GET = "phantom.requests.get('https://127.0.0.1/rest/{}').json()"


@pytest.mark.observed
def test_an_indicator_stands_for_a_value_wherever_it_is(value):
    """Value, SHA-256 of it, tags, the times of its first and last artifact; numbers are texts, empty texts are none."""
    found = value(GET.format("indicator?page_size=0"), container=SITUATION)
    assert [one["value"] for one in found["data"]] == ["1.1.1.1", "443", "Evil.COM"]
    first = found["data"][0]
    assert first["value_hash"] == hashlib.sha256(b"1.1.1.1").hexdigest()
    assert (first["earliest_time"], first["latest_time"]) == ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")
    assert first["tags"] == []
    assert "_special_contains" not in first


@pytest.mark.observed
@pytest.mark.parametrize(("flag", "key", "wanted"), [
    ("_special_contains=True", "_special_contains", ["domain", "ip"]),
    ("_special_fields=true", "_special_fields", ["sourceAddress", "who"]),
])
def test_special_fields_come_when_they_are_asked_for(value, flag, key, wanted):
    """What a value contains by ``cef_types`` and by the names of fields, and in which fields it is."""
    assert value(GET.format(f'indicator?_filter_value="1.1.1.1"&{flag}'), container=SITUATION)["data"][0][key] == wanted


@pytest.mark.observed
def test_a_value_is_looked_up_by_hash_whatever_the_case_or_by_itself(value):
    """`_filter_value_hash__in` takes a list as Python writes it; `indicator_by_value` gives one object."""
    hashes = str([hashlib.sha256(b"443").hexdigest()])
    queries = [f"indicator?timerange=all&_filter_value_hash__in={hashes}", 'indicator?_filter_value__iexact="evil.com"',
               'indicator?_filter_value="evil.com"', "indicator_by_value?indicator_value=Evil.COM"]
    found = value(f"[phantom.requests.get('https://127.0.0.1/rest/' + one).json() for one in {queries!r}]",
                  container=SITUATION)
    assert [one["value"] for one in found[0]["data"] + found[1]["data"]] == ["443", "Evil.COM"]
    assert found[2]["count"] == 0
    assert found[3]["value"] == "Evil.COM"


@pytest.mark.observed
def test_the_containers_of_indicators_come_as_a_bare_list(value):
    """No envelope: ``[{"container_id"}]``."""
    found = value(GET.format("indicator_common_container?indicator_ids=1"), container=SITUATION)
    assert [one["container_id"] for one in found] == [1]


@pytest.mark.observed
def test_tags_of_an_indicator_are_stored_and_found(block):
    """The indicator keeps its id; the write is the run's."""
    run = block("phantom.requests.get(url + '?_filter_tags__contains=[\"bad\"]').json()['data']", container=SITUATION,
                setup="""
        url = "https://127.0.0.1/rest/indicator"
        number = phantom.requests.get(url + '?_filter_value="Evil.COM"').json()["data"][0]["id"]
        answer = phantom.requests.post(f"{url}/{number}", json={"tags": ["bad", "worse"]}).json()
        phantom.debug(json.dumps([number, answer]))
    """)
    summary = run.summary()
    assert summary.debug[0] == '[3, {"success": true, "id": 3}]'
    assert '"value": "Evil.COM"' in summary.debug[1]
    assert [(one["object"], one["id"]) for one in summary.changes] == [("indicator", 3)]


@pytest.mark.observed
def test_artifacts_tell_all_types_of_their_fields_when_asked(value):
    """``include_all_cef_types`` is a bare flag; without it an artifact's own types are given only."""
    found = value("[phantom.requests.get('https://127.0.0.1/rest/artifact/1' + one).json()['cef_types'] for one in "
                  "('', '?include_all_cef_types')]", container=SITUATION)
    assert found == [{}, {"sourceAddress": ["ip"], "port": [], "empty": []}]


@pytest.mark.observed
def test_the_cef_table_says_what_fields_contain(value):
    """``{"cef": {field: {"contains": […]}}}``."""
    assert value(GET.format("cef_metadata"))["cef"]["sourceAddress"]["contains"] == ["ip"]
