"""A run is executed again from its journal alone, and is the same; where it is not, it is told where and why."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import InputError, Lab, Options, Playbook, Stepper, failure, success
from phantom_lab.apps import MaxMind
from phantom_lab.cli import main
from phantom_lab.history import Journal, RunEnded, RunSpec, SourceTaken, Stopped, read_journal
from phantom_lab.isolation.zone import is_name, zone
from phantom_lab.lab.replaying import Replay, replay
from tests.forging import written
from tests.older import older
from tests.patience import LONG
from tests.situations import SAMPLES, finished, situations

START = "import phantom.rules as phantom\n"
SITUATIONS = situations()


def same(found: Replay) -> bool:
    """Whether every event was as recorded; the divergence is what a failing test shows."""
    assert found.divergence is None, str(found.divergence)
    return found.agreed == found.recorded


def of_file(journal: Journal, folder: Path) -> Journal:
    """A journal as its file holds it."""
    written(journal, folder / "journal.jsonl")
    return read_journal(folder / "journal.jsonl")


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_sample_is_the_same(name: str, tmp_path: Path) -> None:
    """Children, prompts, custom functions, lists, findings, loops and all outcomes come from the file."""
    if SITUATIONS[name].maxmind and not MaxMind.installed():
        pytest.skip("needs the MaxMind database")
    journal = of_file(finished(name).journal, tmp_path)
    assert same(replay(journal))


@pytest.mark.parametrize("ambient", ["1", "77", None])
def test_the_command_needs_nothing_but_the_file(ambient: str | None, tmp_path: Path) -> None:
    """In another process, an empty folder and under another hash seed: sets stand in the recorded order."""
    code = tmp_path / "code"
    code.mkdir()
    (code / "sets.py").write_text(f"{START}def on_start(container):\n    phantom.debug(list(set('abcdefgh')))\n"
                                  "    phantom.custom_function('local/made', parameters=[{}], name='m')\n")
    (code / "made.py").write_text("def made():\n    return {'a': list({'x', 'y', 'z', 'u'})}\n")
    (code / "c.json").write_text('{"name": "x"}')
    environment = {one: value for one, value in os.environ.items() if one != "PYTHONHASHSEED"}
    run = [sys.executable, "-m", "phantom_lab"]
    subprocess.run([*run, "run", "sets.py", "--container", "c.json", "--seed", "5", "--journal", str(tmp_path / "j")],
                   cwd=code, env=environment, check=True, capture_output=True, timeout=LONG)
    for file in code.iterdir():
        file.unlink()
    done = subprocess.run([*run, "replay", str(tmp_path / "j")], cwd=code, capture_output=True, text=True, timeout=LONG,
                          env={**environment, **({"PYTHONHASHSEED": ambient} if ambient else {})})
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("identical: ")


def test_everything_that_a_lab_holds_is_in_the_file(tmp_path: Path) -> None:
    """Containers, artifacts, lists, users, assets, vault bytes, records, options, what was seen before, a finding."""
    sample = tmp_path / "sample.txt"
    sample.write_bytes(bytes(range(256)))
    lab = Lab({"name": "one", "artifacts": [{"cef": {"a": 1}}, {"cef": {"a": [None, {"b": "\ud800"}]}}]},
              finding={"id": "f-1", "name": "suspicious"}, lists={"known": [["a", "b"], ["c"]]}, user="kim",
              assets=[{"name": "fw", "app": "Firewall", "actions": ["block ip"], "tags": ["x"], "type": "wall"}],
              files=[sample], records={"note": [{"container": 1, "title": "t", "content": "c"}]}, seed=42,
              options=Options(objects="str", no_rows="skip"), strict_assets=True)
    lab.action("block ip")(lambda parameter: success([{"n": 1}], message="done"))
    playbook = Playbook.from_source(f"""{START}
def on_start(container):
    phantom.debug(phantom.collect2(container=container, datapath=["artifact:*.cef.a", "finding:name"]))
    phantom.debug(phantom.get_list("known"))
    phantom.debug(phantom.get_notes(container=container))
    phantom.debug([open(one["path"], "rb").read().hex() for one in phantom.vault_info(container_id=1)[2]])
    phantom.debug(phantom.collect2(container=container, datapath=["playbook:launching_user.name"]))
    phantom.debug(phantom.get_assets(action="block ip"))
    phantom.debug(phantom.get_tasks(container))
    phantom.error([done, object()])
    phantom.act("block ip", parameters=[{{"ip": "1.1.1.1"}}], callback=done)
def done(action=None, results=None, **kwargs):
    phantom.debug(results)
    phantom.add_list("known", ["d"])
    phantom.set_severity(container=kwargs["container"], severity="high")
""", name="all")
    run = lab.run(playbook)
    assert run.status == "success", run.message
    assert not [one for one in run.debug if "0x" in one], "where an object is in memory"
    lab.containers.clear()
    sample.unlink()
    assert same(replay(of_file(run.journal, tmp_path)))


def test_whoever_answers_is_not_asked_again(tmp_path: Path) -> None:
    """Stubs, stand-ins and HTTP answers, the wrong ones as well, come from the file."""
    asked: list[str] = []
    lab = Lab({"name": "x"}, scenario={"container": {"name": "x"}, "http": [
        {"url": "https://intel.example/a", "json": {"score": 9}, "status": 418, "headers": {"X-Y": "z"}}]})

    @lab.action("look")
    def look(parameter: dict[str, Any]) -> dict[str, Any]:
        asked.append("look")
        return failure("no") if parameter["n"] else success([{"n": random.random()}])

    @lab.playbook("local/kid")
    def kid(inputs: dict[str, Any]) -> dict[str, Any]:
        asked.append("kid")
        return {"score": [random.random()]}

    @lab.custom_function("local/merge")
    def merge(a: Any) -> Any:
        asked.append("merge")
        return failure("no merge") if a else {"a": random.random()}

    run = lab.run(Playbook.from_source(f"""{START}import requests
def on_start(container):
    answer = requests.get("https://intel.example/a")
    phantom.debug([answer.status_code, answer.json(), answer.headers.get("X-Y")])
    try: requests.get("https://elsewhere.example/")
    except requests.ConnectionError as exc: phantom.debug("refused")
    phantom.act("look", parameters=[{{"n": 0}}, {{"n": 1}}], assets=["x"], name="look_1", callback=told)
    phantom.playbook("local/kid", container=container, name="kid_1", callback=told)
    phantom.custom_function("local/merge", parameters=[{{"a": 0}}, {{"a": 1}}], name="merge_1", callback=told)
def told(action=None, results=None, **kwargs):
    phantom.debug(results)
    phantom.debug(phantom.collect2(container=kwargs["container"], datapath=["kid_1:playbook_output:score"]))
""", name="asks"))
    assert run.status == "success", run.message
    assert sorted(asked) == ["kid", "look", "look", "merge", "merge"]
    assert same(replay(of_file(run.journal, tmp_path)))
    assert len(asked) == 5


@pytest.mark.parametrize("wrong", ["look", "kid", "merge"])
def test_a_wrong_answer_ends_the_run_as_it_did(wrong: str, tmp_path: Path) -> None:
    """A stub that raises, or returns what is no answer, leaves a run without an outcome."""
    lab = Lab({"name": "x"})
    lab.action("look")(lambda parameter: 1 / 0 if wrong == "look" else success())
    lab.playbook("local/kid")(lambda inputs: 1 / 0 if wrong == "kid" else {})
    lab.custom_function("local/merge")(lambda **given: 1 / 0 if wrong == "merge" else {"a": 1})
    run = lab.run(Playbook.from_source(f"""{START}
def on_start(container):
    phantom.act("look", parameters=[{{"n": 0}}], assets=["x"], name="look_1")
    phantom.playbook("local/kid", container=container, name="kid_1")
    phantom.custom_function("local/merge", parameters=[{{"a": 0}}], name="merge_1")
""", name="asks"))
    assert run.status == "needs_outcome"
    assert same(replay(of_file(run.journal, tmp_path)))


def test_what_is_not_there_is_not_there_again(tmp_path: Path) -> None:
    """A child and a custom function that nobody has, though they may be there by now."""
    lab = Lab({"name": "x"}, paths=[tmp_path])
    run = lab.run(Playbook.from_source(f"""{START}
def on_start(container):
    for call in (lambda: phantom.custom_function("local/merge", parameters=[{{}}]),
                 lambda: phantom.playbook("local/kid", container=container)):
        try: call()
        except Exception as exc: phantom.debug(str(exc))
""", name="asks"))
    (tmp_path / "kid.py").write_text(f"{START}def on_start(container): pass\n")
    (tmp_path / "merge.py").write_text("def merge(): return {'a': 1}\n")
    assert len([one for one in run.journal.events if isinstance(one, SourceTaken)]) == 2
    assert same(replay(of_file(run.journal, tmp_path)))


WORK = f"""{START}
def on_start(container):
    phantom.save_run_data(key="kept", value="old")
    for name in ("one", "two", "three"):
        phantom.act("look", parameters=[{{"n": name}}], name=name, assets=["x"], callback=told)
    phantom.prompt2(user="admin", message="go?", respond_in_mins=5, name="ask", callback=told)
    first(container, 1)
def first(container, n, **kwargs):
    phantom.debug([n, container["severity"], phantom.get_run_data(key="kept")])
    return second(container)
def second(container):
    phantom.debug("second")
    return "by itself"
def told(action=None, success=None, container=None, results=None, handle=None, **kwargs):
    phantom.debug([action["name"], success, results[0]["action_results"][0]["message"]])
def on_finish(container, summary):
    phantom.debug([container["severity"], phantom.get_run_data(key="kept")])
"""


def stepped(steps: Callable[[Stepper], Any]) -> Journal:
    """The journal of a stepped run, after some commands have been given at its first block."""
    lab = Lab({"name": "x"})
    stepper = lab.step(Playbook.from_source(WORK, name="work"), journal=None)
    steps(stepper)
    return stepper.run.journal


def by_hand(stepper: Stepper) -> None:
    """Everything that people may change at rest."""
    stepper.edit(container={"severity": "low"}, arguments={"container": {"id": 1, "name": "other", "severity": "odd"}})
    stepper.step()
    stepper.edit(run_data={"kept": "new", "more": [1]}, container={"severity": "high"}, arguments={"n": 7})
    stepper.edit_pending("two", answer=failure("by hand"), delay=60)
    stepper.edit_pending("one", delay=-1)
    stepper.reorder("three", "ask")
    stepper.breakpoints.add("told", condition="success is False")
    stepper.step()
    stepper.skip({"by": "hand"})
    while stepper.position.state != "ended":
        state = stepper.position.state
        if state != "needs_outcome":
            stepper.resume()
        elif stepper.needed is not None and stepper.needed.action == "prompt":
            stepper.respond("Yes", user="kim")
        else:
            stepper.edit(run_data={"more": None})
            stepper.give([{"n": 1}], message="given")


def test_what_was_done_by_hand_is_done_again(tmp_path: Path) -> None:
    """Edits, skipped blocks, another order, delays, answers and replies."""
    journal = stepped(by_hand)
    assert [one.status for one in journal.events if isinstance(one, RunEnded)] == ["failed"]
    assert same(replay(of_file(journal, tmp_path)))


@pytest.mark.parametrize("after", range(4))
def test_a_stopped_run_is_the_same_up_to_there(after: int, tmp_path: Path) -> None:
    """Nothing of its way out is compared, and the report says that it is no whole run."""
    def steps(stepper: Stepper) -> None:
        for _ in range(after):
            stepper.step()
        stepper.stop()

    journal = stepped(steps)
    found = replay(of_file(journal, tmp_path))
    assert found.identical
    assert not found.complete
    assert isinstance(journal.events[found.agreed], Stopped)


def test_a_loop_that_was_stopped_ends_there_again(tmp_path: Path) -> None:
    """Though nothing is journaled in it."""
    playbook = Playbook.from_source(f"{START}def on_start(container):\n    phantom.debug('begins')\n"
                                    "    while True: pass\n", name="round")
    stepper = Lab({"name": "x"}, options=Options(max_steps=100_000_000)).step(playbook, journal=None)
    stepper.request("resume")
    while not stepper.run.debug:
        pass
    stepper.stop()
    found = replay(of_file(stepper.run.journal, tmp_path))
    assert found.identical
    assert not found.complete


def test_a_journal_that_was_cut_anywhere_is_the_same_up_to_there(tmp_path: Path) -> None:
    """At every line, and in the middle of lines."""
    file = tmp_path / "whole.jsonl"
    journal = of_file(finished("sandbox_poll").journal, tmp_path)
    data = (tmp_path / "journal.jsonl").read_bytes()
    first = next(place for place, line in enumerate(data.split(b"\n")) if b'"event":"RunSpec"' in line)
    lines = data.split(b"\n")
    for place in range(first + 1, len(lines), 7):
        file.write_bytes(b"\n".join(lines[:place]) + b"\n" + lines[place][:len(lines[place]) // 2])
        cut = read_journal(file)
        found = replay(cut)
        assert found.identical, str(found.divergence)
        assert found.agreed == cut.length
        assert found.complete is (cut.length == journal.length)


def test_other_code_is_told_at_the_first_thing_that_it_does_otherwise(tmp_path: Path) -> None:
    """Not at another line, comment or name of a variable."""
    (tmp_path / "old.py").write_text(WORK)
    lab = Lab({"name": "x"}, results=[{"action": "look", "data": [{"n": 1}]},
                                      {"action": "prompt", "responses": ["Yes"]}])
    run = lab.run(tmp_path / "old.py")
    assert run.status == "success", run.message
    journal = of_file(run.journal, tmp_path)
    moved = Playbook.from_source("# a line more\n\n" + WORK.replace("for name in", "for  name  in"), name="moved")
    assert replay(journal, playbook=moved).identical
    changed = Playbook.from_source(WORK.replace('"two"', '"zwei"'), name="changed")
    found = replay(journal, playbook=changed).divergence
    assert found is not None
    assert (found.block, found.line, found.cause) == ("on_start", 6, "value")
    assert found.recorded is not None
    assert found.recorded["arguments"]["name"] == "two"
    assert found.actual["arguments"]["name"] == "zwei"
    fewer = Playbook.from_source(WORK.replace('    phantom.debug("second")\n', ""), name="fewer")
    left_out = replay(journal, playbook=fewer).divergence
    assert left_out is not None
    assert (left_out.block, left_out.cause) == ("second", "left out")
    assert left_out.closest is not None


def test_a_file_of_the_machine_is_told_when_it_is_read_and_suspected_when_it_has_changed(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By name, block and line; so are the environment, folders and random numbers of code in C."""
    read, file = tmp_path / "settings.txt", tmp_path / "reads.py"
    read.write_text("old")
    (tmp_path / "c.json").write_text('{"name": "x"}')
    file.write_text(f"{START}import os, numpy\ndef on_start(container):\n    with open({str(read)!r}) as file:\n"
                    f"        text = file.read()\n    phantom.debug(text)\n    os.listdir({str(tmp_path)!r})\n"
                    "    os.environ.get('HOME'), numpy.random.rand()\n")
    journal = str(tmp_path / "journal.jsonl")
    assert main(["run", str(file), "--container", str(tmp_path / "c.json"), "--journal", journal, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["unrecorded"]
    assert [(one["what"], one["name"], one["block"], one["line"]) for one in told if one["what"] != "machine"] == [
        ("random numbers", "numpy.random.rand", "on_start", 8), ("environment", "os.environ", "on_start", 8),
        ("file", str(read), "on_start", 4), ("folder", str(tmp_path), "on_start", 7)]
    assert main(["replay", journal]) == 0
    read.write_text("new")
    capsys.readouterr()
    assert main(["replay", journal]) == 3
    out = capsys.readouterr().out
    assert "diverged at event" in out
    assert "on_start, line 6" in out
    assert f"reads      file {read} (on_start, line 4)" in out


@pytest.mark.parametrize("call", ["playbook('local/nowhere', container=container)",
                                  "custom_function(custom_function='local/nowhere', parameters=[{}])"])
def test_what_is_nowhere_is_nowhere_again(call: str) -> None:
    """For the same reason, which a failure tells in a field of its own."""
    source = f"{START}def on_start(container):\n    phantom.{call}\n"
    run = Lab({"name": "x"}).run(Playbook.from_source(source, name="p"))
    assert run.failures[0].reason.startswith("missing ")
    assert replay(run.journal).identical


def test_what_cannot_be_executed_again_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An older journal, none at all, and one that was cut before its first event."""
    journal = finished("repeat_login_scope").journal
    of_file(journal, tmp_path)
    header = (tmp_path / "journal.jsonl").read_text().splitlines(keepends=True)[0]
    old = tmp_path / "old.jsonl"
    for text in (older(journal, 1), older(journal, 2), header):
        old.write_text(text)
        assert main(["replay", str(old)]) == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1
        assert "does not hold all that it takes" in error
    assert main(["replay", str(tmp_path / "none")]) == 2


def test_the_exports_of_a_playbook_and_its_child_are_in_the_file(tmp_path: Path) -> None:
    """Whole, once, and read from there: the files may be gone, or others."""
    export = {"coa": {"playbook_type": "data", "input_spec": [{"name": "ip"}], "output_spec": [],
                      "data": {"nodes": {"0": {"type": "start", "x": 1.5, "y": 2}}}}}
    code = tmp_path / "code"
    code.mkdir()
    (code / "parent.py").write_text(f"{START}def on_start(container):\n"
                                    "    phantom.playbook('local/kid', container=container, inputs={'ip': 1})\n")
    (code / "kid.py").write_text(f"{START}def on_start(container):\n    phantom.debug(phantom.collect2("
                                 "container=container, datapath=['playbook_input:ip']))\n")
    (code / "kid.json").write_text(json.dumps(export, indent=2))
    (code / "parent.json").write_text(json.dumps({**export, "coa": {**export["coa"], "playbook_type": "automation"}}))
    run = Lab({"name": "x"}).run(code / "parent.py")
    assert run.status == "success", run.message
    for file in code.iterdir():
        file.unlink()
    journal = of_file(run.journal, tmp_path)
    spec, taken = (journal.index.of_kind(kind)[0] for kind in (RunSpec, SourceTaken))
    assert journal.get(journal.get(taken.source)["export"]) == export
    assert journal.get(journal.get(spec.playbook)["export"])["coa"]["data"] == export["coa"]["data"]
    assert same(replay(journal))


NOTES = f"""{START}def on_start(container):
    phantom.add_note(container=container, note_type="general", title="t", content="{'x' * 2000}one{'y' * 900}")
"""


@pytest.mark.parametrize(("before", "after", "recorded", "now"), [
    ('"t"', '"u"', "title=t", "title=u"),
    pytest.param("one", "two", f"content=…{'x' * 60}one", f"content=…{'x' * 60}two", id="text"),
])
def test_of_long_values_the_place_is_told_at_which_they_differ(
        before: str, after: str, recorded: str, now: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Their beginnings are the same, and tell nothing."""
    journal, other = tmp_path / "journal.jsonl", tmp_path / "notes.py"
    run = Lab({"name": "x", "description": "d" * 3000}).run(Playbook.from_source(NOTES, name="notes"), journal=journal)
    assert run.status == "success"
    other.write_text(NOTES.replace(before, after))
    assert main(["replay", str(journal), "--playbook", str(other)]) == 3
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].startswith(f"  recorded   CallMade after 0 s arguments.kwargs.{recorded}")
    assert lines[3].startswith(f"  now        CallMade after 0 s arguments.kwargs.{now}")
    assert "arguments.kwargs." in str(replay(read_journal(journal), playbook=Playbook.load(other)).divergence)


LOCAL = f"""{START}import datetime, time
def on_start(container):
    phantom.debug(datetime.datetime.now().isoformat())
    phantom.debug(datetime.datetime.now().astimezone().isoformat())
    phantom.debug(datetime.datetime.fromtimestamp(0).isoformat())
    phantom.debug(time.strftime("%H:%M %Z"))
    phantom.debug(str(time.mktime((2024, 1, 1, 0, 0, 0, 0, 0, 0))))
"""


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="tzset")
@pytest.mark.parametrize("command", [["replay"], ["inside", "1"], ["share", "--out"], ["rerun", "1"]],
                         ids=lambda one: one[0])
def test_a_run_is_executed_again_in_its_own_time_zone(command: list[str], tmp_path: Path,
                                                      monkeypatch: pytest.MonkeyPatch,
                                                      capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever the machine's is, which is as it was afterwards."""
    file, made = tmp_path / "journal.jsonl", tmp_path / "made.jsonl"
    with monkeypatch.context() as there:
        there.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        lab = Lab({"name": "x"}, start=datetime(2026, 1, 5, tzinfo=UTC))
        run = lab.run(Playbook.from_source(LOCAL, name="local"), journal=file)
    time.tzset()
    assert run.debug[0].startswith("2026-01-05T09:00:00")
    here = zone()
    assert here != "Asia/Tokyo"
    monkeypatch.setenv("TZ", here)  # which a command may change for good
    name, *rest = command
    assert main([name, str(file), *rest, *([str(made)] if name == "share" else [])]) == 0
    if name == "rerun":
        assert run.debug[0] in capsys.readouterr().out
    else:
        assert zone() == here
    monkeypatch.undo()
    time.tzset()


def test_a_time_zone_is_a_name_and_never_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which ``TZ`` may be: another machine lacks it, and a forged journal would have it read."""
    assert all(is_name(one) for one in ("Asia/Tokyo", "<local>-5:30", "EST5EDT,M3.2.0,M11.1.0"))
    assert not any(is_name(one) for one in ("", ":/etc/localtime", "/dev/zero", "../../etc/passwd", "UTC\n"))
    monkeypatch.setenv("TZ", ":/etc/localtime")
    assert is_name(zone())


MACHINE = {
    "os.getcwd()": ("folder", "os.getcwd"), "pathlib.Path.cwd()": ("folder", "pathlib.Path.cwd"),
    "os.path.exists('x')": ("file", "os.path.exists"), "os.stat('/').st_mtime": ("file", "os.stat"),
    "os.path.expanduser('~')": ("environment", "os.path.expanduser"),
    "os.path.expandvars('$HOME')": ("environment", "os.path.expandvars"), "sys.argv": ("environment", "sys.argv"),
    "random.Random().random()": ("random numbers", "random.Random()"), "os.getppid()": ("machine", "os.getppid"),
    "time.process_time()": ("machine", "time.process_time"), "gc.get_count()": ("machine", "gc.get_count"),
    "locale.getlocale()": ("machine", "locale.getlocale"),
    "shutil.disk_usage('/')": ("machine", "shutil.disk_usage"), "random.Random(5).random()": None, "time.time()": None,
    "os.path.join('a', 'b')": None,
}


@pytest.mark.parametrize("code", MACHINE)
def test_what_is_read_of_the_machine_is_told_by_name(code: str) -> None:
    """When it is recorded, whatever it is this time."""
    run = Lab({"name": "x"}).run(Playbook.from_source(
        f"import gc, locale, os, pathlib, random, shutil, sys, time\ndef on_start(container):\n    print({code})\n",
        name="reads"))
    told = {(one["what"], one["name"]) for one in run.summary().unrecorded}
    assert (MACHINE[code] in told) if MACHINE[code] else not told


def test_a_large_file_of_the_vault_is_left_out_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its size is known; what reads it cannot be executed again."""
    monkeypatch.setattr("phantom_lab.engine.spec.LARGEST", 10)
    sample = tmp_path / "sample.bin"
    sample.write_bytes(b"x" * 11)
    run = Lab({"name": "x"}, files=[sample]).run(Playbook.from_source(
        f"{START}def on_start(container):\n    info = phantom.vault_info(container_id=1)[2]\n"
        "    phantom.debug(open(info[0]['path']).read())\n", name="reads"))
    assert run.debug == ["x" * 11]
    (told,) = [one for one in run.summary().unrecorded if one["what"] == "file"]
    assert told["name"].endswith("of the vault (11 bytes)")
    assert not replay(of_file(run.journal, tmp_path)).identical


def test_each_run_has_a_uid_of_its_own() -> None:
    """And two that start from the same say the same besides."""
    specs = [run.journal.events[0] for run in (Lab({"name": "x"}).run(SAMPLES / "playbooks" / "enrich_indicators.py")
                                                for _ in range(2))]
    assert all(isinstance(one, RunSpec) for one in specs)
    first, second = specs
    assert isinstance(first, RunSpec)
    assert isinstance(second, RunSpec)
    assert first.uid != second.uid
    assert (first.playbook, first.options, first.versions) == (second.playbook, second.options, second.versions)


def test_a_spec_without_a_playbook_is_refused() -> None:
    """An empty journal."""
    with pytest.raises(InputError, match="does not hold"):
        replay(Journal())
