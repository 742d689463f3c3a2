"""Why blocks of public playbooks did not run, in one run of each in the situation made up for it.

    python -m tests.corpus.answers FOLDER… --apps MANIFESTS [--sample 60 --seed 1]

prints how many answers there are of which kind, and a sample, each with the code around it, to be judged by hand.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from phantom_lab import Playbook
from phantom_lab.answers import Answer, Origin, origin, why_not
from phantom_lab.engine import PlaybookRun
from phantom_lab.history import ActionStarted, InvocationStarted
from tests.corpus.origins import trials_of


@dataclass(frozen=True)
class Unreached:
    """A block that a run did not reach, and why."""

    playbook: Playbook
    run: PlaybookRun
    block: str
    answer: Answer

    def __str__(self) -> str:
        cause = self.answer.cause
        lines = self.playbook.source.splitlines()
        code = "\n".join(f"{number:5} {lines[number - 1][:150]}" for number in range(
            max(1, cause.line - 12), min(len(lines), cause.line + 14) + 1))
        head = f"{'=' * 100}\n{self.playbook.file}: {self.block}: {self.run.status}"
        return f"{head}\n{self.answer}\n[{cause.kind}] {code}"


def parameters(run: PlaybookRun) -> Iterator[Origin]:
    """Every parameter of every action of a run."""
    for name in dict.fromkeys(one.name for one in run.journal.index.of_kind(ActionStarted)):
        yield from origin(run, f"action {name}")


def unreached(playbook: Playbook, run: PlaybookRun) -> Iterator[Unreached]:
    """Every block of a playbook that a run of it did not reach."""
    root = run.journal.events[0].run
    ran = {one.block for one in run.journal.index.of_kind(InvocationStarted) if one.run == root}
    for block in playbook.blocks:
        if block not in ran:
            yield Unreached(playbook, run, block, why_not(run, f"block {block}"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--apps")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rare", action="store_true", help="all that are not decided by conditions")
    given = parser.parse_args()
    playbooks, trials = trials_of(given.folders, given.apps)
    runs = [(playbook, trials.run(playbook, watched=False)) for playbook in playbooks]
    found = [one for playbook, run in runs for one in unreached(playbook, run)]
    handed = Counter(one.origin.kind for _, run in runs for one in parameters(run))
    kinds = Counter(one.answer.cause.kind for one in found)
    print(f"{len(playbooks)} playbooks, {len(found)} blocks that were not reached: "
          f"{', '.join(f'{count} {kind}' for kind, count in kinds.most_common())}")
    kinds_of = ", ".join(f"{count} {kind}" for kind, count in handed.most_common())
    print(f"{handed.total()} parameters of actions: {kinds_of}")
    rare = [one for one in found if one.answer.cause.kind != "condition"] if given.rare else []
    for one in rare or random.Random(given.seed).sample(found, min(given.sample, len(found))):
        print(one)


if __name__ == "__main__":
    main()
