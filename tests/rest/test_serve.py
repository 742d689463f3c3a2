"""``phantom-lab serve``: a real server on the loopback device, and a public client of the platform against it."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from soarsdk.client import PhantomClient
from soarsdk.objects import Artifact, Container, Note, Playbook
from werkzeug.serving import make_server
from werkzeug.test import Client

from phantom_lab import Lab
from phantom_lab.cli import main, serve
from phantom_lab.cli.lab_rest import LabRest
from tests import forked
from tests.patience import LONG

SERVE = [sys.executable, "-m", "phantom_lab", "serve"]
RESULTS = [{"action": "geolocate ip", "asset": "maxmind", "data": [{"country_name": "Australia"}]}]

ASKING = """
import phantom.rules as phantom

def on_start(container):
    phantom.prompt2(container=container, user="kim", message="Close it?", name="ask_1", callback=answered,
                    response_types=[{"prompt": "Close it?", "options": {"type": "list", "choices": ["Yes", "No"]}}])

def answered(action=None, success=None, container=None, results=None, handle=None):
    if results[0]["action_results"][0]["summary"].get("response") == "Yes":
        phantom.set_status(container=container, status="closed")
"""


@pytest.fixture
def server(tmp_path: Path, samples: Path) -> Iterator[tuple[str, str]]:
    """URL and token of a server with a container, playbooks and results."""
    results = tmp_path / "results.json"
    results.write_text(json.dumps(RESULTS), encoding="utf-8")
    (tmp_path / "asking.py").write_text(ASKING, encoding="utf-8")
    command = [*SERVE, "--container", str(samples / "containers" / "test_incident.json"), "--port", "0",
               "--path", str(samples / "playbooks"), "--path", str(tmp_path), "--results", str(results)]
    with forked.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url, token = process.stdout.readline().strip(), process.stdout.readline().partition(": ")[2].strip()
        yield url.removesuffix("/rest"), token
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=LONG)
    *notes, last = errors.splitlines()
    assert (process.returncode, last) == (0, "phantom-lab: the server has ended")
    assert [*dict.fromkeys(notes)] == notes  # what the lab takes for granted, each once
    assert all(one.startswith("phantom-lab: note: ") for one in notes)


@pytest.fixture
def client(server: tuple[str, str]) -> PhantomClient:
    """The public client, with the token in its session."""
    session = requests.Session()
    session.headers["ph-auth-token"] = server[1]
    return PhantomClient(server[0], session=session)


def test_who_does_not_know_the_token_is_refused(server):
    """401 and the error body, whatever is asked; as header or password of basic authentication the token lets in."""
    url, token = server
    for options in ({}, {"headers": {"ph-auth-token": "x"}}, {"auth": ("admin", "x")}, {"headers": {
            "Authorization": "Basic ???"}}, {"headers": {"Authorization": f"Bearer {token}"}}):
        for path in ("/rest/container", "/rest/nothing", "/"):
            answer = requests.get(url + path, timeout=LONG, **options)
            assert (answer.status_code, answer.json()["failed"]) == (401, True)
    assert requests.get(f"{url}/rest/version", headers={"ph-auth-token": token}, timeout=LONG).status_code == 200
    assert requests.get(f"{url}/rest/version", auth=("admin", token), timeout=LONG).status_code == 200
    assert requests.get(f"{url}/nothing", auth=("admin", token), timeout=LONG).json()["failed"] is True


def test_a_public_client_makes_containers_and_artifacts(client):
    """They get ids, are read back, changed and deleted."""
    made = Container(name="from outside", label="events", tags=["x"],
                     artifacts=[Artifact(name="one", label="event", cef={"sourceAddress": "1.2.3.4"})])
    client.create_container(made)
    second = Artifact(name="two", label="event", cef={"destinationAddress": "5.6.7.8"})
    client.create_artifacts(made, second)
    assert made.id == 2
    assert [(one.name, one.cef) for one in made.artifacts] == [
        ("one", {"sourceAddress": "1.2.3.4"}), ("two", {"destinationAddress": "5.6.7.8"})]
    client.add_comment(made, "hello")
    client.create_note(made, Note(title="t", content="c"))
    assert [one.title for one in made.notes] == ["t"]
    made.name = "renamed"
    client.modify_container_values(made)
    assert client.get_containers({"_filter_id": made.id})[0].name == "renamed"
    client.delete_artifact(second)
    client.delete_container(made)
    assert [one.id for one in client.get_containers()] == [1]


def test_a_public_client_runs_a_playbook_and_reads_its_results(client):
    """The run, its action and the results are records afterwards, and the playbook has kept its id."""
    number = client.get_playbook_id_from_name("geolocate_ip")
    container = client.get_containers({"_filter_id": 1})[0]
    client.run_playbooks(container, Playbook(name="geolocate_ip"))
    run = container.playbooks[0]
    assert (run.name, run.status, run.playbook_id) == ("geolocate_ip", "success", number)
    action = client.get_action_runs({"_filter_playbook_run": run.id})[0]
    assert (action.name, action.status, action.app_name) == ("geolocate_ip_1", "success", "MaxMind")
    assert action.result_data[0]["data"] == [{"country_name": "Australia"}]
    assert "on_start() called" in [one["message"] for one in client.get_playbook_logs(run)]


def test_a_public_client_replies_to_a_prompt(client):
    """The run waits for it, and goes on then."""
    container = client.get_containers({"_filter_id": 1})[0]
    client.run_playbooks(container, Playbook(name="asking", prompts={"ask_1": ["Yes"]}))
    assert [(one.name, one.status) for one in container.playbooks] == [("asking", "success")]
    assert container.status == "closed"


def test_an_action_is_run_where_somebody_answers_it(server):
    """The app run is readable; what nobody answers is refused with the reason."""
    url, token = server

    def post(action: str) -> Any:
        body = {"action": action, "container_id": 1, "name": "by hand", "targets": [
            {"assets": ["maxmind"], "parameters": [{"ip": "1.1.1.1"}]}]}
        return requests.post(f"{url}/rest/action_run", json=body, headers={"ph-auth-token": token}, timeout=LONG)

    number = post("geolocate ip").json()["action_run_id"]
    found = requests.get(f"{url}/rest/action_run/{number}/app_runs", auth=("admin", token), timeout=LONG).json()
    assert found["data"][0]["result_data"][0]["data"] == [{"country_name": "Australia"}]
    refused = post("whois ip")
    assert refused.status_code == 400
    assert "no outcome for action 'whois ip'" in refused.json()["message"]


def test_files_of_several_events_are_joined_each_with_its_own(tmp_path):
    """Artifacts belong to the container that they name; what is not read is noted on stderr."""
    parts = [[{"id": 1, "cef": {"n": 1}, "container": 8}],
             {"id": 7, "name": "one", "status": "new", "artifact_count": 5},
             {"id": 8, "name": "two", "status": "new", "severty": "low"}]
    command = [*SERVE, "--port", "0", "--token", "t"]
    for number, part in enumerate(parts):
        file = tmp_path / f"part{number}.json"
        file.write_text(json.dumps(part), encoding="utf-8")
        command += ["--container", str(file)]
    with forked.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = process.stdout.readline().strip()
        found = requests.get(f"{url}/container", auth=("admin", "t"), timeout=LONG).json()["data"]
        artifact = requests.get(f"{url}/artifact/1", auth=("admin", "t"), timeout=LONG).json()
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=LONG)
    assert {one["name"]: (one["id"], one["artifact_count"]) for one in found} == {"one": (7, 5), "two": (8, 1)}
    assert artifact["container"] == 8
    notes = [line.removeprefix(f"phantom-lab: note: {tmp_path}/") for line in errors.splitlines()[:-1]]
    assert [line.partition(", and ")[0] for line in notes] == [
        "part2.json: container.severty: the platform's containers have no such field: it is kept",
        "part1.json: container 7 has 5 artifacts"]


@pytest.mark.parametrize(("arguments", "text"), [
    (["--port", "{port}"], "cannot listen at port {port}"), (["--port", "x"], "is no port"),
    (["--container", "none.json"], "no such container file"), (["--records", "none.json"], "no such records file"),
])
def test_a_server_that_cannot_begin_says_why_in_one_line(arguments, text):
    """Exit code 2, no traceback."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = forked.run([*SERVE, *(one.format(port=port) for one in arguments)], capture_output=True, text=True,
                              timeout=LONG, check=False)
    assert done.returncode == 2
    assert text.format(port=port) in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_an_interrupt_ends_the_server_cleanly(samples):
    """As Ctrl-C does; exit code 0."""
    command = [*SERVE, "--container", str(samples / "containers" / "test_incident.json"), "--port", "0", "--token", "t"]
    with forked.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        lines = [process.stdout.readline(), process.stdout.readline()]
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=LONG)
    assert lines[1] == "ph-auth-token: t\n"
    *notes, last = errors.splitlines()
    assert (process.returncode, last) == (0, "phantom-lab: the server has ended")
    assert [*dict.fromkeys(notes)] == notes  # what the lab takes for granted, each once
    assert all(one.startswith("phantom-lab: note: ") for one in notes)


def test_requests_and_werkzeug_are_loaded_when_they_are_needed(samples):
    """A plain import, and a run that asks nothing of the REST, do without them."""
    code = ("import sys, phantom_lab, phantom_lab.cli\n"
            f"lab = phantom_lab.Lab({str(samples / 'containers' / 'test_incident.json')!r}, maxmind=False)\n"
            f"lab.run({str(samples / 'playbooks' / 'no_outcome.py')!r})\n"
            "print(sorted({'requests', 'urllib3', 'werkzeug'} & set(sys.modules)))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


PAGES = {
    "another name that leads here": {"Host": "evil.example"}, "a port as well": {"Host": "evil.example:8443"},
    "no name": {"Host": ""}, "another page": {"Origin": "https://evil.example"}, "nobody's": {"Origin": "null"},
    "a page of this machine's": {"Origin": "http://127.0.0.1:1"}, "a site's": {"Sec-Fetch-Site": "cross-site"},
    "a neighbour's": {"Sec-Fetch-Site": "same-site"}}


@pytest.mark.parametrize("page", PAGES)
def test_what_a_browser_sends_for_somebody_elses_page_is_refused(page: str, server):
    """Though it knows the password."""
    url, token = server
    for options in ({"auth": ("admin", token)}, {"headers": {"ph-auth-token": token}}):
        headers = {**options.get("headers", {}), **PAGES[page]}
        for answer in (requests.get(f"{url}/rest/container", timeout=LONG, **{**options, "headers": headers}),
                       requests.post(f"{url}/rest/container", timeout=LONG, json={"name": "x", "label": "y"},
                                     **{**options, "headers": headers})):
            assert (answer.status_code, answer.json()["failed"]) == (403, True)
    assert requests.get(f"{url}/rest/container", auth=("admin", token), timeout=LONG).json()["count"] == 1


def test_a_post_that_any_page_could_make_needs_the_token_as_a_header(server):
    """Of a form, or of plain text; JSON no page of somebody else's may send unasked."""
    url, token = server
    body = json.dumps({"name": "x", "label": "y"})
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None):
        headers = {"Content-Type": kind} if kind else {}
        refused = requests.post(f"{url}/rest/container", data=body.encode(), auth=("admin", token), headers=headers,
                                timeout=LONG)
        assert (refused.status_code, "ph-auth-token" in refused.json()["message"]) == (415, True)
        assert requests.post(f"{url}/rest/container", data=body.encode(), timeout=LONG,
                             headers={**headers, "ph-auth-token": token}).status_code == 200
    own = {"Origin": url, "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json; charset=utf-8"}
    assert requests.post(f"{url}/rest/container", data=body, auth=("admin", token), headers=own,
                         timeout=LONG).status_code == 200


def test_a_request_that_comes_slowly_keeps_nobody_waiting(server):
    """Nor one that never ends, nor one that is too large; others are answered meanwhile."""
    url, token = server
    host, _, port = url.removeprefix("http://").partition(":")
    slow = [f"POST /rest/container HTTP/1.1\r\nHost: {host}\r\nph-auth-token: {token}\r\n{rest}" for rest in (
        "Content-Length: 1000\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n5\r\n{", "", "Content-Le")]
    held = [socket.create_connection((host, int(port))) for _ in range(40)]
    for number, one in enumerate(held):
        one.sendall(slow[number % len(slow)].encode())
    assert requests.get(f"{url}/rest/container", auth=("admin", token), timeout=LONG).status_code == 200
    with socket.create_connection((host, int(port)), timeout=LONG) as large:
        large.sendall(f"POST /rest/container HTTP/1.1\r\nHost: {host}\r\nph-auth-token: {token}\r\n"
                      f"Content-Length: {2**40}\r\n\r\n".encode())
        assert b" 413 " in large.recv(100)
    for one in held:
        one.close()


def test_half_a_request_is_given_up(monkeypatch: pytest.MonkeyPatch):
    """After a while without a byte."""
    monkeypatch.setattr(serve, "PATIENCE", 0.1)
    handlers = []
    monkeypatch.setattr("werkzeug.serving.make_server", lambda *given, **options: handlers.append(
        options["request_handler"]) or make_server(*given, **options))
    monkeypatch.setattr("werkzeug.serving.BaseWSGIServer.serve_forever", lambda server: half(server))
    closed = []

    def half(server: Any) -> None:
        thread = threading.Thread(target=server.handle_request)
        with socket.create_connection(server.server_address, timeout=LONG) as connection:
            connection.sendall(b"GET /rest")
            thread.start()
            closed.append(connection.recv(100))
        thread.join()

    heard = signal.getsignal(signal.SIGTERM)
    try:
        assert main(["serve", "--port", "0"]) == 0
    finally:
        signal.signal(signal.SIGTERM, heard)
    assert (closed, handlers[0].timeout) == ([b""], 0.1)


def test_many_containers_cost_as_much_each_as_few(rest_of):
    """Whether they come in one list or one by one: so many steps of Python's for each."""
    def steps(number: int, *, together: bool) -> float:
        client, counted = rest_of(), 0

        def count(frame: Any, event: str, arg: Any) -> None:
            nonlocal counted
            counted += event == "c_call"

        bodies = [{"name": str(one), "label": "x"} for one in range(number)]
        sys.setprofile(count)
        try:
            for body in [bodies] if together else bodies:
                assert client.post("/rest/container", json=body).status_code == 200
        finally:
            sys.setprofile(None)
        return counted / number

    steps(1, together=True)  # what is loaded once
    for together in (True, False):
        assert steps(1_600, together=together) < 1.5 * steps(200, together=together)


@pytest.fixture
def rest_of() -> Any:
    """Makes clients of empty labs."""
    return lambda: Client(LabRest(Lab(None), lambda request: None))
