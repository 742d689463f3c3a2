"""What one run does otherwise than another, and what is no difference."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import phantom_lab
from phantom_lab import Lab, Playbook, frames
from phantom_lab.cli import main
from phantom_lab.views.differences import Differences
from tests.conftest import SAMPLES

RULES = "import phantom.rules as phantom\nfrom datetime import datetime, timedelta\nimport uuid\n"
BLOCK = "action=None, success=None, container=None, results=None, handle=None, **kwargs"
FLOW = RULES + f"""
def on_start(container):
    phantom.act("look up", parameters=[{{"ip": "203.0.113.7"}}], assets=["intel"], name="look_1", callback=decide)

def decide({BLOCK}):
    if phantom.decision(conditions=[["look_1:action_result.data.*.score", ">", 5]]):
        close(container=container)

def close(container=None, **kwargs):
    phantom.set_severity(container, "high")
    phantom.debug("closed")

def on_finish(container, summary):
    phantom.save_playbook_output_data(output={{"verdict": "bad"}})
"""
OWN = RULES + """
def on_start(container):
    phantom.debug(f"{datetime.now()} {datetime.now() - timedelta(days=7)} {uuid.uuid4()}")
    phantom.debug(f"of container {container['id']}, run {phantom.get_run_data()}")
    phantom.add_artifact(container=container, raw_data={}, cef_data={"seen": str(datetime.now())}, label="event",
                         name="sample", severity="low")
    phantom.add_note(container=container, note_type="general", title="sample", content=str(uuid.uuid4()))
"""


def lab(score: int = 9, **more: Any) -> Lab:
    """One that answers what is asked for."""
    made = Lab({"name": "sample", **more}, start=datetime(2026, 1, 5, 9, tzinfo=UTC))
    made.action("look up")(lambda: [{"score": score}])
    return made


def compared(one: str, other: str, *, effects: bool = False) -> Differences:
    """What two sources do otherwise in the same situation."""
    runs = [lab().run(Playbook.from_source(source, name="flow")) for source in (one, other)]
    found: Differences = runs[0].diff(runs[1], effects=effects)
    return found


def test_what_is_the_runs_own_is_no_difference():
    """The moment that it starts, the ids of its records and runs, its uuids; how many there are is said."""
    playbook = Playbook.from_source(OWN, name="own")
    other = Lab({"name": "other"}, seed=3)
    number = other.add({"name": "sample", "id": 42})
    other.run(playbook)
    found = phantom_lab.diff(lab().run(playbook), other.run(playbook, number))
    assert found.same, str(found)
    assert found.passed_over > 4
    assert str(found).endswith(f"not compared: {found.passed_over} uuids and moments of the runs' own\nthe same")


def test_what_was_given_stays_what_it_is():
    """A uuid or a moment of the container, of the playbook's text, and the container that is written to."""
    reads = RULES + "def on_start(container):\n    phantom.debug(container['description'])\n"
    for given in ("2024-03-04 08:20:00", "aaaaaaaa-0000-4000-8000-000000004711"):
        runs = [lab(description=text).run(Playbook.from_source(reads, name="reads"))
                for text in (given, given.replace("4", "5"))]
        assert runs[0].diff(runs[1]).counts == {"messages": 1}
    writes = RULES + "def on_start(container):\n    phantom.set_severity({}, 'high')\n"
    both = Lab({"name": "a"})
    both.add({"name": "b"})
    runs = [both.run(Playbook.from_source(writes.format(number), name="writes"), 1) for number in (1, 2)]
    assert [one.what for one in runs[0].diff(runs[1]).differences] == [
        "the container severity", "container 'b' severity"]


@pytest.mark.parametrize(("old", "new", "section", "lines"), [
    ('"203.0.113.7"', '"203.0.113.8"', "actions",
     ['  - look_1: look up on intel: ip: "203.0.113.7"  (on_start, line 6)',
      '  + look_1: look up on intel: ip: "203.0.113.8"  (on_start, line 6)']),
    ('"high"', '"low"', "changes",
     ['  - the container severity: "high"  (close, line 13)', '  + the container severity: "low"  (close, line 13)']),
    ('"closed"', '"shut"', "messages",
     ['  - debug of close: "closed"  (line 14)', '  + debug of close: "shut"  (line 14)']),
    ('{"verdict": "bad"}', '{"verdict": ["bad", 1]}', "outputs",
     ['  - verdict: "bad"  (on_finish, line 17)', '  + verdict: ["bad", 1]  (on_finish, line 17)']),
    ('phantom.debug("closed")', 'phantom.debug("closed"); 1 / 0', "status",
     ['  - the run: "success"', '  + the run: "error"', '  + close raised: "ZeroDivisionError: division by zero"']),
])
def test_each_kind_of_difference_is_told_in_its_section(old: str, new: str, section: str, lines: list[str]):
    """With what is there in the one and in the other, and where."""
    found = compared(FLOW, FLOW.replace(old, new))
    told = [line for one in found.differences if one.section == section for line in one.lines()]
    assert [line if "raised" not in line else line.split("  (")[0] for line in told] == lines
    assert found.first is not None


def test_the_first_difference_is_where_they_part():
    """Of a condition that came out otherwise, and not of what followed from it; blocks with how often."""
    playbook = Playbook.from_source(FLOW, name="flow")
    found = lab(score=9).run(playbook).diff(lab(score=2).run(playbook))
    assert (found.first.section, found.first.what) == ("results", "look_1: look up on intel")
    assert [(one.path, one.left, one.right) for one in found.first.apart] == [("data.0.score", 9, 2)]
    assert found.counts == {"blocks": 1, "conditions": 1, "results": 1, "changes": 1, "messages": 1}
    twice = FLOW.replace("        close(container=container)", "        close(container=container)\n" * 2)
    (block,) = [one for one in compared(FLOW, twice).differences if one.section == "blocks"]
    assert (block.what, block.left.times, block.right.times) == ("close", 1, 2)


def test_of_effects_names_of_the_playbooks_own_are_none():
    """Blocks, and what they ask for, may be called otherwise."""
    renamed = FLOW.replace("look_1", "look_up_2").replace("close", "shut")
    assert compared(FLOW, renamed, effects=True).same
    assert {"blocks", "actions", "results"} <= compared(FLOW, renamed).counts.keys()
    other = compared(FLOW, renamed.replace('"203.0.113.7"', '"203.0.113.8"'), effects=True)
    assert other.counts == {"actions": 1}


def test_a_long_text_is_told_from_where_it_differs():
    """And a value only where it does."""
    long = RULES + "def on_start(container):\n    phantom.debug('x' * 500 + 'END')\n"
    (one,) = compared(long, long.replace("END", "FIN")).differences
    assert [line.split("  (")[0] for line in one.lines()] == [
        f'  {sign} debug of on_start: …"{"x" * 24}{end}"' for sign, end in (("-", "END"), ("+", "FIN"))]


def test_edits_by_hand_are_the_first_difference_of_a_run_that_was_edited():
    """A fork of a run differs by what somebody changed."""
    playbook = Playbook.from_source(FLOW, name="flow")
    stepper = lab().step(playbook, journal=None)
    stepper.step()
    stepper.edit(arguments={"success": False})
    stepper.resume()
    found = lab().run(playbook).diff(stepper)
    assert [(one.section, one.what, one.right.value) for one in found.differences] == [
        ("edits", "argument success", False)]
    assert found.first == found.differences[0]


def test_the_frame_has_a_row_for_every_place():
    """Of the same differences."""
    playbook = Playbook.from_source(FLOW, name="flow")
    one, other = lab(score=9).run(playbook), lab(score=2).run(playbook)
    table = frames.differences(one, other)
    assert len(table) == sum(max(len(each.apart), 1) for each in one.diff(other).differences)
    (row,) = table[table["section"] == "results"].to_dict("records")
    assert (row["path"], row["left"], row["right"], row["times_left"]) == ("data.0.score", 9, 2, 1)
    assert (row["line_left"], row["block_left"]) == (None, None)  # no line of the playbook came back with it
    assert 0 not in {*table["line_left"], *table["line_right"]}


def test_the_command_compares_two_journals(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Exit codes: the same, different, unreadable, no pair; the answer is short unless everything is asked for."""
    files = [str(tmp_path / f"{n}.jsonl") for n in range(3)]
    many = FLOW.replace('"closed"', 'str(list(range(5000)))')
    for file, source in zip(files, (FLOW, FLOW, many), strict=True):
        lab().run(Playbook.from_source(source, name="flow"), journal=file)
    assert main(["diff", *files[:2]]) == 0
    assert capsys.readouterr().out.endswith("the same\n")
    assert main(["diff", files[0], files[2], "--json"]) == 3
    short = capsys.readouterr().out
    assert len(short.encode()) <= 4_097
    assert json.loads(short)["left_out"]
    assert main(["diff", files[0], files[2], "--json", "--all"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert (told["same"], told["counts"], told["first"]["right"]["block"]) == (False, {"messages": 1}, "close")
    assert "4999" in told["differences"][0]["apart"][0]["right"]
    for arguments in ([files[0], str(tmp_path / "none.jsonl")], [files[0], "flow.py"],
                      [*files[:2], "--generate"]):
        assert main(["diff", *arguments]) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_the_command_runs_two_playbooks_in_the_same_situations(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """In a scenario that is given, or in those that are made up for them."""
    old, new = tmp_path / "old.py", tmp_path / "new.py"
    old.write_text(FLOW)
    new.write_text(FLOW.replace('"high"', '"low"'))
    scenario = tmp_path / "s.json"
    scenario.write_text(json.dumps({"container": {"name": "x"}, "variants": {
        name: {"outcomes": [{"action": "look up", "data": [{"score": score}]}]}
        for name, score in (("low", 1), ("high", 9))}}))
    assert main(["diff", str(old), str(new), "--scenario", str(scenario), "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert {one["situation"]: one["same"] for one in told["situations"]} == {"s#high": False, "s#low": True}
    assert main(["diff", str(old), str(new)]) == 3
    out = capsys.readouterr().out
    assert "  - the container severity: \"high\"  (close, line 13)" in out
    assert "situations differ" in out.splitlines()[-1]
    assert main(["diff", str(old), str(old)]) == 0
    assert main(["diff", str(old), str(new), "--results", str(scenario)]) == 2


@pytest.mark.parametrize("name", ["block_and_report", "watchlist_custom_functions", "indicator_inventory"])
def test_a_sample_does_the_same_in_another_lab(name: str):
    """At another moment, as another run."""
    runs = []
    for more in range(2):
        made = Lab(SAMPLES / "containers" / "test_incident.json", generate=True, paths=[SAMPLES])
        for _ in range(more + 1):
            run = made.run(SAMPLES / "playbooks" / f"{name}.py")
        runs.append(run)
    found = runs[0].diff(runs[1])
    assert found.same, str(found)


def test_an_empty_text_that_was_compared_is_seen():
    """In what conditions came to."""
    source = RULES + ("def on_start(container):\n    phantom.decision(container=container, conditions=["
                      "['artifact:*.name', '!=', '']], name='d')\n")
    (one,) = [one for one in compared(source, RULES + "def on_start(container):\n    pass\n").differences
              if one.section == "conditions"]
    assert one.what.endswith('artifact:*.name != ""')
