"""Wrong behaviours that show only in several runs: located by comparing them, or by running again."""

from __future__ import annotations

import json

from phantom_lab import Lab, Playbook, success
from phantom_lab.bounded import bounded
from tests.pains import ELSEWHERE, HEAD, block, decide, flow

GEO = 'phantom.act("geo", parameters=[{"ip": "192.0.2.1"}], assets=["m"], name="geo_1", callback=after)'
HOLDS = 8_192
"""Characters of all answers."""


def lab(*data: dict[str, object], **given: object) -> Lab:
    """One artifact; what ``geo`` comes back with."""
    made = Lab({"name": "case", "artifacts": [{"cef": {"ip": "192.0.2.1"}}]}, **given)
    made.action("geo")(lambda parameter: success(list(data) or [{"n": parameter.get("n", 0)}]))
    return made


def book(*blocks: str, **start: str) -> Playbook:
    """A playbook."""
    return Playbook.from_source(HEAD + flow(*blocks, **start), name="book")


def line_of(playbook: Playbook) -> int:
    """The line that is wrong."""
    return next(number for number, one in enumerate(playbook.source.splitlines(), 1) if "# here" in one)


def test_results_in_another_order():
    """The block takes the first result, whichever comes first: a comparison names block, line and what it wrote."""
    playbook = book(block("first", GEO), block(
        "after", 'found = results[0]["action_results"][0]["data"][0]["country"]',
        "phantom.set_owner(container=container, user=found)  # here"))
    one, other = (lab(*data).run(playbook) for data in (
        ({"country": "AU"}, {"country": "NZ"}), ({"country": "NZ"}, {"country": "AU"})))
    told = bounded(one.diff(other).to_json())
    assert not one.diff(other).same
    assert "NZ" in told
    assert f'"line": {line_of(playbook)}' in told
    assert ELSEWHERE["results in another order"] == "diff"


def test_parallel_actions_in_any_order():
    """The last one to come back decides: the orders are told apart by what they wrote."""
    acts = "\n    ".join(f'phantom.act("geo", parameters=[{{"n": {n}}}], assets=["m"], name="geo_{n}", callback=after)'
                         for n in (1, 2))
    playbook = book(block("first", acts), block(
        "after", 'phantom.set_owner(container=container, user=results[0]["name"])  # here'))
    found = lab().run(playbook).orders()
    assert not found.same
    assert found.exhaustive
    assert "geo_1" in json.dumps(found.outcomes[1].changes)
    assert len(bounded(found.to_json())) <= HOLDS
    assert ELSEWHERE["parallel actions in any order"] == "orders"


def test_data_under_a_shared_key_of_two_containers():
    """What another container left is read: against a run where nothing was left, a comparison names the block."""
    playbook = book(block(
        "first", 'left = phantom.get_object(key="seen")',
        'phantom.save_object(key="seen", value={"n": len(left)}, playbook_name="book", auto_delete=False)',
        "phantom.set_status(container=container, status='closed' if left else 'open')  # here"))
    both, alone = lab(), lab()
    second = both.add({"name": "other"})
    alone.add({"name": "other"})
    both.apply(both.run(playbook, 1))
    one, other = alone.run(playbook, second), both.run(playbook, second)
    told = bounded(one.diff(other).to_json())
    assert not one.diff(other).same
    assert "closed" in told
    assert f'"line": {line_of(playbook)}' in told
    assert ELSEWHERE["data under a shared key, of two containers"] == "diff"


def test_which_change_of_a_value_turns_a_branch():
    """The least edit is found and proven."""
    playbook = book(block("first", GEO), block(
        "after", decide("geo_1:action_result.data.*.country", "==", "NZ"), "    act_on_it(container=container)"),
        block("act_on_it", 'phantom.debug("acts")'))
    found = lab({"country": "AU"}).run(playbook).flip("act_on_it")
    told = bounded(found.to_json())
    assert "NZ" in told
    assert "country" in told
    assert len(told) <= HOLDS
    assert ELSEWHERE["which change of a value turns a branch"] == "flip"
