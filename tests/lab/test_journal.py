"""The journal: written as the run goes, private, and never in the way of the run."""

from __future__ import annotations

import json
import math
import stat
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import InputError, Lab
from phantom_lab.history import ActionCompleted, ApiCalled, CallMade, Changed, Journal, read_journal
from phantom_lab.history.journal import FORMAT, encode
from phantom_lab.history.recent import Recent

SOURCE = """
def on_start(container):
    phantom.debug("first")
    b(container)
def b(container):
    phantom.set_severity(container, "high")
    phantom.act("look", parameters=[{"n": 1}], name="one", assets=["x"], callback=cb)
def cb(container=None, **kwargs):
    raise ValueError("of the callback")
"""


def lines(file: Path) -> list[dict[str, Any]]:
    """Every line of a journal file, decoded."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def written(lab: Lab, playbook, tmp_path: Path):
    """A finished run with a journal file."""
    lab.action("look")(lambda parameter: [parameter])
    return lab.run(playbook(SOURCE), journal=tmp_path / "deep" / "run.jsonl")


def test_the_header_comes_first(written):
    """The first line is the format version, the hash seed, who writes, and the run."""
    assert lines(written.journal.path)[0].keys() == {"journal", "hash_seed", "process", "run", "crc32"}
    assert lines(written.journal.path)[0]["journal"] == FORMAT


def test_every_line_is_a_header_a_value_or_an_event(written):
    """Nothing else stands in the file, and each line ends with a newline."""
    kinds = [next(iter(line)) for line in lines(written.journal.path)]
    assert kinds.count("journal") == 1
    assert set(kinds) == {"journal", "value", "event"}
    assert written.journal.path.read_text(encoding="utf-8").endswith("}\n")


def test_the_file_is_private(written):
    """Only its owner can read it."""
    assert stat.S_IMODE(written.journal.path.stat().st_mode) == 0o600


def test_an_older_file_is_replaced_by_a_private_one(lab: Lab, playbook, tmp_path: Path):
    """The mode and content of an older journal do not survive."""
    file = tmp_path / "run.jsonl"
    file.write_text('{"journal": 1}\nold\n', encoding="utf-8")
    file.chmod(0o644)
    lab.run(playbook("def on_start(container):\n    pass\n"), journal=file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert lines(file)[0]["journal"] == FORMAT


def test_it_can_be_read_while_the_run_rests(lab: Lab, playbook, tmp_path: Path):
    """Everything up to the resting place is in the file before the end."""
    stepper = lab.step(playbook(SOURCE), journal=tmp_path / "run.jsonl")
    stepper.step()
    events = [line for line in lines(tmp_path / "run.jsonl") if "event" in line]
    assert (events[-1]["event"], events[-1]["block"]) == ("InvocationStarted", "b")
    assert len(events) == len(stepper.run.journal.events)


def test_a_value_stands_once_and_before_its_first_use(written):
    """Whoever reads the file from the top knows every value when it is referred to."""
    known: dict[int, Any] = {}
    text = json.dumps
    for line in lines(written.journal.path):
        if "value" in line:
            assert line["value"] == len(known)
            assert text(line["is"]) not in map(text, known.values())
            known[line["value"]] = line["is"]
        for field, value in line.items():
            refs = value.values() if field == "arguments" else [value] if field in (
                "returned", "results", "parameters", "parameter", "before", "after", "source", "container") else []
            assert {one for one in refs if line.get("event") != "OutcomeGiven" or field != "source"} <= known.keys()
    assert known


def test_the_file_holds_what_memory_holds(written):
    """The events of the file are those in memory, and so are the values."""
    read, journal = read_journal(written.journal.path), written.journal
    assert [asdict(one) for one in read.events] == [asdict(one) for one in journal.events]
    assert read.stamps == journal.stamps
    assert {ref: read.get(ref) for ref in journal._values} == {ref: journal.get(ref) for ref in journal._values}


def test_a_line_leaves_out_what_carries_nothing(written):
    """Defaults, and moments that are those of the event before; a failure that leaves several blocks stands once."""
    events = [line for line in lines(written.journal.path) if "event" in line]
    assert all(len(line["crc32"]) == 8 and line["position"] == place for place, line in enumerate(events))
    assert isinstance(events[0]["wall"], float)
    stamps = [stamp for stamp, before in zip(written.journal.stamps, [None, *written.journal.stamps], strict=False)
              if stamp != before]
    assert [line["stamp"] for line in events if "stamp" in line] == [list(one) for one in stamps]
    (failed,) = [line["failure"] for line in events if "failure" in line]
    assert [line["failures"] for line in events if "failures" in line] == [[failed]]
    assert all(line.get("error") != "" for line in events)


def test_a_run_without_a_file_has_the_same_events(written, incident: Path, playbook):
    """The file changes nothing about the run."""
    lab = Lab(incident, start=datetime(2026, 1, 1, tzinfo=UTC))
    lab.action("look")(lambda parameter: [parameter])
    in_memory = [one for one in lab.run(playbook(SOURCE)).journal.events if type(one).__name__ != "OutcomeGiven"]
    assert in_memory == [one for one in written.journal.events if type(one).__name__ != "OutcomeGiven"]


def test_the_events_so_far_do_not_grow(lab: Lab, playbook):
    """What ``events`` gave stays as it was."""
    stepper = lab.step(playbook(SOURCE))
    before = stepper.run.journal.events
    count = len(before)
    stepper.step()
    assert len(before) == count
    assert len(stepper.run.journal.events) > count


def test_a_value_is_stored_as_it_is_now():
    """Later changes of an object do not reach the journal, nor do changes of what it handed out."""
    journal, value = Journal(), {"list": [1]}
    ref = journal.put(value)
    value["list"].append(2)
    journal.get(ref)["list"].append(3)
    assert journal.get(ref) == {"list": [1]}
    assert journal.put({"list": [1]}) == ref


CHANGES: tuple[tuple[Any, Any], ...] = (
    (1, True), (1, 1.0), (0.0, -0.0), (b"x", bytearray(b"x")), (b"x", memoryview(b"x")), ("1", 1), (None, "null"),
    ({1}, frozenset({2})), ({"a": 1, "b": 2}, {"b": 2, "a": 1}), ({1: 2}, {"1": 2.0}), ([[]], [[[]]]), ("\ud800", "?"))
"""What is put, and what then stands in its place: often equal, and never the same text."""


@pytest.mark.parametrize("size", [1, 300_000])
def test_a_change_in_place_is_seen(size: int):
    """However large the value is that is handed on, what is stored is what it is then."""
    journal = Journal()
    for before, after in CHANGES:
        value: list[Any] = [{"place": [before]}, "x" * size, {"place": [before]}]
        for row in (0, 2):
            for one in (before, after, before):
                value[row]["place"][0] = one
                assert journal.text(journal.put(value)) == encode(value)


def test_an_unchanged_value_is_not_encoded_again(monkeypatch: pytest.MonkeyPatch):
    """Blocks hand the same rows on and on."""
    journal, encoded = Journal(), []
    monkeypatch.setattr("phantom_lab.history.journal.encode", lambda value: encoded.append(value) or encode(value))
    rows = [{"n": number, "text": "x" * 20} for number in range(20_000)]
    assert len({journal.put(rows) for _ in range(3)}) == len(encoded) == 1


def test_what_is_remembered_of_large_values_is_bounded():
    """The oldest is forgotten, and comes again under the same name."""
    recent, sizes = Recent(), 40
    for number in range(sizes):
        recent.keep(b"%04d" % number * (1 << 20), str(number))
    known = [recent.find(b"%04d" % number * (1 << 20)) for number in range(sizes)]
    assert known == [None] * (sizes - 16) + [str(number) for number in range(sizes - 16, sizes)]


CIRCULAR: list[Any] = []
CIRCULAR.append(CIRCULAR)


class Raising:
    """An object that cannot be shown."""

    def __repr__(self) -> str:
        raise RuntimeError("not now")


def nested(depth: int) -> list[Any]:
    """A list in a list in a list."""
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(("value", "seen"), [
    ({3, 1, 2}, [1, 2, 3]), (frozenset("b"), ["b"]), ((1, (2,)), [1, [2]]), (b"\x00\xff", {"__repr__": r"b'\x00\xff'"}),
    (Raising(), {"__repr__": "<Raising, whose repr raised RuntimeError>"}), (CIRCULAR, {"__repr__": "[[...]]"}),
    ([Raising(), 1], [{"__repr__": "<Raising, whose repr raised RuntimeError>"}, 1]),
    ({(1, 2): 3}, {"__repr__": "{(1, 2): 3}"}), ({1: "a", None: "b"}, {"1": "a", "null": "b"}),
    ("\ud800", "\ud800"), ({"\udfff": "\n\u2028"}, {"\udfff": "\n\u2028"}), (10 ** 30, 10 ** 30),
    (10 ** 5000, {"__repr__": "<int, whose repr raised ValueError>"}), ("x" * 10 ** 6, "x" * 10 ** 6),
    (nested(10 ** 5), {"__repr__": f"{'[' * 100}…{']' * 100}"}), (object, {"__repr__": repr(object)}),
    (float("inf"), float("inf")), ({Raising()}, [{"__repr__": "<Raising, whose repr raised RuntimeError>"}]),
], ids=lambda value: type(value).__name__)
def test_any_value_can_be_stored(value: Any, seen: Any, tmp_path: Path):
    """What is no JSON stays visible as its ``repr``, and the file stays one JSON object a line."""
    journal = Journal(tmp_path / "run.jsonl")
    journal.open()
    ref = journal.put(value)
    journal.close()
    assert journal.get(ref) == seen
    (line,) = lines(tmp_path / "run.jsonl")[1:]
    assert (line["value"], line["is"]) == (0, seen)


def test_not_a_number_can_be_stored():
    """NaN, which equals nothing, comes back as NaN."""
    journal = Journal()
    assert math.isnan(journal.get(journal.put(float("nan"))))


def test_a_long_repr_is_cut():
    """What stands for an object is bounded."""
    assert len(encode(b"x" * 10 ** 6)) < 2100


@pytest.mark.parametrize("value", [
    "{1, 2}", "b'x'", "float('nan')", "'\\ud800'", "object()", "circular()", "10 ** 5000",
    "Hidden()", "deep()", "{(1, 2): 3}", "lambda: 1", "phantom", "open",
])
@pytest.mark.parametrize("place", ["b(container, {})", "helper({})", "phantom.save_run_data({}, key='k')"])
def test_a_value_that_is_no_json_never_breaks_the_run(value: str, place: str, lab: Lab, playbook, tmp_path: Path):
    """Arguments of blocks, of helpers and of the API may be anything, and come back as they are."""
    run = lab.run(playbook(f"""
class Hidden:
    def __repr__(self):
        raise RuntimeError("not now")
def circular():
    found = []
    found.append(found)
    return found
def deep():
    found = []
    for _ in range(5000):
        found = [found]
    return found
def helper(value): return value
def b(container, value): return value
def on_start(container):
    {place.format(value)}
    phantom.debug("went on")
"""), journal=tmp_path / "run.jsonl")
    assert (run.status, run.summary().debug) == ("success", ["went on"])
    assert lines(tmp_path / "run.jsonl")[-1]["event"] == "RunEnded"


@pytest.mark.parametrize("path", ["folder", "file/run.jsonl", "x" * 300])
def test_a_path_that_cannot_be_written_is_an_input_error(path: str, tmp_path: Path, lab: Lab, playbook):
    """The error names the path and the system's reason, before anything runs."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="the journal cannot be written: ") as caught:
        lab.run(playbook(SOURCE), journal=tmp_path / path)
    assert str(caught.value).startswith(str(tmp_path / path))


def test_a_long_table_is_kept_whole(playbook):
    """A call is not made again to see what it returned."""
    lab = Lab({"container": {"name": "x"}, "artifacts": [{"cef": {"n": n}} for n in range(1_500)]})
    run = lab.run(playbook("def on_start(container):\n"
                           "    phantom.debug(len(phantom.collect2(container=container, datapath=['artifact:*.id'])))"))
    (call,) = [one for one in run.journal.events if isinstance(one, ApiCalled) and one.name == "collect2"]
    assert run.summary().debug == ["1500"]
    assert len(run.journal.get(call.returned)) == 1_500


def test_results_that_are_passed_along_are_told_as_they_were_passed(playbook):
    """Unchanged they stand in the journal once; what the block took out of them before is seen."""
    lab = Lab({"name": "x"})
    lab.action("look up")(lambda: [{"n": 1}, {"n": 2}])
    run = lab.run(playbook(
        "def on_start(container):\n    phantom.act('look up', assets=['x'], name='look', callback=after)\n"
        "def after(results=None, container=None, **kwargs):\n"
        "    phantom.collect2(container=container, datapath=['look:action_result.data.*.n'], action_results=results)\n"
        "    results[0]['action_results'][0]['data'].pop()\n"
        "    phantom.collect2(container=container, datapath=['look:action_result.data.*.n'], action_results=results)"))
    first, second = (one for one in run.journal.events if isinstance(one, ApiCalled) and one.name == "collect2")
    (done,) = (one for one in run.journal.events if isinstance(one, ActionCompleted))
    assert first.arguments["action_results"] == done.results
    (passed,) = run.journal.get(second.arguments["action_results"])
    assert passed["action_results"][0]["data"] == [{"n": 1}]
    assert [run.journal.get(one.returned) for one in (first, second)] == [[[1], [2]], [[1]]]


def test_a_call_is_told_when_it_is_made_and_when_it_returns(playbook):
    """What it does stands between; a call within a call belongs to it."""
    run = Lab({"name": "x"}).run(playbook("def on_start(container):\n    phantom.set_severity(container, 'high')"))
    made, changed, returned = (next(n for n, one in enumerate(run.journal.events) if isinstance(one, kind))
                               for kind in (CallMade, Changed, ApiCalled))
    assert made < changed < returned
    event = run.journal.events[returned]
    assert isinstance(event, ApiCalled)
    assert event.made is run.journal.events[made]
    assert run.journal.stamps[changed].command == event.command


def test_what_a_killed_process_was_about_to_do_is_told(tmp_path, playbook):
    """A call that never returned has been made."""
    run = Lab({"name": "x"}).run(playbook("def on_start(container):\n    phantom.set_severity(container, 'high')"),
                                 journal=tmp_path / "whole.jsonl")
    whole = (tmp_path / "whole.jsonl").read_text().splitlines(keepends=True)
    cut = next(n for n, line in enumerate(whole) if '"event":"ApiCalled"' in line)
    (tmp_path / "cut.jsonl").write_text("".join(whole[:cut]))
    last = [one for one in read_journal(tmp_path / "cut.jsonl").events if isinstance(one, CallMade)][-1]
    assert (last.name, run.journal.get(last.arguments["severity"])) == ("set_severity", "high")
