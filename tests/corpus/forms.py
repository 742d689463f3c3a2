"""One datapath of every form that public playbooks use, what it gives in one run, and the tests of other forms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from phantom_lab import Lab

CASE = {"container": {"id": 1, "name": "a case"}, "artifacts": [
    {"name": "first", "label": "event", "cef": {"f": "one", "g": 1}, "data": {"k": "raw"}},
    {"name": "second", "label": "other", "cef": {"f": "two"}}]}
DATA = [{"k": 1, "l": [{"m": 2, "n": [{"o": 3}, {"o": 4}]}], "d": {"443": {"x": 5}}, "s": ["t", "u"]}]
SUMMARY = {"k": 6, "responses": ["Yes"]}
PARAMETER = {"k": "asked", "context": {"artifact_id": 1}}
RESULTS = [{"action": "look up", "name": "look", "data": DATA, "summary": SUMMARY, "message": "found"},
           {"action": "look up", "name": "grid", "data": [[{"k": 7}, {"k": 8}]]}]
CUSTOM_FUNCTION = """
def outputs(value=None, **kwargs):
    return {"item": value, "items": [{"k": 1}, {"k": 2}]}
"""
ROWS = """
def listed(**kwargs):
    return [{"item": "a"}, {"item": "b"}]
"""
CHILD = """
import phantom.rules as phantom

def on_start(container):
    pass

def on_finish(container, summary):
    phantom.save_playbook_output_data(output={"o": ["left", "right"], "deep": [{"l": [{"k": 9}, {"k": 10}]}]})
"""
PARENT = """
import json
import phantom.rules as phantom

passed = []

def on_start(container):
    phantom.act("look up", parameters=[{"k": "no context"}], assets=["sample"], name="grid", callback=second)

def second(container=None, **kwargs):
    parameters = [{"k": "asked", "context": {"artifact_id": 1}}]
    phantom.act("look up", parameters=parameters, assets=["sample"], name="look", callback=third)

def third(container=None, results=None, **kwargs):
    passed.extend(results)
    phantom.custom_function(custom_function="local/outputs", parameters=[{"value": "v"}], name="made", callback=fourth)

def fourth(container=None, **kwargs):
    phantom.custom_function(custom_function="local/listed", parameters=[{}], name="rows", callback=fifth)

def fifth(container=None, **kwargs):
    phantom.playbook("local/child", container=container, name="below", inputs={"i": ["given"]}, callback=last)

def last(container=None, **kwargs):
    phantom.save_run_data(key="code:var", value=json.dumps("written"))
    phantom.format(container=container, template="text of {0}", parameters=["container:name"], name="text")
    for number, left in enumerate(KEPT):
        phantom.condition(container=container, conditions=[[left, "!=", ""]], name=f"only:condition_{number}")
    for text in TEXTS:
        rows = phantom.collect2(container=container, datapath=[text], action_results=passed)
        phantom.debug(json.dumps([row[0] for row in rows]))
"""
KEPT = ["artifact:*.cef.g", "look:action_result.data.*.k", "made:custom_function_result.data.item",
        "rows:custom_function_result.data.*.item", "below:playbook_output:o", "playbook_input:ip"]
"""What the filters test; ``only:condition_<n>`` is the n-th."""
KEPT_LOOK = "filtered-data:only:condition_1:look:"

VALUES: dict[str, tuple[str, list[Any]]] = {
    "<b>:action_result": ("look:action_result", [{"status": "success", "message": "found", "data": DATA}]),
    "<b>:action_result.data": ("look:action_result.data", [DATA]),
    "<b>:action_result.data.#.f": ("look:action_result.data.0.k", [1]),
    "<b>:action_result.data.#.f.*.f": ("look:action_result.data.0.l.*.m", [2]),
    "<b>:action_result.data.*.*.f": ("grid:action_result.data.*.*.k", [7, 8]),
    "<b>:action_result.data.*.f": ("look:action_result.data.*.k", [1]),
    "<b>:action_result.data.*.f (3 or more times)": ("look:action_result.data.*.l.*.n.*.o", [3, 4]),
    "<b>:action_result.data.*.f.#": ("look:action_result.data.*.s.1", ["u"]),
    "<b>:action_result.data.*.f.#.f": ("look:action_result.data.*.d.443.x", [5]),
    "<b>:action_result.data.*.f.*.f": ("look:action_result.data.*.l.*.m", [2]),
    "<b>:action_result.f": ("look:action_result.data*.k", [None]),
    "<b>:action_result.message": ("look:action_result.message", ["found"]),
    "<b>:action_result.parameter.f": ("look:action_result.parameter.k", ["asked"]),
    "<b>:action_result.status": ("look:action_result.status", ["success"]),
    "<b>:action_result.summary": ("look:action_result.summary", [SUMMARY]),
    "<b>:action_result.summary.f": ("look:action_result.summary.k", [6]),
    "<b>:action_result.summary.f.#": ("look:action_result.summary.responses.0", ["Yes"]),
    "<b>:artifact:*.cef.f": ("look:artifact:*.cef.f", ["one"]),
    "<b>:artifact:*.id": ("look:artifact:*.id", [1]),
    "<b>:custom_function:f": ("code:custom_function:var", ["written"]),
    "<b>:custom_function_result.data": ("rows:custom_function_result.data", [[{"item": "a"}, {"item": "b"}]]),
    "<b>:custom_function_result.data.*.f": ("rows:custom_function_result.data.*.item", ["a", "b"]),
    "<b>:custom_function_result.data.f": ("made:custom_function_result.data.item", ["v"]),
    "<b>:custom_function_result.data.f.*.f": ("made:custom_function_result.data.items.*.k", [1, 2]),
    "<b>:custom_function_result.message": ("made:custom_function_result.message", ["Custom function completed"]),
    "<b>:custom_function_result.success": ("made:custom_function_result.success", [True]),
    "<b>:filtered-action_result.data.*.f": ("look:filtered-action_result.data.*.k", [1]),
    "<b>:filtered-action_result.data.*.f (3 or more times)":
        ("look:filtered-action_result.data.*.l.*.n.*.o", [3, 4]),
    "<b>:filtered-action_result.parameter.f": ("look:filtered-action_result.parameter.k", ["asked"]),
    "<b>:filtered-action_result.summary.f": ("look:filtered-action_result.summary.k", [6]),
    "<b>:formatted_data": ("text:formatted_data", ["text of a case"]),
    "<b>:formatted_data.*": ("text:formatted_data.*", ["text of a case"]),
    "<b>:playbook_input:f": ("below:playbook_input:i", ["given"]),
    "<b>:playbook_output:f": ("below:playbook_output:o", ["left", "right"]),
    "<b>:playbook_output:f.*.f": ("below:playbook_output:deep.l.*.k", [9, 10]),
    "<b>:summary.f": ("look:summary.total_objects", [1]),
    "F + <b>:action_result.data": (f"{KEPT_LOOK}action_result.data", [DATA]),
    "F + <b>:action_result.data.#": (f"{KEPT_LOOK}action_result.data.0", DATA),
    "F + <b>:action_result.data.*.f": (f"{KEPT_LOOK}action_result.data.*.k", [1]),
    "F + <b>:action_result.data.*.f (3 or more times)": (f"{KEPT_LOOK}action_result.data.*.l.*.n.*.o", [3, 4]),
    "F + <b>:action_result.data.*.f.#.f": (f"{KEPT_LOOK}action_result.data.*.d.443.x", [5]),
    "F + <b>:action_result.data.*.f.*.f": (f"{KEPT_LOOK}action_result.data.*.l.*.m", [2]),
    "F + <b>:action_result.message": (f"{KEPT_LOOK}action_result.message", ["found"]),
    "F + <b>:action_result.parameter.f": (f"{KEPT_LOOK}action_result.parameter.k", ["asked"]),
    "F + <b>:action_result.status": (f"{KEPT_LOOK}action_result.status", ["success"]),
    "F + <b>:action_result.summary": (f"{KEPT_LOOK}action_result.summary", [SUMMARY]),
    "F + <b>:action_result.summary.f": (f"{KEPT_LOOK}action_result.summary.k", [6]),
    "F + <b>:custom_function_result.data.*.f":
        ("filtered-data:only:condition_3:rows:custom_function_result.data.*.item", ["a", "b"]),
    "F + <b>:custom_function_result.data.f":
        ("filtered-data:only:condition_2:made:custom_function_result.data.item", ["v"]),
    "F + <b>:playbook_output:f": ("filtered-data:only:condition_4:below:playbook_output:o", ["left", "right"]),
    "F + artifact:*.cef": ("filtered-data:only:condition_0:artifact:*.cef", [{"f": "one", "g": 1}]),
    "F + artifact:*.cef.f": ("filtered-data:only:condition_0:artifact:*.cef.f", ["one"]),
    "F + artifact:*.f": ("filtered-data:only:condition_0:artifact:*.name", ["first"]),
    "F + artifact:*.id": ("filtered-data:only:condition_0:artifact:*.id", [1]),
    "F + playbook_input:f": ("filtered-data:only:condition_5:playbook_input:ip", ["192.0.2.1", "192.0.2.2"]),
    "action": ("action", ["look up"]),
    "action_result.data.*.f": ("action_result.data.*.k", [1]),
    "action_result.data.*.f.*.f": ("action_result.data.*.l.*.m", [2]),
    "action_result.f": ("action_result.k", [None]),
    "action_result.parameter.f": ("action_result.parameter.k", ["asked"]),
    "action_result.summary.f": ("action_result.summary.k", [6]),
    "app": ("app", ["sample"]),
    "artifact:*.cef": ("artifact:*.cef", [{"f": "one", "g": 1}, {"f": "two"}]),
    "artifact:*.cef.f": ("artifact:*.cef.f", ["one", "two"]),
    "artifact:*.f": ("artifact:*.name", ["first", "second"]),
    "artifact:*.f.*.f": ("artifact:*.data.*.k", ["raw", None]),
    "artifact:*.id": ("artifact:*.id", [1, 2]),
    "artifact:LABEL.cef.f": ("artifact:event.cef.f", ["one"]),
    "artifacts:*": ("artifacts:*", [{"id": 1, "name": "first"}, {"id": 2, "name": "second"}]),
    "container:f": ("container:name", ["a case"]),
    "filtered-artifact:*.cef.f": ("filtered-artifact:*.cef.f", ["one", "two"]),
    "filtered-artifact:*.id": ("filtered-artifact:*.id", [1, 2]),
    "playbook:f": ("playbook:launching_user.name", ["analyst"]),
    "playbook_input:f": ("playbook_input:ip", ["192.0.2.1", "192.0.2.2"]),
    "status": ("status", ["success"]),
}
"""By form: a datapath of it, and what ``collect2`` gives for it; of an object the keys that matter."""


def values(folder: Path) -> dict[str, list[Any]]:
    """What each datapath gives in a run."""
    texts = [text for text, _ in VALUES.values()]
    (folder / "custom_functions").mkdir()
    for name, source in {"custom_functions/outputs": CUSTOM_FUNCTION, "custom_functions/listed": ROWS, "child": CHILD,
                         "parent": f"KEPT = {KEPT!r}\nTEXTS = {texts!r}\n{PARENT}"}.items():
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
    run = Lab(CASE, results=RESULTS).run(folder / "parent.py", inputs={"ip": ["192.0.2.1", "192.0.2.2"]})
    summary = run.summary()
    assert summary.status == "success", summary.message
    return dict(zip(texts, map(json.loads, summary.debug), strict=True))
