"""What a change of playbooks brings: new findings, tests that fail, and what the playbooks would newly do."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree

from phantom_lab.errors import InputError
from phantom_lab.progress import followed
from phantom_lab.repository.changes import Change, State, changes, scenario_files
from phantom_lab.repository.commands import command

Finding = dict[str, Any]
"""As in ``phantom-lab check --json``, with ``playbook`` from the root of the repository."""
_LINES = re.compile(r"\d+")
"""Numbers of lines, which move, stand in messages as well."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What ``check`` found."""

    new: list[Finding]
    """Findings that the base has not, whatever their lines."""
    left: int
    """How many it has as well."""
    gone: int
    """How many of the base there are no more."""
    report: dict[str, Any]
    """Of the new state."""


@dataclass(frozen=True, slots=True)
class Suite:
    """What the scenarios said."""

    tests: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    """Name and message of each test that failed."""
    problem: str = ""
    """Why they were not run."""


@dataclass(frozen=True, slots=True)
class Gate:
    """All that is told of a change."""

    base: str
    head: str
    checked: Checked
    tested: Suite | None
    """None: they were not to be run."""
    changes: list[Change]
    fail_on: str

    @property
    def failures(self) -> list[str]:
        """Why the change does not pass; none where it does."""
        levels = ("error", "warning") if self.fail_on == "warning" else ("error",)
        wrong = sum(one["level"] in levels for one in self.checked.new)
        lost = [one.playbook for one in self.changes if one.problem]
        tested = self.tested or Suite()
        return [told for number, told in (
            (wrong, f"{_number(wrong, 'new finding')} of level {' or '.join(levels)}"),
            (len(tested.failed), f"{_number(len(tested.failed), 'test')} failed"),
            (bool(tested.problem), f"tests: {tested.problem}"),
            (len(lost), f"not compared: {', '.join(lost)}")) if number]


def gate(base: Path, head: Path, *, names: tuple[str, str], folders: Sequence[str] = (".",), apps: str | None = None,
         fail_on: str = "error", tests: bool = True) -> Gate:
    """Compare two states of a repository, by the commands that people use.

    Args:
        base, head: where their files are.
        names: what they are called.
        folders: where playbooks lie, from the root of the repository.
        apps: app manifests that calls are held against.
        tests: whether to run the scenarios.

    Raises:
        InputError: there is nothing to check in the new state.
    """
    more = ["--apps", apps] if apps else []
    old, new, tested, *compared = followed(_parts(base, head, folders, more, tests=tests), "commands")
    return Gate(*names, _checked(old, new), tested, compared, fail_on)


def _parts(base: Path, head: Path, folders: Sequence[str], more: Sequence[str], *, tests: bool) -> Iterator[Any]:
    """What is told of the old and the new state, what the scenarios say, and each change."""
    yield (old := _report(base, folders, more))
    new = _report(head, folders, more)
    if new is None:
        raise InputError("nothing to check", where=", ".join(folders),
                         hint="Name the folders of the playbooks: --path.")
    yield new
    yield _tested(State(head, new)) if tests else None
    yield from changes(State(base, old), State(head, new), more)


def _report(root: Path, folders: Sequence[str], more: Sequence[str]) -> dict[str, Any] | None:
    """What `check` says of a state; None where there is nothing to check.

    Raises:
        InputError: it cannot be checked.
    """
    there = [one for one in folders if (root / one).exists()]
    if not there:
        return None
    done = command(root, "check", *there, "--json", *more)
    report: dict[str, Any] | None = json.loads(done.out) if done.out else None
    if report is None:
        raise InputError(done.why, where=str(root))
    return report if {one["what"] for one in report["files"]} - {"passed over"} else None


def _checked(old: dict[str, Any] | None, report: dict[str, Any]) -> Checked:
    before, after = (Counter(map(_key, _findings(one))) for one in (old or {}, report))
    left, new = Counter(before), []
    for one in _findings(report):
        if left[_key(one)]:
            left[_key(one)] -= 1
        else:
            new.append(one)
    return Checked(new, sum((before & after).values()), sum((before - after).values()), report)


def _findings(report: Mapping[str, Any]) -> list[Finding]:
    return [one for one in (*report.get("problems", ()), *report.get("remarks", ())) if one["kind"] != "passed-over"]


def _key(one: Finding) -> tuple[str, str, str, str]:
    return one["playbook"], one["kind"], one["block"], _LINES.sub("", one["message"])


def _tested(head: State) -> Suite:
    """Every scenario of the repository."""
    paths = sorted({str(one.parent.relative_to(head.root)) for one in scenario_files(head.root)})
    if not paths:
        return Suite()
    with TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        beside = [part for one in head.folders() for part in ("--path", one)]
        done = command(head.root, "test", *paths, *beside, "--junit", str(report), "--out", str(Path(folder, "out")))
        if not report.is_file():
            return Suite(problem=done.why)
        cases = list(ElementTree.parse(report).iter("testcase"))
    failed = [(one.get("name", ""), wrong.get("message") or (wrong.text or "").strip().partition("\n")[0])
              for one in cases for wrong in (one.find("failure"), one.find("error")) if wrong is not None]
    return Suite(len(cases), failed)


def _number(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
