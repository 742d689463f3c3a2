"""Values that outlive a run: under a key alone, or in the scope of a container or playbook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phantom_lab import Lab, Playbook
from tests.fidelity.test_lists import BAD, SOURCE, evaluate, value
from tests.table import tabled

NEVER_A_KEY = [bad for bad in BAD if bad not in ("'nowhere'", "'\\ud800'", "5")]
CUSTOM_FUNCTION = """
import phantom.rules as phantom

def tool(**kwargs):
    return [{"found": phantom.%s}]
"""


def run_in(lab: Lab, *expressions: str) -> list[Any]:
    """What expressions give in a run whose writes the lab takes over."""
    run = lab.run(Playbook.from_source(SOURCE.format(expressions=expressions), name="sample"))
    lab.apply(run)
    return [json.loads(line) for line in run.summary().debug]


# -- one key for all ---------------------------------------------------------------------------------------------------

@pytest.mark.observed
def test_reading_a_value_deletes_it_unless_told_otherwise():
    """A public playbook reads its pin's id, and saves it again each time."""
    assert evaluate("phantom.save_data(5, 'k')", "phantom.get_data('k', clear_data=False)", "phantom.get_data('k')",
                    "phantom.get_data('k')") == ["k", 5, 5, None]


@pytest.mark.observed
def test_a_value_is_there_for_other_playbooks():
    """One saves, another reads: whoever they are, once the first run has been applied."""
    lab = Lab({"container": {"id": 1}})
    run_in(lab, "phantom.save_data(value=[['1.1.1.1', 7]], key='hosts')")
    assert run_in(lab, "phantom.get_data('hosts', clear_data=True)", "phantom.get_data('hosts')") == [
        [["1.1.1.1", 7]], None]
    assert run_in(lab, "phantom.get_data('hosts')") == [None]


@pytest.mark.observed
def test_reading_and_saving_again_goes_over_into_the_lab():
    """However often: a value that was deleted in between is no conflict."""
    lab = Lab({"container": {"id": 1}})
    for number in range(3):
        assert run_in(lab, "phantom.get_data('pin')", f"phantom.save_data({number}, 'pin')") == [
            number - 1 if number else None, "pin"]


@pytest.mark.assumed
def test_a_value_without_a_key_gets_one():
    """The call returns it, and another one each time."""
    assert value("[(lambda one, two: [one != two, phantom.get_data(one), phantom.get_data(two)])("
                 "phantom.save_data('a'), phantom.save_data('b'))]") == [[True, "a", "b"]]


@pytest.mark.assumed
def test_a_second_value_replaces_the_first():
    """Under one key there is one."""
    assert value("phantom.save_data('a', 'k')", "phantom.save_data(None, 'k')", "phantom.get_data('k')") is None


@pytest.mark.assumed
@tabled(("saved", "read"), [("(1, (2, 3))", [1, [2, 3]]), ("{'a': None}", {"a": None}), ("''", ""),
                           ("{1: 2}", {"1": 2}), ("'\\x00'", "\0")])
def test_values_come_back_as_json_leaves_them(saved, read):
    """Tuples become lists, keys texts; the reader's copy is its own."""
    assert value(f"phantom.save_data({saved}, 'k')", "phantom.get_data('k')") == read


@pytest.mark.documented
def test_a_value_is_cleared():
    """One that is not there, too; the call returns None."""
    assert evaluate("phantom.save_data(1, 'k')", "phantom.clear_data('k')", "phantom.get_data('k')",
                    "phantom.clear_data('k')") == ["k", None, None, None]


@pytest.mark.assumed
def test_the_file_system_has_keys_of_its_own():
    """And the names behind `save_data` read and write the same values."""
    assert evaluate(
        "phantom.save_data(1, 'k')", "phantom.save_data(2, 'k', use_filesystem=True)",
        "phantom._get_data_datastore('k', False)", "phantom._get_data_filesystem('k', False)",
        "phantom._save_data_datastore(3, 'k')", "phantom._save_data_filesystem(4, 'k')",
        "phantom.get_data('k', False)", "phantom.get_data('k', False, True)",
        "phantom._clear_data_datastore('k')", "phantom.get_data('k')", "phantom.get_data('k', False, True)",
        "phantom._clear_data_filesystem('k')", "phantom.get_data('k', use_filesystem=True)",
    ) == ["k", "k", 1, 2, "k", "k", 3, 4, None, None, 4, None, None]


@pytest.mark.assumed
def test_a_number_is_a_key():
    """The same as its digits."""
    assert value("phantom.save_data('a', 5)", "phantom.get_data('5')") == "a"


# -- objects in a scope ------------------------------------------------------------------------------------------------

@pytest.mark.observed
def test_an_object_comes_back_in_a_list():
    """Public playbooks take ``[0]['value']``; what is not there is an empty list."""
    assert evaluate("phantom.save_object(key='pin', value={'pin_id': 7}, container_id=1)",
                    "phantom.get_object(key='pin', container_id=1)[0]['value']['pin_id']",
                    "phantom.get_object(key='other', container_id=1)",
                    "phantom.get_object(key='pin', container_id=2)") == [None, 7, [], []]


@pytest.mark.assumed
def test_an_object_tells_its_scope():
    """Key, value and everything that it was saved with."""
    assert value("phantom.save_object('k', {'a': 1}, False, None, 'book', 'local')", "phantom.get_object('k')") == [
        {"key": "k", "value": {"a": 1}, "auto_delete": False, "container_id": None, "playbook_name": "book",
         "repo_name": "local"}]


SCOPES = ("'k', {'n': 1}, False", "'k', {'n': 2}, False, 1", "'k', {'n': 3}, False, 1, 'book'",
          "'k', {'n': 4}, False, None, 'book', 'local'", "'kk', {'n': 5}, False, 1", "'a%', {'n': 6}, False")


@pytest.mark.assumed
@tabled(("arguments", "found"), [
    ("'k'", [1, 2, 3, 4]), ("'k', container_id=1", [2, 3]), ("'k', container_id='1'", [2, 3]),
    ("'k', container_id={'id': 1}", [2, 3]), ("'k', container_id=9", []), ("'k', playbook_name='book'", [3, 4]),
    ("'k', playbook_name='book', repo_name='local'", [4]), ("'k', container_id=1, playbook_name='book'", [3]),
    ("'%'", [1, 2, 3, 4, 5, 6]), ("'k%', container_id=1", [2, 3, 5]), ("'%k'", [1, 2, 3, 4, 5]), ("'k%k'", [5]),
    ("'%kkk%'", []), ("'a%'", [6]), ("'K'", []), ("'k_'", []), ("'.*'", []), ("'%%'", [1, 2, 3, 4, 5, 6]),
])
@tabled("call", ["get_object", "clear_object"])
def test_a_scope_restricts_and_a_percent_sign_stands_for_any_text(call, arguments, found):
    """A scope that is not given does not; reading and clearing mean the same objects."""
    saved = [f"phantom.save_object({one})" for one in SCOPES]
    numbers = "[one['value']['n'] for one in phantom.get_object({})]"
    if call == "get_object":
        assert value(*saved, numbers.format(arguments)) == found
    else:
        left = value(*saved, f"phantom.clear_object({arguments})", numbers.format("'%'"))
        assert left == [number for number in range(1, 7) if number not in found]


@pytest.mark.observed
def test_an_object_of_the_same_scope_is_replaced():
    """A public playbook reads an object, changes it, and saves it again."""
    assert evaluate("phantom.save_object('k', {'n': 1}, False, playbook_name='b')",
                    "phantom.save_object('k', {'n': 2}, False, playbook_name='b')",
                    "[one['value'] for one in phantom.get_object('k', playbook_name='b')]")[-1] == [{"n": 2}]


@pytest.mark.documented
def test_reading_may_clear():
    """With `clear_data`; without, the object stays."""
    assert evaluate("phantom.save_object('k', {}, False)", "len(phantom.get_object('k'))",
                    "len(phantom.get_object('k', clear_data=True))", "phantom.get_object('k')") == [None, 1, 1, []]


@pytest.mark.documented
@tabled("close", ["close(1)", "set_status(1, 'Closed')", "set_status(1, 'resolved')",
                 "update(1, {'status': 'closed'})"])
def test_an_object_goes_with_the_closing_of_its_container(close):
    """Unless it was saved without `auto_delete`."""
    assert evaluate("phantom.save_object('gone', {}, container_id=1)",
                    "phantom.save_object('stays', {}, auto_delete=False, container_id=1)",
                    "phantom.set_status(1, 'open')[0]", "len(phantom.get_object('%'))", f"phantom.{close}[0]",
                    "[one['key'] for one in phantom.get_object('%')]") == [None, None, True, 2, True, ["stays"]]


@pytest.mark.documented
@tabled(("call", "words"), [
    ("save_object('k', {})", "there must be a container_id"), ("save_object('k', {}, container_id=9)", "no container"),
    ("save_object('k', {}, container_id='x')", "no container"), ("save_object('k', object(), False)", "JSON"),
    ("save_object('k', {}, False, [])", "container_id must be"),
    ("save_object('k', {}, False, None, 5)", "playbook_name must be"),
    ("save_object('k', {}, False, None, None, [])", "repo_name must be"), ("save_data(object())", "JSON"),
    ("get_object('k', False, object())", "container_id must be"),
    ("clear_object('k', None, {1})", "playbook_name must be"),
    ("escape_db_key(None)", "must be a text"), ("unescape_db_key(5)", "must be a text"),
])
def test_what_cannot_be_done_ends_the_branch_with_one_line(call, words):
    """With `auto_delete` an object needs a container, and every value has to survive JSON."""
    source = SOURCE.format(expressions=[f"phantom.{call}"])
    run = Lab({"container": {"id": 1}}).run(Playbook.from_source(source, name="sample"))
    assert run.status == "error"
    assert run.summary().message.startswith(f"PlaybookArgumentError: {call.partition('(')[0]}: ")
    assert words in run.summary().message


@pytest.mark.assumed
@pytest.mark.parametrize("call", ["save_data(1, {})", "get_data({})", "clear_data({})", "get_object({})",
                                  "save_object({}, {'a': 1}, False)", "clear_object({})", "_save_data_datastore(1, {})",
                                  "_get_data_filesystem({})", "_clear_data_datastore({})"])
def test_what_is_no_key_ends_the_branch_with_one_line(call):
    """Texts and numbers are keys."""
    for bad in NEVER_A_KEY:
        if bad == "None" and call.startswith(("save_data", "_save_data")):
            continue  # then a key is made
        source = SOURCE.format(expressions=[f"phantom.{call}".replace("{}", bad, 1)])
        run = Lab({"container": {"id": 1}}).run(Playbook.from_source(source, name="sample"))
        assert run.status == "error", bad
        assert "key must be a text, not" in run.summary().message, bad


# -- in custom functions -----------------------------------------------------------------------------------------------

@pytest.fixture
def in_custom_function(tmp_path: Path):
    """The run of a custom function that makes one call."""

    def run(call: str) -> Any:
        (tmp_path / "tool.py").write_text(CUSTOM_FUNCTION % call)
        (tmp_path / "book.py").write_text("import phantom.rules as phantom\ndef on_start(container):\n"
                                          "    phantom.custom_function('local/tool', [{}], name='t')\n")
        return Lab({"container": {"id": 1}}).run(tmp_path / "book.py")

    return run


@pytest.mark.observed
@pytest.mark.parametrize("call", ["save_data(1, 'k')", "get_data('k')"])
def test_data_are_refused_in_a_custom_function(in_custom_function, call):
    """As the vendor's own self-test says."""
    message = in_custom_function(call).summary().message
    assert f"phantom.{call.partition('(')[0]} cannot be called from within a custom function" in message


@pytest.mark.observed
@pytest.mark.parametrize("call", ["save_object('k', {}, False)", "get_object('k')", "clear_object('k')"])
def test_objects_are_none_in_a_custom_function(in_custom_function, call):
    """As the vendor's own self-test says; nothing is saved."""
    run = in_custom_function(call)
    assert run.status == "success"
    assert run.state.custom_function_runs[0].results()[0]["custom_function_results"][0]["data"] == [{"found": None}]
    assert run.summary().changes == []


# -- a key that containers share ---------------------------------------------------------------------------------------

SHARES = """
import phantom.rules as phantom

def on_start(container):
    keep(container)
    {child}

def keep(container):
    phantom.save_data(container["id"], "last")
    phantom.save_object("last", {{"id": container["id"]}}, container_id=container["id"])

def after(container=None, **kwargs):
    phantom.debug(phantom.get_data("last", clear_data=False))
    phantom.debug(phantom.get_object("last", container_id=container["id"])[0]["value"]["id"])
"""


@pytest.mark.documented
def test_a_shared_key_mixes_containers_up_and_an_object_of_the_container_does_not(tmp_path):
    """Two containers take turns: the second one's data replace those of the first, each keeps its own object."""
    (tmp_path / "child.py").write_text(SHARES.format(child="pass"))
    (tmp_path / "parent.py").write_text(SHARES.format(
        child="phantom.playbook('local/child', container=phantom.get_container(2), name='child', callback=after)"))
    lab = Lab([{"id": 1, "name": "a", "status": "new"}, {"id": 2, "name": "b", "status": "new"}])
    assert lab.run(tmp_path / "parent.py", 1).summary().debug == ["2", "1"]


# -- keys of the database ----------------------------------------------------------------------------------------------

@pytest.mark.assumed
@settings(deadline=None, max_examples=25)
@given(st.lists(st.text(alphabet=".$%2E50\0aé", max_size=8), min_size=20, max_size=20))
def test_an_escaped_key_comes_back(keys):
    """It holds none of the characters that keys must not hold."""
    escaped = evaluate(*[f"phantom.escape_db_key({key!r})" for key in keys])
    assert not {".", "$", "\0"} & {*"".join(escaped)}
    assert evaluate(*[f"phantom.unescape_db_key({key!r})" for key in escaped]) == keys


@pytest.mark.documented
def test_a_container_that_is_closed_again_loses_its_objects_again(value):
    """Those that were saved since it was opened."""
    setup = """
    phantom.close(container)
    phantom.set_status(container, 'open')
    phantom.save_object('k', {}, container_id=1)
    phantom.close(container)
    """
    assert not value("phantom.get_object('k')", setup=setup)
