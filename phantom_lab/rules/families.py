"""Texts with the shape of a datapath, of a family that the lab does not know: a run must not go on as if they were
nothing."""

from __future__ import annotations

import re
from collections.abc import Container

from phantom_lab.datapath import Family, unknown_family
from phantom_lab.engine import PlaybookRun
from phantom_lab.misspelt import SURE, near

FAMILIES = ("artifact", "container", "custom_list", "finding", "playbook", "playbook_input")
KNOWN = ", ".join(f"{one}:" for one in FAMILIES)
_WORDS = {*FAMILIES, *(one.value for one in Family)}


def family_of(text: object, blocks: Container[str], code: str) -> str:
    """The family that a text names and the lab does not know; empty where it names none.

    A word that is a block of the playbook is no family, nor is one that stands before what blocks give, or that is
    nearly one that the lab knows: these are slips.

    Args:
        blocks: of the playbook.
        code: its source.
    """
    family = unknown_family(text)
    named = family in blocks or any(f"{quote}{family}{quote}" in code for quote in "'\"")
    rest = str(text)[str(text).find(f"{family}:"):]  # behind what a filter is named by
    words = re.split(r"[:.]", rest.strip())[:2]
    return "" if named or any(near(one, _WORDS, least=SURE) for one in words) else family


def refuse_unknown_family(run: PlaybookRun, call: str, text: object) -> None:
    """Stop the run as `not_emulated` where a text names a family of datapaths that the lab does not know.

    With `Options.unknown_family` ``note`` it goes on: the text has no value, or stands for itself, with a note.

    Raises:
        NotEmulatedError: it does.
    """
    family = family_of(text, run.playbook.blocks, run.playbook.source)
    if not family:
        return
    told = f"datapath family {family}:"
    if run.tree.options.unknown_family == "stop":
        raise run.gap(told, f"datapaths; known are {KNOWN}")
    run.note_here(f"{call}: {text} is a datapath of a family that the lab does not know: it has no value here")
