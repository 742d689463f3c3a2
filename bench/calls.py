"""Print what calls of playbooks on many rows cost, as ratios of one run: ``python -m bench.calls``.

A playbook in a lab makes the calls and times them; scope, copies, diagnosis and the journal (a file) are part of what
is measured. What one would write instead reads the same records, and does none of that.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from bench.measure import GAVE, TAKEN, row, timed
from phantom_lab import Lab, Playbook, PlaybookRun

ROWS, FEW = 100_000, 10_000
REPEATS = 3
OLD = 10
"""For so many new artifacts there is one that the scope leaves out."""

PLAYBOOK = """
import phantom.rules as phantom
from bench.measure import timed

def on_start(container):
    phantom.set_collect_limit_(limit=10_000_000)
    timed("collect2", lambda: phantom.collect2(
        container=container, datapath=["artifact:*.cef.sourceAddress", "artifact:*.id"]))
    timed("cells", lambda: phantom.collect2(
        container=container, datapath=["artifact:*.cef", "artifact:*.tags", "artifact:*.id"]))
    timed("decision", lambda: phantom.decision(
        container=container, conditions=[["artifact:*.cef.sourceAddress", "==", "192.0.2.1"]]))
    timed("condition", lambda: phantom.condition(
        container=container, conditions=[["artifact:*.cef.sourceAddress", "==", "10.0.1.1"],
                                         ["artifact:*.cef.bytes", ">", 500]],
        logical_operator="or", name="filter:condition_1"))
    timed("format", lambda: phantom.format(
        container=container, template="%%\\n- {0} of {1}: {2}\\n%%\\n", name="format",
        parameters=["artifact:*.id", "artifact:*.name", "artifact:*.cef.sourceAddress"]))
    phantom.act("look up", parameters=[{"net": n} for n in range(NETS)], assets=["nets"], callback=looked_up,
                name="look_up")

def looked_up(action=None, success=None, container=None, results=None, handle=None, **kwargs):
    timed("nested", lambda: phantom.collect2(
        container=container, action_results=results, datapath=[
            "look_up:action_result.parameter.net", "look_up:action_result.data.*.name",
            "look_up:action_result.data.*.hosts.*.ports.*.number",
            "look_up:action_result.data.*.hosts.*.ports.*.state"]))
    timed("ports", lambda: phantom.decision(
        container=container, action_results=results, conditions=[
            ["look_up:action_result.data.*.hosts.*.ports.*.state", "==", "filtered"]]))
    timed("hosts", lambda: phantom.condition(
        container=container, action_results=results, name="filter:condition_2", conditions=[
            ["look_up:action_result.data.*.hosts.*.ports.*.state", "==", "closed"]]))
"""

Records = list[dict[str, Any]]
Work = Callable[[Records], object]


def artifacts(number: int) -> Records:
    """A third of them without a source address."""
    return [{"name": f"artifact {n}", "tags": ["seen", "blocked"][:n % 3],
             "cef": {"bytes": n % 1000, **({"sourceAddress": f"10.0.{n // 250 % 250}.{n % 250}"} if n % 3 else {})}}
            for n in range(number)]


def looked_up(net: int) -> Records:
    """What is found in a net: ten items of ten hosts with ten ports; in every other net all of them are open."""
    state = "closed" if net % 2 else "open"
    return [{"name": f"net {net}.{item}", "hosts": [
        {"ip": f"10.{net}.{item}.{host}", "ports": [{"number": port, "state": state if port == 9 else "open"}
                                                    for port in range(10)]}
        for host in range(10)]} for item in range(10)]


# -- by hand -------------------------------------------------------------------------------------------------------

def collect2(found: Records) -> object:
    return [[one["cef"].get("sourceAddress"), one["id"]] for one in found]


def cells(found: Records) -> object:
    return [[json.loads(json.dumps(one["cef"])), list(one["tags"]), one["id"]] for one in found]


def condition(found: Records) -> object:
    return [one["id"] for one in found
            if one["cef"].get("sourceAddress") == "10.0.1.1" or one["cef"].get("bytes", 0) > 500]


def nested(found: Records) -> object:
    return [[one["parameter"]["net"], item["name"], port["number"], port["state"]]
            for one in found for item in one["data"] for host in item["hosts"] for port in host["ports"]]


def hosts(found: Records) -> object:
    return [item for one in found for item in one["data"]
            if any(port["state"] == "closed" for host in item["hosts"] for port in host["ports"])]


ARTIFACTS: dict[str, Work] = {
    "collect2": collect2,
    "cells": cells,
    "decision": lambda found: any(one["cef"].get("sourceAddress") == "192.0.2.1" for one in found),
    "condition": condition,
    "format": lambda found: "".join(
        "- {} of {}: {}\n".format(one["id"], one["name"], one["cef"].get("sourceAddress")) for one in found),
}
RESULTS: dict[str, Work] = {
    "nested": nested,
    "ports": lambda found: any(port["state"] == "filtered" for one in found for item in one["data"]
                               for host in item["hosts"] for port in host["ports"]),
    "hosts": hosts,
}


def libraries() -> tuple[dict[str, Work], dict[str, Work]]:
    """Two libraries for paths, for the artifacts and for the results."""
    import jmespath
    from jsonpath_ng import parse

    def jmes(text: str) -> Work:
        return jmespath.compile(text).search

    def json_paths(*texts: str) -> Work:
        parsed = [parse(text) for text in texts]
        return lambda found: [[one.value for one in path.find(found)] for path in parsed]

    return ({"`jmespath`, compiled": jmes("[].[cef.sourceAddress, id]"),
             "`jsonpath-ng`, parsed": json_paths("$[*].cef.sourceAddress", "$[*].id")},
            {"`jmespath`, compiled": jmes("[].[parameter.net, data[].[name, hosts[].ports[].[number, state]]]"),
             "`jsonpath-ng`, parsed": json_paths(
                 "$[*].parameter.net", "$[*].data[*].name", "$[*].data[*].hosts[*].ports[*].number",
                 "$[*].data[*].hosts[*].ports[*].state")})


# -- measuring -----------------------------------------------------------------------------------------------------

def lab_of(rows: int) -> Lab:
    """A lab with so many new artifacts, some older ones, and an action that finds so many ports."""
    lab = Lab({"container": {"name": "bench"}, "artifacts": artifacts(rows + rows // OLD)})
    new = {number: lab.artifacts.pop(number) for number in list(lab.artifacts)[rows // OLD:]}
    lab.ran(playbook(rows))
    lab.artifacts.update(new)
    lab.action("look up")(lambda parameter: {"data": looked_up(parameter["net"])})
    return lab


def playbook(rows: int) -> Playbook:
    """Ten results, or a hundred, of a thousand ports each."""
    return Playbook.from_source(PLAYBOOK.replace("NETS", str(rows // 1000)), name="bench")


def measured(rows: int) -> dict[str, float]:
    """The shortest of several times, by name; `` by hand`` and the libraries are behind the name of the call."""
    TAKEN.clear()
    lab, libraries_for = lab_of(rows), libraries()
    for _ in range(REPEATS):
        with tempfile.TemporaryDirectory() as folder:
            run = lab.run(playbook(rows), journal=Path(folder) / "run.jsonl")
        assert run.status == "success", run.summary()
        for found, by_hand, others, call in zip(records(run), (ARTIFACTS, RESULTS), libraries_for,
                                                ("collect2", "nested"), strict=True):
            for name, work in by_hand.items():
                for _ in range(REPEATS):
                    written = timed(f"{name} by hand", partial(work, found))
                assert plain(name, GAVE[name]) == written
            for library, work in others.items():
                timed(f"{call} {library}", partial(work, found))
    return {name: min(taken) for name, taken in TAKEN.items()}


def records(run: PlaybookRun) -> tuple[Records, Records]:
    """What there is to read: the artifacts in scope, and the results."""
    return (run.state.artifacts_in_scope(run.container["id"]),
            [result for app_run in run.state.results_of("look_up") for result in app_run["action_results"]])


def plain(name: str, gave: Any) -> object:
    """What a call gave in the form of what is written by hand."""
    if name == "condition":
        return gave[0]
    if name == "hosts":
        return [item for app_run in gave[1] for result in app_run["action_results"] for item in result["data"]]
    return gave


SHOWN = {
    "collect2": "`collect2`, {} artifacts",
    "cells": "`collect2`, {} artifacts, a dict and a list cell",
    "nested": "`collect2`, three nested lists, {} rows",
    "decision": "`decision`, {} artifacts, none passes",
    "condition": "`condition`, {} artifacts, two comparisons",
    "ports": "`decision`, three nested lists, {} rows, none passes",
    "hosts": "`condition`, three nested lists, {} rows",
    "format": "`format`, {} rows",
}
INSTEAD = {"cells": "comprehension that copies", "decision": "`any`", "ports": "`any`",
           "format": "join of `str.format`"}


def calls() -> None:
    """Both tables."""
    few, many = measured(FEW), measured(ROWS)
    print("\n| calls of a playbook | ms | instead | ms | ratio |\n| --- | ---: | --- | ---: | ---: |")
    for name, shown in SHOWN.items():
        number, taken = (FEW, few) if name == "format" else (ROWS, many)
        for other, took in taken.items():
            call, _, instead = other.partition(" ")
            if call == name and instead:
                row(shown.format(f"{number:,}"), taken[name], INSTEAD.get(name, "comprehension")
                    if instead == "by hand" else instead, took)
    print(f"\n| calls of a playbook | µs a row of {FEW:,} | of {ROWS:,} | ratio | by hand |\n"
          "| --- | ---: | ---: | ---: | ---: |")
    for name, shown in SHOWN.items():
        each, of_many = few[name] / FEW * 1e6, many[name] / ROWS * 1e6
        by_hand = many[f"{name} by hand"] / few[f"{name} by hand"] * FEW / ROWS
        print(f"| {shown.replace('{} ', '')} | {each:.2f} | {of_many:.2f} | {of_many / each:.2f} | {by_hand:.2f} |")


if __name__ == "__main__":
    calls()
