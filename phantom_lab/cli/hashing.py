"""A fixed hash seed: texts in a set stand in the same order whenever a command runs a playbook."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress

_RUNNING = frozenset({"run", "check", "explore", "fuzz", "replay"})
"""Commands that execute playbooks."""
_HEADER = re.compile(rb'\{"journal": \d+, "hash_seed": "(\d{1,10})"')


def fix_hash_seed() -> None:
    """Start this program again under the hash seed that ``--seed`` names, or 0, unless it has it; to execute a journal
    again, under the one that it was recorded under.

    Python takes the seed from the environment, and only when it starts. On Windows, where a program cannot be replaced
    by another one, nothing is done.
    """
    given = sys.argv[1:]
    asked = bool(given) and given[0] in _RUNNING and sys.orig_argv[-len(given):] == given
    if os.name != "posix" or not asked or sys.flags.ignore_environment or not sys.executable:
        return
    seed = _recorded(given[1:]) if given[0] == "replay" else str(_seed(given))
    if seed and os.environ.get("PYTHONHASHSEED") != seed:
        with suppress(OSError):
            os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, "PYTHONHASHSEED": seed})


def _recorded(given: list[str]) -> str:
    """The seed that the first line of a journal tells; empty where there is none."""
    for one in given:
        with suppress(OSError, ValueError), open(one, "rb") as file:
            if found := _HEADER.match(file.read(100)):
                return found[1].decode()
    return ""


def _seed(given: list[str]) -> int:
    """What ``--seed`` says, in the range of hash seeds; what is no number is refused later."""
    texts = [following if one == "--seed" else one.removeprefix("--seed=")
             for one, following in zip(given, [*given[1:], ""], strict=True) if one.startswith("--seed")]
    try:
        return int(texts[-1]) % 2**32 if texts else 0
    except ValueError:
        return 0
