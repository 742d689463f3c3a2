"""``phantom-lab check --run``: every playbook is run to its end, and whose fault an error is."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from phantom_lab.cli import main
from phantom_lab.history import read_journal
from phantom_lab.trials.trial import Trials
from tests import forked
from tests.patience import LONG
from tests.table import tabled

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
import os
import threading
def on_start(container):
    os.write(2, b"at it\\n")
    threading.Event().wait()
"""
POLL = f"""{RULES}
def on_start(container):
    phantom.act("look up", parameters=[{{}}], assets=["x"], name="look_1", callback=on_start)
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
    assert found["classes"]["finished"] == []


def test_where_code_expects_another_shape_it_gets_it(told: Told):
    """The error of the plain situation is told all the same, and what had to be changed is an extra."""
    found = told({"one.py": f"""{RULES}
def on_start(container):
    for row in phantom.collect2(container=container, datapath=["artifact:*.cef.details"]):
        phantom.debug(row[0]["inner"]["city"])
"""})
    (one,) = found["playbook_errors"]
    assert (one["block"], one["line"], one["situation"]) == ("on_start", 6, "plain")
    assert (found["finished"], found["classes"]["finished_changed"]) == (0, ["one.py"])
    assert found["situations"] == {"one.py": "on_start finds what it looks for"}


def test_errors_of_a_run_are_repaired_at_once(told: Told):
    """Each alone leaves the others: three blocks that expect another shape take one change."""
    names = ("first", "second", "third")
    asks = "".join(f"    phantom.act('look up', parameters=[{{}}], assets=['a'], name='{name}_1', callback={name})\n"
                   for name in names)
    blocks = "".join(f"""
def {name}({BLOCK}):
    for row in phantom.collect2(container=container, datapath=["{name}_1:action_result.data.*.x"]):
        row[0].keys()
""" for name in names)
    found = told({"one.py": f"{RULES}\ndef on_start(container):\n{asks}{blocks}"})
    assert len(found["playbook_errors"]) == 3
    assert found["situations"] == {"one.py": "first, second, third find what they look for"}


def test_a_field_holds_several_values_where_a_custom_function_wants_a_list(told: Told, tmp_path: Path):
    """As its error says: of a finding, two findings differ; whatever has no other error runs to its end."""
    demux = ("def demux(items=None):\n    if not isinstance(items, list):\n"
             "        raise TypeError(f\"expected type list but received {type(items)}\")\n"
             "    return [{'item': one} for one in items]\n")
    (tmp_path / "custom_functions").mkdir()
    found = told({"custom_functions/demux.py": demux, "one.py": f"""{RULES}
def on_start(container):
    rows = phantom.collect2(container=container, datapath=["finding:consolidated_findings.dest"])
    phantom.custom_function("local/demux", parameters=[{{"items": rows[0][0]}}], name="demux_1", callback=go)

def go(container=None, **kwargs):
    rows = phantom.collect2(container=container, datapath=["demux_1:custom_function_result.data.*.item"])
    phantom.act("look up", parameters=[{{"ip": row[0]}} for row in rows if row[0]], assets=["a"], name="look_1")
"""})
    assert found["classes"]["finished_changed"] == ["one.py"]
    assert found["situations"] == {"one.py": "demux finds what it looks for"}
    assert found["acts"]["one.py"] == {"written": 1, "fired": 1}


def test_a_branch_that_random_numbers_decide_on_is_tried_with_others(told: Told):
    """The same ones in every run, so that it is the same situation."""
    found = told({"one.py": f"""{RULES}
import random
def on_start(container):
    if random.randint(1, 100) > 80:
        phantom.act("look up", parameters=[{{"ip": "192.0.2.1"}}], assets=["a"], name="look_1")
"""})
    assert found["acts"]["one.py"]["fired"] == 1
    assert found["classes"]["fired_nothing"] == []
    assert not found["situations"] or re.fullmatch(r"other random numbers \(\d+\)", found["situations"]["one.py"])


@pytest.mark.parametrize("fields", ["finding_id", "finding_ids", "investigation_id", "id", "response_plans.*.id",
                                    "current_response_plan_phase.response_plan_id", "finding_id investigation_id"])
def test_what_a_playbook_reads_of_a_finding_is_there(told: Told, fields: str):
    """A finding or an investigation, as it is that: an action with it as its parameter is carried out."""
    paths = [f"finding:{one}" for one in fields.split()]
    found = told({"one.py": f"""{RULES}
def on_start(container):
    rows = phantom.collect2(container=container, datapath={paths})
    parameters = [{{"id": one, "content": "c"}} for row in rows for one in row if one is not None]
    phantom.act("add finding or investigation note", parameters=parameters, assets=["builtin_mc_connector"],
                name="note_1")
"""})
    assert (found["finished"], found["acts"]["one.py"]["fired"]) == (1, 1)
    assert not [one for one in found["hints"] if "did not run" in one["message"]]


SILENT = f"""{RULES}
def on_start(container):
    if phantom.get_summary() == 7:
        phantom.act("look up", parameters=[{{}}], assets=["x"], name="look_1")
"""
SHY = f"""{RULES}
def on_start(container):
    if container["severity"] == "high":
        phantom.act("look up", parameters=[{{}}], assets=["x"], name="look_1")
"""
LACKS = {
    "a child playbook": "    phantom.playbook('local/nowhere')\n",
    "a custom function": "    phantom.custom_function('local/nowhere', parameters=[{}], name='n')\n",
    "a module": "    import nowhere_at_all\n",
    "a module of the first level": "    pass\nimport nowhere_at_all\n",
}
CLASSES = {
    "finished": ACT, "finished_changed": SHY, "fired_nothing": SILENT,
    "stopped": f"{RULES}def on_start(container):\n    return undefined\n",
    "missing_files": f"{RULES}def on_start(container):\n{LACKS['a child playbook']}",
    "not_loaded": f"{RULES}def on_start(container)\n",
    "lab_errors": f"{RULES}def on_start(container):\n    raise Odd\n",
}


def test_every_playbook_is_in_one_class_and_the_counts_add_up(tmp_path: Path, capsys, monkeypatch):
    """In JSON by name, in the text as numbers: doing nothing is not finished, a missing file is no error of theirs."""
    for name, source in CLASSES.items():
        (tmp_path / f"{name}.py").write_text(source)
    whole = Trials.run

    def run(self, playbook, situation=None, **options):
        if playbook.name == "lab_errors":
            raise RuntimeError("out of order")
        return whole(self, playbook, situation, **options)

    monkeypatch.setattr(Trials, "run", run)
    assert main(["check", str(tmp_path), "--run", "--jobs", "1", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["classes"] == {**{name: [str(tmp_path / f"{name}.py")] for name in CLASSES}, "not_run": []}
    assert sum(map(len, told["classes"].values())) == told["playbooks"] == len(CLASSES)
    assert (told["finished"], told["not_run"]) == (1, [])
    assert [one["error"] for one in told["lab_errors"]] == ["RuntimeError: out of order"]
    assert [Path(one["file"]).stem for one in told["playbook_errors"]] == ["stopped"]
    assert [Path(one["file"]).stem for one in told["missing_files"]] == ["missing_files"]
    assert main(["check", str(tmp_path), "--run", "--jobs", "1"]) == 1
    out = capsys.readouterr().out
    numbers = dict(re.findall(r"^  ([a-z ]+?) +(\d+)   ", out, re.MULTILINE))
    assert numbers == dict.fromkeys((name.replace("_", " ") for name in CLASSES), "1")
    assert re.search(r"^run +7   playbooks, of which$", out, re.MULTILINE)
    assert f"{tmp_path}/fired_nothing.py: warning: it has actions, and fired none in any situation" in out
    assert (f"{tmp_path}/finished_changed.py: remark: it comes to its end, and fires what it has, in a changed "
            "situation only: on_start: if_1 true") in out


@pytest.mark.parametrize("code", LACKS.values(), ids=LACKS)
def test_what_is_not_there_is_no_error_of_the_playbook(told: Told, code: str):
    """A file that somebody has elsewhere; an error of the code beside it counts as one."""
    found = told({"one.py": f"{RULES}def on_start(container):\n{code}"})
    assert (found["classes"]["missing_files"], found["playbook_errors"], found["lab_errors"]) == (["one.py"], [], [])
    (one,) = found["missing_files"]
    assert "nowhere" in one["error"]
    assert (found["code"], one["situation"]) == (1 if "import" in code and "pass" in code else 0, "plain")


def test_an_error_beside_a_missing_file_is_the_playbooks_own(told: Told):
    """Both are told."""
    found = told({"one.py": f"""{RULES}
def on_start(container):
    phantom.act("look up", parameters=[{{}}], assets=["x"], name="look_1", callback=one)
    phantom.act("look up", parameters=[{{}}], assets=["x"], name="look_2", callback=two)

def one(**kwargs):
    phantom.playbook("local/nowhere")

def two(**kwargs):
    return undefined
"""})
    assert found["classes"]["stopped"] == ["one.py"]
    assert [len(found[name]) for name in ("playbook_errors", "missing_files")] == [1, 1]


def test_the_ambient_hash_seed_changes_nothing(tmp_path: Path):
    """Ten parameter sets in the order of a set: the same journal twice."""
    (tmp_path / "one.py").write_text(MANY)
    (tmp_path / "two.py").write_text(ACT)
    journals = []
    for number in ("1", "2"):
        folder = tmp_path / number
        folder.mkdir()
        subprocess.run(
            [sys.executable, "-m", "phantom_lab", "check", str(tmp_path), "--run", "--no-isolated", "--journals",
             str(folder)],
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
    assert (code, told.out, len(last) < 500) == (2, "", True)
    assert last.startswith("phantom-lab")
    assert ": error: " in last
    assert {"--run", "--apps"} & {*options} or "Give --run as well" in last


@pytest.mark.parametrize("seed", ["4294967296", "-1" + "0" * 30])
def test_every_seed_is_one(seed: str, tmp_path: Path):
    """In processes of their own, too, whose hash seeds have a range."""
    for name in ("one.py", "two.py"):
        (tmp_path / name).write_text(ACT + f"# {name}")
    done = command("check", str(tmp_path), "--run", "--jobs", "2", "--seed", seed, "--json")
    assert (json.loads(done.stdout)["finished"], done.stderr, done.returncode) == (2, "", 0)


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return forked.run([sys.executable, "-m", "phantom_lab", *arguments, "--no-isolated"], capture_output=True,
                          text=True, check=False, timeout=LONG)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_playbooks_print_is_told_with_the_playbook(jobs: str, tmp_path: Path):
    """Whichever of Python's streams they use, also in processes of their own; each line once, and not without end."""
    for name in ("one", "two"):
        (tmp_path / f"{name}.py").write_text(f"""import sys
print("mine", "{name}")
{ACT}
    print("\x1b[31mred")
    sys.stderr.write("half a line")
    for number in range(100):
        print(number, "x" * 1000)
    phantom.playbook("local/child")
""")
    (tmp_path / "child.py").write_text(f"{RULES}def on_start(container):\n    print('a child')\n")
    done = command("check", str(tmp_path), "--run", "--jobs", jobs, "--json")
    told = json.loads(done.stdout)
    printed = {name: [one["text"] for one in told["prints"] if Path(one["playbook"]).stem == name]
               for name in ("one", "two", "child")}
    assert set(printed["child"]) == {"a child"}
    for name in ("one", "two"):
        assert printed[name][:3] == [f"mine {name}", "\x1b[31mred", f"half a line0 {'x' * 187}…"]
        assert (len(printed[name]), printed[name][-1]) == (21, "… and 82 more lines")
    assert done.stderr == ""
    text = command("check", str(tmp_path), "--run", "--jobs", jobs).stdout
    assert f"{tmp_path / 'one.py'} printed: mine one\n" in text
    assert f"{tmp_path / 'one.py'} printed: \\x1b[31mred\n" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_is_written_below_pythons_streams_is_no_part_of_the_answer(jobs: str, tmp_path: Path):
    """It goes to standard error as it is."""
    for name in ("one.py", "two.py"):
        (tmp_path / name).write_text(f"import os\nos.write(2, b'mine')\n{ACT}# {name}")
    done = command("check", str(tmp_path), "--run", "--jobs", jobs, "--json")
    assert (json.loads(done.stdout)["finished"], done.stderr) == (2, "minemine")


def test_a_playbook_that_ends_its_process_takes_no_other_one_with_it(tmp_path: Path):
    """And no traceback."""
    for name in "abcdefg":
        body = "libc._exit(7)" if name in "bd" else "pass"
        (tmp_path / f"{name}.py").write_text(
            f"{RULES}from tests.native import libc\ndef on_start(container):\n    {body}\n# {name}")
    done = command("check", str(tmp_path), "--run", "--jobs", "2", "--json")
    told = json.loads(done.stdout)
    assert [(Path(one["playbook"]).name, one["error"]) for one in told["playbook_errors"]] == [
        (name, "it ended the process that it ran in, by C code, a signal or a crash of Python")
        for name in ("b.py", "d.py")]
    assert (told["finished"], done.stderr, done.returncode) == (5, "", 1)


@pytest.mark.parametrize(("jobs", "most", "options"), [
    ("1", "2,000,000", []), ("2", "100,000", ["--option", "max_steps=100000"])])
def test_a_playbook_that_does_not_end_is_told_and_the_others_are_run(jobs: str, most: str, options: list[str],
                                                                     tmp_path: Path):
    """As an error of its own, with the loop and its line."""
    for name, source in (("a.py", ACT), ("b.py", POLL), ("c.py", ACT + "# c")):
        (tmp_path / name).write_text(source)
    done = command("check", str(tmp_path), "--run", "--jobs", jobs, "--json", *options)
    told = json.loads(done.stdout)
    (error,) = told["playbook_errors"]
    assert (Path(error["file"]).name, error["block"], error["line"], told["finished"]) == ("b.py", "on_start", 6, 2)
    assert error["error"].startswith("Endless: the loop in block on_start does not end: ")
    assert f"A run takes at most {most} steps (option max_steps)" in error["error"]
    assert (told["lab_errors"], told["not_run"], done.stderr, done.returncode) == ([], [], "", 1)


def test_the_limit_of_steps_can_be_set(tmp_path: Path, capsys):
    """One that ends within more steps is run to its end."""
    (tmp_path / "one.py").write_text(f"{RULES}def on_start(container):\n    for n in range(5_000_000): pass\n")
    for steps, finished in ((10_000, 0), (10**7, 1)):
        code = main(["check", str(tmp_path), "--run", "--json", "--option", f"max_steps={steps}"])
        assert (code, json.loads(capsys.readouterr().out)["finished"]) == (1 - finished, finished)


CHECKING = """
import sys
from phantom_lab.trials import running
from phantom_lab.cli import main

trials = running.trials

def told(*args, **kwargs):
    for number, trial in enumerate(trials(*args, **kwargs), 1):
        yield trial
        sys.stderr.write(f"{number} taken\\n")

running.trials = told
sys.exit(main(sys.argv[1:]))
"""
"""The command, which says on stderr when it has taken in what became of a playbook."""


@pytest.fixture
def endless(tmp_path: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Check two playbooks that end and one that does not, until only that is left: a process group of its own."""
    started: list[subprocess.Popen[str]] = []

    def start(jobs: str) -> subprocess.Popen[str]:
        for name in ("a.py", "b.py"):
            (tmp_path / name).write_text(ACT + f"# {name}")
        (tmp_path / "c.py").write_text(ENDLESS)
        running = forked.Popen(
            [sys.executable, "-c", CHECKING, "check", str(tmp_path), "--run", "--no-isolated", "--jobs", jobs,
             "--json"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
        started.append(running)
        assert running.stderr is not None
        assert {running.stderr.readline() for _ in range(3)} == {"1 taken\n", "2 taken\n", "at it\n"}
        return running

    yield start
    for one in started:
        one.kill()


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupt_leaves_what_was_found(jobs: str, endless):
    """As of a terminal, which interrupts every process: one line, and the exit code of what was stopped."""
    running = endless(jobs)
    os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=LONG)
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
    out, _ = running.communicate(timeout=LONG)
    assert (out, running.returncode) == ("", -getattr(signal, sent))


def test_an_error_of_a_child_playbook_stands_in_its_file(tmp_path: Path, capsys):
    """With the playbook that was run."""
    (tmp_path / "parent.py").write_text(f"{RULES}def on_start(container):\n    phantom.playbook('local/child')\n")
    (tmp_path / "child.py").write_text(f"{RULES}\n\ndef on_start(container):\n    return undefined\n")
    assert main(["check", str(tmp_path), "--run", "--jobs", "1"]) == 0
    out = capsys.readouterr().out
    child, parent = (f"{tmp_path}/{name}.py" for name in ("child", "parent"))
    error = f"{child}:6: warning: NameError: name 'undefined' is not defined (block on_start, also in a run of "
    assert out.count(f"{error}{parent}). ") == out.count("NameError") == 1
    assert f"{parent}:" not in out


def test_an_error_of_a_custom_function_is_told_by_whatever_runs_playbooks(tmp_path: Path, capsys):
    """As one of the playbook itself: a run that goes on after it is no clean one."""
    (tmp_path / "one.py").write_text(f"""{RULES}
def on_start(container):
    phantom.custom_function("local/rate", parameters=[{{"x": 1}}], name="rate_1", callback=after)

def after({BLOCK}):
    phantom.debug(success)
""")
    (tmp_path / "custom_functions").mkdir()
    rate = tmp_path / "custom_functions/rate.py"
    rate.write_text("def rate(x=None, **kwargs):\n    return {'y': x['z']}\n")
    error = "TypeError: 'int' object is not subscriptable (block rate"
    for command, code, line in ((("check", "--run", "--jobs", "1"), 0, f"{rate}:2: warning: {error}, in a run of "),
                                (("explore",), 0, f"raised: plain: {error}, rate.py:2)"),
                                (("fuzz", "--examples", "3"), 1, f"rate.py:2: error: {error})")):
        asked = tmp_path if command[0] == "check" else tmp_path / "one.py"
        assert main([command[0], str(asked), *command[1:], "--no-isolated"]) == code
        assert line in capsys.readouterr().out


@tabled(("code", "told"), [
    ("    while True:\n        pass\n", "timed out: the loop in block rate does not end"),
    ("    return {'x': {1, 2}}\n", "returned what is no JSON"), ("    return []\n", "")])
def test_a_custom_function_that_fails_without_an_exception_is_told(tmp_path: Path, capsys, code: str, told: str):
    """One that does not end, or hands back what cannot be handed on; an empty list is no fault of its."""
    (tmp_path / "one.py").write_text(f"""{RULES}
def on_start(container):
    phantom.custom_function("local/rate", parameters=[{{}}], name="rate_1")
""")
    (tmp_path / "custom_functions").mkdir(exist_ok=True)
    (tmp_path / "custom_functions/rate.py").write_text(f"def rate(**kwargs):\n{code}")
    for command in (("check", "--run", "--jobs", "1"), ("explore",), ("fuzz", "--examples", "3")):
        asked = tmp_path if command[0] == "check" else tmp_path / "one.py"
        main([command[0], str(asked), *command[1:], "--no-isolated", "--option", "max_steps=20000"])
        out = capsys.readouterr().out
        assert told in out
        assert bool(told) == ("rate.py" in out)


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


PASSES_OVER = f"""{RULES}
def on_start(container):
    phantom.act("look up", parameters=[], assets=["x"], name="look_1")
    phantom.pin(container=container, pin_type="odd", message="sample")
"""


def test_what_a_run_passes_over_is_told(told: Told, tmp_path: Path, capsys):
    """Of the run that is kept, with block and line; an action with no parameters fires nothing."""
    found = told({"x.py": PASSES_OVER})
    assert found["classes"]["fired_nothing"] == ["x.py"]
    assert found["acts"]["x.py"] == {"written": 1, "fired": 0}
    assert [(one["block"], one["line"]) for one in found["hints"]] == [(None, 0), ("on_start", 5), ("on_start", 6)]
    assert main(["check", "--run", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert out.count("x.py: hint: ") == 3
    assert "hint: on_start, line 6: phantom.pin was not carried out: pin_type must be one of" in out


def test_explore_tells_it_with_the_situations(tmp_path: Path, capsys):
    """Each thing once."""
    (tmp_path / "x.py").write_text(PASSES_OVER)
    main(["explore", str(tmp_path / "x.py")])
    out = capsys.readouterr().out
    assert out.count("phantom.pin was not carried out") == 1
    assert "not 'odd' [all]" in out
    main(["explore", str(tmp_path / "x.py"), "--json"])
    assert {one["line"] for one in json.loads(capsys.readouterr().out)["scenarios"][0]["hints"]} == {0, 5, 6}
