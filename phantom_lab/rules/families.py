"""Texts with the shape of a datapath, of a family that the lab does not know: a run must not go on as if they were
nothing."""

from __future__ import annotations

from phantom_lab.datapath import Source, unknown_family
from phantom_lab.engine import PlaybookRun

KNOWN = "artifact:, container:, custom_list:, finding:, playbook:, playbook_input:"


def refuse_unknown_family(run: PlaybookRun, call: str, text: object) -> None:
    """Stop the run as `not_emulated` where a text names a family of datapaths that the lab does not know.

    With `Options.unknown_family` ``note`` it goes on: the text has no value, or stands for itself, with a note. A word
    that is a block of the playbook is no family: what stands behind it is a slip.

    Raises:
        NotEmulatedError: it does.
    """
    family = unknown_family(text)
    source = run.playbook.source
    named = family in run.playbook.blocks or any(f"{quote}{family}{quote}" in source for quote in "'\"")
    if not family or named or family in {one.value for one in Source}:
        return
    told = f"datapath family {family}:"
    if run.tree.options.unknown_family == "stop":
        raise run.gap(told, f"datapaths; known are {KNOWN}")
    run.note_here(f"{call}: {text} is a datapath of a family that the lab does not know: it has no value here")
