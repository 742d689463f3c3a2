"""What people hit, and which kind of finding tells it before anything runs: the table of `docs/check.md`.

Named as in `tests/pains.py` where there is a sample.
"""

from __future__ import annotations

from typing import NamedTuple

BEGIN = "| what people hit | told by | where the text does not tell it |\n"


class Hit(NamedTuple):
    """One of them."""

    what: str
    kinds: tuple[str, ...]
    run: str = ""
    """Why a reader of the text may not see it, and which question of a run tells it; empty where a reader sees it."""


HITS = (
    Hit("a membership test meets None", ("missing-value",)),
    Hit("a sort meets numbers among texts", ("mixed-types",)),
    Hit("the score of zero detections is an error", ("zero",)),
    Hit("zero counts as missing, and gives the worst score", ("zero",)),
    Hit("the word None in a note", ("none-in-text",)),
    Hit("a field that is nowhere looks non-empty", ("rows-test",)),
    Hit("the text of a child playbook falls apart into letters", ("text-as-list",)),
    Hit("a boolean that used to be a text", ("boolean", "missing-value")),
    Hit("an id that is no number", ("digits",)),
    Hit("an id of digits that is a text", ("digits",)),
    Hit("case in a comparison", ("letter-case",)),
    Hit("a filter of REST that looks at the case", ("letter-case",)),
    Hit("a collector that repeats", ("collector",)),
    Hit("a result without data crashes the next block", ("first-row",)),
    Hit("a record that could not be read; answers that nobody looks at", ("refusal",)),
    Hit("an expression that is never assigned", ("no-effect",)),
    Hit("a custom function returns nothing", ("returns-nothing",)),
    Hit("the datapath of another kind of block", ("form",)),
    Hit("an output that no block has saved", ("run-data", "form")),
    Hit("a block that is not upstream any more", ("block", "upstream")),
    Hit("a path that lacks a level", ("output",)),
    Hit("a deeper path typed by hand", ("output",)),
    Hit("one text instead of a row for each item", ("several-values",)),
    Hit("a field with several values in one parameter", ("several-values",),
        "neither code nor app says that it holds several: `origin`"),
    Hit("lists of different length that are paired", ("pairing",)),
    Hit("a decision is taken for a filter", ("unfiltered",)),
    Hit("no branch matches", ("no-else",)),
    Hit("a join waits for what a branch left out", ("join-left-out", "join")),
    Hit("a join without a guard goes on twice", ("join-twice",)),
    Hit("behind a join there are no results", ("without-results",)),
    Hit("nothing waits for a child playbook", ("not-waited-for",)),
    Hit("results in another order", ("pairing", "first-row")),
    Hit("parallel actions in any order", ("order",)),
    Hit("two lists give every combination", ("product",)),
    Hit("the scope hides artifacts", ("scope",), "one scope throughout, and artifacts that are not new: `why not`"),
    Hit("an action in a custom function", ("refused",)),
    Hit("silence takes the acting branch", ("silence",)),
    Hit("the owner of a run that automation started is asked", ("automatic",)),
    Hit("a block that nothing is linked to", ("unreachable",)),
    Hit("an action that takes something away, and nobody is asked", ("unasked",)),
    Hit("a playbook or custom function that does not exist", ("playbook", "custom-function")),
    Hit("and where or is meant", ("precedence", "constant"), "it means what it says: `why not`, with the truth table"),
    Hit("a value in quotes cuts a filter short", ("rest-filter",)),
    Hit("a child playbook that is not there", ("playbook",)),
    Hit("a failed child playbook stops its parent", ("failing-child",),
        "a child that fails on its data, or of which there is no file: `why not`"),
    Hit("an action is queued that no asset takes", ("action",),
        "neither asset nor export says which app it is; which assets have a tag: `why not`"),
    Hit("a run is asked for with an incomplete target", ("rest-body",), "a body that a run puts together: `why not`"),
    Hit("a request that nobody answers as it is expected", ("rest-filter",)),
    Hit("a request that answers success and creates nothing", ("rest-body", "refusal"),
        "a field of which only the platform knows: `why not`"),
    Hit("a loop ends before its exit condition holds", ("loop",), "how long its block takes, no text says: `why`"),
    Hit("data under a shared key, of two containers", ("shared-key",)),
    Hit("which change of a value turns a branch", (), "no defect: `flip`"),
)


def table() -> str:
    """What the documents list."""
    lines = [BEGIN.rstrip(), "| --- | --- | --- |"]
    code = "`{}`".format
    return "\n".join([*lines, *(f"| {one.what} | {', '.join(map(code, one.kinds))} | {one.run} |" for one in HITS)])
