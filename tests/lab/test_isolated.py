"""Commands behind walls of the system: nothing that a playbook does gets out, and whatever it ends is told."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from phantom_lab.isolation.walls import missing
from tests.conftest import ROOT
from tests.patience import LONG

RULES = "import phantom.rules as phantom\nimport ctypes, os, signal\nfrom tests.native import libc\n"
REACHES = """
import socket
from contextlib import suppress
for family, place in {}:
    with suppress(OSError):
        socket.socket(family).connect(place)
with suppress(OSError):
    socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0].sendto(b"x", {!r})
"""
walled = pytest.mark.skipif(bool(missing()), reason=f"needs walls, and {missing()}: NOT CHECKED HERE")


def started(folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """A command, in a folder; a shell lets its background commands ignore interrupts, and they hand that down."""
    return subprocess.Popen([sys.executable, "-W", "ignore", "-m", "phantom_lab", *arguments], cwd=folder, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
                            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))


def command(folder: Path, *arguments: str, **environment: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a command, in a folder."""
    process = started(folder, *arguments, **environment)
    out, err = process.communicate(timeout=LONG)
    return process.returncode, out, err


def run(folder: Path, body: str, *options: str, **environment: str) -> tuple[int, str, str]:
    """A playbook with such an ``on_start``, behind walls."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    (folder / "flow.py").write_text(f"{RULES}def on_start(container):\n{lines}", encoding="utf-8")
    (folder / "c.json").write_text('{"name": "x"}', encoding="utf-8")
    return command(folder, "run", "flow.py", "--container", "c.json", "--isolated", *options, **environment)


def shell(text: str) -> str:
    """Code that lets the C library start a shell, past whatever Python can refuse; its output is the playbook's."""
    return f"libc.system({text.encode()!r})"


@walled
def test_nothing_is_written_but_what_the_command_writes(tmp_path: Path):
    """Neither beside the playbook, nor at home, nor for other programs; the journal is."""
    home, code, temporary = tmp_path / "home", tmp_path / "code", tmp_path / "temporary"
    for one in (home, code, temporary):
        one.mkdir()
    places = [code / "a", home / "b", Path("/var/tmp/phantom-lab-c"), Path("/dev/shm/phantom-lab-d")]
    shown, _, err = run(code, "\n".join(shell(f"echo x > {one}") for one in places) + f"\n{shell('rm -rf c.json')}",
                        "--journal", str(tmp_path / "out" / "j.jsonl"), HOME=str(home), TMPDIR=str(temporary))
    assert (shown, [one for one in places if one.exists()], (code / "c.json").exists()) == (0, [], True)
    assert (tmp_path / "out" / "j.jsonl").stat().st_size > 100
    assert f"files read-only but for {tmp_path / 'out'}" in err
    assert list(temporary.iterdir()) == []


@walled
def test_nothing_leaves_by_the_network(tmp_path: Path):
    """A server of this machine hears nothing, whatever its family: a socket may be a file as well."""
    stream, packets = str(tmp_path / "stream"), str(tmp_path / "packets")
    with (socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as local,
          socket.socket(socket.AF_UNIX) as file, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other):
        listening = (server, local, file)
        local.bind(name := f"\0phantom-lab-{os.getpid()}")
        file.bind(stream)
        other.bind(packets)
        for one in listening:
            one.listen()
        for one in (*listening, other):
            one.setblocking(False)
        (tmp_path / "reach.py").write_text(REACHES.format(
            [(int(socket.AF_INET), server.getsockname()), *((int(socket.AF_UNIX), one) for one in (name, stream))],
            packets))
        status, _, _ = run(tmp_path, shell(f"{sys.executable} {tmp_path / 'reach.py'}"))
        assert status == 0
        for one in (*listening, other):
            with pytest.raises(BlockingIOError):
                one.recv(1) if one is other else one.accept()
        subprocess.run([sys.executable, str(tmp_path / "reach.py")], check=True)  # without walls they would
        for one in listening:
            one.accept()[0].close()
        assert other.recv(1) == b"x"


@walled
def test_no_other_process_is_seen_or_ended(tmp_path: Path):
    """Signals reach the playbook's own processes only."""
    with subprocess.Popen(["sleep", str(LONG)]) as other:
        status, out, _ = run(tmp_path, f"phantom.debug(libc.kill({other.pid}, 9))\n"
                             "phantom.debug(sorted(map(int, filter(str.isdigit, os.listdir('/proc'))))[-1] < 50)")
        assert other.poll() is None
        other.kill()
    assert status == 0
    assert "on_start, line 5: -1\n" in out
    assert "on_start, line 6: True\n" in out


@walled
@pytest.mark.parametrize(("body", "how"), [
    ("libc._exit(0)", "ended with exit code 0"), ("ctypes.string_at(0)", "was ended by SIGSEGV"),
    ("libc.kill(os.getpid(), signal.SIGKILL)", "was ended by SIGKILL"),
])
def test_a_process_that_is_ended_is_no_success(body: str, how: str, tmp_path: Path):
    """It is told in one line."""
    status, out, err = run(tmp_path, body)
    assert (status, out) == (4, "")
    told, walls = err.splitlines()[-2:]
    assert told == (f"phantom-lab: error: the process that ran the playbooks {how}, and its report is lost: a "
                    "playbook, or a library that it uses, ended it")
    assert walls.startswith("phantom-lab: isolated: no network, ")


@walled
def test_memory_without_end_is_an_error_of_the_playbook(tmp_path: Path):
    """Which has block and line."""
    status, out, _ = run(tmp_path, "x = []\nwhile True: x.append(bytes(1 << 28))")
    assert status == 4
    assert "MemoryError (block on_start, flow.py:6)" in out


@walled
def test_each_playbook_of_a_check_has_its_own_end(tmp_path: Path):
    """Behind walls by default; the others go on."""
    for name, body in {"a": "pass", "b": "libc._exit(0)", "c": "pass"}.items():
        (tmp_path / f"{name}.py").write_text(f"{RULES}def on_start(container):\n    {body}\n# {name}")
    status, out, err = command(tmp_path, "check", ".", "--run")
    assert (status, out.count(": error: ")) == (1, 1)
    assert re.search("^  finished +2 ", out, re.MULTILINE)
    assert "b.py: error: it ended the process that it ran in, by C code, a signal or a crash of Python." in out
    assert err.splitlines()[-1].startswith("phantom-lab: isolated: ")


@walled
def test_a_signal_leaves_a_report(tmp_path: Path):
    """Of what happened until then, where the playbook never rests: `test_ending` has every command and signal."""
    (tmp_path / "flow.py").write_text(f"{RULES}def on_start(container):\n    phantom.debug('before')\n    while True:\n"
                                      "        phantom.collect2(container=container, datapath=['artifact:*.id'])\n")
    (tmp_path / "c.json").write_text('{"name": "x"}')
    process = started(tmp_path, "run", "flow.py", "--container", "c.json", "--isolated", "--journal", "out/j.jsonl",
                      "--option", "max_steps=1000000000")
    until = time.monotonic() + LONG
    while time.monotonic() < until and not ((tmp_path / "out" / "j.jsonl").exists()
                                            and b'"before"' in (tmp_path / "out" / "j.jsonl").read_bytes()):
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=LONG)
    assert process.returncode == 4, err
    assert "before" in out
    assert out.splitlines()[-1].startswith("stopped")
    assert "Traceback" not in err


@walled
@pytest.mark.parametrize("arguments", [("explore", "flow.py", "--write", "out/s.yaml"),
                                       ("fuzz", "flow.py", "--examples", "1", "--write", "out")])
def test_what_a_command_writes_is_written(arguments: tuple[str, ...], tmp_path: Path):
    """Into a folder that is made for it."""
    (tmp_path / "flow.py").write_text(f"{RULES}def on_start(container):\n    int(phantom.get_run_data(key='x'))\n")
    _, _, err = command(tmp_path, *arguments)
    assert list((tmp_path / "out").iterdir()), err
    assert f"read-only but for {tmp_path / 'out'}," in err


def test_where_no_walls_can_be_had_it_is_said(tmp_path: Path):
    """In one line; the run goes on."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "flow.py").write_text("def on_start(container): pass\n")
    path = {"PATH": str(tmp_path / "bin")}
    status, _, err = command(tmp_path, "explore", "flow.py", **path)
    told = "not isolated: bubblewrap (bwrap) is not installed. What Python itself can refuse is refused."
    assert (status, err) == (0, f"phantom-lab: {told}\n")
    assert command(tmp_path, "explore", "flow.py", "--no-isolated", **path)[2] == ""
    if true := shutil.which("false"):
        (tmp_path / "bin" / "bwrap").symlink_to(true)
        assert "not isolated: bubblewrap cannot work here" in command(tmp_path, "explore", "flow.py", **path)[2]
