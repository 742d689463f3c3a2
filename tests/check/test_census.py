"""The census of forms, and the tests that it names."""

from __future__ import annotations

import ast
from pathlib import Path

from phantom_lab.check.census import CONDITIONS, DATAPATHS, KEYS, TEMPLATES, Count, census
from tests.conftest import ROOT
from tests.corpus.census import COVERED, PAGE, cell, page
from tests.table import tabled

TESTS = sorted({test for table in COVERED.values() for test in table.values()})
SOURCE = """
import phantom.rules as phantom

def on_start(container):
    phantom.collect2(container=container, datapath=["artifact:*.cef.a b", "artifact:*.cef.c"])
    phantom.decision(conditions=[["artifact:*.cef.x", "in", "custom_list:l"], ["x", "==", [container]]])
    phantom.format(template="%%\\n{0}\\n%%\\n{{ {code}", parameters=["one:action_result.data.0.k", "text", container])
"""


def test_forms_are_counted_by_use_and_by_file(tmp_path: Path):
    """A file that is there twice counts once; blanks at the ends of lines do not matter."""
    (tmp_path / "one.py").write_text(SOURCE)
    (tmp_path / "two.py").write_text(SOURCE.replace("\n", "  \n"))
    (tmp_path / "three.py").write_text(f"{SOURCE}    phantom.collect2(datapath=['container:id'])\n")
    found = census([tmp_path])
    assert (found.playbooks, found.custom_functions) == (2, 0)
    assert found.tables == {
        DATAPATHS: {"artifact:*.cef.f": Count(6, 2), "<b>:action_result.data.#.f": Count(2, 2),
                    "custom_list:NAME": Count(2, 2), "container:f": Count(1, 1)},
        KEYS: {"a blank in a key": Count(2, 2)},
        CONDITIONS: {"datapath against custom list": Count(2, 2), "operator ==": Count(2, 2),
                     "operator in": Count(2, 2), "text against list": Count(2, 2)},
        TEMPLATES: {form: Count(2, 2) for form in (
            "a brace that is no field", "a field", "a literal text as parameter", "a variable as parameter",
            "doubled braces", "no name: the text is used", "one %% block")},
    }


def test_the_samples_are_counted(samples: Path):
    """Each form has its line in the page."""
    found = census([samples])
    assert found.playbooks == len([*samples.glob("playbooks/*.py"), *samples.glob("exports/*.py")])
    assert found.custom_functions == len(list((samples / "custom_functions").glob("*.py")))
    assert found.tables[DATAPATHS]["artifact:*.cef.f"].uses > 10
    lines = page(found).splitlines()
    for table in found.tables.values():
        for form, number in table.items():
            assert [line for line in lines if line.startswith(f"{cell(form)} {number.uses} | {number.files} | ")]


@tabled("name", TESTS)
def test_a_test_that_the_census_names_is_there(name: str):
    """In that file, as a function."""
    file, _, function = name.partition("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_the_page_lists_every_form_that_has_a_test():
    """Also those that only other public playbooks use, and none without a test."""
    text = PAGE.read_text(encoding="utf-8")
    assert "**none**" not in text
    for table in COVERED.values():
        assert not [form for form in table if cell(form) not in text]
