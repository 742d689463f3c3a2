"""`finding:` as a source of values: what the run is about, in every place that takes datapaths."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from phantom_lab import Lab, Playbook, frames
from phantom_lab.cli import main
from phantom_lab.errors import InputError
from phantom_lab.model import Options
from tests.calls import calls
from tests.table import tabled

FINDING = {
    "finding_id": "F1", "name": "Odd login", "owner": None, "urgency": "high", "status": "New",
    "custom_fields": {"snow_incident": "INC1"}, "consolidated_findings": {"src": "10.0.0.1", "user": "kim", "score": 7}}
TWO = {
    "investigation_id": "I1", "name": "Odd logins", "findings": [
        {"finding_id": "F1", "name": "one", "fields": {"src": "10.0.0.1", "user": "kim"}},
        {"finding_id": "F2", "name": "two", "fields": {"src": "10.0.0.2", "user": "kim", "host": None}}],
    "response_plans": [{"id": "P1", "name": "Plan A"}, {"id": "P2", "name": "Plan B"}]}
COLLECT = "phantom.collect2(container=container, datapath={})"


def seen(finding: Any, *expressions: str, **options: Any) -> list[Any]:
    """What expressions give in a run that is about a finding."""
    return calls(Lab(finding=finding, options=Options(**options)), *expressions)[1]


@pytest.mark.assumed
@pytest.mark.parametrize(("option", "owner"), [("none", None), ("empty", ""), ("unassigned", "unassigned")])
def test_nobody_owns_it(option, owner):
    """An owner is whoever it is."""
    assert seen(FINDING, COLLECT.format(["finding:owner"]), finding_owner=option) == [[[owner]]]
    assert seen({**FINDING, "owner": "mara"}, COLLECT.format(["finding:owner"]), finding_owner=option) == [[["mara"]]]


@pytest.mark.assumed
@pytest.mark.parametrize(("option", "rows"), [("none", [[None, None]]), ("empty", [])])
def test_a_run_about_no_finding_has_one_row_of_none(incident, option, rows):
    """Which the diagnosis says."""
    lab = Lab(incident, options=Options(no_finding=option))
    run, found = calls(lab, COLLECT.format(["finding:id", "finding:name"]))
    assert found == [rows]
    assert [one["message"].partition(": ")[2] for one in run.summary().diagnoses] == [
        "the run is about no finding (Lab(finding=…), --finding FILE)"] * 2


@pytest.mark.observed
@pytest.mark.parametrize(("finding", "text"), [
    (FINDING, "10.0.0.1 of None"), (TWO, "10.0.0.1, 10.0.0.2 of None"),
    ({**FINDING, "owner": "mara"}, "10.0.0.1 of mara")])
def test_templates_and_prompts_read_it(finding, text):
    """Several values are joined as the rows of a datapath are."""
    arguments = ("container=container, {}='{{0}} of {{1}}', "
                 "parameters=['finding:consolidated_findings.src', 'finding:owner']")
    prompt = f"phantom.prompt2({arguments.format('message')}, user='kim', name='ask_1')"
    lab = Lab(finding=finding, results=[{"action": "prompt", "responses": ["ok"]}])
    run, found = calls(lab, f"phantom.format({arguments.format('template')})", prompt)
    assert found[0] == text
    (asked,) = run.summary().action_runs
    assert asked["results"][0]["action_results"][0]["parameter"]["message"] == text


@pytest.mark.observed
@tabled(("condition", "held"), [
    (["finding:owner", "==", None], True), (["finding:owner", "is None"], True),
    (["finding:urgency", "==", "high"], True), (["finding:urgency", "==", "low"], False),
    (["finding:consolidated_findings.user", "in", "kim,ann"], True),
    (["finding:consolidated_findings.score", ">", 5], True), (["finding:consolidated_findings.none", "!=", ""], False)])
def test_it_is_an_operand_like_any_other(condition, held):
    """Of decisions, filters and logic loops; the truth table shows what was compared."""
    state = {"current_iteration": 1, "max_iterations": 5, "delay_time": 0, "conditions": [condition]}
    lab = Lab(finding=FINDING)
    run, found = calls(
        lab, f"phantom.decision(container=container, conditions=[{condition!r}])",
        f"bool(phantom.condition(container=container, name='f:condition_1', conditions=[{condition!r}])[1])",
        f"phantom.LoopState(state={json.dumps(state).replace('null', 'None')}).should_continue(container=container)")
    assert found == [held, held, not held]
    assert list(frames.truth_table(run)["left"]) == [condition[0]]


@pytest.mark.assumed
def test_a_filter_keeps_the_record():
    """Its own rows are read under `filtered-data:`; a filter that lets nothing through keeps none."""
    expressions = [f"phantom.condition(container=container, name='f:condition_{number}', conditions=["
                   f"['finding:urgency', '==', {value!r}]]) and None" for number, value in ((1, "high"), (2, "low"))]
    paths = [COLLECT.format([f"filtered-data:f:condition_{number}:finding:{field}" for field in ("id", "owner")])
             for number in (1, 2)]
    assert seen(FINDING, *expressions, *paths) == [None, None, [["F1", None]], []]


@pytest.mark.assumed
@pytest.mark.parametrize(("option", "statuses"), [("snapshot", ["New", "New", "Closed"]),
                                                  ("live", ["New", "Closed", "Closed"]), ("fixed", ["New"] * 3)])
def test_what_is_written_is_read_after_a_refresh(option, statuses):
    """`refresh finding or investigation` renews what `finding:` gives."""
    source = "import phantom.rules as phantom\ndef on_start(container):\n    look(container, 'update', 'one')\n"
    for name, action, parameter, callback in (
            ("one", "update finding or investigation", {"id": "F1", "status": "Closed"}, "two"),
            ("two", "refresh finding or investigation", {"id": "F1"}, "three"), ("three", "", {}, "")):
        act = (f"    phantom.act({action!r}, parameters=[{parameter!r}], assets=['builtin_mc_connector'], "
               f"name={name!r}, callback={callback})\n") if action else ""
        source += (f"def {name}(container=None, **kwargs):\n"
                   f"    phantom.debug({COLLECT.format(['finding:status'])}[0][0])\n{act}")
    source = source.replace("look(container, 'update', 'one')", "one(container=container)")
    run = Lab(finding=FINDING, options=Options(finding=option)).run(Playbook.from_source(source, name="flow"))
    assert run.summary().debug == statuses
    if option == "snapshot":
        last = run.summary().invocations[-1]["n"]
        assert [frames.finding(run, at=at)["finding:status"][0] for at in (1, last)] == ["New", "Closed"]


@pytest.mark.observed
def test_the_container_of_a_run_on_a_finding():
    """The label is that of all public Enterprise Security playbooks; name, ids and no artifacts are assumed."""
    found = seen(TWO, "[container[name] for name in ('label', 'name', 'source_data_identifier', 'artifact_count')]")
    assert found == [["es_soar_integration", "Odd logins", "I1", 0]]


@pytest.mark.assumed
@pytest.mark.parametrize(("given", "words"), [
    ([FINDING, TWO], "a run is about one finding or one investigation, and there are 2: Odd login, Odd logins"),
    ([], "must be a JSON object, not a list of 0"), ("[]", "no such finding file"),
    ({}, "must be a JSON object, not an empty one"), (5, "must be a JSON object, not 5"),
    (["F1", "F2"], "must be a JSON object, not a list of 2"),
    ({"consolidated_findings": []}, "consolidated_findings must be a JSON object, not a list of 0"),
    ({"investigation_id": "I", "findings": {}}, "findings must be a list of findings, not an empty one"),
    ({"investigation_id": "I", "findings": ["F1"]}, "findings[0]: a finding must be a JSON object, not 'F1'"),
    ({"investigation_id": "I", "findings": [{"finding_id": "F"}, {"finding_id": "F"}]},
     "findings[1]: there are two of the id 'F'"),
    ({"investigation_id": "I", "findings": [{"finding_id": "I"}]}, "findings[0]: there are two of the id 'I'"),
    ({"investigation_id": "I", "response_plans": {}}, "response_plans must be a list"),
    ({"investigation_id": "I", "response_plans": [5]}, "response_plans[0]: a response plan must be a JSON object"),
    ({"investigation_id": "I", "response_plans": [{"phases": {"a": 1}}]}, "response_plans[0].phases: this must be"),
    ({"investigation_id": "I", "response_plans": [{"phases": [{"tasks": ["Look"]}]}]},
     "response_plans[0].phases[0].tasks: a task must be a JSON object, not 'Look'"),
    ({"finding_id": {"a": 1}}, "finding_id must be a text or a number, not a JSON object"),
    ({"finding_id": True}, "finding_id must be a text or a number, not True"),
    ({"event_id": "x", "src": "10.0.0.1"}, "none of its fields is one of a finding: 'event_id', 'src'"),
    ({"custom_fields": "x"}, "custom_fields must be a JSON object, not 'x'")])
def test_a_finding_that_is_none_is_refused(given, words, tmp_path, capsys):
    """One line that says what is wrong, and where: from Python, in a file and in a scenario alike."""
    with pytest.raises(InputError, match=re.escape(words)) as raised:
        Lab(finding=given)
    assert "\n" not in str(raised.value)
    if isinstance(given, str):
        return
    (tmp_path / "flow.py").write_text("def on_start(container):\n    pass\n")
    (tmp_path / "given.json").write_text(json.dumps(given))
    (tmp_path / "situation.yaml").write_text("finding: given.json\n")
    (tmp_path / "inline.yaml").write_text(f"finding: {json.dumps(given)}\n")
    for option, file, places in (("--finding", "given.json", ("given.json",)),
                                 ("--scenario", "situation.yaml", ("situation.yaml:1", "given.json")),
                                 ("--scenario", "inline.yaml", ("inline.yaml:1: finding",))):
        if file != "inline.yaml" or isinstance(given, dict):
            assert main(["run", str(tmp_path / "flow.py"), option, str(tmp_path / file)]) == 2
            told = capsys.readouterr()
            assert (told.out, told.err.count("\n")) == ("", 1)
            assert all(one in told.err for one in (words, *places))


@pytest.mark.assumed
@pytest.mark.parametrize(("name", "content", "words"), [
    ("empty.json", "", "is not JSON: Expecting value. Give {"), ("text.json", "F1", "is not JSON"),
    ("list.json", '["F1"', "is not JSON"), ("binary.json", "\xff\xfe", "is not JSON: not UTF-8 text"),
    ("finding.yaml", "finding_id: F1\n", "YAML is read as a scenario"), ("deep.json", "[" * 100_000, "too deeply")])
def test_a_file_that_holds_no_json_is_refused(name, content, words, tmp_path):
    """With its name, and what to give instead."""
    (tmp_path / name).write_bytes(content.encode("latin-1"))
    with pytest.raises(InputError, match=re.escape(words)) as raised:
        Lab(finding=tmp_path / name)
    assert name in str(raised.value)


@pytest.mark.assumed
@pytest.mark.parametrize("blank", ["", "  ", None])
def test_an_id_that_is_blank_is_none(blank):
    """What is copied from somewhere has both fields."""
    paths = ["finding:id", "finding:finding_id", "finding:investigation_id"]
    for given, ids in (({"finding_id": blank, "investigation_id": "I1"}, ["I1", None, "I1"]),
                       ({"finding_id": "F1", "investigation_id": blank}, ["F1", "F1", None])):
        assert seen(given, COLLECT.format(paths)) == [[ids]]


@pytest.mark.assumed
def test_a_list_of_one_finding_is_that_finding():
    """Nothing else may be meant."""
    assert seen([FINDING], COLLECT.format(["finding:id"])) == [[["F1"]]]


@pytest.mark.assumed
def test_a_hostile_finding_is_a_finding():
    """Odd keys and values, and much of both, stop no run, and nothing is repeated at length."""
    fields = {"": 1, "a.b": [None, {"x": [1]}, "</script>"], "x" * 10_000: "y" * 100_000, **{
        f"field {n}": list(range(50)) for n in range(500)}}
    lab = Lab(finding={"finding_id": "F" * 10_000, "name": "n" * 100_000, "consolidated_findings": fields,
                       **{f"more {n}": n for n in range(300)}})
    run, (rows,) = calls(lab, COLLECT.format(["finding:consolidated_findings.field 7"]))
    assert (rows, run.status) == ([[list(range(50))]], "success")
    assert len(lab.unread) == 6
    assert "295 more fields" in lab.unread[-1]


@pytest.mark.assumed
def test_what_stands_twice_in_a_file_is_told(tmp_path):
    """The last one counts, as in every JSON reader."""
    (tmp_path / "twice.json").write_text('{"finding_id": "F1", "name": "one", "name": "two"}')
    lab = Lab(finding=tmp_path / "twice.json")
    assert calls(lab, COLLECT.format(["finding:name"]))[1] == [[["two"]]]
    assert [one.partition(": ")[2] for one in lab.unread] == [
        "'name' stands twice in one object, and the last one counts"]


@pytest.mark.assumed
def test_a_finding_may_say_which_investigation_it_belongs_to():
    """That is there then; what only an investigation has is told to be not read."""
    lab = Lab(finding={**FINDING, "investigation_id": "I9", "response_plans": ["Plan"]})
    paths = [f"finding:{one}" for one in ("id", "finding_id", "investigation_id", "finding_ids")]
    assert calls(lab, COLLECT.format(paths))[1] == [[["F1", "F1", "I9", "F1"]]]
    assert lab.unread == ["finding: the field 'response_plans' of a finding is not read (only of an investigation)"]
    assert [one["investigation_id"] for one in lab.store.records["investigation"].values()] == ["I9"]


@pytest.mark.assumed
@tabled("value", [["a", "b"], {"a": 1}, None, 5, True, "", "<script>alert(1)</script>"])
@tabled("field", ["owner", "status", "name", "urgency", "description"])
def test_fields_may_hold_anything(field, value):
    """Nothing of it stops a run."""
    (found,) = seen({**FINDING, field: value}, COLLECT.format([f"finding:{field}", "finding:id"]))
    expected = None if field == "owner" and not value else value
    assert found[0][-1] == "F1"
    assert expected in (found[0][0], [row[0] for row in found])


@pytest.mark.assumed
def test_what_is_not_read_of_a_finding_is_told():
    """With the closest name."""
    lab = Lab(finding={**FINDING, "consolidated_finding": 1, "colour": 1})
    start = "finding: the field {} of a finding is not read{}".format
    assert sorted(lab.unread) == [
        start("'colour'", ""), start("'consolidated_finding'", "; closest is 'consolidated_findings'")]


@pytest.mark.assumed
@pytest.mark.parametrize("call", [
    "phantom.collect2(container=container, datapath=['{}'])", "phantom.format(template='{{0}}', parameters=['{}'])",
    "phantom.decision(container=container, conditions=[['{}', '==', 'x']])",
    "phantom.condition(container=container, name='f:condition_1', conditions=[['{}', '!=', '']])",
    "phantom.prompt2(container=container, user='kim', message='{{0}}', parameters=['{}'], name='ask_1')",
    "phantom.collect(container, '{}')"])
@pytest.mark.parametrize("path", ["incident:name", "investigation:id", "notable:*.cef.src", "whatever:field.other"])
def test_a_family_that_nobody_knows_ends_the_run(lab, playbook, call, path):
    """As `not_emulated`, with the family in `gaps`; with the option the run goes on, and a note says so."""
    flow = playbook(f"def on_start(container):\n    {call.format(path)}\n    phantom.debug('after')\n")
    run = lab.run(flow)
    family = path.partition(":")[0]
    assert (run.status, run.summary().gaps) == ("not_emulated", {f"datapath family {family}:": 1})
    assert run.summary().debug == []
    lab.options = Options(unknown_family="note")
    run = lab.run(flow)
    assert (run.summary().debug, run.summary().gaps) == (["after"], {})
    assert [path in one for one in run.summary().notes if "does not know" in one] == [True]


@pytest.mark.observed
@pytest.mark.parametrize("call", [
    "phantom.format(template='{0} {1}', parameters=['http://x/y', 'note: see below'])",
    "phantom.decision(container=container, conditions=[['artifact:*.name', '==', 'tlp:amber']])",
    "phantom.decision(container=container, conditions=[['tlp:amber', 'in', 'artifact:*.tags']])",
    "phantom.collect2(container=container, datapath=['look_1:action_reslt.data'])",
    "phantom.collect2(container=container, datapath=[':action_result.data', 'summary.{x}', '12:30'])",
    "phantom.decision(container=container, conditions=[['sha256:abc', '==', 'sha256:abc']])"])
def test_a_text_with_a_colon_is_no_family(lab, playbook, call):
    """Literals, and slips behind the name of a block, which public playbooks hold."""
    flow = playbook(f"def on_start(container):\n    phantom.act('look', parameters=[], name='look_1')\n    {call}\n")
    assert lab.run(flow).status == "success"
