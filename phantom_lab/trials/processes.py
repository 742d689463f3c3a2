"""Work in processes of its own, which end with the one that started them."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, get_all_start_methods, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any, TypeVar

from phantom_lab.isolation import stuck
from phantom_lab.isolation.leaving import leave
from phantom_lab.later import dataclass
from phantom_lab.progress import SLICE, show_with, tick
from phantom_lab.terminal import Inert

T = TypeVar("T")
_SPAWN = get_context("spawn")
_FORK = get_context("fork") if "fork" in get_all_start_methods() else _SPAWN
_ENDING = [getattr(signal, name) for name in ("SIGHUP", "SIGTERM") if hasattr(signal, name)]
"""What asks a process to end; a command takes them for interrupts."""
_PATIENCE = 2.0
"""Seconds that processes have to end of themselves."""
_CRASHED = "it ended the process that it ran in, by C code, a signal or a crash of Python"


@dataclass(frozen=True, slots=True)
class Lost:
    """What became of an item that ended the process in which it was alone."""

    why: str
    at: stuck.Stuck | None = None
    """Where it was, where it never came back."""

    def __str__(self) -> str:
        return str(self.at or self.why)


def spread(work: Callable[[str], T], items: Sequence[str], *, jobs: int | None, hash_seed: int,
           prepare: Callable[..., None], given: tuple[Any, ...], forked: bool = False
           ) -> Iterator[tuple[str, T | Lost]]:
    """Each item with what became of it, as they get done.

    Whatever the processes print goes to stderr. An interrupt is raised here alone, and ends them.

    Args:
        jobs: processes; None is one per processor.
        hash_seed: so that sets of texts have the same order in every process.
        prepare: called with `given` once in each.
        forked: whether they begin as copies of this process, where the system can: then they have its hash seed, and
            it must have no other thread.
    """
    context = _FORK if forked else _SPAWN
    number = min(jobs or os.cpu_count() or 1, len(items)) or 1
    waiting = deque(items)
    while waiting:
        lost = yield from _spread(work, waiting, number, hash_seed, prepare, given, context)
        for one in lost:  # one of them ended its process, and all the others with it
            with tempfile.TemporaryDirectory(prefix="phantom_lab-", ignore_cleanup_errors=True) as folder:
                if (yield from _spread(work, deque([one]), 1, hash_seed, prepare, given, context, folder)):
                    at = _stuck(folder)
                    yield one, Lost(stuck.WHY if at else _CRASHED, at)


def _stuck(folder: str) -> stuck.Stuck | None:
    """Where a process was that never came back, as it wrote into a folder."""
    with os.scandir(folder) as there:
        texts = [Path(one).read_text(errors="replace") for one in there]
    return next((found for one in texts if (found := stuck.Stuck.of(one))), None)


def _spread(work: Callable[[str], T], waiting: deque[str], number: int, hash_seed: int, prepare: Callable[..., None],
            given: tuple[Any, ...], context: BaseContext, folder: str = "",
            ) -> Generator[tuple[str, T | Lost], None, list[str]]:
    """The same, until a process ends.

    Args:
        waiting: what is left; never more is taken from it than processes are at.
        folder: to which a process writes where it is stuck; empty: nowhere.

    Returns:
        What they were at when one ended.
    """
    theirs, ours = _SPAWN.Pipe(duplex=False)
    before = active_children()
    with _starting(hash_seed):
        copied = ours if context is _FORK else None
        pool = ProcessPoolExecutor(number, context, _start, (theirs, copied, folder, prepare, given))
    running: dict[Future[T], str] = {}
    try:
        while waiting or running:
            with _starting(hash_seed):
                while waiting and len(running) < number:
                    future = pool.submit(work, waiting[0])
                    running[future] = waiting.popleft()
            done, _ = wait(running, SLICE, FIRST_COMPLETED)
            tick()
            for one in done:
                result = one.result()
                yield running.pop(one), result
        return []
    except BrokenProcessPool:
        return list(running.values()) or [waiting.popleft()]
    except BaseException:
        ours.close()  # before the pool waits for them: what they are at is of no use any more
        _end([one for one in active_children() if one not in before])
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        ours.close()
        theirs.close()


def _end(processes: Sequence[BaseProcess]) -> None:
    """End processes that do not end of themselves: a call of C code keeps all of their threads from it."""
    late = time.monotonic() + _PATIENCE
    for one in processes:
        one.join(max(0.0, late - time.monotonic()))
    for one in processes:
        one.kill()


@contextmanager
def _starting(hash_seed: int) -> Iterator[None]:
    """What processes take over when they are started: the hash seed, a path without the folder that this one is called
    in, and that an interrupt is not for them."""
    given = {"PYTHONHASHSEED": str(hash_seed % 2**32), "PYTHONSAFEPATH": "1"}
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    handler = _on_interrupt(signal.SIG_IGN)
    _mask("SIG_BLOCK")  # of a copy until it has begun: it would take them as the command does
    try:
        yield
    finally:
        _mask("SIG_UNBLOCK")
        _on_interrupt(handler)
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _on_interrupt(handler: Any) -> Any:
    """Set what an interrupt does, which only the main thread can; returns what it did."""
    main = threading.current_thread() is threading.main_thread()
    return signal.signal(signal.SIGINT, handler) if main and handler is not None else None


def _mask(how: str) -> None:
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(getattr(signal, how), _ENDING)


def _start(theirs: Connection, ours: Connection | None, folder: str, prepare: Callable[..., None],
           given: tuple[Any, ...]) -> None:
    place = os.path.join(folder, str(os.getpid())) if folder else os.devnull
    stuck.may_end(os.open(place, os.O_WRONLY | os.O_CREAT))
    if ours is not None:  # a copy, which would keep the other end open
        ours.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for one in _ENDING:
        if signal.getsignal(one) is not signal.SIG_IGN:
            signal.signal(one, signal.SIG_DFL)
    _mask("SIG_UNBLOCK")
    show_with(None)  # a copy would show what the other one shows
    os.dup2(2, 1)  # standard output holds the command's own answer
    sys.stdout = sys.stderr = Inert(sys.stderr)
    threading.Thread(target=_end_with, args=(theirs,), daemon=True).start()
    Finalize(None, leave, (0,), exitpriority=-1)  # the last thing before Python waits for threads
    prepare(*given)


def _end_with(theirs: Connection) -> None:
    """The other end of the pipe is closed by the process that started this one, or by the system when that is gone."""
    theirs.poll(None)
    os._exit(1)
