"""``phantom-lab replay``: execute a recorded run again, and say whether it is the same."""

from __future__ import annotations

import argparse
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

from phantom_lab.cli.isolated import add_isolated
from phantom_lab.cli.journals import read
from phantom_lab.errors import cut, shown
from phantom_lab.history.divergence import CAUSES, Divergence
from phantom_lab.history.reading import held_by
from phantom_lab.lab.replaying import Replay, replay
from phantom_lab.source.playbook import Playbook
from phantom_lab.views.report import strict
from phantom_lab.views.unrecorded import unrecorded

DIVERGED = 3
_LONGEST = 400


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "replay", help="execute a recorded run again, from its journal alone",
        description="Execute a recorded run again: what came from outside is handed back as recorded, the code is "
                    "executed, and everything that happens is compared with the journal. Nothing leaves the machine, "
                    "and nothing but the journal is read.",
        epilog="Exit codes: 0 everything is as recorded; 2 the journal cannot be read, or does not hold what its run "
               "starts from, or executing it again takes longer than its option max_seconds; 3 the run diverged: it "
               "went on otherwise than recorded.")
    parser.add_argument("journal", metavar="JOURNAL", help="a file that a run wrote, also one that was cut short")
    parser.add_argument("--playbook", metavar="FILE",
                        help="execute this code instead of the recorded one, to see where it first does something else")
    add_isolated(parser, "replay")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(function=execute_again)


def execute_again(chosen: argparse.Namespace) -> int:
    """Read, execute, compare and print."""
    journal = read(chosen.journal)
    playbook = Playbook.load(chosen.playbook) if chosen.playbook else None
    with redirect_stdout(StringIO()):  # what it prints is in the journal
        found = replay(journal, playbook=playbook, where=chosen.journal)
    with held_by(chosen.journal):
        told = strict(found.to_json()) if chosen.json else "\n".join(_text(found))
    print(told)
    return 0 if found.identical else DIVERGED


def _text(found: Replay) -> list[str]:
    if found.divergence is not None:
        read = [f"  reads      {one['what']} {cut(one['name'])} ({one['block']}, line {one['line']})"
                for one in unrecorded(found.journal)]
        return [*_diverged(found.divergence), *map(shown, read), *_cut(found), *_seeds(found)]
    whole = "" if found.complete else "; the recording is cut off there, or was stopped"
    if found.lacks:
        whole = "; of the value that the run goes on with there, only the beginning is recorded"
    return [shown(f"identical: {found.agreed:,} events of playbook {found.playbook}, as recorded{whole}"),
            *_cut(found), *_seeds(found)]


def _cut(found: Replay) -> list[str]:
    """What to say where the journal does not keep all that happened."""
    return [f"note: {found.cut:,} of its values and texts are cut: such a text is not compared"] if found.cut else []


def _diverged(one: Divergence) -> list[str]:
    place = f"{one.block}, line {one.line}" if one.line else one.block
    recorded, actual = one.apart
    lines = [f"diverged at event {one.position:,}", f"  where      {place}",
             f"  recorded   {_event(recorded)}", f"  now        {_event(actual)}"]
    if one.closest is not None:
        lines.append(f"  closest    the same is recorded as event {one.closest:,}")
    return [shown(line) for line in [*lines, f"  likely     {CAUSES[one.cause]}"]]


def _event(told: dict[str, Any] | None) -> str:
    if told is None:
        return "the run has ended"
    fields = [f"{name}={cut(str(value), _LONGEST)}" for name, value in told.items() if name not in ("event", "at")]
    return " ".join([str(told["event"]), f"after {told['at']:g} s", *fields])


def _seeds(found: Replay) -> list[str]:
    """What to say where sets may stand in another order than recorded."""
    if found.hash_seed == "random":
        return ["note: it was recorded in a process without a hash seed of its own: sets may stand in another order"]
    if found.hash_seed != found.ambient_hash_seed:
        return [f"note: it was recorded under PYTHONHASHSEED={found.hash_seed}: here, sets may stand in another order"]
    return []
