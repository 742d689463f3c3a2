"""``--isolated``: a command behind walls, in a process of its own that this one watches."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

DEFAULT = {"run": False, "replay": False, "check": True, "explore": True, "fuzz": True}
"""Commands that execute playbooks, and whether they do it behind walls where nobody says."""
_OUTPUT = {("run", "--journal"): True, ("check", "--journals"): False, ("explore", "--write"): True,
           ("fuzz", "--write"): False}
"""Options that name what a command writes, and whether that is a file; else it is a folder."""
ENDED = "PHANTOM_LAB_ISOLATED"
"""Environment variable: the number of the file to which a process behind walls says that it has come to its end; empty
where the program has started again without walls."""
ENDED_ITSELF = 4
"""As for a block that raised."""
is_program = False
"""Whether this process is the command's own, and not that of a test or a notebook which calls it."""


def add_isolated(parser: argparse.ArgumentParser, command: str) -> None:
    """``--isolated`` and ``--no-isolated``."""
    default = "the default, where the system can" if DEFAULT[command] else "default: --no-isolated"
    parser.add_argument("--isolated", action=argparse.BooleanOptionalAction, default=DEFAULT[command],
                        help="run playbooks in a process without a network, that can read files and write none but the "
                             f"command's own output, with limits of memory ({default})")


def isolate(command: Sequence[str], given: Sequence[str], environment: Mapping[str, str]) -> int | None:
    """Run a command behind walls, where that is wanted.

    Args:
        command: the whole command line.
        given: the arguments of the program.
        environment: the environment that it is to have.

    Returns:
        Its exit code; None where it is not wanted, or cannot be had, which is told in one line.
    """
    if ENDED in os.environ or not _wanted(given):
        return None
    from phantom_lab.isolation.walls import Walls, missing  # only now: most commands need no walls

    if why := missing():
        _tell(f"not isolated: {why}. What Python itself can refuse is refused.")
        return None
    with tempfile.TemporaryDirectory(prefix="phantom_lab-", ignore_cleanup_errors=True) as own:
        walls = Walls(Path(own), list(_written(given)))
        code, ended = _watched(walls.command(command), walls.environment(environment))
    if not ended:
        _tell(f"error: the process that ran the playbooks {_how(code)}, and its report is lost: a playbook, or a "
              "library that it uses, ended it")
        code = ENDED_ITSELF
    _tell(f"isolated: {walls}")
    return code


def _tell(text: str) -> None:
    from phantom_lab.errors import shown

    print(f"phantom-lab: {shown(text)}", file=sys.stderr)


def _how(code: int) -> str:
    """How a process ended; bubblewrap tells a signal as 128 and its number."""
    number = -code if code < 0 else code - 128
    with suppress(ValueError):
        return f"was ended by {signal.Signals(number).name}"
    return f"ended with exit code {code}"


def begin() -> None:
    """At the start of the program; in a process behind walls: take limits, and receive interrupts."""
    global is_program
    is_program = True
    if not os.environ.get(ENDED):
        os.environ.pop(ENDED, None)
    else:
        from phantom_lab.isolation.walls import limit

        signal.signal(signal.SIGINT, signal.default_int_handler)
        limit()


def end() -> None:
    """In a process behind walls: say that the command has come to its end."""
    if number := os.environ.get(ENDED):
        with suppress(OSError, ValueError):
            os.write(int(number), b".")


def _wanted(given: Sequence[str]) -> bool:
    if not given or given[0] not in DEFAULT or "-h" in given or "--help" in given:
        return False
    said = [one for one in given if one in ("--isolated", "--no-isolated")]
    wanted = said[-1] == "--isolated" if said else DEFAULT[given[0]]
    return wanted and (given[0] != "check" or "--run" in given)


def _written(given: Sequence[str]) -> Iterator[Path]:
    """Folders that the command writes to, made where they are not there."""
    for one, following in zip(given, [*given[1:], ""], strict=True):
        option, equals, value = one.partition("=")
        if (given[0], option) in _OUTPUT:
            named = Path(value if equals else following)
            folder = named.absolute().parent if _OUTPUT[given[0], option] else named.absolute()
            with suppress(OSError):  # the command itself says what is wrong with it
                folder.mkdir(parents=True, exist_ok=True)
            if folder.is_dir():
                yield folder.resolve()


def _watched(command: Sequence[str], environment: Mapping[str, str]) -> tuple[int, bool]:
    """The exit code of a command, and whether it said that it came to its end. Signals are handed on to it."""
    theirs, ours = os.pipe()
    try:
        process = subprocess.Popen(command, env={**environment, ENDED: str(ours)}, pass_fds=[ours],
                                   stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_deaf)
    finally:
        os.close(ours)
    with os.fdopen(theirs, "rb") as reading, _handing_on(process.pid):
        code = process.wait()
        return code, reading.read() == b"."


def _deaf() -> None:
    """Bubblewrap would end at a signal, and take with it what it has started."""
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_IGN)


@contextmanager
def _handing_on(group: int) -> Iterator[None]:
    """Hand interrupts on to the processes of a group; whoever was to die of something else, dies with them."""
    def hand_on(number: int, frame: object) -> None:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGINT)

    before = {one: signal.signal(one, hand_on) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
