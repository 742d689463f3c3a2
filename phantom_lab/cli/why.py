"""``phantom-lab why``: why something happened in a recorded run, or why not."""

from __future__ import annotations

import argparse
from typing import Any

from phantom_lab.answers import Question, explain, questions_of, why_not
from phantom_lab.bounded import MOST, bounded
from phantom_lab.cli.journals import read
from phantom_lab.history import Journal
from phantom_lab.history.reading import held_by


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "why", help="why something happened in a recorded run, or why not",
        description="Answer from a journal why something happened or did not; without WHAT, print the questions that "
                    "are worth asking. Nothing is executed.",
        epilog="WHAT is a block (BLOCK@N: the invocation of this number), the name of an action, a change (severity, "
               "status, owner, tags, note, comment, pin, list NAME, artifact 3), output, message TEXT, data KEY, "
               "error, or line N. Example: phantom-lab why run.jsonl block_ip_1 --not")
    parser.add_argument("journal", metavar="JOURNAL", help="a file that a run wrote")
    parser.add_argument("what", metavar="WHAT", nargs="*", help="what is asked about")
    parser.add_argument("--not", dest="negative", metavar="WHAT", nargs="*", help="ask why it did not happen, or not "
                        "again")
    parser.add_argument("--json", action="store_true", help=f"print one JSON object of at most {MOST:,} bytes")
    parser.add_argument("--all", action="store_true", help="leave nothing out")
    parser.set_defaults(function=why)


def why(chosen: argparse.Namespace) -> int:
    """Read, answer and print."""
    journal = read(chosen.journal)
    with held_by(chosen.journal):
        what = " ".join([*chosen.what, *(chosen.negative or ())])
        told = answered(journal, what, negative=chosen.negative is not None, json=chosen.json, every=chosen.all,
                        name=chosen.journal)
    print(told)
    return 0


def answered(journal: Journal, what: str, *, negative: bool = False, json: bool = False, every: bool = False,
             name: str = "JOURNAL") -> str:
    """What the command prints.

    Args:
        what: empty: the questions worth asking.
        every: whether it is as long as it takes.
        name: of the journal, as the questions give it.
    """
    most = None if every else MOST
    if not what:
        asked = questions_of(journal)
        if json:
            return bounded({"questions": [one.as_json() for one in asked]}, most)
        width = max((len(one.command(name)) for one in asked), default=0)
        return "\n".join(f"{one.command(name):{width}}  # {one.because}" for one in asked) or (
            "nothing in this run raises a question by itself; phantom-lab why JOURNAL BLOCK asks about a block")
    answer = why_not(journal, what) if negative else explain(journal, what)
    return bounded(answer.to_json(), most) if json else answer.text(Question.command, whole=every)
