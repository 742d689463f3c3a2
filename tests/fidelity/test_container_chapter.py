"""What holds of every function of the container chapter: bad values, hostile texts, custom functions, applied runs."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from inspect import Parameter, isgenerator, signature

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phantom_lab import Lab
from phantom_lab.rules import rules_module
from phantom_lab.rules.incidents import ELSEWHERE
from phantom_lab.rules.surface import surface
from tests.calls import calls

GOOD = {
    "create_container": "name='n', label='events'",
    "get_container": "container_id=1",
    "update": "container=1, update={}",
    "promote": "container=2, template=5",
    "close": "container=1",
    "set_label": "container=1, label='events'",
    "set_severity": "container=1, severity='low'",
    "set_sensitivity": "container=1, sensitivity='red'",
    "set_status": "container=1, status='open'",
    "set_owner": "container=1, user='analyst'",
    "assign": "container=1, user_id_or_name='analyst'",
    "set_duetime": "container=1, minutes=5",
    "comment": "container=1, comment='c'",
    "add_comment": "container=1, comment='c'",
    "add_note": "container=1, note_type='general', title='t', content='c', artifact_id=1, task_id=3, author=1",
    "get_notes": "container=1",
    "get_task_notes": "container=1",
    "add_tags": "container=1, tags='t'",
    "remove_tags": "container=1, tags='t'",
    "get_tags": "container=1",
    "add_artifact": "container=1",
    "save_artifact": "container=1, raw_data={}, cef_data={}, label='l', name='n', severity='low', "
                     "identifier=None, artifact_type='host'",
    "delete_artifact": "artifact_id=2",
    "pin": "container=1, message='m', data='d'",
    "update_pin": "pin_id=1, data='d'",
    "delete_pin": "pin_id=1",
    "add_workbook": "container=1, workbook_id=5",
    "add_task": "container=1, name='n', phase=2",
    "get_tasks": "container=1",
    "get_phase": "container=1",
    "set_phase": "container=1, phase=2",
    "merge": "case=3, artifact_id=1",
    "add_response_plan": "",
    "add_response_plan_task": "",
    "get_response_templates": "",
    "get_incident_phase": "",
    "set_incident_phase": "response_plan_id=1, phase_id=1",
    "get_incident_task": "",
    "get_incident_tasks": "",
    "set_task_owner": "container=1, task_id=3, owner='analyst'",
    "set_incident_owner": "",
}
FURTHER = {"add_note": ("title", "content", "artifact_id", "task_id", "phase_id", "author"),
           "add_task": ("phase", "order", "status", "description", "suggestions", "sla")}
"""Arguments that a function takes by ``**kwargs``."""
RECORDS = {
    "container": [{"id": 2, "name": "two"}, {"id": 3, "name": "case", "container_type": "case"}],
    "workbook_template": [{"id": 5, "name": "W", "is_default": True, "phases": [{"name": "P"}]}],
    "workbook_phase": [{"id": 2, "container": 1, "name": "P"}],
    "workbook_task": [{"id": 3, "container": 1, "name": "T", "phase": 2}],
    "container_pin": [{"id": 1, "container": 1, "message": "m"}],
}
HOSTILE = ["<script>alert(1)</script>", "{0} {1[__class__]} %s %(x)s ${7*7} {{7*7}}", "__import__('os').system('id')",
           "'; DROP TABLE container; --", "../../etc/passwd\x00", "line\nbreak\r\u2028\u202e", "\ud800", "🙂" * 50]


class Spiteful:
    """Nothing can be asked of it."""

    def _raise(self, *_):
        raise RuntimeError("never ask")

    __repr__ = __str__ = __bool__ = __eq__ = __len__ = __iter__ = __getitem__ = __int__ = _raise
    __hash__ = None  # type: ignore[assignment]


def circular():
    """A list that holds itself."""
    found = []
    found.append(found)
    return found


def deep():
    """A list in a list, far down."""
    found = []
    for _ in range(100_000):
        found = [found]
    return found


BAD = {
    "none": None, "true": True, "zero": 0, "negative": -7, "float": 1.5, "nan": float("nan"), "infinite": float("inf"),
    "huge": 10**5000, "empty": "", "blank": "  ", "long": "x" * 100_000, "digits": "9" * 30, "surrogate": "\ud800",
    "template": "{0.__class__}", "bytes": b"1", "set": {1, "a"}, "object": object(), "class": Spiteful, "function": len,
    "list": [], "nested": [[1]], "dict": {}, "id of a list": {"id": [1]}, "keys": {("a", 1): 2},
    "series": pd.Series([1, 2]), "spiteful": Spiteful(), "spiteful id": {"id": Spiteful()}, "circular": circular(),
    "deep": deep(),
}
ONCE = {"promote", "delete_artifact", "delete_pin", "merge"}
"""What can be done once only, so that each bad value needs a run of its own."""


@pytest.fixture
def fresh(incident, playbook):
    """Makes the module of a new run, in a lab where every good call of `GOOD` does what it should."""
    source, lab = playbook("def on_start(container):\n    pass\n"), Lab(incident)
    lab.store.add_all(RECORDS)

    def make():
        run = lab.prepare(source)
        module = rules_module(run)
        module.run = run
        return module

    return make


def shape(found):
    """What must be the same for a call that fails."""
    if isinstance(found, tuple):
        assert type(found[0]) is bool
        assert type(found[1]) is str
        return len(found)
    if isgenerator(found) or isinstance(found, list):
        assert all(set(one) == {"success", "message", "data"} for one in found)
    return type(found).__name__


def good_arguments(name):
    """The arguments of a good call, by name."""
    return eval(f"dict({GOOD[name]})")


@pytest.mark.documented
def test_the_chapter_is_complete():
    """Every function that the reference lists has a good call here; underscores mark the platform's own."""
    chapter = {name for name, one in surface().functions.items()
               if one.chapter == "container" and not (name.startswith("_") or name.endswith("_"))}
    assert chapter == GOOD.keys()


@pytest.mark.assumed
@pytest.mark.parametrize("name", GOOD)
def test_bad_values_never_raise(fresh, name):
    """For each argument in turn, the answer has the form that it has for good values, and the journal can be read."""
    phantom = fresh()
    good = getattr(phantom, name)(**good_arguments(name))
    usual = shape(good)
    assert not isinstance(good, tuple) or good[0] is (ELSEWHERE not in good)
    arguments = [one.name for one in signature(getattr(phantom, name)).parameters.values()
                 if one.kind != Parameter.VAR_KEYWORD]
    for argument in [*arguments, *FURTHER.get(name, ())]:
        for label, bad in BAD.items():
            phantom = fresh() if name in ONCE else phantom
            found = getattr(phantom, name)(**{**good_arguments(name), argument: bad})
            if name != "get_container" or found is not None:
                assert shape(found) == usual, (argument, label)
    summary = phantom.run.summary()
    read = json.loads(json.dumps({one.name: getattr(summary, one.name) for one in fields(summary)}, default=asdict))
    assert read["status"] == "running"


@pytest.mark.assumed
@pytest.mark.parametrize("field", ["name", "status", "custom_fields", "data", "tags", "due_time", "owner_id",
                                   "current_phase", "source_data_identifier", "template_id", "other"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
                    max_leaves=6))
def test_any_update_is_done_or_refused(fresh, field, value):
    """(bool, message), whatever JSON a field gets; afterwards the container can still be read."""
    phantom = fresh()
    assert shape(phantom.update(1, {field: value})) == 2
    assert phantom.get_container(1)["id"] == 1


@pytest.mark.assumed
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_kept_as_they_are(lab, text):
    """Nothing formats, executes, cuts or escapes them."""
    lab.store.add_all(RECORDS)
    quoted = repr(text)
    _, found = calls(
        lab, f"phantom.update(1, {{'name': {quoted}, 'custom_fields': {{{quoted}: {quoted}}}, 'tags': [{quoted}]}})",
        f"phantom.add_note(1, title={quoted}, content={quoted})", f"phantom.comment(1, {quoted})",
        f"phantom.pin(1, message={quoted}, data={quoted}, name={quoted})", f"phantom.add_task(1, {quoted})",
        f"phantom.add_artifact(1, cef_data={{{quoted}: {quoted}}}, name={quoted}, identifier={quoted})",
        "phantom.get_container(1)", "phantom.get_notes(1)[0]['data']", "list(phantom.get_tasks(1))[-1]['data']['name']",
        "phantom.collect2(container, datapath=['artifact:*.cef'], scope='all')[-1][0]")
    assert [one[0] for one in found[:6]] == [True] * 6
    container, note, task, cef = found[6:]
    assert (container["name"], container["custom_fields"], container["tags"]) == (text, {text: text}, [text])
    assert (note["title"], note["content"], task, cef) == (text, text, text, {text: text})


@pytest.mark.documented
def test_in_a_custom_function_they_work_on_the_runs_container(tmp_path, incident):
    """A custom function is given no container; None means the current one."""
    (tmp_path / "tool.py").write_text("""
def tool(**kwargs):
    import phantom.rules as phantom
    phantom.add_tags(tags="from tool")
    phantom.comment(comment="from tool")
    phantom.add_artifact(cef_data={"a": 1}, name="from tool")
    phantom.set_status(status="open")
    return {"tags": phantom.get_tags()[2], "notes": phantom.get_notes()}
""")
    (tmp_path / "book.py").write_text("""
import phantom.rules as phantom

def on_start(container):
    phantom.custom_function(custom_function="local/tool", parameters=[{}], name="tool_1", callback=after)

def after(container=None, results=None, **kwargs):
    phantom.debug([container["status"], container["tags"], container["artifact_count"]])
""")
    run = Lab(incident).run(tmp_path / "book.py")
    assert (run.status, run.summary().debug) == ("success", ["['open', ['from tool'], 6]"])


@pytest.mark.assumed
def test_an_applied_run_changes_the_lab(lab):
    """And only an applied one: what it added, changed and deleted is there for the next run."""
    lab.store.add_all(RECORDS)
    run, _ = calls(lab, "phantom.set_status(1, 'closed')", "phantom.add_artifact(1, name='new', identifier='i')",
                   "phantom.delete_artifact(2)", "phantom.add_tags(1, 'seen')", "phantom.pin(1, message='p', name='n')",
                   "phantom.create_container(name='made', label='events')", "phantom.promote(2)",
                   "phantom.merge(3, artifact_id=1)")
    assert (lab.containers[1]["status"], sorted(lab.containers), 2 in lab.artifacts) == ("new", [1, 2, 3], True)
    lab.apply(run)
    assert (lab.containers[1]["status"], lab.containers[1]["tags"]) == ("closed", ["seen"])
    assert (2 in lab.artifacts, lab.artifacts[1]["in_case"]) == (False, True)
    assert {one["name"] for one in lab.containers.values()} == {"Test incident", "two", "case", "made"}
    assert lab.containers[2]["container_type"] == "case"
    _, found = calls(lab, "phantom.add_artifact(1, identifier='i')", "phantom.pin(1, message='q', name='n')",
                     "phantom.merge(3, artifact_id=1)")
    assert [one[0] for one in found] == [False, True, False]
