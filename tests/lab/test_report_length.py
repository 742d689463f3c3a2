"""The report for people stays short, however much a run came back with."""

from __future__ import annotations

import json

import pytest

from phantom_lab import Lab, Playbook, success
from phantom_lab.views import Summary
from phantom_lab.views.report import as_json, as_text

SOURCE = """
import phantom.rules as phantom

def on_start(container):
    phantom.act("scan host", parameters=[{{"host": str(n)}} for n in range({0})], name="scan_1",
                assets=["s%03d" % n for n in range({1})])
"""


def scanned(hosts: int, assets: int, message: str) -> Summary:
    """The run of a playbook that scans so many hosts on so many assets, each of which is answered by this message."""
    lab = Lab({"name": "Any"}, maxmind=False)
    lab.action("scan host")(lambda parameter: success([], message=message))
    return lab.run(Playbook.from_source(SOURCE.format(hosts, assets), name="scan")).summary()


def told(summary: Summary) -> list[str]:
    return [line.strip() for line in as_text(summary).splitlines() if line.strip().startswith("scan_1:")]


@pytest.mark.parametrize(("hosts", "message"), [(1, "x" * 4000), (1500, "found")])
def test_a_long_message_is_cut(hosts: int, message: str):
    """Its length is told; JSON has it whole."""
    summary = scanned(hosts, 1, message)
    (line,), (run,) = told(summary), summary.action_runs
    whole = run["results"][0]["message"]
    assert line.startswith(f"scan_1: success, {whole[:300]}… ({len(whole):,} characters) (stub ")
    assert json.loads(as_json(summary))["action_runs"][0]["results"][0]["message"] == whole


def test_a_message_of_usual_length_is_whole():
    """With who gave it behind."""
    (line,) = told(scanned(1, 1, "found"))
    assert 'Message: "found" (stub ' in line


@pytest.mark.parametrize(("assets", "lines", "last"), [(20, 20, "on asset 's019'"), (1520, 21, "… and 1,500 more")])
def test_of_many_results_the_first_are_told(assets: int, lines: int, last: str):
    """And how many more there are; JSON has them all."""
    summary = scanned(1, assets, "found")
    assert len(found := told(summary)) == lines
    assert last in found[-1]
    assert len(json.loads(as_json(summary))["action_runs"][0]["results"]) == assets
