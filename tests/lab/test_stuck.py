"""What never comes back from a call of C code: its process is ended, the line is told, and the rest goes on."""

from __future__ import annotations

import itertools
import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab, Options, Playbook
from phantom_lab.cli import main
from phantom_lab.errors import InputError
from phantom_lab.history import read_journal
from phantom_lab.isolation import stuck
from phantom_lab.isolation.deadline import deadline
from phantom_lab.lab.replaying import replay
from phantom_lab.trials.processes import Lost, spread
from tests import forked
from tests.conftest import ROOT
from tests.patience import LONG, UNIT

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="signals")
STUCK = "import itertools\ndef on_start(container):\n    sum(itertools.count())\n"
SEARCH = 're.match(r"(a+)+$", "a" * 60 + "!")'
IMPORTS = {"a search": f"import re\n{SEARCH}\ndef on_start(container): pass\n",
           "a lock": "import threading\nthreading.Event().wait()\ndef on_start(container): pass\n"}
LIMIT = 0.5
OPTION = ("--option", f"max_seconds={LIMIT}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a container, and a playbook that never comes back."""
    (tmp_path / "c.json").write_text('{"name": "x"}', encoding="utf-8")
    (tmp_path / "flow.py").write_text(STUCK, encoding="utf-8")
    return tmp_path


def command(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """One that is under way."""
    return forked.Popen([sys.executable, "-m", "phantom_lab", *arguments], cwd=folder, text=True,
                        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_a_call_that_never_comes_back_is_told_with_its_line(folder: Path):
    """Neither a thread nor a signal gets its turn: its process is ended."""
    process = command(folder, "run", "flow.py", "--container", "c.json", *OPTION)
    out, err = process.communicate(timeout=LONG)
    assert (process.returncode, out) == (4, "")
    assert err == f"phantom-lab: endless: flow.py:3: {stuck.WHY}; its report is lost\n"


def test_of_several_tests_the_others_are_run(folder: Path):
    """The one that never comes back is told with its line."""
    (folder / "s.json").write_text(json.dumps({
        "container": {"name": "x"}, "playbook": "flow.py", "options": {"max_seconds": LIMIT}}), encoding="utf-8")
    (folder / "good.py").write_text("def on_start(container):\n    pass\n", encoding="utf-8")
    (folder / "t.json").write_text('{"container": {"name": "x"}, "playbook": "good.py"}', encoding="utf-8")
    process = command(folder, "test", "s.json", "t.json", "--jobs", "2", "--no-isolated", "--json")
    out, _ = process.communicate(timeout=LONG)
    told = {Path(one["scenario"]).name: one for one in json.loads(out)["scenarios"]}
    assert (process.returncode, told["t.json"]["result"], told["s.json"]["result"]) == (2, "passed", "error")
    assert told["s.json"]["message"] == f"flow.py:3: {stuck.WHY}"


def work(item: str) -> str:
    """Of a process: one item never ends."""
    with deadline(LIMIT):
        return item if item != "stuck" else str(sum(itertools.count()))


def nothing() -> None:
    """Prepares nothing."""


def test_an_item_that_never_ends_is_lost_alone():
    """With the line at which it was."""
    found = dict(spread(work, ["a", "stuck", "b"], jobs=2, hash_seed=0, prepare=nothing, given=()))
    assert (found.pop("stuck"), found) == (
        Lost(stuck.WHY, stuck.Stuck(Path(__file__).name, work.__code__.co_firstlineno + 3)), {"a": "a", "b": "b"})


def test_an_interrupt_ends_processes_that_cannot_hear_it(tmp_path: Path):
    """Whoever works with them goes on at once."""
    file = str(tmp_path / "begun")
    each = spread(work_for_long, [f"stuck {file}", f"after {file}"], jobs=2, hash_seed=0, prepare=nothing, given=())
    assert next(each) == (f"after {file}", "done")
    with pytest.raises(KeyboardInterrupt):
        each.throw(KeyboardInterrupt)  # type: ignore[attr-defined]


def work_for_long(item: str) -> str:
    """Of a process: one item never ends and has no limit, the other one comes after it has begun."""
    what, _, file = item.partition(" ")
    if what == "stuck":
        Path(file).touch()
        sum(itertools.count())
    while not Path(file).exists():
        time.sleep(0.01)
    return "done"


def test_who_interrupts_again_after_a_while_means_it(folder: Path):
    """What cannot hear an interrupt is ended, and that is said."""
    (folder / "flow.py").write_text("import itertools, os\ndef on_start(container):\n    os.write(2, b'begun\\n')\n"
                                    "    sum(itertools.count())\n", encoding="utf-8")
    process = command(folder, "run", "flow.py", "--container", "c.json")
    assert process.stderr is not None
    assert process.stderr.readline() == "begun\n"
    time.sleep(UNIT)  # until it is in there
    while process.poll() is None:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(UNIT)
    assert process.returncode == 4
    assert "interrupted: what was executed did not come back within 3 seconds" in process.stderr.read()


@pytest.mark.parametrize("source", IMPORTS.values(), ids=IMPORTS)
def test_an_import_that_does_not_end_is_ended(source: str, folder: Path, capsys: pytest.CaptureFixture[str]):
    """A thread cannot end a search, nor what waits: a signal does."""
    (folder / "flow.py").write_text(source, encoding="utf-8")
    assert main(["run", str(folder / "flow.py"), "--container", str(folder / "c.json"), *OPTION]) == 4
    assert capsys.readouterr().out.splitlines()[-1].startswith("endless: flow.py:2: the import does not end. ")


@pytest.mark.parametrize("arguments", [["replay"], ["inside", "on_start"], ["share"]], ids=lambda one: one[0])
def test_what_ran_out_of_time_ends_when_it_is_executed_again(arguments: list[str], folder: Path):
    """It is as recorded up to there."""
    source = f"import re\ndef on_start(container):\n    {SEARCH}\n"
    file, options = folder / "j.jsonl", Options(max_seconds=LIMIT)
    lab = Lab({"name": "x"}, options=options)
    with deadline(LIMIT, told=""):
        lab.run(Playbook.from_source(source, name="flow"), journal=file)
    name, *rest = arguments
    more = ["--out", str(folder / "shared.jsonl")] if name == "share" else []
    assert main([name, str(file), *rest, *more]) == 0


def test_a_slower_machine_is_no_divergence(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """What took its time when it was recorded, and takes longer here, is told as that."""
    source = "import re\ndef on_start(container):\n    for one in range(1000):\n        re.sub('a', 'b', 'a' * 100)\n"
    file = folder / "j.jsonl"
    run = Lab({"name": "x"}).run(Playbook.from_source(source, name="flow"), journal=file)
    assert run.status == "success"
    assert replay(read_journal(file)).identical
    monkeypatch.setattr("phantom_lab.engine.ending.Limit", _Over)
    with pytest.raises(InputError, match=r"takes longer than .* \(option max_seconds\): \d+ of its \d+ events are as"):
        replay(read_journal(file))


class _Over:
    """A limit that is exceeded from the beginning."""

    def __init__(self, *given: Any) -> None:
        self.exceeded = True

    def __enter__(self) -> None:
        pass

    def __exit__(self, *raised: object) -> None:
        pass

    def settle(self) -> None:
        pass


def test_of_what_a_process_wrote_the_innermost_line_of_a_playbook_is_taken():
    """Neither one of Python nor of the lab; without one, it is told without a line."""
    frames = [f'  File "{json.__file__}", line 7 in loads', '  File "/a folder/flow.py", line 3 in on_start',
              f'  File "{stuck.__file__}", line 9 in x', '  File "/other/x.py", line 1 in <module>']
    assert str(stuck.Stuck.of("\n".join(frames))) == f"flow.py:3: {stuck.WHY}"
    assert str(stuck.Stuck.of(frames[0])) == stuck.WHY
    assert stuck.Stuck.of("") is None
    assert re.match("a call of C code", stuck.WHY)
