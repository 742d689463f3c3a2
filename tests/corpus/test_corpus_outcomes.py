"""Public playbooks and apps, where they are at hand: every literal read of results finds a value that its app may have.

``PHANTOM_LAB_CORPUS`` is that of `tests/corpus/test_corpus.py`; ``PHANTOM_LAB_APPS`` names a folder or archive of
manifests: figures are those of all 194 public apps.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from phantom_lab import Playbook
from phantom_lab.apps import Apps, Generated
from phantom_lab.check.sources import distinct, find
from phantom_lab.datapath import parse, rows
from phantom_lab.outcomes import ActionCall, Outcome
from phantom_lab.outcomes.declared import Demand
from phantom_lab.reading.demand import demand_of
from phantom_lab.reading.read import read

CORPUS = [one for one in os.environ.get("PHANTOM_LAB_CORPUS", "").split(os.pathsep) if one]
APPS = os.environ.get("PHANTOM_LAB_APPS", "")
SLIPS = {("titaniumcloud_url_reputation", 'action_result.data*.rl.classification.""')}
"""Published datapaths that have no value whatever the result is."""
FOUND = {True: {"manifest": 550, "export": 78, "same-named": 6, "reads": 7, "left out": 148},
         False: {"export": 501, "reads": 140, "left out": 0}}
"""Blocks by what their results are generated from, with and without the manifests; and the reads for which nothing is
generated, as the manifest of the block's own app does not declare them."""

pytestmark = [pytest.mark.skipif(not CORPUS, reason="PHANTOM_LAB_CORPUS names no public playbooks: NOT CHECKED HERE"),
              pytest.mark.filterwarnings("ignore::DeprecationWarning")]


@pytest.fixture(scope="module")
def demands() -> dict[str, Demand]:
    """What each distinct playbook asks for, by file."""
    return {one.file: demand_of(one) for one in playbooks()}


@pytest.fixture(scope="module")
def asked(demands: dict[str, Demand]) -> list[ActionCall]:
    """A call of each action block of a literal name and action."""
    return [call for one in playbooks() for call in calls(one, demands[one.file])]


@pytest.fixture(params=["without apps", "with apps"])
def apps(request: pytest.FixtureRequest) -> Apps:
    """The manifests, and none."""
    if request.param == "without apps":
        return Apps()
    if not APPS:
        pytest.skip("PHANTOM_LAB_APPS names no manifests: NOT CHECKED HERE")
    return Apps.load(APPS)


@cache
def playbooks() -> list[Playbook]:
    return [one for one in distinct(find(CORPUS)) if isinstance(one, Playbook)]


def calls(playbook: Playbook, demand: Demand) -> Iterator[ActionCall]:
    """With every parameter that is read of it."""
    found = {}
    for one in read(playbook).calls_of("act"):
        name, action, app = one.get("name"), one.get("action"), one.get("app")
        if isinstance(name, str) and isinstance(action, str):
            asset = next((asset for asset in one.names("assets") if isinstance(asset, str)), "-")
            given = app["name"] if isinstance(app, dict) else asset
            found[name] = ActionCall(action, name, asset, given, parameter(demand, name), 1, playbook.file)
    yield from found.values()


def parameter(demand: Demand, name: str) -> dict[str, object]:
    found: dict[str, object] = {"context": {"artifact_id": 1}}
    for one in demand.reads.get(name, ()):
        _, root, *steps = [*one.path.split("."), ""]
        if root == "parameter" and steps[0] not in ("", "context"):
            found[steps[0]] = "given"
    return found


def kind(outcome: Outcome) -> str:
    words = ("same-named", "manifest", "export", "reads")
    return next(word for word in words if word in outcome.source)


def test_every_literal_read_of_a_block_finds_a_value(demands: dict[str, Demand], asked: list[ActionCall], apps: Apps):
    """In what is generated for it, read by the lab's own datapaths, but for what its app is known not to declare."""
    generated, found, missed = Generated(apps, demands.__getitem__), Counter(), set()
    for call in asked:
        if (outcome := generated.outcome(call)) is None:
            continue
        found[kind(outcome)] += 1
        left_out = {one.path.removeprefix(f"{call.name}:") for one in outcome.left_out}
        found["left out"] += len(left_out)
        record = {"action_result": outcome.results[0].to_json()}
        for one in demands[call.playbook].reads.get(call.name, ()):
            cells = rows(record, [parse(f"{call.name}:{one.path}").steps])
            if one.path not in left_out and all(cell is None for (cell,) in cells):
                missed.add((call.name, one.path))
    assert missed == SLIPS
    assert found == FOUND[len(apps) > 0]
