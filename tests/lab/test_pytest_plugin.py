"""The pytest plugin: fixtures, scenario files as tests, journals of what failed; nothing for who does not use it."""

from __future__ import annotations

from pathlib import Path

import pytest

from phantom_lab.history import read_journal
from tests.lab.test_start_up import loaded, ours

pytest_plugins = ["pytester"]
PLUGIN = ("-p", "phantom_lab.pytest_plugin", "-p", "no:cacheprovider", "-p", "no:xdist")
FLOW = """import phantom.rules as phantom
def on_start(container):
    phantom.act("block ip", parameters=[{"ip": "203.0.113.7"}], assets=["fw"], name="block_ip_1", callback=after)
def after(success=None, container=None, **kwargs):
    phantom.set_severity(container, "high" if success else "low")
"""
SCENARIO = """playbook: ../flow.py
container: {name: Case}
outcomes: [{action: block ip}]
expect: {calls: [block_ip_1]}
variants:
  fine: {}
  wrong: {expect: {changes: [{field: severity, to: low}]}}
"""
TESTS = """
import pytest

def test_fine(run_playbook, scenario):
    run = run_playbook("flow.py", scenario="scenarios/s.yaml#fine")
    run.block("block_ip_1").called_once().with_parameters([{"ip": "203.0.113.7"}])
    run.changed("severity", to="high")
    run.never("delete user")
    assert scenario("scenarios/s.yaml#wrong").playbook.name == "flow.py"

def test_with_a_lab(lab):
    lab.add({"name": "Case"})

    @lab.action("block ip")
    def block(parameter):
        return {"status": "failed", "message": "no route"}

    lab.run("flow.py").expect("failed").changed("severity", to="high")
"""


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    """A playbook, a scenario and tests in a folder."""
    (pytester.path / "scenarios").mkdir()
    (pytester.path / "scenarios" / "s.yaml").write_text(SCENARIO)
    (pytester.path / "flow.py").write_text(FLOW)
    (pytester.path / "test_of_a_user.py").write_text(TESTS)
    return pytester


def test_fixtures_and_assertions(suite: pytest.Pytester):
    """What does not hold is told by what there was, without frames of ours, and with the journal where it is asked
    for."""
    result = suite.runpytest_inprocess(*PLUGIN, "--lab-journal-on-failure")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["E * change 'severity' with to high is expected",
                                 "E * container 1 severity: medium -> low (after): to is low"])
    assert "asserted.py" not in result.stdout.str()
    journal = next(line.removeprefix("journal: ") for line in result.outlines if line.startswith("journal: "))
    assert read_journal(journal).index.all_ended
    assert Path(journal).parent == suite.path / ".phantom-lab" / "journals"


def test_scenario_files_are_tests_where_they_are_named(suite: pytest.Pytester):
    """On the command line, or by the ini option; else they are no concern of pytest's."""
    named = suite.runpytest_inprocess(*PLUGIN, "scenarios/s.yaml")
    named.assert_outcomes(passed=1, failed=1)
    named.stdout.fnmatch_lines(["*s.yaml:7: change 'severity' with to low is expected"])
    suite.makeini("[pytest]\nlab_scenarios = scenarios/*.yaml\n")
    listed = suite.runpytest_inprocess(*PLUGIN, "--collect-only", "-q").outlines
    assert listed[:4] == ["scenarios/s.yaml::fine", "scenarios/s.yaml::wrong", "test_of_a_user.py::test_fine",
                          "test_of_a_user.py::test_with_a_lab"]
    (suite.path / "scenarios" / "s.yaml").write_text("expect: {blocks: [a], never: {blocks: [a]}}\n")
    broken = suite.runpytest_inprocess(*PLUGIN)
    broken.assert_outcomes(errors=1)
    broken.stdout.fnmatch_lines(["*s.yaml:1: a contradiction: block 'a' is expected, and never by *"])


def test_a_suite_that_does_not_use_it_loads_nothing_of_the_lab(tmp_path: Path):
    """The plugin's own module is all."""
    (tmp_path / "test_other.py").write_text("def test_nothing():\n    pass\n")
    (tmp_path / "other.yaml").write_text("playbook: flow.py\n")
    found = loaded("-m", "pytest", *PLUGIN, str(tmp_path))
    assert ours(found) == {"pytest_plugin"}
    assert not {one for one in found if one.startswith(("yaml", "requests"))}
