"""A command in a process of its own, which this one watches: whatever ends it, it is told, and never a success."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from phantom_lab.errors import shown

ENDED = "PHANTOM_LAB_ENDED"
"""Environment variable: the number of the file to which a watched process writes its exit code, one byte, once it has
come to its end; empty where nobody watches, and the program has only started again."""
WALLS = "PHANTOM_LAB_WALLS"
"""Environment variable: there in a process behind walls."""
ENDED_ITSELF = 4
"""As for a block that raised."""
_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""What asks a process to end."""
_PATIENCE = 3.0
"""Seconds after which who asks once more means it."""
is_program = False
"""Whether this process is the command's own, and not that of a test or a notebook which calls it."""


def watch(command: Sequence[str], environment: Mapping[str, str], *, walled: bool, handed: Sequence[int] = ()) -> int:
    """Run a command to its end; what asks this process to end is handed on to it.

    Args:
        handed: open files that it is started with.

    Returns:
        Its exit code; where it did not come to its end, which is told in one line, `ENDED_ITSELF`.
    """
    from phantom_lab.isolation import stuck  # only now: most commands execute nothing

    theirs, ours = os.pipe()
    _patient()  # until that can be handed on
    with tempfile.TemporaryFile() as where:
        try:
            process = subprocess.Popen(command, env={**environment, ENDED: str(ours), stuck.FILE: str(where.fileno())},
                                       pass_fds=[ours, where.fileno(), *handed],
                                       stdin=subprocess.DEVNULL if walled else None, start_new_session=True,
                                       preexec_fn=_deaf if walled else _patient)
        finally:
            os.close(ours)
        with os.fdopen(theirs, "rb") as reading, _handing_on(process.pid) as asked:
            code, said = _waited(process), reading.read()
        where.seek(0)
        why = stuck.Stuck.of(where.read().decode(errors="replace"))
    if said:
        return said[0]
    if asked and not why:
        tell(f"interrupted: what was executed did not come back within {_PATIENCE:g} seconds, and its report is lost")
    else:
        tell(f"endless: {why}; its report is lost" if why else
             f"error: the process that ran the playbooks {_how(code)}, and its report is lost: a playbook, or a "
             "library that it uses, ended it")
    return ENDED_ITSELF


def tell(text: str) -> None:
    """One line on stderr."""
    print(f"phantom-lab: {shown(text)}", file=sys.stderr)


def _how(code: int) -> str:
    """How a process ended; bubblewrap tells a signal as 128 and its number."""
    number = -code if code < 0 else code - 128
    with suppress(ValueError):
        return f"was ended by {signal.Signals(number).name}"
    return f"ended with exit code {code}"


def receive() -> None:
    """What asks this process to end interrupts it from now on."""
    for one in _SIGNALS:  # `nohup` ignores some, and so does a shell for what it runs beside itself
        if os.environ.get(ENDED) or signal.getsignal(one) is not signal.SIG_IGN:
            signal.signal(one, signal.default_int_handler)


def begin() -> None:
    """At the start of a command in this process; behind walls, it takes limits."""
    global is_program
    is_program = True
    if os.environ.get(ENDED):
        _end_with_parent()
        if os.environ.get(WALLS):
            from phantom_lab.isolation.walls import limit

            limit()
        _may_be_ended()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)  # the last: one may be waiting
    else:
        os.environ.pop(ENDED, None)


def _may_be_ended() -> None:
    from phantom_lab.isolation import stuck

    if number := os.environ.pop(stuck.FILE, ""):
        stuck.may_end(int(number))


def end(code: int) -> None:
    """The command has come to its end: say so to whoever watches, and do not wait for threads that do not end."""
    if not is_program:
        return
    gc.freeze()  # else Python looks through all that was loaded once more before it ends
    for one in _SIGNALS:
        signal.signal(one, signal.SIG_IGN)
    if number := os.environ.get(ENDED):
        with suppress(OSError, ValueError):
            os.write(int(number), bytes([code]))
    if "phantom_lab.isolation.guard" in sys.modules:  # playbooks were executed
        from phantom_lab.isolation.leaving import leave

        leave(code)


def _deaf() -> None:
    """Bubblewrap would end at a signal, and take with it what it has started."""
    for one in _SIGNALS:
        signal.signal(one, signal.SIG_IGN)


def _patient() -> None:
    """What asks this process to end has to wait: in one that starts, until `begin`."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)


def _end_with_parent() -> None:
    """Be asked to end where whoever watches is killed; only Linux can."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def _waited(process: subprocess.Popen[bytes]) -> int:
    """The exit code of a process, once it has ended. What is handled here when signals come is handled then: one that
    comes right before `Popen.wait` waits would be handled after the process's end, which it is about."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    heard = signal.signal(signal.SIGCHLD, lambda number, frame: None)
    woken = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    try:
        while (code := process.poll()) is None:
            os.read(reading, 512)
        return code
    finally:
        signal.set_wakeup_fd(woken)
        signal.signal(signal.SIGCHLD, heard)
        os.close(reading)
        os.close(writing)


@contextmanager
def _handing_on(group: int) -> Iterator[list[float]]:
    """Hand on to the processes of a group, as interrupts, what asks this one to end; gives the times at which it did.

    Who asks again, long after the first time, ends a call of C code that no interrupt ends.
    """
    asked: list[float] = []

    def hand_on(number: int, frame: object) -> None:
        asked.append(time.monotonic())
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGINT if asked[-1] - asked[0] < _PATIENCE else signal.SIGKILL)

    before = {one: signal.signal(one, hand_on) for one in _SIGNALS if signal.getsignal(one) is not signal.SIG_IGN}
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    try:
        yield asked
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
