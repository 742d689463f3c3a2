"""What a run has of the machine: its own folder over the machine's files, for as long as there is the run."""

from __future__ import annotations

import gc
import os
import re
import signal
import subprocess
import sys
import threading
import types
from pathlib import Path

import pytest

from phantom_lab import Lab, Options, Playbook
from phantom_lab.history import Contained, Refused, read_journal
from phantom_lab.lab.replaying import replay
from tests import forked
from tests.isolation.page import FILE, text
from tests.patience import LONG

START = "import os, pathlib, shutil, tempfile\nimport phantom.rules as phantom\n"
CHANGES = START + """
def on_start(container):
    with open("real.txt", "a") as file:
        file.write(" and more")
    os.remove("other.txt")
    os.rename("folder", "moved")
    pathlib.Path("moved/inner.txt").write_text("changed")
    os.mkdir("folder")
    open("/usr/way-new.txt", "w").write("far")
    phantom.debug([open("real.txt").read(), os.path.exists("other.txt"), sorted(os.listdir(".")), os.listdir("folder"),
                   sorted(os.listdir("moved")), open("moved/inner.txt").read(), os.path.isfile("/usr/way-new.txt"),
                   "way-new.txt" in os.listdir("/usr"), [one.name for one in pathlib.Path("moved").rglob("*.txt")]])
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a few files."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    for name in ("real.txt", "other.txt", "folder/inner.txt", "folder/second.txt"):
        (tmp_path / name).write_text("real")
    return tmp_path


def held(folder: Path) -> dict[str, str]:
    """Everything below a folder."""
    return {str(one.relative_to(folder)): one.read_text() if one.is_file() else "" for one in folder.rglob("*")}


def made(source: str) -> Playbook:
    return Playbook.from_source(source, name="sample")


def lab_with(**options: object) -> Lab:
    return Lab({"name": "one", "artifacts": []}, options=Options(**options))


def test_changes_are_made_to_copies_where_that_is_asked_for(machine: Path) -> None:
    """The run sees what it has done, and the machine is as before."""
    before = held(machine)
    run = lab_with(outside_writes="redirect").run(made(CHANGES))
    assert run.debug == [str(["real and more", False, ["folder", "moved", "real.txt"], [], ["inner.txt", "second.txt"],
                              "changed", True, True, ["inner.txt", "second.txt"]])]
    assert held(machine) == before
    assert not Path("/usr/way-new.txt").exists()
    assert not [one for one in run.journal.events if isinstance(one, Refused)]


WRITES = START + """
def on_start(container):
    for n in range(3):
        with open("new.txt", "a") as file:
            file.write("xx")
    open(os.path.expanduser("~/mine.txt"), "w").write("x")
    with tempfile.TemporaryDirectory() as new:
        pass
    phantom.act("look", parameters=[{}], assets=["x"], callback=then)
def then(**kwargs):
    with open("new.txt", "a") as file:
        file.write("y")
    os.remove("real.txt")
"""


def test_the_receipt_tells_of_every_file_once(machine: Path) -> None:
    """With its path and its last size, what was undone, and what was refused."""
    lab = lab_with()
    lab.action("look")(lambda: [{}])
    run = lab.run(made(WRITES))
    rows = [one for one in run.summary().receipt if one["change"] in ("write", "make folder", "remove")]
    names = ("side", "change", "on", "given", "status", "happened", "block", "line")
    assert [tuple(one[name] for name in names) for one in rows] == [
        ("outside", "remove", "real.txt", {}, "not carried out: refused by the lab", False, "then", 15),
        ("outside", "write", "new.txt", {"size": 7}, "carried out, in the run's own folder", True, "on_start", 6),
        ("outside", "write", "~/mine.txt", {"size": 1}, "carried out, in the run's own folder", True, "on_start", 8),
        ("outside", "make folder", rows[3]["on"], {}, "carried out, then undone", True, "on_start", 9)]
    assert rows[3]["on"].startswith("/tmp/tmp")


def test_the_message_says_what_where_and_what_to_do(machine: Path) -> None:
    """One line, for people."""
    run = lab_with().run(made(START + "def on_start(container):\n    os.remove('real.txt')\n"))
    assert run.message == (
        "RefusedError: refused to remove real.txt: it is there on the machine, and no run changes that. The option "
        "outside_writes=redirect lets the run do that to a copy of its own. (block on_start, sample:4)")


def test_a_run_is_the_same_when_it_is_executed_again_elsewhere(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of temporary files, paths and sizes; of a library that is imported, nothing is compared."""
    (machine / "package_once.py").write_text("open('imported.txt', 'w').write('x')\n")
    monkeypatch.syspath_prepend(str(machine))
    source = START + ("def on_start(container):\n    import package_once\n    open('new.txt', 'w').write('x')\n"
                      "    phantom.debug(tempfile.mkdtemp())\n    phantom.debug(tempfile.NamedTemporaryFile().name)\n"
                      "    open('/opt/phantom/vault/tmp/a', 'w').write('x')\n    shutil.copy('new.txt', 'copy.txt')\n"
                      "    phantom.vault_add(container, '/opt/phantom/vault/tmp/a')\n    os.environ['WAY'] = 'x'\n")
    lab_with().run(made(source), journal=machine / "journal.jsonl")
    (machine / "elsewhere").mkdir()
    monkeypatch.chdir(machine / "elsewhere")
    journal = read_journal(machine / "journal.jsonl")
    assert len([one for one in journal.events if isinstance(one, Contained)]) == 7
    again = replay(journal)
    assert again.divergence is None, str(again.divergence)
    assert "phantom_lab-" not in (machine / "journal.jsonl").read_text()


def test_a_copy_is_not_what_others_see(machine: Path) -> None:
    """A stub, another thread and another run have the machine's own, while a run has changed its copy."""
    lab = lab_with(outside_writes="redirect")
    seen = []
    lab.action("look")(lambda: [{"text": seen.append((machine / "real.txt").read_text()) or "stub"}])
    (machine / "free.txt").write_text("")
    lab.action("write")(lambda: [{"n": (machine / "free.txt").write_text("by a stub")}])
    source = START + ("def on_start(container):\n    open('real.txt', 'w').write('mine')\n"
                      "    phantom.act('look', parameters=[{}], assets=['x'], callback=then)\n"
                      "def then(**kwargs):\n    phantom.debug(open('real.txt').read())\n"
                      "    phantom.act('write', parameters=[{}], assets=['x'])\n")
    stepper = lab.step(made(source))
    stepper.step()
    thread = threading.Thread(target=lambda: seen.append(Path("real.txt").read_text()))
    thread.start()
    thread.join(LONG)
    other = lab.run(made(START + "def on_start(container): phantom.debug(open('real.txt').read())\n"))
    assert stepper.resume().state == "ended"
    assert (seen, other.debug, stepper.run.debug) == (["real", "real"], ["real"], ["mine"])
    assert (machine / "free.txt").read_text() == "by a stub"


@pytest.mark.parametrize("late", [
    "class Late:\n    def __del__(self): os.remove('real.txt')\nlate = Late()\n",
    "import weakref\nclass Late: pass\nlate = Late()\nweakref.finalize(late, os.remove, 'real.txt')\n",
])
def test_what_acts_after_the_run_is_still_guarded(late: str, machine: Path, monkeypatch: pytest.MonkeyPatch,
                                                  capsys: pytest.CaptureFixture[str]) -> None:
    """An object of the playbook's module is collected with the run; one line tells, for its journal has ended."""
    failed: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda one: failed.append(type(one.exc_value).__name__))
    monkeypatch.setattr(sys, "excepthook", lambda kind, *_: failed.append(kind.__name__))
    run = lab_with().run(made(START + late + "def on_start(container): pass\n"))
    assert run.status == "success"
    del run
    gc.collect()
    assert (machine / "real.txt").read_text() == "real"
    assert failed == ["RefusedError"]
    assert re.fullmatch("phantom-lab: note: after the run: .*refused to remove .*real.txt.*\n", capsys.readouterr().err)


def test_what_a_thread_does_after_the_run_is_told(machine: Path, monkeypatch: pytest.MonkeyPatch,
                                                  capsys: pytest.CaptureFixture[str]) -> None:
    """What it is refused, though it swallows that, and what it writes; each once."""
    monkeypatch.setitem(sys.modules, "meeting", meeting := types.ModuleType("meeting"))
    meeting.go = threading.Event()
    run = lab_with().run(made(START + """
import meeting, threading
def late():
    meeting.go.wait()
    for number in range(3):
        try: os.remove("real.txt")
        except OSError: open("new.txt", "a").write("x")
def on_start(container):
    meeting.thread = threading.Thread(target=late)
    meeting.thread.start()
"""))
    assert (run.status, capsys.readouterr().err) == ("success", "")
    meeting.go.set()
    meeting.thread.join(LONG)
    refused, written = capsys.readouterr().err.splitlines()
    assert refused.startswith("phantom-lab: note: after the run: sample:8: refused to remove real.txt: ")
    assert written == "phantom-lab: note: after the run: sample:9: write new.txt: contained, and it goes away"


def test_what_acts_late_is_guarded_while_another_run_executes(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-ins stand for it, and the late one is in a thread in which nothing executes."""
    failed: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda one: failed.append(type(one.exc_value).__name__))
    other = lab_with().step(made(START + "def on_start(container): pass\n"), journal=None)
    late = "class Late:\n    def __del__(self): os.remove('real.txt')\nlate = Late()\n"
    run = lab_with().run(made(START + late + "def on_start(container): pass\n"))
    del run
    gc.collect()
    other.stop()
    assert (machine / "real.txt").read_text() == "real"
    assert failed == ["RefusedError"]


def test_a_library_that_is_loaded_already_is_refused_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook's kernel has it, and Python tells nobody of its import any more."""
    monkeypatch.setitem(sys.modules, "zmq", types.ModuleType("zmq"))
    run = lab_with().run(made(START + "def on_start(container):\n    import zmq\n"))
    assert (run.status, [one["on"] for one in run.summary().receipt]) == ("error", ["zmq"])


def test_folders_of_processes_that_were_killed_are_removed(machine: Path) -> None:
    """By the next process that makes one; a folder that is in use stays."""
    code = ("import sys, time\nfrom phantom_lab import Lab, Playbook\n"
            "run = Lab({'name': 'x'}).run(Playbook.from_source('import phantom.rules as phantom\\n"
            "def on_start(container): open(\"/tmp/way-x\", \"w\").write(\"x\")', name='s'))\n"
            "print(run.status, flush=True)\nif sys.argv[1:]: time.sleep(1000)\n")
    environment = {**os.environ, "TMPDIR": str(machine / "folder")}
    command = [sys.executable, "-c", code]
    waiting = [forked.Popen([*command, "wait"], env=environment, stdout=subprocess.PIPE, text=True) for _ in "ab"]
    try:
        assert [one.stdout.readline() for one in waiting] == ["success\n"] * 2
        there = set((machine / "folder").glob("phantom_lab-*"))
        assert len(there) == 2
        waiting[0].send_signal(signal.SIGKILL)
        waiting[0].wait(LONG)
        forked.run(command, env=environment, check=True, capture_output=True, timeout=LONG)
        left = set((machine / "folder").glob("phantom_lab-*"))
        assert len(left) == 1
        assert left < there
    finally:
        for one in waiting:
            one.kill()
            one.wait(LONG)
            one.stdout.close()


@pytest.mark.parametrize("way", ["import zmq", "import zmq.asyncio", "from zmq import Context",
                                 "import sys; sys.modules['zmq'].Context.instance().socket(1)"])
def test_a_library_that_somebody_else_has_loaded_is_refused_as_well(way: str, machine: Path) -> None:
    """As in a kernel, which talks by it."""
    pytest.importorskip("zmq")
    run = lab_with().run(made(START + f"def on_start(container):\n    {way}\n"))
    assert run.message.startswith("RefusedError: refused to ")
    assert [type(one) for one in run.journal.events if isinstance(one, Refused)] == [Refused]


def test_a_breakpoint_rests_there(machine: Path) -> None:
    """The debugger of Python may do what it must."""
    (machine / "flow.py").write_text(
        START + "def on_start(container):\n    n = 6\n    breakpoint()\n    phantom.debug(n)\n")
    (machine / "c.json").write_text('{"name": "x"}')
    done = forked.run([sys.executable, "-m", "phantom_lab", "run", "flow.py", "--container", "c.json"], text=True,
                      cwd=machine, input="!n = 7\ncontinue\n", capture_output=True, timeout=LONG,
                      env={**os.environ, "PYTHONPATH": str(FILE.parents[1])})
    assert (done.returncode, "on_start, line 6: 7" in done.stdout) == (0, True), done.stdout + done.stderr


def test_the_page_tells_of_every_way() -> None:
    """``python -m tests.isolation.page`` writes it anew."""
    assert FILE.read_text(encoding="utf-8") == text()
