"""How many calls an action makes, and what they multiply from."""

from __future__ import annotations

from itertools import product
from typing import Any

from phantom_lab import frames
from phantom_lab.views import fan_out
from phantom_lab.views.fan_out import because, factors
from tests.table import tabled

USERS, HOSTS, PORTS = ["ann", "bob"], ["h1", "h2", "h3"], [1, 2, 3]


def sets(**columns: list[Any]) -> list[dict[str, Any]]:
    """Every combination of some columns."""
    return [dict(zip(columns, row, strict=True)) for row in product(*columns.values())]


PAIRS = [{"host": host, "port": port} for host, port in zip(HOSTS, PORTS, strict=True)]


@tabled(("given", "told"), [
    (sets(user=USERS, host=HOSTS), {"user": 2, "host": 3}),
    (sets(user=USERS, host=HOSTS, limit=[5]), {"user": 2, "host": 3}),
    (sets(user=USERS), {"user": 2}),
    (PAIRS, {"host+port": 3}),
    ([{"user": user, **pair} for user in USERS for pair in PAIRS], {"user": 2, "host+port": 3}),
    ([{"host": host, "user": user, "port": port} for user in USERS for host, port in zip(HOSTS, PORTS, strict=True)],
     {"host+port": 3, "user": 2}),
    (sets(user=USERS, host=HOSTS)[:-1], {"user+host": 5}),
    ([{"a": a, "b": b, "c": a ^ b} for a in (0, 1) for b in (0, 1)], {"a+b+c": 4}),
    ([{"host": "h1"}, {"user": "ann"}], {"host+user": 2}),
    ([{"host": ["h1", "h2"]}, {"host": ["h1"]}], {"host": 2}),
    ([{"host": "1"}, {"host": 1}], {"host": 2}),
    ([{}], {}),
    ([], {}),
])
def test_parameters_that_vary_alone_are_factors(given, told):
    """Those that vary together are one; a grid with a hole is one as well."""
    assert factors(given) == told


@tabled(("given", "assets", "told"), [
    (sets(user=USERS, host=HOSTS), 2, "2 user × 3 host × 2 assets"),
    (sets(user=USERS, host=HOSTS), 1, "2 user × 3 host"),
    (sets(host=HOSTS) * 2, 2, "3 host (of 6 sets 3 are distinct) × 2 assets"),
    ([{"host": "h1"}] * 6, 1, "1 set (of 6 sets 1 is distinct)"),
    ([{"host": "h1"}], 1, "1 set"),
    ([], 2, "no set × 2 assets"),
    (sets(user=USERS), 0, "2 user × 0 assets"),
])
def test_the_multiplication_is_told_in_one_line(given, assets, told):
    """With how many sets say the same."""
    assert because(given, assets) == told


LOOPS = """
def on_start(container):
    parameters = []
    for user in ["ann", "bob"]:
        for host in ["h1", "h2", "h3"]:
            parameters.append({"user": user, "host": host, "context": {"artifact_id": len(parameters)}})
    phantom.act("look up", parameters=parameters, assets=["a", "b"], name="look_1", callback=done)
    phantom.prompt2(container=container, user="bob", message="?", respond_in_mins=1, name="ask_1", response_types=[])
    done()

def done(**kwargs):
    pass
"""
ROW = {"run": 1, "block": "on_start", "line": 8, "name": "look_1", "action": "look up", "assets": 2, "sets": 6,
       "calls": 12, "because": "2 user × 3 host × 2 assets", "fired": False}


def test_calls_are_counted_before_an_action_fires(lab, playbook):
    """At a rest, in the journal, in the frame and where the pending actions stand; a prompt makes no calls."""
    lab.action("look up")(lambda parameter: [])
    lab.action("prompt")(lambda parameter: [])
    stepper = lab.step(playbook(LOOPS))
    stepper.step()
    assert stepper.position.invocation.block == "done"
    assert fan_out(stepper.run.journal) == [ROW]
    assert frames.fan_out(stepper).to_dict("records") == [ROW]
    assert list(map(repr, stepper.pending)) == [
        "<PendingAction 'look_1': look up, 2 user × 3 host × 2 assets = 12 calls>", "<PendingAction 'ask_1': prompt>"]
    stepper.resume()
    assert stepper.run.summary().fan_out == [{**ROW, "fired": True}]
    assert stepper.run.summary().action_runs[0]["message"] == "12 actions succeeded"


def test_loops_over_pairs_are_told_as_a_mistake_too(lab, playbook):
    """The hint takes what varies together as one loop."""
    lab.action("look up")(lambda parameter: [])
    summary = lab.run(playbook(LOOPS.replace('"host": host,', '"host": host, "port": host + ":22",').replace(
        "    phantom.prompt2", "    #"))).summary()
    (hint,) = summary.hints
    assert "6 parameter sets are every combination of 2 user x 3 host+port (where they" in hint["message"]


def test_other_pending_things_are_told_by_name(lab, playbook):
    """Not by everything that they hold."""
    lab.playbook("local/child")(lambda inputs: {})
    stepper = lab.step(playbook("def on_start(container):\n    phantom.playbook('local/child', container=container, "
                                "name='child_1', callback=done)\n    done()\n\ndef done(**kwargs):\n    pass\n"))
    stepper.step()
    assert list(map(repr, stepper.pending)) == ["<PendingStart 'child_1'>"]
    stepper.stop()
