"""Calls that the platform did not carry out: told in the notes, the hints, the receipt and the report."""

from __future__ import annotations

import pytest

from phantom_lab import Lab
from phantom_lab.views.report import as_text
from tests.calls import calls

WRITES = ["phantom.comment(container, '')", "phantom.set_severity(container, ['high'])",
          "phantom.set_sensitivity(container, 'pink')", "phantom.update(container, {'colour': 'red'})",
          "phantom.add_list('', ['a'])", "phantom.delete_from_list('nowhere', 'a')", "phantom.merge(1, artifact_id=77)",
          "phantom.vault_add(container, '/opt/phantom/vault/tmp/none')", "phantom.delete_artifact(99)",
          "phantom.add_note(container, note_type='artifact', content='x')", "phantom.remove_list('nowhere')",
          "phantom.set_incident_owner(1, 'a')", "phantom.update_pin(99)", "phantom.add_attachment('/x', 1)",
          "phantom._do_request_post('container/1', {'status': 7}, 'good', 'bad')",
          "phantom.Vault.add_attachment('/x', 1)"]
READS = ["phantom.get_list('nowhere')", "phantom.check_list('nowhere', 'a')", "phantom.vault_info('f' * 40)",
         "phantom.get_notes(container=99)", "list(phantom.get_tasks(container=99))", "phantom.get_tags(container=99)",
         "phantom.get_phase(container=99)", "phantom.datastore_get('nowhere')",
         "phantom._do_request_get('container/99', {}, 'good', 'bad')", "phantom.get_response_templates()"]


@pytest.mark.parametrize("call", WRITES)
def test_a_write_that_is_not_carried_out_is_told_everywhere(lab, call):
    """With its block, its line and the reason."""
    run, [found] = calls(lab, call)
    summary = run.summary()
    name = call.removeprefix("phantom.").partition("(")[0]
    (hint,) = summary.hints
    assert (hint["block"], hint["line"], hint["count"]) == ("on_start", 6, 1)
    said, _, reason = hint["message"].partition(" was not carried out: ")
    assert said.startswith(f"phantom.{name}")
    assert reason
    assert f"on_start, line 6: phantom.{name} was not carried out: {reason}" in summary.notes
    (row,) = [one for one in summary.receipt if one["change"] == name]
    assert (row["side"], row["status"], row["line"]) == ("inside", f"not carried out: {reason}", 6)
    assert f"{name}{' on ' if row['on'] else ' '}" in as_text(summary)
    assert "(on_start, line 6): not carried out: " in as_text(summary)
    if isinstance(found, list):
        assert (found[0], found[1]) == (False, reason)


@pytest.mark.parametrize("call", READS)
def test_a_read_that_finds_nothing_is_a_hint(lab, call):
    """It is no change, and stands in no receipt."""
    run, _ = calls(lab, call)
    (hint,) = run.summary().hints
    assert " found nothing: " in hint["message"]
    assert [one for one in run.summary().receipt if one["side"] == "inside"] == []


def test_the_container_and_the_arguments_stand_in_the_receipt(lab):
    """Those that were given; the container by its id, the run's own where none was."""
    run, _ = calls(lab, "phantom.comment(comment='')", "phantom.set_label(99, 'x')", "phantom.update_pin(7, data='d')")
    told = [(one["change"], one["on"], one["given"]) for one in run.summary().receipt]
    assert told == [("comment", "container 1", {"comment": ""}), ("set_label", "container 99", {"label": "x"}),
                    ("update_pin", "", {"pin_id": 7, "data": "d"})]


def test_one_line_that_fails_often_is_one_hint_with_a_count(lab, playbook):
    """So it is with datapaths that give nothing."""
    run = lab.run(playbook(
        "def on_start(container):\n    for _ in range(6):\n        phantom.comment(container, '')\n        again()\n"
        "def again():\n    phantom.collect2(container=None, datapath=['nobody:action_result.data'])\n"))
    (hint,) = run.summary().hints
    assert hint["count"] == 6
    assert "(6 times)" in as_text(run.summary())
    assert [one["count"] for one in run.summary().diagnoses] == [1]


def test_a_report_tells_what_is_alike_once(lab, playbook, tmp_path):
    """What was not carried out, and what went wrong in custom functions, with how often it was so."""
    (tmp_path / "boom.py").write_text("def boom(**kwargs):\n    raise ValueError('no such table')\n")
    lab.paths.append(tmp_path)
    run = lab.run(playbook(
        "def on_start(container):\n    for _ in range(6):\n        phantom.comment(container, '')\n"
        "        phantom.custom_function('boom', [{}])\n"))
    lines = [one.strip() for one in as_text(run.summary()).splitlines()]
    assert [one for one in lines if one.startswith("comment on container")] == [
        "comment on container 1 (on_start, line 4): not carried out: a comment must not be empty (6 times)"]
    assert len([one for one in run.summary().receipt if one["change"] == "comment"]) == 6
    assert "ValueError: no such table (block boom, boom.py:2) (6 times)" in lines


def test_a_sentence_that_has_an_end_goes_on_without_it(lab, playbook):
    """No full stop before the semicolon."""
    run = lab.run(playbook("def on_start(container):\n    try:\n        phantom.act('x', callback=5)\n"
                           "    except Exception:\n        pass\n"))
    assert ".; the playbook" not in run.summary().hints[0]["message"]


def test_an_exception_that_the_playbook_catches_is_a_hint(lab, playbook):
    """Also where a block around it does; one that ends its branch is an error instead."""
    run = lab.run(playbook(
        "def on_start(container):\n    try:\n        inner(container)\n    except Exception:\n        pass\n"
        "def inner(container):\n    phantom.save_object('k', 1)\n"))
    (hint,) = run.summary().hints
    assert (hint["block"], hint["line"]) == ("inner", 8)
    assert hint["message"].endswith("the playbook caught it and went on")
    run = lab.run(playbook("def on_start(container):\n    phantom.save_object('k', 1)\n"))
    assert (run.status, run.summary().hints) == ("error", [])


@pytest.mark.parametrize(("call", "on"), [
    ("phantom.prompt2(user='', message='m', name='ask', callback=on_finish)", "prompt 'ask'"),
    ("phantom.playbook('local/child', container=99)", "playbook 'local/child'")])
def test_what_is_not_asked_for_is_told(incident, tmp_path, call, on):
    """A prompt to nobody and a child that cannot start return None; the lab says that nothing comes of them."""
    (tmp_path / "child.py").write_text("def on_start(container):\n    pass\n")
    (tmp_path / "flow.py").write_text("import phantom.rules as phantom\n"
                                      f"def on_start(container):\n    {call}\n"
                                      "def on_finish(container, summary):\n    pass\n")
    run = Lab(incident).run(tmp_path / "flow.py")
    (hint,) = run.summary().hints
    assert f"({on}) was not carried out: " in hint["message"]
    assert [one["on"] for one in run.summary().receipt] == [on]


def test_the_log_says_where_every_line_comes_from(lab, playbook):
    """JSON keeps the bare lines as well; the report names the block and the line."""
    run = lab.run(playbook("def on_start(container):\n    phantom.debug('a')\n    phantom.error('b')\n"))
    assert run.summary().debug == ["a", "b"]
    assert run.summary().log == [
        {"run": run.id, "block": "on_start", "line": 3, "level": "debug", "message": "a"},
        {"run": run.id, "block": "on_start", "line": 4, "level": "error", "message": "b"}]
    assert "on_start, line 3: a" in as_text(run.summary())
