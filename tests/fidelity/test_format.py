"""`phantom.format` and `phantom.get_format_data`."""

from __future__ import annotations

import pytest

from tests.table import tabled

ANSWERS = [{"summary": {"hits": 2}, "data": [{"id": "a", "n": 1}, {"id": "b"}]}, {"data": [{"id": "c", "n": None}]}]
ADDRESSES = "artifact:*.cef.sourceAddress"


def form(template, *parameters, **arguments):
    """The text of a call."""
    more = "".join(f", {name}={given!r}" for name, given in arguments.items())
    return f"phantom.format(container=container, template={template!r}, parameters={list(parameters)!r}{more})"


@pytest.mark.documented
@tabled(("arguments", "text"), [
    ({}, "1.1.1.1, 8.8.8.8, None, None, None"), ({"drop_none": True}, "1.1.1.1, 8.8.8.8"),
    ({"separator": " | ", "drop_none": True}, "1.1.1.1 | 8.8.8.8"),
    ({"separator": "", "drop_none": True}, "1.1.1.18.8.8.8"),
    ({"drop_none": True, "scope": [2, 3]}, "8.8.8.8"), ({"drop_none": True, "filter_artifact_ids": [1]}, "1.1.1.1"),
], ids=str)
def test_a_field_holds_all_values_joined(value, arguments, text):
    """Values are joined by ", " or `separator`; None is written unless `drop_none` leaves it out."""
    assert value(form("<{0}>", ADDRESSES, **arguments)) == f"<{text}>"


@pytest.mark.assumed
@pytest.mark.parametrize(("arguments", "text"), [({}, "None"), ({"drop_none": True}, "")], ids=str)
def test_a_field_without_values_is_none(value, arguments, text):
    """A path that gives no rows is written as None, or not at all."""
    assert value(form("<{0}>", "nobody:action_result.data.*.x", **arguments)) == f"<{text}>"


@pytest.mark.observed
def test_fields_may_come_in_any_order_and_several_times(value):
    """The number of a field is the position of its parameter."""
    assert value(form("{1}-{0}-{1}", "container:id", "container:status")) == "new-1-new"


@pytest.mark.observed
@tabled(("path", "text"), [
    ("container:name", "Test incident"), ("container:severity", "low"), ("artifact:*.id", "1, 2, 3, 4, 5"),
    ("look_1:action_result.data.*.id", "a, b, c"), ("look_1:action_result.summary.hits", "2, None"),
    ("look_1:action_result.parameter.item", "0, 1"), ("playbook_input:word", "given"),
    ("code_1:custom_function:n", "7"),
    ("filtered-data:F:condition_1:artifact:*.id", "2"), ("filtered-data:F:condition_1:artifact:*.cef.sourcePort", "53"),
])
def test_every_source_can_be_written(value, path, text):
    """A parameter is a datapath of any source."""
    setup = """
        phantom.save_run_data(key="code_1:n", value="7")
        phantom.condition(container=container, name="F:condition_1", conditions=[["artifact:*.id", "==", 2]])
    """
    assert value(form("{0}", path), setup=setup, answers=ANSWERS, inputs={"word": "given"}) == text


@pytest.mark.assumed
@tabled(("parameter", "text"), [("plain words", "plain words"), ("http://host/a.b", "http://host/a.b"),
                               ("status", "status"), (5, "5"), (None, "None")])
def test_a_parameter_that_is_no_datapath_stands_for_itself(value, parameter, text):
    """Literals are written as they are, also words that are app-run headers elsewhere."""
    assert value(form("<{0}>", parameter)) == f"<{text}>"


@pytest.mark.assumed
def test_objects_are_written_as_json(value):
    """A dict or list value is written as JSON text."""
    assert value(form("{0}", "artifact:*.cef", scope=[1])) == '{"sourceAddress": "1.1.1.1"}'


@pytest.mark.observed
@tabled(("template", "text"), [
    ("{{0}} {0}", "{0} 1"), ("{{{0}}}", "{1}"), ('{{"url": "{0}"}}', '{"url": "1"}'), ("a {{ b }} c", "a { b } c"),
])
def test_doubled_braces_become_single(value, template, text):
    """Templates follow the rules of positional formatting."""
    assert value(form(template, "container:id")) == text
    assert value(form(f"%%\n{template}\n%%", "container:id")) == f"{text}\n"


@pytest.mark.assumed
@tabled("template", ["{code}x{code}", "{ }", "{}", "body {color: red}", "{", "}", "{-1}", "{0.a}"])
def test_a_brace_that_is_no_numbered_field_stays(value, template):
    """About 170 published templates hold such braces and work."""
    assert value(form(template + " {0}", "container:id")) == template + " 1"


@pytest.mark.observed
@tabled("template", ["a{64}", "{0} {1}", "%%\n{0} {1}\n%%", "x%%\n{64}\n%%\n{64}"])
def test_a_number_without_parameter_fails_the_block(block, template):
    """IndexError, as for a regular expression's `{64}`."""
    run = block(form(template, "container:id"))
    assert run.status == "error"
    number = 64 if "64" in template else 1
    assert run.summary().message.startswith(
        f"IndexError: Replacement index {number} out of range for positional args tuple (block after, ")


@pytest.mark.observed
def test_lines_between_two_percent_lines_are_repeated_per_row(value):
    """Text before and after is written once, markers disappear, fields outside hold all values."""
    template = "ids {0}:\n%%\n- {0} of {1}\n%%\nend {0}"
    text = value(form(template, "look_1:action_result.data.*.id", "container:id"), answers=ANSWERS)
    assert text == "ids a, b, c:\n- a of 1\n- b of 1\n- c of 1\nend a, b, c"


@pytest.mark.observed
def test_a_template_may_hold_several_repeated_parts(value):
    """Every pair of markers is a part of its own, with the rows of its own fields; all rows stand in the list."""
    template = "%%\n{0}\n%%\nand\n%%\n[{1}]\n%%\n"
    setup = form(template, "look_1:action_result.data.*.id", "look_1:action_result.parameter.item", name="f")
    text, items = value("[phantom.get_format_data(name='f'), phantom.get_format_data(name='f__as_list')]", setup=setup,
                        answers=ANSWERS)
    assert text == "a\nb\nc\nand\n[0]\n[1]\n"
    assert items == ["a", "b", "c", "[0]", "[1]"]


@pytest.mark.assumed
@pytest.mark.parametrize(("drop_none", "text"), [(False, "a|1\nb|2\nc|None\n"), (True, "a|1\nb|2\nc|\n")])
def test_shorter_parameters_are_padded(value, drop_none, text):
    """Parameters are paired by position; where one has no value left, it is None, or nothing with `drop_none`."""
    paths = ("look_1:action_result.data.*.id", "artifact:*.id")
    assert value(form("%%\n{0}|{1}\n%%", *paths, drop_none=drop_none, scope=[1, 2]), answers=ANSWERS) == text


@pytest.mark.assumed
def test_rows_of_nothing_but_none_disappear_with_drop_none(value):
    """A row whose fields are all None is left out."""
    path = "look_1:action_result.data.*.n"
    assert value(form("%%\n{0}.\n%%", path, drop_none=True), answers=ANSWERS) == "1.\n"
    assert value(form("%%\n{0}.\n%%", path), answers=ANSWERS) == "1.\nNone.\nNone.\n"


@pytest.mark.assumed
def test_a_part_without_rows_disappears(value):
    """No rows, no lines."""
    assert value(form("before\n%%\n- {0}\n%%\nafter", "nobody:action_result.data.*.x")) == "before\nafter"


@pytest.mark.observed
def test_a_named_format_is_kept_as_text_and_as_list(value):
    """`<name>__as_list` gives one text per row; the call itself returns the text."""
    setup = "first = " + form("%%\n* {0}\n%%", "look_1:action_result.data.*.id", name="f")
    text = "[first, phantom.get_format_data(name='f'), phantom.get_format_data('f__as_list')]"
    assert value(text, setup=setup, answers=ANSWERS) == ["* a\n* b\n* c\n", "* a\n* b\n* c\n", ["* a", "* b", "* c"]]


@pytest.mark.observed
def test_without_repeated_lines_the_list_holds_the_whole_text(value):
    """Published playbooks loop over it to build parameters."""
    setup = form("all: {0}", "artifact:*.id", name="f")
    assert value("phantom.get_format_data(name='f__as_list')", setup=setup) == ["all: 1, 2, 3, 4, 5"]


@pytest.mark.observed
@pytest.mark.parametrize("name", ["never", "never__as_list"])
def test_a_format_that_never_ran_gives_none(value, name):
    """Generated code guards with `is not None`."""
    assert value(f"phantom.get_format_data(name={name!r})") is None


@pytest.mark.observed
def test_an_earlier_format_can_be_used_in_a_later_one(value):
    """`<name>:formatted_data` is the text, `<name>:formatted_data.*` its rows."""
    setup = form("%%\n* {0}\n%%", "look_1:action_result.data.*.id", name="first")
    later = form("<{0}> {1}", "first:formatted_data", "first:formatted_data.*")
    assert value(later, setup=setup, answers=ANSWERS) == "<* a\n* b\n* c\n> * a, * b, * c"


@pytest.mark.observed
def test_the_latest_format_of_a_name_counts(value):
    """A block that runs again replaces its text."""
    setup = "\n".join(form(word, name="f") for word in ("one", "two"))
    assert value("phantom.get_format_data(name='f')", setup=setup) == "two"


@pytest.mark.observed
def test_a_value_is_written_as_it_is(value):
    """Braces and percent signs inside a value are no template."""
    container = {"container": {"id": 1}, "artifacts": [{"id": 1, "cef": {"f": "{1} {9}\n%%\n{{x}}\n%%"}}]}
    text = value(form("{0}|{1}\n%%\n{0}\n%%", "artifact:*.cef.f", "container:id"), container=container)
    assert text == "{1} {9}\n%%\n{{x}}\n%%|1\n{1} {9}\n%%\n{{x}}\n%%\n"


@pytest.mark.assumed
@tabled("call", ["format(template='{0}'", "prompt2(user='admin', message='{0}'",
                "prompt(user='admin', message='{0}'"])
@tabled(("arguments", "message"), [
    ("parameters=5", "parameters must be a list of datapaths, not int"),
    ("separator=5, parameters=[]", "separator must be a text, not int"),
    ("scope=1.5", "scope must be 'new', 'all' or artifact ids, not float"),
    ("filter_artifact_ids=1.5", "filter_artifact_ids must be a list of artifact ids, not float"),
])
def test_a_wrong_argument_is_named_with_the_function(block, call, arguments, message):
    """A prompt's text is a template, too, and its errors are the prompt's."""
    told = block(f"phantom.{call}, {arguments})").summary().message
    assert f"PlaybookArgumentError: {call.partition('(')[0]}: {message}" in told
