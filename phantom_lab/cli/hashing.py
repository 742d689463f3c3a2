"""A fixed hash seed: texts in a set stand in the same order whenever a command runs a playbook."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

_RECORDED = frozenset({"replay", "rerun", "fork", "resume", "flip", "inside", "share"})
_RUNNING = frozenset({"run", "check", "explore", "fuzz", "orders", "diff", "upgrade-check", "test", *_RECORDED})
"""Commands that execute playbooks; those that execute a recorded run again."""
_HEADER = rb'\{"journal": \d+, "hash_seed": "(\d{1,10})"'


def hash_seed(given: Sequence[str]) -> str:
    """The hash seed of a command: what ``--seed`` says, or 0; to execute a journal again, the one that it was recorded
    under. Empty: any will do.

    Args:
        given: the arguments of the program.
    """
    if not given or given[0] not in _RUNNING or (given[0] == "diff" and not any(map(is_source, given))):
        return ""
    return _recorded(given[1:]) if given[0] in _RECORDED else str(_seed(given))


def is_source(path: str) -> bool:
    """Whether a path is that of a playbook, and not of a journal."""
    return path.lower().endswith(".py")


def _recorded(given: Sequence[str]) -> str:
    """The seed that the first line of a journal tells; empty where there is none."""
    import re  # whoever only watches a process needs neither

    from phantom_lab.limits import open_plain

    for before, one in zip(["", *given], given, strict=False):
        if before == "--out":
            continue
        with suppress(OSError, ValueError), open_plain(one, None) as file:
            found = re.match(_HEADER, file.read(100))
            if found and int(found[1]) < 2**32:  # Python does not start with others
                return found[1].decode()
    return ""


def _seed(given: Sequence[str]) -> int:
    """What ``--seed`` says, in the range of hash seeds; what is no number is refused later."""
    texts = [following if one == "--seed" else one.removeprefix("--seed=")
             for one, following in zip(given, [*given[1:], ""], strict=True) if one.startswith("--seed")]
    try:
        return int(texts[-1]) % 2**32 if texts else 0
    except ValueError:
        return 0
