"""Filters, order and pages of the platform's REST, as a playbook asks for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.table import tabled

SITUATION = {
    "container": {"name": "Case", "custom_fields": {"site": "HQ"}},
    "artifacts": [
        {"name": "one", "label": "event", "severity": "high", "tags": ["a", "b"], "create_time": "2026-01-01T10:00:00Z",
         "cef": {"port": 443, "host": "Web.example", "ok": True}},
        {"name": "two", "label": "event", "severity": "low", "tags": ["b"], "create_time": "2026-01-02T10:00:00.5Z",
         "cef": {"port": "443", "host": 'say "hi"'}},
        {"name": "Three", "label": "netflow", "tags": [], "create_time": "2026-01-03T12:00:00+02:00",
         "cef": {"port": 80, "nested": {"deep": [{"x": 1}, {"x": 2}]}}},
    ],
}
Ids = Callable[[str], list[int]]


@pytest.fixture
def ids(value: Any) -> Ids:
    """The ids of the artifacts that a query finds."""
    return lambda query: [one["id"] for one in value(
        f"phantom.requests.get({f'https://127.0.0.1/rest/artifact?page_size=0&{query}'!r}).json()['data']",
        container=SITUATION)]


OBSERVED = {
    '_filter_name="one"': [1], "_filter_name='one'": [1], "_filter_container=1": [1, 2, 3],
    '_filter_container="1"': [1, 2, 3], '_exclude_name="one"': [2, 3], '_filter_name__in=["one","two"]': [1, 2],
    "_filter_name__in=['one', 'two']": [1, 2], "_filter_id__in=[1, 3]": [1, 3],
    '_filter_tags__contains="b"': [1, 2], '_filter_tags__contains=["a", "b"]': [1], '_filter_tags=["b"]': [2],
    '_filter_name__iexact="THREE"': [3], '_filter_name__icontains="T"': [2, 3],
    '_filter_create_time__gt="2026-01-01T10:00:00.000000Z"': [2, 3],
    '_filter__create_time__gt="2026-01-02T00:00:00Z"': [2, 3],
    '_filter_label="event"&_filter_severity="low"': [2], '_filter_cef__host="Web.example"': [1],
}
DOCUMENTED = {
    '_filter_name__startswith="t"': [2], '_filter_name__contains="hre"': [3], "_filter_id__gt=1": [2, 3],
    "_filter_id__gte=2&_filter_id__lte=2": [2], "_filter_id__lt=2": [1], "_filter_description__isnull=true": [1, 2, 3],
    "_filter_description__isnull=False": [], '_filter_name__iregex="^T"': [2, 3], '_filter_name__regex="^T"': [3],
    '_filter_name__endswith="o"': [2], '_exclude_label="event"&_exclude_id=3': [],
}
ASSUMED = {
    '_filter_create_time="2026-01-03T10:00:00Z"': [3], "_filter_cef__ok=true": [1], '_filter_cef__ok="true"': [],
    "_filter_cef__nested__deep__x=2": [3], "_filter_cef__nested__deep__1__x=2": [3],
    "_filter_cef__port__gte=80": [1, 3],
    "_filter_cef__missing__isnull=true": [1, 2, 3], '_filter_container__custom_fields__site="HQ"': [1, 2, 3],
    '_filter_container__name__icontains="case"': [1, 2, 3], '_filter_container_id=1': [1, 2, 3],
    '_filter_cef__host="say \\"hi\\""': [2],
}


@pytest.mark.observed
@tabled("query", OBSERVED)
def test_filters_as_public_playbooks_write_them(ids: Ids, query: str):
    """Quoted texts, lists as JSON or as Python writes them, a doubled underscore, several filters at once."""
    assert ids(query) == OBSERVED[query]


@pytest.mark.documented
@tabled("query", DOCUMENTED)
def test_operators_of_the_reference(ids: Ids, query: str):
    """Parts of texts, orders, null, regular expressions; every exclusion takes its own away."""
    assert ids(query) == DOCUMENTED[query]


@pytest.mark.assumed
@tabled("query", ASSUMED)
def test_operators_below_json_fields_and_in_related_records(ids: Ids, query: str):
    """A path goes on below JSON, through its lists, and in the record that a field refers to."""
    assert ids(query) == ASSUMED[query]


@pytest.mark.observed
def test_within_cef_a_number_and_its_digits_differ(ids: Ids):
    """A quoted number does not find a number, nor the other way round."""
    assert ids("_filter_cef__port=443") == [1]
    assert ids('_filter_cef__port="443"') == [2]


@pytest.mark.observed
def test_a_value_with_quotes_is_found_by_value_but_not_by_a_filter(value):
    """As it is put between quotes, the filter makes no sense; `indicator_by_value` takes the text as it stands."""
    found = value("""[
        phantom.requests.get(url + 'indicator', params={'_filter_value': '"{}"'.format(text)}).json().get('data'),
        phantom.requests.get(url + 'indicator_by_value', params={'indicator_value': text}).json()['value']]""",
                  setup="url, text = 'https://127.0.0.1/rest/', 'say \"hi\"'", container=SITUATION)
    assert found == [None, 'say "hi"']


@pytest.mark.assumed
@tabled("query", ["_filter_name=one", "_filter_nothing=1", "sort=nothing", "page=x"])
def test_a_wrong_query_fails(value, query):
    """400 and the platform's error body: ``failed`` and a ``message``."""
    found = value(f"[(r := phantom.requests.get('https://127.0.0.1/rest/artifact?{query}')).status_code, r.json()]")
    assert found[0] == 400
    assert found[1]["failed"] is True
    assert found[1]["message"]


PAGES = {
    "": (25, 3, range(1, 11)), "page=1": (25, 3, range(11, 21)), "page=2": (25, 3, range(21, 26)),
    "page=9": (25, 3, []), "page_size=0": (25, 1, range(1, 26)), "page_size=20&page=1": (25, 2, range(21, 26)),
    "sort=id&order=desc&page_size=3": (25, 9, [25, 24, 23]), "sort=name&page_size=2": (25, 13, [25, 24]),
    "_filter_id__gt=23": (2, 1, [24, 25]),
}


@pytest.mark.documented
@tabled("query", PAGES)
def test_lists_come_in_pages(value, query):
    """Ten by default, ``page_size=0`` is all; ``count`` is the number of all that the filters let through."""
    many = {"container": {"name": "many"}, "artifacts": [{"name": f"{99 - n}", "cef": {}} for n in range(25)]}
    found = value(f"phantom.requests.get('https://127.0.0.1/rest/artifact?{query}').json()", container=many)
    count, pages, numbers = PAGES[query]
    assert found.keys() == {"count", "num_pages", "data"}
    assert (found["count"], found["num_pages"], [one["id"] for one in found["data"]]) == (count, pages, [*numbers])
