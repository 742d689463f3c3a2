"""A recorded run as a test: a scenario that expects what was seen, and a pytest file that says it in Python."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from pprint import pformat
from typing import Any

from phantom_lab.errors import InputError, LabError
from phantom_lab.expecting.seen import seen
from phantom_lab.expecting.verdict import unmet
from phantom_lab.history import Edited, InvocationStarted, Journal, Logged, RunStarted
from phantom_lab.history.held import Held, journal_of
from phantom_lab.history.reading import held_by
from phantom_lab.lab import Lab
from phantom_lab.lab.repeating import Repeated
from phantom_lab.model.built_in import BUILT_IN
from phantom_lab.scenarios import read_scenarios
from phantom_lab.scenarios.yaml_text import as_yaml
from phantom_lab.source.source import read_source
from phantom_lab.trials.expecting import path_from
from phantom_lab.trials.proof import told

_HEAD = "# Made by phantom-lab of a recorded run. What it expects may be changed, and made anew."
_OTHERWISE = frozenset({"container", "artifact", "decided_list", "container_attachment", "ph_user", "finding",
                        "investigation", *BUILT_IN})
"""Kinds of records that a scenario says in other words, or that every platform has."""
_KEPT = 12
"""Calls and changes that the pytest file names one by one; the scenario has all of them."""
_BY_NAME = ("blocks", "conditions", "actions", "changes", "outputs")
"""Sections of which the pytest file says something in other words, or that only the scenario has."""
_EDITS = {"argument": "arguments", "run data": "run_data", "container": "container"}


@dataclass(frozen=True, slots=True)
class Made:
    """A test that was written."""

    scenario: Path
    test: Path
    files: tuple[Path, ...]
    """All that were written."""
    remarks: tuple[str, ...]
    """What of the run the test does not hold, and where it does not pass."""

    def __str__(self) -> str:
        return "\n".join([*(f"written: {one}" for one in self.files), *self.remarks])


def to_test(held: Held, folder: str | Path = ".", *, name: str | None = None, verify: bool = True) -> Made:
    """Make a test of a run: a scenario with all that it found, what it was answered and what was edited, which expects
    what was seen; and a pytest file. Both pass at once, and fail when the run asks for something else, in another
    order, or comes to something else.

    Args:
        held: a run that has ended, its stepper, its journal, or a journal's file.
        folder: gets the files.
        name: of the files, where a test that was made so is made anew; None: the playbook's, with a number where one
            of another run, or one that was changed since, has it.
        verify: whether the scenario is run once, and what does not pass is told.

    Raises:
        InputError: the run has not ended, does not hold what it starts from, or a file cannot be written.
    """
    journal, where = journal_of(held), str(held) if isinstance(held, str | Path) else ""
    with held_by(where):
        if not journal.index.all_ended:
            raise InputError("the run has not ended: what it comes to is not known", where=where)
        repeated = Repeated(journal, where)
        short = re.sub(r"\W+", "_", name or repeated.playbook.name).strip("_").lower() or "run"
        for number in count(1):
            files, remarks = _Files(Path(folder)), list[str]()
            scenario, test = _made(journal, repeated, files, short if number == 1 else f"{short}_{number}", remarks)
            if name is not None or not files.written_over:
                break
    files.flush()
    if verify:
        remarks += _verified(scenario)
    return Made(scenario, test, files.written, tuple(remarks))


def _made(journal: Journal, repeated: Repeated, files: _Files, name: str, remarks: list[str]) -> tuple[Path, Path]:
    """The scenario and the pytest file of a run, under a name; and what there is to say of them."""
    scenario = files.folder / f"{name}.yaml"
    edits, late = _edits(journal)
    if late:
        remarks.append(f"{late} edits were made after the last block began, and are not in the scenario")
    playbook = _playbook(journal, repeated, files, scenario, name, remarks)
    expected = seen(journal, repeated.playbook.blocks)
    data = {"playbook": playbook, **told(journal, repeated, repeated.situation()), **_seen_before(repeated),
            **_records(repeated), **_vault(repeated, files, scenario, name),
            **({"edits": edits} if edits else {}), "expect": expected}
    if repeated.snapshot.finding is not None:
        remarks.append("the finding that the run was about is not in the scenario: give it as its `finding`")
    files.write(scenario, f"{_HEAD}\n{as_yaml(data)}")
    return scenario, files.write(files.folder / f"test_{name}.py", _pytest(name, scenario.name, expected))


class _Files:
    """Files of ours in a folder, which are written all at once; those of others are not written over."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._contents = folder, dict[Path, bytes]()
        self.written_over = False
        """Whether one that was made of another run, or changed since, would be."""

    @property
    def written(self) -> tuple[Path, ...]:
        return tuple(self._contents)

    def write(self, path: Path, text: str) -> Path:
        content = text.encode()
        if (there := self._there(path)) is not None:
            if _HEAD.encode() not in there:
                raise InputError("a file is there that was not made of a run, and is not written over",
                                 where=str(path), hint="Name another folder.")
            self.written_over |= there != content
        self._contents[path] = content
        return path

    def copy(self, path: Path, content: bytes) -> Path:
        """A file's bytes, under a name that is not taken by others."""
        while (there := self._there(path)) is not None and there != content:
            path = path.with_name(f"_{path.name}")
        self._contents[path] = content
        return path

    def flush(self) -> None:
        for path, content in self._contents.items():
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            except OSError as exc:
                raise _unwritten(path, exc) from None

    def _there(self, path: Path) -> bytes | None:
        if path in self._contents:
            return self._contents[path]
        try:
            return path.read_bytes() if path.exists() else None
        except OSError as exc:
            raise _unwritten(path, exc) from None


def _unwritten(path: Path, exc: OSError) -> InputError:
    return InputError(f"the test cannot be written: {exc.strerror}", where=str(path))


def _playbook(journal: Journal, repeated: Repeated, files: _Files, scenario: Path, name: str, remarks: list[str]
              ) -> str:
    """How the scenario names its playbook: the file that was run where it still holds the code that was run, else a
    copy beside the scenario."""
    started = journal.index.of_kind(RunStarted)[0]
    path, source = Path(started.file), repeated.playbook.source
    try:
        if path.is_file() and read_source(path, "playbook") == source:
            return path_from(path, scenario)
        why = f"{path} holds other code by now" if path.is_file() else "the run was not of a file that is there"
    except LabError:
        why = f"{path} cannot be read"
    copy = files.write(scenario.parent / f"{name}_playbook.py", f"{source.rstrip()}\n\n{_HEAD}\n")
    remarks.append(f"{why}: the code that was run stands in {copy.name}, and the scenario names that")
    return copy.name


def _vault(repeated: Repeated, files: _Files, scenario: Path, name: str) -> dict[str, Any]:
    """The files of the vault, written beside the scenario."""
    found = []
    for one in repeated.snapshot.records.get("container_attachment", {}).values():
        there = repeated.snapshot.files.get(one["vault_id"])
        if there is not None and there.is_file():
            copy = files.copy(scenario.parent / f"{name}_files" / Path(one["name"]).name, there.read_bytes())
            path = f"{copy.parent.name}/{copy.name}"
            found.append({"path": path, "container": one["container"], "name": one["name"]})
    return {"files": found} if found else {}


def _records(repeated: Repeated) -> dict[str, Any]:
    """Notes, tasks and whatever else the run found, in the platform's form."""
    found = {kind: list(table.values()) for kind, table in repeated.snapshot.records.items()
             if table and kind not in _OTHERWISE}
    return {"records": found} if found else {}


def _seen_before(repeated: Repeated) -> dict[str, Any]:
    """That the playbook ran before on its container, where it did."""
    spec = repeated.spec
    ids = repeated.snapshot.seen.get((spec.container_id, repeated.playbook.name))
    return {"ran": True} if ids and ids == {one["id"] for one in repeated.situation()["container"]["artifacts"]} else {}


def _edits(journal: Journal) -> tuple[list[dict[str, Any]], int]:
    """What people edited while the run rested, at the entry of blocks: what was edited elsewhere, at the next one; and
    how many edits no block followed."""
    found: list[dict[str, Any]] = []
    runs = {one.run: one.playbook for one in journal.index.of_kind(RunStarted)}
    root, entered = next(iter(runs), 0), Counter[tuple[int, str]]()
    waiting: list[Edited] = []
    at: InvocationStarted | None = None
    for event in [*journal.events, None]:
        if isinstance(event, Edited):
            waiting.append(event)
        elif not (isinstance(event, Logged) and event.level == "breakpoint"):
            place = event if isinstance(event, InvocationStarted) and at is None else at
            if waiting and place is not None and (edit := _edit(journal, waiting)):
                own = {} if place.run == root else {"playbook": runs[place.run]}
                time = entered[place.run, place.block] + (place is not at)
                found.append({"block": place.block, **({"time": time} if time > 1 else {}), **own, **edit})
            waiting = [] if place is not None else waiting
            at = event if isinstance(event, InvocationStarted) else None
            if at is not None:
                entered[at.run, at.block] += 1
    return found, len(waiting)


def _edit(journal: Journal, made: list[Edited]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in made:
        value = journal.get(one.after)
        if one.what in _EDITS:
            found.setdefault(_EDITS[one.what], {})[one.name] = value
        elif one.what == "skip":
            found["skip"] = value
        elif one.what == "order":
            found["order"] = one.given or value
        elif one.what == "delay":
            found.setdefault("due", {})[one.name] = value
    return found


def _verified(scenario: Path) -> Iterator[str]:
    """What does not pass where the scenario is run."""
    one = read_scenarios(scenario)[0]
    run = Lab(scenario=one, maxmind=False).run(str(one.playbook))
    for each in unmet(run.journal, one.expected):
        yield f"it does not pass: {each}"


def _pytest(name: str, scenario: str, expected: Mapping[str, Any]) -> str:
    """Assertions that read like the domain: how it ended, calls with their parameters, and writes."""
    rest = {key: one for key, one in expected.items() if key not in _BY_NAME}
    lines = [f"run.expect({pformat(rest, width=100, sort_dicts=False)})"]
    calls = [one for one in expected.get("actions", ()) if isinstance(one, dict) and "block" in one]
    lines += [f"run.block({one['block']!r}).with_parameters({pformat(one['parameters'], width=90)})"
              for one in calls[:_KEPT] if "parameters" in one]
    changes = [one for one in expected.get("changes", ()) if isinstance(one, dict) and "object" in one]
    lines += [f"run.changed({one['field']!r}, object={one['object']!r}{_to(one)})" for one in changes[:_KEPT]]
    lines += [f"assert run.outputs[{key!r}] == {value!r}" for key, value in expected.get("outputs", {}).items()
              if "matches" not in repr(value)]
    body = "\n".join(f"    {line}" for text in lines for line in text.split("\n"))
    return (f'"""{name}: what a recorded run did; the situation stands in {scenario}, with all that is expected."""\n\n'
            f"{_HEAD}\n\n\ndef test_{name}(run_playbook):\n    \"\"\"As it was recorded.\"\"\"\n"
            f"    run = run_playbook(scenario={scenario!r})\n{body}\n")


def _to(change: Mapping[str, Any]) -> str:
    return f", to={change['to']!r}" if "to" in change else ""
