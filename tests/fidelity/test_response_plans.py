"""A playbook that works on a response plan: it runs to its end on the finding alone, and reads back what it wrote."""

from __future__ import annotations

import base64

import pytest

from phantom_lab import Lab
from phantom_lab.model import Options
from tests.calls import written
from tests.conftest import ROOT

FOLDER = ROOT / "sample_data"
WRITES = ["add task note", "update task in current phase", "add investigation file", "update finding or investigation"]


@pytest.fixture(scope="module")
def run():
    """The sample, on its investigation; nobody says what an action comes back with."""
    lab = Lab(finding=FOLDER / "findings/odd_logins.json", generate=True)
    return lab.run(FOLDER / "playbooks/odd_logins_response.py")


@pytest.mark.assumed
def test_it_runs_to_its_end_without_results(run):
    """The connector answers from the run's own records; the other app's results are generated."""
    assert run.status == "success"
    runs = run.summary().action_runs
    assert all(one["status"] == "success" and one["results"] for one in runs)
    assert [one["action"] for one in runs if one["action"] in WRITES] == WRITES


@pytest.mark.assumed
def test_every_write_is_in_the_receipt(run):
    """Outside, as the platform's change, with where each parameter came from; inside, by what it changed of the run."""
    rows = run.summary().receipt
    outside = [one for one in rows if one["side"] == "outside" and one["on"] == "builtin_mc_connector"]
    assert [(one["change"], one["status"]) for one in outside] == [(one, "carried out") for one in WRITES]
    told = {one["parameter"]: one["told"] for one in outside[0]["origins"]}
    assert told["id"] == "finding, investigation_id"
    assert told["task_id"] == "result of get_task_id_1, data.*.task_id"
    for kind in ("finding_note", "finding_file", "investigation"):
        assert written(run, kind), kind


@pytest.mark.assumed
def test_what_was_written_is_read_back(run):
    """The note at its task, the file with its bytes, and the plan and the header fields after the refresh."""
    (note,), (file,) = written(run, "finding_note"), written(run, "finding_file")
    assert (note["title"], note["task_name"]) == ("Networks", "Check the networks")
    assert base64.b64decode(file["data"]).decode().splitlines()[0] == "ip,network"
    (progress,) = written(run, "note")
    assert progress["content"] == "Notes at: Check the networks\nTasks: Ended, Pending, Pending"
    assert written(run, "container_comment")[0]["comment"] == "['mara']"


@pytest.mark.assumed
@pytest.mark.parametrize(("finding", "stands"), [("snapshot", "Ended"), ("live", "Ended"), ("fixed", "Pending")])
def test_a_refresh_renews_the_plan(finding, stands):
    """What `finding:` reads of its tasks, too."""

    lab = Lab(finding=FOLDER / "findings/odd_logins.json", generate=True, options=Options(finding=finding))
    (progress,) = written(lab.run(FOLDER / "playbooks/odd_logins_response.py"), "note")
    assert progress["content"].endswith(f"Tasks: {stands}, Pending, Pending")


@pytest.mark.assumed
def test_what_it_wrote_stays_in_the_lab_when_it_is_applied(run):
    """The next run begins with it: somebody owns the investigation, and the playbook leaves it alone."""
    lab = Lab(finding=FOLDER / "findings/odd_logins.json", generate=True)
    lab.apply(lab.run(FOLDER / "playbooks/odd_logins_response.py"))
    assert lab.run(FOLDER / "playbooks/odd_logins_response.py").summary().action_runs == []
