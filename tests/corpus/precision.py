"""How often ``phantom-lab check`` is right.

``python -m tests.corpus.precision FOLDER FOLDER FOLDER MANIFESTS`` writes the tables of `docs/precision.md`, with the
verdicts that stand there; a finding without one gets ``?``. Of the kinds that were there first every warning is judged,
but for what is missing and what nothing reaches; of the others some of each.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from phantom_lab.check.checking import check
from phantom_lab.check.sources import Problem
from phantom_lab.cli.arguments import apps_of

PAGE = Path(__file__).resolve().parents[2] / "docs" / "precision.md"
CORPORA = ("6.3", "4.10", "security_content")
APART = {"module", "playbook", "custom-function", "unreachable", "passed-over", "load"}
"""Kinds that are counted, and not judged: no opinion is needed."""
REMARKS, SEED = 41, 0
FIRST = {"block", "form", "join", "product", "python-2", "removed", "template", "unknown-name", "upstream",
         "boolean", "collector", "digits", "first-row", "letter-case", "missing-value", "mixed-types", "order",
         "pairing", "rows-test", "scope", "several-values", "text-as-list", "unfiltered", "zero"}
"""Kinds of which every finding is judged."""
DRAWN = {"computed", "unasked"}
"""Remarks that are drawn in proportion to their numbers."""
EACH = 8
"""How many are judged of each other kind."""
Key = tuple[str, int, str]
"""File, line and kind; a line that has two of a kind has one verdict."""


def found_in(folders: Sequence[str], apps: str | None = None) -> list[Problem]:
    """Every problem and remark about a line, of the three corpora in their order.

    Args:
        apps: manifests that calls are held against.
    """
    report = check(folders, apps=apps_of(apps))
    return [one for one in (*report.problems, *report.remarks) if one.line]


def key(one: Problem, folders: Sequence[str]) -> Key:
    """How a finding is called in the page."""
    for name, folder in zip(CORPORA, folders, strict=True):
        if one.playbook.startswith(f"{folder.rstrip('/')}/"):
            return f"{name}/{Path(one.playbook).name}", one.line, one.kind
    raise ValueError(one.playbook)


def drawn(found: Sequence[Problem], folders: Sequence[str]) -> list[Key]:
    """What is judged: all of the first kinds, remarks in proportion to their numbers, and some of each other kind."""
    kinds: dict[str, list[Key]] = defaultdict(list)
    for one in found:
        if one.kind not in APART:
            kinds[one.kind].append(key(one, folders))
    number, chance = sum(len(kinds[one]) for one in DRAWN), random.Random(SEED)
    chosen = [one for kind in FIRST for one in kinds[kind]]
    for kind in sorted(DRAWN):
        some = kinds[kind]
        chosen += chance.sample(some, min(len(some), max(2, round(REMARKS * len(some) / number))))
    for kind in sorted(kinds.keys() - FIRST - DRAWN):
        some = sorted({*kinds[kind]})
        chosen += random.Random(f"{SEED} {kind}").sample(some, min(len(some), EACH))
    return sorted({*chosen}, key=lambda one: (one[2], CORPORA.index(one[0].partition("/")[0]), one))


def verdicts() -> dict[Key, str]:
    """What the page says of each finding."""
    rows = re.findall(r"^\| `(.+):(\d+)` \| (.+?) \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {(file, int(line), kind): verdict for file, line, kind, verdict in rows}


def tables(folders: Sequence[str], apps: str | None = None) -> str:
    """Both tables of the page."""
    found, known = found_in(folders, apps), verdicts()
    judged = {one: known.get(one, "?") for one in drawn(found, folders)}
    every = Counter((one.level, one.kind) for one in found)
    levels = {key(one, folders): one.level for one in reversed(found)}
    sample = Counter((levels[one], one[2]) for one in judged)
    true = Counter((levels[one], one[2]) for one, told in judged.items() if is_true(told))
    lines = ["| kind | level | findings | judged | true |", "| --- | --- | ---: | ---: | ---: |"]
    for (level, kind), number in sorted(every.items(), key=lambda one: (one[0][0] == "info", one[0][1])):
        counts = f"{sample[level, kind]} | {true[level, kind]}" if sample[level, kind] else "– | –"
        lines.append(f"| {kind} | {'remark' if level == 'info' else level} | {number} | {counts} |")
    lines += ["", "| finding | kind | verdict |", "| --- | --- | --- |"]
    lines += [f"| `{file}:{line}` | {kind} | {told} |" for (file, line, kind), told in judged.items()]
    return "\n".join(lines)


def is_true(verdict: str) -> bool:
    """Whether a verdict is that the finding is right."""
    return verdict.startswith("true")


if __name__ == "__main__":
    print(tables(sys.argv[1:4], *sys.argv[4:5]))
