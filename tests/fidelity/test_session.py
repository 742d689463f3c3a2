"""The session chapter, and `requests` as a playbook gets it."""

from __future__ import annotations

import json

import pytest

from phantom_lab.history import ApiCalled
from tests.table import tabled

BASE = "https://127.0.0.1/rest/"
URLS = {
    "": BASE, "'container', 7": BASE + "container/7", "'container', '7/'": BASE + "container/7",
    "'/container/5'": BASE + "container/5", "'a/b', 'c'": BASE + "a/b/c", "'decided_list', 'my list?'":
    BASE + "decided_list/my%20list%3F", "'indicator'": BASE + "indicator",
}


@pytest.mark.documented
@tabled("parts", URLS)
def test_build_phantom_rest_url_quotes_each_part(value, parts):
    """Slashes within a part stay; those at its ends neither double nor trail."""
    assert value(f"phantom.build_phantom_rest_url({parts})") == URLS[parts]


@pytest.mark.observed
def test_the_base_url_has_no_slash_at_its_end_and_that_of_the_rest_has_one(value):
    """Callers write ``get_base_url() + "/mission/1"`` and ``get_rest_base_url() + "/decided_list/x"``."""
    assert value("[phantom.get_base_url(), phantom.get_rest_base_url()]") == [BASE[:-6], BASE]
    assert value("phantom.requests.get(phantom.get_rest_base_url() + '/container/1').json()['id']") == 1


@pytest.mark.assumed
def test_home_headers_and_token(value):
    """A folder of the run's own, JSON headers, a token that is a text."""
    home, headers, token = value("[phantom.get_phantom_home(), phantom.get_default_rest_headers(), "
                                 "phantom.get_user_session_token()]")
    assert home.endswith("/opt/phantom")
    assert headers["Content-Type"] == "application/json"
    assert token


SENDS = {
    "phantom.requests.get(url)": 200, "phantom.requests.get(uri=url)": 200,
    "phantom.requests.get(url, verify=False)": 200, "phantom.requests.get(url=url, timeout=3)": 200,
    "phantom.requests.request('GET', url)": 200,
    "phantom.requests.head(url)": 200, "phantom.requests.post(url, json={'name': 'n'})": 200,
    "phantom.requests.post(uri=url, data='{}')": 200, "phantom.requests.put(url, data='{}')": 405,
    "phantom.requests.Session().get(url)": 200, "phantom.requests.session().get(url)": 200, "requests.get(url)": 200,
    "requests.get(url.replace('127.0.0.1', 'localhost:8443'))": 200,
    "requests.get(url.replace('artifact/1', 'artifact/9'))": 404,
    "requests.delete(url)": 200, "phantom.session_get(url)": 200, "phantom.session_get('/rest/artifact/1')": 200,
    "phantom.session_post('artifact/1', json={'name': 'n'})": 200, "phantom.session_delete('artifact/1')": 200,
}


@pytest.mark.observed
@tabled("call", SENDS)
def test_requests_reach_the_local_rest(value, call):
    """By whatever function of the library, with ``uri`` for ``url``, at any port; ``import requests`` is the same."""
    setup = "import requests\nurl = 'https://127.0.0.1/rest/artifact/1'"
    assert value(f"{call}.status_code", setup=setup) == SENDS[call]


@pytest.mark.observed
def test_a_response_is_that_of_the_library(value):
    """``json()``, ``text``, ``ok``, ``raise_for_status()``, headers, iteration."""
    found = value("""[type(r).__name__, r.ok, json.loads(r.text) == r.json(), b"".join(r.iter_content()) == r.content,
                      r.headers["content-type"], r.url, r.request.method, raised]""", setup="""
        r = phantom.requests.get("https://127.0.0.1/rest/container/1", params={"pretty": True})
        try:
            phantom.requests.get("https://127.0.0.1/rest/container/9").raise_for_status()
            raised = ""
        except phantom.requests.exceptions.HTTPError as exc:
            raised = str(exc)
    """)
    assert found[:7] == ["Response", True, True, True, "application/json",
                         "https://127.0.0.1/rest/container/1?pretty=True", "GET"]
    assert found[7].startswith("404 Client Error: NOT FOUND for url: https://127.0.0.1/rest/container/9")


@pytest.mark.assumed
@tabled("call", [
    "requests.get('https://example.com/x')", "phantom.requests.post('http://10.0.0.1/', json={})",
    "requests.Session().get('https://127.0.0.1.example.com/rest/x')", "mounted().get('https://example.com/')",
    "requests.get('https://user@example.com:443/')", "requests.get('ftp://127.0.0.1/')",
])
def test_no_other_host_is_reached(block, call):
    """The library's own connection error, which names the URL and what to do; the run is told."""
    run = block("text", setup=f"""
        import requests
        from requests.adapters import HTTPAdapter
        def mounted():
            session = requests.Session()
            session.mount("https://", HTTPAdapter(max_retries=3))
            return session
        try:
            text = {call}.text
        except requests.exceptions.ConnectionError as exc:
            text = str(exc)
    """)
    text = json.loads(run.summary().debug[-1])
    assert text.startswith("refused to request ")
    assert "@lab.action" in text
    assert text in run.summary().notes


@pytest.mark.assumed
def test_requests_are_api_calls_of_the_run(block):
    """The journal holds URL, parameters and status code."""
    run = block("1", setup="phantom.requests.get('https://127.0.0.1/rest/artifact', params={'page_size': 0})")
    calls = [one for one in run.journal.events if isinstance(one, ApiCalled) and one.name == "requests.get"]
    assert len(calls) == 1
    get = run.journal.get
    assert {name: get(one) for name, one in calls[0].arguments.items()} == {
        "url": "https://127.0.0.1/rest/artifact", "params": {"page_size": 0}}
    assert get(calls[0].returned) == {"status_code": 200, "url": "https://127.0.0.1/rest/artifact?page_size=0"}
    assert calls[0].line


DONE = {
    "phantom._do_request_get('container/1', success_message='got it')": (True, "got it", 1),
    "phantom._do_request_get('container/9', error_message='no')": (False, "no: Requested item not found", None),
    "phantom._do_request_post('artifact/1', {'name': 'n'})": (True, "", 1),
    "phantom._do_request_post('artifact/9', {})": (False, "Requested item not found", None),
    "phantom._do_request_delete('artifact/1', 'gone', 'no')": (True, "gone", None),
}


@pytest.mark.observed
@tabled("call", DONE)
def test_do_request_gives_success_message_and_body(value, call):
    """Three values, whatever comes back."""
    success, message, body = value(call)
    assert (success, message, body.get("id")) == DONE[call]


@pytest.mark.assumed
def test_lists_are_walked_page_by_page(value):
    """Page by page, or record by record."""
    found = value("""[[len(one["data"]) for one in phantom.get_request_iter_pages(url, {"sort": "id"}, page_size=2)],
                      [record["id"] for _, _, record in phantom._rest_list_iterator("artifact")],
                      list(phantom._rest_list_iterator("artifact", {"sort": "x"}, error_message="no"))]""",
                  setup="url = phantom.build_phantom_rest_url('artifact')")
    assert found == [[2, 2, 1], [1, 2, 3, 4, 5], [[False, "no", None]]]


@pytest.mark.observed
@pytest.mark.parametrize("location", ["/rest/container/1", "rest/container/1"])
def test_the_http_app_is_answered_by_the_local_rest(lab, playbook, location):
    """``response_body`` and ``parsed_response_body`` are the decoded body; the summary holds the status code."""
    source = f"""
import json
def on_start(container):
    phantom.act("get data", parameters=[{{"location": "{location}"}}], assets=["http"], name="get_1", callback=after)
def after(action=None, success=None, container=None, results=None, handle=None):
    phantom.debug(json.dumps(results[0]["action_results"][0]))
"""
    run = lab.run(playbook(source))
    result = json.loads(run.summary().debug[-1])
    data = result["data"][0]
    assert (result["status"], result["message"]) == ("success", "Status code: 200, Reason: OK")
    assert result["summary"] == {"status_code": 200, "reason": "OK"}
    assert (data["method"], data["location"]) == ("GET", "https://127.0.0.1/rest/container/1")
    assert data["response_body"] == data["parsed_response_body"]
    assert data["response_body"]["id"] == 1
    assert [one.source for one in run.journal.events if type(one).__name__ == "OutcomeGiven"] == ["local REST"]


@pytest.mark.observed
def test_the_http_app_fails_with_what_the_rest_says(lab, playbook):
    """From 400 on; a stub comes first, and other locations stay open."""
    source = """
def on_start(container):
    phantom.act("post data", parameters=[{"location": "/rest/artifact/9", "body": "{}"}], assets=["http"], name="a",
                callback=after)
def after(action=None, success=None, container=None, results=None, handle=None):
    phantom.debug([success, results[0]["action_results"][0]["message"]])
    phantom.act("get data", parameters=[{"location": "/other"}], assets=["http"], name="b")
"""
    summary = lab.run(playbook(source)).summary()
    assert summary.debug[0].startswith("[False, 'Error from server. Status Code: 404 Data from server: {")
    assert "Requested item not found" in summary.debug[0]
    assert summary.status == "needs_outcome"
