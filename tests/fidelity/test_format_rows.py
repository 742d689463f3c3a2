"""`phantom.format`: which values stand together in a line between two `%%`."""

from __future__ import annotations

import pytest

from tests.table import tabled

ANSWERS = [{"summary": {"hits": 2}, "data": [{"id": "a", "in": [{"x": 1}, {"x": 2}]}, {"id": "b"}]},
           {"data": []}, {"data": [{"id": "c", "in": [{"x": 3}]}]}]
ID, INNER, ITEM, HITS = (f"look_1:action_result.{path}" for path in (
    "data.*.id", "data.*.in.*.x", "parameter.item", "summary.hits"))


def form(template, *parameters, **arguments):
    """The text of a call."""
    more = "".join(f", {name}={given!r}" for name, given in arguments.items())
    return f"phantom.format(container=container, template={template!r}, parameters={list(parameters)!r}{more})"


@pytest.mark.observed
@tabled(("paths", "lines"), [
    ((ID, ITEM), ["a 0", "b 0", "None 1", "c 2"]), ((ITEM, ID), ["0 a", "0 b", "1 None", "2 c"]),
    ((ID, INNER), ["a 1", "a 2", "b None", "None None", "c 3"]), ((ITEM, HITS), ["0 2", "1 None", "2 None"]),
    ((INNER, ITEM, ID), ["1 0 a", "2 0 a", "None 0 b", "None 1 None", "3 2 c"]),
    (("artifact:*.id", "artifact:*.cef.sourcePort"), ["1 None", "2 53", "3 None", "4 None", "5 None"]),
], ids=str)
def test_values_of_one_source_belong_together(value, paths, lines):
    """A line holds what stands in one row; values of a shallower path are repeated."""
    template = f"%%\n{' '.join(f'{{{n}}}' for n in range(len(paths)))}\n%%"
    setup = form(template, *paths, name="f")
    text, items = value("[phantom.get_format_data('f'), phantom.get_format_data('f__as_list')]", setup=setup,
                        answers=ANSWERS)
    assert items == lines
    assert text == "".join(f"{line}\n" for line in lines)


@pytest.mark.assumed
@tabled(("template", "text"), [
    ("%%\n{1}\n%%\n", "0\n1\n2\n"), ("%%\n{1}\n%%\n%%\n{0} {1}\n%%\n", "0\n1\n2\na 0\nb 0\nNone 1\nc 2\n"),
    ("%%\n{0}\n%%\n{1}\n", "a\nb\nNone\nc\n0, 1, 2\n"), ("{0}\n%%\n- {1}\n%%\n", "a, b, None, c\n- 0\n- 1\n- 2\n"),
    ("%%\nsame\n%%\n", "same\n"),
])
def test_a_repeated_part_has_the_rows_of_the_fields_in_it(value, template, text):
    """A deeper parameter that is used elsewhere only adds no line."""
    assert value(form(template, ID, ITEM), answers=ANSWERS) == text


@pytest.mark.assumed
def test_values_of_other_sources_are_paired_by_position(value):
    """Rows of one source stay together beside another one's."""
    text = value(form("%%\n{0} {1} {2} {3}\n%%", ITEM, "artifact:*.id", ID, "container:id"), answers=ANSWERS)
    assert text == "0 1 a 1\n0 2 b 1\n1 3 None 1\n2 4 c 1\nNone 5 None 1\n"


@pytest.mark.assumed
def test_drop_none_leaves_a_cell_empty_and_the_row_where_it_is(value):
    """What is missing in one row does not pull up the next row's value."""
    assert value(form("%%\n{0}|{1}\n%%", ID, ITEM, drop_none=True), answers=ANSWERS) == "a|0\nb|0\n|1\nc|2\n"


@pytest.mark.assumed
@tabled(("parameters", "text"), [
    ("'artifact:*.id'", "1, 2, 3, 4, 5"), ("'container:name'", "Test incident"), ("'plain words'", "plain words"),
    ("('container:id',)", "1"),
])
def test_one_parameter_may_stand_without_a_list(value, parameters, text):
    """A text is one parameter, not one for each letter."""
    assert value(f"phantom.format(container=container, template='{{0}}', parameters={parameters})") == text


@pytest.mark.assumed
@tabled("parameters", ["None", "[]", "()", "''"])
def test_a_template_without_fields_needs_no_parameters(value, parameters):
    """The text is what it is."""
    assert value(f"phantom.format(container=container, template='text', parameters={parameters})") == "text"
