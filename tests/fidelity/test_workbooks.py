"""Workbooks: phases, tasks and who has them; and what other products keep."""

from __future__ import annotations

import pytest

from phantom_lab import InputError, Lab
from phantom_lab.rules.incidents import ELSEWHERE
from tests.calls import calls, written

WORKBOOKS = {
    "workbook_template": [
        {"id": 5, "name": "Phishing", "is_default": True, "phases": [
            {"name": "Contain", "order": 2, "tasks": [{"name": "Block"}]},
            {"name": "Triage", "order": 1, "tasks": [
                {"name": "Read", "is_note_required": True, "playbooks": [{"scm": "local", "playbook": "read"}]},
                {"name": "Decide", "owner": 9}]}]},
        {"id": 6, "name": "Flat"}],
    "workbook_phase_template": [{"id": 60, "template": 6, "name": "Only"}],
    "workbook_task_template": [{"id": 61, "phase": 60, "name": "Single"}],
    "ph_user": [{"id": 9, "username": "mara"}],
    "role": [{"id": 30, "name": "Tier 2"}],
}
TASKS = "[one['data'] for one in phantom.get_tasks(container)]"


@pytest.fixture
def lab(incident):
    """A lab with two workbook templates: one given with its phases, one as records of each kind."""
    return Lab(incident, records=WORKBOOKS)


@pytest.mark.documented
@pytest.mark.parametrize(("given", "names"), [
    ("5", ["Read", "Decide", "Block"]), ("'5'", ["Read", "Decide", "Block"]), ("6", ["Single"]),
    ("'Flat'", ["Single"])])
def test_adding_a_workbook_copies_its_phases_and_tasks(lab, given, names):
    """(True, message); the tasks come in the order of their phases."""
    _, found = calls(lab, f"phantom.add_workbook(container=container['id'], workbook_id={given})", TASKS)
    assert (found[0][0], len(found[0])) == (True, 2)
    assert [task["name"] for task in found[1]] == names


@pytest.mark.observed
def test_a_task_has_what_public_playbooks_read(lab):
    """id, name, order, status, phase, owner, notes, is_note_required and suggestions."""
    _, found = calls(lab, "phantom.add_workbook(1, 5)", f"tasks = {TASKS}",
                     "phantom.add_note(container, 'task', title='t', task_id=tasks[0]['id'])",
                     "next(phantom.get_tasks(container=container))",
                     "next(phantom.get_tasks(container))['data']['suggestions'].get('playbooks')")
    first, second, _ = found[1]
    assert {name: first[name] for name in ("id", "order", "status", "phase", "owner", "notes", "is_note_required")} == {
        "id": 1, "order": 1, "status": 0, "phase": 1, "owner": None, "notes": [], "is_note_required": True}
    assert (second["order"], second["owner"]) == (2, 9)
    assert (found[3]["success"], found[3]["data"]["notes"][0]["title"]) == (True, "t")
    assert found[4] == [{"scm": "local", "playbook": "read"}]


@pytest.mark.documented
def test_get_tasks_is_a_generator(lab):
    """Each item holds success, message and data."""
    _, found = calls(lab, "phantom.add_workbook(1, 6)", "type(phantom.get_tasks(container)).__name__",
                     "sorted(next(phantom.get_tasks(container)))", "list(phantom.get_tasks(container))[0]['success']")
    assert found[1:] == ["generator", ["data", "message", "success"], True]


@pytest.mark.assumed
def test_tasks_of_an_unknown_container_are_one_item_without_success(lab):
    """A loop that asks for success and data goes on."""
    _, [[item]] = calls(lab, "list(phantom.get_tasks(99))")
    assert (item["success"], bool(item["message"]), item["data"]) == (False, True, {})


@pytest.mark.documented
@pytest.mark.parametrize("given", ["2", "'2'", "'Contain'", "'contain'"])
def test_the_phase_is_set_by_id_or_name(lab, given):
    """get_phase gives (True, message, id, name); before one is set both are None."""
    _, found = calls(lab, "phantom.add_workbook(1, 5)", "phantom.get_phase()",
                     f"phantom.set_phase(container=container, phase={given})", "phantom.get_phase(container)",
                     "phantom.get_container(1)['current_phase']")
    assert (found[1][0], found[1][2:]) == (True, [None, None])
    assert (found[2][0], len(found[2])) == (True, 2)
    assert (found[3][0], found[3][2:], found[4]) == (True, [2, "Contain"], 2)


@pytest.mark.documented
def test_a_task_is_added_by_name(lab):
    """(True, message, task id); it comes into the current phase, after the others (assumed)."""
    _, found = calls(lab, "phantom.add_workbook(1, 5)", "phantom.set_phase(1, 'Contain')",
                     "phantom.add_task(container=container, name='Call', owner='mara', role='tier 2')",
                     "phantom.add_task(1, 'Write', phase='Triage', is_note_required=True, description='d', status=2)",
                     TASKS)
    assert (found[2][0], found[2][2], found[3][0], found[3][2]) == (True, 4, True, 5)
    tasks = {task["name"]: task for task in found[4]}
    assert [task["name"] for task in found[4]] == ["Read", "Decide", "Write", "Block", "Call"]
    assert (tasks["Call"]["owner"], tasks["Call"]["role"], tasks["Call"]["order"]) == (9, 30, 3)
    assert (tasks["Write"]["is_note_required"], tasks["Write"]["status"]) == (True, 2)


@pytest.mark.documented
@pytest.mark.parametrize(("arguments", "owner", "role"), [
    ("user='mara'", 9, None), ("user=1", 1, None), ("role='Tier 2'", None, 30), ("user=''", None, None),
    ("user='nobody known'", "nobody known", None)])
def test_set_owner_assigns_a_task(lab, arguments, owner, role):
    """The container's own owner stays; an empty text takes the task's away."""
    _, found = calls(lab, "phantom.add_workbook(1, 5)",
                     f"phantom.set_owner(container=container, task_id=2, {arguments})", TASKS,
                     "phantom.get_container(1)['owner']")
    assert found[1][0] is True
    assert (found[2][1]["owner"], found[2][1]["role"], found[3]) == (owner, role, "admin")


@pytest.mark.documented
@pytest.mark.parametrize("call", [
    "add_workbook(container)", "add_workbook(99, 5)",
    "add_workbook(1, [5])", "set_phase(1, ['x'])", "set_phase(1, 1)", "set_phase(99, 1)", "set_phase(1)",
    "add_task(container)", "add_task(99, 'x')", "add_task(1, 'x', colour='red')",
    "add_task(1, 'x', status=7)", "add_task(1, 'x', owner=[])", "add_task(1, 'x', phase=5)",
    "set_owner(1, 'mara', task_id=7)", "set_owner(1, 'mara', task_id='x')", "get_phase(99)",
])
def test_what_is_not_there_is_refused(lab, call):
    """(False, reason), filled with None."""
    run, [found] = calls(lab, f"phantom.{call}")
    assert (found[0], bool(found[1]), found[2:], run.summary().changes) == (False, True, [None] * (len(found) - 2), [])


@pytest.mark.assumed
@pytest.mark.parametrize(("call", "length"), [
    ("add_response_plan(container, 1)", 3), ("add_response_plan_task(container, 'x')", 3),
    ("get_response_templates()", 3), ("get_incident_phase(container)", 3), ("set_incident_phase(1, 2)", 2),
    ("get_incident_task(container, 1)", 3),
    ("get_incident_tasks(container)", 3), ("set_task_owner(container, 1, 'mara')", 3),
    ("set_incident_owner('mara')", 2)])
def test_incidents_and_response_plans_are_kept_elsewhere(lab, call, length):
    """The call fails and says what it needs."""
    run, [found] = calls(lab, f"phantom.{call}")
    assert found == [False, ELSEWHERE, None][:length]
    assert run.summary().changes == []


@pytest.mark.documented
@pytest.mark.parametrize("phases", ["x", [5], [{"tasks": {}}]])
def test_phases_that_cannot_be_read_are_named(incident, phases):
    """A template holds a list of phases, and a phase a list of tasks."""
    with pytest.raises(InputError, match="must be a list of JSON objects"):
        Lab(incident, records={"workbook_template": [{"name": "x", "phases": phases}]})


@pytest.mark.documented
def test_workbooks_are_there_for_the_next_run(lab):
    """Applied, a run's phases, tasks and current phase belong to the lab."""
    run, _ = calls(lab, "phantom.add_workbook(1, 5)", "phantom.set_phase(1, 'Triage')")
    lab.apply(run)
    _, found = calls(lab, "phantom.get_phase()", TASKS)
    assert (found[0][3], [task["name"] for task in found[1]]) == ("Triage", ["Read", "Decide", "Block"])
    assert written(run, "workbook_phase") != []
