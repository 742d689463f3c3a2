"""When two spellings are one name: of inputs, outputs, blocks, custom functions and playbooks.

The visual editor writes a name out in lower case, with ``_`` for blanks and for whatever a function's name cannot
hold: the input ``List Name`` is given and read as ``list_name``. docs/fidelity.md says where, and how often.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

CONVERTED = "modern"
"""What the name of a converted copy of a playbook ends in, unless somebody chose another suffix (documented)."""


def key(name: str) -> str:
    """How a name is written out: ``Note Title`` and ``note_title`` alike give ``note_title``."""
    return re.sub(r"\W", "_", re.sub(r"\s+", "_", name.strip())).lower()


def base(reference: str) -> str:
    """A playbook's or custom function's name without its repository: that of ``local/x``, of ``local/drafts/x``."""
    return reference.strip().rsplit("/", 1)[-1]


def original(name: str) -> str:
    """How a playbook's name is written out, without the suffix that converting a classic playbook gives it
    (documented: by default)."""
    return key(name).removesuffix(f"_{CONVERTED}")


def meant(name: str, known: Iterable[str]) -> list[str]:
    """The known names that a spelling may stand for: itself where it is known, else those that are written out alike.

    Returns:
        None, one, or several where it is ambiguous.
    """
    return _first(known, lambda one: one == name, lambda one: key(one) == key(name))


def referred(reference: str, known: Iterable[str]) -> list[str]:
    """As `meant`, of names with or without a repository; another repository comes last among names of one spelling.

    Returns:
        Several only of one spelling, or where it is ambiguous: see `ambiguous`.
    """
    wanted = base(reference)
    return _first(known, lambda one: one in (reference, wanted), lambda one: base(one) == wanted,
                  lambda one: key(base(one)) == key(wanted))


def ambiguous(found: Iterable[str]) -> bool:
    """Whether names, repositories left aside, are of several spellings."""
    return len({base(one) for one in found}) > 1


def alike(names: Iterable[str]) -> list[list[str]]:
    """Names that are written out alike, together; those that stand alone are left out."""
    found: dict[str, list[str]] = {}
    for one in dict.fromkeys(names):
        found.setdefault(key(one), []).append(one)
    return [some for some in found.values() if len(some) > 1]


def _first(known: Iterable[str], *fits: Callable[[str], bool]) -> list[str]:
    """What fits first, in this order of tests."""
    names = list(dict.fromkeys(known))
    return next((found for one in fits if (found := [*filter(one, names)])), [])
