"""Playbooks of a repository that are other ones than they were, and what they would do otherwise."""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from phantom_lab.repository.commands import command

_NOTHING = "import phantom.rules as phantom\n\n\ndef on_start(container):\n    return\n"
"""What a new playbook is compared with."""
_SCENARIOS = (".yaml", ".yml")
_SAYS = ("outcomes:", "variants:", "expect:", "playbook:")
"""What a line of a scenario begins with."""


@dataclass(frozen=True, slots=True)
class Situated:
    """What one playbook does otherwise in one situation."""

    name: str
    differences: list[dict[str, Any]] = field(default_factory=list)
    """As in ``phantom-lab diff --effects --json``."""
    why: str = ""
    """Why it could not be judged."""

    @property
    def newly(self) -> list[dict[str, Any]]:
        """What only the new version does."""
        return [one for one in self.differences if one["left"] is None]


@dataclass(frozen=True, slots=True)
class Change:
    """A playbook that is another one, or whose children or custom functions are."""

    playbook: str
    what: str
    """``new``, ``removed``, ``changed``, or ``uses what changed``."""
    situations: list[Situated] = field(default_factory=list)
    made_up: bool = False
    """Whether the situations are made up, as no scenario is about it."""
    problem: str = ""
    """Why it could not be compared."""


@dataclass(frozen=True, slots=True)
class State:
    """The files of a repository at one time."""

    root: Path
    report: Mapping[str, Any] | None
    """What ``check --json`` says of them; None where there is nothing to check."""

    def sources(self) -> dict[str, str]:
        """Playbooks and custom functions with the exports beside them, by path from the root."""
        return {Path(one["path"]).as_posix(): self._text(one["path"]) for one in self._files()}

    def playbooks(self) -> set[str]:
        """The paths of the playbooks, also of those that do not load."""
        report = self.report or {}
        known = {one["path"]: one["what"] for one in self._files()}
        same = {one["playbook"]: one["same_as"] for one in report.get("copies", ())}
        lost = {one["playbook"] for one in report.get("problems", ()) if one["level"] == "error"}
        return {Path(path).as_posix() for path, what in known.items()
                if known.get(same.get(path, path)) == "playbook" or (what == "not loaded" and path in lost)}

    def folders(self) -> list[str]:
        """The folders of all of these."""
        return sorted({str((self.root / name).parent) for name in self.sources()})

    def _files(self) -> list[dict[str, Any]]:
        return [one for one in (self.report or {}).get("files", ()) if one["what"] != "passed over"]

    def _text(self, name: str) -> str:
        path = self.root / name
        return "\n".join(one.read_text(encoding="utf-8", errors="replace")
                         for one in (path, path.with_suffix(".json")) if one.is_file())


def changes(old: State, new: State, more: Sequence[str]) -> Iterator[Change]:
    """Every playbook that is another one, or that names, also through others, what is.

    Args:
        more: further arguments of the comparison.
    """
    before, after = old.sources(), new.sources()
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    moved = _users({Path(name).stem for name in changed}, after)
    for name in sorted((changed | moved) & (old.playbooks() | new.playbooks())):
        if name not in after:
            yield Change(name, "removed")
        else:
            what = "new" if name not in before else "changed" if name in changed else "uses what changed"
            yield _compared(old, new, name, what, more)


def scenario_files(root: Path) -> Iterator[Path]:
    """YAML files that look like scenarios."""
    for place, inside, names in os.walk(root):
        inside[:] = sorted(one for one in inside if not one.startswith(".") and one != "node_modules")
        for path in (Path(place, name) for name in sorted(names) if name.endswith(_SCENARIOS)):
            text = path.read_text(encoding="utf-8", errors="replace")
            if any(line.startswith(_SAYS) for line in text.splitlines()):
                yield path


def _users(changed: set[str], texts: Mapping[str, str]) -> set[str]:
    """Sources that name something that changed, and those that name these."""
    named = {name: _named(text) for name, text in texts.items()}
    found: set[str] = set()
    while fresh := {name for name, those in named.items() if those & changed} - found:
        found |= fresh
        changed = {Path(one).stem for one in fresh}
    return found


def _named(text: str) -> set[str]:
    """What a source may name of a repository: ``local/block_ip``."""
    try:
        nodes = ast.walk(ast.parse(text.partition("\n{")[0]))
        return {one.value.rpartition("/")[2] for one in nodes if isinstance(one, ast.Constant)
                and isinstance(one.value, str) and one.value.count("/") == 1}
    except (SyntaxError, ValueError, RecursionError):
        return set()


def _compared(before: State, after: State, name: str, what: str, more: Sequence[str]) -> Change:
    base, head = before.root, after.root
    given = [part for one in scenario_files(head) if _is_about(one, head / name) for part in ("--scenario", str(one))]
    paths = [part for side, state in (("left", before), ("right", after)) for folder in state.folders()
             for part in (f"--{side}-path", folder)]
    with TemporaryDirectory() as folder:
        old = base / name
        if what == "new":
            old = Path(folder, Path(name).name)
            old.write_text(_NOTHING, encoding="utf-8")
        done = command(head, "diff", str(old), str(head / name), *given, *paths, *more, "--effects", "--json", "--all")
    if not done.out.strip():
        return Change(name, what, made_up=not given, problem=done.why)
    return Change(name, what, [Situated(one["situation"], one.get("differences", []), one.get("why", ""))
                               for one in json.loads(done.out)["situations"]], made_up=not given)


def _is_about(scenario: Path, playbook: Path) -> bool:
    """Whether a scenario names a playbook, or, where it names none, is called like it."""
    for line in scenario.read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith("playbook:"):
            named = line.partition(":")[2].partition(" #")[0].strip().strip("'\"")
            return (scenario.parent / named).resolve() == playbook.resolve() or named == playbook.stem
    return scenario.stem == playbook.stem
