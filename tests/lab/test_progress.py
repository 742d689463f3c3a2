"""Progress: told by what takes long, shown by a terminal or a notebook, which may stop it."""

from __future__ import annotations

import inspect
import io
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import phantom_lab
from phantom_lab import Lab, Playbook, Stepper
from phantom_lab.cli import main
from phantom_lab.cli import progress as terminal
from phantom_lab.cli.main import COMMANDS as MODULES
from phantom_lab.notebook.asking import VERBS, ask
from phantom_lab.progress import followed, following, show_with, shown_here, tick
from phantom_lab.questions import Questions
from tests.conftest import SAMPLES

GEOLOCATE = str(SAMPLES / "playbooks" / "geolocate_ip.py")
FILTERS = str(SAMPLES / "playbooks" / "classic_filters.py")
SCENARIOS = str(SAMPLES / "scenarios" / "classic_filters.yaml")
INCIDENT = str(SAMPLES / "containers" / "test_incident.json")
LINES, RUN = "lines of the journal", "invocations"
COMMANDS: dict[str, list[tuple[str, set[str]]]] = {
    "run": [(f"{GEOLOCATE} --container {INCIDENT}", {RUN}), (f"{FILTERS} --scenario {SCENARIOS}", {"scenarios"})],
    "test": [(f"{SCENARIOS} --jobs 1 --out OUT", {"scenarios"})],
    "check": [(GEOLOCATE, {"files"}), (f"{GEOLOCATE} --run --jobs 1", {"files", "playbooks"})],
    "explore": [(f"{GEOLOCATE} --runs 2", {"situations"})],
    "fuzz": [(f"{GEOLOCATE} --examples 1", {"runs"})],
    "flip": [("JOURNAL done", {LINES, "situations"})],
    "orders": [(f"{GEOLOCATE} --container {INCIDENT}", {"orders"}), (f"{GEOLOCATE} --explore 2", {"situations"})],
    "show": [("JOURNAL", {LINES})],
    "why": [("JOURNAL done", {LINES})],
    "origin": [("JOURNAL look_1", {LINES})],
    "inside": [("JOURNAL 1", {LINES, RUN})],
    "diff": [("JOURNAL JOURNAL", {LINES, "events"}), (f"{GEOLOCATE} {GEOLOCATE} --runs 2", {"situations"}),
             (f"{GEOLOCATE} {GEOLOCATE} --container {INCIDENT}", {"situations"})],
    "replay": [("JOURNAL", {LINES, RUN})],
    "resume": [("CUT --yes --generate", {LINES, RUN})],
    "rerun": [("JOURNAL 2 --yes --generate --journal OUT.jsonl", {LINES, RUN})],
    "fork": [("JOURNAL 2 --yes --generate --journal OUT.jsonl", {LINES, RUN})],
    "history": [(".", {"journals"})],
    "watch": [("JOURNAL container:severity", {LINES})],
    "walk": [("JOURNAL container:severity", {LINES})],
    "share": [("JOURNAL --out OUT.jsonl", {LINES, RUN, "events", "values"})],
    "gate": [("HEAD --no-tests", {"commands"})],
    "upgrade-check": [(f"{FILTERS} --baseline {GEOLOCATE} --runs 2 --jobs 1", {"files", "pairs"})],
}
"""By command, ways to call it, and what is counted while it works."""
SHORT = {"export": "one file", "graph": "one file", "stubs": "the surface", "new": "a few files",
         "serve": "runs until it is stopped", "lab": "runs until it is stopped"}
"""Commands that count nothing, and why."""
ASKED: dict[str, set[str]] = {
    "resume": {RUN}, "rerun 2": {RUN}, "fork 2": {RUN}, "reload": {RUN}, "inside 2": {RUN}, "to_test OUT": {RUN},
    "open run.jsonl --of lab": {LINES}, "share copy.jsonl": {LINES, RUN, "events", "values"}, "history": {"journals"},
    "flip done": {"situations"}, "orders": {"orders"}, "explore_orders": {"situations"}, "diff other": {"events"},
    "uses 'artifact 1'": {"events"}, f"test {SCENARIOS}": {"commands"},
    f"upgrade_check {FILTERS} --baseline {GEOLOCATE} --runs 2": {"files", "pairs"},
    f"explore {GEOLOCATE} --runs 2": {"situations"}, f"fuzz {GEOLOCATE} --examples 1": {"runs"},
    "go 2": set(), "back": set(), "forward": set(), "reverse_resume": set(), "present": set(), "back_over": set(),
    "snapshot": set(), "why": set(), "origin look_1": set(), "watch container:severity": set(),
    "walk container:severity": set(), "save_scenario saved.yaml": set()}
"""By line after ``%phantom`` what is counted; what counts nothing reads what is in memory."""
SAME = {"why_not": "why", "questions": "why", "explain": "why", "questions_of": "why", "history_tree": "history",
        "html_report": "snapshot", "made_up": "save_scenario", "last_answer": "save_scenario", "pin_answer": "resume"}
"""Questions that work as the verb."""
SAYING = {"expect", "block", "action", "changed", "unchanged", "never", "asserted", "success", "failure", "declined",
          "responses", "timed_out", "read_scenarios", "export"}
"""Functions that say what is, or is expected, or that read and write a file."""
CONTAINER = {"name": "x", "artifacts": [{"cef": {"a": "1.1.1.1"}}]}
SOURCE = """
import phantom.rules as phantom
def on_start(container):
    phantom.set_severity(container, "high")
    rows = phantom.collect2(container=container, datapath=["artifact:*.cef.a"])
    phantom.act("look", parameters=[{"a": rows[0][0]}], assets=["x"], name="look_1", callback=done)
def done(action=None, success=None, container=None, results=None, handle=None, **kwargs):
    phantom.debug(container["name"])
"""


class Heard(list[Any]):
    """What a listener hears: what is counted and how many there are, then numbers, then ``end``."""

    @contextmanager
    def __call__(self, what: str, most: int | None) -> Iterator[Any]:
        self.append((what, most))
        yield lambda done: self.append(done) if self[-1] != done else None
        self.append("end")

    def counted(self) -> set[str]:
        """Everything that was, since it was asked last."""
        found = {one[0] for one in self if isinstance(one, tuple)}
        self.clear()
        return found


@pytest.fixture
def told() -> Iterator[Heard]:
    """A listener that everything is told."""
    heard = Heard()
    show_with(heard)
    yield heard
    show_with(None)


def looked(**choices: Any) -> Stepper:
    """A run at rest at its start."""
    lab = Lab(CONTAINER, generate=True)
    return lab.step(Playbook.from_source(SOURCE, name="look"), **choices)


def test_items_are_counted_and_a_loop_within_is_not_told(told: Heard) -> None:
    """One loop is shown at a time: the outermost, which is told of again by what it does."""
    assert [(one, [*followed("xy", "letters", 2)]) for one in followed([1, 2], "numbers", 2)] == [
        (1, ["x", "y"]), (2, ["x", "y"])]
    assert told == [("numbers", 2), 0, 1, 2, "end"]


def test_a_thread_is_told_of_only_where_somebody_listens_to_it(told: Heard) -> None:
    """What the main thread follows is not told of by others, which would be stopped in its place."""
    own = Heard()

    def work() -> None:
        tick()
        [*followed("x", "letters")]
        with shown_here(own):
            [*followed("x", "letters")]

    with following(lambda: 7, "numbers"):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert (told, own) == ([("numbers", None), "end"], [("letters", None), 1, "end"])


def test_who_stops_it_gets_what_was_found_so_far() -> None:
    """A listener raises what Ctrl+C raises."""
    @contextmanager
    def stopping(what: str, most: int | None) -> Iterator[Any]:
        def stop(done: int) -> None:
            if done == 2:
                raise KeyboardInterrupt
        yield stop

    show_with(stopping)
    found: list[int] = []
    try:
        with pytest.raises(KeyboardInterrupt):
            found.extend(followed(range(10), "numbers"))
        assert found == [0, 1]
        assert [*followed("a", "letters")] == ["a"]
        lab = Lab(CONTAINER, generate=True)
        run = lab.prepare(Playbook.from_source(SOURCE, name="look"))
        with pytest.raises(KeyboardInterrupt):
            run.execute()
        assert (run.status, run.summary().message) == ("stopped", "interrupted")
    finally:
        show_with(None)


def test_a_block_that_goes_round_tells_of_itself_and_can_be_stopped(told: Heard) -> None:
    """A run at whose end nobody waits, too: an interrupt gives up waiting, and the block is ended by `stop`."""
    source = "def on_start(container):\n    for _ in range(10**9): pass\n"
    lab = Lab({"name": "x"}, options={"max_steps": 10**6})
    assert lab.run(Playbook.from_source(source, name="round")).status == "endless"
    assert told == [(RUN, None), 0, 1, "end"]


def test_every_command_tells_how_far_it_is(told: Heard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                           capsys: pytest.CaptureFixture[str]) -> None:
    """What is counted, by command; a new one has to say what it counts, or why it needs not."""
    assert COMMANDS.keys() | SHORT.keys() == MODULES.keys()
    monkeypatch.chdir(tmp_path)
    Lab(CONTAINER, generate=True).run(Playbook.from_source(SOURCE, name="look"), journal="run.jsonl")
    whole = Path("run.jsonl").read_bytes()
    Path("cut.jsonl").write_bytes(whole[:len(whole) * 3 // 4])
    for words in ("init -q", "add look.py", "-c user.name=x -c user.email=x@example.com commit -q -m x"):
        Path("look.py").write_text(SOURCE)
        subprocess.run(["git", *words.split()], check=True)
    told.clear()
    for command, ways in COMMANDS.items():
        for number, (arguments, counted) in enumerate(ways):
            names = {"JOURNAL": "run.jsonl", "CUT": "cut.jsonl", "OUT": f"out_{command}_{number}"}
            words = [names.get(one, one.replace("OUT", names["OUT"])) for one in arguments.split()]
            code = main([command, *words])
            assert told.counted() == counted, (command, arguments, code, capsys.readouterr())
            assert command == "gate" or code != 2, (command, arguments, capsys.readouterr())


def test_every_question_tells_how_far_it_is(told: Heard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is counted, by verb of ``%phantom``, which is that of the method or function of the same name."""
    assert {line.split()[0] for line in ASKED} == VERBS.keys()
    functions = {name for name in phantom_lab.__all__ if inspect.isfunction(getattr(phantom_lab, name))}
    methods = {name for name in vars(Questions) if not name.startswith("_")}
    assert (functions | methods) - VERBS.keys() == SAME.keys() | SAYING
    assert {*SAME.values()} <= VERBS.keys()
    monkeypatch.chdir(tmp_path)
    stepper, other = looked(journal="run.jsonl"), looked(journal=None)
    other.resume()
    assert told.counted() == {RUN}
    scope = {"stepper": stepper, "lab": stepper.run.tree.made_by.lab, "other": other}
    for line, counted in ASKED.items():
        ask(line if "--of" in line else f"{line} --of stepper", scope)
        assert told.counted() == counted, line


def test_a_terminal_shows_one_line_and_takes_it_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once it takes long; our own words only."""
    screen = io.StringIO()
    monkeypatch.setattr(terminal, "_terminal", lambda: screen)
    clock = iter(range(100))
    monkeypatch.setattr(terminal.time, "monotonic", lambda: next(clock))
    with terminal.line("playbooks", 5) as tell:
        for done in (1, 2, 2, 6):
            tell(done)
    drawn = screen.getvalue().split("\r\x1b[K")
    assert drawn[1].startswith("2 of 5 playbooks, 2 s")
    assert drawn[3].startswith("6 playbooks, 4 s")
    assert drawn[-1] == ""
