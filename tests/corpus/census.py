"""The page ``docs/census.md``: ``make census CORPUS="FOLDER FOLDER"`` writes it."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from phantom_lab.check.census import CONDITIONS, DATAPATHS, KEYS, TEMPLATES, Census, Count, census
from tests.conftest import ROOT
from tests.corpus.forms import VALUES

PAGE = ROOT / "docs" / "census.md"
VALUES_TEST = "tests/check/test_forms.py::test_a_datapath_of_each_form_gives_its_values"
_KEYS = "tests/datapath/test_paths.py::test_keys_may_hold_anything_but_dots"
_SLIP = "tests/datapath/test_paths.py::test_a_published_slip_is_a_path_without_a_value"
_OPERATOR = "tests/fidelity/test_conditions.py::test_an_operator_compares_after_type_correction"
_SYMMETRIC = "tests/fidelity/test_conditions.py::test_operands_are_symmetric"
_EMPTY = "tests/fidelity/test_conditions.py::test_a_missing_value_equals_the_empty_text"
_NONE = "tests/fidelity/test_conditions.py::test_none_equals_only_a_missing_value_and_is_in_no_order"
_CELL = "tests/fidelity/test_custom_lists.py::test_a_value_is_in_a_list_if_it_equals_a_whole_cell"
_LITERALS = "tests/fidelity/test_condition_edges.py::test_a_condition_of_literals_alone_gates_the_next_block"
_VARIABLE = "tests/fidelity/test_condition_edges.py::test_python_values_stand_for_what_a_datapath_gave"
_WHOLE = "tests/fidelity/test_condition_edges.py::test_a_code_blocks_value_is_compared_with_a_list_from_either_side"
_JOINED = "tests/fidelity/test_format.py::test_a_field_holds_all_values_joined"
_LITERAL = "tests/fidelity/test_format.py::test_a_parameter_that_is_no_datapath_stands_for_itself"

COVERED: dict[str, dict[str, str]] = {
    DATAPATHS: {**dict.fromkeys(VALUES, VALUES_TEST), "custom_list:NAME": _CELL},
    KEYS: {"a dot too many": _SLIP, "a star in a key": _SLIP,
           **dict.fromkeys(["a blank in a key", "- in a key", "@ in a key", "a brace in a key", "| in a key",
                            "# in a key", "/ in a key", "a colon in a key", "a key in quotes"], _KEYS)},
    CONDITIONS: {
        **{f"operator {one}": _OPERATOR for one in ("==", "!=", "<", "<=", ">", ">=")},
        "operator in": _SYMMETRIC, "operator not in": _CELL,
        "datapath against text": _OPERATOR, "datapath against number": _OPERATOR, "datapath against bool": _OPERATOR,
        "datapath against empty text": _EMPTY, "datapath against None": _NONE, "datapath against custom list": _CELL,
        "custom list against datapath": _CELL, "text against datapath": _SYMMETRIC,
        "datapath against datapath": "tests/fidelity/test_condition_edges.py::"
                                     "test_a_value_is_compared_with_any_value_of_another_source",
        "text against text": _LITERALS, "variable against text": _VARIABLE, "text against variable": _VARIABLE,
        "datapath against empty list": _WHOLE, "datapath against list": _WHOLE},
    TEMPLATES: {
        "a field": _JOINED, "with separator": _JOINED, "with drop_none": _JOINED,
        "with scope": "tests/check/test_forms.py::test_a_formats_scope_chooses_the_artifacts",
        "one %% block": "tests/fidelity/test_format.py::test_lines_between_two_percent_lines_are_repeated_per_row",
        "several %% blocks": "tests/fidelity/test_format.py::test_a_template_may_hold_several_repeated_parts",
        "doubled braces": "tests/fidelity/test_format.py::test_doubled_braces_become_single",
        "a brace that is no field": "tests/fidelity/test_format.py::test_a_brace_that_is_no_numbered_field_stays",
        "no parameters": "tests/fidelity/test_format_rows.py::test_a_template_without_fields_needs_no_parameters",
        "no name: the text is used": _JOINED, "a literal text as parameter": _LITERAL,
        "an empty text as parameter": _LITERAL, "a variable as parameter": _LITERAL},
}
"""The test of each form, by table. Some forms occur in other public playbooks only."""

HEAD = """# Census

Which forms of datapath, condition and template public playbooks use, how often, and which test holds each of them.
Written by

    make census CORPUS="playbooks-6.3 playbooks-4.10 security_content"

from checkouts of `phantomcyber/playbooks` (branches 6.3 and 4.10) and `splunk/security_content`: {playbooks} distinct
playbooks and {custom_functions} distinct custom functions. Every datapath and condition in them is read by the lab's
own parsers, and every template but the ones that `tests/corpus/test_corpus.py` names.
`PHANTOM_LAB_CORPUS=FOLDER:FOLDER:FOLDER python -m pytest tests/corpus` checks that, and that this page is what the
command gives. Forms with 0 uses are known from other public playbooks.
"""
NOTES = {
    DATAPATHS: "`<b>` is a block, `F` is `filtered-data:<filter>:condition_<n>:`, `f` one key or several, `#` a "
               f"number.\nThe test is `{VALUES_TEST}[form]`\nunless another one is named.",
    KEYS: "What a splitter at dots and colons must survive.", CONDITIONS: "", TEMPLATES: "",
}


def page(counted: Census) -> str:
    """The whole page."""
    head = HEAD.format(playbooks=counted.playbooks, custom_functions=counted.custom_functions)
    return "\n".join([head, *(line for table, found in counted.tables.items() for line in _table(table, found))])


def _table(table: str, found: dict[str, Count]) -> Iterator[str]:
    forms = {**found, **{form: Count(0, 0) for form in COVERED[table] if form not in found}}
    yield from (f"## {table.capitalize()}\n", *([f"{NOTES[table]}\n"] if NOTES[table] else []),
                "| form | uses | files | test |", "| --- | ---: | ---: | --- |")
    for form, number in forms.items():
        test = COVERED[table].get(form, "**none**")
        shown = "" if test == VALUES_TEST else f"`{test}`"
        yield f"{cell(form)} {number.uses} | {number.files} | {shown} |"
    yield ""


def cell(form: str) -> str:
    """The first cell of a form's line."""
    return f"| `{form.replace('|', chr(92) + '|')}` |"


if __name__ == "__main__":
    PAGE.write_text(page(census(sys.argv[1:])), encoding="utf-8")
