"""Where the values came from that public playbooks hand over, in situations made up for them.

    python -m tests.corpus.origins FOLDER… --apps MANIFESTS [--sample 60 --seed 1] [--twins]

prints how many origins there are of which kind; a sample, each with the code around it, to be judged by hand; and what
twins say: where a value is said to come from a field, that field is changed and the playbook run again, and the value
must be the changed one; where it is said to be a constant, every field is changed, and the value must stay.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phantom_lab import Playbook
from phantom_lab.apps import Apps
from phantom_lab.check.sources import distinct, find
from phantom_lab.engine import PlaybookRun
from phantom_lab.history import RunStarted
from phantom_lab.source.library import CUSTOM_FUNCTIONS
from phantom_lab.trials.explore import furthest
from phantom_lab.trials.running import written
from phantom_lab.trials.trial import Trials
from phantom_lab.views import handed_over

Key = tuple[Any, ...]


@dataclass(frozen=True)
class HandedOver:
    """One parameter of one thing."""

    file: str
    line: int
    told: dict[str, Any]

    @property
    def code(self) -> str:
        """The lines of the call, and those before it."""
        lines = Path(self.file).read_text(errors="replace").splitlines()
        return "\n".join(lines[max(0, self.line - 25):self.line + 3])


def rows_of(run: PlaybookRun) -> dict[Key, dict[str, Any]]:
    """What a run handed over, by what it was, where, for the how manieth time, and the parameter."""
    found: dict[Key, dict[str, Any]] = {}
    seen: Counter[Key] = Counter()
    for one in handed_over(run.journal):
        key = (one["run"], one["to"].split(" (")[0], one["block"], one["line"], one["parameter"])
        seen[key] += 1
        found[(*key, seen[key])] = one
    return found


def other(value: Any) -> Any:
    """A value like another one: the last letter or digit is the next one."""
    if isinstance(value, str) and value:
        for place in range(len(value) - 1, -1, -1):
            if value[place].isalnum() and value[place].isascii():
                after = {"z": "a", "Z": "A", "9": "0"}.get(value[place], chr(ord(value[place]) + 1))
                return value[:place] + after + value[place + 1:]
    return value + 1 if type(value) is int else value


def changed(situation: dict[str, Any], place: int | None, path: str) -> tuple[dict[str, Any], Any]:
    """A situation with another value in a field of an artifact, or of the container; and that value."""
    twin = copy.deepcopy(situation)
    record = twin["container"] if place is None else twin["container"]["artifacts"][place]
    *above, last = path.split(".")
    for key in above:
        record = record.get(key) if isinstance(record, dict) else None
    if not isinstance(record, dict) or last not in record or other(record[last]) == record[last]:
        return twin, None
    record[last] = other(record[last])
    return twin, record[last]


def twins(playbook: Playbook, trials: Trials, situation: dict[str, Any], run: PlaybookRun) -> Iterator[tuple[str, Any]]:
    """``(verdict, row)``: ``true``, ``false``, or ``open`` where the twin went another way."""
    rows = rows_of(run)
    begun = next(one for one in run.journal.events if isinstance(one, RunStarted))
    numbers = [one["id"] for one in run.journal.get(begun.artifacts)]
    places: dict[tuple[int | None, str], list[Key]] = {}
    for key, row in rows.items():
        which, _, number = row["where"].partition(" ")
        if row["kind"] in ("artifact", "container") and number.isdecimal() and row["path"]:
            place = numbers.index(int(number)) if which == "artifact" else None
            places.setdefault((place, row["path"]), []).append(key)
    for (place, path), keys in places.items():
        twin, value = changed(situation, place, path)
        if value is None:
            continue
        there: dict[Key, list[Any]] = {}
        for key, row in rows_of(trials.run(playbook, twin)).items():
            there.setdefault(key[:-1], []).append(row["value"])
        for key in keys:  # with other values the sets may come in another order
            told = there.get(key[:-1])
            holds = told is not None and any(json.dumps(value) in json.dumps(one) for one in told)
            yield "open" if told is None else "true" if holds else "false", (rows[key], value, told)


def trials_of(folders: list[str], apps: str | None) -> tuple[list[Playbook], Trials]:
    """The distinct playbooks of folders, and what runs them."""
    there = find(folders)
    parents = [one.path.parent for one in there if one.source]
    paths = dict.fromkeys(str(one.parent if one.name == CUSTOM_FUNCTIONS else one) for one in parents)
    return ([one for one in distinct(there) if isinstance(one, Playbook)],
            Trials(Apps.load(apps) if apps else None, tuple(paths), 0))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--apps")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--twins", action="store_true")
    given = parser.parse_args()
    playbooks, trials = trials_of(given.folders, given.apps)
    found: list[HandedOver] = []
    verdicts: Counter[str] = Counter()
    wrong: list[Any] = []
    for playbook in playbooks:
        tried = furthest(playbook, trials, acts=written(playbook) > 0)
        files = {one.run: one.file for one in tried.run.journal.events if isinstance(one, RunStarted)}
        found += [HandedOver(files[one["run"]], one["line"], one) for one in rows_of(tried.run).values()]
        for verdict, row in twins(playbook, trials, tried.change.situation, tried.run) if given.twins else ():
            verdicts[verdict] += 1
            wrong += [(playbook.file, *row)] if verdict == "false" else []
    print(f"{len(found)} parameters: {dict(Counter(one.told['kind'] for one in found).most_common())}")
    for one in random.Random(given.seed).sample(found, given.sample):
        value = json.dumps(one.told["value"])[:200]
        print(f"\n{'=' * 100}\n{one.file}:{one.line}\n{one.code}\n--- {one.told['to']}\n--- "
              f"{one.told['parameter']} = {value}\n--- {one.told['told']}")
    if given.twins:
        print(f"twins: {dict(verdicts)}")
        for file, row, value, told in wrong:
            said = f"{row['parameter']}: {row['told']}; {value!r} gave {told!r}"
            print(f"{file}:{row['line']}: {row['to']}, {said}"[:400])


if __name__ == "__main__":
    main()
