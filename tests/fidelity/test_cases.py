"""Cases: promoting, and merging what other containers hold."""

from __future__ import annotations

import pytest

from phantom_lab import Lab
from tests.calls import calls, written

RECORDS = {
    "container": [{"id": 50, "name": "Case", "container_type": "case"}, {"id": 60, "name": "Other"}],
    "artifact": [{"id": 61, "container": 60, "name": "two", "cef": {"url": "http://x/", "ip": "9.9.9.9"},
                  "cef_types": {"url": ["url"], "ip": ["ip"]}, "source_data_identifier": "sdi-61"},
                 {"id": 62, "container": 60, "name": "three"}],
    "note": [{"id": 1, "container": 60, "title": "kept"},
             {"id": 2, "container": 60, "title": "of artifact", "note_type": "artifact", "artifact": 62}],
    "container_comment": [{"container": 60, "comment": "said"}],
    "container_attachment": [{"id": 8, "container": 60, "name": "a.txt", "vault_id": "0" * 40}],
    "playbook_run": [{"id": 70, "container": 60, "status": "success"},
                     {"id": 71, "container": 60, "status": "running"}],
    "action_run": [{"id": 80, "container": 60, "playbook_run": 70, "status": "success", "name": "look_1"},
                   {"id": 81, "container": 60, "playbook_run": 71, "status": "running", "name": "look_2"}],
}
TEMPLATES = {"workbook_template": [
    {"id": 5, "name": "Phishing", "phases": [{"name": "Triage", "tasks": [{"name": "Read"}]}]},
    {"id": 6, "name": "Usual", "is_default": True, "phases": [{"name": "First"}]}]}


@pytest.fixture
def lab(incident):
    """A lab with a case (50) and a container (60) that holds something of every kind."""
    lab = Lab(incident)
    lab.store.add_all(RECORDS)
    return lab


@pytest.mark.documented
@pytest.mark.parametrize(("arguments", "phase"), [
    ("container=container, template='Phishing', trace=True", "Triage"), ("container, 5", "Triage"),
    ("container=container['id']", "First"), ("", "First"), ("container='1', template=None", "First")])
def test_promote_makes_a_case_of_a_template(incident, arguments, phase):
    """(True, message); by id, by name, or of the default template."""
    run, found = calls(Lab(incident, records=TEMPLATES), f"phantom.promote({arguments})",
                       "phantom.get_container(1)['container_type']")
    assert (found[0][0], len(found[0]), found[1]) == (True, 2, "case")
    assert [one["name"] for one in written(run, "workbook_phase")] == [phase]


@pytest.mark.documented
@pytest.mark.parametrize("arguments", ["", "container, None"])
def test_promote_fails_without_a_default_template(lab, arguments):
    """(False, reason), and the container stays what it is: the templates are known, and none is the default one."""
    lab.store.add("workbook_template", {"name": "Phishing"})
    run, [(success, message)] = calls(lab, f"phantom.promote({arguments})")
    assert (success, bool(message), run.summary().changes) == (False, True, [])


@pytest.mark.documented
@pytest.mark.parametrize("arguments", ["99, 5", "container, ['Phishing']", "container, {}"])
def test_what_is_neither_a_container_nor_a_template_is_refused(lab, arguments):
    """(False, reason)."""
    run, [(success, message)] = calls(lab, f"phantom.promote({arguments})")
    assert (success, bool(message), run.summary().changes) == (False, True, [])


@pytest.mark.assumed
@pytest.mark.parametrize(("arguments", "named"), [
    ("", "the default workbook template"), ("container, 'Phishing'", "Phishing"), ("container, 77", "77")])
def test_a_template_that_nobody_told_the_lab_of_is_assumed_to_exist(lab, arguments, named):
    """The container becomes a case without phases, and a note says so."""
    run, [(success, _)] = calls(lab, f"phantom.promote({arguments})")
    assert success is True
    assert written(run, "container", "container_type") == ["case"]
    assert written(run, "container", "workflow_name") == [named]
    assert written(run, "workbook_phase") == []
    (note,) = run.summary().notes
    assert named in note
    assert "assumed" in note


@pytest.mark.assumed
def test_a_case_is_not_promoted_again(incident):
    """The second call fails and adds no second workbook."""
    run, found = calls(Lab(incident, records=TEMPLATES), *["phantom.promote(container)"] * 2)
    assert [one[0] for one in found] == [True, False]
    assert len(written(run, "workbook_phase")) == 1


@pytest.mark.documented
def test_a_container_is_merged_with_all_it_holds(lab):
    """Artifacts, files, notes, comments and ended runs are copied; `in_case` is set at the source."""
    run, [(success, _)] = calls(lab, "phantom.merge(case=50, container_id=60)")
    assert success is True
    kinds = ("artifact", "container_attachment", "note", "container_comment", "playbook_run", "action_run")
    added = {kind: [one for one in run.summary().changes if (one["object"], one["field"]) == (kind, "added")]
             for kind in kinds}
    assert {kind: len(found) for kind, found in added.items()} == {
        "artifact": 2, "container_attachment": 1, "note": 2, "container_comment": 1, "playbook_run": 1, "action_run": 1}
    assert all(one["after"]["container"] == 50 for found in added.values() for one in found)
    copy = added["artifact"][0]["after"]
    assert (copy["name"], copy["cef"]["ip"], copy["parent_artifact"], copy["parent_container"]) == (
        "two", "9.9.9.9", 61, 60)
    assert added["note"][1]["after"]["artifact"] == added["artifact"][1]["id"]
    marked = [(one["object"], one["id"]) for one in run.summary().changes if one["field"] == "in_case"]
    assert {("artifact", 61), ("artifact", 62), ("container", 60)} <= set(marked)


@pytest.mark.documented
def test_merging_copies_do_not_change_the_source(lab):
    """The other container keeps its artifacts."""
    _, found = calls(lab, "phantom.merge(case=50, container_id=60)",
                     *[f"phantom.get_container({n})['artifact_count']" for n in (50, 60)],
                     "phantom.get_container(60)['in_case']")
    assert found[1:] == [2, 2, True]


@pytest.mark.documented
@pytest.mark.parametrize(("arguments", "kind", "fields"), [
    ("artifact_id=61", "artifact", {"name": "two", "cef": {"url": "http://x/", "ip": "9.9.9.9"}}),
    ("artifact_id='61', ioc_field='url'", "artifact", {"cef": {"url": "http://x/"}, "cef_types": {"url": ["url"]}}),
    ("vault_id=8", "container_attachment", {"name": "a.txt", "vault_id": "0" * 40}),
    ("playbook_run_id=70", "action_run", {"name": "look_1"}),
    ("playbook_run_id=70", "playbook_run", {"status": "success"}),
    ("action_run_id=80", "action_run", {"name": "look_1"}),
    ("artifact_id=61, note_title='why', note_description='because'", "note", {"title": "why", "content": "because"}),
])
def test_one_item_is_merged(lab, arguments, kind, fields):
    """(True, message); the copy belongs to the case."""
    run, [(success, message)] = calls(lab, f"phantom.merge(50, {arguments})")
    assert (success, type(message)) == (True, str)
    (copy,) = [one["after"] for one in run.summary().changes if (one["object"], one["field"]) == (kind, "added")]
    assert {name: copy[name] for name in fields} == fields
    assert copy["container"] == 50


@pytest.mark.documented
@pytest.mark.parametrize("arguments", ["container_id=60", "artifact_id=61", "artifact_id=61, ioc_field='ip'",
                                       "vault_id=8", "playbook_run_id=70", "action_run_id=80"])
def test_what_is_in_the_case_already_is_an_error(lab, arguments):
    """In the same run, and in the next one after it was applied."""
    run, found = calls(lab, *[f"phantom.merge(50, {arguments})"] * 2)
    assert [one[0] for one in found] == [True, False]
    assert "already been added to case 50" in found[1][1]
    lab.apply(run)
    assert calls(lab, f"phantom.merge(50, {arguments})")[1][0][0] is False


@pytest.mark.documented
def test_two_fields_of_one_artifact_are_two_items(lab):
    """The pair of artifact and field counts."""
    _, found = calls(lab, *[f"phantom.merge(50, artifact_id=61, ioc_field='{field}')" for field in ("ip", "url", "ip")],
                     "phantom.merge(50, artifact_id=61)")
    assert [one[0] for one in found] == [True, True, False, True]


@pytest.mark.assumed
def test_what_was_added_alone_does_not_come_again_with_its_container(lab):
    """The container's other artifact does."""
    _, found = calls(lab, "phantom.merge(50, artifact_id=61)", "phantom.merge(50, container_id=60)",
                     "phantom.get_container(50)['artifact_count']")
    assert ([one[0] for one in found[:2]], found[2]) == ([True, True], 2)


@pytest.mark.documented
@pytest.mark.parametrize("arguments", [
    "50", "50, container_id=99", "50, container_id=50", "50, artifact_id=99", "50, ioc_field='ip'",
    "50, artifact_id=61, ioc_field='none'", "50, artifact_id=61, ioc_field=5", "50, vault_id='x'",
    "50, playbook_run_id=71", "50, action_run_id=81", "50, playbook_run_id=99", "50, action_run_id=99",
    "99, artifact_id=61", "50, artifact_id=61, note_title={1}", "50, artifact_id=61, container_id=99",
    "50, playbook_run_id=run_id",
])
def test_a_merge_that_is_impossible_copies_nothing(lab, arguments):
    """(False, reason): unknown items, runs that have not ended, this run among them, or one bad item of several."""
    run, found = calls(lab, "run_id = phantom.get_playbook_info()[0]['run_id']", f"phantom.merge({arguments})")
    assert (found[1][0], bool(found[1][1]), run.summary().changes) == (False, True, [])


@pytest.mark.assumed
def test_only_a_case_takes_items(lab):
    """Another container is refused; without `case` it is the run's own, once it has been promoted."""
    _, found = calls(lab, "phantom.merge(artifact_id=61)", "phantom.update(container, {'container_type': 'case'})",
                     "phantom.merge(artifact_id=61)")
    assert [one[0] for one in found] == [False, True, True]


@pytest.mark.documented
def test_action_runs_of_this_run_are_merged_once_they_have_ended(lab, playbook):
    """The id of the callback's action is enough; one that is pending is refused."""
    run = lab.run(playbook("""
def on_start(container):
    phantom.act("look up", parameters=[{}], assets=["a"], name="look_1", callback=after)
    phantom.act("look up", parameters=[{}], assets=["a"], name="look_2")

def after(action=None, container=None, **kwargs):
    phantom.debug(phantom.merge(50, action_run_id=action["action_run_id"])[0])
    phantom.debug(phantom.merge(50, action_run_id=action["action_run_id"] + 1)[1])
"""))
    assert run.status == "needs_outcome"
    lab.action("look up")(lambda parameter: {"data": [1]})
    run = lab.run(run.playbook)
    merged, refused = run.summary().debug
    assert merged == "True"
    assert refused.endswith("is running: it can be added once it has ended")
    (copy,) = written(run, "action_run")
    assert (copy["name"], copy["container"], copy["status"]) == ("look_1", 50, "success")
