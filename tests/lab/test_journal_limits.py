"""What a journal keeps at most, of a value and altogether: what is cut is told, and keeps its shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phantom_lab import InputError, Lab, Playbook, PlaybookRun, frames, success
from phantom_lab.apps import MaxMind
from phantom_lab.cli import main
from phantom_lab.history import FileEnded, Logged, OutcomeGiven, ValueCut, read_journal, reopen
from phantom_lab.history.limits import JOURNAL, VALUE, limit, shortened
from phantom_lab.lab.replaying import replay
from phantom_lab.views import summarize
from phantom_lab.views.report import as_json, as_text
from phantom_lab.views.unrecorded import unrecorded
from tests.datapath.examples import examples
from tests.forging import written
from tests.situations import situations

SITUATIONS = situations()
START = "import phantom.rules as phantom\n"
JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=200), lambda inner: (
    st.lists(inner, max_size=20) | st.dictionaries(st.text(max_size=20), inner, max_size=10)), max_leaves=60)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """Characters of a value that are kept."""
    monkeypatch.setenv(VALUE, "20000")
    return 20_000


def run_of(source: str, file: Path | None = None) -> PlaybookRun:
    lab = Lab({"name": "x"})
    lab.action("look")(lambda parameter: success([{"n": n, "text": "x" * 100} for n in range(parameter["rows"])]))
    return lab.run(Playbook.from_source(START + source, name="p"), journal=file)


def test_honest_use_meets_no_limit() -> None:
    """A file of the vault that is just kept fits, as text; what is read fits in what may be written."""
    from phantom_lab.engine.spec import LARGEST

    assert LARGEST * 4 / 3 < limit(VALUE) < limit(JOURNAL)


LONG = """
def on_start(container):
    phantom.save_run_data(key="long", value="é" * 50_000)
    phantom.act("look", parameters=[{"rows": 10}], assets=["x"], name="look", callback=looked)
def looked(results=None, container=None, **kwargs):
    phantom.debug(len(phantom.get_run_data(key="long")))
"""


def test_of_a_long_value_the_beginning_is_kept(few: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The run itself has all of it; the event after the one that tells of it says how much is kept."""
    run = run_of(LONG, tmp_path / "run.jsonl")
    assert run.debug == ["50000"]
    cuts = [one for one in run.journal.events if isinstance(one, ValueCut)]
    assert {(one.size, one.kept <= few) for one in cuts} == {(300_002, True)}
    assert {run.journal.get(one.of)[:3] for one in cuts} == {"ééé"}
    read = read_journal(tmp_path / "run.jsonl")
    assert read.events == run.journal.events
    assert read.cut == {one.of for one in cuts}
    assert summarize(read) == run.summary()
    capsys.readouterr()
    assert main(["show", str(tmp_path / "run.jsonl")]) == 0
    place = run.journal.events.index(cuts[0])
    assert f"value of event {place - 1}, of which" in capsys.readouterr().out


def test_a_long_value_is_compared_all_the_same(few: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By its digest; under whichever limit the run is executed again."""
    file = tmp_path / "run.jsonl"
    run_of(LONG, file)
    assert main(["replay", str(file)]) == 0
    out = capsys.readouterr().out
    assert "identical: " in out
    assert "of its values and texts are cut" in out
    other = Playbook.from_source(START + LONG.replace("50_000", "50_001"), name="p")
    assert not replay(read_journal(file), playbook=other).identical


def test_an_answer_that_is_cut_cannot_be_handed_back(few: int, tmp_path: Path,
                                                     capsys: pytest.CaptureFixture[str]) -> None:
    """The run is the same up to there, and the line says why it ends."""
    file = tmp_path / "run.jsonl"
    run = run_of(LONG.replace('"rows": 10', '"rows": 1000'), file)
    found = replay(read_journal(file))
    (place,) = (n for n, one in enumerate(run.journal.events) if isinstance(one, OutcomeGiven))
    assert (found.identical, found.lacks, found.agreed) == (True, True, place)
    assert main(["replay", str(file)]) == 0
    assert "of the value that the run goes on with there, only the beginning is recorded" in capsys.readouterr().out
    assert main(["replay", str(file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["lacks"], told["cut"] > 0) == (True, True)


def test_a_recording_gives_the_beginning_of_what_is_cut_and_says_so(few: int, tmp_path: Path,
                                                                    capsys: pytest.CaptureFixture[str]) -> None:
    """Once, when it is opened."""
    file = tmp_path / "run.jsonl"
    source = LONG.replace('"rows": 10', '"rows": 1000')
    run_of(source, file)
    capsys.readouterr()
    again = Lab({"name": "x"}, recording=file).run(Playbook.from_source(START + source, name="p"))
    assert capsys.readouterr().err == f"note: {file}: of 1 of its results only the beginning is recorded, and given\n"
    (given,) = (one for one in again.journal.events if isinstance(one, OutcomeGiven))
    assert 0 < len(again.journal.get(given.results)[0]["data"]) < 1000


def test_a_run_of_which_not_all_is_kept_that_it_starts_from_is_not_executed(
        few: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line; it can be looked at."""
    file = tmp_path / "run.jsonl"
    Lab({"name": "x" * 30_000}).run(Playbook.from_source(START + LONG, name="p"), journal=file)
    assert main(["replay", str(file)]) == 2
    assert capsys.readouterr().err.endswith(
        f"this journal keeps only the beginning of what its run starts from. {VALUE} lets a run keep longer values.\n")
    assert main(["show", str(file)]) == 0


def test_code_is_kept_whole(few: int, tmp_path: Path) -> None:
    """It is of no use otherwise."""
    file = tmp_path / "run.jsonl"
    run_of(f"def on_start(container):\n    pass\nTEXT = '{'x' * 30_000}'\n", file)
    assert read_journal(file).cut == set()
    assert replay(read_journal(file)).complete


def test_of_a_long_text_of_an_event_the_beginning_is_kept(few: int, tmp_path: Path) -> None:
    """In the file and in memory; it is not compared when the run is executed again."""
    file = tmp_path / "run.jsonl"
    run = run_of("def on_start(container):\n    phantom.debug('y' * 200_000)\n    phantom.debug('z')\n", file)
    logged, cut = next((one, after) for one, after in zip(run.journal.events, run.journal.events[1:], strict=False)
                       if isinstance(one, Logged))
    assert isinstance(logged, Logged)
    assert 10_000 < len(logged.message) <= few
    assert isinstance(cut, ValueCut)
    assert (cut.of, cut.size > 200_000, cut.kept < few + 1_000) == ("", True, True)
    read = read_journal(file)
    assert read.events == run.journal.events
    found = replay(read)
    assert (found.divergence, found.agreed) == (None, read.length)
    assert [one["what"] for one in unrecorded(read)] == ["value"]


@pytest.mark.parametrize("name", [one for one in SITUATIONS if not SITUATIONS[one].maxmind or MaxMind.installed()])
def test_whatever_is_cut_can_be_looked_at(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under a limit that cuts half of all there is, every view of what is read is that of the run."""
    monkeypatch.setenv(VALUE, "1000")
    run = SITUATIONS[name].run()
    written(run.journal, tmp_path / "run.jsonl")
    read = read_journal(tmp_path / "run.jsonl")
    assert read.cut == run.journal.cut != set()
    assert read.events == run.journal.events
    assert as_text(summarize(read)) == run.report()
    assert as_json(summarize(read))
    for view in (frames.results, frames.artifacts, frames.filtered_artifacts, frames.invocations):
        assert view(read).equals(view(run))


@examples
@given(JSON, st.integers(200, 2_000))
def test_what_is_cut_keeps_its_shape(value: Any, most: int) -> None:
    """Texts and lists keep their beginning, dicts their keys, and the whole is no longer than it may be."""
    def begins(kept: Any, whole: Any) -> bool:
        if isinstance(whole, str):
            return isinstance(kept, str) and whole.startswith(kept)
        if isinstance(whole, list):
            return isinstance(kept, list) and all(begins(one, other) for one, other in zip(kept, whole, strict=False))
        if isinstance(whole, dict):
            return isinstance(kept, dict) and all(key in whole and begins(one, whole[key]) for key, one in kept.items())
        return bool(kept == whole)

    text = json.dumps(value)
    kept = shortened(text, most)
    assert len(kept) <= most
    assert begins(json.loads(kept), value) or "__repr__" in kept
    assert len(text) > most or json.loads(kept) == value


@pytest.mark.parametrize("text", [json.dumps({str(n): n for n in range(10_000)}), "[" * 400 + "]" * 400,
                                  json.dumps([[["x" * 90]] * 90] * 90), json.dumps({"x" * 5_000: 1}),
                                  json.dumps("\ud800" * 5_000), "[" * 100_000 + "]" * 100_000, "9" * 4_000])
def test_whatever_is_long_is_cut(text: str) -> None:
    """Long keys, deep lists and texts that take six characters each are no exception."""
    assert len(shortened(text, 700)) <= 700


def test_a_file_that_is_full_says_so_and_the_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                         capsys: pytest.CaptureFixture[str]) -> None:
    """It can be read, shown and executed again up to there, and gone on with where it may be longer."""
    monkeypatch.setenv(JOURNAL, "60000")
    file = tmp_path / "run.jsonl"
    run = run_of("def on_start(container):\n    for n in range(50):\n        phantom.save_run_data(key='k', "
                 "value=str(n) * 2_000)\n    phantom.debug('went on')\n", file)
    assert (run.status, run.debug) == ("success", ["went on"])
    why = f"it would have more than 60,000 bytes ({JOURNAL})"
    assert why in capsys.readouterr().err
    assert 50_000 < file.stat().st_size < 61_000
    read = read_journal(file)
    assert isinstance(read.events[-1], FileEnded)
    assert list(read.events) == list(run.journal.events)[:read.length]
    assert replay(read).agreed == read.length
    assert main(["show", str(file)]) == 0
    out = capsys.readouterr().out
    assert f"events after {read.length - 2} ({why})" in out
    monkeypatch.setenv(JOURNAL, str(file.stat().st_size))
    with pytest.raises(InputError, match=f"{JOURNAL} allows more"):
        reopen(file)
    monkeypatch.setenv(JOURNAL, "100000")
    journal = reopen(file)
    journal.append(Logged(1, 0, "note", "more"))
    journal.close()
    assert read_journal(file).length == read.length + 1


def test_what_is_longer_than_one_reads_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before all of it is in memory; the line says how to read it."""
    file = tmp_path / "run.jsonl"
    run_of("def on_start(container):\n    for n in range(30):\n        phantom.save_run_data(key='k', "
           "value=str(n) * 40_000)\n", file)
    monkeypatch.setenv(JOURNAL, "10000")
    monkeypatch.setenv(VALUE, "1000")
    with pytest.raises(InputError, match=rf"the journal is longer than 10,000 bytes\. {JOURNAL} allows more"):
        read_journal(file)


@pytest.mark.parametrize("variable", [VALUE, JOURNAL])
@pytest.mark.parametrize("given", ["x", "-1", "0", "999", "1e9", "1" * 5_000, "²", " 5000"])
def test_a_limit_that_is_none_is_told(variable: str, given: str, monkeypatch: pytest.MonkeyPatch,
                                      tmp_path: Path) -> None:
    """In one line with its name."""
    monkeypatch.setenv(variable, given)
    with pytest.raises(InputError) as caught:
        run_of("def on_start(container): pass\n", tmp_path / "run.jsonl")
    assert variable in str(caught.value)
    assert "is no number of bytes" in str(caught.value)
