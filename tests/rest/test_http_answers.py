"""Requests of a playbook that leave the platform: a scenario answers them, or they are refused."""

from __future__ import annotations

from ast import literal_eval
from typing import Any

import pytest

from phantom_lab import Lab


@pytest.fixture
def asked(playbook):
    """What an expression over ``requests`` gives in a playbook, with these answers; or how the run ended."""

    def run(expression: str, *http: dict[str, Any]):
        scenario = {"container": {"name": "a"}, "http": list(http)}
        return Lab(scenario=scenario).run(playbook(f"""
import requests, time

def on_start(container):
    try:
        phantom.debug({{'is': {expression}}})
    except Exception as exc:
        phantom.debug({{'is': [type(exc).__name__, str(exc)]}})
"""))

    return run


def told(run) -> Any:
    """What the playbook saw."""
    (line,) = run.summary().debug
    return literal_eval(line)["is"]


U = "https://intel.example/v1/ip"


@pytest.mark.parametrize(("expression", "http", "expected"), [
    (f"requests.get('{U}').json()", [{"url": U, "json": {"a": [1, None]}}], {"a": [1, None]}),
    (f"requests.get('{U}').json()", [{"url": U, "json": None}], None),
    (f"(lambda r: (r.status_code, r.reason, r.text, r.ok))(requests.get('{U}'))",
     [{"url": U, "status": 503, "body": "büsy"}], (503, "Service Unavailable", "büsy", False)),
    (f"requests.get('{U}').headers['content-type']", [{"url": U, "json": 1}], "application/json"),
    (f"requests.get('{U}').headers['x']", [{"url": U, "headers": {"X": "y"}}], "y"),
    (f"requests.get('{U}', params={{'q': 'a b'}}).url", [{"url": f"{U}?q=a+b"}], f"{U}?q=a+b"),
    (f"requests.head('{U}').content", [{"url": U, "body": "text"}], b""),
    ("requests.get('https://INTEL.example').status_code", [{"url": "HTTPS://intel.example", "status": 204}], 204),
    (f"requests.post('{U}', json={{}}).status_code", [{"url": U, "method": "post", "status": 201}], 201),
    (f"[requests.get('{U}').status_code for n in 'ab']", [{"url": U, "calls": [{"status": 500}, {}]}], [500, 200]),
    (f"requests.get('{U}').text", [{"url": U, "status": 302, "headers": {"Location": "/there"}},
                                   {"url": "https://intel.example/there", "body": "moved"}], "moved"),
    (f"[b''.join(requests.get('{U}', stream=True).iter_content(2))]", [{"url": U, "body": "abc"}], [b"abc"]),
    (f"requests.Session().get('{U}').text", [{"url": U, "body": "x"}], "x"),
    (f"phantom.requests.get('{U}').text", [{"url": U, "body": "x"}], "x"),
])
def test_an_answer_arrives_as_a_response(expression: str, http: list[Any], expected: Any, asked):
    """As `requests` makes one: status, headers, body, redirects."""
    assert told(asked(expression, *http)) == expected


@pytest.mark.parametrize(("http", "expected"), [
    ([{"url": "https://*", "body": "1"}, {"url": U, "body": "2"}], "2"),
    ([{"url": "https://*", "body": "1"}, {"url": "https://intel.example/*", "body": "2"}], "2"),
    ([{"url": U, "body": "1"}, {"url": U, "method": "GET", "body": "2"}], "2"),
    ([{"url": "*", "body": "1"}, {"url": U, "method": "POST", "body": "2"}], "1"),
    ([{"url": "*/v1/*", "body": "1"}], "1"),
])
def test_the_more_specific_answer_counts(http: list[Any], expected: str, asked):
    """A whole URL before a pattern, the longer pattern, then the one that names the method."""
    for order in (http, http[::-1]):
        assert told(asked(f"requests.get('{U}').text", *order)) == expected


def test_an_error_is_one_of_the_connection(asked):
    """As `requests` raises it where nobody is reached."""
    assert told(asked(f"requests.get('{U}')", {"url": U, "raise": "no route"})) == ["ConnectionError", "no route"]


@pytest.mark.parametrize(("timeout", "expected", "passed"), [
    ("None", "200", 60), ("90", "200", 60), ("(5, 90)", "200", 60), ("5", "ReadTimeout", 5),
    ("(90, 5)", "ReadTimeout", 5),
])
def test_an_answer_takes_its_time(timeout: str, expected: str, passed: int, asked):
    """Of the run's clock; what takes longer than the playbook waits is a timeout."""
    run = asked(f"requests.get('{U}', timeout={timeout}).status_code", {"url": U, "delay": 60})
    assert expected in run.summary().debug[0]
    assert int(run.clock.passed) == passed


def test_who_answered_stands_in_the_journal(asked):
    """Beside the status, as what the call returned."""
    run = asked(f"requests.get('{U}').text", {"url": U, "body": "x"})
    (call,) = [one for one in run.journal.events if type(one).__name__ == "ApiCalled" and one.name == "requests.get"]
    assert run.journal.get(call.returned) == {"status_code": 200, "url": U, "source": "scenario: http[0]"}


def test_what_nothing_answers_is_refused(asked):
    """The message says what can be done about it; the platform's own addresses are never asked of a scenario."""
    run = asked(f"requests.get('{U}')", {"url": "https://other.example/"}, {"url": "https://127.0.0.1/*", "body": "x"})
    kind, message = told(run)
    assert kind == "ConnectionError"
    assert "answer the request under `http` of a scenario" in message
    assert told(asked("requests.get('https://127.0.0.1/rest/container').status_code",
                      {"url": "*", "status": 418})) == 200


@pytest.mark.parametrize(("http", "message"), [
    ([{"url": U, "calls": [{}]}], f"outcome list of GET {U} ran out at call 2"),
    ([{"url": "*1/ip"}, {"url": "http*"}, {"url": "*/ip*"}], f"two outcomes match GET {U}"),
])
def test_where_it_is_not_known_which_answer_is_meant_the_run_needs_one(http: list[Any], message: str, asked):
    """Also where the playbook swallows every exception."""
    run = asked(f"[requests.get('{U}').status_code for n in 'ab']", *http)
    assert (run.status, message in run.summary().message) == ("needs_outcome", True), run.summary().message
