"""Journals that are damaged, made by hand or far too large: one line, whatever opens them, and nothing is executed."""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import InputError, Lab, Playbook
from phantom_lab.cli import main
from phantom_lab.history import Event, read_journal
from phantom_lab.history.limits import VALUE
from tests import forked
from tests.forging import INSTEAD, forged, opened, sealed, written
from tests.patience import LONG
from tests.situations import finished

SOAKED = os.environ.get("PHANTOM_LAB_FORGED")
FORGED = int(SOAKED or 12)
"""How many of each kind: `make soak` makes many more."""
OF_EVERY_TYPE: list[Any] = [None, True, -1, 1e300, "\ud800\n", [[1]], {"id": {}}]
"""Of what stands instead, where it is tried in every field; in `make soak`, all of it is."""
NAMES = ("contain_host_answered", "enrich_indicators", "alert_digest", "repeat_login_scope", "revoke_sessions")


@pytest.fixture(scope="module")
def journals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """The lines of runs with actions, prompts, children, custom functions, findings and errors."""
    folder = tmp_path_factory.mktemp("journals")
    return {name: opened(written(finished(name).journal, folder / name)) for name in NAMES}


def one_line(error: str, file: Path) -> bool:
    """Whether something is told, in a line, with the file."""
    lines = [line for line in error.splitlines() if not line.startswith("note: ")]
    return len(lines) == 1 and lines[0].startswith(f"phantom-lab: error: {file}")


def refusal(file: Path) -> str:
    """What is said of a file that is not read; empty where it is."""
    try:
        read_journal(file)
    except InputError as exc:
        return str(exc)
    return ""


def opens(file: Path, capsys: pytest.CaptureFixture[str]) -> set[int]:
    """Open a file with whatever opens journals: the exit codes."""
    codes = set()
    for command in (["show", str(file)], ["show", str(file), "--json"], ["why", str(file)], ["why", str(file), "error"],
                    ["why", str(file), "never", "--not"], ["origin", str(file), "on_start"], ["replay", str(file)],
                    ["diff", str(file), str(file)], ["graph", str(file)]):
        code = main(command)
        out, error = capsys.readouterr()
        assert code in ((0, 2, 3) if command[0] == "replay" else (0, 2))
        assert (not out and one_line(error, file)) if code == 2 else out
        codes.add(code)
    try:
        Lab({"name": "x"}, recording=file)
    except InputError as exc:
        codes.add(2)
        print(f"phantom-lab: error: {exc}", file=sys.stderr)
    error = capsys.readouterr().err
    assert one_line(error, file) or "error: " not in error
    return codes


@pytest.mark.parametrize("name", NAMES)
def test_a_journal_that_was_made_by_hand_is_one_line_or_a_journal(
        name: str, journals: dict[str, list[Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Wherever something is another thing, or is not there, in values and events whose checksums are right."""
    codes = set[int]()
    for seed in range(FORGED):
        (tmp_path / "forged.jsonl").write_bytes(forged(journals[name], random.Random(f"{name} {seed}")))
        codes |= opens(tmp_path / "forged.jsonl", capsys)
    assert codes >= {0, 2, 3}


def test_whatever_executes_a_journal_that_was_made_by_hand_says_so_in_one_line(
        journals: dict[str, list[Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Looking inside a block of it, and sharing it."""
    file, out = tmp_path / "forged.jsonl", tmp_path / "shared.jsonl"
    for seed in range(FORGED // 4):
        file.write_bytes(forged(journals["alert_digest"], random.Random(seed)))
        for command in (["inside", str(file), "2"], ["share", str(file), "--out", str(out)]):
            code = main(command)
            told, error = capsys.readouterr()
            assert one_line(error, file) and not told if code == 2 else told
            assert out.exists() is (command[0] == "share" and code == 0)
            out.unlink(missing_ok=True)


KINDS = {one.__name__: one for one in Event.__subclasses__()}
OF_A_TYPE: dict[str, Any] = {
    "int": 1, "float": 0.5, "str": "a", "bool": True, "Ref": 0, "Cause": {"kind": "start"}, "dict[str, Ref]": {"a": 0},
    "Failure | None": {"type": "E", "message": "m", "block": "b", "file": "f", "line": 1, "traceback": "t"},
    "list[Failure]": [], "list[str]": ["a"], "list[int]": [1], "list[Any] | None": ["u", 1], "list[dict[str, Any]]": [],
    "list[dict[str, str]]": [{"asset": "a", "app": "b"}], "list[str] | None": None, "str | None": "a",
    "list[list[Any]] | None": [[1, "a", 1]], "int | None": None, "bool | None": None}


def line_of(kind: str, position: int) -> dict[str, Any]:
    """A line of an event of a kind, as a run may write it."""
    told = {one.name: OF_A_TYPE[str(one.type)] for one in fields(KINDS[kind]) if one.metadata.get("stored", True)}
    return {"event": kind, **told, "position": position, "stamp": [0.5, 0], "wall": 1.0}


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_of_another_type_is_told(kind: str, tmp_path: Path) -> None:
    """Of every event, each field with each wrong thing, and without it: what is read has the types that it says."""
    file = tmp_path / "run.jsonl"
    before = line_of({"ApiCalled": "CallMade", "InvocationEnded": "InvocationStarted"}.get(kind, "GapMet"), 0)
    right = line_of(kind, 1)
    head = b"".join(map(sealed, [{"journal": 3}, {"value": 0, "is": None}, before]))
    file.write_bytes(head + sealed(right))
    event = read_journal(file).events[1]
    assert type(event).__name__ == kind
    refused = 0
    wrong = [*(INSTEAD if SOAKED else OF_EVERY_TYPE), 1 << 70, {"a": -1}, {"a": 5}, ["x", None], float("nan")]
    for name in [*right]:
        for instead in wrong:
            file.write_bytes(head + sealed({**right, name: instead}))
            if said := refusal(file):
                refused += 1
                assert said.startswith(f"{file}:4: ")
                assert "\n" not in said
                continue
            event = read_journal(file).events[1]
            allowed = str(next((one.type for one in fields(event) if one.name == name), "Any"))
            kinds = {"float": "float int", "Any": type(getattr(event, name, None)).__name__}.get(allowed, allowed)
            assert type(getattr(event, name, None)).__name__ in kinds.replace("Ref", "str").replace("None", "NoneType")
        file.write_bytes(head + sealed({key: one for key, one in right.items() if key != name}))
        refused += bool(refusal(file))
    assert refused > 3 * len(right)


SPEC: dict[str, Callable[[dict[str, Any]], Any]] = {
    "an unknown option": lambda values: values["options"].update(no_such_option=1),
    "an option of no such value": lambda values: values["options"].update(order=[1]),
    "a limit that is none": lambda values: values["options"].update(max_steps=-1),
    "no records": lambda values: values["snapshot"].pop("records"),
    "records that are none": lambda values: values["snapshot"].update(records=[1]),
    "rows that are not there": lambda values: values["snapshot"]["records"]["container"].update(rows="f" * 24),
    "an unknown field of the user": lambda values: values["snapshot"]["user"].update(shoe_size=44),
    "assets that are none": lambda values: values["snapshot"].update(assets=[{"name": 1}]),
    "a file that is no base64": lambda values: values["snapshot"].update(files={"x": {"base64": "e" * 24}}),
    "no source": lambda values: values["playbook"].pop("source"),
    "a source that is not there": lambda values: values["playbook"].update(source="a" * 24),
    "inputs that are none": lambda values: values["playbook"].update(inputs=7),
    "no such container": lambda values: values["event"].update(container_id=999),
    "a clock that is none": lambda values: values["event"].update(clock="noon"),
    "a clock before all time": lambda values: values["event"].update(clock="0001-01-01T00:00:00"),
    "remarks that are none": lambda values: values["event"].update(remarks=values["event"]["snapshot"]),
    "inputs that are a list": lambda values: values["event"].update(inputs=values["event"]["remarks"]),
    "a key too many": lambda values: values["event"].update(shoe_size=44),
}


@pytest.mark.parametrize("name", SPEC)
def test_a_run_that_starts_from_what_no_run_starts_from_is_one_line(
        name: str, journals: dict[str, list[Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Told by `replay`; a journal can be looked at all the same, or says why not."""
    lines = json.loads(json.dumps(journals["repeat_login_scope"]))
    spec = next(line for line in lines if line.get("event") == "RunSpec")
    values = {field: lines[1 + spec[field]]["is"] for field in ("options", "snapshot", "playbook")}
    SPEC[name]({**values, "event": spec})
    (tmp_path / "spec.jsonl").write_bytes(b"".join(map(sealed, lines)))
    codes = opens(tmp_path / "spec.jsonl", capsys)
    assert 2 in codes or 3 in codes or name in ("a key too many", "a clock before all time")


@pytest.mark.parametrize(("change", "message"), [
    ({"caller": 1}, "invocation 1 has not begun here"), ({"caller": 2}, "invocation 2 has not begun here"),
    ({"n": 0, "caller": 0}, "invocation 0 has not begun here"), ({"arguments": {"a": 999}}, "the value 999 that"),
    ({"arguments": {"a": -1}}, "the value -1 that"), ({"arguments": {"a": "f" * 24}}, f"the value {'f' * 24} that"),
])
def test_what_is_not_there_is_not_referred_to(change: dict[str, Any], message: str, journals: dict[str, list[Any]],
                                              tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor does anything go round in a circle: what an event belongs to has begun before it."""
    lines = json.loads(json.dumps(journals["alert_digest"]))
    started = next(line for line in lines if line.get("event") == "InvocationStarted")
    started.update(change)
    file = tmp_path / "circle.jsonl"
    file.write_bytes(b"".join(map(sealed, lines)))
    assert opens(file, capsys) == {2}
    with pytest.raises(InputError, match=message):
        read_journal(file)


def test_a_run_is_not_its_own_parent(journals: dict[str, list[Any]], tmp_path: Path,
                                     capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever follows parents comes to an end; so does whoever follows where runs branched off."""
    lines = json.loads(json.dumps(journals["enrich_indicators"]))
    first = next(line for line in lines if line.get("event") == "RunStarted")
    file = tmp_path / "circle.jsonl"
    for parent in (1, 2):
        first["parent"] = parent
        file.write_bytes(b"".join(map(sealed, lines)))
        assert f"run {parent} has not begun here" in refusal(file)
    first["parent"] = None
    spec = next(line for line in lines if line.get("event") == "RunSpec")
    spec["forked_from"] = [spec["uid"], 0]
    file.write_bytes(b"".join(map(sealed, lines)))
    assert opens(file, capsys) & {0}


def test_every_cut_is_read_up_to_there(tmp_path: Path) -> None:
    """At every byte (in every seventh, but for the last lines, where nobody asks for more), and the lines before it are
    as they were."""
    journal = Lab({"name": "x"}).run(Playbook.from_source("def on_start(container): pass", name="p")).journal
    data = written(journal, tmp_path / "whole.jsonl")
    file = tmp_path / "cut.jsonl"
    step = 7 if SOAKED is None else 1
    for length in [*range(0, len(data) - 400, step), *range(len(data) - 400, len(data) + 1)]:
        file.write_bytes(data[:length])
        if not data[:length].startswith(b'{"journal": '):
            with pytest.raises(InputError, match="this is no journal"):
                read_journal(file)
            continue
        read = read_journal(file)
        whole = data[:length].rfind(b"\n") + 1
        assert read.cut_tail == length - whole
        assert list(read.events) == list(journal.events)[:data[:whole].count(b'\n{"event"')]


def test_opening_executes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                  capsys: pytest.CaptureFixture[str]) -> None:
    """Though the code that a journal holds would do something at once."""
    mark: list[int] = []
    monkeypatch.setitem(sys.modules, "mark", mark)
    touch = "import sys; sys.modules['mark'].append(1)\n"
    run = Lab({"name": "x"}).run(Playbook.from_source(f"{touch}def on_start(container):\n    {touch}", name="p"))
    file = tmp_path / "run.jsonl"
    written(run.journal, file)
    mark.clear()
    for command in (["show", str(file)], ["show", str(file), "--json"], ["diff", str(file), str(file)]):
        assert main(command) == 0
    Lab({"name": "x"}, recording=file)
    assert not mark
    assert main(["replay", str(file)]) == 0
    assert mark


@pytest.mark.parametrize("seed", ["4294967296", "9999999999", "-1", "x", "", "random"])
def test_a_hash_seed_that_python_does_not_start_with_is_passed_over(seed: str, tmp_path: Path) -> None:
    """The command starts itself again under the recorded seed: it must come up."""
    file = tmp_path / "run.jsonl"
    written(Lab({"name": "x"}).run(Playbook.from_source("def on_start(container): pass", name="p")).journal, file)
    first, *rest = opened(file.read_bytes())
    file.write_bytes(b"".join(map(sealed, [{**first, "hash_seed": seed}, *rest])))
    done = forked.run([sys.executable, "-m", "phantom_lab", "replay", str(file)], capture_output=True, text=True,
                      timeout=LONG)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_line_without_end_takes_no_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                            capsys: pytest.CaptureFixture[str]) -> None:
    """No more than a line may have, wherever in the file it is; nor does a file of zeros."""
    monkeypatch.setenv(VALUE, "1000")
    file = tmp_path / "long.jsonl"
    for head in (sealed({"journal": 3}) + b'{"value":0,"is":"', b'{"journal": '):
        file.write_bytes(head)
        os.truncate(file, 200 << 20)
        tracemalloc.start()
        assert opens(file, capsys) == {2}
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 20 << 20
    with pytest.raises(InputError, match="only plain files are read"):
        read_journal("/dev/zero")


def test_an_event_of_too_many_parts_is_refused(tmp_path: Path) -> None:
    """Its text would take many times its length in memory; a long text in an event is none."""
    file = tmp_path / "parts.jsonl"
    head, line = sealed({"journal": 3}), {"event": "Logged", "run": 1, "invocation": 0, "level": "debug", "message": "",
                                          "position": 0, "stamp": [0.0, 0]}
    file.write_bytes(head + sealed({**line, "x": [[]] * 2_500_000}))
    with pytest.raises(InputError, match="more parts than any that a run writes"):
        read_journal(file)
    file.write_bytes(head + sealed({**line, "message": "[[]]," * 1_000_000}))
    assert read_journal(file).length == 1


@pytest.mark.skipif(SOAKED is None, reason="a gigabyte: make soak")
def test_a_gigabyte_in_a_line_is_refused(tmp_path: Path) -> None:
    """In bounded memory, by a process that has no more."""
    file = tmp_path / "long.jsonl"
    for head in (sealed({"journal": 3}) + b'{"value":0,"is":"', sealed({"journal": 3}) + b'{"event":"'):
        file.write_bytes(head)
        os.truncate(file, 1 << 30)
        for command in ("show", "replay"):
            done = subprocess.run(
                [sys.executable, "-m", "phantom_lab", command, str(file)], capture_output=True, text=True,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30)), timeout=10 * LONG)
            assert (done.returncode, done.stderr.count("\n")) == (2, 1)
            assert f"{file}:2: this line is longer than" in done.stderr
