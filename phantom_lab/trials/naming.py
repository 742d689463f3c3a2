"""Names of situations, as a scenario file and a command line take them."""

from __future__ import annotations

from collections.abc import Container
from itertools import count

from phantom_lab.later import regex

_LONGEST = 80
_UNSAFE = regex(r"['#\\/\"`$&|;<>*?!]")
"""What divides a file from its variant, leads elsewhere as a path, or means something to a shell."""


def named(told: str, taken: Container[str]) -> str:
    """A name made of what a situation is about: printable, of a bearable length, and not taken yet."""
    plain = "".join(one if one.isprintable() else "_" for one in _UNSAFE.sub("_", told)).strip() or "_"
    short = plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…"
    numbered = (f"{short} ({number})" for number in count(2))
    return short if short not in taken else next(one for one in numbered if one not in taken)
