"""Public playbooks, where they are at hand: their names are those that the rule takes them for.

``PHANTOM_LAB_CORPUS`` is that of `tests/corpus/test_corpus.py`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from phantom_lab.check.checking import check
from phantom_lab.check.sources import distinct, find
from phantom_lab.datapath import Family, parse
from phantom_lab.model.naming import alike, key, meant
from phantom_lab.reading import texts
from phantom_lab.reading.export import connectors_of
from phantom_lab.reading.read import read
from phantom_lab.source.custom_function import CustomFunction
from phantom_lab.source.library import Library
from phantom_lab.source.playbook import Playbook
from phantom_lab.trials.trial import Trials

CORPUS = [one for one in os.environ.get("PHANTOM_LAB_CORPUS", "").split(os.pathsep) if one]

pytestmark = pytest.mark.skipif(not CORPUS, reason="PHANTOM_LAB_CORPUS names no public playbooks: NOT CHECKED HERE")


@pytest.fixture(scope="module")
def sources():
    """The distinct playbooks and custom functions."""
    return distinct(find(CORPUS))


def test_inputs_are_read_as_the_editor_writes_them_out(sources):
    """Whatever the export spells; no playbook has two that are alike."""
    spelt = {}
    for playbook in (one for one in sources if isinstance(one, Playbook)):
        assert alike(playbook.inputs) == alike(playbook.outputs) == []
        paths = [parse(one.text) for one in texts.datapaths(read(playbook))]
        names = {str(one.steps[0]) for one in paths if one and one.source is Family.PLAYBOOK_INPUT and not one.block}
        assert all(meant(name, playbook.inputs) for name in names), playbook.file
        assert names == set(map(key, names))
        spelt |= {name: key(name) for name in playbook.inputs if name != key(name) and key(name) in names}
    assert spelt == {"filePath": "filepath"}


def test_every_child_takes_the_inputs_that_it_is_given():
    """Of the 111 that a call names, each is one of the child's."""
    problems = check(CORPUS).problems
    assert [one for one in problems if one.kind in ("inputs", "name")] == []
    assert [one for one in problems if " may be " in one.message] == []


def test_the_export_names_the_function_of_every_action(sources):
    """But for one classic playbook, whose blocks were renamed by hand."""
    lost = {playbook.name for playbook in sources if isinstance(playbook, Playbook)
            for name in connectors_of(playbook.path) if not meant(name, read(playbook).functions)}
    assert lost == {"rogue_wireless_access_point_remediate"}


def test_file_and_function_of_a_custom_function_have_one_name(sources):
    """So have its parameters in the specification."""
    functions = [one for one in sources if isinstance(one, CustomFunction)]
    assert len(functions) > 50
    assert [one.file for one in functions if one.misnamed] == []


def test_the_vendors_playbook_starts_its_children():
    """It gives ``filepath`` to playbooks whose input is ``filePath``, and they read what it gives."""
    file = next(Path(path) for path in map(str, CORPUS) for path in Path(path).rglob("log4j_respond.py"))
    playbook = Playbook.load(file)
    run = Trials(paths=[file.parent]).run(playbook)
    children = run.summary().playbook_runs
    assert {one["playbook"] for one in children} == {"internal_host_ssh_log4j_respond",
                                                     "internal_host_winrm_log4j_respond"}
    assert run.summary().unstarted == []
    assert all(one["inputs"]["filepath"] for one in children)
    assert not [one for one in run.summary().diagnoses if "playbook_input:filepath" in one["datapath"]]
    found = Library().playbook("community/Internal Host SSH log4j respond", file)
    assert found.inputs == ("ip_or_hostname", "filePath")
