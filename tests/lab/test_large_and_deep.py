"""Results of ten megabytes, and data, datapaths, templates and conditions that are nested deeply."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest

from phantom_lab import Lab
from phantom_lab.frames import results
from phantom_lab.history import read_journal
from phantom_lab.views import summarize
from phantom_lab.views.report import as_json, as_text
from tests.deep import TOO_DEEP
from tests.patience import in_time

HEAD = """
def on_start(container):
    phantom.act("look up", parameters=[{}], assets=["sample"], name="look_1", callback=after)

def after(action=None, success=None, container=None, results=None, handle=None):
"""
READS = HEAD + """
    path = "look_1:action_result.data.*."
    rows = phantom.collect2(container=container, datapath=[path + "n", path + "text"], action_results=results)
    ids, kept = phantom.condition(container=container, action_results=results, conditions=[[path + "n", "<", 5000]],
                                  name="few:condition_1")
    text = phantom.format(container=container, template="%%\\n{0}\\n%%", parameters=["filtered-data:few:condition_1:"
                          + path + "text"], name="lines")
    phantom.save_run_data(key="lines", value=text)
    phantom.debug([len(rows), len(kept[0]["action_results"][0]["data"]), len(text)])
"""
LEVELS = 400


def nested(levels: int) -> Any:
    """Objects in objects."""
    value: Any = "end"
    for _ in range(levels):
        value = {"a": value}
    return value


def test_a_result_of_ten_megabytes_is_read_filtered_and_written(playbook, lab: Lab, tmp_path):
    """In memory of some times its size."""
    data = [{"n": n, "text": f"{n:05d}" * 200} for n in range(10_000)]
    lab.action("look up")(lambda: data)
    tracemalloc.start()
    with in_time():
        run = lab.run(playbook(READS), journal=tmp_path / "run.jsonl")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (run.status, run.summary().debug) == ("success", ["[10000, 5000, 5005000]"])
    assert peak < 300e6


@pytest.mark.parametrize(("expression", "found"), [
    (f"phantom.collect2(datapath=['look_1:action_result.data.*{'.a' * LEVELS}'])", "[['end']]"),
    (f"phantom.collect2(datapath=['look_1:action_result.data.*{'.a' * 50_000}'])", "[[None]]"),
    (f"len(phantom.collect2(datapath=['look_1:action_result.data{'.*' * 50_000}']))", "1"),
    (f"phantom.decision(conditions=[['look_1:action_result.data.*{'.a' * LEVELS}', '==', 'end']])", "True"),
    ("phantom.decision(conditions=[['look_1:action_result.data.*', '==', results[0]]])", "False"),
    ("phantom.decision(conditions=[['look_1:action_result.data.*', 'in', results]])", "False"),
    ("phantom.format(template='{' * 50_000 + '{0}' + '}' * 50_000, parameters=['x'])[25_000]", "'x'"),
    ("len(phantom.format(template='{0}', parameters=['look_1:action_result.data.*']))", str(LEVELS * 7 + 5)),
    ("phantom.format(template='{0:{0:{0:{0}}}}', parameters=['x'])", "'{0:{0:{0:x}}'"),
], ids=["data", "keys", "stars", "condition", "objects", "membership", "braces", "object in a template", "fields"])
def test_what_is_nested_deeply_is_read(expression: str, found: str, playbook, lab: Lab):
    """Data, datapaths, operands and templates alike."""
    lab.action("look up")(lambda: [nested(LEVELS)])
    run = lab.run(playbook(f"{HEAD}    phantom.debug(repr({expression}))\n"))
    assert (run.status, run.summary().debug) == ("success", [found])


@pytest.mark.parametrize("call", [
    "act('look up', parameters=[deep])", "custom_function('local/tool', parameters=[deep])",
    "playbook('local/child', inputs=deep)", "set_parent_handle(handle=[deep])",
    "format(template='{0}', parameters=[deep])", "act('look up', parameters=[], handle=deep)",
])
def test_an_argument_nested_too_deeply_is_one_clear_error(call: str, playbook, lab: Lab):
    """It names the function, the block and the line."""
    make = f"    deep = {{}}\n    for _ in range({TOO_DEEP}):\n        deep = {{'a': deep}}\n"
    run = lab.run(playbook(f"def on_start(container):\n{make}    phantom.{call}\n"))
    (message,) = run.summary().message.splitlines()
    assert message.startswith("PlaybookArgumentError: ")
    assert call.split("(")[0] in message
    assert message.endswith("(block on_start, sample:6)")
    assert run.status == "error"


@pytest.mark.parametrize("levels", [400, 985, 1300])
def test_what_a_run_nested_deeply_can_be_looked_at(levels: int, playbook, lab: Lab, tmp_path):
    """In the summary, as a table, as text and as JSON, from the run and from its file: the upper levels at least."""
    lab.action("look up")(lambda parameter: [parameter])
    source = HEAD.replace("[{}]", "[{'deep': deep, 'n': 1}]").replace("    phantom.act", "    deep = 'end'\n"
                          f"    for _ in range({levels}):\n        deep = {{'a': deep}}\n    phantom.act", 1)
    run = lab.run(playbook(f"{source}    phantom.debug(results[0]['action_results'][0]['data'][0]['n'])\n"),
                  journal=tmp_path / "run.jsonl")
    for journal in (run.journal, read_journal(tmp_path / "run.jsonl")):
        summary = summarize(journal)
        assert (summary.status, summary.debug) == ("success", ["1"])
        assert list(results(journal, "look_1")["look_1:action_result.data.*.n"]) == [1]
        assert as_text(summary)
        run_of = json.loads(as_json(summary))["action_runs"][0]
        value, seen = run_of["results"][0]["action_results"][0]["data"][0]["deep"], 0
        while value != "end" and "a" in value:
            value, seen = value["a"], seen + 1
        assert (seen, value) == (levels, "end") or (seen > 400 and value == {"__repr__": "nested too deeply"})
