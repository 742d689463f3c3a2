"""Every question and every way through time exists three times: in Python, after ``%phantom``, and as a command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab, Stepper, history_tree, upgrade_check
from phantom_lab.bounded import MOST
from phantom_lab.cli.main import main
from phantom_lab.lab.opened import RecordedRun
from phantom_lab.notebook.asking import VERBS, Told, ask
from phantom_lab.terminal import MOST as TEXT

MANY = 12
CODE = f"""
import phantom.rules as phantom

def on_start(container):
    for n in range({MANY}):
        phantom.add_note(container=container, note_type="general", title=f"note {{n}}", content="x" * 4000)
        phantom.set_severity(container, ("high", "low")[n % 2])
    rows = phantom.collect2(container=container, datapath=["artifact:*.cef.ip"])
    phantom.act("look up", parameters=[{{"ip": row[0]}} for row in rows], assets=["a"], name="look_1", callback=after)
    phantom.act("look up", parameters=[{{"ip": "x"}}], assets=["a"], name="look_2", callback=after)

def after(action=None, container=None, **kwargs):
    if phantom.decision(container=container, conditions=[["artifact:*.cef.ip", "==", "nowhere"]]):
        never(container=container)
    for n in range({MANY}):
        phantom.debug(action["name"] * 100 + str(n))

def never(container=None, **kwargs):
    phantom.debug("never")
"""
"""Whatever is asked of its run has a long answer."""


@dataclass
class At:
    """A run, and where it and the files around it are."""

    folder: Path
    held: RecordedRun
    other: RecordedRun
    """Of another version of its playbook."""
    file: str

    def opened(self) -> RecordedRun:
        """The same, as nobody has looked at it yet."""
        return Lab(generate=True).open(self.file)


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[At]:
    """One run for all, two versions of its playbook, and as many journals as a folder may hold."""
    folder = tmp_path_factory.mktemp("ways")
    for name in ("old", "new"):
        (folder / name).mkdir()
        (folder / name / "book.py").write_text(CODE.replace("never(", f"{name}_never("))
    (folder / "case.json").write_text(json.dumps({"name": "case", "artifacts": [
        {"cef": {"ip": f"192.0.2.{n} {'x' * 900}"}} for n in range(MANY)]}))
    lab = Lab(str(folder / "case.json"), generate=True)
    lab.run(folder / "old" / "book.py", journal=folder / "run.jsonl")
    lab.run(folder / "new" / "book.py", journal=folder / "other.jsonl")
    text = (folder / "run.jsonl").read_text()
    yield At(folder, lab.open(folder / "run.jsonl"), lab.open(folder / "other.jsonl"), str(folder / "run.jsonl"))
    assert (folder / "run.jsonl").read_text() == text


WAYS: dict[str, tuple[Any, str, list[str]]] = {
    "why": (lambda at: at.held.why("after"), "why after", ["why", "RUN", "after"]),
    "why, the questions": (lambda at: at.held.questions(), "why", ["why", "RUN"]),
    "why not": (lambda at: at.held.why_not("old_never"), "why --not old_never", ["why", "RUN", "--not", "old_never"]),
    "origin": (lambda at: at.held.origin("look_1", "ip"), "origin look_1 ip", ["origin", "RUN", "look_1", "ip"]),
    "uses": (lambda at: at.held.uses("artifact 1", "cef.ip"), "uses 'artifact 1' cef.ip",
             ["origin", "RUN", "artifact 1", "cef.ip", "--forward"]),
    "flip": (lambda at: at.held.flip("old_never"), "flip old_never", ["flip", "RUN", "old_never"]),
    "orders": (lambda at: at.held.orders(), "orders", ["orders", "OLD", "--container", "CASE", "--generate"]),
    "inside": (lambda at: at.held.inside("on_start"), "inside on_start", ["inside", "RUN", "on_start"]),
    "diff": (lambda at: at.held.diff(at.other), "diff other --of held", ["diff", "RUN", "OTHER"]),
    "upgrade_check": (lambda at: upgrade_check(at.folder / "new", baseline=at.folder / "old", runs=2),
                      "upgrade-check NEWS --baseline OLDS --runs 2",
                      ["upgrade-check", "NEWS", "--baseline", "OLDS", "--runs", "2"]),
    "walk": (lambda at: at.held.walk("artifact:*.cef.ip"), "walk artifact:*.cef.ip", ["walk", "RUN",
                                                                                     "artifact:*.cef.ip"]),
    "watch": (lambda at: at.held.watch("container:severity"), "watch container:severity",
              ["watch", "RUN", "container:severity"]),
    "history": (lambda at: history_tree(at.folder), "history", ["history", "FOLDER"]),
    "go": (lambda at: at.opened().go(2), "go 2", ["show", "RUN", "--at", "2"]),
    "rerun": (lambda at: at.opened().rerun(2), "rerun 2", ["rerun", "RUN", "2", "--generate", "--journal", "COPY"]),
    "fork": (lambda at: at.opened().fork(2, arguments={"container": None}), "fork 2 container=None",
             ["fork", "RUN", "2", "--argument", "container=null", "--generate", "--journal", "COPY"]),
    "share": (lambda at: at.held.share(at.folder / "python.jsonl"), "share COPY", ["share", "RUN", "--out", "COPY"])}
ONE_WAY = {
    "back": "go", "back_over": "go", "forward": "go", "reverse_resume": "go", "present": "go",  # `show --at N`
    "reload": "rerun", "resume": "rerun", "open": "go", "explore_orders": "orders",
    "explore": "", "fuzz": "", "snapshot": "", "test": "", "to_test": "", "save_scenario": ""}
"""Verbs with the command that does the same for somebody who has no run at hand; empty: others look after them."""

OTHERWISE = ("why, the questions", "go", "history", "rerun", "fork", "share")
"""What names files and commands, or is a run rather than its report."""


def test_every_verb_is_in_the_table() -> None:
    """Or has another one's command."""
    assert VERBS.keys() == (WAYS.keys() | ONE_WAY.keys()) & VERBS.keys()
    assert {one for one in ONE_WAY.values() if one} <= WAYS.keys()


@pytest.mark.parametrize("name", WAYS)
def test_three_ways_give_one_answer_of_bounded_length(name: str, at: At, tmp_path: Path) -> None:
    """As a text and as JSON; with ``--all`` nothing is left out. Commands and lines that execute say the same, too."""
    python, line, command = WAYS[name]
    places = {"RUN": at.file, "OTHER": f"{at.folder}/other.jsonl", "OLD": f"{at.folder}/old/book.py",
              "OLDS": f"{at.folder}/old", "NEWS": f"{at.folder}/new", "CASE": f"{at.folder}/case.json",
              "FOLDER": str(at.folder)}
    answers = [python(at)]
    if line:
        words = [places.get(one, str(tmp_path / "magic.jsonl") if one == "COPY" else one) for one in line.split(" ")]
        answers.append(ask(" ".join(words), {"held": at.opened(), **({"other": at.other} if name == "diff" else {})}))
    told = {}
    for option in ("", "--json", "--json --all"):
        copy = str(tmp_path / f"copy{option.replace(' ', '')}.jsonl")
        given = [places.get(one, copy if one == "COPY" else one) for one in command]
        with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()):
            main([*given, *option.split()])
        told[option] = out.getvalue().rstrip("\n")
    assert len(told["--json"].encode()) <= MOST
    assert len(told["--json"]) <= len(told["--json --all"])
    assert json.loads(told["--json"]).keys() - {"left_out"} == json.loads(told["--json --all"]).keys()
    texts = [*(repr(Told(one)) for one in answers if not isinstance(one, Stepper)), told[""]]
    assert all(0 < len(one) <= TEXT + 100 for one in texts)
    if name not in OTHERWISE:
        assert len({one.split("\n")[0] for one in texts}) == 1
