"""A copy is as a process that is started: whatever a test asks of one is asked of both."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import forked
from tests.patience import LONG

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere all are started")
CODES = {
    "exit code": "sys.exit(7)", "text": "sys.exit('no')", "none": "sys.exit()", "large": "sys.exit(257)",
    "exception": "raise KeyError('x')", "interrupt": "raise KeyboardInterrupt",
    "_exit": "os._exit(3)", "signal": "os.kill(os.getpid(), 9)",
    "abort": "os.abort()", "thread": "threading.Timer(0.01, lambda: print('later')).start()",
    "registered": "atexit.register(print, 'at exit')", "half a line": "sys.stdout.write('half')",
    "gone": "os.close(1); print('x')", "handlers": "print(*map(signal.getsignal, (2, 1, 15, 13, 17)))",
    "blocked": "print(signal.pthread_sigmask(signal.SIG_BLOCK, []))", "read": "print(input(), sys.stdin.read())",
    "streams": "print([(one.encoding, one.errors, one.line_buffering, one.isatty()) for one in ("
               "sys.stdin, sys.stdout, sys.stderr)])",
    "place": "print(os.getcwd(), sys.argv, __name__, sys.path[0], tempfile.gettempdir(), time.tzname)",
    "environment": "print({name: value for name, value in os.environ.items() if name != 'PYTHONHASHSEED'})",
    "files": "print(sorted(os.listdir('/proc/self/fd'))[:3], len(os.listdir('/proc/self/fd')))",
    "session": "print(os.getsid(0) == os.getpid(), os.getpgid(0) == os.getpid())",
    "hash": "print([*{'a', 'b', 'c', 'd'}])", "children": "print(os.waitstatus_to_exitcode(os.system('exit 5')))",
}
IMPORTS = "import atexit, os, signal, sys, tempfile, threading, time\n"


@pytest.mark.parametrize("session", [False, True])
@pytest.mark.parametrize("what", CODES)
def test_a_copy_ends_and_says_what_a_process_does(what: str, session: bool, tmp_path: Path):
    """Code, output and errors; of a traceback its last line."""
    environment = {**os.environ, "TMPDIR": str(tmp_path), "TZ": "Asia/Kolkata", "PYTHONHASHSEED": forked.HASH_SEED}

    def outcome(run: object) -> tuple[int, str, list[str]]:
        done = run([sys.executable, "-c", IMPORTS + CODES[what], "an", "argument"], cwd=tmp_path, env=environment,
                   input="one\ntwo\n", capture_output=True, text=True, timeout=LONG, start_new_session=session)
        return done.returncode, done.stdout, done.stderr.splitlines()[-1:]

    (code, out, error), copied = outcome(subprocess.run), outcome(forked.run)
    assert copied[:2] == (code, out)
    assert copied[2] == error or what == "gone"  # whose words are Python's own at its end


def test_a_copy_is_sent_signals_and_waited_for():
    """Its own number, which it has as any other process; what comes too late is no error."""
    code = ("import os, signal\n"
            "try:\n    print(os.getpid(), flush=True)\n    signal.pause()\nexcept KeyboardInterrupt: print('c')")
    for number, ended, last in ((signal.SIGINT, 0, "c\n"), (signal.SIGTERM, -signal.SIGTERM, "")):
        with forked.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert int(process.stdout.readline()) == process.pid
            assert process.poll() is None
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0)
            process.send_signal(number)
            assert process.communicate(timeout=LONG)[0] == last
        assert (process.returncode, process.poll(), process.wait()) == (ended,) * 3
        process.kill()


def test_a_command_and_the_one_that_it_watches_are_two_processes(tmp_path: Path):
    """As where it is started: with a report, an exit code, and one that is ended."""
    (tmp_path / "c.json").write_text('{"name": "x"}')
    ends = "import os\nfrom tests.native import libc\ndef on_start(container):\n    {}\n"
    for body, code in (("pass", 0), ("1 / 0", 4), ("libc._exit(0)", 4), ("print(os.getpid() - os.getppid() != 0)", 0)):
        (tmp_path / "flow.py").write_text(ends.format(body))
        told = []
        for run in (subprocess.run, forked.run):
            done = run([sys.executable, "-m", "phantom_lab", "run", "flow.py", "--container", "c.json"], cwd=tmp_path,
                       capture_output=True, text=True, timeout=LONG)
            told.append((done.returncode, done.stdout, done.stderr))
        assert told[0] == told[1]
        assert told[0][0] == code


@pytest.mark.parametrize("given", [{"PYTHONHASHSEED": "5"}, {"PYTHONIOENCODING": "ascii"}, {"PYTHONUNBUFFERED": "yes"}])
def test_what_python_would_start_otherwise_is_started(given: dict[str, str]):
    """By what it reads from its environment."""
    code = "import os, sys; print(os.getppid(), sys.flags.hash_randomization, sys.stdout.encoding)"
    done = forked.run([sys.executable, "-c", code], env={**os.environ, **given}, capture_output=True, text=True)
    assert done.stdout.split()[0] == str(os.getpid())
