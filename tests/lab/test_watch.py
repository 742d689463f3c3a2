"""A watch across time: where a value changed, and who wrote it."""

from __future__ import annotations

from pathlib import Path

import pytest

from phantom_lab import InputError, Lab, Playbook, Stepper, success, watch
from phantom_lab.cli import main
from tests.table import tabled

CODE = '''import phantom.rules as phantom


def on_start(container):
    phantom.save_run_data(key="seen", value="0")
    phantom.act("look up", parameters=[{"ip": "10.0.0.1"}], assets=["x"], name="look_1", callback=decide)


def decide(action=None, success=None, container=None, results=None, handle=None, **kwargs):
    phantom.save_run_data(key="seen", value="1")
    phantom.set_severity(container, "high")
    phantom.add_artifact(container=container, raw_data={}, cef_data={"sourceAddress": "10.0.0.9"}, label="event",
                         name="found", severity="low", identifier=None, artifact_type="network")
    phantom.add_list("blocked", "10.0.0.9")
    phantom.set_severity(container, "high")
'''


@pytest.fixture(scope="module")
def stepper() -> Stepper:
    """Rested once, where the name of the container was changed by hand, and then ran to its end."""
    artifacts = [{"name": "a", "cef": {"sourceAddress": "10.0.0.1"}}]
    lab = Lab({"name": "incident", "severity": "low", "artifacts": artifacts},
              lists={"blocked": [["10.0.0.5"]]})
    lab.action("look up")(lambda parameter: success([{"bad": 1}]))
    stepper = lab.step(Playbook.from_source(CODE, name="looker"), journal=None)
    stepper.edit(container={"name": "renamed"})
    stepper.resume()
    return stepper


@pytest.mark.parametrize(("expression", "changes"), [
    ("container:severity", [("low", "start", "", 0), ("high", "set_severity", "decide", 11)]),
    ("container:name", [("incident", "start", "", 0), ("renamed", "edit", "on_start", 0)]),
    ("run_data:seen", [(None, "start", "", 0), ("0", "save_run_data", "on_start", 5),
                       ("1", "save_run_data", "decide", 10)]),
    ("artifact:*.cef.sourceAddress", [(["10.0.0.1"], "start", "", 0),
                                      (["10.0.0.1", "10.0.0.9"], "add_artifact", "decide", 12)]),
    ("custom_list:blocked", [([["10.0.0.5"]], "start", "", 0),
                             ([["10.0.0.5"], ["10.0.0.9"]], "add_list", "decide", 14)]),
    ("look_1:action_result.data.*.bad", [([], "start", "", 0), ([1], "action look_1", "", 0)]),
    ("len(artifacts) > 1 and run_data['seen'] == '1'", [
        (False, "start", "", 0), (True, "add_artifact", "decide", 12)]),
    ("run_data['seen']", [("KeyError: 'seen'", "start", "", 0), ("0", "save_run_data", "on_start", 5),
                          ("1", "save_run_data", "decide", 10)]),
])
def test_every_change_is_told_with_who_wrote_it(stepper: Stepper, expression: str, changes: list[object]) -> None:
    """The second time that the same value is written is no change."""
    found = stepper.watch(expression)
    assert [(one.after, one.by, one.block, one.line) for one in found] == changes
    assert [one.before for one in found[1:]] == [one.after for one in found[:-1]]
    assert stepper.journal.index.start_of(found[-1].invocation) is None or found[-1].position > (
        stepper.journal.index.start_of(found[-1].invocation))


@pytest.mark.parametrize("expression", ["", "severity is", "playbook_input:x"])
def test_what_cannot_be_watched_is_one_line(stepper: Stepper, expression: str) -> None:
    """With what can be."""
    with pytest.raises(InputError, match=r"For instance|Names are|can be"):
        watch(stepper, expression)


@tabled(("expression", "told"), [
    ("container:sevrity", "; closest is `severity`"), ("run_data:sen", "; closest is 'seen'"),
    ("run_data['sen']", ""), ("container:severity", ""), ("len(artifacts)", "")])
def test_what_never_has_a_value_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], expression: str, told: str
                                        ) -> None:
    """With the closest name."""
    journal = tmp_path / "run.jsonl"
    if not journal.exists():
        lab = Lab({"name": "incident"})
        lab.action("look up")(lambda parameter: success([{"bad": 1}]))
        lab.run(Playbook.from_source(CODE, name="looker"), journal=journal)
    assert main(["watch", str(journal), expression]) == 0
    err = capsys.readouterr().err
    assert (f"{expression} has no value anywhere in this run" in err, told in err) == (bool(told), True)


def test_what_came_back_between_blocks_is_not_told_as_the_start(stepper: Stepper) -> None:
    """Only what the run started with is."""
    start, came = watch(stepper, "look_1:action_result.data.*.bad")
    assert "(the run's start)" in start.told
    assert came.told == "[] -> [1] by action look_1 (outside of any block)"
