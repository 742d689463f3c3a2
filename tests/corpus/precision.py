"""How often ``phantom-lab check`` is right.

``python -m tests.corpus.precision FOLDER FOLDER FOLDER`` writes the tables of `docs/precision.md`, with the verdicts
that stand there; a finding without one gets ``?``. Every warning is judged, but for what is missing and what nothing
reaches; of the remarks, some of each kind.
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

PAGE = Path(__file__).resolve().parents[2] / "docs" / "precision.md"
CORPORA = ("6.3", "4.10", "security_content")
APART = {"module", "playbook", "custom-function", "unreachable", "passed-over", "load"}
"""Kinds that are counted, and not judged: no opinion is needed."""
REMARKS, SEED = 41, 0
Key = tuple[str, int, str]
"""File, line and kind; a line that has two of a kind has one verdict."""


def found_in(folders: Sequence[str]) -> list[Problem]:
    """Every problem and remark about a line, of the three corpora in their order."""
    report = check(folders)
    return [one for one in (*report.problems, *report.remarks) if one.line]


def key(one: Problem, folders: Sequence[str]) -> Key:
    """How a finding is called in the page."""
    for name, folder in zip(CORPORA, folders, strict=True):
        if one.playbook.startswith(f"{folder.rstrip('/')}/"):
            return f"{name}/{Path(one.playbook).name}", one.line, one.kind
    raise ValueError(one.playbook)


def drawn(found: Sequence[Problem], folders: Sequence[str]) -> list[Key]:
    """What is judged: all warnings, and remarks of each kind in proportion."""
    judged = [one for one in found if one.kind not in APART]
    remarks: dict[str, list[Key]] = defaultdict(list)
    for one in judged:
        if one.level == "info":
            remarks[one.kind].append(key(one, folders))
    number, chance = sum(map(len, remarks.values())), random.Random(SEED)
    chosen = [one for kind, some in sorted(remarks.items())
              for one in chance.sample(some, min(len(some), max(2, round(REMARKS * len(some) / number))))]
    return sorted({*(key(one, folders) for one in judged if one.level != "info"), *chosen},
                  key=lambda one: (one[2], CORPORA.index(one[0].partition("/")[0]), one))


def verdicts() -> dict[Key, str]:
    """What the page says of each finding."""
    rows = re.findall(r"^\| `(.+):(\d+)` \| (.+?) \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {(file, int(line), kind): verdict for file, line, kind, verdict in rows}


def tables(folders: Sequence[str]) -> str:
    """Both tables of the page."""
    found, known = found_in(folders), verdicts()
    judged = {one: known.get(one, "?") for one in drawn(found, folders)}
    every = Counter((one.level, one.kind) for one in found)
    sample, true = Counter(one[2] for one in judged), Counter(one[2] for one, told in judged.items() if is_true(told))
    lines = ["| kind | level | findings | judged | true |", "| --- | --- | ---: | ---: | ---: |"]
    for (level, kind), number in sorted(every.items(), key=lambda one: (one[0][0] == "info", one[0][1])):
        counts = f"{sample[kind]} | {true[kind]}" if kind in sample else "– | –"
        lines.append(f"| {kind} | {'remark' if level == 'info' else level} | {number} | {counts} |")
    lines += ["", "| finding | kind | verdict |", "| --- | --- | --- |"]
    lines += [f"| `{file}:{line}` | {kind} | {told} |" for (file, line, kind), told in judged.items()]
    return "\n".join(lines)


def is_true(verdict: str) -> bool:
    """Whether a verdict is that the finding is right."""
    return verdict.startswith("true")


if __name__ == "__main__":
    print(tables(sys.argv[1:]))
