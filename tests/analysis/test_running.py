"""``phantom-lab check --run``: every playbook is run to its end, and whose fault an error is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from phantom_lab.cli import main
from phantom_lab.journal import read_journal

RULES = "import phantom.rules as phantom\nimport json\n"
BLOCK = "action=None, success=None, container=None, results=None, handle=None, **kwargs"
ACT = f"""{RULES}
def on_start(container):
    rows = phantom.collect2(container=container, datapath=["artifact:*.cef.sourceAddress"])
    parameters = [{{"ip": one}} for one in set(row[0] for row in rows)]
    phantom.act("look up", parameters=parameters, assets=["x"], name="look_1", callback=done)

def done({BLOCK}):
    for row in phantom.collect2(container=container, datapath=["look_1:action_result.data.*.score"]):
        phantom.debug(row[0])
"""
MANY = f"""{RULES}
def on_start(container):
    phantom.act("look up", parameters=[{{"ip": one}} for one in set("abcdefghij")], assets=["x"], name="look_1")
"""
ENDLESS = f"""{RULES}
import threading
from pathlib import Path
def on_start(container):
    Path({{mark!r}}).touch()
    threading.Event().wait()
"""
POLL = f"""{RULES}
def on_start(container):
    phantom.act("look up", parameters=[{{{{}}}}], assets=["x"], name="look_1", callback=on_start)
    while not phantom.completed(action_names=["look_1"]):
        pass
"""
Told = Callable[..., dict[str, Any]]


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Told:
    """Write files, check the folder with ``--run``, and give what ``--json`` says, with the exit code."""

    def check(files: dict[str, str], *options: str) -> dict[str, Any]:
        for name, content in files.items():
            (tmp_path / name).write_text(content)
        code = main(["check", str(tmp_path), "--run", "--jobs", "1", "--json", *options])
        found = json.loads(capsys.readouterr().out.replace(f"{tmp_path}/", ""))
        return {**found, "code": code}

    return check


def test_a_playbook_runs_to_its_end_with_what_is_made_up_for_it(told: Told):
    """An address where it reads one, a result for its action."""
    found = told({"one.py": ACT})
    assert (found["finished"], found["playbook_errors"], found["lab_errors"], found["code"]) == (1, [], [], 0)
    assert found["acts"] == {"one.py": {"written": 1, "fired": 1}}
    assert (found["reached"], found["situations"]) == (1.0, {})


@pytest.mark.parametrize(("code", "error", "responsible"), [
    ('return undefined', "NameError: name 'undefined' is not defined", "undefined"),
    ('value = rows[0][0] + 1',
     'TypeError: can only concatenate str (not "int") to str', "cef 'sourceAddress' of artifact 1"),
    ('json.loads(phantom.get_run_data(key="nobody:saves"))', "JSONDecodeError", "run data 'nobody:saves'"),
])
def test_an_error_of_a_playbook_is_its_own_and_has_a_name(told: Told, code: str, error: str, responsible: str):
    """Where nothing that is given helps: block, line, and the value responsible with who gave it."""
    found = told({"one.py": f"""{RULES}
def on_start(container):
    rows = phantom.collect2(container=container, datapath=["artifact:*.cef.sourceAddress"])
    if rows:
        {code}
"""})
    (one,) = found["playbook_errors"]
    assert (one["playbook"], one["block"], one["line"]) == ("one.py", "on_start", 7)
    assert error in one["error"]
    assert responsible in one["responsible"]
    assert (found["finished"], found["lab_errors"], found["code"]) == (0, [], 0)


def test_where_code_expects_another_shape_it_gets_it(told: Told):
    """What had to be changed of the situation is told."""
    found = told({"one.py": f"""{RULES}
def on_start(container):
    for row in phantom.collect2(container=container, datapath=["artifact:*.cef.details"]):
        phantom.debug(row[0]["inner"]["city"])
"""})
    assert (found["finished"], found["playbook_errors"]) == (1, [])
    assert found["situations"] == {"one.py": "on_start finds what it looks for"}


def test_the_ambient_hash_seed_changes_nothing(tmp_path: Path):
    """Ten parameter sets in the order of a set: the same journal twice."""
    (tmp_path / "one.py").write_text(MANY)
    (tmp_path / "two.py").write_text(ACT)
    journals = []
    for number in ("1", "2"):
        folder = tmp_path / number
        folder.mkdir()
        subprocess.run(
            [sys.executable, "-m", "phantom_lab", "check", str(tmp_path), "--run", "--journals", str(folder)],
            env={**os.environ, "PYTHONHASHSEED": number}, check=True, capture_output=True)
        journals.append({file.name: list(read_journal(file).events) for file in sorted(folder.iterdir())})
    first, second = journals
    assert list(first) == list(second)
    assert len(first) == 2
    for name, events in first.items():
        assert events == second[name]


def test_a_folder_that_cannot_be_written_is_bad_usage(tmp_path: Path, capsys):
    """One line, before anything is run."""
    (tmp_path / "one.py").write_text(ACT)
    assert main(["check", str(tmp_path / "one.py"), "--run", "--journals", str(tmp_path / "one.py")]) == 2
    assert "one.py: the journals need a folder" in capsys.readouterr().err


@pytest.mark.parametrize("options", [
    ["--run", "--jobs", "0"], ["--run", "--jobs", "-3"], ["--run", "--jobs", "9" * 5000], ["--run", "--seed", "1.5"],
    ["--run", "--seed", "9" * 5000], ["--run", "--apps", "/no/such"], ["--apps", "/no/such"], ["--journals", "there"],
    ["--run", "--option", "max_steps=0"], ["--run", "--option", "max_step=5"], ["--option", "max_steps=5"],
    ["--seed", "0"], ["--jobs", "2"]])
def test_options_that_cannot_be_meant_are_bad_usage(options: list[str], tmp_path: Path, capsys):
    """In one line; and what is for runs needs --run."""
    (tmp_path / "one.py").write_text(ACT)
    try:
        code = main(["check", str(tmp_path), *options])
    except SystemExit as exc:
        code = int(str(exc.code))
    told = capsys.readouterr()
    last = told.err.splitlines()[-1]
    assert (code, told.out, len(last) < 300) == (2, "", True)
    assert last.startswith("phantom-lab")
    assert ": error: " in last
    assert "--run" in options or "Give --run as well" in last


@pytest.mark.parametrize("seed", ["-1", "4294967296", "-1" + "0" * 30])
def test_every_seed_is_one(seed: str, tmp_path: Path):
    """In processes of their own, too, whose hash seeds have a range."""
    for name in ("one.py", "two.py"):
        (tmp_path / name).write_text(ACT + f"# {name}")
    done = command("check", str(tmp_path), "--run", "--jobs", "2", "--seed", seed, "--json")
    assert (json.loads(done.stdout)["finished"], done.stderr, done.returncode) == (2, "", 0)


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "phantom_lab", *arguments], capture_output=True, text=True,
                          check=False, timeout=60)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_playbooks_print_is_no_part_of_the_answer(jobs: str, tmp_path: Path):
    """Whether they use Python's stream or the file below it."""
    for name in ("one.py", "two.py"):
        (tmp_path / name).write_text(f"import os\nprint('mine')\n{ACT}# {name}")
    done = command("check", str(tmp_path), "--run", "--jobs", jobs, "--json")
    assert json.loads(done.stdout)["finished"] == 2
    assert "mine" in done.stderr


def test_a_process_that_ends_is_a_fault_of_the_lab_and_takes_no_other_playbook_with_it(tmp_path: Path):
    """And no traceback."""
    for name in "abcdefg":
        body = "os._exit(7)" if name in "bd" else "pass"
        (tmp_path / f"{name}.py").write_text(f"{RULES}import os\ndef on_start(container):\n    {body}\n# {name}")
    done = command("check", str(tmp_path), "--run", "--jobs", "2", "--json")
    told = json.loads(done.stdout)
    assert [(Path(one["playbook"]).name, one["error"]) for one in told["lab_errors"]] == [
        (name, "a process ended before this playbook had, which ran in it alone") for name in ("b.py", "d.py")]
    assert (told["finished"], done.stderr, done.returncode) == (5, "", 1)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_playbook_that_does_not_end_is_told_and_the_others_are_run(jobs: str, tmp_path: Path):
    """As an error of its own, with the loop and its line."""
    for name, source in (("a.py", ACT), ("b.py", POLL.format()), ("c.py", ACT + "# c")):
        (tmp_path / name).write_text(source)
    done = command("check", str(tmp_path), "--run", "--jobs", jobs, "--json")
    told = json.loads(done.stdout)
    (error,) = told["playbook_errors"]
    assert (Path(error["file"]).name, error["block"], error["line"], told["finished"]) == ("b.py", "on_start", 6, 2)
    assert error["error"].startswith("Endless: the loop in block on_start does not end: ")
    assert "A run takes at most 2,000,000 steps (option max_steps)" in error["error"]
    assert (told["lab_errors"], told["not_run"], done.stderr, done.returncode) == ([], [], "", 1)


def test_the_limit_of_steps_can_be_set(tmp_path: Path, capsys):
    """One that ends within more steps is run to its end."""
    (tmp_path / "one.py").write_text(f"{RULES}def on_start(container):\n    for n in range(5_000_000): pass\n")
    for steps, finished in ((10_000, 0), (10**7, 1)):
        code = main(["check", str(tmp_path), "--run", "--json", "--option", f"max_steps={steps}"])
        assert (code, json.loads(capsys.readouterr().out)["finished"]) == (1 - finished, finished)


@pytest.fixture
def endless(tmp_path: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Check two playbooks that end and one that does not, until that is at it: the process, in a group of its own."""
    started: list[subprocess.Popen[str]] = []

    def start(jobs: str) -> subprocess.Popen[str]:
        mark = tmp_path / "mark"
        for name in ("a.py", "b.py"):
            (tmp_path / name).write_text(ACT + f"# {name}")
        (tmp_path / "c.py").write_text(ENDLESS.format(mark=str(mark)))
        started.append(subprocess.Popen(
            [sys.executable, "-m", "phantom_lab", "check", str(tmp_path), "--run", "--jobs", jobs, "--json"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
            # a shell lets its background commands ignore interrupts, and they hand that down
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)))
        while not mark.exists():
            assert started[0].poll() is None
            time.sleep(0.05)
        time.sleep(0.5)
        return started[0]

    yield start
    for one in started:
        one.kill()


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupt_leaves_what_was_found(jobs: str, endless):
    """As of a terminal, which interrupts every process: one line, and the exit code of what was stopped."""
    running = endless(jobs)
    os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=20)
    told = json.loads(out)
    (left,) = told["not_run"]
    assert (running.returncode, told["finished"], Path(left).name) == (4, 2, "c.py")
    assert err == f"phantom-lab: interrupted, 1 of 3 playbooks did not run: {left}\n"


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("sent", ["SIGTERM", "SIGKILL"])
def test_processes_end_with_the_one_that_started_them(sent: str, endless):
    """Even where it has no time to tell them: nobody holds its output any more."""
    running = endless("2")
    os.kill(running.pid, getattr(signal, sent))
    out, _ = running.communicate(timeout=20)
    assert (out, running.returncode) == ("", -getattr(signal, sent))


def test_an_error_of_a_child_playbook_stands_in_its_file(tmp_path: Path, capsys):
    """With the playbook that was run."""
    (tmp_path / "parent.py").write_text(f"{RULES}def on_start(container):\n    phantom.playbook('local/child')\n")
    (tmp_path / "child.py").write_text(f"{RULES}\n\ndef on_start(container):\n    return undefined\n")
    assert main(["check", str(tmp_path), "--run", "--jobs", "1"]) == 0
    out = capsys.readouterr().out
    child, parent = (f"{tmp_path}/{name}.py" for name in ("child", "parent"))
    for within in ("", f", in a run of {parent}"):
        assert f"{child}:6: warning: NameError: name 'undefined' is not defined (block on_start{within}). " in out
    assert f"{parent}:" not in out


@pytest.mark.parametrize("given", ["paths", "--path"])
def test_what_is_anywhere_below_the_paths_is_there_for_the_runs(given: str, tmp_path: Path, capsys):
    """Custom functions and child playbooks in folders beside that of the playbook, as the check itself finds them."""
    files = {"flows/one.py": f"""{RULES}
def on_start(container):
    phantom.custom_function(custom_function="local/tidy", parameters=[{{}}], name="tidy_1")
    phantom.playbook("local/child")
""",
             "lib/custom_functions/tidy.py": "def tidy(**kwargs):\n    return {}\n",
             "lib/deep/child.py": f"{RULES}def on_start(container):\n    pass\n"}
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    paths = [tmp_path] if given == "paths" else [tmp_path / "flows", "--path", tmp_path / "lib"]
    assert main(["check", *map(str, paths), "--run", "--jobs", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["finished"], told["playbook_errors"], told["lab_errors"]) == (told["playbooks"], [], [])
