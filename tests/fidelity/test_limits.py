"""How many action calls a run may make."""

from __future__ import annotations

import pytest

from phantom_lab import Lab

SOURCE = """
def on_start(container):
    {first}
    for number in range({calls}):
        phantom.act("look up", parameters=[{{"n": 1}}, {{"n": 2}}], assets=["sample"], name=f"look_{{number}}")
    phantom.debug("went on")
"""


@pytest.fixture
def acting(incident, playbook):
    """A run that sets a limit, or does something else first, and makes so many calls."""
    def run(calls, first="pass"):
        lab = Lab(incident)
        lab.action("look up")(lambda parameter: [parameter])
        return lab.run(playbook(SOURCE.format(calls=calls, first=first)))

    return run


@pytest.mark.documented
@pytest.mark.parametrize(("first", "limit"), [
    ("pass", 50), ("phantom.set_action_limit(3)", 3), ("phantom.set_action_limit(limit=300)", 300),
])
def test_a_run_may_make_so_many_action_calls(acting, first, limit):
    """Fifty, or as many as it sets. An action with several parameter sets is one call."""
    run = acting(limit, first)
    assert run.status == "success"
    assert (run.summary().debug, len(run.state.action_runs)) == (["went on"], limit)


@pytest.mark.assumed
@pytest.mark.parametrize(("first", "limit"), [("pass", 50), ("phantom.set_action_limit(0)", 0)])
def test_one_more_ends_its_branch(acting, first, limit):
    """With a message that names the number and the way to another; what was asked for before completes."""
    run = acting(limit + 1, first)
    assert run.status == "error"
    assert run.summary().message == (
        f"PlaybookArgumentError: act 'look up': the run has made {limit} action calls; its limit is {limit}. "
        "phantom.set_action_limit in on_start sets another one. Blocks that call each other need a way out. "
        "(block on_start, sample:6)")
    assert (run.summary().debug, len(run.state.action_runs)) == ([], limit)


@pytest.mark.assumed
def test_prompts_do_not_count(acting):
    """Only calls of `act` do."""
    ask = "phantom.prompt2(user='', message='go on?', name='ask', container=container)"
    assert acting(1, f"phantom.set_action_limit(1); {ask}").status == "success"


@pytest.mark.assumed
@pytest.mark.parametrize("limit", ["None", "'5'", "-1", "True", "1.5"])
def test_a_limit_is_a_number(acting, limit):
    """Anything else is one clear error."""
    run = acting(0, f"phantom.set_action_limit({limit})")
    assert f"set_action_limit: limit must be a number of action calls, not {limit}" in run.summary().message


@pytest.mark.observed
def test_the_limit_cannot_be_set_in_a_custom_function(incident, playbook, tmp_path):
    """It raises there, as the vendor's own self-test says."""
    (tmp_path / "tool.py").write_text("import phantom.rules as phantom\ndef tool(**kwargs):\n"
                                      "    phantom.set_action_limit(5)\n")
    (tmp_path / "book.py").write_text("import phantom.rules as phantom\ndef on_start(container):\n"
                                      "    phantom.custom_function('local/tool', [{}], name='tool_1')\n")
    run = Lab(incident).run(tmp_path / "book.py")
    assert "set_action_limit cannot be called from within a custom function" in run.summary().message


@pytest.mark.assumed
def test_a_child_playbook_has_a_count_and_a_limit_of_its_own(incident, tmp_path):
    """It spends nothing of its parent's, and a limit set in one does not hold in the other."""
    act = "phantom.act('look up', parameters=[{}], assets=['sample'])\n"
    source = "import phantom.rules as phantom\ndef on_start(container):\n"
    (tmp_path / "child.py").write_text(source + f"    for number in range(2):\n        {act}")
    (tmp_path / "parent.py").write_text(
        f"{source}    phantom.set_action_limit(1)\n    phantom.playbook('local/child', container)\n    {act}")
    lab = Lab(incident)
    lab.action("look up")(lambda parameter: [])
    assert lab.run(tmp_path / "parent.py").status == "success"
