"""``--isolated``: a command behind walls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from phantom_lab.cli.hashing import is_source
from phantom_lab.cli.watched import WALLS, tell, watch

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

DEFAULT = {"run": False, "replay": False, "resume": False, "rerun": False, "fork": False,
           "inside": False, "share": False, "check": True, "explore": True, "fuzz": True, "flip": True,
           "orders": True, "diff": True, "upgrade-check": True, "test": True}
"""Commands that execute playbooks, and whether they do it behind walls where nobody says."""
_OUTPUT = {("run", "--journal"): True, ("rerun", "--journal"): True, ("fork", "--journal"): True,
           ("check", "--journals"): False, ("explore", "--write"): True, ("fuzz", "--write"): False,
           ("flip", "--out"): True, ("share", "--out"): True, ("test", "--junit"): True, ("test", "--html"): False,
           ("test", "--out"): False, ("test", "--to"): False}
"""Options that name what a command writes, and whether that is a file; else it is a folder."""
OUT = ".phantom-lab"
"""The folder to which ``phantom-lab test`` writes where nobody says another one."""


def add_isolated(parser: argparse.ArgumentParser, command: str) -> None:
    """``--isolated`` and ``--no-isolated``."""
    default = "the default, where the system can" if DEFAULT[command] else "default: --no-isolated"
    import argparse  # whoever only watches a process needs none

    parser.add_argument("--isolated", action=argparse.BooleanOptionalAction, default=DEFAULT[command],
                        help="run playbooks in a process without a network, that can read files and write none but the "
                             f"command's own output, with limits of memory ({default})")


def isolate(command: Sequence[str], given: Sequence[str], environment: Mapping[str, str]) -> int | None:
    """Run a command that executes playbooks behind walls, where that is wanted.

    Args:
        command: the whole command line.
        given: the arguments of the program.
        environment: the environment that it is to have.

    Returns:
        Its exit code; None where it is not wanted, or cannot be had, which is told in one line.
    """
    if not _wanted(given):
        return None
    from phantom_lab.isolation.walls import missing, walls  # only now: most commands need no walls

    if why := missing():
        tell(f"not isolated: {why}. What Python itself can refuse is refused.")
        return None
    with walls(list(_written(given))) as around:
        code = watch(around.command(command), {**around.environment(environment), WALLS: "1"}, walled=True,
                     handed=around.handed)
    tell(f"isolated: {around}")
    return code


def executes(given: Sequence[str]) -> bool:
    """Whether a command with such arguments executes playbooks."""
    return bool(given) and given[0] in DEFAULT and not {"-h", "--help"} & {*given} and (
        given[0] != "check" or "--run" in given) and (given[0] != "diff" or any(map(is_source, given)))


def _wanted(given: Sequence[str]) -> bool:
    said = [one for one in given if one in ("--isolated", "--no-isolated")]
    return said[-1] == "--isolated" if said else DEFAULT[given[0]]


def _written(given: Sequence[str]) -> Iterator[Path]:
    """Folders that the command writes to, made where they are not there."""
    from pathlib import Path

    if given[0] == "resume":  # which goes on in the journal's file
        yield from (Path(one).resolve().parent for one in given[1:] if Path(one).is_file())
    if given[0] == "test":  # later ones win: it is only made where nothing else is said
        given = [*given, *([] if any(one.partition("=")[0] == "--out" for one in given) else ["--out", OUT])]
        if any(one.partition("=")[0] == "--from" for one in given):
            given = [*given, *([] if any(one.partition("=")[0] == "--to" for one in given) else ["--to", "."])]
    for one, following in zip(given, [*given[1:], ""], strict=True):
        option, equals, value = one.partition("=")
        if (given[0], option) in _OUTPUT:
            named = Path(value if equals else following)
            folder = named.absolute().parent if _OUTPUT[given[0], option] else named.absolute()
            with suppress(OSError):  # the command itself says what is wrong with it
                folder.mkdir(parents=True, exist_ok=True)
            if folder.is_dir():
                yield folder.resolve()
