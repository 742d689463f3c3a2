"""Whatever comes in, JSON goes out, and nothing breaks."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from phantom_lab import Lab
from phantom_lab.cli.lab_rest import LabRest
from phantom_lab.model import KINDS
from phantom_lab.rest.changing import CHANGE
from phantom_lab.rest.comparing import OPERATORS
from phantom_lab.rest.endpoints import ALIASES
from phantom_lab.rest.special import SPECIAL
from tests.patience import LONG, in_time

TEXTS = st.text(max_size=12) | st.sampled_from(["1", "0", "-1", "..", "%2e%2e", "1e9", "٣", "\x00", "new", "artifacts"])
ENDPOINTS = st.sampled_from([*KINDS, *ALIASES, *SPECIAL])
PATHS = st.lists(TEXTS, max_size=3) | st.tuples(ENDPOINTS).map(list) | st.tuples(
    ENDPOINTS, TEXTS).map(list) | st.tuples(ENDPOINTS, st.just("1"), TEXTS).map(list)
FIELDS = st.sampled_from(["name", "id", "cef", "container", "tags", "create_time", "owner", "severity", "value"])
VALUES = st.recursive(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
                      lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
                      max_leaves=6)
LITERALS = VALUES.map(json.dumps) | VALUES.map(repr) | st.text(max_size=12)
NAMES = st.builds(lambda *parts: "".join(parts), st.sampled_from(["_filter_", "_exclude_"]), FIELDS | TEXTS,
                  st.sampled_from(["", *(f"__{one}" for one in OPERATORS), "__x__gt"]))
PARAMETERS = st.dictionaries(
    NAMES | st.sampled_from(["page", "page_size", "sort", "order", "pretty", "ids", "indicator_ids", "indicator_value",
                             "query", "categories", "include_all_cef_types"]), LITERALS, max_size=3)
BODY_FIELDS = st.sampled_from(sorted({"container_id", "add_to_case", "note", "artifacts", "playbook_id", "inputs",
                                      "scope", "targets", "action", "append_rows", "delete_rows", "update_rows",
                                      *(name for kind in KINDS.values() for name in kind.fields)}))
BODIES = (st.dictionaries(BODY_FIELDS, VALUES | st.just(1), max_size=5).map(json.dumps)
          | VALUES.map(json.dumps) | st.text(max_size=10) | st.just("[" * 5000))


@pytest.fixture(scope="module")
def client() -> Client:
    container = {"container": {"name": "c"}, "artifacts": [{"cef": {"port": 443, "x": ["a", None, {"b": 1}]}}]}
    return Client(LabRest(Lab(container, assets=["a"], lists={"l": [["x"]]}), lambda request: None))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(method=st.sampled_from(["GET", "POST", "DELETE", "PUT", "HEAD", "PATCH", "OPTIONS"]), path=PATHS,
       parameters=PARAMETERS, body=BODIES)
def test_every_answer_is_json_and_no_request_breaks_the_server(
        client: Client, method: str, path: list[str], parameters: dict[str, str], body: str):
    """Paths, parameters and bodies of any form: an envelope, an object or the platform's error body."""
    joined = "/".join(quote(one, safe="%") for one in path)
    response = client.open(f"/rest/{joined}", method=method, query_string=parameters,
                           data=body.encode(errors="surrogatepass") if method in ("POST", "PUT", "PATCH") else None)
    assert response.status_code < 500
    assert response.content_type == "application/json"
    if method != "HEAD":
        answer = response.get_json()
        assert not (response.status_code >= 400 and isinstance(answer, dict)) or (
            answer["failed"] is True and isinstance(answer["message"], str))


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"{", b"nul", b"NaN", b'{"name": NaN}', b"[" * 100_000, b"1"])
def test_a_body_that_is_no_json_object_is_told(ask, data: bytes):
    """With the platform's error body; an empty body is an empty object, which lacks the name."""
    status, answer = ask("role", data=data, method="POST")
    assert (status, answer["failed"]) == (400, True)


def test_a_body_of_too_many_values_is_refused_as_a_file_of_them_is(client: Client, monkeypatch: pytest.MonkeyPatch):
    """Before it is read; a text that only looks like it is read."""
    monkeypatch.setattr("phantom_lab.limits.ROOM", 10_000)
    dense, text = (b'{"name": "x", "label": "l", "description": %s}' % one
                   for one in (b"[" + b"[]," * 500 + b"1]", b'"' + b"[]," * 500 + b'"'))
    refused = client.post("/rest/container", data=dense)
    assert refused.status_code == 413
    assert "bytes with so many values would take " in refused.json["message"]
    assert client.post("/rest/container", data=text).status_code == 200


def test_a_hostile_regular_expression_is_given_up(ask, monkeypatch):
    """It does not hang the lab: the request fails within the limit."""
    monkeypatch.setattr("phantom_lab.rest.regexes.SECONDS", 0.5)
    assert ask("container", json={"name": "a" * 40 + "!", "label": "events"})[0] == 200
    with in_time():
        status, answer = ask('container?_filter_name__iregex="^(a|a|aa)*$"')
    assert status == 400
    assert "took longer than" in answer["message"]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the system tells no states of processes")
def test_the_search_for_it_ends_where_nobody_waits_for_it_any_more():
    """Who asked has been killed meanwhile."""
    code = """
import os, subprocess
from phantom_lab.rest import regexes
class Killed(subprocess.Popen):
    def communicate(self, given, timeout):
        self.stdin.write(given)
        self.stdin.close()
        print(self.pid, flush=True)
        os.kill(os.getpid(), 9)
subprocess.Popen, regexes.SECONDS = Killed, 0.5
regexes.matching("^(a|a|aa)*$", ["a" * 40 + "!"], ignore_case=False)
"""
    asked = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=False)
    state, begun = Path(f"/proc/{int(asked.stdout)}/stat"), time.monotonic()
    while state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() - begun < LONG
        time.sleep(0.05)


@pytest.mark.parametrize("kind", sorted(CHANGE.keys() & KINDS.keys()))
def test_whatever_is_shown_can_be_written_to_or_says_why_not(ask, kind: str):
    """Also what a lab was given, and the platform has no record of yet."""
    for one in ask(kind)[1].get("data", ()):
        status, answer = ask(f"{kind}/{one['id']}", json={"description": "new"})
        assert (status, answer.get("success", False)) in ((200, True), (400, False), (405, False)), (one, answer)
        if status == 200 and "description" in one:
            assert ask(f"{kind}/{one['id']}")[1]["description"] == "new"


@pytest.mark.parametrize(("method", "path"), [
    ("PUT", "container"), ("PATCH", "container/1"), ("PUT", "container/1"), ("OPTIONS", "container"),
    ("POST", "version"), ("DELETE", "indicator_by_value"), ("POST", "app_run"), ("DELETE", "playbook_run/1"),
    ("PUT", "container/1/artifacts"), ("DELETE", "role/1"),
])
def test_a_verb_that_an_endpoint_has_not_is_refused(ask, method: str, path: str):
    """405, or 404 where there is no such record."""
    status, answer = ask(path, method=method, data=b"{}")
    assert status in (404, 405)
    assert answer["failed"] is True


@pytest.mark.parametrize("path", [
    "", "/", "nothing", "data", "object", "run_details", "case_item", "container/99", "container/x", "container/-1",
    "container/1/nothing", "container/1/artifacts/1", "../container", "container/../artifact", "container/..%2f1",
    "artifact/1/__class__", "ph_user/1/password", "container/1" + "0" * 400, "decided_list/none",
])
def test_what_is_not_there_is_not_found(ask, path: str):
    """Unknown endpoints, kinds that are none, unknown ids, tricks with dots."""
    assert ask(path) == (404, {"failed": True, "message": "Requested item not found"})


QUERIES: dict[str, str] = {
    "_filter_name=bare": "quotes", '_filter_name="a"b"': "quotes", "_filter_=1": "names no field",
    '_filter_nothing="x"': "Cannot resolve keyword 'nothing'", "sort=nothing": "Cannot resolve keyword",
    "order=up": "asc or desc", "page=-1": "page must be", "page_size=x": "page_size must be",
    '_filter_name__regex="("': "invalid regular expression", "_filter_id__in=[1": "quotes",
}


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_that_makes_no_sense_is_told(ask, query: str):
    """400, and which parameter it is."""
    status, answer = ask(f"artifact?{query}")
    assert status == 400
    assert QUERIES[query] in answer["message"]


def test_control_characters_and_markup_come_back_as_they_went_in(ask):
    """JSON keeps hostile texts apart from what reads them."""
    name = "<script>\x1b[2J\u202e\ud83d"
    number: Any = ask("container", json={"name": name, "label": "events"})[1]["id"]
    assert ask(f"container/{number}")[1]["name"] == name
