"""``%phantom``: time travel and questions in one line of a notebook."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from phantom_lab import Lab, Playbook, RecordedRun, Stepper
from phantom_lab.errors import InputError, StepperError
from phantom_lab.notebook.asking import VERBS, ask
from phantom_lab.questions import Questions
from tests.conftest import ROOT
from tests.forging import written
from tests.lab.test_travel import CODE, stepped


@pytest.fixture
def scope() -> dict[str, Any]:
    """What a notebook holds in which a run has come to its end."""
    stepper = stepped()
    stepper.resume()
    return {"stepper": stepper, "level": 5, "Out": {}}


def test_a_line_looks_back_and_branches_off(scope: dict[str, Any]) -> None:
    """What executes gives a stepper, which shows itself; what looks gives a text."""
    assert repr(ask("back", scope)).startswith("<Moment: position ")
    assert "invocation 3, report(" in repr(ask("go 3", scope))
    other = ask("fork bad=level+1", scope)
    assert isinstance(other, Stepper)
    assert other.position.invocation.n == 3
    other.resume()
    assert "reported 6" in other.run.debug
    assert repr(ask("history --of stepper", scope)).count("\n") == 1
    assert ask("present", scope) is None
    assert "by save_run_data (decide, line 12)" in repr(ask("watch run_data:seen", scope))


@pytest.mark.parametrize(("line", "told"), [
    ("bakc", "closest is 'back'|did you mean|back"), ("go", "takes N, not 'nothing'"), ("go x", "'x' is no number"),
    ("back 3", "takes nothing more"), ("why --of nobody", "no variable 'nobody'"), ("fork bad=1/", "Python expression"),
    ("back --of level", "level is no run"), ("'", "cannot read this line"),
])
def test_what_cannot_be_done_is_one_line(scope: dict[str, Any], line: str, told: str) -> None:
    """With what can be."""
    with pytest.raises(InputError, match=told):
        ask(line, scope)


def test_the_run_at_hand_is_the_one_that_rests(scope: dict[str, Any]) -> None:
    """Of several, nothing is guessed."""
    scope["other"] = stepped()
    with pytest.raises(StepperError, match="nothing was before"):
        ask("back", scope)
    scope["third"] = stepped()
    with pytest.raises(StepperError, match=r"several runs are at hand here \(stepper, other, third\)"):
        ask("back", scope)
    with pytest.raises(StepperError, match="no run is at hand"):
        ask("back", {})
    run = Lab({"name": "x"}).run(Playbook.from_source(CODE, name="looker"))
    assert "seen" in repr(ask("watch run_data", {"Out": {3: run}}))


def test_every_question_of_a_run_is_a_verb(capsys: pytest.CaptureFixture[str], scope: dict[str, Any]) -> None:
    """A line alone lists them."""
    asked = {name for name in vars(Questions) if not name.startswith("_")} - {
        "why_not", "questions", "expect", "block", "action", "changed", "unchanged", "never"}  # these assert
    assert asked <= VERBS.keys()
    assert ask("", scope) is None
    told = capsys.readouterr().out
    assert all(f"%phantom {name}" in told for name in VERBS)


def test_a_journal_is_opened_read_and_gone_on_with(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two lines, as its code is executed only by the second; `resume` does what it says on a stepper as well."""
    file = tmp_path / "run.jsonl"
    stepper = stepped()
    assert ask("resume", {"stepper": stepper}) is stepper
    assert stepper.run.status == "success"
    whole = written(stepper.journal, file)
    file.write_bytes(whole[:whole.rindex(b"InvocationStarted")])
    recorded = ask(f"open {file}", {"lab": Lab()})
    assert isinstance(recorded, RecordedRun)
    assert "    1  " in capsys.readouterr().out
    again = ask("resume", {"Out": {1: recorded}})
    assert again is not stepper
    again.resume()
    assert again.run.debug == stepper.run.debug
    with pytest.raises(StepperError, match="the run has ended"):
        ask("resume", {"stepper": stepper})
    with pytest.raises(InputError, match=r"several labs are at hand here \(a, b\)"):
        ask(f"open {file}", {"a": Lab(), "b": Lab()})


def test_a_newer_version_is_judged_without_a_run_at_hand(tmp_path: Path) -> None:
    """As the command tells it."""
    for name, code in (("old", CODE), ("new", CODE.replace("reported", "told"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "looker.py").write_text(code)
    answer = ask(f"upgrade-check {tmp_path}/new --baseline {tmp_path}/old --runs 4", {})
    assert [one.name for one in answer.value] == ["looker"]
    assert repr(answer).splitlines()[0].split() == ["playbook", "verdict", "situations"]
    with pytest.raises(InputError, match=r"takes PATH …"):
        ask("upgrade-check", {})


def test_scenarios_are_run_as_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the command: what is not as expected comes first, with the reason; what cannot be run says so in a line."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    Path("looker.py").write_text("import phantom.rules as phantom\n\n\ndef on_start(container):\n    pass\n", "utf-8")
    Path("looker.yaml").write_text("playbook: looker.py\ncontainer: {name: x}\nvariants:\n  well: {}\n"
                                   "  not: {expect: {notes: [none]}}\n", encoding="utf-8")
    frame = ask("test looker.yaml --no-isolated", {})
    assert list(frame[["scenario", "result"]].itertuples(index=False, name=None)) == [
        ("looker.yaml#not", "failed"), ("looker.yaml#well", "passed")]
    assert frame["unmet"][0].startswith("looker.yaml:5: note 'none' is expected")
    assert frame["unmet"][1] == ""
    assert Path(frame["journal"][0]).is_file()
    with pytest.raises(InputError, match=r"^error: no\.yaml: there is no such file or folder"):
        ask("test no.yaml", {})


def test_the_extension_registers_it(shell: Any) -> None:
    """In a shell, as a line magic."""
    shell.push({"stepper": stepped(), "Lab": Lab})
    assert shell.run_line_magic("phantom", "watch run_data:seen").value[0].after is None


def test_what_follows_an_answer_is_asked_in_a_notebook_as_the_rest_is(scope: dict[str, Any]) -> None:
    """Not as in a shell."""
    for line in ("why", "why --not report@3", "why report", "origin report@3"):
        with suppress(InputError):
            told = repr(ask(line, scope))
            assert "phantom-lab " not in told
            assert "JOURNAL" not in told
    assert "%phantom origin" in repr(ask("why report", scope))
