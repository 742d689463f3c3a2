"""How an action fails whose app does not come to its end."""

from __future__ import annotations

import pytest

from phantom_lab import Lab

SOURCE = """
def on_start(container):
    phantom.act('get report', parameters=[{'id': 1}], name='look', assets=['sandbox'], callback=after)

def after(action=None, success=None, container=None, results=None, handle=None, filtered_artifacts=None,
          filtered_results=None):
    phantom.debug([success, [one['message'] for one in results[0]['action_results']]])
"""


@pytest.mark.assumed
@pytest.mark.parametrize(("answer", "message"), [
    ({"raise": "KeyError: 'report'"}, '''"Exception occurred: KeyError: 'report'"'''),
    ({"timeout": True}, "'action timed out'"),
])
def test_an_app_that_raises_or_takes_too_long_is_a_failed_result(answer: dict[str, object], message: str, playbook):
    """The callback is called with a failure that says so; the words of it are assumed."""
    scenario = {"container": {"name": "a"}, "outcomes": [{"action": "get report", **answer}]}
    run = Lab(scenario=scenario).run(playbook(SOURCE))
    assert (run.status, run.summary().debug) == ("failed", [f"[False, [{message}]]"])
