"""Processes that begin as copies of one that has loaded the product: a start of Python without its imports.

``forked.run`` and ``forked.Popen`` are those of `subprocess`. They fork where the command is ``[sys.executable, "-m" or
"-c", …]`` in an environment in which Python starts alike; the process is one of its own all the same, with its folder,
environment, streams, signals, session and exit code. Any other command is started as ever, and what is about the start
itself (its flags, modules, path) uses `subprocess`.

Each process of tests starts one that is copied when it first needs it.
"""

from __future__ import annotations

import atexit
import gc
import os
import pickle
import runpy
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout, suppress
from functools import cache
from importlib import import_module
from io import StringIO, TextIOWrapper
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, NamedTuple, NoReturn

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "sample_data"
HASH_SEED = "0"
"""Of all copies: the one under which commands execute playbooks."""
_BEGUN, _ENDED = struct.Struct("q"), struct.Struct("qq")
"""A process number; its status and the most memory that it took, in bytes beyond those of the one that is copied."""
_PIPES = slice(10, 16)
"""Where the ends of pipes stand in what `subprocess` starts a process with."""


class _Asked(NamedTuple):
    """What a copy is to be."""

    command: list[str]
    folder: Any
    environment: dict[str, str]
    session: bool
    prepare: Callable[[], object] | None


# -- in tests ----------------------------------------------------------------------------------------------------------


class Popen(subprocess.Popen):
    """As of `subprocess`; ``preexec_fn`` has to be a function of a module, or a `partial` of one.

    ``peak`` is the most memory that it took, in bytes, once it has ended.
    """

    peak = 0
    _told: int | None = None

    def _execute_child(self, *given: Any) -> None:
        asked, streams, kept = _taken(given)
        if kept or not _alike(asked):
            super()._execute_child(*given)
            return
        self._told, theirs = os.pipe()
        try:
            socket.send_fds(_copied(), [pickle.dumps(asked)], [*streams, theirs])
        finally:
            os.close(theirs)
            self._close_pipe_fds(*given[_PIPES])
        (self.pid,) = _BEGUN.unpack(os.read(self._told, _BEGUN.size))
        self._child_created = True

    def _internal_poll(self, *given: Any, **more: Any) -> int | None:
        return super()._internal_poll(*given, **more) if self._told is None else self._heard(0)

    def _wait(self, timeout: float | None) -> int | None:
        if self._told is None:
            return super()._wait(timeout)
        if self._heard(timeout) is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return self.returncode

    def _heard(self, timeout: float | None) -> int | None:
        """The exit code, once it has ended; None as well where another thread waits, and this one does not want to."""
        if self._waitpid_lock.acquire(blocking=timeout != 0):
            try:
                if self.returncode is None and select.select([self._told], [], [], timeout)[0]:
                    status, self.peak = _ENDED.unpack(os.read(self._told, _ENDED.size))
                    self.returncode = os.waitstatus_to_exitcode(status)
                    os.close(self._told)
            finally:
                self._waitpid_lock.release()
        return self.returncode


def run(command: Sequence[Any], *, input: Any = None, capture_output: bool = False, timeout: float | None = None,
        check: bool = False, **options: Any) -> subprocess.CompletedProcess[Any]:
    """As of `subprocess`."""
    if capture_output:
        options |= {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    if input is not None:
        options["stdin"] = subprocess.PIPE
    with Popen(command, **options) as process:
        try:
            out, err = process.communicate(input, timeout)
        except BaseException:
            process.kill()
            raise
    done = subprocess.CompletedProcess(process.args, process.returncode, out, err)
    if check:
        done.check_returncode()
    return done


@cache
def _copied() -> socket.socket:
    """The way to the process that is copied, which ends with this one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen([sys.executable, "-c", f"from tests import forked; forked.copy({theirs.fileno()})"],
                                   cwd=ROOT, env=_environment(), pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


@cache
def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONHASHSEED": HASH_SEED}


def _taken(given: Sequence[Any]) -> tuple[_Asked, list[int], Sequence[int]]:
    """Of what `subprocess` starts: what it is to be, its streams, and the files that it is to have besides."""
    args, _, prepare, _, kept, folder, environment, _, _, shell = given[:10]
    reading, _, _, out, _, err = given[_PIPES]
    command = [] if shell or isinstance(args, str | bytes | os.PathLike) else [*map(os.fspath, args)]
    streams = [number if one == -1 else one for number, one in enumerate((reading, out, err))]
    return _Asked(command, folder or os.getcwd(), dict(os.environ if environment is None else environment), given[21],
                  prepare), streams, kept


def _alike(wanted: _Asked) -> bool:
    """Whether a process would start as the one that is copied has."""
    def asked(given: Mapping[str, str]) -> dict[str, str]:
        return {"PYTHONHASHSEED": HASH_SEED, **{name: value for name, value in given.items()
                                                if name.startswith("PYTHON") and name != "PYTHONPATH"}}

    return (sys.platform == "linux" and wanted.command[:1] == [sys.executable]
            and _without_safe_path(wanted.command)[1:2] in (["-m"], ["-c"])
            and asked(wanted.environment) == asked(_environment()))


def _without_safe_path(command: list[str]) -> list[str]:
    """The folder in which a copy is made is never in its path for modules."""
    return [one for number, one in enumerate(command) if (number, one) != (1, "-P")]


# -- in the process that is copied -------------------------------------------------------------------------------------


def copy(number: int) -> None:
    """Copy this process for whoever asks at a socket, until nobody can any more."""
    import resource  # where nothing is copied there may be none

    asked = socket.socket(fileno=number)
    _load()
    woken, waking = socket.socketpair()
    waking.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waking.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told: dict[int, int] = {}
    while True:
        ready, _, _ = select.select([asked, woken], [], [])
        if asked in ready:
            wanted, numbers, _, _ = socket.recv_fds(asked, 1 << 20, 4)
            if not wanted:
                return
            *streams, tell = numbers
            if not (number := os.fork()):
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                _become(pickle.loads(wanted), streams)
            os.write(tell, _BEGUN.pack(number))
            told[number] = tell
            for one in streams:
                os.close(one)
        if woken in ready:
            woken.recv(1 << 12)
            for number in [*told]:
                ended, status, used = os.wait4(number, os.WNOHANG)
                if ended:
                    with suppress(BrokenPipeError):
                        os.write(told[number], _ENDED.pack(status, max(0, used.ru_maxrss - before) * 1024))
                    os.close(told.pop(number))


def _load() -> None:
    """What commands load, and what is made at its first use."""
    from phantom_lab.cli import watched
    from phantom_lab.cli.main import COMMANDS
    from phantom_lab.cli.main import main as command

    for one in (*(f"cli.{name}" for name in COMMANDS.values()), *_LATER):
        import_module(f"phantom_lab.{one}")
    flow, scenario = f"{SAMPLES}/playbooks/contain_host.py", f"{SAMPLES}/scenarios/contain_host.yaml"
    with redirect_stdout(StringIO()):
        command(["run", flow, "--scenario", scenario])
        command(["check", flow, "--run"])
    watched.subprocess = SimpleNamespace(Popen=_Copy, DEVNULL=subprocess.DEVNULL)
    _environment()
    for one in {*threading.enumerate()} - {threading.main_thread()}:
        one.join()
    gc.collect()
    gc.freeze()


_LATER = ("apps.manifest_files", "cli.lab_rest", "isolation.leaving", "lab.replaying", "repository.gate",
          "testing.running", "trials.upgrading")


# -- in copies ---------------------------------------------------------------------------------------------------------


class _Copy(subprocess.Popen):
    """What a command that watches another one starts: a copy of the process itself."""

    def _execute_child(self, *given: Any) -> None:
        asked, streams, kept = _taken(given)
        if not _alike(asked):
            super()._execute_child(*given)
            return
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        self.pid = os.fork()
        if not self.pid:
            _become(asked, streams, kept)
        self._child_created = True
        self._close_pipe_fds(*given[_PIPES])


def _become(asked: _Asked, streams: Sequence[int], kept: Sequence[int] = ()) -> NoReturn:
    """The process that was asked for, from its start to its end."""
    code = 1
    try:
        for number, one in enumerate(streams):
            os.dup2(one, number)
        for one in map(int, os.listdir("/proc/self/fd")):
            if one > 2 and one not in kept:
                with suppress(OSError):
                    os.close(one)
        for one in signal.valid_signals():
            if callable(signal.getsignal(one)):
                signal.signal(one, signal.SIG_DFL)
        if asked.session:
            os.setsid()
        os.chdir(asked.folder)
        os.environ.clear()
        os.environ.update(asked.environment)
        tempfile.tempdir = None  # what the copied process has found in its environment
        time.tzset()
        if asked.prepare is not None:
            asked.prepare()
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        _open_streams()
        _execute(asked.command)
        code = 0
    except SystemExit as exc:
        code = exc.code if isinstance(exc.code, int) else int(exc.code is not None)
        if code and not isinstance(exc.code, int):
            print(exc.code, file=sys.stderr)
    except BaseException as exc:
        sys.excepthook(type(exc), exc, exc.__traceback__)
        code = -signal.SIGINT if isinstance(exc, KeyboardInterrupt) else 1
    _end(code)


_STREAMS = [(one.encoding, one.errors, one.write_through) for one in (sys.__stdin__, sys.__stdout__, sys.__stderr__)]
"""As Python has made them, before any command."""


def _open_streams() -> None:
    """As Python does."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        encoding, errors, unbuffered = _STREAMS[number]
        raw = open(number, "wb" if number else "rb", 0 if number and unbuffered else -1, closefd=False)  # noqa: SIM115
        made = TextIOWrapper(raw, encoding, errors, write_through=unbuffered,
                             line_buffering=not unbuffered and (number == 2 or raw.isatty()))
        setattr(sys, name, made)
        setattr(sys, f"__{name}__", made)


def _execute(command: list[str]) -> None:
    """As Python does with its arguments."""
    sys.orig_argv = command
    _, kind, what, *given = _without_safe_path(command)
    sys.argv = [kind, *given]
    if kind == "-m":
        if what == "phantom_lab":
            _start_again(given)
        runpy.run_module(what, run_name="__main__", alter_sys=True)
        return
    sys.path.insert(0, "")
    sys.modules["__main__"] = module = ModuleType("__main__")
    exec(compile(what, "<string>", "exec"), vars(module))


def _start_again(given: list[str]) -> None:
    """A command that needs no more than a fixed hash seed is the one that has started again: this process has one."""
    from phantom_lab.cli.hashing import hash_seed
    from phantom_lab.cli.isolated import executes
    from phantom_lab.cli.watched import ENDED

    if ENDED not in os.environ and not executes(given) and hash_seed(given) == HASH_SEED:
        os.environ |= {"PYTHONHASHSEED": HASH_SEED, ENDED: ""}


def _end(code: int) -> NoReturn:
    """As Python does: other threads first, then what was registered, then the streams."""
    threading._shutdown()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            code = 120
    if code == -signal.SIGINT:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    os._exit(code & 0xFF)
