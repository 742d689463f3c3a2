"""What playbook code runs stays on the machine, while everybody else is free."""

from __future__ import annotations

import http.server
import os
import socket
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab, PlaybookLoadError
from phantom_lab.isolation.guard import RefusedError
from tests.patience import LONG


class _Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"reached")

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a web server on this machine."""
    monkeypatch.setenv("no_proxy", "*")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A socket that listens, and whose queue of connections can be looked at."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture
def attempt(lab: Lab, playbook) -> Callable[..., list[str]]:
    """Let a block try something, given as lines of code; what it raised, in three lines: type, parents, text."""

    def run(code: str) -> list[str]:
        lines = "\n".join(f"        {line}" for line in code.split("\n"))
        done = lab.run(playbook(
            "import os, socket, subprocess, threading, urllib.request\ndef on_start(container):\n    try:\n"
            f"{lines}\n        phantom.debug('nothing was raised')\n    except Exception as exc:\n"
            "        phantom.debug(type(exc).__name__)\n        phantom.debug([one.__name__ for one in "
            "type(exc).__mro__])\n        phantom.debug(exc)\n"))
        assert done.status == "success", done.summary().message
        return done.summary().debug

    return run


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=LONG) as answer:
        return str(answer.read().decode())


TRIES = [
    "socket.create_connection(('127.0.0.1', {port}))", "socket.socket().connect(('127.0.0.1', {port}))",
    "socket.socket().connect_ex(('127.0.0.1', {port}))", "socket.socket().connect(('no-such-host.invalid', 1))",
    "socket.socket().bind(('127.0.0.1', 0))", "socket.create_server(('127.0.0.1', 0))",
    "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', {port}))",
    "socket.socket(socket.AF_UNIX).connect('/tmp/no-such-socket')", "socket.socket(socket.AF_UNIX).bind('/tmp/never')",
    "socket.getaddrinfo('127.0.0.1', {port})", "socket.gethostbyname('localhost')",
    "socket.gethostbyname_ex('localhost')", "socket.gethostbyaddr('127.0.0.1')",
    "socket.getnameinfo(('127.0.0.1', 80), 0)",
    "subprocess.run(['touch', '{file}'])", "subprocess.check_output('touch {file}', shell=True)",
    "os.system('touch {file}')", "os.popen('touch {file}')", "os.execv('/bin/touch', ['touch', '{file}'])",
    "os.posix_spawn('/bin/touch', ['touch', '{file}'], dict())", "os.fork() or os._exit(0)",
    "os.spawnv(os.P_WAIT, '/bin/touch', ['touch', '{file}'])", "import pty; pty.spawn(['touch', '{file}'])",
    "import webbrowser; webbrowser.GenericBrowser('touch {file}').open('http://127.0.0.1:{port}/')", "os.forkpty()",
    "import asyncio; asyncio.run(asyncio.create_subprocess_exec('touch', '{file}'))",
    "import asyncio; asyncio.run(asyncio.open_connection('127.0.0.1', {port}))",
    "exec('socket.create_connection((\"127.0.0.1\", {port}))')",
    ("from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor() as pool:\n"
     "    pool.submit(socket.create_connection, ('127.0.0.1', {port})).result()"),
    ("import asyncio\nasync def f(): await asyncio.to_thread(socket.create_connection, ('127.0.0.1', {port}))\n"
     "asyncio.run(f())"),
    "from multiprocessing.pool import ThreadPool\nThreadPool(1).map(socket.create_connection, [('127.0.0.1', {port})])",
    "import multiprocessing\np = multiprocessing.get_context('fork').Process(target=print)\np.start()",
]


@pytest.mark.parametrize("code", TRIES)
def test_playbook_code_reaches_neither_network_nor_programs(code: str, attempt, listener: socket.socket,
                                                            tmp_path: Path):
    """What a block tries, by whatever library, is refused where it is tried, and nothing happens."""
    file = tmp_path / "made"
    kind, parents, text = attempt(code.format(port=listener.getsockname()[1], file=file))
    assert kind == "RefusedError"
    assert {"LabError", "PermissionError", "OSError"} <= set(eval(parents))
    assert "refused to " in text
    assert "\n" not in text
    with pytest.raises(BlockingIOError):
        listener.accept()
    assert not file.exists()


def test_the_message_says_what_where_and_what_to_do(attempt):
    """One line, for people."""
    assert attempt("subprocess.run(['nmap', '10.0.0.1'])")[2] == (
        "sample:5: refused to start ['nmap', '10.0.0.1']: playbook code reaches neither the network nor other "
        "programs. Ask for it with phantom.act, and answer that with a stub (@lab.action), which is free to.")


def test_a_library_makes_of_it_what_it_makes_of_a_network_error(attempt, page: str):
    """A playbook that is ready for a network that is down is ready for this."""
    kind, parents, text = attempt(f"urllib.request.urlopen({page!r})")
    assert kind == "URLError"
    assert "refused to" in text
    assert "OSError" in parents


def test_a_refusal_that_is_swallowed_is_noted(lab: Lab, playbook):
    """The run says so even where the playbook does not."""
    run = lab.run(playbook("import os\ndef on_start(container):\n    try: os.system('true')\n"
                           "    except OSError: pass\n"))
    assert run.status == "success"
    assert [note[:29] for note in run.summary().notes] == ["sample:4: refused to start b'"]


def test_a_refusal_that_is_not_caught_is_the_block_s_failure(lab: Lab, playbook):
    """The failure names block and line like any other."""
    run = lab.run(playbook("import os\ndef on_start(container): os.system('true')\n"))
    assert run.status == "error"
    assert run.summary().message.startswith("RefusedError: refused to start b'true': playbook code reaches")
    assert run.summary().message.endswith("(block on_start, sample:3)")


def test_the_module_level_is_guarded_too(lab: Lab, playbook):
    """A playbook that reaches out while it is imported cannot be loaded."""
    with pytest.raises(PlaybookLoadError, match="RefusedError when it was imported: refused to start"):
        lab.prepare(playbook("import os\nos.system('true')\ndef on_start(container): pass\n"))
    assert os.system("true") == 0


REACH = """
import urllib.request
def on_start(container):
    try: urllib.request.urlopen(ADDRESS)
    except OSError as exc: phantom.debug(type(exc).__name__)
    phantom.act("fetch", parameters=[{"url": ADDRESS}], assets=["web"], callback=cb)
def cb(results=None, container=None, **kwargs):
    phantom.debug(results[0]["action_results"][0]["data"])
    try: urllib.request.urlopen(ADDRESS)
    except OSError as exc: phantom.debug(type(exc).__name__)
"""


def test_stubs_and_everybody_else_stay_free(lab: Lab, playbook, page: str):
    """At every rest, and on another thread all the time, the same address is reached by whoever is no playbook."""
    lab.action("fetch")(lambda parameter: [{"said": read(parameter["url"])}])
    over, heard = threading.Event(), []

    def others() -> None:
        while not over.is_set():
            heard.append(read(page))

    other = threading.Thread(target=others)
    other.start()
    stepper = lab.step(playbook(REACH.replace("ADDRESS", repr(page))))
    while stepper.position.state != "ended":
        assert read(page) == "reached"
        stepper.step()
    over.set()
    other.join()
    assert stepper.run.summary().debug == ["URLError", "[{'said': 'reached'}]", "URLError"]
    assert set(heard) == {"reached"}


def test_a_stub_in_the_playbook_s_own_file_is_free(lab: Lab, page: str, tmp_path: Path):
    """A script may hold both; what counts is who executes it."""
    file = tmp_path / "both.py"
    file.write_text(f"import phantom.rules as phantom\n{REACH.replace('ADDRESS', repr(page))}\n"
                    "def fetch(parameter): return [{'said': read(parameter['url'])}]\n")
    script = {"read": read}
    exec(compile(file.read_text().replace("import phantom.rules as phantom", ""), str(file), "exec"), script)
    lab.action("fetch")(script["fetch"])
    assert lab.run(file).summary().debug == ["URLError", "[{'said': 'reached'}]", "URLError"]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_a_run_that_ends_does_not_free_another(order: tuple[int, ...], incident: Path, playbook, page: str):
    """Runs of one file and of another, in two labs, interleaved and ended in any order, each stay guarded."""
    source = REACH.replace("ADDRESS", repr(page))
    labs = [Lab(incident), Lab(incident)]
    for lab in labs:
        lab.action("fetch")(lambda parameter: [{"said": read(parameter["url"])}])
    steppers = [labs[0].step(playbook(source)), labs[1].step(playbook(source)), labs[0].step(playbook(source, "other"))]
    for stepper in steppers:
        assert stepper.step().state == "resting"
    for which in order:
        assert steppers[which].resume().state == "ended"
        assert read(page) == "reached"
    for stepper in steppers:
        assert stepper.run.summary().debug == ["URLError", "[{'said': 'reached'}]", "URLError"]


@pytest.mark.parametrize("target", ["urllib.request.urlopen", "lambda one: urllib.request.urlopen(one)"])
def test_a_thread_that_outlives_its_run_is_not_set_free(target: str, lab: Lab, playbook, page: str,
                                                        monkeypatch: pytest.MonkeyPatch):
    """What playbook code starts stays playbook code, after the run's end as well."""
    meeting = type(sys)("meeting")
    meeting.go, meeting.failed = threading.Event(), []
    monkeypatch.setitem(sys.modules, "meeting", meeting)
    lab.run(playbook(
        "import meeting, threading, urllib.request\n"
        "class Waiting(threading.Thread):\n"
        "    def run(self):\n        meeting.go.wait()\n        try: super().run()\n"
        "        except OSError as exc: meeting.failed.append(exc)\n"
        "def on_start(container):\n"
        f"    meeting.thread = Waiting(target={target}, args=[{page!r}])\n"
        "    meeting.thread.start()\n"))
    assert read(page) == "reached"
    meeting.go.set()
    meeting.thread.join(LONG)
    assert [type(exc.reason) for exc in meeting.failed] == [RefusedError]
